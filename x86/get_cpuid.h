/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of KVM_GET_SUPPORTED_CPUID and KVM_GET_EMULATED_CPUID share:
 * a buffer that shows what KVM has written, and the report of a rule.
 */
#ifndef X86_GET_CPUID_H
#define X86_GET_CPUID_H

#include <errno.h>
#include <sys/mman.h>

#include "test.h"

#define CANARY	0xa5

/* Each entry holds the canary, but for the padding words. */
static inline void gc_prepare(struct cpuid_list *l, uint32_t nent,
			      uint32_t padding)
{
	uint32_t i, k;

	memset(l, CANARY, sizeof(*l));
	l->nent = nent;
	for (i = 0; i < CPUID_LIST_MAX; i++)
		for (k = 0; k < 3; k++)
			l->e[i].padding[k] = padding;
}

/* As prepared from entry n on? */
static inline bool gc_untouched_from(const struct cpuid_list *l, uint32_t n,
				     uint32_t padding)
{
	static struct cpuid_list fresh;

	gc_prepare(&fresh, 0, padding);
	return !memcmp(&l->e[n], &fresh.e[n],
		       sizeof(fresh.e[0]) * (CPUID_LIST_MAX - n));
}

/*
 * A rule holds, or this is what is wrong.  The event is what the errata table
 * knows it by.
 */
static inline bool check_as(enum event ev, bool ok, enum rule id,
			    const char *why, const char *what, long wanted,
			    long got)
{
	char w[24], g[24];
	struct finding m = {
		.kind = FOUND_EVENT, .event = ev, .what = what,
		.wanted_text = w, .got_text = g, .rule = id, .why = why,
		.answer = ANSWER_VALUE, .wanted = wanted, .got = got,
	};

	if (ok)
		return true;
	snprintf(w, sizeof(w), "%ld", wanted);
	snprintf(g, sizeof(g), "%ld", got);
	report_finding(&m);
	return false;
}

static inline bool check_that(bool ok, enum rule id, const char *why,
			      const char *what, long wanted, long got)
{
	return check_as(EVENT_CHECK, ok, id, why, what, wanted, got);
}

static inline bool check_is(enum rule id, const char *why, const char *what,
			    long wanted, long got)
{
	return check_that(wanted == got, id, why, what, wanted, got);
}

/* A register of the list is as it should be. */
static inline bool reg_is(const struct cpuid_list *l, uint32_t leaf,
			  uint32_t index, enum cpuid_reg reg, uint32_t mask,
			  uint32_t want, enum rule id, const char *why)
{
	return verdict_register((struct finding){
		.leaf = leaf, .subleaf = index, .reg = reg, .wanted = want,
		.got = cpuid_get(l, leaf, index, reg), .rule = id, .why = why,
	}, mask);
}

/*
 * A list whose entries begin at the end of a page: what comes after the head
 * can be read or written only as prot says.  Unmap with gc_cliff_end().
 */
static inline struct kvm_cpuid2 *gc_cliff(int prot)
{
	char *page = mmap(NULL, 0x5000, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED || mprotect(page + 0x1000, 0x4000, prot))
		test_stop("mmap: %s", strerror(errno));
	return (void *)(page + 0x1000 - sizeof(struct kvm_cpuid2));
}

static inline void gc_cliff_end(struct kvm_cpuid2 *c)
{
	munmap((char *)c + sizeof(*c) - 0x1000, 0x5000);
}

#endif

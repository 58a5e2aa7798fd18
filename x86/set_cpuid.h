/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of KVM_SET_CPUID2 share. */
#ifndef X86_SET_CPUID_H
#define X86_SET_CPUID_H

#include "test.h"

/* The same list by KVM_SET_CPUID, which knows no index and no flags. */
static inline int sc_set_old(struct vcpu *v, const struct cpuid_list *l)
{
	static struct {
		struct kvm_cpuid head;
		struct kvm_cpuid_entry e[KVM_MAX_ENTRIES];
	} old;
	uint32_t i;

	old.head.nent = l->nent;
	for (i = 0; i < l->nent && i < KVM_MAX_ENTRIES; i++)
		old.e[i] = (struct kvm_cpuid_entry){
			.function = l->e[i].function,
			.eax = l->e[i].eax, .ebx = l->e[i].ebx,
			.ecx = l->e[i].ecx, .edx = l->e[i].edx,
			.padding = 0xdeadbeef,
		};
	return kvm_ioctl(v->fd, KVM_SET_CPUID, &old);
}

/* As a register of CPUID it may have a known cause. */
static inline bool sc_field_as(enum event ev, const char *name, uint32_t i,
			       uint32_t function, uint32_t want, uint32_t got,
			       const struct finding *reg)
{
	char what[80], w[16], g[16];
	struct finding m = {
		.kind = FOUND_EVENT, .event = ev, .what = what,
		.wanted_text = w, .got_text = g, .rule = RULE_S12,
		.why = "KVM_GET_CPUID2 gives back what was installed, with the bits that KVM keeps",
		.answer = ANSWER_VALUE, .wanted = want, .got = got,
		.cpuid = reg,
	};

	if (want == got)
		return true;
	snprintf(what, sizeof(what), "%s of entry %u (leaf 0x%x)", name, i,
		 function);
	snprintf(w, sizeof(w), "0x%x", want);
	snprintf(g, sizeof(g), "0x%x", got);
	report_finding(&m);
	return false;
}

static inline bool sc_field(const char *name, uint32_t i, uint32_t function,
			    uint32_t want, uint32_t got)
{
	return sc_field_as(EVENT_CHECK, name, i, function, want, got, NULL);
}

static inline bool sc_register(uint32_t i, int r,
			       const struct kvm_cpuid_entry2 *want,
			       const struct kvm_cpuid_entry2 *got)
{
	struct finding m = {
		.kind = FOUND_CPUID,
		.leaf = want->function, .subleaf = want->index, .reg = r,
		.wanted = cpuid_entry_reg(want, r),
		.got = cpuid_entry_reg(got, r), .rule = RULE_S12,
	};

	return sc_field_as(EVENT_CHECK, cpuid_reg_name(r), i, want->function, m.wanted,
			   m.got, &m);
}

static inline bool sc_same_entry(uint32_t i,
				 const struct kvm_cpuid_entry2 *want,
				 const struct kvm_cpuid_entry2 *got)
{
	bool ok = sc_field("function", i, want->function, want->function,
			   got->function);
	int r;

	ok &= sc_field("index", i, want->function, want->index, got->index);
	ok &= sc_field("flags", i, want->function, want->flags, got->flags);
	for (r = 0; r < NR_CPUID_REGS; r++)
		ok &= sc_register(i, r, want, got);
	return ok;
}

/* The vCPU's list, as KVM_GET_CPUID2 tells it, is l and nothing but l. */
static inline bool sc_holds(struct bench *s, const struct cpuid_list *l)
{
	static struct cpuid_list want, got;
	bool ok;
	uint32_t i;

	bench_reset_state(s);
	expect_installed(l, &s->state, &want);
	vcpu_get_cpuid(&s->vcpu, &got);
	ok = sc_field_as(EVENT_GET_CPUID2_NENT, "number of entries", 0, 0,
			 want.nent, got.nent, NULL);
	for (i = 0; i < want.nent && i < got.nent; i++)
		ok &= sc_same_entry(i, &want.e[i], &got.e[i]);
	return ok;
}

/*
 * The guest's CPUID, for the function and index of every entry and for some
 * leaves that may be missing, is what the rules make of l.
 */
static inline bool sc_guest_sees(struct bench *s, const struct cpuid_list *l)
{
	static const uint32_t more[] = { 0, 1, 7, 0x40000000, 0x80000000 };
	static struct cpuid_list seen;
	struct probe *p = &s->probe;
	bool ok = true;
	uint32_t i;

	bench_reset_state(s);
	expect_installed(l, &s->state, &seen);
	probe_clear(p);
	for (i = 0; i < seen.nent; i++)
		probe_cpuid(p, seen.e[i].function, seen.e[i].index,
			    expect_cpuid(&seen, seen.e[i].function,
					 seen.e[i].index).want);
	for (i = 0; i < ARRAY_SIZE(more); i++)
		probe_cpuid(p, more[i], 0, expect_cpuid(&seen, more[i],
							0).want);
	probe_run(p);
	for (i = 0; i < p->hdr->nr; i++)
		if (p->hdr->req[i].mismatch)
			ok &= verdict_request(&p->hdr->req[i],
					      "the list that should be in force",
					      RULE_S5, "the guest sees the list that the last successful call has set");
	return ok;
}

#endif

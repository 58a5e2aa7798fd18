/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a KVM once offered is a promise: every feature bit, number, MSR and
 * capability of a recorded host, by name, and whether another host keeps it.
 * Pure.
 */
#ifndef LIB_PROMISE_H
#define LIB_PROMISE_H

#include "facts.h"
#include "field.h"

enum promise_source {
	PROMISE_SUPPORTED,	/* KVM_GET_SUPPORTED_CPUID */
	PROMISE_EMULATED,	/* KVM_GET_EMULATED_CPUID */
	PROMISE_HYPERV,		/* KVM_GET_SUPPORTED_HV_CPUID */
	PROMISE_XCOMP,		/* KVM_X86_XCOMP_GUEST_SUPP */
	PROMISE_MCE,		/* KVM_X86_GET_MCE_CAP_SUPPORTED */
	PROMISE_MSR,		/* value of a feature MSR */
	PROMISE_FEATURE_MSR,	/* KVM_GET_MSR_FEATURE_INDEX_LIST has it */
	PROMISE_MSR_INDEX,	/* KVM_GET_MSR_INDEX_LIST has it */
	PROMISE_CAP,		/* KVM_CHECK_EXTENSION */
};

#define PROMISE_NAME_MAX	80

struct promise {
	char name[PROMISE_NAME_MAX];	/* [A-Za-z0-9_-] */
	enum promise_source source;
	uint32_t function, index;	/* leaf and subleaf, MSR, capability */
	enum cpuid_reg reg;
	const struct cpuid_field *field; /* NULL: a feature */
	enum field_kind kind;		/* when is it kept? */
	uint64_t mask;			/* the part of the word */
	uint64_t wanted;		/* the word, as it was */
	/* filled in by promise_judge(): */
	uint64_t got;			/* the word, as it is */
	uint64_t lost;			/* bits that are wrong, 0: kept */
	bool by_cpu;			/* another CPU: it lacks the same */
};

struct promises {
	unsigned int n, room;
	struct promise *p;
	bool out_of_memory;
};

/*
 * All that the KVM of these facts offered.  Names and order depend on the
 * facts only.  Returns 0, or -ENOMEM; promises_free() in any case.
 */
int promises_make(struct promises *all, const struct host_facts *baseline);
void promises_free(struct promises *all);

/* Does KVM here keep it? */
void promise_judge(struct promise *p, const struct host_facts *baseline,
		   const struct host_facts *here);

/* Is a capability's value a set of flags?  Else it is a number. */
bool promise_cap_has_flags(uint32_t cap);

/* promise_name.c: the name, without a prefix; p is filled in but for it. */
void promise_name(struct promise *p);

#endif

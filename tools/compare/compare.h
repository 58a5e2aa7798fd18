/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two hosts side by side: what KVM on B offers more, less or otherwise than
 * KVM on A, to the bit, and which difference between the hosts is the cause.
 * Pure: host facts in, a list of differences out; no ioctl, no global.
 */
#ifndef LIB_COMPARE_H
#define LIB_COMPARE_H

#include <stdio.h>

#include "facts.h"
#include "model.h"

/* In the order in which they are told. */
enum cause {
	CAUSE_CPU,
	CAUSE_MICROCODE,
	CAUSE_KERNEL,
	CAUSE_PARAM,
	CAUSE_NONE,
	NR_CAUSES
};

/* Where a fact comes from. */
enum source {
	SRC_SUPPORTED,		/* lists of CPUID entries ... */
	SRC_EMULATED,
	SRC_HV,
	SRC_TDX,
	SRC_MODEL,
	SRC_RAW,
	SRC_FEATURE_MSR,	/* ... of MSRs ... */
	SRC_HOST_MSR,		/* the CPU's own, of a dump */
	SRC_MODEL_MSR,
	SRC_MSR_INDEX,
	SRC_CAP,		/* ... numbers with a name ... */
	SRC_VALUE,
	SRC_PARAM,		/* ... and text */
	SRC_IDENTITY,
	SRC_KIND,		/* a kind of CPU that only one of them has */
	NR_SOURCES
};

/* A row a source. */
struct source_info {
	const char *name;
	bool guest;		/* a guest can see it */
	bool hardware_first;	/* without raw CPUID: the CPU before the kernel */
};

extern const struct source_info source_infos[NR_SOURCES];

/* The fifth word of an entry, beside the four registers. */
#define WORD_FLAGS	NR_CPUID_REGS
#define NR_ENTRY_WORDS	(NR_CPUID_REGS + 1)

/* One place of a profile: what it is, not what it holds. */
struct fact {
	enum source source;
	uint32_t function;	/* CPUID leaf, MSR, capability */
	uint32_t index;		/* subleaf */
	unsigned int word;	/* register of an entry, or WORD_FLAGS */
	unsigned int nth;	/* of entries for the same leaf and subleaf */
	const char *module, *name;	/* parameters, values, identity */
	uint32_t kinds;		/* bit n: CPUs of the n-th kind, below */
};

struct param_row;

struct difference {
	struct fact fact;
	enum cause cause;
	bool in[2];		/* is the fact there at all? */
	uint64_t value[2];
	const char *text[2];	/* instead of values, where it is text */
	uint64_t mask;		/* the bits that have this cause */
	bool in_model;		/* the max model differs just so */
	const struct param_row *param;	/* CAUSE_PARAM */
};

struct comparison {
	/*
	 * A, and B without noise.  Kinds of CPU stand in pairs: the first
	 * nr_pairs are in both, in the order of A; the others in one.
	 */
	const struct host_facts *f[2];
	const struct cpuid_list *b_raw;	/* of B's first pair, as it is */
	struct host_facts *copies;	/* to be freed */
	uint32_t nr_pairs;
	bool other_order;		/* of kinds of CPU in B */
	uint32_t kind;			/* the one that is being compared */
	bool raw_only;			/* KVM's side is missing in one */
	bool no_kvm[2];
	bool no_raw;			/* CPUID of the CPU, in one of them */
	bool other_cpu, other_microcode, other_kernel;
	bool no_model;			/* it could not be computed */
	char why_no_model[200];
	unsigned int n, room;
	struct difference *d;
	bool out_of_memory;
};

/* Returns 0, or -ENOMEM; in any case compare_free() is to be called. */
int compare_facts(struct comparison *c, const struct host_facts *a,
		  const struct host_facts *b);
void compare_free(struct comparison *c);

/* What host_profile compare ends with. */
enum compare_status {
	COMPARE_SAME = 0,
	COMPARE_GUEST = 1,	/* a guest sees a difference */
	COMPARE_HOST = 3,	/* only the hosts themselves differ */
	COMPARE_FAILED = 4,	/* no verdict */
};

enum compare_status compare_status(const struct comparison *c);

void compare_print(const struct comparison *c, const char *name_a,
		   const char *name_b, FILE *out);

#endif

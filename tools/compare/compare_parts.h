/* SPDX-License-Identifier: GPL-2.0-only */
/* What a comparison is made of. */
#ifndef LIB_COMPARE_PARTS_H
#define LIB_COMPARE_PARTS_H

#include "compare.h"

/* The n-th entry for a leaf and subleaf, NULL if there are not so many. */
const struct kvm_cpuid_entry2 *entry_nth(const struct cpuid_list *list,
					 uint32_t function, uint32_t index,
					 unsigned int nth);
uint32_t entry_word(const struct kvm_cpuid_entry2 *e, unsigned int word);

/*
 * Noise: facts that differ from one run to the next on one host.  They are
 * made the same in "clean", which begins as a copy of B.
 */
void compare_drop_noise(struct host_facts *clean, const struct host_facts *a);

/* The same between the kinds of CPU of one host: all become like the first. */
void compare_drop_noise_of_kinds(struct host_facts *f);

/*
 * A module parameter that governs what KVM offers.  sign: 1 what it switches
 * on, -1 what it switches off, 0 one or the other.
 */
struct param_row {
	const char *module, *name;
	int sign;
	enum source source;
	uint32_t first, last;		/* leaves, MSRs, capabilities */
	uint32_t index;			/* subleaf, or ANY_SUBLEAF */
	unsigned int word;		/* register, or ANY_WORD */
	uint64_t mask;
};

#define ANY_SUBLEAF	0xffffffffu
#define ANY_WORD	0xff

extern const struct param_row param_rows[];
extern const unsigned int nr_param_rows;

/* "Y" and "1" are one value: KVM changed the type of some parameters. */
bool param_same(const char *a, const char *b);

/*
 * The parameter that differs and governs this bit the way it went; NULL if
 * none.  on: is the bit set (or the fact there) in B?
 */
const struct param_row *param_for(const struct host_facts * const f[2],
				  const struct fact *fact, unsigned int bit,
				  bool on);

/*
 * Facts that follow from raw CPUID other than their own bit.  A single bit
 * must have gone the same way.  CAUSE_KERNEL: the bits are state, which tells
 * what the host's kernel uses of its CPU, as its boot options have it.
 */
struct follows_row {
	enum cause cause;
	enum source source;
	uint32_t first, last, index;
	unsigned int word;
	uint64_t mask;
	struct {
		uint32_t function, index;
		uint8_t reg;
		uint32_t mask;
	} raw;
};

extern const struct follows_row follows_rows[];
extern const unsigned int nr_follows_rows;

/* Which bit of a fact: all of it, where it is there or not, or a number. */
#define WHOLE_FACT	64

typedef enum cause (*cause_fn)(const struct comparison *c,
			       const struct fact *fact, unsigned int bit,
			       bool on, const struct param_row **param);

/*
 * Cause of one bit, and the parameter if it is CAUSE_PARAM.  The specific one
 * is NR_CAUSES if neither raw CPUID nor a parameter explains the bit.
 */
enum cause compare_cause(const struct comparison *c, const struct fact *fact,
			 unsigned int bit, bool on,
			 const struct param_row **param);
enum cause compare_specific_cause(const struct comparison *c,
				  const struct fact *fact, unsigned int bit,
				  bool on, const struct param_row **param);
enum cause compare_raw_cause(const struct comparison *c);

void compare_add(struct comparison *c, const struct difference *d);

/* All differing bits of d, one difference for those of one cause. */
void compare_add_bits(struct comparison *c, const struct difference *d);

/* The same of some bits, by another opinion on causes. */
void compare_split(struct comparison *c, const struct difference *d,
		   uint64_t left, cause_fn cause_of);

/* A fact that is there or not, or a number: one difference. */
void compare_add_whole(struct comparison *c, const struct difference *d);

/* Calls add() for each word of two lists that differs. */
typedef void (*add_fn)(struct comparison *c, const struct difference *d);
void compare_entries(struct comparison *c, enum source s,
		     const struct cpuid_list *a, const struct cpuid_list *b,
		     add_fn add);
void compare_msrs(struct comparison *c, enum source s,
		  const struct msr_list *a, const struct msr_list *b,
		  add_fn add);

/* Differences of the max models of both; after those of KVM. */
void compare_models(struct comparison *c);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside surface diff: changes, what they are called, and what explains them. */
#ifndef TOOLS_SURFACE_DIFF_H
#define TOOLS_SURFACE_DIFF_H

#include "changes.h"
#include "file.h"
#include "rules.h"

struct sdiff {
	const struct surface *a, *b;
	uint32_t kernel_a, kernel_b;	/* KERNEL() */
	bool verdicts_a, verdicts_b;	/* recorded with --tests */
};

/* One fact that is not the same; NULL: there is none on that side. */
struct schange {
	const char *interface;		/* "msr.guest"; static or of a file */
	char variant[48];		/* "@max"; "" without */
	char rest[160];			/* of the key */
	const char *from, *to;
	char what[400];			/* for people, bits by name */
	enum rule rule;
	char why[200];			/* what explains it; "" nothing */
	bool expected;
};

/* "msr.guest @max 0x1b:X read" into its parts. */
void change_split(struct schange *c, const char *key);

/* Fills what: bits gained and lost, or from and to. */
void change_describe(struct schange *c);

/* Fills rule, why and expected. */
void change_explain(const struct sdiff *d, struct schange *c);

/* Name of a bit of what a key stands for: NULL if it has none. */
const char *surface_bit_name(const struct schange *c, unsigned int bit);

/* The CPUID register of a key "0x00000007.0 ebx"; false if it is none. */
bool cpuid_key(const char *rest, uint32_t *function, uint32_t *index,
	       int *reg);

/* Both values as numbers; false if one is no "0x..." as a whole. */
bool change_numbers(const struct schange *c, uint64_t *from, uint64_t *to);

#endif

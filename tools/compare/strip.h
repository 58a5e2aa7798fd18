/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many hosts at once: what all have in common, said once, and what is left
 * of each.
 */
#ifndef LIB_STRIP_H
#define LIB_STRIP_H

#include <stdio.h>

#include "facts.h"

/* Returns 0, or -ENOMEM. */
int strip_print(const struct host_facts * const *f, const char * const *names,
		unsigned int n, FILE *out);

/* --- what it is made of --------------------------------------------------- */

enum strip_list {
	STRIP_CPU, STRIP_KVM, STRIP_EMULATED, STRIP_HYPERV, NR_STRIP_LISTS
};

/* One leaf and subleaf: the bits that differ, and those set in all. */
struct strip_leaf {
	uint32_t function, index;
	uint32_t differs[NR_CPUID_REGS], common[NR_CPUID_REGS];
};

struct strip {
	unsigned int n;
	const struct host_facts **f;	/* without noise, against the first */
	const char * const *names;
	FILE *out;
	unsigned int nr_leaves[NR_STRIP_LISTS];
	struct strip_leaf *leaves[NR_STRIP_LISTS];
	unsigned int nr_shared;
	char **shared;			/* facts that all have, "kind: text" */
};

/* Both are false if there is no memory. */
bool strip_find_leaves(struct strip *s);
bool strip_find_facts(struct strip *s);

void strip_print_leaves(const struct strip *s);
void strip_print_own_leaves(const struct strip *s, unsigned int host);
void strip_print_facts(const struct strip *s);
void strip_print_own_facts(const struct strip *s, unsigned int host);

/* A line, folded at blanks: the rest goes below, further in. */
void strip_fold(FILE *out, const char *text);

#endif

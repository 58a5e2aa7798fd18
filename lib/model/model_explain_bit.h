/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of --explain share.  For model_explain*.c only.
 */
#ifndef LIB_MODEL_EXPLAIN_BIT_H
#define LIB_MODEL_EXPLAIN_BIT_H

#include "model_explain.h"
#include "model_state.h"

/* A feature in question: a bit of a word, or of a register that is none. */
struct subject {
	const char *name;
	enum feature_word word;		/* NR_FEATURE_WORDS: no word */
	uint32_t function, index;
	enum cpuid_reg reg;
	unsigned int bit;
};

struct explain {
	struct model *m;
	const struct guest_cpu *cpu;
	struct subject s;
	FILE *out;
};

/* Has the guest the bit in question, and if not, the first step that said no. */
bool explain_in_guest(const struct explain *x);
const char *explain_why_not(const struct explain *x);

/*
 * "4", "7.1", "0x80000008:eax", "msr:0x10a": a whole entry, register or MSR.
 * Returns whether the text is such.
 */
bool explain_value(struct explain *x, const char *text);

#endif

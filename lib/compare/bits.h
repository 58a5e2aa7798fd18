/* SPDX-License-Identifier: GPL-2.0-only */
/* Bits and fields of a register by name. */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include <stdio.h>

#include "cpuid.h"

struct bits_place {
	bool msr;
	uint32_t function;	/* or MSR */
	uint32_t index;
	unsigned int reg;
};

/* A line for each bit or field of the mask: lost, gained, changed. */
void bits_print(FILE *out, const struct bits_place *place,
		const uint64_t value[2], uint64_t mask);

/* Names of the bits of the mask that are set, each after a blank. */
void bits_print_names(FILE *out, const struct bits_place *place,
		      uint64_t value, uint64_t mask);

/* Registers as the text they hold; to has room for 4 * n + 1 bytes. */
void bits_text(const uint32_t *r, unsigned int n, char *to);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Bits and fields of a register by name. */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include <stdio.h>

#include "cpuid.h"

enum bits_space { BITS_CPUID, BITS_HYPERV, BITS_MSR, BITS_UNNAMED };

struct bits_place {
	enum bits_space space;	/* Hyper-V's leaves have numbers of KVM's */
	uint32_t function;	/* or MSR */
	uint32_t index;
	unsigned int reg;
};

/* A line for each bit or field of the mask: lost, gained, changed. */
void bits_print(FILE *out, const struct bits_place *place,
		const uint64_t value[2], uint64_t mask);

/* The mask, with all of each field that it has a part of. */
uint64_t bits_whole_fields(const struct bits_place *place, uint64_t mask);

/* Of the mask: names of bits that are set, name=value of fields. */
void bits_print_names(FILE *out, const struct bits_place *place,
		      uint64_t value, uint64_t mask);

/* Name of a bit of a leaf that KVM_GET_SUPPORTED_HV_CPUID gives, or NULL. */
const char *hyperv_bit_name(uint32_t function, unsigned int reg,
			    unsigned int bit);

/* Registers as the text they hold; to has room for 4 * n + 1 bytes. */
void bits_text(const uint32_t *r, unsigned int n, char *to);

#endif

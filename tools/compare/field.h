/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the bits of a CPUID register or a feature MSR are: mostly features,
 * each for itself, but also numbers, widths and names.  What it takes that a
 * KVM can do what another did, or what a guest was told, depends on that.
 * Bits without a row are features.
 */
#ifndef LIB_FIELD_H
#define LIB_FIELD_H

#include "cpuid.h"

/* When is "offered" enough for "wanted"? */
enum field_kind {
	FIELD_BITS,		/* has every bit of it */
	FIELD_ZEROS,		/* has a 0 wherever it has one */
	FIELD_AT_MOST,		/* is as large or larger, as a number */
	FIELD_EQUAL,		/* is the same */
	FIELD_LAYOUT,		/* is the same, or one of them is not there */
	FIELD_IDENTITY,		/* always: says which machine it is */
};

/* Whose register it is; leaves of Hyper-V have the numbers of KVM's own. */
enum field_space { SPACE_CPUID, SPACE_HYPERV, SPACE_MSR };

struct cpuid_field {
	uint8_t space;
	uint32_t first, last;		/* leaves, or MSRs */
	uint32_t first_index, last_index;
	uint8_t reg;			/* or FIELD_ANY_REG */
	uint8_t low, high;		/* bits */
	uint8_t kvm;			/* kind, of a KVM beside another */
	uint8_t guest;			/* kind, of a guest on a KVM */
	const char *name;		/* of a number, else NULL */
	const char *why;
};

#define FIELD_ANY_REG	NR_CPUID_REGS

extern const struct cpuid_field cpuid_fields[];
extern const unsigned int nr_cpuid_fields;

/* The row of a bit, NULL if it is a feature. */
const struct cpuid_field *field_of(enum field_space space, uint32_t function,
				   uint32_t index, enum cpuid_reg reg,
				   unsigned int bit);

/*
 * A part of a register that is judged as one: the field that begins at a bit,
 * or else this one bit.  The mask of the part.
 */
uint64_t field_mask(const struct cpuid_field *field, unsigned int bit);

/* The bits of a part that keep "offered" from being enough, 0 if it is. */
uint64_t field_missing(enum field_kind kind, uint64_t mask, uint64_t wanted,
		       uint64_t offered);

#endif

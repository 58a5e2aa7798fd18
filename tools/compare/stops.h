/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Can a guest of one host run on another?  What of its CPU the other's KVM
 * does not offer.  Pure.
 */
#ifndef LIB_STOPS_H
#define LIB_STOPS_H

#include "field.h"
#include "model.h"

/* A bit, or a number, of the guest's CPU. */
struct stop {
	enum field_space space;
	uint32_t function, index;	/* leaf and subleaf, or MSR */
	enum cpuid_reg reg;
	const struct cpuid_field *field; /* NULL: a feature */
	uint64_t mask;			/* the part of the register */
	uint64_t missing;		/* the bits that are wrong in it */
	uint64_t wanted, offered;	/* the register */
};

#define STOPS_MAX	2048

struct stops {
	uint32_t n;			/* not offered: each stops the guest */
	struct stop stop[STOPS_MAX];
	uint32_t nr_follows;		/* says which machine it is */
	struct stop follows[STOPS_MAX];	/* offered: the model of "here" */
};

/*
 * The guest of A, its CPU computed with options o, on the host "here".  own
 * is the max model of "here" by the same options, or NULL: identity that
 * differs from it is listed as what the guest brings along.
 */
void stops_find(struct stops *s, const struct guest_cpu *guest,
		const struct host_facts *here, const struct model_opts *o,
		const struct guest_cpu *own);

/* Bits that are missing: a number counts as one. */
unsigned int stops_count(const struct stops *s);

/* Name of the part, NULL if it has none; printed where there is none. */
const char *stop_name(const struct stop *s, unsigned int bit);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside the witness: its leaves are spread over more than one file. */
#ifndef LIB_WITNESS_LEAF_H
#define LIB_WITNESS_LEAF_H

#include "witness.h"

/* Append an entry with the CPU's own data; NULL if there is no room. */
struct witness_entry *witness_add(const struct witness_host *h,
				  struct witness *w, uint32_t function,
				  uint32_t index);
void witness_set(struct witness_entry *e, enum cpuid_reg reg, uint32_t want,
		 uint32_t care);
void witness_zero(struct witness_entry *e);
void witness_unknown(struct witness_entry *e);

#define WITNESS_LEAF(name) \
	void witness_leaf_##name(const struct witness_host *h, \
				 struct witness *w, struct witness_entry *e)

WITNESS_LEAF(d);
WITNESS_LEAF(80000000);
WITNESS_LEAF(80000001);
WITNESS_LEAF(80000005);
WITNESS_LEAF(80000006);
WITNESS_LEAF(80000007);
WITNESS_LEAF(80000008);
WITNESS_LEAF(8000000a);
WITNESS_LEAF(80000019);
WITNESS_LEAF(8000001a);
WITNESS_LEAF(8000001f);
WITNESS_LEAF(80000021);
WITNESS_LEAF(80000022);
WITNESS_LEAF(40000000);
WITNESS_LEAF(40000001);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test needs and this machine, KVM or kernel may lack: one table, one
 * sentence each.  A test that lacks something is skipped with that sentence.
 */
#ifndef LIB_NEEDS_H
#define LIB_NEEDS_H

#include "guest_code/protocol.h"

enum need {
#define NEED(name, ...)	NEED_##name,
#include "needs.def"
#undef NEED
	NR_NEEDS
};

struct bench;

/* To run code at a place, of which that of NEED_NOTHING is always there. */
enum need need_place(enum probe_where where);

/* NULL if all n are here, else the sentence of the first that is not. */
const char *bench_lacks(const struct bench *g, const enum need *need,
			unsigned int n);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which change of QEMU a difference comes from.  Each change that lies between
 * two versions is tried alone: made in the older one, and unmade in the newer.
 */
#ifndef LIB_MODEL_CAUSE_H
#define LIB_MODEL_CAUSE_H

#include "model_diff.h"
#include "model_opts.h"

struct causes;

/* NULL if there is no memory. */
struct causes *causes_new(const struct host_facts *f,
			  const struct model_opts *before,
			  const struct model_opts *after, unsigned int vcpu);
void causes_free(struct causes *c);

/* The value that a difference is about. */
uint64_t difference_value(const struct guest_cpu *cpu,
			  const struct model_difference *d);

/* Fill in reason and since. */
void causes_explain(const struct causes *c, const struct guest_cpu cpu[2],
		    struct model_difference *d);

#endif

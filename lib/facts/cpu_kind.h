/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kinds of CPU on one machine.  Two CPUs are of one kind if they have the same
 * vendor, family, model and stepping, the same core type and native model
 * (Intel leaf 0x1a; AMD leaf 0x80000026), and the same features.  What a CPU
 * says of itself alone does not count: APIC ids, rows of tables, sensors.
 */
#ifndef LIB_CPU_KIND_H
#define LIB_CPU_KIND_H

#include "facts.h"

/*
 * A register that only one of the two lists has is not compared: a list may
 * be cut short, or made by a tool that did not ask.
 */
bool cpu_kind_same(const struct cpuid_list *a, const struct cpuid_list *b);

/*
 * Core type and native model of a hybrid CPU as one number that is different
 * for each core type of a machine; 0: it says nothing.
 */
uint32_t cpu_kind_core(const struct cpuid_list *list);

/* "P-core", "E-core"; "CPU" where there is no core type. */
const char *cpu_kind_name(const struct cpuid_list *list);

/*
 * The kind of f that is the counterpart of kind i of g; f->nr_cpu_kinds if it
 * has none.  No two kinds of g have the same counterpart.
 */
uint32_t cpu_kind_counterpart(const struct host_facts *f,
			      const struct host_facts *g, uint32_t i);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading raw CPUID of the CPUs that this program may run on. */
#ifndef LIB_FACTS_CPUID_H
#define LIB_FACTS_CPUID_H

#include "facts.h"

/* The CPUID instruction, on whatever CPU runs it. */
struct cpuid_regs raw_cpuid(uint32_t function, uint32_t index);

/* Answers for a CPU, real or not. */
typedef struct cpuid_regs (*cpuid_fn)(void *of, uint32_t function,
				      uint32_t index);

/* Every leaf and subleaf that a CPU has, as it says itself. */
void facts_list_cpuid(struct cpuid_list *list, cpuid_fn ask, void *of);

/* The same of the CPU that runs this. */
void facts_read_raw_cpuid(struct cpuid_list *list);

/* One list for each distinct kind of CPU among those we may run on. */
void facts_read_cpu_kinds(struct host_facts *f);

/* Unless it is like one that is there.  False: no room for another kind. */
bool facts_add_cpu_kind(struct host_facts *f, uint32_t cpu,
			const struct cpuid_list *list);

#endif

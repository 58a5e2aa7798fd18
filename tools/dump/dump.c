// SPDX-License-Identifier: GPL-2.0-only
/* The dump in memory: lists that grow, within limits. */
#include <stdlib.h>
#include <string.h>

#include "dump.h"

/* Room for one more of size bytes; doubles at every power of two. */
static bool grow(void *list, uint32_t have, uint32_t max, size_t size)
{
	void **at = list;
	void *more;

	if (have >= max)
		return false;
	if (have & (have - 1))
		return true;
	more = realloc(*at, (have ? 2 * (size_t)have : 1) * size);
	if (!more)
		return false;
	*at = more;
	return true;
}

struct dump *dump_new(void)
{
	return calloc(1, sizeof(struct dump));
}

void dump_free(struct dump *d)
{
	uint32_t i;

	if (!d)
		return;
	for (i = 0; i < d->nr_cpus; i++) {
		free(d->cpu[i].e);
		free(d->cpu[i].msr);
	}
	for (i = 0; i < d->nr_notes; i++)
		free(d->note[i]);
	free(d->cpu);
	free(d->note);
	free(d);
}

struct dump_cpu *dump_add_cpu(struct dump *d)
{
	if (!grow(&d->cpu, d->nr_cpus, DUMP_CPUS_MAX, sizeof(*d->cpu)))
		return NULL;
	d->cpu[d->nr_cpus] = (struct dump_cpu){ .number = d->nr_cpus };
	return &d->cpu[d->nr_cpus++];
}

struct dump_cpu *dump_last_cpu(struct dump *d)
{
	return d->nr_cpus ? &d->cpu[d->nr_cpus - 1] : NULL;
}

bool dump_add_entry(struct dump_cpu *cpu, uint32_t function, uint32_t index,
		    struct cpuid_regs regs)
{
	if (!grow(&cpu->e, cpu->nent, DUMP_ENTRIES_MAX, sizeof(*cpu->e)))
		return false;
	cpu->e[cpu->nent++] = (struct kvm_cpuid_entry2){
		.function = function, .index = index,
		.eax = regs.r[REG_EAX], .ebx = regs.r[REG_EBX],
		.ecx = regs.r[REG_ECX], .edx = regs.r[REG_EDX],
	};
	return true;
}

bool dump_add_msr(struct dump_cpu *cpu, uint32_t index, bool valid,
		  uint64_t value)
{
	if (!grow(&cpu->msr, cpu->nr_msrs, DUMP_MSRS_MAX, sizeof(*cpu->msr)))
		return false;
	cpu->msr[cpu->nr_msrs++] = (struct msr_value){
		.index = index, .valid = valid, .value = value,
	};
	return true;
}

bool dump_add_note(struct dump *d, const char *text)
{
	if (!grow(&d->note, d->nr_notes, DUMP_NOTES_MAX, sizeof(*d->note)))
		return false;
	d->note[d->nr_notes] = strdup(text);
	return d->note[d->nr_notes] && ++d->nr_notes;
}

// SPDX-License-Identifier: GPL-2.0-only
/* From a dump to host facts and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"
#include "facts_cpuid.h"

#define HOST_MSR	"host_msr"

static void as_list(const struct dump_cpu *cpu, struct cpuid_list *list)
{
	list->nent = cpu->nent;
	if (cpu->nent)
		memcpy(list->e, cpu->e, cpu->nent * sizeof(*cpu->e));
}

/* Returns how many CPUs were of further kinds than fit. */
static uint32_t add_kinds(const struct dump *d, struct host_facts *f,
			  struct cpuid_list *list)
{
	const struct dump_cpu *cpu;
	uint32_t i, left_out = 0;

	for (i = 0; i < d->nr_cpus; i++) {
		cpu = &d->cpu[i];
		as_list(cpu, list);
		/* a section without CPUID is one of MSRs only */
		if (cpu->nent)
			left_out += !facts_add_cpu_kind(f, cpu->number, list);
	}
	return left_out;
}

static bool say_left_out(struct profile *p, uint32_t n)
{
	char line[64];

	snprintf(line, sizeof(line), "cpus_left_out %u", n);
	return !n || !profile_keep_extra(p, line);
}

static bool add_host_msr(struct profile *p, const struct msr_value *m)
{
	char line[64];

	if (m->valid)
		snprintf(line, sizeof(line), HOST_MSR " 0x%08x 0x%016llx",
			 m->index, (unsigned long long)m->value);
	else
		snprintf(line, sizeof(line), HOST_MSR " 0x%08x -", m->index);
	facts_add_host_msr(&p->facts, m->index, m->valid, m->value);
	return !profile_keep_extra(p, line);
}

/* Of the first CPU that has any: of the others, nobody asks. */
static bool add_host_msrs(const struct dump *d, struct profile *p)
{
	uint32_t i, j;

	for (i = 0; i < d->nr_cpus && !d->cpu[i].nr_msrs; i++)
		;
	for (j = 0; i < d->nr_cpus && j < d->cpu[i].nr_msrs; j++)
		if (!add_host_msr(p, &d->cpu[i].msr[j]))
			return false;
	return true;
}

bool dump_to_profile(const struct dump *d, struct profile *p)
{
	struct cpuid_list *list = calloc(1, sizeof(*list));
	bool ok;

	/* kinds first: whose microcode it is depends on the vendor */
	ok = list && say_left_out(p, add_kinds(d, &p->facts, list)) &&
	     add_host_msrs(d, p);
	free(list);
	return ok;
}

static bool take_host_msr(struct dump_cpu *cpu, const char *line)
{
	const char *s = line_key(line, HOST_MSR);
	uint64_t index, value = 0;
	bool valid;

	if (!s || !take_hex(&s, 8, &index))
		return true;
	valid = take_hex(&s, 16, &value);
	return dump_add_msr(cpu, index, valid, value);
}

static bool from_kind(struct dump *d, const struct cpu_kind *kind)
{
	struct dump_cpu *cpu = dump_add_cpu(d);
	uint32_t i;

	if (!cpu)
		return false;
	cpu->number = kind->first_cpu;
	cpu->numbered = true;
	for (i = 0; i < kind->cpuid.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &kind->cpuid.e[i];

		if (!dump_add_entry(cpu, e->function, e->index,
				    cpuid_entry_regs(e)))
			return false;
	}
	return true;
}

bool dump_from_profile(struct dump *d, const struct profile *p)
{
	uint32_t i;

	for (i = 0; i < p->facts.nr_cpu_kinds; i++)
		if (!from_kind(d, &p->facts.cpu[i]))
			return false;
	for (i = 0; d->nr_cpus && i < p->nr_extra; i++)
		if (!take_host_msr(&d->cpu[0], p->extra[i]))
			return false;
	return true;
}

int dump_load_profile(struct profile *p, const char *path, char *err,
		      size_t errlen)
{
	struct dump *d = dump_new();
	int r = -ENOMEM;

	snprintf(err, errlen, "%s: out of memory", path);
	if (d)
		r = dump_load(d, p, path, err, errlen);
	if (!r && d->format != DUMP_PROFILE && !dump_to_profile(d, p))
		r = -ENOMEM;
	if (!r)
		dump_print_remarks(d, path, stderr);
	dump_free(d);
	return r;
}

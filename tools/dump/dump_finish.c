// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known only when a dump was read to its end: which subleaves rows
 * without a number are, which leaves are echoes, which CPUs are none.
 */
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"

/* --- subleaves ---------------------------------------------------------------- */
#define XSAVE_LEAF	0xd

/* How many entries of the same leaf stand before this one. */
static uint32_t count_before(const struct dump_cpu *cpu, uint32_t i)
{
	uint32_t j, n = 0;

	for (j = 0; j < i; j++)
		n += cpu->e[j].function == cpu->e[i].function;
	return n;
}

static void count_subleaves(struct dump_cpu *cpu)
{
	uint32_t i;

	for (i = 0; i < cpu->nent; i++)
		if (cpu->e[i].flags == DUMP_NO_SUBLEAF)
			cpu->e[i].index = count_before(cpu, i);
}

/*
 * Subleaf 1 of 0xd has flags in EAX, all below bit 6.  A component has its
 * size there, and the first that any CPU has beyond SSE takes 256 bytes (AVX)
 * or 64 (MPX).
 */
static bool is_xsave_flags(const struct kvm_cpuid_entry2 *e)
{
	return e->eax < 0x40;
}

static bool all_zero(const struct kvm_cpuid_entry2 *e)
{
	return !(e->eax | e->ebx | e->ecx | e->edx);
}

/* Rows of 0xd without a number, in order. */
static uint32_t find_rows(struct dump_cpu *cpu, struct kvm_cpuid_entry2 **row)
{
	uint32_t i, n = 0;

	for (i = 0; i < cpu->nent; i++)
		if (cpu->e[i].function == XSAVE_LEAF &&
		    cpu->e[i].flags == DUMP_NO_SUBLEAF)
			row[n++] = &cpu->e[i];
	return n;
}

/* Components of one sort that no row has been given yet. */
struct components {
	uint64_t user, supervisor;
};

static uint64_t wide(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

/* What XCR0, and XSS where it is told, can have. */
static struct components find_components(struct kvm_cpuid_entry2 **row,
					 uint32_t first)
{
	return (struct components){
		.user = wide(row[0]->edx, row[0]->eax) & ~UINT64_C(3),
		.supervisor = first == 2 ? wide(row[1]->edx, row[1]->ecx) : 0,
	};
}

#define XSAVE_SUPERVISOR	(1u << 0)	/* 0xd.N ECX */

/* The lowest component of the row's sort that is left; 0 if there is none. */
static uint32_t take_component(struct components *c,
			       const struct kvm_cpuid_entry2 *row)
{
	uint64_t *left = row->ecx & XSAVE_SUPERVISOR ? &c->supervisor :
						       &c->user;
	uint32_t index = *left ? (uint32_t)__builtin_ctzll(*left) : 0;

	*left &= *left - 1;
	return index;
}

/*
 * Tools leave out components that are not there: a row is then the next one
 * that is.  Where rows of zeros stand between, none was left out.
 */
static void number_components(struct kvm_cpuid_entry2 **row, uint32_t n)
{
	uint32_t first = n > 1 && is_xsave_flags(row[1]) ? 2 : 1, i, index = 1;
	struct components c = find_components(row, first);
	uint32_t component;
	bool zeros = false;

	for (i = first; i < n; i++)
		zeros = zeros || all_zero(row[i]);
	for (i = 0; i < first; i++)
		row[i]->index = i;
	for (; i < n; i++) {
		component = zeros ? 0 : take_component(&c, row[i]);
		index = component ? component : index + 1;
		row[i]->index = index;
	}
}

static void number_subleaves(struct dump_cpu *cpu)
{
	struct kvm_cpuid_entry2 *row[DUMP_ENTRIES_MAX];
	uint32_t n = find_rows(cpu, row), i;

	count_subleaves(cpu);
	if (n)
		number_components(row, n);
	for (i = 0; i < cpu->nent; i++)
		cpu->e[i].flags = 0;
}

/* --- echoes ------------------------------------------------------------------- */
/* Classes of leaves, each with its highest leaf in EAX of the first. */
static const uint32_t classes[] = {
	0x20000000, 0x40000000, 0x80000000, 0x80860000, 0xc0000000,
};

#define CLASS_SIZE	0x10000u

static const struct kvm_cpuid_entry2 *find_entry(const struct dump_cpu *cpu,
						 uint32_t function)
{
	uint32_t i;

	for (i = 0; i < cpu->nent; i++)
		if (cpu->e[i].function == function)
			return &cpu->e[i];
	return NULL;
}

/* The base of a leaf's class, 0 for the basic one. */
static uint32_t class_of(uint32_t function)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		if (function - classes[i] < CLASS_SIZE)
			return classes[i];
	return 0;
}

static bool same_regs(const struct kvm_cpuid_entry2 *a,
		      const struct kvm_cpuid_entry2 *b)
{
	return a->eax == b->eax && a->ebx == b->ebx && a->ecx == b->ecx &&
	       a->edx == b->edx;
}

/* Intel's CPUs answer an unknown leaf with the highest basic one (SDM). */
static bool is_like_highest(const struct dump_cpu *cpu,
			    const struct kvm_cpuid_entry2 *e)
{
	const struct kvm_cpuid_entry2 *zero = find_entry(cpu, 0);
	uint32_t i;

	for (i = 0; zero && !all_zero(e) && i < cpu->nent; i++)
		if (cpu->e[i].function == zero->eax && zero->eax &&
		    same_regs(&cpu->e[i], e))
			return true;
	return false;
}

static bool is_echo(const struct dump_cpu *cpu,
		    const struct kvm_cpuid_entry2 *e)
{
	uint32_t base = class_of(e->function);
	const struct kvm_cpuid_entry2 *first = find_entry(cpu, base);

	/* a hypervisor may leave EAX of its first leaf 0 */
	if (!first || !first->eax)
		return false;
	if (base && first->eax - base >= CLASS_SIZE)
		return true;
	return e->function > first->eax && is_like_highest(cpu, e);
}

static uint32_t drop_echoes(struct dump_cpu *cpu)
{
	bool echo[DUMP_ENTRIES_MAX];
	uint32_t i, n = 0;

	for (i = 0; i < cpu->nent; i++)
		echo[i] = is_echo(cpu, &cpu->e[i]);
	for (i = 0; i < cpu->nent; i++)
		if (!echo[i])
			cpu->e[n++] = cpu->e[i];
	i = cpu->nent - n;
	cpu->nent = n;
	return i;
}

/* --- CPUs ----------------------------------------------------------------------- */
/*
 * cpuid(1) prints leaves that it cannot decode raw, so that a few lines of a
 * decoded CPU look like a dump.
 */
static bool is_decoded_only(const struct dump_cpu *cpu)
{
	return cpu->decoded && !find_entry(cpu, 0);
}

static void drop_decoded(struct dump *d)
{
	uint32_t i, n = 0;

	for (i = 0; i < d->nr_cpus; i++)
		if (is_decoded_only(&d->cpu[i]))
			dump_clear_cpu(&d->cpu[i]);
		else
			d->cpu[n++] = d->cpu[i];
	d->nr_cpus = n;
}

static bool number_is_taken(const struct dump *d, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (d->cpu[i].number == d->cpu[n].number)
			return true;
	return false;
}

static uint32_t next_number(const struct dump *d, uint32_t n)
{
	uint32_t i, next = 0;

	for (i = 0; i < n; i++)
		if (d->cpu[i].number >= next)
			next = d->cpu[i].number + 1;
	return next;
}

/* A file of two dumps has CPU 0 twice: they stay two CPUs. */
static bool number_cpus(struct dump *d)
{
	uint32_t i, was;
	bool ok = true;

	for (i = 0; i < d->nr_cpus; i++) {
		struct dump_cpu *cpu = &d->cpu[i];

		if (!number_is_taken(d, i))
			continue;
		was = cpu->number;
		cpu->number = next_number(d, i);
		if (cpu->numbered)
			ok = ok && dump_remark(d,
				"line %u: CPU %u again, here called CPU %u",
				cpu->line, was, cpu->number);
	}
	return ok;
}

static bool tell(struct dump *d, uint32_t echoes)
{
	if (echoes && !dump_remark(d, "%u leaves are left out: echoes of the highest basic leaf",
				   echoes))
		return false;
	if (d->policies_skipped &&
	    !dump_remark(d, "policies other than the first are left out: %u",
			 d->policies_skipped))
		return false;
	return dump_tell_ignored(d);
}

int dump_finish(struct dump_reader *in)
{
	struct dump *d = in->d;
	uint32_t i, echoes = 0;

	drop_decoded(d);
	for (i = 0; i < d->nr_cpus; i++) {
		number_subleaves(&d->cpu[i]);
		echoes += drop_echoes(&d->cpu[i]);
	}
	if (number_cpus(d) && tell(d, echoes))
		return 0;
	return dump_no_room(in, 0, 1, "less text");
}

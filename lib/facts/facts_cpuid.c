// SPDX-License-Identifier: GPL-2.0-only
/* Raw CPUID: which leaves exist, which have subleaves, and how many. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "facts_cpuid.h"

/* A sane CPU ends each class well below this; do not trust one that lies. */
#define LEAVES_PER_CLASS	0x100
#define SUBLEAVES_MAX		64

struct cpuid_regs raw_cpuid(uint32_t function, uint32_t index)
{
	struct cpuid_regs v;

	asm volatile("cpuid"
		     : "=a"(v.r[REG_EAX]), "=b"(v.r[REG_EBX]),
		       "=c"(v.r[REG_ECX]), "=d"(v.r[REG_EDX])
		     : "a"(function), "c"(index));
	return v;
}

/* How the last subleaf of a leaf is found. */
enum subleaf_rule {
	SUB_EAX_COUNT,		/* subleaf 0 EAX is the last subleaf */
	SUB_TYPE_EAX,		/* until EAX[4:0], the cache type, is 0 */
	SUB_TYPE_ECX,		/* until ECX[15:8], the level type, is 0 */
	SUB_SGX,		/* from 2 on until EAX[3:0] is 0 */
	SUB_FIXED,		/* always as many as .count says */
	SUB_NONZERO,		/* up to .count, zero ones left out */
};

static const struct subleaf_leaf {
	uint32_t function;
	enum subleaf_rule rule;
	unsigned int count;
} subleaf_leaves[] = {
	{ 0x00000004, SUB_TYPE_EAX, 0 },
	{ 0x00000007, SUB_EAX_COUNT, 0 },
	{ 0x0000000b, SUB_TYPE_ECX, 0 },
	{ 0x0000000d, SUB_NONZERO, 64 },
	{ 0x0000000f, SUB_FIXED, 2 },
	{ 0x00000010, SUB_FIXED, 6 },
	{ 0x00000012, SUB_SGX, 0 },
	{ 0x00000014, SUB_EAX_COUNT, 0 },
	{ 0x00000017, SUB_EAX_COUNT, 0 },
	{ 0x00000018, SUB_EAX_COUNT, 0 },
	{ 0x0000001b, SUB_TYPE_EAX, 0 },
	{ 0x0000001d, SUB_EAX_COUNT, 0 },
	{ 0x0000001e, SUB_EAX_COUNT, 0 },
	{ 0x0000001f, SUB_TYPE_ECX, 0 },
	{ 0x00000020, SUB_EAX_COUNT, 0 },
	{ 0x00000023, SUB_NONZERO, 8 },
	{ 0x00000024, SUB_EAX_COUNT, 0 },
	{ 0x8000001d, SUB_TYPE_EAX, 0 },
	{ 0x80000020, SUB_FIXED, 4 },
	{ 0x80000026, SUB_TYPE_ECX, 0 },
};

static const struct subleaf_leaf *subleaf_rule(uint32_t function)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(subleaf_leaves); i++)
		if (subleaf_leaves[i].function == function)
			return &subleaf_leaves[i];
	return NULL;
}

static bool all_zero(const struct cpuid_regs *v)
{
	return !(v->r[0] | v->r[1] | v->r[2] | v->r[3]);
}

/* Is this subleaf the last one? */
static bool last_subleaf(const struct subleaf_leaf *l, uint32_t index,
			 const struct cpuid_regs *v, uint32_t eax0)
{
	switch (l->rule) {
	case SUB_EAX_COUNT:
		return index >= eax0;
	case SUB_TYPE_EAX:
		return !(v->r[REG_EAX] & 0x1f);
	case SUB_TYPE_ECX:
		return !(v->r[REG_ECX] & 0xff00);
	case SUB_SGX:
		return index > 1 && !(v->r[REG_EAX] & 0xf);
	default:
		return index + 1 >= l->count;
	}
}

static void read_subleaves(struct cpuid_list *list,
			   const struct subleaf_leaf *l)
{
	uint32_t index, eax0 = 0;

	for (index = 0; index < SUBLEAVES_MAX; index++) {
		struct cpuid_regs v = raw_cpuid(l->function, index);

		if (!index)
			eax0 = v.r[REG_EAX];
		if (l->rule != SUB_NONZERO || index < 2 || !all_zero(&v))
			cpuid_append(list, l->function, index,
				     KVM_CPUID_FLAG_SIGNIFCANT_INDEX, v);
		if (last_subleaf(l, index, &v, eax0))
			break;
	}
}

static void read_leaf(struct cpuid_list *list, uint32_t function)
{
	const struct subleaf_leaf *l = subleaf_rule(function);

	if (l)
		read_subleaves(list, l);
	else
		cpuid_append(list, function, 0, 0, raw_cpuid(function, 0));
}

/*
 * Classes other than the basic one exist only if their first leaf names a
 * maximum within the class; an Intel CPU answers unknown classes with the
 * data of its last basic leaf (SDM vol. 2A, CPUID).
 */
static void read_class(struct cpuid_list *list, uint32_t base)
{
	uint32_t max = raw_cpuid(base, 0).r[REG_EAX];
	uint32_t function;

	if (max < base || max - base >= LEAVES_PER_CLASS) {
		if (base)
			return;
		max = LEAVES_PER_CLASS - 1;
	}
	for (function = base; function <= max; function++)
		read_leaf(list, function);
}

void facts_read_raw_cpuid(struct cpuid_list *list)
{
	static const uint32_t bases[] = {
		0, 0x40000000, 0x40000100, 0x80000000, 0x80860000, 0xc0000000,
	};
	unsigned int i;

	memset(list, 0, sizeof(*list));
	for (i = 0; i < ARRAY_SIZE(bases); i++)
		read_class(list, bases[i]);
}

/* Bits that tell CPUs of one kind apart: APIC ids and XCR0's current size. */
static const struct {
	uint32_t function;
	uint32_t keep[NR_CPUID_REGS];
} per_cpu_bits[] = {
	{ 0x00000001, { ~0u, 0x00ffffff, ~(1u << 27), ~0u } },
	{ 0x00000007, { ~0u, ~0u, ~(1u << 4), ~0u } },
	{ 0x0000000b, { ~0u, ~0u, ~0u, 0 } },
	{ 0x0000000d, { ~0u, 0, ~0u, ~0u } },
	{ 0x0000001f, { ~0u, ~0u, ~0u, 0 } },
	{ 0x8000001e, { 0, ~0xffu, ~0xffu, ~0u } },
	{ 0x80000026, { ~0u, ~0u, ~0u, 0 } },
};

static bool same_entry(const struct kvm_cpuid_entry2 *a,
		       const struct kvm_cpuid_entry2 *b)
{
	uint32_t keep[NR_CPUID_REGS] = { ~0u, ~0u, ~0u, ~0u };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(per_cpu_bits); i++)
		if (per_cpu_bits[i].function == a->function)
			memcpy(keep, per_cpu_bits[i].keep, sizeof(keep));
	return a->function == b->function && a->index == b->index &&
	       !((a->eax ^ b->eax) & keep[REG_EAX]) &&
	       !((a->ebx ^ b->ebx) & keep[REG_EBX]) &&
	       !((a->ecx ^ b->ecx) & keep[REG_ECX]) &&
	       !((a->edx ^ b->edx) & keep[REG_EDX]);
}

static bool same_kind(const struct cpuid_list *a, const struct cpuid_list *b)
{
	uint32_t i;

	if (a->nent != b->nent)
		return false;
	for (i = 0; i < a->nent; i++)
		if (!same_entry(&a->e[i], &b->e[i]))
			return false;
	return true;
}

bool facts_add_cpu_kind(struct host_facts *f, uint32_t cpu,
			const struct cpuid_list *list)
{
	uint32_t i;

	for (i = 0; i < f->nr_cpu_kinds; i++)
		if (same_kind(&f->cpu[i].cpuid, list))
			return true;
	if (f->nr_cpu_kinds == FACTS_CPU_KINDS_MAX)
		return false;
	f->cpu[f->nr_cpu_kinds].first_cpu = cpu;
	f->cpu[f->nr_cpu_kinds++].cpuid = *list;
	return true;
}

static void read_one_cpu(struct host_facts *f, uint32_t cpu,
			 struct cpuid_list *scratch)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return;
	facts_read_raw_cpuid(scratch);
	facts_add_cpu_kind(f, cpu, scratch);
}

void facts_read_cpu_kinds(struct host_facts *f)
{
	struct cpuid_list *scratch = malloc(sizeof(*scratch));
	cpu_set_t allowed;
	uint32_t cpu;

	f->nr_cpu_kinds = 0;
	if (scratch && !sched_getaffinity(0, sizeof(allowed), &allowed)) {
		for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
			if (CPU_ISSET(cpu, &allowed))
				read_one_cpu(f, cpu, scratch);
		sched_setaffinity(0, sizeof(allowed), &allowed);
	}
	free(scratch);
	if (!f->nr_cpu_kinds) {
		f->nr_cpu_kinds = 1;
		facts_read_raw_cpuid(&f->cpu[0].cpuid);
	}
}

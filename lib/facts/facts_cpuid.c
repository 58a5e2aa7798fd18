// SPDX-License-Identifier: GPL-2.0-only
/* Raw CPUID: which leaves exist, which have subleaves, and how many. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_kind.h"
#include "facts_cpuid.h"

/* A sane CPU ends each class well below this; do not trust one that lies. */
#define LEAVES_PER_CLASS	0x100
/* XCR0 and XSS have a bit for each subleaf of 0xd; no other leaf has more. */
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

/* Which subleaves a leaf has: by its own rule (SDM vol. 2A, APM vol. 3). */
enum subleaf_rule {
	SUB_EAX_COUNT,		/* subleaf 0 EAX is the last subleaf */
	SUB_TYPE_EAX,		/* until EAX[4:0], the type, is 0 */
	SUB_TYPE_ECX,		/* until ECX[15:8], the level type, is 0 */
	SUB_SGX,		/* from 2 on until EAX[3:0] is 0 */
	SUB_XSAVE,		/* 0, 1, and the bits of XCR0 and XSS */
	SUB_BITS_EAX,		/* subleaf 0 has a bit for each one, in ... */
	SUB_BITS_EBX,
	SUB_BITS_EDX,
};

static const struct subleaf_leaf {
	uint32_t function;
	enum subleaf_rule rule;
} subleaf_leaves[] = {
	{ 0x00000004, SUB_TYPE_EAX },
	{ 0x00000007, SUB_EAX_COUNT },
	{ 0x0000000b, SUB_TYPE_ECX },
	{ 0x0000000d, SUB_XSAVE },
	{ 0x0000000f, SUB_BITS_EDX },	/* resource monitoring */
	{ 0x00000010, SUB_BITS_EBX },	/* resource allocation */
	{ 0x00000012, SUB_SGX },
	{ 0x00000014, SUB_EAX_COUNT },
	{ 0x00000017, SUB_EAX_COUNT },
	{ 0x00000018, SUB_EAX_COUNT },
	{ 0x0000001b, SUB_TYPE_EAX },
	{ 0x0000001d, SUB_EAX_COUNT },
	{ 0x0000001e, SUB_EAX_COUNT },
	{ 0x0000001f, SUB_TYPE_ECX },
	{ 0x00000020, SUB_EAX_COUNT },
	{ 0x00000023, SUB_BITS_EAX },	/* architectural PMU */
	{ 0x00000024, SUB_EAX_COUNT },
	{ 0x00000027, SUB_BITS_EDX },	/* 0xf and 0x10 of asymmetric CPUs */
	{ 0x00000028, SUB_BITS_EBX },
	{ 0x00000029, SUB_EAX_COUNT },
	{ 0x8000001d, SUB_TYPE_EAX },
	{ 0x80000020, SUB_BITS_EBX },	/* AMD's resource control */
	{ 0x80000026, SUB_TYPE_ECX },
};

static const struct subleaf_leaf *subleaf_rule(uint32_t function)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(subleaf_leaves); i++)
		if (subleaf_leaves[i].function == function)
			return &subleaf_leaves[i];
	return NULL;
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
	default:
		return index > 1 && !(v->r[REG_EAX] & 0xf);
	}
}

static void read_in_order(struct cpuid_list *list, cpuid_fn ask, void *of,
			  const struct subleaf_leaf *l)
{
	uint32_t index, eax0 = 0;

	for (index = 0; index < SUBLEAVES_MAX; index++) {
		struct cpuid_regs v = ask(of, l->function, index);

		if (!index)
			eax0 = v.r[REG_EAX];
		cpuid_append(list, l->function, index,
			     KVM_CPUID_FLAG_SIGNIFCANT_INDEX, v);
		if (last_subleaf(l, index, &v, eax0))
			break;
	}
}

/* Subleaf 1 of 0xd tells which components XSS has. */
static uint64_t xsave_subleaves(cpuid_fn ask, void *of)
{
	struct cpuid_regs xcr0 = ask(of, 0xd, 0), xss = ask(of, 0xd, 1);

	return (uint64_t)(xcr0.r[REG_EDX] | xss.r[REG_EDX]) << 32 |
	       xcr0.r[REG_EAX] | xss.r[REG_ECX] | 3;
}

static uint64_t subleaf_bits(cpuid_fn ask, void *of,
			     const struct subleaf_leaf *l)
{
	struct cpuid_regs v;

	if (l->rule == SUB_XSAVE)
		return xsave_subleaves(ask, of);
	v = ask(of, l->function, 0);
	return v.r[l->rule == SUB_BITS_EAX ? REG_EAX :
		   l->rule == SUB_BITS_EBX ? REG_EBX : REG_EDX] | 1;
}

static void read_by_bits(struct cpuid_list *list, cpuid_fn ask, void *of,
			 const struct subleaf_leaf *l)
{
	uint64_t bits = subleaf_bits(ask, of, l);
	uint32_t index;

	for (index = 0; index < SUBLEAVES_MAX; index++)
		if (bits >> index & 1)
			cpuid_append(list, l->function, index,
				     KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
				     ask(of, l->function, index));
}

static void read_leaf(struct cpuid_list *list, cpuid_fn ask, void *of,
		      uint32_t function)
{
	const struct subleaf_leaf *l = subleaf_rule(function);

	if (!l)
		cpuid_append(list, function, 0, 0, ask(of, function, 0));
	else if (l->rule >= SUB_XSAVE)
		read_by_bits(list, ask, of, l);
	else
		read_in_order(list, ask, of, l);
}

/*
 * Classes other than the basic one exist only if their first leaf names a
 * maximum within the class; an Intel CPU answers unknown classes with the
 * data of its last basic leaf (SDM vol. 2A, CPUID).
 */
static void read_class(struct cpuid_list *list, cpuid_fn ask, void *of,
		       uint32_t base)
{
	uint32_t max = ask(of, base, 0).r[REG_EAX];
	uint32_t function;

	if (max < base || max - base >= LEAVES_PER_CLASS) {
		if (base)
			return;
		max = LEAVES_PER_CLASS - 1;
	}
	for (function = base; function <= max; function++)
		read_leaf(list, ask, of, function);
}

void facts_list_cpuid(struct cpuid_list *list, cpuid_fn ask, void *of)
{
	static const uint32_t bases[] = {
		0, 0x40000000, 0x40000100, 0x80000000, 0x80860000, 0xc0000000,
	};
	unsigned int i;

	memset(list, 0, sizeof(*list));
	for (i = 0; i < ARRAY_SIZE(bases); i++)
		read_class(list, ask, of, bases[i]);
}

static struct cpuid_regs ask_this_cpu(void *of, uint32_t function,
				      uint32_t index)
{
	(void)of;
	return raw_cpuid(function, index);
}

void facts_read_raw_cpuid(struct cpuid_list *list)
{
	facts_list_cpuid(list, ask_this_cpu, NULL);
}

bool facts_add_cpu_kind(struct host_facts *f, uint32_t cpu,
			const struct cpuid_list *list)
{
	uint32_t i;

	for (i = 0; i < f->nr_cpu_kinds; i++)
		if (cpu_kind_same(&f->cpu[i].cpuid, list))
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

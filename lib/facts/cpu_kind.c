// SPDX-License-Identifier: GPL-2.0-only
#include "cpu_kind.h"

/* Bits that are state, and may differ from one CPU to the next. */
#define OSXSAVE		(1u << 27)
#define OSPKE		(1u << 4)
#define APIC		(1u << 9)	/* also off where the APIC is disabled */
#define LWP		(1u << 15)	/* AMD family 15h: one CPU of a module */

/* What a kind is: SDM vol. 2A, CPUID; APM vol. 3, appendix E. */
static const struct {
	uint32_t function, index;
	enum cpuid_reg reg;
	uint32_t mask;
} kind_words[] = {
	{ 0x00000000, 0, REG_EBX, ~0u },	/* vendor */
	{ 0x00000000, 0, REG_ECX, ~0u },
	{ 0x00000000, 0, REG_EDX, ~0u },
	{ 0x00000001, 0, REG_EAX, ~0u },	/* family, model, stepping */
	{ 0x0000001a, 0, REG_EAX, ~0u },	/* core type, native model */
	{ 0x80000026, 0, REG_EBX, 0xff000000 },
	/* features */
	{ 0x00000001, 0, REG_ECX, ~OSXSAVE },
	{ 0x00000001, 0, REG_EDX, ~APIC },
	{ 0x00000007, 0, REG_EBX, ~0u },
	{ 0x00000007, 0, REG_ECX, ~OSPKE },
	{ 0x00000007, 0, REG_EDX, ~0u },
	{ 0x00000007, 1, REG_EAX, ~0u },
	{ 0x00000007, 1, REG_EBX, ~0u },
	{ 0x00000007, 1, REG_ECX, ~0u },
	{ 0x00000007, 1, REG_EDX, ~0u },
	{ 0x00000007, 2, REG_EDX, ~0u },
	{ 0x0000000d, 0, REG_EAX, ~0u },
	{ 0x0000000d, 0, REG_EDX, ~0u },
	{ 0x0000000d, 1, REG_EAX, ~0u },
	{ 0x80000001, 0, REG_ECX, ~LWP },
	{ 0x80000001, 0, REG_EDX, ~APIC },
	{ 0x80000007, 0, REG_EDX, ~0u },
	{ 0x80000008, 0, REG_EBX, ~0u },
	{ 0x8000000a, 0, REG_EDX, ~0u },
	{ 0x80000021, 0, REG_EAX, ~0u },
	{ 0xc0000001, 0, REG_EDX, ~0u },
};

bool cpu_kind_same(const struct cpuid_list *a, const struct cpuid_list *b)
{
	const struct kvm_cpuid_entry2 *x, *y;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kind_words); i++) {
		x = cpuid_find(a, kind_words[i].function, kind_words[i].index);
		y = cpuid_find(b, kind_words[i].function, kind_words[i].index);
		if (x && y && (cpuid_entry_reg(x, kind_words[i].reg) ^
			       cpuid_entry_reg(y, kind_words[i].reg)) &
			      kind_words[i].mask)
			return false;
	}
	return true;
}

#define AMD_HETEROGENEOUS	(1u << 30)	/* 0x80000026 EAX */

/* Not 0 for a P-core of AMD, whose type and native model are both 0. */
static uint32_t amd_core(const struct cpuid_list *list)
{
	if (!(cpuid_get(list, 0x80000026, 0, REG_EAX) & AMD_HETEROGENEOUS))
		return 0;
	return cpuid_get(list, 0x80000026, 0, REG_EBX) >> 24 | 0x100;
}

uint32_t cpu_kind_core(const struct cpuid_list *list)
{
	uint32_t intel = cpuid_get(list, 0x1a, 0, REG_EAX);

	return intel ? intel : amd_core(list);
}

const char *cpu_kind_name(const struct cpuid_list *list)
{
	uint32_t core = cpu_kind_core(list);

	if (core >> 24 == 0x40 || core >> 4 == 0x10)
		return "P-core";
	if (core >> 24 == 0x20 || core >> 4 == 0x11)
		return "E-core";
	return "CPU";
}

/* How much two kinds have in common; 0: they cannot be counterparts. */
static unsigned int likeness(const struct cpuid_list *a,
			     const struct cpuid_list *b)
{
	uint32_t x = cpu_kind_core(a), y = cpu_kind_core(b);

	if (x && y && cpu_kind_name(a) != cpu_kind_name(b))
		return 0;
	if (cpu_kind_same(a, b))
		return 4;
	if (x && x == y)
		return 3;
	return x && y ? 2 : 1;
}

/* The best pairs first; of equal ones, in the order of the kinds. */
static void match(const struct host_facts *f, const struct host_facts *g,
		  uint32_t *of_g)
{
	bool taken[FACTS_CPU_KINDS_MAX] = { false };
	unsigned int least;
	uint32_t i, j;

	for (i = 0; i < g->nr_cpu_kinds; i++)
		of_g[i] = f->nr_cpu_kinds;
	for (least = 4; least; least--)
		for (i = 0; i < g->nr_cpu_kinds; i++)
			for (j = 0; j < f->nr_cpu_kinds; j++)
				if (of_g[i] == f->nr_cpu_kinds && !taken[j] &&
				    likeness(&f->cpu[j].cpuid,
					     &g->cpu[i].cpuid) >= least) {
					of_g[i] = j;
					taken[j] = true;
				}
}

uint32_t cpu_kind_counterpart(const struct host_facts *f,
			      const struct host_facts *g, uint32_t i)
{
	uint32_t of_g[FACTS_CPU_KINDS_MAX];

	match(f, g, of_g);
	return of_g[i];
}

// SPDX-License-Identifier: GPL-2.0-only
/* Kinds of CPU, their counterparts on another machine, and all subleaves. */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "cpu_kind.h"
#include "facts_cpuid.h"

FIXTURE(kinds)
{
	struct host_facts *a, *b;
	struct cpuid_list *list;
};

FIXTURE_SETUP(kinds)
{
	self->a = calloc(1, sizeof(*self->a));
	self->b = calloc(1, sizeof(*self->b));
	self->list = calloc(1, sizeof(*self->list));
}

FIXTURE_TEARDOWN(kinds)
{
	free(self->a);
	free(self->b);
	free(self->list);
}

static void add(struct cpuid_list *l, uint32_t function, uint32_t index,
		uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	cpuid_append(l, function, index, 0,
		     (struct cpuid_regs){ { eax, ebx, ecx, edx } });
}

/* A CPU of an Intel hybrid; apic: what is different on each. */
static void intel_cpu(struct cpuid_list *l, uint32_t core, uint32_t apic)
{
	memset(l, 0, sizeof(*l));
	add(l, 0, 0, 0x1a, 0x756e6547, 0x6c65746e, 0x49656e69);
	add(l, 1, 0, 0x90672, apic << 24 | 0x800800, 0x7ffafbbf, 0xbfebfbff);
	add(l, 3, 0, apic, apic, apic, apic);
	add(l, 6, 0, 0xdf8ff7, 2, 0x401, apic << 16 | 3);
	add(l, 7, 0, 0, 0x239ca7eb, 0x98c027ac, 0xfc1cc410);
	add(l, 0xb, 0, 1, 2, 0x100, apic);
	add(l, 0x1a, 0, core, 0, 0, 0);
	add(l, 0xc0000004, 0, apic, apic, 0, 0);
}

static void add_cpu(struct host_facts *f, struct cpuid_list *scratch,
		    uint32_t cpu, uint32_t core)
{
	intel_cpu(scratch, core, cpu);
	facts_add_cpu_kind(f, cpu, scratch);
}

#define P_CORE	0x40000001
#define E_CORE	0x20000001
#define LP_CORE	0x20000003

TEST_F(kinds, by_core_type)
{
	static const uint32_t cores[] = {
		P_CORE, P_CORE, E_CORE, E_CORE, LP_CORE, P_CORE,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cores); i++)
		add_cpu(self->a, self->list, i, cores[i]);
	ASSERT_EQ(3, self->a->nr_cpu_kinds);
	EXPECT_EQ(0, self->a->cpu[0].first_cpu);
	EXPECT_EQ(2, self->a->cpu[1].first_cpu);
	EXPECT_EQ(4, self->a->cpu[2].first_cpu);
	EXPECT_STREQ("P-core", cpu_kind_name(&self->a->cpu[0].cpuid));
	EXPECT_STREQ("E-core", cpu_kind_name(&self->a->cpu[1].cpuid));
}

static void amd_cpu(struct cpuid_list *l, bool hybrid, uint32_t type)
{
	memset(l, 0, sizeof(*l));
	add(l, 0, 0, 0x10, 0x68747541, 0x444d4163, 0x69746e65);
	add(l, 1, 0, 0xb20f40, 0x100800, 0, 0);
	add(l, 0x80000026, 0, hybrid ? 0x60000001 : 1, type << 28 | 2, 0x100,
	    0);
}

TEST_F(kinds, by_core_type_of_amd)
{
	amd_cpu(self->list, true, 0);
	EXPECT_STREQ("P-core", cpu_kind_name(self->list));
	facts_add_cpu_kind(self->a, 0, self->list);
	amd_cpu(self->list, true, 1);
	EXPECT_STREQ("E-core", cpu_kind_name(self->list));
	facts_add_cpu_kind(self->a, 1, self->list);
	EXPECT_EQ(2, self->a->nr_cpu_kinds);
	amd_cpu(self->list, false, 0);
	EXPECT_STREQ("CPU", cpu_kind_name(self->list));
	EXPECT_EQ(0, cpu_kind_core(self->list));
}

/* One bit of a feature, or of the model, is another kind. */
static const struct {
	uint32_t function;
	enum cpuid_reg reg;
	uint32_t bits;
	bool same;
} flips[] = {
	{ 1, REG_EAX, 0x10, false },
	{ 7, REG_EBX, 1u << 16, false },
	{ 0x1a, REG_EAX, 1, false },
	{ 1, REG_ECX, 1u << 27, true },		/* OSXSAVE */
	{ 7, REG_ECX, 1u << 4, true },		/* OSPKE */
	{ 1, REG_EDX, 1u << 9, true },		/* APIC */
	{ 6, REG_EAX, 2, true },		/* turbo, as the BIOS has it */
};

TEST_F(kinds, by_bits)
{
	struct kvm_cpuid_entry2 *e;
	unsigned int i;

	intel_cpu(&self->a->cpu[0].cpuid, P_CORE, 0);
	for (i = 0; i < ARRAY_SIZE(flips); i++) {
		intel_cpu(self->list, P_CORE, 0);
		e = cpuid_find_mut(self->list, flips[i].function, 0);
		cpuid_entry_set_reg(e, flips[i].reg, flips[i].bits ^
				    cpuid_entry_reg(e, flips[i].reg));
		EXPECT_EQ(flips[i].same,
			  cpu_kind_same(&self->a->cpu[0].cpuid, self->list));
	}
}

/* A section that was cut short is no kind of its own. */
TEST_F(kinds, leaf_that_is_missing)
{
	intel_cpu(&self->a->cpu[0].cpuid, P_CORE, 0);
	intel_cpu(self->list, P_CORE, 0);
	cpuid_remove(self->list, 7);
	EXPECT_TRUE(cpu_kind_same(&self->a->cpu[0].cpuid, self->list));
}

TEST_F(kinds, counterparts)
{
	add_cpu(self->a, self->list, 0, P_CORE);
	add_cpu(self->a, self->list, 1, E_CORE);
	add_cpu(self->b, self->list, 0, E_CORE);
	add_cpu(self->b, self->list, 1, LP_CORE);
	add_cpu(self->b, self->list, 2, P_CORE);
	EXPECT_EQ(1, cpu_kind_counterpart(self->a, self->b, 0));
	EXPECT_EQ(2, cpu_kind_counterpart(self->a, self->b, 1));
	EXPECT_EQ(0, cpu_kind_counterpart(self->a, self->b, 2));
	EXPECT_EQ(2, cpu_kind_counterpart(self->b, self->a, 0));
	EXPECT_EQ(0, cpu_kind_counterpart(self->b, self->a, 1));
}

/* Machines without core types: one is the counterpart of the other. */
TEST_F(kinds, counterpart_of_another_model)
{
	add_cpu(self->a, self->list, 0, 0);
	intel_cpu(self->list, 0, 0);
	self->list->e[1].eax = 0x50657;
	facts_add_cpu_kind(self->b, 0, self->list);
	EXPECT_EQ(0, cpu_kind_counterpart(self->a, self->b, 0));
}

/* --- subleaves, by what the leaf says ---------------------------------------- */
/* EAX of every answer is its subleaf, but for what is said in this table. */
static const struct {
	uint32_t function, index;
	struct cpuid_regs regs;
} answers[] = {
	{ 0x00, 0, { { 0x28 } } },
	{ 0x07, 0, { { 2 } } },
	{ 0x0d, 0, { { 0x207, 0, 0, 0x40000000 } } },
	{ 0x0d, 1, { { 0xf, 0, 0x800, 0 } } },
	{ 0x0f, 0, { { 0, 0, 0, 2 } } },
	{ 0x10, 0, { { 0, 1u << 6 | 1u << 1 } } },
	{ 0x23, 0, { { 0x3b } } },
	{ 0x27, 0, { { 0 } } },
	{ 0x28, 0, { { 0, 1u << 6 } } },
	{ 0x80000000, 0, { { 0x80000020 } } },
	{ 0x80000020, 0, { { 0, 0x7e } } },
};

static struct cpuid_regs ask(void *of, uint32_t function, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(answers); i++)
		if (answers[i].function == function &&
		    answers[i].index == index)
			return answers[i].regs;
	return (struct cpuid_regs){ { index } };
}

static const struct {
	uint32_t function;
	unsigned int n, index[10];
} subleaves[] = {
	{ 0x07, 3, { 0, 1, 2 } },
	{ 0x0d, 6, { 0, 1, 2, 9, 11, 62 } },
	{ 0x0f, 2, { 0, 1 } },
	{ 0x10, 3, { 0, 1, 6 } },
	{ 0x23, 5, { 0, 1, 3, 4, 5 } },
	{ 0x27, 1, { 0 } },
	{ 0x28, 2, { 0, 6 } },
	{ 0x80000020, 7, { 0, 1, 2, 3, 4, 5, 6 } },
};

TEST_F(kinds, subleaves)
{
	unsigned int i, j, n;

	facts_list_cpuid(self->list, ask, NULL);
	for (i = 0; i < ARRAY_SIZE(subleaves); i++) {
		for (j = 0, n = 0; j < self->list->nent; j++)
			n += self->list->e[j].function ==
			     subleaves[i].function;
		EXPECT_EQ(subleaves[i].n, n);
		for (j = 0; j < subleaves[i].n; j++)
			EXPECT_NE(NULL, cpuid_find(self->list,
						   subleaves[i].function,
						   subleaves[i].index[j]));
	}
}

TEST_HARNESS_MAIN

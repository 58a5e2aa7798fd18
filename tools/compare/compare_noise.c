// SPDX-License-Identifier: GPL-2.0-only
/* What differs from one run to the next on one host, a row each. */
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "cpu_kind.h"

#define RAW	(1u << SRC_RAW)
/* KVM passes on what CPUID said where it happened to run. */
#define BOTH	(RAW | 1u << SRC_SUPPORTED)

struct noise_row {
	void (*drop)(const struct noise_row *r, struct host_facts *clean,
		     const struct host_facts *a);
	unsigned int lists;
	uint32_t function, index;
	unsigned int word;
	uint32_t mask;
	unsigned int ppm;
	const char *why;
};

static bool near(uint32_t a, uint32_t b, unsigned int ppm)
{
	uint64_t gap = a > b ? a - b : b - a;

	return gap * 1000000 <= (uint64_t)a * ppm;
}

static void drop_word(const struct noise_row *r, struct kvm_cpuid_entry2 *e,
		      uint32_t a)
{
	uint32_t b = cpuid_entry_reg(e, r->word);

	if (r->ppm && !near(a, b, r->ppm))
		return;
	cpuid_entry_set_reg(e, r->word, (b & ~r->mask) | (a & r->mask));
}

static void drop_in_list(const struct noise_row *r, struct cpuid_list *clean,
			 const struct cpuid_list *a)
{
	const struct kvm_cpuid_entry2 *other;
	uint32_t i;

	for (i = 0; i < clean->nent; i++) {
		struct kvm_cpuid_entry2 *e = &clean->e[i];

		if (e->function != r->function ||
		    (r->index != ANY_SUBLEAF && e->index != r->index))
			continue;
		other = cpuid_find(a, e->function, e->index);
		if (other)
			drop_word(r, e, cpuid_entry_reg(other, r->word));
	}
}

static void drop_cpuid(const struct noise_row *r, struct host_facts *clean,
		       const struct host_facts *a)
{
	uint32_t i, j;

	if (r->lists & 1u << SRC_SUPPORTED)
		drop_in_list(r, &clean->supported, &a->supported);
	for (i = 0; i < clean->nr_cpu_kinds; i++) {
		j = cpu_kind_counterpart(a, clean, i);
		if (j < a->nr_cpu_kinds)
			drop_in_list(r, &clean->cpu[i].cpuid,
				     &a->cpu[j].cpuid);
	}
}

static void drop_tsc(const struct noise_row *r, struct host_facts *clean,
		     const struct host_facts *a)
{
	if (near(a->tsc_khz, clean->tsc_khz, r->ppm))
		clean->tsc_khz = a->tsc_khz;
}

bool param_same(const char *a, const char *b)
{
	static const char * const spellings[][2] = {
		{ "Y", "1" }, { "N", "0" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(spellings); i++)
		if ((!strcmp(a, spellings[i][0]) &&
		     !strcmp(b, spellings[i][1])) ||
		    (!strcmp(a, spellings[i][1]) &&
		     !strcmp(b, spellings[i][0])))
			return true;
	return !strcmp(a, b);
}

static void drop_spelling(const struct noise_row *r, struct host_facts *clean,
			  const struct host_facts *a)
{
	uint32_t i;

	(void)r;
	for (i = 0; i < clean->nr_params; i++) {
		struct module_param *p = &clean->params[i];
		const char *other = facts_param(a, p->module, p->name);

		if (other && param_same(other, p->value))
			strcpy(p->value, other);
	}
}

/* Both vendor modules are in a kernel that has them built in; one is idle. */
static bool is_idle(const struct module_param *p, const struct host_facts *a,
		    const struct host_facts *b)
{
	return (!strcmp(p->module, "kvm_amd") ||
		!strcmp(p->module, "kvm_intel")) &&
	       a->kvm_module[0] && b->kvm_module[0] &&
	       strcmp(p->module, a->kvm_module) &&
	       strcmp(p->module, b->kvm_module);
}

static void drop_idle(const struct noise_row *r, struct host_facts *clean,
		      const struct host_facts *a)
{
	uint32_t i, n = 0;

	(void)r;
	if (!a->nr_params || !clean->nr_params)
		return;
	for (i = 0; i < clean->nr_params; i++)
		if (!is_idle(&clean->params[i], a, clean))
			clean->params[n++] = clean->params[i];
	for (i = 0; i < a->nr_params && n < FACTS_PARAMS_MAX; i++)
		if (is_idle(&a->params[i], a, clean))
			clean->params[n++] = a->params[i];
	clean->nr_params = n;
}

static const struct noise_row noise_rows[] = {
	{ drop_cpuid, BOTH, 0x1, 0, REG_EBX, 0xff000000, 0,
	  "APIC ID of the CPU that was asked (SDM vol. 2A, CPUID)" },
	{ drop_cpuid, BOTH, 0xb, ANY_SUBLEAF, REG_EDX, ~0u, 0,
	  "x2APIC ID of the CPU that was asked" },
	{ drop_cpuid, BOTH, 0x1f, ANY_SUBLEAF, REG_EDX, ~0u, 0,
	  "x2APIC ID of the CPU that was asked" },
	{ drop_cpuid, BOTH, 0x8000001e, 0, REG_EAX, ~0u, 0,
	  "extended APIC ID of the CPU that was asked (APM vol. 3, E.4)" },
	{ drop_cpuid, BOTH, 0x8000001e, 0, REG_EBX, 0xff, 0,
	  "core ID of the CPU that was asked" },
	{ drop_cpuid, BOTH, 0x8000001e, 0, REG_ECX, 0xff, 0,
	  "node ID of the CPU that was asked" },
	{ drop_cpuid, BOTH, 0x80000026, ANY_SUBLEAF, REG_EDX, ~0u, 0,
	  "extended APIC ID of the CPU that was asked" },
	{ drop_cpuid, RAW, 0x3, 0, REG_ECX, ~0u, 0,
	  "serial number" },
	{ drop_cpuid, RAW, 0x3, 0, REG_EDX, ~0u, 0,
	  "serial number" },
	{ drop_cpuid, RAW, 0x6, 0, REG_EDX, 0xffff0000, 0,
	  "row of the CPU that was asked in the feedback table" },
	{ drop_cpuid, RAW, 0xc0000004, 0, REG_EAX, ~0u, 0,
	  "temperature and voltage at that moment (Zhaoxin)" },
	{ drop_cpuid, RAW, 0xc0000004, 0, REG_EBX, ~0u, 0,
	  "clock at that moment" },
	{ drop_cpuid, RAW, 0xc0000004, 0, REG_ECX, ~0u, 0,
	  "clock at that moment" },
	{ drop_cpuid, RAW, 0xc0000004, 0, REG_EDX, ~0u, 0,
	  "voltages at that moment" },
	{ drop_cpuid, RAW, 0x1, 0, REG_ECX, 1u << 27, 0,
	  "OSXSAVE is CR4.OSXSAVE at that moment" },
	{ drop_cpuid, RAW, 0x7, 0, REG_ECX, 1u << 4, 0,
	  "OSPKE is CR4.PKE at that moment" },
	{ drop_cpuid, RAW, 0x19, 0, REG_EBX, 1u << 0, 0,
	  "AESKLE is CR4.KL at that moment" },
	{ drop_cpuid, RAW, 0xd, 0, REG_EBX, ~0u, 0,
	  "size of what XCR0 enables at that moment" },
	{ drop_cpuid, RAW, 0xd, 1, REG_EBX, ~0u, 0,
	  "size of what XCR0 and XSS enable at that moment" },
	{ drop_cpuid, RAW, 0x16, 0, REG_EAX, ~0u, 10000,
	  "a guest's base frequency is measured by its host" },
	{ drop_cpuid, RAW, 0x40000010, 0, REG_EAX, ~0u, 10000,
	  "a guest's TSC frequency is measured by its host" },
	{ drop_tsc, 0, 0, 0, 0, 0, 10000,
	  "measured at boot; tsc.c takes what is within 1 % for the same" },
	{ drop_spelling, 0, 0, 0, 0, 0, 0,
	  "Y and 1: some parameters were int, and are bool in later kernels" },
	{ drop_idle, 0, 0, 0, 0, 0, 0,
	  "parameters of the vendor module that is not at work" },
};

void compare_drop_noise(struct host_facts *clean, const struct host_facts *a)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(noise_rows); i++)
		noise_rows[i].drop(&noise_rows[i], clean, a);
}

void compare_drop_noise_of_kinds(struct host_facts *f)
{
	unsigned int i;
	uint32_t kind;

	for (i = 0; i < ARRAY_SIZE(noise_rows); i++)
		for (kind = 1; kind < f->nr_cpu_kinds; kind++)
			if (noise_rows[i].lists & RAW)
				drop_in_list(&noise_rows[i],
					     &f->cpu[kind].cpuid,
					     &f->cpu[0].cpuid);
}

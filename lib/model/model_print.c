// SPDX-License-Identifier: GPL-2.0-only
/* A guest CPU as text. */
#include <inttypes.h>

#include "feature.h"
#include "model_print.h"

static void print_entry(const struct kvm_cpuid_entry2 *e, FILE *out)
{
	fprintf(out,
		"set_cpuid2 0x%08x 0x%08x flags=0x%x eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n",
		e->function, e->index, e->flags, e->eax, e->ebx, e->ecx,
		e->edx);
}

/* Capabilities that go with the CPU, NULL where there is one no more. */
static const char *capability(const struct guest_cpu *cpu, unsigned int i)
{
	const struct {
		bool on;
		const char *name;
	} caps[] = {
		{ cpu->disable_pmu, "KVM_CAP_PMU_CAPABILITY" },
		{ cpu->enforce_pv, "KVM_CAP_ENFORCE_PV_FEATURE_CPUID" },
		{ cpu->enforce_hyperv, "KVM_CAP_HYPERV_ENFORCE_CPUID" },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(caps); n++)
		if (caps[n].on && !i--)
			return caps[n].name;
	return NULL;
}

void model_print_entries(const struct guest_cpu *cpu, unsigned int vcpu,
			 FILE *out)
{
	uint32_t i;

	fprintf(out, "vcpu %u\n", vcpu);
	for (i = 0; capability(cpu, i); i++)
		fprintf(out, "enable_cap %s\n", capability(cpu, i));
	for (i = 0; i < cpu->cpuid.nent; i++)
		print_entry(&cpu->cpuid.e[i], out);
	if (cpu->setup_mce)
		fprintf(out, "setup_mce 0x%016" PRIx64 "\n", cpu->mcg_cap);
	for (i = 0; i < cpu->msrs.n; i++)
		fprintf(out, "set_msr 0x%08x 0x%016" PRIx64 "\n",
			cpu->msrs.m[i].index, cpu->msrs.m[i].value);
}

/* KVM's leaves go by their usual number even if Hyper-V's moved them. */
static uint32_t usual_function(uint32_t function)
{
	return function == 0x40000101 ? 0x40000001 : function;
}

static void print_names(const char *word, uint64_t value,
			const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg,
			uint32_t msr, FILE *out)
{
	unsigned int bit;
	const char *name;

	fprintf(out, "%-24s%s", word, value ? "" : " (none)");
	for (bit = 0; bit < 64; bit++) {
		if (!(value >> bit & 1))
			continue;
		name = e ? feature_name(usual_function(e->function), e->index,
					reg, bit) :
			   feature_msr_bit_name(msr, bit);
		if (name)
			fprintf(out, " %s", name);
		else
			fprintf(out, " bit%u", bit);
	}
	fputc('\n', out);
}

/* VMX controls are printed as what may be 1. */
static uint64_t msr_bits(const struct msr_value *m)
{
	bool control = m->index == 0x48b ||
		       (m->index >= 0x48d && m->index <= 0x490);

	return control ? m->value >> 32 : m->value;
}

void model_print_names(const struct guest_cpu *cpu, FILE *out)
{
	enum feature_word w;
	enum cpuid_reg reg;
	uint32_t i;

	for (i = 0; i < cpu->cpuid.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &cpu->cpuid.e[i];

		for (reg = 0; reg < NR_CPUID_REGS; reg++) {
			w = feature_word_of(usual_function(e->function),
					    e->index, reg);
			if (w != NR_FEATURE_WORDS && cpuid_entry_reg(e, reg))
				print_names(feature_words[w].name,
					    cpuid_entry_reg(e, reg), e, reg,
					    0, out);
		}
	}
	for (i = 0; i < cpu->msrs.n; i++) {
		const struct msr_value *m = &cpu->msrs.m[i];

		w = feature_word_of_msr(m->index);
		if (w != NR_FEATURE_WORDS)
			print_names(feature_words[w].name, msr_bits(m), NULL,
				    0, m->index, out);
	}
}

static void json_entry(const struct kvm_cpuid_entry2 *e, FILE *out)
{
	fprintf(out,
		"{\"function\": \"0x%08x\", \"index\": \"0x%08x\", \"flags\": %u, \"eax\": \"0x%08x\", \"ebx\": \"0x%08x\", \"ecx\": \"0x%08x\", \"edx\": \"0x%08x\"}",
		e->function, e->index, e->flags, e->eax, e->ebx, e->ecx,
		e->edx);
}

void model_print_json(const struct guest_cpu *cpu, unsigned int vcpu,
		      FILE *out)
{
	uint32_t i;

	fprintf(out, "{\"vcpu\": %u, \"apic_id\": %u,\n \"cpuid\": [", vcpu,
		cpu->apic_id);
	for (i = 0; i < cpu->cpuid.nent; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		json_entry(&cpu->cpuid.e[i], out);
	}
	fputs("],\n \"setup_mce\": ", out);
	if (cpu->setup_mce)
		fprintf(out, "\"0x%016" PRIx64 "\"", cpu->mcg_cap);
	else
		fputs("null", out);
	fputs(",\n \"msrs\": [", out);
	for (i = 0; i < cpu->msrs.n; i++)
		fprintf(out, "%s{\"index\": \"0x%08x\", \"value\": \"0x%016" PRIx64 "\"}",
			i ? ",\n  " : "\n  ", cpu->msrs.m[i].index,
			cpu->msrs.m[i].value);
	fputs("],\n \"capabilities\": [", out);
	for (i = 0; capability(cpu, i); i++)
		fprintf(out, "%s\"%s\"", i ? ", " : "", capability(cpu, i));
	fputs("]}", out);
}

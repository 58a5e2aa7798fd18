// SPDX-License-Identifier: GPL-2.0-only
/* Where an entry, a register or an MSR of the guest comes from. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model_explain_bit.h"

#define ANY_REG		NR_CPUID_REGS
#define ANY_INDEX	UINT32_MAX

/* What fills registers that are no feature words. */
static const struct source {
	uint32_t function, index;
	uint8_t reg;
	const char *what;
} sources[] = {
	{ 0x0, 0, REG_EAX, "highest basic leaf: KVM's, raised by what the guest has, or level=" },
	{ 0x0, 0, ANY_REG, "vendor of the host, or vendor=" },
	{ 0x1, 0, REG_EAX, "family, model, stepping of the host, or as given" },
	{ 0x1, 0, REG_EBX, "APIC id, number of CPUs of the package, CLFLUSH size" },
	{ 0x2, 0, ANY_REG, "cache descriptors: QEMU's own, or the host's with host-cache-info" },
	{ 0x4, ANY_INDEX, ANY_REG, "caches: QEMU's own, or the host's with host-cache-info; shared as -smp says" },
	{ 0x5, 0, ANY_REG, "MONITOR: a constant, or the host's with cpu-pm" },
	{ 0x7, 0, REG_EAX, "highest subleaf, or level-func7=" },
	{ 0xa, 0, ANY_REG, "KVM's, nothing with pmu=off" },
	{ 0xb, ANY_INDEX, ANY_REG, "topology, as -smp says" },
	{ 0x1f, ANY_INDEX, ANY_REG, "topology with modules and dies, as -smp says" },
	{ 0xd, 0, REG_EBX, "size of the state that XCR0 can hold" },
	{ 0xd, 0, REG_ECX, "size of the state that XCR0 can hold" },
	{ 0xd, 1, REG_EBX, "size of the state that XCR0 and IA32_XSS can hold" },
	{ 0xd, ANY_INDEX, ANY_REG, "XSAVE area: a fixed size, the host's place" },
	{ 0x12, 0, ANY_REG, "KVM's" },
	{ 0x12, 1, ANY_REG, "KVM's, cut to the guest's XCR0" },
	{ 0x12, ANY_INDEX, ANY_REG, "enclave memory, as sgx-epc says" },
	{ 0x14, ANY_INDEX, ANY_REG, "a constant of QEMU's" },
	{ 0x1c, 0, ANY_REG, "KVM's" },
	{ 0x1d, ANY_INDEX, ANY_REG, "a constant of QEMU's" },
	{ 0x1e, ANY_INDEX, ANY_REG, "a constant of QEMU's" },
	{ 0x24, 0, REG_EAX, "highest subleaf, by the AVX10 version" },
	{ 0x24, 0, REG_EBX, "AVX10 version and vector lengths" },
	{ 0x80000000, 0, REG_EAX, "highest extended leaf: KVM's, raised by what the guest has, or xlevel=" },
	{ 0x80000000, 0, ANY_REG, "vendor; none on Intel since x-vendor-cpuid-only-v2" },
	{ 0x80000001, 0, REG_EAX, "family, model, stepping as in leaf 1" },
	{ 0x80000002, 0, ANY_REG, "brand of the host, or model-id=" },
	{ 0x80000003, 0, ANY_REG, "brand of the host, or model-id=" },
	{ 0x80000004, 0, ANY_REG, "brand of the host, or model-id=" },
	{ 0x80000005, 0, ANY_REG, "L1 caches: QEMU's own, or the host's with host-cache-info" },
	{ 0x80000006, 0, ANY_REG, "L2 and L3: QEMU's own, or the host's with host-cache-info" },
	{ 0x80000008, 0, REG_EAX, "widths: the host's (host-phys-bits) or phys-bits=, 57 bits of linear address with la57" },
	{ 0x80000008, 0, REG_ECX, "number of CPUs of the package" },
	{ 0x8000000a, 0, ANY_REG, "SVM revision and ASIDs: constants of QEMU's" },
	{ 0x8000001d, ANY_INDEX, ANY_REG, "caches: QEMU's own, or the host's with host-cache-info; shared as -smp says" },
	{ 0x8000001e, 0, ANY_REG, "APIC id, core, node, as -smp says" },
	{ 0x8000001f, 0, ANY_REG, "SEV, as the sev-guest object says" },
	{ 0x80000022, 0, ANY_REG, "KVM's counters, nothing with pmu=off" },
	{ 0xc0000000, 0, REG_EAX, "highest Centaur leaf, or xlevel2=" },
};

/* What an MSR holds beside the bits of its word. */
static const struct {
	uint32_t msr;
	const char *what;
} msr_sources[] = {
	{ 0x8b, "microcode revision: KVM's, else a constant by vendor, or ucode-rev=" },
	{ 0x480, "VMX revision and sizes are KVM's" },
	{ 0x485, "timer ratio and limits are KVM's" },
	{ 0x486, "a constant: CR0.PG, NE, PE" },
	{ 0x488, "a constant: CR4.VMXE" },
	{ 0x48a, "highest VMCS field, by the features of the guest" },
	{ 0x48b, "high half: what may be 1; low half: what must be" },
	{ 0x48c, "memory types of EPT are KVM's" },
	{ 0x48d, "high half: what may be 1; low half: what must be" },
	{ 0x48e, "high half: what may be 1; low half: what must be" },
	{ 0x48f, "high half: what may be 1; low half: what must be" },
	{ 0x490, "high half: what may be 1; low half: what must be" },
};

static const char *source_of(uint32_t function, uint32_t index,
			     enum cpuid_reg reg)
{
	const struct source *s = sources;

	for (; s < sources + ARRAY_SIZE(sources); s++)
		if (s->function == function &&
		    (s->index == index || s->index == ANY_INDEX) &&
		    (s->reg == reg || s->reg == ANY_REG))
			return s->what;
	return function >> 28 == 4 ? "a leaf of the hypervisor" :
				     "nothing: QEMU leaves it zero";
}

static const char *msr_source(uint32_t msr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msr_sources); i++)
		if (msr_sources[i].msr == msr)
			return msr_sources[i].what;
	return NULL;
}

/* Bits that are not what KVM says they are, each with its reason. */
static void bits(struct explain *x, uint64_t kvm, uint64_t guest)
{
	const char *name;

	for (x->s.bit = 0; x->s.bit < 64; x->s.bit++) {
		if (!((kvm ^ guest) >> x->s.bit & 1))
			continue;
		name = feature_bit_name(x->s.word, x->s.bit);
		fprintf(x->out, "      %c %-24s %s\n",
			guest >> x->s.bit & 1 ? '+' : '-',
			name ? name : "(nameless)",
			guest >> x->s.bit & 1 ? "not of KVM's" :
						explain_why_not(x));
	}
}

static void values(const struct explain *x, uint64_t host, uint64_t kvm,
		   uint64_t guest)
{
	fprintf(x->out, "    host CPU 0x%08" PRIx64 ", KVM 0x%08" PRIx64
		", guest 0x%08" PRIx64 "\n", host, kvm, guest);
}

static void explain_reg(struct explain *x, uint32_t function, uint32_t index,
			enum cpuid_reg reg)
{
	uint32_t kvm = model_kvm_raw(x->m, function, index, reg);
	uint32_t guest = cpuid_get(&x->cpu->cpuid, function, index, reg);
	enum feature_word w = feature_word_of(function, index, reg);

	fprintf(x->out, "  %s: %s\n", cpuid_reg_name(reg),
		w == NR_FEATURE_WORDS ? source_of(function, index, reg) :
					feature_words[w].name);
	values(x, model_host_regs(x->m, function, index).r[reg], kvm, guest);
	x->s = (struct subject){ .word = w, .function = function,
				 .index = index, .reg = reg };
	if (w != NR_FEATURE_WORDS)
		bits(x, kvm, guest);
}

/* All of it, or one register. */
static void explain_entry(struct explain *x, uint32_t function,
			  uint32_t index, unsigned int only)
{
	const struct kvm_cpuid_entry2 *e;
	enum cpuid_reg reg;

	e = cpuid_find(&x->cpu->cpuid, function, index);
	fprintf(x->out, "CPUID 0x%x.%x, QEMU %u.%u: ", function, index,
		x->m->qemu / 100, x->m->qemu % 100);
	if (e)
		fprintf(x->out, "entry %td of %u, flags 0x%x\n",
			e - x->cpu->cpuid.e, x->cpu->cpuid.nent, e->flags);
	else
		fputs("no such entry is installed\n", x->out);
	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		if (only == ANY_REG || only == reg)
			explain_reg(x, function, index, reg);
}

/* Of a control, what may be 1. */
static uint64_t choice(uint32_t msr, uint64_t value)
{
	bool control = msr == 0x48b || (msr >= 0x48d && msr <= 0x490);

	return control ? value >> 32 : value;
}

static void explain_msr(struct explain *x, uint32_t msr)
{
	const struct msr_value *guest = msr_find(&x->cpu->msrs, msr);
	uint64_t kvm = msr_get(&x->m->f->feature_msrs, msr);
	enum feature_word w = feature_word_of_msr(msr);

	fprintf(x->out, "MSR 0x%x, QEMU %u.%u: %s\n", msr, x->m->qemu / 100,
		x->m->qemu % 100, guest ? "set by KVM_SET_MSRS" : "not set");
	if (w != NR_FEATURE_WORDS)
		fprintf(x->out, "  %s\n", feature_words[w].name);
	if (msr_source(msr))
		fprintf(x->out, "  %s\n", msr_source(msr));
	fprintf(x->out, "    KVM 0x%016" PRIx64, kvm);
	if (guest)
		fprintf(x->out, ", guest 0x%016" PRIx64, guest->value);
	fputc('\n', x->out);
	x->s = (struct subject){ .word = w, .function = msr };
	if (w != NR_FEATURE_WORDS && guest)
		bits(x, model_kvm_msr(x->m, msr),
		     choice(msr, guest->value) &
		     (feature_named(w, x->m->qemu) |
		      model_kvm_msr(x->m, msr)));
}

static bool parse_hex(const char **s, uint32_t *v)
{
	char *end;
	unsigned long n = strtoul(*s, &end, 16);

	if (end == *s || n > UINT32_MAX || **s == '-' || **s == '+' ||
	    **s == ' ')
		return false;
	*v = n;
	*s = end;
	return true;
}

static bool parse_reg(const char *s, unsigned int *reg)
{
	if (!*s)
		return true;
	for (*reg = 0; *reg < NR_CPUID_REGS; ++*reg)
		if (*s == ':' && !strcmp(s + 1, cpuid_reg_name(*reg)))
			return true;
	return false;
}

/*
 * Numbers are hexadecimal, with 0x or without; one that begins with a letter
 * is rather a feature that was mistyped.
 */
bool explain_value(struct explain *x, const char *text)
{
	uint32_t function, index = 0;
	unsigned int reg = ANY_REG;
	bool msr = !strncmp(text, "msr:", 4);

	text += msr ? 4 : 0;
	if (!isdigit((unsigned char)*text) || !parse_hex(&text, &function))
		return false;
	if (!msr && *text == '.' && (text++, !parse_hex(&text, &index)))
		return false;
	if (msr ? *text : !parse_reg(text, &reg))
		return false;
	if (msr)
		explain_msr(x, function);
	else
		explain_entry(x, function, index, reg);
	return true;
}

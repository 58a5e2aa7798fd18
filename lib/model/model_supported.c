// SPDX-License-Identifier: GPL-2.0-only
/*
 * What counts as supported: KVM's answer, with the bits that QEMU adds
 * because it emulates them itself or removes because they cannot work.
 */
#include "model_state.h"

#define B32(n)	(UINT32_C(1) << (n))

/* 0x80000001 EDX bits that mirror leaf 1 EDX on AMD (APM vol. 3, E.4.2). */
#define EXT2_ALIASES	0x0183f3ff

struct cpuid_regs model_host_regs(const struct model *m, uint32_t function,
				  uint32_t index)
{
	const struct kvm_cpuid_entry2 *e;

	e = cpuid_find(&m->f->cpu[0].cpuid, function, index);
	return e ? cpuid_entry_regs(e) : (struct cpuid_regs){ { 0 } };
}

static uint32_t host_bits(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg, uint32_t mask)
{
	return model_host_regs(m, function, index).r[reg] & mask;
}

uint32_t model_kvm_raw(const struct model *m, uint32_t function,
		       uint32_t index, enum cpuid_reg reg)
{
	return cpuid_get(&m->f->supported, function, index, reg);
}

static bool msr_listed(const struct model *m, uint32_t index)
{
	return msr_find(&m->f->msr_index, index);
}

/* Haswell parts whose TSX is broken (Intel erratum HSD136 and kin). */
static bool tsx_broken(const struct model *m)
{
	uint32_t eax = model_host_regs(m, 1, 0).r[REG_EAX];
	uint32_t family = (eax >> 8 & 0xf) + (eax >> 20 & 0xff);
	uint32_t model = (eax >> 4 & 0xf) | (eax >> 12 & 0xf0);

	if (!facts_host_is_intel(m->f) || family != 6)
		return false;
	return (model == 63 && (eax & 0xf) < 4) || model == 60 ||
	       model == 69 || model == 70;
}

static uint32_t fix_1_edx(const struct model *m, uint32_t v)
{
	v |= B32(12) | B32(16) | B32(7) | B32(14); /* MTRR PAT MCE MCA */
	if (model_rule(m, RULE_HT_SUPPORTED))
		v |= B32(28);
	return v;
}

static uint32_t fix_1_ecx(const struct model *m, uint32_t v)
{
	v |= B32(31);				/* hypervisor */
	if (model_irqchip(m) == IRQCHIP_OFF)
		v &= ~B32(21);			/* x2apic */
	else if (facts_cap(m->f, KVM_CAP_TSC_DEADLINE_TIMER) > 0)
		v |= B32(24);
	if (m->o->cpu_pm && (facts_cap(m->f, KVM_CAP_X86_DISABLE_EXITS) &
			     KVM_X86_DISABLE_EXITS_MWAIT))
		v |= B32(3);
	return v;
}

static uint32_t fix_7_0(const struct model *m, enum cpuid_reg reg, uint32_t v)
{
	bool string_ops = model_rule(m, RULE_HOST_STRING_OPS);

	if (reg == REG_EBX) {
		if (string_ops)
			v |= host_bits(m, 7, 0, REG_EBX, B32(9));
		if (tsx_broken(m))
			v &= ~(B32(4) | B32(11));
	} else if (reg == REG_EDX) {
		if (string_ops)
			v |= host_bits(m, 7, 0, REG_EDX, B32(4));
		if (!msr_listed(m, 0x10a))
			v &= ~B32(29);
	}
	return v;
}

static uint32_t fix_7(const struct model *m, uint32_t index,
		      enum cpuid_reg reg, uint32_t v)
{
	if (index == 0)
		return fix_7_0(m, reg, v);
	if (index == 1 && reg == REG_EAX && model_rule(m, RULE_HOST_STRING_OPS))
		v |= host_bits(m, 7, 1, REG_EAX, B32(10) | B32(11) | B32(12));
	if (index == 2 && reg == REG_EDX && model_rule(m, RULE_HOST_MCDT_NO))
		v |= host_bits(m, 7, 2, REG_EDX, B32(5));
	return v;
}

/* AMX needs a permission, so GET_SUPPORTED_CPUID may not show its XCR0 bits. */
static uint32_t fix_d_0(const struct model *m, enum cpuid_reg reg, uint32_t v)
{
	if (!m->f->xcomp_valid)
		return v;
	if (reg == REG_EAX)
		return m->f->xcomp_guest_supp;
	if (reg == REG_EDX)
		return m->f->xcomp_guest_supp >> 32;
	return v;
}

static uint32_t fix_80000001(const struct model *m, enum cpuid_reg reg,
			     uint32_t v)
{
	if (reg == REG_ECX)
		v |= B32(22);			/* topoext */
	if (reg == REG_EDX)
		v |= model_kvm_cpuid(m, 1, 0, REG_EDX) & EXT2_ALIASES;
	return v;
}

static uint32_t fix_40000001(const struct model *m, enum cpuid_reg reg,
			     uint32_t v)
{
	if (reg == REG_EAX && model_irqchip(m) == IRQCHIP_OFF)
		v &= ~B32(7);			/* pv-unhalt */
	if (reg == REG_EAX && model_irqchip(m) == IRQCHIP_SPLIT)
		v |= B32(15);			/* msi-ext-dest-id */
	if (reg == REG_EDX)
		v |= B32(0);			/* hint-dedicated */
	return v;
}

static uint32_t fix(const struct model *m, uint32_t function, uint32_t index,
		    enum cpuid_reg reg, uint32_t v)
{
	if (function == 7)
		return fix_7(m, index, reg, v);
	if (index)
		return v;
	switch (function) {
	case 1:
		if (reg == REG_EDX)
			return fix_1_edx(m, v);
		return reg == REG_ECX ? fix_1_ecx(m, v) : v;
	case 6:
		return reg == REG_EAX ? v | B32(2) : v;
	case 0xd:
		return fix_d_0(m, reg, v);
	case 0x80000001:
		return fix_80000001(m, reg, v);
	case 0x80000007:
		if (reg == REG_EBX && model_rule(m, RULE_SUCCOR))
			v |= 3;
		return v;
	case 0x40000001:
		return fix_40000001(m, reg, v);
	default:
		return v;
	}
}

uint32_t model_kvm_cpuid(const struct model *m, uint32_t function,
			 uint32_t index, enum cpuid_reg reg)
{
	uint32_t v = model_kvm_raw(m, function, index, reg);

	v = fix(m, function, index, reg, v);
	if (m->o->tdx)
		return model_tdx_adjust(m, function, index, reg, v);
	return model_snp_adjust(m, function, index, reg, v);
}

struct cpuid_regs model_kvm_regs(const struct model *m, uint32_t function,
				 uint32_t index)
{
	struct cpuid_regs v;
	enum cpuid_reg reg;

	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		v.r[reg] = model_kvm_cpuid(m, function, index, reg);
	return v;
}

/*
 * Old KVM left VMX MSRs out of KVM_GET_MSR_INDEX_LIST and allowed fewer
 * secondary controls than it emulates.  QEMU looks for XSAVES in 0xD.1 ECX
 * bit 3 (a bit of XSS), not in EAX; so does the model.
 */
static uint64_t secondary_ctls_workaround(const struct model *m)
{
	static const struct {
		uint32_t function, index;
		uint8_t reg, bit, ctl;
	} rows[] = {
		{ 0xd, 1, REG_ECX, 3, 20 },		/* xsaves */
		{ 0x1, 0, REG_ECX, 30, 11 },		/* rdrand */
		{ 0x7, 0, REG_EBX, 10, 12 },		/* invpcid */
		{ 0x7, 0, REG_EBX, 18, 16 },		/* rdseed */
		{ 0x80000001, 0, REG_EDX, 27, 3 },	/* rdtscp */
	};
	uint64_t ctls = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (model_kvm_cpuid(m, rows[i].function, rows[i].index,
				    rows[i].reg) >> rows[i].bit & 1)
			ctls |= UINT64_C(1) << (32 + rows[i].ctl);
	return ctls;
}

static uint64_t arch_capabilities(const struct model *m, uint64_t v)
{
	const uint64_t no = FEATURE_BIT(5) | FEATURE_BIT(8) | FEATURE_BIT(13) |
			    FEATURE_BIT(14) | FEATURE_BIT(15);

	if (model_rule(m, RULE_FB_CLEAR) && (v & no) == no)
		v |= FEATURE_BIT(17);
	return v;
}

/* Of a VMX control: what may be set and need not be. */
static uint64_t ctl_choice(uint64_t v)
{
	return v >> 32 & ~v & UINT32_MAX;
}

uint64_t model_kvm_msr(const struct model *m, uint32_t index)
{
	uint64_t v = msr_get(&m->f->feature_msrs, index);

	if (!msr_find(&m->f->feature_msrs, index) ||
	    model_cap_or(m, KVM_CAP_GET_MSR_FEATURES, 1) <= 0)
		return 0;
	switch (index) {
	case 0x48b:
		if (!msr_listed(m, index))
			v |= secondary_ctls_workaround(m);
		return ctl_choice(v);
	case 0x48d:
	case 0x48e:
	case 0x48f:
	case 0x490:
		return ctl_choice(v);
	case 0x10a:
		return arch_capabilities(m, v);
	default:
		return v;
	}
}

uint64_t model_kvm_word(const struct model *m, enum feature_word w)
{
	const struct feature_word_info *i = &feature_words[w];

	if (i->since > m->qemu)
		return 0;
	return i->is_msr ? model_kvm_msr(m, i->function) :
			   model_kvm_cpuid(m, i->function, i->index, i->reg);
}

/* EPC sections are part of a PC. */
static uint64_t no_sgx(const struct model *m, enum feature_word w)
{
	if (m->o->machine_kind != MACHINE_MICROVM ||
	    !model_rule(m, RULE_SGX_ON_PC))
		return 0;
	if (w == FEAT_7_0_EBX)
		return FEATURE_BIT(2);
	return w == FEAT_7_0_ECX ? FEATURE_BIT(30) : 0;
}

/* What the guest's vendor rules out. */
static uint64_t unavailable(const struct model *m, enum feature_word w)
{
	if (w == FEAT_8000_0007_EBX && !model_is_amd(m))
		return UINT64_MAX;
	if (w == FEAT_7_0_EDX && model_is_amd(m) &&
	    model_rule(m, RULE_AMD_ARCH_CAP) &&
	    !model_flag(m, OPT_ARCH_CAP_ALWAYS))
		return FEATURE_BIT(29);
	return 0;
}

static uint64_t migratable_mask(const struct model *m, enum feature_word w)
{
	uint64_t mask = feature_migratable(w, m->qemu);

	if (w == FEAT_8000_0007_EDX && opt_num(m->o, OPT_TSC_FREQUENCY) / 1000 &&
	    model_rule(m, RULE_INVTSC_BY_FREQUENCY))
		mask |= FEATURE_BIT(8);
	return mask;
}

/*
 * for_guest: with the rules of this guest (vendor, migratable).  Without, it
 * is what any guest could have: filter asks that way.
 */
uint64_t model_supported(const struct model *m, enum feature_word w,
			 bool for_guest)
{
	uint64_t v = model_kvm_word(m, w) & ~no_sgx(m, w);

	if (!for_guest)
		return v;
	v &= ~unavailable(m, w);
	if (model_flag(m, OPT_MIGRATABLE))
		v &= migratable_mask(m, w);
	return v;
}

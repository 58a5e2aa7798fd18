// SPDX-License-Identifier: GPL-2.0-only
/* Realize: aliases, address widths, microcode revision, machine checks. */
#include "model_state.h"

#define EXT2_ALIASES		0x0183f3ff
#define PHYS_BITS_MAX		52
#define PHYS_BITS_DEFAULT	40

#define MCG_BANKS		0xff
#define MCG_CTL_P		(UINT64_C(1) << 8)
#define MCG_SER_P		(UINT64_C(1) << 24)
#define MCG_LMCE_P		(UINT64_C(1) << 27)

static void amd_aliases(struct model *m)
{
	uint64_t *edx = &m->feat[FEAT_8000_0001_EDX];

	if (model_is_amd(m))
		*edx = (*edx & ~(uint64_t)EXT2_ALIASES) |
		       (m->feat[FEAT_1_EDX] & EXT2_ALIASES);
}

static bool msr_listed(const struct model *m, uint32_t index)
{
	return msr_find(&m->f->msr_index, index);
}

/* After filter: what cpu-pm adds is there whatever KVM says. */
static void cpu_pm(struct model *m)
{
	if (!m->o->cpu_pm)
		return;
	if (!model_rule(m, RULE_CPU_PM_BY_KVM))
		m->feat[FEAT_1_ECX] |= FEATURE_BIT(3);		/* monitor */
	if (msr_listed(m, 0xe1))
		m->feat[FEAT_7_0_ECX] |= FEATURE_BIT(5);	/* waitpkg */
}

unsigned int model_host_phys_bits(const struct model *m)
{
	if (model_host_regs(m, 0x80000000, 0).r[REG_EAX] < 0x80000008)
		return 36;
	return model_host_regs(m, 0x80000008, 0).r[REG_EAX] & 0xff;
}

/* A microvm always has the host's width, whatever was asked for. */
static bool wants_host_phys_bits(const struct model *m)
{
	return m->o->machine_kind == MACHINE_MICROVM ||
	       model_flag(m, OPT_HOST_PHYS_BITS);
}

/*
 * KVM's own guest width is looked at before phys-bits gets its default: with
 * neither host-phys-bits nor phys-bits it is cut to 0.
 */
static void kvm_guest_phys_bits(struct model *m, unsigned int phys_bits)
{
	unsigned int limit = opt_num(m->o, OPT_PHYS_BITS_LIMIT);
	uint32_t v = model_kvm_cpuid(m, 0x80000008, 0, REG_EAX) >> 16 & 0xff;

	if (v > phys_bits)
		v = phys_bits;
	if (wants_host_phys_bits(m) && limit && v > limit)
		v = limit;
	m->guest_phys_bits = v;
}

static int check_guest_phys_bits(struct model *m)
{
	unsigned int v = m->guest_phys_bits;

	if (v && (v < 32 || v > m->phys_bits))
		return model_fail(m, "guest-phys-bits should be between 32 and %u (but is %u)",
				  m->phys_bits, v);
	return 0;
}

static unsigned int wanted_phys_bits(const struct model *m)
{
	unsigned int limit = opt_num(m->o, OPT_PHYS_BITS_LIMIT);
	unsigned int bits;

	if (!wants_host_phys_bits(m))
		return opt_num(m->o, OPT_PHYS_BITS);
	bits = model_host_phys_bits(m);
	return limit && bits > limit ? limit : bits;
}

static int phys_bits_64(struct model *m)
{
	unsigned int bits = wanted_phys_bits(m);
	unsigned int max = model_rule(m, RULE_WIDE_PHYS_BITS) ? UINT8_MAX :
								 PHYS_BITS_MAX;

	if (bits && (bits > max || bits < 32))
		return model_fail(m, "phys-bits should be between 32 and %u (but is %u)",
				  max, bits);
	m->guest_phys_bits = 0;
	if (model_rule(m, RULE_GUEST_PHYS_BITS)) {
		if (opt_num(m->o, OPT_GUEST_PHYS_BITS) == UINT32_MAX)
			kvm_guest_phys_bits(m, bits);
		else
			m->guest_phys_bits = opt_num(m->o, OPT_GUEST_PHYS_BITS);
	}
	m->phys_bits = bits ? bits : PHYS_BITS_DEFAULT;
	return check_guest_phys_bits(m);
}

static int phys_bits_32(struct model *m)
{
	uint32_t guest = opt_num(m->o, OPT_GUEST_PHYS_BITS);
	bool wide = model_has(m, FEAT_1_EDX, 17);	/* pse36 */

	if (opt_num(m->o, OPT_PHYS_BITS))
		return model_fail(m, "phys-bits is not user-configurable in 32 bit");
	if (guest && guest != UINT32_MAX)
		return model_fail(m, "guest-phys-bits is not user-configurable in 32 bit");
	if (model_rule(m, RULE_PSE36_OR_PAE))
		wide |= model_has(m, FEAT_1_EDX, 6);	/* pae */
	m->phys_bits = wide ? 36 : 32;
	return 0;
}

static int phys_bits(struct model *m)
{
	return model_has(m, FEAT_8000_0001_EDX, 29) ? phys_bits_64(m) :
						      phys_bits_32(m);
}

/* KVM has no APIC in userspace; QEMU 7.2 did not mind. */
static int apic(struct model *m)
{
	const struct smp *s = &m->o->smp;

	if (model_irqchip(m) != IRQCHIP_OFF ||
	    !model_rule(m, RULE_NO_USER_APIC))
		return 0;
	if (s->cpus > 1 || model_has(m, FEAT_1_EDX, 9))
		return model_fail(m, "KVM does not support an APIC in userspace");
	return 0;
}

static void ucode_rev(struct model *m)
{
	m->ucode_rev = opt_num(m->o, OPT_UCODE_REV);
	if (!m->ucode_rev)
		m->ucode_rev = model_kvm_msr(m, 0x8b);
	if (!m->ucode_rev)
		m->ucode_rev = model_is_amd(m) ? 0x01000065 : 0x100000000;
}

/* 250 ppm is how far QEMU lets a TSC run from the one asked for. */
static bool is_close(uint64_t khz, uint64_t host)
{
	uint64_t slack = host * 250 / 1000000;

	return host && khz + slack >= host && khz <= host + slack;
}

static int tsc(struct model *m)
{
	uint64_t khz = opt_num(m->o, OPT_TSC_FREQUENCY) / 1000;
	uint64_t host = m->f->tsc_khz;

	if (!facts_cap(m->f, KVM_CAP_GET_TSC_KHZ))
		host = 0;
	m->tsc_khz = khz ? khz : host;
	if (khz && !facts_cap(m->f, KVM_CAP_TSC_CONTROL) &&
	    !is_close(khz, host))
		return model_fail(m, "no TSC scaling from %llu to %llu kHz",
				  (unsigned long long)host,
				  (unsigned long long)khz);
	return 0;
}

int model_realize(struct model *m)
{
	int r;

	if (!model_flag(m, OPT_LEGACY_CACHE))
		return model_fail(m, "CPU model 'max' doesn't support legacy-cache=off");
	amd_aliases(m);
	cpu_pm(m);
	r = phys_bits(m);
	if (!r)
		r = apic(m);
	if (r)
		return r;
	ucode_rev(m);
	return tsc(m);
}

static bool wants_lmce(const struct model *m)
{
	int8_t given = m->o->flag[OPT_LMCE];

	return given >= 0 ? given > 0 : (m->f->mce_cap & MCG_LMCE_P) != 0;
}

/* KVM_X86_SETUP_MCE comes before KVM_SET_CPUID2. */
int model_mce(struct model *m, struct guest_cpu *out)
{
	uint64_t cap = MCG_CTL_P | MCG_SER_P | 10;
	int banks = facts_cap(m->f, KVM_CAP_MCE);

	if ((m->signature >> 8 & 0xf) < 6 || !model_has(m, FEAT_1_EDX, 7) ||
	    !model_has(m, FEAT_1_EDX, 14))
		return 0;
	if (wants_lmce(m))
		cap |= MCG_LMCE_P;
	m->mcg_cap = cap;
	if (banks <= 0)
		return 0;
	if (banks < 10)
		return model_fail(m, "KVM has %d machine check banks of 10",
				  banks);
	if (cap & MCG_LMCE_P & ~m->f->mce_cap)
		return model_fail(m, "KVM does not support LMCE");
	out->setup_mce = true;
	out->mcg_cap = m->mcg_cap = cap & (m->f->mce_cap | MCG_BANKS);
	return 0;
}

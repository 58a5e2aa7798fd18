// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDX guests, by the rules of QEMU 10.1 and later: the TDX module fixes some
 * CPUID bits, lets the VMM choose others, and ties the rest to the guest's
 * attributes and XFAM (Intel TDX Module 1.5 ABI, CPUID virtualization).
 */
#include <stdlib.h>
#include <string.h>

#include "model_state.h"
#include "model_tdx.h"

#define B(n)		(UINT32_C(1) << (n))
#define ATTR(n)		(UINT64_C(1) << (n))

#define ATTR_SEPT_VE_DISABLE	ATTR(28)
#define ATTR_PKS		ATTR(30)
#define ATTR_PERFMON		ATTR(63)

#define MHZ(n)			((n) * 1000)		/* in kHz */

struct tdx_bits {
	uint32_t function, index;
	uint8_t reg;
	uint32_t mask;
};

static const struct tdx_bits fixed_1[] = {
	{ 0x1, 0, REG_ECX, 0xc6faa217 },
	{ 0x1, 0, REG_EDX, 0x07a9fbff },
	{ 0x6, 0, REG_EAX, B(2) },
	{ 0x7, 0, REG_EBX, 0x219424c1 },
	{ 0x7, 0, REG_ECX, B(24) | B(27) | B(28) },
	{ 0x7, 0, REG_EDX, 0xfc000400 },
	{ 0x7, 2, REG_EDX, B(0) | B(1) | B(2) | B(4) },
	{ 0xd, 0, REG_EAX, B(0) | B(1) },
	{ 0xd, 1, REG_EAX, B(0) | B(1) | B(2) | B(3) },
	{ 0x80000001, 0, REG_ECX, B(0) | B(5) | B(8) },
	{ 0x80000001, 0, REG_EDX, B(11) | B(20) | B(26) | B(27) | B(29) },
	{ 0x80000007, 0, REG_EDX, B(8) },
};

/* Bits that come with an attribute of the guest, or with an XFAM bit. */
static const struct tdx_tied {
	uint64_t attribute, xfam;
	struct tdx_bits bits;
	uint16_t since;
} tied[] = {
	{ ATTR(27), 0, { 0x7, 1, REG_EAX, B(6) }, 1001 },		/* lass */
	{ ATTR(30), 0, { 0x7, 0, REG_ECX, B(31) }, 1001 },		/* pks */
	{ ATTR(31), 0, { 0x7, 0, REG_ECX, B(23) }, 1001 },		/* key locker */
	{ 0, B(2), { 0x1, 0, REG_ECX, B(12) }, 1001 },		/* fma */
	{ 0, B(2), { 0x7, 0, REG_EBX, B(5) }, 1001 },			/* avx2 */
	{ 0, B(5), { 0x7, 0, REG_ECX, B(1) }, 1001 },			/* vbmi */
	{ 0, B(5), { 0x7, 0, REG_EDX, B(23) }, 1001 },		/* fp16 */
	{ 0, B(8), { 0x7, 0, REG_EBX, B(25) }, 1001 },		/* pt */
	{ 0, B(9), { 0x7, 0, REG_ECX, B(3) }, 1001 },			/* pku */
	{ 0, B(11), { 0x7, 0, REG_ECX, B(7) }, 1100 },		/* cet-ss */
	{ 0, B(11), { 0x7, 0, REG_EDX, B(20) }, 1100 },		/* cet-ibt */
	/* QEMU commit db13fe80ef45: avx10-128, -256, -512 */
	{ 0, B(5), { 0x24, 0, REG_EBX, B(16) | B(17) | B(18) }, 1101 },
	{ 0, B(17), { 0x7, 0, REG_EDX, B(22) | B(24) | B(25) }, 1001 }, /* amx */
	/* 66c3322ab2a9: what leaf 0x1e repeats of the AMX bits */
	{ 0, B(17), { 0x1e, 1, REG_EAX, B(0) | B(1) | B(2) | B(3) }, 1101 },
};

/* nopiodelay, unhalt, tlb-flush, ipi, poll, sched-yield, ext-dest-id */
#define KVM_FEATURES	(B(1) | B(7) | B(9) | B(11) | B(12) | B(13) | B(15))

static bool is_reg(const struct tdx_bits *b, uint32_t function,
		   uint32_t index, enum cpuid_reg reg)
{
	return b->function == function && b->index == index && b->reg == reg;
}

static uint32_t fixed_bits(uint32_t function, uint32_t index,
			   enum cpuid_reg reg)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fixed_1); i++)
		if (is_reg(&fixed_1[i], function, index, reg))
			v |= fixed_1[i].mask;
	return v;
}

static bool applies(const struct model *m, const struct tdx_tied *t)
{
	return t->since <= m->qemu &&
	       ((t->attribute & m->f->tdx_attributes) ||
		(t->xfam & m->f->tdx_xfam));
}

static uint32_t tied_bits(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tied); i++)
		if (is_reg(&tied[i].bits, function, index, reg) &&
		    applies(m, &tied[i]))
			v |= tied[i].bits.mask;
	return v;
}

static bool is_leaf(const struct tdx_bits *b, uint32_t function,
		    uint32_t index)
{
	return b->function == function && b->index == index;
}

/* Does QEMU's list of what a TD supports have this leaf at all? */
static bool listed(const struct model *m, uint32_t function, uint32_t index)
{
	unsigned int i;

	if (cpuid_find(&m->f->tdx_cpuid, function, index) ||
	    (function == 0xd && index < 2) ||
	    (function == 0x40000001 && index == 0))
		return true;
	for (i = 0; i < ARRAY_SIZE(fixed_1); i++)
		if (is_leaf(&fixed_1[i], function, index))
			return true;
	for (i = 0; i < ARRAY_SIZE(tied); i++)
		if (is_leaf(&tied[i].bits, function, index) &&
		    applies(m, &tied[i]))
			return true;
	return false;
}

/* XFAM is XCR0 and IA32_XSS in one. */
static uint32_t xfam_bits(const struct model *m, uint32_t index,
			  enum cpuid_reg reg)
{
	uint64_t v = m->f->tdx_xfam & model_xsave_mask(m, index == 1);

	if (index == 1 && reg == REG_EAX)
		return B(4);			/* xfd */
	if (reg == (index ? REG_ECX : REG_EAX))
		return v;
	return reg == REG_EDX ? v >> 32 : 0;
}

static uint32_t supported(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg)
{
	uint32_t v = cpuid_get(&m->f->tdx_cpuid, function, index, reg);

	if (function == 0x40000001 && reg == REG_EAX)
		return KVM_FEATURES;
	if (function == 0xd && index < 2)
		v |= xfam_bits(m, index, reg);
	return v | fixed_bits(function, index, reg) |
	       tied_bits(m, function, index, reg);
}

/*
 * The last step of what counts as supported.  Registers that are no feature
 * word pass, and so do words of leaves that nothing is known of.
 */
uint32_t model_tdx_adjust(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg, uint32_t value)
{
	enum feature_word w = feature_word_of(function, index, reg);

	value |= fixed_bits(function, index, reg);
	if (w == NR_FEATURE_WORDS || feature_words[w].since > m->qemu ||
	    !listed(m, function, index))
		return value;
	return value & supported(m, function, index, reg);
}

/* What QEMU refuses of a TDX guest, whatever the TDX module says. */
int model_tdx_check(struct model *m)
{
	uint64_t khz = opt_num(m->o, OPT_TSC_FREQUENCY) / 1000;
	uint32_t host = model_host_phys_bits(m);

	if (model_irqchip(m) != IRQCHIP_SPLIT)
		return model_fail(m, "a TDX guest needs kernel-irqchip=split");
	if (m->phys_bits != host)
		return model_fail(m, "a TDX guest has the host's %u physical address bits, not %u",
				  host, m->phys_bits);
	if (khz && (khz < MHZ(100) || khz > MHZ(10000) || khz % MHZ(25)))
		return model_fail(m, "the TSC of a TDX guest runs at 100 MHz to 10 GHz, a multiple of 25 MHz");
	return 0;
}

/* Outside 64-bit mode, where a vCPU begins, the module shows no SYSCALL. */
static uint32_t actual_bits(const struct model *m, enum feature_word w)
{
	const struct feature_word_info *i = &feature_words[w];
	uint32_t v = cpuid_get(&m->f->tdx_vcpu_cpuid, i->function, i->index,
			       i->reg);

	return w == FEAT_8000_0001_EDX ? v | B(11) : v;
}

static bool is_answered(const struct model *m, enum feature_word w)
{
	const struct feature_word_info *i = &feature_words[w];

	return !i->is_msr && i->since <= m->qemu &&
	       cpuid_find(&m->f->tdx_vcpu_cpuid, i->function, i->index);
}

/*
 * Once the TD is made, the module tells what each of its vCPUs has.  QEMU
 * warns of what differs and goes by it (target/i386/kvm/tdx.c, 10.1).
 */
int model_tdx_get_cpuid(struct model *m)
{
	uint64_t actual, lost, forced;
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		if (!is_answered(m, w))
			continue;
		actual = actual_bits(m, w);
		lost = m->feat[w] & ~actual;
		forced = actual & ~m->feat[w];
		if ((lost | forced) && model_flag(m, OPT_ENFORCE))
			return model_fail(m, "enforce: TDX makes %s 0x%llx, not 0x%llx",
					  feature_words[w].name,
					  (unsigned long long)actual,
					  (unsigned long long)m->feat[w]);
		if (!model_flag(m, OPT_FORCE_FEATURES))
			m->feat[w] &= ~lost;
		m->feat[w] |= forced;
	}
	return 0;
}

static uint64_t wanted_attributes(const struct model *m)
{
	uint64_t v = ATTR_SEPT_VE_DISABLE;

	if (model_has(m, FEAT_7_0_ECX, 31))
		v |= ATTR_PKS;
	if (m->pmu)
		v |= ATTR_PERFMON;
	return v;
}

static uint64_t wanted_xfam(const struct model *m)
{
	uint64_t lo = m->feat[FEAT_XSAVE_XCR0_LO] | m->feat[FEAT_XSAVE_XSS_LO];
	uint64_t hi = m->feat[FEAT_XSAVE_XCR0_HI] | m->feat[FEAT_XSAVE_XSS_HI];

	return hi << 32 | lo;
}

/* Entries that the TDX module lets us choose, and only bits that it does. */
static void choose(const struct host_facts *f, const struct cpuid_list *all,
		   struct cpuid_list *out)
{
	const struct kvm_cpuid_entry2 *cap;
	struct cpuid_regs v;
	enum cpuid_reg reg;
	uint32_t i;

	for (i = 0; i < all->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &all->e[i];

		cap = cpuid_find(&f->tdx_cpuid, e->function, e->index);
		if (!cap)
			continue;
		for (reg = 0; reg < NR_CPUID_REGS; reg++)
			v.r[reg] = cpuid_entry_reg(e, reg) &
				   cpuid_entry_reg(cap, reg);
		cpuid_append(out, e->function, e->index, e->flags, v);
	}
}

static int check(struct model *m, const struct tdx_guest *out)
{
	if (out->attributes & ~m->f->tdx_attributes)
		return model_fail(m, "TDX attributes 0x%llx are not supported",
				  (unsigned long long)(out->attributes &
						       ~m->f->tdx_attributes));
	if (out->xfam & ~m->f->tdx_xfam)
		return model_fail(m, "TDX XFAM 0x%llx is not supported",
				  (unsigned long long)(out->xfam &
						       ~m->f->tdx_xfam));
	return 0;
}

static int init_vm(struct model *m, struct guest_cpu *all,
		   struct tdx_guest *out)
{
	out->attributes = wanted_attributes(m);
	out->xfam = wanted_xfam(m);
	/* hypervisor leaves are not part of a TD's measurement */
	if (model_entries(m, all))
		return -1;
	choose(m->f, &all->cpuid, &out->cpuid);
	return check(m, out);
}

int model_tdx(const struct host_facts *f, const struct model_opts *o,
	      struct tdx_guest *out, char *err, size_t errlen)
{
	struct model *m = malloc(sizeof(*m));
	struct guest_cpu *all = calloc(1, sizeof(*all));
	int r = -1;

	memset(out, 0, sizeof(*out));
	if (m && all)
		r = model_prepare(m, f, o, 0, err, errlen);
	if (!r)
		r = init_vm(m, all, out);
	free(m);
	free(all);
	return r;
}

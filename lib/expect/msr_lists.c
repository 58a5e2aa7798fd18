// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lists of arch/x86/kvm/x86.c: msrs_to_save, emulated_msrs and
 * msr_based_features, with the conditions of kvm_probe_msr_to_save() and of
 * has_emulated_msr().
 */
#include "msr_checks.h"
#include "msr_lists.h"
#include "features.h"
#include "regs.h"

#define F(fn, idx, reg, bit)	CPUID_FEATURE(fn, idx, REG_##reg, bit)

static bool mpx(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return has_mpx(c);
}

static bool tsc_aux(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return msr_kvm_has(c, F_RDTSCP) ||
	       msr_kvm_has(c, F_RDPID);
}

static bool waitpkg(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return msr_kvm_has(c, F_WAITPKG);
}

static bool pt(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return !has_no_pt(c);
}

static bool xfd(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return msr_kvm_has(c, F_XFD);
}

static bool tsx_ctrl(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return msr_get(&c->facts->feature_msrs, 0x10a) & BIT(7);
}

/* Linux 6.1 listed them with enable_pmu=N too. */
static bool pmu(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return !msr_kernel_has(c, CHANGE_NO_PMU_NOT_LISTED) || !has_no_pmu(c);
}

static bool amd_pmu_v2(const struct msr_cpu *c, uint32_t index)
{
	return pmu(c, index) && msr_kvm_has(c, F_PERFMON_V2);
}

static bool xss(const struct msr_cpu *c, uint32_t index)
{
	const struct cpuid_list *l = &c->facts->supported;

	(void)index;
	return cpuid_match_reg(l, 0xd, 1, REG_ECX) || cpuid_match_reg(l, 0xd, 1, REG_EDX);
}

static bool shstk(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return msr_kvm_has(c, F_SHSTK);
}

static bool cet(const struct msr_cpu *c, uint32_t index)
{
	return shstk(c, index) || msr_kvm_has(c, F_IBT);
}

static bool ssp_tab(const struct msr_cpu *c, uint32_t index)
{
	return shstk(c, index) && msr_kvm_has(c, F_LM);
}

static bool smm(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return has_smm(c);
}

static bool hyperv(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return has_hyperv(c);
}

static bool nested(const struct msr_cpu *c, uint32_t index)
{
	(void)index;
	return !has_no_nested(c);
}

#define SAVED(i, ...)	{ i, LIST_SAVED, MSR_ON_ANY, __VA_ARGS__ }
#define EMUL(i, ...)	{ i, LIST_EMULATED, MSR_ON_ANY, __VA_ARGS__ }
#define HYPERV(i)	EMUL(i, 0, 0, hyperv)
#define VMX(i)		{ i, LIST_EMULATED, MSR_ON_INTEL, 0, 0, nested }
#define PMU(i)		SAVED(i, 0, 0, pmu)
/* AMD's six controls, and its six counters between them. */
#define EVERY_OTHER6(i)	PMU(i), PMU((i) + 2), PMU((i) + 4), PMU((i) + 6), \
			PMU((i) + 8), PMU((i) + 10)
#define PMU4(i)		PMU(i), PMU((i) + 1), PMU((i) + 2), PMU((i) + 3)

const struct msr_list_row msr_list_rows[] = {
	SAVED(0x174, 0, 0, NULL), SAVED(0x175, 0, 0, NULL),
	SAVED(0x176, 0, 0, NULL), SAVED(0xc0000081, 0, 0, NULL),
	SAVED(0xc0000083, 0, 0, NULL), SAVED(0xc0000102, 0, 0, NULL),
	SAVED(0xc0000084, 0, 0, NULL), SAVED(0xc0000082, 0, 0, NULL),
	SAVED(0x10, 0, 0, NULL), SAVED(0x277, 0, 0, NULL),
	SAVED(0xc0010117, 0, 0, NULL), SAVED(0x3a, 0, 0, NULL),
	SAVED(0xd90, 0, 0, mpx), SAVED(0xc0000103, 0, 0, tsc_aux),
	SAVED(0x48, 0, 0, NULL),
	SAVED(0x122, CHANGE_TSX_CTRL_LISTED, 0, tsx_ctrl),
	SAVED(0x570, 0, 0, pt), SAVED(0x571, 0, 0, pt), SAVED(0x572, 0, 0, pt),
	SAVED(0x560, 0, 0, pt), SAVED(0x561, 0, 0, pt), SAVED(0x580, 0, 0, pt),
	SAVED(0x581, 0, 0, pt), SAVED(0x582, 0, 0, pt), SAVED(0x583, 0, 0, pt),
	SAVED(0x584, 0, 0, pt), SAVED(0x585, 0, 0, pt), SAVED(0x586, 0, 0, pt),
	SAVED(0x587, 0, 0, pt), SAVED(0xe1, 0, 0, waitpkg),
	SAVED(0x1c4, 0, 0, xfd), SAVED(0x1c5, 0, 0, xfd),
	SAVED(0xda0, CHANGE_CET, 0, xss),
	SAVED(0x6a0, CHANGE_CET, 0, cet), SAVED(0x6a2, CHANGE_CET, 0, cet),
	SAVED(0x6a4, CHANGE_CET, 0, shstk), SAVED(0x6a5, CHANGE_CET, 0, shstk),
	SAVED(0x6a6, CHANGE_CET, 0, shstk), SAVED(0x6a7, CHANGE_CET, 0, shstk),
	SAVED(0x6a8, CHANGE_CET, 0, ssp_tab),
	SAVED(0x1d9, CHANGE_LBR_MSRS_LISTED, 0, NULL),
	SAVED(0x1db, CHANGE_LBR_MSRS_LISTED, 0, NULL),
	SAVED(0x1dc, CHANGE_LBR_MSRS_LISTED, 0, NULL),
	SAVED(0x1dd, CHANGE_LBR_MSRS_LISTED, 0, NULL),
	SAVED(0x1de, CHANGE_LBR_MSRS_LISTED, 0, NULL),
	PMU(0x309), PMU(0x30a), PMU(0x30b), PMU(0x38d), PMU(0x38e), PMU(0x38f),
	SAVED(0x390, 0, CHANGE_OVF_CTRL_GONE, pmu),
	PMU(0x3f1), PMU(0x600), PMU(0x3f2),
	PMU4(0xc1), PMU4(0xc5), PMU4(0x186), PMU4(0x18a),
	PMU4(0xc0010000), PMU4(0xc0010004),
	EVERY_OTHER6(0xc0010200), EVERY_OTHER6(0xc0010201),
	SAVED(0xc0000301, CHANGE_PERFMON_V2, 0, amd_pmu_v2),
	SAVED(0xc0000300, CHANGE_PERFMON_V2, 0, amd_pmu_v2),
	SAVED(0xc0000302, CHANGE_PERFMON_V2, 0, amd_pmu_v2),
	SAVED(0xc0000303, CHANGE_GLOBAL_STATUS_SET, 0, amd_pmu_v2),

	EMUL(0x12, 0, 0, NULL), EMUL(0x11, 0, 0, NULL),
	EMUL(0x4b564d01, 0, 0, NULL), EMUL(0x4b564d00, 0, 0, NULL),
	HYPERV(0x40000000), HYPERV(0x40000001), HYPERV(0x40000020),
	HYPERV(0x40000021), HYPERV(0x40000022), HYPERV(0x40000023),
	HYPERV(0x40000100), HYPERV(0x40000101), HYPERV(0x40000102),
	HYPERV(0x40000103), HYPERV(0x40000104), HYPERV(0x40000105),
	HYPERV(0x40000003), HYPERV(0x40000002), HYPERV(0x40000010),
	HYPERV(0x40000080), HYPERV(0x400000b0), HYPERV(0x40000073),
	HYPERV(0x40000106), HYPERV(0x40000107), HYPERV(0x40000108),
	EMUL(0x40000118, CHANGE_HYPERV_INVTSC, 0, hyperv),
	HYPERV(0x400000ff), HYPERV(0x400000f1), HYPERV(0x400000f2),
	HYPERV(0x400000f3), HYPERV(0x400000f4), HYPERV(0x400000f5),
	EMUL(0x4b564d02, 0, 0, NULL), EMUL(0x4b564d03, 0, 0, NULL),
	EMUL(0x4b564d04, 0, 0, NULL), EMUL(0x4b564d06, 0, 0, NULL),
	EMUL(0x4b564d07, 0, 0, NULL),
	EMUL(0x3b, 0, 0, NULL), EMUL(0x6e0, 0, 0, NULL),
	EMUL(0x10a, 0, 0, NULL), EMUL(0x345, 0, 0, NULL),
	EMUL(0x1a0, 0, 0, NULL), EMUL(0x17a, 0, 0, NULL),
	EMUL(0x17b, 0, 0, NULL),
	{ 0x4d0, LIST_EMULATED, MSR_ON_INTEL, 0, 0, NULL },
	EMUL(0x9e, 0, 0, smm), EMUL(0x34, 0, 0, NULL), EMUL(0xce, 0, 0, NULL),
	EMUL(0x140, 0, 0, NULL),
	{ 0xc001011f, LIST_EMULATED, MSR_ON_AMD, 0, 0, NULL },
	{ 0xc0000104, LIST_EMULATED, MSR_ON_AMD, 0, 0, NULL },
	EMUL(0x1fc, 0, 0, NULL), EMUL(0x8b, 0, 0, NULL),
	VMX(0x480), VMX(0x48d), VMX(0x48e), VMX(0x48f), VMX(0x490), VMX(0x485),
	VMX(0x486), VMX(0x488), VMX(0x48a), VMX(0x48b), VMX(0x48c), VMX(0x491),
	EMUL(0xc0010015, 0, 0, NULL), EMUL(0x4b564d05, 0, 0, NULL),
};

const unsigned int msr_nr_list_rows = ARRAY_SIZE(msr_list_rows);

/* How many of them is the business of the PMU: its tests look closer. */
static bool counter(uint32_t index)
{
	return (index >= 0xc1 && index <= 0xc8) ||
	       (index >= 0x186 && index <= 0x18d) ||
	       (index >= 0x309 && index <= 0x30b);
}

enum msr_listing msr_list_expect(const struct msr_cpu *c,
				 const struct msr_list_row *r)
{
	const struct msr_value *host = msr_find(c->host, r->index);

	if (r->vendor != MSR_ON_ANY && (r->vendor == MSR_ON_AMD) != c->amd)
		return MSR_NOT_LISTED;
	if (r->before && msr_kernel_has(c, r->before))
		return MSR_NOT_LISTED;
	if (r->shown && !r->shown(c, r->index))
		return MSR_NOT_LISTED;
	/* An older kernel may have it, or have lost it, by a backport. */
	if (r->before || !msr_kernel_has(c, r->since))
		return MSR_MAY_BE_LISTED;
	if (r->kind == LIST_EMULATED)
		return MSR_LISTED;
	if (counter(r->index) || r->shown == pt)
		return MSR_MAY_BE_LISTED;
	if (!host)
		return MSR_MAY_BE_LISTED;
	return host->valid ? MSR_LISTED : MSR_NOT_LISTED;
}

/* 6.1 put each TRUE MSR before its like; 9eb6ba31db27 sorted them (6.4). */
static const uint32_t vmx_old_order[] = {
	0x480, 0x48d, 0x481, 0x48e, 0x482, 0x48f, 0x483, 0x490, 0x484, 0x485,
	0x486, 0x487, 0x488, 0x489, 0x48a, 0x48b, 0x48c, 0x491,
};

unsigned int msr_feature_list(const struct msr_cpu *c, uint32_t *index,
			      unsigned int max)
{
	static const uint32_t rest[] = { 0xc0011029, 0x8b, 0x10a, 0x345 };
	unsigned int i, n = 0;

	for (i = 0; !c->amd && !has_no_nested(c) && i < 18 && n < max; i++)
		index[n++] = msr_kernel_has(c, CHANGE_VMX_MSRS_SORTED) ?
			     0x480 + i : vmx_old_order[i];
	for (i = c->amd ? 0 : 1; i < ARRAY_SIZE(rest) && n < max; i++)
		index[n++] = rest[i];
	if (msr_kernel_has(c, CHANGE_PLATFORM_INFO_FEATURE) && n < max)
		index[n++] = 0xce;
	return n;
}

/* Bits that KVM passes on (KVM_SUPPORTED_ARCH_CAP). */
#define ARCH_CAP_PASSED \
	(0x1ff | 7ull << 13 | BIT(17) | BIT(19) | BIT(20) | BIT(24) | \
	 BIT(26) | BIT(27) | BIT(28) | BIT(62))

static uint64_t known_by_kernel(const struct vulnerabilities *v)
{
	uint64_t bits = ARCH_CAP_PASSED;

	if (v->gds < 0)
		bits &= ~BIT(26);
	if (v->rfds < 0)
		bits &= ~(BIT(27) | BIT(28));
	if (v->its < 0)
		bits &= ~BIT(62);
	return bits;
}

uint64_t msr_arch_cap_offered(uint64_t host, const struct vulnerabilities *v)
{
	uint64_t cap = host & known_by_kernel(v);

	cap |= BIT(6);				/* PSCHANGE_MC_NO */
	if (!v->l1d_flush_never)
		cap |= BIT(3);			/* SKIP_L1DFL_VMENTRY */
	if (!v->meltdown)
		cap |= BIT(0);			/* RDCL_NO */
	if (!v->ssb)
		cap |= BIT(4);			/* SSB_NO */
	if (!v->mds)
		cap |= BIT(5);			/* MDS_NO */
	if (!v->rfds)
		cap |= BIT(27);			/* RFDS_NO */
	if (!v->its)
		cap |= BIT(62);			/* ITS_NO */
	if (!v->gds || (v->gds > 0 && v->gds_in_microcode))
		cap |= BIT(26);			/* GDS_NO */
	if (!v->rtm)				/* TAA_NO */
		cap &= ~BIT(8);
	else if (!v->taa)
		cap |= BIT(8);
	return cap;
}

// SPDX-License-Identifier: GPL-2.0-only
/* CPUID bits that open MSRs, conditions of rows, values after reset. */
#include "msr_checks.h"
#include "features.h"
#include "regs.h"

#define FI(fn, idx, reg, bit)	CPUID_FEATURE_INIT(fn, idx, REG_##reg, bit)

static bool open_hyperv(const struct msr_cpu *c, uint32_t index)
{
	return cpuid_match_reg(c->cpuid, 0x40000001, 0, REG_EAX) == 0x31237648;
}

static bool open_x2apic(const struct msr_cpu *c, uint32_t index)
{
	return (msr_cpu_value(c, 0x1b) & 0xc00) == 0xc00;
}

static bool open_tsx_ctrl(const struct msr_cpu *c, uint32_t index)
{
	return msr_cpu_value(c, 0x10a) & BIT(7);
}

static bool open_lmce(const struct msr_cpu *c, uint32_t index)
{
	return msr_cpu_value(c, 0x3a) & BIT(20);
}

static bool open_mcg_ctl(const struct msr_cpu *c, uint32_t index)
{
	return reset_mcg_cap(c, 0x179) & BIT(8);
}

static bool open_bank(const struct msr_cpu *c, uint32_t index)
{
	uint32_t banks = reset_mcg_cap(c, 0x179) & 0xff;

	return index >= 0x400 ? index < 0x400 + 4 * banks :
				index < 0x280 + banks;
}

static bool open_cmci(const struct msr_cpu *c, uint32_t index)
{
	return reset_mcg_cap(c, 0x179) & BIT(10) && open_bank(c, index);
}

static bool open_platform_info(const struct msr_cpu *c, uint32_t index)
{
	return !c->platform_info_hidden;
}

static bool open_ssp_tab(const struct msr_cpu *c, uint32_t index)
{
	return msr_cpu_has(c, F_SHSTK) &&
	       msr_cpu_has(c, F_LM);
}

const struct msr_gate_rule msr_gates[NR_MSR_GATES] = {
	[GATE_NONE] = { .name = "none" },
	[GATE_SPEC_CTRL] = { "SPEC_CTRL", {
		FI(0x7, 0, EDX, 26), FI(0x80000008, 0, EBX, 14),
		FI(0x80000008, 0, EBX, 15), FI(0x80000008, 0, EBX, 24) }, .n = 4 },
	[GATE_PRED_CMD] = { "PRED_CMD", {
		FI(0x7, 0, EDX, 26), FI(0x80000008, 0, EBX, 12),
		FI(0x80000021, 0, EAX, 27) }, .n = 3 },
	[GATE_PRED_CMD_OLD] = { "PRED_CMD", {
		FI(0x7, 0, EDX, 26), FI(0x80000008, 0, EBX, 12) }, .n = 2 },
	[GATE_FLUSH_L1D] = { "FLUSH_L1D", { FI(0x7, 0, EDX, 28) }, .n = 1 },
	[GATE_ARCH_CAP] = { "ARCH_CAPABILITIES", { FI(0x7, 0, EDX, 29) }, .n = 1 },
	[GATE_PDCM] = { "PDCM", { FI(0x1, 0, ECX, 15) }, .n = 1 },
	[GATE_VIRT_SSBD] = { "VIRT_SSBD", { FI(0x80000008, 0, EBX, 25) }, .n = 1 },
	[GATE_TSC_RATIO] = { "TSCRATEMSR", { FI(0x8000000a, 0, EDX, 4) }, 1,
			     .governed = true },
	[GATE_OSVW] = { "OSVW", { FI(0x80000001, 0, ECX, 9) }, .n = 1 },
	[GATE_TSC_AUX] = { "TSC_AUX", {
		FI(0x80000001, 0, EDX, 27), FI(0x7, 0, ECX, 22) }, .n = 2 },
	[GATE_MPX] = { "MPX", { FI(0x7, 0, EBX, 14) }, .n = 1 },
	[GATE_WAITPKG] = { "WAITPKG", { FI(0x7, 0, ECX, 5) }, 1,
			   .governed = true },
	[GATE_SGX_LC] = { "SGX_LC", { FI(0x7, 0, ECX, 30) }, .n = 1 },
	[GATE_XSAVES] = { "XSAVES", { FI(0xd, 1, EAX, 3) }, .n = 1,
			  .raw = true },
	[GATE_XFD] = { "XFD", { FI(0xd, 1, EAX, 4) }, .n = 1 },
	[GATE_VMX] = { "VMX", { FI(0x1, 0, ECX, 5) }, 1, .governed = true },
	[GATE_TSC_ADJUST] = { "TSC_ADJUST", { FI(0x7, 0, EBX, 1) }, .n = 1 },
	[GATE_HYPERV] = { "Hyper-V leaves", .open = open_hyperv },
	[GATE_X2APIC_MODE] = { "x2APIC mode", .open = open_x2apic },
	[GATE_TSX_CTRL] = { "ARCH_CAPABILITIES.TSX_CTRL",
			    .open = open_tsx_ctrl },
	[GATE_LMCE] = { "FEATURE_CONTROL.LMCE", .open = open_lmce },
	[GATE_MCG_CTL] = { "MCG_CAP.CTL_P", .open = open_mcg_ctl },
	[GATE_CMCI] = { "MCG_CAP.CMCI_P", .open = open_cmci },
	[GATE_BANK] = { "MCG_CAP.Count", .open = open_bank },
	[GATE_CET] = { "SHSTK or IBT", {
		FI(0x7, 0, ECX, 7), FI(0x7, 0, EDX, 20) }, .n = 2 },
	[GATE_SHSTK] = { "SHSTK", { FI(0x7, 0, ECX, 7) }, .n = 1 },
	[GATE_SSP_TAB] = { "SHSTK and LM", .open = open_ssp_tab },
	[GATE_PLATFORM_INFO] = { "KVM_CAP_MSR_PLATFORM_INFO",
				 .open = open_platform_info },
	[GATE_COUNTER] = { "number of counters", .open = open_counter },
	[GATE_FIXED_COUNTER] = { "number of fixed counters",
				 .open = open_fixed_counter },
	[GATE_PMU_CONTROLS] = { "version 2 of the PMU",
				.open = open_pmu_controls },
};

bool has_no_pmu(const struct msr_cpu *c)
{
	return !facts_cap(c->facts, KVM_CAP_PMU_CAPABILITY);
}

bool has_no_lbrv(const struct msr_cpu *c)
{
	return !facts_param_bool(c->facts, "kvm_amd", "lbrv", true) ||
	       !(cpuid_get(&c->facts->cpu[0].cpuid, 0x8000000a, 0, REG_EDX) &
		 BIT(1));
}

bool has_smm(const struct msr_cpu *c)
{
	return facts_cap(c->facts, KVM_CAP_X86_SMM);
}

bool has_hyperv(const struct msr_cpu *c)
{
	return facts_cap(c->facts, KVM_CAP_HYPERV);
}

bool has_no_pt(const struct msr_cpu *c)
{
	return !msr_kvm_has(c, F_INTEL_PT);
}

bool has_mpx(const struct msr_cpu *c)
{
	return msr_kvm_has(c, F_MPX);
}

bool has_no_nested(const struct msr_cpu *c)
{
	return !msr_kvm_has(c, c->amd ?
			    F_SVM :
			    F_VMX);
}

/* Family and model are known. */
bool has_leaf_1(const struct msr_cpu *c)
{
	return cpuid_find(c->cpuid, 1, 0);
}

bool has_no_osvw(const struct msr_cpu *c)
{
	return !msr_host_has(c, F_OSVW);
}

static uint64_t stuffed(const struct msr_cpu *c, uint64_t value)
{
	return c->no_stuffing ? 0 : value;
}

uint64_t reset_arch_cap(const struct msr_cpu *c, uint32_t index)
{
	return stuffed(c, msr_get(&c->facts->feature_msrs, index));
}

uint64_t reset_perf_cap(const struct msr_cpu *c, uint32_t index)
{
	return stuffed(c, msr_get(&c->facts->feature_msrs, index));
}

uint64_t reset_platform_info(const struct msr_cpu *c, uint32_t index)
{
	return stuffed(c, BIT(31));
}

uint64_t reset_ucode(const struct msr_cpu *c, uint32_t index)
{
	return stuffed(c, c->amd ? 0x01000065 : BIT(32));
}

/* SDM vol. 3, 11.4.4: BSP flag, enabled, at 0xfee00000 */
uint64_t reset_apic_base(const struct msr_cpu *c, uint32_t index)
{
	return c->not_bsp ? 0xfee00800 : 0xfee00900;
}

static unsigned int family_of(uint32_t eax)
{
	unsigned int f = eax >> 8 & 0xf;

	return f == 0xf ? f + (eax >> 20 & 0xff) : f;
}

/* Without OSVW KVM assumes erratum 298 on family 10h, and no other. */
uint64_t reset_osvw_status(const struct msr_cpu *c, uint32_t index)
{
	return family_of(cpuid_get(&c->facts->cpu[0].cpuid, 1, 0, REG_EAX)) ==
	       0x10;
}

/* Family 15h, models 02h-1Fh: erratum of the instruction cache. */
uint64_t reset_ic_cfg(const struct msr_cpu *c, uint32_t index)
{
	uint32_t eax = cpuid_match_reg(c->cpuid, 1, 0, REG_EAX);
	unsigned int model = (eax >> 4 & 0xf) | (eax >> 12 & 0xf0);

	return family_of(eax) == 0x15 && model >= 2 && model < 0x20 ? 0x1e : 0;
}

/* AMD keeps bank count and CTL_P only (svm_setup_mce). */
uint64_t reset_mcg_cap(const struct msr_cpu *c, uint32_t index)
{
	if (!c->mcg_cap)
		return 32;
	return c->amd ? c->mcg_cap & 0x1ff : c->mcg_cap;
}

uint64_t reset_mcg_ctl(const struct msr_cpu *c, uint32_t index)
{
	return c->mcg_cap & BIT(8) ? ~0ull : 0;
}

/* KVM_X86_SETUP_MCE sets every MCi_CTL. */
uint64_t reset_mci(const struct msr_cpu *c, uint32_t index)
{
	return c->mcg_cap && !(index & 3) ? ~0ull : 0;
}

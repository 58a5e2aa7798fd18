// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every MSR whose behaviour this suite predicts: one row a rule, the first row
 * that holds on the host decides.  Sources are arch/x86/kvm of Linux 6.1 to 7.1,
 * the SDM volume 4, and the APM volume 2, appendix A.
 */
#include "msr_checks.h"
#include "msr_index.h"

#define ALL		MSR_ON_ANY, CHANGE_NONE, CHANGE_NONE
#define AMD		MSR_ON_AMD, CHANGE_NONE, CHANGE_NONE
#define INTEL		MSR_ON_INTEL, CHANGE_NONE, CHANGE_NONE
#define SINCE(v, what)	v, CHANGE_##what, CHANGE_NONE
#define BEFORE(v, what)	v, CHANGE_NONE, CHANGE_##what
#define ONE(n)		(n), (n)

/* Who may read and who may write: words of enum msr_access. */
#define GUEST(read, write) \
	.access[MSR_GUEST] = { ACCESS_##read, ACCESS_##write }
#define HOST(read, write) \
	.access[MSR_HOST] = { ACCESS_##read, ACCESS_##write }
#define BOTH(read, write, host_read, host_write) \
	GUEST(read, write), HOST(host_read, host_write)
#define EVERYBODY(may)	BOTH(may, may, may, may)

static const char zero_why[] =
	"KVM answers 0 for this old MSR, so that guests which touch it live";
static const char ignored_why[] =
	"guests write this MSR to work around errata: KVM drops the write";
static const char plain_why[] =
	"context of the guest: any value, kept";
static const char mtrr_why[] =
	"SDM vol. 3, 12.11: memory types, and addresses below MAXPHYADDR";
static const char no_pmu_why[] =
	"KVM has no PMU here: counters that old kernels touch read 0, drop writes";
static const char no_pmu_at_all_why[] =
	"KVM has no PMU here: this counter or control does not exist";
static const char old_counter_why[] =
	"leaf 0xA says how many counters; the first two read 0 where there are none";
static const char counter_why[] =
	"leaf 0xA.EAX[15:8] says how many counters there are (SDM vol. 3, 20.2.1)";
static const char pmu_controls_why[] =
	"from version 2 of leaf 0xA on (SDM vol. 3, 20.2.2); reserved bits are refused";
static const char mce_why[] =
	"SDM vol. 3, 16.3: as many banks as MCG_CAP says";
static const char x2apic_why[] =
	"SDM vol. 3, 11.12.1.2: these MSRs exist in x2APIC mode only";
static const char vmx_why[] =
	"SDM vol. 3, appendix A: VMX capabilities exist if CPUID.1:ECX.VMX, and are read-only";

const struct msr_rule msr_rules[] = {
/* --- features, as MSRs (kvm_get_feature_msr) ------------------------------ */
{ ONE(MSR_IA32_ARCH_CAPABILITIES), "arch_capabilities", SINCE(MSR_ON_ANY, HIDDEN_MSR_UNSUPPORTED),
	GATE_ARCH_CAP,
	GUEST(GATED_OR_UNSUPPORTED, UNSUPPORTED), HOST(GATED_OR_UNSUPPORTED, GATED_OR_UNSUPPORTED),
	.reset_of = reset_arch_cap, .rule = RULE_F1,
	.why = "7.0.EDX[29] enumerates the MSR; userspace alone writes it, if it is there (a5d563890b8f)" },
{ ONE(MSR_IA32_ARCH_CAPABILITIES), "arch_capabilities", ALL, GATE_ARCH_CAP,
	GUEST(GATED, REFUSED), HOST(ALLOWED, ALLOWED),
	.reset_of = reset_arch_cap, .rule = RULE_F1,
	.why = "7.0.EDX[29] enumerates the MSR; userspace alone writes it" },
{ ONE(MSR_IA32_PERF_CAPABILITIES), "perf_capabilities", SINCE(MSR_ON_ANY, HIDDEN_MSR_UNSUPPORTED),
	GATE_PDCM,
	GUEST(GATED_OR_UNSUPPORTED, ALLOWED), HOST(GATED_OR_UNSUPPORTED, ALLOWED),
	.reset_of = reset_perf_cap, .check = check_perf_cap, .rule = RULE_F2,
	.why = "1.ECX[15] (PDCM) enumerates the MSR; KVM takes what it supports, if it is there (d75cac366f44)" },
{ ONE(MSR_IA32_PERF_CAPABILITIES), "perf_capabilities", ALL, GATE_PDCM,
	GUEST(GATED, REFUSED), HOST(ALLOWED, ALLOWED),
	.reset_of = reset_perf_cap, .check = check_perf_cap, .rule = RULE_F2,
	.why = "1.ECX[15] (PDCM) enumerates the MSR; KVM takes what it supports" },
{ ONE(MSR_PLATFORM_INFO), "platform_info", ALL, GATE_PLATFORM_INFO,
	GUEST(GATED, REFUSED), HOST(ALLOWED, ALLOWED),
	.reset_of = reset_platform_info, .check = check_platform_info, .rule = RULE_F3,
	.why = "KVM_CAP_MSR_PLATFORM_INFO shows or hides it; not writable by the guest" },
{ ONE(MSR_MISC_FEATURES_ENABLES), "misc_features", ALL, GATE_NONE,
	EVERYBODY(ALLOWED),
	.check = check_misc_features, .rule = RULE_F4,
	.why = "CPUID faulting needs PLATFORM_INFO[31] (db2336a80489)" },
{ ONE(MSR_IA32_UCODE_REV), "ucode_rev", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, ALLOWED),
	.reset_of = reset_ucode, .rule = RULE_F5,
	.why = "a guest's write, which starts CPUID's report, changes nothing" },
{ ONE(MSR_AMD64_DE_CFG), "de_cfg", AMD, GATE_NONE, EVERYBODY(ALLOWED),
	.check = check_de_cfg, .rule = RULE_F6,
	.why = "bit 1: LFENCE is serialising (d1d93fa90f1a); starts at 0" },
{ MSR_IA32_VMX_BASIC, MSR_IA32_VMX_VMFUNC, "vmx", INTEL, GATE_VMX,
	GUEST(GATED, REFUSED), HOST(GATED, GATED),
	.check = check_vmx_host, .reset_unknown = true, .rule = RULE_F7,
	.why = vmx_why },
{ ONE(MSR_IA32_CORE_CAPS), "core_capabilities", ALL, GATE_NONE,
	EVERYBODY(UNSUPPORTED), .rule = RULE_F8,
	.why = "CORE_CAPABILITIES is not virtualised" },

/* --- gated by CPUID ------------------------------------------------------- */
{ ONE(MSR_IA32_SPEC_CTRL), "spec_ctrl", ALL, GATE_SPEC_CTRL,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.check = check_spec_ctrl, .passed_through = true, .rule = RULE_T1,
	.why = "SPEC_CTRL, AMD_IBRS, AMD_STIBP or AMD_SSBD (39485ed95d6b)" },
{ ONE(MSR_IA32_PRED_CMD), "pred_cmd", BEFORE(MSR_ON_ANY, PRED_CMD_NO_OP), GATE_PRED_CMD_OLD,
	GUEST(UNSUPPORTED, GATED), HOST(UNSUPPORTED, IGNORED),
	.check = check_pred_cmd, .rule = RULE_T2,
	.why = "SPEC_CTRL or AMD_IBPB; write-only; needs IBPB in the CPU" },
{ ONE(MSR_IA32_PRED_CMD), "pred_cmd", SINCE(MSR_ON_ANY, PRED_CMD_NO_OP), GATE_PRED_CMD,
	GUEST(UNSUPPORTED, GATED), HOST(UNSUPPORTED, IGNORED),
	.check = check_pred_cmd, .rule = RULE_T2,
	.why = "SPEC_CTRL, AMD_IBPB or SBPB (e47d86083c66); write-only" },
{ ONE(MSR_IA32_FLUSH_CMD), "flush_cmd", SINCE(MSR_ON_ANY, FLUSH_CMD), GATE_FLUSH_L1D,
	GUEST(UNSUPPORTED, GATED), HOST(UNSUPPORTED, IGNORED),
	.check = check_flush_cmd, .rule = RULE_T3,
	.why = "7.0.EDX[28], and the CPU must have it; write-only" },
{ ONE(MSR_AMD64_VIRT_SPEC_CTRL), "virt_spec_ctrl", AMD, GATE_VIRT_SSBD,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.reserved = ~4ull, .rule = RULE_T4,
	.why = "0x80000008.EBX[25]; SSBD is its only bit" },
{ ONE(MSR_AMD64_TSC_RATIO), "tsc_ratio", AMD, GATE_TSC_RATIO,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.reset = 1ull << 32, .check = check_tsc_ratio, .rule = RULE_T5,
	.why = "0x8000000a.EDX[4]; bits 63:40 reserved (APM vol. 2, 15.30.5)" },
{ ONE(MSR_AMD64_OSVW_ID_LENGTH), "osvw", AMD, GATE_OSVW,
	EVERYBODY(GATED), .reset = 3,
	.applies = has_no_osvw, .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well; 3 errata are known" },
{ ONE(MSR_AMD64_OSVW_STATUS), "osvw", AMD, GATE_OSVW,
	EVERYBODY(GATED), .applies = has_no_osvw,
	.reset_of = reset_osvw_status, .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well" },
{ MSR_AMD64_OSVW_ID_LENGTH, MSR_AMD64_OSVW_STATUS, "osvw", AMD, GATE_OSVW,
	EVERYBODY(GATED),
	.reset_unknown = true, .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well; starts with the host's" },
{ MSR_AMD64_OSVW_ID_LENGTH, MSR_AMD64_OSVW_STATUS, "osvw", ALL, GATE_OSVW,
	EVERYBODY(GATED), .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well" },
{ ONE(MSR_TSC_AUX), "tsc_aux", ALL, GATE_TSC_AUX,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.check = check_tsc_aux, .rule = RULE_T7,
	.why = "RDTSCP or RDPID; 63:32 reserved (Intel) or ignored (AMD) (61a05d444d2c)" },
{ ONE(MSR_IA32_BNDCFGS), "bndcfgs", INTEL, GATE_MPX,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.applies = has_mpx, .reserved = 0xffc, .check = check_canonical,
	.rule = RULE_T8, .why = "7.0.EBX[14] (MPX)" },
{ ONE(MSR_IA32_BNDCFGS), "bndcfgs", INTEL, GATE_NONE,
	EVERYBODY(REFUSED), .rule = RULE_T8,
	.why = "the CPU lacks MPX: nobody has this MSR" },
{ ONE(MSR_IA32_UMWAIT_CONTROL), "umwait_control", INTEL, GATE_WAITPKG,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.reserved = 0xffffffff00000002, .rule = RULE_T9,
	.why = "7.0.ECX[5] (WAITPKG); bit 1 and 63:32 are reserved" },
{ MSR_IA32_SGXLEPUBKEYHASH0, MSR_IA32_SGXLEPUBKEYHASH3, "sgx_lepubkeyhash", INTEL, GATE_SGX_LC,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.check = check_sgx_hash, .reset_unknown = true, .rule = RULE_T10,
	.why = "7.0.ECX[30] (SGX_LC); writable unless FEATURE_CONTROL is locked" },
{ ONE(MSR_IA32_XSS), "xss", SINCE(MSR_ON_ANY, CET), GATE_XSAVES,
	GUEST(GATED, GATED_OR_UNSUPPORTED), HOST(ALLOWED, GATED_OR_UNSUPPORTED),
	.check = check_xss, .rule = RULE_T11,
	.why = "0xD.1.EAX[3] (XSAVES); supervisor state that 0xD.1.ECX shows and KVM has" },
{ ONE(MSR_IA32_XSS), "xss", ALL, GATE_XSAVES,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.check = check_zero, .rule = RULE_T11,
	.why = "0xD.1.EAX[3] (XSAVES); KVM virtualises no supervisor state" },
{ ONE(MSR_IA32_U_CET), "cet", SINCE(MSR_ON_ANY, CET), GATE_CET,
	EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_cet, .rule = RULE_T19,
	.why = "7.0.ECX[7] or 7.0.EDX[20] enumerate U_CET (SDM vol. 1, 17.2.1)" },
{ ONE(MSR_IA32_S_CET), "cet", SINCE(MSR_ON_ANY, CET), GATE_CET,
	EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_cet, .rule = RULE_T19,
	.why = "7.0.ECX[7] or 7.0.EDX[20] enumerate S_CET (SDM vol. 1, 17.2.1)" },
{ MSR_IA32_PL0_SSP, MSR_IA32_PL3_SSP, "cet", SINCE(MSR_ON_ANY, CET), GATE_SHSTK,
	EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_ssp, .rule = RULE_T19,
	.why = "7.0.ECX[7] enumerates PLx_SSP: canonical and aligned to 4 (SDM vol. 1, 17.2.1)" },
{ ONE(MSR_IA32_INT_SSP_TAB), "cet", SINCE(MSR_ON_ANY, CET), GATE_SSP_TAB,
	EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_canonical, .rule = RULE_T19,
	.why = "7.0.ECX[7] enumerates INT_SSP_TAB, a canonical address (SDM vol. 1, 17.2.1)" },
{ MSR_IA32_XFD, MSR_IA32_XFD_ERR, "xfd", ALL, GATE_XFD,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED), .check = check_xfd,
	.rule = RULE_T12, .why = "0xD.1.EAX[4] (XFD); dynamic components only" },
{ ONE(MSR_IA32_TSC_ADJUST), "tsc_adjust", ALL, GATE_TSC_ADJUST,
	GUEST(ALLOWED, DROPPED_UNLESS_GATED), HOST(ALLOWED, DROPPED_UNLESS_GATED),
	.rule = RULE_T13,
	.why = "readable always; without 7.0.EBX[1] writes are dropped" },
{ ONE(MSR_IA32_TSX_CTRL), "tsx_ctrl", INTEL, GATE_TSX_CTRL,
	EVERYBODY(NOT_PREDICTED), .rule = RULE_T14,
	.why = "ARCH_CAPABILITIES[7] of the vCPU" },
{ ONE(MSR_IA32_FEAT_CTL), "feature_control", INTEL, GATE_NONE, EVERYBODY(ALLOWED),
	.check = check_feature_control, .rule = RULE_T15,
	.why = "SDM vol. 3, 8.6: until locked, bits of features that CPUID shows" },
{ ONE(MSR_IA32_MCG_EXT_CTL), "mcg_ext_ctl", INTEL, GATE_LMCE,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED), .reserved = ~1ull,
	.rule = RULE_T16, .why = "FEATURE_CONTROL[20] (LMCE)" },
{ ONE(HV_X64_GUEST_OS_ID), "hyperv", ALL, GATE_HYPERV,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED),
	.applies = has_hyperv, .rule = RULE_T17,
	.why = "Hyper-V MSRs: for guests whose 0x40000001.EAX is \"Hv#1\"" },
{ 0x560, 0x561, "rtit", INTEL, GATE_NONE, EVERYBODY(REFUSED), .applies = has_no_pt,
	.rule = RULE_T18, .why = "processor trace is not virtualised (pt_mode)" },
{ 0x570, 0x572, "rtit", INTEL, GATE_NONE, EVERYBODY(REFUSED), .applies = has_no_pt,
	.rule = RULE_T18, .why = "processor trace is not virtualised (pt_mode)" },
{ 0x580, 0x587, "rtit", INTEL, GATE_NONE, EVERYBODY(REFUSED), .applies = has_no_pt,
	.rule = RULE_T18, .why = "processor trace is not virtualised (pt_mode)" },

/* --- always there, values checked ----------------------------------------- */
{ ONE(MSR_EFER), "efer", ALL, GATE_NONE, EVERYBODY(ALLOWED), .reset_unknown = true,
	.check = check_efer, .rule = RULE_V1,
	.why = "a guest sets what its CPUID shows, userspace what the CPU has" },
{ ONE(MSR_IA32_APICBASE), "apic_base", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .reset_of = reset_apic_base,
	.check = check_apic_base, .rule = RULE_V2,
	.why = "SDM vol. 3, 11.4.4 and 11.12.1: modes, address, 1.ECX[21]" },
{ ONE(MSR_K7_HWCR), "hwcr", ALL, GATE_NONE, EVERYBODY(ALLOWED), .dropped = 0x148,
	.check = check_hwcr, .rule = RULE_V3,
	.why = "bits 3, 6, 8 are dropped, 18 and (since 6.7) 24 kept" },
{ ONE(MSR_IA32_MISC_ENABLE), "misc_enable", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .reset = 0x1800,
	.check = check_misc_enable, .rule = RULE_V4,
	.why = "bits 11 and 12 are read-only to the guest, 7 ignores writes (9fc222967a39)" },
{ ONE(MSR_IA32_POWER_CTL), "power_ctl", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .rule = RULE_V5,
	.why = plain_why },
{ ONE(MSR_IA32_CR_PAT), "pat", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .reset = 0x0007040600070406,
	.check = check_pat, .rule = RULE_V6,
	.why = "SDM vol. 3, 12.12.2: types 2, 3 and above 7 are reserved" },
{ ONE(MSR_MTRRcap), "mtrr", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.reset = 0x508, .rule = RULE_V7,
	.why = "MTRRcap: 8 variable ranges, fixed ranges, WC; read-only" },
{ ONE(MSR_MTRRdefType), "mtrr", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_mtrr_def,
	.rule = RULE_V7, .why = mtrr_why },
{ ONE(MSR_MTRRfix64K_00000), "mtrr", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_mtrr_fixed,
	.rule = RULE_V7, .why = mtrr_why },
{ 0x258, 0x259, "mtrr", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_mtrr_fixed,
	.rule = RULE_V7, .why = mtrr_why },
{ 0x268, 0x26f, "mtrr", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_mtrr_fixed,
	.rule = RULE_V7, .why = mtrr_why },
#define MTRR_VARIABLE(n) \
{ ONE(0x200 + 2 * (n)), "mtrr", ALL, GATE_NONE, EVERYBODY(ALLOWED), \
	.check = check_mtrr_base, .rule = RULE_V7, .why = mtrr_why }, \
{ ONE(0x201 + 2 * (n)), "mtrr", ALL, GATE_NONE, EVERYBODY(ALLOWED), \
	.check = check_mtrr_mask, .rule = RULE_V7, .why = mtrr_why }
MTRR_VARIABLE(0), MTRR_VARIABLE(1), MTRR_VARIABLE(2), MTRR_VARIABLE(3),
MTRR_VARIABLE(4), MTRR_VARIABLE(5), MTRR_VARIABLE(6), MTRR_VARIABLE(7),
{ 0x210, 0x24f, "mtrr", ALL, GATE_NONE, EVERYBODY(REFUSED), .rule = RULE_V7,
	.why = "MTRRcap counts 8 variable ranges" },
{ ONE(MSR_VM_HSAVE_PA), "hsave_pa", AMD, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_hsave,
	.rule = RULE_V8, .why = "the guest gives a page below MAXPHYADDR (fce7e152ffc8)" },
{ ONE(MSR_VM_HSAVE_PA), "hsave_pa", INTEL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .rule = RULE_V8,
	.why = zero_why },
{ ONE(MSR_VM_CR), "vm_cr", AMD, GATE_NONE, EVERYBODY(ALLOWED), .check = check_vm_cr,
	.rule = RULE_V9, .why = "APM vol. 2, 15.30.1: SVM_DISABLE locks itself" },
{ ONE(MSR_VM_IGNNE), "vm_cr", AMD, GATE_NONE,
	GUEST(UNSUPPORTED, IGNORED), HOST(UNSUPPORTED, IGNORED), .rule = RULE_V9,
	.why = ignored_why },
{ ONE(MSR_IA32_DEBUGCTLMSR), "debugctl", AMD, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .applies = has_no_lbrv,
	.rule = RULE_V10, .why = "without LBR virtualisation writes are dropped" },
{ ONE(MSR_IA32_DEBUGCTLMSR), "debugctl", AMD, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_debugctl_amd,
	.rule = RULE_V10, .why = "APM vol. 2, 13.1.1: LBR is virtualised, nothing else" },
{ ONE(MSR_IA32_DEBUGCTLMSR), "debugctl", INTEL, GATE_NONE, EVERYBODY(ALLOWED),
	.check = check_debugctl_intel, .rule = RULE_V10,
	.why = "SDM vol. 3, 18.4.1: bits that CPUID and PERF_CAPABILITIES show" },
{ MSR_IA32_LASTBRANCHFROMIP, MSR_IA32_LASTINTTOIP, "lastbranch", AMD, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.applies = has_no_lbrv,
	.rule = RULE_V11, .why = "without LBR virtualisation: 0, read-only" },
{ MSR_IA32_LASTBRANCHFROMIP, MSR_IA32_LASTINTTOIP, "lastbranch", AMD, GATE_NONE,
	EVERYBODY(NOT_PREDICTED), .rule = RULE_V11,
	.why = "LBR is virtualised: the CPU writes them" },
{ MSR_IA32_LASTBRANCHFROMIP, MSR_IA32_LASTINTTOIP, "lastbranch", INTEL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED), .rule = RULE_V11,
	.why = zero_why },
{ ONE(MSR_SMI_COUNT), "smi_count", ALL, GATE_NONE,
	GUEST(ALLOWED, REFUSED), HOST(ALLOWED, ALLOWED), .rule = RULE_V12,
	.why = "the guest reads how many SMIs there were" },
{ ONE(MSR_IA32_SMBASE), "smbase", ALL, GATE_NONE,
	GUEST(REFUSED, REFUSED), HOST(ALLOWED, ALLOWED), .applies = has_smm,
	.reset = 0x30000, .rule = RULE_V13,
	.why = "a guest changes SMBASE in SMM only, where it is no MSR" },
{ ONE(MSR_IA32_TSC_DEADLINE), "tsc_deadline", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .rule = RULE_V14,
	.why = "outside of TSC-deadline mode it reads 0 and drops writes (SDM vol. 3, 11.5.4.1)" },

{ ONE(MSR_KVM_POLL_CONTROL), "poll_control", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .reset = 1,
	.reserved = ~1ull, .rule = RULE_V15,
	.why = "host-side polling is on until the guest turns it off (2d5ba19bdfef)" },

/* --- machine check -------------------------------------------------------- */
{ 0x0, 0x1, "mce", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_J1, .why = zero_why },
{ ONE(MSR_IA32_MCG_CAP), "mce", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.reset_of = reset_mcg_cap,
	.rule = RULE_J1, .why = "MCG_CAP: 32 banks, or what KVM_X86_SETUP_MCE said; read-only" },
{ ONE(MSR_IA32_MCG_STATUS), "mce", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .rule = RULE_J1, .why = plain_why },
{ ONE(MSR_IA32_MCG_CTL), "mce", ALL, GATE_MCG_CTL,
	GUEST(GATED, GATED), HOST(ALLOWED, ALLOWED), .reset_of = reset_mcg_ctl,
	.check = check_mcg_ctl, .rule = RULE_J2,
	.why = "MCG_CTL exists with MCG_CAP[8]; all bits or none" },
{ 0x280, 0x29f, "mce", ALL, GATE_CMCI,
	GUEST(GATED, GATED), HOST(WITH_BANK, WITH_BANK), .check = check_mci_ctl2,
	.rule = RULE_J3, .why = "MCi_CTL2 exists with MCG_CAP[10] (CMCI)" },
{ 0x400, 0x47f, "mce_banks", ALL, GATE_NONE,
	EVERYBODY(WITH_BANK), .reset_of = reset_mci,
	.check = check_mci, .rule = RULE_J4, .why = mce_why },

/* --- context -------------------------------------------------------------- */
{ ONE(MSR_IA32_SYSENTER_CS), "syscall", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .rule = RULE_Y1,
	.why = plain_why },
{ MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP, "syscall", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .check = check_sysenter,
	.rule = RULE_Y2, .why = "32 bits to an AMD guest on AMD, else 64 (adc2a23734ac)" },
{ ONE(MSR_STAR), "syscall", ALL, GATE_NONE, EVERYBODY(ALLOWED), .rule = RULE_Y1,
	.why = plain_why },
{ MSR_LSTAR, MSR_CSTAR, "syscall", ALL, GATE_NONE, EVERYBODY(ALLOWED),
	.check = check_canonical, .rule = RULE_Y3,
	.why = "SDM vol. 2, WRMSR: a non-canonical address is refused" },
{ ONE(MSR_SYSCALL_MASK), "syscall", ALL, GATE_NONE,
	EVERYBODY(ALLOWED), .rule = RULE_Y1,
	.why = plain_why },
{ ONE(MSR_KERNEL_GS_BASE), "syscall", ALL, GATE_NONE, EVERYBODY(ALLOWED),
	.check = check_canonical, .rule = RULE_Y3,
	.why = "SDM vol. 2, WRMSR: a non-canonical address is refused" },

/* --- constants ------------------------------------------------------------ */
{ ONE(MSR_IA32_PLATFORM_ID), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_IA32_EBL_CR_POWERON), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_EBC_FREQUENCY_ID), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.reset = 1 << 24, .rule = RULE_N1,
	.why = "EBC_FREQUENCY_ID: a ratio of 1, so that nobody divides by 0" },
{ ONE(MSR_FSB_FREQ), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.reset = 3, .rule = RULE_N1,
	.why = "FSB_FREQ: 166 MHz" },
{ ONE(MSR_IA32_BBL_CR_CTL3), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .reset = 0xbe702111,
	.rule = RULE_N1, .why = "BBL_CR_CTL3: a configured L2 cache" },
{ ONE(MSR_IA32_PERF_STATUS), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.reset = 0x400000003e8,
	.rule = RULE_N1, .why = "PERF_STATUS: 1000, multiplier 4" },
{ ONE(MSR_IA32_PERF_CTL), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_RAPL_POWER_UNIT), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_PKG_ENERGY_STATUS), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_DRAM_ENERGY_STATUS), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_PP0_ENERGY_STATUS), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_PP1_ENERGY_STATUS), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_AMD64_SYSCFG), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_K7_CLK_CTL), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .reset = 0x20000000,
	.rule = RULE_N1, .why = "CLK_CTL: the ramp-up count that K7 guests look for" },
{ ONE(MSR_AMD64_NB_CFG), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED),
	.rule = RULE_N1, .why = ignored_why },
{ ONE(MSR_K8_INT_PENDING_MSG), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_FAM10H_MMIO_CONF_BASE), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .check = check_zero,
	.rule = RULE_N1, .why = "MMIO_CONF_BASE: 0, and no other value is taken" },
{ 0xc0010112, 0xc0010113, "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.rule = RULE_N1, .why = zero_why },
{ ONE(MSR_AMD64_IC_CFG), "constants", AMD, GATE_NONE,
	GUEST(ALLOWED, UNSUPPORTED), HOST(ALLOWED, UNSUPPORTED),
	.reset_of = reset_ic_cfg,
	.applies = has_leaf_1, .rule = RULE_N2, .why = "IC_CFG: 0x1e for family 15h models 02h-1Fh" },
{ MSR_AMD64_DC_CFG, MSR_AMD64_TW_CFG, "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED),
	.rule = RULE_N1, .why = ignored_why },
{ ONE(MSR_AMD64_BU_CFG2), "constants", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED),
	.rule = RULE_N1, .why = ignored_why },
{ ONE(MSR_F15H_EX_CFG), "constants", SINCE(MSR_ON_ANY, TW_CFG), GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED),
	.rule = RULE_N1, .why = ignored_why },
{ ONE(MSR_IA32_UCODE_WRITE), "constants", ALL, GATE_NONE,
	GUEST(UNSUPPORTED, IGNORED), HOST(UNSUPPORTED, IGNORED),
	.rule = RULE_N3, .why = ignored_why },
{ ONE(MSR_AMD64_PATCH_LOADER), "constants", ALL, GATE_NONE,
	GUEST(UNSUPPORTED, IGNORED), HOST(UNSUPPORTED, IGNORED),
	.rule = RULE_N3, .why = ignored_why },

/* --- PMU, where KVM has none ---------------------------------------------- */
{ MSR_IA32_PERFCTR0, MSR_IA32_PERFCTR1, "pmu", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .applies = has_no_pmu,
	.rule = RULE_U1, .why = no_pmu_why },
{ MSR_P6_EVNTSEL0, MSR_P6_EVNTSEL1, "pmu", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .applies = has_no_pmu,
	.rule = RULE_U1, .why = no_pmu_why },
{ 0xc0010000, 0xc0010007, "pmu", ALL, GATE_NONE,
	GUEST(ALLOWED, IGNORED), HOST(ALLOWED, IGNORED), .applies = has_no_pmu,
	.rule = RULE_U1, .why = no_pmu_why },
#define NO_PMU(first, last) \
{ first, last, "pmu", ALL, GATE_NONE, \
	EVERYBODY(UNSUPPORTED), .applies = has_no_pmu, \
	.rule = RULE_U2, .why = no_pmu_at_all_why }
NO_PMU(0xc3, 0xc8), NO_PMU(0x188, 0x18d), NO_PMU(0x309, 0x30b),
NO_PMU(0x38d, 0x390), NO_PMU(0x3f1, 0x3f2), NO_PMU(0x4c1, 0x4c8),
NO_PMU(0x600, 0x600), NO_PMU(0xc0010200, 0xc001020b),
NO_PMU(0xc0000300, 0xc0000303),
/* --- Intel's, where KVM has one (RULE_U3: values, RULE_U4 and U5: gates) --- */
#define PMU(first, last, gate, access, ...) \
{ first, last, "pmu", INTEL, gate, access, .rule = RULE_U3, __VA_ARGS__ }
#define PMU_ABSENT(first, last, condition, rule_, text) \
{ first, last, "pmu", INTEL, GATE_NONE, EVERYBODY(UNSUPPORTED), .applies = condition, \
	.rule = rule_, .why = text }
PMU(0xc1, 0xc2, GATE_COUNTER, BOTH(ALLOWED, DROPPED_UNLESS_GATED, ALLOWED, DROPPED_UNLESS_GATED),
	.check = check_counter, .why = old_counter_why),
PMU(0xc3, 0xc8, GATE_COUNTER, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_counter, .why = counter_why),
PMU(0x186, 0x187, GATE_COUNTER, BOTH(ALLOWED, DROPPED_UNLESS_GATED, ALLOWED, DROPPED_UNLESS_GATED),
	.check = check_event_select, .why = old_counter_why),
PMU(0x188, 0x18d, GATE_COUNTER, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_event_select, .why = counter_why),
PMU(0x309, 0x30c, GATE_FIXED_COUNTER, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_fixed_counter,
	.why = "leaf 0xA.EDX[4:0] says how many fixed counters there are (SDM vol. 3, 20.2.2)"),
PMU(0x38d, 0x38d, GATE_PMU_CONTROLS, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_fixed_control,
	.why = pmu_controls_why),
PMU(0x38e, 0x38e, GATE_PMU_CONTROLS, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_global_status,
	.why = pmu_controls_why),
PMU(0x38f, 0x38f, GATE_PMU_CONTROLS, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_global_control,
	.reset_unknown = true, .why = pmu_controls_why),
PMU(0x390, 0x390, GATE_PMU_CONTROLS, EVERYBODY(GATED_OR_UNSUPPORTED),
	.check = check_global_clear,
	.why = pmu_controls_why),
PMU_ABSENT(0x4c1, 0x4c8, has_no_full_width, RULE_U4,
	   "full-width counters need PERF_CAPABILITIES[13] (SDM vol. 3, 20.2.8)"),
PMU_ABSENT(0x3f1, 0x3f2, has_no_pebs, RULE_U5,
	   "PEBS needs its format in PERF_CAPABILITIES[11:8] (902caeb6841a)"),
PMU_ABSENT(0x600, 0x600, has_no_debug_store, RULE_U5,
	   "DS_AREA needs 1.EDX[21] (c59a1f106f5c)"),
{ 0xc0010000, 0xc0010007, "pmu", INTEL, GATE_NONE, BOTH(ALLOWED, IGNORED, ALLOWED, IGNORED),
	.rule = RULE_U1, .why = "AMD's old counters read 0 and drop writes" },
{ 0xc0010200, 0xc001020b, "pmu", INTEL, GATE_NONE, EVERYBODY(UNSUPPORTED),
	.rule = RULE_U2, .why = "AMD's counters are not those of an Intel CPU" },
{ 0xc0000300, 0xc0000303, "pmu", INTEL, GATE_NONE, EVERYBODY(UNSUPPORTED),
	.rule = RULE_U2, .why = "AMD's counters are not those of an Intel CPU" },

/* AMD's, and what of Intel's depends on PEBS, DS or an alias. */
#define SOME_PMU(first, last) \
{ first, last, "pmu", ALL, GATE_NONE, EVERYBODY(NOT_PREDICTED), .rule = RULE_U3, \
	.why = "depends on the PMU of the host" }
SOME_PMU(0xc1, 0xc8), SOME_PMU(0x186, 0x18d), SOME_PMU(0x309, 0x30c),
SOME_PMU(0x38d, 0x390), SOME_PMU(0x3f1, 0x3f2), SOME_PMU(0x4c1, 0x4c8),
SOME_PMU(0x600, 0x600), SOME_PMU(0xc0010000, 0xc0010007),
SOME_PMU(0xc0010200, 0xc001020b), SOME_PMU(0xc0000300, 0xc0000303),

/* --- local APIC, in x2APIC mode -------------------------------------------- */
#define X2APIC(n, access, ...) \
{ ONE(n), "x2apic", ALL, GATE_X2APIC_MODE, access, .rule = RULE_L1, \
	.why = x2apic_why, __VA_ARGS__ }
X2APIC(0x802, BOTH(GATED, REFUSED, GATED, REFUSED), .reset_unknown = true),	/* ID */
X2APIC(0x803, BOTH(GATED, REFUSED, GATED, REFUSED), .reset_unknown = true),	/* version */
X2APIC(0x808, EVERYBODY(GATED), .check = check_tpr),	/* TPR */
X2APIC(0x809, EVERYBODY(REFUSED)),				/* APR, not here */
X2APIC(0x80a, BOTH(GATED, REFUSED, GATED, REFUSED), .reset_unknown = true),	/* PPR, follows TPR */
X2APIC(0x80d, BOTH(GATED, REFUSED, GATED, REFUSED), .reset_unknown = true),	/* LDR */
X2APIC(0x80e, EVERYBODY(REFUSED)),				/* DFR, not here */
{ 0x810, 0x827, "x2apic", ALL, GATE_X2APIC_MODE,
	GUEST(GATED, REFUSED), HOST(GATED, REFUSED), .rule = RULE_L1,
	.why = x2apic_why },			/* ISR, TMR, IRR */
X2APIC(0x828, EVERYBODY(GATED), .check = check_zero),	/* ESR */
X2APIC(0x831, EVERYBODY(REFUSED)),				/* ICR2, not here */
X2APIC(0x838, BOTH(GATED, GATED, GATED, NOT_PREDICTED),
	.reserved = ~0xffffffffull),		/* initial count */
X2APIC(0x839, BOTH(GATED, REFUSED, GATED, REFUSED)),				/* current count */
X2APIC(0x83e, EVERYBODY(GATED), .reserved = ~0xffffffffull, .dropped = ~0xbull), /* divide */
};

const unsigned int msr_nr_rules = ARRAY_SIZE(msr_rules);

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every MSR whose behaviour this suite predicts: one row a rule, the first row
 * that holds on the host decides.  Sources are arch/x86/kvm of Linux 6.1 and
 * 6.12, the SDM volume 4, and the APM volume 2, appendix A.
 */
#include "msr_checks.h"

#define ALL		MSR_ON_ANY, CHANGE_NONE, CHANGE_NONE
#define AMD		MSR_ON_AMD, CHANGE_NONE, CHANGE_NONE
#define INTEL		MSR_ON_INTEL, CHANGE_NONE, CHANGE_NONE
#define SINCE(v, what)	v, CHANGE_##what, CHANGE_NONE
#define BEFORE(v, what)	v, CHANGE_NONE, CHANGE_##what
#define ONE(n)		(n), (n)

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
{ ONE(0x10a), "arch_capabilities", SINCE(MSR_ON_ANY, HIDDEN_MSR_UNSUPPORTED),
	GATE_ARCH_CAP, "huhh", .reset_of = reset_arch_cap, .rule = RULE_F1,
	.why = "7.0.EDX[29] enumerates the MSR; userspace alone writes it, if it is there (a5d563890b8f)" },
{ ONE(0x10a), "arch_capabilities", ALL, GATE_ARCH_CAP, "gnyy",
	.reset_of = reset_arch_cap, .rule = RULE_F1,
	.why = "7.0.EDX[29] enumerates the MSR; userspace alone writes it" },
{ ONE(0x345), "perf_capabilities", SINCE(MSR_ON_ANY, HIDDEN_MSR_UNSUPPORTED),
	GATE_PDCM, "huhy", .reset_of = reset_perf_cap, .check = check_perf_cap,
	.rule = RULE_F2,
	.why = "1.ECX[15] (PDCM) enumerates the MSR; KVM takes what it supports, if it is there (d75cac366f44)" },
{ ONE(0x345), "perf_capabilities", ALL, GATE_PDCM, "gnyy",
	.reset_of = reset_perf_cap, .check = check_perf_cap, .rule = RULE_F2,
	.why = "1.ECX[15] (PDCM) enumerates the MSR; KVM takes what it supports" },
{ ONE(0xce), "platform_info", ALL, GATE_PLATFORM_INFO, "gnyy",
	.reset_of = reset_platform_info, .check = check_platform_info, .rule = RULE_F3,
	.why = "KVM_CAP_MSR_PLATFORM_INFO shows or hides it; not writable by the guest" },
{ ONE(0x140), "misc_features", ALL, GATE_NONE, "yyyy",
	.check = check_misc_features, .rule = RULE_F4,
	.why = "CPUID faulting needs PLATFORM_INFO[31] (db2336a80489)" },
{ ONE(0x8b), "ucode_rev", ALL, GATE_NONE, "yiyy",
	.reset_of = reset_ucode, .rule = RULE_F5,
	.why = "a guest's write, which starts CPUID's report, changes nothing" },
{ ONE(0xc0011029), "de_cfg", AMD, GATE_NONE, "yyyy",
	.check = check_de_cfg, .rule = RULE_F6,
	.why = "bit 1: LFENCE is serialising (d1d93fa90f1a); starts at 0" },
{ 0x480, 0x491, "vmx", INTEL, GATE_VMX, "gngg",
	.check = check_vmx_host, .reset_unknown = true, .rule = RULE_F7,
	.why = vmx_why },
{ ONE(0xcf), "core_capabilities", ALL, GATE_NONE, "uuuu", .rule = RULE_F8,
	.why = "CORE_CAPABILITIES is not virtualised" },

/* --- gated by CPUID ------------------------------------------------------- */
{ ONE(0x48), "spec_ctrl", ALL, GATE_SPEC_CTRL, "ggyy",
	.check = check_spec_ctrl, .passed_through = true, .rule = RULE_T1,
	.why = "SPEC_CTRL, AMD_IBRS, AMD_STIBP or AMD_SSBD (39485ed95d6b)" },
{ ONE(0x49), "pred_cmd", BEFORE(MSR_ON_ANY, PRED_CMD_NO_OP), GATE_PRED_CMD_OLD, "ugui",
	.check = check_pred_cmd, .rule = RULE_T2,
	.why = "SPEC_CTRL or AMD_IBPB; write-only; needs IBPB in the CPU" },
{ ONE(0x49), "pred_cmd", SINCE(MSR_ON_ANY, PRED_CMD_NO_OP), GATE_PRED_CMD, "ugui",
	.check = check_pred_cmd, .rule = RULE_T2,
	.why = "SPEC_CTRL, AMD_IBPB or SBPB (e47d86083c66); write-only" },
{ ONE(0x10b), "flush_cmd", SINCE(MSR_ON_ANY, FLUSH_CMD), GATE_FLUSH_L1D, "ugui",
	.check = check_flush_cmd, .rule = RULE_T3,
	.why = "7.0.EDX[28], and the CPU must have it; write-only" },
{ ONE(0xc001011f), "virt_spec_ctrl", AMD, GATE_VIRT_SSBD, "ggyy",
	.reserved = ~4ull, .rule = RULE_T4,
	.why = "0x80000008.EBX[25]; SSBD is its only bit" },
{ ONE(0xc0000104), "tsc_ratio", AMD, GATE_TSC_RATIO, "ggyy",
	.reset = 1ull << 32, .check = check_tsc_ratio, .rule = RULE_T5,
	.why = "0x8000000a.EDX[4]; bits 63:40 reserved (APM vol. 2, 15.30.5)" },
{ ONE(0xc0010140), "osvw", AMD, GATE_OSVW, "gggg", .reset = 3,
	.applies = has_no_osvw, .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well; 3 errata are known" },
{ ONE(0xc0010141), "osvw", AMD, GATE_OSVW, "gggg", .applies = has_no_osvw,
	.reset_of = reset_osvw_status, .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well" },
{ 0xc0010140, 0xc0010141, "osvw", AMD, GATE_OSVW, "gggg",
	.reset_unknown = true, .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well; starts with the host's" },
{ 0xc0010140, 0xc0010141, "osvw", ALL, GATE_OSVW, "gggg", .rule = RULE_T6,
	.why = "0x80000001.ECX[9], for userspace as well" },
{ ONE(0xc0000103), "tsc_aux", ALL, GATE_TSC_AUX, "ggyy",
	.check = check_tsc_aux, .rule = RULE_T7,
	.why = "RDTSCP or RDPID; 63:32 reserved (Intel) or ignored (AMD) (61a05d444d2c)" },
{ ONE(0xd90), "bndcfgs", INTEL, GATE_MPX, "ggyy",
	.applies = has_mpx, .reserved = 0xffc, .check = check_canonical,
	.rule = RULE_T8, .why = "7.0.EBX[14] (MPX)" },
{ ONE(0xd90), "bndcfgs", INTEL, GATE_NONE, "nnnn", .rule = RULE_T8,
	.why = "the CPU lacks MPX: nobody has this MSR" },
{ ONE(0xe1), "umwait_control", INTEL, GATE_WAITPKG, "ggyy",
	.reserved = 0xffffffff00000002, .rule = RULE_T9,
	.why = "7.0.ECX[5] (WAITPKG); bit 1 and 63:32 are reserved" },
{ 0x8c, 0x8f, "sgx_lepubkeyhash", INTEL, GATE_SGX_LC, "ggyy",
	.check = check_sgx_hash, .reset_unknown = true, .rule = RULE_T10,
	.why = "7.0.ECX[30] (SGX_LC); writable unless FEATURE_CONTROL is locked" },
{ ONE(0xda0), "xss", SINCE(MSR_ON_ANY, CET), GATE_XSAVES, "ghyh",
	.check = check_xss, .rule = RULE_T11,
	.why = "0xD.1.EAX[3] (XSAVES); supervisor state that 0xD.1.ECX shows and KVM has" },
{ ONE(0xda0), "xss", ALL, GATE_XSAVES, "ggyy",
	.check = check_zero, .rule = RULE_T11,
	.why = "0xD.1.EAX[3] (XSAVES); KVM virtualises no supervisor state" },
{ ONE(0x6a0), "cet", SINCE(MSR_ON_ANY, CET), GATE_CET, "hhhh",
	.check = check_cet, .rule = RULE_T19,
	.why = "7.0.ECX[7] or 7.0.EDX[20] enumerate U_CET (SDM vol. 1, 17.2.1)" },
{ ONE(0x6a2), "cet", SINCE(MSR_ON_ANY, CET), GATE_CET, "hhhh",
	.check = check_cet, .rule = RULE_T19,
	.why = "7.0.ECX[7] or 7.0.EDX[20] enumerate S_CET (SDM vol. 1, 17.2.1)" },
{ 0x6a4, 0x6a7, "cet", SINCE(MSR_ON_ANY, CET), GATE_SHSTK, "hhhh",
	.check = check_ssp, .rule = RULE_T19,
	.why = "7.0.ECX[7] enumerates PLx_SSP: canonical and aligned to 4 (SDM vol. 1, 17.2.1)" },
{ ONE(0x6a8), "cet", SINCE(MSR_ON_ANY, CET), GATE_SSP_TAB, "hhhh",
	.check = check_canonical, .rule = RULE_T19,
	.why = "7.0.ECX[7] enumerates INT_SSP_TAB, a canonical address (SDM vol. 1, 17.2.1)" },
{ 0x1c4, 0x1c5, "xfd", ALL, GATE_XFD, "ggyy", .check = check_xfd,
	.rule = RULE_T12, .why = "0xD.1.EAX[4] (XFD); dynamic components only" },
{ ONE(0x3b), "tsc_adjust", ALL, GATE_TSC_ADJUST, "ydyd", .rule = RULE_T13,
	.why = "readable always; without 7.0.EBX[1] writes are dropped" },
{ ONE(0x122), "tsx_ctrl", INTEL, GATE_TSX_CTRL, "?\???", .rule = RULE_T14,
	.why = "ARCH_CAPABILITIES[7] of the vCPU" },
{ ONE(0x3a), "feature_control", INTEL, GATE_NONE, "yyyy",
	.check = check_feature_control, .rule = RULE_T15,
	.why = "SDM vol. 3, 8.6: until locked, bits of features that CPUID shows" },
{ ONE(0x4d0), "mcg_ext_ctl", INTEL, GATE_LMCE, "ggyy", .reserved = ~1ull,
	.rule = RULE_T16, .why = "FEATURE_CONTROL[20] (LMCE)" },
{ ONE(0x40000000), "hyperv", ALL, GATE_HYPERV, "ggyy",
	.applies = has_hyperv, .rule = RULE_T17,
	.why = "Hyper-V MSRs: for guests whose 0x40000001.EAX is \"Hv#1\"" },
{ 0x560, 0x561, "rtit", INTEL, GATE_NONE, "nnnn", .applies = has_no_pt,
	.rule = RULE_T18, .why = "processor trace is not virtualised (pt_mode)" },
{ 0x570, 0x572, "rtit", INTEL, GATE_NONE, "nnnn", .applies = has_no_pt,
	.rule = RULE_T18, .why = "processor trace is not virtualised (pt_mode)" },
{ 0x580, 0x587, "rtit", INTEL, GATE_NONE, "nnnn", .applies = has_no_pt,
	.rule = RULE_T18, .why = "processor trace is not virtualised (pt_mode)" },

/* --- always there, values checked ----------------------------------------- */
{ ONE(0xc0000080), "efer", ALL, GATE_NONE, "yyyy", .reset_unknown = true,
	.check = check_efer, .rule = RULE_V1,
	.why = "a guest sets what its CPUID shows, userspace what the CPU has" },
{ ONE(0x1b), "apic_base", ALL, GATE_NONE, "yyyy", .reset_of = reset_apic_base,
	.check = check_apic_base, .rule = RULE_V2,
	.why = "SDM vol. 3, 11.4.4 and 11.12.1: modes, address, 1.ECX[21]" },
{ ONE(0xc0010015), "hwcr", ALL, GATE_NONE, "yyyy", .dropped = 0x148,
	.check = check_hwcr, .rule = RULE_V3,
	.why = "bits 3, 6, 8 are dropped, 18 and (since 6.7) 24 kept" },
{ ONE(0x1a0), "misc_enable", ALL, GATE_NONE, "yyyy", .reset = 0x1800,
	.check = check_misc_enable, .rule = RULE_V4,
	.why = "bits 11 and 12 are read-only to the guest, 7 ignores writes (9fc222967a39)" },
{ ONE(0x1fc), "power_ctl", ALL, GATE_NONE, "yyyy", .rule = RULE_V5,
	.why = plain_why },
{ ONE(0x277), "pat", ALL, GATE_NONE, "yyyy", .reset = 0x0007040600070406,
	.check = check_pat, .rule = RULE_V6,
	.why = "SDM vol. 3, 12.12.2: types 2, 3 and above 7 are reserved" },
{ ONE(0xfe), "mtrr", ALL, GATE_NONE, "yuyu", .reset = 0x508, .rule = RULE_V7,
	.why = "MTRRcap: 8 variable ranges, fixed ranges, WC; read-only" },
{ ONE(0x2ff), "mtrr", ALL, GATE_NONE, "yyyy", .check = check_mtrr_def,
	.rule = RULE_V7, .why = mtrr_why },
{ ONE(0x250), "mtrr", ALL, GATE_NONE, "yyyy", .check = check_mtrr_fixed,
	.rule = RULE_V7, .why = mtrr_why },
{ 0x258, 0x259, "mtrr", ALL, GATE_NONE, "yyyy", .check = check_mtrr_fixed,
	.rule = RULE_V7, .why = mtrr_why },
{ 0x268, 0x26f, "mtrr", ALL, GATE_NONE, "yyyy", .check = check_mtrr_fixed,
	.rule = RULE_V7, .why = mtrr_why },
#define MTRR_VARIABLE(n) \
{ ONE(0x200 + 2 * (n)), "mtrr", ALL, GATE_NONE, "yyyy", \
	.check = check_mtrr_base, .rule = RULE_V7, .why = mtrr_why }, \
{ ONE(0x201 + 2 * (n)), "mtrr", ALL, GATE_NONE, "yyyy", \
	.check = check_mtrr_mask, .rule = RULE_V7, .why = mtrr_why }
MTRR_VARIABLE(0), MTRR_VARIABLE(1), MTRR_VARIABLE(2), MTRR_VARIABLE(3),
MTRR_VARIABLE(4), MTRR_VARIABLE(5), MTRR_VARIABLE(6), MTRR_VARIABLE(7),
{ 0x210, 0x24f, "mtrr", ALL, GATE_NONE, "nnnn", .rule = RULE_V7,
	.why = "MTRRcap counts 8 variable ranges" },
{ ONE(0xc0010117), "hsave_pa", AMD, GATE_NONE, "yyyy", .check = check_hsave,
	.rule = RULE_V8, .why = "the guest gives a page below MAXPHYADDR (fce7e152ffc8)" },
{ ONE(0xc0010117), "hsave_pa", INTEL, GATE_NONE, "yiyi", .rule = RULE_V8,
	.why = zero_why },
{ ONE(0xc0010114), "vm_cr", AMD, GATE_NONE, "yyyy", .check = check_vm_cr,
	.rule = RULE_V9, .why = "APM vol. 2, 15.30.1: SVM_DISABLE locks itself" },
{ ONE(0xc0010115), "vm_cr", AMD, GATE_NONE, "uiui", .rule = RULE_V9,
	.why = ignored_why },
{ ONE(0x1d9), "debugctl", AMD, GATE_NONE, "yiyi", .applies = has_no_lbrv,
	.rule = RULE_V10, .why = "without LBR virtualisation writes are dropped" },
{ ONE(0x1d9), "debugctl", AMD, GATE_NONE, "yyyy", .check = check_debugctl_amd,
	.rule = RULE_V10, .why = "APM vol. 2, 13.1.1: LBR is virtualised, nothing else" },
{ ONE(0x1d9), "debugctl", INTEL, GATE_NONE, "yyyy",
	.check = check_debugctl_intel, .rule = RULE_V10,
	.why = "SDM vol. 3, 18.4.1: bits that CPUID and PERF_CAPABILITIES show" },
{ 0x1db, 0x1de, "lastbranch", AMD, GATE_NONE, "yuyu", .applies = has_no_lbrv,
	.rule = RULE_V11, .why = "without LBR virtualisation: 0, read-only" },
{ 0x1db, 0x1de, "lastbranch", AMD, GATE_NONE, "?\???", .rule = RULE_V11,
	.why = "LBR is virtualised: the CPU writes them" },
{ 0x1db, 0x1de, "lastbranch", INTEL, GATE_NONE, "yuyu", .rule = RULE_V11,
	.why = zero_why },
{ ONE(0x34), "smi_count", ALL, GATE_NONE, "ynyy", .rule = RULE_V12,
	.why = "the guest reads how many SMIs there were" },
{ ONE(0x9e), "smbase", ALL, GATE_NONE, "nnyy", .applies = has_smm,
	.reset = 0x30000, .rule = RULE_V13,
	.why = "a guest changes SMBASE in SMM only, where it is no MSR" },
{ ONE(0x6e0), "tsc_deadline", ALL, GATE_NONE, "yiyi", .rule = RULE_V14,
	.why = "outside of TSC-deadline mode it reads 0 and drops writes (SDM vol. 3, 11.5.4.1)" },

{ ONE(0x4b564d05), "poll_control", ALL, GATE_NONE, "yyyy", .reset = 1,
	.reserved = ~1ull, .rule = RULE_V15,
	.why = "host-side polling is on until the guest turns it off (2d5ba19bdfef)" },

/* --- machine check -------------------------------------------------------- */
{ 0x0, 0x1, "mce", ALL, GATE_NONE, "yuyu", .rule = RULE_J1, .why = zero_why },
{ ONE(0x179), "mce", ALL, GATE_NONE, "yuyu", .reset_of = reset_mcg_cap,
	.rule = RULE_J1, .why = "MCG_CAP: 32 banks, or what KVM_X86_SETUP_MCE said; read-only" },
{ ONE(0x17a), "mce", ALL, GATE_NONE, "yyyy", .rule = RULE_J1, .why = plain_why },
{ ONE(0x17b), "mce", ALL, GATE_MCG_CTL, "ggyy", .reset_of = reset_mcg_ctl,
	.check = check_mcg_ctl, .rule = RULE_J2,
	.why = "MCG_CTL exists with MCG_CAP[8]; all bits or none" },
{ 0x280, 0x29f, "mce", ALL, GATE_CMCI, "ggbb", .check = check_mci_ctl2,
	.rule = RULE_J3, .why = "MCi_CTL2 exists with MCG_CAP[10] (CMCI)" },
{ 0x400, 0x47f, "mce_banks", ALL, GATE_NONE, "bbbb", .reset_of = reset_mci,
	.check = check_mci, .rule = RULE_J4, .why = mce_why },

/* --- context -------------------------------------------------------------- */
{ ONE(0x174), "syscall", ALL, GATE_NONE, "yyyy", .rule = RULE_Y1,
	.why = plain_why },
{ 0x175, 0x176, "syscall", ALL, GATE_NONE, "yyyy", .check = check_sysenter,
	.rule = RULE_Y2, .why = "32 bits to an AMD guest on AMD, else 64 (adc2a23734ac)" },
{ ONE(0xc0000081), "syscall", ALL, GATE_NONE, "yyyy", .rule = RULE_Y1,
	.why = plain_why },
{ 0xc0000082, 0xc0000083, "syscall", ALL, GATE_NONE, "yyyy",
	.check = check_canonical, .rule = RULE_Y3,
	.why = "SDM vol. 2, WRMSR: a non-canonical address is refused" },
{ ONE(0xc0000084), "syscall", ALL, GATE_NONE, "yyyy", .rule = RULE_Y1,
	.why = plain_why },
{ ONE(0xc0000102), "syscall", ALL, GATE_NONE, "yyyy",
	.check = check_canonical, .rule = RULE_Y3,
	.why = "SDM vol. 2, WRMSR: a non-canonical address is refused" },

/* --- constants ------------------------------------------------------------ */
{ ONE(0x17), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x2a), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x2c), "constants", ALL, GATE_NONE, "yuyu", .reset = 1 << 24, .rule = RULE_N1,
	.why = "EBC_FREQUENCY_ID: a ratio of 1, so that nobody divides by 0" },
{ ONE(0xcd), "constants", ALL, GATE_NONE, "yuyu", .reset = 3, .rule = RULE_N1,
	.why = "FSB_FREQ: 166 MHz" },
{ ONE(0x11e), "constants", ALL, GATE_NONE, "yiyi", .reset = 0xbe702111,
	.rule = RULE_N1, .why = "BBL_CR_CTL3: a configured L2 cache" },
{ ONE(0x198), "constants", ALL, GATE_NONE, "yuyu", .reset = 0x400000003e8,
	.rule = RULE_N1, .why = "PERF_STATUS: 1000, multiplier 4" },
{ ONE(0x199), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x606), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x611), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x619), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x639), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0x641), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0xc0010010), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0xc001001b), "constants", ALL, GATE_NONE, "yiyi", .reset = 0x20000000,
	.rule = RULE_N1, .why = "CLK_CTL: the ramp-up count that K7 guests look for" },
{ ONE(0xc001001f), "constants", ALL, GATE_NONE, "yiyi", .rule = RULE_N1, .why = ignored_why },
{ ONE(0xc0010055), "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0xc0010058), "constants", ALL, GATE_NONE, "yiyi", .check = check_zero,
	.rule = RULE_N1, .why = "MMIO_CONF_BASE: 0, and no other value is taken" },
{ 0xc0010112, 0xc0010113, "constants", ALL, GATE_NONE, "yuyu", .rule = RULE_N1, .why = zero_why },
{ ONE(0xc0011021), "constants", AMD, GATE_NONE, "yuyu", .reset_of = reset_ic_cfg,
	.applies = has_leaf_1, .rule = RULE_N2, .why = "IC_CFG: 0x1e for family 15h models 02h-1Fh" },
{ 0xc0011022, 0xc0011023, "constants", ALL, GATE_NONE, "yiyi", .rule = RULE_N1, .why = ignored_why },
{ ONE(0xc001102a), "constants", ALL, GATE_NONE, "yiyi", .rule = RULE_N1, .why = ignored_why },
{ ONE(0xc001102c), "constants", SINCE(MSR_ON_ANY, TW_CFG), GATE_NONE, "yiyi",
	.rule = RULE_N1, .why = ignored_why },
{ ONE(0x79), "constants", ALL, GATE_NONE, "uiui", .rule = RULE_N3, .why = ignored_why },
{ ONE(0xc0010020), "constants", ALL, GATE_NONE, "uiui", .rule = RULE_N3, .why = ignored_why },

/* --- PMU, where KVM has none ---------------------------------------------- */
{ 0xc1, 0xc2, "pmu", ALL, GATE_NONE, "yiyi", .applies = has_no_pmu,
	.rule = RULE_U1, .why = no_pmu_why },
{ 0x186, 0x187, "pmu", ALL, GATE_NONE, "yiyi", .applies = has_no_pmu,
	.rule = RULE_U1, .why = no_pmu_why },
{ 0xc0010000, 0xc0010007, "pmu", ALL, GATE_NONE, "yiyi", .applies = has_no_pmu,
	.rule = RULE_U1, .why = no_pmu_why },
#define NO_PMU(first, last) \
{ first, last, "pmu", ALL, GATE_NONE, "uuuu", .applies = has_no_pmu, \
	.rule = RULE_U2, .why = no_pmu_at_all_why }
NO_PMU(0xc3, 0xc8), NO_PMU(0x188, 0x18d), NO_PMU(0x309, 0x30b),
NO_PMU(0x38d, 0x390), NO_PMU(0x3f1, 0x3f2), NO_PMU(0x4c1, 0x4c8),
NO_PMU(0x600, 0x600), NO_PMU(0xc0010200, 0xc001020b),
NO_PMU(0xc0000300, 0xc0000303),
/* --- Intel's, where KVM has one (RULE_U3: values, RULE_U4 and U5: gates) --- */
#define PMU(first, last, gate, access, ...) \
{ first, last, "pmu", INTEL, gate, access, .rule = RULE_U3, __VA_ARGS__ }
#define PMU_ABSENT(first, last, condition, rule_, text) \
{ first, last, "pmu", INTEL, GATE_NONE, "uuuu", .applies = condition, \
	.rule = rule_, .why = text }
PMU(0xc1, 0xc2, GATE_COUNTER, "ydyd", .check = check_counter, .why = old_counter_why),
PMU(0xc3, 0xc8, GATE_COUNTER, "hhhh", .check = check_counter, .why = counter_why),
PMU(0x186, 0x187, GATE_COUNTER, "ydyd", .check = check_event_select, .why = old_counter_why),
PMU(0x188, 0x18d, GATE_COUNTER, "hhhh", .check = check_event_select, .why = counter_why),
PMU(0x309, 0x30c, GATE_FIXED_COUNTER, "hhhh", .check = check_fixed_counter,
	.why = "leaf 0xA.EDX[4:0] says how many fixed counters there are (SDM vol. 3, 20.2.2)"),
PMU(0x38d, 0x38d, GATE_PMU_CONTROLS, "hhhh", .check = check_fixed_control,
	.why = pmu_controls_why),
PMU(0x38e, 0x38e, GATE_PMU_CONTROLS, "hhhh", .check = check_global_status,
	.why = pmu_controls_why),
PMU(0x38f, 0x38f, GATE_PMU_CONTROLS, "hhhh", .check = check_global_control,
	.reset_unknown = true, .why = pmu_controls_why),
PMU(0x390, 0x390, GATE_PMU_CONTROLS, "hhhh", .check = check_global_clear,
	.why = pmu_controls_why),
PMU_ABSENT(0x4c1, 0x4c8, has_no_full_width, RULE_U4,
	   "full-width counters need PERF_CAPABILITIES[13] (SDM vol. 3, 20.2.8)"),
PMU_ABSENT(0x3f1, 0x3f2, has_no_pebs, RULE_U5,
	   "PEBS needs its format in PERF_CAPABILITIES[11:8] (902caeb6841a)"),
PMU_ABSENT(0x600, 0x600, has_no_debug_store, RULE_U5,
	   "DS_AREA needs 1.EDX[21] (c59a1f106f5c)"),
{ 0xc0010000, 0xc0010007, "pmu", INTEL, GATE_NONE, "yiyi",
	.rule = RULE_U1, .why = "AMD's old counters read 0 and drop writes" },
{ 0xc0010200, 0xc001020b, "pmu", INTEL, GATE_NONE, "uuuu",
	.rule = RULE_U2, .why = "AMD's counters are not those of an Intel CPU" },
{ 0xc0000300, 0xc0000303, "pmu", INTEL, GATE_NONE, "uuuu",
	.rule = RULE_U2, .why = "AMD's counters are not those of an Intel CPU" },

/* AMD's, and what of Intel's depends on PEBS, DS or an alias. */
#define SOME_PMU(first, last) \
{ first, last, "pmu", ALL, GATE_NONE, "?\???", .rule = RULE_U3, \
	.why = "depends on the PMU of the host" }
SOME_PMU(0xc1, 0xc8), SOME_PMU(0x186, 0x18d), SOME_PMU(0x309, 0x30c),
SOME_PMU(0x38d, 0x390), SOME_PMU(0x3f1, 0x3f2), SOME_PMU(0x4c1, 0x4c8),
SOME_PMU(0x600, 0x600), SOME_PMU(0xc0010000, 0xc0010007),
SOME_PMU(0xc0010200, 0xc001020b), SOME_PMU(0xc0000300, 0xc0000303),

/* --- local APIC, in x2APIC mode -------------------------------------------- */
#define X2APIC(n, access, ...) \
{ ONE(n), "x2apic", ALL, GATE_X2APIC_MODE, access, .rule = RULE_L1, \
	.why = x2apic_why, __VA_ARGS__ }
X2APIC(0x802, "gngn", .reset_unknown = true),	/* ID */
X2APIC(0x803, "gngn", .reset_unknown = true),	/* version */
X2APIC(0x808, "gggg", .check = check_tpr),	/* TPR */
X2APIC(0x809, "nnnn"),				/* APR, not here */
X2APIC(0x80a, "gngn", .reset_unknown = true),	/* PPR, follows TPR */
X2APIC(0x80d, "gngn", .reset_unknown = true),	/* LDR */
X2APIC(0x80e, "nnnn"),				/* DFR, not here */
{ 0x810, 0x827, "x2apic", ALL, GATE_X2APIC_MODE, "gngn", .rule = RULE_L1,
	.why = x2apic_why },			/* ISR, TMR, IRR */
X2APIC(0x828, "gggg", .check = check_zero),	/* ESR */
X2APIC(0x831, "nnnn"),				/* ICR2, not here */
X2APIC(0x838, "ggg?", .reserved = ~0xffffffffull), /* initial count */
X2APIC(0x839, "gngn"),				/* current count */
X2APIC(0x83e, "gggg", .reserved = ~0xffffffffull, .dropped = ~0xbull), /* divide */
};

const unsigned int msr_nr_rules = ARRAY_SIZE(msr_rules);

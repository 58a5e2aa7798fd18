// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known defects: one row a defect, and one row for each place where it shows.
 * Texts of matches are globs.  A row of a kernel's defect says from when it
 * was there, and what is the first version without it: of mainline, then of
 * the stable series that have taken the commit.
 */
#include "errata.h"

#define K(maj, min)		KERNEL(maj, min, 0)
#define S(maj, min, patch)	KERNEL(maj, min, patch)

#define KERNEL_BUG(name, from, mended_by, test, text, ...) \
	{ .id = name, .since = from, .fixed = { __VA_ARGS__ }, \
	  .commit = mended_by, .shows_in = test, .summary = text }
#define QUIRK(name, which, where, text) \
	{ .id = name, .quirk = which, .area = where, .summary = text }

const struct erratum errata[] = {
KERNEL_BUG("get-cpuid2-nent", 0, "ab322c43cce9",
	   "set_cpuid_test:set.get_large_enough",
	   "KVM_GET_CPUID2 does not say how many entries it gives",
	   K(6, 5)),
KERNEL_BUG("unhalt-first-list", 0, "4736d85f0d18",
	   "quirks_test:quirks.hlt_in_guest_hides_pv_unhalt",
	   "the first list of a vCPU keeps PV_UNHALT though HLT does not exit",
	   K(6, 9)),
KERNEL_BUG("pv-word-kept", 0, "01d1059d635a",
	   "pv_base_test:global.leaf_taken_away",
	   "the PV feature word outlives its leaf",
	   K(6, 14)),
KERNEL_BUG("hidden-pv-msr", K(6, 12), "5bb9ac186512",
	   "pv_features_test:global.host_access",
	   "the host cannot read a PV MSR that is listed but hidden",
	   K(7, 0), S(6, 12, 75)),
KERNEL_BUG("quirks-come-back", 0, "a4dae7c7a41d",
	   "quirks_test:quirks.cumulative",
	   "KVM_CAP_DISABLE_QUIRKS2 switches quirks on again that it does not name",
	   K(6, 15), S(6, 12, 78)),
KERNEL_BUG("sregs-any-efer", 0, "184bd464bdb6",
	   "efer_gate_test:efer.set_sregs",
	   "KVM_SET_SREGS takes any EFER",
	   K(7, 3), S(6, 12, 112)),
KERNEL_BUG("osxsave-stale", 0, "1f66590d7ff0",
	   NULL,
	   "OSXSAVE and OSPKE do not follow CR4 where the host lacks the feature",
	   K(6, 14)),
KERNEL_BUG("invlpga-no-svme", 0, "d99df02ff427",
	   NULL,
	   "INVLPGA raises no #UD without EFER.SVME",
	   K(7, 1), S(6, 1, 192), S(6, 12, 107), S(6, 18, 44)),
KERNEL_BUG("sgx-xfrm-edited", 0, "275a87244ec8",
	   "set_cpuid_test:set.sgx_attributes",
	   "leaf 0x12.1 is cut down to what the guest may have in XCR0",
	   K(6, 3)),

QUIRK("cpuid-forced", QUIRK_CPUID_FORCED, "CPUID",
	"KVM_SET_CPUID2 turns leaves 1, 7 and 0xd into what the CPU has"),
QUIRK("no-vendor-msrs", QUIRK_VENDOR_MSRS, "MSRs",
	"the MSRs that kvm-amd implements are missing, or dummies"),
QUIRK("lax-msrs", QUIRK_LAX_MSRS, "MSRs",
	"some MSRs take any value, and do not ask for their feature"),
QUIRK("not-stuffed", QUIRK_NOT_STUFFED, "MSRs",
	"a new vCPU does not have the values of the feature MSRs that KVM offers"),
QUIRK("own-misc-enable", QUIRK_MISC_ENABLE, "MSRs",
	"MISC_ENABLE takes any value, starts as 1, and changes no CPUID bit"),
QUIRK("no-ffxsr", QUIRK_NO_FFXSR, "MSRs",
	"EFER.FFXSR is refused though the CPU has it"),
QUIRK("emulator", QUIRK_EMULATOR, "guests",
	"a guest kernel runs in KVM's emulator, which lacks many instructions"),
QUIRK("own-tsc", QUIRK_OWN_TSC, "guests",
	"the guest's TSC is that of the CPU: neither offset nor scaled"),
QUIRK("late-requests", QUIRK_LATE_REQUESTS, "guests",
	"interrupts, and what KVM has to write to the guest, wait for the next KVM_RUN"),
};

const unsigned int nr_errata = ARRAY_SIZE(errata);

#define CPUID(name, by, leaf_, sub, reg_, how) \
	{ .id = name, .kind = FOUND_CPUID, .rule = by, .leaf = leaf_, \
	  .subleaf = sub, .reg = reg_, .msr = -1, .fits = how }
#define MSR(name, by, index, how) \
	{ .id = name, .kind = FOUND_MSR, .rule = by, .leaf = -1, \
	  .subleaf = -1, .reg = -1, .msr = index, .fits = how }
#define EVENT(name, by, index, what_, wanted_, got_, how) \
	{ .id = name, .kind = FOUND_EVENT, .rule = by, .leaf = -1, \
	  .subleaf = -1, .reg = -1, .msr = index, .what = what_, \
	  .wanted = wanted_, .got = got_, .fits = how }

const struct erratum_match errata_matches[] = {
/*    id                   rule   MSR  what                                 wanted  got   condition */
EVENT("get-cpuid2-nent",   RULE_S11, -1,  "nent after",                        NULL,   NULL, NULL),
EVENT("pv-word-kept",      RULE_P6,  -1,  "KVM leaves taken away: word gone",  "yes",  "no", NULL),
EVENT("hidden-pv-msr",     RULE_P3,  -1,  "*: KVM_GET_MSRS succeeds",          "yes",  "no", NULL),
EVENT("quirks-come-back",  RULE_Q4,  -1,  "MISC_ENABLE_NO_MWAIT, when *",      "off",  "on", NULL),
EVENT("sregs-any-efer",    RULE_E1,  -1,  "KVM_SET_SREGS efer *",              NULL,   "0",  NULL),
EVENT("sregs-any-efer",    RULE_E4,  -1,  "KVM_GET_SREGS efer after *",        NULL,   NULL, NULL),
EVENT("invlpga-no-svme",   RULE_I5,    -1,  "INVLPGA*",                          "#UD(0x0)", NULL, NULL),
/*    id                   rule   leaf        sub  reg */
CPUID("unhalt-first-list", RULE_Q11, 0x40000001,  0,  REG_EAX, NULL),
CPUID("unhalt-first-list", RULE_R7,  0x40000001, -1,  REG_EAX, NULL),
CPUID("unhalt-first-list", RULE_R7,  0x40000101, -1,  REG_EAX, NULL),
CPUID("osxsave-stale",     RULE_R1,  0x1,        -1,  REG_ECX, NULL),
CPUID("osxsave-stale",     RULE_R3,  0x7,         0,  REG_ECX, NULL),
CPUID("sgx-xfrm-edited",   RULE_S19, 0x12,        1,  REG_ECX, NULL),
CPUID("sgx-xfrm-edited",   RULE_S19, 0x12,        1,  REG_EDX, NULL),

/*    id              rule     leaf sub reg      condition */
CPUID("cpuid-forced", RULE_NONE, 0x1, -1, -1, fits_forced),
CPUID("cpuid-forced", RULE_NONE, 0x7, -1, -1,      fits_forced_subleaf),
CPUID("cpuid-forced", RULE_NONE, 0xd,  0, REG_EBX, fits_forced_or_xsave),
CPUID("cpuid-forced", RULE_NONE, 0xd,  1, REG_EBX, fits_forced_or_xsave),
CPUID("cpuid-forced", RULE_NONE, 0xd, -1, -1,      fits_forced_subleaf),
CPUID("cpuid-forced", RULE_C2, 0x80000001, -1, REG_ECX, fits_forced),
CPUID("cpuid-forced", RULE_C14,    -1,  -1, -1,      fits_redirected),
/*    id              rule   MSR   what                      wanted              got                       condition */
EVENT("cpuid-forced", RULE_S12, -1,   "number of entries*",     NULL,               NULL,                     fits_more_entries),
EVENT("cpuid-forced", RULE_S12, -1,   "KVM_GET_CPUID2 nent*",   "0",                "Argument list too long", NULL),
EVENT("cpuid-forced", RULE_S11, -1,   "KVM_GET_CPUID2",         "0",                "-7",                     NULL),
EVENT("cpuid-forced", RULE_S11, -1,   "nent after",             NULL,               NULL,                     fits_more_entries),
EVENT("cpuid-forced", RULE_S11, -1,   "bytes written beyond*",  "0",                "1",                      NULL),
EVENT("cpuid-forced", RULE_S7,  -1,   NULL,                     "0",                "-22",                    NULL),
EVENT("cpuid-forced", RULE_E11, -1,   "KVM_SET_SREGS* cr4*",    "Invalid argument", "0",                      fits_forced_cr4),
EVENT("cpuid-forced", RULE_S16, -1,   "KVM_SET_SREGS* cr4*",    "Invalid argument", "0",                      fits_forced_cr4),
EVENT("cpuid-forced", RULE_E11, -1,   "MOV to CR4 of*",         "#GP(0x0)",         "no fault",               fits_forced_cr4),
EVENT("cpuid-forced", RULE_E14, -1,   NULL,                     NULL,               NULL,                     fits_forced_cr4_value),
EVENT("cpuid-forced", RULE_X17, -1,   "XSTATE_BV*",             NULL,               NULL,                     fits_more_components),
/* leaf 7: TSC_ADJUST is on, ARCH_CAPABILITIES off; leaf 1: SSE3 is on */
MSR("cpuid-forced",   RULE_T13, 0x3b, NULL),
EVENT("own-tsc",      RULE_T13, 0x3b, NULL,                     "moved the TSC",    "dropped",                NULL),
EVENT("own-tsc",      RULE_T20, -1, "TSC*",                "0x1",              "0x0",                    NULL),
EVENT("own-tsc",      RULE_T21, -1, "TSC*",                "0x1",              "0x0",                    NULL),
EVENT("own-tsc",      RULE_T22, -1, "TSC*",                "0x1",              "0x0",                    NULL),
EVENT("own-tsc",      RULE_T23, -1, "TSC*",                "0x1",              "0x0",                    NULL),
EVENT("own-tsc",      RULE_T24, -1,   "KVM_SET_TSC_KHZ*",       "0",                "Invalid argument",       NULL),
EVENT("own-tsc",      RULE_T24, -1,   "KVM_GET_TSC_KHZ*",       NULL,               NULL,                     NULL),
EVENT("cpuid-forced", RULE_F1,  0x10a, "guest RDMSR*",          "no fault",         "#GP(0x0)",               NULL),

EVENT("no-vendor-msrs", RULE_F6, 0xc0011029, NULL,              "1 (done)",         "0 (refused)",            NULL),
EVENT("no-vendor-msrs", RULE_F6, 0xc0011029, NULL,              "no fault",         "#GP(0x0)",               NULL),
EVENT("no-vendor-msrs", RULE_M4, 0xc0011029, NULL,              "listed",           "not listed",             NULL),
EVENT("no-vendor-msrs", RULE_M5, 0xc0000104, NULL,              "listed",           "not listed",             NULL),
EVENT("no-vendor-msrs", RULE_V9, 0xc0010114, NULL,              "1 (done)",         "0 (refused)",            NULL),
EVENT("no-vendor-msrs", RULE_V9, 0xc0010114, NULL,              "no fault",         "#GP(0x0)",               NULL),
EVENT("no-vendor-msrs", RULE_V9, 0xc0010115, NULL,              "1 (done)",         "0 (refused)",            NULL),
EVENT("no-vendor-msrs", RULE_V9, 0xc0010115, NULL,              "no fault",         "#GP(0x0)",               NULL),
MSR("no-vendor-msrs",   RULE_J1, 0x179,      fits_mcg_ser),
EVENT("no-vendor-msrs", RULE_M7, -1,         "MSR 0x179",       NULL,               NULL,                     fits_mcg_ser),
EVENT("no-vendor-msrs", RULE_D9, -1,         "SYSENTER MSR*",   NULL,               NULL,                     fits_upper_kept),
EVENT("no-vendor-msrs", RULE_N2, 0xc0011021, NULL,              "1 (done)",         "0 (refused)",            NULL),
EVENT("no-vendor-msrs", RULE_N2, 0xc0011021, NULL,              "no fault",         "#GP(0x0)",               NULL),
MSR("no-vendor-msrs",   RULE_V8, 0xc0010117, fits_zero),
EVENT("no-vendor-msrs", RULE_V8, 0xc0010117, NULL,              "#GP(0x0)",         "no fault",               NULL),
MSR("no-vendor-msrs",   RULE_T4, 0xc001011f, fits_zero),
EVENT("no-vendor-msrs", RULE_T4, 0xc001011f, NULL,              "#GP(0x0)",         "no fault",               NULL),
EVENT("no-vendor-msrs", RULE_T4, 0xc001011f, NULL,              "0 (refused)",      "1 (done)",               NULL),
MSR("no-vendor-msrs",   RULE_Y2, 0x175,      fits_upper_kept),
MSR("no-vendor-msrs",   RULE_Y2, 0x176,      fits_upper_kept),
EVENT("no-vendor-msrs", RULE_D4, -1,         "SYSENTER_E?P*",   NULL,               NULL,                     fits_upper_kept),

EVENT("lax-msrs", RULE_T1,  0x48,  NULL,                        "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_T2,  0x49,  NULL,                        "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_T2,  0x49,  NULL,                        "0 (refused)",      "1 (done)",               NULL),
EVENT("lax-msrs", RULE_T3,  0x10b, NULL,                        "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_T3,  0x10b, NULL,                        "0 (refused)",      "1 (done)",               NULL),
EVENT("lax-msrs", RULE_F4,  0x140, NULL,                        "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_F4,  0x140, NULL,                        "0 (refused)",      "1 (done)",               NULL),
MSR("lax-msrs",   RULE_F4,  0x140, NULL),
EVENT("lax-msrs", RULE_C12, 0x140, NULL,                        "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_C12, 0x140, NULL,                        "refused",          "accepted",               NULL),
MSR("lax-msrs",   RULE_C12, 0x140, NULL),
EVENT("lax-msrs", RULE_V6,  0x277, NULL,                        "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_V6,  0x277, NULL,                        "0 (refused)",      "1 (done)",               NULL),
EVENT("lax-msrs", RULE_U11, -1, "WRMSR 0x277",               "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_U13, -1, "WRMSR 0x277",               "#GP(0x0)",         "no fault",               NULL),
EVENT("lax-msrs", RULE_U11, -1,    "reason of the exit for MSR 0x277", "0x1",       "0x0",                    NULL),
EVENT("lax-msrs", RULE_A4,  0x277, NULL,                        "0",                "1",                      NULL),

MSR("not-stuffed",   RULE_F1, 0x10a, fits_zero),
EVENT("not-stuffed", RULE_F1, 0x10a, "KVM_SET_MSRS 0x10a = 0x0*", "0 (refused)",    "1 (done)",               NULL),
MSR("not-stuffed",   RULE_F5, 0x8b,  fits_zero),

MSR("own-misc-enable",   RULE_V4, 0x1a0, NULL),
EVENT("own-misc-enable", RULE_V4, 0x1a0, NULL,                  "#GP(0x0)",         "no fault",               NULL),
EVENT("own-misc-enable", RULE_R6, 0x1a0, NULL,                  "#GP(0x0)",         "no fault",               NULL),
EVENT("own-misc-enable", RULE_R6, 0x1a0, NULL,                  "refused",          "accepted",               NULL),
EVENT("own-misc-enable", RULE_Q6, 0x1a0, NULL,               NULL,               NULL,                     NULL),
EVENT("own-misc-enable", RULE_Q7, 0x1a0, NULL,               NULL,               NULL,                     NULL),

EVENT("no-ffxsr", RULE_E1, -1, "WRMSR EFER*",                "no fault",         "#GP(0x0)",               fits_arg_ffxsr),
EVENT("no-ffxsr", RULE_E2, -1, "WRMSR EFER*",                "no fault",         "#GP(0x0)",               fits_arg_ffxsr),
EVENT("no-ffxsr", RULE_E1, -1, "KVM_SET_MSRS 0xc0000080*",   "1",                "0",                      fits_arg_ffxsr),
EVENT("no-ffxsr", RULE_E2, -1, "KVM_SET_MSRS 0xc0000080*",   "1",                "0",                      fits_arg_ffxsr),
EVENT("no-ffxsr", RULE_E4,    -1, "EFER after*",                NULL,               NULL,                     fits_value_ffxsr),
MSR("no-ffxsr",   RULE_E4, 0xc0000080,                          fits_value_ffxsr),

EVENT("no-ffxsr",   RULE_V1, 0xc0000080, "*0xc0000080 = 0x4500*", "no fault",        "#GP(0x0)",               NULL),
EVENT("no-ffxsr",   RULE_V1, 0xc0000080, "*0xc0000080 = 0x4500*", "1 (done)",        "0 (refused)",            NULL),
MSR("no-ffxsr",     RULE_V1, 0xc0000080,                          fits_value_ffxsr),

EVENT("emulator", RULE_I4, -1, "MOVBE*", "no fault", "#UD(0x0)", NULL),
EVENT("emulator", RULE_NONE, -1, "end of the test", NULL, "*KVM_EXIT_INTERNAL_ERROR*suberror 1;*", NULL),

EVENT("late-requests", RULE_P13, -1, "\"preempted\" seen by the guest", "eax=0x0", "eax=0x1", NULL),
EVENT("late-requests", RULE_P13, -1, "version*even", NULL, NULL, NULL),
EVENT("late-requests", RULE_P14, -1, "flag not cleared: *", "yes", "no", NULL),
EVENT("late-requests", RULE_P15, -1, "token *", NULL, NULL, NULL),
EVENT("late-requests", RULE_P15, -1, "interrupt * pending", "yes", "no", NULL),
EVENT("late-requests", RULE_NONE, -1, "end of the test", NULL, "guest run: the guest died: vector 255, error 0x0, rip 0x0, *", NULL),
};

const unsigned int nr_errata_matches = ARRAY_SIZE(errata_matches);

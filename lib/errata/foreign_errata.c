// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quirks of foreign KVMs, those that are neither kvm-amd nor kvm-intel: one
 * row a quirk, and one row for each place where it shows.
 */
#include <errno.h>

#include "rows.h"

#define QUIRK(name, which, where, text) \
	{ .id = name, .quirk = which, .area = where, .summary = text }

static const struct erratum rows[] = {
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

static const struct erratum_match matches[] = {
/*    id                 rule       leaf        sub  reg      bits       condition */
CPUID("cpuid-forced",    RULE_NONE, 0x1,        ANY, ANY,     0,         fits_forced),
CPUID("cpuid-forced",    RULE_NONE, 0x7,        ANY, ANY,     0,         fits_forced_subleaf),
CPUID("cpuid-forced",    RULE_NONE, 0xd,        0,   REG_EBX, 0,         fits_forced_or_xsave),
CPUID("cpuid-forced",    RULE_NONE, 0xd,        1,   REG_EBX, 0,         fits_forced_or_xsave),
CPUID("cpuid-forced",    RULE_NONE, 0xd,        ANY, ANY,     0,         fits_forced_subleaf),
CPUID("cpuid-forced",    RULE_C2,   0x80000001, ANY, REG_ECX, 0,         fits_forced),
CPUID("cpuid-forced",    RULE_C14,  ANY,        ANY, ANY,     0,         fits_redirected),
/*    id                 rule       MSR         event                       wanted, got            condition */
EVENT("cpuid-forced",    RULE_S12,  ANY,        EVENT_GET_CPUID2_NENT,      ANYHOW,                IF(fits_more_entries)),
EVENT("cpuid-forced",    RULE_S12,  ANY,        EVENT_GET_CPUID2,           RESULT(0, -E2BIG),     ALWAYS),
EVENT("cpuid-forced",    RULE_S11,  ANY,        EVENT_GET_CPUID2,           VALUE(0, -E2BIG),      ALWAYS),
EVENT("cpuid-forced",    RULE_S11,  ANY,        EVENT_GET_CPUID2_NENT,      ANYHOW,                IF(fits_more_entries)),
EVENT("cpuid-forced",    RULE_S11,  ANY,        EVENT_GET_CPUID2_OVERRUN,   VALUE(0, 1),           ALWAYS),
EVENT("cpuid-forced",    RULE_S7,   ANY,        EVENT_SET_CPUID,            VALUE(0, -EINVAL),     ALWAYS),
EVENT("cpuid-forced",    RULE_E11,  ANY,        EVENT_SET_SREGS_CR4,        RESULT(-EINVAL, 0),    IF(fits_forced_cr4)),
EVENT("cpuid-forced",    RULE_S16,  ANY,        EVENT_SET_SREGS_CR4,        RESULT(-EINVAL, 0),    IF(fits_forced_cr4)),
EVENT("cpuid-forced",    RULE_E11,  ANY,        EVENT_GUEST_MOV_CR,         FAULT(GP, NONE),       IF(fits_forced_cr4)),
EVENT("cpuid-forced",    RULE_E14,  ANY,        ANY,                        ANYHOW,                IF(fits_forced_cr4_value)),
EVENT("cpuid-forced",    RULE_X17,  ANY,        EVENT_XSTATE_BV,            ANYHOW,                IF(fits_more_components)),
/* leaf 7: TSC_ADJUST is on, ARCH_CAPABILITIES off; leaf 1: SSE3 is on */
MSR("cpuid-forced",      RULE_T13,  0x3b,       NULL),
EVENT("own-tsc",         RULE_T13,  0x3b,       EVENT_TSC_ADJUST,           BOOL(1, 0),            ALWAYS),
EVENT("own-tsc",         RULE_T20,  ANY,        EVENT_TSC,                  VALUE(1, 0),           ALWAYS),
EVENT("own-tsc",         RULE_T21,  ANY,        EVENT_TSC,                  VALUE(1, 0),           ALWAYS),
EVENT("own-tsc",         RULE_T22,  ANY,        EVENT_TSC,                  VALUE(1, 0),           ALWAYS),
EVENT("own-tsc",         RULE_T23,  ANY,        EVENT_TSC,                  VALUE(1, 0),           ALWAYS),
EVENT("own-tsc",         RULE_T24,  ANY,        EVENT_SET_TSC_KHZ,          RESULT(0, -EINVAL),    ALWAYS),
EVENT("own-tsc",         RULE_T24,  ANY,        EVENT_GET_TSC_KHZ,          ANYHOW,                ALWAYS),
EVENT("cpuid-forced",    RULE_F1,   0x10a,      EVENT_GUEST_RDMSR,          FAULT(NONE, GP),       ALWAYS),

EVENT("no-vendor-msrs",  RULE_F6,   0xc0011029, ANY,                        BOOL(1, 0),            ALWAYS),
EVENT("no-vendor-msrs",  RULE_F6,   0xc0011029, ANY,                        FAULT(NONE, GP),       ALWAYS),
EVENT("no-vendor-msrs",  RULE_M4,   0xc0011029, EVENT_MSR_LISTED,           BOOL(1, 0),            ALWAYS),
EVENT("no-vendor-msrs",  RULE_M5,   0xc0000104, EVENT_MSR_LISTED,           BOOL(1, 0),            ALWAYS),
EVENT("no-vendor-msrs",  RULE_V9,   0xc0010114, ANY,                        BOOL(1, 0),            ALWAYS),
EVENT("no-vendor-msrs",  RULE_V9,   0xc0010114, ANY,                        FAULT(NONE, GP),       ALWAYS),
EVENT("no-vendor-msrs",  RULE_V9,   0xc0010115, ANY,                        BOOL(1, 0),            ALWAYS),
EVENT("no-vendor-msrs",  RULE_V9,   0xc0010115, ANY,                        FAULT(NONE, GP),       ALWAYS),
MSR("no-vendor-msrs",    RULE_J1,   0x179,      fits_mcg_ser),
EVENT("no-vendor-msrs",  RULE_M7,   ANY,        EVENT_MSR_KEPT,             ANYHOW,                ARG_IF(0x179, fits_mcg_ser)),
EVENT("no-vendor-msrs",  RULE_D9,   ANY,        EVENT_MSR_KEPT,             ANYHOW,                IF(fits_upper_kept)),
EVENT("no-vendor-msrs",  RULE_N2,   0xc0011021, ANY,                        BOOL(1, 0),            ALWAYS),
EVENT("no-vendor-msrs",  RULE_N2,   0xc0011021, ANY,                        FAULT(NONE, GP),       ALWAYS),
MSR("no-vendor-msrs",    RULE_V8,   0xc0010117, fits_zero),
EVENT("no-vendor-msrs",  RULE_V8,   0xc0010117, ANY,                        FAULT(GP, NONE),       ALWAYS),
MSR("no-vendor-msrs",    RULE_T4,   0xc001011f, fits_zero),
EVENT("no-vendor-msrs",  RULE_T4,   0xc001011f, ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("no-vendor-msrs",  RULE_T4,   0xc001011f, ANY,                        BOOL(0, 1),            ALWAYS),
MSR("no-vendor-msrs",    RULE_Y2,   0x175,      fits_upper_kept),
MSR("no-vendor-msrs",    RULE_Y2,   0x176,      fits_upper_kept),
EVENT("no-vendor-msrs",  RULE_D4,   ANY,        EVENT_MSR_KEPT,             ANYHOW,                IF(fits_upper_kept)),

EVENT("lax-msrs",        RULE_T1,   0x48,       ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_T2,   0x49,       ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_T2,   0x49,       ANY,                        BOOL(0, 1),            ALWAYS),
EVENT("lax-msrs",        RULE_T3,   0x10b,      ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_T3,   0x10b,      ANY,                        BOOL(0, 1),            ALWAYS),
EVENT("lax-msrs",        RULE_F4,   0x140,      ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_F4,   0x140,      ANY,                        BOOL(0, 1),            ALWAYS),
MSR("lax-msrs",          RULE_F4,   0x140,      NULL),
EVENT("lax-msrs",        RULE_C12,  0x140,      ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_C12,  0x140,      ANY,                        BOOL(0, 1),            ALWAYS),
MSR("lax-msrs",          RULE_C12,  0x140,      NULL),
EVENT("lax-msrs",        RULE_V6,   0x277,      ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_V6,   0x277,      ANY,                        BOOL(0, 1),            ALWAYS),
EVENT("lax-msrs",        RULE_U11,  0x277,      EVENT_GUEST_WRMSR,          FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_U13,  0x277,      EVENT_GUEST_WRMSR,          FAULT(GP, NONE),       ALWAYS),
EVENT("lax-msrs",        RULE_U11,  ANY,        EVENT_USER_EXIT_REASON,     VALUE(1, 0),           ARG(0x277)),
EVENT("lax-msrs",        RULE_A4,   0x277,      EVENT_SET_MSRS,             RESULT(0, 1),          ALWAYS),

MSR("not-stuffed",       RULE_F1,   0x10a,      fits_zero),
EVENT("not-stuffed",     RULE_F1,   0x10a,      EVENT_SET_MSRS,             BOOL(0, 1),            ARG(0)),
MSR("not-stuffed",       RULE_F5,   0x8b,       fits_zero),

MSR("own-misc-enable",   RULE_V4,   0x1a0,      NULL),
EVENT("own-misc-enable", RULE_V4,   0x1a0,      ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("own-misc-enable", RULE_R6,   0x1a0,      ANY,                        FAULT(GP, NONE),       ALWAYS),
EVENT("own-misc-enable", RULE_R6,   0x1a0,      ANY,                        BOOL(0, 1),            ALWAYS),
EVENT("own-misc-enable", RULE_Q6,   0x1a0,      ANY,                        ANYHOW,                ALWAYS),
EVENT("own-misc-enable", RULE_Q7,   0x1a0,      ANY,                        ANYHOW,                ALWAYS),

EVENT("no-ffxsr",        RULE_E1,   ANY,        EVENT_GUEST_WRMSR,          FAULT(NONE, GP),       IF(fits_arg_ffxsr)),
EVENT("no-ffxsr",        RULE_E2,   ANY,        EVENT_GUEST_WRMSR,          FAULT(NONE, GP),       IF(fits_arg_ffxsr)),
EVENT("no-ffxsr",        RULE_E1,   ANY,        EVENT_SET_MSRS,             RESULT(1, 0),          IF(fits_arg_ffxsr)),
EVENT("no-ffxsr",        RULE_E2,   ANY,        EVENT_SET_MSRS,             RESULT(1, 0),          IF(fits_arg_ffxsr)),
EVENT("no-ffxsr",        RULE_E4,   ANY,        EVENT_MSR_KEPT,             ANYHOW,                IF(fits_value_ffxsr)),
MSR("no-ffxsr",          RULE_E4,   0xc0000080, fits_value_ffxsr),

EVENT("no-ffxsr",        RULE_V1,   0xc0000080, ANY,                        FAULT(NONE, GP),       ARG(0x4500)),
EVENT("no-ffxsr",        RULE_V1,   0xc0000080, ANY,                        BOOL(1, 0),            ARG(0x4500)),
MSR("no-ffxsr",          RULE_V1,   0xc0000080, fits_value_ffxsr),

EVENT("emulator",        RULE_I4,   ANY,        EVENT_GUEST_MOVBE,          FAULT(NONE, UD),       ALWAYS),
EVENT("emulator",        RULE_NONE, ANY,        EVENT_STOPPED_BY_EMULATOR,  ANYHOW,                ALWAYS),

EVENT("late-requests",   RULE_P13,  ANY,        EVENT_GUEST_INSN,           VALUE(0, 1),           ALWAYS),
EVENT("late-requests",   RULE_P13,  ANY,        EVENT_PV_VERSION,           BOOL(1, 0),            ALWAYS),
EVENT("late-requests",   RULE_P14,  ANY,        EVENT_PV_EOI_FLAG,          BOOL(1, 0),            ALWAYS),
EVENT("late-requests",   RULE_P15,  ANY,        EVENT_PV_TOKEN,             BOOL(1, 0),            ALWAYS),
EVENT("late-requests",   RULE_P15,  ANY,        EVENT_GUEST_INSN,           ANSWER(ANSWER_VALUE, ANY_NUMBER, ANY_NUMBER), ALWAYS),
EVENT("late-requests",   RULE_P15,  ANY,        EVENT_PV_INTERRUPT,         BOOL(1, 0),            ALWAYS),
EVENT("late-requests",   RULE_NONE, ANY,        EVENT_STOPPED_AT_ZERO,      ANYHOW,                ALWAYS),
};

const struct errata_table foreign_errata = {
	rows, ARRAY_SIZE(rows), matches, ARRAY_SIZE(matches),
};

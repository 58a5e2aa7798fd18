// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known defects of the kernel: one row a defect, and one row for each place
 * where it shows.  A row says from when the defect was there, and what is the
 * first version without it: of mainline, then of the stable series that have
 * taken the commit.
 */
#include <errno.h>

#include "rows.h"

#define K(maj, min)		KERNEL(maj, min, 0)
#define S(maj, min, patch)	KERNEL(maj, min, patch)

#define KERNEL_BUG(name, from, mended_by, test, text, ...) \
	{ .id = name, .since = from, .fixed = { __VA_ARGS__ }, \
	  .commit = mended_by, .shows_in = test, .summary = text }

static const struct erratum rows[] = {
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
KERNEL_BUG("same-list-refused", K(6, 14), "e2b43fb25243",
	   NULL,
	   "KVM_SET_CPUID2 of the same list fails while runtime bits are pending",
	   K(6, 19), S(6, 18, 3)),
KERNEL_BUG("vmrun-error-low", 0, "f402ecd7a8b6",
	   NULL,
	   "a VMRUN that KVM refuses leaves the upper half of VMEXIT_INVALID zero",
	   K(6, 19), S(6, 1, 160), S(6, 6, 120), S(6, 12, 64), S(6, 18, 3)),
KERNEL_BUG("sgx-xfrm-edited", 0, "275a87244ec8",
	   "set_cpuid_test:set.sgx_attributes",
	   "leaf 0x12.1 is cut down to what the guest may have in XCR0",
	   K(6, 3)),
};

#define BIT32(n)	(1u << (n))
#define PV_UNHALT	BIT32(7)
#define OSXSAVE		BIT32(27)
#define OSPKE		BIT32(4)

static const struct erratum_match matches[] = {
/*    id                 rule       MSR         event                       wanted, got            condition */
EVENT("get-cpuid2-nent", RULE_S11,  ANY,        EVENT_GET_CPUID2_NENT,      ANYHOW,                ALWAYS),
EVENT("pv-word-kept",    RULE_P6,   ANY,        EVENT_PV_WORD_GONE,         BOOL(1, 0),            ALWAYS),
EVENT("hidden-pv-msr",   RULE_P3,   ANY,        EVENT_GET_MSRS,             BOOL(1, 0),            ALWAYS),
EVENT("quirks-come-back", RULE_Q4,   ANY,        EVENT_QUIRK_STAYS_OFF,      BOOL(1, 0),            ALWAYS),
EVENT("sregs-any-efer",  RULE_E1,   ANY,        EVENT_SET_SREGS_EFER,       RESULT(-EINVAL, 0),    ALWAYS),
EVENT("sregs-any-efer",  RULE_E4,   ANY,        EVENT_GET_SREGS_EFER,       ANYHOW,                ALWAYS),
EVENT("invlpga-no-svme", RULE_I5,   ANY,        EVENT_GUEST_INVLPGA,        FAULT(UD, NONE),       ALWAYS),
EVENT("same-list-refused", RULE_S8, ANY,        EVENT_SET_CPUID,            VALUE(0, -EINVAL),     ALWAYS),
EVENT("vmrun-error-low", RULE_I24,  ANY,        EVENT_NESTED_EXIT_CODE,     VALUE(UINT64_MAX, UINT32_MAX), ALWAYS),
/*    id                 rule       leaf        sub  reg      bits       condition */
CPUID("unhalt-first-list", RULE_Q11,  0x40000001, 0,   REG_EAX, PV_UNHALT, NULL),
CPUID("unhalt-first-list", RULE_R7,   0x40000001, ANY, REG_EAX, PV_UNHALT, NULL),
CPUID("unhalt-first-list", RULE_R7,   0x40000101, ANY, REG_EAX, PV_UNHALT, NULL),
CPUID("osxsave-stale",   RULE_R1,   0x1,        ANY, REG_ECX, OSXSAVE,   NULL),
CPUID("osxsave-stale",   RULE_R3,   0x7,        0,   REG_ECX, OSPKE,     NULL),
CPUID("sgx-xfrm-edited", RULE_S19,  0x12,       1,   REG_ECX, 0,         NULL),
CPUID("sgx-xfrm-edited", RULE_S19,  0x12,       1,   REG_EDX, 0,         NULL),
};

const struct errata_table kernel_errata = {
	rows, ARRAY_SIZE(rows), matches, ARRAY_SIZE(matches),
};

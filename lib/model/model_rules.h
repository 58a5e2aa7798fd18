/* SPDX-License-Identifier: GPL-2.0-only */
/* What QEMU changed in the making of "max", and in which version. */
#ifndef LIB_MODEL_RULES_H
#define LIB_MODEL_RULES_H

#include <stdbool.h>
#include <stdint.h>

enum model_rule {
	RULE_HOST_STRING_OPS,
	RULE_HOST_MCDT_NO,
	RULE_HT_SUPPORTED,
	RULE_PSE36_OR_PAE,
	RULE_FAMILY_0,
	RULE_CPU_PM_BY_KVM,
	RULE_SUCCOR,
	RULE_INVTSC_BY_FREQUENCY,
	RULE_GUEST_PHYS_BITS,
	RULE_HOST_CACHE_CORES,
	RULE_CACHE_BY_OFFSETS,
	RULE_MODULES,
	RULE_SYNDBG_BY_NAME,
	RULE_SGX_ON_PC,
	RULE_XEN,
	RULE_SMP_CACHE,
	RULE_NO_USER_APIC,
	RULE_MCE_REQUIRED,
	RULE_AVX10,
	RULE_SGX_DEPS,
	RULE_VMCS_ENUM,
	RULE_TOPOLOGY_WORDS,
	RULE_XSS_NEEDS_XSAVE,
	RULE_AMD_ARCH_CAP,
	RULE_PMU_OFF_PDCM,
	RULE_XSAVE_LAYOUT,
	RULE_XSAVE_ABSENT_AREAS,
	RULE_XSAVE_XSS_AREAS,
	RULE_UCODE_REV_LAST,
	RULE_AMD_CACHE_LEAF,
	RULE_TDX,
	RULE_PMU_OFF_LBR,
	RULE_PMU_OFF_KVM,
	RULE_WIDE_PHYS_BITS,
	RULE_XSAVE_NEEDS_SIZE,
	RULE_XSS_NEEDS_XSAVES,
	RULE_MPX_OR_APX,
	RULE_XSS_WORD,
	RULE_XSAVE_ALL_AREAS,
	RULE_XSAVE_NO_LAST,
	RULE_LEAF2_FLAGS,
	RULE_AMX_SUBLEAVES,
	RULE_AVX10_SETTER,
	RULE_FB_CLEAR,
	RULE_SGX_XFRM_XCR0,
	RULE_LEAF7_COUNTED,
	RULE_1F_NO_SLOT,
	RULE_EPC_PAGES,
	NR_MODEL_RULES
};

/*
 * A stable series can have a rule that its first release lacked: from this
 * point release on.  All zero: none.
 */
struct stable_point {
	uint16_t series;		/* QEMU(major, minor) */
	uint8_t point;
};

struct model_rule_row {
	uint16_t since;
	const char *what;
	struct stable_point stable;
};

extern const struct model_rule_row model_rules[NR_MODEL_RULES];

/* Does the QEMU of these options go by the rule? */
struct model_opts;
bool model_rule_of(const struct model_opts *o, enum model_rule r);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which module parameter governs what KVM offers, and what follows from bits
 * of raw CPUID other than its own: arch/x86/kvm of Linux 6.1 and 6.12.
 */
#include <string.h>

#include "compare_parts.h"

#define ON	1
#define OFF	-1
#define EITHER	0

#define CPUID(fn, idx, reg, mask)	SRC_SUPPORTED, fn, fn, idx, reg, mask
#define LEAF(fn)		CPUID(fn, ANY_SUBLEAF, ANY_WORD, ~0ull)
#define MSR(msr, mask)		SRC_FEATURE_MSR, msr, msr, 0, ANY_WORD, mask
#define MSRS(first, last)	SRC_FEATURE_MSR, first, last, 0, ANY_WORD, ~0ull
#define LISTED(first, last)	SRC_MSR_INDEX, first, last, 0, ANY_WORD, ~0ull
#define CAP(cap)		SRC_CAP, KVM_CAP_##cap, KVM_CAP_##cap, 0, \
				ANY_WORD, ~0ull
#define B(n)			(1ull << (n))
/* Secondary controls that may be 1: the high half of the MSR. */
#define MAY(n)			B(32 + (n))

const struct param_row param_rows[] = {
	/* vmx.c: vmx_set_cpu_caps(), vmx_has_emulated_msr() */
	{ "kvm_intel", "nested", ON, CPUID(1, 0, REG_ECX, B(5)) },
	{ "kvm_intel", "nested", ON, MSRS(0x480, 0x491) },
	{ "kvm_intel", "nested", ON, LISTED(0x480, 0x491) },
	/* hyperv.c: the enlightened VMCS, and what it can */
	{ "kvm_intel", "nested", ON, SRC_HV, 0x40000004, 0x40000004, 0,
	  REG_EAX, B(14) },
	{ "kvm_intel", "nested", ON, SRC_HV, 0x4000000a, 0x4000000a, 0,
	  REG_EAX, 0xffff },
	{ "kvm_intel", "sgx", ON, CPUID(7, 0, REG_EBX, B(2)) },
	{ "kvm_intel", "sgx", ON, CPUID(7, 0, REG_ECX, B(30)) },
	{ "kvm_intel", "sgx", ON, LEAF(0x12) },
	{ "kvm_intel", "sgx", ON, MSR(0x48b, MAY(15)) },
	{ "kvm_intel", "pt_mode", ON, CPUID(7, 0, REG_EBX, B(25)) },
	{ "kvm_intel", "pt_mode", ON, LEAF(0x14) },
	{ "kvm_intel", "pt_mode", ON, LISTED(0x560, 0x587) },
	/* cpuid.c: tdp_enabled; x86_phys_bits is less with memory encryption */
	{ "kvm_intel", "ept", ON, CPUID(7, 0, REG_ECX, B(3)) },
	{ "kvm_intel", "ept", OFF, CPUID(0x80000001, 0, REG_EDX, B(26)) },
	{ "kvm_intel", "ept", EITHER, CPUID(0x80000008, 0, REG_EAX, ~0ull) },
	{ "kvm_intel", "ept", ON, CPUID(7, 0, REG_EBX, B(25)) },
	{ "kvm_intel", "ept", ON, LEAF(0x14) },
	/* x86.c: shadow paging ignores the guest's PAT */
	{ "kvm_intel", "ept", ON, CAP(DISABLE_QUIRKS2) },
	{ "kvm_amd", "npt", ON, CAP(DISABLE_QUIRKS2) },
	/* nested.c: nested_vmx_setup_ctls_msrs() */
	{ "kvm_intel", "ept", ON, MSR(0x48b, MAY(1) | MAY(7) | MAY(17)) },
	{ "kvm_intel", "ept", ON, MSR(0x48c, 0xffffffffull) },
	{ "kvm_intel", "ept", ON, MSR(0x491, ~0ull) },
	{ "kvm_intel", "eptad", ON, MSR(0x48b, MAY(17)) },
	{ "kvm_intel", "eptad", ON, MSR(0x48c, B(21)) },
	{ "kvm_intel", "unrestricted_guest", ON, MSR(0x48b, MAY(7)) },
	{ "kvm_intel", "vpid", ON, MSR(0x48b, MAY(5)) },
	{ "kvm_intel", "vpid", ON, MSR(0x48c, ~0xffffffffull) },
	{ "kvm_intel", "flexpriority", ON, MSR(0x48b, MAY(0)) },
	{ "kvm_intel", "enable_apicv", ON, MSR(0x481, MAY(7)) },
	{ "kvm_intel", "enable_apicv", ON, MSR(0x48d, MAY(7)) },
	/* no SMM without big real mode */
	{ "kvm_intel", "unrestricted_guest", ON, CAP(X86_SMM) },
	{ "kvm_intel", "unrestricted_guest", ON, LISTED(0x9e, 0x9e) },
	{ "kvm_intel", "ept", ON, CAP(X86_SMM) },
	{ "kvm_intel", "ept", ON, LISTED(0x9e, 0x9e) },
	{ "kvm_intel", "emulate_invalid_guest_state", ON, CAP(X86_SMM) },
	{ "kvm_intel", "emulate_invalid_guest_state", ON, LISTED(0x9e, 0x9e) },
	/* x86.c: kvm_get_arch_capabilities(), SKIP_VMENTRY_L1DFLUSH */
	{ "kvm_intel", "vmentry_l1d_flush", EITHER, MSR(0x10a, B(3)) },

	/* svm.c: svm_set_cpu_caps() */
	{ "kvm_amd", "nested", ON, CPUID(0x80000001, 0, REG_ECX, B(2)) },
	{ "kvm_amd", "nested", ON, LEAF(0x8000000a) },
	{ "kvm_amd", "npt", ON, CPUID(0x8000000a, 0, REG_EDX, B(0) | B(15)) },
	{ "kvm_amd", "npt", ON, CPUID(7, 0, REG_ECX, B(3)) },
	{ "kvm_amd", "npt", OFF, CPUID(0x80000001, 0, REG_EDX, B(26)) },
	{ "kvm_amd", "npt", EITHER, CPUID(0x80000008, 0, REG_EAX, ~0ull) },
	{ "kvm_amd", "nrips", ON, CPUID(0x8000000a, 0, REG_EDX, B(3)) },
	{ "kvm_amd", "lbrv", ON, CPUID(0x8000000a, 0, REG_EDX, B(1)) },
	{ "kvm_amd", "tsc_scaling", ON, CPUID(0x8000000a, 0, REG_EDX, B(4)) },
	{ "kvm_amd", "tsc_scaling", ON, CAP(TSC_CONTROL) },
	{ "kvm_amd", "tsc_scaling", ON, CAP(VM_TSC_CONTROL) },
	{ "kvm_amd", "vls", ON, CPUID(0x8000000a, 0, REG_EDX, B(15)) },
	{ "kvm_amd", "vgif", ON, CPUID(0x8000000a, 0, REG_EDX, B(16) | B(25)) },
	{ "kvm_amd", "vnmi", ON, CPUID(0x8000000a, 0, REG_EDX, B(25)) },
	/* sev.c: sev_set_cpu_caps(), sev_hardware_setup() */
	{ "kvm_amd", "sev", ON, CPUID(0x8000001f, 0, ANY_WORD, ~0ull) },
	{ "kvm_amd", "sev_es", ON, CPUID(0x8000001f, 0, REG_EAX, B(3)) },
	{ "kvm_amd", "sev_snp", ON, CPUID(0x8000001f, 0, REG_EAX, B(4)) },
	{ "kvm_amd", "npt", ON, CPUID(0x8000001f, 0, ANY_WORD, ~0ull) },
	{ "kvm_amd", "nrips", ON, CPUID(0x8000001f, 0, ANY_WORD, ~0ull) },
	{ "kvm", "mmio_caching", ON, CPUID(0x8000001f, 0, REG_EAX, B(3)|B(4)) },
	{ "kvm_amd", "sev", ON, CAP(VM_TYPES) },
	{ "kvm_amd", "sev_es", ON, CAP(VM_TYPES) },
	{ "kvm_amd", "sev_snp", ON, CAP(VM_TYPES) },

	/* x86.c, cpuid.c, pmu.c */
	{ "kvm", "tdp_mmu", ON, CAP(VM_TYPES) },
	{ "kvm", "mitigate_smt_rsb", OFF, CAP(X86_DISABLE_EXITS) },
	{ "kvm", "enable_pmu", ON, CAP(PMU_CAPABILITY) },
	{ "kvm", "enable_pmu", ON, LEAF(0xa) },
	{ "kvm", "enable_pmu", ON, LEAF(0x80000022) },
	{ "kvm", "enable_pmu", ON, CPUID(1, 0, REG_ECX, B(2) | B(15)) },
	{ "kvm", "enable_pmu", ON, CPUID(1, 0, REG_EDX, B(21)) },
	{ "kvm", "enable_pmu", ON, CPUID(0x80000001, 0, REG_ECX, B(23)) },
	{ "kvm", "enable_pmu", ON, CPUID(7, 0, REG_EBX, B(25)) },
	{ "kvm", "enable_pmu", ON, LEAF(0x14) },
	{ "kvm", "enable_pmu", ON, MSR(0x345, ~0ull) },
	{ "kvm", "enable_pmu", ON, LISTED(0xc1, 0xc8) },
	{ "kvm", "enable_pmu", ON, LISTED(0x186, 0x18d) },
	{ "kvm", "enable_pmu", ON, LISTED(0x309, 0x30b) },
	{ "kvm", "enable_pmu", ON, LISTED(0x345, 0x345) },
	{ "kvm", "enable_pmu", ON, LISTED(0x38d, 0x390) },
	{ "kvm", "enable_pmu", ON, LISTED(0x3f1, 0x3f2) },
	{ "kvm", "enable_pmu", ON, LISTED(0x600, 0x600) },
	{ "kvm", "enable_pmu", ON, LISTED(0xc0000300, 0xc0000303) },
	{ "kvm", "enable_pmu", ON, LISTED(0xc0010000, 0xc0010007) },
	{ "kvm", "enable_pmu", ON, LISTED(0xc0010200, 0xc001020b) },
	/* kvm_msr_ignored_check(): feature MSRs that read as 0 */
	{ "kvm", "ignore_msrs", EITHER, MSRS(0, ~0u) },
};

const unsigned int nr_param_rows = ARRAY_SIZE(param_rows);

#define FROM(fn, idx, reg, mask)	{ fn, idx, reg, (uint32_t)(mask) }
#define OSXSAVE		FROM(1, 0, REG_ECX, B(27))
#define OSPKE		FROM(7, 0, REG_ECX, B(4))
#define XCR0_SIZE	FROM(0xd, 0, REG_EBX, ~0u)

const struct follows_row follows_rows[] = {
	/* sizes and components follow from those that there are */
	{ CAUSE_CPU, LEAF(0xd), FROM(0xd, 0, REG_EAX, ~0u) },
	{ CAUSE_CPU, LEAF(0xd), FROM(0xd, 1, REG_ECX, ~0u) },
	{ CAUSE_CPU, SRC_VALUE, 0, 0, 0, ANY_WORD, ~0ull,
	  FROM(0xd, 0, REG_EAX, ~0u) },
	/* one feature, two bits: SPEC_CTRL and the like, by vendor */
	{ CAUSE_CPU, CPUID(7, 0, REG_EDX, B(26) | B(27) | B(31)),
	  FROM(0x80000008, 0, REG_EBX, ~0u) },
	{ CAUSE_CPU, CPUID(0x80000008, 0, REG_EBX, ~0ull),
	  FROM(7, 0, REG_EDX, ~0u) },
	/* leaves and MSRs that a bit opens */
	{ CAUSE_CPU, LEAF(0x8000000a), FROM(0x80000001, 0, REG_ECX, B(2)) },
	{ CAUSE_CPU, LEAF(0x12), FROM(7, 0, REG_EBX, B(2)) },
	{ CAUSE_CPU, LEAF(0x14), FROM(7, 0, REG_EBX, B(25)) },
	{ CAUSE_CPU, MSRS(0x480, 0x491), FROM(1, 0, REG_ECX, B(5)) },
	{ CAUSE_CPU, MSR(0x10a, ~0ull), FROM(7, 0, REG_EDX, B(29)) },
	{ CAUSE_CPU, MSR(0x345, ~0ull), FROM(1, 0, REG_ECX, B(15)) },
	/* KVM has PKU, and AVX and the like, if the host's kernel uses them */
	{ CAUSE_KERNEL, CPUID(7, 0, REG_ECX, B(3)), OSPKE },
	{ CAUSE_KERNEL, CPUID(1, 0, REG_ECX, B(12) | B(26) | B(28) | B(29)),
	  OSXSAVE },
	{ CAUSE_KERNEL, LEAF(7), OSXSAVE },
	{ CAUSE_KERNEL, CPUID(0x80000001, 0, REG_ECX, B(11) | B(15) | B(16)),
	  OSXSAVE },
	{ CAUSE_KERNEL, CAP(XSAVE), OSXSAVE },
	{ CAUSE_KERNEL, CAP(XSAVE2), OSXSAVE },
	{ CAUSE_KERNEL, CAP(XCRS), OSXSAVE },
	{ CAUSE_KERNEL, LISTED(0x1c4, 0x1c5), OSXSAVE },
	{ CAUSE_KERNEL, LISTED(0xda0, 0xda0), OSXSAVE },
	{ CAUSE_KERNEL, LEAF(0xd), XCR0_SIZE },
	/* GDS_NO: a kernel without AVX is not affected (common.c) */
	{ CAUSE_KERNEL, MSR(0x10a, B(26)), XCR0_SIZE },
	{ CAUSE_KERNEL, SRC_VALUE, 0, 0, 0, ANY_WORD, ~0ull, XCR0_SIZE },
};

const unsigned int nr_follows_rows = ARRAY_SIZE(follows_rows);

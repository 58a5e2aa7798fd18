// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bits of CPUID and of feature MSRs are no features, by the SDM (vol.
 * 2A, CPUID; vol. 3D, appendix A), the APM (vol. 3, appendix E), the Hyper-V
 * TLFS (chapter 2), and what QEMU and KVM ask of them.  One row, one field.
 */
#include <stddef.h>

#include "field.h"

#define ALL_SUB		0, 0xffffffffu
#define SUB(n)		(n), (n)
#define SUBS(a, b)	(a), (b)
#define KINDS(k, g)	FIELD_##k, FIELD_##g

#define CPUID(leaf, sub, reg, low, high, kvm, guest, name, why) \
	{ SPACE_CPUID, leaf, leaf, sub, reg, low, high, KINDS(kvm, guest), \
	  name, why }
#define WHOLE(first, last, reg, why) \
	{ SPACE_CPUID, first, last, ALL_SUB, reg, 0, 31, \
	  KINDS(IDENTITY, IDENTITY), NULL, why }
#define HYPERV(first, last, reg, low, high, why) \
	{ SPACE_HYPERV, first, last, ALL_SUB, reg, low, high, \
	  KINDS(IDENTITY, IDENTITY), NULL, why }
#define MSR(index, low, high, kvm, guest, name, why) \
	{ SPACE_MSR, index, index, SUB(0), 0, low, high, KINDS(kvm, guest), \
	  name, why }

#define ANY	FIELD_ANY_REG

static const char vendor[] = "the vendor is the guest's";
static const char model[] = "family, model and stepping are the guest's";
static const char brand[] = "the brand is the guest's";
static const char cache[] = "caches are told, not used, by KVM";
static const char topology[] = "topology is that of the guest's machine";
static const char frequency[] = "the frequency is that of the guest's machine";
static const char levels[] =
	"KVM answers whatever leaf is installed; a KVM that ends sooner has fewer";
static const char runtime[] =
	"the size of what is enabled; KVM keeps that of a guest up to date";
static const char layout[] =
	"XSAVE is done by the CPU: a guest that was told another layout loses data (SDM vol. 1, 13.4)";
static const char pmu[] =
	"a guest that programs a counter which is not there faults (SDM vol. 3B, 20.2)";
static const char tiles[] = "the CPU's tiles are what they are (SDM vol. 2A, leaf 1DH)";
static const char must1[] =
	"0 allows a guest to have 0; 1 takes that away (SDM vol. 3D, A.3)";
static const char fixed0[] =
	"a 1 is a bit that must be 1 in VMX operation (SDM vol. 3D, A.7)";
static const char mcg[] =
	"machine checks of that kind are not for guests here (SDM vol. 3B, 15.3.1)";
static const char absent[] =
	"1 says that something is not there; a guest that saw 0 relies on it";
static const char vulnerable[] =
	"1 says that the CPU is vulnerable; a guest that saw 0 does not guard itself";
static const char hv_told[] = "chosen by the user, KVM has no part in it";

const struct cpuid_field cpuid_fields[] = {
	/* what machine it is */
	CPUID(0x0, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_basic_leaf", levels),
	WHOLE(0x0, 0x0, ANY, vendor),
	WHOLE(0x1, 0x1, REG_EAX, model),
	WHOLE(0x1, 0x1, REG_EBX, topology),
	WHOLE(0x2, 0x2, ANY, cache),
	WHOLE(0x3, 0x3, ANY, "the serial number is the guest's"),
	WHOLE(0x4, 0x4, ANY, cache),
	WHOLE(0x5, 0x5, ANY, "MONITOR sizes: only a guest that idles by itself uses them"),
	WHOLE(0xb, 0xb, ANY, topology),
	WHOLE(0x15, 0x16, ANY, frequency),
	WHOLE(0x18, 0x18, ANY, cache),
	WHOLE(0x1a, 0x1a, ANY, "the kind of core is the guest's"),
	WHOLE(0x1f, 0x1f, ANY, topology),
	CPUID(0x40000000, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_kvm_leaf", levels),
	WHOLE(0x40000000, 0x40000000, ANY, "KVM's signature"),
	WHOLE(0x40000010, 0x40000010, ANY, frequency),
	CPUID(0x80000000, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_extended_leaf", levels),
	WHOLE(0x80000000, 0x80000000, ANY, vendor),
	WHOLE(0x80000001, 0x80000001, REG_EAX, model),
	WHOLE(0x80000001, 0x80000001, REG_EBX, model),
	WHOLE(0x80000002, 0x80000004, ANY, brand),
	WHOLE(0x80000005, 0x80000006, ANY, cache),
	WHOLE(0x80000008, 0x80000008, REG_ECX, topology),
	WHOLE(0x80000019, 0x80000019, ANY, cache),
	WHOLE(0x8000001d, 0x8000001d, ANY, cache),
	WHOLE(0x8000001e, 0x8000001e, ANY, topology),
	WHOLE(0x80000026, 0x80000026, ANY, topology),
	CPUID(0xc0000000, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_centaur_leaf", levels),
	WHOLE(0xc0000000, 0xc0000000, ANY, vendor),
	WHOLE(0xc0000001, 0xc0000001, REG_EAX, model),

	/* how many leaves below a leaf */
	CPUID(0x7, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_subleaf_7", levels),
	CPUID(0x7, SUB(0), REG_EBX, 6, 6, ZEROS, ZEROS, NULL, absent),
	CPUID(0x7, SUB(0), REG_EBX, 13, 13, ZEROS, ZEROS, NULL, absent),
	CPUID(0x80000008, SUB(0), REG_EBX, 20, 20, ZEROS, ZEROS, NULL, absent),
	CPUID(0x12, SUBS(2, 0xffffffffu), ANY, 0, 31, IDENTITY, IDENTITY, NULL,
	      "EPC sections are the machine's memory"),
	CPUID(0x14, SUB(0), REG_EAX, 0, 31, AT_MOST, AT_MOST,
	      "max_subleaf_0x14", levels),
	CPUID(0x1d, SUB(0), REG_EAX, 0, 31, AT_MOST, AT_MOST, "max_palette",
	      tiles),
	CPUID(0x1e, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_subleaf_0x1e", levels),
	CPUID(0x24, SUB(0), REG_EAX, 0, 31, AT_MOST, IDENTITY,
	      "max_subleaf_0x24", levels),

	/* address widths */
	CPUID(0x80000008, SUB(0), REG_EAX, 0, 7, AT_MOST, AT_MOST,
	      "maxphyaddr", "the guest uses physical addresses of that width; QEMU takes that of the CPU"),
	CPUID(0x80000008, SUB(0), REG_EAX, 8, 15, AT_MOST, AT_MOST,
	      "maxlinaddr", "the CPU translates linear addresses of that width"),
	CPUID(0x80000008, SUB(0), REG_EAX, 16, 23, AT_MOST, AT_MOST,
	      "guest_maxphyaddr", "nested page tables map no more (KVM since 6.10)"),
	CPUID(0x80000008, SUB(0), REG_EDX, 0, 15, AT_MOST, AT_MOST,
	      "invlpgb_max_pages", "INVLPGB faults with more (APM vol. 3)"),
	CPUID(0x80000008, SUB(0), REG_EDX, 16, 31, AT_MOST, AT_MOST,
	      "rdpru_max", "RDPRU faults with more (APM vol. 3)"),

	/* counters */
	CPUID(0xa, SUB(0), REG_EAX, 0, 7, AT_MOST, AT_MOST, "pmu_version",
	      pmu),
	CPUID(0xa, SUB(0), REG_EAX, 8, 15, AT_MOST, AT_MOST,
	      "pmu_gp_counters", pmu),
	CPUID(0xa, SUB(0), REG_EAX, 16, 23, AT_MOST, AT_MOST,
	      "pmu_gp_width", pmu),
	CPUID(0xa, SUB(0), REG_EAX, 24, 31, AT_MOST, AT_MOST, "pmu_events",
	      pmu),
	CPUID(0xa, SUB(0), REG_EBX, 0, 31, ZEROS, ZEROS, NULL,
	      "1 is an event that is not there (SDM vol. 3B, 20.2.1)"),
	CPUID(0xa, SUB(0), REG_EDX, 0, 4, AT_MOST, AT_MOST,
	      "pmu_fixed_counters", pmu),
	CPUID(0xa, SUB(0), REG_EDX, 5, 12, AT_MOST, AT_MOST,
	      "pmu_fixed_width", pmu),
	CPUID(0x80000022, SUB(0), REG_EBX, 0, 3, AT_MOST, AT_MOST,
	      "amd_core_counters", pmu),
	CPUID(0x80000022, SUB(0), REG_EBX, 4, 9, AT_MOST, AT_MOST,
	      "amd_lbr_depth", pmu),
	CPUID(0x80000022, SUB(0), REG_EBX, 10, 15, AT_MOST, AT_MOST,
	      "amd_nb_counters", pmu),
	CPUID(0x80000022, SUB(0), REG_EBX, 16, 21, AT_MOST, AT_MOST,
	      "amd_umc_counters", pmu),

	/* XSAVE */
	CPUID(0xd, SUB(0), REG_EBX, 0, 31, AT_MOST, IDENTITY,
	      "xsave_size", runtime),
	CPUID(0xd, SUB(0), REG_ECX, 0, 31, AT_MOST, AT_MOST,
	      "xsave_max_size", layout),
	CPUID(0xd, SUB(1), REG_EBX, 0, 31, AT_MOST, IDENTITY,
	      "xsaves_size", runtime),
	CPUID(0xd, SUBS(2, 63), REG_EAX, 0, 31, EQUAL, LAYOUT,
	      "xsave_component_size", layout),
	CPUID(0xd, SUBS(2, 63), REG_EBX, 0, 31, EQUAL, LAYOUT,
	      "xsave_component_offset", layout),
	CPUID(0xd, SUBS(2, 63), REG_ECX, 0, 2, EQUAL, LAYOUT,
	      "xsave_component_flags", layout),

	/* tracing, enclaves, tiles, AVX10 */
	CPUID(0x12, SUB(0), REG_EDX, 0, 7, AT_MOST, AT_MOST,
	      "enclave_size_32", "ECREATE faults with more (SDM vol. 3D, 37.7.2)"),
	CPUID(0x12, SUB(0), REG_EDX, 8, 15, AT_MOST, AT_MOST,
	      "enclave_size_64", "ECREATE faults with more (SDM vol. 3D, 37.7.2)"),
	CPUID(0x14, SUB(1), REG_EAX, 0, 2, AT_MOST, AT_MOST,
	      "pt_address_ranges", "RTIT_CTL faults with more (SDM vol. 3C, 33.3.1)"),
	CPUID(0x1d, SUBS(1, 0xffffffffu), ANY, 0, 31, EQUAL, LAYOUT,
	      "tile_palette", tiles),
	CPUID(0x1e, SUB(0), REG_EBX, 0, 7, EQUAL, LAYOUT, "tmul_maxk", tiles),
	CPUID(0x1e, SUB(0), REG_EBX, 8, 23, EQUAL, LAYOUT, "tmul_maxn", tiles),
	CPUID(0x24, SUB(0), REG_EBX, 0, 7, AT_MOST, AT_MOST, "avx10_version",
	      "a version has all that earlier ones have (AVX10 specification)"),

	/* SVM, SEV */
	CPUID(0x8000000a, SUB(0), REG_EAX, 0, 7, AT_MOST, AT_MOST,
	      "svm_revision", "a later revision has what earlier ones have"),
	CPUID(0x8000000a, SUB(0), REG_EBX, 0, 31, AT_MOST, IDENTITY,
	      "svm_asids", "QEMU tells every guest 16, KVM says 8, nested SVM takes any"),
	CPUID(0x8000001f, SUB(0), REG_EBX, 0, 5, EQUAL, LAYOUT, "sev_cbit",
	      "page tables have the bit where the CPU wants it (APM vol. 2, 15.34)"),
	CPUID(0x8000001f, SUB(0), REG_EBX, 6, 31, IDENTITY, IDENTITY, NULL,
	      "what encryption costs in address bits, permission levels"),
	CPUID(0x8000001f, SUB(0), REG_ECX, 0, 31, AT_MOST, IDENTITY,
	      "sev_guests", "how many guests at a time: the host's"),
	CPUID(0x8000001f, SUB(0), REG_EDX, 0, 31, IDENTITY, IDENTITY, NULL,
	      "first ASID of guests without SEV-ES: the host's firmware"),

	/* Hyper-V: what is not said by KVM, or is no feature */
	HYPERV(0x40000000, 0x40000002, ANY, 0, 31, hv_told),
	HYPERV(0x40000003, 0x40000003, REG_EDX, 3, 3,
	       "CPU hotplug is QEMU's, KVM has no part in it"),
	HYPERV(0x40000004, 0x40000004, REG_EAX, 18, 18, hv_told),
	HYPERV(0x40000004, 0x40000004, REG_EBX, 0, 31, hv_told),
	HYPERV(0x40000005, 0x40000009, ANY, 0, 31, hv_told),
	HYPERV(0x4000000a, 0x4000000a, REG_EAX, 0, 15,
	       "versions of the enlightened VMCS; the feature is in 0x40000004"),
	HYPERV(0x40000080, 0x40000082, ANY, 0, 31,
	       "names of the debugger's interface; the feature is in 0x40000003"),

	/* feature MSRs */
	MSR(0x8b, 0, 63, IDENTITY, IDENTITY, NULL,
	    "the microcode revision is told to the guest, it changes nothing"),
	MSR(0x10a, 2, 2, ZEROS, ZEROS, NULL, vulnerable),
	MSR(0x10a, 19, 19, ZEROS, ZEROS, NULL, vulnerable),
	MSR(0x179, 0, 7, AT_MOST, AT_MOST, "mce_banks",
	    "QEMU refuses to start with fewer"),
	MSR(0x179, 8, 8, BITS, BITS, "mcg_ctl_p", mcg),
	MSR(0x179, 10, 10, BITS, BITS, "mcg_cmci_p", mcg),
	MSR(0x179, 24, 24, BITS, BITS, "mcg_ser_p", mcg),
	MSR(0x179, 27, 27, BITS, BITS, "mcg_lmce_p", mcg),
	MSR(0x345, 0, 5, EQUAL, EQUAL, "lbr_format",
	    "KVM takes the CPU's format only (vmx/pmu_intel.c)"),
	MSR(0x345, 8, 11, AT_MOST, AT_MOST, "pebs_format",
	    "KVM takes the CPU's format only (vmx/pmu_intel.c)"),
	MSR(0x480, 0, 30, IDENTITY, EQUAL, NULL,
	    "KVM takes its own revision only (vmx/nested.c)"),
	MSR(0x480, 32, 44, IDENTITY, IDENTITY, NULL,
	    "a VMXON region may be larger than needed"),
	MSR(0x480, 48, 48, ZEROS, ZEROS, NULL,
	    "1 limits addresses to 32 bits (SDM vol. 3D, A.1)"),
	MSR(0x480, 50, 53, EQUAL, EQUAL, "vmcs_memory_type",
	    "VMCS memory is of this type (SDM vol. 3D, A.1)"),
	MSR(0x485, 0, 4, EQUAL, EQUAL, "vmx_timer_rate",
	    "the preemption timer counts at this rate (SDM vol. 3D, A.6)"),
	MSR(0x485, 16, 24, AT_MOST, AT_MOST, "vmx_cr3_targets",
	    "VM entry fails with more (SDM vol. 3D, A.6)"),
	MSR(0x485, 25, 27, AT_MOST, AT_MOST, "vmx_max_msr_list",
	    "VM entry fails with more (SDM vol. 3D, A.6)"),
	MSR(0x485, 32, 63, IDENTITY, IDENTITY, NULL,
	    "the MSEG revision is the CPU's"),
	MSR(0x486, 0, 63, EQUAL, IDENTITY, "vmx_cr0_fixed0", fixed0),
	MSR(0x488, 0, 63, EQUAL, IDENTITY, "vmx_cr4_fixed0", fixed0),
	MSR(0x48a, 1, 9, AT_MOST, IDENTITY, "vmcs_max_index",
	    "the highest VMCS field; KVM lets a guest say what it likes"),
	{ SPACE_MSR, 0x481, 0x484, SUB(0), 0, 0, 31, KINDS(ZEROS, IDENTITY),
	  NULL, must1 },
	{ SPACE_MSR, 0x48b, 0x48b, SUB(0), 0, 0, 31, KINDS(ZEROS, IDENTITY),
	  NULL, must1 },
	{ SPACE_MSR, 0x48d, 0x490, SUB(0), 0, 0, 31, KINDS(ZEROS, IDENTITY),
	  NULL, must1 },
};

const unsigned int nr_cpuid_fields = ARRAY_SIZE(cpuid_fields);

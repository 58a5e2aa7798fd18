// SPDX-License-Identifier: GPL-2.0-only
/*
 * Properties of QEMU's x86 CPU that bear on CPUID and MSRs, with "max"'s
 * defaults.  Since 702 means "7.2 or earlier"; a compat column says up to
 * which machine type the default is reversed (for numbers: replaced).  The
 * compat columns up to 6.1 were read out of a running QEMU 7.2.  A last column:
 * the first version that has the property no more.
 */
#include "model_opts.h"

const struct opt_flag_row opt_flags[NR_OPT_FLAGS] = {
	[OPT_MIGRATABLE]	= { "migratable",		 702, 1, 0, 0 },
	[OPT_KVM]		= { "kvm",			 702, 1, 0, 0 },
	[OPT_PMU]		= { "pmu",			 702, 1, 0, 0 },
	[OPT_LMCE]		= { "lmce",			 702, -1, 0, 0 },
	[OPT_CHECK]		= { "check",			 702, 1, 204, 0 },
	[OPT_ENFORCE]		= { "enforce",			 702, 0, 0, 0 },
	[OPT_FORCE_FEATURES]	= { "x-force-features",		 702, 0, 0, 0 },
	[OPT_HOST_PHYS_BITS]	= { "host-phys-bits",		 702, 1, 0, 0 },
	[OPT_HOST_CACHE_INFO]	= { "host-cache-info",		 702, 0, 0, 0 },
	[OPT_LEGACY_CACHE]	= { "legacy-cache",		 702, 1, 0, 0 },
	[OPT_L3_CACHE]		= { "l3-cache",			 702, 1, 207, 0 },
	[OPT_CPUID_0XB]		= { "cpuid-0xb",		 702, 1, 206, 0 },
	[OPT_FORCE_CPUID_0X1F]	= { "x-force-cpuid-0x1f",	1001, 0, 0, 0 },
	[OPT_FULL_AUTO_LEVEL]	= { "full-cpuid-auto-level",	 702, 1, 207, 1100 },
	[OPT_PT_AUTO_LEVEL]	= { "x-intel-pt-auto-level",	 702, 1, 301, 1100 },
	[OPT_VMWARE_FREQ]	= { "vmware-cpuid-freq",	 702, 1, 208, 0 },
	[OPT_ENFORCE_PV]	= { "kvm-pv-enforce-cpuid",	 702, 0, 0, 0 },
	[OPT_VENDOR_ONLY]	= { "x-vendor-cpuid-only",	 702, 1, 600, 0 },
	[OPT_VENDOR_ONLY_V2]	= { "x-vendor-cpuid-only-v2",	1001, 1, 1000, 0 },
	[OPT_CONSISTENT_CACHE]	= { "x-consistent-cache",	1001, 1, 1000, 0 },
	[OPT_L1_PER_THREAD]	= { "x-l1-cache-per-thread",	 901, 1, 900, 0 },
	[OPT_TOPOEXT_ONLY]	= { "x-amd-topoext-features-only", 901, 1, 900, 0 },
	[OPT_MULTI_NODE]	= { "legacy-multi-node",	 901, 0, 900, 0 },
	[OPT_ARCH_CAP_ALWAYS]	= { "x-arch-cap-always-on",	1002, 0, 1000, 0 },
	[OPT_PDCM_WITHOUT_PMU]	= { "x-pdcm-on-even-without-pmu", 1002, 0, 1000, 0 },
	[OPT_FILL_MTRR_MASK]	= { "fill-mtrr-mask",		 702, 1, 0, 0 },
	[OPT_TCG_CPUID]		= { "tcg-cpuid",		 702, 1, 208, 0 },
	[OPT_MIGRATE_SMI_COUNT]	= { "x-migrate-smi-count",	 702, 1, 211, 0 },
	[OPT_MIGRATE_ERROR_CODE] = { "x-migrate-error-code",	1100, 1, 0, 0 },
	[OPT_NO_SMI_MIGRATION]	= { "kvm-no-smi-migration",	 702, 0, 203, 901 },
	[OPT_XEN_VAPIC]		= { "xen-vapic",		 800, 0, 0, 0 },
	[OPT_START_POWERED_OFF]	= { "start-powered-off",	 702, 0, 0, 0 },
	[OPT_HV_RELAXED]	= { "hv-relaxed",		 702, 0, 0, 0 },
	[OPT_HV_VAPIC]		= { "hv-vapic",			 702, 0, 0, 0 },
	[OPT_HV_TIME]		= { "hv-time",			 702, 0, 0, 0 },
	[OPT_HV_CRASH]		= { "hv-crash",			 702, 0, 0, 0 },
	[OPT_HV_RESET]		= { "hv-reset",			 702, 0, 0, 0 },
	[OPT_HV_VPINDEX]	= { "hv-vpindex",		 702, 0, 0, 0 },
	[OPT_HV_RUNTIME]	= { "hv-runtime",		 702, 0, 0, 0 },
	[OPT_HV_SYNIC]		= { "hv-synic",			 702, 0, 0, 0 },
	[OPT_HV_STIMER]		= { "hv-stimer",		 702, 0, 0, 0 },
	[OPT_HV_FREQUENCIES]	= { "hv-frequencies",		 702, 0, 0, 0 },
	[OPT_HV_REENLIGHTENMENT] = { "hv-reenlightenment",	 702, 0, 0, 0 },
	[OPT_HV_TLBFLUSH]	= { "hv-tlbflush",		 702, 0, 0, 0 },
	[OPT_HV_EVMCS]		= { "hv-evmcs",			 702, 0, 0, 0 },
	[OPT_HV_IPI]		= { "hv-ipi",			 702, 0, 0, 0 },
	[OPT_HV_STIMER_DIRECT]	= { "hv-stimer-direct",		 702, 0, 0, 0 },
	[OPT_HV_AVIC]		= { "hv-avic",			 702, 0, 0, 0 },
	[OPT_HV_SYNDBG]		= { "hv-syndbg",		 702, 0, 0, 0 },
	[OPT_HV_EMSR_BITMAP]	= { "hv-emsr-bitmap",		 702, 0, 0, 0 },
	[OPT_HV_XMM_INPUT]	= { "hv-xmm-input",		 702, 0, 0, 0 },
	[OPT_HV_TLBFLUSH_EXT]	= { "hv-tlbflush-ext",		 702, 0, 0, 0 },
	[OPT_HV_TLBFLUSH_DIRECT] = { "hv-tlbflush-direct",	 702, 0, 0, 0 },
	[OPT_HV_PASSTHROUGH]	= { "hv-passthrough",		 702, 0, 0, 0 },
	[OPT_HV_ENFORCE_CPUID]	= { "hv-enforce-cpuid",		 702, 0, 0, 0 },
	[OPT_HV_SYNIC_KVM_ONLY]	= { "x-hv-synic-kvm-only",	 702, 0, 300, 1100 },
};

#define U8	UINT8_MAX
#define U16	UINT16_MAX
#define U32	UINT32_MAX
#define U64	UINT64_MAX

/* A level of 0xffffffff is QEMU's own mark for "not given". */
const struct opt_num_row opt_nums[NR_OPT_NUMS] = {
	[OPT_FAMILY]		= { "family",			 702, 0, 0x10e, 0, 0 },
	[OPT_MODEL]		= { "model",			 702, 0, 0xff, 0, 0 },
	[OPT_STEPPING]		= { "stepping",			 702, 0, 0xf, 0, 0 },
	[OPT_LEVEL]		= { "level",			 702, U32, U32, 0, 0 },
	[OPT_LEVEL_FUNC7]	= { "level-func7",		 702, U32, U32, 0, 0 },
	[OPT_XLEVEL]		= { "xlevel",			 702, U32, U32, 0, 0 },
	[OPT_XLEVEL2]		= { "xlevel2",			 702, U32, U32, 0, 0 },
	[OPT_MIN_LEVEL]		= { "min-level",		 702, 0, U32, 0, 0 },
	[OPT_MIN_XLEVEL]	= { "min-xlevel",		 702, 0, U32, 0, 0 },
	[OPT_MIN_XLEVEL2]	= { "min-xlevel2",		 702, 0, U32, 0, 0 },
	[OPT_PHYS_BITS]		= { "phys-bits",		 702, 0, U32, 0, 0 },
	[OPT_GUEST_PHYS_BITS]	= { "guest-phys-bits",		 901, U32, U32, 900, 0 },
	[OPT_PHYS_BITS_LIMIT]	= { "host-phys-bits-limit",	 702, 0, U8, 0, 0 },
	[OPT_TSC_FREQUENCY]	= { "tsc-frequency",		 702, 0, INT64_MAX, 0, 0 },
	[OPT_UCODE_REV]		= { "ucode-rev",		 702, 0, U64, 0, 0 },
	[OPT_LBR_FMT]		= { "lbr-fmt",			 702, U64, U64, 0, 0 },
	[OPT_AVX10_VERSION]	= { "avx10-version",		 902, 0, U8, 0, 0 },
	[OPT_HV_SPINLOCKS]	= { "hv-spinlocks",		 702, U32, U32, 0, 0 },
	[OPT_HV_VER_BUILD]	= { "hv-version-id-build",	 702, 0x3839, U32, 601, 0x1bbc },
	[OPT_HV_VER_MAJOR]	= { "hv-version-id-major",	 702, 0xa, U16, 601, 6 },
	[OPT_HV_VER_MINOR]	= { "hv-version-id-minor",	 702, 0, U16, 601, 1 },
	[OPT_HV_VER_SPACK]	= { "hv-version-id-spack",	 702, 0, U32, 0, 0 },
	[OPT_HV_VER_SBRANCH]	= { "hv-version-id-sbranch",	 702, 0, U8, 0, 0 },
	[OPT_HV_VER_SNUMBER]	= { "hv-version-id-snumber",	 702, 0, U32, 0, 0 },
	[OPT_HV_MAX_VPS]	= { "x-hv-max-vps",		 702, U32, U32, 210, 0x40 },
};

/* Feature bits that old machine types switch off. */
const struct opt_compat_row opt_compat[] = {
	{ 501, FEAT_KVM,	15 },	/* kvm-msi-ext-dest-id */
	{ 203, FEAT_6_EAX,	 2 },	/* arat */
};

const unsigned int nr_opt_compat = ARRAY_SIZE(opt_compat);

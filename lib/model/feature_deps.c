// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feature dependencies, aliases, and masks of bits that are special.
 * Dependencies are applied once, in this order, so that order matters.
 */
#include "feature.h"

#define WORD	UINT64_MAX
#define B(n)	FEATURE_BIT(n)

/* since, "if all of these are 0", "then clear these" */
const struct feature_dep feature_deps[] = {
	{  702, FEAT_7_0_EDX, B(29),
		FEAT_ARCH_CAPABILITIES, WORD },
	{  702, FEAT_7_0_EDX, B(30),
		FEAT_CORE_CAPABILITY, WORD },
	{  702, FEAT_1_ECX, B(15),
		FEAT_PERF_CAPABILITIES, WORD },
	{  702, FEAT_1_ECX, B(5),
		FEAT_VMX_PROCBASED_CTLS, WORD },
	{  702, FEAT_1_ECX, B(5),
		FEAT_VMX_PINBASED_CTLS, WORD },
	{  702, FEAT_1_ECX, B(5),
		FEAT_VMX_EXIT_CTLS, WORD },
	{  702, FEAT_1_ECX, B(5),
		FEAT_VMX_ENTRY_CTLS, WORD },
	{  702, FEAT_1_ECX, B(5),
		FEAT_VMX_MISC, WORD },
	{  702, FEAT_1_ECX, B(5),
		FEAT_VMX_BASIC, WORD },
	{  702, FEAT_8000_0001_EDX, B(29),
		FEAT_VMX_ENTRY_CTLS, B(9) },
	{  702, FEAT_VMX_PROCBASED_CTLS, B(31),
		FEAT_VMX_SECONDARY_CTLS, WORD },
	{  702, FEAT_XSAVE, B(3),
		FEAT_VMX_SECONDARY_CTLS, B(20) },
	{  702, FEAT_1_ECX, B(30),
		FEAT_VMX_SECONDARY_CTLS, B(11) },
	{  702, FEAT_7_0_EBX, B(10),
		FEAT_VMX_SECONDARY_CTLS, B(12) },
	{  702, FEAT_7_0_EBX, B(14),
		FEAT_VMX_EXIT_CTLS, B(23) },
	{  702, FEAT_7_0_EBX, B(14),
		FEAT_VMX_ENTRY_CTLS, B(16) },
	{  702, FEAT_7_0_EBX, B(18),
		FEAT_VMX_SECONDARY_CTLS, B(16) },
	{  702, FEAT_7_0_EBX, B(25),
		FEAT_14_0_ECX, WORD },
	{  702, FEAT_8000_0001_EDX, B(27),
		FEAT_VMX_SECONDARY_CTLS, B(3) },
	{  702, FEAT_VMX_SECONDARY_CTLS, B(1),
		FEAT_VMX_EPT_VPID_CAPS, UINT32_MAX },
	{  702, FEAT_VMX_SECONDARY_CTLS, B(1),
		FEAT_VMX_SECONDARY_CTLS, B(7) },
	{ 1100, FEAT_VMX_SECONDARY_CTLS, B(1),
		FEAT_VMX_SECONDARY_CTLS, B(22) },
	{  702, FEAT_VMX_SECONDARY_CTLS, B(5),
		FEAT_VMX_EPT_VPID_CAPS, (uint64_t)UINT32_MAX << 32 },
	{  702, FEAT_VMX_SECONDARY_CTLS, B(13),
		FEAT_VMX_VMFUNC, WORD },
	{  702, FEAT_8000_0001_ECX, B(2),
		FEAT_SVM, WORD },
	{  901, FEAT_7_0_ECX, B(5),
		FEAT_VMX_SECONDARY_CTLS, B(26) },
	{  901, FEAT_8000_0001_EDX, B(29),
		FEAT_7_1_EAX, B(17) },
	{  901, FEAT_7_1_EAX, B(18),
		FEAT_7_1_EAX, B(17) },
	{  901, FEAT_7_0_EBX, B(2),
		FEAT_7_0_ECX, B(30) },
	{  901, FEAT_7_0_EBX, B(2),
		FEAT_SGX_12_0_EAX, WORD },
	{  901, FEAT_7_0_EBX, B(2),
		FEAT_SGX_12_0_EBX, WORD },
	{  901, FEAT_7_0_EBX, B(2),
		FEAT_SGX_12_1_EAX, WORD },
	{  902, FEAT_24_0_EBX, B(16),
		FEAT_24_0_EBX, B(17) },
	{  902, FEAT_24_0_EBX, B(17),
		FEAT_24_0_EBX, B(18) },
	{  902, FEAT_24_0_EBX, B(16) | B(17) | B(18),
		FEAT_7_1_EDX, B(19) },
	{  902, FEAT_7_1_EDX, B(19),
		FEAT_24_0_EBX, WORD },
	{ 1100, FEAT_7_1_EDX, B(21),
		FEAT_29_0_EBX, WORD },
	{ 1100, FEAT_7_1_EDX, B(19),
		FEAT_24_1_ECX, WORD },
	{ 1100, FEAT_7_1_EAX, B(17),
		FEAT_VMX_ENTRY_CTLS, B(23) },
};

const unsigned int nr_feature_deps = ARRAY_SIZE(feature_deps);

/* Bits that can be had by name only. */
static const struct feature_mask noauto[] = {
	{ FEAT_1_EDX,		802, B(28) },		/* ht */
	{ FEAT_8000_0001_ECX,	702, B(22) },		/* topoext */
	{ FEAT_KVM_HINTS,	702, UINT32_MAX },
	{ FEAT_VMX_BASIC,	702, B(49) },		/* dual-monitor SMM */
};

/* Named bits that migratable=on removes. */
static const struct feature_mask unmigratable[] = {
	{ FEAT_8000_0007_EDX,	702, B(8) },		/* invtsc */
};

/* Bits without a name that migratable=on lets through. */
static const struct feature_mask migratable_unnamed[] = {
	{ FEAT_XSAVE_XCR0_LO,	 702, 0x2ff },
	{ FEAT_XSAVE_XCR0_LO,	1100, 0xe0000 },
	{ FEAT_XSAVE_XSS_LO,	1100, 0x9800 },
};

/* Property names that QEMU keeps for old command lines. */
const struct feature_alias feature_aliases[] = {
	{ "ffxsr",	"fxsr-opt" },
	{ "i64",	"lm" },
	{ "pclmuldq",	"pclmulqdq" },
	{ "sse3",	"pni" },
	{ "sse4-1",	"sse4.1" },
	{ "sse4-2",	"sse4.2" },
	{ "xd",		"nx" },
};

const unsigned int nr_feature_aliases = ARRAY_SIZE(feature_aliases);

/* Underscores in a name after + or - are kept, so these are listed. */
const char * const feature_old_names[] = {
	"cmp_legacy", "ds_cpl", "fxsr_opt", "kvm_asyncpf", "kvm_asyncpf_int",
	"kvm_mmu", "kvm_nopiodelay", "kvm_poll_control", "kvm_pv_eoi",
	"kvm_pv_unhalt", "kvm_steal_time", "lahf_lm", "lbr_fmt", "nodeid_msr",
	"nrip_save", "pause_filter", "perfctr_core", "perfctr_nb", "sse4_1",
	"sse4_2", "svm_lock", "tsc_adjust", "tsc_scale", "vmcb_clean",
};

const unsigned int nr_feature_old_names = ARRAY_SIZE(feature_old_names);

static uint64_t masks_of(const struct feature_mask *table, unsigned int n,
			 enum feature_word w, unsigned int qemu)
{
	uint64_t mask = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		if (table[i].word == w && table[i].since <= qemu)
			mask |= table[i].mask;
	return mask;
}

uint64_t feature_noauto(enum feature_word w, unsigned int qemu)
{
	return masks_of(noauto, ARRAY_SIZE(noauto), w, qemu);
}

uint64_t feature_migratable(enum feature_word w, unsigned int qemu)
{
	uint64_t named = feature_named(w, qemu);

	named &= ~masks_of(unmigratable, ARRAY_SIZE(unmigratable), w, qemu);
	return named | masks_of(migratable_unnamed,
				ARRAY_SIZE(migratable_unnamed), w, qemu);
}

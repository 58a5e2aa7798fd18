// SPDX-License-Identifier: GPL-2.0-only
/*
 * The witness without any KVM: its table is sound, its conditions answer as
 * the host they are asked about, and what it makes of made-up hosts is right.
 */
#include <string.h>

#include "kselftest_harness.h"
#include "made_up_witness.h"

/* An AMD host with some features, all of which the kernel has as well. */
static void amd(uint32_t kernel)
{
	host(kernel);
	leaf(0, 0, 7, 0x68747541, 0x444d4163, 0x69746e65);
	leaf(1, 0, 0x00f00f00, 0, 1u << 31 | 1u << 28 | 1u << 27 | 1u << 26 |
	     1, 1u << 28 | 1u << 26);
	leaf(7, 0, 2, 1u << 14 | 1u << 5, 1u << 16 | 1u << 4 | 1u << 3, 0);
	leaf(7, 1, 0, 0, 0, 0);
	leaf(7, 2, 0, 0, 0, 0);
	leaf(0x80000000, 0, 0x80000008, 0, 0, 0);
	leaf(0x80000001, 0, 0, 0, 1u << 23 | 1u << 2, 1u << 29);
	leaf(0x80000008, 0, 0x3930, 0, 0xffffffff, 0xffffffff);
	strcpy(h.flags, "sse2 pni hypervisor avx xsave avx2 mpx pku ospke "
	       "perfctr_core svm lm ht");
	strcpy(h.bugs, "null_seg spec_store_bypass");
	param("kvm", "enable_pmu", "Y");
	param("kvm_amd", "npt", "Y");
	param("kvm_amd", "nested", "1");
}

static void intel(uint32_t kernel)
{
	host(kernel);
	leaf(0, 0, 7, 0x756e6547, 0x6c65746e, 0x49656e69);
	leaf(1, 0, 0x000806a0, 0, 1u << 15 | 1u << 5 | 1, 1u << 26);
	leaf(7, 0, 0, 1u << 14 | 1u << 10, 0, 0);
	leaf(0x80000000, 0, 0x80000008, 0, 0, 0);
	leaf(0x80000001, 0, 0, 0, 0, 1u << 27);
	leaf(0x80000008, 0, 0x3027, 0, 0, 0);
	strcpy(h.flags, "sse2 pni vmx pdcm invpcid mpx rdtscp");
	param("kvm", "enable_pmu", "N");
	param("kvm_intel", "ept", "Y");
	param("kvm_intel", "nested", "Y");
}

static uint32_t want(uint32_t function, uint32_t index, enum cpuid_reg reg)
{
	uint32_t i;

	for (i = 0; i < w.n; i++)
		if (w.e[i].function == function && w.e[i].index == index)
			return w.e[i].r[reg].want;
	return 0xbadbad00;
}

static uint32_t care(uint32_t function, uint32_t index, enum cpuid_reg reg)
{
	uint32_t i;

	for (i = 0; i < w.n; i++)
		if (w.e[i].function == function && w.e[i].index == index)
			return w.e[i].r[reg].care;
	return 0xbadbad00;
}

static bool is_wanted(uint32_t function, enum cpuid_reg reg, unsigned int bit)
{
	return want(function, 0, reg) >> bit & 1;
}

static bool is_known(uint32_t function, enum cpuid_reg reg, unsigned int bit)
{
	return care(function, 0, reg) >> bit & 1;
}

/* --- the table -------------------------------------------------------- */

TEST(every_row_once)
{
	unsigned int i;

	for (i = 0; i < nr_witness_bits; i++)
		EXPECT_EQ(&witness_bits[i],
			  witness_bit_find(witness_bits[i].f));
}

TEST(every_row_is_sound)
{
	unsigned int i;

	for (i = 0; i < nr_witness_bits; i++) {
		const struct witness_bit *b = &witness_bits[i];

		EXPECT_GT(32, b->f.bit);
		EXPECT_NE('\0', b->name[0]);
		EXPECT_GE(b->since, KERNEL(5, 0, 0));
		EXPECT_NE(NULL, witness_cond_text(b->need));
		EXPECT_NE(NULL, witness_cond_text(b->synth));
		/* No mainline kernel of a stable tree is younger than it. */
		EXPECT_TRUE(!b->s61 || b->since > KERNEL(6, 1, 0));
		EXPECT_TRUE(!b->s612 || b->since > KERNEL(6, 12, 0));
	}
}

/* --- three-valued logic ----------------------------------------------- */

TEST(unknown_spreads)
{
	EXPECT_EQ(UNKNOWN, tri_and(YES, UNKNOWN));
	EXPECT_EQ(NO, tri_and(NO, UNKNOWN));
	EXPECT_EQ(UNKNOWN, tri_or(NO, UNKNOWN));
	EXPECT_EQ(YES, tri_or(YES, UNKNOWN));
	EXPECT_EQ(UNKNOWN, tri_not(UNKNOWN));
	EXPECT_EQ(NO, tri_not(YES));
}

/* --- kernels ---------------------------------------------------------- */

TEST(since_and_stable)
{
	/* FLUSH_L1D: 6.4, never in 6.1.y; TSA_L1_NO: 6.16 and both trees. */
	const struct witness_bit *flush =
		witness_bit_find(CPUID_FEATURE(7, 0, REG_EDX, 28));
	const struct witness_bit *tsa =
		witness_bit_find(CPUID_FEATURE(0x80000021, 0, REG_ECX, 2));

	amd(KERNEL(6, 1, 192));
	EXPECT_EQ(NO, witness_known(&h, flush));
	EXPECT_EQ(YES, witness_known(&h, tsa));
	amd(KERNEL(6, 1, 20));
	EXPECT_EQ(UNKNOWN, witness_known(&h, tsa));
	amd(KERNEL(6, 12, 117));
	EXPECT_EQ(YES, witness_known(&h, flush));
	EXPECT_EQ(YES, witness_known(&h, tsa));
	amd(KERNEL(6, 18, 0));
	EXPECT_EQ(YES, witness_known(&h, tsa));
	amd(KERNEL(5, 14, 0));
	EXPECT_EQ(UNKNOWN, witness_known(&h, flush));
	amd(0);
	EXPECT_EQ(UNKNOWN, witness_known(&h, flush));
}

TEST(vendor_kernels_may_have_more)
{
	const struct witness_bit *flush =
		witness_bit_find(CPUID_FEATURE(7, 0, REG_EDX, 28));

	amd(KERNEL(6, 1, 192));
	h.distro = true;
	EXPECT_EQ(UNKNOWN, witness_known(&h, flush));
}

/* --- hosts ------------------------------------------------------------ */

TEST(amd_host)
{
	amd(KERNEL(6, 12, 117));
	witness_supported(&h, &w);
	EXPECT_TRUE(w.exact);
	EXPECT_TRUE(is_wanted(1, REG_ECX, 0));		/* SSE3 */
	EXPECT_TRUE(is_wanted(1, REG_ECX, 21));		/* x2APIC, emulated */
	EXPECT_FALSE(is_wanted(1, REG_ECX, 31));	/* hypervisor: 6.14 */
	EXPECT_FALSE(is_wanted(1, REG_ECX, 27));	/* OSXSAVE */
	EXPECT_FALSE(is_wanted(1, REG_EDX, 28));	/* HTT */
	EXPECT_FALSE(is_wanted(7, REG_EBX, 14));	/* MPX: Intel only */
	EXPECT_TRUE(is_wanted(7, REG_ECX, 3));		/* PKU */
	EXPECT_TRUE(is_wanted(7, REG_ECX, 16));		/* LA57: raw */
	EXPECT_TRUE(is_wanted(0x80000001, REG_ECX, 2));	/* nested SVM */
	EXPECT_TRUE(is_wanted(0x80000001, REG_ECX, 23));
	EXPECT_FALSE(is_wanted(0x80000008, REG_EBX, 26)); /* has the bug */
	EXPECT_EQ(0x00303930, want(0x80000008, 0, REG_EAX));
	EXPECT_EQ(0x0000f0ff, want(0x80000008, 0, REG_ECX));
	EXPECT_EQ(0x01007efb, want(0x40000001, 0, REG_EAX));
	EXPECT_EQ(~0u, care(1, 0, REG_ECX));
	EXPECT_EQ(~0u, care(7, 0, REG_ECX));
}

TEST(shadow_paging)
{
	amd(KERNEL(6, 12, 117));
	strcpy(f.params[1].value, "N");
	h.phys_bits = 43;
	witness_supported(&h, &w);
	EXPECT_FALSE(is_wanted(7, REG_ECX, 3));
	EXPECT_TRUE(is_wanted(0x80000001, REG_EDX, 26));
	EXPECT_EQ(0x0000392b, want(0x80000008, 0, REG_EAX));
}

TEST(not_nested)
{
	amd(KERNEL(6, 12, 117));
	strcpy(f.params[2].value, "0");
	witness_supported(&h, &w);
	EXPECT_FALSE(is_wanted(0x80000001, REG_ECX, 2));
	EXPECT_TRUE(is_known(0x80000001, REG_ECX, 2));
}

TEST(no_pmu)
{
	amd(KERNEL(6, 12, 117));
	strcpy(f.params[0].value, "N");
	witness_supported(&h, &w);
	EXPECT_FALSE(is_wanted(0x80000001, REG_ECX, 23));
}

/* 6.1: no guest physical width, at most 0x80000021. */
TEST(older_kernel)
{
	amd(KERNEL(6, 1, 192));
	cpuid_find_mut(&raw, 0x80000000, 0)->eax = 0x80000028;
	witness_supported(&h, &w);
	EXPECT_EQ(0x00003930, want(0x80000008, 0, REG_EAX));
	EXPECT_EQ(0x80000021, want(0x80000000, 0, REG_EAX));
}

/* As old as the rules: what has no row is not there. */
TEST(newest_known_kernel)
{
	amd(KERNEL(7, 1, 5));
	cpuid_find_mut(&raw, 7, 0)->edx = 1u << 5;	/* no row of its own */
	witness_supported(&h, &w);
	EXPECT_TRUE(w.exact);
	EXPECT_TRUE(is_known(7, REG_EDX, 5));
	EXPECT_FALSE(is_wanted(7, REG_EDX, 5));
}

TEST(newer_kernel)
{
	amd(RULES_KNOW_UNTIL);
	cpuid_find_mut(&raw, 7, 0)->edx = 1u << 5;	/* no row of its own */
	witness_supported(&h, &w);
	EXPECT_FALSE(w.exact);
	EXPECT_TRUE(is_wanted(1, REG_ECX, 31));
	EXPECT_TRUE(is_wanted(1, REG_ECX, 24));
	EXPECT_FALSE(is_known(7, REG_EDX, 5));	/* it may have learnt of it */
	EXPECT_TRUE(is_known(7, REG_EDX, 6));	/* the CPU lacks it */
	EXPECT_TRUE(is_known(1, REG_EDX, 28));	/* never */
}

/* A kernel that has no XSAVE for a CPU that has it. */
TEST(kernel_without_xsave)
{
	amd(KERNEL(6, 12, 117));
	leaf(0xd, 0, 7, 0, 0, 0);
	cpuid_find_mut(&raw, 0, 0)->eax = 0xd;
	strcpy(h.flags, "sse2 pni hypervisor");
	witness_supported(&h, &w);
	EXPECT_FALSE(is_wanted(1, REG_ECX, 26));
	EXPECT_EQ(0, want(0xd, 0, REG_EAX));
	EXPECT_EQ(576, want(0xd, 0, REG_EBX));
	EXPECT_EQ(0xbadbad00, want(0xd, 1, REG_EAX));
}

TEST(xsave_components)
{
	amd(KERNEL(6, 12, 117));
	cpuid_find_mut(&raw, 0, 0)->eax = 0xd;
	leaf(0xd, 0, 0x21f, 0, 0, 0);
	leaf(0xd, 1, 0xf, 0, 0xffffffff, 0xffffffff);
	leaf(0xd, 2, 256, 576, 4, 7);
	leaf(0xd, 3, 64, 960, 0, 0);
	leaf(0xd, 4, 64, 1024, 0, 0);
	leaf(0xd, 9, 8, 2688, 0, 0);
	strcat(h.flags, " xsaveopt xsavec xgetbv1");
	h.xcr0 = 0x21f;
	h.xcr0_valid = true;
	witness_supported(&h, &w);
	EXPECT_EQ(0x207, want(0xd, 0, REG_EAX));	/* no MPX on AMD */
	EXPECT_EQ(2696, want(0xd, 0, REG_EBX));
	EXPECT_EQ(7, want(0xd, 1, REG_EAX));		/* no XSAVES flag */
	EXPECT_EQ(576 + 256 + 8, want(0xd, 1, REG_EBX));
	EXPECT_EQ(0, want(0xd, 1, REG_ECX));
	EXPECT_EQ(0, want(0xd, 2, REG_ECX));		/* no XFD */
	EXPECT_EQ(0, want(0xd, 2, REG_EDX));
	EXPECT_EQ(0xbadbad00, want(0xd, 3, REG_EAX));
	EXPECT_EQ(8, want(0xd, 9, REG_EAX));
}

/* Without the MSRs of VMX what depends on them is not known. */
TEST(intel_host_without_msrs)
{
	intel(KERNEL(6, 12, 117));
	witness_supported(&h, &w);
	EXPECT_FALSE(is_known(7, REG_EBX, 10));
	EXPECT_FALSE(is_known(0x80000001, REG_EDX, 27));
	EXPECT_FALSE(is_known(7, REG_ECX, 2));		/* UMIP, emulated? */
	EXPECT_TRUE(is_wanted(1, REG_ECX, 5));
	EXPECT_FALSE(is_wanted(1, REG_ECX, 15));	/* PDCM: no PMU */
	EXPECT_TRUE(is_known(1, REG_ECX, 15));
}

TEST(intel_host_with_msrs)
{
	intel(KERNEL(6, 12, 117));
	/* INVPCID yes, RDTSCP no, descriptor-table exiting yes */
	msr_append(&h.msrs, 0x48b, true, (1ull << 12 | 1ull << 2) << 32);
	msr_append(&h.msrs, 0x483, true, 0);
	msr_append(&h.msrs, 0x484, true, 0);
	witness_supported(&h, &w);
	EXPECT_TRUE(is_wanted(7, REG_EBX, 10));
	EXPECT_FALSE(is_wanted(7, REG_EBX, 14));	/* MPX */
	EXPECT_FALSE(is_wanted(0x80000001, REG_EDX, 27));
	EXPECT_TRUE(is_known(0x80000001, REG_EDX, 27));
	EXPECT_TRUE(is_wanted(7, REG_ECX, 2));
}

/* With nothing to go by but CPUID nothing is claimed to be missing. */
TEST(nothing_known)
{
	amd(KERNEL(6, 12, 117));
	h.flags[0] = h.bugs[0] = '\0';
	h.sched_info = UNKNOWN;
	f.nr_params = 0;
	witness_supported(&h, &w);
	EXPECT_FALSE(is_known(1, REG_ECX, 0));
	EXPECT_TRUE(is_known(1, REG_ECX, 21));
	EXPECT_TRUE(is_known(1, REG_ECX, 1));	/* the CPU lacks it */
	EXPECT_FALSE(is_known(0x80000001, REG_ECX, 2));
	EXPECT_FALSE(is_known(0x40000001, REG_EAX, 5));
}

/* A word within another word is no word. */
TEST(whole_words)
{
	amd(KERNEL(6, 12, 117));
	EXPECT_EQ(YES, witness_flag(&h, "sse2"));
	EXPECT_EQ(NO, witness_flag(&h, "sse"));
	EXPECT_EQ(NO, witness_flag(&h, "sve"));
	EXPECT_EQ(YES, witness_flag(&h, "ht"));
	EXPECT_EQ(YES, witness_flag(&h, ""));
}

TEST(refusals)
{
	amd(KERNEL(6, 12, 117));
	EXPECT_EQ(NULL, witness_refuses(&h));
	strcpy(f.kvm_module, "kvm_pvm");
	EXPECT_NE(NULL, witness_refuses(&h));
	f.kvm_module[0] = '\0';
	raw.e[0].ebx = 0;
	EXPECT_NE(NULL, witness_refuses(&h));
}

TEST(emulated)
{
	amd(KERNEL(6, 12, 117));
	witness_emulated(&h, &w);
	EXPECT_EQ(3, w.n);
	EXPECT_EQ(7, want(0, 0, REG_EAX));
	EXPECT_EQ(1u << 22, want(1, 0, REG_ECX));
	EXPECT_EQ(0, want(7, 0, REG_ECX));
	cpuid_find_mut(&raw, 0x80000001, 0)->edx |= 1u << 27;
	strcat(h.flags, " rdtscp");
	witness_emulated(&h, &w);
	EXPECT_EQ(1u << 22, want(7, 0, REG_ECX));
}

TEST_HARNESS_MAIN

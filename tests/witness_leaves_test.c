// SPDX-License-Identifier: GPL-2.0-only
/*
 * The witness on CPUs that no emulator has: leaves that Linux 6.13 to 7.3
 * report, each from a made-up CPU that says more than KVM may pass on.
 */
#include <string.h>

#include "kselftest_harness.h"
#include "made_up_witness.h"

#define NEWEST	KERNEL(7, 3, 0)
#define ALL	0xffffffffu

static void host_with_pmu(uint32_t kernel)
{
	host(kernel);
	param("kvm", "enable_pmu", "Y");
}

static void intel(uint32_t kernel, uint32_t max)
{
	host_with_pmu(kernel);
	leaf(0, 0, max, 0x756e6547, 0x6c65746e, 0x49656e69);
	leaf(1, 0, 0x000806a0, 0, 1u << 26, 1u << 26);
	leaf(0x80000000, 0, 0x80000008, 0, 0, 0);
	param("kvm_intel", "ept", "Y");
	param("kvm_intel", "nested", "Y");
	param("kvm_intel", "unrestricted_guest", "Y");
	param("kvm_intel", "sgx", "Y");
	param("kvm_intel", "pt_mode", "1");
}

static void amd(uint32_t kernel, uint32_t max)
{
	host_with_pmu(kernel);
	leaf(0, 0, 0xd, 0x68747541, 0x444d4163, 0x69746e65);
	leaf(1, 0, 0x00f00f00, 0, 1u << 26, 1u << 26);
	leaf(0x80000000, 0, max, 0, 0, 0);
	param("kvm_amd", "npt", "Y");
	param("kvm_amd", "nested", "1");
}

static const struct witness_entry *entry(uint32_t function, uint32_t index)
{
	static const struct witness_entry none = { .function = ~0u };
	uint32_t i;

	for (i = 0; i < w.n; i++)
		if (w.e[i].function == function && w.e[i].index == index)
			return &w.e[i];
	return &none;
}

static uint32_t want(uint32_t function, uint32_t index, enum cpuid_reg reg)
{
	const struct witness_entry *e = entry(function, index);

	return e->function == function ? e->r[reg].want & e->r[reg].care :
					 0xbadbad00;
}

static uint32_t care(uint32_t function, uint32_t index, enum cpuid_reg reg)
{
	return entry(function, index)->r[reg].care;
}

/* A word whose bits are all known, and all but these must be 0. */
#define IS(bits, fn, idx, reg) do { \
	EXPECT_EQ(bits, want(fn, idx, reg)); \
	EXPECT_EQ(ALL, care(fn, idx, reg)); \
} while (0)

/* --- Intel ---------------------------------------------------------------- */
TEST(leaf_7)
{
	intel(NEWEST, 7);
	leaf(7, 0, 5, 0, 0, 0);
	leaf(7, 1, ALL, ALL, ALL, ALL);
	leaf(7, 2, ALL, ALL, ALL, ALL);
	leaf(7, 3, ALL, ALL, ALL, ALL);
	strcpy(h.flags, "avx_vnni avx512_bf16 lam");
	witness_supported(&h, &w);
	EXPECT_TRUE(w.exact);
	IS(2, 7, 0, REG_EAX);
	/* SHA512 SM3 SM4 VNNI BF16 CMPCCXADD FZRM FSRS FSRC LKGS WRMSRNS
	 * AMX_FP16 AVX_IFMA LAM MOVRS
	 */
	IS(0x84ac1cb7, 7, 1, REG_EAX);
	IS(0, 7, 1, REG_EBX);
	IS(1u << 5, 7, 1, REG_ECX);		/* MSR_IMM */
	/* VNNI_INT8 NE_CONVERT AMX_COMPLEX VNNI_INT16 PREFETCHITI AVX10 */
	IS(0x00084530, 7, 1, REG_EDX);
	IS(0, 7, 2, REG_EAX);
	IS(0, 7, 2, REG_EBX);
	IS(0, 7, 2, REG_ECX);
	IS(0x3f, 7, 2, REG_EDX);
	EXPECT_EQ(0xbadbad00, want(7, 3, REG_EAX));
}

/* What a kernel has not learnt yet may have been taken from a later one. */
TEST(leaf_7_of_6_12)
{
	intel(KERNEL(6, 12, 117), 7);
	leaf(7, 0, 2, 0, 0, 0);
	leaf(7, 1, ALL, ALL, ALL, ALL);
	leaf(7, 2, 0, 0, 0, 0);
	strcpy(h.flags, "avx_vnni avx512_bf16 lam");
	witness_supported(&h, &w);
	IS(0x04a01cb0, 7, 1, REG_EAX);
	IS(0, 7, 1, REG_ECX);
	IS(0x00084130, 7, 1, REG_EDX);
}

TEST(sgx)
{
	intel(NEWEST, 0x12);
	leaf(7, 0, 0, 1u << 2, 0, 0);
	leaf(0x12, 0, ALL, ALL, 7, 0x2f1f);
	leaf(0x12, 1, ALL, ALL, 0xe7, 0);
	leaf(0x12, 2, ALL, ALL, ALL, ALL);
	strcpy(h.flags, "sgx");
	witness_supported(&h, &w);
	IS(0x803, 0x12, 0, REG_EAX);
	IS(1, 0x12, 0, REG_EBX);
	IS(0x2f1f, 0x12, 0, REG_EDX);
	IS(0x4b6, 0x12, 1, REG_EAX);
	IS(0, 0x12, 1, REG_EBX);
	IS(0xe7, 0x12, 1, REG_ECX);
	EXPECT_EQ(0xbadbad00, want(0x12, 2, REG_EAX));
	EXPECT_TRUE(w.exact);
}

TEST(pt)
{
	intel(NEWEST, 0x14);
	leaf(7, 0, 0, 1u << 25, 0, 0);
	leaf(0x14, 0, 1, 0x5f, 7, 0);
	leaf(0x14, 1, 0x2490002, 0x3f3fff, 0, 0);
	strcpy(h.flags, "intel_pt");
	witness_supported(&h, &w);
	IS(0x5f, 0x14, 0, REG_EBX);
	IS(0x2490002, 0x14, 1, REG_EAX);
	strcpy(f.params[5].value, "0");
	witness_supported(&h, &w);
	IS(0, 0x14, 0, REG_EBX);
	EXPECT_EQ(0xbadbad00, want(0x14, 1, REG_EAX));
}

TEST(amx)
{
	intel(NEWEST, 0x1e);
	leaf(7, 0, 0, 0, 0, 1u << 24);
	leaf(0x1d, 0, 1, 0, 0, 0);
	leaf(0x1d, 1, 0x04002000, 0x00080040, 0x10, 0);
	leaf(0x1e, 0, 3, 0x4010, 0, 0);
	leaf(0x1e, 1, ALL, ALL, ALL, ALL);
	leaf(0x1e, 2, ALL, ALL, ALL, ALL);
	strcpy(h.flags, "amx_tile");
	witness_supported(&h, &w);
	IS(0x04002000, 0x1d, 1, REG_EAX);
	IS(1, 0x1e, 0, REG_EAX);
	IS(0x1df, 0x1e, 1, REG_EAX);
	IS(0, 0x1e, 1, REG_EBX);
	IS(0, 0x1e, 1, REG_EDX);
	EXPECT_EQ(0xbadbad00, want(0x1e, 2, REG_EAX));
	EXPECT_TRUE(w.exact);
	h.flags[0] = 'x';	/* the kernel has switched AMX off */
	witness_supported(&h, &w);
	IS(0, 0x1d, 0, REG_EAX);
	EXPECT_EQ(0xbadbad00, want(0x1d, 1, REG_EAX));
	EXPECT_EQ(0xbadbad00, want(0x1e, 1, REG_EAX));
}

TEST(avx10)
{
	intel(NEWEST, 0x29);
	leaf(7, 0, 1, 0, 0, 0);
	leaf(7, 1, 0, 0, 0, 1u << 19);
	leaf(0x24, 0, 4, 0xfff70003, ALL, ALL);
	leaf(0x24, 1, ALL, ALL, ALL, ALL);
	strcpy(h.flags, "sse2");
	witness_supported(&h, &w);
	IS(0x24, 0, 0, REG_EAX);
	IS(1, 0x24, 0, REG_EAX);
	IS(0x00070002, 0x24, 0, REG_EBX);	/* version 2 at most */
	IS(0, 0x24, 0, REG_ECX);
	IS(1u << 2, 0x24, 1, REG_ECX);
	IS(0, 0x24, 1, REG_EAX);
	EXPECT_EQ(0xbadbad00, want(0x24, 2, REG_EAX));
	h.kernel = KERNEL(6, 19, 0);
	witness_supported(&h, &w);
	IS(0x00070001, 0x24, 0, REG_EBX);	/* version 1, no subleaf */
	IS(0, 0x24, 0, REG_EAX);
	EXPECT_EQ(0xbadbad00, want(0x24, 1, REG_EAX));
}

/* --- CET ------------------------------------------------------------------ */
static void cet_leaves(void)
{
	leaf(7, 0, 0, 0, 1u << 7, 1u << 20);
	leaf(0xd, 0, 3, 0, 0, 0);
	leaf(0xd, 1, 0xf, 0, 0x19900, 0);
	leaf(0xd, 11, 16, 0, 1, 0);
	leaf(0xd, 12, 24, 0, 1, 0);
	strcpy(h.flags, "sse2 xsave xsaveopt xsavec xgetbv1 xsaves user_shstk ibt");
	h.xcr0 = 3;
	h.xcr0_valid = true;
}

static void vmx_cet(uint64_t basic)
{
	h.msrs.n = 0;
	msr_append(&h.msrs, 0x480, true, basic);
	msr_append(&h.msrs, 0x483, true, 1ull << (32 + 28));
	msr_append(&h.msrs, 0x484, true, 1ull << (32 + 20));
	msr_append(&h.msrs, 0x48b, true, 1ull << (32 + 20));
}

TEST(cet_on_intel)
{
	intel(NEWEST, 0xd);
	cet_leaves();
	vmx_cet(1ull << 56);
	witness_supported(&h, &w);
	EXPECT_TRUE(w.exact);
	IS(1u << 7, 7, 0, REG_ECX);
	EXPECT_EQ(1u << 20, want(7, 0, REG_EDX) & 1u << 20);
	IS(0x1800, 0xd, 1, REG_ECX);
	IS(576 + 16 + 24, 0xd, 1, REG_EBX);
	IS(16, 0xd, 11, REG_EAX);
	IS(1, 0xd, 12, REG_ECX);
}

TEST(no_cet_on_intel)
{
	intel(NEWEST, 0xd);
	cet_leaves();
	vmx_cet(0);		/* VMX does not inject #CP */
	witness_supported(&h, &w);
	EXPECT_TRUE(w.exact);
	IS(0, 7, 0, REG_ECX);
	EXPECT_EQ(0, want(7, 0, REG_EDX) & 1u << 20);
	IS(0, 0xd, 1, REG_ECX);
	IS(576, 0xd, 1, REG_EBX);
	EXPECT_EQ(0xbadbad00, want(0xd, 11, REG_EAX));
	vmx_cet(1ull << 56);
	h.kernel = KERNEL(6, 12, 117);
	witness_supported(&h, &w);
	IS(0, 0xd, 1, REG_ECX);
}

TEST(cet_on_amd)
{
	amd(NEWEST, 0x80000008);
	cet_leaves();
	witness_supported(&h, &w);
	EXPECT_TRUE(w.exact);
	IS(1u << 7, 7, 0, REG_ECX);
	EXPECT_EQ(0, want(7, 0, REG_EDX) & 1u << 20);	/* no IBT */
	IS(0x1800, 0xd, 1, REG_ECX);
	strcpy(f.params[1].value, "N");		/* shadow paging */
	witness_supported(&h, &w);
	IS(0, 7, 0, REG_ECX);
	IS(0, 0xd, 1, REG_ECX);
}

/* --- AMD ------------------------------------------------------------------ */
TEST(leaf_80000008)
{
	amd(NEWEST, 0x80000008);
	leaf(0x80000008, 0, 0x3030, ALL, ALL, ALL);
	strcpy(h.flags, "clzero xsaveerptr wbnoinvd ibpb ibrs stibp virt_ssbd");
	strcpy(h.bugs, "spec_store_bypass");
	witness_supported(&h, &w);
	/* CLZERO XSAVEERPTR WBNOINVD IBPB IBRS STIBP STIBP_ALWAYS_ON
	 * IBRS_SAME_MODE LMSLE_MBZ SSBD VIRT_SSBD SSB_NO PSFD IBPB_RET
	 */
	IS(0x571ad205, 0x80000008, 0, REG_EBX);
	IS(0x0000f0ff, 0x80000008, 0, REG_ECX);
	IS(0, 0x80000008, 0, REG_EDX);
}

TEST(leaf_80000021)
{
	amd(NEWEST, 0x80000022);
	cpuid_find_mut(&raw, 1, 0)->ecx |= 1u << 31;	/* not bare */
	cpuid_find_mut(&raw, 1, 0)->eax = 0x600;	/* no Zen */
	leaf(0x80000021, 0, 0, ALL, ALL, ALL);
	strcpy(h.bugs, "null_seg");
	strcpy(h.flags, "sse2");
	witness_supported(&h, &w);
	/* LFENCE, SMM_CTL, CPUID faulting: whatever the CPU has. */
	IS(1u << 2 | 1u << 9 | 1u << 17, 0x80000021, 0, REG_EAX);
	IS(0, 0x80000021, 0, REG_EBX);
	IS(0, 0x80000021, 0, REG_EDX);
	cpuid_find_mut(&raw, 0x80000021, 0)->eax = ALL;
	witness_supported(&h, &w);
	EXPECT_EQ(1u << 20 | 1u << 23 | 1u << 30,
		  want(0x80000021, 0, REG_EAX) & 0x40900000);
	/* ERAPS depends on what the kernel makes of it: so does its size. */
	EXPECT_EQ(0, care(0x80000021, 0, REG_EAX) & 1u << 24);
	EXPECT_EQ(0xff00ffff, care(0x80000021, 0, REG_EBX));
	EXPECT_EQ(0, want(0x80000021, 0, REG_EBX));
}

TEST(leaf_80000022)
{
	amd(NEWEST, 0x80000028);
	leaf(0x80000022, 0, ALL, ALL, ALL, ALL);
	strcpy(h.flags, "perfctr_core perfmon_v2");
	witness_supported(&h, &w);
	IS(0x80000022, 0x80000000, 0, REG_EAX);
	IS(1, 0x80000022, 0, REG_EAX);
	EXPECT_EQ(~0xfu, care(0x80000022, 0, REG_EBX));
	EXPECT_EQ(0, want(0x80000022, 0, REG_EBX));
	IS(0, 0x80000022, 0, REG_ECX);
	strcpy(f.params[0].value, "N");
	witness_supported(&h, &w);
	IS(0, 0x80000022, 0, REG_EAX);
	IS(0, 0x80000022, 0, REG_EBX);
}

TEST(leaf_8000000a)
{
	amd(NEWEST, 0x8000000a);
	leaf(0x8000000a, 0, ALL, ALL, ALL, 0);
	witness_supported(&h, &w);
	IS(1, 0x8000000a, 0, REG_EAX);
	IS(8, 0x8000000a, 0, REG_EBX);
	IS(0, 0x8000000a, 0, REG_ECX);
	/* VMCBCLEAN, FLUSHBYASID, SVME_ADDR_CHK: without the CPU. */
	IS(1u << 5 | 1u << 6 | 1u << 28, 0x8000000a, 0, REG_EDX);
	strcpy(f.params[2].value, "0");
	witness_supported(&h, &w);
	IS(0, 0x8000000a, 0, REG_EAX);
	IS(0, 0x8000000a, 0, REG_EDX);
}

TEST_HARNESS_MAIN

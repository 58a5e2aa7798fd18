// SPDX-License-Identifier: GPL-2.0-only
/*
 * The expectation of registers against values written by hand from the SDM,
 * the APM and the rules of KVM: no KVM is needed.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "expect.h"
#include "expect_pv.h"
#include "expect_regs.h"
#include "features.h"
#include "regs.h"

static struct host_facts facts;
static struct cpuid_list guest;

/* A host of either vendor whose KVM and whose guest have nothing. */
static void start(bool amd, uint32_t kernel)
{
	memset(&facts, 0, sizeof(facts));
	memset(&guest, 0, sizeof(guest));
	facts.kernel = kernel;
	facts.nr_cpu_kinds = 1;
	cpuid_append(&facts.cpu[0].cpuid, 0, 0, 0, (struct cpuid_regs){ { 0xd } });
	cpuid_set_vendor(&facts.cpu[0].cpuid,
			 amd ? "AuthenticAMD" : "GenuineIntel");
}

static void everybody_has(struct cpuid_feature f)
{
	cpuid_make_feature(&facts.cpu[0].cpuid, f, true);
	cpuid_make_feature(&facts.supported, f, true);
	cpuid_make_feature(&guest, f, true);
}

TEST(feature_counts)
{
	start(true, KERNEL(6, 13, 0));
	cpuid_make_feature(&guest, F_UMIP, true);
	EXPECT_TRUE(expect_feature_counts(&facts, &guest, F_UMIP));
	EXPECT_FALSE(expect_feature_counts(&facts, &guest, F_PKU));
	/* Made up: since 6.14 it does not count, but is shown. */
	facts.kernel = KERNEL(6, 14, 0);
	EXPECT_FALSE(expect_feature_counts(&facts, &guest, F_UMIP));
	EXPECT_TRUE(cpuid_shows(&guest, F_UMIP));
	cpuid_make_feature(&facts.emulated, F_UMIP, true);
	EXPECT_TRUE(expect_feature_counts(&facts, &guest, F_UMIP));
}

/* KVM looks as a guest does: no flag, any index; first entry only. */
TEST(match)
{
	start(true, KERNEL(6, 12, 0));
	cpuid_append(&guest, 7, 3, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     (struct cpuid_regs){ { 3 } });
	cpuid_append(&guest, 7, 9, 0, (struct cpuid_regs){ { 9 } });
	cpuid_append(&guest, 7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     (struct cpuid_regs){ { 1 } });
	EXPECT_EQ(3, cpuid_match_reg(&guest, 7, 3, REG_EAX));
	EXPECT_EQ(9, cpuid_match_reg(&guest, 7, 0, REG_EAX));
	EXPECT_EQ(1, cpuid_get(&guest, 7, 0, REG_EAX));
	EXPECT_EQ(3, cpuid_first(&guest, 7)->eax);
	EXPECT_EQ(NULL, cpuid_match(&guest, 8, 0));
}

TEST(cr0)
{
	EXPECT_TRUE(expect_cr0_valid(CR0_PE | CR0_PG));
	EXPECT_TRUE(expect_cr0_valid(CR0_NW | CR0_CD));
	EXPECT_FALSE(expect_cr0_valid(CR0_NW));
	EXPECT_FALSE(expect_cr0_valid(CR0_PG));
	EXPECT_FALSE(expect_cr0_valid(BIT(32)));
}

TEST(cr4)
{
	start(false, KERNEL(6, 12, 0));
	EXPECT_EQ(0x7ff, expect_cr4_mask(&facts, &guest));
	everybody_has(F_SMEP);
	EXPECT_EQ(0x7ff | CR4_SMEP, expect_cr4_mask(&facts, &guest));
	cpuid_make_feature(&guest, F_SMAP, true);	/* KVM lacks it */
	EXPECT_EQ(0x7ff | CR4_SMEP, expect_cr4_mask(&facts, &guest));
	cpuid_make_feature(&guest, F_SMEP, false);
	EXPECT_EQ(0x7ff, expect_cr4_mask(&facts, &guest));
	EXPECT_EQ(0x7ff | CR4_SMEP, expect_cr4_mask_without_cpuid(&facts));
	facts.kernel = KERNEL(6, 14, 0);
	EXPECT_EQ(0x7ff, expect_cr4_mask_without_cpuid(&facts));
}

/* LAM is younger than the other bits; CET is not predicted where it is. */
TEST(cr4_by_kernel)
{
	start(false, KERNEL(6, 1, 0));
	everybody_has(F_LAM);
	EXPECT_EQ(NULL, expect_cr4_bit(&facts, 28));
	EXPECT_EQ(0x7ff, expect_cr4_mask(&facts, &guest));
	facts.kernel = KERNEL(6, 12, 0);
	EXPECT_NE(NULL, expect_cr4_bit(&facts, 28));
	EXPECT_EQ(0x7ff | CR4_LAM_SUP, expect_cr4_mask(&facts, &guest));
	EXPECT_TRUE(expect_cr4_is_sure(&facts, 23));
	everybody_has(F_IBT);
	EXPECT_FALSE(expect_cr4_is_sure(&facts, 23));
	EXPECT_TRUE(expect_cr4_is_sure(&facts, 22));
}

TEST(efer_of_amd)
{
	start(true, KERNEL(6, 12, 0));
	EXPECT_EQ(EFER_SCE, expect_efer_host(&facts));
	everybody_has(F_LM);
	everybody_has(F_NX);
	EXPECT_EQ(EFER_SCE | EFER_LME | EFER_LMA | EFER_NX,
		  expect_efer_host(&facts));
	everybody_has(F_SVM);
	EXPECT_EQ(EFER_SVME | EFER_LMSLE,
		  expect_efer_host(&facts) & (EFER_SVME | EFER_LMSLE));
	cpuid_make_feature(&guest, F_NX, false);
	EXPECT_FALSE(expect_efer_guest(&facts, &guest) & EFER_NX);
	EXPECT_TRUE(expect_efer_host(&facts) & EFER_NX);
	cpuid_make_feature(&facts.cpu[0].cpuid, F_EFER_LMSLE_MBZ, true);
	EXPECT_EQ(!kernel_has(facts.kernel, CHANGE_LMSLE_MBZ),
		  !!(expect_efer_host(&facts) & EFER_LMSLE));
}

TEST(efer_of_intel)
{
	start(false, KERNEL(6, 12, 0));
	everybody_has(F_SVM);
	everybody_has(F_FXSR_OPT);
	everybody_has(F_AUTOIBRS);
	EXPECT_EQ(EFER_SCE, expect_efer_host(&facts));
}

TEST(components)
{
	start(true, KERNEL(6, 12, 0));
	cpuid_append(&guest, 0xd, 0, 1, (struct cpuid_regs){ { 0xe7, 0, 0, 2 } });
	cpuid_append(&guest, 0xd, 1, 1, (struct cpuid_regs){ { 0, 0, 0x1900 } });
	cpuid_append(&facts.supported, 0xd, 0, 1,
		     (struct cpuid_regs){ { 7, 0, 0, 3 } });
	cpuid_append(&facts.supported, 0xd, 1, 1,
		     (struct cpuid_regs){ { 0, 0, 0x1800 } });
	EXPECT_EQ(7 | 2ull << 32, expect_xcr0_mask(&guest, &facts.supported));
	EXPECT_EQ(0x1800, expect_xss_mask(&guest, &facts.supported));
}

TEST(maxphyaddr)
{
	start(true, KERNEL(6, 12, 0));
	EXPECT_EQ(36, expect_maxphyaddr(&guest));
	cpuid_append(&guest, 0x80000000, 0, 0,
		     (struct cpuid_regs){ { 0x80000007 } });
	cpuid_append(&guest, 0x80000008, 0, 0, (struct cpuid_regs){ { 0x3028 } });
	EXPECT_EQ(36, expect_maxphyaddr(&guest));
	cpuid_first_mut(&guest, 0x80000000)->eax = 0x80000008;
	EXPECT_EQ(40, expect_maxphyaddr(&guest));
	EXPECT_EQ(~0ull << 40, expect_beyond_phys(&guest));
	EXPECT_TRUE(expect_mtrr_base_valid(&guest, BIT(39) | 6));
	EXPECT_FALSE(expect_mtrr_base_valid(&guest, BIT(40) | 6));
	EXPECT_FALSE(expect_mtrr_base_valid(&guest, 2));
	EXPECT_FALSE(expect_mtrr_base_valid(&guest, BIT(8)));
	EXPECT_TRUE(expect_mtrr_mask_valid(&guest, BIT(11)));
	EXPECT_FALSE(expect_mtrr_mask_valid(&guest, BIT(10)));
	EXPECT_FALSE(expect_mtrr_mask_valid(&guest, BIT(40)));
	EXPECT_TRUE(expect_hsave_pa_valid(&guest, BIT(39)));
	EXPECT_FALSE(expect_hsave_pa_valid(&guest, BIT(11)));
	EXPECT_FALSE(expect_hsave_pa_valid(&guest, BIT(40)));
}

TEST(apic_base)
{
	start(true, KERNEL(6, 12, 0));
	EXPECT_TRUE(expect_apic_base_valid(&facts, &guest, APICBASE_RESET));
	EXPECT_FALSE(expect_apic_base_valid(&facts, &guest, BIT(9)));
	EXPECT_FALSE(expect_apic_base_valid(&facts, &guest, BIT(36)));
	EXPECT_FALSE(expect_apic_base_valid(&facts, &guest, 0xfee00d00));
	everybody_has(F_X2APIC);
	EXPECT_TRUE(expect_apic_base_valid(&facts, &guest, 0xfee00d00));
	EXPECT_FALSE(expect_apic_base_valid(&facts, &guest, 0xfee00500));
	EXPECT_TRUE(expect_apic_base_step(0xfee00900, 0xfee00d00));
	EXPECT_TRUE(expect_apic_base_step(0xfee00d00, 0xfee00100));
	EXPECT_FALSE(expect_apic_base_step(0xfee00d00, 0xfee00900));
	EXPECT_FALSE(expect_apic_base_step(0xfee00100, 0xfee00d00));
	EXPECT_TRUE(expect_apic_base_step(0xfee00100, 0xfee00900));
}

TEST(pv)
{
	EXPECT_EQ(0x01007efb, expect_pv_offered(true));
	EXPECT_EQ(0x01007edb, expect_pv_offered(false));
	EXPECT_TRUE(expect_pv_open(BIT(12), KVM_FEATURE_POLL_CONTROL));
	EXPECT_FALSE(expect_pv_open(~(1u << 12), KVM_FEATURE_POLL_CONTROL));
	EXPECT_TRUE(expect_pv_open(0, PV_NO_FEATURE));
	EXPECT_FALSE(expect_pv_open(~0u, PV_NEVER));
	EXPECT_TRUE(expect_async_pf_flags(0, 2));
	EXPECT_FALSE(expect_async_pf_flags(BIT(14), 4));
	EXPECT_TRUE(expect_async_pf_flags(BIT(10), 4));
	EXPECT_FALSE(expect_async_pf_flags(BIT(10), 12));
	EXPECT_TRUE(expect_async_pf_flags(BIT(10) | BIT(14), 12));
}

TEST_HARNESS_MAIN

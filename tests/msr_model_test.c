// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a vCPU's MSRs, the lists of MSRs and the prediction of VMX
 * capabilities, against tables written by hand; no KVM is needed.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "expect_regs.h"
#include "msr_lists.h"
#include "vmx_caps.h"


static struct host_facts facts;
static struct msr_list host;
static struct cpuid_list guest;
static struct msr_cpu cpu;

static void add(struct cpuid_list *l, uint32_t fn, uint32_t idx, uint32_t a,
		uint32_t b, uint32_t c, uint32_t d)
{
	cpuid_append(l, fn, idx, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     (struct cpuid_regs){ { a, b, c, d } });
}

/* A host of either vendor that has nothing, and a guest the same. */
static void start(bool amd, uint32_t kernel)
{
	struct cpuid_list *l = &facts.cpu[0].cpuid;

	memset(&facts, 0, sizeof(facts));
	memset(&host, 0, sizeof(host));
	memset(&guest, 0, sizeof(guest));
	facts.kernel = kernel;
	facts.nr_cpu_kinds = 1;
	if (amd)
		add(l, 0, 0, 0xd, 0x68747541, 0x444d4163, 0x69746e65);
	else
		add(l, 0, 0, 0xd, 0x756e6547, 0x6c65746e, 0x49656e69);
	guest = *l;
	msr_cpu_init(&cpu, &facts, &host, &guest);
}

static enum msr_answer rd(enum msr_who who, uint32_t index)
{
	uint64_t value, care;

	return msr_read(&cpu, who, index, &value, &care);
}

static uint64_t value_of(uint32_t index)
{
	uint64_t value, care;

	if (msr_read(&cpu, MSR_HOST, index, &value, &care) != MSR_DONE)
		return 0xbad;
	return value;
}

static bool is_gated(enum msr_access a)
{
	return a == ACCESS_GATED || a == ACCESS_GATED_OR_UNSUPPORTED ||
	       a == ACCESS_DROPPED_UNLESS_GATED;
}

/* Rows overlap by vendor and kernel only: the first that holds decides. */
TEST(rows_are_sound)
{
	unsigned int i, k;

	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i];

		EXPECT_LE(r->first, r->last);
		EXPECT_NE((unsigned int)RULE_NONE, (unsigned int)r->rule);
		EXPECT_NE(NULL, r->why);
		EXPECT_NE(NULL, r->group);
		for (k = 0; k < 4; k++) {
			enum msr_access a = r->access[k / 2][k % 2];

			EXPECT_LT(ACCESS_NONE, a);
			EXPECT_GT(NR_MSR_ACCESSES, a);
			/* What is gated names its gate. */
			if (is_gated(a))
				EXPECT_NE(GATE_NONE, r->gate);
		}
	}
}

TEST(gate_any_of)
{
	start(true, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_REFUSED, rd(MSR_GUEST, 0x48));
	EXPECT_EQ(MSR_DONE, rd(MSR_HOST, 0x48));
	add(&guest, 0x80000008, 0, 0, 1 << 15, 0, 0);
	EXPECT_EQ(MSR_DONE, rd(MSR_GUEST, 0x48));
	EXPECT_EQ(MSR_REFUSED, rd(MSR_GUEST, 0xc0000103));
	add(&guest, 7, 0, 0, 0, 1 << 22, 0);
	EXPECT_EQ(MSR_DONE, rd(MSR_GUEST, 0xc0000103));
}

/* Since 6.14 a bit that KVM does not know opens nothing. */
TEST(made_up_bits)
{
	start(true, KERNEL(6, 14, 0));
	add(&guest, 7, 0, 0, 0, 1 << 22, 0);
	EXPECT_EQ(MSR_REFUSED, rd(MSR_GUEST, 0xc0000103));
	facts.supported = guest;
	EXPECT_EQ(MSR_DONE, rd(MSR_GUEST, 0xc0000103));
}

/* An entry without the flag stands for every index (QEMU's 0x80000000). */
TEST(stray_index)
{
	start(true, KERNEL(6, 12, 117));
	EXPECT_EQ(36, expect_maxphyaddr(&guest));
	cpuid_append(&guest, 0x80000000, 0x3f, 0,
		     (struct cpuid_regs){ { 0x80000008 } });
	cpuid_append(&guest, 0x80000008, 0, 0,
		     (struct cpuid_regs){ { 0x3028 } });
	EXPECT_EQ(40, expect_maxphyaddr(&guest));
	EXPECT_EQ(~0ull << 40, msr_cpu_beyond_phys(&cpu));
}

TEST(tsc_aux_by_vendor)
{
	start(true, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0xc0000103,
				      0x500000007));
	EXPECT_EQ(7, value_of(0xc0000103));
	start(false, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0xc0000103,
					 0x500000007));
}

TEST(hwcr_by_kernel)
{
	start(true, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc0010015,
				      BIT(18) | BIT(24) | 0x148));
	EXPECT_EQ(BIT(18) | BIT(24), value_of(0xc0010015));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0xc0010015, 1));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc0010015, 0));
	EXPECT_EQ(0, value_of(0xc0010015));
	start(true, KERNEL(6, 1, 192));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0xc0010015,
					 BIT(24)));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc0010015, BIT(18)));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc0010015, 0));
	EXPECT_EQ(BIT(18), value_of(0xc0010015));
}

/* HWCR[35] belongs to 0x80000021.EAX[17], which KVM emulates since 7.2. */
TEST(hwcr_cpuid_fault)
{
	start(true, KERNEL(7, 2, 0));
	add(&facts.supported, 0x80000021, 0, 1u << 17, 0, 0, 0);
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0xc0010015,
					 BIT(35)));
	add(&guest, 0x80000021, 0, 1u << 17, 0, 0, 0);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc0010015, BIT(35)));
	EXPECT_EQ(BIT(35), value_of(0xc0010015));
	facts.kernel = KERNEL(7, 1, 5);
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0xc0010015,
					 BIT(35)));
}

/* V_SPEC_CTRL hands SPEC_CTRL on, of late to guests that have it. */
TEST(spec_ctrl_of_the_cpu)
{
	start(true, KERNEL(6, 16, 1));
	add(&facts.cpu[0].cpuid, 0x8000000a, 0, 0, 0, 0, 1u << 20);
	EXPECT_EQ(MSR_UNSURE, rd(MSR_GUEST, 0x48));
	facts.kernel = KERNEL(7, 1, 5);
	EXPECT_EQ(MSR_REFUSED, rd(MSR_GUEST, 0x48));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x48, 0));
	add(&facts.supported, 0x80000008, 0, 0, 1u << 14, 0, 0);
	add(&guest, 0x80000008, 0, 0, 1u << 14, 0, 0);
	EXPECT_EQ(MSR_UNSURE, rd(MSR_GUEST, 0x48));
}

/* DEBUGCTL[15]: RTM of the guest, or of the host if it asks. */
TEST(debugctl_rtm)
{
	start(false, KERNEL(7, 1, 5));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0x1d9, BIT(15)));
	add(&facts.supported, 7, 0, 0, 1u << 11, 0, 0);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x1d9, BIT(15)));
	EXPECT_EQ(BIT(15), value_of(0x1d9));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x1d9, BIT(15)));
	add(&guest, 7, 0, 0, 1u << 11, 0, 0);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x1d9, BIT(15)));
}

/* With kvm.ignore_msrs a write that the guest may not do is dropped. */
TEST(perf_capabilities_ignored)
{
	struct module_param *p = &facts.params[0];

	start(false, KERNEL(7, 1, 5));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x345, 4));
	EXPECT_EQ(MSR_UNSUPPORTED, msr_write(&cpu, MSR_GUEST, 0x345, 0x2000));
	strcpy(p->module, "kvm");
	strcpy(p->name, "ignore_msrs");
	strcpy(p->value, "Y");
	facts.nr_params = 1;
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x345, 4));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x345, 0x2000));
}

TEST(misc_enable_for_guest_and_host)
{
	start(false, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x1a0, 0));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x1a0, 0x1881));
	EXPECT_EQ(0x1801, value_of(0x1a0));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x1a0, 0x80));
	EXPECT_EQ(0x80, value_of(0x1a0));
}

TEST(frozen_by_run)
{
	start(true, KERNEL(6, 12, 117));
	msr_append(&facts.feature_msrs, 0xc0011029, true, 2);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0xc0011029, 2));
	cpu.has_run = true;
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0xc0011029, 2));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0xc0011029, 0));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x8b, 1));
	facts.kernel = KERNEL(6, 1, 192);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0xc0011029, 0));
}

/* A2: what is listed reads 0 and takes 0; in 6.1 only what is saved. */
TEST(listed_but_unsupported)
{
	start(true, KERNEL(6, 12, 117));
	msr_append(&facts.msr_index, 0x3a, false, 0);
	msr_append(&facts.msr_index, 0x12, false, 0);
	msr_append(&facts.msr_index, 0x122, false, 0);
	EXPECT_EQ(MSR_DONE, rd(MSR_HOST, 0x3a));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0x3a));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x3a, 0));
	EXPECT_EQ(MSR_UNSUPPORTED, msr_write(&cpu, MSR_HOST, 0x3a, 1));
	EXPECT_EQ(MSR_DONE, rd(MSR_HOST, 0x122));
	facts.kernel = KERNEL(6, 1, 192);
	EXPECT_EQ(MSR_DONE, rd(MSR_HOST, 0x3a));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_HOST, 0x122));
}

TEST(memory_types)
{
	start(false, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0x277, 2));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0x277, 8));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x277,
				      0x0706050401000706));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0x2ff, 0x100));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x2ff, 0xc06));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0x200, BIT(36)));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x201,
				      BIT(35) | BIT(11)));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_HOST, 0x201, BIT(10)));
}

TEST(apic_modes)
{
	start(false, KERNEL(6, 12, 117));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x1b, 0xfee00c00));
	add(&guest, 1, 0, 0, 0, 1 << 21, 0);
	EXPECT_EQ(MSR_REFUSED, rd(MSR_GUEST, 0x808));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x1b, 0xfee00c00));
	EXPECT_EQ(MSR_DONE, rd(MSR_GUEST, 0x808));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x1b, 0xfee00800));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x1b, 0xfee00400));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x1b, 0xfee00000));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x1b, 0xfee00c00));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x1b, 0xfee00c00));
}

/* SDM vol. 4 and the vulnerabilities of a CPU that has but one. */
TEST(arch_cap)
{
	struct vulnerabilities v = { .mds = 1, .its = -1, .gds = 1,
				     .gds_in_microcode = true };

	EXPECT_EQ(BIT(0) | BIT(3) | BIT(4) | BIT(6) | BIT(26) | BIT(27),
		  msr_arch_cap_offered(0, &v));
	/* Bits that KVM does not virtualise, ITS_NO of an old kernel, TAA. */
	EXPECT_EQ(BIT(0) | BIT(1) | BIT(3) | BIT(4) | BIT(6) | BIT(26) |
		  BIT(27), msr_arch_cap_offered(BIT(1) | BIT(8) | BIT(10) |
						BIT(18) | BIT(62), &v));
	v.rtm = true;
	v.l1d_flush_never = true;
	EXPECT_EQ(BIT(8), msr_arch_cap_offered(0, &v) & (BIT(3) | BIT(8)));
}

/* KVM has version 2 with 4 + 3 counters of 48 and 40 bits. */
static void start_pmu(unsigned int version, unsigned int gp, unsigned int fixed)
{
	start(false, KERNEL(6, 12, 0));
	facts.caps[0] = (struct cap_value){ KVM_CAP_PMU_CAPABILITY, 1 };
	facts.nr_caps = 1;
	add(&facts.supported, 0xa, 0, 2 | 4 << 8 | 48 << 16, 0, 0, 3 | 40 << 5);
	add(&guest, 0xa, 0, version | gp << 8 | 40 << 16, 0, 0, fixed | 48 << 5);
	msr_cpu_init(&cpu, &facts, &host, &guest);
}

TEST(pmu_counters)
{
	start_pmu(2, 6, 2);
	EXPECT_EQ(MSR_DONE, rd(MSR_GUEST, 0xc4));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0xc5));
	EXPECT_EQ(MSR_DONE, rd(MSR_GUEST, 0x30a));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0x30b));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0x4c1));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc1, 0x80000001));
	EXPECT_EQ(0xff80000001, value_of(0xc1));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0xc1, ~0ull >> 8));
	EXPECT_EQ(0xffffffffff, value_of(0xc1));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x309, ~0ull));
	EXPECT_EQ(0xffffffffff, value_of(0x309));

	/* None: the first two of each kind are those of old CPUs. */
	start_pmu(0, 4, 3);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0xc2, 5));
	EXPECT_EQ(0, value_of(0xc2));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0xc3));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0x309));
}

TEST(pmu_controls)
{
	start_pmu(1, 4, 3);
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0x38f));
	EXPECT_EQ(MSR_UNSUPPORTED, rd(MSR_GUEST, 0x309));

	start_pmu(2, 4, 2);
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x38d, 0xbb));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x38d, BIT(2)));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x38d, BIT(8)));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x38e, 0));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_HOST, 0x38e, BIT(33)));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x38f, 0x30000000f));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x38f, BIT(4)));
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x390, BIT(63)));
	EXPECT_EQ(0, value_of(0x390));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x390, BIT(61)));

	/* An event select: bit 21 is reserved, bits 33:32 belong to TSX. */
	EXPECT_EQ(MSR_DONE, msr_write(&cpu, MSR_GUEST, 0x189, 0xffdfffff));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x189, BIT(21)));
	EXPECT_EQ(MSR_REFUSED, msr_write(&cpu, MSR_GUEST, 0x189, BIT(33)));
}

TEST(feature_lists)
{
	uint32_t index[32];

	start(true, KERNEL(6, 12, 117));
	ASSERT_EQ(4, msr_feature_list(&cpu, index, 32));
	EXPECT_EQ(0xc0011029, index[0]);
	start(false, KERNEL(6, 1, 192));
	EXPECT_EQ(3, msr_feature_list(&cpu, index, 32));
	add(&facts.supported, 1, 0, 0, 0, 1 << 5, 0);
	ASSERT_EQ(21, msr_feature_list(&cpu, index, 32));
	EXPECT_EQ(0x48d, index[1]);
	facts.kernel = KERNEL(6, 12, 117);
	ASSERT_EQ(21, msr_feature_list(&cpu, index, 32));
	EXPECT_EQ(0x481, index[1]);
}

/* The CPU of the emulated Intel machine, and what kvm-intel made of it. */
TEST(vmx_pin_controls)
{
	struct vmx_caps c;

	start(false, KERNEL(6, 12, 117));
	msr_append(&host, 0x480, true, 0x00d8100000000004);
	msr_append(&host, 0x481, true, 0x0000007f00000016);
	vmx_caps_of_kvm(&facts, &host, &c);
	EXPECT_EQ(0x00d8100011e57ed0, c.msr[0]);
	EXPECT_EQ(0x0000007f00000016, c.msr[1]);
	EXPECT_EQ(0x0000007f00000016, c.msr[0xd]);
	EXPECT_EQ(0x20000145, c.msr[5] & ~BIT(5));
	EXPECT_EQ(~0ull, c.care[1]);
	/* Nothing is known of a CPU whose MSRs cannot be read. */
	memset(&host, 0, sizeof(host));
	vmx_caps_of_kvm(&facts, &host, &c);
	EXPECT_EQ(~BIT(54), c.care[0]);
}

TEST(vmx_fixed1)
{
	struct vmx_caps c = { 0 };

	start(false, KERNEL(6, 12, 117));
	vmx_caps_of_vcpu(&facts, &guest, true, &c);
	EXPECT_EQ(0x100, c.msr[9]);
	EXPECT_EQ(0xffffffff, c.msr[7]);
	add(&guest, 1, 0, 0, 0, 1 << 17, 1 << 1 | 1 << 25);
	add(&guest, 7, 0, 0, 1 << 20, 1 << 2, 0);
	vmx_caps_of_vcpu(&facts, &guest, true, &c);
	EXPECT_EQ(0x100 | 3 | 0x400 | 0x20000 | 0x200000 | 0x800, c.msr[9]);
}

TEST(vmx_writes)
{
	uint64_t sys[NR_VMX_MSRS] = { [0] = 0x0098100011e57ed0,
		[5] = 0x20000165, [8] = 0x2000, [0xc] = 0x41,
		[0xd] = 0x0000007f00000016 };

	EXPECT_TRUE(vmx_cap_writable(0x480, sys, sys, sys[0]));
	EXPECT_FALSE(vmx_cap_writable(0x480, sys, sys, sys[0] ^ 1));
	EXPECT_FALSE(vmx_cap_writable(0x480, sys, sys, sys[0] | BIT(48)));
	EXPECT_FALSE(vmx_cap_writable(0x480, sys, sys, sys[0] | BIT(54)));
	EXPECT_TRUE(vmx_cap_writable(0x480, sys, sys, sys[0] & ~BIT(55)));
	EXPECT_FALSE(vmx_cap_writable(0x48d, sys, sys, sys[0xd] & ~BIT(1)));
	EXPECT_FALSE(vmx_cap_writable(0x48d, sys, sys, sys[0xd] | BIT(39)));
	EXPECT_TRUE(vmx_cap_writable(0x48d, sys, sys, sys[0xd] & ~BIT(38)));
	EXPECT_FALSE(vmx_cap_writable(0x481, sys, sys, sys[1]));
	EXPECT_FALSE(vmx_cap_writable(0x485, sys, sys, sys[5] ^ 1));
	EXPECT_TRUE(vmx_cap_writable(0x488, sys, sys, 0x2001));
	EXPECT_FALSE(vmx_cap_writable(0x488, sys, sys, 0x1));
	EXPECT_FALSE(vmx_cap_writable(0x489, sys, sys, 0));
	EXPECT_TRUE(vmx_cap_writable(0x48c, sys, sys, 0x40));
	EXPECT_FALSE(vmx_cap_writable(0x48c, sys, sys, 0x42));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves of the max model that no recorded run reaches: AVX10, MPX and APX,
 * XSAVE areas, VMX, caches, AMX, Processor Trace.  Expectations are written by
 * hand from QEMU's changes and the SDM.
 */
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"

#include "made_up_guest.h"

static void give_avx10(struct _test_data_max_model *self, unsigned int version)
{
	kvm(self, 7, 1)->edx |= BIT32(19);
	cpuid_append(&self->f.supported, 0x24, 0, IDX,
		     (struct cpuid_regs){ { 1, 0x70000 | version } });
	cpuid_append(&self->f.supported, 0x24, 1, IDX,
		     (struct cpuid_regs){ { 0, 0, 4 } });
}

TEST_F(max_model, avx10)
{
	give_avx10(self, 2);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(1, reg(self, 0x24, 0, REG_EAX));
	EXPECT_EQ(0x70002, reg(self, 0x24, 0, REG_EBX));
	EXPECT_EQ(4, reg(self, 0x24, 1, REG_ECX));
	ASSERT_EQ(0, opts(self, "avx10-version=1"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x24, 0, REG_EAX));
	EXPECT_EQ(0x70001, reg(self, 0x24, 0, REG_EBX));
	ASSERT_EQ(0, opts(self, "avx10-version=3"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
	ASSERT_EQ(0, opts(self, "avx10-version=0,-avx10"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x24, 0, REG_EBX));
}

/* The version sets its bits in its turn; what is said later holds. */
TEST_F(max_model, avx10_version_in_its_turn)
{
	static const struct {
		const char *options;
		uint32_t ebx;
	} rows[] = {
		{ "avx10=off,avx10-version=1", 0x70001 },
		{ "avx10-version=1,avx10=off", 0 },
		{ "avx10-version=1,-avx10", 0 },
		{ "-avx10,avx10-version=1", 0 },
		{ "avx10-512=off,avx10-version=1", 0x70001 },
		{ "avx10-version=1,avx10-512=off", 0x30001 },
		/* the version is KVM's, and comes after all options */
		{ "-avx10-512", 0x70002 },
	};
	unsigned int i;

	give_avx10(self, 2);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		model_opts_init(&self->o);
		ASSERT_EQ(0, opts(self, rows[i].options));
		ASSERT_EQ(0, vcpu(self, 0));
		EXPECT_EQ(rows[i].ebx, reg(self, 0x24, 0, REG_EBX)) {
			printf("# %s\n", rows[i].options);
		}
	}
}

TEST_F(max_model, avx10_subleaves_of_the_version_asked_for)
{
	give_avx10(self, 1);
	ASSERT_EQ(0, opts(self, "avx10-version=2"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(1, reg(self, 0x24, 0, REG_EAX));
	EXPECT_EQ(0x70001, reg(self, 0x24, 0, REG_EBX));
}

TEST_F(max_model, mpx_or_apx)
{
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(14));
	kvm(self, 7, 1)->edx |= BIT32(21);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(14));
	EXPECT_FALSE(reg(self, 7, 1, REG_EDX) & BIT32(21));
	ASSERT_EQ(0, opts(self, "mpx=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 1, REG_EDX) & BIT32(21));
}

/* A version without the feature, or higher than KVM's, is unavailable. */
TEST_F(max_model, enforce_minds_the_avx10_version)
{
	add(&self->f.supported, 0x24, 0, IDX, 0, 0x70001, 0, 0);
	self->o.qemu = QEMU_10_0;
	/* without APX, which rules MPX out */
	kvm(self, 7, 1)->edx = BIT32(19);
	ASSERT_EQ(0, opts(self, "enforce,intel-pt=off,avx10-version=1"));
	EXPECT_EQ(0, vcpu(self, 0)) {
		TH_LOG("%s", self->err);
	}
	ASSERT_EQ(0, opts(self, "avx10-version=2"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_NE(NULL, strstr(self->err, "AVX10"));
	ASSERT_EQ(0, opts(self, "avx10-version=1,avx10=off"));
	EXPECT_NE(0, vcpu(self, 0));
	ASSERT_EQ(0, opts(self, "enforce=off"));
	EXPECT_EQ(0, vcpu(self, 0));
}

/* Processor trace whose leaf is out of range goes, and counts as unavailable. */
TEST_F(max_model, enforce_minds_the_leaf_of_processor_trace)
{
	self->o.qemu = QEMU_10_0;
	ASSERT_EQ(0, opts(self, "x-intel-pt-auto-level=off,min-level=13"));
	ASSERT_EQ(0, vcpu(self, 0)) {
		TH_LOG("%s", self->err);
	}
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(25));
	ASSERT_EQ(0, opts(self, "enforce"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_NE(NULL, strstr(self->err, "intel-pt"));
	ASSERT_EQ(0, opts(self, "intel-pt=off"));
	EXPECT_EQ(0, vcpu(self, 0));
}

/* Both count as what KVM lacks: "enforce" minds, "x-force-features" does not. */
TEST_F(max_model, mpx_and_apx_are_unavailable)
{
	kvm(self, 7, 1)->edx |= BIT32(21);
	ASSERT_EQ(0, opts(self, "x-force-features"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(14));
	ASSERT_EQ(0, opts(self, "x-force-features=off,enforce"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_NE(NULL, strstr(self->err, "mpx"));
}

/* QEMU asserts that areas have the size that it knows. */
TEST_F(max_model, xsave_area_of_another_size)
{
	struct cpuid_regs avx = { { 0x101, 0x240, 0, 0 } };

	cpuid_append(&self->f.cpu[0].cpuid, 0xd, 2, IDX, avx);
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_NE(NULL, strstr(self->err, "XSAVE area 2"));
	cpuid_find_mut(&self->f.cpu[0].cpuid, 0xd, 2)->eax = 0x100;
	EXPECT_EQ(0, vcpu(self, 0));
}

/* 0xD.i lists what KVM has, enabled or not; there is no entry {0xD, 63}. */
TEST_F(max_model, xsave_areas)
{
	struct cpuid_regs avx = { { 0x100, 0x240, 0, 0 } };

	cpuid_append(&self->f.cpu[0].cpuid, 0xd, 2, IDX, avx);
	ASSERT_EQ(0, opts(self, "avx=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x100, reg(self, 0xd, 2, REG_EAX));
	EXPECT_EQ(0x240, reg(self, 0xd, 2, REG_EBX));
	EXPECT_FALSE(reg(self, 0xd, 0, REG_EAX) & 4);
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0xd, 63));
	EXPECT_EQ(0x1800, reg(self, 0xd, 1, REG_ECX));
	ASSERT_EQ(0, opts(self, "xsaves=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0xd, 1, REG_ECX));
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0xd, 2));
	EXPECT_NE(NULL, cpuid_find(&self->cpu.cpuid, 0xd, 63));
}

/* The slot of the last 0xD is used again, and its index stays in it. */
TEST_F(max_model, slot_with_an_old_index)
{
	ASSERT_EQ(0, opts(self, "level=0xd"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_NE(NULL, cpuid_find(&self->cpu.cpuid, 0x80000000, 63));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0x80000000, 0));
}

TEST_F(max_model, microcode_revision_is_written_last)
{
	msr_append(&self->f.msr_index, 0xcf, false, 0);
	ASSERT_EQ(0, vcpu(self, 0));
	ASSERT_EQ(3, self->cpu.msrs.n);
	EXPECT_EQ(0x10a, self->cpu.msrs.m[0].index);
	EXPECT_EQ(0xcf, self->cpu.msrs.m[1].index);
	EXPECT_EQ(0x8b, self->cpu.msrs.m[2].index);
	EXPECT_EQ(0x100000000, self->cpu.msrs.m[2].value);
}

TEST_F(max_model, highest_vmcs_field)
{
	msr_append(&self->f.feature_msrs, 0x480, true, 1);
	msr_append(&self->f.feature_msrs, 0x48f, true, 1ull << 63);
	ASSERT_EQ(0, opts(self, "fred=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x44, msr_get(&self->cpu.msrs, 0x48a));
	ASSERT_EQ(0, opts(self, "fred=on"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x52, msr_get(&self->cpu.msrs, 0x48a));
	/* fred needs lkgs */
	ASSERT_EQ(0, opts(self, "lkgs=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x44, msr_get(&self->cpu.msrs, 0x48a));
}

/* Sharing is by ids: 3 cores take 4 ids. */
TEST_F(max_model, cache_sharing)
{
	ASSERT_EQ(0, smp(self, "sockets=1,dies=2,cores=3,threads=2"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(7u << 26 | 1 << 14 | 0x121, reg(self, 4, 0, REG_EAX));
	EXPECT_EQ(7u << 26 | 1 << 14 | 0x143, reg(self, 4, 2, REG_EAX));
	EXPECT_EQ(7u << 26 | 7 << 14 | 0x163, reg(self, 4, 3, REG_EAX));
	ASSERT_EQ(0, opts(self, "vendor=AuthenticAMD,xlevel=0x8000001e"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(7 << 14 | 0x163, reg(self, 0x8000001d, 3, REG_EAX));
	EXPECT_EQ(2, reg(self, 0x8000001d, 3, REG_EDX));
}

TEST_F(max_model, amx_subleaves)
{
	cpuid_append(&self->f.supported, 0x1e, 0, IDX,
		     (struct cpuid_regs){ { 1, 0x4010 } });
	cpuid_append(&self->f.supported, 0x1e, 1, IDX,
		     (struct cpuid_regs){ { 0x1ff } });
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x4010, reg(self, 0x1e, 0, REG_EBX));
	EXPECT_EQ(0x1df, reg(self, 0x1e, 1, REG_EAX));
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x1e, 0, REG_EAX));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0x1e, 1));
}

/* Each of these takes processor trace away. */
static const struct {
	uint32_t index;
	enum cpuid_reg reg;
	uint32_t value;
} pt_lacks[] = {
	{ 0, REG_EAX, 0 },		/* subleaf 1 */
	{ 0, REG_EBX, 0x7 },		/* MTC */
	{ 0, REG_ECX, 0x3 },		/* single-range output */
	{ 1, REG_EAX, 0x02490001 },	/* two address ranges */
	{ 1, REG_EAX, 0x02480002 },	/* an MTC period */
	{ 1, REG_EBX, 0x003f1ffe },	/* a PSB frequency */
};

TEST_F(max_model, processor_trace)
{
	struct kvm_cpuid_entry2 good[2];
	unsigned int i;

	cpuid_append(&self->f.supported, 0x14, 0, IDX,
		     (struct cpuid_regs){ { 1, 0xf, 0x7 } });
	cpuid_append(&self->f.supported, 0x14, 1, IDX,
		     (struct cpuid_regs){ { 0x02490002, 0x003f1fff } });
	for (i = 0; i < 2; i++)
		good[i] = *kvm(self, 0x14, i);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(25));
	EXPECT_EQ(7, reg(self, 0x14, 0, REG_ECX));
	for (i = 0; i < ARRAY_SIZE(pt_lacks); i++) {
		cpuid_entry_set_reg(kvm(self, 0x14, pt_lacks[i].index),
				    pt_lacks[i].reg, pt_lacks[i].value);
		ASSERT_EQ(0, vcpu(self, 0));
		EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(25)) {
			printf("# row %u\n", i);
		}
		*kvm(self, 0x14, pt_lacks[i].index) = good[pt_lacks[i].index];
	}
	ASSERT_EQ(0, opts(self, "intel-pt-lip=off"));
	kvm(self, 0x14, 0)->ecx |= BIT32(31);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(25));
}

TEST_HARNESS_MAIN

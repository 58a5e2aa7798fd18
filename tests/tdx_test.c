// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TDX variant of the max model, on a host made up here: no TDX is needed.
 * Expectations are from the description of QEMU's TDX support, bit by bit.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "made_up_host.h"
#include "model_opts.h"
#include "model_tdx.h"

FIXTURE(tdx)
{
	struct host_facts f;
	struct model_opts o;
	struct guest_cpu cpu;
	struct tdx_guest td;
	char err[200];
};

FIXTURE_SETUP(tdx)
{
	struct host_facts *f = &self->f;

	memset(self, 0, sizeof(*self));
	made_up_host(f);
	f->tdx_valid = true;
	f->tdx_attributes = 1ull << 28 | 1ull << 63;
	f->tdx_xfam = 0x602e7 | 0x1800;
	/* the module lets us choose some bits of leaves 1 and 7 */
	add(&f->tdx_cpuid, 1, 0, 0, 0xfff, 0xff0000,
	    BIT32(3) | BIT32(12) | BIT32(28), 0);
	add(&f->tdx_cpuid, 7, 0, IDX, 0, BIT32(9) | BIT32(16), BIT32(22), 0);
	model_opts_init(&self->o);
	model_opts_set(&self->o, "tdx");
}

FIXTURE_TEARDOWN(tdx)
{
}

static int compute(struct _test_data_tdx *self)
{
	return model_compute(&self->f, &self->o, 0, &self->cpu, self->err,
			     sizeof(self->err));
}

static uint32_t reg(struct _test_data_tdx *self, uint32_t fn, uint32_t index,
		    enum cpuid_reg r)
{
	return cpuid_get(&self->cpu.cpuid, fn, index, r);
}

TEST_F(tdx, fixed_bits_are_there_whatever_kvm_says)
{
	cpuid_find_mut(&self->f.supported, 1, 0)->ecx = 0;
	cpuid_find_mut(&self->f.supported, 7, 0)->ebx = 0;
	ASSERT_EQ(0, compute(self));
	/* sse3 pclmulqdq aes xsave; not vmx, not monitor */
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(0));
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(1));
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(25));
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(26));
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(5));
	/* smep, smap, sha */
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(7));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(20));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(29));
}

TEST_F(tdx, neither_fixed_nor_configurable_is_gone)
{
	ASSERT_EQ(0, compute(self));
	/* vmx, smx, tsc-adjust, sgx, bmi1: KVM has them, the module not */
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(5));
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(6));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(1));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(2));
	/* erms, rdpid, fma: configurable, and KVM has them */
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(9));
	EXPECT_TRUE(reg(self, 7, 0, REG_ECX) & BIT32(22));
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(12));
}

TEST_F(tdx, xfam_brings_its_features)
{
	ASSERT_EQ(0, compute(self));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(5));	/* avx2 */
	EXPECT_TRUE(reg(self, 7, 0, REG_ECX) & BIT32(3));	/* pku */
	EXPECT_TRUE(reg(self, 7, 0, REG_ECX) & BIT32(7));	/* cet-ss */
	EXPECT_TRUE(reg(self, 7, 0, REG_EDX) & BIT32(24));	/* amx-tile */
	self->f.tdx_xfam = 3;
	ASSERT_EQ(0, compute(self));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(5));
	EXPECT_FALSE(reg(self, 7, 0, REG_ECX) & BIT32(3));
	EXPECT_FALSE(reg(self, 7, 0, REG_ECX) & BIT32(7));
	EXPECT_FALSE(reg(self, 7, 0, REG_EDX) & BIT32(24));
	EXPECT_EQ(3, reg(self, 0xd, 0, REG_EAX));
}

/* The TDX module lists both leaves here, without the bits that XFAM brings. */
TEST_F(tdx, xfam_brings_avx10_lengths_and_amx_aliases)
{
	cpuid_find_mut(&self->f.supported, 7, 1)->edx |= BIT32(19);
	add(&self->f.supported, 0x24, 0, IDX, 0, 0x70001, 0, 0);
	add(&self->f.supported, 0x1e, 0, IDX, 1, 0x4010, 0, 0);
	add(&self->f.supported, 0x1e, 1, IDX, 0x1ff, 0, 0, 0);
	add(&self->f.tdx_cpuid, 0x24, 0, IDX, 0, 0xff, 0, 0);
	add(&self->f.tdx_cpuid, 0x1e, 1, IDX, BIT32(8), 0, 0, 0);
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(0x70001, reg(self, 0x24, 0, REG_EBX));
	EXPECT_EQ(0x10f, reg(self, 0x1e, 1, REG_EAX));
	/* neither opmask nor tile configuration */
	self->f.tdx_xfam = 7;
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(1, reg(self, 0x24, 0, REG_EBX));
	EXPECT_EQ(0, reg(self, 0x1e, 1, REG_EAX));
}

TEST_F(tdx, a_leaf_that_nothing_is_known_of_is_not_masked)
{
	ASSERT_EQ(0, compute(self));
	EXPECT_TRUE(reg(self, 7, 1, REG_EAX) & BIT32(4));
	EXPECT_TRUE(reg(self, 0x80000008, 0, REG_EBX) & BIT32(9));
	/* attribute 27 brings LASS, and so the leaf */
	self->f.tdx_attributes |= 1ull << 27;
	ASSERT_EQ(0, compute(self));
	EXPECT_FALSE(reg(self, 7, 1, REG_EAX) & BIT32(4));
	add(&self->f.tdx_cpuid, 0x80000008, 0, 0, 0, 0, 0, 0);
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(0, reg(self, 0x80000008, 0, REG_EBX));
}

/* What QEMU sets for a TDX guest it sets after all properties. */
TEST_F(tdx, pmu_and_invtsc_are_not_the_users)
{
	ASSERT_EQ(0, model_opts_parse(&self->o, "pmu=on,invtsc=off", self->err,
				      sizeof(self->err)));
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(0x100, reg(self, 0x80000007, 0, REG_EDX));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0xa, 0));
	ASSERT_EQ(0, model_tdx(&self->f, &self->o, &self->td, self->err,
			       sizeof(self->err)));
	EXPECT_EQ(1ull << 28, self->td.attributes);
	/* the old spelling comes last of all */
	ASSERT_EQ(0, model_opts_parse(&self->o, "-invtsc", self->err,
				      sizeof(self->err)));
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(0, reg(self, 0x80000007, 0, REG_EDX));
}

static void refused(struct __test_metadata *_metadata,
		    struct _test_data_tdx *self, const char *why)
{
	EXPECT_NE(0, compute(self));
	EXPECT_NE(NULL, strstr(self->err, why)) {
		printf("# %s\n", self->err);
	}
}

TEST_F(tdx, irqchip_is_split)
{
	cpuid_find_mut(&self->f.supported, 0x40000001, 0)->eax &= ~BIT32(15);
	ASSERT_EQ(0, compute(self));
	EXPECT_TRUE(reg(self, 0x40000001, 0, REG_EAX) & BIT32(15));
	ASSERT_EQ(0, model_opts_machine(&self->o, "q35,kernel-irqchip=on",
					self->err, sizeof(self->err)));
	refused(_metadata, self, "kernel-irqchip=split");
}

TEST_F(tdx, width_and_tsc_within_limits)
{
	ASSERT_EQ(0, model_opts_parse(&self->o, "tsc-frequency=2000000000",
				      self->err, sizeof(self->err)));
	facts_set_cap(&self->f, KVM_CAP_TSC_CONTROL, 1);
	ASSERT_EQ(0, compute(self));
	self->o.num[OPT_TSC_FREQUENCY] = 2010000000;
	refused(_metadata, self, "25 MHz");
	self->o.num[OPT_TSC_FREQUENCY] = 75000000;
	refused(_metadata, self, "25 MHz");
	self->o.num[OPT_TSC_FREQUENCY] = 0;
	ASSERT_EQ(0, model_opts_parse(&self->o,
				      "host-phys-bits=off,phys-bits=46",
				      self->err, sizeof(self->err)));
	refused(_metadata, self, "52 physical address bits");
}

TEST_F(tdx, attributes_bring_theirs)
{
	ASSERT_EQ(0, compute(self));
	EXPECT_FALSE(reg(self, 7, 0, REG_ECX) & BIT32(31));	/* pks */
	self->f.tdx_attributes |= 1ull << 30;
	ASSERT_EQ(0, compute(self));
	EXPECT_TRUE(reg(self, 7, 0, REG_ECX) & BIT32(31));
	ASSERT_EQ(0, model_tdx(&self->f, &self->o, &self->td, self->err,
			       sizeof(self->err)));
	EXPECT_EQ(1ull << 30 | 1ull << 28, self->td.attributes);
}

TEST_F(tdx, kvm_features_that_a_td_can_use)
{
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(0xba82, reg(self, 0x40000001, 0, REG_EAX));
}

TEST_F(tdx, invariant_tsc_and_no_pmu)
{
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(0x100, reg(self, 0x80000007, 0, REG_EDX));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0xa, 0));
	/* pdcm stays although there is no PMU */
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(15));
}

TEST_F(tdx, topology_leaf_is_forced)
{
	ASSERT_EQ(0, compute(self));
	EXPECT_NE(NULL, cpuid_find(&self->cpu.cpuid, 0x1f, 0));
	EXPECT_EQ(0x201, reg(self, 0x1f, 1, REG_ECX));
}

TEST_F(tdx, only_microcode_revision_is_written)
{
	ASSERT_EQ(0, compute(self));
	ASSERT_EQ(1, self->cpu.msrs.n);
	EXPECT_EQ(0x8b, self->cpu.msrs.m[0].index);
}

TEST_F(tdx, init_vm_takes_what_may_be_chosen)
{
	const struct kvm_cpuid_entry2 *e;

	ASSERT_EQ(0, model_tdx(&self->f, &self->o, &self->td, self->err,
			       sizeof(self->err)));
	ASSERT_EQ(2, self->td.cpuid.nent);
	e = &self->td.cpuid.e[0];
	EXPECT_EQ(1, e->function);
	EXPECT_EQ(BIT32(12) | BIT32(28), e->ecx & ~BIT32(3));
	e = &self->td.cpuid.e[1];
	EXPECT_EQ(7, e->function);
	EXPECT_EQ(BIT32(9) | BIT32(16), e->ebx);
	EXPECT_EQ(BIT32(22), e->ecx);
	EXPECT_EQ(0, e->edx);
	EXPECT_EQ(1ull << 28, self->td.attributes);
	EXPECT_EQ(0x602e7 | 0x1800, self->td.xfam);
}

/* AVX is the VMM's choice, so that without it XFAM shrinks. */
TEST_F(tdx, xfam_follows_the_features)
{
	ASSERT_EQ(0, model_opts_parse(&self->o, "avx=off", self->err,
				      sizeof(self->err)));
	ASSERT_EQ(0, model_tdx(&self->f, &self->o, &self->td, self->err,
			       sizeof(self->err)));
	EXPECT_EQ(0x602e3 | 0x1800, self->td.xfam);
}

TEST_F(tdx, what_is_not_supported_is_refused)
{
	self->f.tdx_attributes = 0;
	EXPECT_NE(0, model_tdx(&self->f, &self->o, &self->td, self->err,
			       sizeof(self->err)));
	EXPECT_NE(NULL, strstr(self->err, "attributes"));
	self->f.tdx_valid = false;
	EXPECT_NE(0, compute(self));
	EXPECT_NE(NULL, strstr(self->err, "KVM_TDX_CAPABILITIES"));
	self->f.tdx_valid = true;
	self->o.qemu = QEMU_7_2;
	EXPECT_NE(0, compute(self));
	EXPECT_NE(NULL, strstr(self->err, "7.2 has no TDX"));
}

/* What KVM_TDX_GET_CPUID says of the vCPU is what it gets. */
TEST_F(tdx, the_module_has_the_last_word)
{
	struct kvm_cpuid_entry2 *e;

	add(&self->f.tdx_vcpu_cpuid, 7, 0, IDX, 0, BIT32(7) | BIT32(9), 0,
	    BIT32(26));
	add(&self->f.tdx_vcpu_cpuid, 0x80000001, 0, 0, 0, 0, BIT32(0),
	    BIT32(20) | BIT32(29));
	ASSERT_EQ(0, compute(self));
	/* less: neither smap nor sha; more: nothing else than what it says */
	EXPECT_EQ(BIT32(7) | BIT32(9), reg(self, 7, 0, REG_EBX));
	EXPECT_EQ(BIT32(26), reg(self, 7, 0, REG_EDX));
	/* syscall, which a vCPU in protected mode does not show */
	EXPECT_EQ(BIT32(11) | BIT32(20) | BIT32(29),
		  reg(self, 0x80000001, 0, REG_EDX));
	/* a leaf without an answer stays */
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(26));
	/* forced on, although nobody offered it */
	e = cpuid_find_mut(&self->f.tdx_vcpu_cpuid, 7, 0);
	e->ecx = BIT32(13);
	ASSERT_EQ(0, compute(self));
	EXPECT_EQ(BIT32(13), reg(self, 7, 0, REG_ECX));
}

TEST_F(tdx, enforce_takes_nothing_from_the_module)
{
	ASSERT_EQ(0, model_opts_parse(&self->o, "enforce", self->err,
				      sizeof(self->err)));
	add(&self->f.tdx_vcpu_cpuid, 7, 0, IDX, 0, 0, 0, 0);
	EXPECT_NE(0, compute(self));
	EXPECT_NE(NULL, strstr(self->err, "enforce: TDX makes FEAT_7_0_EBX"));
}

TEST_HARNESS_MAIN

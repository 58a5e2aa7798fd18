// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of QEMU after 7.2, where no recorded run reaches.  Expectations are
 * written by hand from QEMU's changes and the SDM.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "kselftest_harness.h"

#include "made_up_guest.h"

TEST_F(max_model, default_is_latest)
{
	ASSERT_EQ(0, vcpu(self, 0));
	/* cmpccxadd has a name since 8.1, lam since 9.1 */
	EXPECT_TRUE(reg(self, 7, 1, REG_EAX) & BIT32(7));
	EXPECT_TRUE(reg(self, 7, 1, REG_EAX) & BIT32(26));
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 7, 1, REG_EAX) & BIT32(7));
	EXPECT_FALSE(reg(self, 7, 1, REG_EAX) & BIT32(26));
}

/* REP MOVSB speed is the host's affair, whatever KVM says. */
TEST_F(max_model, string_ops_of_the_host)
{
	kvm(self, 7, 0)->ebx &= ~BIT32(9);
	kvm(self, 7, 0)->edx &= ~BIT32(4);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(9));
	EXPECT_TRUE(reg(self, 7, 0, REG_EDX) & BIT32(4));
	host(self, 7, 0)->ebx &= ~BIT32(9);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(9));
}

TEST_F(max_model, ht_comes_with_the_second_cpu)
{
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 1, 0, REG_EDX) & BIT32(28));
	ASSERT_EQ(0, smp(self, "2"));
	ASSERT_EQ(0, vcpu(self, 1));
	EXPECT_TRUE(reg(self, 1, 0, REG_EDX) & BIT32(28));
	/* cmp-legacy is not for Intel */
	EXPECT_TRUE(reg(self, 0x80000001, 0, REG_ECX) & BIT32(1));
}

static uint32_t host_cache(struct _test_data_max_model *self,
			   const char *version, const char *topology)
{
	if (model_opts_version(&self->o, version, self->err,
			       sizeof(self->err)) ||
	    smp(self, topology) || vcpu(self, 0))
		return 0;
	return reg(self, 4, 0, REG_EAX);
}

/*
 * The host's L1D has room for 64 cores; sharing is cut to the guest's CPUs.
 * That one core is written as well was seen on QEMU 7.2.22.
 */
TEST_F(max_model, caches_of_the_host_with_cores_of_the_guest)
{
	add(&self->f.cpu[0].cpuid, 4, 0, IDX, 0xfc004121, 0x1c0003f, 0x3f, 0);
	ASSERT_EQ(0, opts(self, "host-cache-info=on"));
	EXPECT_EQ(0xfc000121, host_cache(self, "7.2.12", "1"));
	EXPECT_EQ(0x00000121, host_cache(self, "7.2.13", "1"));
	EXPECT_EQ(0x00000121, host_cache(self, "7.2", "1"));
	EXPECT_EQ(0x00000121, host_cache(self, "latest", "1"));
	EXPECT_EQ(0x0c004121, host_cache(self, "7.2.12", "cores=3"));
	EXPECT_EQ(0x0c004121, host_cache(self, "7.2.22",
					 "dies=2,cores=3,sockets=1"));
	/* ids of both dies */
	EXPECT_EQ(0x1c004121, host_cache(self, "latest",
					 "dies=2,cores=3,sockets=1"));
}

static int machine(struct _test_data_max_model *self, const char *text)
{
	return model_opts_machine(&self->o, text, self->err,
				  sizeof(self->err));
}

static int version(struct _test_data_max_model *self, const char *text)
{
	return model_opts_version(&self->o, text, self->err,
				  sizeof(self->err)) || vcpu(self, 0);
}

static unsigned int count_entries(struct _test_data_max_model *self,
				  uint32_t fn)
{
	unsigned int i, n = 0;

	for (i = 0; i < self->cpu.cpuid.nent; i++)
		n += self->cpu.cpuid.e[i].function == fn;
	return n;
}

/* What QEMU's changes 0729857c7075 and 10f92799af8b, in 7.2.10, repaired. */
TEST_F(max_model, entries_before_7_2_10)
{
	ASSERT_EQ(0, opts(self, "level=0x1f"));
	ASSERT_EQ(0, version(self, "7.2.9"));
	EXPECT_EQ(1, reg(self, 7, 0, REG_EAX));
	EXPECT_EQ(3, count_entries(self, 7));
	/* leaf 0, and the entry of the 0x1f that is not there */
	EXPECT_EQ(2, count_entries(self, 0));
	ASSERT_EQ(0, version(self, "7.2.10"));
	EXPECT_EQ(2, count_entries(self, 7));
	EXPECT_EQ(1, count_entries(self, 0));
	ASSERT_EQ(0, smp(self, "dies=2,sockets=1"));
	ASSERT_EQ(0, version(self, "7.2.9"));
	EXPECT_EQ(1, count_entries(self, 0));
	/* threads, cores, dies, and the end */
	EXPECT_EQ(4, count_entries(self, 0x1f));
}

/* QEMU's change 72497cff896f, in 7.2.3. */
TEST_F(max_model, enclave_components_before_7_2_3)
{
	add(&self->f.supported, 0x12, 0, IDX, 0x803, 1, 0, 0x241f);
	add(&self->f.supported, 0x12, 1, IDX, 0x36, 0, 0xe7, 0);
	ASSERT_EQ(0, version(self, "7.2.2"));
	EXPECT_EQ(3, reg(self, 0x12, 1, REG_ECX));
	ASSERT_EQ(0, version(self, "7.2.3"));
	EXPECT_EQ(0xe7, reg(self, 0x12, 1, REG_ECX));
}

TEST_F(max_model, microvm_has_the_physical_width_of_the_host)
{
	ASSERT_EQ(0, opts(self, "host-phys-bits=off"));
	ASSERT_EQ(0, version(self, "7.2"));
	EXPECT_EQ(40, reg(self, 0x80000008, 0, REG_EAX) & 0xff);
	ASSERT_EQ(0, model_opts_machine(&self->o, "microvm", self->err,
					sizeof(self->err)));
	ASSERT_EQ(0, version(self, "7.2"));
	EXPECT_EQ(52, reg(self, 0x80000008, 0, REG_EAX) & 0xff);
	ASSERT_EQ(0, opts(self, "phys-bits=44,host-phys-bits-limit=46"));
	ASSERT_EQ(0, version(self, "latest"));
	EXPECT_EQ(46, reg(self, 0x80000008, 0, REG_EAX) & 0xff);
}

/* Seen on QEMU 7.2.22: its own default, not what was asked for. */
TEST_F(max_model, machines_that_split_the_irqchip)
{
	static const char * const splits[] = { "microvm", "pc-q35-4.0" };
	static const char * const does_not[] = {
		"pc-q35-4.0.1", "pc-q35-4.1", "microvm,kernel-irqchip=on",
	};
	unsigned int i;

	ASSERT_EQ(0, opts(self, "kvm-msi-ext-dest-id=on"));
	kvm(self, 0x40000001, 0)->eax &= ~BIT32(15);
	ASSERT_EQ(0, version(self, "7.2"));
	EXPECT_FALSE(reg(self, 0x40000001, 0, REG_EAX) & BIT32(15));
	for (i = 0; i < ARRAY_SIZE(splits); i++) {
		ASSERT_EQ(0, machine(self, splits[i]));
		ASSERT_EQ(0, version(self, "7.2"));
		EXPECT_TRUE(reg(self, 0x40000001, 0, REG_EAX) & BIT32(15));
	}
	for (i = 0; i < ARRAY_SIZE(does_not); i++) {
		ASSERT_EQ(0, machine(self, does_not[i]));
		ASSERT_EQ(0, version(self, "7.2"));
		EXPECT_FALSE(reg(self, 0x40000001, 0, REG_EAX) & BIT32(15));
	}
}

TEST_F(max_model, logical_cpus_in_leaf_1)
{
	ASSERT_EQ(0, smp(self, "cpus=3,sockets=1,dies=1,cores=3,threads=1"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(4, reg(self, 1, 0, REG_EBX) >> 16 & 0xff);
	ASSERT_EQ(0, opts(self, "vendor=AuthenticAMD"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(3, reg(self, 1, 0, REG_EBX) >> 16 & 0xff);
}

TEST_F(max_model, no_arch_capabilities_on_amd)
{
	msr_append(&self->f.feature_msrs, 0x10a, true, 1);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 0, REG_EDX) & BIT32(29));
	EXPECT_EQ(1, msr_get(&self->cpu.msrs, 0x10a));
	ASSERT_EQ(0, opts(self, "vendor=AuthenticAMD"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 7, 0, REG_EDX) & BIT32(29));
	/* the MSR is written all the same */
	ASSERT_NE(NULL, msr_find(&self->cpu.msrs, 0x10a));
	EXPECT_EQ(0, msr_get(&self->cpu.msrs, 0x10a));
	ASSERT_EQ(0, opts(self, "x-arch-cap-always-on=on"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 7, 0, REG_EDX) & BIT32(29));
}

TEST_F(max_model, fb_clear_follows_from_the_no_bits)
{
	const uint64_t no = BIT32(5) | BIT32(8) | BIT32(13) | BIT32(14) |
			    BIT32(15);

	msr_append(&self->f.feature_msrs, 0x10a, true, no);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(no | BIT32(17), msr_get(&self->cpu.msrs, 0x10a));
	self->f.feature_msrs.m[0].value = no & ~BIT32(8);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(no & ~BIT32(8), msr_get(&self->cpu.msrs, 0x10a));
}

TEST_F(max_model, succor_on_amd_only)
{
	ASSERT_EQ(0, opts(self, "vendor=AuthenticAMD"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(3, reg(self, 0x80000007, 0, REG_EBX));
	ASSERT_EQ(0, opts(self, "vendor=GenuineIntel"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x80000007, 0, REG_EBX));
}

TEST_F(max_model, invtsc_with_a_frequency)
{
	facts_set_cap(&self->f, KVM_CAP_GET_TSC_KHZ, 1);
	facts_set_cap(&self->f, KVM_CAP_TSC_CONTROL, 1);
	self->f.tsc_khz = 2000000;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x80000007, 0, REG_EDX));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0x40000010, 0));
	ASSERT_EQ(0, opts(self, "tsc-freq=1.5G"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x100, reg(self, 0x80000007, 0, REG_EDX));
	EXPECT_EQ(1500000, reg(self, 0x40000010, 0, REG_EAX));
	EXPECT_EQ(0x40000010, reg(self, 0x40000000, 0, REG_EAX));
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x80000007, 0, REG_EDX));
}

TEST_F(max_model, pmu_off_takes_pdcm_along)
{
	ASSERT_EQ(0, opts(self, "pmu=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(15));
	EXPECT_FALSE(reg(self, 7, 0, REG_EDX) & BIT32(19));
	/* as in old machine types: the guest does not see it all the same */
	ASSERT_EQ(0, opts(self, "x-pdcm-on-even-without-pmu=on"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(15));
}

TEST_F(max_model, guest_phys_bits)
{
	kvm(self, 0x80000008, 0)->eax = 0x302834;
	host(self, 0x80000008, 0)->eax = 0x3034;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x303934, reg(self, 0x80000008, 0, REG_EAX));
	ASSERT_EQ(0, opts(self, "host-phys-bits-limit=46"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x2e392e, reg(self, 0x80000008, 0, REG_EAX));
	ASSERT_EQ(0, opts(self, "guest-phys-bits=40,la57=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x28302e, reg(self, 0x80000008, 0, REG_EAX));
}

TEST_F(max_model, without_lm_36_bits_by_pae)
{
	ASSERT_EQ(0, opts(self, "lm=off,pse36=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(36, reg(self, 0x80000008, 0, REG_EAX));
	ASSERT_EQ(0, opts(self, "pae=off"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(32, reg(self, 0x80000008, 0, REG_EAX));
	ASSERT_EQ(0, opts(self, "phys-bits=40"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
}

TEST_F(max_model, caches_by_vendor)
{
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0xff, reg(self, 2, 0, REG_EDX));
	EXPECT_EQ(0, cpuid_find(&self->cpu.cpuid, 2, 0)->flags);
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0x80000005, 0));
	/* 4 MiB of L2, 16 ways, 64 bytes */
	EXPECT_EQ(0x10008040, reg(self, 0x80000006, 0, REG_ECX));
	EXPECT_EQ(0, reg(self, 0x80000006, 0, REG_EDX));
	ASSERT_EQ(0, opts(self, "vendor=AuthenticAMD"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x40020140, reg(self, 0x80000005, 0, REG_ECX));
	EXPECT_EQ(0x00808140, reg(self, 0x80000006, 0, REG_EDX));
	EXPECT_EQ(0, reg(self, 4, 0, REG_EAX));
	/* the extended maximum has no vendor beside it on Intel */
	EXPECT_EQ(0x68747541, reg(self, 0x80000000, 0, REG_EBX));
	ASSERT_EQ(0, opts(self, "vendor=GenuineIntel"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x80000000, 0, REG_EBX));
}

/* A machine type of 10.0 keeps what 10.1 changed. */
TEST_F(max_model, old_machine_types)
{
	ASSERT_EQ(0, model_opts_machine(&self->o, "pc-q35-10.0", self->err,
					sizeof(self->err)));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x2c307d, reg(self, 2, 0, REG_EDX));
	EXPECT_EQ(0x40020140, reg(self, 0x80000005, 0, REG_ECX));
	EXPECT_EQ(0x756e6547, reg(self, 0x80000000, 0, REG_EBX));
}

TEST_F(max_model, sgx_words_fall_with_sgx)
{
	cpuid_append(&self->f.supported, 0x12, 0, IDX,
		     (struct cpuid_regs){ { 0x803, 1, 0, 0x241f } });
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x803, reg(self, 0x12, 0, REG_EAX));
	EXPECT_TRUE(reg(self, 7, 0, REG_ECX) & BIT32(30));
	ASSERT_EQ(0, opts(self, "-sgx"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x12, 0, REG_EAX));
	EXPECT_FALSE(reg(self, 7, 0, REG_ECX) & BIT32(30));
}

/* A copy has all that counts, and leaves what lies behind the ends alone. */
TEST_F(max_model, copy_of_a_guest)
{
	static struct guest_cpu copy;
	uint32_t n;

	ASSERT_EQ(0, vcpu(self, 0));
	self->cpu.disable_pmu = true;
	self->cpu.apic_id = 7;
	memset(&copy, 0xa5, sizeof(copy));
	guest_cpu_copy(&copy, &self->cpu);
	n = self->cpu.cpuid.nent;
	ASSERT_LT(0, n);
	ASSERT_EQ(n, copy.cpuid.nent);
	EXPECT_EQ(0, memcmp(copy.cpuid.e, self->cpu.cpuid.e,
			    n * sizeof(copy.cpuid.e[0])));
	EXPECT_EQ(0xa5a5a5a5, copy.cpuid.e[n].function);
	n = self->cpu.msrs.n;
	ASSERT_LT(0, n);
	ASSERT_EQ(n, copy.msrs.n);
	EXPECT_EQ(0, memcmp(copy.msrs.m, self->cpu.msrs.m,
			    n * sizeof(copy.msrs.m[0])));
	EXPECT_EQ(0, memcmp(&copy.setup_mce, &self->cpu.setup_mce,
			    sizeof(copy) -
			    offsetof(struct guest_cpu, setup_mce)));
}

TEST_F(max_model, copy_of_a_list_too_long)
{
	static struct cpuid_list copy;
	const uint32_t last = CPUID_LIST_MAX - 1;

	self->cpu.cpuid.nent = CPUID_LIST_MAX + 5;
	self->cpu.cpuid.e[last].function = 9;
	cpuid_copy(&copy, &self->cpu.cpuid);
	EXPECT_EQ(CPUID_LIST_MAX + 5, copy.nent);
	EXPECT_EQ(9, copy.e[last].function);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines and guests that are not plain: Xen, caches placed by hand, limits,
 * microvm, SEV, enclave memory, a KVM that tells nothing of Hyper-V's leaves.
 * Expectations are written by hand from QEMU's and Xen's documentation, the
 * TLFS, the SDM and the APM.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "made_up_host.h"
#include "model_opts.h"

FIXTURE(machine)
{
	struct host_facts f;
	struct model_opts o;
	struct guest_cpu cpu;
	char err[200];
};

FIXTURE_SETUP(machine)
{
	memset(self, 0, sizeof(*self));
	made_up_host(&self->f);
	facts_set_cap(&self->f, KVM_CAP_TSC_CONTROL, 1);
	model_opts_init(&self->o);
	self->o.qemu = QEMU_10_0;
}

FIXTURE_TEARDOWN(machine)
{
}

static int take(struct _test_data_machine *self,
		int (*parse)(struct model_opts *o, const char *text, char *err,
			     size_t errlen), const char *text)
{
	return parse(&self->o, text, self->err, sizeof(self->err));
}

static int vcpu(struct _test_data_machine *self, unsigned int nr)
{
	return model_compute(&self->f, &self->o, nr, &self->cpu, self->err,
			     sizeof(self->err));
}

static uint32_t reg(struct _test_data_machine *self, uint32_t fn,
		    uint32_t index, enum cpuid_reg r)
{
	return cpuid_get(&self->cpu.cpuid, fn, index, r);
}

static bool says(struct _test_data_machine *self, const char *text)
{
	return strstr(self->err, text);
}

TEST_F(machine, xen_in_place_of_kvm)
{
	ASSERT_EQ(0, take(self, model_opts_accel, "kvm,xen-version=0x40011"));
	ASSERT_EQ(0, take(self, model_opts_machine, "kernel-irqchip=split"));
	ASSERT_EQ(0, take(self, model_opts_smp, "2"));
	ASSERT_EQ(0, vcpu(self, 1));
	/* "XenV", the fifth leaf is the last */
	EXPECT_EQ(0x40000004, reg(self, 0x40000000, 0, REG_EAX));
	EXPECT_EQ(0x566e6558, reg(self, 0x40000000, 0, REG_EBX));
	EXPECT_EQ(0x40011, reg(self, 0x40000001, 0, REG_EAX));
	/* one page of hypercalls, through this MSR */
	EXPECT_EQ(1, reg(self, 0x40000002, 0, REG_EAX));
	EXPECT_EQ(0x40000000, reg(self, 0x40000002, 0, REG_EBX));
	/* 4.17: IOMMU mappings, vCPU id, upcall vector; vCPU 1 */
	EXPECT_EQ(BIT32(2) | BIT32(3) | BIT32(6),
		  reg(self, 0x40000004, 0, REG_EAX));
	EXPECT_EQ(1, reg(self, 0x40000004, 0, REG_EBX));
}

TEST_F(machine, xen_before_4_5_says_nothing_of_hvm)
{
	ASSERT_EQ(0, take(self, model_opts_accel, "kvm,xen-version=0x40004"));
	ASSERT_EQ(0, take(self, model_opts_machine, "kernel-irqchip=split"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0, reg(self, 0x40000004, 0, REG_EAX));
}

TEST_F(machine, xen_behind_hyperv)
{
	facts_set_cap(&self->f, KVM_CAP_HYPERV, 1);
	ASSERT_EQ(0, take(self, model_opts_accel, "kvm,xen-version=0x40011"));
	ASSERT_EQ(0, take(self, model_opts_machine, "kernel-irqchip=split"));
	ASSERT_EQ(0, take(self, model_opts_parse, "hv-relaxed"));
	ASSERT_EQ(0, vcpu(self, 0)) {
		TH_LOG("%s", self->err);
	}
	EXPECT_EQ(0x40000104, reg(self, 0x40000100, 0, REG_EAX));
	EXPECT_EQ(0x40000200, reg(self, 0x40000102, 0, REG_EBX));
}

TEST_F(machine, xen_wants_a_pc_and_a_split_irqchip)
{
	ASSERT_EQ(0, take(self, model_opts_accel, "kvm,xen-version=0x40011"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "kernel-irqchip=split"));
	ASSERT_EQ(0, take(self, model_opts_machine,
			  "microvm,kernel-irqchip=split"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "PC machines only"));
	ASSERT_EQ(0, take(self, model_opts_machine, "q35"));
	EXPECT_EQ(0, vcpu(self, 0));
	/* no shared info page */
	facts_set_cap(&self->f, KVM_CAP_XEN_HVM, 3);
	EXPECT_NE(0, vcpu(self, 0));
	facts_set_cap(&self->f, KVM_CAP_XEN_HVM, 7);
	EXPECT_EQ(0, vcpu(self, 0));
	self->o.qemu = QEMU_7_2;
	EXPECT_NE(0, vcpu(self, 0));
}

/* Bits 25:14 of leaf 4 EAX: how many ids share the cache, less one. */
static uint32_t sharing(struct _test_data_machine *self, uint32_t fn,
			uint32_t index)
{
	return reg(self, fn, index, REG_EAX) >> 14 & 0xfff;
}

TEST_F(machine, caches_placed_by_hand)
{
	ASSERT_EQ(0, take(self, model_opts_smp,
			  "1,maxcpus=32,dies=2,modules=2,cores=4,threads=2"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(1, sharing(self, 4, 0));	/* a core */
	EXPECT_EQ(1, sharing(self, 4, 2));
	EXPECT_EQ(15, sharing(self, 4, 3));	/* a die */
	ASSERT_EQ(0, take(self, model_opts_machine,
			  "q35,smp-cache.0.cache=l2,smp-cache.0.topology=module,smp-cache.1.cache=l3,smp-cache.1.topology=socket"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(1, sharing(self, 4, 0));
	EXPECT_EQ(7, sharing(self, 4, 2));
	EXPECT_EQ(31, sharing(self, 4, 3));
	self->o.qemu = QEMU_7_2;
	EXPECT_NE(0, vcpu(self, 0));
}

TEST_F(machine, caches_do_not_shrink_on_the_way_up)
{
	ASSERT_EQ(0, take(self, model_opts_machine,
			  "q35,smp-cache.0.cache=l1d,smp-cache.0.topology=die,smp-cache.1.cache=l2,smp-cache.1.topology=module"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "L2 below L1"));
}

TEST_F(machine, as_many_cpus_as_there_is_room_for)
{
	ASSERT_EQ(0, take(self, model_opts_machine, "pc"));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=255,cores=255"));
	EXPECT_EQ(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=256,cores=256"));
	EXPECT_NE(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_machine, "q35"));
	EXPECT_EQ(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=4097,cores=4097"));
	EXPECT_NE(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=4096,cores=4096"));
	EXPECT_EQ(0, vcpu(self, 0));
	facts_set_cap(&self->f, KVM_CAP_MAX_VCPUS, 1024);
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "KVM takes 1024"));
	self->o.qemu = QEMU_7_2;
	facts_set_cap(&self->f, KVM_CAP_MAX_VCPUS, 4096);
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=288,cores=288"));
	EXPECT_EQ(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=289,cores=289"));
	EXPECT_NE(0, vcpu(self, 0));
}

TEST_F(machine, apic_ids_beyond_a_byte)
{
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, take(self, model_opts_machine, "q35,kernel-irqchip=off"));
	/* 3 threads take 2 bits: the last id is 254, then 258 */
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=192,cores=64,threads=3"));
	EXPECT_EQ(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=195,cores=65,threads=3"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "APIC ids from 255 on"));
	ASSERT_EQ(0, take(self, model_opts_machine, "q35,kernel-irqchip=on"));
	EXPECT_EQ(0, vcpu(self, 0));
	facts_set_cap(&self->f, KVM_CAP_X2APIC_API, 0);
	EXPECT_NE(0, vcpu(self, 0));
}

TEST_F(machine, microvm_is_flat_and_has_no_enclaves)
{
	ASSERT_EQ(0, take(self, model_opts_machine, "microvm"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(2));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=4,dies=2"));
	EXPECT_NE(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_smp, "1,maxcpus=4"));
	ASSERT_EQ(0, take(self, model_opts_machine,
			  "microvm,smp-cache.0.cache=l3,smp-cache.0.topology=socket"));
	EXPECT_NE(0, vcpu(self, 0));
}

static void enclaves(struct _test_data_machine *self)
{
	/* type 0: what the guest's sections are does not come from here */
	add(&self->f.cpu[0].cpuid, 0x12, 2, IDX, 0xabcd0000, 7, 0x12345005, 9);
	add(&self->f.supported, 0x12, 0, IDX, 3, 1, 0, 0x241f);
	cpuid_find_mut(&self->f.supported, 0, 0)->eax = 0x12;
	take(self, model_opts_object, "memory-backend-epc,id=a,size=64M");
	take(self, model_opts_object, "memory-backend-epc,id=b,size=5G");
	take(self, model_opts_machine,
	     "q35,sgx-epc.0.memdev=a,sgx-epc.0.node=0,sgx-epc.1.memdev=b,sgx-epc.1.node=0");
}

TEST_F(machine, enclave_memory_above_the_ram)
{
	enclaves(self);
	ASSERT_EQ(0, take(self, model_opts_memory, "4G"));
	ASSERT_EQ(0, vcpu(self, 0)) {
		TH_LOG("%s", self->err);
	}
	/* 2 GiB are below 4 GiB, 2 above; the properties are the host's */
	EXPECT_EQ(0x80000001, reg(self, 0x12, 2, REG_EAX));
	EXPECT_EQ(1, reg(self, 0x12, 2, REG_EBX));
	EXPECT_EQ(0x04000005, reg(self, 0x12, 2, REG_ECX));
	EXPECT_EQ(0, reg(self, 0x12, 2, REG_EDX));
	EXPECT_EQ(0x84000001, reg(self, 0x12, 3, REG_EAX));
	EXPECT_EQ(0x40000005, reg(self, 0x12, 3, REG_ECX));
	EXPECT_EQ(1, reg(self, 0x12, 3, REG_EDX));
	/* the end of the list */
	ASSERT_NE(NULL, cpuid_find(&self->cpu.cpuid, 0x12, 4));
	EXPECT_EQ(0, reg(self, 0x12, 4, REG_EAX));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0x12, 5));
}

TEST_F(machine, little_ram_lies_below_4g)
{
	enclaves(self);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(1, reg(self, 0x12, 2, REG_EAX));
	/* on an i440fx 3 GiB of 3.5 are below */
	ASSERT_EQ(0, take(self, model_opts_machine, "pc"));
	ASSERT_EQ(0, take(self, model_opts_memory, "3584"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x20000001, reg(self, 0x12, 2, REG_EAX));
}

TEST_F(machine, enclave_memory_that_is_not_there)
{
	enclaves(self);
	ASSERT_EQ(0, take(self, model_opts_machine, "sgx-epc.1.memdev=c"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "no memory-backend-epc 'c'"));
	ASSERT_EQ(0, take(self, model_opts_machine, "sgx-epc.1.memdev=a"));
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "used twice"));
	ASSERT_EQ(0, take(self, model_opts_machine, "sgx-epc.1.memdev=b"));
	EXPECT_EQ(0, vcpu(self, 0));
	ASSERT_EQ(0, take(self, model_opts_object,
			  "memory-backend-epc,id=d,size=4097"));
	EXPECT_NE(0, vcpu(self, 0));
	self->o.qemu = QEMU_7_2;
	EXPECT_EQ(0, vcpu(self, 0));
}

static void sev(struct _test_data_machine *self, const char *object)
{
	add(&self->f.cpu[0].cpuid, 0x8000001f, 0, 0, ~0u, 0xfc0 | 51, 0, 0);
	take(self, model_opts_object, object);
	take(self, model_opts_machine, "q35,confidential-guest-support=s");
}

TEST_F(machine, sev)
{
	sev(self, "sev-guest,id=s,cbitpos=51,reduced-phys-bits=1");
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x2, reg(self, 0x8000001f, 0, REG_EAX));
	EXPECT_EQ(51 | 1 << 6, reg(self, 0x8000001f, 0, REG_EBX));
	EXPECT_EQ(0x8000001f, reg(self, 0x80000000, 0, REG_EAX));
	/* nothing is taken away */
	EXPECT_TRUE(reg(self, 7, 0, REG_EDX) & BIT32(26));
	self->o.machine = QEMU(2, 7);		/* no automatic levels */
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(NULL, cpuid_find(&self->cpu.cpuid, 0x8000001f, 0));
}

TEST_F(machine, sev_es_needs_an_irqchip)
{
	self->o.qemu = QEMU_7_2;
	sev(self, "sev-guest,id=s,cbitpos=51,reduced-phys-bits=1,policy=0x4");
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0xa, reg(self, 0x8000001f, 0, REG_EAX));
	ASSERT_EQ(0, take(self, model_opts_machine, "kernel-irqchip=off"));
	EXPECT_NE(0, vcpu(self, 0));
}

TEST_F(machine, snp_loses_what_it_cannot_have)
{
	facts_set_cap(&self->f, KVM_CAP_TSC_DEADLINE_TIMER, 1);
	sev(self, "sev-snp-guest,id=s,cbitpos=51,reduced-phys-bits=1");
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_EQ(0x1a, reg(self, 0x8000001f, 0, REG_EAX));
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(24));
	EXPECT_TRUE(reg(self, 1, 0, REG_ECX) & BIT32(21));
	EXPECT_FALSE(reg(self, 7, 0, REG_EBX) & BIT32(1));
	EXPECT_TRUE(reg(self, 7, 0, REG_EBX) & BIT32(0));
	EXPECT_EQ(0, reg(self, 7, 0, REG_EDX) >> 26);
	EXPECT_FALSE(reg(self, 0x80000008, 0, REG_EBX) & BIT32(25));
	/* without arch-capabilities its MSR is 0 */
	EXPECT_EQ(0, msr_get(&self->cpu.msrs, 0x10a));
	facts_set_cap(&self->f, KVM_CAP_VM_TYPES, 0xf);
	EXPECT_NE(0, vcpu(self, 0));
	facts_set_cap(&self->f, KVM_CAP_VM_TYPES, 0x1f);
	ASSERT_EQ(0, take(self, model_opts_machine, "smm=on"));
	EXPECT_NE(0, vcpu(self, 0));
}

TEST_F(machine, sev_as_the_host_has_it)
{
	sev(self, "sev-guest,id=s,cbitpos=47,reduced-phys-bits=1");
	EXPECT_NE(0, vcpu(self, 0));
	EXPECT_TRUE(says(self, "the host's 51"));
	self->o.object[0].cbitpos = 51;
	self->o.object[0].reduced_phys_bits = 0;
	EXPECT_NE(0, vcpu(self, 0));
	self->o.object[0].reduced_phys_bits = 63;
	EXPECT_EQ(0, vcpu(self, 0));
	self->o.object[0].reduced_phys_bits = 64;
	EXPECT_NE(0, vcpu(self, 0));
}

/* Each option from a capability or an MSR that such a KVM has instead. */
TEST_F(machine, hyperv_of_a_kvm_without_its_leaves)
{
	static const struct {
		const char *option;
		uint32_t cap, msr;
	} rows[] = {
		{ "hv-relaxed", KVM_CAP_HYPERV, 0 },
		{ "hv-vapic", KVM_CAP_HYPERV, 0 },
		{ "hv-time", KVM_CAP_HYPERV_TIME, 0 },
		{ "hv-crash", 0, 0x40000105 },
		{ "hv-reset", 0, 0x40000003 },
		{ "hv-runtime", 0, 0x40000010 },
		{ "hv-frequencies", 0, 0x40000022 },
		{ "hv-reenlightenment", 0, 0x40000106 },
	};
	unsigned int i;

	facts_set_cap(&self->f, KVM_CAP_HYPERV, 1);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		bool always = rows[i].cap == KVM_CAP_HYPERV;

		model_opts_init(&self->o);
		self->o.qemu = QEMU_10_0;
		ASSERT_EQ(0, take(self, model_opts_parse, rows[i].option));
		EXPECT_EQ(always, !vcpu(self, 0)) {
			TH_LOG("%s without", rows[i].option);
		}
		if (rows[i].cap)
			facts_set_cap(&self->f, rows[i].cap, 1);
		if (rows[i].msr)
			msr_append(&self->f.msr_index, rows[i].msr, false, 0);
		EXPECT_EQ(0, vcpu(self, 0)) {
			TH_LOG("%s: %s", rows[i].option, self->err);
		}
	}
}

TEST_F(machine, synic_of_an_old_kvm)
{
	facts_set_cap(&self->f, KVM_CAP_HYPERV, 1);
	facts_set_cap(&self->f, KVM_CAP_HYPERV_SYNIC, 1);
	facts_set_cap(&self->f, KVM_CAP_HYPERV_VP_INDEX, 1);
	msr_append(&self->f.msr_index, 0x40000080, false, 0);
	msr_append(&self->f.msr_index, 0x40000002, false, 0);
	ASSERT_EQ(0, take(self, model_opts_parse, "hv-synic,hv-vpindex"));
	EXPECT_NE(0, vcpu(self, 0));
	/* what KVM alone sees to is enough here */
	ASSERT_EQ(0, take(self, model_opts_parse, "x-hv-synic-kvm-only"));
	EXPECT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(reg(self, 0x40000003, 0, REG_EAX) & BIT32(2));
	/* then neither messages nor signals can be posted */
	EXPECT_EQ(0, reg(self, 0x40000003, 0, REG_EBX));
}

/* What goes with the CPU and is no register of it. */
TEST_F(machine, capabilities)
{
	facts_set_cap(&self->f, KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE);
	facts_set_cap(&self->f, KVM_CAP_HYPERV, 1);
	ASSERT_EQ(0, take(self, model_opts_parse,
			  "pmu=off,hv-relaxed,hv-enforce-cpuid"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(self->cpu.disable_pmu);
	EXPECT_TRUE(self->cpu.enforce_hyperv);
	self->o.qemu = QEMU_LATEST;
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_TRUE(self->cpu.disable_pmu);
	facts_set_cap(&self->f, KVM_CAP_PMU_CAPABILITY, 0);
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(self->cpu.disable_pmu);
}

TEST_HARNESS_MAIN

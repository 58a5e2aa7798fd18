// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_SUPPORTED_HV_CPUID, on /dev/kvm and on a vCPU with and without a
 * local APIC in the kernel: ten leaves, known bits in each.  Hypervisor Top
 * Level Functional Specification, 2.4; KVM api.rst, 4.118.
 */
#include <errno.h>
#include <unistd.h>

#include "get_cpuid.h"

#define NR_LEAVES	10
#define LAPIC_ADVICE	(1u << 10)	/* 4.EAX: cluster IPIs */
#define LAPIC_FEATURE	(1u << 19)	/* 3.EDX: direct timers */
#define NO_CORESHARING	(1u << 18)	/* 4.EAX: as the host's threads are */
#define EVMCS_ADVICE	(1u << 14)	/* 4.EAX: with enlightened VMCS */
#define DIRECT_FLUSH	(1u << 17)	/* 0xa.EAX */

#define H_WHY \
	"what KVM says of its Hyper-V interfaces (TLFS 2.4; kvm_get_hv_cpuid())"

/* Of 6.12; what other kernels, or other vendors, have otherwise is below. */
static const struct kvm_cpuid_entry2 hv_leaves[NR_LEAVES] = {
	{ .function = 0x40000000, .eax = 0x40000082, .ebx = 0x756e694c,
	  .ecx = 0x564b2078, .edx = 0x7648204d },
	{ .function = 0x40000001, .eax = 0x31237648 },
	{ .function = 0x40000002, .eax = 0x3839, .ebx = 0xa0000 },
	{ .function = 0x40000003, .eax = 0xaaff, .ebx = 0x100830,
	  .edx = 0x84d12 },
	{ .function = 0x40000004, .eax = 0xe2c, .ebx = 0xfff },
	{ .function = 0x40000005, .eax = 1024, .ebx = 64 },
	{ .function = 0x40000080, .ebx = 0x756e694c, .ecx = 0x564b2078,
	  .edx = 0x7648204d },
	{ .function = 0x40000081, .eax = 0x31235356 },
	{ .function = 0x40000082, .eax = 2 },
	{ .function = 0x4000000a, .eax = 0xa0000, .ebx = 1 },
};

struct hv_cpuid {
	uint32_t nent, padding;
	struct kvm_cpuid_entry2 e[NR_LEAVES + 2];
};

static int get(int fd, struct hv_cpuid *c, uint32_t nent)
{
	memset(c, 0xa5, sizeof(*c));
	c->nent = nent;
	return kvm_ioctl(fd, KVM_GET_SUPPORTED_HV_CPUID, c);
}

static struct kvm_cpuid_entry2 wanted(const struct host_facts *f,
				      unsigned int i, bool lapic)
{
	struct kvm_cpuid_entry2 e = hv_leaves[i];

	if (!kernel_has(f->kernel, CHANGE_HYPERV_INVTSC)) {
		if (e.function == 0x40000003) {
			e.eax &= ~0x8000u;	/* invariant TSC */
			e.ebx &= ~0x100000u;	/* extended hypercalls */
			e.edx &= ~0x4000u;	/* ranges of addresses */
		} else if (e.function == 0x4000000a) {
			e.eax &= ~DIRECT_FLUSH;
		}
	}
	if (!lapic && e.function == 0x40000003)
		e.edx &= ~LAPIC_FEATURE;
	if (!lapic && e.function == 0x40000004)
		e.eax &= ~LAPIC_ADVICE;
	return e;
}

/* What depends on the host, or on a capability that was enabled. */
static uint32_t open_bits(uint32_t function, enum cpuid_reg reg)
{
	if (function == 0x40000004 && reg == REG_EAX)
		return NO_CORESHARING | EVMCS_ADVICE;
	if (function == 0x4000000a && reg == REG_EAX)
		return 0xffff;
	if (function == 0x40000005 && reg == REG_EAX)	/* CONFIG_ */
		return ~0u;
	return 0;
}

static bool entry_is(const struct kvm_cpuid_entry2 *got,
		     const struct kvm_cpuid_entry2 *want, const char *who)
{
	bool ok = check_is(RULE_H5, H_WHY, "function of an entry",
			   want->function, got->function);
	enum cpuid_reg reg;

	ok &= check_is(RULE_H5, H_WHY, "index of an entry", 0, got->index);
	ok &= check_is(RULE_H5, H_WHY, "flags of an entry", 0, got->flags);
	for (reg = REG_EAX; reg <= REG_EDX; reg++)
		ok &= verdict_register((struct finding){
			.leaf = want->function, .reg = reg,
			.wanted = cpuid_entry_reg(want, reg),
			.got = cpuid_entry_reg(got, reg), .rule = RULE_H5,
			.why = H_WHY, .installed_by = who,
		}, ~open_bits(want->function, reg));
	return ok;
}

static bool list_is(const struct host_facts *f, int fd, bool lapic,
		    const char *who)
{
	struct hv_cpuid c;
	bool ok = true;
	unsigned int i;

	if (!check_is(RULE_H5, H_WHY, "KVM_GET_SUPPORTED_HV_CPUID", 0,
		      get(fd, &c, NR_LEAVES + 2)) ||
	    !check_is(RULE_H5, H_WHY, "number of entries", NR_LEAVES, c.nent))
		return false;
	for (i = 0; i < NR_LEAVES; i++) {
		struct kvm_cpuid_entry2 want = wanted(f, i, lapic);

		ok &= entry_is(&c.e[i], &want, who);
	}
	return ok & check_is(RULE_H5, H_WHY, "function behind the last entry",
			     0xa5a5a5a5, c.e[NR_LEAVES].function);
}

#define NEEDS_HV(f) do { \
	if (!bench_cap(KVM_CAP_SYS_HYPERV_CPUID)) \
		TEST_SKIP("this KVM has no Hyper-V emulation"); \
	if (kernel_has((f)->kernel, CHANGE_HYPERV_INVTSC) && \
	    !kernel_has((f)->kernel, CHANGE_HYPERV_6_12)) \
		TEST_SKIP("which leaves this kernel has is not known here"); \
} while (0)

TEST(leaves)
{
	const struct host_facts *f = subject_facts();
	struct vcpu vcpu;
	struct vm vm;
	bool ok;

	NEEDS_HV(f);
	vm_create(&vm, 0);
	ok = list_is(f, vm.kvm_fd, true, "/dev/kvm");
	vcpu_create(&vcpu, &vm, 0);
	ok &= list_is(f, vcpu.fd, false, "a vCPU without a local APIC");
	vcpu_destroy(&vcpu);
	vm_destroy(&vm);
	vm_create(&vm, VM_IRQCHIP);
	vcpu_create(&vcpu, &vm, 0);
	ok &= list_is(f, vcpu.fd, true, "a vCPU with a local APIC");
	vcpu_destroy(&vcpu);
	vm_destroy(&vm);
	TEST_VERDICT(ok);
}

/* H6: too few entries: E2BIG, nothing written; just enough: all of them. */
TEST(room)
{
	const struct host_facts *f = subject_facts();
	struct hv_cpuid c;
	int kvm;

	NEEDS_HV(f);
	kvm = kvm_open();
	EXPECT_EQ(-E2BIG, get(kvm, &c, 0));
	EXPECT_EQ(-E2BIG, get(kvm, &c, NR_LEAVES - 1));
	EXPECT_EQ(NR_LEAVES - 1, c.nent);
	EXPECT_EQ(0xa5a5a5a5, c.e[0].function);
	EXPECT_EQ(0, get(kvm, &c, NR_LEAVES));
	EXPECT_EQ(NR_LEAVES, c.nent);
	EXPECT_EQ(0x40000000, c.e[0].function);
	EXPECT_EQ(-EFAULT, kvm_ioctl(kvm, KVM_GET_SUPPORTED_HV_CPUID, NULL));
	close(kvm);
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs by KVM_GET_ONE_REG and KVM_SET_ONE_REG, the second door to what
 * KVM_GET_MSRS and KVM_SET_MSRS do: the same values, the same refusals, and
 * only ids that are MSRs.  Documentation/virt/kvm/api.rst, 4.68 and 4.69.
 */
#include <errno.h>

#include "backport.h"
#include "bench.h"
#include "test.h"

#define NO_SUCH_MSR	0x1234567

static struct bench g;

static const struct reason
r_there = { RULE_A7, "KVM_CAP_ONE_REG is there, and its calls are (6.18)" },
r_id = { RULE_A7, "an id is of x86, of type MSR and of 64 bits, the rest of it 0 (KVM api.rst, KVM_SET_ONE_REG)" },
r_same = { RULE_A7, "KVM_GET_ONE_REG gives what KVM_GET_MSRS gives (KVM api.rst, KVM_GET_ONE_REG)" },
r_set = { RULE_A7, "KVM_SET_ONE_REG goes by the rules of KVM_SET_MSRS (KVM api.rst, KVM_SET_ONE_REG)" },
r_list = { RULE_A7, "KVM_GET_REG_LIST: GUEST_SSP where the guest has SHSTK, nothing else (KVM api.rst, KVM_GET_REG_LIST)" };

FIXTURE(one_reg) {
	bool there;
};

static int one_reg(unsigned long cmd, uint64_t id, uint64_t *value)
{
	struct kvm_one_reg r = { .id = id, .addr = (uintptr_t)value };

	return kvm_ioctl(g.vcpu.fd, cmd, &r);
}

static int get_msr(uint32_t msr, uint64_t *value)
{
	return one_reg(KVM_GET_ONE_REG, KVM_X86_REG_MSR(msr), value);
}

/* Before 6.18 a backport is taken for one if it also does something. */
FIXTURE_SETUP(one_reg)
{
	uint64_t value;

	bench_open(&g, VM_IRQCHIP);
	bench_new_guest(&g);
	self->there = kvm_check_cap(g.vm.kvm_fd, KVM_CAP_ONE_REG) > 0;
	if (kernel_has(g.facts->kernel, CHANGE_ONE_REG))
		return;
	if (!self->there || get_msr(MSR_IA32_SYSENTER_ESP, &value) == -EINVAL)
		TEST_SKIP("KVM_CAP_ONE_REG came with 6.18");
}

FIXTURE_TEARDOWN(one_reg)
{
	bench_close(&g);
}

static int set_msr(uint32_t msr, uint64_t value)
{
	return one_reg(KVM_SET_ONE_REG, KVM_X86_REG_MSR(msr), &value);
}

TEST_F(one_reg, capability)
{
	bench_value(&g, self->there, 1, "KVM_CAP_ONE_REG", 0, &r_there);
	change_wanted(g.facts->kernel, CHANGE_ONE_REG, self->there);
	TEST_VERDICT(g.ok);
}

static void bad_id(uint64_t id)
{
	uint64_t value = 0;

	bench_call(&g, one_reg(KVM_GET_ONE_REG, id, &value), false, -EINVAL,
		   "KVM_GET_ONE_REG of id", id, &r_id);
	bench_call(&g, one_reg(KVM_SET_ONE_REG, id, &value), false, -EINVAL,
		   "KVM_SET_ONE_REG of id", id, &r_id);
}

/* Each field of an id in turn: reserved bits, type, size, architecture. */
TEST_F(one_reg, ids)
{
	const uint64_t id = KVM_X86_REG_MSR(MSR_IA32_POWER_CTL);
	const uint64_t type = 0xffull << 32, size = KVM_REG_SIZE_MASK;
	uint64_t n;

	for (n = 40; n < 52; n++)
		bad_id(id | BIT(n));
	for (n = 0; n < 256; n++)
		if (n != KVM_X86_REG_TYPE_MSR && n != KVM_X86_REG_TYPE_KVM)
			bad_id((id & ~type) | n << 32);
	for (n = 0; n < 16; n++)
		if (n << KVM_REG_SIZE_SHIFT != KVM_REG_SIZE_U64)
			bad_id((id & ~size) | n << KVM_REG_SIZE_SHIFT);
	for (n = 0; n < 256; n++)
		if (n << 56 != KVM_REG_X86)
			bad_id((id & ~(0xffull << 56)) | n << 56);
	bad_id(KVM_X86_REG_KVM(KVM_REG_GUEST_SSP + 1));
	TEST_VERDICT(g.ok);
}

/* The TSC runs on, and so does what Hyper-V and PMU make of time. */
static bool runs(uint32_t msr)
{
	return msr == MSR_IA32_TSC || msr == 0x40000010 || msr == 0x40000020;
}

static void same(uint32_t msr)
{
	uint64_t a = 0, b = 0;
	bool ok = __vcpu_get_msr(&g.vcpu, msr, &a) == 1;

	bench_call(&g, get_msr(msr, &b), ok, -EINVAL,
		   "KVM_GET_ONE_REG of MSR", msr, &r_same);
	if (ok && !runs(msr))
		bench_value(&g, b, a, "KVM_GET_ONE_REG of MSR", msr, &r_same);
}

TEST_F(one_reg, get)
{
	const struct msr_list *l = &g.facts->msr_index;
	uint32_t i;

	for (i = 0; i < l->n; i++)
		same(l->m[i].index);
	for (i = 0; i < g.facts->feature_msrs.n; i++)
		same(g.facts->feature_msrs.m[i].index);
	for (i = 0; i < 0x500; i++)
		same(i);
	for (i = 0; i < 0x120; i++)
		same(0xc0010000 + i);
	same(NO_SUCH_MSR);
	TEST_VERDICT(g.ok);
}

/* What is there already may be written again, wherever it is allowed. */
TEST_F(one_reg, set_same)
{
	const struct msr_list *l = &g.facts->msr_index;
	uint64_t value;
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		uint32_t msr = l->m[i].index;

		if (runs(msr) || __vcpu_get_msr(&g.vcpu, msr, &value) != 1)
			continue;
		bench_call(&g, set_msr(msr, value),
			   __vcpu_set_msr(&g.vcpu, msr, value) == 1, -EINVAL,
			   "KVM_SET_ONE_REG of the value of MSR", msr, &r_set);
	}
	TEST_VERDICT(g.ok);
}

static void set(uint32_t msr, uint64_t value, bool ok)
{
	uint64_t before = vcpu_get_msr(&g.vcpu, msr);

	bench_call_as(&g, EVENT_SET_ONE_REG, set_msr(msr, value), ok, -EINVAL,
		      "KVM_SET_ONE_REG of", value, &r_set);
	bench_value_as(&g, EVENT_MSR_KEPT, vcpu_get_msr(&g.vcpu, msr),
		       ok ? value : before,
		       "KVM_GET_MSRS after KVM_SET_ONE_REG of MSR", msr, &r_set);
}

TEST_F(one_reg, set)
{
	uint64_t bad = 8;

	set(MSR_IA32_POWER_CTL, 0x123456789abcdefull, true);
	set(MSR_IA32_POWER_CTL, 0, true);
	set(MSR_IA32_CR_PAT, 0x0606060606060606ull, true);
	set(MSR_IA32_CR_PAT, 2, false);			/* no memory type */
	set(0x1b, 0xfee00900 | BIT(9), false);	/* APIC_BASE: reserved */
	set(0xc0000080, BIT(63), false);	/* EFER: reserved */
	bench_call(&g, one_reg(KVM_SET_ONE_REG, KVM_X86_REG_MSR(MSR_IA32_CR_PAT),
			       (uint64_t *)(uintptr_t)bad), false, -EFAULT,
		   "KVM_SET_ONE_REG from address", bad, &r_set);
	bench_call(&g, one_reg(KVM_GET_ONE_REG, KVM_X86_REG_MSR(MSR_IA32_CR_PAT),
			       (uint64_t *)(uintptr_t)bad), false, -EFAULT,
		   "KVM_GET_ONE_REG to address", bad, &r_same);
	TEST_VERDICT(g.ok);
}

static void list_is(bool shstk)
{
	struct {
		struct kvm_reg_list head;
		uint64_t reg[2];
	} l = { .head.n = 0, .reg = { 0x5a, 0x5a } };
	uint64_t value;

	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_REG_LIST, &l), !shstk,
		   -E2BIG, "KVM_GET_REG_LIST without room", 0, &r_list);
	bench_value(&g, l.head.n, shstk, "registers counted", 0, &r_list);
	l.head.n = 2;
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_REG_LIST, &l), true, 0,
		   "KVM_GET_REG_LIST with room for", 2, &r_list);
	bench_value(&g, l.head.n, shstk, "registers listed", 0, &r_list);
	bench_value(&g, l.reg[0], shstk ?
		    KVM_X86_REG_KVM(KVM_REG_GUEST_SSP) : 0x5a,
		    "first register of the list", 0, &r_list);
	bench_call(&g, one_reg(KVM_GET_ONE_REG,
			       KVM_X86_REG_KVM(KVM_REG_GUEST_SSP), &value),
		   shstk, -EINVAL, "KVM_GET_ONE_REG of GUEST_SSP", 0, &r_list);
}

TEST_F(one_reg, list)
{
	list_is(bench_guest_has(&g, F_SHSTK));
	bench_feature(&g, F_SHSTK, true);
	bench_new_guest(&g);
	list_is(bench_guest_has(&g, F_SHSTK));
	TEST_VERDICT(g.ok);
}

TEST_MAIN

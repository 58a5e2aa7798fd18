// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_NESTED_STATE with a nested guest that is active: its control state
 * and its host's must be such as CPUID allows, and while it is active neither
 * CPUID nor feature MSRs can change.
 * Documentation/virt/kvm/api.rst, 4.115.
 */
#include <errno.h>

#include "backport.h"
#include "bench.h"
#include "test.h"

#define CR0_NE		BIT(5)
#define GUEST_MODE	KVM_STATE_NESTED_GUEST_MODE
#define GIF_SET		KVM_STATE_NESTED_GIF_SET
#define VMXON_REGION	0x5000ull
#define VMCS		0x6000ull

static struct bench g;

static union {
	struct kvm_nested_state state;
	uint8_t room[128 + 0x2000];
} buf;

/* Values to be put into the state, for the cases that differ from a good one. */
static struct change {
	uint64_t guest_cr4, host_cr4;
} with;

static const struct reason
r_enter = { RULE_I25, "KVM_SET_NESTED_STATE takes a nested guest whose control state the model allows, and KVM_GET_NESTED_STATE shows it (KVM api.rst, 4.115)" },
r_cr4 = { RULE_I25, "CR4 of a nested guest, and of its host, has only bits that CPUID shows (SDM vol. 3, 26.2.2, 26.3.1.1; APM vol. 2, 15.5.1)" },
r_frozen = { RULE_S25, "while a nested guest is active neither CPUID nor feature MSRs change; what is there already may be set again (b47b93c15b12)" };

FIXTURE(nested_guest) { };

FIXTURE_SETUP(nested_guest)
{
	bench_open(&g, 0);
	memset(&with, 0, sizeof(with));
	TEST_NEEDS(&g, NEED_NESTED);
}

FIXTURE_TEARDOWN(nested_guest)
{
	bench_close(&g);
}

static uint8_t *data(void)
{
	return (uint8_t *)&buf + 128;
}

static void put64(unsigned int offset, uint64_t value)
{
	memcpy(data() + offset, &value, sizeof(value));
}

static void put32(unsigned int offset, uint32_t value)
{
	memcpy(data() + offset, &value, sizeof(value));
}

static void put16(unsigned int offset, uint16_t value)
{
	memcpy(data() + offset, &value, sizeof(value));
}

/*
 * The nested guest's state is that of the vCPU; the VMCB has the controls, and
 * its host's state from offset 0x400 on (APM vol. 2, appendix B).
 */
static void svm_state(const struct kvm_sregs *s)
{
	buf.state.flags = GUEST_MODE | GIF_SET;
	buf.state.format = KVM_STATE_NESTED_FORMAT_SVM;
	buf.state.size = 128 + 0x1000;
	buf.state.hdr.svm.vmcb_pa = VMCS;
	put32(0x010, 1);				/* intercept VMRUN */
	put32(0x058, 1);				/* ASID */
	put64(0x4d0, s->efer | EFER_SVME);
	put64(0x548, s->cr4 | with.host_cr4);
	put64(0x550, s->cr3);
	put64(0x558, s->cr0);
	put64(0x560, 0x400);				/* DR7 */
	put64(0x568, 0xffff0ff0);			/* DR6 */
	put64(0x570, 2);				/* RFLAGS */
}

static uint32_t must_be_1(uint32_t msr)
{
	return (uint32_t)vcpu_get_msr(&g.vcpu, msr);
}

/*
 * KVM's struct vmcs12, whose layout and revision are part of the ABI of
 * KVM_GET_NESTED_STATE.
 */
static void vmx_state(const struct kvm_sregs *s)
{
	uint64_t cr0 = s->cr0 | CR0_NE, cr4 = s->cr4 | CR4_VMXE;

	buf.state.flags = GUEST_MODE;
	buf.state.format = KVM_STATE_NESTED_FORMAT_VMX;
	buf.state.size = 128 + 0x1000;
	buf.state.hdr.vmx.vmxon_pa = VMXON_REGION;
	buf.state.hdr.vmx.vmcs12_pa = VMCS;
	put32(0, 0x11e57ed0);				/* revision */
	put64(176, ~0ull);				/* no shadow VMCS */
	put64(424, cr0);				/* guest */
	put64(432, s->cr3);
	put64(440, cr4 | with.guest_cr4);
	put64(528, 0x400);				/* DR7 */
	put64(552, 2);					/* RFLAGS */
	put64(584, cr0);				/* host */
	put64(592, s->cr3);
	put64(600, cr4 | with.host_cr4);
	put32(744, must_be_1(0x481));
	put32(748, must_be_1(0x482));
	put32(768, must_be_1(0x483) | BIT(9));		/* 64-bit host */
	put32(780, must_be_1(0x484) | BIT(9));		/* 64-bit guest */
	put16(984, PROBE_CS64);				/* host CS, TR */
	put16(994, PROBE_TR);
}

static int set_state(void)
{
	struct kvm_sregs s;

	vcpu_get_sregs(&g.vcpu, &s);
	memset(&buf, 0, sizeof(buf));
	if (facts_host_is_amd(g.facts)) {
		vcpu_set_msr(&g.vcpu, MSR_EFER, s.efer | EFER_SVME);
		svm_state(&s);
	} else {
		vmx_state(&s);
	}
	return kvm_ioctl(g.vcpu.fd, KVM_SET_NESTED_STATE, &buf.state);
}

static void enter(void)
{
	bench_boot(&g, PROBE_LONG);
	bench_call(&g, set_state(), true, 0, "KVM_SET_NESTED_STATE flags",
		   GUEST_MODE, &r_enter);
}

static uint16_t flags(void)
{
	memset(&buf, 0, sizeof(buf));
	buf.state.size = sizeof(buf);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_NESTED_STATE, &buf.state),
		   true, 0, "KVM_GET_NESTED_STATE", 0, &r_enter);
	return buf.state.flags;
}

static void leave(void)
{
	memset(&buf, 0, sizeof(buf));
	buf.state.size = 128;
	if (facts_host_is_amd(g.facts)) {
		buf.state.format = KVM_STATE_NESTED_FORMAT_SVM;
		buf.state.flags = GIF_SET;
	} else {
		buf.state.hdr.vmx.vmxon_pa = ~0ull;
		buf.state.hdr.vmx.vmcs12_pa = ~0ull;
	}
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_NESTED_STATE, &buf.state),
		   true, 0, "KVM_SET_NESTED_STATE flags", buf.state.flags,
		   &r_enter);
}

TEST_F(nested_guest, enters)
{
	enter();
	bench_value(&g, flags() & GUEST_MODE, GUEST_MODE, "flags after", 0,
		    &r_enter);
	leave();
	bench_value(&g, flags() & GUEST_MODE, 0, "flags after leaving", 0,
		    &r_enter);
	TEST_VERDICT(g.ok);
}

/* --- CR4 ------------------------------------------------------------------- */
static const struct {
	unsigned int bit;
	struct cpuid_feature f;
} judged_bits[] = {
	{ 11, F_UMIP },
	{ 16, F_FSGSBASE },
	{ 17, F_PCID },
	{ 18, F_XSAVE },
	{ 20, F_SMEP },
	{ 21, F_SMAP },
	{ 22, F_PKU },
};

/* AMD's nested guest has the vCPU's CR4, which KVM_SET_SREGS judges. */
static void cr4_is(uint64_t bit, bool ok)
{
	bench_boot(&g, PROBE_LONG);
	with = (struct change){ .host_cr4 = bit };
	bench_call(&g, set_state(), ok, -EINVAL, "nested guest, CR4 of its host",
		   bit, &r_cr4);
	with = (struct change){ .guest_cr4 = bit };
	if (facts_host_is_intel(g.facts))
		bench_call(&g, set_state(), ok, -EINVAL, "nested guest, CR4",
			   bit, &r_cr4);
	with = (struct change){ 0 };
}

TEST_F(nested_guest, cr4)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(judged_bits); i++) {
		if (bench_kvm_has(&g, judged_bits[i].f)) {
			bench_feature(&g, judged_bits[i].f, true);
			cr4_is(BIT(judged_bits[i].bit), true);
		}
		bench_feature(&g, judged_bits[i].f, false);
		cr4_is(BIT(judged_bits[i].bit), false);
		bench_reset_list(&g);
	}
	cr4_is(BIT(31), false);
	cr4_is(BIT(32), false);
	TEST_VERDICT(g.ok);
}

/* --- frozen ---------------------------------------------------------------- */
static bool frozen(bool looks_so)
{
	return change_wanted(g.facts->kernel, CHANGE_NO_CPUID_CHANGE_IN_L2,
			     looks_so);
}

TEST_F(nested_guest, cpuid)
{
	int ret;

	enter();
	bench_call(&g, __vcpu_set_cpuid(&g.vcpu, &g.list), true, 0,
		   "nested guest active, KVM_SET_CPUID2 of the same list", 0,
		   &r_frozen);
	cpuid_append(&g.list, 0x20000000, 0, 0,
		     (struct cpuid_regs){ { 1, 2, 3, 4 } });
	ret = __vcpu_set_cpuid(&g.vcpu, &g.list);
	bench_call(&g, ret, !frozen(ret), -EINVAL,
		   "nested guest active, KVM_SET_CPUID2 of another list", 0,
		   &r_frozen);
	bench_value(&g, flags() & GUEST_MODE, GUEST_MODE,
		    "flags after KVM_SET_CPUID2", 0, &r_frozen);
	leave();
	bench_call(&g, __vcpu_set_cpuid(&g.vcpu, &g.list), true, 0,
		   "nested guest gone, KVM_SET_CPUID2 of another list", 0,
		   &r_frozen);
	TEST_VERDICT(g.ok);
}

TEST_F(nested_guest, feature_msrs)
{
	uint32_t msr = facts_host_is_amd(g.facts) ? MSR_AMD64_DE_CFG :
						    MSR_IA32_ARCH_CAPABILITIES;
	uint64_t all = msr_get(&g.facts->feature_msrs, msr), old, new;
	int ret;

	if (!all)
		TEST_SKIP("there is no other value for this feature MSR");
	enter();
	old = vcpu_get_msr(&g.vcpu, msr);
	new = old ? 0 : all;
	bench_set_msr(&g, msr, old, true, &r_frozen);
	ret = __vcpu_set_msr(&g.vcpu, msr, new);
	bench_value(&g, ret, !frozen(!ret),
		    "nested guest active, KVM_SET_MSRS of a feature MSR, value",
		    new, &r_frozen);
	bench_value(&g, vcpu_get_msr(&g.vcpu, msr), ret ? new : old,
		    "feature MSR after", new, &r_frozen);
	leave();
	bench_set_msr(&g, msr, new, true, &r_frozen);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

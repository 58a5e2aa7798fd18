// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_NESTED_STATE and KVM_SET_NESTED_STATE outside of a nested guest:
 * what of VMX or SVM a vCPU may be in depends on its model.
 * Documentation/virt/kvm/api.rst, 4.114 and 4.115.
 */
#include <errno.h>

#include "backport.h"
#include "bench.h"
#include "test.h"

#define NOWHERE		(~0ull)
#define PAGE		0x5000ull
#define HDR		128u
#define GUEST_MODE	KVM_STATE_NESTED_GUEST_MODE
#define RUN_PENDING	KVM_STATE_NESTED_RUN_PENDING
#define GIF_SET		KVM_STATE_NESTED_GIF_SET
/* All of them: with EVMCS and MTF_PENDING. */
#define FLAGS		0x10f

static struct bench g;

static union {
	struct kvm_nested_state state;
	uint8_t room[0x3000];
} buf;

static const struct reason
r_size = { RULE_I14, "KVM_CAP_NESTED_STATE is the size of the biggest state, 128 bytes is that of a vCPU outside of nested guests; less is E2BIG, and the size is told (KVM api.rst, 4.114)" },
r_get = { RULE_I15, "KVM_GET_NESTED_STATE tells the vendor's format, no VMXON region, GIF set (KVM api.rst, 4.114)" },
r_set = { RULE_I16, "KVM_SET_NESTED_STATE: no unknown flags, RUN_PENDING needs GUEST_MODE, the vendor's format alone (KVM api.rst, 4.115)" },
r_vmx = { RULE_I17, "VMX operation needs VMX in guest CPUID and an aligned VMXON region below MAXPHYADDR; nothing is pending outside of it (SDM vol. 3, 24.11.5; KVM api.rst, 4.115)" },
r_gif = { RULE_I18, "without EFER.SVME no guest runs; GIF may be clear, since clearing EFER.SVME leaves it alone (7.1)" },
r_svm = { RULE_I18, "GIF can be clear, and a nested guest run, with EFER.SVME alone; its VMCB is a page below MAXPHYADDR (APM vol. 2, 15.5.1, 15.17)" };

BENCH_FIXTURE(nested_state, &g, 0)

static bool host_is_amd(void)
{
	return facts_host_is_amd(g.facts);
}

static void new_vcpu(void)
{
	bench_new_guest(&g);
}

/* A state that any vCPU may be in. */
static struct kvm_nested_state *idle(void)
{
	struct kvm_nested_state *s = &buf.state;

	memset(&buf, 0, sizeof(buf));
	s->size = HDR;
	if (host_is_amd()) {
		s->format = KVM_STATE_NESTED_FORMAT_SVM;
		s->flags = GIF_SET;
		return s;
	}
	s->format = KVM_STATE_NESTED_FORMAT_VMX;
	s->hdr.vmx.vmxon_pa = NOWHERE;
	s->hdr.vmx.vmcs12_pa = NOWHERE;
	return s;
}

static int set_state(void)
{
	return kvm_ioctl(g.vcpu.fd, KVM_SET_NESTED_STATE, &buf.state);
}

static void set(bool ok, const char *what, uint64_t arg,
		const struct reason *rule)
{
	bench_call(&g, set_state(), ok, -EINVAL, what, arg, rule);
}

static const struct kvm_nested_state *get(void)
{
	memset(&buf, 0xee, sizeof(buf));
	buf.state.size = sizeof(buf);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_NESTED_STATE, &buf.state),
		   true, 0, "KVM_GET_NESTED_STATE", 0, &r_get);
	return &buf.state;
}

static void is_idle(void)
{
	const struct kvm_nested_state *s = get();

	bench_value(&g, s->size, HDR, "size", 0, &r_size);
	bench_value(&g, s->format, host_is_amd(), "format", 0, &r_get);
	bench_value(&g, s->flags, host_is_amd() ? GIF_SET : 0, "flags", 0,
		    &r_get);
	if (host_is_amd())
		return;
	bench_value(&g, s->hdr.vmx.vmxon_pa, NOWHERE, "VMXON region", 0,
		    &r_get);
	bench_value(&g, s->hdr.vmx.vmcs12_pa, NOWHERE, "VMCS", 0, &r_get);
	bench_value(&g, s->hdr.vmx.smm.flags, 0, "SMM flags", 0, &r_get);
}

TEST_F(nested_state, size)
{
	uint32_t most = host_is_amd() ? HDR + 0x1000 : HDR + 0x2000;

	TEST_NEEDS(&g, NEED_NESTED);
	bench_value(&g, kvm_check_cap(g.vm.kvm_fd, KVM_CAP_NESTED_STATE), most,
		    "KVM_CHECK_EXTENSION", KVM_CAP_NESTED_STATE, &r_size);
	new_vcpu();
	is_idle();
	buf.state.size = HDR - 1;
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_NESTED_STATE, &buf.state),
		   false, -E2BIG, "KVM_GET_NESTED_STATE size", HDR - 1,
		   &r_size);
	bench_value(&g, buf.state.size, HDR, "size after", HDR - 1, &r_size);
	idle();
	set(true, "state of size", HDR, &r_set);
	buf.state.size = HDR - 1;
	set(false, "state of size", HDR - 1, &r_set);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_SET_NESTED_STATE, (void *)1),
		   false, -EFAULT, "state at address", 1, &r_set);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_NESTED_STATE, (void *)1),
		   false, -EFAULT, "state at address", 1, &r_set);
	TEST_VERDICT(g.ok);
}

/* Outside of VMX operation no flag at all is accepted. */
static void unknown_flag(uint16_t flag)
{
	idle()->flags |= flag;
	set(false, "flags", buf.state.flags, &r_set);
	if (host_is_amd())
		return;
	idle()->flags |= flag;
	buf.state.hdr.vmx.vmxon_pa = PAGE;
	set(false, "flags with a VMXON region", flag, &r_set);
}

TEST_F(nested_state, flags)
{
	unsigned int bit;

	TEST_NEEDS(&g, NEED_NESTED);
	new_vcpu();
	for (bit = 0; bit < 16; bit++)
		if (!(FLAGS >> bit & 1))
			unknown_flag(1u << bit);
	idle();
	buf.state.flags |= RUN_PENDING;
	set(false, "flags", buf.state.flags, &r_set);
	idle();
	buf.state.format ^= 1;
	set(false, "format", buf.state.format, &r_set);
	is_idle();
	TEST_VERDICT(g.ok);
}

/* --- VMX --------------------------------------------------------------------- */
static void vmxon(uint64_t region, bool ok)
{
	idle()->hdr.vmx.vmxon_pa = region;
	set(ok, "VMXON region", region, &r_vmx);
	if (!ok)
		return;
	bench_value(&g, get()->hdr.vmx.vmxon_pa, region, "VMXON region set to",
		    region, &r_vmx);
	bench_value(&g, buf.state.hdr.vmx.vmcs12_pa, NOWHERE,
		    "VMCS with a VMXON region at", region, &r_vmx);
	bench_value(&g, buf.state.size, HDR, "size with a VMXON region at",
		    region, &r_vmx);
}

static void vmx_not_outside(void)
{
	idle()->hdr.vmx.vmcs12_pa = PAGE;
	set(false, "VMCS, but no VMXON region", PAGE, &r_vmx);
	idle()->hdr.vmx.smm.flags = KVM_STATE_NESTED_SMM_VMXON;
	set(false, "SMM flags, but no VMXON region", 2, &r_vmx);
	idle()->flags = GUEST_MODE;
	set(false, "flags, but no VMXON region", GUEST_MODE, &r_vmx);
	is_idle();
}

static void vmx_not_inside(void)
{
	idle()->hdr.vmx.vmxon_pa = PAGE;
	buf.state.hdr.vmx.smm.flags = KVM_STATE_NESTED_SMM_VMXON;
	set(false, "SMM flags outside of SMM", 2, &r_vmx);
	idle()->hdr.vmx.vmxon_pa = PAGE;
	buf.state.hdr.vmx.flags = 2;
	set(false, "VMX flags", 2, &r_vmx);
	is_idle();
	idle()->hdr.vmx.vmxon_pa = PAGE;
	buf.state.flags = GUEST_MODE;
	set(false, "GUEST_MODE with a state of size", HDR, &r_vmx);
}

TEST_F(nested_state, vmx)
{
	TEST_NEEDS(&g, NEED_NESTED_VMX);
	new_vcpu();
	vmx_not_outside();
	vmx_not_inside();
	vmxon(PAGE + 8, false);
	vmxon(PAGE | 1ull << 52, false);
	vmxon(PAGE, true);
	idle();
	set(true, "VMXON region", NOWHERE, &r_vmx);
	is_idle();
	TEST_VERDICT(g.ok);
}

TEST_F(nested_state, vmx_hidden)
{
	TEST_NEEDS(&g, NEED_NESTED_VMX);
	bench_feature(&g, F_VMX, false);
	new_vcpu();
	is_idle();
	idle();
	set(true, "VMXON region", NOWHERE, &r_vmx);
	vmxon(PAGE, false);
	is_idle();
	TEST_VERDICT(g.ok);
}

/* --- SVM --------------------------------------------------------------------- */
static void svm_flags(uint16_t flags, bool ok)
{
	idle()->flags = flags;
	buf.state.hdr.svm.vmcb_pa = PAGE;
	set(ok, "flags", flags, &r_svm);
	if (ok)
		bench_value(&g, get()->flags, flags, "flags set to", flags,
			    &r_svm);
}

/* GIF = 0 without EFER.SVME: an error until EFER.SVME left GIF alone. */
static void svm_gif_clear(void)
{
	int ret;

	idle()->flags = 0;
	ret = set_state();
	bench_call(&g, ret, change_wanted(g.facts->kernel, CHANGE_GIF_KEPT, !ret),
		   -EINVAL, "GIF clear without EFER.SVME", 0, &r_gif);
}

static void svm_guest(uint64_t vmcb, uint32_t size)
{
	idle()->flags = GIF_SET | GUEST_MODE;
	buf.state.size = size;
	buf.state.hdr.svm.vmcb_pa = vmcb;
	set(false, "guest mode with a VMCB at", vmcb, &r_svm);
}

TEST_F(nested_state, svm_off)
{
	TEST_NEEDS(&g, NEED_NESTED_SVM);
	new_vcpu();
	svm_gif_clear();
	svm_flags(GIF_SET | GUEST_MODE, false);
	svm_flags(GIF_SET, true);
	is_idle();
	TEST_VERDICT(g.ok);
}

TEST_F(nested_state, svm_on)
{
	TEST_NEEDS(&g, NEED_NESTED_SVM);
	new_vcpu();
	vcpu_set_msr(&g.vcpu, MSR_EFER, EFER_SVME);
	svm_flags(0, true);
	svm_flags(GIF_SET, true);
	svm_flags(GIF_SET | KVM_STATE_NESTED_EVMCS, false);
	svm_flags(GIF_SET | KVM_STATE_NESTED_MTF_PENDING, false);
	svm_guest(PAGE, HDR);
	/* Of a VMCB that is all zero VMRUN is not intercepted: refused. */
	svm_guest(PAGE, HDR + 0x1000);
	svm_guest(PAGE + 8, HDR + 0x1000);
	svm_guest(PAGE | 1ull << 52, HDR + 0x1000);
	is_idle();
	TEST_VERDICT(g.ok);
}

/* --- a nested guest of SVM ------------------------------------------------- */
/* Offsets in a VMCB: APM vol. 2, tables B-1 and B-2. */
#define V_VMRUN		0x010		/* bit 0: VMRUN is intercepted */
#define V_ASID		0x058
#define V_EFER		0x4d0
#define V_CR0		0x558
#define V_RFLAGS	0x570

static void put32(unsigned int offset, uint32_t value)
{
	memcpy(buf.state.data.svm[0].vmcb12 + offset, &value, sizeof(value));
}

/* Little more than VMRUN's consistency checks ask for. */
static void guest_state(void)
{
	idle()->flags = GIF_SET | GUEST_MODE;
	buf.state.size = HDR + 0x1000;
	buf.state.hdr.svm.vmcb_pa = PAGE;
	put32(V_VMRUN, 1);
	put32(V_ASID, 1);
	put32(V_EFER, EFER_SVME);
	put32(V_CR0, 0x80000011);
	put32(V_RFLAGS, 2);
}

static void guest_state_is(bool ok, const char *what, uint64_t arg)
{
	set(ok, what, arg, &r_svm);
}

static void bad_field(const char *what, unsigned int offset, uint32_t value)
{
	guest_state();
	put32(offset, value);
	guest_state_is(false, what, value);
}

static void bad_vmcb(uint64_t address)
{
	guest_state();
	buf.state.hdr.svm.vmcb_pa = address;
	guest_state_is(false, "a nested guest with its VMCB at", address);
}

TEST_F(nested_state, svm_guest)
{
	TEST_NEEDS(&g, NEED_NESTED_SVM);
	new_vcpu();
	guest_state();
	guest_state_is(false, "a nested guest, EFER.SVME", 0);
	vcpu_set_msr(&g.vcpu, MSR_EFER, EFER_SVME);
	bad_vmcb(PAGE + 8);
	bad_vmcb(PAGE | 1ull << 52);
	bad_field("VMRUN not intercepted", V_VMRUN, 0);
	bad_field("ASID", V_ASID, 0);
	bad_field("EFER of the host", V_EFER, 0);
	bad_field("CR0 of the host", V_CR0, 1);
	is_idle();
	guest_state();
	guest_state_is(true, "a nested guest, EFER.SVME", 1);
	bench_value(&g, get()->flags, GIF_SET | GUEST_MODE, "flags", 0, &r_svm);
	TEST_VERDICT(g.ok);
}

/* Until 7.1 clearing EFER.SVME set GIF. */
TEST_F(nested_state, svm_gif)
{
	uint16_t flags;

	TEST_NEEDS(&g, NEED_NESTED_SVM);
	new_vcpu();
	vcpu_set_msr(&g.vcpu, MSR_EFER, EFER_SVME);
	svm_flags(0, true);
	vcpu_set_msr(&g.vcpu, MSR_EFER, 0);
	flags = get()->flags;
	bench_value(&g, flags, change_wanted(g.facts->kernel, CHANGE_GIF_KEPT,
					     !flags) ? 0 : GIF_SET,
		    "flags when EFER.SVME was cleared", 0, &r_gif);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

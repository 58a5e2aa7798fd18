// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMX capability MSRs 0x480 to 0x491 (Intel, nested=1): what KVM offers, as
 * the CPU's own MSRs and the module's parameters predict it; what a vCPU then
 * has; every bit that userspace may and may not change; what follows CPUID;
 * what is frozen by VMXON and by the first run.
 */
#include <errno.h>

#include "msr_groups.h"
#include "vmx_caps.h"

#define CR4_FIXED1	0x489
#define PROCBASED2	0x48b

static const char why_system[] =
	"SDM vol. 3, appendix A: what the CPU has and KVM virtualises, or emulates";
static const char why_vcpu[] =
	"a vCPU starts with what KVM offers; FIXED1 and some controls follow its CPUID";
static const char why_bits[] =
	"userspace may take away, not add: must-be-1 stay 1, must-be-0 stay 0";
static const char why_derived[] =
	"the controls MSR without TRUE is the TRUE one with the default1 class set";
static const char why_vmxon[] =
	"capabilities do not change in VMX operation (vmx_set_vmx_msr)";
static const char why_frozen[] =
	"a vCPU that has run keeps its model; the same value is no change (0094f62c7eaa)";

static struct vmx_caps sys, vcpu_caps;

static const char *group(char *buf, size_t len, const char *kind,
			 uint32_t msr)
{
	snprintf(buf, len, "%s_%s", kind, vmx_cap_name(msr));
	return buf;
}

static uint64_t system_of(struct msr_sweep *s, uint32_t msr)
{
	return msr_get(&s->bench->facts->feature_msrs, msr);
}

static void check_system(struct msr_sweep *s)
{
	char g[24];
	uint32_t m;

	for (m = VMX_FIRST; m <= VMX_LAST; m++) {
		uint64_t care = sys.care[m - VMX_FIRST];

		sweep_value(s, group(g, sizeof(g), "s", m), MSR_HOST, RULE_Z1,
			    why_system, m, "KVM_GET_MSRS on /dev/kvm",
			    sys.msr[m - VMX_FIRST] & care,
			    system_of(s, m) & care);
	}
}

/* From here on judge against what KVM says it offers. */
static void take_system(struct msr_sweep *s)
{
	uint32_t m;

	for (m = VMX_FIRST; m <= VMX_LAST; m++)
		sys.msr[m - VMX_FIRST] = system_of(s, m);
}

static void predict_vcpu(struct msr_sweep *s, const struct cpuid_list *l,
			 bool stuffing)
{
	vcpu_caps = sys;
	memset(vcpu_caps.care, 0xff, sizeof(vcpu_caps.care));
	vmx_caps_of_vcpu(s->bench->facts, l, stuffing, &vcpu_caps);
}

static void vcpu_value(struct msr_sweep *s, uint32_t m, const char *what)
{
	uint64_t got = 0;
	char g[24];

	if (__vcpu_get_msr(&s->bench->vcpu, m, &got) != 1)
		got = ~vcpu_caps.msr[m - VMX_FIRST];
	sweep_value(s, group(g, sizeof(g), "v", m), MSR_HOST, RULE_Z2, why_vcpu,
		    m, what, vcpu_caps.msr[m - VMX_FIRST], got);
}

static void guest_values(struct msr_sweep *s)
{
	struct probe_request *r;
	uint32_t m, i = 0;
	char g[24];

	if (!s->out->guests_can_fault)
		return;
	for (m = VMX_FIRST; m <= VMX_LAST; m++) {
		probe_rdmsr(&s->bench->probe, m);
		probe_expect_fault(probe_wrmsr(&s->bench->probe, m,
				   vcpu_caps.msr[m - VMX_FIRST]), GP_VECTOR,
				   0);
	}
	probe_run(&s->bench->probe);
	for (m = VMX_FIRST; m <= VMX_LAST; m++, i += 2) {
		r = &s->bench->probe.hdr->req[i];
		group(g, sizeof(g), "v", m);
		sweep_value(s, g, MSR_GUEST, RULE_Z2, why_vcpu, m, "guest RDMSR",
			    vcpu_caps.msr[m - VMX_FIRST],
			    r->vector == PROBE_NO_VECTOR ? probe_value(r) :
			    ~vcpu_caps.msr[m - VMX_FIRST]);
		if (r[1].mismatch)
			sweep_fail(s, g, MSR_GUEST, RULE_Z3,
				   "SDM: read-only to software", "guest WRMSR",
				   "#GP(0x0)", "something else");
	}
	probe_clear(&s->bench->probe);
}

/* After the run every change is refused, and no change is none. */
static void check_frozen(struct msr_sweep *s)
{
	bool frozen = msr_kernel_has(&s->cpu, CHANGE_FEATURE_MSRS_FROZEN);
	int same, other;

	/* VMCS_ENUM takes any value, EPT_VPID_CAP any subset. */
	same = __vcpu_set_msr(&s->bench->vcpu, 0x48a, vcpu_caps.msr[0xa]);
	other = __vcpu_set_msr(&s->bench->vcpu, 0x48a, vcpu_caps.msr[0xa] ^ 2);
	sweep_value(s, "frozen", MSR_HOST, RULE_A5, why_frozen, 0x48a,
		    "KVM_SET_MSRS of the same value", 1, same);
	sweep_value(s, "frozen", MSR_HOST, RULE_A5, why_frozen, 0x48a,
		    "KVM_SET_MSRS of another value", !frozen, other);
	other = __vcpu_set_msr(&s->bench->vcpu, 0x491, 0);
	sweep_value(s, "frozen", MSR_HOST, RULE_A5, why_frozen, 0x491,
		    "KVM_SET_MSRS of 0", !frozen || !vcpu_caps.msr[0x11],
		    other);
}

static void check_vcpu(struct msr_sweep *s)
{
	uint32_t m;

	sweep_begin(s, "max model", &s->bench->cpu.cpuid);
	sweep_start(s);
	predict_vcpu(s, &s->bench->cpu.cpuid, true);
	for (m = VMX_FIRST; m <= VMX_LAST; m++)
		vcpu_value(s, m, "KVM_GET_MSRS");
	guest_values(s);
	if (s->out->guests_can_fault)
		check_frozen(s);
	sweep_end(s);
}

/* TRUE controls changed: the MSR without TRUE follows. */
static void check_derived(struct msr_sweep *s, uint32_t m, uint64_t value,
			  const char *g)
{
	uint32_t old = m - 0x48d + 0x481;
	uint64_t got = 0;

	if (m < 0x48d || m > 0x490)
		return;
	__vcpu_get_msr(&s->bench->vcpu, old, &got);
	sweep_value(s, g, MSR_HOST, RULE_Z5, why_derived, old,
		    "KVM_GET_MSRS, after its TRUE MSR was set",
		    value | vmx_default1(old), got);
}

static void try_value(struct msr_sweep *s, uint32_t m, uint64_t value)
{
	uint64_t *now = &vcpu_caps.msr[m - VMX_FIRST], got = 0;
	bool ok = vmx_cap_writable(m, sys.msr, vcpu_caps.msr, value);
	char g[24], what[60];

	group(g, sizeof(g), "w", m);
	snprintf(what, sizeof(what), "KVM_SET_MSRS 0x%x = 0x%llx", m,
		 (unsigned long long)value);
	sweep_value(s, g, MSR_HOST, RULE_Z4, why_bits, m, what, ok,
		    __vcpu_set_msr(&s->bench->vcpu, m, value));
	if (ok)
		*now = value;
	else if (value & 0xf)	/* look now and then that nothing changed */
		return;
	if (__vcpu_get_msr(&s->bench->vcpu, m, &got) != 1)
		got = ~*now;
	sweep_value(s, g, MSR_HOST, RULE_Z4, why_bits, m, what, *now, got);
	if (ok)
		check_derived(s, m, value, g);
}

/* Fields of several bits, which single bits do not try. */
static const struct { uint32_t msr; uint64_t mask, value; } fields[] = {
	{ 0x480, 0x1fffull << 32, 0x0fffull << 32 },	/* region size */
	{ 0x480, 0x1fffull << 32, 0x1001ull << 32 },
	{ 0x480, 0x7fffffff, 0 },			/* revision */
	{ 0x485, 0x1ff << 16, 0x100 << 16 },		/* CR3 targets */
	{ 0x485, 7 << 25, 7 << 25 },			/* MSR lists */
	{ 0x485, 0x1f, 0 },				/* timer rate */
	{ 0x485, 0xffffffffull << 32, 1ull << 63 },	/* MSEG */
	{ 0x48a, ~0ull, ~0ull }, { 0x48a, ~0ull, 0 },
	{ 0x48c, ~0ull, 0 }, { 0x491, ~0ull, 0 }, { 0x491, ~0ull, 3 },
	{ 0x48b, ~0ull, 0 }, { 0x48b, ~0ull, ~0ull },
	{ 0x486, ~0ull, ~0ull }, { 0x488, ~0ull, ~0ull }, { 0x486, ~0ull, 0 },
};

static void check_writes(struct msr_sweep *s)
{
	unsigned int bit, i;
	uint32_t m;

	sweep_begin(s, "max model", &s->bench->cpu.cpuid);
	s->no_guest = true;
	sweep_start(s);
	predict_vcpu(s, &s->bench->cpu.cpuid, true);
	for (m = VMX_FIRST; m <= VMX_LAST; m++) {
		uint64_t offered = sys.msr[m - VMX_FIRST];

		try_value(s, m, offered);
		for (bit = 0; bit < 64; bit++)
			try_value(s, m, offered ^ BIT(bit));
		try_value(s, m, offered);
	}
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		try_value(s, fields[i].msr, (system_of(s, fields[i].msr) &
			  ~fields[i].mask) | fields[i].value);
	/* Without the preemption timer its rate does not matter. */
	try_value(s, 0x48d, system_of(s, 0x48d) & ~BIT(38));
	try_value(s, 0x485, system_of(s, 0x485) ^ 1);
	sweep_end(s);
}

/* CPUID bits that FIXED1 and the secondary controls follow, and neighbours. */
static const struct cpuid_feature followed[] = {
	F_VME, F_DE,
	F_PSE, F_TSC,
	F_PAE, F_MCE,
	F_PGE, F_FXSR,
	F_SSE, F_SSE2,
	F_SMX, F_PCID,
	F_XSAVE, F_RDRAND,
	F_FSGSBASE, F_SMEP,
	F_INVPCID, F_RDSEED,
	F_SMAP, F_UMIP,
	F_PKU, F_WAITPKG,
	F_LA57, F_RDPID,
	F_LAM, F_XSAVES,
	F_RDTSCP,
};

/* One vCPU: before it has run CPUID may be installed again and again. */
static void check_cpuid(struct msr_sweep *s)
{
	static struct cpuid_list l;
	char what[80];
	unsigned int i;

	sweep_begin(s, "CPUID bits", &s->bench->cpu.cpuid);
	s->no_guest = true;
	sweep_start(s);
	for (i = 0; i < ARRAY_SIZE(followed); i++) {
		struct cpuid_feature f = followed[i];

		cpuid_copy(&l, &s->bench->cpu.cpuid);
		cpuid_make_feature(&l, f, !cpuid_has(&l, f));
		vcpu_set_cpuid(&s->bench->vcpu, &l);
		predict_vcpu(s, &l, true);
		snprintf(what, sizeof(what), "KVM_GET_MSRS, %x.%u.%s[%u] = %u",
			 f.function, f.index, cpuid_reg_name(f.reg), f.bit,
			 cpuid_has(&l, f));
		vcpu_value(s, CR4_FIXED1, what);
		/* A control that KVM does not support stays off (6.1: WARN). */
		if (system_of(s, PROCBASED2) == sys.msr[0xb])
			vcpu_value(s, PROCBASED2, what);
		vcpu_value(s, 0x487, what);
	}
	sweep_end(s);
}

/* KVM_SET_NESTED_STATE puts the vCPU into VMX operation. */
static int enter_vmx_operation(struct msr_sweep *s)
{
	struct kvm_nested_state state = {
		.format = KVM_STATE_NESTED_FORMAT_VMX,
		.size = sizeof(state),
		.hdr.vmx.vmxon_pa = 0x100000,
		.hdr.vmx.vmcs12_pa = ~0ull,
	};

	return kvm_ioctl(s->bench->vcpu.fd, KVM_SET_NESTED_STATE, &state);
}

static void check_vmxon(struct msr_sweep *s)
{
	sweep_begin(s, "in VMX operation", &s->bench->cpu.cpuid);
	s->no_guest = true;
	sweep_start(s);
	sweep_value(s, "vmxon", MSR_HOST, RULE_Z6, why_vmxon, 0x480,
		    "KVM_SET_NESTED_STATE with a VMXON region", 0,
		    enter_vmx_operation(s));
	sweep_value(s, "vmxon", MSR_HOST, RULE_Z6, why_vmxon, 0x480,
		    "KVM_SET_MSRS of the same value", 0,
		    __vcpu_set_msr(&s->bench->vcpu, 0x480, system_of(s, 0x480)));
	sweep_value(s, "vmxon", MSR_HOST, RULE_Z6, why_vmxon, 0x48a,
		    "KVM_SET_MSRS", 0, __vcpu_set_msr(&s->bench->vcpu, 0x48a, 0));
	/* FEATURE_CONTROL = 0 ends it (vmx_leave_nested). */
	vcpu_set_msr(&s->bench->vcpu, 0x3a, 0);
	sweep_value(s, "vmxon", MSR_HOST, RULE_Z6, why_vmxon, 0x480,
		    "KVM_SET_MSRS, after FEATURE_CONTROL was cleared", 1,
		    __vcpu_set_msr(&s->bench->vcpu, 0x480, system_of(s, 0x480)));
	sweep_end(s);
}

/* Without the quirk a vCPU starts with nothing, and CPUID changes nothing. */
static void check_no_stuffing(struct msr_sweep *s)
{
	uint32_t m;

	if (!(facts_cap(s->bench->facts, KVM_CAP_DISABLE_QUIRKS2) &
	      KVM_X86_QUIRK_STUFF_FEATURE_MSRS))
		return;
	vm_destroy(&s->bench->vm);
	bench_vm(s->bench, VM_IRQCHIP);
	vm_enable_cap(&s->bench->vm, KVM_CAP_DISABLE_QUIRKS2,
		      KVM_X86_QUIRK_STUFF_FEATURE_MSRS);
	sweep_begin(s, "no stuffing", &s->bench->cpu.cpuid);
	s->no_guest = true;
	sweep_start(s);
	predict_vcpu(s, &s->bench->cpu.cpuid, false);
	for (m = VMX_FIRST; m <= VMX_LAST; m++)
		vcpu_value(s, m,
			   "KVM_GET_MSRS, quirk STUFF_FEATURE_MSRS off");
	sweep_end(s);
}

static void sweep(struct msr_sweep *s)
{
	static struct msr_list host;
	uint32_t index[NR_VMX_MSRS], i;

	if (!msr_find(&s->bench->facts->feature_msrs, VMX_FIRST))
		return;
	for (i = 0; i < NR_VMX_MSRS; i++)
		index[i] = VMX_FIRST + i;
	host_msrs_read(&host, index, NR_VMX_MSRS);
	vmx_caps_of_kvm(s->bench->facts, &host, &sys);
	check_system(s);
	take_system(s);
	check_vcpu(s);
	check_writes(s);
	check_cpuid(s);
	check_vmxon(s);
	check_no_stuffing(s);
}

SWEEP_FIXTURE(vmx)

#define MSR(name, index) \
	FIXTURE_VARIANT_ADD(vmx, name) { .msr = index }

MSR(basic, 0x480);
MSR(pinbased, 0x481);
MSR(procbased, 0x482);
MSR(exit, 0x483);
MSR(entry, 0x484);
MSR(misc, 0x485);
MSR(cr0_fixed0, 0x486);
MSR(cr0_fixed1, 0x487);
MSR(cr4_fixed0, 0x488);
MSR(cr4_fixed1, 0x489);
MSR(vmcs_enum, 0x48a);
MSR(procbased2, 0x48b);
MSR(ept_vpid, 0x48c);
MSR(true_pinbased, 0x48d);
MSR(true_procbased, 0x48e);
MSR(true_exit, 0x48f);
MSR(true_entry, 0x490);
MSR(vmfunc, 0x491);

#define NEEDS(g, who) do { \
	if (!sweep_checks(results, g, who)) \
		TEST_SKIP("no nested VMX, or a kernel without this, here"); \
} while (0)

/* Values of a kind, of this MSR. */
#define KIND_TEST(name, kind) \
TEST_F(vmx, name) \
{ \
	char g[24]; \
	bool ok; \
	group(g, sizeof(g), kind, variant->msr); \
	NEEDS(g, MSR_HOST); \
	ok = sweep_report(results, g, MSR_HOST); \
	ok &= sweep_report(results, g, MSR_GUEST); \
	TEST_VERDICT(ok); \
}

KIND_TEST(offered, "s")
KIND_TEST(vcpu_has, "v")
KIND_TEST(settable, "w")

SWEEP_FIXTURE(vmx_state)

TEST_F(vmx_state, frozen_by_run)
{
	NEEDS("frozen", MSR_HOST);
	TEST_VERDICT(sweep_report(results, "frozen", MSR_HOST));
}

TEST_F(vmx_state, frozen_by_vmxon)
{
	NEEDS("vmxon", MSR_HOST);
	TEST_VERDICT(sweep_report(results, "vmxon", MSR_HOST));
}

SWEEP_MAIN(sweep)

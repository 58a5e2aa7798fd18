// SPDX-License-Identifier: GPL-2.0-only
/*
 * What CPUID decides in the local APIC: x2APIC mode, the version register,
 * the timer's deadline mode; and what INIT leaves in RDX.
 * SDM vol. 3, 10.4.7, 10.5.4, 10.12; 9.1.1.
 */
#include <errno.h>

#include "gate.h"
#include "test.h"

#define BIT(n)		(1ull << (n))
#define MSR_APICBASE	0x1b
#define MSR_X2_VERSION	0x803
#define MSR_X2_SPIV	0x80f
#define MSR_X2_LVTT	0x832
#define MSR_X2_LVTPC	0x834
#define MSR_DEADLINE	0x6e0
#define APIC_OFF	0xfee00100ull
#define APIC_XAPIC	0xfee00900ull
#define APIC_X2APIC	0xfee00d00ull
#define APIC_INVALID	0xfee00500ull
#define LVT_MASKED	0x10000u
#define REG_LVR		0x30
#define REG_SPIV	0xf0

static struct gate g;

static const struct gate_rule
r_x2apic = { RULE_A30, "IA32_APIC_BASE.EXTD is reserved unless guest CPUID has x2APIC (SDM vol. 3, 10.12.1)" },
r_mode = { RULE_A31, "APIC modes: off to x2APIC, x2APIC to xAPIC and EXTD without EN are refused (SDM vol. 3, 10.12.5)" },
r_host_mode = { RULE_A32, "userspace may go from any APIC mode to any valid one (kvm_set_apic_base())" },
r_msrs = { RULE_A33, "the x2APIC MSRs exist in x2APIC mode alone (SDM vol. 3, 10.12.2)" },
r_cpuid = { RULE_R2, "CPUID.1:EDX.APIC follows IA32_APIC_BASE.EN (SDM vol. 3, 10.4.3)" },
r_version = { RULE_A34, "APIC version register: bit 24 iff guest CPUID has x2APIC and the I/O APIC is not in the kernel, which has no EOI register (kvm_apic_set_version())" },
r_spiv = { RULE_A35, "SPIV[12] can be set iff the version register has bit 24 (SDM vol. 3, 10.9)" },
r_lvtt = { RULE_A36, "LVT timer mode: bits 18:17 with TSC_DEADLINE in guest CPUID, else bit 17 alone (SDM vol. 3, 10.5.4)" },
r_deadline = { RULE_A37, "IA32_TSC_DEADLINE is there with and without the CPUID bit, and is 0 outside deadline mode (SDM vol. 3, 10.5.4.1; KVM)" },
r_init = { RULE_A38, "INIT leaves the signature of CPUID.1:EAX in EDX, 0x600 without a leaf 1 (SDM vol. 3, 9.1.1; kvm_vcpu_reset())" };

static const struct cpuid_feature
f_x2apic = CPUID_FEATURE_INIT(1, 0, REG_ECX, 21),
f_deadline = CPUID_FEATURE_INIT(1, 0, REG_ECX, 24);

FIXTURE(apic) { int unused; };

FIXTURE_SETUP(apic)
{
	gate_open(&g, VM_IRQCHIP);
}

FIXTURE_TEARDOWN(apic)
{
	gate_close(&g);
}

static void set_base(uint64_t v, bool ok, const struct gate_rule *rule)
{
	gate_want(&g, probe_wrmsr(&g.probe, MSR_APICBASE, v), ok,
		  "WRMSR APIC_BASE", v, rule);
}

/* The mode is what RDMSR, the x2APIC MSRs and CPUID say of it. */
static void is_mode(uint64_t base)
{
	struct probe_request *r;

	r = probe_rdmsr_is(&g.probe, MSR_APICBASE, base);
	gate_want(&g, r, true, "APIC_BASE wanted", base, &r_mode);
	gate_want(&g, probe_rdmsr(&g.probe, MSR_X2_VERSION),
		  base == APIC_X2APIC, "RDMSR of the version with APIC_BASE",
		  base, &r_msrs);
	r = probe_cpuid(&g.probe, 1, 0, (struct cpuid_regs){ { 0 } });
	memset(r->care, 0, sizeof(r->care));
	r->care[REG_EDX] = BIT(9);
	r->want[REG_EDX] = base & 0x800 ? BIT(9) : 0;
	gate_want(&g, r, true, "CPUID.1:EDX.APIC with APIC_BASE", base,
		  &r_cpuid);
}

TEST_F(apic, guest_modes_with_x2apic)
{
	GATE_NEEDS_FAULTS(&g);
	gate_feature(&g, f_x2apic, true);
	gate_boot(&g, PROBE_LONG);
	is_mode(APIC_XAPIC);
	set_base(APIC_INVALID, false, &r_mode);
	set_base(APIC_X2APIC, true, &r_x2apic);
	is_mode(APIC_X2APIC);
	set_base(APIC_XAPIC, false, &r_mode);
	set_base(APIC_INVALID, false, &r_mode);
	is_mode(APIC_X2APIC);
	set_base(APIC_OFF, true, &r_mode);
	is_mode(APIC_OFF);
	set_base(APIC_X2APIC, false, &r_mode);
	set_base(APIC_INVALID, false, &r_mode);
	is_mode(APIC_OFF);
	set_base(APIC_XAPIC, true, &r_mode);
	is_mode(APIC_XAPIC);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(apic, guest_modes_without_x2apic)
{
	GATE_NEEDS_FAULTS(&g);
	gate_feature(&g, f_x2apic, false);
	gate_boot(&g, PROBE_LONG);
	set_base(APIC_X2APIC, false, &r_x2apic);
	is_mode(APIC_XAPIC);
	set_base(APIC_OFF, true, &r_mode);
	set_base(APIC_X2APIC, false, &r_x2apic);
	is_mode(APIC_OFF);
	set_base(APIC_XAPIC, true, &r_mode);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

static void host_modes(bool x2apic)
{
	static const uint64_t modes[] = {
		APIC_OFF, APIC_XAPIC, APIC_X2APIC, APIC_INVALID,
	};
	unsigned int from, to;

	for (from = 0; from < 3; from++) {
		for (to = 0; to < 4; to++) {
			if (modes[from] == APIC_X2APIC && !x2apic)
				continue;
			gate_set_msr(&g, MSR_APICBASE, modes[from], true,
				     &r_host_mode);
			gate_set_msr(&g, MSR_APICBASE, modes[to], to < 2 ||
				     (to == 2 && x2apic), &r_host_mode);
		}
	}
}

TEST_F(apic, host_modes)
{
	gate_vcpu(&g);
	gate_feature(&g, f_x2apic, true);
	gate_install(&g);
	host_modes(true);
	gate_set_msr(&g, MSR_APICBASE, APIC_XAPIC, true, &r_host_mode);
	gate_feature(&g, f_x2apic, false);
	gate_install(&g);
	host_modes(false);
	TEST_VERDICT(g.ok);
}

/* --- version register, SPIV --------------------------------------------- */
static uint32_t lapic_reg(unsigned int reg)
{
	struct kvm_lapic_state s;
	uint32_t v;

	if (kvm_ioctl(g.vcpu.fd, KVM_GET_LAPIC, &s))
		test_stop("KVM_GET_LAPIC failed");
	memcpy(&v, s.regs + reg, sizeof(v));
	return v;
}

static void check_version(bool exposed, bool directed_eoi)
{
	struct probe_request *r;
	uint32_t v;

	gate_feature(&g, f_x2apic, exposed);
	gate_boot(&g, PROBE_LONG);
	v = lapic_reg(REG_LVR);
	gate_value(&g, v & 0xff, 0x14, "APIC version", v, &r_version);
	gate_value(&g, v >> 16 & 0xff, 5, "last LVT entry, in version", v,
		   &r_version);
	gate_value(&g, v >> 24, directed_eoi, "bits 31:24 of the version", v,
		   &r_version);
	if (!exposed)
		return;
	set_base(APIC_X2APIC, true, &r_x2apic);
	r = probe_rdmsr_is(&g.probe, MSR_X2_VERSION, v);
	gate_want(&g, r, true, "RDMSR", MSR_X2_VERSION, &r_version);
	gate_want(&g, probe_wrmsr(&g.probe, MSR_X2_SPIV, 0x11ff), true,
		  "WRMSR SPIV", 0x11ff, &r_spiv);
	r = probe_rdmsr_is(&g.probe, MSR_X2_SPIV,
			   directed_eoi ? 0x11ff : 0x1ff);
	gate_want(&g, r, true, "RDMSR", MSR_X2_SPIV, &r_spiv);
	gate_run(&g);
}

TEST_F(apic, version_full_irqchip)
{
	check_version(true, false);
	check_version(false, false);
	TEST_VERDICT(g.ok);
}

TEST_F(apic, version_split_irqchip)
{
	gate_close(&g);
	gate_open(&g, VM_SPLIT_IRQCHIP);
	check_version(true, true);
	check_version(false, false);
	TEST_VERDICT(g.ok);
}

/* --- timer --------------------------------------------------------------- */
static void lvtt(uint32_t v, uint32_t want)
{
	gate_want(&g, probe_wrmsr(&g.probe, MSR_X2_LVTT, v), true,
		  "WRMSR LVT timer", v, &r_lvtt);
	gate_want(&g, probe_rdmsr_is(&g.probe, MSR_X2_LVTT, want), true,
		  "LVT timer after WRMSR of", v, &r_lvtt);
}

/* Far enough in the future never to fire. */
#define FAR	0x7000000000000000ull

static void deadline(uint64_t want)
{
	gate_want(&g, probe_wrmsr(&g.probe, MSR_DEADLINE, FAR), true,
		  "WRMSR TSC_DEADLINE", FAR, &r_deadline);
	gate_want(&g, probe_rdmsr_is(&g.probe, MSR_DEADLINE, want), true,
		  "RDMSR", MSR_DEADLINE, &r_deadline);
	if (want)
		gate_want(&g, probe_wrmsr(&g.probe, MSR_DEADLINE, 0), true,
			  "WRMSR TSC_DEADLINE", 0, &r_deadline);
}

static void check_timer(bool exposed)
{
	uint32_t modes = exposed ? 0x60000 : 0x20000;

	gate_reset_list(&g);
	gate_feature(&g, f_x2apic, true);
	gate_feature(&g, f_deadline, exposed);
	gate_boot(&g, PROBE_LONG);
	set_base(APIC_X2APIC, true, &r_x2apic);
	lvtt(LVT_MASKED | 0x31, LVT_MASKED | 0x31);
	deadline(0);
	lvtt(LVT_MASKED | 0x20031, LVT_MASKED | 0x20031);
	deadline(0);
	lvtt(LVT_MASKED | 0x40031, LVT_MASKED | (0x40000 & modes) | 0x31);
	deadline(exposed ? FAR : 0);
	lvtt(LVT_MASKED | 0x60031, LVT_MASKED | (0x60000 & modes) | 0x31);
	lvtt(LVT_MASKED | 0x31, LVT_MASKED | 0x31);
	gate_run(&g);
}

TEST_F(apic, timer_with_deadline)
{
	check_timer(true);
	TEST_VERDICT(g.ok);
}

TEST_F(apic, timer_without_deadline)
{
	check_timer(false);
	TEST_VERDICT(g.ok);
}

/* --- INIT ---------------------------------------------------------------- */
static void send_init(void)
{
	struct kvm_vcpu_events ev;
	struct kvm_mp_state mp;

	if (kvm_ioctl(g.vcpu.fd, KVM_GET_VCPU_EVENTS, &ev))
		test_stop("KVM_GET_VCPU_EVENTS failed");
	ev.flags = KVM_VCPUEVENT_VALID_SMM;
	ev.smi.latched_init = 1;
	if (kvm_ioctl(g.vcpu.fd, KVM_SET_VCPU_EVENTS, &ev))
		test_stop("KVM_SET_VCPU_EVENTS failed");
	/* Asking for the state makes KVM take the pending INIT. */
	if (kvm_ioctl(g.vcpu.fd, KVM_GET_MP_STATE, &mp))
		test_stop("KVM_GET_MP_STATE failed");
}

static void check_init(uint64_t want, const char *what)
{
	struct kvm_regs regs = { .rdx = 0x1234, .rflags = 2, .rax = 0x77 };

	vcpu_set_regs(&g.vcpu, &regs);
	send_init();
	vcpu_get_regs(&g.vcpu, &regs);
	gate_value(&g, regs.rip, 0xfff0, "RIP after INIT", 0, &r_init);
	gate_value(&g, regs.rax, 0, "RAX after INIT", 0, &r_init);
	gate_value(&g, regs.rdx, want, what, 0, &r_init);
}

TEST_F(apic, init_signature)
{
	struct kvm_cpuid_entry2 *e;
	struct kvm_regs regs;

	gate_vcpu(&g);
	vcpu_get_regs(&g.vcpu, &regs);
	gate_value(&g, regs.rdx, 0x600, "RDX of a new vCPU", 0, &r_init);
	check_init(0x600, "RDX after INIT without CPUID");
	gate_install(&g);
	check_init(gate_entry(&g, 1)->eax,
		   "RDX after INIT with the max model");
	e = gate_entry(&g, 1);
	e->eax = 0x00a20f12;
	e->ebx = ~e->eax;
	gate_install(&g);
	check_init(0x00a20f12, "RDX after INIT with another signature");
	cpuid_remove(&g.list, 1);
	gate_install(&g);
	check_init(0x600, "RDX after INIT without leaf 1");
	TEST_VERDICT(g.ok);
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What CPUID decides in the local APIC: x2APIC mode, the version register,
 * the timer's deadline mode; and what INIT leaves in RDX.
 * SDM vol. 3, 10.4.7, 10.5.4, 10.12; 9.1.1.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"
#include "vcpu_init.h"

#define APIC_OFF	0xfee00100ull
#define APIC_XAPIC	0xfee00900ull
#define APIC_X2APIC	0xfee00d00ull
#define APIC_INVALID	0xfee00500ull
#define LVT_MASKED	0x10000u
#define REG_LVR		0x30
#define REG_SPIV	0xf0

static struct bench g;

static const struct reason
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

BENCH_FIXTURE(apic, &g, VM_IRQCHIP)

static void set_base(uint64_t v, bool ok, const struct reason *rule)
{
	bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_APICBASE, v), ok,
		   "WRMSR APIC_BASE", v, rule);
}

/* The mode is what RDMSR, the x2APIC MSRs and CPUID say of it. */
static void is_mode(uint64_t base)
{
	struct probe_request *r;

	r = probe_rdmsr_is(&g.probe, MSR_IA32_APICBASE, base);
	bench_want(&g, r, true, "APIC_BASE wanted", base, &r_mode);
	bench_want(&g, probe_rdmsr(&g.probe, MSR_X2APIC_VERSION),
		   base == APIC_X2APIC, "RDMSR of the version with APIC_BASE",
		   base, &r_msrs);
	r = probe_cpuid(&g.probe, 1, 0, (struct cpuid_regs){ { 0 } });
	memset(r->care, 0, sizeof(r->care));
	r->care[REG_EDX] = BIT(9);
	r->want[REG_EDX] = base & 0x800 ? BIT(9) : 0;
	bench_want(&g, r, true, "CPUID.1:EDX.APIC with APIC_BASE", base,
		   &r_cpuid);
}

TEST_F(apic, guest_modes_with_x2apic)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_feature(&g, F_X2APIC, true);
	bench_boot(&g, PROBE_LONG);
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
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(apic, guest_modes_without_x2apic)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_feature(&g, F_X2APIC, false);
	bench_boot(&g, PROBE_LONG);
	set_base(APIC_X2APIC, false, &r_x2apic);
	is_mode(APIC_XAPIC);
	set_base(APIC_OFF, true, &r_mode);
	set_base(APIC_X2APIC, false, &r_x2apic);
	is_mode(APIC_OFF);
	set_base(APIC_XAPIC, true, &r_mode);
	bench_run(&g);
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
			bench_set_msr(&g, MSR_IA32_APICBASE, modes[from], true,
				      &r_host_mode);
			bench_set_msr(&g, MSR_IA32_APICBASE, modes[to], to < 2 ||
				      (to == 2 && x2apic), &r_host_mode);
		}
	}
}

TEST_F(apic, host_modes)
{
	bench_vcpu(&g);
	bench_feature(&g, F_X2APIC, true);
	bench_install(&g);
	host_modes(true);
	bench_set_msr(&g, MSR_IA32_APICBASE, APIC_XAPIC, true, &r_host_mode);
	bench_feature(&g, F_X2APIC, false);
	bench_install(&g);
	host_modes(false);
	TEST_VERDICT(g.ok);
}

/* --- version register, SPIV --------------------------------------------- */
static void check_version(bool exposed, bool directed_eoi)
{
	struct probe_request *r;
	uint32_t v;

	bench_feature(&g, F_X2APIC, exposed);
	bench_boot(&g, PROBE_LONG);
	v = vcpu_lapic_reg(&g.vcpu, REG_LVR);
	bench_value(&g, v & 0xff, 0x14, "APIC version", v, &r_version);
	bench_value(&g, v >> 16 & 0xff, 5, "last LVT entry, in version", v,
		    &r_version);
	bench_value(&g, v >> 24, directed_eoi, "bits 31:24 of the version", v,
		    &r_version);
	if (!exposed)
		return;
	set_base(APIC_X2APIC, true, &r_x2apic);
	r = probe_rdmsr_is(&g.probe, MSR_X2APIC_VERSION, v);
	bench_want(&g, r, true, "RDMSR", MSR_X2APIC_VERSION, &r_version);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_X2APIC_SPIV, 0x11ff), true,
		   "WRMSR SPIV", 0x11ff, &r_spiv);
	r = probe_rdmsr_is(&g.probe, MSR_X2APIC_SPIV,
			   directed_eoi ? 0x11ff : 0x1ff);
	bench_want(&g, r, true, "RDMSR", MSR_X2APIC_SPIV, &r_spiv);
	bench_run(&g);
}

TEST_F(apic, version_full_irqchip)
{
	check_version(true, false);
	check_version(false, false);
	TEST_VERDICT(g.ok);
}

TEST_F(apic, version_split_irqchip)
{
	bench_close(&g);
	bench_open(&g, VM_SPLIT_IRQCHIP);
	check_version(true, true);
	check_version(false, false);
	TEST_VERDICT(g.ok);
}

/* --- timer --------------------------------------------------------------- */
static void lvtt(uint32_t v, uint32_t want)
{
	bench_want(&g, probe_wrmsr(&g.probe, MSR_X2APIC_LVTT, v), true,
		   "WRMSR LVT timer", v, &r_lvtt);
	bench_want(&g, probe_rdmsr_is(&g.probe, MSR_X2APIC_LVTT, want), true,
		   "LVT timer after WRMSR of", v, &r_lvtt);
}

/* Far enough in the future never to fire. */
#define FAR	0x7000000000000000ull

static void deadline(uint64_t want)
{
	bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_TSC_DEADLINE, FAR), true,
		   "WRMSR TSC_DEADLINE", FAR, &r_deadline);
	bench_want(&g, probe_rdmsr_is(&g.probe, MSR_IA32_TSC_DEADLINE, want), true,
		   "RDMSR", MSR_IA32_TSC_DEADLINE, &r_deadline);
	if (want)
		bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_TSC_DEADLINE, 0), true,
			   "WRMSR TSC_DEADLINE", 0, &r_deadline);
}

static void check_timer(bool exposed)
{
	uint32_t modes = exposed ? 0x60000 : 0x20000;

	bench_reset_list(&g);
	bench_feature(&g, F_X2APIC, true);
	bench_feature(&g, F_TSC_DEADLINE, exposed);
	bench_boot(&g, PROBE_LONG);
	set_base(APIC_X2APIC, true, &r_x2apic);
	lvtt(LVT_MASKED | 0x31, LVT_MASKED | 0x31);
	deadline(0);
	lvtt(LVT_MASKED | 0x20031, LVT_MASKED | 0x20031);
	deadline(0);
	lvtt(LVT_MASKED | 0x40031, LVT_MASKED | (0x40000 & modes) | 0x31);
	deadline(exposed ? FAR : 0);
	lvtt(LVT_MASKED | 0x60031, LVT_MASKED | (0x60000 & modes) | 0x31);
	lvtt(LVT_MASKED | 0x31, LVT_MASKED | 0x31);
	bench_run(&g);
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
static void check_init(uint64_t want, const char *what)
{
	struct kvm_regs regs = { .rdx = 0x1234, .rflags = 2, .rax = 0x77 };

	vcpu_set_regs(&g.vcpu, &regs);
	vcpu_send_init(&g.vcpu);
	vcpu_get_regs(&g.vcpu, &regs);
	bench_value(&g, regs.rip, 0xfff0, "RIP after INIT", 0, &r_init);
	bench_value(&g, regs.rax, 0, "RAX after INIT", 0, &r_init);
	bench_value(&g, regs.rdx, want, what, 0, &r_init);
}

TEST_F(apic, init_signature)
{
	struct kvm_cpuid_entry2 *e;
	struct kvm_regs regs;

	bench_vcpu(&g);
	vcpu_get_regs(&g.vcpu, &regs);
	bench_value(&g, regs.rdx, 0x600, "RDX of a new vCPU", 0, &r_init);
	check_init(0x600, "RDX after INIT without CPUID");
	bench_install(&g);
	check_init(bench_entry(&g, 1)->eax,
		   "RDX after INIT with the max model");
	e = bench_entry(&g, 1);
	e->eax = 0x00a20f12;
	e->ebx = ~e->eax;
	bench_install(&g);
	check_init(0x00a20f12, "RDX after INIT with another signature");
	cpuid_remove(&g.list, 1);
	bench_install(&g);
	check_init(0x600, "RDX after INIT without leaf 1");
	TEST_VERDICT(g.ok);
}

TEST_MAIN

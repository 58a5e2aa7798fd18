// SPDX-License-Identifier: GPL-2.0-only
/*
 * State of a new vCPU, and what INIT clears of it and what it leaves: MSRs,
 * control registers, XCR0.  SDM vol. 3, table 9-1; APM vol. 2, 14.1.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"
#include "vcpu_init.h"

#define CR0_RESET	0x60000010ull
#define CR0_CD_NW	0x60000000ull
#define KEPT		~0ull

static struct bench g;

static const struct reason
r_reset = { RULE_R11, "control registers, segments and RIP after RESET (SDM vol. 3, table 9-1)" },
r_init = { RULE_R12, "INIT is RESET but for CR0.CD and CR0.NW (SDM vol. 3, table 9-1)" },
r_flags = { RULE_R14, "KVM_SET_SREGS2 takes PDPTEs with PAE paging, and no other flag (KVM api.rst, 4.129)" },
r_kept = { RULE_R13, "INIT leaves this MSR as it is (SDM vol. 3, table 9-1; kvm_vcpu_reset())" },
r_cleared = { RULE_R13, "INIT clears this MSR (SDM vol. 3, table 9-1; kvm_vcpu_reset())" },
r_xcr0 = { RULE_R13, "INIT leaves XCR0 as it is (SDM vol. 3, table 9-1)" };

/* Each is set by userspace if KVM takes it; EFER goes with the modes. */
static const struct {
	uint32_t msr;
	uint64_t value, after;
} msrs[] = {
	{ 0x3a, 1, KEPT },			/* FEATURE_CONTROL */
	{ 0x3b, 0x1000, KEPT },			/* TSC_ADJUST */
	{ 0x48, 1, 0 },				/* SPEC_CTRL */
	{ 0x8b, 0x1234, KEPT },			/* UCODE_REV */
	{ 0x140, 1, KEPT },			/* MISC_FEATURES_ENABLES */
	{ 0x174, 0x10, KEPT },			/* SYSENTER */
	{ 0x176, 0x12345000, KEPT },
	{ 0x1a0, 0x1801, KEPT },		/* MISC_ENABLE */
	{ 0x1fc, 2, KEPT },			/* POWER_CTL */
	{ 0x200, 6, KEPT },			/* MTRRs */
	{ 0x2ff, 0xc06, KEPT },
	{ 0x277, 0x0606060606060606, KEPT },	/* PAT */
	{ 0x402, 0x4321, KEPT },		/* MC0_ADDR */
	{ 0x4b564d05, 0, KEPT },		/* POLL_CONTROL */
	{ 0xc0000081, 0x1234567800000000, KEPT },	/* STAR */
	{ 0xc0000082, 0x5678, KEPT },		/* LSTAR */
	{ 0xc0000084, 0x300, KEPT },		/* FMASK */
	{ 0xc0000103, 0x77, KEPT },		/* TSC_AUX */
	{ 0xc0010015, BIT(24), KEPT },		/* HWCR */
	{ 0x1b, 0xfee00d00, KEPT },		/* APIC_BASE: x2APIC mode */
};

BENCH_FIXTURE(init, &g, VM_IRQCHIP)

/* With kvm.ignore_msrs what KVM does not know is taken, and dropped. */
static bool takes_msr(uint32_t msr, uint64_t value)
{
	int ret = __vcpu_set_msr(&g.vcpu, msr, value);

	if (ret < 0)
		test_stop("KVM_SET_MSRS of 0x%x: %s", msr, strerror(-ret));
	if (ret != 1)
		return false;
	return !facts_param_bool(g.facts, "kvm", "ignore_msrs", false) ||
	       vcpu_get_msr(&g.vcpu, msr) == value;
}

TEST_F(init, msrs)
{
	bool taken[ARRAY_SIZE(msrs)];
	unsigned int i;

	bench_feature(&g, F_X2APIC, true);
	bench_feature(&g, F_TSC_ADJUST, true);
	bench_new_guest(&g);
	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		taken[i] = takes_msr(msrs[i].msr, msrs[i].value);
	vcpu_send_init(&g.vcpu);
	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		bool kept = msrs[i].after == KEPT;

		if (taken[i])
			bench_value(&g, vcpu_get_msr(&g.vcpu, msrs[i].msr),
				    kept ? msrs[i].value : msrs[i].after,
				    "after INIT, MSR", msrs[i].msr,
				    kept ? &r_kept : &r_cleared);
	}
	TEST_VERDICT(g.ok);
}

static void is_reset(uint64_t cr0, const char *when,
		     const struct reason *rule)
{
	struct kvm_sregs s;
	struct kvm_regs r;

	vcpu_get_sregs(&g.vcpu, &s);
	vcpu_get_regs(&g.vcpu, &r);
	bench_value(&g, s.cr0, cr0, when, 0, rule);
	bench_value(&g, s.cr2, 0, when, 2, rule);
	bench_value(&g, s.cr3, 0, when, 3, rule);
	bench_value(&g, s.cr4, 0, when, 4, rule);
	bench_value(&g, s.cr8, 0, when, 8, rule);
	bench_value(&g, s.efer, 0, "EFER", 0, rule);
	bench_value(&g, s.cs.base, 0xffff0000, "base of CS", 0, rule);
	bench_value(&g, s.cs.selector, 0xf000, "CS", 0, rule);
	bench_value(&g, s.cs.limit, 0xffff, "limit of CS", 0, rule);
	bench_value(&g, s.ds.base | s.ds.selector | s.ss.base | s.ss.selector,
		    0, "DS and SS", 0, rule);
	bench_value(&g, s.ds.limit, 0xffff, "limit of DS", 0, rule);
	bench_value(&g, s.gdt.base, 0, "base of GDTR", 0, rule);
	bench_value(&g, s.gdt.limit, 0xffff, "limit of GDTR", 0, rule);
	bench_value(&g, s.idt.limit, 0xffff, "limit of IDTR", 0, rule);
	bench_value(&g, r.rip, 0xfff0, "RIP", 0, rule);
	bench_value(&g, r.rflags, 2, "RFLAGS", 0, rule);
	bench_value(&g, r.rax | r.rbx | r.rcx | r.rsp | r.r15, 0,
		    "general registers", 0, rule);
}

TEST_F(init, registers)
{
	struct kvm_sregs s;

	bench_new_guest(&g);
	is_reset(CR0_RESET, "CR of a new vCPU", &r_reset);
	vcpu_send_init(&g.vcpu);
	is_reset(CR0_RESET, "CR after INIT", &r_init);
	bench_boot(&g, PROBE_LONG);
	vcpu_get_sregs(&g.vcpu, &s);
	s.cr0 &= ~CR0_CD_NW;
	s.cr2 = 0x1234;
	s.cr8 = 5;
	vcpu_set_sregs(&g.vcpu, &s);
	vcpu_send_init(&g.vcpu);
	is_reset(CR0_RESET & ~CR0_CD_NW, "CR after INIT", &r_init);
	TEST_VERDICT(g.ok);
}

TEST_F(init, sregs2_flags)
{
	struct kvm_sregs2 s;
	unsigned int bit;

	if (kvm_check_cap(g.vm.kvm_fd, KVM_CAP_SREGS2) <= 0)
		TEST_SKIP("this KVM has no KVM_SET_SREGS2");
	bench_new_guest(&g);
	if (__vcpu_get_sregs2(&g.vcpu, &s))
		test_stop("KVM_GET_SREGS2 failed");
	bench_value(&g, s.flags, 0, "flags without PAE paging", 0, &r_flags);
	/* Bit 0: the PDPTEs are valid, which they are with PAE paging only. */
	for (bit = 0; bit < 64; bit++) {
		s.flags = BIT(bit);
		bench_call(&g, __vcpu_set_sregs2(&g.vcpu, &s), false, -EINVAL,
			   "KVM_SET_SREGS2 flags", s.flags, &r_flags);
	}
	s.flags = 0;
	bench_call(&g, __vcpu_set_sregs2(&g.vcpu, &s), true, 0,
		   "KVM_SET_SREGS2 flags", 0, &r_flags);
	TEST_VERDICT(g.ok);
}

TEST_F(init, xcr0)
{
	bench_new_guest(&g);
	if (!bench_guest_has(&g, (struct cpuid_feature)
			     F_XSAVE))
		TEST_SKIP("no XSAVE in the max model here");
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), 1, "XCR0 of a new vCPU", 0,
		    &r_reset);
	vcpu_set_xcr0(&g.vcpu, 3);
	vcpu_send_init(&g.vcpu);
	bench_value(&g, vcpu_get_xcr0(&g.vcpu), 3, "XCR0 after INIT", 0,
		    &r_xcr0);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

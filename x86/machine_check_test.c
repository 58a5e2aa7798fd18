// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machine check: what KVM_X86_SETUP_MCE takes and sets up, and what becomes
 * of the errors that KVM_X86_SET_MCE injects.  SDM vol. 3, 15.3.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

#define LMCE_ENABLED	BIT(20)
#define MCG_LMCE_P	BIT(27)
#define MCG_STATUS	0x17a
#define MCG_CTL		0x17b
#define MC_CTL(bank)	(0x400 + 4 * (bank))
#define MC_STATUS(bank)	(0x401 + 4 * (bank))
#define MC_ADDR(bank)	(0x402 + 4 * (bank))
#define MC_MISC(bank)	(0x403 + 4 * (bank))
#define MCG_CTL_P	BIT(8)
#define MCIP		BIT(2)
#define VAL		BIT(63)
#define OVER		BIT(62)
#define UC		BIT(61)
#define PCC		BIT(57)
#define MC_VECTOR	18

static struct bench g;

static const struct reason
r_setup = { RULE_M7, "MCG_CAP: 1 to 32 banks, and no bit that KVM_X86_GET_MCE_CAP_SUPPORTED lacks; then MCG_CTL and each MCi_CTL are all ones (SDM vol. 3, 15.3; KVM)" },
r_ctl = { RULE_M7, "MCi_CTL: all zeroes or ones, but bits 10 and 0 may be clear (set_msr_mce())" },
r_lmce = { RULE_M7, "MSR_IA32_FEAT_CTL[20] can be set with MCG_CAP.LMCE_P alone (SDM vol. 3, 15.3.1.5)" },
r_reject = { RULE_M8, "an error without VAL, or of a bank that is not there, is refused (KVM_X86_SET_MCE)" },
r_log = { RULE_M8, "a corrected error is logged in its bank, a second one sets OVER (SDM vol. 3, 15.3.2.2)" },
r_masked = { RULE_M8, "uncorrected errors count where MCG_CTL and MCi_CTL are all ones (SDM vol. 3, 15.3.2.1)" },
r_mc = { RULE_M9, "an uncorrected error raises #MC with CR4.MCE set and MCG_STATUS.MCIP clear, else the CPU shuts down (SDM vol. 3, 15.3.1.2)" };

BENCH_FIXTURE(mce, &g, VM_IRQCHIP)

static void setup(uint64_t cap, int want)
{
	int ret = kvm_ioctl(g.vcpu.fd, KVM_X86_SETUP_MCE, &cap);

	bench_call(&g, ret, !want, want, "KVM_X86_SETUP_MCE", cap, &r_setup);
}

static void msr_is(uint32_t msr, uint64_t want, const struct reason *rule)
{
	bench_value_as(&g, EVENT_MSR_KEPT, vcpu_get_msr(&g.vcpu, msr), want,
		       "MSR", msr, rule);
}

static bool is_kvm_amd(void)
{
	/* Its parameters are there on every CPU if it is built in. */
	return facts_host_is_amd(g.facts) &&
	       facts_param(g.facts, "kvm_amd", "npt");
}

TEST_F(mce, banks)
{
	uint64_t known = g.facts->mce_cap;
	unsigned int bit;

	bench_new_guest(&g);
	msr_is(0x179, 32, &r_setup);
	setup(0, -EINVAL);
	setup(known & MCG_CTL_P, -EINVAL);
	setup(33, -EINVAL);
	setup(0xff, -EINVAL);
	for (bit = 8; bit < 64; bit++)
		if (!(known & BIT(bit)) && (bit < 16 || bit > 23))
			setup(BIT(bit) | 10, -EINVAL);
	msr_is(0x179, 32, &r_setup);
	setup(known | 32, 0);
	/* AMD reserves bits 63:9 (APM vol. 2, 9.3.1.1; svm_setup_mce()). */
	msr_is(0x179, (known & (is_kvm_amd() ? 0x1ff : ~0ull)) | 32, &r_setup);
	msr_is(MC_CTL(0), ~0ull, &r_setup);
	msr_is(MC_CTL(31), ~0ull, &r_setup);
	msr_is(MC_STATUS(31), 0, &r_setup);
	if (known & MCG_CTL_P)
		msr_is(MCG_CTL, ~0ull, &r_setup);
	/* Bits that old kernels clear, and one that none does. */
	bench_set_msr(&g, MC_CTL(4), ~BIT(10), true, &r_ctl);
	bench_set_msr(&g, MC_CTL(1), ~BIT(0), true, &r_ctl);
	bench_set_msr(&g, MC_CTL(0), ~BIT(1), false, &r_ctl);
	setup(1, 0);
	TEST_VERDICT(g.ok);
}

/* LMCE in MSR_IA32_FEAT_CTL is MCG_CAP.LMCE_P's, none of the others'. */
static void lmce_bit(uint64_t cap)
{
	bench_boot(&g, PROBE_LONG);
	setup(cap | 10, 0);
	bench_want(&g, probe_wrmsr(&g.probe, MSR_IA32_FEAT_CTL, LMCE_ENABLED),
		   cap & MCG_LMCE_P, "WRMSR of LMCE_ENABLED with MCG_CAP", cap,
		   &r_lmce);
	bench_run(&g);
}

TEST_F(mce, lmce)
{
	uint64_t known = g.facts->mce_cap;

	if (!facts_host_is_intel(g.facts) || !(known & MCG_LMCE_P))
		TEST_SKIP("KVM has no LMCE here");
	TEST_NEEDS(&g, NEED_FAULTS);
	lmce_bit(known & ~MCG_LMCE_P);
	lmce_bit(MCG_LMCE_P);
	TEST_VERDICT(g.ok);
}

static void inject(unsigned int bank, uint64_t status, int want,
		   const struct reason *rule)
{
	struct kvm_x86_mce m = {
		.status = status, .addr = 0x1000 + bank, .misc = 0x77 + bank,
		.mcg_status = MCIP, .bank = bank,
	};

	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_X86_SET_MCE, &m), !want, want,
		   "KVM_X86_SET_MCE status", status, rule);
}

static void bank_is(unsigned int bank, uint64_t status, bool logged,
		    const struct reason *rule)
{
	msr_is(MC_STATUS(bank), status, rule);
	msr_is(MC_ADDR(bank), logged ? 0x1000 + bank : 0, rule);
	msr_is(MC_MISC(bank), logged ? 0x77 + bank : 0, rule);
}

TEST_F(mce, corrected)
{
	bench_new_guest(&g);
	setup((g.facts->mce_cap & MCG_CTL_P) | 10, 0);
	inject(3, 0x150, -EINVAL, &r_reject);
	inject(10, VAL | 0x150, -EINVAL, &r_reject);
	inject(255, VAL | 0x150, -EINVAL, &r_reject);
	bank_is(3, 0, false, &r_reject);
	inject(9, VAL | 0x150, 0, &r_log);
	bank_is(9, VAL | 0x150, true, &r_log);
	bank_is(8, 0, false, &r_log);
	inject(9, VAL | 0x151, 0, &r_log);
	bank_is(9, VAL | OVER | 0x151, true, &r_log);
	msr_is(MCG_STATUS, 0, &r_log);
	TEST_VERDICT(g.ok);
}

static void set_cr4_mce(bool on)
{
	struct kvm_sregs sregs;

	vcpu_get_sregs(&g.vcpu, &sregs);
	sregs.cr4 = on ? sregs.cr4 | CR4_MCE : sregs.cr4 & ~CR4_MCE;
	vcpu_set_sregs(&g.vcpu, &sregs);
}

static int pending_vector(void)
{
	struct kvm_vcpu_events ev;

	if (kvm_ioctl(g.vcpu.fd, KVM_GET_VCPU_EVENTS, &ev))
		test_stop("KVM_GET_VCPU_EVENTS failed");
	return ev.exception.injected || ev.exception.pending ?
	       ev.exception.nr : -1;
}

static void new_vcpu(bool cr4_mce)
{
	bench_boot(&g, PROBE_LONG);
	setup((g.facts->mce_cap & MCG_CTL_P) | 10, 0);
	set_cr4_mce(cr4_mce);
}

TEST_F(mce, uncorrected)
{
	uint64_t fatal = VAL | UC | PCC | 0x150;

	new_vcpu(true);
	vcpu_set_msr(&g.vcpu, MC_CTL(2), 0);
	inject(2, fatal, 0, &r_masked);
	bank_is(2, 0, false, &r_masked);
	if (g.facts->mce_cap & MCG_CTL_P) {
		vcpu_set_msr(&g.vcpu, MCG_CTL, 0);
		inject(3, fatal, 0, &r_masked);
		bank_is(3, 0, false, &r_masked);
		vcpu_set_msr(&g.vcpu, MCG_CTL, ~0ull);
	}
	bench_value(&g, pending_vector(), -1, "exception pending", 0, &r_masked);
	inject(3, fatal, 0, &r_mc);
	bank_is(3, fatal, true, &r_mc);
	msr_is(MCG_STATUS, MCIP, &r_mc);
	bench_value(&g, pending_vector(), MC_VECTOR, "exception pending", 0,
		    &r_mc);
	/* A corrected one does not overwrite it. */
	inject(3, VAL | 0x151, 0, &r_log);
	bank_is(3, fatal | OVER, true, &r_log);
	TEST_VERDICT(g.ok);
}

static void shuts_down(bool cr4_mce, uint64_t mcg_status, const char *what)
{
	new_vcpu(cr4_mce);
	vcpu_set_msr(&g.vcpu, MCG_STATUS, mcg_status);
	inject(3, VAL | UC | PCC | 0x150, 0, &r_mc);
	bench_value(&g, pending_vector(), -1, "exception pending", 0, &r_mc);
	bank_is(3, 0, false, &r_mc);
	probe_cpuid(&g.probe, 0, 0, (struct cpuid_regs){ { 0 } });
	if (__vcpu_run(&g.vcpu, 0))
		test_stop("KVM_RUN failed");
	bench_value(&g, g.vcpu.run->exit_reason, KVM_EXIT_SHUTDOWN, what,
		    mcg_status, &r_mc);
}

TEST_F(mce, shutdown)
{
	shuts_down(false, 0, "exit with CR4.MCE clear");
	shuts_down(true, MCIP, "exit with a machine check in progress");
	TEST_VERDICT(g.ok);
}

TEST_MAIN

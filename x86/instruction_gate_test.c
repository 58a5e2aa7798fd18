// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions: those of features that the guest is shown execute; those that
 * KVM can intercept fault exactly when the feature is hidden.  What hardware
 * does not let KVM hide is not asked for.
 */
#include "insn.h"
#include "test.h"

#define BIT(n)		(1ull << (n))
#define MSR_TSC_AUX	0xc0000103
#define MSR_VMX_SECONDARY 0x48b
#define MSR_MISC_ENABLE	0x1a0

static struct gate g;

static const struct gate_rule
r_runs = { RULE_I1, "guest CPUID has the feature, so its instruction executes (SDM vol. 2; APM vol. 3)" },
r_hidden = { RULE_I2, "the feature is hidden, and KVM can intercept its instruction: #UD (vmx_secondary_exec_control(), svm_recalc_instruction_intercepts())" },
r_both = { RULE_I3, "on Intel one control allows RDTSCP and RDPID: either feature opens both (vmx_secondary_exec_control())" },
r_emulated = { RULE_I4, "the CPU lacks the instruction: KVM emulates it if guest CPUID has it, else #UD (KVM_GET_EMULATED_CPUID)" },
r_mwait = { RULE_Q8, "MONITOR and MWAIT are NOPs whatever CPUID says, unless quirk MWAIT_NEVER_UD_FAULTS is off: then #UD without the CPUID bit (KVM api.rst)" },
r_no_mwait = { RULE_Q8, "a CPU without MONITOR and MWAIT: #UD comes before any intercept (SDM vol. 3, 26.1.1; APM vol. 2, 15.7), and KVM does not emulate them" },
r_mirror = { RULE_Q6, "with quirk MISC_ENABLE_NO_MWAIT off the CPUID bit mirrors MISC_ENABLE[18] (KVM api.rst)" },
r_never = { RULE_I7, "an instruction that KVM virtualises for nobody is #UD (SDM vol. 2; APM vol. 3)" },
r_nop = { RULE_I8, "KVM intercepts INVD and WBINVD and skips them" },
r_umip = { RULE_I9, "with CR4.UMIP, SGDT, SIDT, SLDT and STR at CPL 3 are #GP (SDM vol. 3, 2.5)" };

static const struct cpuid_feature
f_mwait = CPUID_FEATURE_INIT(1, 0, REG_ECX, 3),
f_movbe = CPUID_FEATURE_INIT(1, 0, REG_ECX, 22),
f_rdrand = CPUID_FEATURE_INIT(1, 0, REG_ECX, 30),
f_invpcid = CPUID_FEATURE_INIT(7, 0, REG_EBX, 10),
f_rdseed = CPUID_FEATURE_INIT(7, 0, REG_EBX, 18),
f_umip = CPUID_FEATURE_INIT(7, 0, REG_ECX, 2),
f_waitpkg = CPUID_FEATURE_INIT(7, 0, REG_ECX, 5),
f_rdpid = CPUID_FEATURE_INIT(7, 0, REG_ECX, 22),
f_xsaves = CPUID_FEATURE_INIT(0xd, 1, REG_EAX, 3),
f_rdtscp = CPUID_FEATURE_INIT(0x80000001, 0, REG_EDX, 27);

FIXTURE(instruction) { int unused; };

FIXTURE_SETUP(instruction)
{
	gate_open(&g, 0);
}

FIXTURE_TEARDOWN(instruction)
{
	gate_close(&g);
}

/*
 * Only of features that KVM takes from the CPU: what it emulates comes below,
 * what userspace made up is userspace's business.
 */
TEST_F(instruction, exposed_executes)
{
	uint64_t xcr0;
	unsigned int i;

	GATE_NEEDS_FAULTS(&g);
	xcr0 = insn_boot(&g);
	for (i = 0; i < nr_insns; i++)
		if (insn_usable(&g, insns[i].f) && gate_host_has(&g, insns[i].f) &&
		    !(insns[i].xcr0 & ~xcr0))
			insn_add(&g, &insns[i], PROBE_NO_VECTOR, &r_runs);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- features that KVM can hide ------------------------------------------ */
static bool vmx_can(unsigned int control)
{
	return msr_get(&g.facts->feature_msrs, MSR_VMX_SECONDARY) >>
	       (32 + control) & 1;
}

/* In turn shown and hidden, the rest as in the max model. */
static void shown_and_hidden(struct cpuid_feature f)
{
	gate_reset_list(&g);
	gate_feature(&g, f, true);
	insn_boot(&g);
	insn_runs(&g, f, &r_runs);
	gate_run(&g);
	gate_feature(&g, f, false);
	insn_boot(&g);
	insn_is_ud(&g, f, &r_hidden);
	gate_run(&g);
}

#define NEEDS(cond, why) do { \
	if (!(cond)) \
		TEST_SKIP(why); \
	GATE_NEEDS_FAULTS(&g); \
} while (0)

TEST_F(instruction, invpcid)
{
	NEEDS(gate_kvm_has(&g, f_invpcid), "KVM has no INVPCID here");
	shown_and_hidden(f_invpcid);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, rdrand)
{
	NEEDS(facts_host_is_intel(g.facts) && gate_kvm_has(&g, f_rdrand) &&
	      vmx_can(11), "RDRAND exiting is not known to exist here");
	shown_and_hidden(f_rdrand);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, rdseed)
{
	NEEDS(facts_host_is_intel(g.facts) && gate_kvm_has(&g, f_rdseed) &&
	      vmx_can(16), "RDSEED exiting is not known to exist here");
	shown_and_hidden(f_rdseed);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, xsaves)
{
	NEEDS(facts_host_is_intel(g.facts) && gate_kvm_has(&g, f_xsaves),
	      "only VMX can hide XSAVES, where there is XSAVES");
	shown_and_hidden(f_xsaves);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, waitpkg)
{
	NEEDS(facts_host_is_intel(g.facts) && gate_kvm_has(&g, f_waitpkg),
	      "KVM has no WAITPKG here");
	shown_and_hidden(f_waitpkg);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, rdtscp_amd)
{
	NEEDS(facts_host_is_amd(g.facts) && gate_kvm_has(&g, f_rdtscp),
	      "no RDTSCP on an AMD host here");
	if (gate_host_is_tcg(&g))
		TEST_SKIP("QEMU's TCG does not intercept RDTSCP");
	shown_and_hidden(f_rdtscp);
	TEST_VERDICT(g.ok);
}

static void rdtscp_rdpid(bool rdtscp, bool rdpid)
{
	gate_reset_list(&g);
	gate_feature(&g, f_rdtscp, rdtscp);
	gate_feature(&g, f_rdpid, rdpid);
	insn_boot(&g);
	if (rdtscp || gate_guest_has(&g, f_rdpid))
		insn_runs(&g, f_rdtscp, &r_both);
	else
		insn_is_ud(&g, f_rdtscp, &r_both);
	gate_run(&g);
}

TEST_F(instruction, rdtscp_intel)
{
	NEEDS(facts_host_is_intel(g.facts) && gate_kvm_has(&g, f_rdtscp),
	      "no RDTSCP on an Intel host here");
	rdtscp_rdpid(true, true);
	rdtscp_rdpid(true, false);
	rdtscp_rdpid(false, true);
	rdtscp_rdpid(false, false);
	TEST_VERDICT(g.ok);
}

/* --- emulated where the CPU lacks them ------------------------------------ */
static void rdpid_reads_aux(void)
{
	insn_boot(&g);
	if (__vcpu_set_msr(&g.vcpu, MSR_TSC_AUX, 0x4321) != 1)
		test_stop("TSC_AUX cannot be set");
	probe_expect_reg(insn_runs(&g, f_rdpid, &r_emulated), REG_EAX, 0x4321);
	gate_run(&g);
}

TEST_F(instruction, rdpid)
{
	bool hardware = gate_host_has(&g, f_rdpid);

	NEEDS(gate_kvm_has(&g, f_rdtscp) || gate_kvm_has(&g, f_rdpid),
	      "KVM has no TSC_AUX here");
	gate_feature(&g, f_rdpid, true);
	rdpid_reads_aux();
	gate_feature(&g, f_rdtscp, false);
	rdpid_reads_aux();
	if (!hardware) {
		gate_reset_list(&g);
		gate_feature(&g, f_rdpid, false);
		insn_boot(&g);
		insn_is_ud(&g, f_rdpid, &r_emulated);
		gate_run(&g);
	}
	TEST_VERDICT(g.ok);
}

static void movbe(bool exposed)
{
	uint32_t value = 0x11223344;
	struct probe_request *r;

	gate_reset_list(&g);
	gate_feature(&g, f_movbe, exposed);
	insn_boot(&g);
	memcpy(vm_at(&g.vm, PROBE_SCRATCH), &value, sizeof(value));
	if (exposed || gate_host_has(&g, f_movbe)) {
		r = insn_runs(&g, f_movbe, &r_emulated);
		probe_expect_reg(r, REG_EAX, 0x44332211);
	} else {
		insn_is_ud(&g, f_movbe, &r_emulated);
	}
	gate_run(&g);
}

TEST_F(instruction, movbe)
{
	GATE_NEEDS_FAULTS(&g);
	movbe(true);
	movbe(false);
	TEST_VERDICT(g.ok);
}

/* --- MONITOR, MWAIT -------------------------------------------------------- */
static void mwait(bool ud, const struct gate_rule *rule)
{
	static const uint8_t monitor[] = { 0x0f, 0x01, 0xc8 };
	static const uint8_t mwait[] = { 0x0f, 0x01, 0xc9 };
	bool lacking = subject_cpu_lacks_mwait(g.facts);
	uint8_t vector = ud || lacking ? UD_VECTOR : PROBE_NO_VECTOR;
	struct probe_request *r;

	if (lacking)
		rule = &r_no_mwait;
	r = insn_plain(&g, monitor, 3);
	r->in.rax = PROBE_SCRATCH;
	gate_want_fault(&g, r, vector, "MONITOR", 0, rule);
	gate_want_fault(&g, insn_plain(&g, mwait, 3), vector, "MWAIT", 0, rule);
	gate_run(&g);
}

TEST_F(instruction, mwait_with_quirk)
{
	GATE_NEEDS_FAULTS(&g);
	gate_feature(&g, f_mwait, false);
	insn_boot(&g);
	mwait(false, &r_mwait);
	gate_feature(&g, f_mwait, true);
	insn_boot(&g);
	mwait(false, &r_mwait);
	TEST_VERDICT(g.ok);
}

static bool quirks_can_go(uint64_t mask)
{
	return (kvm_check_cap(g.vm.kvm_fd, KVM_CAP_DISABLE_QUIRKS2) & mask) ==
	       mask;
}

TEST_F(instruction, mwait_without_quirk)
{
	NEEDS(quirks_can_go(KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS),
	      "this KVM has no quirk MWAIT_NEVER_UD_FAULTS");
	vm_enable_cap(&g.vm, KVM_CAP_DISABLE_QUIRKS2,
		      KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS);
	gate_feature(&g, f_mwait, false);
	insn_boot(&g);
	mwait(true, &r_mwait);
	/* KVM never offers the bit, but counts it when it is installed. */
	gate_feature(&g, f_mwait, true);
	insn_boot(&g);
	mwait(false, &r_mwait);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, mwait_mirrors_misc_enable)
{
	const uint64_t both = KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS |
			      KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT;

	NEEDS(quirks_can_go(both), "this KVM lacks one of the two quirks");
	vm_enable_cap(&g.vm, KVM_CAP_DISABLE_QUIRKS2, both);
	gate_feature(&g, f_mwait, true);
	insn_boot(&g);
	gate_want(&g, probe_rdmsr_is(&g.probe, MSR_MISC_ENABLE, 0x1800), true,
		  "RDMSR", MSR_MISC_ENABLE, &r_mirror);
	mwait(true, &r_mirror);
	vcpu_set_msr(&g.vcpu, MSR_MISC_ENABLE, 0x1800 | BIT(18));
	mwait(false, &r_mirror);
	TEST_VERDICT(g.ok);
}

/* --- always the same -------------------------------------------------------- */
static void fixed(const char *name, uint8_t vector,
		  const struct gate_rule *rule, const void *bytes,
		  unsigned int len)
{
	gate_want_fault(&g, insn_plain(&g, bytes, len), vector, name, 0, rule);
}

#define FIXED(name, vector, rule, ...) \
	fixed(name, vector, rule, (const uint8_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint8_t[]){ __VA_ARGS__ }))

TEST_F(instruction, fixed)
{
	GATE_NEEDS_FAULTS(&g);
	insn_boot(&g);
	FIXED("RDPRU", UD_VECTOR, &r_never, 0x0f, 0x01, 0xfd);
	FIXED("RSM", UD_VECTOR, &r_never, 0x0f, 0xaa);
	FIXED("GETSEC", UD_VECTOR, &r_never, 0x0f, 0x37);
	FIXED("PCONFIG", UD_VECTOR, &r_never, 0x0f, 0x01, 0xc5);
	FIXED("UD2", UD_VECTOR, &r_never, 0x0f, 0x0b);
	FIXED("INVD", PROBE_NO_VECTOR, &r_nop, 0x0f, 0x08);
	FIXED("WBINVD", PROBE_NO_VECTOR, &r_nop, 0x0f, 0x09);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- UMIP ------------------------------------------------------------------- */
static const struct named_insn umip_insns[] = {
	{ "SGDT", { 0x0f, 0x01, 0x07 }, 3 },
	{ "SIDT", { 0x0f, 0x01, 0x0f }, 3 },
	{ "SLDT", { 0x0f, 0x00, 0xc0 }, 3 },
	{ "STR",  { 0x0f, 0x00, 0xc8 }, 3 },
};

static void umip_at(enum probe_where where, uint8_t vector)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(umip_insns); i++) {
		struct probe_request *r = insn_plain(&g, umip_insns[i].bytes,
						umip_insns[i].len);

		if (where == PROBE_AT_CPL3)
			r->in.rdi += PROBE_USER_ALIAS;
		gate_want_fault(&g, probe_at(r, where), vector,
				umip_insns[i].name, where, &r_umip);
	}
}

TEST_F(instruction, umip)
{
	uint64_t cr4;

	NEEDS(insn_usable(&g, f_umip), "KVM has no UMIP here");
	if (!probe_place_works(&g.model, PROBE_AT_CPL3))
		TEST_SKIP("this KVM does not run the guest at CPL 3");
	insn_boot(&g);
	cr4 = insn_cr4(&g);
	umip_at(PROBE_AT_CPL3, PROBE_NO_VECTOR);
	gate_want(&g, probe_write_cr(&g.probe, 4, cr4 | CR4_UMIP), true,
		  "MOV to CR4 of", cr4 | CR4_UMIP, &r_umip);
	umip_at(PROBE_AT_CPL3, GP_VECTOR);
	umip_at(PROBE_AT_CPL0, PROBE_NO_VECTOR);
	gate_want(&g, probe_write_cr(&g.probe, 4, cr4), true,
		  "MOV to CR4 of", cr4, &r_umip);
	umip_at(PROBE_AT_CPL3, PROBE_NO_VECTOR);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions: those of features that the guest is shown execute; those that
 * KVM can intercept fault exactly when the feature is hidden.  What hardware
 * does not let KVM hide is not asked for.
 */
#include "insn.h"
#include "test.h"

static struct bench g;

static const struct reason
r_runs = { RULE_I1, "guest CPUID has the feature, so its instruction executes (SDM vol. 2; APM vol. 3)" },
r_hidden = { RULE_I2, "the feature is hidden, and KVM can intercept its instruction: #UD (vmx_secondary_exec_control(), svm_recalc_instruction_intercepts())" },
r_both = { RULE_I3, "on Intel one control allows RDTSCP and RDPID: either feature opens both (vmx_secondary_exec_control())" },
r_emulated = { RULE_I4, "the CPU lacks the instruction: KVM emulates it if guest CPUID has it, else #UD (KVM_GET_EMULATED_CPUID)" },
r_mwait = { RULE_Q8, "MONITOR and MWAIT are NOPs whatever CPUID says, unless quirk MWAIT_NEVER_UD_FAULTS is off: then #UD without the CPUID bit (KVM api.rst)" },
r_no_mwait = { RULE_Q8, "a CPU without MONITOR and MWAIT: #UD comes before any intercept (SDM vol. 3, 26.1.1; APM vol. 2, 15.7), and KVM does not emulate them" },
r_mirror = { RULE_Q6, "with quirk MISC_ENABLE_NO_MWAIT off the CPUID bit mirrors MISC_ENABLE[18] (KVM api.rst)" },
r_never = { RULE_I7, "an instruction that KVM virtualises for nobody is #UD (SDM vol. 2; APM vol. 3)" },
r_nop = { RULE_I8, "KVM intercepts INVD and WBINVD and skips them" },
r_imm = { RULE_I26, "RDMSR and WRMSRNS with an immediate reach the MSR that ECX would (SDM vol. 2, RDMSR)" },
r_umip = { RULE_I9, "with CR4.UMIP, SGDT, SIDT, SLDT and STR at CPL 3 are #GP (SDM vol. 3, 2.5)" };

BENCH_FIXTURE(instruction, &g, 0)

/*
 * Only of features that KVM takes from the CPU: what it emulates comes below,
 * what userspace made up is userspace's business.
 */
TEST_F(instruction, exposed_executes)
{
	uint64_t xcr0;
	unsigned int i;

	TEST_NEEDS(&g, NEED_FAULTS);
	xcr0 = insn_boot(&g);
	for (i = 0; i < nr_insns; i++)
		if (bench_usable(&g, insns[i].f) && bench_host_has(&g, insns[i].f) &&
		    !(insns[i].xcr0 & ~xcr0))
			insn_add(&g, &insns[i], PROBE_NO_VECTOR, &r_runs);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- features that KVM can hide ------------------------------------------ */
/* In turn shown and hidden, the rest as in the max model. */
static void shown_and_hidden(struct cpuid_feature f)
{
	bench_reset_list(&g);
	bench_feature(&g, f, true);
	insn_boot(&g);
	insn_runs(&g, f, &r_runs);
	bench_run(&g);
	bench_feature(&g, f, false);
	insn_boot(&g);
	insn_is_ud(&g, f, &r_hidden);
	bench_run(&g);
}

TEST_F(instruction, invpcid)
{
	TEST_NEEDS(&g, NEED_INVPCID, NEED_FAULTS);
	shown_and_hidden(F_INVPCID);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, rdrand)
{
	TEST_NEEDS(&g, NEED_RDRAND_EXITS, NEED_FAULTS);
	shown_and_hidden(F_RDRAND);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, rdseed)
{
	TEST_NEEDS(&g, NEED_RDSEED_EXITS, NEED_FAULTS);
	shown_and_hidden(F_RDSEED);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, xsaves)
{
	TEST_NEEDS(&g, NEED_INTEL_XSAVES, NEED_FAULTS);
	shown_and_hidden(F_XSAVES);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, waitpkg)
{
	TEST_NEEDS(&g, NEED_INTEL_WAITPKG, NEED_FAULTS);
	shown_and_hidden(F_WAITPKG);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, rdtscp_amd)
{
	TEST_NEEDS(&g, NEED_AMD_RDTSCP, NEED_FAULTS, NEED_RDTSCP_EXITS);
	shown_and_hidden(F_RDTSCP);
	TEST_VERDICT(g.ok);
}

static void rdtscp_rdpid(bool rdtscp, bool rdpid)
{
	bench_reset_list(&g);
	bench_feature(&g, F_RDTSCP, rdtscp);
	bench_feature(&g, F_RDPID, rdpid);
	insn_boot(&g);
	if (rdtscp || bench_guest_has(&g, F_RDPID))
		insn_runs(&g, F_RDTSCP, &r_both);
	else
		insn_is_ud(&g, F_RDTSCP, &r_both);
	bench_run(&g);
}

TEST_F(instruction, rdtscp_intel)
{
	TEST_NEEDS(&g, NEED_INTEL_RDTSCP, NEED_FAULTS);
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
	probe_expect_reg(insn_runs(&g, F_RDPID, &r_emulated), REG_EAX, 0x4321);
	bench_run(&g);
}

TEST_F(instruction, rdpid)
{
	bool hardware = bench_host_has(&g, F_RDPID);

	TEST_NEEDS(&g, NEED_TSC_AUX, NEED_FAULTS);
	bench_feature(&g, F_RDPID, true);
	rdpid_reads_aux();
	bench_feature(&g, F_RDTSCP, false);
	rdpid_reads_aux();
	if (!hardware) {
		bench_reset_list(&g);
		bench_feature(&g, F_RDPID, false);
		insn_boot(&g);
		insn_is_ud(&g, F_RDPID, &r_emulated);
		bench_run(&g);
	}
	TEST_VERDICT(g.ok);
}

static void movbe(bool exposed)
{
	uint32_t value = 0x11223344;
	struct probe_request *r;

	bench_reset_list(&g);
	bench_feature(&g, F_MOVBE, exposed);
	insn_boot(&g);
	memcpy(vm_at(&g.vm, PROBE_SCRATCH), &value, sizeof(value));
	if (exposed || bench_host_has(&g, F_MOVBE)) {
		r = insn_runs(&g, F_MOVBE, &r_emulated);
		probe_expect_reg(r, REG_EAX, 0x44332211);
	} else {
		insn_is_ud(&g, F_MOVBE, &r_emulated);
	}
	bench_run(&g);
}

TEST_F(instruction, movbe)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	movbe(true);
	movbe(false);
	TEST_VERDICT(g.ok);
}

/* --- MONITOR, MWAIT -------------------------------------------------------- */
static void mwait(bool ud, const struct reason *rule)
{
	static const uint8_t monitor[] = { 0x0f, 0x01, 0xc8 };
	static const uint8_t mwait[] = { 0x0f, 0x01, 0xc9 };
	bool lacking = bench_cpu_lacks_mwait(&g);
	uint8_t vector = ud || lacking ? UD_VECTOR : PROBE_NO_VECTOR;
	struct probe_request *r;

	if (lacking)
		rule = &r_no_mwait;
	r = insn_plain(&g, monitor, 3);
	r->in.rax = PROBE_SCRATCH;
	bench_want_fault(&g, r, vector, "MONITOR", 0, rule);
	bench_want_fault(&g, insn_plain(&g, mwait, 3), vector, "MWAIT", 0, rule);
	bench_run(&g);
}

TEST_F(instruction, mwait_with_quirk)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	bench_feature(&g, F_MWAIT, false);
	insn_boot(&g);
	mwait(false, &r_mwait);
	bench_feature(&g, F_MWAIT, true);
	insn_boot(&g);
	mwait(false, &r_mwait);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, mwait_without_quirk)
{
	TEST_NEEDS(&g, NEED_QUIRK_NEVER_UD, NEED_FAULTS);
	vm_enable_cap(&g.vm, KVM_CAP_DISABLE_QUIRKS2,
		      KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS);
	bench_feature(&g, F_MWAIT, false);
	insn_boot(&g);
	mwait(true, &r_mwait);
	/* KVM never offers the bit, but counts it when it is installed. */
	bench_feature(&g, F_MWAIT, true);
	insn_boot(&g);
	mwait(false, &r_mwait);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, mwait_mirrors_misc_enable)
{
	const uint64_t both = KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS |
			      KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT;

	TEST_NEEDS(&g, NEED_QUIRK_NEVER_UD, NEED_QUIRK_NO_MWAIT, NEED_FAULTS);
	vm_enable_cap(&g.vm, KVM_CAP_DISABLE_QUIRKS2, both);
	bench_feature(&g, F_MWAIT, true);
	insn_boot(&g);
	bench_want(&g, probe_rdmsr_is(&g.probe, MSR_IA32_MISC_ENABLE, 0x1800), true,
		   "RDMSR", MSR_IA32_MISC_ENABLE, &r_mirror);
	mwait(true, &r_mirror);
	vcpu_set_msr(&g.vcpu, MSR_IA32_MISC_ENABLE, 0x1800 | BIT(18));
	mwait(false, &r_mirror);
	TEST_VERDICT(g.ok);
}

/* --- always the same -------------------------------------------------------- */
static void fixed(const char *name, uint8_t vector,
		  const struct reason *rule, const void *bytes,
		  unsigned int len)
{
	bench_want_fault(&g, insn_plain(&g, bytes, len), vector, name, 0, rule);
}

#define FIXED(name, vector, rule, ...) \
	fixed(name, vector, rule, (const uint8_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint8_t[]){ __VA_ARGS__ }))

TEST_F(instruction, fixed)
{
	TEST_NEEDS(&g, NEED_FAULTS);
	insn_boot(&g);
	FIXED("RDPRU", UD_VECTOR, &r_never, 0x0f, 0x01, 0xfd);
	FIXED("RSM", UD_VECTOR, &r_never, 0x0f, 0xaa);
	FIXED("GETSEC", UD_VECTOR, &r_never, 0x0f, 0x37);
	FIXED("PCONFIG", UD_VECTOR, &r_never, 0x0f, 0x01, 0xc5);
	FIXED("UD2", UD_VECTOR, &r_never, 0x0f, 0x0b);
	FIXED("INVD", PROBE_NO_VECTOR, &r_nop, 0x0f, 0x08);
	FIXED("WBINVD", PROBE_NO_VECTOR, &r_nop, 0x0f, 0x09);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- an MSR by immediate ------------------------------------------------------ */
#define NO_SUCH_MSR	0x12345
#define SOME_VALUE	0x1234000

/* VEX.128.F2 (RDMSR) or F3 (WRMSRNS) MAP7 F6 /0: RAX, and the MSR's number. */
static struct probe_request *msr_imm(uint8_t vex, uint32_t msr)
{
	return PROBE_INSN(&g.probe, 0xc4, 0xe7, vex, 0xf6, 0xc0,
			  msr & 0xff, msr >> 8 & 0xff, msr >> 16 & 0xff,
			  msr >> 24);
}

static struct probe_request *rdmsr_imm(uint32_t msr)
{
	return msr_imm(0x7b, msr);
}

static struct probe_request *wrmsr_imm(uint32_t msr, uint64_t value)
{
	struct probe_request *r = msr_imm(0x7a, msr);

	r->in.rax = value;
	return r;
}

TEST_F(instruction, msr_immediate)
{
	TEST_NEEDS(&g, NEED_MSR_IMM, NEED_FAULTS, NEED_REFUSED_MSRS);
	bench_feature(&g, F_MSR_IMM, true);
	insn_boot(&g);
	bench_want(&g, wrmsr_imm(MSR_IA32_SYSENTER_EIP, SOME_VALUE), true,
		   "WRMSRNS of", MSR_IA32_SYSENTER_EIP, &r_imm);
	bench_want(&g, probe_rdmsr_is(&g.probe, MSR_IA32_SYSENTER_EIP,
				      SOME_VALUE), true, "RDMSR of",
		   MSR_IA32_SYSENTER_EIP, &r_imm);
	bench_want(&g, probe_expect_reg(rdmsr_imm(MSR_IA32_SYSENTER_EIP),
					REG_EAX, SOME_VALUE), true,
		   "RDMSR, immediate, of", MSR_IA32_SYSENTER_EIP, &r_imm);
	bench_want(&g, rdmsr_imm(NO_SUCH_MSR), false,
		   "RDMSR, immediate, of", NO_SUCH_MSR, &r_imm);
	bench_want(&g, wrmsr_imm(NO_SUCH_MSR, 0), false, "WRMSRNS of",
		   NO_SUCH_MSR, &r_imm);
	bench_run(&g);
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
		bench_want_fault(&g, probe_at(r, where), vector,
				 umip_insns[i].name, where, &r_umip);
	}
}

TEST_F(instruction, umip)
{
	uint64_t cr4;

	TEST_NEEDS(&g, NEED_UMIP, NEED_FAULTS, NEED_CPL3);
	insn_boot(&g);
	cr4 = insn_cr4(&g);
	umip_at(PROBE_AT_CPL3, PROBE_NO_VECTOR);
	bench_want(&g, probe_write_cr(&g.probe, 4, cr4 | CR4_UMIP), true,
		   "MOV to CR4 of", cr4 | CR4_UMIP, &r_umip);
	umip_at(PROBE_AT_CPL3, GP_VECTOR);
	umip_at(PROBE_AT_CPL0, PROBE_NO_VECTOR);
	bench_want(&g, probe_write_cr(&g.probe, 4, cr4), true,
		   "MOV to CR4 of", cr4, &r_umip);
	umip_at(PROBE_AT_CPL3, PROBE_NO_VECTOR);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

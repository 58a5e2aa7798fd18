// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions: those of features that the guest is shown execute; those that
 * KVM can intercept fault exactly when the feature is hidden.  What hardware
 * does not let KVM hide is not asked for.
 */
#include "gate.h"
#include "test.h"

#define BIT(n)		(1ull << (n))
#define CR4_BASE	0x620ull	/* PAE, OSFXSR, OSXMMEXCPT */
#define CR4_UMIP	BIT(11)
#define CR4_VMXE	BIT(13)
#define CR4_FSGSBASE	BIT(16)
#define CR4_OSXSAVE	BIT(18)
#define CR4_PKE		BIT(22)
#define EFER_SVME	BIT(12)
#define MSR_EFER	0xc0000080
#define MSR_TSC_AUX	0xc0000103
#define MSR_FEATURE_CONTROL 0x3a
#define MSR_VMX_BASIC	0x480
#define MSR_VMX_SECONDARY 0x48b
#define MSR_MISC_ENABLE	0x1a0
#define X_AVX		0x7ull
#define X_AVX512	0xe7ull

static struct gate g;

static const struct gate_rule
r_runs = { "I1", "guest CPUID has the feature, so its instruction executes (SDM vol. 2; APM vol. 3)" },
r_hidden = { "I2", "the feature is hidden, and KVM can intercept its instruction: #UD (vmx_secondary_exec_control(), svm_recalc_instruction_intercepts())" },
r_both = { "I3", "on Intel one control allows RDTSCP and RDPID: either feature opens both (vmx_secondary_exec_control())" },
r_emulated = { "I4", "the CPU lacks the instruction: KVM emulates it if guest CPUID has it, else #UD (KVM_GET_EMULATED_CPUID)" },
r_mwait = { "Q1", "MONITOR and MWAIT are NOPs whatever CPUID says, unless quirk MWAIT_NEVER_UD_FAULTS is off: then #UD without the CPUID bit (KVM api.rst)" },
r_mirror = { "Q2", "with quirk MISC_ENABLE_NO_MWAIT off the CPUID bit mirrors MISC_ENABLE[18] (KVM api.rst)" },
r_svm = { "I5", "SVM instructions are #UD without EFER.SVME, SKINIT in any case (APM vol. 3)" },
r_vmx = { "I6", "VMX instructions are #UD without CR4.VMXE, all but VMXON also before VMXON; VMXON needs FEATURE_CONTROL (SDM vol. 3, 30.3)" },
r_never = { "I7", "an instruction that KVM virtualises for nobody is #UD (SDM vol. 2; APM vol. 3)" },
r_nop = { "I8", "KVM intercepts INVD and WBINVD and skips them" },
r_umip = { "I9", "with CR4.UMIP, SGDT, SIDT, SLDT and STR at CPL 3 are #GP (SDM vol. 3, 2.5)" },
r_sgx = { "I10", "ENCLS: #UD without SGX and SGX1, #GP without FEATURE_CONTROL or for a leaf the guest lacks (SDM vol. 3, 36.5)" },
r_setup = { "I0", "setting up" };

static const struct cpuid_feature
f_vmx = CPUID_FEATURE_INIT(1, 0, REG_ECX, 5),
f_mwait = CPUID_FEATURE_INIT(1, 0, REG_ECX, 3),
f_movbe = CPUID_FEATURE_INIT(1, 0, REG_ECX, 22),
f_xsave = CPUID_FEATURE_INIT(1, 0, REG_ECX, 26),
f_rdrand = CPUID_FEATURE_INIT(1, 0, REG_ECX, 30),
f_fsgsbase = CPUID_FEATURE_INIT(7, 0, REG_EBX, 0),
f_sgx = CPUID_FEATURE_INIT(7, 0, REG_EBX, 2),
f_invpcid = CPUID_FEATURE_INIT(7, 0, REG_EBX, 10),
f_rdseed = CPUID_FEATURE_INIT(7, 0, REG_EBX, 18),
f_umip = CPUID_FEATURE_INIT(7, 0, REG_ECX, 2),
f_pku = CPUID_FEATURE_INIT(7, 0, REG_ECX, 3),
f_waitpkg = CPUID_FEATURE_INIT(7, 0, REG_ECX, 5),
f_rdpid = CPUID_FEATURE_INIT(7, 0, REG_ECX, 22),
f_xsaves = CPUID_FEATURE_INIT(0xd, 1, REG_EAX, 3),
f_sgx1 = CPUID_FEATURE_INIT(0x12, 0, REG_EAX, 0),
f_svm = CPUID_FEATURE_INIT(0x80000001, 0, REG_ECX, 2),
f_rdtscp = CPUID_FEATURE_INIT(0x80000001, 0, REG_EDX, 27);

/*
 * One instruction of each feature that has one which always executes.
 * Memory operands are at RDI; RSI is a second place; RAX, RCX, RDX are 0
 * unless set below.
 */
struct insn {
	const char *name;
	struct cpuid_feature f;
	uint64_t xcr0;			/* components it needs */
	uint8_t len;
	uint8_t bytes[PROBE_INSN_MAX];
	uint8_t rax, rcx;
};

#define F(fn, idx, rg, b)	CPUID_FEATURE_INIT(fn, idx, REG_##rg, b)
#define B(...) \
	.len = sizeof((const uint8_t[]){ __VA_ARGS__ }), .bytes = { __VA_ARGS__ }

static const struct insn insns[] = {
	{ "FNOP",       F(1, 0, EDX, 0), 0, B(0xd9, 0xd0) },
	{ "RDTSC",      F(1, 0, EDX, 4), 0, B(0x0f, 0x31) },
	{ "CMPXCHG8B",  F(1, 0, EDX, 8), 0, B(0x0f, 0xc7, 0x0f) },
	{ "CMOVZ",      F(1, 0, EDX, 15), 0, B(0x0f, 0x44, 0xc1) },
	{ "CLFLUSH",    F(1, 0, EDX, 19), 0, B(0x0f, 0xae, 0x3f) },
	{ "PADDB mm",   F(1, 0, EDX, 23), 0, B(0x0f, 0xfc, 0xc1) },
	{ "FXSAVE",     F(1, 0, EDX, 24), 0, B(0x0f, 0xae, 0x07) },
	{ "ADDPS",      F(1, 0, EDX, 25), 0, B(0x0f, 0x58, 0xc1) },
	{ "ADDPD",      F(1, 0, EDX, 26), 0, B(0x66, 0x0f, 0x58, 0xc1) },
	{ "ADDSUBPS",   F(1, 0, ECX, 0), 0, B(0xf2, 0x0f, 0xd0, 0xc1) },
	{ "PCLMULQDQ",  F(1, 0, ECX, 1), 0, B(0x66, 0x0f, 0x3a, 0x44, 0xc1, 0) },
	{ "PSHUFB",     F(1, 0, ECX, 9), 0, B(0x66, 0x0f, 0x38, 0x00, 0xc1) },
	{ "VFMADD132PS", F(1, 0, ECX, 12), X_AVX, B(0xc4, 0xe2, 0x71, 0x98, 0xc2) },
	{ "CMPXCHG16B", F(1, 0, ECX, 13), 0, B(0x48, 0x0f, 0xc7, 0x0f) },
	{ "PTEST",      F(1, 0, ECX, 19), 0, B(0x66, 0x0f, 0x38, 0x17, 0xc1) },
	{ "CRC32",      F(1, 0, ECX, 20), 0, B(0xf2, 0x0f, 0x38, 0xf1, 0xc1) },
	{ "MOVBE",      F(1, 0, ECX, 22), 0, B(0x0f, 0x38, 0xf0, 0x07) },
	{ "POPCNT",     F(1, 0, ECX, 23), 0, B(0xf3, 0x0f, 0xb8, 0xc1) },
	{ "AESENC",     F(1, 0, ECX, 25), 0, B(0x66, 0x0f, 0x38, 0xdc, 0xc1) },
	{ "XGETBV",     F(1, 0, ECX, 26), 1, B(0x0f, 0x01, 0xd0) },
	{ "VADDPS ymm", F(1, 0, ECX, 28), X_AVX, B(0xc5, 0xf4, 0x58, 0xc2) },
	{ "VCVTPH2PS",  F(1, 0, ECX, 29), X_AVX, B(0xc4, 0xe2, 0x7d, 0x13, 0xc1) },
	{ "RDRAND",     F(1, 0, ECX, 30), 0, B(0x0f, 0xc7, 0xf0) },
	{ "RDFSBASE",   F(7, 0, EBX, 0), 0, B(0xf3, 0x48, 0x0f, 0xae, 0xc0) },
	{ "ANDN",       F(7, 0, EBX, 3), X_AVX, B(0xc4, 0xe2, 0x70, 0xf2, 0xc2) },
	{ "VPADDD ymm", F(7, 0, EBX, 5), X_AVX, B(0xc5, 0xf5, 0xfe, 0xc2) },
	{ "MULX",       F(7, 0, EBX, 8), X_AVX, B(0xc4, 0xe2, 0x73, 0xf6, 0xc2) },
	{ "INVPCID",    F(7, 0, EBX, 10), 0, B(0x66, 0x0f, 0x38, 0x82, 0x06), .rax = 2 },
	{ "VADDPS zmm", F(7, 0, EBX, 16), X_AVX512, B(0x62, 0xf1, 0x74, 0x48, 0x58, 0xc2) },
	{ "VANDPD zmm", F(7, 0, EBX, 17), X_AVX512, B(0x62, 0xf1, 0xf5, 0x48, 0x54, 0xc2) },
	{ "RDSEED",     F(7, 0, EBX, 18), 0, B(0x0f, 0xc7, 0xf8) },
	{ "ADCX",       F(7, 0, EBX, 19), 0, B(0x66, 0x0f, 0x38, 0xf6, 0xc1) },
	{ "CLAC",       F(7, 0, EBX, 20), 0, B(0x0f, 0x01, 0xca) },
	{ "VPMADD52LUQ", F(7, 0, EBX, 21), X_AVX512, B(0x62, 0xf2, 0xf5, 0x48, 0xb4, 0xc2) },
	{ "CLFLUSHOPT", F(7, 0, EBX, 23), 0, B(0x66, 0x0f, 0xae, 0x3f) },
	{ "CLWB",       F(7, 0, EBX, 24), 0, B(0x66, 0x0f, 0xae, 0x37) },
	{ "VPCONFLICTD", F(7, 0, EBX, 28), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0xc4, 0xc1) },
	{ "SHA1NEXTE",  F(7, 0, EBX, 29), 0, B(0x0f, 0x38, 0xc8, 0xc1) },
	{ "VPADDB zmm", F(7, 0, EBX, 30), X_AVX512, B(0x62, 0xf1, 0x75, 0x48, 0xfc, 0xc2) },
	{ "VADDPS evex ymm", F(7, 0, EBX, 31), X_AVX512, B(0x62, 0xf1, 0x74, 0x28, 0x58, 0xc2) },
	{ "VPERMB",     F(7, 0, ECX, 1), X_AVX512, B(0x62, 0xf2, 0x75, 0x48, 0x8d, 0xc2) },
	{ "RDPKRU",     F(7, 0, ECX, 3), 0, B(0x0f, 0x01, 0xee) },
	{ "TPAUSE",     F(7, 0, ECX, 5), 0, B(0x66, 0x0f, 0xae, 0xf1) },
	{ "VPCOMPRESSB", F(7, 0, ECX, 6), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0x63, 0xc8) },
	{ "GF2P8MULB",  F(7, 0, ECX, 8), 0, B(0x66, 0x0f, 0x38, 0xcf, 0xc1) },
	{ "VAESENC ymm", F(7, 0, ECX, 9), X_AVX, B(0xc4, 0xe2, 0x75, 0xdc, 0xc2) },
	{ "VPCLMULQDQ", F(7, 0, ECX, 10), X_AVX, B(0xc4, 0xe3, 0x75, 0x44, 0xc2, 0) },
	{ "VPDPBUSD",   F(7, 0, ECX, 11), X_AVX512, B(0x62, 0xf2, 0x75, 0x48, 0x50, 0xc2) },
	{ "VPOPCNTB",   F(7, 0, ECX, 12), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0x54, 0xc1) },
	{ "VPOPCNTD",   F(7, 0, ECX, 14), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0x55, 0xc1) },
	{ "RDPID",      F(7, 0, ECX, 22), 0, B(0xf3, 0x0f, 0xc7, 0xf8) },
	{ "MOVDIRI",    F(7, 0, ECX, 27), 0, B(0x0f, 0x38, 0xf9, 0x07) },
	{ "MOVDIR64B",  F(7, 0, ECX, 28), 0, B(0x66, 0x0f, 0x38, 0xf8, 0x3e) },
	{ "SERIALIZE",  F(7, 0, EDX, 14), 0, B(0x0f, 0x01, 0xe8) },
	{ "VPDPBUSD vex", F(7, 1, EAX, 4), X_AVX, B(0xc4, 0xe2, 0x75, 0x50, 0xc2) },
	{ "VCVTNEPS2BF16", F(7, 1, EAX, 5), X_AVX512, B(0x62, 0xf2, 0x7e, 0x48, 0x72, 0xc1) },
	{ "XSAVEOPT",   F(0xd, 1, EAX, 0), 1, B(0x48, 0x0f, 0xae, 0x37), .rax = 3 },
	{ "XSAVEC",     F(0xd, 1, EAX, 1), 1, B(0x48, 0x0f, 0xc7, 0x27), .rax = 3 },
	{ "XGETBV(1)",  F(0xd, 1, EAX, 2), 1, B(0x0f, 0x01, 0xd0), .rcx = 1 },
	{ "XSAVES",     F(0xd, 1, EAX, 3), 1, B(0x48, 0x0f, 0xc7, 0x2f), .rax = 3 },
	{ "LAHF",       F(0x80000001, 0, ECX, 0), 0, B(0x9f) },
	{ "LZCNT",      F(0x80000001, 0, ECX, 5), 0, B(0xf3, 0x0f, 0xbd, 0xc1) },
	{ "INSERTQ",    F(0x80000001, 0, ECX, 6), 0, B(0xf2, 0x0f, 0x79, 0xc1) },
	{ "PREFETCHW",  F(0x80000001, 0, ECX, 8), 0, B(0x0f, 0x0d, 0x0f) },
	{ "RDTSCP",     F(0x80000001, 0, EDX, 27), 0, B(0x0f, 0x01, 0xf9) },
	{ "PFADD",      F(0x80000001, 0, EDX, 31), 0, B(0x0f, 0x0f, 0xc1, 0x9e) },
	{ "WBNOINVD",   F(0x80000008, 0, EBX, 9), 0, B(0xf3, 0x0f, 0x09) },
};

static struct probe_request *plain(const void *bytes, unsigned int len)
{
	struct probe_request *r = probe_insn(&g.probe, bytes, len);

	r->in.rdi = PROBE_SCRATCH;
	r->in.rsi = PROBE_SCRATCH + 0x1000;
	return r;
}

static const struct insn *insn_of(struct cpuid_feature f)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insns); i++)
		if (!memcmp(&insns[i].f, &f, sizeof(f)))
			return &insns[i];
	test_stop("no instruction for this feature");
}

static struct probe_request *add(const struct insn *insn, uint8_t vector,
				 const struct gate_rule *rule)
{
	struct probe_request *r = plain(insn->bytes, insn->len);

	r->in.rax = insn->rax;
	r->in.rcx = insn->rcx;
	return gate_want_fault(&g, r, vector, insn->name, 0, rule);
}

static struct probe_request *runs(struct cpuid_feature f,
				  const struct gate_rule *rule)
{
	return add(insn_of(f), PROBE_NO_VECTOR, rule);
}

static struct probe_request *is_ud(struct cpuid_feature f,
				   const struct gate_rule *rule)
{
	return add(insn_of(f), UD_VECTOR, rule);
}

static bool usable(struct cpuid_feature f)
{
	return gate_kvm_has(&g, f) && gate_guest_has(&g, f);
}

static uint64_t cr4_with_features(void)
{
	uint64_t cr4 = CR4_BASE;

	if (usable(f_fsgsbase))
		cr4 |= CR4_FSGSBASE;
	if (usable(f_xsave))
		cr4 |= CR4_OSXSAVE;
	if (usable(f_pku))
		cr4 |= CR4_PKE;
	return cr4;
}

/* All of XCR0, all of CR4 that instructions need. */
static uint64_t boot(void)
{
	uint64_t xcr0 = cpuid_get(&g.list, 0xd, 0, REG_EAX) &
			cpuid_get(&g.facts->supported, 0xd, 0, REG_EAX) &
			(X_AVX512 | BIT(9));

	memset(vm_at(&g.vm, PROBE_SCRATCH), 0, PROBE_SCRATCH_SIZE);
	gate_boot(&g, PROBE_LONG);
	gate_want(&g, probe_write_cr(&g.probe, 4, cr4_with_features()), true,
		  "MOV to CR4 of", cr4_with_features(), &r_setup);
	if (!usable(f_xsave))
		return 0;
	vcpu_set_xcr0(&g.vcpu, xcr0 | 1);
	return xcr0 | 1;
}

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
	xcr0 = boot();
	for (i = 0; i < ARRAY_SIZE(insns); i++)
		if (usable(insns[i].f) && gate_host_has(&g, insns[i].f) &&
		    !(insns[i].xcr0 & ~xcr0))
			add(&insns[i], PROBE_NO_VECTOR, &r_runs);
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
	boot();
	runs(f, &r_runs);
	gate_run(&g);
	gate_feature(&g, f, false);
	boot();
	is_ud(f, &r_hidden);
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
	boot();
	if (rdtscp || gate_guest_has(&g, f_rdpid))
		runs(f_rdtscp, &r_both);
	else
		is_ud(f_rdtscp, &r_both);
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
	boot();
	if (__vcpu_set_msr(&g.vcpu, MSR_TSC_AUX, 0x4321) != 1)
		test_stop("TSC_AUX cannot be set");
	probe_expect_reg(runs(f_rdpid, &r_emulated), REG_EAX, 0x4321);
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
		boot();
		is_ud(f_rdpid, &r_emulated);
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
	boot();
	memcpy(vm_at(&g.vm, PROBE_SCRATCH), &value, sizeof(value));
	if (exposed || gate_host_has(&g, f_movbe)) {
		r = runs(f_movbe, &r_emulated);
		probe_expect_reg(r, REG_EAX, 0x44332211);
	} else {
		is_ud(f_movbe, &r_emulated);
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
	uint8_t vector = ud ? UD_VECTOR : PROBE_NO_VECTOR;
	struct probe_request *r;

	r = plain(monitor, 3);
	r->in.rax = PROBE_SCRATCH;
	gate_want_fault(&g, r, vector, "MONITOR", 0, rule);
	gate_want_fault(&g, plain(mwait, 3), vector, "MWAIT", 0, rule);
	gate_run(&g);
}

TEST_F(instruction, mwait_with_quirk)
{
	GATE_NEEDS_FAULTS(&g);
	gate_feature(&g, f_mwait, false);
	boot();
	mwait(false, &r_mwait);
	gate_feature(&g, f_mwait, true);
	boot();
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
	boot();
	mwait(true, &r_mwait);
	/* Since 6.14 a bit that KVM does not have does not count. */
	if (g.facts->kernel < KERNEL(6, 14, 0)) {
		gate_feature(&g, f_mwait, true);
		boot();
		mwait(false, &r_mwait);
	}
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, mwait_mirrors_misc_enable)
{
	const uint64_t both = KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS |
			      KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT;

	NEEDS(quirks_can_go(both), "this KVM lacks one of the two quirks");
	vm_enable_cap(&g.vm, KVM_CAP_DISABLE_QUIRKS2, both);
	gate_feature(&g, f_mwait, true);
	boot();
	gate_want(&g, probe_rdmsr_is(&g.probe, MSR_MISC_ENABLE, 0x1800), true,
		  "RDMSR", MSR_MISC_ENABLE, &r_mirror);
	mwait(true, &r_mirror);
	if (g.facts->kernel < KERNEL(6, 14, 0)) {
		vcpu_set_msr(&g.vcpu, MSR_MISC_ENABLE, 0x1800 | BIT(18));
		mwait(false, &r_mirror);
	}
	TEST_VERDICT(g.ok);
}

/* --- SVM ------------------------------------------------------------------- */
static const struct named_insn {
	const char *name;
	uint8_t bytes[5];
	uint8_t len;
} svm_insns[] = {
	{ "VMRUN",   { 0x0f, 0x01, 0xd8 }, 3 },
	{ "VMLOAD",  { 0x0f, 0x01, 0xda }, 3 },
	{ "VMSAVE",  { 0x0f, 0x01, 0xdb }, 3 },
	{ "STGI",    { 0x0f, 0x01, 0xdc }, 3 },
	{ "CLGI",    { 0x0f, 0x01, 0xdd }, 3 },
	{ "SKINIT",  { 0x0f, 0x01, 0xde }, 3 },
	{ "INVLPGA", { 0x0f, 0x01, 0xdf }, 3 },
};

enum { VMLOAD = 1, VMSAVE, STGI, CLGI, SKINIT, INVLPGA };

static void svm_insn(unsigned int n, uint64_t rax, uint8_t vector)
{
	struct probe_request *r = plain(svm_insns[n].bytes,
					svm_insns[n].len);

	r->in.rax = rax;
	gate_want_fault(&g, r, vector, svm_insns[n].name, rax, &r_svm);
}

/*
 * KVM keeps EFER.SVME on in hardware; what it leaves to hardware (virtual
 * VMLOAD and VMSAVE, virtual GIF) is then never #UD.
 */
static bool left_to_hardware(unsigned int n)
{
	if (n == VMLOAD || n == VMSAVE)
		return facts_param_bool(g.facts, "kvm_amd", "vls", false);
	if (n == STGI || n == CLGI)
		return facts_param_bool(g.facts, "kvm_amd", "vgif", false);
	return false;
}

static void all_svm_ud(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(svm_insns); i++)
		if (!left_to_hardware(i))
			svm_insn(i, PROBE_SCRATCH, UD_VECTOR);
}

TEST_F(instruction, svm_off)
{
	GATE_NEEDS_FAULTS(&g);
	boot();
	all_svm_ud();
	gate_run(&g);
	gate_feature(&g, f_svm, false);
	boot();
	all_svm_ud();
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, svm_on)
{
	uint64_t efer = 0x500;

	NEEDS(facts_host_is_amd(g.facts) && usable(f_svm),
	      "no nested SVM here");
	boot();
	gate_want(&g, probe_wrmsr(&g.probe, MSR_EFER, efer | EFER_SVME), true,
		  "WRMSR EFER", efer | EFER_SVME, &r_svm);
	svm_insn(VMSAVE, PROBE_SCRATCH, PROBE_NO_VECTOR);
	svm_insn(VMLOAD, PROBE_SCRATCH, PROBE_NO_VECTOR);
	svm_insn(VMSAVE, PROBE_SCRATCH + 8, GP_VECTOR);
	svm_insn(VMLOAD, PROBE_SCRATCH + 8, GP_VECTOR);
	svm_insn(CLGI, 0, PROBE_NO_VECTOR);
	svm_insn(STGI, 0, PROBE_NO_VECTOR);
	svm_insn(INVLPGA, PROBE_SCRATCH, PROBE_NO_VECTOR);
	svm_insn(SKINIT, PROBE_SCRATCH, UD_VECTOR);
	gate_want(&g, probe_wrmsr(&g.probe, MSR_EFER, efer), true,
		  "WRMSR EFER", efer, &r_svm);
	all_svm_ud();
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- VMX ------------------------------------------------------------------- */
static const struct named_insn vmx_insns[] = {
	{ "VMXON",    { 0xf3, 0x0f, 0xc7, 0x37 }, 4 },
	{ "VMXOFF",   { 0x0f, 0x01, 0xc4 }, 3 },
	{ "VMLAUNCH", { 0x0f, 0x01, 0xc2 }, 3 },
	{ "VMRESUME", { 0x0f, 0x01, 0xc3 }, 3 },
	{ "VMPTRLD",  { 0x0f, 0xc7, 0x37 }, 3 },
	{ "VMPTRST",  { 0x0f, 0xc7, 0x3f }, 3 },
	{ "VMCLEAR",  { 0x66, 0x0f, 0xc7, 0x37 }, 4 },
	{ "VMREAD",   { 0x0f, 0x78, 0xc1 }, 3 },
	{ "VMWRITE",  { 0x0f, 0x79, 0xc1 }, 3 },
	{ "INVEPT",   { 0x66, 0x0f, 0x38, 0x80, 0x07 }, 5 },
	{ "INVVPID",  { 0x66, 0x0f, 0x38, 0x81, 0x07 }, 5 },
};

enum { VMXON, VMXOFF };

static void vmx_insn(unsigned int n, uint8_t vector)
{
	gate_want_fault(&g, plain(vmx_insns[n].bytes, vmx_insns[n].len),
			vector, vmx_insns[n].name, 0, &r_vmx);
}

/* From number n on. */
static void vmx_ud(unsigned int n)
{
	for (; n < ARRAY_SIZE(vmx_insns); n++)
		vmx_insn(n, UD_VECTOR);
}

TEST_F(instruction, vmx_off)
{
	GATE_NEEDS_FAULTS(&g);
	boot();
	vmx_ud(VMXON);
	gate_run(&g);
	gate_feature(&g, f_vmx, false);
	boot();
	vmx_ud(VMXON);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

/* The operand at RDI points to a region that begins with the revision. */
static void lay_vmxon_region(void)
{
	uint32_t revision = vcpu_get_msr(&g.vcpu, MSR_VMX_BASIC) & 0x7fffffff;
	uint64_t region = PROBE_SCRATCH + 0x2000;

	memcpy(vm_at(&g.vm, PROBE_SCRATCH), &region, sizeof(region));
	memcpy(vm_at(&g.vm, region), &revision, sizeof(revision));
}

static void boot_vmxe(uint64_t feature_control)
{
	uint64_t cr4 = cr4_with_features() | CR4_VMXE;

	boot();
	vcpu_set_msr(&g.vcpu, MSR_FEATURE_CONTROL, feature_control);
	lay_vmxon_region();
	gate_want(&g, probe_write_cr(&g.probe, 4, cr4), true, "MOV to CR4 of",
		  cr4, &r_vmx);
}

TEST_F(instruction, vmx_on)
{
	NEEDS(facts_host_is_intel(g.facts) && usable(f_vmx),
	      "no nested VMX here");
	boot_vmxe(0);
	vmx_insn(VMXON, GP_VECTOR);
	vmx_ud(VMXOFF);
	gate_run(&g);
	boot_vmxe(1);
	vmx_insn(VMXON, GP_VECTOR);
	gate_run(&g);
	boot_vmxe(4);
	vmx_insn(VMXON, GP_VECTOR);
	gate_run(&g);
	boot_vmxe(5);
	vmx_insn(VMXON, PROBE_NO_VECTOR);
	vmx_insn(VMXOFF, PROBE_NO_VECTOR);
	vmx_insn(VMXOFF, UD_VECTOR);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- always the same -------------------------------------------------------- */
static void fixed(const char *name, uint8_t vector,
		  const struct gate_rule *rule, const void *bytes,
		  unsigned int len)
{
	gate_want_fault(&g, plain(bytes, len), vector, name, 0, rule);
}

#define FIXED(name, vector, rule, ...) \
	fixed(name, vector, rule, (const uint8_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint8_t[]){ __VA_ARGS__ }))

TEST_F(instruction, fixed)
{
	GATE_NEEDS_FAULTS(&g);
	boot();
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
		struct probe_request *r = plain(umip_insns[i].bytes,
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

	NEEDS(usable(f_umip), "KVM has no UMIP here");
	if (!probe_place_works(&g.model, PROBE_AT_CPL3))
		TEST_SKIP("this KVM does not run the guest at CPL 3");
	boot();
	cr4 = cr4_with_features();
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

/* --- SGX -------------------------------------------------------------------- */
static void encls(uint32_t leaf, uint8_t vector)
{
	static const uint8_t bytes[] = { 0x0f, 0x01, 0xcf };
	struct probe_request *r = plain(bytes, sizeof(bytes));

	r->in.rax = leaf;
	gate_want_fault(&g, r, vector, "ENCLS", leaf, &r_sgx);
}

TEST_F(instruction, encls_hidden)
{
	GATE_NEEDS_FAULTS(&g);
	gate_feature(&g, f_sgx, false);
	boot();
	encls(0, UD_VECTOR);
	encls(2, UD_VECTOR);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_F(instruction, encls_exposed)
{
	NEEDS(gate_kvm_has(&g, f_sgx) && gate_kvm_has(&g, f_sgx1),
	      "KVM has no SGX here");
	gate_feature(&g, f_sgx, true);
	gate_feature(&g, f_sgx1, true);
	boot();
	encls(0, GP_VECTOR);
	encls(2, GP_VECTOR);
	encls(0x7f, GP_VECTOR);
	gate_run(&g);
	gate_feature(&g, f_sgx1, false);
	boot();
	encls(0, UD_VECTOR);
	gate_run(&g);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

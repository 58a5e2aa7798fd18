// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's own instruction emulator asks guest CPUID and the modes as a CPU does.
 * kvm.force_emulation_prefix makes it execute any instruction; without, it
 * gets those with operands in MMIO and few others.
 */
#include "backport.h"
#include "bench.h"
#include "test.h"

#define SYSCALL_TARGET	(PROBE_SCRATCH + 0x1000)
#define AUX		0x4321

static struct bench g;

static const struct reason
r_cpuid = { RULE_I19, "an emulated instruction is #UD unless guest CPUID has it (em_movbe(), em_rdpid(), check_fxsr())" },
r_tsd = { RULE_I20, "RDTSC at CPL 3 with CR4.TSD is #GP (SDM vol. 2)" },
r_umip = { RULE_I20, "SLDT, STR, SGDT and SIDT at CPL 3 with CR4.UMIP are #GP (SDM vol. 3, 2.5)" },
r_priv = { RULE_I20, "#GP for CPL 3 and for bad values, #UD for XSETBV without OSXSAVE (SDM vol. 2)" },
r_cr = { RULE_I20, "MOV to a control or debug register checks reserved bits (SDM vol. 3, 2.5)" },
r_dr = { RULE_I20, "MOV of a debug register: #UD for DR4 and DR5 with CR4.DE, then #DB with DR7.GD, then #GP for bits 63:32 (SDM vol. 3, 17.2; 55ac576a9bf4)" },
r_vendor = { RULE_I21, "in compatibility mode Intel's CPUs have SYSENTER, AMD's have SYSCALL; the other one is #UD (SDM vol. 2; APM vol. 3)" };

BENCH_FIXTURE(emulated, &g, VM_IRQCHIP)

/* The prefix is UD2 and "kvm". */
static struct probe_request *emulate(const void *insn, unsigned int len)
{
	uint8_t bytes[PROBE_INSN_MAX] = { 0x0f, 0x0b, 'k', 'v', 'm' };
	struct probe_request *r;

	memcpy(bytes + 5, insn, len);
	r = probe_insn(&g.probe, bytes, len + 5);
	r->in.rdi = PROBE_SCRATCH;
	return r;
}

#define EMULATE(...) \
	emulate((const uint8_t[]){ __VA_ARGS__ }, \
		sizeof((const uint8_t[]){ __VA_ARGS__ }))

static uint64_t boot(void)
{
	struct kvm_sregs s;

	bench_boot(&g, PROBE_LONG);
	vcpu_get_sregs(&g.vcpu, &s);
	return s.cr4;
}

static void wants(struct probe_request *r, uint8_t vector, const char *what,
		  uint64_t arg, const struct reason *rule)
{
	bench_want_fault(&g, r, vector, what, arg, rule);
}

/* --- features --------------------------------------------------------------- */
static void features(bool shown)
{
	uint8_t vector = shown ? PROBE_NO_VECTOR : UD_VECTOR;
	uint32_t value = 0x11223344;
	struct probe_request *r;

	bench_reset_list(&g);
	bench_feature(&g, F_RDTSCP, true);
	bench_feature(&g, F_MOVBE, shown);
	bench_feature(&g, F_RDPID, shown);
	boot();
	memcpy(vm_at(&g.vm, PROBE_SCRATCH), &value, sizeof(value));
	r = EMULATE(0x0f, 0x38, 0xf0, 0x07);
	if (shown)
		probe_expect_reg(r, REG_EAX, 0x44332211);
	wants(r, vector, "MOVBE", shown, &r_cpuid);
	if (__vcpu_set_msr(&g.vcpu, MSR_TSC_AUX, AUX) == 1) {
		r = EMULATE(0xf3, 0x0f, 0xc7, 0xf8);
		if (shown)
			probe_expect_reg(r, REG_EAX, AUX);
		wants(r, vector, "RDPID", shown, &r_cpuid);
	}
	bench_run(&g);
}

TEST_F(emulated, movbe_and_rdpid)
{
	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS);
	features(true);
	features(false);
	TEST_VERDICT(g.ok);
}

static void fxsave(bool shown)
{
	bench_reset_list(&g);
	bench_feature(&g, F_FXSR, shown);
	boot();
	wants(probe_at(EMULATE(0x0f, 0xae, 0x07), PROBE_AT_COMPAT0),
	      shown ? PROBE_NO_VECTOR : UD_VECTOR, "FXSAVE", shown, &r_cpuid);
	bench_run(&g);
}

TEST_F(emulated, fxsave)
{
	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS, NEED_COMPAT0);
	fxsave(true);
	fxsave(false);
	TEST_VERDICT(g.ok);
}

/* --- modes ------------------------------------------------------------------ */
static void set_cr4(uint64_t cr4)
{
	bench_want(&g, probe_write_cr(&g.probe, 4, cr4), true, "MOV to CR4 of",
		   cr4, &r_cr);
}

static void rdtsc(enum probe_where where, uint8_t vector)
{
	wants(probe_at(EMULATE(0x0f, 0x31), where), vector, "RDTSC at", where,
	      &r_tsd);
}

TEST_F(emulated, tsd)
{
	uint64_t cr4;

	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS, NEED_CPL3);
	cr4 = boot() & ~(CR4_TSD | CR4_DE);
	set_cr4(cr4 | CR4_DE);
	rdtsc(PROBE_AT_CPL3, PROBE_NO_VECTOR);
	set_cr4(cr4 | CR4_TSD);
	rdtsc(PROBE_AT_CPL3, GP_VECTOR);
	rdtsc(PROBE_AT_CPL0, PROBE_NO_VECTOR);
	set_cr4(cr4);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

static void tables(enum probe_where where, uint8_t vector)
{
	static const uint8_t insns[][3] = {
		{ 0x0f, 0x00, 0xc0 },	/* SLDT */
		{ 0x0f, 0x00, 0xc8 },	/* STR */
		{ 0x0f, 0x01, 0x07 },	/* SGDT */
		{ 0x0f, 0x01, 0x0f },	/* SIDT */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insns); i++) {
		struct probe_request *r = emulate(insns[i], 3);

		if (where == PROBE_AT_CPL3)
			r->in.rdi += PROBE_USER_ALIAS;
		wants(probe_at(r, where), vector, "SLDT, STR, SGDT, SIDT", i,
		      &r_umip);
	}
}

TEST_F(emulated, umip)
{
	uint64_t cr4;

	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS, NEED_CPL3, NEED_UMIP);
	bench_feature(&g, F_UMIP, true);
	cr4 = boot() & ~(CR4_UMIP | CR4_SMEP);
	set_cr4(cr4 | (bench_kvm_has(&g, F_SMEP) ? CR4_SMEP : 0));
	tables(PROBE_AT_CPL3, PROBE_NO_VECTOR);
	set_cr4(cr4 | CR4_UMIP);
	tables(PROBE_AT_CPL3, GP_VECTOR);
	tables(PROBE_AT_CPL0, PROBE_NO_VECTOR);
	set_cr4(cr4);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- privilege, reserved bits ------------------------------------------------ */
static struct probe_request *with(struct probe_request *r, uint64_t rax,
				  uint64_t rcx, uint64_t rdx)
{
	r->in.rax = rax;
	r->in.rcx = rcx;
	r->in.rdx = rdx;
	return r;
}

static void rdmsr(uint32_t msr, enum probe_where where, uint8_t vector)
{
	wants(probe_at(with(EMULATE(0x0f, 0x32), 0, msr, 0), where), vector,
	      "RDMSR", msr, &r_priv);
}

static void xsetbv(uint64_t value, uint32_t index, enum probe_where where,
		   uint8_t vector)
{
	wants(probe_at(with(EMULATE(0x0f, 0x01, 0xd1), value, index, 0), where),
	      vector, "XSETBV of", value, &r_priv);
}

TEST_F(emulated, privilege)
{
	uint64_t cr4;

	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS, NEED_CPL3);
	cr4 = boot();
	rdmsr(MSR_IA32_CR_PAT, PROBE_AT_CPL0, PROBE_NO_VECTOR);
	if (!facts_param_bool(g.facts, "kvm", "ignore_msrs", false))
		rdmsr(0x12345, PROBE_AT_CPL0, GP_VECTOR);
	rdmsr(MSR_IA32_CR_PAT, PROBE_AT_CPL3, GP_VECTOR);
	wants(with(EMULATE(0x0f, 0x30), 2, MSR_IA32_CR_PAT, 0), GP_VECTOR,
	      "WRMSR PAT", 2, &r_priv);
	if (bench_kvm_has(&g, F_XSAVE)) {
		set_cr4(cr4 & ~CR4_OSXSAVE);
		xsetbv(1, 0, PROBE_AT_CPL0, UD_VECTOR);
		set_cr4(cr4 | CR4_OSXSAVE);
		xsetbv(1, 0, PROBE_AT_CPL0, PROBE_NO_VECTOR);
		xsetbv(2, 0, PROBE_AT_CPL0, GP_VECTOR);
		xsetbv(1, 1, PROBE_AT_CPL0, GP_VECTOR);
		xsetbv(1, 0, PROBE_AT_CPL3, GP_VECTOR);
		set_cr4(cr4);
	}
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

static void mov_to(unsigned int opcode, unsigned int reg, uint64_t value,
		   bool ok)
{
	const uint8_t low[] = { 0x0f, opcode, 0xc0 | reg << 3 };
	const uint8_t high[] = { 0x44, 0x0f, opcode, 0xc0 };

	wants(with(reg < 8 ? emulate(low, 3) : emulate(high, 4), value, 0, 0),
	      ok ? PROBE_NO_VECTOR : GP_VECTOR,
	      opcode == 0x23 ? "MOV to DR of" : "MOV to CR of", value, &r_cr);
}

/*
 * With nested paging only the emulator brings CR3 and CR8 to KVM.  Of CR0 and
 * CR4 it drops bits 63:32 (mk_cr_64()): not asked for.
 */
TEST_F(emulated, reserved_bits)
{
	struct kvm_sregs s;
	unsigned int width;

	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS);
	boot();
	vcpu_get_sregs(&g.vcpu, &s);
	width = bench_entry(&g, 0x80000008)->eax & 0xff;
	mov_to(0x22, 0, s.cr0, true);
	mov_to(0x22, 0, s.cr0 & ~BIT(0), false);
	mov_to(0x22, 3, s.cr3, true);
	if (width < 52)
		mov_to(0x22, 3, s.cr3 | BIT(width), false);
	mov_to(0x22, 3, s.cr3 | BIT(51), width == 52);
	mov_to(0x22, 4, s.cr4, true);
	mov_to(0x22, 4, s.cr4 | BIT(15), false);
	mov_to(0x22, 3, s.cr3, true);
	mov_to(0x22, 8, 15, true);
	mov_to(0x22, 8, 16, false);
	mov_to(0x22, 8, 0, true);
	mov_to(0x23, 7, 0x400, true);
	mov_to(0x23, 7, BIT(32), false);
	mov_to(0x23, 6, BIT(63), false);
	bench_run(&g);
	TEST_VERDICT(g.ok);
}

/* --- debug registers ----------------------------------------------------------- */
#define DR7_GD		0x2400ull
#define DR6_BD		0xffff2ff0ull

static struct probe_request *mov_from_dr(unsigned int dr)
{
	const uint8_t insn[] = { 0x0f, 0x21, 0xc0 | dr << 3 };

	return emulate(insn, sizeof(insn));
}

static struct probe_request *mov_to_dr(unsigned int dr, uint64_t value)
{
	const uint8_t insn[] = { 0x0f, 0x23, 0xc0 | dr << 3 };

	return with(emulate(insn, sizeof(insn)), value, 0, 0);
}

/* Until 7.3 the value was looked at first. */
static void detected_or_refused(void)
{
	struct probe_request *r;

	wants(mov_to_dr(7, DR7_GD), PROBE_NO_VECTOR, "MOV to DR7 of", DR7_GD,
	      &r_dr);
	r = probe_any(mov_to_dr(7, BIT(32)));
	probe_run(&g.probe);
	bench_value(&g, r->vector,
		    change_wanted(g.facts->kernel, CHANGE_GD_BEFORE_VALUE,
				  r->vector == DB_VECTOR) ?
		    DB_VECTOR : GP_VECTOR,
		    "exception of MOV to DR7 with DR7.GD, of", BIT(32), &r_dr);
	bench_judge(&g);
}

TEST_F(emulated, debug_registers)
{
	uint64_t cr4;

	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS, NEED_CPL3);
	cr4 = boot() & ~CR4_DE;
	set_cr4(cr4 | CR4_DE);
	wants(mov_to_dr(7, DR7_GD), PROBE_NO_VECTOR, "MOV to DR7 of", DR7_GD,
	      &r_dr);
	wants(mov_from_dr(4), UD_VECTOR, "MOV from DR", 4, &r_dr);
	wants(mov_to_dr(5, 0x400), UD_VECTOR, "MOV to DR5 of", 0x400, &r_dr);
	wants(mov_from_dr(0), DB_VECTOR, "MOV from DR", 0, &r_dr);
	wants(probe_expect_reg(mov_from_dr(6), REG_EAX, DR6_BD),
	      PROBE_NO_VECTOR, "MOV from DR", 6, &r_dr);
	set_cr4(cr4);
	wants(probe_expect_reg(mov_from_dr(4), REG_EAX, DR6_BD),
	      PROBE_NO_VECTOR, "MOV from DR", 4, &r_dr);
	wants(probe_at(mov_from_dr(0), PROBE_AT_CPL3), GP_VECTOR,
	      "at CPL 3, MOV from DR", 0, &r_dr);
	detected_or_refused();
	TEST_VERDICT(g.ok);
}

/* --- vendors ------------------------------------------------------------------ */
static void vendor(bool amd)
{
	static const uint8_t back[] = { 0xcd, PROBE_RETURN_VECTOR };

	bench_reset_list(&g);
	cpuid_set_vendor(&g.list, amd ? "AuthenticAMD" : "GenuineIntel");
	boot();
	vcpu_set_msr(&g.vcpu, MSR_IA32_SYSENTER_CS, 0);
	/* Without a selector SYSENTER gets no further than #GP. */
	wants(probe_at(EMULATE(0x0f, 0x34), PROBE_AT_COMPAT0),
	      amd ? UD_VECTOR : GP_VECTOR, "SYSENTER of AMD's", amd, &r_vendor);
	if (!amd) {
		/* A SYSCALL that is executed comes back without a fault. */
		memcpy(vm_at(&g.vm, SYSCALL_TARGET), back, sizeof(back));
		vcpu_set_msr(&g.vcpu, MSR_CSTAR, SYSCALL_TARGET);
		probe_wrmsr(&g.probe, MSR_EFER, 0x501);
		wants(probe_at(EMULATE(0x0f, 0x05), PROBE_AT_COMPAT0),
		      UD_VECTOR, "SYSCALL of AMD's", amd, &r_vendor);
	}
	bench_run(&g);
}

TEST_F(emulated, fast_calls)
{
	TEST_NEEDS(&g, NEED_EMULATION, NEED_FAULTS, NEED_COMPAT0);
	vendor(true);
	vendor(false);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

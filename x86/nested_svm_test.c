// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMRUN by what CPUID says: its operand, and the state of the nested guest.
 * The guest of the test makes a VMCB, whose guest does VMMCALL at once: the
 * exit code in the VMCB says whether it was entered.
 * APM vol. 2, 15.5.1 and appendix B.
 */
#include "backport.h"
#include "bench.h"
#include "test.h"

#define EFER_BASE	0x500ull	/* LMA, LME */

/* Places in guest memory. */
#define VMCB		(PROBE_SCRATCH + 0x1000)
#define HSAVE		(PROBE_SCRATCH + 0x2000)
#define L2_CODE		(PROBE_SCRATCH + 0x3000)

/* Offsets in a VMCB: APM vol. 2, tables B-1 and B-2. */
#define INTERCEPTS_SVM	0x010		/* bit 0 VMRUN, bit 1 VMMCALL */
#define IOPM_BASE	0x040
#define MSRPM_BASE	0x048
#define ASID		0x058
#define EXIT_CODE	0x070
#define SAVE		0x400
#define S_ES		(SAVE + 0x000)
#define S_CS		(SAVE + 0x010)
#define S_SS		(SAVE + 0x020)
#define S_DS		(SAVE + 0x030)
#define S_GDTR		(SAVE + 0x060)
#define S_IDTR		(SAVE + 0x080)
#define S_EFER		(SAVE + 0x0d0)
#define S_CR4		(SAVE + 0x148)
#define S_CR3		(SAVE + 0x150)
#define S_CR0		(SAVE + 0x158)
#define S_DR7		(SAVE + 0x160)
#define S_DR6		(SAVE + 0x168)
#define S_RFLAGS	(SAVE + 0x170)
#define S_RIP		(SAVE + 0x178)

#define VMEXIT_VMMCALL	0x81ull
#define VMEXIT_INVALID	(~0ull)

static struct bench g;

static const struct reason
r_operand = { RULE_I23, "VMRUN: #GP without a page for the host's state in VM_HSAVE_PA, or if RAX is not the address of a page below MAXPHYADDR (APM vol. 3, VMRUN; 01ddcdc55e09)" },
r_outside = { RULE_I23, "VMRUN of a VMCB where the VM has no memory: #GP until 7.1, then KVM_EXIT_INTERNAL_ERROR (nested_svm_vmrun())" },
r_state = { RULE_I24, "VMRUN of a guest state with bits that CPUID does not show ends as VMEXIT_INVALID, at once (APM vol. 2, 15.5.1)" },
r_setup = { RULE_I5, "EFER.SVME and VM_HSAVE_PA of a guest that has SVM (APM vol. 2, 15.4)" };

FIXTURE(nested_svm) { };

FIXTURE_SETUP(nested_svm)
{
	bench_open(&g, 0);
	TEST_NEEDS(&g, NEED_NESTED_SVM, NEED_FAULTS);
}

FIXTURE_TEARDOWN(nested_svm)
{
	bench_close(&g);
}

/* --- a VMCB ---------------------------------------------------------------- */
static void put64(unsigned int offset, uint64_t value)
{
	memcpy(vm_at(&g.vm, VMCB + offset), &value, sizeof(value));
}

static uint64_t get64(unsigned int offset)
{
	uint64_t value;

	memcpy(&value, vm_at(&g.vm, VMCB + offset), sizeof(value));
	return value;
}

/* Selector, attributes, limit, base. */
static void put_segment(unsigned int offset, const struct kvm_segment *s)
{
	uint64_t attrib = s->type | s->s << 4 | s->dpl << 5 |
			  s->present << 7 | s->avl << 8 | s->l << 9 |
			  s->db << 10 | s->g << 11;

	put64(offset, s->selector | attrib << 16 | (uint64_t)s->limit << 32);
	put64(offset + 8, s->base);
}

static void put_table(unsigned int offset, const struct kvm_dtable *t)
{
	put64(offset, (uint64_t)t->limit << 32);
	put64(offset + 8, t->base);
}

/* A guest that is as its host is, and starts with VMMCALL. */
static void lay_vmcb(void)
{
	static const uint8_t vmmcall[] = { 0x0f, 0x01, 0xd9 };
	struct kvm_sregs s;

	vcpu_get_sregs(&g.vcpu, &s);
	memset(vm_at(&g.vm, VMCB), 0, 0x1000);
	memcpy(vm_at(&g.vm, L2_CODE), vmmcall, sizeof(vmmcall));
	put64(INTERCEPTS_SVM, 3);
	put64(ASID, 1);
	put_segment(S_ES, &s.es);
	put_segment(S_CS, &s.cs);
	put_segment(S_SS, &s.ss);
	put_segment(S_DS, &s.ds);
	put_table(S_GDTR, &s.gdt);
	put_table(S_IDTR, &s.idt);
	put64(S_EFER, EFER_BASE | EFER_SVME);
	put64(S_CR0, s.cr0);
	put64(S_CR3, s.cr3);
	put64(S_CR4, s.cr4);
	put64(S_DR6, 0xffff0ff0);
	put64(S_DR7, 0x400);
	put64(S_RFLAGS, 2);
	put64(S_RIP, L2_CODE);
}

/* --- one VMRUN ------------------------------------------------------------- */
static void boot(void)
{
	memset(vm_at(&g.vm, PROBE_SCRATCH), 0, PROBE_SCRATCH_SIZE);
	bench_boot(&g, PROBE_LONG);
	lay_vmcb();
	bench_want(&g, probe_wrmsr(&g.probe, MSR_EFER, EFER_BASE | EFER_SVME),
		   true, "WRMSR EFER", EFER_BASE | EFER_SVME, &r_setup);
}

static void hsave(void)
{
	bench_want(&g, probe_wrmsr(&g.probe, MSR_VM_HSAVE_PA, HSAVE), true,
		   "WRMSR VM_HSAVE_PA", HSAVE, &r_setup);
}

static struct probe_request *vmrun(uint64_t rax)
{
	struct probe_request *r = PROBE_INSN(&g.probe, 0x0f, 0x01, 0xd8);

	r->in.rax = rax;
	return r;
}

/* VMRUN in a vCPU with g.list, of the VMCB after a value was put into it. */
static void exit_is(uint64_t want, unsigned int offset, uint64_t value,
		    const char *what)
{
	boot();
	hsave();
	if (offset)
		put64(offset, value);
	bench_want(&g, vmrun(VMCB), true, "VMRUN", VMCB, &r_state);
	bench_run(&g);
	/* Without f402ecd7a8b6 the upper half is lost: vmrun-error-low. */
	bench_value_known(&g, EVENT_NESTED_EXIT_CODE, get64(EXIT_CODE), want,
			  (uint32_t)want, what, value, &r_state);
}

TEST_F(nested_svm, operand)
{
	boot();
	bench_want(&g, vmrun(VMCB), false, "without VM_HSAVE_PA, VMRUN", VMCB,
		   &r_operand);
	hsave();
	bench_want(&g, vmrun(BIT(52)), false, "VMRUN", BIT(52), &r_operand);
	bench_want(&g, vmrun(VMCB), true, "VMRUN", VMCB, &r_operand);
	bench_run(&g);
	bench_value(&g, get64(EXIT_CODE), VMEXIT_VMMCALL, "exit code of VMRUN",
		    VMCB, &r_operand);
	TEST_VERDICT(g.ok);
}

/*
 * A CPU may raise #GP before the exit or leave that to KVM (Bochs' does), and
 * KVM dropped the lower bits of the address until 7.1.
 */
TEST_F(nested_svm, misaligned)
{
	struct probe_request *r;
	bool faults;

	boot();
	hsave();
	r = probe_any(vmrun(VMCB + 8));
	probe_run(&g.probe);
	faults = r->vector == GP_VECTOR;
	bench_value(&g, faults, change_wanted(g.facts->kernel,
					      CHANGE_VMRUN_ALIGNED, faults),
		    "#GP by VMRUN", VMCB + 8, &r_operand);
	TEST_VERDICT(g.ok);
}

/* A page that an address of this width can name, and the VM does not have. */
#define OUTSIDE		0x40000000ull

TEST_F(nested_svm, outside_memory)
{
	struct probe_request *r;
	bool left, newer;
	char why[160];

	boot();
	hsave();
	bench_run(&g);
	r = probe_any(vmrun(OUTSIDE));
	left = __probe_run(&g.probe, why, sizeof(why));
	if (left && g.probe.end != RUN_ENDED_BY_EMULATOR)
		test_stop("VMRUN of a VMCB outside memory: %s", why);
	newer = change_wanted(g.facts->kernel, CHANGE_VMRUN_OUTSIDE, left);
	bench_value(&g, left, newer, "left to userspace by VMRUN", OUTSIDE,
		    &r_outside);
	if (!left)
		bench_value(&g, r->vector, GP_VECTOR, "exception of VMRUN",
			    OUTSIDE, &r_outside);
	TEST_VERDICT(g.ok);
}

/* --- what CPUID shows ------------------------------------------------------ */
TEST_F(nested_svm, controls)
{
	exit_is(VMEXIT_VMMCALL, 0, 0, "exit code of a good VMCB");
	exit_is(VMEXIT_INVALID, INTERCEPTS_SVM, 2, "exit code with intercepts");
	exit_is(VMEXIT_INVALID, ASID, 0, "exit code with ASID");
	exit_is(VMEXIT_INVALID, MSRPM_BASE, BIT(52),
		"exit code with MSRPM_BASE_PA");
	exit_is(VMEXIT_INVALID, IOPM_BASE, BIT(52),
		"exit code with IOPM_BASE_PA");
	exit_is(VMEXIT_INVALID, S_CR3, BIT(52), "exit code with CR3");
	exit_is(VMEXIT_INVALID, S_EFER, EFER_BASE, "exit code with EFER");
	exit_is(VMEXIT_INVALID, S_CR0, 0x20000001 | BIT(31),
		"exit code with CR0");
	TEST_VERDICT(g.ok);
}

static const struct state_bit {
	unsigned int offset, bit;
	struct cpuid_feature f;
} state_bits[] = {
	{ S_CR4, 11, F_UMIP },	/* UMIP */
	{ S_CR4, 16, F_FSGSBASE },	/* FSGSBASE */
	{ S_CR4, 17, F_PCID },	/* PCIDE */
	{ S_CR4, 18, F_XSAVE },	/* OSXSAVE */
	{ S_CR4, 20, F_SMEP },	/* SMEP */
	{ S_CR4, 21, F_SMAP },	/* SMAP */
	{ S_CR4, 22, F_PKU },	/* PKE */
	{ S_EFER, 11, F_NX },
	{ S_EFER, 14, F_FXSR_OPT },
};

static void state_bit(const struct state_bit *b)
{
	const char *what = b->offset == S_CR4 ? "exit code with CR4" :
						"exit code with EFER";
	uint64_t value;

	boot();
	value = get64(b->offset) | BIT(b->bit);
	if (bench_kvm_has(&g, b->f)) {
		bench_feature(&g, b->f, true);
		exit_is(VMEXIT_VMMCALL, b->offset, value, what);
	}
	bench_feature(&g, b->f, false);
	exit_is(VMEXIT_INVALID, b->offset, value, what);
	bench_reset_list(&g);
}

TEST_F(nested_svm, hidden_state)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(state_bits); i++)
		state_bit(&state_bits[i]);
	TEST_VERDICT(g.ok);
}

/* Bits that nobody has. */
TEST_F(nested_svm, reserved_state)
{
	exit_is(VMEXIT_INVALID, S_CR4, 0x20 | BIT(14), "exit code with CR4");
	exit_is(VMEXIT_INVALID, S_CR4, 0x20 | BIT(31), "exit code with CR4");
	exit_is(VMEXIT_INVALID, S_CR4, 0x20 | BIT(32), "exit code with CR4");
	exit_is(VMEXIT_INVALID, S_EFER, EFER_BASE | EFER_SVME | BIT(9),
		"exit code with EFER");
	exit_is(VMEXIT_INVALID, S_EFER, EFER_BASE | EFER_SVME | BIT(63),
		"exit code with EFER");
	exit_is(VMEXIT_INVALID, S_CR0, 0x80000011 | BIT(32),
		"exit code with CR0");
	exit_is(VMEXIT_INVALID, S_DR6, BIT(32), "exit code with DR6");
	exit_is(VMEXIT_INVALID, S_DR7, BIT(32), "exit code with DR7");
	TEST_VERDICT(g.ok);
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's paravirtual interrupts and hypercalls do what they promise: EOIs are
 * saved, "page ready" arrives, kicks and IPIs reach whom they name, and what is
 * not for the guest is refused.  Documentation/virt/kvm/x86/msr.rst and
 * hypercalls.rst.
 */
#include "pv.h"
#include "test.h"

/* --- interrupts -------------------------------------------------------- */

#define VECTOR		PROBE_RETURN_VECTOR	/* its gate returns */
#define APIC_SPIV	0xf0
#define APIC_ISR	0x100
#define APIC_IRR	0x200

static uint32_t *apic_vector_reg(struct kvm_lapic_state *s, unsigned int base)
{
	return (uint32_t *)(s->regs + base + 16 * (VECTOR / 32));
}

static bool apic_bit(struct vcpu *v, unsigned int base)
{
	return vcpu_lapic_reg(v, base + 16 * (VECTOR / 32)) >> VECTOR % 32 & 1;
}

/* Software enable, and maybe an interrupt that waits. */
static void enable_apic(struct vcpu *v, bool pending)
{
	struct kvm_lapic_state s;

	vcpu_get_lapic(v, &s);
	*(uint32_t *)(s.regs + APIC_SPIV) = 0x1ff;
	if (pending)
		*apic_vector_reg(&s, APIC_IRR) |= 1u << VECTOR % 32;
	vcpu_set_lapic(v, &s);
}

/* With APICv or AVIC the hardware takes EOIs and KVM leaves the page alone. */
static bool apic_virtualised(const struct host_facts *f)
{
	return facts_param_bool(f, "kvm_intel", "enable_apicv", false) ||
	       facts_param_bool(f, "kvm_amd", "avic", false);
}

#define EOI_TRIES	8
#define EOI_WHY \
	"the flag is set while an interrupt is in service; a guest that clears it has done the EOI (msr.rst, MSR_KVM_PV_EOI_EN)"

/*
 * sti; nop: the interrupt comes, its gate leads back.  Any exit from the guest
 * in between takes the flag away until the next event, so touch the page
 * before, and try again.
 */
static struct probe_request *take_interrupt(struct bench *pv)
{
	struct kvm_lapic_state s;

	vcpu_get_lapic(&pv->vcpu, &s);
	*apic_vector_reg(&s, APIC_ISR) = 0;
	vcpu_set_lapic(&pv->vcpu, &s);
	enable_apic(&pv->vcpu, true);
	pv_guest_reads(pv, PV_PAGE, 1);
	return bench_name(pv, PROBE_INSN(&pv->probe, 0xfb, 0x90, 0x90), RULE_P14,
			  EOI_WHY, "STI with an interrupt pending");
}

static bool eoi_flag_seen(struct bench *pv)
{
	struct probe_request *r;
	bool seen;

	take_interrupt(pv);
	r = pv_guest_reads(pv, PV_PAGE, 1);
	probe_run(&pv->probe);
	seen = r->got[REG_EAX] == 1;
	bench_check_as(pv, EVENT_PV_EOI_FLAG, apic_bit(&pv->vcpu, APIC_ISR),
		       RULE_P14, EOI_WHY, "flag not cleared: the interrupt stays in service");
	bench_check(pv, !*(uint8_t *)vm_at(&pv->vm, PV_PAGE), RULE_P14, EOI_WHY,
		    "KVM takes the flag back when the guest exits");
	probe_clear(&pv->probe);
	return seen;
}

static bool eoi_by_guest(struct bench *pv)
{
	take_interrupt(pv);
	pv_guest_writes0(pv, PV_PAGE);
	bench_run(pv);
	/* It came, and it is done. */
	return !apic_bit(&pv->vcpu, APIC_IRR) &&
	       !apic_bit(&pv->vcpu, APIC_ISR);
}

static bool sometimes(struct bench *pv, bool (*what)(struct bench *))
{
	int i;

	for (i = 0; i < EOI_TRIES; i++)
		if (what(pv))
			return true;
	return false;
}

TEST(pv_eoi)
{
	static struct bench pv;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	if (apic_virtualised(pv.facts))
		TEST_SKIP("the hardware virtualises the APIC: no EOI is saved");
	bench_check(&pv, !eoi_flag_seen(&pv), RULE_P14, EOI_WHY,
		    "not enabled: no flag");
	vcpu_set_msr(&pv.vcpu, MSR_KVM_PV_EOI_EN, PV_PAGE | 1);
	bench_check(&pv, sometimes(&pv, eoi_flag_seen), RULE_P14, EOI_WHY,
		    "flag set while the interrupt is in service");
	bench_check(&pv, sometimes(&pv, eoi_by_guest), RULE_P14, EOI_WHY,
		    "flag cleared by the guest: EOI done");
	TEST_VERDICT(pv.ok);
}

static void token_is(struct bench *pv, uint32_t want, const char *why,
		     const char *what)
{
	bench_name(pv, probe_expect_reg(pv_guest_reads(pv, PV_PAGE + 4, 4),
					REG_EAX, want), RULE_P15, why, "%s", what);
}

TEST(async_pf_wakeup)
{
	static const char why[] =
		"enabling asks for \"page ready\" of all pages: token ~0 and the interrupt that ASYNC_PF_INT names; the next one waits for token 0 and an ACK (msr.rst)";
	static struct bench pv;
	uint32_t *token;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	token = vm_at(&pv.vm, PV_PAGE + 4);
	enable_apic(&pv.vcpu, false);
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_INT, VECTOR, why);
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_EN, PV_PAGE | 0x1, why);
	bench_name(&pv, probe_expect_reg(pv_guest_reads(&pv, PV_PAGE + 4, 4), REG_EAX,
		0), RULE_P15, why, "token without delivery by interrupt");
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_EN, 0, why);
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_EN, PV_PAGE | 0x9, why);
	bench_name(&pv, probe_expect_reg(pv_guest_reads(&pv, PV_PAGE + 4, 4), REG_EAX,
		~0u), RULE_P15, why, "token after enabling");
	bench_run(&pv);
	bench_check_as(&pv, EVENT_PV_INTERRUPT, apic_bit(&pv.vcpu, APIC_IRR),
		       RULE_P15, why, "interrupt 0x%x pending", VECTOR);
	bench_check_as(&pv, EVENT_PV_TOKEN, *token == ~0u, RULE_P15, why,
		       "token ~0");
	bench_check(&pv, !*(uint32_t *)vm_at(&pv.vm, PV_PAGE), RULE_P15, why,
		    "the flags word stays 0");
	/* The next one waits for the token to be taken, and for the ACK. */
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_EN, PV_PAGE | 0x9, why);
	pv_guest_writes0(&pv, PV_PAGE + 4);
	token_is(&pv, 0, why, "token taken, no ACK");
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_ACK, 0, why);
	token_is(&pv, 0, why, "token after an ACK of 0");
	pv_wrmsr(&pv, MSR_KVM_ASYNC_PF_ACK, 1, why);
	token_is(&pv, ~0u, why, "token after an ACK of 1");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

/* --- hypercalls -------------------------------------------------------- */

static uint32_t mp_state(struct vcpu *v)
{
	struct kvm_mp_state s = { 0 };

	if (kvm_ioctl(v->fd, KVM_GET_MP_STATE, &s))
		test_stop("KVM_GET_MP_STATE fails");
	return s.mp_state;
}

static void halt(struct vcpu *v)
{
	struct kvm_mp_state s = { .mp_state = KVM_MP_STATE_HALTED };

	if (kvm_ioctl(v->fd, KVM_SET_MP_STATE, &s))
		test_stop("KVM_SET_MP_STATE fails");
}

TEST(kick_cpu)
{
	static const char why[] =
		"KICK_CPU wakes the vCPU whose APIC id is in the second argument (hypercalls.rst)";
	static struct bench pv;
	struct vcpu other[3];
	unsigned int i;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	for (i = 0; i < 3; i++) {
		vcpu_create(&other[i], &pv.vm, i + 1);
		vcpu_set_cpuid(&other[i], &pv.cpu.cpuid);
		halt(&other[i]);
	}
	bench_name(&pv, probe_expect_reg(pv_hypercall(&pv, 5, 1, 2, 3, 3),
		REG_EAX, 0), RULE_P16, why, "KICK_CPU of APIC id 2");
	bench_run(&pv);
	for (i = 0; i < 3; i++)
		bench_check(&pv, (mp_state(&other[i]) == KVM_MP_STATE_RUNNABLE) ==
			    (i == 1), RULE_P16, why, "vCPU %u is %s", i + 1,
			    i == 1 ? "runnable" : "still halted");
	TEST_VERDICT(pv.ok);
}

/* vCPU ids, and thereby APIC ids, of the targets. */
static const uint32_t targets[] = { 1, 5, 33, 65, 70 };
#define NR_TARGETS	5

struct ipi_case {
	const char *name;
	uint64_t low, high, min, icr, want;
	unsigned int hit;	/* bit per row of targets[] */
};

static const struct ipi_case ipis[] = {
	{ "one", 1ull << 1, 0, 0, VECTOR, 1, 0x1 },
	{ "two of a word", 1ull << 1 | 1ull << 33, 0, 0, VECTOR, 2, 0x5 },
	{ "nobody there", 1ull << 2, 0, 0, VECTOR, 0, 0 },
	{ "second word", 0, 1ull << 1 | 1ull << 6, 0, VECTOR, 2, 0x18 },
	{ "from 5 on", 1, 1ull << 1, 5, VECTOR, 2, 0x12 },
	{ "beyond all", ~0ull, ~0ull, 200, VECTOR, 0, 0 },
	{ "destination in ICR", 2, 0, 0, VECTOR | 0x40000, PV_EINVAL, 0 },
	{ "shorthand in ICR", 2, 0, 0, VECTOR | 0x80000, PV_EINVAL, 0 },
};

static void check_ipi(struct bench *pv, struct vcpu *other,
		      const struct ipi_case *c)
{
	static const char why[] =
		"SEND_IPI sends to the APIC ids of two bitmaps from a first id on, and returns how many took it (hypercalls.rst)";
	unsigned int i;

	for (i = 0; i < NR_TARGETS; i++) {
		struct kvm_lapic_state s;

		vcpu_get_lapic(&other[i], &s);
		*apic_vector_reg(&s, APIC_IRR) = 0;
		vcpu_set_lapic(&other[i], &s);
	}
	bench_name(pv, probe_expect_reg(pv_hypercall(pv, 10, c->low, c->high,
		c->min, c->icr), REG_EAX, c->want), RULE_P17, why,
		"SEND_IPI, %s", c->name);
	bench_run(pv);
	for (i = 0; i < NR_TARGETS; i++)
		bench_check(pv, apic_bit(&other[i], APIC_IRR) ==
			    (c->hit >> i & 1), RULE_P17, why,
			    "SEND_IPI, %s: APIC id %u %s", c->name, targets[i],
			    c->hit >> i & 1 ? "has the interrupt" :
					   "has no interrupt");
}

TEST(send_ipi)
{
	static struct vcpu other[NR_TARGETS];
	static struct bench pv;
	unsigned int i;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	for (i = 0; i < NR_TARGETS; i++) {
		vcpu_create(&other[i], &pv.vm, targets[i]);
		vcpu_set_cpuid(&other[i], &pv.cpu.cpuid);
		enable_apic(&other[i], false);
	}
	for (i = 0; i < ARRAY_SIZE(ipis); i++)
		check_ipi(&pv, other, &ipis[i]);
	TEST_VERDICT(pv.ok);
}

#define MAP_GPA		12
#define MAP_WHY \
	"MAP_GPA_RANGE goes to userspace where KVM_CAP_EXIT_HYPERCALL asks for it, whatever the feature bits (hypercalls.rst)"

static void map_gpa_refused(struct bench *pv, uint64_t gpa, uint64_t npages,
			    uint64_t want, const char *name)
{
	bench_name(pv, probe_expect_reg(pv_hypercall(pv, MAP_GPA, gpa, npages, 0,
		0), REG_EAX, want), RULE_P18, MAP_WHY, "MAP_GPA_RANGE, %s", name);
}

TEST(map_gpa_range)
{
	static struct bench pv;
	struct kvm_run *run;
	struct cpuid_list l;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	if (!(bench_cap(KVM_CAP_EXIT_HYPERCALL) >> MAP_GPA & 1))
		TEST_SKIP("this KVM does not exit to userspace on hypercalls");
	/* Enforced, and without the bit: it does not matter. */
	pv_list(&pv, &l, 0x40000000, 0);
	pv_vcpu(&pv, &l, true);
	map_gpa_refused(&pv, 0x1000, 1, PV_ENOSYS, "not enabled");
	bench_run(&pv);
	bench_check(&pv, __vm_enable_cap(&pv.vm, KVM_CAP_EXIT_HYPERCALL, 1) ==
		    -EINVAL, RULE_P18, MAP_WHY, "no other hypercall can be asked for");
	vm_enable_cap(&pv.vm, KVM_CAP_EXIT_HYPERCALL, 1 << MAP_GPA);
	map_gpa_refused(&pv, 0x1001, 1, PV_EINVAL, "unaligned");
	map_gpa_refused(&pv, 0x1000, 0, PV_EINVAL, "no pages");
	map_gpa_refused(&pv, 0x1000, ~0ull, PV_EINVAL, "wraps around");
	bench_run(&pv);
	map_gpa_refused(&pv, 0x5000, 3, 77, "answered by userspace");
	pv.probe.hdr->req[0].in.rdx = 0x10;
	run = pv.vcpu.run;
	if (__vcpu_run(&pv.vcpu, 0))
		test_stop("KVM_RUN fails");
	bench_check(&pv, run->exit_reason == KVM_EXIT_HYPERCALL &&
		    run->hypercall.nr == MAP_GPA &&
		    run->hypercall.args[0] == 0x5000 &&
		    run->hypercall.args[1] == 3 && run->hypercall.args[2] == 0x10,
		    RULE_P18, MAP_WHY, "KVM_EXIT_HYPERCALL with number and arguments");
	bench_check(&pv, run->hypercall.longmode == 1, RULE_P18, MAP_WHY,
		    "the exit tells of 64-bit mode");
	run->hypercall.ret = 77;
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST(user_mode)
{
	static const uint64_t nrs[] = { 1, 5, 9, 10, 11, 12, 99 };
	static struct bench pv;
	unsigned int i;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	if (!probe_place_works(&pv.cpu.cpuid, PROBE_AT_CPL3))
		TEST_SKIP("this KVM does not run the guest at CPL 3");
	for (i = 0; i < ARRAY_SIZE(nrs); i++) {
		bench_name(&pv, probe_at(pv_hypercall_is(&pv, nrs[i], PV_EPERM),
			PROBE_AT_CPL3), RULE_P5,
			"hypercalls are for CPL 0 (07708c4af1346)",
			"hypercall %u at CPL 3", (unsigned int)nrs[i]);
		bench_name(&pv, probe_at(pv_hypercall_is(&pv, nrs[i],
			(uint32_t)PV_EPERM), PROBE_AT_COMPAT3), RULE_P5,
			"a hypercall outside 64-bit mode gives 32 bits",
			"hypercall %u in compatibility mode at CPL 3",
			(unsigned int)nrs[i]);
	}
	bench_name(&pv, probe_at(pv_hypercall_is(&pv, 99, (uint32_t)PV_ENOSYS),
		PROBE_AT_COMPAT0), RULE_P5,
		"a hypercall outside 64-bit mode gives 32 bits",
		"unknown hypercall in compatibility mode");
	bench_name(&pv, probe_at(pv_hypercall_is(&pv, 1ull << 40 | 1, 0),
		PROBE_AT_COMPAT0), RULE_P5,
		"outside 64-bit mode the number has 32 bits",
		"VAPIC_POLL_IRQ and RAX[40] in compatibility mode");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

#define QUIRK_FIX_HYPERCALL	(1 << 5)
#define P7_WHY \
	"the other vendor's hypercall instruction is rewritten in place unless KVM_X86_QUIRK_FIX_HYPERCALL_INSN is disabled (f1a9761fbb00)"

TEST(other_vendors_instruction)
{
	static struct bench pv;
	uint8_t wrong[3], right[3];
	struct probe_request *r;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	pv_hypercall_insn(facts_host_is_amd(pv.facts), right);
	pv_hypercall_insn(!facts_host_is_amd(pv.facts), wrong);
	r = probe_insn(&pv.probe, wrong, sizeof(wrong));
	r->in.rax = 1;
	bench_name(&pv, probe_expect_reg(r, REG_EAX, 0), RULE_P7, P7_WHY,
		"hypercall by the other vendor's instruction");
	bench_run(&pv);
	bench_check(&pv, !memcmp(vm_at(&pv.vm, PROBE_EXEC), right, 3), RULE_P7,
		    P7_WHY, "the instruction is rewritten in memory");
	TEST_VERDICT(pv.ok);
}

TEST(other_vendors_instruction_quirk_off)
{
	static struct bench pv;
	uint8_t wrong[3];
	struct probe_request *r;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_HYPERCALLS);
	if (!(bench_cap(KVM_CAP_DISABLE_QUIRKS2) & QUIRK_FIX_HYPERCALL))
		TEST_SKIP("this KVM cannot disable the quirk");
	TEST_NEEDS(&pv, NEED_FAULTS);
	vm_enable_cap(&pv.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_FIX_HYPERCALL);
	pv_vcpu(&pv, &pv.cpu.cpuid, false);
	pv_hypercall_insn(!facts_host_is_amd(pv.facts), wrong);
	r = probe_insn(&pv.probe, wrong, sizeof(wrong));
	r->in.rax = 1;
	bench_name(&pv, probe_expect_fault(r, UD_VECTOR, 0), RULE_P7, P7_WHY,
		"the other vendor's instruction, quirk disabled");
	bench_run(&pv);
	bench_check(&pv, !memcmp(vm_at(&pv.vm, PROBE_EXEC), wrong, 3), RULE_P7,
		    P7_WHY, "the instruction stays as it is");
	bench_name(&pv, pv_hypercall_is(&pv, 1, 0), RULE_P7, P7_WHY,
		"hypercall by the right instruction");
	bench_run(&pv);
	TEST_VERDICT(pv.ok);
}

TEST_MAIN

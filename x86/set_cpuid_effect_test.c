// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM_SET_CPUID2 makes KVM work out: width of physical addresses, modes
 * of the local APIC's timer, the APIC's version, Hyper-V's MSRs.  Once more
 * after the model was replaced, since a stale value is as wrong as none.
 */
#include "get_cpuid.h"
#include "pv.h"
#include "set_cpuid.h"

#define X2APIC		(1u << 21)	/* 1.ECX */
#define TSC_DEADLINE	(1u << 24)	/* 1.ECX */

#define APIC_BASE	0xfee00800ull	/* enabled */

static struct {
	struct bench s;		/* no VM yet */
	struct cpuid_list l;
} t;

FIXTURE(effect) { };

FIXTURE_SETUP(effect)
{
	bench_model(&t.s, NULL);
	cpuid_copy(&t.l, &t.s.cpu.cpuid);
}

FIXTURE_TEARDOWN(effect)
{
	bench_close(&t.s);
}

/* --- physical addresses ----------------------------------------------- */

static bool cr3_is(struct bench *s, unsigned int bit, int want,
		   const char *why)
{
	struct kvm_sregs sregs;
	char what[60];

	vcpu_get_sregs(&s->vcpu, &sregs);
	probe_sregs(&s->vm, PROBE_LONG, &sregs);
	sregs.cr3 |= 1ull << bit;
	snprintf(what, sizeof(what), "KVM_SET_SREGS with CR3 bit %u", bit);
	return check_is(RULE_S16, why, what, want, __vcpu_set_sregs(&s->vcpu, &sregs));
}

static bool width_is(struct bench *s, unsigned int width, const char *why)
{
	bool ok = cr3_is(s, width - 1, 0, why);

	return width == 52 ? ok : ok & cr3_is(s, width, -EINVAL, why);
}

static void set_width(struct cpuid_list *l, uint32_t max, uint32_t width)
{
	cpuid_remove(l, 0x80000008);
	if (width)
		cpuid_append(l, 0x80000008, 0, 0,
			     (struct cpuid_regs){ { width | 48 << 8 } });
	cpuid_remove(l, 0x80000000);
	cpuid_append(l, 0x80000000, 0, 0, (struct cpuid_regs){ { max } });
}

TEST_F(effect, physical_width)
{
	struct bench *s = &t.s;
	struct cpuid_list *l = &t.l;
	unsigned int width;
	bool ok;

	bench_vm(s, VM_IRQCHIP);
	bench_vcpu(s);
	/* Before there is a model KVM takes no long mode, and so no CR3. */
	ok = check_is(RULE_S16, "36 bits before there is a model", "APIC base bit 35",
		1, __vcpu_set_msr(&s->vcpu, MSR_IA32_APICBASE, APIC_BASE | 1ull << 35));
	ok &= check_is(RULE_S16, "36 bits before there is a model", "APIC base bit 36",
		       0, __vcpu_set_msr(&s->vcpu, MSR_IA32_APICBASE, APIC_BASE | 1ull << 36));
	for (width = 36; width <= 52; width += 4) {
		set_width(l, 0x80000008, width);
		vcpu_set_cpuid(&s->vcpu, l);
		ok &= width_is(s, width, "0x80000008.EAX[7:0]");
	}
	set_width(l, 0x80000007, 40);
	vcpu_set_cpuid(&s->vcpu, l);
	ok &= width_is(s, 36, "36 bits if 0x80000000.EAX is below 0x80000008");
	set_width(l, 0x80000008, 0);
	vcpu_set_cpuid(&s->vcpu, l);
	ok &= width_is(s, 36, "36 bits without leaf 0x80000008");
	cpuid_remove(l, 0x80000000);
	vcpu_set_cpuid(&s->vcpu, l);
	ok &= width_is(s, 36, "36 bits without leaf 0x80000000");
	TEST_VERDICT(ok);
}

/* --- local APIC ------------------------------------------------------- */

#define APIC_BASE_X2APIC	(APIC_BASE | 1u << 10)

#define LVT_MASKED		(1u << 16)
#define TIMER_PERIODIC		(1u << 17)
#define TIMER_DEADLINE		(1u << 18)

static void change_1_ecx(struct cpuid_list *l, uint32_t clear, uint32_t set)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, 1, 0);

	e->ecx = (e->ecx & ~clear) | set;
}

/* Read an APIC register in x2APIC mode, or write it first. */
static uint64_t apic(struct bench *s, uint32_t msr, int64_t write)
{
	struct probe_request *r;

	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	vcpu_set_msr(&s->vcpu, MSR_IA32_APICBASE, APIC_BASE_X2APIC);
	if (write >= 0)
		probe_wrmsr(&s->probe, msr, write);
	r = probe_rdmsr(&s->probe, msr);
	probe_run(&s->probe);
	return probe_value(r);
}

static bool msr_is(uint32_t msr, uint64_t want, uint64_t got, enum rule id,
		   const char *why)
{
	struct finding m = {
		.kind = FOUND_MSR,
		.msr = msr, .who = "guest", .wanted = want, .got = got,
		.rule = id, .why = why,
	};

	if (want == got)
		return true;
	report_finding(&m);
	return false;
}

/* Deadline mode is there if 1.ECX[24] says so, periodic mode always. */
static bool timer_modes(struct bench *s, struct cpuid_list *l, bool deadline)
{
	uint32_t all = LVT_MASKED | TIMER_PERIODIC | TIMER_DEADLINE | 0xec;
	uint32_t want = deadline ? all : all & ~TIMER_DEADLINE;
	bool ok;

	/* The opposite first: what counts is the last list. */
	bench_vcpu(s);
	change_1_ecx(l, TSC_DEADLINE, deadline ? 0 : TSC_DEADLINE);
	vcpu_set_cpuid(&s->vcpu, l);
	change_1_ecx(l, TSC_DEADLINE, X2APIC | (deadline ? TSC_DEADLINE : 0));
	vcpu_set_cpuid(&s->vcpu, l);
	ok = msr_is(MSR_X2APIC_LVTT, want, apic(s, MSR_X2APIC_LVTT, all),
		    RULE_S17, deadline ? "timer modes with TSC_DEADLINE (SDM vol. 3, 11.5.4)" :
		    "timer modes without TSC_DEADLINE (SDM vol. 3, 11.5.4)");
	return ok;
}

TEST_F(effect, timer_with_deadline)
{
	bench_vm(&t.s, VM_IRQCHIP);
	TEST_VERDICT(timer_modes(&t.s, &t.l, true));
}

TEST_F(effect, timer_without_deadline)
{
	bench_vm(&t.s, VM_IRQCHIP);
	TEST_VERDICT(timer_modes(&t.s, &t.l, false));
}

/*
 * Directed EOI (version register bit 24): with x2APIC, and only where userspace
 * has the I/O APIC (c806a6ad35bf).  The register is read by KVM_GET_LAPIC, so
 * that it can be seen without x2APIC, too.
 */
static uint32_t apic_version(struct bench *s, struct cpuid_list *l,
			     bool x2apic)
{
	bench_vcpu(s);
	change_1_ecx(l, X2APIC, x2apic ? 0 : X2APIC);
	vcpu_set_cpuid(&s->vcpu, l);
	change_1_ecx(l, X2APIC, x2apic ? X2APIC : 0);
	vcpu_set_cpuid(&s->vcpu, l);
	return vcpu_lapic_reg(&s->vcpu, 0x30);
}

#define EOI_WHY	"directed EOI with x2APIC if userspace has the I/O APIC"

TEST_F(effect, apic_version_split)
{
	bool ok;

	bench_vm(&t.s, VM_SPLIT_IRQCHIP);
	ok = check_is(RULE_S17, EOI_WHY, "version with x2APIC", 1,
		apic_version(&t.s, &t.l, true) >> 24 & 1);
	ok &= check_is(RULE_S17, EOI_WHY, "version without x2APIC", 0,
		       apic_version(&t.s, &t.l, false) >> 24 & 1);
	TEST_VERDICT(ok);
}

TEST_F(effect, apic_version_full)
{
	bool ok;

	bench_vm(&t.s, VM_IRQCHIP);
	ok = check_is(RULE_S17, EOI_WHY, "version with x2APIC", 0,
		apic_version(&t.s, &t.l, true) >> 24 & 1);
	ok &= check_is(RULE_S17, "a local APIC on the chip has versions from 0x10 on (SDM vol. 3, 11.4.8)",
		       "low byte of the version", 0x14,
		       apic_version(&t.s, &t.l, true) & 0xff);
	TEST_VERDICT(ok);
}

/* --- KVM's own leaves ------------------------------------------------- */

#define FEATURE_CLOCKSOURCE	1

/*
 * Where KVM's leaves are is found out anew with each list (760849b1476c), and
 * what they say then counts for the guest whose features are enforced.
 */
static bool clock_after(struct bench *s, uint32_t before, uint32_t after,
			bool there)
{
	struct cpuid_list *l = &s->cpu.cpuid;
	struct probe_request *r;
	uint32_t n;

	bench_vcpu(s);
	vcpu_enable_cap(&s->vcpu, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
	n = l->nent;
	pv_add_leaves(l, before, there ? 0 : FEATURE_CLOCKSOURCE);
	vcpu_set_cpuid(&s->vcpu, l);
	l->nent = n;
	pv_add_leaves(l, after, there ? FEATURE_CLOCKSOURCE : 0);
	vcpu_set_cpuid(&s->vcpu, l);
	l->nent = n;
	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	r = probe_rdmsr_is(&s->probe, MSR_KVM_WALL_CLOCK, 0);
	if (!there)
		probe_expect_fault(r, GP_VECTOR, 0);
	probe_run(&s->probe);
	return verdict_request(r, "RDMSR 0x11 with enforced features", RULE_S17,
			       "the leaves of the last list count, wherever they are");
}

TEST_F(effect, kvm_leaves_move)
{
	struct bench *s = &t.s;
	uint32_t base;
	bool ok;

	TEST_NEEDS(s, NEED_PV_ENFORCEMENT, NEED_REFUSED_MSRS, NEED_FAULTS);
	for (base = 0x40000000; base <= 0x40000100; base += 0x100) {
		cpuid_remove(&s->cpu.cpuid, base);
		cpuid_remove(&s->cpu.cpuid, base | 1);
	}
	bench_vm(s, VM_IRQCHIP);
	ok = clock_after(s, 0x40000000, 0x40000100, true);
	ok &= clock_after(s, 0x40000100, 0x40000000, true);
	ok &= clock_after(s, 0x40000000, 0x40000100, false);
	ok &= clock_after(s, 0x40000000, 0x40000000, true);
	TEST_VERDICT(ok);
}

/* --- Hyper-V ---------------------------------------------------------- */

#define HV_GUEST_OS_ID	0x40000000
#define HV_1		0x31237648	/* "Hv#1" */

static bool hyperv(struct bench *s, struct cpuid_list *l, uint32_t leaf,
		   uint32_t eax, bool there)
{
	struct probe_request *r;
	bool ok;

	bench_vcpu(s);
	cpuid_remove(l, leaf);
	cpuid_append(l, leaf, 0, 0, (struct cpuid_regs){ { eax } });
	vcpu_set_cpuid(&s->vcpu, l);
	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	r = probe_rdmsr_is(&s->probe, HV_GUEST_OS_ID, 0);
	if (!there)
		probe_expect_fault(r, GP_VECTOR, 0);
	probe_run(&s->probe);
	ok = verdict_request(r, "RDMSR HV_X64_MSR_GUEST_OS_ID", RULE_S15,
			     "Hyper-V's MSRs are there if 0x40000001.EAX is \"Hv#1\" (TLFS 2.4)");
	return ok;
}

TEST_F(effect, hyperv_interface)
{
	struct bench *s = &t.s;
	bool ok;

	TEST_NEEDS(s, NEED_HYPERV, NEED_FAULTS);
	bench_vm(s, VM_IRQCHIP);
	ok = hyperv(s, &t.l, 0x40000001, HV_1, true);
	ok &= hyperv(s, &t.l, 0x40000001, HV_1 + 1, false);
	ok &= hyperv(s, &t.l, 0x40000001, HV_1 & 0xffffff, false);
	ok &= hyperv(s, &t.l, 0x40000101, HV_1, false);
	TEST_VERDICT(ok);
}

/* The context stays when a later list has no Hyper-V, its MSRs do not. */
TEST_F(effect, hyperv_withdrawn)
{
	struct bench *s = &t.s;
	struct probe_request *r;

	TEST_NEEDS(s, NEED_HYPERV, NEED_FAULTS);
	bench_vm(s, VM_IRQCHIP);
	bench_vcpu(s);
	cpuid_remove(&t.l, 0x40000001);
	cpuid_append(&t.l, 0x40000001, 0, 0,
		     (struct cpuid_regs){ { HV_1 } });
	vcpu_set_cpuid(&s->vcpu, &t.l);
	vcpu_set_cpuid(&s->vcpu, &s->cpu.cpuid);
	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	r = probe_expect_fault(probe_rdmsr(&s->probe, HV_GUEST_OS_ID),
			       GP_VECTOR, 0);
	probe_run(&s->probe);
	TEST_VERDICT(verdict_request(r, "RDMSR HV_X64_MSR_GUEST_OS_ID", RULE_S15,
				     "the list in force has no Hyper-V"));
}

TEST_MAIN

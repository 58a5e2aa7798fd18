// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "known.h"
#include "runtime.h"
#include "verdict.h"

/* What a wrong register is reported as; the first row that fits. */
static const struct {
	uint32_t function;
	int index;
	enum cpuid_reg reg;
	enum rule rule;
	const char *why;
} rules[] = {
	{ 1, -1, REG_ECX, RULE_R1,
	  "OSXSAVE is CR4.OSXSAVE (SDM vol. 2A, CPUID); MWAIT follows MISC_ENABLE[18] only with the quirk disabled (511a8556e334)" },
	{ 1, -1, REG_EDX, RULE_R2, "APIC is APIC_BASE[11] (SDM vol. 3, 11.4.3)" },
	{ 7, 0, REG_ECX, RULE_R3, "OSPKE is CR4.PKE (SDM vol. 2A, CPUID)" },
	{ 0xd, 0, REG_EBX, RULE_R4,
	  "size of the XSAVE area for the bits now set in XCR0 (SDM vol. 1, 13.2)" },
	{ 0xd, 1, REG_EBX, RULE_R5,
	  "compacted size for the bits now set in XCR0 and XSS (SDM vol. 1, 13.2)" },
	{ 0x40000001, -1, REG_EAX, RULE_R7,
	  "PV_UNHALT is hidden from guests that do not exit on HLT (caa057a2cad6)" },
	{ 0x40000101, -1, REG_EAX, RULE_R7,
	  "PV_UNHALT is hidden from guests that do not exit on HLT (caa057a2cad6)" },
};

/* What is wanted now, and what this kernel is known to give. */
static struct cpuid_list wanted, as_known;

/*
 * Defects of older kernels are no rules: what is wanted is as in 6.14, or
 * later; what a kernel with those defects gives is known all the same.
 */
static void expect_both(struct bench *g)
{
	struct vcpu_state mended = g->state;

	if (!kernel_has(mended.kernel, CHANGE_RUNTIME_BITS_ALWAYS))
		mended.kernel =
			kvm_changes[CHANGE_RUNTIME_BITS_ALWAYS].release;
	expect_installed(&g->list, &mended, &wanted);
	expect_installed(&g->list, &g->state, &as_known);
	/* SGX attributes have a test of their own. */
	if (cpuid_find(&wanted, 0x12, 1))
		*cpuid_find_mut(&wanted, 0x12, 1) =
			*cpuid_find(&as_known, 0x12, 1);
}

static void report_reg(const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg,
		       uint64_t got, uint64_t known, const char *what)
{
	struct finding m = {
		.kind = FOUND_CPUID,
		.leaf = e->function, .subleaf = e->index, .reg = reg,
		.wanted = cpuid_entry_reg(e, reg), .got = got, .rule = RULE_R9,
		.why = "KVM leaves all other bits as they were installed",
		.installed_by = what, .has_known = true, .known = known,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].function == e->function && rules[i].reg == reg &&
		    (rules[i].index < 0 ||
		     rules[i].index == (int)e->index)) {
			m.rule = rules[i].rule;
			m.why = rules[i].why;
			break;
		}
	verdict_register(m, ~0u);
}

static void compare_entry(struct bench *g, uint32_t n,
			  const struct kvm_cpuid_entry2 *got, const char *what)
{
	const struct kvm_cpuid_entry2 *want = &wanted.e[n];
	int i;

	if (got->function != want->function || got->index != want->index ||
	    got->flags != want->flags) {
		printf("# KVM_GET_CPUID2, %s: function 0x%x index 0x%x where 0x%x 0x%x was installed\n",
		       what, got->function, got->index, want->function,
		       want->index);
		known_unexplained();
		g->ok = false;
		return;
	}
	for (i = 0; i < NR_CPUID_REGS; i++) {
		if (cpuid_entry_reg(want, i) == cpuid_entry_reg(got, i))
			continue;
		g->ok = false;
		report_reg(want, i, cpuid_entry_reg(got, i),
			   cpuid_entry_reg(&as_known.e[n], i), what);
	}
}

static void report_count(const char *what, uint32_t want, uint32_t got)
{
	char text[100], wanted[16], had[16];
	struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_GET_CPUID2_NENT,
		.what = text,
		.wanted_text = wanted, .got_text = had, .rule = RULE_S12,
		.why = "KVM_GET_CPUID2 gives back what was installed",
		.answer = ANSWER_VALUE, .wanted = want, .got = got,
	};

	snprintf(text, sizeof(text), "number of entries, %s", what);
	snprintf(wanted, sizeof(wanted), "%u", want);
	snprintf(had, sizeof(had), "%u", got);
	report_finding(&m);
}

/* KVM_GET_CPUID2 has the whole list, with the bits as they should be now. */
void rt_check_ioctl(struct bench *g, const char *what)
{
	static struct cpuid_list got;
	uint32_t i;

	expect_both(g);
	vcpu_get_cpuid(&g->vcpu, &got);
	if (got.nent != wanted.nent) {
		report_count(what, wanted.nent, got.nent);
		g->ok = false;
		return;
	}
	for (i = 0; i < got.nent; i++)
		compare_entry(g, i, &got.e[i], what);
}

static const uint32_t watched[][2] = {
	{ 1, 0 }, { 7, 0 }, { 7, 1 }, { 0xd, 0 }, { 0xd, 1 }, { 0xd, 2 },
	{ 0x40000001, 0 }, { 0x40000101, 0 },
};

void rt_ask_guest(struct bench *g)
{
	unsigned int i;

	expect_both(g);
	for (i = 0; i < ARRAY_SIZE(watched); i++) {
		struct cpuid_answer a = expect_cpuid(&wanted, watched[i][0],
						     watched[i][1]);

		probe_cpuid(&g->probe, watched[i][0], watched[i][1], a.want);
	}
}

void rt_judge_guest(struct bench *g, const char *what)
{
	unsigned int i, k;

	for (i = 0; i < g->probe.hdr->nr; i++) {
		const struct probe_request *r = &g->probe.hdr->req[i];
		struct kvm_cpuid_entry2 e = {
			r->in.rax, r->in.rcx, 0, r->want[0], r->want[1],
			r->want[2], r->want[3], { 0 },
		};
		struct cpuid_regs known = expect_cpuid(&as_known, r->in.rax,
						       r->in.rcx).want;

		if (!r->mismatch)
			continue;
		g->ok = false;
		for (k = 0; k < NR_CPUID_REGS; k++)
			if (r->got[k] != r->want[k])
				report_reg(&e, k, r->got[k], known.r[k], what);
	}
}

void rt_check(struct bench *g, const char *what)
{
	rt_check_ioctl(g, what);
	probe_clear(&g->probe);
	rt_ask_guest(g);
	probe_run(&g->probe);
	rt_judge_guest(g, what);
	rt_check_ioctl(g, what);
	probe_clear(&g->probe);
}

/* What userspace installs in these places must not matter. */
void rt_set_bits(struct cpuid_list *l, bool on)
{
	static const struct cpuid_feature bits[] = {
		F_OSXSAVE, F_APIC, F_OSPKE,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++)
		cpuid_set_feature(l, bits[i], on);
	for (i = 0; i < 2; i++)
		if (cpuid_find(l, 0xd, i))
			cpuid_find_mut(l, 0xd, i)->ebx = on ? ~0u : 1;
}

void rt_begin_vm(struct bench *g, bool bits_on, unsigned int vm_flags)
{
	bench_open(g, vm_flags);
	rt_set_bits(&g->list, bits_on);
}

void rt_begin_vcpu(struct bench *g)
{
	bench_boot(g, PROBE_LONG);
}

void rt_begin(struct bench *g, bool bits_on)
{
	rt_begin_vm(g, bits_on, VM_IRQCHIP);
	rt_begin_vcpu(g);
}

/* --- the ways to change a register ------------------------------------- */

static const char * const way_name[] = {
	[BY_GUEST] = "guest", [BY_SREGS] = "KVM_SET_SREGS",
	[BY_SREGS2] = "KVM_SET_SREGS2", [BY_MSRS] = "KVM_SET_MSRS",
};

const char *rt_way_name(enum way by)
{
	return way_name[by];
}

void rt_guest_does(struct bench *g, struct probe_request *r,
		   const char *what, enum rule rule)
{
	probe_run(&g->probe);
	g->ok &= verdict_request(r, what, rule,
				 "the installed CPUID allows it");
	probe_clear(&g->probe);
}

static bool set_sregs(struct bench *g, uint64_t cr4, uint64_t apic_base)
{
	struct kvm_sregs s;

	vcpu_get_sregs(&g->vcpu, &s);
	s.cr4 = cr4;
	s.apic_base = apic_base;
	return !__vcpu_set_sregs(&g->vcpu, &s);
}

static bool set_sregs2(struct bench *g, uint64_t cr4, uint64_t apic_base)
{
	struct kvm_sregs2 s;

	if (kvm_ioctl(g->vcpu.fd, KVM_GET_SREGS2, &s))
		return false;
	s.cr4 = cr4;
	s.apic_base = apic_base;
	return !kvm_ioctl(g->vcpu.fd, KVM_SET_SREGS2, &s);
}

void rt_must(struct bench *g, bool done, const char *what)
{
	struct finding m = { .kind = FOUND_EVENT, .what = what,
			     .answer = ANSWER_BOOL, .wanted = 1, .got = 0,
			     .wanted_text = "accepted",
				    .got_text = "refused",
				    .why = "the installed CPUID allows it" };

	if (!done)
		report_finding(&m);
	g->ok &= done;
}

void rt_set_cr4(struct bench *g, enum way by, uint64_t cr4)
{
	struct vcpu_state *st = &g->state;

	if (by == BY_GUEST)
		rt_guest_does(g, probe_write_cr(&g->probe, 4, cr4), "MOV CR4",
			      RULE_R1);
	else if (by == BY_SREGS)
		rt_must(g, set_sregs(g, cr4, st->apic_base), rt_way_name(by));
	else
		rt_must(g, set_sregs2(g, cr4, st->apic_base), rt_way_name(by));
	st->cr4 = cr4;
	st->old_kvm_base = expect_kvm_base(&g->list);
}

void rt_set_msr(struct bench *g, enum way by, uint32_t msr, uint64_t value)
{
	char what[60];

	snprintf(what, sizeof(what), "%s: MSR 0x%x", rt_way_name(by), msr);
	if (by == BY_GUEST)
		rt_guest_does(g, probe_wrmsr(&g->probe, msr, value), what,
			      RULE_R2);
	else
		rt_must(g, __vcpu_set_msr(&g->vcpu, msr, value) == 1, what);
}

void rt_set_apic_base(struct bench *g, enum way by, uint64_t value)
{
	struct vcpu_state *st = &g->state;

	if (by == BY_SREGS)
		rt_must(g, set_sregs(g, st->cr4, value), rt_way_name(by));
	else if (by == BY_SREGS2)
		rt_must(g, set_sregs2(g, st->cr4, value), rt_way_name(by));
	else
		rt_set_msr(g, by, MSR_IA32_APICBASE, value);
	st->apic_base = value;
}

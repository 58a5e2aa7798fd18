// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs of a new vCPU, before it has any CPUID: what they read, what userspace
 * may write; that KVM_SET_CPUID2 leaves them alone; and what is frozen once
 * the vCPU has run.  All this with and without the quirk that stuffs feature
 * MSRs with the most KVM can do.
 */
#include "msr_groups.h"

/* MSRs that depend on CPUID for userspace, or count. */
static bool skipped(const struct msr_rule *r)
{
	return r->gate == GATE_VMX || r->gate == GATE_X2APIC_MODE;
}

static void read_all(struct msr_sweep *s)
{
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i];

		if (skipped(r) || msr_rule_find(&s->cpu, r->first) != r)
			continue;
		sweep_host(s, MSR_READ, r->first, 0);
		if (r->last != r->first)
			sweep_host(s, MSR_READ, r->last, 0);
	}
}

/* The features of a model, as MSRs; and values that no CPUID allows yet. */
static const struct { uint32_t msr; uint64_t value; } before[] = {
	{ 0x10a, 0x5 }, { 0x345, 0 }, { 0x345, 1 }, { 0x8b, 0x123400000000 },
	{ 0xc0011029, 2 }, { 0xc0011029, 1 }, { 0xce, 0x80000042 },
	{ 0x140, 1 }, { 0x140, 0 }, { 0x1a0, 0x40001 }, { 0xc0010015, BIT(18) },
	{ 0xc0010140, 1 }, { 0xc0000104, 0 }, { 0xc0000104, 5 },
	{ 0xc0000103, 0x77 }, { 0xc0000103, BIT(32) | 5 }, { 0x3b, 5 },
	{ 0x200, BIT(36) }, { 0x200, BIT(35) }, { 0x1b, 0xfee00d00 },
	{ 0x1b, BIT(36) | 0x900 }, { 0xc0010117, BIT(40) }, { 0x3a, 5 },
	{ 0x3a, 8 }, { 0xda0, 0x100 }, { 0x1c4, BIT(18) }, { 0x48, 0 },
};

/* CPUID comes, MSRs stay. */
static void then_cpuid(struct msr_sweep *s)
{
	s->cpu.cpuid = &s->bench->cpu.cpuid;
	s->config = "after KVM_SET_CPUID2";
	vcpu_set_cpuid(&s->bench->vcpu, s->cpu.cpuid);
	read_all(s);
}

static const struct { uint32_t msr; uint64_t value; } after_run[] = {
	{ 0x10a, 0x5 }, { 0x10a, 0x7 }, { 0x10a, 0 }, { 0x345, 0 },
	{ 0xc0011029, 0 }, { 0xc0011029, 2 }, { 0x8b, 0x42 },
	{ 0xce, 0x80000001 }, { 0x1a0, 1 }, { 0x140, 1 }, { 0xc0010015, 0 },
};

static void then_run(struct msr_sweep *s)
{
	unsigned int i;

	s->config = "after KVM_RUN";
	probe_start(&s->bench->probe, &s->bench->vcpu, PROBE_LONG);
	msr_cpu_set_value(&s->cpu, 0xc0000080, 0x500);
	sweep_guest(s, MSR_READ, 0xcd, 0);
	sweep_run(s);
	if (!s->cpu.has_run)
		return;
	for (i = 0; i < ARRAY_SIZE(after_run); i++) {
		sweep_host(s, MSR_WRITE, after_run[i].msr, after_run[i].value);
		sweep_host(s, MSR_READ, after_run[i].msr, 0);
		/* What is there may always be written again. */
		sweep_host(s, MSR_WRITE, after_run[i].msr,
			   msr_cpu_value(&s->cpu, after_run[i].msr));
	}
	read_all(s);
}

static void life(struct msr_sweep *s, const char *config, const char *group,
		 bool stuffing, bool writes)
{
	static struct cpuid_list none;
	unsigned int i;

	sweep_begin(s, config, &none);
	s->group = group;
	s->no_guest = true;
	s->cpu.no_stuffing = !stuffing;
	sweep_start(s);
	read_all(s);
	for (i = 0; writes && i < ARRAY_SIZE(before); i++) {
		sweep_host(s, MSR_WRITE, before[i].msr, before[i].value);
		sweep_host(s, MSR_READ, before[i].msr, 0);
	}
	s->no_guest = false;
	then_cpuid(s);
	then_run(s);
	s->group = NULL;
	s->no_guest = true;
	sweep_end(s);
}

/* A run with immediate_exit enters no guest: nothing is frozen by it. */
static void no_real_run(struct msr_sweep *s)
{
	sweep_begin(s, "after KVM_RUN with immediate_exit",
		    &s->bench->cpu.cpuid);
	s->group = "immediate_exit";
	sweep_start(s);
	s->bench->vcpu.run->immediate_exit = 1;
	kvm_ioctl(s->bench->vcpu.fd, KVM_RUN, NULL);
	s->bench->vcpu.run->immediate_exit = 0;
	sweep_host(s, MSR_WRITE, 0x10a, 0x3);
	sweep_host(s, MSR_READ, 0x10a, 0);
	sweep_host(s, MSR_WRITE, 0xc0011029, 2);
	s->group = NULL;
	sweep_end(s);
}

static void sweep(struct msr_sweep *s)
{
	life(s, "no CPUID yet", "stuffed", true, false);
	life(s, "no CPUID yet", "stuffed_written", true, true);
	no_real_run(s);
	if (!(facts_cap(s->bench->facts, KVM_CAP_DISABLE_QUIRKS2) &
	      KVM_X86_QUIRK_STUFF_FEATURE_MSRS))
		return;
	vm_enable_cap(&s->bench->vm, KVM_CAP_DISABLE_QUIRKS2,
		      KVM_X86_QUIRK_STUFF_FEATURE_MSRS);
	life(s, "quirk STUFF_FEATURE_MSRS off, no CPUID yet", "empty", false,
	     false);
	life(s, "quirk STUFF_FEATURE_MSRS off, no CPUID yet",
	     "empty_written", false, true);
}

SWEEP_FIXTURE(new_vcpu)

GROUP(new_vcpu, stuffed);
GROUP(new_vcpu, stuffed_written);
GROUP(new_vcpu, immediate_exit);
GROUP(new_vcpu, empty);
GROUP(new_vcpu, empty_written);

TEST_F(new_vcpu, msrs)
{
	if (!sweep_checks(results, variant->group, MSR_HOST))
		TEST_SKIP("this kernel has no quirk STUFF_FEATURE_MSRS");
	TEST_VERDICT(sweep_report(results, variant->group, MSR_HOST));
}

SWEEP_MAIN(sweep)

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is this KVM known for that?  Each probe looks for the quirk itself, with a
 * vCPU of its own, and by other means than the tests whose failures it is to
 * explain.
 */
#include <string.h>
#include <unistd.h>

#include "errata.h"
#include "probe.h"
#include "subject.h"

#define MSR_UCODE_REV		0x8b
#define MSR_ARCH_CAPABILITIES	0x10a
#define MSR_MISC_ENABLE		0x1a0
#define MSR_PAT			0x277
#define MSR_EFER		0xc0000080
#define MSR_DE_CFG		0xc0011029

#define NO_BTS_NO_PEBS		0x1800ull
#define EFER_FFXSR		(1ull << 14)

struct bench {
	struct vm vm;
	struct vcpu vcpu;
};

static bool set_up(struct bench *b)
{
	return !__vm_create(&b->vm, 0) && !__vcpu_create(&b->vcpu, &b->vm, 0);
}

static void take_down(struct bench *b)
{
	vcpu_destroy(&b->vcpu);
	vm_destroy(&b->vm);
}

/*
 * A list whose leaf 7 has no bits but one that no CPU has.  Does KVM make of
 * it what the CPU has?
 */
static bool cpuid_forced(struct bench *b, const struct host_facts *f)
{
	static struct cpuid_list l;
	uint32_t raw = cpuid_get(&f->cpu[0].cpuid, 7, 0, REG_EBX), ebx;

	memset(&l, 0, sizeof(l));
	cpuid_append(&l, 0, 0, 0, (struct cpuid_regs){ { 0xd } });
	cpuid_append(&l, 1, 0, 0, (struct cpuid_regs){ { 0 } });
	cpuid_append(&l, 7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     (struct cpuid_regs){ { 0 } });
	if (__vcpu_set_cpuid(&b->vcpu, &l) || __vcpu_get_cpuid(&b->vcpu, &l))
		return false;
	ebx = cpuid_get(&l, 7, 0, REG_EBX);
	return ebx && !(ebx & ~raw);
}

static bool refused(struct bench *b, uint32_t msr)
{
	uint64_t value;

	return __vcpu_get_msr(&b->vcpu, msr, &value) != 1;
}

/* kvm-amd has it whatever CPUID says. */
static bool vendor_msrs(struct bench *b, const struct host_facts *f)
{
	return facts_host_is_amd(f) && refused(b, MSR_DE_CFG);
}

/* 2 is no memory type (SDM vol. 3, table 12-10). */
static bool lax_msrs(struct bench *b, const struct host_facts *f)
{
	return __vcpu_set_msr(&b->vcpu, MSR_PAT, 2) == 1;
}

/* What KVM offers is what a new vCPU should have. */
static bool not_stuffed(struct bench *b, const struct host_facts *f)
{
	uint64_t value;

	return msr_get(&f->feature_msrs, MSR_UCODE_REV) &&
	       __vcpu_get_msr(&b->vcpu, MSR_UCODE_REV, &value) == 1 && !value;
}

static bool misc_enable(struct bench *b, const struct host_facts *f)
{
	uint64_t value;

	return __vcpu_get_msr(&b->vcpu, MSR_MISC_ENABLE, &value) == 1 &&
	       !(value & NO_BTS_NO_PEBS);
}

static bool no_events(struct bench *b, const struct host_facts *f)
{
	return !probe_faults_work(&f->supported);
}

static bool no_ffxsr(struct bench *b, const struct host_facts *f)
{
	const struct cpuid_feature ffxsr = { 0x80000001, 0, REG_EDX, 25 };

	return cpuid_has(&f->cpu[0].cpuid, ffxsr) &&
	       __vcpu_set_msr(&b->vcpu, MSR_EFER, EFER_FFXSR) != 1;
}

static bool (* const probes[NR_QUIRKS])(struct bench *b,
					const struct host_facts *f) = {
	[QUIRK_CPUID_FORCED] = cpuid_forced,
	[QUIRK_VENDOR_MSRS] = vendor_msrs,
	[QUIRK_LAX_MSRS] = lax_msrs,
	[QUIRK_NOT_STUFFED] = not_stuffed,
	[QUIRK_MISC_ENABLE] = misc_enable,
	[QUIRK_NO_EVENTS] = no_events,
	[QUIRK_NO_FFXSR] = no_ffxsr,
};

bool quirk_probe(enum quirk q)
{
	const struct host_facts *f = subject_facts_try();
	struct bench b;
	bool yes;

	if (!f || !probes[q] || !set_up(&b))
		return false;
	yes = probes[q](&b, f);
	take_down(&b);
	return yes;
}

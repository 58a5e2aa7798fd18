// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers by way of struct kvm_run (KVM_CAP_SYNC_REGS): what is taken from
 * there goes by the same rules as the ioctls, guest CPUID follows CR4.
 * Documentation/virt/kvm/api.rst, 6.8 and struct kvm_sync_regs.
 */
#include <errno.h>

#include "bench.h"
#include "test.h"

#define REGS		KVM_SYNC_X86_REGS
#define SREGS		KVM_SYNC_X86_SREGS
#define EVENTS		KVM_SYNC_X86_EVENTS
#define UNTOUCHED	0xa5
#define MARK		0x1122334455667788ull

static struct bench g;

static const struct reason
r_fields = { RULE_E28, "KVM_CAP_SYNC_REGS names the three sets of registers; others in kvm_valid_regs or kvm_dirty_regs are EINVAL (KVM api.rst, 6.8)" },
r_valid = { RULE_E29, "KVM_RUN leaves the sets that kvm_valid_regs names in struct kvm_run, as the ioctls give them, and no other (KVM api.rst, 6.8)" },
r_dirty = { RULE_E30, "KVM_RUN takes the sets that kvm_dirty_regs names, by the rules of the ioctls: CR4 by guest CPUID, and OSXSAVE follows (KVM api.rst, 6.8)" };

FIXTURE(sync_regs) { };

FIXTURE_SETUP(sync_regs)
{
	bench_open(&g, 0);
	bench_feature(&g, F_UMIP, false);
	bench_new_guest(&g);
}

FIXTURE_TEARDOWN(sync_regs)
{
	bench_close(&g);
}

/* No instruction is run: immediate_exit comes after the registers. */
static int enter(uint64_t valid, uint64_t dirty)
{
	int ret;

	g.vcpu.run->kvm_valid_regs = valid;
	g.vcpu.run->kvm_dirty_regs = dirty;
	g.vcpu.run->immediate_exit = 1;
	ret = kvm_ioctl(g.vcpu.fd, KVM_RUN, NULL);
	g.vcpu.run->immediate_exit = 0;
	return ret == -EINTR ? 0 : ret;
}

static void enters(uint64_t valid, uint64_t dirty, bool ok,
		   const struct reason *rule)
{
	bench_call(&g, enter(valid, dirty), ok, -EINVAL,
		   dirty ? "KVM_RUN kvm_dirty_regs" : "KVM_RUN kvm_valid_regs",
		   dirty ? dirty : valid, rule);
}

TEST_F(sync_regs, fields)
{
	unsigned int bit;

	bench_value(&g, kvm_check_cap(g.vm.fd, KVM_CAP_SYNC_REGS),
		    REGS | SREGS | EVENTS, "KVM_CHECK_EXTENSION",
		    KVM_CAP_SYNC_REGS, &r_fields);
	/* Of the upper halves 6.12 takes no notice. */
	for (bit = 0; bit < 32; bit++)
		enters(1ull << bit, 0, bit < 3, &r_fields);
	for (bit = 3; bit < 32; bit++)
		enters(0, 1ull << bit, false, &r_fields);
	TEST_VERDICT(g.ok);
}

static struct kvm_sync_regs *shared(void)
{
	return &g.vcpu.run->s.regs;
}

/* Does a set hold what its ioctl gives, or is it as it was? */
static void judge_set(const void *got, const void *ioctl, size_t len,
		      bool wanted, uint64_t valid)
{
	uint8_t before[sizeof(struct kvm_sync_regs)];

	memset(before, UNTOUCHED, sizeof(before));
	bench_value(&g, !memcmp(got, wanted ? ioctl : before, len), true,
		    wanted ? "registers of the ioctl in kvm_run, valid" :
			    "kvm_run left alone, valid", valid, &r_valid);
}

/* KVM leaves the padding within a set alone. */
static void fill(uint64_t valid)
{
	memset(&shared()->regs, valid & REGS ? 0 : UNTOUCHED,
	       sizeof(shared()->regs));
	memset(&shared()->sregs, valid & SREGS ? 0 : UNTOUCHED,
	       sizeof(shared()->sregs));
	memset(&shared()->events, valid & EVENTS ? 0 : UNTOUCHED,
	       sizeof(shared()->events));
}

static void stored(uint64_t valid)
{
	struct kvm_vcpu_events events = { 0 };
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	fill(valid);
	enters(valid, 0, true, &r_valid);
	vcpu_get_regs(&g.vcpu, &regs);
	vcpu_get_sregs(&g.vcpu, &sregs);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_VCPU_EVENTS, &events), true,
		   0, "KVM_GET_VCPU_EVENTS", 0, &r_valid);
	judge_set(&shared()->regs, &regs, sizeof(regs), valid & REGS, valid);
	judge_set(&shared()->sregs, &sregs, sizeof(sregs), valid & SREGS,
		  valid);
	judge_set(&shared()->events, &events, sizeof(events), valid & EVENTS,
		  valid);
}

TEST_F(sync_regs, valid)
{
	struct kvm_regs regs;
	uint64_t valid;

	vcpu_get_regs(&g.vcpu, &regs);
	regs.r13 = MARK;
	vcpu_set_regs(&g.vcpu, &regs);
	for (valid = 0; valid <= (REGS | SREGS | EVENTS); valid++)
		stored(valid);
	TEST_VERDICT(g.ok);
}

/* All three sets as they are now, for a change of one of them. */
static void take_all(void)
{
	enters(REGS | SREGS | EVENTS, 0, true, &r_valid);
}

TEST_F(sync_regs, dirty_regs)
{
	struct kvm_regs regs;

	take_all();
	shared()->regs.r13 = MARK;
	enters(0, SREGS | EVENTS, true, &r_dirty);
	vcpu_get_regs(&g.vcpu, &regs);
	bench_value(&g, regs.r13, 0, "R13 while its set is not dirty", 0,
		    &r_dirty);
	enters(0, REGS, true, &r_dirty);
	vcpu_get_regs(&g.vcpu, &regs);
	bench_value(&g, regs.r13, MARK, "R13 of a dirty set", 0, &r_dirty);
	bench_value(&g, g.vcpu.run->kvm_dirty_regs, 0,
		    "kvm_dirty_regs after KVM_RUN", 0, &r_dirty);
	TEST_VERDICT(g.ok);
}

static void cr4_is(uint64_t cr4)
{
	static struct cpuid_list l;
	struct kvm_sregs s;

	vcpu_get_sregs(&g.vcpu, &s);
	bench_value(&g, s.cr4, cr4, "CR4", 0, &r_dirty);
	vcpu_get_cpuid(&g.vcpu, &l);
	bench_value(&g, cpuid_has(&l, F_OSXSAVE), !!(cr4 & CR4_OSXSAVE),
		    "OSXSAVE with CR4", cr4, &r_dirty);
}

TEST_F(sync_regs, dirty_sregs)
{
	if (!bench_kvm_has(&g, F_XSAVE))
		TEST_SKIP("this KVM has no XSAVE");
	take_all();
	shared()->sregs.cr4 = CR4_OSXSAVE;
	enters(0, REGS, true, &r_dirty);
	cr4_is(0);
	enters(0, SREGS, true, &r_dirty);
	cr4_is(CR4_OSXSAVE);
	shared()->sregs.cr4 = CR4_UMIP;
	enters(0, SREGS, false, &r_dirty);
	cr4_is(CR4_OSXSAVE);
	shared()->sregs.cr4 = 0;
	enters(0, SREGS, true, &r_dirty);
	cr4_is(0);
	TEST_VERDICT(g.ok);
}

TEST_F(sync_regs, dirty_events)
{
	struct kvm_vcpu_events events;

	take_all();
	shared()->events.nmi.masked = 1;
	enters(EVENTS, REGS, true, &r_dirty);
	bench_value(&g, shared()->events.nmi.masked, 0,
		    "NMIs masked while the events are not dirty", 0, &r_dirty);
	shared()->events.nmi.masked = 1;
	enters(0, EVENTS, true, &r_dirty);
	bench_call(&g, kvm_ioctl(g.vcpu.fd, KVM_GET_VCPU_EVENTS, &events), true,
		   0, "KVM_GET_VCPU_EVENTS", 0, &r_dirty);
	bench_value(&g, events.nmi.masked, 1, "NMIs masked by dirty events", 0,
		    &r_dirty);
	bench_value(&g, g.vcpu.run->kvm_dirty_regs, 0,
		    "kvm_dirty_regs after KVM_RUN", 0, &r_dirty);
	shared()->events.flags = 1u << 31;
	enters(0, EVENTS, false, &r_dirty);
	TEST_VERDICT(g.ok);
}

TEST_MAIN

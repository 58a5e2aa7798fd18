// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bits of the installed CPUID that KVM keeps up to date: OSXSAVE, OSPKE,
 * APIC, MWAIT, sizes of XSAVE areas, PV_UNHALT.  Each is brought about in
 * every way there is, by the guest and by ioctls, and looked at both in
 * KVM_GET_CPUID2, where nothing else may have changed, and in the guest.
 */
#include <unistd.h>

#include "runtime.h"
#include "test.h"
#include "vcpu_init.h"

#define APIC_BASE_EN		(1ull << 11)
#define MISC_MWAIT		(1ull << 18)
#define MSR_MISC_ENABLE		0x1a0
#define QUIRK_NO_MWAIT		(1 << 4)
#define DISABLE_EXITS_HLT	(1 << 1)
#define SMM_CODE		0x38000	/* SMBASE 0x30000 + 0x8000 */

static const struct cpuid_feature f_mwait = { 1, 0, REG_ECX, 3 };
static const struct cpuid_feature f_sse3 = { 1, 0, REG_ECX, 0 };

static bool has_sregs2(void)
{
	int fd = kvm_open();
	bool has = kvm_check_cap(fd, KVM_CAP_SREGS2);

	close(fd);
	return has;
}

#define NEEDS_SREGS2(by) do { \
	if ((by) == BY_SREGS2 && !has_sregs2()) \
		TEST_SKIP("this KVM has no KVM_SET_SREGS2"); \
} while (0)

/* --- tests ------------------------------------------------------------- */

FIXTURE(installed) { int unused; };
FIXTURE_VARIANT(installed) { bool on; };
FIXTURE_SETUP(installed) { subject_facts(); }
FIXTURE_TEARDOWN(installed) { }
FIXTURE_VARIANT_ADD(installed, bits_clear) { .on = false };
FIXTURE_VARIANT_ADD(installed, bits_set) { .on = true };

/* A list is brought up to date when it is installed ... */
TEST_F(installed, by_state)
{
	static struct rt t;

	rt_begin(&t, variant->on);
	rt_check(&t, "just installed");
	TEST_VERDICT(t.ok);
}

/* ... also over another one, by a state that was there before. */
TEST_F(installed, over_another)
{
	static struct rt t;
	struct vcpu_state *st = &t.s.state;
	uint64_t mask;

	rt_begin(&t, !variant->on);
	mask = expect_xcr0_mask(&t.given, st->supported);
	if (!cpuid_has(&t.given, CPUID_XSAVE) || !(mask & 2))
		TEST_SKIP("KVM offers no XSAVE here");
	rt_set_cr4(&t, BY_SREGS, st->cr4 | CR4_OSXSAVE |
		(cpuid_has(&t.given, CPUID_PKU) ? CR4_PKE : 0));
	st->xcr0 = expect_xcr0_valid(mask, mask) ? mask : 3;
	vcpu_set_xcr0(&t.s.vcpu, st->xcr0);
	rt_set_apic_base(&t, BY_SREGS, st->apic_base & ~APIC_BASE_EN);
	rt_set_bits(&t.given, variant->on);
	vcpu_set_cpuid(&t.s.vcpu, &t.given);
	rt_check(&t, "installed over another list");
	TEST_VERDICT(t.ok);
}

FIXTURE(cr4) { int unused; };
FIXTURE_VARIANT(cr4) { enum way by; };
FIXTURE_SETUP(cr4) { subject_facts(); }
FIXTURE_TEARDOWN(cr4) { }
FIXTURE_VARIANT_ADD(cr4, by_guest) { .by = BY_GUEST };
FIXTURE_VARIANT_ADD(cr4, by_sregs) { .by = BY_SREGS };
FIXTURE_VARIANT_ADD(cr4, by_sregs2) { .by = BY_SREGS2 };

TEST_F(cr4, osxsave_ospke)
{
	static const uint64_t steps[] = {
		CR4_OSXSAVE, 0, CR4_PKE, CR4_PKE | CR4_OSXSAVE, CR4_OSXSAVE,
		CR4_PKE, 0,
	};
	static struct rt t;
	uint64_t have = 0, base;
	unsigned int i;
	char what[60];

	NEEDS_SREGS2(variant->by);
	rt_begin(&t, false);
	have |= cpuid_has(&t.given, CPUID_XSAVE) ? CR4_OSXSAVE : 0;
	have |= cpuid_has(&t.given, CPUID_PKU) ? CR4_PKE : 0;
	if (!have)
		TEST_SKIP("KVM offers neither XSAVE nor PKU here");
	base = t.s.state.cr4;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		rt_set_cr4(&t, variant->by, base | (steps[i] & have));
		snprintf(what, sizeof(what), "CR4=0x%llx by %s",
			 (unsigned long long)t.s.state.cr4,
			 rt_way_name(variant->by));
		rt_check(&t, what);
	}
	TEST_VERDICT(t.ok);
}

FIXTURE(apic_base) { int unused; };
FIXTURE_VARIANT(apic_base) { enum way by; bool no_irqchip; };
FIXTURE_SETUP(apic_base) { subject_facts(); }
FIXTURE_TEARDOWN(apic_base) { }
FIXTURE_VARIANT_ADD(apic_base, by_guest) { .by = BY_GUEST };
FIXTURE_VARIANT_ADD(apic_base, by_sregs) { .by = BY_SREGS };
FIXTURE_VARIANT_ADD(apic_base, by_sregs2) { .by = BY_SREGS2 };
FIXTURE_VARIANT_ADD(apic_base, by_msrs) { .by = BY_MSRS };
FIXTURE_VARIANT_ADD(apic_base, by_guest_no_irqchip) {
	.by = BY_GUEST, .no_irqchip = true };
FIXTURE_VARIANT_ADD(apic_base, by_sregs_no_irqchip) {
	.by = BY_SREGS, .no_irqchip = true };

TEST_F(apic_base, apic)
{
	static struct rt t;
	uint64_t base;
	unsigned int i;
	char what[60];

	NEEDS_SREGS2(variant->by);
	rt_begin_vm(&t, false, variant->no_irqchip ? 0 : VM_IRQCHIP);
	rt_begin_vcpu(&t);
	rt_check(&t, "just installed");
	base = t.s.state.apic_base;
	for (i = 0; i < 3; i++) {
		rt_set_apic_base(&t, variant->by, base ^ (i & 1 ? 0 :
							APIC_BASE_EN));
		snprintf(what, sizeof(what), "APIC_BASE=0x%llx by %s",
			 (unsigned long long)t.s.state.apic_base,
			 rt_way_name(variant->by));
		rt_check(&t, what);
	}
	TEST_VERDICT(t.ok);
}

FIXTURE(misc_enable) { int unused; };
FIXTURE_VARIANT(misc_enable) { enum way by; bool quirk_off, given; };
FIXTURE_SETUP(misc_enable) { subject_facts(); }
FIXTURE_TEARDOWN(misc_enable) { }

#define MISC(name, ...) \
	FIXTURE_VARIANT_ADD(misc_enable, name) { __VA_ARGS__ }

MISC(quirk_on_given_by_guest, BY_GUEST, false, true);
MISC(quirk_on_not_given_by_guest, BY_GUEST, false, false);
MISC(quirk_on_not_given_by_msrs, BY_MSRS, false, false);
MISC(quirk_off_given_by_guest, BY_GUEST, true, true);
MISC(quirk_off_not_given_by_guest, BY_GUEST, true, false);
MISC(quirk_off_given_by_msrs, BY_MSRS, true, true);

static bool quirk_can_go(uint32_t quirk)
{
	return facts_cap(subject_facts(), KVM_CAP_DISABLE_QUIRKS2) & quirk;
}

TEST_F(misc_enable, mwait)
{
	static struct rt t;
	struct vcpu_state *st = &t.s.state;
	unsigned int i;

	if (variant->quirk_off && !quirk_can_go(QUIRK_NO_MWAIT))
		TEST_SKIP("this KVM cannot disable the MWAIT quirk");
	rt_begin_vm(&t, true, VM_IRQCHIP);
	cpuid_set_feature(&t.given, f_mwait, variant->given);
	if (variant->quirk_off)
		vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2,
			      QUIRK_NO_MWAIT);
	rt_begin_vcpu(&t);
	st->mwait_quirk_off = variant->quirk_off;
	rt_check(&t, "just installed");
	for (i = 0; i < 3; i++) {
		st->misc_enable ^= MISC_MWAIT;
		rt_set_msr(&t, variant->by, MSR_MISC_ENABLE, st->misc_enable);
		rt_check(&t, i & 1 ? "MISC_ENABLE[18]=0" : "MISC_ENABLE[18]=1");
	}
	TEST_VERDICT(t.ok);
}

/* MISC_ENABLE[18] does not exist without SSE3 (SDM vol. 4). */
TEST(mwait_needs_sse3)
{
	static const char why[] =
		"with the quirk disabled MISC_ENABLE[18] needs SSE3 (SDM vol. 4, 1A0H)";
	struct finding m = { .kind = FOUND_EVENT, .event = EVENT_SET_MSRS,
			     .what = "KVM_SET_MSRS MISC_ENABLE[18]",
			     .answer = ANSWER_BOOL, .wanted = 0, .got = 1,
				    .wanted_text = "refused", .got_text = "accepted",
				    .rule = RULE_R6, .why = why,
				    .has_msr = true, .msr = MSR_MISC_ENABLE };
	static struct rt t;
	struct probe_request *r;

	subject_facts();
	if (!quirk_can_go(QUIRK_NO_MWAIT))
		TEST_SKIP("this KVM cannot disable the MWAIT quirk");
	rt_begin_vm(&t, true, VM_IRQCHIP);
	SUBJECT_NEEDS_FAULTS(&t.s);
	cpuid_set_feature(&t.given, f_sse3, false);
	vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_NO_MWAIT);
	rt_begin_vcpu(&t);
	t.s.state.mwait_quirk_off = true;
	if (__vcpu_set_msr(&t.s.vcpu, MSR_MISC_ENABLE, 0x1800 | MISC_MWAIT) ==
	    1) {
		report_finding(&m);
		t.ok = false;
	}
	r = probe_expect_fault(probe_wrmsr(&t.s.probe, MSR_MISC_ENABLE,
					   0x1800 | MISC_MWAIT),
			       GP_VECTOR, 0);
	probe_run(&t.s.probe);
	t.ok &= verdict_request(r, "WRMSR MISC_ENABLE[18]", RULE_R6, why);
	rt_check(&t, "MISC_ENABLE[18] refused");
	TEST_VERDICT(t.ok);
}

/* --- INIT and SMM ------------------------------------------------------ */

/* INIT clears CR4; XCR0, APIC_BASE and MISC_ENABLE stay (SDM vol. 3, 10.1). */
TEST(init)
{
	static struct rt t;
	struct vcpu_state *st = &t.s.state;
	struct kvm_sregs sregs;
	uint64_t mask;

	subject_facts();
	rt_begin(&t, true);
	mask = expect_xcr0_mask(&t.given, st->supported);
	if (!cpuid_has(&t.given, CPUID_XSAVE) || !(mask & 2))
		TEST_SKIP("KVM offers no XSAVE here");
	rt_set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE |
		(cpuid_has(&t.given, CPUID_PKU) ? CR4_PKE : 0));
	vcpu_set_xcr0(&t.s.vcpu, 3);
	st->xcr0 = 3;
	rt_check(&t, "before INIT");
	if (vcpu_send_init(&t.s.vcpu))
		TEST_SKIP("this KVM does not take a latched INIT");
	vcpu_get_sregs(&t.s.vcpu, &sregs);
	rt_must(&t, !sregs.cr4, "INIT: CR4 becomes 0");
	rt_must(&t, vcpu_get_xcr0(&t.s.vcpu) == 3, "INIT: XCR0 stays");
	st->cr4 = 0;
	rt_check_ioctl(&t, "after INIT");
	probe_start(&t.s.probe, &t.s.vcpu, PROBE_LONG);
	vcpu_get_sregs(&t.s.vcpu, &sregs);
	st->cr4 = sregs.cr4;
	rt_check(&t, "after INIT");
	TEST_VERDICT(t.ok);
}

#define SMM_DONE	3

static bool left_smm_code(struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;

	return run->exit_reason == KVM_EXIT_IO &&
	       run->io.port == PROBE_PORT &&
	       *((const uint8_t *)run + run->io.data_offset) == SMM_DONE;
}

/* In SMM a guest has an address space of its own, here the same memory. */
static int add_smm_memory(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1 << 16, .memory_size = vm->mem_size,
		.userspace_addr = (uintptr_t)vm->mem,
	};

	return kvm_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

/* SMM begins with CR4 clear, and RSM brings it back (SDM vol. 3, 32.4). */
TEST(smm)
{
	static const uint8_t code[] = {
		0xb0, SMM_DONE, 0xe6, PROBE_PORT,	/* mov al, out */
		0x0f, 0xaa,				/* rsm */
	};
	static struct rt t;
	struct vcpu_state *st = &t.s.state;
	uint64_t cr4;
	char why[160];
	int ret;

	rt_begin(&t, false);
	if (!kvm_check_cap(t.s.vm.kvm_fd, KVM_CAP_X86_SMM))
		TEST_SKIP("this KVM has no SMM");
	if (!cpuid_has(&t.given, CPUID_XSAVE))
		TEST_SKIP("KVM offers no XSAVE here");
	memcpy(vm_at(&t.s.vm, SMM_CODE), code, sizeof(code));
	rt_set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE);
	cr4 = st->cr4;
	if (add_smm_memory(&t.s.vm) ||
	    kvm_ioctl(t.s.vcpu.fd, KVM_SMI, NULL))
		test_stop("KVM_SMI is refused, yet there is KVM_CAP_X86_SMM");
	rt_ask_guest(&t);
	ret = __vcpu_run(&t.s.vcpu, 0);
	vcpu_explain(&t.s.vcpu, ret, why, sizeof(why));
	if (ret || !left_smm_code(&t.s.vcpu))
		test_stop("the SMM handler did not run: %s", why);
	st->cr4 = 0;
	rt_check_ioctl(&t, "in SMM");
	st->cr4 = cr4;
	probe_run(&t.s.probe);
	rt_judge_guest(&t, "after RSM");
	rt_check_ioctl(&t, "after RSM");
	TEST_VERDICT(t.ok);
}

/* --- PV_UNHALT --------------------------------------------------------- */

FIXTURE(pv_unhalt) { int unused; };
FIXTURE_VARIANT(pv_unhalt) { bool hlt_exits_off, moved, given; };
FIXTURE_SETUP(pv_unhalt) { subject_facts(); }
FIXTURE_TEARDOWN(pv_unhalt) { }
FIXTURE_VARIANT_ADD(pv_unhalt, exits) { false, false, true };
FIXTURE_VARIANT_ADD(pv_unhalt, no_exits) { true, false, true };
FIXTURE_VARIANT_ADD(pv_unhalt, no_exits_moved) { true, true, true };
FIXTURE_VARIANT_ADD(pv_unhalt, no_exits_not_given) { true, false, false };

static void shape_kvm_leaves(struct cpuid_list *l, bool moved, bool given)
{
	struct kvm_cpuid_entry2 *sig = cpuid_find_mut(l, 0x40000000, 0);
	struct kvm_cpuid_entry2 *feat = cpuid_find_mut(l, 0x40000001, 0);

	feat->eax = given ? ~0u : ~(1u << 7);
	if (!moved)
		return;
	sig->function = 0x40000100;
	sig->eax = 0x40000101;
	feat->function = 0x40000101;
}

TEST_F(pv_unhalt, bit)
{
	static struct rt t;
	struct vcpu_state *st = &t.s.state;

	if (variant->hlt_exits_off &&
	    !(facts_cap(subject_facts(), KVM_CAP_X86_DISABLE_EXITS) &
	      DISABLE_EXITS_HLT))
		TEST_SKIP("this KVM does not let guests halt");
	rt_begin_vm(&t, true, VM_IRQCHIP);
	shape_kvm_leaves(&t.given, variant->moved, variant->given);
	if (variant->hlt_exits_off)
		vm_enable_cap(&t.s.vm, KVM_CAP_X86_DISABLE_EXITS,
			      DISABLE_EXITS_HLT);
	rt_begin_vcpu(&t);
	st->hlt_exits_off = variant->hlt_exits_off;
	rt_check_ioctl(&t, "first list");
	st->old_kvm_base = expect_kvm_base(&t.given);
	vcpu_set_cpuid(&t.s.vcpu, &t.given);
	rt_check(&t, "the same list again");
	if (cpuid_has(&t.given, CPUID_XSAVE)) {
		rt_set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE);
		rt_check(&t, "after a change of CR4");
	}
	TEST_VERDICT(t.ok);
}

TEST_MAIN

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
#define QUIRK_NO_MWAIT		KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT
#define DISABLE_EXITS_HLT	(1 << 1)
#define SMM_CODE		0x38000	/* SMBASE 0x30000 + 0x8000 */

/* --- tests ------------------------------------------------------------- */

PLAIN_FIXTURE(installed)
FIXTURE_VARIANT(installed) { bool on; };
FIXTURE_VARIANT_ADD(installed, bits_clear) { .on = false };
FIXTURE_VARIANT_ADD(installed, bits_set) { .on = true };

/* A list is brought up to date when it is installed ... */
TEST_F(installed, by_state)
{
	static struct bench t;

	rt_begin(&t, variant->on);
	rt_check(&t, "just installed");
	TEST_VERDICT(t.ok);
}

/* ... also over another one, by a state that was there before. */
TEST_F(installed, over_another)
{
	static struct bench t;
	struct vcpu_state *st = &t.state;
	uint64_t mask;

	rt_begin(&t, !variant->on);
	mask = expect_xcr0_mask(&t.list, st->supported);
	if (!cpuid_has(&t.list, F_XSAVE) || !(mask & 2))
		TEST_SKIP("KVM offers no XSAVE here");
	rt_set_cr4(&t, BY_SREGS, st->cr4 | CR4_OSXSAVE |
		(cpuid_has(&t.list, F_PKU) ? CR4_PKE : 0));
	st->xcr0 = expect_xcr0_valid(mask, mask) ? mask : 3;
	vcpu_set_xcr0(&t.vcpu, st->xcr0);
	rt_set_apic_base(&t, BY_SREGS, st->apic_base & ~APIC_BASE_EN);
	rt_set_bits(&t.list, variant->on);
	vcpu_set_cpuid(&t.vcpu, &t.list);
	rt_check(&t, "installed over another list");
	TEST_VERDICT(t.ok);
}

PLAIN_FIXTURE(cr4)
FIXTURE_VARIANT(cr4) { enum way by; };
FIXTURE_VARIANT_ADD(cr4, by_guest) { .by = BY_GUEST };
FIXTURE_VARIANT_ADD(cr4, by_sregs) { .by = BY_SREGS };
FIXTURE_VARIANT_ADD(cr4, by_sregs2) { .by = BY_SREGS2 };

TEST_F(cr4, osxsave_ospke)
{
	static const uint64_t steps[] = {
		CR4_OSXSAVE, 0, CR4_PKE, CR4_PKE | CR4_OSXSAVE, CR4_OSXSAVE,
		CR4_PKE, 0,
	};
	static struct bench t;
	uint64_t have = 0, base;
	unsigned int i;
	char what[60];

	rt_begin(&t, false);
	if (variant->by == BY_SREGS2)
		TEST_NEEDS(&t, NEED_SREGS2);
	have |= cpuid_has(&t.list, F_XSAVE) ? CR4_OSXSAVE : 0;
	have |= cpuid_has(&t.list, F_PKU) ? CR4_PKE : 0;
	if (!have)
		TEST_SKIP("KVM offers neither XSAVE nor PKU here");
	base = t.state.cr4;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		rt_set_cr4(&t, variant->by, base | (steps[i] & have));
		snprintf(what, sizeof(what), "CR4=0x%llx by %s",
			 (unsigned long long)t.state.cr4,
			 rt_way_name(variant->by));
		rt_check(&t, what);
	}
	TEST_VERDICT(t.ok);
}

PLAIN_FIXTURE(apic_base)
FIXTURE_VARIANT(apic_base) { enum way by; bool no_irqchip; };
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
	static struct bench t;
	uint64_t base;
	unsigned int i;
	char what[60];

	rt_begin_vm(&t, false, variant->no_irqchip ? 0 : VM_IRQCHIP);
	if (variant->by == BY_SREGS2)
		TEST_NEEDS(&t, NEED_SREGS2);
	rt_begin_vcpu(&t);
	rt_check(&t, "just installed");
	base = t.state.apic_base;
	for (i = 0; i < 3; i++) {
		rt_set_apic_base(&t, variant->by, base ^ (i & 1 ? 0 :
							  APIC_BASE_EN));
		snprintf(what, sizeof(what), "APIC_BASE=0x%llx by %s",
			 (unsigned long long)t.state.apic_base,
			 rt_way_name(variant->by));
		rt_check(&t, what);
	}
	TEST_VERDICT(t.ok);
}

PLAIN_FIXTURE(misc_enable)
FIXTURE_VARIANT(misc_enable) { enum way by; bool quirk_off, given; };

#define MISC(name, ...) \
	FIXTURE_VARIANT_ADD(misc_enable, name) { __VA_ARGS__ }

MISC(quirk_on_given_by_guest, BY_GUEST, false, true);
MISC(quirk_on_not_given_by_guest, BY_GUEST, false, false);
MISC(quirk_on_not_given_by_msrs, BY_MSRS, false, false);
MISC(quirk_off_given_by_guest, BY_GUEST, true, true);
MISC(quirk_off_not_given_by_guest, BY_GUEST, true, false);
MISC(quirk_off_given_by_msrs, BY_MSRS, true, true);

TEST_F(misc_enable, mwait)
{
	static struct bench t;
	struct vcpu_state *st = &t.state;
	unsigned int i;

	rt_begin_vm(&t, true, VM_IRQCHIP);
	if (variant->quirk_off)
		TEST_NEEDS(&t, NEED_QUIRK_NO_MWAIT);
	cpuid_set_feature(&t.list, F_MWAIT, variant->given);
	if (variant->quirk_off)
		vm_enable_cap(&t.vm, KVM_CAP_DISABLE_QUIRKS2,
			      QUIRK_NO_MWAIT);
	rt_begin_vcpu(&t);
	st->mwait_quirk_off = variant->quirk_off;
	rt_check(&t, "just installed");
	for (i = 0; i < 3; i++) {
		st->misc_enable ^= MISC_MWAIT;
		rt_set_msr(&t, variant->by, MSR_IA32_MISC_ENABLE, st->misc_enable);
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
				    .has_msr = true, .msr = MSR_IA32_MISC_ENABLE };
	static struct bench t;
	struct probe_request *r;

	rt_begin_vm(&t, true, VM_IRQCHIP);
	TEST_NEEDS(&t, NEED_QUIRK_NO_MWAIT, NEED_FAULTS);
	cpuid_set_feature(&t.list, F_SSE3, false);
	vm_enable_cap(&t.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_NO_MWAIT);
	rt_begin_vcpu(&t);
	t.state.mwait_quirk_off = true;
	if (__vcpu_set_msr(&t.vcpu, MSR_IA32_MISC_ENABLE, 0x1800 | MISC_MWAIT) ==
	    1) {
		report_finding(&m);
		t.ok = false;
	}
	r = probe_expect_fault(probe_wrmsr(&t.probe, MSR_IA32_MISC_ENABLE,
					   0x1800 | MISC_MWAIT),
			       GP_VECTOR, 0);
	probe_run(&t.probe);
	t.ok &= verdict_request(r, "WRMSR MISC_ENABLE[18]", RULE_R6, why);
	rt_check(&t, "MISC_ENABLE[18] refused");
	TEST_VERDICT(t.ok);
}

/* --- INIT and SMM ------------------------------------------------------ */

/* INIT clears CR4; XCR0, APIC_BASE and MISC_ENABLE stay (SDM vol. 3, 10.1). */
TEST(init)
{
	static struct bench t;
	struct vcpu_state *st = &t.state;
	struct kvm_sregs sregs;
	uint64_t mask;

	subject_facts();
	rt_begin(&t, true);
	mask = expect_xcr0_mask(&t.list, st->supported);
	if (!cpuid_has(&t.list, F_XSAVE) || !(mask & 2))
		TEST_SKIP("KVM offers no XSAVE here");
	rt_set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE |
		(cpuid_has(&t.list, F_PKU) ? CR4_PKE : 0));
	vcpu_set_xcr0(&t.vcpu, 3);
	st->xcr0 = 3;
	rt_check(&t, "before INIT");
	vcpu_send_init(&t.vcpu);
	vcpu_get_sregs(&t.vcpu, &sregs);
	rt_must(&t, !sregs.cr4, "INIT: CR4 becomes 0");
	rt_must(&t, vcpu_get_xcr0(&t.vcpu) == 3, "INIT: XCR0 stays");
	st->cr4 = 0;
	rt_check_ioctl(&t, "after INIT");
	probe_start(&t.probe, &t.vcpu, PROBE_LONG);
	vcpu_get_sregs(&t.vcpu, &sregs);
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
	static struct bench t;
	struct vcpu_state *st = &t.state;
	uint64_t cr4;
	char why[160];
	int ret;

	rt_begin(&t, false);
	if (!kvm_check_cap(t.vm.kvm_fd, KVM_CAP_X86_SMM))
		TEST_SKIP("this KVM has no SMM");
	if (!cpuid_has(&t.list, F_XSAVE))
		TEST_SKIP("KVM offers no XSAVE here");
	memcpy(vm_at(&t.vm, SMM_CODE), code, sizeof(code));
	rt_set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE);
	cr4 = st->cr4;
	if (add_smm_memory(&t.vm) ||
	    kvm_ioctl(t.vcpu.fd, KVM_SMI, NULL))
		test_stop("KVM_SMI is refused, yet there is KVM_CAP_X86_SMM");
	rt_ask_guest(&t);
	ret = __vcpu_run(&t.vcpu, 0);
	vcpu_explain(&t.vcpu, ret, why, sizeof(why));
	if (ret || !left_smm_code(&t.vcpu))
		test_stop("the SMM handler did not run: %s", why);
	st->cr4 = 0;
	rt_check_ioctl(&t, "in SMM");
	st->cr4 = cr4;
	probe_run(&t.probe);
	rt_judge_guest(&t, "after RSM");
	rt_check_ioctl(&t, "after RSM");
	TEST_VERDICT(t.ok);
}

/* --- PV_UNHALT --------------------------------------------------------- */

PLAIN_FIXTURE(pv_unhalt)
FIXTURE_VARIANT(pv_unhalt) { bool hlt_exits_off, moved, given; };
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
	static struct bench t;
	struct vcpu_state *st = &t.state;

	if (variant->hlt_exits_off &&
	    !(facts_cap(subject_facts(), KVM_CAP_X86_DISABLE_EXITS) &
	      DISABLE_EXITS_HLT))
		TEST_SKIP("this KVM does not let guests halt");
	rt_begin_vm(&t, true, VM_IRQCHIP);
	shape_kvm_leaves(&t.list, variant->moved, variant->given);
	if (variant->hlt_exits_off)
		vm_enable_cap(&t.vm, KVM_CAP_X86_DISABLE_EXITS,
			      DISABLE_EXITS_HLT);
	rt_begin_vcpu(&t);
	st->hlt_exits_off = variant->hlt_exits_off;
	rt_check_ioctl(&t, "first list");
	st->old_kvm_base = expect_kvm_base(&t.list);
	vcpu_set_cpuid(&t.vcpu, &t.list);
	rt_check(&t, "the same list again");
	if (cpuid_has(&t.list, F_XSAVE)) {
		rt_set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE);
		rt_check(&t, "after a change of CR4");
	}
	TEST_VERDICT(t.ok);
}

TEST_MAIN

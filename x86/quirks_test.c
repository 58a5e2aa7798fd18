// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quirks that KVM keeps for old userspace, each on and off, as far as CPUID,
 * MSRs and instructions show them; and the contract of the capabilities that
 * switch them off, and of KVM_CAP_X86_DISABLE_EXITS.
 *
 * STUFF_FEATURE_MSRS has its checks in msr_defaults_test and vmx_msr_test.
 */
#include <errno.h>

#include "backport.h"
#include "facts_sysfs.h"
#include "pv.h"
#include "test.h"

#define QUIRK_LINT0		BIT(0)
#define QUIRK_NO_MWAIT		BIT(4)
#define QUIRK_HYPERCALL		BIT(5)
#define QUIRK_NEVER_UD		BIT(6)
#define QUIRK_FREEZE_IN_SMM	BIT(10)
#define QUIRK_GUEST_PAT		BIT(9)

#define MISC_ENABLE_MWAIT	BIT(18)
#define EXITS_MWAIT		BIT(0)
#define EXITS_HLT		BIT(1)
#define EXITS_PAUSE		BIT(2)
#define EXITS_CSTATE		BIT(3)
#define EXITS_APERFMPERF	BIT(4)

/* --- the capabilities ----------------------------------------------------- */

static struct {
	const struct host_facts *facts;
	struct bench s;
	uint64_t mask;
} t;

FIXTURE(quirks) { };

FIXTURE_SETUP(quirks)
{
	t.facts = subject_facts();
	bench_model(&t.s, NULL);
	bench_vm(&t.s, VM_IRQCHIP);
	t.mask = kvm_check_cap(t.s.vm.kvm_fd, KVM_CAP_DISABLE_QUIRKS2);
	if (!t.mask)
		test_skip_all("this KVM has no KVM_CAP_DISABLE_QUIRKS2");
}

FIXTURE_TEARDOWN(quirks)
{
	bench_close(&t.s);
}

/*
 * Q1: IGNORE_GUEST_PAT needs two-dimensional paging, and on Intel self-snoop,
 * which Linux does not use on CPUs with an erratum (Nehalem to Sandy Bridge;
 * 1e03bff36010): KVM's list says so.  How another KVM pages is not known.
 */
static uint64_t guest_pat(const struct host_facts *f, uint64_t mask)
{
	bool amd = facts_host_is_amd(f);
	bool tdp = facts_param_bool(f, amd ? "kvm_amd" : "kvm_intel",
				    amd ? "npt" : "ept", true);
	bool snoop = cpuid_has(&f->supported, F_SELFSNOOP);

	if (kvm_module_is_foreign(f->kvm_module))
		return mask & QUIRK_GUEST_PAT;
	return tdp && (amd || snoop) ? QUIRK_GUEST_PAT : 0;
}

static uint64_t quirks_wanted(const struct host_facts *f, bool freeze,
			      uint64_t mask)
{
	if (!kernel_has(f->kernel, CHANGE_QUIRKS_6_2))
		return 0x7f;
	return (freeze ? 0x5ff : 0x1ff) | guest_pat(f, mask);
}

TEST_F(quirks, supported_mask)
{
	uint32_t k = t.facts->kernel;
	bool freeze = change_wanted(k, CHANGE_FREEZE_QUIRK,
				    t.mask & QUIRK_FREEZE_IN_SMM);
	uint64_t wanted = quirks_wanted(t.facts, freeze, t.mask);
	uint64_t more = t.mask & ~0x7ffull;

	if (kernel_has(k, CHANGE_QUIRKS_6_2) && !kernel_has(k, CHANGE_GUEST_PAT))
		TEST_SKIP("which quirks this kernel has is not known here");
	if (k >= RULES_KNOW_UNTIL && more)
		not_judged("KVM_CAP_DISABLE_QUIRKS2",
			   "this kernel has quirks that are not known");
	EXPECT_EQ(wanted, k < RULES_KNOW_UNTIL ? t.mask :
						 t.mask & 0x7ff);
}

static int disable_with_flags(struct vm *vm, uint32_t cap, uint64_t quirks,
			      uint32_t flags)
{
	struct kvm_enable_cap c = {
		.cap = cap, .flags = flags, .args[0] = quirks,
	};

	return kvm_ioctl(vm->fd, KVM_ENABLE_CAP, &c);
}

static bool mwait_bit_after_set(struct bench *s, struct vcpu *vcpu)
{
	static struct cpuid_list l;

	cpuid_copy(&l, &s->cpu.cpuid);
	cpuid_set_feature(&l, F_MWAIT, true);
	vcpu_set_cpuid(vcpu, &l);
	vcpu_get_cpuid(vcpu, &l);
	return cpuid_has(&l, F_MWAIT);
}

/* Is the quirk MISC_ENABLE_NO_MWAIT still on in this VM? */
static bool no_mwait_quirk(struct bench *s)
{
	static uint32_t id;
	struct vcpu vcpu;
	bool on;

	vcpu_create(&vcpu, &s->vm, id++);
	on = mwait_bit_after_set(s, &vcpu);
	vcpu_destroy(&vcpu);
	return on;
}

/* Q2: a bit that KVM does not know is refused, and takes the others along. */
TEST_F(quirks, unknown_bit_refused)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		uint64_t q = BIT(bit) | QUIRK_NO_MWAIT;

		if (t.mask & BIT(bit))
			continue;
		EXPECT_EQ(-EINVAL, __vm_enable_cap(&t.s.vm,
						   KVM_CAP_DISABLE_QUIRKS2, q));
	}
	EXPECT_TRUE(no_mwait_quirk(&t.s));
}

/* Q3: the old capability takes any bit, and those it knows it obeys. */
TEST_F(quirks, old_capability_lax)
{
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS,
				     BIT(40)));
	EXPECT_TRUE(no_mwait_quirk(&t.s));
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS,
				     BIT(40) | QUIRK_NO_MWAIT));
	EXPECT_FALSE(no_mwait_quirk(&t.s));
}

TEST_F(quirks, flags_refused)
{
	EXPECT_EQ(-EINVAL, disable_with_flags(&t.s.vm,
					      KVM_CAP_DISABLE_QUIRKS2,
					      QUIRK_NO_MWAIT, 1));
	EXPECT_EQ(-EINVAL, disable_with_flags(&t.s.vm,
					      KVM_CAP_DISABLE_QUIRKS,
					      QUIRK_NO_MWAIT, 1));
	EXPECT_EQ(-EINVAL, disable_with_flags(&t.s.vm,
					      KVM_CAP_X86_DISABLE_EXITS, 0,
					      1));
	EXPECT_TRUE(no_mwait_quirk(&t.s));
}

/* The flags of a vCPU's KVM_ENABLE_CAP have no meaning yet either. */
TEST_F(quirks, vcpu_flags_refused)
{
	struct kvm_enable_cap c = { .cap = KVM_CAP_ENFORCE_PV_FEATURE_CPUID };
	struct vcpu vcpu;

	vcpu_create(&vcpu, &t.s.vm, 0);
	EXPECT_EQ(0, kvm_ioctl(vcpu.fd, KVM_ENABLE_CAP, &c));
	c.flags = 1;
	EXPECT_EQ(-EINVAL, kvm_ioctl(vcpu.fd, KVM_ENABLE_CAP, &c));
	vcpu_destroy(&vcpu);
}

static bool still_off(bool on)
{
	const struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_QUIRK_STAYS_OFF,
		.what = "MISC_ENABLE_NO_MWAIT, when others were switched off",
		.answer = ANSWER_BOOL, .wanted = 1, .got = 0,
		.has_known = true, .known = 0,
		.wanted_text = "off", .got_text = "on", .rule = RULE_Q4,
		.why = "quirks that are off stay off (a4dae7c7a41d)",
	};

	if (on)
		report_finding(&m);
	return !on;
}

/*
 * Q4: what is off stays off; other quirks are as they were.  In 6.1 each call
 * says it all anew; a4dae7c7a41d (6.15, stable) made it cumulative.
 */
TEST_F(quirks, cumulative)
{
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2,
				     QUIRK_LINT0 | QUIRK_NEVER_UD));
	EXPECT_TRUE(no_mwait_quirk(&t.s));
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2,
				     QUIRK_NO_MWAIT));
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2, 0));
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2,
				     QUIRK_LINT0));
	TEST_VERDICT(still_off(no_mwait_quirk(&t.s)));
}

/* --- MISC_ENABLE_NO_MWAIT ------------------------------------------------- */

static bool has_monitor(struct vcpu *vcpu)
{
	static struct cpuid_list l;

	vcpu_get_cpuid(vcpu, &l);
	return cpuid_has(&l, F_MWAIT);
}

/* Q5, quirk on: CPUID's MONITOR bit is what userspace said. */
TEST_F(quirks, mwait_bit_as_installed)
{
	static struct cpuid_list l;
	struct vcpu vcpu;
	int on;

	vcpu_create(&vcpu, &t.s.vm, 0);
	for (on = 0; on <= 1; on++) {
		cpuid_copy(&l, &t.s.cpu.cpuid);
		cpuid_set_feature(&l, F_MWAIT, on);
		vcpu_set_cpuid(&vcpu, &l);
		EXPECT_EQ(on, has_monitor(&vcpu));
		vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE, MISC_ENABLE_MWAIT);
		EXPECT_EQ(on, has_monitor(&vcpu));
		vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE, 0);
		EXPECT_EQ(on, has_monitor(&vcpu));
	}
	vcpu_destroy(&vcpu);
}

static bool misc_enable_is(const char *what, uint64_t wanted, uint64_t got,
			   enum rule rule)
{
	char w[24], g[24];
	struct finding m = {
		.kind = FOUND_EVENT, .what = what,
		.answer = ANSWER_VALUE, .wanted = wanted, .got = got,
		.wanted_text = w, .got_text = g, .rule = rule,
		.why = "MISC_ENABLE_NO_MWAIT off: MONITOR is MSR_IA32_MISC_ENABLE[18], which needs SSE3 (511a8556e334)",
		.has_msr = true, .msr = MSR_IA32_MISC_ENABLE,
	};

	if (wanted == got)
		return true;
	snprintf(w, sizeof(w), "0x%llx", (unsigned long long)wanted);
	snprintf(g, sizeof(g), "0x%llx", (unsigned long long)got);
	report_finding(&m);
	return false;
}

static bool monitor_is(struct vcpu *vcpu, bool on, uint64_t misc_enable)
{
	char what[60];

	snprintf(what, sizeof(what), "CPUID.1:ECX[3] with MSR_IA32_MISC_ENABLE 0x%llx",
		 (unsigned long long)misc_enable);
	return misc_enable_is(what, on, has_monitor(vcpu), RULE_Q6);
}

/* Q6, quirk off: it is MSR_IA32_MISC_ENABLE[18], whatever userspace said. */
TEST_F(quirks, mwait_bit_mirrors_misc_enable)
{
	static struct cpuid_list l;
	struct vcpu vcpu;
	bool ok = true;
	int on;

	vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_NO_MWAIT);
	vcpu_create(&vcpu, &t.s.vm, 0);
	for (on = 0; on <= 1; on++) {
		cpuid_copy(&l, &t.s.cpu.cpuid);
		cpuid_set_feature(&l, F_MWAIT, on);
		cpuid_set_feature(&l, F_SSE3, true);
		vcpu_set_cpuid(&vcpu, &l);
		ok &= monitor_is(&vcpu, false, 0x1800);
		vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE, MISC_ENABLE_MWAIT | 0x1800);
		ok &= monitor_is(&vcpu, true, MISC_ENABLE_MWAIT | 0x1800);
		/* Other bits do not matter. */
		vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE, MISC_ENABLE_MWAIT);
		ok &= monitor_is(&vcpu, true, MISC_ENABLE_MWAIT);
		vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE, 0x1800);
		ok &= monitor_is(&vcpu, false, 0x1800);
	}
	vcpu_destroy(&vcpu);
	TEST_VERDICT(ok);
}

/* Q7: with the quirk off a model without SSE3 cannot flip the bit. */
TEST_F(quirks, mwait_bit_needs_sse3)
{
	static struct cpuid_list l;
	struct vcpu vcpu;
	bool ok;

	vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_NO_MWAIT);
	vcpu_create(&vcpu, &t.s.vm, 0);
	ok = misc_enable_is("KVM_SET_MSRS MSR_IA32_MISC_ENABLE[18] before CPUID", 0,
			    __vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE,
					   MISC_ENABLE_MWAIT), RULE_Q7);
	cpuid_copy(&l, &t.s.cpu.cpuid);
	cpuid_set_feature(&l, F_SSE3, false);
	vcpu_set_cpuid(&vcpu, &l);
	ok &= misc_enable_is("KVM_SET_MSRS MSR_IA32_MISC_ENABLE[18] without SSE3", 0,
			     __vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE,
					    MISC_ENABLE_MWAIT | 0x1800), RULE_Q7);
	ok &= misc_enable_is("MSR_IA32_MISC_ENABLE after that", 0x1800,
			     vcpu_get_msr(&vcpu, MSR_IA32_MISC_ENABLE), RULE_Q7);
	ok &= misc_enable_is("KVM_SET_MSRS MSR_IA32_MISC_ENABLE of 0", 1,
			     __vcpu_set_msr(&vcpu, MSR_IA32_MISC_ENABLE, 0), RULE_Q7);
	ok &= misc_enable_is("MSR_IA32_MISC_ENABLE after 0", 0,
			     vcpu_get_msr(&vcpu, MSR_IA32_MISC_ENABLE), RULE_Q7);
	vcpu_destroy(&vcpu);
	TEST_VERDICT(ok);
}

/* --- MWAIT_NEVER_UD_FAULTS, and both -------------------------------------- */

/* Every combination of the two quirks and of the installed bit. */
static struct {
	struct bench s;
} w;

FIXTURE(mwait) { };

FIXTURE_VARIANT(mwait) {
	uint64_t off;
	bool bit;
};

FIXTURE_VARIANT_ADD(mwait, quirks_on_bit_clear) { 0, false };
FIXTURE_VARIANT_ADD(mwait, quirks_on_bit_set) { 0, true };
FIXTURE_VARIANT_ADD(mwait, ud_bit_clear) { QUIRK_NEVER_UD, false };
FIXTURE_VARIANT_ADD(mwait, ud_bit_set) { QUIRK_NEVER_UD, true };
FIXTURE_VARIANT_ADD(mwait, mirror_bit_clear) { QUIRK_NO_MWAIT, false };
FIXTURE_VARIANT_ADD(mwait, mirror_bit_set) { QUIRK_NO_MWAIT, true };
FIXTURE_VARIANT_ADD(mwait, both_bit_clear) {
	QUIRK_NO_MWAIT | QUIRK_NEVER_UD, false
};
FIXTURE_VARIANT_ADD(mwait, both_bit_set) {
	QUIRK_NO_MWAIT | QUIRK_NEVER_UD, true
};

FIXTURE_SETUP(mwait)
{
	subject_facts();
	bench_model(&w.s, NULL);
	bench_vm(&w.s, VM_IRQCHIP);
	if (__vm_enable_cap(&w.s.vm, KVM_CAP_DISABLE_QUIRKS2,
			    variant->off))
		test_skip_all("this KVM has no KVM_CAP_DISABLE_QUIRKS2");
}

FIXTURE_TEARDOWN(mwait)
{
	bench_close(&w.s);
}

/* MONITOR and MWAIT, and what CPUID says at the same time. */
static void ask_mwait(struct probe *p, bool bit, bool ud)
{
	struct probe_request *r;

	r = probe_cpuid(p, 1, 0, (struct cpuid_regs){ { 0 } });
	memset(r->care, 0, sizeof(r->care));
	r->care[REG_ECX] = 1u << F_MWAIT.bit;
	r->want[REG_ECX] = (uint64_t)bit << F_MWAIT.bit;
	r = PROBE_INSN(p, 0x0f, 0x01, 0xc8);
	r->in.rax = PROBE_SCRATCH;
	if (ud)
		probe_expect_fault(r, UD_VECTOR, 0);
	r = PROBE_INSN(p, 0x0f, 0x01, 0xc9);
	if (ud)
		probe_expect_fault(r, UD_VECTOR, 0);
}

static bool judge(struct probe *p, enum rule id, const char *why)
{
	static const char * const what[] = {
		"CPUID.1:ECX[3]", "MONITOR", "MWAIT", "WRMSR 0x1a0",
	};
	bool ok = true;
	uint32_t i;

	for (i = 0; i < p->hdr->nr; i++)
		ok &= verdict_request(&p->hdr->req[i], what[i % 4], id, why);
	return ok;
}

TEST_F(mwait, guest)
{
	bool mirror = variant->off & QUIRK_NO_MWAIT;
	bool lacking = bench_cpu_lacks_mwait(&w.s);
	bool ud = variant->off & QUIRK_NEVER_UD;
	bool bit = variant->bit && !mirror;
	struct bench *s = &w.s;

	TEST_NEEDS(s, NEED_FAULTS);
	cpuid_set_feature(&s->cpu.cpuid, F_MWAIT, variant->bit);
	cpuid_set_feature(&s->cpu.cpuid, F_SSE3, true);
	bench_boot_list(s, &s->cpu.cpuid, PROBE_LONG);
	ask_mwait(&s->probe, bit, lacking || (ud && !bit));
	probe_wrmsr(&s->probe, MSR_IA32_MISC_ENABLE, MISC_ENABLE_MWAIT | 0x1800);
	bit = mirror ? true : variant->bit;
	ask_mwait(&s->probe, bit, lacking || (ud && !bit));
	probe_wrmsr(&s->probe, MSR_IA32_MISC_ENABLE, 0x1800);
	bit = mirror ? false : variant->bit;
	ask_mwait(&s->probe, bit, lacking || (ud && !bit));
	probe_run(&s->probe);
	TEST_VERDICT(judge(&s->probe, RULE_Q8, lacking ?
		"a CPU without MONITOR and MWAIT: #UD comes before any intercept (SDM vol. 3, 26.1.1; APM vol. 2, 15.7), and KVM does not emulate them" :
		"MISC_ENABLE_NO_MWAIT off: the bit is MSR_IA32_MISC_ENABLE[18]; MWAIT_NEVER_UD_FAULTS off: #UD without the bit (bfbcc81bb82c)"));
}

/* --- FIX_HYPERCALL_INSN --------------------------------------------------- */

/* The instruction of the other vendor, with a number that nobody has. */
static void wrong_hypercall(struct probe *p, bool amd, bool patched)
{
	struct probe_request *r = PROBE_INSN(p, 0x0f, 0x01,
					     amd ? 0xc1 : 0xd9);

	r->in.rax = 0xffff;
	if (patched)
		probe_expect_reg(r, REG_EAX, -1000ll);
	else
		probe_expect_fault(r, UD_VECTOR, 0);
}

TEST_F(quirks, wrong_hypercall_patched)
{
	struct bench *s = &t.s;

	TEST_NEEDS(s, NEED_FAULTS, NEED_HYPERCALLS);
	bench_boot_list(s, &s->cpu.cpuid, PROBE_LONG);
	wrong_hypercall(&s->probe, facts_host_is_amd(t.facts), true);
	probe_run(&s->probe);
	TEST_VERDICT(verdict_request(&s->probe.hdr->req[0],
		"the other vendor's hypercall", RULE_Q9,
		"KVM patches it into its own; hypercall 0xffff is -KVM_ENOSYS"));
}

TEST_F(quirks, wrong_hypercall_ud)
{
	struct bench *s = &t.s;

	TEST_NEEDS(s, NEED_FAULTS);
	vm_enable_cap(&s->vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_HYPERCALL);
	bench_boot_list(s, &s->cpu.cpuid, PROBE_LONG);
	wrong_hypercall(&s->probe, facts_host_is_amd(t.facts), false);
	probe_run(&s->probe);
	TEST_VERDICT(verdict_request(&s->probe.hdr->req[0],
		"the other vendor's hypercall", RULE_Q9,
		"FIX_HYPERCALL_INSN off: #UD (f1a9761fbb00)"));
}

/* --- LINT0_REENABLED ------------------------------------------------------ */

static uint32_t lvt0(struct vm *vm, uint32_t id)
{
	struct vcpu vcpu;
	uint32_t value;

	vcpu_create(&vcpu, vm, id);
	value = vcpu_lapic_reg(&vcpu, 0x350);
	vcpu_destroy(&vcpu);
	return value;
}

/* Q10: of the boot processor only; SDM vol. 3, 11.5.1: masked after reset. */
TEST_F(quirks, lint0)
{
	EXPECT_EQ(0x700, lvt0(&t.s.vm, 0));
	EXPECT_EQ(0x10000, lvt0(&t.s.vm, 1));
	vm_destroy(&t.s.vm);
	bench_vm(&t.s, VM_IRQCHIP);
	vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_LINT0);
	EXPECT_EQ(0x10000, lvt0(&t.s.vm, 0));
}

/* --- KVM_CAP_X86_DISABLE_EXITS -------------------------------------------- */

static bool host_can_mwait(void)
{
	return facts_kernel_flag("flags", "monitor") &&
	       facts_kernel_flag("flags", "arat") &&
	       !facts_kernel_flag("bugs", "monitor");
}

static uint64_t exits_wanted(const struct host_facts *f)
{
	uint64_t mask = EXITS_PAUSE;

	if (facts_kernel_flag("flags", "aperfmperf") &&
	    kernel_has(f->kernel, CHANGE_APERFMPERF_EXITS))
		mask |= EXITS_APERFMPERF;
	if (facts_param_bool(f, "kvm", "mitigate_smt_rsb", false))
		return mask;
	mask |= EXITS_HLT | EXITS_CSTATE;
	return mask | (host_can_mwait() ? EXITS_MWAIT : 0);
}

TEST_F(quirks, disable_exits_mask)
{
	uint64_t got = kvm_check_cap(t.s.vm.kvm_fd,
				     KVM_CAP_X86_DISABLE_EXITS);

	EXPECT_EQ(exits_wanted(t.facts), got);
}

TEST_F(quirks, disable_exits_contract)
{
	uint64_t ok = exits_wanted(t.facts);
	bool strict = kernel_has(t.facts->kernel, CHANGE_EXITS_STRICT);
	uint32_t cap = KVM_CAP_X86_DISABLE_EXITS;
	struct vcpu vcpu;
	unsigned int bit;

	for (bit = ok & EXITS_APERFMPERF ? 5 : 4; bit < 64; bit++)
		EXPECT_EQ(-EINVAL, __vm_enable_cap(&t.s.vm, cap,
						   BIT(bit) | EXITS_HLT));
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, cap, 0));
	EXPECT_EQ(0, __vm_enable_cap(&t.s.vm, cap, ok));
	/* Known but not allowed: ignored until c829ccd4d9dc (6.14). */
	if ((ok & 0xf) != 0xf)
		EXPECT_EQ(strict ? -EINVAL : 0,
			  __vm_enable_cap(&t.s.vm, cap, 0xf));
	vcpu_create(&vcpu, &t.s.vm, 0);
	/* With vCPUs it comes too late, which 04cd8f8628d8 (6.14) says. */
	EXPECT_EQ(strict ? -EINVAL : 0,
		  __vm_enable_cap(&t.s.vm, cap, EXITS_PAUSE));
	vcpu_destroy(&vcpu);
}

/* Until 6.9 the first list of a vCPU kept the bit. */
static bool unhalt_is_gone(const struct cpuid_list *l)
{
	uint32_t eax = cpuid_get(l, 0x40000001, 0, REG_EAX);

	return verdict_register((struct finding){
		.leaf = 0x40000001, .reg = REG_EAX, .rule = RULE_Q11,
		.wanted = eax & ~(1u << 7), .got = eax,
		.why = "a guest that halts natively cannot be kicked out of it (caa057a2cad6)",
		.has_known = true, .known = eax,
	}, ~0u);
}

/* Q11: a guest that halts natively must not wait for kicks (4736d85f0d18). */
TEST_F(quirks, hlt_in_guest_hides_pv_unhalt)
{
	static struct cpuid_list l;
	struct vcpu vcpu;
	struct vm vm;

	if (!(exits_wanted(t.facts) & EXITS_HLT))
		TEST_SKIP("kvm.mitigate_smt_rsb=1 forbids it");
	cpuid_set_feature(&t.s.cpu.cpuid, F_PV_UNHALT, true);
	if (!cpuid_has(&t.s.cpu.cpuid, F_PV_UNHALT))
		TEST_SKIP("the max model has no KVM leaves here");
	vcpu_create(&vcpu, &t.s.vm, 0);
	vcpu_set_cpuid(&vcpu, &t.s.cpu.cpuid);
	vcpu_get_cpuid(&vcpu, &l);
	EXPECT_TRUE(cpuid_has(&l, F_PV_UNHALT));
	vcpu_destroy(&vcpu);
	/* Since 6.14 it is too late for a VM that has had a vCPU. */
	vm_create(&vm, VM_IRQCHIP);
	vm_enable_cap(&vm, KVM_CAP_X86_DISABLE_EXITS, EXITS_HLT);
	vcpu_create(&vcpu, &vm, 0);
	vcpu_set_cpuid(&vcpu, &t.s.cpu.cpuid);
	vcpu_get_cpuid(&vcpu, &l);
	TEST_VERDICT(unhalt_is_gone(&l));
	vcpu_set_cpuid(&vcpu, &t.s.cpu.cpuid);
	vcpu_get_cpuid(&vcpu, &l);
	EXPECT_FALSE(cpuid_has(&l, F_PV_UNHALT));
	vcpu_destroy(&vcpu);
	vm_destroy(&vm);
}

TEST_MAIN

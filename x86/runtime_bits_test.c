// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bits of the installed CPUID that KVM keeps up to date: OSXSAVE, OSPKE,
 * APIC, MWAIT, sizes of XSAVE areas, PV_UNHALT.  Each is brought about in
 * every way there is, by the guest and by ioctls, and looked at both in
 * KVM_GET_CPUID2, where nothing else may have changed, and in the guest.
 */
#include <unistd.h>

#include "test.h"
#include "vcpu_init.h"

#define CR4_OSXSAVE		(1ull << 18)
#define CR4_PKE			(1ull << 22)
#define APIC_BASE_EN		(1ull << 11)
#define MISC_MWAIT		(1ull << 18)
#define MSR_APIC_BASE		0x1b
#define MSR_MISC_ENABLE		0x1a0
#define MSR_XSS			0xda0
#define QUIRK_NO_MWAIT		(1 << 4)
#define DISABLE_EXITS_HLT	(1 << 1)
#define SMM_CODE		0x38000	/* SMBASE 0x30000 + 0x8000 */

static const struct cpuid_feature f_xsave = { 1, 0, REG_ECX, 26 };
static const struct cpuid_feature f_mwait = { 1, 0, REG_ECX, 3 };
static const struct cpuid_feature f_sse3 = { 1, 0, REG_ECX, 0 };
static const struct cpuid_feature f_pku = { 7, 0, REG_ECX, 3 };

/* What a wrong register is reported as; the first row that fits. */
static const struct {
	uint32_t function;
	int index;
	enum cpuid_reg reg;
	const char *rule, *why;
} rules[] = {
	{ 1, -1, REG_ECX, "R1",
	  "OSXSAVE is CR4.OSXSAVE (SDM vol. 2A, CPUID); MWAIT follows MISC_ENABLE[18] only with the quirk disabled (511a8556e334)" },
	{ 1, -1, REG_EDX, "R2", "APIC is APIC_BASE[11] (SDM vol. 3, 11.4.3)" },
	{ 7, 0, REG_ECX, "R3", "OSPKE is CR4.PKE (SDM vol. 2A, CPUID)" },
	{ 0xd, 0, REG_EBX, "R4",
	  "size of the XSAVE area for the bits now set in XCR0 (SDM vol. 1, 13.2)" },
	{ 0xd, 1, REG_EBX, "R5",
	  "compacted size for the bits now set in XCR0 and XSS (SDM vol. 1, 13.2)" },
	{ 0x40000001, -1, REG_EAX, "R7",
	  "PV_UNHALT is hidden from guests that do not exit on HLT (caa057a2cad6)" },
	{ 0x40000101, -1, REG_EAX, "R7",
	  "PV_UNHALT is hidden from guests that do not exit on HLT (caa057a2cad6)" },
};

struct rt {
	struct subject s;
	struct cpuid_list given;
	struct cpuid_list want;
	bool ok;
};

static void report_reg(const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg,
		       uint64_t got, const char *what)
{
	struct cpuid_mismatch m = {
		.leaf = e->function, .subleaf = e->index, .reg = reg,
		.wanted = cpuid_entry_reg(e, reg), .got = got, .rule = "R9",
		.why = "KVM leaves all other bits as they were installed",
		.installed_by = what,
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
	report_cpuid(&m);
}

static void compare_entry(struct rt *t, const struct kvm_cpuid_entry2 *want,
			  const struct kvm_cpuid_entry2 *got, const char *what)
{
	int i;

	if (got->function != want->function || got->index != want->index ||
	    got->flags != want->flags) {
		printf("# KVM_GET_CPUID2, %s: function 0x%x index 0x%x where 0x%x 0x%x was installed\n",
		       what, got->function, got->index, want->function,
		       want->index);
		t->ok = false;
		return;
	}
	for (i = 0; i < NR_CPUID_REGS; i++) {
		if (cpuid_entry_reg(want, i) == cpuid_entry_reg(got, i))
			continue;
		t->ok = false;
		report_reg(want, i, cpuid_entry_reg(got, i), what);
	}
}

/* KVM_GET_CPUID2 has the whole list, with the bits as they should be now. */
static void check_ioctl(struct rt *t, const char *what)
{
	static struct cpuid_list got;
	uint32_t i;

	expect_installed(&t->given, &t->s.state, &t->want);
	vcpu_get_cpuid(&t->s.vcpu, &got);
	if (got.nent != t->want.nent) {
		printf("# KVM_GET_CPUID2, %s: %u entries where %u were installed\n",
		       what, got.nent, t->want.nent);
		t->ok = false;
		return;
	}
	for (i = 0; i < got.nent; i++)
		compare_entry(t, &t->want.e[i], &got.e[i], what);
}

static const uint32_t watched[][2] = {
	{ 1, 0 }, { 7, 0 }, { 7, 1 }, { 0xd, 0 }, { 0xd, 1 }, { 0xd, 2 },
	{ 0x40000001, 0 }, { 0x40000101, 0 },
};

static void ask_watched(struct rt *t)
{
	unsigned int i;

	expect_installed(&t->given, &t->s.state, &t->want);
	for (i = 0; i < ARRAY_SIZE(watched); i++) {
		struct cpuid_answer a = expect_cpuid(&t->want, watched[i][0],
						     watched[i][1]);

		probe_cpuid(&t->s.probe, watched[i][0], watched[i][1], a.want);
	}
}

static void judge_watched(struct rt *t, const char *what)
{
	unsigned int i, k;

	for (i = 0; i < t->s.probe.hdr->nr; i++) {
		const struct probe_request *r = &t->s.probe.hdr->req[i];
		struct kvm_cpuid_entry2 e = {
			r->in.rax, r->in.rcx, 0, r->want[0], r->want[1],
			r->want[2], r->want[3], { 0 },
		};

		if (!r->mismatch)
			continue;
		t->ok = false;
		for (k = 0; k < NR_CPUID_REGS; k++)
			if (r->got[k] != r->want[k])
				report_reg(&e, k, r->got[k], what);
	}
}

static void check(struct rt *t, const char *what)
{
	check_ioctl(t, what);
	probe_clear(&t->s.probe);
	ask_watched(t);
	probe_run(&t->s.probe);
	judge_watched(t, what);
	check_ioctl(t, what);
	probe_clear(&t->s.probe);
}

/*
 * A CPU with PKU that the host does not use: it may know of PKU ("nopku") or
 * not (no XSAVE), and before 6.14 KVM brings OSPKE up to date only if it does.
 */
static bool pku_unclear(void)
{
	const struct host_facts *f = subject_facts();
	const struct cpuid_feature ospke = { 7, 0, REG_ECX, 4 };

	return cpuid_has(&f->cpu[0].cpuid, f_pku) &&
	       !cpuid_has(&f->cpu[0].cpuid, ospke) &&
	       !cpuid_has(&f->supported, f_pku);
}

/* What userspace installs in these places must not matter. */
static void set_runtime_bits(struct cpuid_list *l, bool on)
{
	static const struct cpuid_feature bits[] = {
		{ 1, 0, REG_ECX, 27 }, { 1, 0, REG_EDX, 9 },
		{ 7, 0, REG_ECX, 4 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bits); i++)
		cpuid_set_feature(l, bits[i], on);
	if (pku_unclear())
		cpuid_set_feature(l, bits[2], false);
	for (i = 0; i < 2; i++)
		if (cpuid_find(l, 0xd, i))
			cpuid_find_mut(l, 0xd, i)->ebx = on ? ~0u : 1;
}

static void begin_vm(struct rt *t, bool bits_on, unsigned int vm_flags)
{
	memset(t, 0, sizeof(*t));
	t->ok = true;
	subject_model(&t->s, NULL);
	t->given = t->s.cpu.cpuid;
	set_runtime_bits(&t->given, bits_on);
	subject_create_vm(&t->s, vm_flags);
}

static void begin_vcpu(struct rt *t)
{
	subject_create_vcpu(&t->s, &t->given, PROBE_LONG);
}

static void begin(struct rt *t, bool bits_on)
{
	begin_vm(t, bits_on, VM_IRQCHIP);
	begin_vcpu(t);
}

/* --- the ways to change a register ------------------------------------- */

enum way { BY_GUEST, BY_SREGS, BY_SREGS2, BY_MSRS };

static const char * const way_name[] = {
	[BY_GUEST] = "guest", [BY_SREGS] = "KVM_SET_SREGS",
	[BY_SREGS2] = "KVM_SET_SREGS2", [BY_MSRS] = "KVM_SET_MSRS",
};

static void guest_does(struct rt *t, struct probe_request *r,
		       const char *what, const char *rule)
{
	probe_run(&t->s.probe);
	t->ok &= verdict_request(r, what, rule,
				 "the installed CPUID allows it");
	probe_clear(&t->s.probe);
}

static bool set_sregs(struct rt *t, uint64_t cr4, uint64_t apic_base)
{
	struct kvm_sregs s;

	vcpu_get_sregs(&t->s.vcpu, &s);
	s.cr4 = cr4;
	s.apic_base = apic_base;
	return !__vcpu_set_sregs(&t->s.vcpu, &s);
}

static bool set_sregs2(struct rt *t, uint64_t cr4, uint64_t apic_base)
{
	struct kvm_sregs2 s;

	if (kvm_ioctl(t->s.vcpu.fd, KVM_GET_SREGS2, &s))
		return false;
	s.cr4 = cr4;
	s.apic_base = apic_base;
	return !kvm_ioctl(t->s.vcpu.fd, KVM_SET_SREGS2, &s);
}

static void must_do(struct rt *t, bool done, const char *what)
{
	struct event_mismatch m = { .what = what, .wanted = "accepted",
				    .got = "refused",
				    .why = "the installed CPUID allows it" };

	if (!done)
		report_event(&m);
	t->ok &= done;
}

static void set_cr4(struct rt *t, enum way way, uint64_t cr4)
{
	struct vcpu_state *st = &t->s.state;

	if (way == BY_GUEST)
		guest_does(t, probe_write_cr(&t->s.probe, 4, cr4), "MOV CR4",
			   "R1");
	else if (way == BY_SREGS)
		must_do(t, set_sregs(t, cr4, st->apic_base), way_name[way]);
	else
		must_do(t, set_sregs2(t, cr4, st->apic_base), way_name[way]);
	st->cr4 = cr4;
	st->old_kvm_base = expect_kvm_base(&t->given);
}

static void set_msr(struct rt *t, enum way way, uint32_t msr, uint64_t value)
{
	char what[60];

	snprintf(what, sizeof(what), "%s: MSR 0x%x", way_name[way], msr);
	if (way == BY_GUEST)
		guest_does(t, probe_wrmsr(&t->s.probe, msr, value), what,
			   "R2");
	else
		must_do(t, __vcpu_set_msr(&t->s.vcpu, msr, value) == 1, what);
}

static void set_apic_base(struct rt *t, enum way way, uint64_t value)
{
	struct vcpu_state *st = &t->s.state;

	if (way == BY_SREGS)
		must_do(t, set_sregs(t, st->cr4, value), way_name[way]);
	else if (way == BY_SREGS2)
		must_do(t, set_sregs2(t, st->cr4, value), way_name[way]);
	else
		set_msr(t, way, MSR_APIC_BASE, value);
	st->apic_base = value;
}

static bool has_sregs2(void)
{
	int fd = kvm_open();
	bool has = kvm_check_cap(fd, KVM_CAP_SREGS2);

	close(fd);
	return has;
}

#define NEEDS_SREGS2(way) do { \
	if ((way) == BY_SREGS2 && !has_sregs2()) \
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

	begin(&t, variant->on);
	check(&t, "just installed");
	TEST_VERDICT(t.ok);
}

/* ... also over another one, by a state that was there before. */
TEST_F(installed, over_another)
{
	static struct rt t;
	struct vcpu_state *st = &t.s.state;
	uint64_t mask;

	begin(&t, !variant->on);
	mask = expect_xcr0_mask(&t.given, st->supported);
	if (!cpuid_has(&t.given, f_xsave) || !(mask & 2))
		TEST_SKIP("KVM offers no XSAVE here");
	set_cr4(&t, BY_SREGS, st->cr4 | CR4_OSXSAVE |
		(cpuid_has(&t.given, f_pku) ? CR4_PKE : 0));
	st->xcr0 = expect_xcr0_valid(mask, mask) ? mask : 3;
	vcpu_set_xcr0(&t.s.vcpu, st->xcr0);
	set_apic_base(&t, BY_SREGS, st->apic_base & ~APIC_BASE_EN);
	set_runtime_bits(&t.given, variant->on);
	vcpu_set_cpuid(&t.s.vcpu, &t.given);
	check(&t, "installed over another list");
	TEST_VERDICT(t.ok);
}

FIXTURE(cr4) { int unused; };
FIXTURE_VARIANT(cr4) { enum way way; };
FIXTURE_SETUP(cr4) { subject_facts(); }
FIXTURE_TEARDOWN(cr4) { }
FIXTURE_VARIANT_ADD(cr4, by_guest) { .way = BY_GUEST };
FIXTURE_VARIANT_ADD(cr4, by_sregs) { .way = BY_SREGS };
FIXTURE_VARIANT_ADD(cr4, by_sregs2) { .way = BY_SREGS2 };

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

	NEEDS_SREGS2(variant->way);
	begin(&t, false);
	have |= cpuid_has(&t.given, f_xsave) ? CR4_OSXSAVE : 0;
	have |= cpuid_has(&t.given, f_pku) ? CR4_PKE : 0;
	if (!have)
		TEST_SKIP("KVM offers neither XSAVE nor PKU here");
	base = t.s.state.cr4;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		set_cr4(&t, variant->way, base | (steps[i] & have));
		snprintf(what, sizeof(what), "CR4=0x%llx by %s",
			 (unsigned long long)t.s.state.cr4,
			 way_name[variant->way]);
		check(&t, what);
	}
	TEST_VERDICT(t.ok);
}

FIXTURE(apic_base) { int unused; };
FIXTURE_VARIANT(apic_base) { enum way way; bool no_irqchip; };
FIXTURE_SETUP(apic_base) { subject_facts(); }
FIXTURE_TEARDOWN(apic_base) { }
FIXTURE_VARIANT_ADD(apic_base, by_guest) { .way = BY_GUEST };
FIXTURE_VARIANT_ADD(apic_base, by_sregs) { .way = BY_SREGS };
FIXTURE_VARIANT_ADD(apic_base, by_sregs2) { .way = BY_SREGS2 };
FIXTURE_VARIANT_ADD(apic_base, by_msrs) { .way = BY_MSRS };
FIXTURE_VARIANT_ADD(apic_base, by_guest_no_irqchip) {
	.way = BY_GUEST, .no_irqchip = true };
FIXTURE_VARIANT_ADD(apic_base, by_sregs_no_irqchip) {
	.way = BY_SREGS, .no_irqchip = true };

TEST_F(apic_base, apic)
{
	static struct rt t;
	uint64_t base;
	unsigned int i;
	char what[60];

	NEEDS_SREGS2(variant->way);
	begin_vm(&t, false, variant->no_irqchip ? 0 : VM_IRQCHIP);
	begin_vcpu(&t);
	check(&t, "just installed");
	base = t.s.state.apic_base;
	for (i = 0; i < 3; i++) {
		set_apic_base(&t, variant->way, base ^ (i & 1 ? 0 :
							APIC_BASE_EN));
		snprintf(what, sizeof(what), "APIC_BASE=0x%llx by %s",
			 (unsigned long long)t.s.state.apic_base,
			 way_name[variant->way]);
		check(&t, what);
	}
	TEST_VERDICT(t.ok);
}

FIXTURE(misc_enable) { int unused; };
FIXTURE_VARIANT(misc_enable) { enum way way; bool quirk_off, given; };
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
	begin_vm(&t, true, VM_IRQCHIP);
	cpuid_set_feature(&t.given, f_mwait, variant->given);
	if (variant->quirk_off)
		vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2,
			      QUIRK_NO_MWAIT);
	begin_vcpu(&t);
	st->mwait_quirk_off = variant->quirk_off;
	check(&t, "just installed");
	for (i = 0; i < 3; i++) {
		st->misc_enable ^= MISC_MWAIT;
		set_msr(&t, variant->way, MSR_MISC_ENABLE, st->misc_enable);
		check(&t, i & 1 ? "MISC_ENABLE[18]=0" : "MISC_ENABLE[18]=1");
	}
	TEST_VERDICT(t.ok);
}

/* MISC_ENABLE[18] does not exist without SSE3 (SDM vol. 4). */
TEST(mwait_needs_sse3)
{
	static const char why[] =
		"with the quirk disabled MISC_ENABLE[18] needs SSE3 (SDM vol. 4, 1A0H)";
	struct event_mismatch m = { .what = "KVM_SET_MSRS MISC_ENABLE[18]",
				    .wanted = "refused", .got = "accepted",
				    .rule = "R6", .why = why };
	static struct rt t;
	struct probe_request *r;

	subject_facts();
	if (!quirk_can_go(QUIRK_NO_MWAIT))
		TEST_SKIP("this KVM cannot disable the MWAIT quirk");
	begin_vm(&t, true, VM_IRQCHIP);
	SUBJECT_NEEDS_FAULTS(&t.s);
	cpuid_set_feature(&t.given, f_sse3, false);
	vm_enable_cap(&t.s.vm, KVM_CAP_DISABLE_QUIRKS2, QUIRK_NO_MWAIT);
	begin_vcpu(&t);
	t.s.state.mwait_quirk_off = true;
	if (__vcpu_set_msr(&t.s.vcpu, MSR_MISC_ENABLE, 0x1800 | MISC_MWAIT) ==
	    1) {
		report_event(&m);
		t.ok = false;
	}
	r = probe_expect_fault(probe_wrmsr(&t.s.probe, MSR_MISC_ENABLE,
					   0x1800 | MISC_MWAIT),
			       GP_VECTOR, 0);
	probe_run(&t.s.probe);
	t.ok &= verdict_request(r, "WRMSR MISC_ENABLE[18]", "R6", why);
	check(&t, "MISC_ENABLE[18] refused");
	TEST_VERDICT(t.ok);
}

/* --- sizes of XSAVE areas ---------------------------------------------- */

#define XCR0_VALUES_MAX	256

/* All values that a guest may give XCR0, by the SDM and the list. */
static unsigned int xcr0_values(uint64_t mask, uint64_t *values)
{
	unsigned int bits[64], nr_bits = 0, n = 0, i;
	uint64_t pick;

	for (i = 1; i < 63; i++)
		if (mask >> i & 1)
			bits[nr_bits++] = i;
	for (pick = 0; nr_bits < 16 && pick < 1ull << nr_bits; pick++) {
		uint64_t v = 1;

		for (i = 0; i < nr_bits; i++)
			v |= (pick >> i & 1) << bits[i];
		if (expect_xcr0_valid(v, mask) && n < XCR0_VALUES_MAX)
			values[n++] = v;
	}
	return n;
}

FIXTURE(xcr0) { int unused; };
FIXTURE_VARIANT(xcr0) { bool by_guest; };
FIXTURE_SETUP(xcr0) { subject_facts(); }
FIXTURE_TEARDOWN(xcr0) { }
FIXTURE_VARIANT_ADD(xcr0, by_xcrs) { .by_guest = false };
FIXTURE_VARIANT_ADD(xcr0, by_guest) { .by_guest = true };

/* Returns whether KVM has seen it: an emulated CPU may not tell it. */
static bool set_xcr0(struct rt *t, bool by_guest, uint64_t value)
{
	if (by_guest)
		guest_does(t, probe_xsetbv(&t->s.probe, 0, value), "XSETBV",
			   "R4");
	else
		must_do(t, !__vcpu_set_xcr0(&t->s.vcpu, value),
			"KVM_SET_XCRS");
	t->s.state.xcr0 = value;
	return vcpu_get_xcr0(&t->s.vcpu) == value;
}

TEST_F(xcr0, sizes)
{
	static uint64_t values[XCR0_VALUES_MAX];
	static struct rt t;
	unsigned int i, n;
	char what[60];

	begin(&t, true);
	if (!cpuid_has(&t.given, f_xsave))
		TEST_SKIP("KVM offers no XSAVE here");
	set_cr4(&t, BY_SREGS, t.s.state.cr4 | CR4_OSXSAVE);
	n = xcr0_values(expect_xcr0_mask(&t.given, t.s.state.supported),
			values);
	for (i = 0; i < n; i++) {
		/* Downwards too, and never twice the same. */
		uint64_t v = values[i & 1 ? n - 1 - i / 2 : i / 2];

		if (!set_xcr0(&t, variant->by_guest, v)) {
			if (variant->by_guest)
				TEST_SKIP("this CPU does not tell KVM of the guest's XSETBV");
			must_do(&t, false, "KVM_GET_XCRS after KVM_SET_XCRS");
		}
		snprintf(what, sizeof(what), "XCR0=0x%llx",
			 (unsigned long long)v);
		check(&t, what);
	}
	TEST_VERDICT(t.ok && n > 1);
}

/* 0xD.1.EBX stays as installed unless XSAVEC or XSAVES is installed. */
TEST(xcr0_no_compaction)
{
	static struct rt t;
	struct kvm_cpuid_entry2 *e;
	unsigned int i;

	subject_facts();
	for (i = 0; i < 3; i++) {
		static const uint32_t eax[] = { 0x15, 0x2, 0x8 };

		begin_vm(&t, true, 0);
		e = cpuid_find_mut(&t.given, 0xd, 1);
		if (!e || !cpuid_has(&t.given, f_xsave))
			TEST_SKIP("KVM offers no XSAVE here");
		e->eax = eax[i];
		begin_vcpu(&t);
		vcpu_set_xcr0(&t.s.vcpu, 3);
		t.s.state.xcr0 = 3;
		check_ioctl(&t, "0xD.1 with other features");
		TEST_VERDICT(t.ok);
	}
}

TEST(xss_sizes)
{
	static struct rt t;
	uint64_t supported;
	unsigned int bit;

	begin(&t, false);
	supported = cpuid_get(t.s.state.supported, 0xd, 1, REG_ECX) |
		    (uint64_t)cpuid_get(t.s.state.supported, 0xd, 1,
					REG_EDX) << 32;
	if (!supported)
		TEST_SKIP("this KVM offers no supervisor state");
	for (bit = 0; bit < 64; bit++) {
		if (!(supported >> bit & 1))
			continue;
		set_msr(&t, bit & 1 ? BY_MSRS : BY_GUEST, MSR_XSS,
			1ull << bit);
		t.s.state.xss = 1ull << bit;
		check(&t, "XSS with one bit");
	}
	set_msr(&t, BY_MSRS, MSR_XSS, supported);
	t.s.state.xss = supported;
	check(&t, "XSS with all bits");
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
	begin(&t, true);
	mask = expect_xcr0_mask(&t.given, st->supported);
	if (!cpuid_has(&t.given, f_xsave) || !(mask & 2))
		TEST_SKIP("KVM offers no XSAVE here");
	set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE |
		(cpuid_has(&t.given, f_pku) ? CR4_PKE : 0));
	set_xcr0(&t, false, 3);
	check(&t, "before INIT");
	if (vcpu_send_init(&t.s.vcpu))
		TEST_SKIP("this KVM does not take a latched INIT");
	vcpu_get_sregs(&t.s.vcpu, &sregs);
	must_do(&t, !sregs.cr4, "INIT: CR4 becomes 0");
	must_do(&t, vcpu_get_xcr0(&t.s.vcpu) == 3, "INIT: XCR0 stays");
	st->cr4 = 0;
	check_ioctl(&t, "after INIT");
	probe_start(&t.s.probe, &t.s.vcpu, PROBE_LONG);
	vcpu_get_sregs(&t.s.vcpu, &sregs);
	st->cr4 = sregs.cr4;
	check(&t, "after INIT");
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

	begin(&t, false);
	if (!kvm_check_cap(t.s.vm.kvm_fd, KVM_CAP_X86_SMM))
		TEST_SKIP("this KVM has no SMM");
	if (!cpuid_has(&t.given, f_xsave))
		TEST_SKIP("KVM offers no XSAVE here");
	memcpy(vm_at(&t.s.vm, SMM_CODE), code, sizeof(code));
	set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE);
	cr4 = st->cr4;
	if (add_smm_memory(&t.s.vm) ||
	    kvm_ioctl(t.s.vcpu.fd, KVM_SMI, NULL))
		TEST_SKIP("KVM_SMI is refused");
	ask_watched(&t);
	ret = __vcpu_run(&t.s.vcpu, 0);
	vcpu_explain(&t.s.vcpu, ret, why, sizeof(why));
	if (ret || !left_smm_code(&t.s.vcpu))
		test_stop("the SMM handler did not run: %s", why);
	st->cr4 = 0;
	check_ioctl(&t, "in SMM");
	st->cr4 = cr4;
	probe_run(&t.s.probe);
	judge_watched(&t, "after RSM");
	check_ioctl(&t, "after RSM");
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
	begin_vm(&t, true, VM_IRQCHIP);
	shape_kvm_leaves(&t.given, variant->moved, variant->given);
	if (variant->hlt_exits_off)
		vm_enable_cap(&t.s.vm, KVM_CAP_X86_DISABLE_EXITS,
			      DISABLE_EXITS_HLT);
	begin_vcpu(&t);
	st->hlt_exits_off = variant->hlt_exits_off;
	check_ioctl(&t, "first list");
	st->old_kvm_base = expect_kvm_base(&t.given);
	vcpu_set_cpuid(&t.s.vcpu, &t.given);
	check(&t, "the same list again");
	if (cpuid_has(&t.given, f_xsave)) {
		set_cr4(&t, BY_GUEST, st->cr4 | CR4_OSXSAVE);
		check(&t, "after a change of CR4");
	}
	TEST_VERDICT(t.ok);
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_CPUID2 once the vCPU has run: only the list that is installed is
 * accepted (feb627e8d6f6, 5.17), whatever the guest has done to the bits that
 * KVM keeps up to date in it, and a refusal changes nothing.
 */
#include "get_cpuid.h"
#include "set_cpuid.h"
#include "vcpu_init.h"

#define WHY	"a vCPU that has run keeps its CPUID (feb627e8d6f6, 5.17)"

static struct {
	struct bench s;
	struct cpuid_list *orig;
	struct cpuid_list l;		/* the list to play with */
} t;

FIXTURE(ran) { };

static void run_once(struct bench *s)
{
	probe_clear(&s->probe);
	probe_add(&s->probe, PROBE_OP_BARE_CPUID);
	probe_run(&s->probe);
	bench_reset_state(s);
}

FIXTURE_SETUP(ran)
{
	bench_model(&t.s, NULL);
	bench_start(&t.s);
	t.orig = &t.s.cpu.cpuid;
	t.l = *t.orig;
	run_once(&t.s);
}

FIXTURE_TEARDOWN(ran)
{
	bench_close(&t.s);
}

static bool answer_is(const char *what, int want, int got)
{
	return check_as(EVENT_SET_CPUID, want == got, RULE_S7, WHY, what, want,
			got);
}

static bool set_is(struct bench *s, const struct cpuid_list *l, int want,
		   const char *what)
{
	return answer_is(what, want, __vcpu_set_cpuid(&s->vcpu, l));
}

static bool same_entry(const struct kvm_cpuid_entry2 *a,
		       const struct kvm_cpuid_entry2 *b)
{
	return !memcmp(a, b, offsetof(struct kvm_cpuid_entry2, padding));
}

/*
 * KVM puts in the bits that it keeps before it compares: a change of nothing
 * but such bits is none.
 */
static bool differs(struct bench *s, const struct cpuid_list *l)
{
	static struct cpuid_list was, would_be;
	uint32_t i;

	expect_installed(&s->cpu.cpuid, &s->state, &was);
	expect_installed(l, &s->state, &would_be);
	for (i = 0; i < was.nent; i++)
		if (!same_entry(&was.e[i], &would_be.e[i]))
			return true;
	return false;
}

static bool change_is_seen(struct bench *s, const struct cpuid_list *l,
			   uint32_t i, const char *field)
{
	char what[80];

	snprintf(what, sizeof(what), "%s of leaf 0x%x subleaf 0x%x changed",
		 field, s->cpu.cpuid.e[i].function, s->cpu.cpuid.e[i].index);
	return set_is(s, l, differs(s, l) ? -EINVAL : 0, what);
}

/* --- what is the same ------------------------------------------------- */

TEST_F(ran, same_list)
{
	bool ok = set_is(&t.s, t.orig, 0, "the list installed");

	ok &= sc_holds(&t.s, t.orig);
	ok &= sc_guest_sees(&t.s, t.orig);
	TEST_VERDICT(ok);
}

TEST_F(ran, list_read_back)
{
	bool ok;

	vcpu_get_cpuid(&t.s.vcpu, &t.l);
	ok = set_is(&t.s, &t.l, 0, "what KVM_GET_CPUID2 returns");
	TEST_VERDICT(ok && sc_holds(&t.s, t.orig));
}

TEST_F(ran, padding)
{
	uint32_t i;

	for (i = 0; i < t.l.nent; i++)
		memset(t.l.e[i].padding, 0xff,
		       sizeof(t.l.e[i].padding));
	t.l.padding = ~0u;
	TEST_VERDICT(set_is(&t.s, &t.l, 0, "padding differs"));
}

/* --- what is not the same --------------------------------------------- */

static bool flip(struct bench *s, struct cpuid_list *l, uint32_t i,
		 enum cpuid_reg reg, unsigned int bit)
{
	struct kvm_cpuid_entry2 *e = &l->e[i];
	uint32_t was = cpuid_entry_reg(e, reg);
	bool ok;

	cpuid_entry_set_reg(e, reg, was ^ 1u << bit);
	ok = change_is_seen(s, l, i, cpuid_reg_name(reg));
	cpuid_entry_set_reg(e, reg, was);
	return ok;
}

TEST_F(ran, every_register)
{
	struct cpuid_list *l = &t.l;
	bool ok = true;
	uint32_t i;
	int r;

	for (i = 0; i < l->nent; i++)
		for (r = 0; r < NR_CPUID_REGS; r++) {
			ok &= flip(&t.s, l, i, r, 31);
			ok &= flip(&t.s, l, i, r, (i + r) % 31);
		}
	ok &= sc_holds(&t.s, t.orig);
	ok &= sc_guest_sees(&t.s, t.orig);
	TEST_VERDICT(ok);
}

/* Registers with bits that KVM keeps: just those may differ. */
TEST_F(ran, every_bit_of_kept_registers)
{
	static const struct cpuid_feature kept[] = {
		{ 1, 0, REG_ECX, 0 }, { 1, 0, REG_EDX, 0 },
		{ 7, 0, REG_ECX, 0 }, { 0xd, 0, REG_EBX, 0 },
		{ 0xd, 1, REG_EBX, 0 }, { 0x40000001, 0, REG_EAX, 0 },
	};
	struct cpuid_list *l = &t.l;
	unsigned int k, bit;
	bool ok = true;

	for (k = 0; k < ARRAY_SIZE(kept); k++) {
		const struct kvm_cpuid_entry2 *e =
			cpuid_find(l, kept[k].function, kept[k].index);

		for (bit = 0; e && bit < 32; bit++)
			ok &= flip(&t.s, l, e - l->e, kept[k].reg, bit);
	}
	ok &= sc_holds(&t.s, t.orig);
	TEST_VERDICT(ok);
}

static bool try_field(struct bench *s, struct cpuid_list *l, uint32_t i,
		      uint32_t *field, const char *name)
{
	static const uint32_t masks[] = { 1, 6, 0x10, 0x80000000 };
	uint32_t was = *field;
	bool ok = true;
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(masks); k++) {
		*field = was ^ masks[k];
		ok &= change_is_seen(s, l, i, name);
	}
	*field = was;
	return ok;
}

TEST_F(ran, function_index_flags)
{
	struct cpuid_list *l = &t.l;
	bool ok = true;
	uint32_t i;

	for (i = 0; i < l->nent; i++) {
		ok &= try_field(&t.s, l, i, &l->e[i].function, "function");
		ok &= try_field(&t.s, l, i, &l->e[i].index, "index");
		ok &= try_field(&t.s, l, i, &l->e[i].flags, "flags");
	}
	ok &= sc_holds(&t.s, t.orig);
	ok &= sc_guest_sees(&t.s, t.orig);
	TEST_VERDICT(ok);
}

TEST_F(ran, order)
{
	struct cpuid_list *l = &t.l;
	struct kvm_cpuid_entry2 e;
	bool ok = true;
	uint32_t i;

	for (i = 1; i < l->nent; i++) {
		e = l->e[i];
		l->e[i] = l->e[i - 1];
		l->e[i - 1] = e;
		ok &= change_is_seen(&t.s, l, i, "order");
		*l = *t.orig;
	}
	TEST_VERDICT(ok && sc_holds(&t.s, t.orig));
}

TEST_F(ran, count)
{
	struct cpuid_list *l = &t.l;
	uint32_t n = l->nent;
	bool ok;

	l->nent = n - 1;
	ok = set_is(&t.s, l, -EINVAL, "one entry less");
	l->nent = 0;
	ok &= set_is(&t.s, l, -EINVAL, "no entry");
	*l = *t.orig;
	cpuid_append(l, 0x20000000, 0, 0, (struct cpuid_regs){ { 0 } });
	ok &= set_is(&t.s, l, -EINVAL, "one zero entry more");
	*l = *t.orig;
	l->e[l->nent++] = l->e[n - 1];
	ok &= set_is(&t.s, l, -EINVAL, "the last entry twice");
	l->nent = KVM_MAX_ENTRIES + 1;
	ok &= set_is(&t.s, l, -E2BIG, "too many");
	ok &= sc_holds(&t.s, t.orig);
	ok &= sc_guest_sees(&t.s, t.orig);
	TEST_VERDICT(ok);
}

/* The old call makes another list of it: no index, no flags. */
TEST_F(ran, old_call)
{
	bool ok = answer_is("KVM_SET_CPUID of the same registers", -EINVAL,
			    sc_set_old(&t.s.vcpu, t.orig));

	TEST_VERDICT(ok && sc_holds(&t.s, t.orig));
}

/* Made by the old call, kept against both. */
TEST_F(ran, made_by_old_call)
{
	struct bench *s = &t.s;
	struct cpuid_list *l = &t.l;
	uint32_t i;
	bool ok;

	vcpu_destroy(&s->vcpu);
	vcpu_create(&s->vcpu, &s->vm, 1);
	for (i = 0; i < l->nent; i++)
		l->e[i].index = l->e[i].flags = 0;
	EXPECT_EQ(0, sc_set_old(&s->vcpu, l));
	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	run_once(s);
	ok = answer_is("KVM_SET_CPUID of the same list", 0,
		       sc_set_old(&s->vcpu, l));
	ok &= set_is(s, l, 0, "KVM_SET_CPUID2 of the same list");
	l->e[l->nent - 1].edx ^= 1;
	ok &= answer_is("KVM_SET_CPUID of another list", -EINVAL,
			sc_set_old(&s->vcpu, l));
	TEST_VERDICT(ok);
}

/* --- KVM's own changes do not count ----------------------------------- */

static uint64_t possible_cr4(const struct cpuid_list *l)
{
	uint64_t cr4 = 0;

	if (cpuid_get(l, 1, 0, REG_ECX) >> 26 & 1)
		cr4 |= CR4_OSXSAVE;
	if (cpuid_get(l, 7, 0, REG_ECX) >> 3 & 1)
		cr4 |= CR4_PKE;
	return cr4;
}

/* From 6.14 to 6.18 it was refused while runtime bits were pending. */
static bool passes(struct bench *s, const struct cpuid_list *l,
		   const char *what, const char *why)
{
	int ret = __vcpu_set_cpuid(&s->vcpu, l);
	char got[24];
	const struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_SET_CPUID, .what = what,
		.wanted_text = "0", .got_text = got, .rule = RULE_S8,
		.why = why, .answer = ANSWER_VALUE, .got = (int64_t)ret,
		.has_known = true, .known = (int64_t)-EINVAL,
	};

	if (!ret)
		return true;
	snprintf(got, sizeof(got), "%d", ret);
	report_finding(&m);
	return false;
}

/* After CR4 and perhaps XCR0 have changed. */
static bool still_the_same(struct bench *s, struct cpuid_list *l)
{
	bool ok = passes(s, &s->cpu.cpuid, "the original list",
			 "the list sent first still passes");

	vcpu_get_cpuid(&s->vcpu, l);
	ok &= passes(s, l, "what KVM_GET_CPUID2 returns",
		     "the list with KVM's own changes passes, too");
	l->e[l->nent - 1].eax ^= 1;
	return ok & set_is(s, l, -EINVAL, "another list");
}

TEST_F(ran, cr4_by_ioctl)
{
	uint64_t cr4 = possible_cr4(t.orig);
	struct kvm_sregs sregs;

	if (!cr4)
		TEST_SKIP("the model has neither XSAVE nor PKU");
	vcpu_get_sregs(&t.s.vcpu, &sregs);
	sregs.cr4 |= cr4;
	vcpu_set_sregs(&t.s.vcpu, &sregs);
	if (cr4 & CR4_OSXSAVE)
		vcpu_set_xcr0(&t.s.vcpu,
			      3 | (cpuid_get(t.orig, 0xd, 0, REG_EAX) & 4));
	TEST_VERDICT(still_the_same(&t.s, &t.l));
}

TEST_F(ran, cr4_by_guest)
{
	uint64_t cr4 = possible_cr4(t.orig);
	struct kvm_sregs sregs;

	if (!cr4)
		TEST_SKIP("the model has neither XSAVE nor PKU");
	vcpu_get_sregs(&t.s.vcpu, &sregs);
	probe_clear(&t.s.probe);
	probe_write_cr(&t.s.probe, 4, sregs.cr4 | cr4);
	probe_run(&t.s.probe);
	EXPECT_FALSE(t.s.probe.hdr->req[0].mismatch);
	TEST_VERDICT(still_the_same(&t.s, &t.l));
}

/* --- what running means ----------------------------------------------- */

TEST_F(ran, immediate_exit)
{
	struct bench *s = &t.s;
	struct cpuid_list *l = &t.l;
	bool ok;

	vcpu_destroy(&s->vcpu);
	vcpu_create(&s->vcpu, &s->vm, 1);
	vcpu_set_cpuid(&s->vcpu, t.orig);
	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	s->vcpu.run->immediate_exit = 1;
	ok = check_is(RULE_S9, "immediate_exit comes back before the guest (api.rst)",
		"KVM_RUN", -EINTR, kvm_ioctl(s->vcpu.fd, KVM_RUN, NULL));
	s->vcpu.run->immediate_exit = 0;
	cpuid_append(l, 0x20000000, 0, 0, (struct cpuid_regs){ { 1, 2, 3 } });
	ok &= check_is(RULE_S9, "the guest was not entered: any list is accepted",
		       "KVM_SET_CPUID2 after immediate_exit", 0,
		       __vcpu_set_cpuid(&s->vcpu, l));
	ok &= sc_holds(s, l);
	ok &= sc_guest_sees(s, l);
	TEST_VERDICT(ok);
}

/* INIT resets the CPU, not its model: EDX is the model's signature. */
TEST_F(ran, init)
{
	struct bench *s = &t.s;
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	bool ok;

	vcpu_send_init(&s->vcpu);
	EXPECT_EQ(0, kvm_ioctl(s->vcpu.fd, KVM_GET_REGS, &regs));
	vcpu_get_sregs(&s->vcpu, &sregs);
	ok = check_is(RULE_S22, "SDM vol. 3, 10.1.1: RIP after INIT", "RIP", 0xfff0,
		regs.rip);
	ok &= check_is(RULE_S22, "SDM vol. 3, 10.1.1: EDX after INIT is CPUID.1.EAX",
		       "RDX", cpuid_get(t.orig, 1, 0, REG_EAX), regs.rdx);
	ok &= check_is(RULE_S22, "SDM vol. 3, 10.1.1: CR4 after INIT", "CR4", 0,
		       sregs.cr4);
	ok &= sc_holds(s, t.orig);
	ok &= set_is(s, t.orig, 0, "the list installed, after INIT");
	t.l.e[0].eax ^= 1;
	ok &= set_is(s, &t.l, -EINVAL, "another list, after INIT");
	probe_start(&s->probe, &s->vcpu, PROBE_LONG);
	ok &= sc_guest_sees(s, t.orig);
	TEST_VERDICT(ok);
}

/* Before there is a model, EDX is that of some CPU of family 6. */
TEST_F(ran, signature_at_creation)
{
	struct kvm_regs regs;
	struct vcpu v;

	vcpu_create(&v, &t.s.vm, 1);
	EXPECT_EQ(0, kvm_ioctl(v.fd, KVM_GET_REGS, &regs));
	vcpu_destroy(&v);
	TEST_VERDICT(check_is(RULE_S22, "KVM starts vCPUs before they have a model",
			"RDX of a new vCPU", 0x600, regs.rdx));
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_CPUID2, KVM_SET_CPUID, KVM_GET_CPUID2: limits and pointers, what is
 * and what is not checked, that a call that fails changes nothing, and what
 * comes back.  set_cpuid_run_test has what changes with the first KVM_RUN.
 */
#include "get_cpuid.h"
#include "set_cpuid.h"

static struct {
	struct bench s;
	struct cpuid_list l;		/* the list to play with */
	struct cpuid_list got;
} t;

FIXTURE(set) { };

FIXTURE_SETUP(set)
{
	bench_model(&t.s, NULL);
	bench_start(&t.s);
	cpuid_copy(&t.l, &t.s.cpu.cpuid);
}

FIXTURE_TEARDOWN(set)
{
	bench_close(&t.s);
}

/* --- limits and pointers ---------------------------------------------- */

TEST_F(set, too_many)
{
	static const uint32_t sizes[] = {
		KVM_MAX_ENTRIES + 1, CPUID_LIST_MAX, 0x10000, 0x7fffffff,
		0x80000000, 0xffffffff,
	};
	const char *why = "at most 256 entries (KVM_MAX_CPUID_ENTRIES, 5.11)";
	bool ok = true;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		t.l.nent = sizes[i];
		ok &= check_is(RULE_S1, why, "KVM_SET_CPUID2 nent > 256", -E2BIG,
			       __vcpu_set_cpuid(&t.s.vcpu, &t.l));
		ok &= check_is(RULE_S1, why, "KVM_SET_CPUID nent > 256", -E2BIG,
			       sc_set_old(&t.s.vcpu, &t.l));
	}
	ok &= sc_holds(&t.s, &t.s.cpu.cpuid);
	TEST_VERDICT(ok);
}

TEST_F(set, as_many_as_allowed)
{
	bool ok;

	while (t.l.nent < KVM_MAX_ENTRIES)
		cpuid_append(&t.l, 0x20000000 + t.l.nent, 0, 0,
			     (struct cpuid_regs){ { t.l.nent, 1, 2, 3 } });
	ok = check_is(RULE_S1, "256 entries are allowed", "KVM_SET_CPUID2 nent=256", 0,
		__vcpu_set_cpuid(&t.s.vcpu, &t.l));
	ok &= sc_holds(&t.s, &t.l);
	ok &= sc_guest_sees(&t.s, &t.l);
	TEST_VERDICT(ok);
}

TEST_F(set, as_many_by_old_call)
{
	struct cpuid_list *l = &t.l;
	bool ok;
	uint32_t i;

	l->nent = 0;
	for (i = 0; i < KVM_MAX_ENTRIES; i++)
		cpuid_append(l, 0x20000000 + i, 0, 0,
			     (struct cpuid_regs){ { i, 1, 2, 3 } });
	ok = check_is(RULE_S1, "256 entries are allowed", "KVM_SET_CPUID nent=256", 0,
		sc_set_old(&t.s.vcpu, l));
	TEST_VERDICT(ok && sc_holds(&t.s, l));
}

TEST_F(set, none)
{
	bool ok;

	t.l.nent = 0;
	ok = check_is(RULE_S1, "an empty model is a model", "KVM_SET_CPUID2 nent=0", 0,
		__vcpu_set_cpuid(&t.s.vcpu, &t.l));
	ok &= sc_holds(&t.s, &t.l);
	ok &= sc_guest_sees(&t.s, &t.l);
	TEST_VERDICT(ok);
}

TEST_F(set, none_by_old_call)
{
	bool ok;

	t.l.nent = 0;
	ok = check_is(RULE_S1, "an empty model is a model", "KVM_SET_CPUID nent=0", 0,
		sc_set_old(&t.s.vcpu, &t.l));
	TEST_VERDICT(ok && sc_holds(&t.s, &t.l));
}

/* Entries that begin just before a page that cannot be read. */
TEST_F(set, bad_pointers)
{
	struct kvm_cpuid2 *c = gc_cliff(PROT_NONE);
	int fd = t.s.vcpu.fd;
	bool ok;

	c->nent = 1;
	ok = check_is(RULE_S21, "a head that cannot be read", "KVM_SET_CPUID2 NULL",
		-EFAULT, kvm_ioctl(fd, KVM_SET_CPUID2, NULL));
	ok &= check_is(RULE_S21, "a head that cannot be read", "KVM_SET_CPUID NULL",
		       -EFAULT, kvm_ioctl(fd, KVM_SET_CPUID, NULL));
	ok &= check_is(RULE_S21, "a head that cannot be read", "KVM_GET_CPUID2 NULL",
		       -EFAULT, kvm_ioctl(fd, KVM_GET_CPUID2, NULL));
	ok &= check_is(RULE_S21, "an entry that cannot be read",
		       "KVM_SET_CPUID2 unmapped", -EFAULT,
		       kvm_ioctl(fd, KVM_SET_CPUID2, c));
	ok &= check_is(RULE_S21, "an entry that cannot be read",
		       "KVM_SET_CPUID unmapped", -EFAULT,
		       kvm_ioctl(fd, KVM_SET_CPUID, c));
	c->nent = KVM_MAX_ENTRIES;
	ok &= check_is(RULE_S21, "an entry that cannot be written",
		       "KVM_GET_CPUID2 unmapped", -EFAULT,
		       kvm_ioctl(fd, KVM_GET_CPUID2, c));
	gc_cliff_end(c);
	ok &= sc_holds(&t.s, &t.s.cpu.cpuid);
	ok &= sc_guest_sees(&t.s, &t.s.cpu.cpuid);
	TEST_VERDICT(ok);
}

/* With no entry there is nothing to be read. */
TEST_F(set, no_entry_no_pointer)
{
	struct kvm_cpuid2 *c = gc_cliff(PROT_NONE);
	int fd = t.s.vcpu.fd;
	bool ok;

	c->nent = 0;
	ok = check_is(RULE_S21, "entries that are not there are not read",
		"KVM_SET_CPUID2 nent=0", 0, kvm_ioctl(fd, KVM_SET_CPUID2, c));
	ok &= check_is(RULE_S21, "entries that are not there are not read",
		       "KVM_SET_CPUID nent=0", 0, kvm_ioctl(fd, KVM_SET_CPUID, c));
	gc_cliff_end(c);
	TEST_VERDICT(ok);
}

/* --- what is not checked ---------------------------------------------- */

/* Nothing an entry says is looked at, but for what is tested further down. */
TEST_F(set, anything_goes)
{
	static const uint32_t odd[][7] = {
		/* function, index, flags, registers */
		{ 0x12345678, 0x9abcdef0, 0, 1, 2, 3, 4 },
		{ 0x12345678, 0x9abcdef0, 1, 5, 6, 7, 8 },
		{ 0x3ffffff0, 0xffffffff, 0xffffffff, 9, 10, 11, 12 },
		{ 0x40005678, 1, 2, 13, 14, 15, 16 },
		{ 0xfffffffe, 0, 6, 17, 18, 19, 20 },
	};
	struct cpuid_list *l = &t.l;
	bool ok;
	uint32_t i;

	for (i = 0; i < l->nent; i++)	/* every feature there is */
		if (l->e[i].function == 7 || l->e[i].function == 0x80000001)
			l->e[i].ebx = l->e[i].ecx = l->e[i].edx = ~0u;
	for (i = 0; i < ARRAY_SIZE(odd); i++)
		cpuid_append(l, odd[i][0], odd[i][1], odd[i][2],
			     (struct cpuid_regs){ { odd[i][3], odd[i][4],
						    odd[i][5], odd[i][6] } });
	for (i = 0; i < l->nent; i++)
		memset(l->e[i].padding, 0xff, sizeof(l->e[i].padding));
	l->padding = ~0u;
	ok = check_is(RULE_S2, "entries are userspace's business (api.rst)",
		"KVM_SET_CPUID2 of odd entries", 0,
		__vcpu_set_cpuid(&t.s.vcpu, l));
	ok &= sc_holds(&t.s, l);
	ok &= sc_guest_sees(&t.s, l);
	TEST_VERDICT(ok);
}

/* Any set of flags is stored, only SIGNIFICANT_INDEX means something. */
TEST_F(set, stateful_flags)
{
	struct cpuid_list *l = &t.l;
	uint32_t flags = KVM_CPUID_FLAG_STATEFUL_FUNC;
	bool ok;

	cpuid_remove(l, 2);
	cpuid_append(l, 2, 0, flags | KVM_CPUID_FLAG_STATE_READ_NEXT,
		     (struct cpuid_regs){ { 2, 20, 21, 22 } });
	cpuid_append(l, 2, 0, flags, (struct cpuid_regs){ { 2, 30, 31, 32 } });
	vcpu_set_cpuid(&t.s.vcpu, l);
	ok = sc_holds(&t.s, l);
	/* Each entry is asked for, so leaf 2 is executed twice. */
	ok &= sc_guest_sees(&t.s, l);
	TEST_VERDICT(ok);
}

/* Of two entries for the same the first counts, to guest and KVM alike. */
static bool sgx_register(const struct kvm_cpuid_entry2 *got,
			 const struct kvm_cpuid_entry2 *known, int reg)
{
	return verdict_register((struct finding){
		.leaf = 0x12, .subleaf = 1, .reg = reg, .wanted = ~0u,
		.got = cpuid_entry_reg(got, reg), .rule = RULE_S19,
		.why = "XFRM is what userspace lets enclaves use, whatever the guest may have in XCR0 (275a87244ec8)",
		.has_known = true, .known = cpuid_entry_reg(known, reg),
	}, ~0u);
}

/* S19: SGX attributes, of which XFRM (ECX, EDX) looks like XCR0. */
TEST_F(set, sgx_attributes)
{
	static struct cpuid_list known;
	struct bench *s = &t.s;
	bool ok = true;
	int reg;

	cpuid_remove(&t.l, 0x12);
	cpuid_append(&t.l, 0x12, 1, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     (struct cpuid_regs){ { ~0u, ~0u, ~0u, ~0u } });
	vcpu_set_cpuid(&s->vcpu, &t.l);
	vcpu_get_cpuid(&s->vcpu, &t.got);
	bench_reset_state(s);
	expect_installed(&t.l, &s->state, &known);
	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		ok &= sgx_register(cpuid_find(&t.got, 0x12, 1),
				   cpuid_find(&known, 0x12, 1), reg);
	TEST_VERDICT(ok);
}

TEST_F(set, duplicates)
{
	struct cpuid_list *l = &t.l;
	const struct kvm_cpuid_entry2 *w = cpuid_find(l, 0x80000008, 0);
	uint32_t eax = 36 | 48 << 8;
	bool ok = true;

	cpuid_append(l, 0, 0, 0, (struct cpuid_regs){ { 1, 2, 3, 4 } });
	cpuid_append(l, 7, 0, 1, (struct cpuid_regs){ { 5, 6, 7, 8 } });
	cpuid_append(l, 0xd, 0, 1, (struct cpuid_regs){ { 7, 1, 1, 0 } });
	cpuid_append(l, 1, 0, 0, (struct cpuid_regs){ { 1, 1, 0, 0 } });
	if (w)	/* a width that would be refused */
		cpuid_append(l, 0x80000008, 0, 0,
			     (struct cpuid_regs){ { eax | 1u << 8 } });
	ok &= check_is(RULE_S14, "the first entry counts", "KVM_SET_CPUID2", 0,
		       __vcpu_set_cpuid(&t.s.vcpu, l));
	ok &= sc_holds(&t.s, l);
	ok &= sc_guest_sees(&t.s, l);
	TEST_VERDICT(ok);
}

/* --- what is checked -------------------------------------------------- */

static bool width_allowed(unsigned int width)
{
	return width == 0 || width == 48 || width == 57;
}

/* Linear address bits: 48, 57, or 0 for "48". */
TEST_F(set, linear_width)
{
	struct cpuid_list *l = &t.l;
	struct kvm_cpuid_entry2 *e;
	unsigned int width;
	bool ok = true;
	char what[50];

	cpuid_remove(l, 0x80000008);
	e = cpuid_append(l, 0x80000008, 0, 0, (struct cpuid_regs){ { 0 } });
	for (width = 0; width < 256; width++) {
		/* neighbours all ones or all zeros: they do not count */
		e->eax = 40 | width << 8 | (width & 1 ? 0xffff0000 : 0);
		snprintf(what, sizeof(what), "0x80000008.EAX[15:8]=%u", width);
		ok &= check_is(RULE_S3, "canonical addresses have 48 or 57 bits (dd598091de4a)",
			       what, width_allowed(width) ? 0 : -EINVAL,
			       __vcpu_set_cpuid(&t.s.vcpu, l));
	}
	TEST_VERDICT(ok);
}

/* The check is one of leaf 0x80000008, wherever it is and whatever index. */
TEST_F(set, linear_width_entry)
{
	struct cpuid_list *l = &t.l;
	uint32_t bad = 40 | 47 << 8;
	bool ok;

	cpuid_remove(l, 0x80000008);
	cpuid_append(l, 0x80000007, 1, 1, (struct cpuid_regs){ { bad } });
	cpuid_append(l, 0x80000009, 0, 0, (struct cpuid_regs){ { bad } });
	ok = check_is(RULE_S3, "no 0x80000008, nothing to check", "KVM_SET_CPUID2", 0,
		__vcpu_set_cpuid(&t.s.vcpu, l));
	cpuid_append(l, 0x80000008, 0, 0, (struct cpuid_regs){ { bad } });
	ok &= check_is(RULE_S3, "47 bits, in the last entry", "KVM_SET_CPUID2", -EINVAL,
		       __vcpu_set_cpuid(&t.s.vcpu, l));
	ok &= check_is(RULE_S3, "47 bits", "KVM_SET_CPUID", -EINVAL,
		       sc_set_old(&t.s.vcpu, l));
	l->e[l->nent - 1].eax = 40 | 57 << 8;
	ok &= check_is(RULE_S3, "57 bits, whether or not the CPU has LA57",
		       "KVM_SET_CPUID2", 0, __vcpu_set_cpuid(&t.s.vcpu, l));
	TEST_VERDICT(ok);
}

/* AMX tile data needs a permission that this process has not asked for. */
TEST_F(set, amx_permission)
{
	struct cpuid_list *l = &t.l;
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, 0xd, 0);
	bool ok;

	if (!(t.s.facts->xcomp_guest_supp >> 18 & 1))
		TEST_SKIP("this CPU or KVM has no AMX");
	if (!e)
		TEST_SKIP("the model has no leaf 0xd");
	e->eax |= 3u << 17;
	ok = check_is(RULE_S4, "arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM) comes first",
		"0xd.0.EAX with tile data", -EPERM,
		__vcpu_set_cpuid(&t.s.vcpu, l));
	TEST_VERDICT(ok && sc_holds(&t.s, &t.s.cpu.cpuid));
}

/* Each way to fail, one after the other; then look, then run. */
TEST_F(set, failure_changes_nothing)
{
	struct kvm_cpuid2 *cliff = gc_cliff(PROT_NONE);
	struct cpuid_list *l = &t.l;
	struct vcpu *v = &t.s.vcpu;
	bool ok;
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		l->e[i].eax ^= 0x10, l->e[i].edx ^= 1, l->e[i].index ^= 1;
	cpuid_remove(l, 0x80000008);
	cpuid_append(l, 0x80000008, 0, 0, (struct cpuid_regs){ { 64 << 8 } });
	ok = check_is(RULE_S3, "64 bits", "KVM_SET_CPUID2", -EINVAL,
		__vcpu_set_cpuid(v, l));
	ok &= check_is(RULE_S3, "64 bits", "KVM_SET_CPUID", -EINVAL, sc_set_old(v, l));
	ok &= sc_holds(&t.s, &t.s.cpu.cpuid);
	l->nent = KVM_MAX_ENTRIES + 1;
	ok &= check_is(RULE_S1, "too many", "KVM_SET_CPUID2", -E2BIG,
		       __vcpu_set_cpuid(v, l));
	ok &= sc_holds(&t.s, &t.s.cpu.cpuid);
	cliff->nent = 10;
	ok &= check_is(RULE_S21, "unmapped", "KVM_SET_CPUID2", -EFAULT,
		       kvm_ioctl(v->fd, KVM_SET_CPUID2, cliff));
	gc_cliff_end(cliff);
	ok &= sc_holds(&t.s, &t.s.cpu.cpuid);
	ok &= sc_guest_sees(&t.s, &t.s.cpu.cpuid);
	TEST_VERDICT(ok);
}

/* --- what comes back -------------------------------------------------- */

static int get(struct vcpu *v, struct cpuid_list *l, uint32_t nent)
{
	gc_prepare(l, nent, 0x5a5a5a5a);
	return kvm_ioctl(v->fd, KVM_GET_CPUID2, l);
}

TEST_F(set, get_too_small)
{
	uint32_t i, n = t.l.nent;
	bool ok = true;

	for (i = 0; i < n; i++) {
		ok &= check_is(RULE_S11, "the list does not fit (api.rst)",
			       "KVM_GET_CPUID2 nent too small", -E2BIG,
			       get(&t.s.vcpu, &t.got, i));
		/* 6.1 means to tell how many there are, but does not. */
		ok &= check_is(RULE_S11, "a call that fails writes no nent",
			       "nent after E2BIG", i, t.got.nent);
		ok &= check_that(gc_untouched_from(&t.got, 0, 0x5a5a5a5a), RULE_S11,
				 "a call that fails writes no entry",
				 "bytes written with E2BIG", 0, i);
	}
	TEST_VERDICT(ok);
}

/* Until 6.5 nent stayed what it was, the room that was given. */
static bool nent_is(uint32_t wanted, uint32_t got, uint32_t room)
{
	char w[16], g[16];
	struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_GET_CPUID2_NENT,
		.what = "nent after",
		.wanted_text = w, .got_text = g, .rule = RULE_S11,
		.why = "nent becomes the number of entries (ab322c43cce9)",
		.answer = ANSWER_VALUE, .wanted = wanted, .got = got,
		.has_known = true, .known = room,
	};

	if (wanted == got)
		return true;
	snprintf(w, sizeof(w), "%ld", (long)wanted);
	snprintf(g, sizeof(g), "%ld", (long)got);
	report_finding(&m);
	return false;
}

TEST_F(set, get_large_enough)
{
	uint32_t n = t.l.nent, i;
	const uint32_t sizes[] = {
		n, n + 1, KVM_MAX_ENTRIES, CPUID_LIST_MAX, 0xffffffff,
	};
	bool ok = true;
	int ret;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ret = get(&t.s.vcpu, &t.got, sizes[i]);
		ok &= check_as(EVENT_GET_CPUID2, !ret, RULE_S11,
			       "the list fits", "KVM_GET_CPUID2", 0, ret);
		ok &= nent_is(n, t.got.nent, sizes[i]);
		ok &= check_as(EVENT_GET_CPUID2_OVERRUN,
			       gc_untouched_from(&t.got, n, 0x5a5a5a5a),
			       RULE_S11,
			       "nothing is written beyond the last entry",
			       "bytes written beyond the last entry", 0, 1);
	}
	TEST_VERDICT(ok);
}

TEST_F(set, get_before_set)
{
	struct vcpu v;
	bool ok;

	vcpu_create(&v, &t.s.vm, 1);
	ok = check_is(RULE_S11, "there is nothing yet", "KVM_GET_CPUID2 nent=0", 0,
		get(&v, &t.got, 0));
	ok &= check_is(RULE_S11, "there is nothing yet", "KVM_GET_CPUID2 nent=256", 0,
		       get(&v, &t.got, KVM_MAX_ENTRIES));
	ok &= check_that(gc_untouched_from(&t.got, 0, 0x5a5a5a5a), RULE_S11,
			 "there is nothing yet", "bytes written", 0, 1);
	vcpu_destroy(&v);
	TEST_VERDICT(ok);
}

/* --- the old call ----------------------------------------------------- */

/* Every register by a number of its own; no index, no flags, no padding. */
TEST_F(set, old_call)
{
	struct cpuid_list *l = &t.l;
	bool ok;
	uint32_t i;

	l->nent = 0;
	for (i = 0; i < 20; i++)
		cpuid_append(l, 0x20000000 + i, i, i, (struct cpuid_regs){
			     { 4 * i + 1, 4 * i + 2, 4 * i + 3, 4 * i + 4 } });
	ok = check_is(RULE_S10, "as KVM_SET_CPUID2, with less to say", "KVM_SET_CPUID",
		0, sc_set_old(&t.s.vcpu, l));
	for (i = 0; i < l->nent; i++)
		l->e[i].index = l->e[i].flags = 0;
	ok &= sc_holds(&t.s, l);
	ok &= sc_guest_sees(&t.s, l);
	TEST_VERDICT(ok);
}

/* The whole model: what had subleaves now answers with its first to all. */
TEST_F(set, old_call_has_no_subleaves)
{
	struct cpuid_list *l = &t.l;
	uint32_t i;
	bool ok;

	EXPECT_EQ(0, sc_set_old(&t.s.vcpu, l));
	for (i = 0; i < l->nent; i++)
		l->e[i].index = l->e[i].flags = 0;
	ok = sc_holds(&t.s, l);
	/* The guest asks for the subleaves there were. */
	for (i = 0; i < l->nent; i++)
		l->e[i].index = t.s.cpu.cpuid.e[i].index;
	ok &= sc_guest_sees(&t.s, l);
	TEST_VERDICT(ok);
}

/* --- more than one ---------------------------------------------------- */

/* As often as one likes, each time all of it. */
TEST_F(set, again_and_again)
{
	struct cpuid_list *l = &t.l;
	bool ok = true;
	uint32_t i;

	for (i = 0; i < 8; i++) {
		l->nent = i % 3 ? t.s.cpu.cpuid.nent - i : 3;
		l->e[l->nent - 1].ebx = i;
		ok &= check_is(RULE_S6, "before KVM_RUN any list replaces any other",
			       "KVM_SET_CPUID2", 0,
			       __vcpu_set_cpuid(&t.s.vcpu, l));
		ok &= sc_holds(&t.s, l);
	}
	ok &= sc_guest_sees(&t.s, l);
	TEST_VERDICT(ok);
}

/* A vCPU's model is its own, in what it holds and in what its guest sees. */
TEST_F(set, vcpus_apart)
{
	struct bench *s = &t.s, other = *s;
	struct cpuid_list *l = &t.l;
	bool ok;
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function == 1)
			l->e[i].ebx ^= 0x02000000;
	cpuid_append(l, 0x20000000, 0, 0, (struct cpuid_regs){ { 1, 2, 3 } });
	vcpu_create(&other.vcpu, &s->vm, 1);
	other.vcpu.vm = &s->vm;
	vcpu_set_cpuid(&other.vcpu, l);
	probe_start(&other.probe, &other.vcpu, PROBE_LONG);
	bench_reset_state(&other);
	ok = sc_holds(s, &s->cpu.cpuid);
	ok &= sc_holds(&other, l);
	ok &= sc_guest_sees(&other, l);
	/* The other one has run, this one has not: it is still free. */
	cpuid_append(&s->cpu.cpuid, 0x20000001, 0, 0,
		     (struct cpuid_regs){ { 4, 5, 6 } });
	ok &= check_is(RULE_S20, "KVM_RUN of one vCPU freezes no other",
		       "KVM_SET_CPUID2", 0,
		       __vcpu_set_cpuid(&s->vcpu, &s->cpu.cpuid));
	ok &= sc_guest_sees(s, &s->cpu.cpuid);
	ok &= sc_holds(&other, l);
	vcpu_destroy(&other.vcpu);
	TEST_VERDICT(ok);
}

TEST_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How KVM finds the answer to CPUID in the installed list: exact match, index
 * significance, out of range leaves by the vendor that the list names and not
 * by the host's, classes of leaves, topology subleaves past the end; from every
 * mode and privilege; under CPUID faulting; in KVM's own instruction emulator.
 *
 * The lists are made up: every register of every entry differs from all others
 * (lib/bench/cpuid_lists.h).
 */
#include "cpuid_lists.h"
#include "facts_sysfs.h"
#include "once.h"
#include "test.h"

#define GARBAGE			0xdeadbeef00000000ull
#define PLATFORM_CPUID_FAULT	(1ull << 31)

/* Leaves in, between and beyond the classes. */
static const uint32_t leaves[] = {
	0x0, 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0xb, 0xc, 0xd, 0xe, 0x12,
	0x13, 0x1f, 0x20, LIST_FILLER, LIST_FILLER + 219, 0x3fffffff,
	0x40000000, 0x40000001, 0x40000002, 0x40000003, 0x40000004, 0x400000ff,
	0x40000100, 0x40000101, 0x40000200, 0x40000201, 0x40000202,
	0x4ffffeff, 0x4fffff00, 0x4fffff02, 0x4fffff03, 0x4fffffff,
	0x50000000, 0x7fffffff,
	0x80000000, 0x80000001, 0x80000002, 0x80000003, 0x80000007,
	0x80000008, 0x80000009, 0x8000000a, 0x8000001d, 0xbfffffff,
	0xc0000000, 0xc0000001, 0xc0000002, 0xc0000003, 0xffffffff,
};
/* ECX is compared as a whole, and only CL of it is echoed. */
static const uint32_t subleaves[] = { 0, 1, 2, 0x105, 0x80000000 };

/* Out of range in each class: enough to see by which vendor's rules. */
static const uint32_t out_of_range[] = {
	0x3, 0xb, 0x20, 0x40000004, 0x8000000a, 0xc0000003,
};

struct place {
	enum probe_mode mode;
	enum probe_where where;
	bool emulated;		/* by the forced emulation prefix */
};

static const struct list_recipe recipes[] = {
#define LIST(id, vend, max, flags) \
	{ .name = #id, .vendor = vend, .max_basic = max, .shape = flags },
#include "cpuid_lists.def"
#undef LIST
};

enum recipe_id {
#define LIST(id, vend, max, flags) LIST_##id,
#include "cpuid_lists.def"
#undef LIST
};

/* What the guest sees of the list: with the runtime bits. */
static struct cpuid_list visible;

/* KVM checks EFER against the list: without long mode go to 32 bits. */
static enum probe_mode mode_for(const struct cpuid_list *l)
{
	const struct kvm_cpuid_entry2 *e = cpuid_find(l, 0x80000001, 0);

	return e && e->edx >> 29 & 1 ? PROBE_LONG : PROBE_PROTECTED;
}

static void new_vcpu(struct bench *t, const struct cpuid_list *l,
		     enum probe_mode mode)
{
	bench_boot_list(t, l, mode);
	expect_installed(&t->list, &t->state, &visible);
}

static void create(struct bench *t, const struct cpuid_list *l,
		   enum probe_mode mode)
{
	bench_vm(t, 0);
	new_vcpu(t, l, mode);
}

static const uint8_t prefixed_cpuid[] = {
	0x0f, 0x0b, 'k', 'v', 'm', 0x0f, 0xa2,
};

static struct probe_request *ask(struct bench *t, uint32_t leaf,
				 uint32_t subleaf, const struct place *at)
{
	struct cpuid_answer a = expect_cpuid(&visible, leaf, subleaf);
	struct probe_request *r = probe_cpuid(&t->probe, leaf, subleaf,
					      a.want);

	if (at->emulated) {
		r->op = PROBE_OP_EXEC;
		memcpy(r->insn, prefixed_cpuid, sizeof(prefixed_cpuid));
		r->insn_len = sizeof(prefixed_cpuid);
		r->where = at->where;
	} else {
		probe_at(r, at->where);
	}
	r->in.rbx = 0x55aa55aa;
	r->in.rdx = 0xaa55aa55;
	if (at->mode != PROBE_LONG)
		return r;
	r->in.rax |= GARBAGE;
	r->in.rcx |= GARBAGE;
	return r;
}

/* --- one sweep, before the tests are forked off ------------------------ */

#define WRONG_MAX	6
#define JOBS_MAX	64

/* What a vCPU with one list answered, in one mode. */
struct outcome {
	bool ran;
	char why_not[160];
	uint32_t asked, wrong;
	bool last_unknown;	/* the last of first[]: nothing explains it */
	struct {
		struct probe_request r;
		struct cpuid_answer a;
	} first[WRONG_MAX];
};

static const struct place places[] = {
	{ PROBE_LONG, PROBE_AT_CPL3, false },
	{ PROBE_LONG, PROBE_AT_COMPAT0, false },
	{ PROBE_LONG, PROBE_AT_COMPAT3, false },
	{ PROBE_PROTECTED, PROBE_AT_CPL0, false },
	{ PROBE_REAL, PROBE_AT_CPL0, false },
	{ PROBE_LONG, PROBE_AT_CPL0, true },
	{ PROBE_LONG, PROBE_AT_CPL3, true },
	{ PROBE_LONG, PROBE_AT_COMPAT3, true },
	{ PROBE_PROTECTED, PROBE_AT_CPL0, true },
};

static struct sweep {
	char why_not[160];
	struct outcome list[ARRAY_SIZE(recipes)];
	struct outcome place[ARRAY_SIZE(places)];
} *sweep;

/* So that any executed CPUID is reported as one. */
static struct probe_request as_cpuid(struct probe_request r)
{
	if (r.vector == PROBE_NO_VECTOR)
		r.op = PROBE_OP_CPUID;
	return r;
}

/* The first few; what no known defect explains must be among them. */
static void keep_wrong(struct outcome *o, const struct probe_request *r,
		       struct cpuid_answer a)
{
	struct probe_request told = as_cpuid(*r);
	uint32_t at = o->wrong < WRONG_MAX ? o->wrong : WRONG_MAX - 1;

	if (o->wrong >= WRONG_MAX &&
	    (o->last_unknown || verdict_is_known(&told, "CPUID", a.rule)))
		return;
	o->last_unknown = o->wrong >= WRONG_MAX;
	o->first[at].r = told;
	o->first[at].a = a;
}

static void keep(struct bench *t, struct outcome *o,
		 const struct probe_request *r)
{
	o->asked++;
	if (r->answered && !r->mismatch)
		return;
	keep_wrong(o, r, expect_cpuid(&visible, r->in.rax, r->in.rcx));
	o->wrong++;
}

static bool run_batch(struct bench *t, struct outcome *o)
{
	uint32_t i;

	o->ran = !__probe_run(&t->probe, o->why_not, sizeof(o->why_not));
	for (i = 0; o->ran && i < t->probe.hdr->nr; i++)
		keep(t, o, &t->probe.hdr->req[i]);
	probe_clear(&t->probe);
	return o->ran;
}

/* Real mode has room for few requests: as many as fit, in batches. */
static void run_job(struct bench *t, struct outcome *o,
		    const struct place *at, const uint32_t *leaf,
		    unsigned int nr_leaves)
{
	unsigned int i, k;

	for (i = 0; i < nr_leaves; i++) {
		for (k = 0; k < ARRAY_SIZE(subleaves); k++)
			ask(t, leaf[i], subleaves[k], at);
		if (i + 1 < nr_leaves && t->probe.hdr->nr +
		    ARRAY_SIZE(subleaves) <= t->probe.capacity)
			continue;
		if (!run_batch(t, o))
			return;
	}
}

static void run_list(struct bench *t, unsigned int i)
{
	bool brief = recipes[i].shape & LIST_BRIEF;
	struct place at = { 0 };
	struct cpuid_list l;

	list_make(&recipes[i], &l);
	at.mode = mode_for(&l);
	new_vcpu(t, &l, at.mode);
	run_job(t, &sweep->list[i], &at, brief ? out_of_range : leaves,
		brief ? ARRAY_SIZE(out_of_range) : ARRAY_SIZE(leaves));
}

static bool lacks_emulation(const struct bench *t)
{
	return bench_lacks(t, (enum need[]){ NEED_EMULATION }, 1);
}

static void run_place(struct bench *t, unsigned int i)
{
	struct cpuid_list l;

	if (places[i].emulated && lacks_emulation(t))
		return;
	list_make(&recipes[LIST_intel_max_0xb], &l);
	new_vcpu(t, &l, places[i].mode);
	run_job(t, &sweep->place[i], &places[i], leaves, ARRAY_SIZE(leaves));
}

/* One guest that hangs is enough to know. */
static bool hung(const struct outcome *o)
{
	return strstr(o->why_not, "did not come back");
}

static void run_sweep(void *out)
{
	static struct bench t;
	unsigned int i;

	sweep = out;
	bench_open(&t, 0);
	for (i = 0; i < ARRAY_SIZE(recipes); i++) {
		run_list(&t, i);
		if (hung(&sweep->list[i]))
			return;
	}
	for (i = 0; i < ARRAY_SIZE(places); i++)
		run_place(&t, i);
}

static void sweep_first(void)
{
	sweep = run_once(sizeof(*sweep), run_sweep);
}

/* --- its results ------------------------------------------------------- */

static void report_wrong(const struct outcome *o, const char *what)
{
	unsigned int i;

	for (i = 0; i < o->wrong && i < WRONG_MAX; i++) {
		verdict_request(&o->first[i].r, what, o->first[i].a.rule,
				o->first[i].a.why);
	}
	if (o->wrong > WRONG_MAX)
		printf("#   and %u more wrong answers\n",
		       o->wrong - WRONG_MAX);
}

static bool judge_outcome(const struct outcome *o, const char *name)
{
	char what[80];

	if (!o->ran)
		test_stop("guest run: %s", o->why_not[0] ? o->why_not :
			  "the sweep did not get this far");
	snprintf(what, sizeof(what), "made-up list \"%s\"", name);
	report_wrong(o, what);
	return o->asked && !o->wrong;
}

PLAIN_FIXTURE(list)
FIXTURE_VARIANT(list) { enum recipe_id id; };

#define LIST(id_, vend, max, flags) \
	FIXTURE_VARIANT_ADD(list, id_) { .id = LIST_##id_ };
#include "cpuid_lists.def"
#undef LIST

TEST_F(list, lookup)
{
	TEST_VERDICT(judge_outcome(&sweep->list[variant->id],
				   recipes[variant->id].name));
}

PLAIN_FIXTURE(mode)
FIXTURE_VARIANT(mode) { unsigned int place; };

/* Numbers are rows of places[]. */
FIXTURE_VARIANT_ADD(mode, long_cpl3) { .place = 0 };
FIXTURE_VARIANT_ADD(mode, compat_cpl0) { .place = 1 };
FIXTURE_VARIANT_ADD(mode, compat_cpl3) { .place = 2 };
FIXTURE_VARIANT_ADD(mode, protected_cpl0) { .place = 3 };
FIXTURE_VARIANT_ADD(mode, real) { .place = 4 };
FIXTURE_VARIANT_ADD(mode, emulated_cpl0) { .place = 5 };
FIXTURE_VARIANT_ADD(mode, emulated_cpl3) { .place = 6 };
FIXTURE_VARIANT_ADD(mode, emulated_compat) { .place = 7 };
FIXTURE_VARIANT_ADD(mode, emulated_protected) { .place = 8 };

TEST_F(mode, lookup)
{
	const struct place *at = &places[variant->place];
	const struct outcome *o = &sweep->place[variant->place];
	static struct bench t;

	bench_model(&t, NULL);
	if (at->emulated)
		TEST_NEEDS(&t, NEED_EMULATION);
	if (!o->ran || o->wrong)
		TEST_NEEDS(&t, need_place(at->where));
	TEST_VERDICT(judge_outcome(o, "intel_max_0xb"));
}

/* --- CPUID faulting ---------------------------------------------------- */

#define C12	RULE_C12
#define C12_WHY \
	"CPUID at CPL > 0 is #GP(0) while MISC_FEATURES_ENABLES[0] is set (SDM vol. 2A, CPUID; KVM since 4.12)"

static bool judge(const struct probe_request *r, const char *what)
{
	return verdict_request(r, what, C12, C12_WHY);
}

static const struct fault_place {
	const char *what;
	enum probe_where where;
	bool faults;
} fault_places[] = {
	{ "CPUID at CPL 0", PROBE_AT_CPL0, false },
	{ "CPUID at CPL 3", PROBE_AT_CPL3, true },
	{ "CPUID in compatibility mode, CPL 0", PROBE_AT_COMPAT0, false },
	{ "CPUID in compatibility mode, CPL 3", PROBE_AT_COMPAT3, true },
};

static void ask_places(struct bench *t, bool on, bool emulated)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fault_places); i++) {
		struct place at = { PROBE_LONG, fault_places[i].where,
				    emulated };
		struct probe_request *r = ask(t, 1, 0, &at);

		if (on && fault_places[i].faults)
			probe_expect_fault(r, GP_VECTOR, 0);
	}
}

/* Off, on by the guest, off, on by the host. */
static bool faulting(struct bench *t, bool emulated)
{
	unsigned int i, n = ARRAY_SIZE(fault_places);
	bool ok = true;

	ask_places(t, false, emulated);
	probe_wrmsr(&t->probe, MSR_MISC_FEATURES_ENABLES, 1);
	ask_places(t, true, emulated);
	probe_wrmsr(&t->probe, MSR_MISC_FEATURES_ENABLES, 0);
	ask_places(t, false, emulated);
	probe_run(&t->probe);
	for (i = 0; i < 3 * n + 2; i++)
		ok &= judge(&t->probe.hdr->req[i],
			    i % (n + 1) == n ? "WRMSR MISC_FEATURES_ENABLES" :
			    fault_places[i % (n + 1)].what);
	probe_clear(&t->probe);
	vcpu_set_msr(&t->vcpu, MSR_MISC_FEATURES_ENABLES, 1);
	ask_places(t, true, emulated);
	probe_run(&t->probe);
	for (i = 0; i < n; i++)
		ok &= judge(&t->probe.hdr->req[i], fault_places[i].what);
	return ok;
}

static struct {
	struct bench t;
	struct cpuid_list l;
} f;

FIXTURE(faulting) { };
FIXTURE_VARIANT(faulting) { char vendor[13]; };
FIXTURE_VARIANT_ADD(faulting, intel) { .vendor = "GenuineIntel" };
FIXTURE_VARIANT_ADD(faulting, amd) { .vendor = "AuthenticAMD" };

FIXTURE_SETUP(faulting)
{
	struct list_recipe recipe = recipes[LIST_intel_max_0xb];

	bench_model(&f.t, NULL);
	memcpy(recipe.vendor, variant->vendor, sizeof(recipe.vendor));
	list_make(&recipe, &f.l);
}
FIXTURE_TEARDOWN(faulting) { bench_close(&f.t); }

TEST_F(faulting, executed)
{
	TEST_NEEDS(&f.t, NEED_CPL3);
	create(&f.t, &f.l, PROBE_LONG);
	TEST_VERDICT(faulting(&f.t, false));
}

TEST_F(faulting, emulated)
{
	TEST_NEEDS(&f.t, NEED_EMULATION, NEED_CPL3);
	create(&f.t, &f.l, PROBE_LONG);
	TEST_VERDICT(faulting(&f.t, true));
}

#define C12_BIT_WHY \
	"MISC_FEATURES_ENABLES has bit 0 only, and that only with PLATFORM_INFO[31] (SDM vol. 4; db2336a80489)"

static bool judge_bit(const struct probe_request *r, const char *what)
{
	return verdict_request(r, what, C12, C12_BIT_WHY);
}

static bool host_refused(struct bench *t, uint64_t value)
{
	struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_SET_MSRS,
		.what = "KVM_SET_MSRS MISC_FEATURES_ENABLES",
		.answer = ANSWER_BOOL, .wanted = 0, .got = 1,
		.wanted_text = "refused", .got_text = "accepted", .rule = C12,
		.why = C12_BIT_WHY,
		.has_msr = true, .msr = MSR_MISC_FEATURES_ENABLES,
	};

	if (__vcpu_set_msr(&t->vcpu, MSR_MISC_FEATURES_ENABLES, value) != 1)
		return true;
	report_finding(&m);
	return false;
}

TEST_F(faulting, needs_platform_info)
{
	struct bench *t = &f.t;
	bool ok;

	TEST_NEEDS(&f.t, NEED_FAULTS);
	create(t, &f.l, PROBE_LONG);
	vcpu_set_msr(&t->vcpu, MSR_PLATFORM_INFO, 0);
	ok = host_refused(t, 1);
	probe_expect_fault(probe_wrmsr(&t->probe, MSR_MISC_FEATURES_ENABLES, 1),
			   GP_VECTOR, 0);
	probe_wrmsr(&t->probe, MSR_MISC_FEATURES_ENABLES, 0);
	probe_rdmsr_is(&t->probe, MSR_MISC_FEATURES_ENABLES, 0);
	probe_run(&t->probe);
	ok &= judge_bit(&t->probe.hdr->req[0], "WRMSR of 1");
	ok &= judge_bit(&t->probe.hdr->req[1], "WRMSR of 0");
	ok &= judge_bit(&t->probe.hdr->req[2], "RDMSR");
	TEST_VERDICT(ok);
}

TEST_F(faulting, one_bit_only)
{
	static const uint64_t bad[] = { 2, 3, 1ull << 31, 1ull << 32 | 1 };
	struct bench *t = &f.t;
	unsigned int i;
	bool ok = true;

	TEST_NEEDS(&f.t, NEED_FAULTS);
	create(t, &f.l, PROBE_LONG);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ok &= host_refused(t, bad[i]);
		probe_expect_fault(probe_wrmsr(&t->probe,
					       MSR_MISC_FEATURES_ENABLES, bad[i]),
				   GP_VECTOR, 0);
	}
	probe_rdmsr_is(&t->probe, MSR_MISC_FEATURES_ENABLES, 0);
	probe_wrmsr(&t->probe, MSR_MISC_FEATURES_ENABLES, 1);
	probe_rdmsr_is(&t->probe, MSR_MISC_FEATURES_ENABLES, 1);
	probe_run(&t->probe);
	for (i = 0; i < t->probe.hdr->nr; i++)
		ok &= judge_bit(&t->probe.hdr->req[i],
				"MISC_FEATURES_ENABLES");
	TEST_VERDICT(ok);
}

/* Without the parameter the prefix is what it looks like, a UD2. */
TEST(prefix_is_ud2)
{
	static struct bench t;
	static struct cpuid_list l;
	struct probe_request *r;

	bench_model(&t, NULL);
	TEST_NEEDS(&t, NEED_NO_EMULATION, NEED_FAULTS);
	list_make(&recipes[LIST_intel_max_0xb], &l);
	create(&t, &l, PROBE_LONG);
	r = probe_expect_fault(probe_insn(&t.probe, prefixed_cpuid,
					  sizeof(prefixed_cpuid)),
			       UD_VECTOR, 0);
	probe_run(&t.probe);
	TEST_VERDICT(verdict_request(r, "forced emulation prefix", RULE_C13,
		"UD2 raises #UD (SDM vol. 2B) unless the module parameter gives it a meaning"));
}

/* --- bits masked at execution ------------------------------------------ */

static struct probe_request *ask_masked(struct bench *t, uint32_t leaf,
					enum cpuid_reg reg, uint32_t mask)
{
	struct place at = { 0 };
	struct probe_request *r = ask(t, leaf, 0, &at);

	r->want[reg] &= ~(uint64_t)mask;
	return r;
}

#define INVTSC		(1u << 8)
#define HV_INVTSC	(1u << 15)
#define C10_WHY \
	"the invariant TSC shows only once the guest has written HV_X64_MSR_TSC_INVARIANT_CONTROL, where Hyper-V leaves offer it (Hyper-V TLFS; KVM since 6.2)"

static void add_hyperv(struct cpuid_list *l, uint32_t features)
{
	cpuid_find_mut(l, 0x40000001, 0)->eax = 0x31237648;	/* Hv#1 */
	cpuid_find_mut(l, 0x40000003, 0)->eax = features;
	cpuid_find_mut(l, 0x80000007, 0)->edx |= INVTSC;
}

static bool invtsc(uint32_t features, bool hidden)
{
	static struct bench t;
	static struct cpuid_list l;
	bool ok = true;
	unsigned int i;

	bench_model(&t, NULL);
	list_make(&recipes[LIST_intel_max_0xb], &l);
	add_hyperv(&l, features);
	create(&t, &l, PROBE_LONG);
	ask_masked(&t, 0x80000007, REG_EDX, hidden ? INVTSC : 0);
	if (hidden) {
		probe_wrmsr(&t.probe, HV_X64_TSC_INVARIANT_CONTROL, 1);
		ask_masked(&t, 0x80000007, REG_EDX, 0);
	}
	probe_run(&t.probe);
	for (i = 0; i < t.probe.hdr->nr; i++)
		ok &= verdict_request(&t.probe.hdr->req[i],
				      "Hyper-V invariant TSC", RULE_C10, C10_WHY);
	return ok;
}

TEST(hyperv_invariant_tsc)
{
	const struct host_facts *f = subject_facts();
	bool ok;

	if (!facts_cap(f, KVM_CAP_HYPERV))
		TEST_SKIP("this KVM has no Hyper-V emulation");
	if (!kernel_has(f->kernel, CHANGE_HV_INVTSC_ALWAYS) &&
	    !facts_kernel_flag("flags", "constant_tsc"))
		TEST_SKIP("before 6.14 KVM hides nothing where the host's TSC is not constant");
	ok = invtsc(HV_INVTSC, kernel_has(f->kernel, CHANGE_HYPERV_INVTSC));
	ok &= invtsc(~HV_INVTSC, false);
	TEST_VERDICT(ok);
}

#define RTM_HLE		(1u << 11 | 1u << 4)

TEST(tsx_ctrl)
{
	static struct bench t;
	static struct cpuid_list l;
	struct list_recipe recipe = recipes[LIST_intel_max_0xb];
	struct probe_request *r;

	bench_model(&t, NULL);
	recipe.max_basic = 7;
	list_make(&recipe, &l);
	cpuid_find_mut(&l, 7, 0)->ebx |= RTM_HLE;
	create(&t, &l, PROBE_LONG);
	/* With kvm.ignore_msrs it would be accepted, and do nothing. */
	if (!msr_find(&subject_facts()->msr_index, MSR_IA32_TSX_CTRL) ||
	    __vcpu_set_msr(&t.vcpu, MSR_IA32_TSX_CTRL, 2) != 1)
		TEST_SKIP("there is no TSX_CTRL MSR here");
	r = ask_masked(&t, 7, REG_EBX, RTM_HLE);
	ask_masked(&t, 0x1000, REG_EBX, RTM_HLE);
	probe_run(&t.probe);
	TEST_VERDICT(verdict_request(r, "TSX_CTRL", RULE_C9,
		"RTM and HLE read as 0 while TSX_CTRL.CPUID_CLEAR is set (SDM vol. 4)"));
	TEST_VERDICT(verdict_request(r + 1, "TSX_CTRL, out of range", RULE_C8,
		"the masks of the leaf that an out of range leaf leads to apply too"));
}

TEST_MAIN_AFTER(sweep_first)

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
#include "once.h"
#include "test.h"

#define GARBAGE			0xdeadbeef00000000ull
#define MSR_PLATFORM_INFO	0xce
#define MSR_TSX_CTRL		0x122
#define MSR_FEATURES_ENABLES	0x140
#define MSR_HV_TSC_INVARIANT	0x40000118
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

struct lookup {
	struct vm *vm;
	struct vcpu vcpu;
	struct probe probe;
	struct vcpu_state state;
	struct cpuid_list list;		/* as given */
	struct cpuid_list visible;	/* with the runtime bits */
};

/* KVM checks EFER against the list: without long mode go to 32 bits. */
static enum probe_mode mode_for(const struct cpuid_list *l)
{
	const struct kvm_cpuid_entry2 *e = cpuid_find(l, 0x80000001, 0);

	return e && e->edx >> 29 & 1 ? PROBE_LONG : PROBE_PROTECTED;
}

static void new_vcpu(struct lookup *t, const struct cpuid_list *l,
		     enum probe_mode mode)
{
	const struct host_facts *f = subject_facts();
	static uint32_t next_id;
	struct kvm_sregs sregs;

	t->list = *l;
	vcpu_create(&t->vcpu, t->vm, next_id++);
	vcpu_set_cpuid(&t->vcpu, &t->list);
	probe_start(&t->probe, &t->vcpu, mode);
	vcpu_get_sregs(&t->vcpu, &sregs);
	t->state = (struct vcpu_state){
		.kernel = f->kernel, .cr4 = sregs.cr4, .xcr0 = 1,
		.apic_base = VCPU_STATE_RESET_APIC_BASE,
		.misc_enable = VCPU_STATE_MISC_ENABLE,
		.kernel_has_pku = f->kernel_has_pku,
		.host = &f->cpu[0].cpuid, .supported = &f->supported,
	};
	expect_installed(&t->list, &t->state, &t->visible);
}

static void create(struct lookup *t, const struct cpuid_list *l,
		   enum probe_mode mode)
{
	static struct vm vm;

	vm_create(&vm, 0);
	probe_load(&vm);
	t->vm = &vm;
	new_vcpu(t, l, mode);
}

static const uint8_t prefixed_cpuid[] = {
	0x0f, 0x0b, 'k', 'v', 'm', 0x0f, 0xa2,
};

static struct probe_request *ask(struct lookup *t, uint32_t leaf,
				 uint32_t subleaf, const struct place *at)
{
	struct cpuid_answer a = expect_cpuid(&t->visible, leaf, subleaf);
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

static bool can_force_emulation(void)
{
	const char *v = facts_param(subject_facts(), "kvm",
				    "force_emulation_prefix");

	return v && strcmp(v, "0") && strcmp(v, "N");
}

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

static void keep(struct lookup *t, struct outcome *o,
		 const struct probe_request *r)
{
	o->asked++;
	if (r->answered && !r->mismatch)
		return;
	keep_wrong(o, r, expect_cpuid(&t->visible, r->in.rax, r->in.rcx));
	o->wrong++;
}

static bool run_batch(struct lookup *t, struct outcome *o)
{
	uint32_t i;

	o->ran = !__probe_run(&t->probe, o->why_not, sizeof(o->why_not));
	for (i = 0; o->ran && i < t->probe.hdr->nr; i++)
		keep(t, o, &t->probe.hdr->req[i]);
	probe_clear(&t->probe);
	return o->ran;
}

/* Real mode has room for few requests: as many as fit, in batches. */
static void run_job(struct lookup *t, struct outcome *o,
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

static void run_list(struct lookup *t, unsigned int i)
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

static void run_place(struct lookup *t, unsigned int i)
{
	struct cpuid_list l;

	if (places[i].emulated && !can_force_emulation())
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
	static struct lookup t;
	static struct vm vm;
	unsigned int i;

	sweep = out;
	vm_create(&vm, 0);
	probe_load(&vm);
	t.vm = &vm;
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

FIXTURE(list) { int unused; };
FIXTURE_VARIANT(list) { enum recipe_id id; };
FIXTURE_SETUP(list) { subject_facts(); }
FIXTURE_TEARDOWN(list) { }

#define LIST(id_, vend, max, flags) \
	FIXTURE_VARIANT_ADD(list, id_) { .id = LIST_##id_ };
#include "cpuid_lists.def"
#undef LIST

TEST_F(list, lookup)
{
	TEST_VERDICT(judge_outcome(&sweep->list[variant->id],
				   recipes[variant->id].name));
}

FIXTURE(mode) { int unused; };
FIXTURE_VARIANT(mode) { unsigned int place; };
FIXTURE_SETUP(mode) { subject_facts(); }
FIXTURE_TEARDOWN(mode) { }

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

#define NEEDS_EMULATION() do { \
	if (!can_force_emulation()) \
		TEST_SKIP("kvm.force_emulation_prefix is off: KVM's emulator cannot be made to execute CPUID"); \
} while (0)

#define NEEDS_PLACE(l, w) do { \
	if ((w) != PROBE_AT_CPL0 && !probe_place_works((l), (w))) \
		TEST_SKIP("this KVM does not run the guest in that mode or privilege"); \
} while (0)

TEST_F(mode, lookup)
{
	const struct place *at = &places[variant->place];
	const struct outcome *o = &sweep->place[variant->place];
	static struct cpuid_list l;

	if (at->emulated)
		NEEDS_EMULATION();
	list_make(&recipes[LIST_intel_max_0xb], &l);
	if (!o->ran || o->wrong)
		NEEDS_PLACE(&l, at->where);
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

static void ask_places(struct lookup *t, bool on, bool emulated)
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
static bool faulting(struct lookup *t, bool emulated)
{
	unsigned int i, n = ARRAY_SIZE(fault_places);
	bool ok = true;

	ask_places(t, false, emulated);
	probe_wrmsr(&t->probe, MSR_FEATURES_ENABLES, 1);
	ask_places(t, true, emulated);
	probe_wrmsr(&t->probe, MSR_FEATURES_ENABLES, 0);
	ask_places(t, false, emulated);
	probe_run(&t->probe);
	for (i = 0; i < 3 * n + 2; i++)
		ok &= judge(&t->probe.hdr->req[i],
			    i % (n + 1) == n ? "WRMSR MISC_FEATURES_ENABLES" :
			    fault_places[i % (n + 1)].what);
	probe_clear(&t->probe);
	vcpu_set_msr(&t->vcpu, MSR_FEATURES_ENABLES, 1);
	ask_places(t, true, emulated);
	probe_run(&t->probe);
	for (i = 0; i < n; i++)
		ok &= judge(&t->probe.hdr->req[i], fault_places[i].what);
	return ok;
}

FIXTURE(faulting) {
	struct lookup t;
	struct cpuid_list l;
};
FIXTURE_VARIANT(faulting) { char vendor[13]; };
FIXTURE_VARIANT_ADD(faulting, intel) { .vendor = "GenuineIntel" };
FIXTURE_VARIANT_ADD(faulting, amd) { .vendor = "AuthenticAMD" };

FIXTURE_SETUP(faulting)
{
	struct list_recipe recipe = recipes[LIST_intel_max_0xb];

	memcpy(recipe.vendor, variant->vendor, sizeof(recipe.vendor));
	list_make(&recipe, &self->l);
}
FIXTURE_TEARDOWN(faulting) { }

#define NEEDS_CPL3(l)	NEEDS_PLACE(l, PROBE_AT_CPL3)

#define NEEDS_FAULTS(l) do { \
	if (!probe_faults_work(l)) \
		TEST_SKIP("this KVM does not deliver exceptions to a 64-bit guest"); \
} while (0)

TEST_F(faulting, executed)
{
	NEEDS_CPL3(&self->l);
	create(&self->t, &self->l, PROBE_LONG);
	TEST_VERDICT(faulting(&self->t, false));
}

TEST_F(faulting, emulated)
{
	NEEDS_EMULATION();
	NEEDS_CPL3(&self->l);
	create(&self->t, &self->l, PROBE_LONG);
	TEST_VERDICT(faulting(&self->t, true));
}

#define C12_BIT_WHY \
	"MISC_FEATURES_ENABLES has bit 0 only, and that only with PLATFORM_INFO[31] (SDM vol. 4; db2336a80489)"

static bool judge_bit(const struct probe_request *r, const char *what)
{
	return verdict_request(r, what, C12, C12_BIT_WHY);
}

static bool host_refused(struct lookup *t, uint64_t value)
{
	struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_SET_MSRS,
		.what = "KVM_SET_MSRS MISC_FEATURES_ENABLES",
		.answer = ANSWER_BOOL, .wanted = 0, .got = 1,
		.wanted_text = "refused", .got_text = "accepted", .rule = C12,
		.why = C12_BIT_WHY,
		.has_msr = true, .msr = MSR_FEATURES_ENABLES,
	};

	if (__vcpu_set_msr(&t->vcpu, MSR_FEATURES_ENABLES, value) != 1)
		return true;
	report_finding(&m);
	return false;
}

TEST_F(faulting, needs_platform_info)
{
	struct lookup *t = &self->t;
	bool ok;

	NEEDS_FAULTS(&self->l);
	create(t, &self->l, PROBE_LONG);
	vcpu_set_msr(&t->vcpu, MSR_PLATFORM_INFO, 0);
	ok = host_refused(t, 1);
	probe_expect_fault(probe_wrmsr(&t->probe, MSR_FEATURES_ENABLES, 1),
			   GP_VECTOR, 0);
	probe_wrmsr(&t->probe, MSR_FEATURES_ENABLES, 0);
	probe_rdmsr_is(&t->probe, MSR_FEATURES_ENABLES, 0);
	probe_run(&t->probe);
	ok &= judge_bit(&t->probe.hdr->req[0], "WRMSR of 1");
	ok &= judge_bit(&t->probe.hdr->req[1], "WRMSR of 0");
	ok &= judge_bit(&t->probe.hdr->req[2], "RDMSR");
	TEST_VERDICT(ok);
}

TEST_F(faulting, one_bit_only)
{
	static const uint64_t bad[] = { 2, 3, 1ull << 31, 1ull << 32 | 1 };
	struct lookup *t = &self->t;
	unsigned int i;
	bool ok = true;

	NEEDS_FAULTS(&self->l);
	create(t, &self->l, PROBE_LONG);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ok &= host_refused(t, bad[i]);
		probe_expect_fault(probe_wrmsr(&t->probe,
					       MSR_FEATURES_ENABLES, bad[i]),
				   GP_VECTOR, 0);
	}
	probe_rdmsr_is(&t->probe, MSR_FEATURES_ENABLES, 0);
	probe_wrmsr(&t->probe, MSR_FEATURES_ENABLES, 1);
	probe_rdmsr_is(&t->probe, MSR_FEATURES_ENABLES, 1);
	probe_run(&t->probe);
	for (i = 0; i < t->probe.hdr->nr; i++)
		ok &= judge_bit(&t->probe.hdr->req[i],
				"MISC_FEATURES_ENABLES");
	TEST_VERDICT(ok);
}

/* Without the parameter the prefix is what it looks like, a UD2. */
TEST(prefix_is_ud2)
{
	static struct lookup t;
	static struct cpuid_list l;
	struct probe_request *r;

	subject_facts();
	if (can_force_emulation())
		TEST_SKIP("kvm.force_emulation_prefix is on");
	list_make(&recipes[LIST_intel_max_0xb], &l);
	NEEDS_FAULTS(&l);
	create(&t, &l, PROBE_LONG);
	r = probe_expect_fault(probe_insn(&t.probe, prefixed_cpuid,
					  sizeof(prefixed_cpuid)),
			       UD_VECTOR, 0);
	probe_run(&t.probe);
	TEST_VERDICT(verdict_request(r, "forced emulation prefix", RULE_C13,
		"UD2 raises #UD (SDM vol. 2B) unless the module parameter gives it a meaning"));
}

/* --- bits masked at execution ------------------------------------------ */

static struct probe_request *ask_masked(struct lookup *t, uint32_t leaf,
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
	static struct lookup t;
	static struct cpuid_list l;
	bool ok = true;
	unsigned int i;

	list_make(&recipes[LIST_intel_max_0xb], &l);
	add_hyperv(&l, features);
	create(&t, &l, PROBE_LONG);
	ask_masked(&t, 0x80000007, REG_EDX, hidden ? INVTSC : 0);
	if (hidden) {
		probe_wrmsr(&t.probe, MSR_HV_TSC_INVARIANT, 1);
		ask_masked(&t, 0x80000007, REG_EDX, 0);
	}
	probe_run(&t.probe);
	for (i = 0; i < t.probe.hdr->nr; i++)
		ok &= verdict_request(&t.probe.hdr->req[i],
				      "Hyper-V invariant TSC", RULE_C10, C10_WHY);
	return ok;
}

/* A flag of the kernel's own: on Intel it does not come from CPUID alone. */
static bool host_has_constant_tsc(void)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	bool found = false;
	char line[4096];

	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, " constant_tsc");
	if (file)
		fclose(file);
	return found;
}

TEST(hyperv_invariant_tsc)
{
	const struct host_facts *f = subject_facts();
	bool ok;

	if (!facts_cap(f, KVM_CAP_HYPERV))
		TEST_SKIP("this KVM has no Hyper-V emulation");
	if (!kernel_has(f->kernel, CHANGE_HV_INVTSC_ALWAYS) &&
	    !host_has_constant_tsc())
		TEST_SKIP("before 6.14 KVM hides nothing where the host's TSC is not constant");
	ok = invtsc(HV_INVTSC, kernel_has(f->kernel, CHANGE_HYPERV_INVTSC));
	ok &= invtsc(~HV_INVTSC, false);
	TEST_VERDICT(ok);
}

#define RTM_HLE		(1u << 11 | 1u << 4)

TEST(tsx_ctrl)
{
	static struct lookup t;
	static struct cpuid_list l;
	struct list_recipe recipe = recipes[LIST_intel_max_0xb];
	struct probe_request *r;

	recipe.max_basic = 7;
	list_make(&recipe, &l);
	cpuid_find_mut(&l, 7, 0)->ebx |= RTM_HLE;
	create(&t, &l, PROBE_LONG);
	/* With kvm.ignore_msrs it would be accepted, and do nothing. */
	if (!msr_find(&subject_facts()->msr_index, MSR_TSX_CTRL) ||
	    __vcpu_set_msr(&t.vcpu, MSR_TSX_CTRL, 2) != 1)
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

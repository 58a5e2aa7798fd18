// SPDX-License-Identifier: GPL-2.0-only
/*
 * Install the max model; let the guest execute CPUID for every leaf and
 * subleaf, installed or not; compare all four registers, and their upper
 * halves, with what the rules of lookup and the vCPU's state say.
 *
 * The guest runs once, before the tests, which only look: one KVM_RUN for all.
 * Each leaf and subleaf then has a result of its own.  Leaves that have no
 * row below are gathered in the "other" results.
 */
#include "once.h"
#define TESTS_ONLY_LOOK
#include "test.h"

#define GARBAGE		0xdeadbeef00000000ull
/* Subleaves that no leaf has: KVM must not mistake them for another. */
static const uint32_t odd_subleaves[] = { 0xff, 0x100, 0x7fffffff, ~0u };

#define MAX_ROWS	4096

/* Filled by the one guest run, read by every test. */
static struct sweep {
	bool ran;
	char why_not[160];
	uint32_t nr;
	struct row {
		struct cpuid_answer a;
		struct probe_request r;
	} row[MAX_ROWS];
	struct cpuid_list visible;
} *sweep;

static void request(struct bench *s, uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_answer a = expect_cpuid(&sweep->visible, leaf, subleaf);
	struct probe_request *r;

	if (sweep->nr == MAX_ROWS)
		test_stop("more than %d leaves and subleaves", MAX_ROWS);
	r = probe_cpuid(&s->probe, leaf, subleaf, a.want);
	r->in.rax |= GARBAGE;	/* CPUID looks at EAX and ECX only */
	r->in.rcx |= GARBAGE;
	r->in.rbx = GARBAGE;
	r->in.rdx = GARBAGE;
	sweep->row[sweep->nr++].a = a;
}

static uint32_t subleaves_of(const struct cpuid_list *l, uint32_t leaf)
{
	uint32_t i, n = 0;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function == leaf && l->e[i].index >= n)
			n = l->e[i].index + 1;
	return n < 64 ? n : 64;
}

/* Every subleaf there is, two past the end, and some far out. */
static void request_leaf(struct bench *s, uint32_t leaf)
{
	uint32_t n = subleaves_of(&sweep->visible, leaf), i;
	uint32_t least = leaf == 0xd ? 64 : 6;

	for (i = 0; i < n + 2 || i < least; i++)
		request(s, leaf, i);
	for (i = 0; i < ARRAY_SIZE(odd_subleaves); i++)
		request(s, leaf, odd_subleaves[i]);
}

/*
 * From the base to two past the maximum, and at least as far as the rows
 * below reach, so that a result exists for each of them.
 */
static void request_class(struct bench *s, uint32_t base, uint32_t min_last)
{
	uint32_t last = cpuid_get(&sweep->visible, base, 0, REG_EAX) + 2;
	uint32_t leaf;

	if (last < base || last > base + 0x200)
		last = base;
	if (last < min_last)
		last = min_last;
	for (leaf = base; leaf <= last; leaf++)
		request_leaf(s, leaf);
}

static void request_all(struct bench *s)
{
	request_class(s, 0, 0x2b);
	request_class(s, 0x40000000, 0x40000012);
	request_class(s, 0x40000100, 0x40000102);
	request_class(s, 0x80000000, 0x80000028);
	request_class(s, 0xc0000000, 0xc0000006);
	request_leaf(s, 0x3fffffff);
	request_leaf(s, 0x4fffff00);
	request_leaf(s, 0x50000000);
	request_leaf(s, 0x7fffffff);
	request_leaf(s, 0x8fffffff);
	request_leaf(s, 0xbfffffff);
	request_leaf(s, 0xffffffff);
}

static void run_sweep(void *out)
{
	static struct bench s;
	uint32_t i;

	sweep = out;
	strcpy(sweep->why_not, "the sweep did not get as far as the guest");
	bench_model(&s, NULL);
	bench_start(&s);
	expect_installed(&s.cpu.cpuid, &s.state, &sweep->visible);
	request_all(&s);
	if (__probe_run(&s.probe, sweep->why_not, sizeof(sweep->why_not)))
		return;
	for (i = 0; i < sweep->nr; i++)
		sweep->row[i].r = s.probe.hdr->req[i];
	sweep->ran = true;
}

static void sweep_first(void)
{
	sweep = run_once(sizeof(*sweep), run_sweep);
}

static const char *installed_by(const struct cpuid_answer *a, char *buf,
				size_t len)
{
	const struct kvm_cpuid_entry2 *e = &sweep->visible.e[a->from];

	if (a->from < 0)
		return NULL;
	snprintf(buf, len,
		 "max model, entry %d: function 0x%x index 0x%x flags 0x%x",
		 a->from, e->function, e->index, e->flags);
	return buf;
}

static void report_row(const struct row *row)
{
	const struct probe_request *r = &row->r;
	char by[100];
	int i;

	if (r->vector != PROBE_NO_VECTOR) {
		verdict_request(r, "CPUID", row->a.rule, row->a.why);
		return;
	}
	for (i = 0; i < NR_CPUID_REGS; i++) {
		struct finding m = {
			.kind = FOUND_CPUID,
			.leaf = r->in.rax, .subleaf = r->in.rcx, .reg = i,
			.wanted = r->want[i], .got = r->got[i],
			.rule = row->a.rule, .why = row->a.why,
			.installed_by = installed_by(&row->a, by, sizeof(by)),
		};

		if (r->want[i] != r->got[i])
			report_finding(&m);
	}
}

/* The same wrong answer to the same leaf, but for another subleaf? */
static bool alike(const struct row *a, const struct row *b)
{
	return (uint32_t)a->r.in.rax == (uint32_t)b->r.in.rax &&
	       a->r.vector == b->r.vector &&
	       !memcmp(a->r.want, b->r.want, sizeof(a->r.want)) &&
	       !memcmp(a->r.got, b->r.got, sizeof(a->r.got));
}

/*
 * Report the wrong answers among those that a filter picks, each kind once.
 * Returns how many answers were looked at.
 */
static uint32_t report_rows(bool (*pick)(const struct row *, const void *),
			    const void *arg, bool *ok)
{
	const struct row *last = NULL;
	uint32_t i, n = 0, more = 0;

	for (i = 0; i < sweep->nr; i++) {
		const struct row *row = &sweep->row[i];

		if (!pick(row, arg))
			continue;
		n++;
		if (!row->r.mismatch)
			continue;
		*ok = false;
		if (last && alike(last, row)) {
			more++;
			continue;
		}
		report_row(row);
		last = row;
	}
	if (more)
		printf("#   and %u more subleaves with the same answer\n",
		       more);
	return n;
}

FIXTURE(cpuid) { };

FIXTURE_VARIANT(cpuid) {
	uint32_t leaf;
	int64_t subleaf;	/* -1: every subleaf asked for */
};

FIXTURE_SETUP(cpuid)
{
	subject_facts();
	if (!sweep->ran)
		test_stop("guest run: %s", sweep->why_not);
}

FIXTURE_TEARDOWN(cpuid) { }

#define LEAF(l) \
	FIXTURE_VARIANT_ADD(cpuid, leaf_##l) { .leaf = l, .subleaf = -1 };
#define SUBLEAF(l, s) \
	FIXTURE_VARIANT_ADD(cpuid, leaf_##l##_##s) { .leaf = l, .subleaf = s };

/*
 * Leaves with subleaves have a result for each of the first ones, and one for
 * all that were asked for, also past the end.
 */
#define UNLISTED(l)	LEAF(l)
#include "leaves.def"
#undef LEAF
#undef SUBLEAF
#undef UNLISTED

static bool in_variant(const struct row *row, const void *arg)
{
	const struct _fixture_variant_cpuid *v = arg;

	return (uint32_t)row->r.in.rax == v->leaf &&
	       (v->subleaf < 0 || (uint32_t)row->r.in.rcx == v->subleaf);
}

TEST_F(cpuid, regs)
{
	bool ok = true;

	/* Nothing answered would be nothing checked. */
	EXPECT_LT(0, report_rows(in_variant, variant, &ok));
	TEST_VERDICT(ok);
}

FIXTURE(rest) { };

FIXTURE_SETUP(rest)
{
	subject_facts();
	if (!sweep->ran)
		test_stop("guest run: %s", sweep->why_not);
}

FIXTURE_TEARDOWN(rest) { }

/* Beyond what the rows above reach: hosts with more leaves than today's. */
static bool beyond_rows(const struct row *row, const void *arg)
{
	uint32_t leaf = row->r.in.rax;

	return (leaf > 0x2b && leaf < 0x3fffffff) ||
	       (leaf > 0x40000012 && leaf < 0x40000100) ||
	       (leaf > 0x40000102 && leaf < 0x4fffff00) ||
	       (leaf > 0x80000028 && leaf < 0x8fffffff) ||
	       (leaf > 0xc0000006 && leaf < 0xffffffff);
}

TEST_F(rest, other_leaves)
{
	bool ok = true;

	report_rows(beyond_rows, NULL, &ok);
	TEST_VERDICT(ok);
}

/* And nothing slipped through between the rows. */
TEST_F(rest, all_answered)
{
	uint32_t i;

	for (i = 0; i < sweep->nr; i++)
		EXPECT_TRUE(sweep->row[i].r.answered);
}

/* One entry into the guest answered everything. */
TEST_F(rest, one_run)
{
	EXPECT_LT(500, sweep->nr);
}

TEST_MAIN_AFTER(sweep_first)

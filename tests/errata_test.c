// SPDX-License-Identifier: GPL-2.0-only
/*
 * The errata table without any KVM: it is sound, a row holds where it should
 * and nowhere else, and explains what it should and nothing else.
 */
#include <stdio.h>
#include <string.h>

#include "errata.h"
#include "kselftest_harness.h"

/* --- where a row holds -------------------------------------------------- */

static const struct erratum made_up = {
	.id = "made-up", .since = KERNEL(5, 17, 0), .commit = "0123456789ab",
	.fixed = { KERNEL(6, 14, 0), KERNEL(6, 12, 117), KERNEL(6, 1, 170) },
	.summary = "made up",
};

FIXTURE(range) { int unused; };
FIXTURE_SETUP(range) { }
FIXTURE_TEARDOWN(range) { }
FIXTURE_VARIANT(range) { uint32_t kernel; bool holds; };

#define KERNEL_VARIANT(name, number, yes) \
	FIXTURE_VARIANT_ADD(range, name) { .kernel = number, .holds = yes }

KERNEL_VARIANT(not_known, 0, false);
KERNEL_VARIANT(before, KERNEL(5, 16, 999), false);
KERNEL_VARIANT(first, KERNEL(5, 17, 0), true);
KERNEL_VARIANT(stable_before, KERNEL(6, 1, 169), true);
KERNEL_VARIANT(stable_mended, KERNEL(6, 1, 170), false);
KERNEL_VARIANT(stable_after, KERNEL(6, 1, 192), false);
KERNEL_VARIANT(series_after_stable, KERNEL(6, 2, 0), true);
KERNEL_VARIANT(same_patch_elsewhere, KERNEL(6, 6, 170), true);
KERNEL_VARIANT(second_stable_before, KERNEL(6, 12, 116), true);
KERNEL_VARIANT(second_stable_mended, KERNEL(6, 12, 117), false);
KERNEL_VARIANT(between, KERNEL(6, 13, 12), true);
KERNEL_VARIANT(mainline, KERNEL(6, 14, 0), false);
KERNEL_VARIANT(later, KERNEL(7, 1, 3), false);

TEST_F(range, holds)
{
	const struct errata_host h = {
		.kernel = variant->kernel, .kvm_module = "kvm_amd",
	};

	EXPECT_EQ(variant->holds, erratum_holds(&made_up, &h));
}

TEST(never_mended)
{
	struct erratum e = made_up;
	const struct errata_host h = {
		.kernel = KERNEL(7, 99, 0), .kvm_module = "kvm_amd",
	};

	memset(e.fixed, 0, sizeof(e.fixed));
	EXPECT_TRUE(erratum_holds(&e, &h));
}

static enum quirk asked;

static bool yes(enum quirk q)
{
	asked = q;
	return true;
}

static bool no(enum quirk q)
{
	asked = q;
	return false;
}

TEST(quirk_needs_module_and_probe)
{
	const struct erratum e = { .id = "q", .quirk = QUIRK_LAX_MSRS };
	struct errata_host h = { .kvm_module = "kvm_pvm", .has_quirk = yes };

	EXPECT_TRUE(erratum_holds(&e, &h));
	EXPECT_EQ(QUIRK_LAX_MSRS, asked);
	h.has_quirk = no;
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.has_quirk = NULL;
	EXPECT_FALSE(erratum_holds(&e, &h));
}

/* A vendor module with the symptom of a quirk is broken, whatever it is. */
TEST(no_quirk_of_vendor_modules)
{
	static const char * const modules[] = { "kvm_amd", "kvm_intel", "" };
	struct errata_host h = { .has_quirk = yes };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		h.kvm_module = modules[i];
		for (k = 0; k < foreign_errata.nr_rows; k++)
			EXPECT_FALSE(erratum_holds(&foreign_errata.rows[k],
						   &h));
	}
}

/* Of the emulator that the machine is, in the versions that have it. */
TEST(emulator_by_name_and_version)
{
	const struct erratum e = {
		.id = "e", .emulator = "Bochs", .since = KERNEL(2, 8, 0),
		.fixed = { KERNEL(3, 1, 0) },
	};
	struct errata_host h = {
		.kernel = KERNEL(6, 12, 0), .kvm_module = "kvm_amd",
		.emulator = "Bochs", .emulator_version = KERNEL(3, 0, 0),
	};

	EXPECT_TRUE(erratum_holds(&e, &h));
	h.emulator_version = KERNEL(2, 7, 0);
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.emulator_version = KERNEL(3, 1, 0);
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.emulator_version = KERNEL(3, 0, 0);
	h.emulator = "QEMU";
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.emulator = NULL;
	EXPECT_FALSE(erratum_holds(&e, &h));
}

/* --- what a row explains ------------------------------------------------ */

static const struct errata_host linux_6_1 = {
	.kernel = KERNEL(6, 1, 192), .kvm_module = "kvm_amd", .has_quirk = yes,
};
static const struct errata_host linux_6_12 = {
	.kernel = KERNEL(6, 12, 117), .kvm_module = "kvm_amd", .has_quirk = yes,
};
static const struct errata_host software = {
	.kernel = KERNEL(7, 2, 0), .kvm_module = "kvm_pvm", .has_quirk = yes,
};

static const char *explained(const struct finding *m,
			     const struct errata_host *h)
{
	const struct erratum *e = errata_explain(m, h);

	return e ? e->id : "nothing";
}

static const struct finding nent = {
	.kind = FOUND_EVENT, .rule = RULE_S11, .event = EVENT_GET_CPUID2_NENT,
	.answer = ANSWER_VALUE, .wanted = 29, .got = 256,
	.has_known = true, .known = 256,
};

TEST(kernel_defect)
{
	struct finding m = nent;

	EXPECT_STREQ("get-cpuid2-nent", explained(&m, &linux_6_1));
	EXPECT_STREQ("nothing", explained(&m, &linux_6_12));
	m.got = 255;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.has_known = false;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
}

TEST(kernel_defect_elsewhere)
{
	struct finding m = nent;

	m.rule = RULE_S12;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.rule = RULE_NONE;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.event = EVENT_GET_CPUID2;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.event = EVENT_CHECK;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.kind = FOUND_MSR;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
}

TEST(kernel_of_no_known_version)
{
	struct errata_host h = linux_6_1;

	h.kernel = 0;
	EXPECT_STREQ("nothing", explained(&nent, &h));
}

static const struct finding unhalt = {
	.kind = FOUND_CPUID, .rule = RULE_Q11, .leaf = 0x40000001,
	.reg = REG_EAX, .wanted = 0x7e7b, .got = 0x7efb,
	.has_known = true, .known = 0x7efb,
};

TEST(registers)
{
	struct finding m = unhalt;

	EXPECT_STREQ("unhalt-first-list", explained(&m, &linux_6_1));
	m.leaf = 0x40000000;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = unhalt;
	m.subleaf = 1;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = unhalt;
	m.reg = REG_EBX;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = unhalt;
	m.kind = FOUND_EVENT;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	/* Another bit beside PV_UNHALT, or in its place. */
	m = unhalt;
	m.got = m.known = 0x7eff;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m.got = m.known = 0x7e7f;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
}

static const struct finding pat = {
	.kind = FOUND_EVENT, .rule = RULE_V6, .event = EVENT_GUEST_WRMSR,
	.what = "guest WRMSR 0x277 = 0x2", .answer = ANSWER_FAULT,
	.wanted = 13, .got = NO_FAULT,
	.wanted_text = "#GP(0x0)", .got_text = "no fault", .has_msr = true,
	.msr = 0x277,
};

TEST(msrs)
{
	struct finding m = pat;

	EXPECT_STREQ("lax-msrs", explained(&m, &software));
	EXPECT_STREQ("nothing", explained(&m, &linux_6_12));
	m.msr = 0x278;
	EXPECT_STREQ("nothing", explained(&m, &software));
	m = pat;
	m.has_msr = false;
	EXPECT_STREQ("nothing", explained(&m, &software));
	m = pat;
	m.got = 6;
	EXPECT_STREQ("nothing", explained(&m, &software));
	m = pat;
	m.wanted = NO_FAULT;
	EXPECT_STREQ("nothing", explained(&m, &software));
	/* #GP with an error code is another fault. */
	m = pat;
	m.wanted = fault_number(13, 8);
	EXPECT_STREQ("nothing", explained(&m, &software));
	/* Numbers of another kind say something else. */
	m = pat;
	m.answer = ANSWER_VALUE;
	EXPECT_STREQ("nothing", explained(&m, &software));
}

/* --- texts do not count ------------------------------------------------- */

/* A finding that a row explains, its event or argument being what counts. */
static struct finding of_row(const struct erratum_match *r)
{
	return (struct finding){
		.kind = r->kind, .rule = r->rule, .leaf = r->leaf,
		.subleaf = r->subleaf == ANY ? 0 : r->subleaf,
		.reg = r->reg == ANY ? 0 : r->reg,
		.has_msr = r->msr != ANY, .msr = r->msr,
		.event = r->event == ANY ? EVENT_CHECK : r->event,
		.answer = r->answer == ANY ? ANSWER_TEXT : r->answer,
		.wanted = r->wanted == ANY_NUMBER ? 2 : r->wanted,
		.got = r->got == ANY_NUMBER ? 1 : r->got,
		.arg = r->arg == ANY_NUMBER ? 0 : r->arg,
		.has_known = true,
		.known = r->got == ANY_NUMBER ? 1 : r->got,
	};
}

/* Rows of events that ask for nothing which cannot be made up here. */
static bool is_plain(const struct erratum_match *r)
{
	return r->kind == FOUND_EVENT && !r->fits;
}

static const struct errata_host *host_of(const struct erratum *e)
{
	static struct errata_host with_defect = { .kvm_module = "kvm_amd" };

	if (e->quirk)
		return &software;
	with_defect.emulator = e->emulator;
	with_defect.emulator_version = e->since;
	with_defect.kernel = e->since ? e->since : KERNEL(6, 1, 0);
	return &with_defect;
}

/* fn() for each of them that its finding is explained by, and its finding. */
static unsigned int each_plain_row(void (*fn)(struct __test_metadata *_metadata,
					      const struct erratum_match *r,
					      struct finding f),
				   struct __test_metadata *_metadata)
{
	unsigned int i, k, n = 0;

	for (i = 0; i < NR_ERRATA_TABLES; i++) {
		const struct errata_table *t = errata_tables[i];

		for (k = 0; k < t->nr_matches; k++) {
			if (!is_plain(&t->matches[k]))
				continue;
			fn(_metadata, &t->matches[k], of_row(&t->matches[k]));
			n++;
		}
	}
	return n;
}

static const char *by_row(const struct erratum_match *r,
			  const struct finding *f)
{
	return explained(f, host_of(erratum_find(r->id)));
}

static void in_other_words(struct __test_metadata *_metadata,
			   const struct erratum_match *r, struct finding f)
{
	f.what = "KVM_GET_MSRS succeeds";
	f.wanted_text = "what should be";
	f.got_text = "what should not";
	f.why = f.who = f.installed_by = "nothing that was ever printed";
	EXPECT_STREQ(r->id, by_row(r, &f));
}

TEST(rewording_changes_nothing)
{
	EXPECT_LT(50, each_plain_row(in_other_words, _metadata));
}

/* The same defect may show in another event under the same rule. */
static bool has_row(const char *id, enum rule rule, int event)
{
	const struct errata_table *t;
	unsigned int i, k;

	for (i = 0; i < NR_ERRATA_TABLES; i++) {
		t = errata_tables[i];
		for (k = 0; k < t->nr_matches; k++)
			if (!strcmp(t->matches[k].id, id) &&
			    (!t->matches[k].rule ||
			     t->matches[k].rule == rule) &&
			    t->matches[k].event == event)
				return true;
	}
	return false;
}

/* The words as they were, of something else. */
static void another_event(struct __test_metadata *_metadata,
			  const struct erratum_match *r, struct finding f)
{
	int e;

	for (e = 0; r->event != ANY && e < NR_EVENTS; e++) {
		f.event = e;
		if (!has_row(r->id, r->rule, e))
			EXPECT_STRNE(r->id, by_row(r, &f)) {
				TH_LOG("%s explains event %s", r->id,
				       event_name(e));
			}
	}
}

TEST(another_event_does_not_match)
{
	EXPECT_LT(50, each_plain_row(another_event, _metadata));
}

static void another_answer(struct __test_metadata *_metadata,
			   const struct erratum_match *r, struct finding f)
{
	struct finding other = f;

	if (r->got == ANY_NUMBER)
		return;
	other.got = other.known = f.got + 100;
	EXPECT_STREQ("nothing", by_row(r, &other));
	other = f;
	other.wanted += 100;
	EXPECT_STREQ("nothing", by_row(r, &other));
	other = f;
	other.answer = (f.answer + 1) % NR_ANSWERS;
	EXPECT_STREQ("nothing", by_row(r, &other));
}

TEST(another_answer_does_not_match)
{
	each_plain_row(another_answer, _metadata);
}

static void another_rule_or_arg(struct __test_metadata *_metadata,
				const struct erratum_match *r,
				struct finding f)
{
	struct finding other = f;

	if (r->rule) {
		other.rule = RULE_G1;
		EXPECT_STREQ("nothing", by_row(r, &other));
	}
	other = f;
	other.arg += 0x100;
	if (r->arg != ANY_NUMBER)
		EXPECT_STREQ("nothing", by_row(r, &other));
}

TEST(another_rule_or_argument_does_not_match)
{
	each_plain_row(another_rule_or_arg, _metadata);
}

TEST(names_of_events)
{
	int a, b;

	for (a = 0; a < NR_EVENTS; a++) {
		EXPECT_EQ(strlen(event_name(a)),
			  strspn(event_name(a), "abcdefghijklmnopqrstuvwxyz0123456789_"));
		for (b = 0; b < a; b++)
			EXPECT_STRNE(event_name(a), event_name(b));
	}
}

/* --- conditions --------------------------------------------------------- */

static struct host_facts *made_up_cpu(void)
{
	static struct host_facts f;
	const struct cpuid_regs raw = { { 1, 0xf0f0, 0xff, 0x10 } };
	const struct cpuid_regs raw_1 = { { 0x30, 0, 0, 0 } };
	const struct cpuid_regs offered = { { 0, 0x00f0, 0x0f, 0x10 } };

	memset(&f, 0, sizeof(f));
	f.nr_cpu_kinds = 1;
	cpuid_append(&f.cpu[0].cpuid, 7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     raw);
	cpuid_append(&f.cpu[0].cpuid, 7, 1, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     raw_1);
	cpuid_append(&f.supported, 7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     offered);
	return &f;
}

static struct finding of_leaf_7(uint32_t wanted, uint32_t got)
{
	return (struct finding){
		.kind = FOUND_CPUID, .rule = RULE_C2, .leaf = 7,
		.reg = REG_EBX, .wanted = wanted,
		.got = got, .facts = made_up_cpu(),
	};
}

#define EXPLAINED(m, id)	EXPECT_STREQ(id, explained(&(m), &software))

TEST(cpuid_from_the_cpu)
{
	struct finding m = of_leaf_7(0x0010, 0xf0f0);

	EXPLAINED(m, "cpuid-forced");
	/* A bit that the CPU does not have. */
	m = of_leaf_7(0x0010, 0xf0f1);
	EXPLAINED(m, "nothing");
	/* What the CPU has and KVM offers does not go. */
	m = of_leaf_7(0x0090, 0xf010);
	EXPLAINED(m, "nothing");
	/* What the CPU has and KVM does not offer may go. */
	m = of_leaf_7(0x1010, 0xe010);
	EXPLAINED(m, "cpuid-forced");
	m = of_leaf_7(0x0010, 0xf0f0);
	m.leaf = 0x80000008;
	EXPLAINED(m, "nothing");
	m = of_leaf_7(0x0010, 0xf0f0);
	m.rule = RULE_W1;
	EXPLAINED(m, "nothing");
	m = of_leaf_7(0x0010, 0xf0f0);
	m.facts = NULL;
	EXPLAINED(m, "nothing");
}

TEST(same_symptom_of_a_vendor_module)
{
	const struct finding m = of_leaf_7(0x0010, 0xf0f0);
	struct errata_host h = software;

	EXPECT_STREQ("cpuid-forced", explained(&m, &h));
	h.kvm_module = "kvm_intel";
	EXPECT_STREQ("nothing", explained(&m, &h));
	h = software;
	h.has_quirk = no;
	EXPECT_STREQ("nothing", explained(&m, &h));
}

static struct finding cr4(uint64_t wanted, uint64_t got)
{
	return (struct finding){
		.kind = FOUND_EVENT, .rule = RULE_E14, .what = "CR4",
		.answer = ANSWER_VALUE, .wanted = wanted, .got = got,
	};
}

TEST(cr4_bits_of_those_leaves)
{
	struct finding m = cr4(0x620, 0x620 | 1 << 20);

	EXPLAINED(m, "cpuid-forced");
	m = cr4(0x620, 0x620 | 1 << 12);	/* LA57: not on the list */
	EXPLAINED(m, "nothing");
	m = cr4(0x620 | 1 << 20, 0x620);	/* lost, not gained */
	EXPLAINED(m, "nothing");
	m = cr4(0x620, 0x620 | 3 << 20);	/* one at a time */
	EXPLAINED(m, "nothing");
}

TEST(values)
{
	struct finding m = { .kind = FOUND_MSR, .wanted = 5, .got = 0 };

	EXPECT_TRUE(fits_zero(&m));
	m.got = 1;
	EXPECT_FALSE(fits_zero(&m));
	m = (struct finding){ .kind = FOUND_MSR, .wanted = 5, .got = 6 };
	EXPECT_TRUE(fits_more_entries(&m));
	m.got = 4;
	EXPECT_FALSE(fits_more_entries(&m));
	m.wanted = 0x12345678;
	m.got = 0xffff800012345678;
	EXPECT_TRUE(fits_upper_kept(&m));
	m.got = 0xffff800012345679;
	EXPECT_FALSE(fits_upper_kept(&m));
	m.got = 0x12345679;
	EXPECT_FALSE(fits_upper_kept(&m));
	m.wanted = 0x500;
	m.got = 0x4500;
	EXPECT_TRUE(fits_value_ffxsr(&m));
	m.got = 0x5500;
	EXPECT_FALSE(fits_value_ffxsr(&m));
}

/* --- the table ---------------------------------------------------------- */

static void each_row(void (*fn)(struct __test_metadata *_metadata,
				const struct errata_table *t,
				const struct erratum *e),
		     struct __test_metadata *_metadata)
{
	unsigned int i, k;

	for (i = 0; i < NR_ERRATA_TABLES; i++)
		for (k = 0; k < errata_tables[i]->nr_rows; k++)
			fn(_metadata, errata_tables[i],
			   &errata_tables[i]->rows[k]);
}

static void has_id(struct __test_metadata *_metadata,
		   const struct errata_table *t, const struct erratum *e)
{
	EXPECT_EQ(strlen(e->id),
		  strspn(e->id, "abcdefghijklmnopqrstuvwxyz0123456789-"));
	EXPECT_EQ(e, erratum_find(e->id));
}

TEST(ids)
{
	each_row(has_id, _metadata);
	EXPECT_EQ(NULL, erratum_find("no-such-defect"));
}

static void has_what_it_needs(struct __test_metadata *_metadata,
			      const struct errata_table *t,
			      const struct erratum *e)
{
	EXPECT_NE(NULL, e->summary);
	/* Each kind stands in its own table. */
	EXPECT_EQ(t == &foreign_errata, e->quirk != QUIRK_NONE);
	EXPECT_EQ(t == &emulator_errata, e->emulator != NULL);
	if (e->quirk) {
		EXPECT_EQ(NULL, e->commit);
		EXPECT_EQ(0, e->fixed[0]);
		EXPECT_EQ(NULL, e->shows_in);
		return;
	}
	if (e->emulator)
		return;
	EXPECT_EQ(12, strlen(e->commit));
	EXPECT_NE(0, e->fixed[0]);
	/* Stable series are older than mainline. */
	EXPECT_GT(e->fixed[0], e->fixed[1]);
	EXPECT_GT(e->fixed[0], e->since);
}

TEST(every_row_has_what_it_needs)
{
	each_row(has_what_it_needs, _metadata);
}

static void is_matched(struct __test_metadata *_metadata,
		       const struct errata_table *t, const struct erratum *e)
{
	unsigned int i, n = 0;

	for (i = 0; i < t->nr_matches; i++)
		n += !strcmp(t->matches[i].id, e->id);
	EXPECT_LT(0, n);
}

static bool is_row_of(const struct errata_table *t, const struct erratum *e)
{
	return e >= t->rows && e < t->rows + t->nr_rows;
}

TEST(rows_belong_together)
{
	unsigned int i, k;

	each_row(is_matched, _metadata);
	for (i = 0; i < NR_ERRATA_TABLES; i++)
		for (k = 0; k < errata_tables[i]->nr_matches; k++)
			EXPECT_TRUE(is_row_of(errata_tables[i], erratum_find(
				errata_tables[i]->matches[k].id)));
}

/* A row that asks for nothing but a rule would excuse too much. */
static bool is_narrow(const struct erratum_match *r)
{
	if (r->kind == FOUND_CPUID)
		return (r->rule && r->leaf != ANY) || r->fits;
	if (r->kind == FOUND_MSR)
		return r->rule && r->msr != ANY;
	return (r->rule && (r->event != ANY || r->msr != ANY || r->fits)) ||
	       r->event >= EVENT_STOPPED_BY_EMULATOR;
}

TEST(rows_are_narrow)
{
	unsigned int i, k;

	for (i = 0; i < NR_ERRATA_TABLES; i++)
		for (k = 0; k < errata_tables[i]->nr_matches; k++)
			EXPECT_TRUE(is_narrow(&errata_tables[i]->matches[k]));
}

TEST(what_is_due)
{
	static const char test[] = "set_cpuid_test:set.get_large_enough";
	const struct erratum *e = errata_due(test, 0, &linux_6_1);

	EXPECT_EQ(erratum_find("get-cpuid2-nent"), e);
	EXPECT_EQ(NULL, errata_due(test, 1, &linux_6_1));
	EXPECT_EQ(NULL, errata_due(test, 0, &linux_6_12));
	EXPECT_EQ(NULL, errata_due("set_cpuid_test:set", 0, &linux_6_1));
}

TEST(fixes_as_text)
{
	struct erratum e = made_up;
	char buf[60], small[8];

	EXPECT_STREQ("6.14, 6.12.117, 6.1.170",
		     erratum_fixes(&e, buf, sizeof(buf)));
	EXPECT_STREQ("6.14, 6", erratum_fixes(&e, small, sizeof(small)));
	memset(e.fixed, 0, sizeof(e.fixed));
	EXPECT_STREQ("not yet", erratum_fixes(&e, buf, sizeof(buf)));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each row of the errata tables: it is sound, narrow, and explains a finding
 * by rule, event and numbers, whatever its texts say.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "errata.h"
#include "made_up_errata.h"

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
	EXPECT_NE(EVENT_CHECK, r->event)
		TH_LOG("%s: its row names no event", r->id);
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

TEST_HARNESS_MAIN

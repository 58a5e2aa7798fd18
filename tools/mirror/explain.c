// SPDX-License-Identifier: GPL-2.0-only
/* Which rule a change touches, and which known change of KVM explains it. */
#include <fnmatch.h>
#include <string.h>

#include "diff.h"
#include "errata.h"
#include "msr_lists.h"
#include "msr_model.h"
#include "witness.h"

/* --- rules ------------------------------------------------------------------ */
static const struct {
	const char *key;	/* interface and rest, without the variant */
	enum rule rule;
} touches[] = {
#include "touches.def"
};

static bool msr_of(const struct schange *c, uint32_t *msr)
{
	return !strncmp(c->interface, "msr.", 4) &&
	       sscanf(c->rest, "0x%x:", msr) == 1;
}

static void key_of(const struct schange *c, char *key, size_t len)
{
	snprintf(key, len, "%s %s", c->interface, c->rest);
}

static enum rule rule_of(const struct schange *c)
{
	char key[240];
	unsigned int i;
	uint32_t msr;

	key_of(c, key, sizeof(key));
	for (i = 0; i < ARRAY_SIZE(touches); i++)
		if (!fnmatch(touches[i].key, key, 0))
			return touches[i].rule;
	if (!msr_of(c, &msr))
		return RULE_NONE;
	for (i = 0; i < msr_nr_rules; i++)
		if (msr >= msr_rules[i].first && msr <= msr_rules[i].last)
			return msr_rules[i].rule;
	return RULE_NONE;
}

/* --- what explains a change ------------------------------------------------- */
static bool crossed(const struct sdiff *d, enum kvm_change c)
{
	return c != CHANGE_NONE &&
	       kernel_has(d->kernel_a, c) != kernel_has(d->kernel_b, c);
}

static bool because(struct schange *c, enum kvm_change change)
{
	char source[80];

	snprintf(c->why, sizeof(c->why), "%s (%s)", kvm_changes[change].what,
		 change_source(change, source, sizeof(source)));
	c->expected = true;
	return true;
}

/* Rows: a change of KVM, and the facts that it may change. */
static const struct explanation {
	enum kvm_change change;
	const char *key;	/* interface, variant and rest */
	uint64_t bits;		/* of a register; 0: all of them */
	const char *erratum;	/* or, instead of a change, a defect mended */
} explanations[] = {
#include "explains.def"
};

/* A defect that one of the two kernels has (lib/errata). */
static bool mended(const struct sdiff *d, struct schange *c, const char *id)
{
	const struct errata_host a = { .kernel = d->kernel_a },
				 b = { .kernel = d->kernel_b };
	const struct erratum *e = erratum_find(id);

	if (!e) {
		fprintf(stderr, "surface: no erratum is called %s\n", id);
		return false;
	}
	if (erratum_holds(e, &a) == erratum_holds(e, &b))
		return false;
	snprintf(c->why, sizeof(c->why), "defect %s of one of them: %s (%s)",
		 e->id, e->summary, e->commit);
	c->expected = true;
	return true;
}

/* The bits of a change; all of them where it is none of numbers. */
static uint64_t bits_of(const struct schange *c)
{
	uint64_t from, to;

	return change_numbers(c, &from, &to) ? from ^ to : ~0ull;
}

/* Rows for some bits of a register have to explain all that changed together. */
static bool by_table(const struct sdiff *d, struct schange *c)
{
	const struct explanation *e;
	uint64_t left = bits_of(c);
	bool like = false;
	char key[300];
	unsigned int i;

	snprintf(key, sizeof(key), "%s %s%s%s", c->interface, c->variant,
		 c->variant[0] ? " " : "", c->rest);
	for (i = 0; i < ARRAY_SIZE(explanations); i++) {
		e = &explanations[i];
		if (fnmatch(e->key, key, 0) || (e->bits && !(left & e->bits)))
			continue;
		if (crossed(d, e->change) ||
		    (e->erratum && mended(d, c, e->erratum))) {
			left &= e->bits ? ~e->bits : 0;
			if (left)
				continue;
			return e->erratum ? true : because(c, e->change);
		}
		if (like || e->change == CHANGE_NONE)
			continue;
		like = true;
		snprintf(c->why, sizeof(c->why), "looks like: %s",
			 kvm_changes[e->change].what);
	}
	c->expected = false;
	return false;
}

/* A bit of supported CPUID that one of the two kernels does not know. */
static bool learnt(const struct sdiff *d, const struct witness_bit *b)
{
	static struct witness_host x, y;

	x.kernel = d->kernel_a;
	y.kernel = d->kernel_b;
	return witness_known(&x, b) != witness_known(&y, b);
}

static bool by_feature(const struct sdiff *d, struct schange *c)
{
	const struct witness_bit *b = NULL;
	uint32_t function, index, bit;
	uint64_t from, to;
	int reg;

	if (strncmp(c->interface, "cpuid.", 6) ||
	    !cpuid_key(c->rest, &function, &index, &reg) ||
	    !change_numbers(c, &from, &to))
		return false;
	for (bit = 0; bit < 32; bit++) {
		if (!((from ^ to) >> bit & 1))
			continue;
		b = witness_bit_find(CPUID_FEATURE(function, index, reg, bit));
		if (!b || !learnt(d, b))
			return false;
	}
	snprintf(c->why, sizeof(c->why),
		 "KVM knows the feature since Linux %u.%u (or its stable release)",
		 b->since / 1000000, b->since / 1000 % 1000);
	c->expected = true;
	return true;
}

/* A row that holds from one change on, and until another. */
static bool came_or_went(const struct sdiff *d, enum kvm_change since,
			 enum kvm_change before, struct schange *c)
{
	if (crossed(d, since))
		return because(c, since);
	return crossed(d, before) && because(c, before);
}

/* A row of the MSR rules that holds for one of the two kernels only. */
static bool by_msr_rule(const struct sdiff *d, struct schange *c)
{
	unsigned int i;
	uint32_t msr;

	if (!msr_of(c, &msr) || !strcmp(c->interface, "msr.index") ||
	    !strcmp(c->interface, "msr.feature"))
		return false;
	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i];

		if (msr >= r->first && msr <= r->last &&
		    came_or_went(d, r->since, r->before, c))
			return true;
	}
	return false;
}

static bool listed(const struct sdiff *d, uint32_t msr, struct schange *c)
{
	unsigned int i;

	for (i = 0; i < msr_nr_list_rows; i++) {
		const struct msr_list_row *r = &msr_list_rows[i];

		if (r->index == msr &&
		    came_or_went(d, r->since, r->before, c))
			return true;
	}
	return false;
}

/* The MSR itself, or those that it stands behind, came or went. */
static bool by_msr_list(const struct sdiff *d, struct schange *c)
{
	uint32_t msr, prev;

	if (strcmp(c->interface, "msr.index") || !msr_of(c, &msr))
		return false;
	if (!c->from || !c->to)
		return listed(d, msr, c);
	return (sscanf(c->from, "0x%x", &prev) == 1 && listed(d, prev, c)) ||
	       (sscanf(c->to, "0x%x", &prev) == 1 && listed(d, prev, c));
}

/*
 * The rules of the tests go by the kernel's version: of two versions what is no
 * failure, and not missing, is as they say.
 */
static bool by_verdict(const struct sdiff *d, struct schange *c)
{
	static const char wrong[] = "FAIL";

	if (strcmp(c->interface, "test") || d->kernel_a == d->kernel_b ||
	    !c->to || !strncmp(c->to, wrong, strlen(wrong)) ||
	    !strncmp(c->to, "ended", 5))
		return false;
	strcpy(c->why, "the test's own rules differ between these two versions");
	c->expected = true;
	return true;
}

void change_explain(const struct sdiff *d, struct schange *c)
{
	c->rule = rule_of(c);
	c->why[0] = '\0';
	c->expected = false;
	if (by_verdict(d, c) || by_table(d, c) || by_feature(d, c) || by_msr_rule(d, c))
		return;
	by_msr_list(d, c);
}

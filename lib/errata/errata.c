// SPDX-License-Identifier: GPL-2.0-only
/* Which known defect explains a mismatch.  Pure. */
#include <stdio.h>
#include <string.h>

#include "changes.h"
#include "errata.h"

static bool fixed_in(const struct erratum *e, uint32_t kernel)
{
	unsigned int i;

	if (e->fixed[0] && kernel >= e->fixed[0])
		return true;
	for (i = 1; i < ERRATUM_FIXES_MAX && e->fixed[i]; i++)
		if (kernel_same_series(kernel, e->fixed[i]) && kernel >= e->fixed[i])
			return true;
	return false;
}

static bool of_emulator(const struct erratum *e, const struct errata_host *h)
{
	return h->emulator && !strcmp(e->emulator, h->emulator) &&
	       h->emulator_version >= e->since &&
	       !fixed_in(e, h->emulator_version);
}

bool erratum_holds(const struct erratum *e, const struct errata_host *h)
{
	if (e->emulator)
		return of_emulator(e, h);
	if (e->quirk)
		return kvm_module_is_foreign(h->kvm_module) && h->has_quirk &&
		       h->has_quirk(e->quirk);
	return h->kernel && h->kernel >= e->since && !fixed_in(e, h->kernel);
}

/* ANY and ANY_NUMBER are below every number that a column can hold. */
static bool number(int64_t column, bool there, int64_t n)
{
	return column == ANY || (there && column == n);
}

static bool answer_number(int64_t column, uint64_t n)
{
	return column == ANY_NUMBER || column == (int64_t)n;
}

static bool cpuid_fits(const struct erratum_match *r, const struct finding *m)
{
	bool cpuid = m->kind == FOUND_CPUID;

	return number(r->leaf, cpuid, m->leaf) &&
	       number(r->subleaf, cpuid, m->subleaf) &&
	       number(r->reg, cpuid, m->reg) &&
	       (!r->bits || !((m->wanted ^ m->got) & ~(uint64_t)r->bits));
}

static bool event_fits(const struct erratum_match *r, const struct finding *m)
{
	if (m->kind != FOUND_EVENT)
		return true;
	return number(r->event, true, m->event) &&
	       number(r->answer, true, m->answer) &&
	       answer_number(r->wanted, m->wanted) &&
	       answer_number(r->got, m->got) &&
	       answer_number(r->arg, m->arg);
}

static bool fits(const struct erratum_match *r, const struct finding *m)
{
	return r->kind == m->kind && (!r->rule || r->rule == m->rule) &&
	       number(r->msr, m->kind == FOUND_MSR || m->has_msr, m->msr) &&
	       cpuid_fits(r, m) && event_fits(r, m) &&
	       (!r->fits || r->fits(m));
}

const struct errata_table * const errata_tables[NR_ERRATA_TABLES] = {
	&kernel_errata, &foreign_errata, &emulator_errata,
};

static const struct erratum *by_id(const struct errata_table *t,
				   const char *id)
{
	unsigned int i;

	for (i = 0; i < t->nr_rows; i++)
		if (!strcmp(t->rows[i].id, id))
			return &t->rows[i];
	return NULL;
}

const struct erratum *erratum_find(const char *id)
{
	const struct erratum *e = NULL;
	unsigned int i;

	for (i = 0; i < NR_ERRATA_TABLES && !e; i++)
		e = by_id(errata_tables[i], id);
	return e;
}

static const struct erratum *explain_by(const struct errata_table *t,
					const struct finding *m,
					const struct errata_host *h)
{
	unsigned int i;

	for (i = 0; i < t->nr_matches; i++) {
		const struct erratum *e;

		if (!fits(&t->matches[i], m))
			continue;
		e = by_id(t, t->matches[i].id);
		if (e && (e->quirk || finding_is_as_known(m)) &&
		    erratum_holds(e, h))
			return e;
	}
	return NULL;
}

const struct erratum *errata_explain(const struct finding *m,
				     const struct errata_host *h)
{
	const struct erratum *e = NULL;
	unsigned int i;

	for (i = 0; i < NR_ERRATA_TABLES && !e; i++)
		e = explain_by(errata_tables[i], m, h);
	return e;
}

const struct erratum *errata_due(const char *test, unsigned int nth,
				 const struct errata_host *h)
{
	const struct errata_table *t = &kernel_errata;
	unsigned int i;

	if (kvm_module_is_foreign(h->kvm_module))
		return NULL;	/* which has a KVM of its own */
	for (i = 0; i < t->nr_rows; i++)
		if (t->rows[i].shows_in && !strcmp(t->rows[i].shows_in, test) &&
		    erratum_holds(&t->rows[i], h) && !nth--)
			return &t->rows[i];
	return NULL;
}

const char *erratum_fixes(const struct erratum *e, char *buf, size_t len)
{
	size_t n = 0;
	unsigned int i;

	snprintf(buf, len, "not yet");
	for (i = 0; i < ERRATUM_FIXES_MAX && e->fixed[i] && n < len; i++) {
		if (i)
			n += snprintf(buf + n, len - n, ", ");
		if (n < len)
			n += kernel_name(e->fixed[i], buf + n, len - n);
	}
	return buf;
}

static void range(const struct erratum *e, char *buf, size_t len)
{
	char fixes[60], since[16] = "";

	if (e->quirk) {
		snprintf(buf, len, "not kvm-amd nor kvm-intel");
		return;
	}
	if (e->emulator && !e->fixed[0]) {
		snprintf(buf, len, "%s, not mended", e->emulator);
		return;
	}
	if (e->since)
		kernel_name(e->since, since, sizeof(since));
	snprintf(buf, len, "%s%s%s%sbefore %s",
		 e->emulator ? e->emulator : "", e->emulator ? ", " : "", since, since[0] ? " on, " : "",
		 erratum_fixes(e, fixes, sizeof(fixes)));
}

static void list(const struct erratum *e)
{
	char where[90];

	range(e, where, sizeof(where));
	printf("%-18s %-30s %-13s %s\n", e->id, where,
	       e->commit ? e->commit : "-", e->summary);
	if (e->shows_in)
		printf("%-18s must show in %s\n", "", e->shows_in);
}

void errata_list(void)
{
	unsigned int i, k;

	printf("%-18s %-30s %-13s %s\n", "id", "where", "mended by", "what");
	for (i = 0; i < NR_ERRATA_TABLES; i++)
		for (k = 0; k < errata_tables[i]->nr_rows; k++)
			list(&errata_tables[i]->rows[k]);
}

const char *event_name(enum event e)
{
	static const char * const names[NR_EVENTS] = {
#define EVENT(id, name) \
		[EVENT_##id] = name,
#include "events.def"
#undef EVENT
	};

	return names[e];
}

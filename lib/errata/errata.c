// SPDX-License-Identifier: GPL-2.0-only
/* Which known defect explains a mismatch.  Pure. */
#include <fnmatch.h>
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

static bool is_vendors(const char *module)
{
	return !strcmp(module, "kvm_amd") || !strcmp(module, "kvm_intel");
}

bool erratum_holds(const struct erratum *e, const struct errata_host *h)
{
	if (e->quirk)
		return h->kvm_module[0] && !is_vendors(h->kvm_module) &&
		       h->has_quirk && h->has_quirk(e->quirk);
	return h->kernel && h->kernel >= e->since && !fixed_in(e, h->kernel);
}

static bool glob(const char *pattern, const char *text)
{
	if (!pattern)
		return true;
	return text && !fnmatch(pattern, text, FNM_NOESCAPE);
}

static bool number(int64_t pattern, bool there, uint32_t n)
{
	return pattern < 0 || (there && pattern == n);
}

static bool fits(const struct erratum_match *r, const struct finding *m)
{
	bool cpuid = m->kind == FOUND_CPUID;

	return r->kind == m->kind && (!r->rule || r->rule == m->rule) &&
	       number(r->leaf, cpuid, m->leaf) &&
	       number(r->subleaf, cpuid, m->subleaf) &&
	       number(r->reg, cpuid, m->reg) &&
	       number(r->msr, m->has_msr, m->msr) &&
	       glob(r->what, m->what) && glob(r->wanted, m->wanted_text) &&
	       glob(r->got, m->got_text) && (!r->fits || r->fits(m));
}

static const struct erratum *by_id(const char *id)
{
	unsigned int i;

	for (i = 0; i < nr_errata; i++)
		if (!strcmp(errata[i].id, id))
			return &errata[i];
	return NULL;
}

const struct erratum *errata_explain(const struct finding *m,
				     const struct errata_host *h)
{
	unsigned int i;

	for (i = 0; i < nr_errata_matches; i++) {
		const struct erratum *e;

		if (!fits(&errata_matches[i], m))
			continue;
		e = by_id(errata_matches[i].id);
		if (e && (e->quirk || m->as_known) && erratum_holds(e, h))
			return e;
	}
	return NULL;
}

const struct erratum *errata_due(const char *test, unsigned int nth,
				 const struct errata_host *h)
{
	unsigned int i;

	for (i = 0; i < nr_errata; i++)
		if (!errata[i].quirk && errata[i].shows_in &&
		    !strcmp(errata[i].shows_in, test) &&
		    erratum_holds(&errata[i], h) && !nth--)
			return &errata[i];
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
	if (e->since)
		kernel_name(e->since, since, sizeof(since));
	snprintf(buf, len, "%s%sbefore %s", since, since[0] ? " on, " : "",
		 erratum_fixes(e, fixes, sizeof(fixes)));
}

void errata_list(void)
{
	static const char row[] = "%-18s %-30s %-13s %s\n";
	unsigned int i;
	char where[90];

	printf(row, "id", "where", "mended by", "what");
	for (i = 0; i < nr_errata; i++) {
		range(&errata[i], where, sizeof(where));
		printf(row, errata[i].id, where,
		       errata[i].commit ? errata[i].commit : "-",
		       errata[i].summary);
	}
}

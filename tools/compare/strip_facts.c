// SPDX-License-Identifier: GPL-2.0-only
/* All facts but CPUID, of many hosts: each is a text that is there or not. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "strip.h"

#define TEXT_MAX	160

/* The i-th fact of a host as text; false if there are no more. */
typedef bool (*fact_fn)(const struct host_facts *f, unsigned int i,
			char *text);

static bool fact_param(const struct host_facts *f, unsigned int i, char *text)
{
	if (i < f->nr_params)
		snprintf(text, TEXT_MAX, "%s.%s=%s", f->params[i].module,
			 f->params[i].name, f->params[i].value);
	return i < f->nr_params;
}

static bool fact_cap(const struct host_facts *f, unsigned int i, char *text)
{
	const char *name;

	if (i >= f->nr_caps)
		return false;
	name = facts_cap_name(f->caps[i].cap);
	snprintf(text, TEXT_MAX, "%s=%d", name ? name : "?", f->caps[i].value);
	return true;
}

static bool fact_msr(const struct host_facts *f, unsigned int i, char *text)
{
	const struct msr_value *m = &f->feature_msrs.m[i];

	if (i >= f->feature_msrs.n)
		return false;
	if (m->valid)
		snprintf(text, TEXT_MAX, "0x%x=0x%" PRIx64, m->index,
			 m->value);
	else
		snprintf(text, TEXT_MAX, "0x%x=-", m->index);
	return true;
}

static bool fact_listed(const struct host_facts *f, unsigned int i, char *text)
{
	if (i < f->msr_index.n)
		snprintf(text, TEXT_MAX, "0x%x", f->msr_index.m[i].index);
	return i < f->msr_index.n;
}

static bool fact_value(const struct host_facts *f, unsigned int i, char *text)
{
	const struct {
		const char *name;
		bool there;
		uint64_t value;
	} rows[] = {
		{ "xcomp_guest_supp", f->xcomp_valid, f->xcomp_guest_supp },
		{ "mce_cap", f->mce_cap_valid, f->mce_cap },
		{ "tsc_khz", f->tsc_khz, f->tsc_khz },
		{ "sgx_provision", f->sgx_provision, f->sgx_provision },
		{ "tdx_attributes", f->tdx_valid, f->tdx_attributes },
		{ "tdx_xfam", f->tdx_valid, f->tdx_xfam },
	};

	if (i >= ARRAY_SIZE(rows))
		return false;
	text[0] = 0;
	if (rows[i].there)
		snprintf(text, TEXT_MAX, "%s=%" PRIu64, rows[i].name,
			 rows[i].value);
	return true;
}

static const struct {
	const char *name;
	fact_fn fact;
} kinds[] = {
	{ "param", fact_param },
	{ "cap", fact_cap },
	{ "value", fact_value },
	{ "feature_msr", fact_msr },
	{ "msr_index", fact_listed },
};

static bool has_fact(const struct host_facts *f, fact_fn fact,
		     const char *wanted)
{
	char text[TEXT_MAX];
	unsigned int i;

	for (i = 0; fact(f, i, text); i++)
		if (!strcmp(text, wanted))
			return true;
	return false;
}

static bool all_have(const struct strip *s, fact_fn fact, const char *text)
{
	unsigned int i;

	for (i = 1; i < s->n; i++)
		if (!has_fact(s->f[i], fact, text))
			return false;
	return true;
}

static bool keep(struct strip *s, unsigned int kind, const char *text)
{
	char **more = reallocarray(s->shared, s->nr_shared + 1, sizeof(*more));

	if (!more)
		return false;
	s->shared = more;
	return asprintf(&more[s->nr_shared], "%s: %s", kinds[kind].name,
			text) >= 0 && ++s->nr_shared;
}

bool strip_find_facts(struct strip *s)
{
	char text[TEXT_MAX];
	unsigned int k, i;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		for (i = 0; kinds[k].fact(s->f[0], i, text); i++)
			if (text[0] && all_have(s, kinds[k].fact, text) &&
			    !keep(s, k, text))
				return false;
	return true;
}

static bool is_shared(const struct strip *s, unsigned int kind,
		      const char *text)
{
	size_t n = strlen(kinds[kind].name);
	unsigned int i;

	for (i = 0; i < s->nr_shared; i++)
		if (!strncmp(s->shared[i], kinds[kind].name, n) &&
		    !strcmp(s->shared[i] + n + 2, text))
			return true;
	return false;
}

/* All facts of a kind that a host shares with the others, or does not. */
static void print_kind(const struct strip *s, unsigned int host,
		       unsigned int kind, bool shared)
{
	char text[TEXT_MAX], *all = NULL;
	size_t len, head;
	FILE *line = open_memstream(&all, &len);
	unsigned int i;

	if (!line)
		return;
	head = fprintf(line, "  %s:", kinds[kind].name);
	for (i = 0; kinds[kind].fact(s->f[host], i, text); i++)
		if (text[0] && is_shared(s, kind, text) == shared)
			fprintf(line, " %s", text);
	if (!fclose(line) && len > head)
		strip_fold(s->out, all);
	free(all);
}

void strip_print_facts(const struct strip *s)
{
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		print_kind(s, 0, k, true);
}

void strip_print_own_facts(const struct strip *s, unsigned int host)
{
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(kinds); k++)
		print_kind(s, host, k, false);
}

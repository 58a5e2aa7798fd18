// SPDX-License-Identifier: GPL-2.0-only
/* What changed between two surfaces. */
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "facts.h"
#include "surface.h"

/* One line of the report: the same change in a number of variants. */
struct group {
	struct schange c;
	char interface[40];
	char variants[120];
	unsigned int n;
};

static struct group *groups;
static unsigned int nr_groups, max_groups;

/* "msr.gate @off.x KEY" of one side, or what its base says. */
static const char *value_of(const struct surface *s, const char *key)
{
	const char *value = surface_value(s, key);
	char other[300];

	if (value || !surface_in_base(key, other, sizeof(other)))
		return value;
	return surface_value(s, other);
}

/* Is the variant of a key on record at all? */
static bool has_variant(const struct surface *s, const char *key)
{
	const char *at = strstr(key, " @");
	char mark[80];

	if (!at || !surface_base(at + 1))
		return true;
	snprintf(mark, sizeof(mark), "variant %.*s",
		 (int)strcspn(at + 1, " "), at + 1);
	return surface_value(s, mark);
}

static bool same_line(const struct group *g, const struct schange *c)
{
	return !strcmp(g->interface, c->interface) &&
	       !strcmp(g->c.rest, c->rest) && !strcmp(g->c.what, c->what);
}

static struct group *group_for(const struct schange *c)
{
	struct group *g;
	unsigned int i;

	for (i = nr_groups; i-- > 0;)
		if (same_line(&groups[i], c))
			return &groups[i];
	if (nr_groups == max_groups) {
		max_groups = max_groups ? 2 * max_groups : 256;
		groups = realloc(groups, max_groups * sizeof(*groups));
		if (!groups)
			exit(4);
	}
	g = &groups[nr_groups++];
	memset(g, 0, sizeof(*g));
	g->c = *c;
	snprintf(g->interface, sizeof(g->interface), "%s", c->interface);
	return g;
}

static void add_change(const struct sdiff *d, const char *key,
		       const char *from, const char *to)
{
	struct schange c = { .from = from, .to = to };
	struct group *g;

	change_split(&c, key);
	change_describe(&c);
	change_explain(d, &c);
	g = group_for(&c);
	if (g->n++ < 3)
		snprintf(g->variants + strlen(g->variants),
			 sizeof(g->variants) - strlen(g->variants), "%s%s",
			 g->variants[0] ? " " : "", c.variant);
}

static bool is_verdict(const char *key)
{
	return !strncmp(key, "test ", 5);
}

/* Did the recording ask the tests? */
static bool has_verdicts(const struct surface *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (is_verdict(s->fact[i].key))
			return true;
	return false;
}

static void compare_key(const struct sdiff *d, const char *key)
{
	const char *from = value_of(d->a, key), *to = value_of(d->b, key);

	if (from && to ? !strcmp(from, to) : from == to)
		return;
	if (is_verdict(key) && !(d->verdicts_a && d->verdicts_b))
		return;
	/* A variant that one of them lacks is one change: that it is there. */
	if (strncmp(key, "variant ", 8) &&
	    (!has_variant(d->a, key) || !has_variant(d->b, key)))
		return;
	add_change(d, key, from, to);
}

static void compare_all(const struct sdiff *d)
{
	const struct surface *a = d->a, *b = d->b;
	unsigned int i = 0, k = 0;

	while (i < a->n || k < b->n) {
		int order = i == a->n ? 1 : k == b->n ? -1 :
			    strcmp(a->fact[i].key, b->fact[k].key);

		compare_key(d, order <= 0 ? a->fact[i].key : b->fact[k].key);
		i += order <= 0;
		k += order >= 0;
	}
}

/* --- the report ------------------------------------------------------------- */
static void print_group(FILE *out, const struct group *g)
{
	char rule[200];

	fprintf(out, "  %s: %s\n", g->c.rest, g->c.what);
	if (g->variants[0] && g->n > 3)
		fprintf(out, "      in %s and %u more\n", g->variants, g->n - 3);
	else if (g->variants[0])
		fprintf(out, "      in %s\n", g->variants);
	snprintf(rule, sizeof(rule), "rule %s", rule_id(g->c.rule));
	if (g->c.rule != RULE_NONE)
		fprintf(out, "      %s: %s\n", rule,
			rule_rows[g->c.rule].sentence);
	if (g->c.expected)
		fprintf(out, "      expected: %s\n", g->c.why);
	else
		fprintf(out, "      unexpected%s%s\n",
			g->c.why[0] ? "; " : "", g->c.why);
}

static unsigned int print_groups(FILE *out)
{
	const char *last = "";
	unsigned int i, unexpected = 0;

	for (i = 0; i < nr_groups; i++) {
		if (strcmp(groups[i].interface, last))
			fprintf(out, "\n%s\n", groups[i].interface);
		last = groups[i].interface;
		print_group(out, &groups[i]);
		unexpected += !groups[i].c.expected;
	}
	return unexpected;
}

static int report(const struct sdiff *d, FILE *out)
{
	unsigned int unexpected;

	if (d->verdicts_a != d->verdicts_b)
		fprintf(out, "only one of them was recorded with --tests: no verdict is compared\n");
	fprintf(out, "What guests and userspace see: Linux %s -> %s, %s on %s\n",
		d->a->head.kernel, d->b->head.kernel, d->b->head.module,
		d->b->head.cpu);
	unexpected = print_groups(out);
	if (!nr_groups) {
		fprintf(out, "the same: %u facts\n", d->a->n);
		return 0;
	}
	fprintf(out, "\n%u changes, %u expected, %u unexpected (%u facts, %u)\n",
		nr_groups, nr_groups - unexpected, unexpected, d->a->n,
		d->b->n);
	return unexpected ? 3 : 1;
}

static const char *not_comparable(const struct surface_head *a,
				  const struct surface_head *b)
{
	if (strcmp(a->module, b->module))
		return "recorded with different modules";
	if (strcmp(a->machine, b->machine))
		return "recorded on different machines";
	if (strcmp(a->raw, b->raw) || strcmp(a->cpu, b->cpu))
		return "recorded on different CPUs";
	return NULL;
}

int surface_diff(const char *file_a, const char *file_b, FILE *out)
{
	static struct surface a, b;
	struct sdiff d = { .a = &a, .b = &b };
	const char *why = NULL;
	char err[300];
	int ret = 4;

	if (surface_load(&a, file_a, err, sizeof(err)) ||
	    surface_load(&b, file_b, err, sizeof(err))) {
		fprintf(stderr, "surface: %s\n", err);
		goto out;
	}
	why = not_comparable(&a.head, &b.head);
	if (why) {
		fprintf(stderr, "surface: %s and %s: %s: %s %s %s, %s %s %s\n",
			file_a, file_b, why, a.head.module, a.head.machine,
			a.head.cpu, b.head.module, b.head.machine, b.head.cpu);
	} else {
		d.kernel_a = facts_parse_kernel(a.head.kernel);
		d.kernel_b = facts_parse_kernel(b.head.kernel);
		d.verdicts_a = has_verdicts(&a);
		d.verdicts_b = has_verdicts(&b);
		compare_all(&d);
		ret = report(&d, out);
	}
out:
	free(groups);
	surface_free(&a);
	surface_free(&b);
	return ret;
}

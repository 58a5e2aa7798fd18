// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

#include "rules.h"

#define BOTH		RULE_OF_BOTH
#define AMD		RULE_OF_AMD
#define INTEL		RULE_OF_INTEL
#define ANYWHERE	NULL
#define NOWHERE		""
#define ALL		CHANGE_NONE, false
#define SINCE(c)	CHANGE_##c, true
#define DIFFERS(c)	CHANGE_##c, false

const struct rule_row rule_rows[NR_RULES] = {
	[RULE_NONE] = { "-", "", "", BOTH, ALL, NOWHERE, "", "" },
#define RULE(id, ...) \
	[RULE_##id] = { #id, __VA_ARGS__ },
#include "rules.def"
#undef RULE
};

void rules_list_of(FILE *out, const char *program)
{
	int r;

	for (r = RULE_NONE + 1; r < NR_RULES; r++)
		if (rule_is_of(r, program))
			fprintf(out, "# rule %s: %s (%s)\n", rule_rows[r].id,
				rule_rows[r].sentence, rule_rows[r].source);
}

/* Is a word, or one that begins with it if it ends in '=', in a list? */
static const char *in_list(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, word, n) &&
		    (word[n - 1] == '=' || p[n] == ',' || !p[n]))
			return p + n;
	}
	return NULL;
}

static bool on_machine(const struct rule_row *r, enum rule_vendor vendor)
{
	if (r->where)
		return in_list(r->where, vendor == AMD ? "amd" : "intel");
	return r->vendor == BOTH || r->vendor == vendor;
}

static const char *host_of(const struct rule_row *r)
{
	const char *feature;

	if (!r->where)
		return r->vendor == BOTH ? "any" :
		       r->vendor == AMD ? "AMD" : "Intel";
	feature = in_list(r->where, "host=");
	if (feature)
		return feature;
	return in_list(r->where, "host") ? "any" : "-";
}

/* "all", "6.14+", "differs at 6.13, 6.12.107". */
static const char *kernels_of(const struct rule_row *r, char *buf, size_t len)
{
	const struct change_row *c = &kvm_changes[r->change];
	unsigned int n, i;

	if (r->change == CHANGE_NONE)
		return "all";
	n = snprintf(buf, len, "%s", r->since ? "" : "differs at ");
	n += kernel_name(c->release, buf + n, len - n);
	n += snprintf(buf + n, len - n, "%s", r->since ? "+" : "");
	for (i = 0; i < CHANGE_POINTS && c->stable[i]; i++) {
		n += snprintf(buf + n, len - n, ", ");
		n += kernel_name(c->stable[i], buf + n, len - n);
		n += snprintf(buf + n, len - n, "%s", r->since ? "+" : "");
	}
	return buf;
}

void rules_list(FILE *out)
{
	static const char head[] = "%-5s%-65s%-4s%-6s%-9s%s\n";
	char kernels[80];
	int i;

	fprintf(out, head, "id", "rule", "amd", "intel", "host", "kernels");
	for (i = RULE_NONE + 1; i < NR_RULES; i++) {
		const struct rule_row *r = &rule_rows[i];

		fprintf(out, head, r->id, r->sentence,
			on_machine(r, AMD) ? "yes" : "-",
			on_machine(r, INTEL) ? "yes" : "-", host_of(r),
			kernels_of(r, kernels, sizeof(kernels)));
		fprintf(out, "     [%s] %s%s%s\n", r->programs, r->source,
			r->reason[0] ? "; not here: " : "", r->reason);
	}
}

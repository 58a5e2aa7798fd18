// SPDX-License-Identifier: GPL-2.0-only
/* What every program knows of the rules: their ids, and which are its own. */
#include <string.h>

#include "rules.h"

static const char * const ids[NR_RULES] = {
	[RULE_NONE] = "-",
#define RULE(id, ...) \
	[RULE_##id] = #id,
#include "rules.def"
#undef RULE
};

static const char * const programs[NR_RULES] = {
	[RULE_NONE] = "",
#define RULE(id, sentence, source, vendor, kernels, where, progs, reason) \
	[RULE_##id] = progs,
#include "rules.def"
#undef RULE
};

const char *rule_id(enum rule r)
{
	return ids[r];
}

/* Length of a program's name as the rows have it. */
static size_t name_length(const char *program)
{
	size_t n = strlen(program);

	if (n > 5 && !strcmp(program + n - 5, "_test"))
		n -= 5;
	return n;
}

bool rule_is_of(enum rule r, const char *program)
{
	size_t n = name_length(program);
	const char *p = programs[r];

	for (; *p; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (len == n && !strncmp(p, program, n))
			return true;
		p += len;
	}
	return false;
}

void rules_list_ids(FILE *out, const char *program)
{
	int r;

	fprintf(out, "# rules:");
	for (r = RULE_NONE + 1; r < NR_RULES; r++)
		if (rule_is_of(r, program))
			fprintf(out, " %s", ids[r]);
	fprintf(out, "\n");
}

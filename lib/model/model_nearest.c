// SPDX-License-Identifier: GPL-2.0-only
/* "Did you mean": the known name with the least edits. */
#include <string.h>

#include "model_opts.h"

#define NAME_MAX_LEN	48

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Levenshtein distance, one row at a time. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NAME_MAX_LEN + 1], i, j, diag, up;
	size_t la = strlen(a), lb = strlen(b);

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (j = 0; j <= lb; j++)
		row[j] = j;
	for (i = 1; i <= la; i++) {
		diag = row[0];
		row[0] = i;
		for (j = 1; j <= lb; j++) {
			up = row[j];
			row[j] = min3(up + 1, row[j - 1] + 1,
				      diag + (a[i - 1] != b[j - 1]));
			diag = up;
		}
	}
	return row[lb];
}

struct best {
	const char *wanted, *name;
	unsigned int distance;
};

static void consider(struct best *b, const char *name)
{
	unsigned int d = distance(b->wanted, name);

	if (d < b->distance) {
		b->distance = d;
		b->name = name;
	}
}

/* Nothing is near if more than a third of the letters has to change. */
const char *model_nearest_name(const char *name)
{
	struct best b = { name, NULL, strlen(name) / 3 + 2 };
	unsigned int i;

	for (i = 0; i < nr_feature_bits; i++)
		consider(&b, feature_bits[i].name);
	for (i = 0; i < nr_feature_aliases; i++)
		consider(&b, feature_aliases[i].alias);
	for (i = 0; i < NR_OPT_FLAGS; i++)
		consider(&b, opt_flags[i].name);
	for (i = 0; i < NR_OPT_NUMS; i++)
		consider(&b, opt_nums[i].name);
	return b.name;
}

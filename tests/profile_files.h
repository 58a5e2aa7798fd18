/* SPDX-License-Identifier: GPL-2.0-only */
/* The recorded hosts of tests/profiles, for unit tests run from the suite. */
#ifndef TESTS_PROFILE_FILES_H
#define TESTS_PROFILE_FILES_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "profile.h"

#define PROFILE_FILES	"tests/profiles/"

/* NULL, with the reason printed, if it cannot be read. */
static inline struct profile *profile_file(const char *path)
{
	struct profile *p = profile_new();
	char err[300];

	if (p && !profile_load(p, path, err, sizeof(err)))
		return p;
	printf("# %s\n", p ? err : "out of memory");
	profile_free(p);
	return NULL;
}

/* Runs fn for each; returns how many there are, or -1 if fn was ever false. */
static inline int each_profile(bool (*fn)(struct profile *p, const char *path))
{
	bool ok = true;
	glob_t g;
	size_t i;
	int n;

	if (glob(PROFILE_FILES "*.profile", 0, NULL, &g))
		return 0;
	for (i = 0; i < g.gl_pathc; i++) {
		struct profile *p = profile_file(g.gl_pathv[i]);

		if (!p || !fn(p, g.gl_pathv[i])) {
			printf("# in %s\n", g.gl_pathv[i]);
			ok = false;
		}
		profile_free(p);
	}
	n = g.gl_pathc;
	globfree(&g);
	return ok ? n : -1;
}

#endif

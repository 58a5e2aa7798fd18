/* SPDX-License-Identifier: GPL-2.0-only */
/* The vectors of tests/vectors, as make unpacks them beside the unit tests. */
#ifndef TESTS_VECTOR_FILES_H
#define TESTS_VECTOR_FILES_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vector_files {
	char dir[1024];
	glob_t found;
};

/* False: nothing was unpacked. */
static inline bool vector_files_open(struct vector_files *v)
{
	char exe[sizeof(v->dir) - 32], pattern[sizeof(v->dir) + 8];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (n < 0)
		return false;
	exe[n] = 0;
	slash = strrchr(exe, '/');
	if (slash)
		*slash = 0;
	snprintf(v->dir, sizeof(v->dir), "%s/vectors.unpacked", exe);
	snprintf(pattern, sizeof(pattern), "%s/*.vec", v->dir);
	return !glob(pattern, 0, NULL, &v->found);
}

static inline void vector_files_close(struct vector_files *v)
{
	globfree(&v->found);
}

#endif

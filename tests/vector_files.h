/* SPDX-License-Identifier: GPL-2.0-only */
/* The vectors of tests/vectors, unpacked for the length of a test. */
#ifndef TESTS_VECTOR_FILES_H
#define TESTS_VECTOR_FILES_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct vector_files {
	char dir[64];
	glob_t found;
};

/* An archive of tests/vectors; "" for all.  False: no tar, xz or archive. */
static inline bool vector_files_open(struct vector_files *v, const char *name)
{
	char cmd[400], pattern[100];

	snprintf(v->dir, sizeof(v->dir), "/tmp/vectors.XXXXXX");
	if (!mkdtemp(v->dir))
		return false;
	snprintf(cmd, sizeof(cmd),
		 "for a in tests/vectors/%s*.tar.xz; do xz -dc \"$a\" | tar -xf - -C %s || exit 1; done",
		 name, v->dir);
	snprintf(pattern, sizeof(pattern), "%s/*.vec", v->dir);
	return !system(cmd) && !glob(pattern, 0, NULL, &v->found);
}

static inline void vector_files_close(struct vector_files *v)
{
	size_t i;

	for (i = 0; i < v->found.gl_pathc; i++)
		unlink(v->found.gl_pathv[i]);
	globfree(&v->found);
	rmdir(v->dir);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host profile: host facts as a text file, one fact a line, sorted, so that
 * two of them can be compared with diff.  "profile 1" is the first line, "end"
 * the last.  Lines with keys of a later version are kept as they are.
 */
#ifndef LIB_PROFILE_H
#define LIB_PROFILE_H

#include <stdio.h>

#include "facts.h"

struct profile {
	struct host_facts facts;
	unsigned int nr_extra;
	char **extra;			/* lines that we do not know */
};

struct profile *profile_new(void);
void profile_free(struct profile *p);

/*
 * Returns 0, or -errno with "file:line: what was expected" in err.  name is
 * what messages call the stream.
 */
int profile_load(struct profile *p, const char *path, char *err,
		 size_t errlen);
int profile_load_stream(struct profile *p, FILE *in, const char *name,
			char *err, size_t errlen);

/* False if the stream has an error. */
bool profile_save(const struct profile *p, FILE *out);

/*
 * Save as a file: under a name beside it first, so that path never holds half
 * a profile.  Returns 0, or -errno with one line in err and nothing left.
 */
int profile_write(const struct profile *p, const char *path, char *err,
		  size_t errlen);

#endif

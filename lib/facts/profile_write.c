// SPDX-License-Identifier: GPL-2.0-only
/* A profile becomes a file as a whole or not at all. */
#include "profile.h"
#include "whole_file.h"

static bool save(const void *what, FILE *out)
{
	return profile_save(what, out);
}

int profile_write(const struct profile *p, const char *path, char *err,
		  size_t errlen)
{
	struct whole_file f = { .save = save, .what = p };

	return whole_file_write(&f, path, err, errlen);
}

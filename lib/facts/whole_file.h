/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing a file so that nobody finds half of it under its name. */
#ifndef LIB_WHOLE_FILE_H
#define LIB_WHOLE_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct whole_file {
	/* False if the stream has an error. */
	bool (*save)(const void *what, FILE *out);
	const void *what;
};

/*
 * Written beside path and renamed; a device or a pipe is written to.
 * Returns 0, or -errno with one line in err.
 */
int whole_file_write(const struct whole_file *f, const char *path, char *err,
		     size_t errlen);

#endif

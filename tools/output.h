/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a program that prints. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Status, or, with one line, lost: what was printed did not all arrive. */
static inline int output_end(const char *program, int status, int lost)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: cannot write: %s\n", program, strerror(errno));
	return lost;
}

#endif

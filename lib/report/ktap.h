/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every result that a program planned is printed, whatever becomes of it.
 *
 * The harness runs in a child.  This process passes on what the child prints,
 * and adds "not ok N NAME # lost" for each result that is still missing when
 * the child has ended, so that any reader of the output sees it fail.
 *
 * A test that could not find out, and has found nothing, has failed for the
 * harness: its line gets the directive "# ERROR" (Documentation/dev-tools/
 * ktap.rst).
 *
 * Result lines are passed on without what some readers take for a part of the
 * name or of the directive: blanks at the end, and the word "unknown" that the
 * harness puts after "# SKIP" where it was given no reason.
 */
#ifndef LIB_REPORT_KTAP_H
#define LIB_REPORT_KTAP_H

#include <stdbool.h>

struct ktap {
	char **names;		/* of the results, in the order of the plan */
	unsigned int nr_names;

	/* From here on for ktap.c alone: zero. */
	bool *given;		/* for each name: its result was printed */
	unsigned int last;	/* highest number of a result */
	bool header;
	bool planned;
	bool erred;		/* the next result: a test could not go on ... */
	bool found;		/* ... but had found something by then */
	char line[8192];	/* not yet complete */
	unsigned int len;
	bool passing;		/* in a line that is longer than that */
};

/* Add a name to the plan; the string is copied. */
void ktap_plan(struct ktap *k, const char *name);

/*
 * Call run() in a child, with its output guarded as above.  Returns the status
 * for the program to exit with: the child's, or 1 if that was 0 and a result
 * is missing.  If a signal ended the child, or asks this process to end, the
 * process ends by the same signal.
 *
 * A child that exits with 4 (KSFT_SKIP) before it has printed a plan has
 * skipped everything: its results are printed as "ok N NAME # SKIP".
 */
int ktap_run(struct ktap *k, int (*run)(int argc, char **argv), int argc,
	     char **argv);

#endif

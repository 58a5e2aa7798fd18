/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a machine sends (frame.h), sorted into files: NAME.log, NAME.time (start
 * and end, seconds since the epoch) and NAME.status of each program, and the machine's own facts.
 */
#ifndef MACHINES_RESULTS_H
#define MACHINES_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_PROGRAMS	256

struct program {
	char *name;
	FILE *log;
	double start;		/* by the host's clock, since the epoch */
	bool ended;
};

struct results {
	const char *dir;
	int nr_wanted;
	FILE *facts;

	struct program programs[MAX_PROGRAMS];
	int nr_started, nr_ended;
	bool begun, ended;
	char failure[600];	/* empty as long as all is well */
	uint8_t buf[1 << 16];
	size_t len;
};

FILE *results_create(struct results *r, const char *name, const char *suffix);

/* Only the first failure is kept: the others follow from it. */
void results_fail(struct results *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Read and sort what has come; false at the end of the stream. */
bool results_read(struct results *r, int fd);

#endif

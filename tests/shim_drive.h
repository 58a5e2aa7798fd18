/* SPDX-License-Identifier: GPL-2.0-only */
/* Run a program with a fault between it and KVM, and judge what it says. */
#ifndef TESTS_SHIM_DRIVE_H
#define TESTS_SHIM_DRIVE_H

#include <stdbool.h>

#include "shim.h"

struct outcome {
	int status;		/* as waitpid() has it; -1: it hung */
	unsigned int ok, skipped, failed;
	unsigned int reasons;	/* lines that say why something is skipped */
};

struct program {
	const char *path, *name;
	struct outcome honest;
	struct shim_shared *honest_run;	/* what it asked without a fault */
};

enum verdict {
	RED,
	SKIP,		/* more is skipped, each with its reason */
	GREEN,
	FEWER,		/* green, but with fewer results */
	DIED,
	HUNG,
	NOT_APPLIED,	/* the program never came to what should fail */
};

const char *verdict_name(enum verdict v);

/* The honest run; false if it is no base for others. */
bool program_open(struct program *p, const char *path);

enum verdict program_run(const struct program *p, const struct shim_fault *f);

/* Tables and enumerations; each returns whether all faults were caught. */
bool drive_errnos(struct program *programs, unsigned int nr, bool sample);
bool drive_values(struct program *programs, unsigned int nr,
		  const char *what, unsigned int step);

#endif

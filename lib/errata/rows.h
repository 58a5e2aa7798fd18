/* SPDX-License-Identifier: GPL-2.0-only */
/* How rows of kernel_errata.c, foreign_errata.c and emulator_errata.c are written. */
#ifndef LIB_ERRATA_ROWS_H
#define LIB_ERRATA_ROWS_H

#include "errata.h"

#define CPUID(name, by, leaf_, sub, reg_, bits_, how) \
	{ .id = name, .kind = FOUND_CPUID, .rule = by, .leaf = leaf_, \
	  .subleaf = sub, .reg = reg_, .bits = bits_, .msr = ANY, .fits = how }
#define MSR(name, by, index, how) \
	{ .id = name, .kind = FOUND_MSR, .rule = by, .leaf = ANY, \
	  .subleaf = ANY, .reg = ANY, .msr = index, .fits = how }
#define EVENT(name, by, index, what, answered, how) \
	{ .id = name, .kind = FOUND_EVENT, .rule = by, .leaf = ANY, \
	  .subleaf = ANY, .reg = ANY, .msr = index, .event = what, \
	  answered, how }

/* The wanted and the got of an event. */
#define ANSWER(kind, w, g)	.answer = kind, .wanted = w, .got = g
#define ANYHOW			ANSWER(ANY, ANY_NUMBER, ANY_NUMBER)
#define VALUE(w, g)		ANSWER(ANSWER_VALUE, w, g)
#define RESULT(w, g)		ANSWER(ANSWER_RESULT, w, g)
#define BOOL(w, g)		ANSWER(ANSWER_BOOL, w, g)
#define FAULT(w, g)		ANSWER(ANSWER_FAULT, w, g)

/* What a row of an event asks beyond that. */
#define ALWAYS			.arg = ANY_NUMBER
#define IF(how)			.arg = ANY_NUMBER, .fits = how
#define ARG(n)			.arg = n
#define ARG_IF(n, how)		.arg = n, .fits = how

#define NONE	NO_FAULT
#define UD	6
#define GP	13	/* with an error code of 0 */

#endif

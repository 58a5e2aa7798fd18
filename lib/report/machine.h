/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is found, for programs: one line each, "#! " and a JSON object, before
 * the line of the test's result.  Keys:
 *
 *	kind		cpuid msr event not_judged known skip error
 *	rule, reason	id or null; a sentence or null
 *	errata		id of the known defect that explains it, or null
 *	cpuid:		leaf, subleaf, register, wanted, got, installed_by,
 *			bits: [{bit, name or null, wanted, got}]
 *	msr:		msr, name or null, who, wanted, got, bits
 *	event:		event (a name of lib/errata/events.def), text, wanted,
 *			got, arg; msr and name, or null
 *
 * Numbers of 32 or 64 bits are strings, "0x...".
 */
#ifndef LIB_MACHINE_H
#define LIB_MACHINE_H

#include "errata.h"

/* e: what explains it, or NULL. */
void machine_finding(const struct finding *f, const struct erratum *e);

/* kind: "not_judged", "skip", "error"; reason may be NULL. */
void machine_note(const char *kind, const char *reason);

/* A test whose failures this defect explains. */
void machine_known(const char *id);

/* Does a report name this bit of a register or MSR?  The name may be NULL. */
bool finding_names_bit(const struct finding *f, unsigned int bit,
		       const char **name);

#endif

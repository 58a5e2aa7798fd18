/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is found, for programs: one line each, "#! " and a JSON object, before
 * the line of the test's result, written out at once.  Keys:
 *
 *	kind		cpuid msr event not_judged erratum known cause skip error
 *	lines		so many lines before this one say the same to people
 *	rule, reason	id or null; a sentence or null
 *	errata		id of the known defect that explains it, or null
 *	follows		cpuid, msr, event: the cause that it follows from, if one
 *	brief		cpuid, msr, event: all of it in a few words
 *	cpuid:		leaf, subleaf, register, wanted, got, installed_by,
 *			bits: [{bit, name or null, wanted, got}];
 *			wanted_text, got_text if it holds
 *			characters, and then no bits
 *	msr:		msr, name or null, who, wanted, got, bits
 *	event:		event (a name of lib/errata/events.def), text, wanted,
 *			got, arg; msr and name, or null
 *
 *	erratum:	what the defect in errata is, once in a test: summary, why
 *			(who has it), area of KVM (of a foreign KVM) or null
 *	cause:		what that of follows is, once in a test: summary
 *
 * Numbers of 32 or 64 bits are strings, "0x...".
 */
#ifndef LIB_MACHINE_H
#define LIB_MACHINE_H

#include <stdio.h>

#include "causes.h"
#include "errata.h"

/* e: what explains it, c: what it follows from, or NULL; lines: see above. */
void machine_finding(const struct finding *f, const struct erratum *e,
		     const struct cause *c, unsigned int lines);

/*
 * kind: "not_judged", "skip", "error", after the one line for people; reason
 * may be NULL.
 */
void machine_note(const char *kind, const char *reason);

/* What a defect is; and why, "fixed in 6.5, ab322c43cce9". */
void machine_erratum(const struct erratum *e, const char *why);

/* What a cause is. */
void machine_cause(const struct cause *c);

/* A test whose failures this defect explains. */
void machine_known(const char *id);

/* Does a report name this bit of a register or MSR?  The name may be NULL. */
bool finding_names_bit(const struct finding *f, unsigned int bit,
		       const char **name);

/* Is it a register that holds characters?  Its bits have no meaning. */
bool finding_is_text(const struct finding *f);

/*
 * " NAME: wanted VALUE, got VALUE", without a newline, if the bit of a CPUID
 * register is part of a text or of a number.  Returns whether it is.
 */
bool finding_print_value(FILE *out, const struct finding *f, unsigned int bit);

#endif

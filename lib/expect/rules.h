/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules that this suite checks, by name: rows of rules.def.  Pure. */
#ifndef LIB_RULES_H
#define LIB_RULES_H

#include <stdbool.h>
#include <stdio.h>

#include "changes.h"

/* RULE_E1 and so on; an id that has no row does not compile. */
enum rule {
	RULE_NONE,
#define RULE(id, ...)	RULE_##id,
#include "rules.def"
#undef RULE
	NR_RULES
};

enum rule_vendor { RULE_OF_BOTH, RULE_OF_AMD, RULE_OF_INTEL };

struct rule_row {
	const char *id;
	const char *sentence;
	const char *source;
	enum rule_vendor vendor;	/* whose hosts have it */
	enum kvm_change change;		/* CHANGE_NONE: the same everywhere */
	bool since;			/* holds from the change on, else differs */
	const char *where;		/* NULL: by vendor; "" nowhere */
	const char *programs;		/* without _test, blanks between */
	const char *reason;		/* why not on the emulated machines */
};

/*
 * By enum rule; RULE_NONE is "-".  In a file of its own (rules.c), so that only
 * programs that print sentences carry them: selftests have the ids alone.
 */
extern const struct rule_row rule_rows[NR_RULES];

/* "E1"; "-" for RULE_NONE. */
const char *rule_id(enum rule r);

/* Does a program, with or without _test, check this rule? */
bool rule_is_of(enum rule r, const char *program);

/* All rules as a table for people, with programs and machines. */
void rules_list(FILE *out);

/* "# rule E1: sentence (source)" for each rule that a program checks. */
void rules_list_of(FILE *out, const char *program);

/* "# rules: E1 E4": their ids, as every program knows them (rule_ids.c). */
void rules_list_ids(FILE *out, const char *program);

#endif

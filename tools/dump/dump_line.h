/* SPDX-License-Identifier: GPL-2.0-only */
/* What one line of a dump says, whatever format it is in. */
#ifndef LIB_DUMP_LINE_H
#define LIB_DUMP_LINE_H

#include "dump.h"

enum line_kind {
	LINE_TEXT,		/* nothing of a dump */
	LINE_CPU,		/* from here on: another CPU */
	LINE_MSRS,		/* from here on: MSRs of a CPU */
	LINE_POLICY,		/* xen-cpuid: a policy begins */
	LINE_LEAF,
	LINE_PART,		/* a leaf that goes on in the next line */
	LINE_MSR,
	LINE_ARRAY,		/* libcpuid: an array that is not known */
	LINE_DAMAGED,		/* begins as data does, and is none */
};

struct line {
	enum line_kind kind;
	enum dump_format format;
	uint32_t number;		/* of a CPU, if numbered */
	bool numbered;
	bool headed;			/* "CPU:", so that one CPU follows */
	uint32_t function, index;	/* LINE_LEAF */
	bool indexed;			/* the line says the subleaf */
	bool repeated;			/* what stands there twice counts once */
	struct cpuid_regs regs;
	unsigned int nr_regs;		/* LINE_PART: so many are there */
	uint32_t msr;
	bool valid;			/* the MSR could be read */
	uint64_t value;
	const char *expected;		/* LINE_DAMAGED: what it should be */
};

/* What a line is; the quotes in front of it are skipped. */
void dump_line(const char *text, struct line *l);

/*
 * More registers of a leaf that was broken off at the end of a line: it is
 * LINE_LEAF when all are there, LINE_DAMAGED if these are none.
 */
void dump_line_continue(const char *text, struct line *l);

/*
 * One format each.  They return false, or true with l filled in; a line of
 * that format that is damaged is LINE_DAMAGED.
 */
bool line_of_cpuid_r(const char *text, struct line *l);
bool line_of_text(const char *text, struct line *l);	/* AIDA64, InstLatx64 */
bool line_of_libcpuid(const char *text, struct line *l);
bool line_of_cpuz(const char *text, struct line *l);
bool line_of_xen(const char *text, struct line *l);

/* --- what they are made of ------------------------------------------------- */

unsigned int hex_digits(const char *s);

/* They advance *s behind what they took, and leave it where they fail. */
bool take_digits(const char **s, unsigned int digits, uint64_t *value);

/* A prefix in any case, and eight digits. */
bool take_u32(const char **s, const char *prefix, uint32_t *value);

/* Four registers; "first" and "between" are characters that separate them. */
bool take_regs(const char **s, const char *first, const char *between,
	       const char *prefix, struct cpuid_regs *v);

const char *skip_blanks(const char *s);
bool at_end_of_word(const char *s);

/* Behind the next mark of a quotation, console or log; NULL if there is none. */
const char *skip_quote(const char *s);

#endif

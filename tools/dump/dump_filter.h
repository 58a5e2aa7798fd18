/* SPDX-License-Identifier: GPL-2.0-only */
/* XML or JSON made into lines by a program that can read it. */
#ifndef LIB_DUMP_FILTER_H
#define LIB_DUMP_FILTER_H

#include "profile_parse.h"

/* Which, and so what its program is written in. */
enum filter_by {
	BY_XSLTPROC,	/* XML; a stylesheet */
	BY_JQ,		/* JSON; jq's language */
};

struct filter {
	enum filter_by by;
	const char *data, *program;
	size_t size, program_size;
	/* What an element should have been, in words of the format. */
	const char *root, *cpuid, *msr;
};

/* A program that is a file of the source tree: NAME and NAME_end around it. */
#define FILTER_PROGRAM(name, path) \
extern const char name[], name ## _end[]; \
asm("	.section .rodata." #name ", \"a\"\n" \
	"	.globl " #name ", " #name "_end\n" \
	#name ":\n" \
	"	.incbin \"" path "\"\n" \
	#name "_end:\n" \
	"	.previous\n")

/*
 * The lines that the program makes of the data, to be closed by the caller.
 * NULL: r->err says why and *e is -errno, -ENOPKG if who reads it is missing.
 */
FILE *filter_run(const struct filter *f, struct line_reader *r, int *e);

#endif

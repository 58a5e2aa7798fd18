/* SPDX-License-Identifier: GPL-2.0-only */
/* Two values of a register one above the other, with marks below. */
#ifndef LIB_DRAW_H
#define LIB_DRAW_H

#include <stdint.h>
#include <stdio.h>

struct drawing {
	const char *indent;		/* every line begins with it */
	const char *labels[2];
	uint64_t values[2];
	uint64_t marks;			/* bits that get a caret */
};

/* Bits of 32 or 64, the most significant first, in groups of four. */
void draw(FILE *out, const struct drawing *d);

#endif

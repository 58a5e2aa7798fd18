// SPDX-License-Identifier: GPL-2.0-only
#include "draw.h"

static void draw_bits(FILE *out, const struct drawing *d, unsigned int n,
		      unsigned int width)
{
	int i;

	fprintf(out, "%s%-7s", d->indent, d->labels[n]);
	for (i = width - 1; i >= 0; i--)
		fprintf(out, "%c%s", d->values[n] >> i & 1 ? '1' : '0',
			i % 4 || !i ? "" : "_");
	fputc('\n', out);
}

static void draw_marks(FILE *out, const struct drawing *d, unsigned int width)
{
	int i, last = 0;

	while (last < (int)width && !(d->marks >> last & 1))
		last++;
	fprintf(out, "%s%-7s", d->indent, "");
	for (i = width - 1; i >= last; i--)
		fprintf(out, "%c%s", d->marks >> i & 1 ? '^' : ' ',
			i % 4 || i == last ? "" : " ");
	fputc('\n', out);
}

void draw(FILE *out, const struct drawing *d)
{
	unsigned int width = (d->values[0] | d->values[1]) >> 32 ? 64 : 32;

	draw_bits(out, d, 0, width);
	draw_bits(out, d, 1, width);
	draw_marks(out, d, width);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* XML made into lines by a stylesheet. */
#ifndef LIB_DUMP_XSLT_H
#define LIB_DUMP_XSLT_H

#include "profile_parse.h"

struct xslt {
	const char *data, *style;
	size_t size, style_size;
};

/*
 * The lines that the stylesheet makes of the data, to be closed by the
 * caller.  NULL: r->err says why and *e is -errno, -ENOPKG if xsltproc is
 * missing.
 */
FILE *xslt_run(const struct xslt *x, struct line_reader *r, int *e);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* Why there is no guest CPU: apart, since every step can say so. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "model_state.h"

int model_fail(struct model *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (m->err && m->errlen)
		vsnprintf(m->err, m->errlen, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

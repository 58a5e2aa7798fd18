// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "dump_line.h"

static bool (* const formats[])(const char *text, struct line *l) = {
	line_of_cpuid_r, line_of_text, line_of_libcpuid, line_of_cpuz,
	line_of_xen,
};

static bool is_of_a_format(const char *text, struct line *l)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		memset(l, 0, sizeof(*l));
		if (formats[i](text, l))
			return true;
	}
	memset(l, 0, sizeof(*l));
	return false;
}

void dump_line(const char *text, struct line *l)
{
	while (text && !is_of_a_format(text, l))
		text = skip_quote(text);
}

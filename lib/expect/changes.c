// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "changes.h"
#include "facts.h"

#define CHANGE(id, by, first, text, ...) \
	[CHANGE_##id] = { .name = #id, .commit = by, .release = first, \
			  .what = text, .stable = { __VA_ARGS__ } },
const struct change_row kvm_changes[NR_CHANGES] = {
	[CHANGE_NONE] = { .name = "NONE" },
#include "changes.def"
};
#undef CHANGE

bool kernel_same_series(uint32_t a, uint32_t b)
{
	return a / 1000 == b / 1000;
}

bool kernel_has(uint32_t kernel, enum kvm_change c)
{
	const struct change_row *r = &kvm_changes[c];
	unsigned int i;

	if (kernel >= r->release)
		return true;
	for (i = 0; i < CHANGE_POINTS && r->stable[i]; i++)
		if (kernel_same_series(kernel, r->stable[i]) &&
		    kernel >= r->stable[i])
			return true;
	return false;
}

unsigned int kernel_name(uint32_t v, char *buf, unsigned int len)
{
	int n;

	if (v % 1000)
		n = snprintf(buf, len, "%u.%u.%u", v / 1000000,
			     v / 1000 % 1000, v % 1000);
	else
		n = snprintf(buf, len, "%u.%u", v / 1000000,
			     v / 1000 % 1000);
	return n < 0 ? 0 : (unsigned int)n;
}

const char *change_source(enum kvm_change c, char *buf, unsigned int len)
{
	const struct change_row *r = &kvm_changes[c];
	unsigned int i, n;

	n = snprintf(buf, len, "%s%sLinux ", r->commit ? r->commit : "",
		     r->commit ? ", " : "");
	if (n < len)
		n += kernel_name(r->release, buf + n, len - n);
	for (i = 0; i < CHANGE_POINTS && r->stable[i] && n + 2 < len; i++) {
		n += snprintf(buf + n, len - n, ", ");
		n += kernel_name(r->stable[i], buf + n, len - n);
	}
	return buf;
}

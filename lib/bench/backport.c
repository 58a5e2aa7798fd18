// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "backport.h"
#include "machine.h"

/* Once for each change in a process: tests ask in loops. */
static void say(enum kvm_change c)
{
	static bool said[NR_CHANGES];
	char source[80];

	if (said[c])
		return;
	said[c] = true;
	printf("# BACKPORT: %s (%s)\n", kvm_changes[c].what,
	       change_source(c, source, sizeof(source)));
}

bool change_wanted(uint32_t kernel, enum kvm_change c, bool looks_new)
{
	if (kernel_has(kernel, c))
		return true;
	if (looks_new)
		say(c);
	return looks_new;
}

void not_judged(const char *name, const char *why)
{
	char reason[300];

	snprintf(reason, sizeof(reason), "%s: %s", name, why);
	printf("# NOT JUDGED: %s\n", reason);
	machine_note("not_judged", reason);
}

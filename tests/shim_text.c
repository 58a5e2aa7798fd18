// SPDX-License-Identifier: GPL-2.0-only
/* Faults as text: see shim.h. */
#include <stdio.h>
#include <string.h>

#include "shim.h"

static const char * const kind_names[SHIM_NR] = {
	"none", "errno", "bit", "function", "index", "flags", "drop",
	"duplicate", "value",
};

const char *shim_kind_name(enum shim_kind kind)
{
	return kind < SHIM_NR ? kind_names[kind] : "?";
}

void shim_print(const struct shim_fault *f, char *text, size_t len)
{
	snprintf(text, len, "%s:%c:0x%x:%u:0x%x:0x%x:%u:%u:%d",
		 shim_kind_name(f->kind), f->scope, f->cmd, f->nth,
		 f->function, f->index, f->reg, f->bit, f->error);
}

static enum shim_kind kind_named(const char *name)
{
	int i;

	for (i = 0; i < SHIM_NR; i++)
		if (!strcmp(kind_names[i], name))
			break;
	return i;
}

int shim_read(struct shim_fault *f, const char *text)
{
	char kind[16];

	memset(f, 0, sizeof(*f));
	if (sscanf(text, "%15[^:]:%c:%x:%u:%x:%x:%u:%u:%d", kind, &f->scope,
		   &f->cmd, &f->nth, &f->function, &f->index, &f->reg,
		   &f->bit, &f->error) != 9)
		return -1;
	f->kind = kind_named(kind);
	return f->kind == SHIM_NR ? -1 : 0;
}

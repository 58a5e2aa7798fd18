/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of a surface: a line that says whose it is, facts in order, a line
 * by which a file that was cut or changed is known.
 */
#ifndef TOOLS_SURFACE_FILE_H
#define TOOLS_SURFACE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct surface_head {
	unsigned int version;
	char kernel[80];	/* uname -r */
	char module[16];
	char machine[16];	/* hypervisor of the host, or "none" */
	char cpu[80];		/* vendor, family.model.stepping, name */
	char raw[20];		/* checksum of the CPU's own CPUID */
};

struct surface_fact {
	char *key, *value;
};

struct surface {
	struct surface_head head;
	struct surface_fact *fact;	/* sorted by key */
	unsigned int n;
	char *text;
};

/* Of this host; false and a line on stderr if there is no KVM. */
bool surface_head_here(struct surface_head *h);

/* facts: n lines, sorted. */
void surface_write(FILE *out, const struct surface_head *h, char **facts,
		   unsigned int n);

/* 0, or -1 with one line in err. */
int surface_load(struct surface *s, const char *path, char *err, size_t len);
void surface_free(struct surface *s);

/* The value of a key; NULL if it is not there. */
const char *surface_value(const struct surface *s, const char *key);

/* The name of a variant that tells only what is different, or NULL. */
const char *surface_base(const char *variant);

/*
 * Into other: a key, or a whole line, as the variant's base has it.  False where
 * it has none, and for the line that says that there is such a variant.
 */
bool surface_in_base(const char *text, char *other, size_t len);

#endif

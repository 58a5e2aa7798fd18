/* SPDX-License-Identifier: GPL-2.0-only */
/* Parsing of lines that profiles and vectors share. */
#ifndef LIB_PROFILE_PARSE_H
#define LIB_PROFILE_PARSE_H

#include "profile.h"

/* No line that we know comes near to it. */
#define LINE_LENGTH_MAX		16384
#define PROFILE_EXTRA_MAX	16384

struct line_reader {
	FILE *in;
	const char *name;	/* of the file, for messages */
	unsigned int line;
	char *text;		/* the current line, without the newline */
	char *err;
	size_t errlen;
};

/* 1: a line is in r->text; 0: end of file; -errno: unreadable or binary. */
int line_next(struct line_reader *r);

/* "name:line: expected ..."; returns -EINVAL. */
int line_expected(struct line_reader *r, const char *what);

/* If the line is this key, or starts with it and a blank: what follows. */
const char *line_key(const char *text, const char *key);

/*
 * Numbers as they stand in a file.  They advance *s past the number and the
 * blank after it, and return false if there is none.
 */
bool take_hex(const char **s, unsigned int digits, uint64_t *value);
bool take_dec(const char **s, uint64_t max, uint64_t *value);
bool take_int(const char **s, int32_t *value);
bool take_word(const char **s, char *word, size_t size);

/* "0x00000007 0x00000001 [flags=0x1] eax=0x... ebx=... ecx=... edx=..." */
bool take_entry(const char *s, bool flags, struct kvm_cpuid_entry2 *e);

/*
 * A line of a profile's or vector's facts: 1 if taken, 0 if the key is not
 * known, -EINVAL if the rest is damaged.
 */
int profile_take_line(struct host_facts *f, struct line_reader *r);

/* A line that saving writes as it is: 0, -E2BIG or -ENOMEM. */
int profile_keep_extra(struct profile *p, const char *text);

#endif

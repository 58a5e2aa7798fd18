/* SPDX-License-Identifier: GPL-2.0-only */
/* The readers of dump_load(). */
#ifndef LIB_DUMP_PARSE_H
#define LIB_DUMP_PARSE_H

#include "dump.h"
#include "profile_parse.h"

/* A dump while it is read. */
struct dump_reader {
	struct line_reader r;
	struct dump *d;
};

/* Every format that is lines of text. */
int dump_read_text(struct dump_reader *in);

/* The end of reading: subleaves, echoes, numbers of CPUs.  0 or -errno. */
int dump_finish(struct dump_reader *in);

/*
 * XML by way of xsltproc, JSON by way of jq, and the lines that are made of them:
 * "5 cpuid [leaf][subleaf][eax][ebx][ecx][edx]", the line of the file in front.
 */
struct filter;
int dump_read_libvirt(struct dump_reader *in, const char *data, size_t size);
int dump_read_firecracker(struct dump_reader *in, const char *data, size_t size);
int dump_read_filtered(struct dump_reader *in, const struct filter *f);
int dump_read_elements(struct dump_reader *in, const struct filter *f);

/* Bytes as text without what is around it; NULL if there is no memory. */
char *dump_clean(const char *data, size_t size, size_t *text_size);

/* This line was text; a remark at the end tells which lines were. */
void dump_ignore_line(struct dump *d, unsigned int line);
bool dump_tell_ignored(struct dump *d);

/*
 * What to say when nothing could be added.  Both return -errno with the
 * message in place.
 */
int dump_no_room(struct dump_reader *in, uint32_t have, uint32_t max,
		 const char *what);

/* A line without what stands around it; the text is changed. */
char *dump_trim(char *text);

#endif

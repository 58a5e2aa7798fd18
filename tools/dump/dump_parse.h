/* SPDX-License-Identifier: GPL-2.0-only */
/* The readers of dump_load(), one a format. */
#ifndef LIB_DUMP_PARSE_H
#define LIB_DUMP_PARSE_H

#include "dump.h"
#include "profile_parse.h"

/* A dump while it is read. */
struct dump_reader {
	struct line_reader r;
	struct dump *d;
};

int dump_read_cpuid(struct dump_reader *in);
int dump_read_text(struct dump_reader *in);

/* XML: by way of xsltproc, and the lines that its stylesheet makes of it. */
int dump_read_libvirt(struct dump_reader *in, const char *data, size_t size);
int dump_read_elements(struct dump_reader *in);

/* Is this a line of that format that no other format has? */
bool dump_is_cpuid_line(const char *text);
bool dump_is_text_line(const char *text);

/*
 * What to say when nothing could be added.  Both return -errno with the
 * message in place.
 */
int dump_no_room(struct dump_reader *in, uint32_t have, uint32_t max,
		 const char *what);

/* A line without what stands around it; the text is changed. */
char *dump_trim(char *text);

#endif

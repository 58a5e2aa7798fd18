// SPDX-License-Identifier: GPL-2.0-only
/* Which kind of dump a file is, and reading it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"

/* How far to look for the first line that tells what a file is. */
#define SNIFF_LINES	200

char *dump_trim(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n && strchr(" \t\r", text[n - 1]))
		text[--n] = 0;
	return text;
}

int dump_no_room(struct dump_reader *in, uint32_t have, uint32_t max,
		 const char *what)
{
	if (have >= max)
		return line_expected(&in->r, what);
	snprintf(in->r.err, in->r.errlen, "%s: out of memory", in->r.name);
	return -ENOMEM;
}

static enum dump_format format_of_line(const char *text)
{
	if (!strcmp(text, "profile 1"))
		return DUMP_PROFILE;
	if (dump_is_cpuid_line(text))
		return DUMP_CPUID;
	return dump_is_text_line(text) ? DUMP_TEXT : DUMP_UNKNOWN;
}

/* XML may be one line of any length. */
static bool starts_xml(const char *data, size_t size)
{
	for (; size && *data && strchr(" \t\r\n", *data); size--)
		data++;
	return size && *data == '<';
}

/* Only free text may have lines before the first that tells its format. */
static enum dump_format sniff(struct dump_reader *in)
{
	enum dump_format format = DUMP_UNKNOWN;
	bool first = true;
	char *text;

	while (!format && in->r.line < SNIFF_LINES && line_next(&in->r) > 0) {
		text = dump_trim(in->r.text);
		if (!*text)
			continue;
		format = format_of_line(text);
		if (!first && format != DUMP_TEXT)
			format = DUMP_UNKNOWN;
		first = false;
	}
	rewind(in->r.in);
	in->r.line = 0;
	return format;
}

static int read_format(struct dump_reader *in, struct profile *p,
		       const char *data, size_t size)
{
	struct line_reader *r = &in->r;

	switch (in->d->format) {
	case DUMP_PROFILE:
		return profile_load_stream(p, r->in, r->name, r->err,
					   r->errlen);
	case DUMP_CPUID:
		return dump_read_cpuid(in);
	case DUMP_LIBVIRT:
		return dump_read_libvirt(in, data, size);
	case DUMP_TEXT:
		return dump_read_text(in);
	default:
		r->line = 1;
		return line_expected(r, "a profile or a dump of CPUID");
	}
}

static bool any_entry(const struct dump *d)
{
	uint32_t i;

	for (i = 0; i < d->nr_cpus; i++)
		if (d->cpu[i].nent)
			return true;
	return d->format == DUMP_PROFILE;
}

static int read_checked(struct dump_reader *in, struct profile *p,
			const char *data, size_t size)
{
	int r;

	in->d->format = starts_xml(data, size) ? DUMP_LIBVIRT : sniff(in);
	r = read_format(in, p, data, size);
	if (r || any_entry(in->d))
		return r;
	in->r.line++;
	return line_expected(&in->r, "CPUID data (there are none)");
}

/* fmemopen() of nothing is an error to some C libraries. */
static FILE *open_memory(const char *data, size_t size)
{
	return size ? fmemopen((void *)data, size, "r") :
		      fopen("/dev/null", "r");
}

int dump_parse(struct dump *d, struct profile *p, const char *data,
	       size_t size, const char *name, char *err, size_t errlen)
{
	struct dump_reader in = { .d = d, .r = {
		.name = name, .err = err, .errlen = errlen,
	} };
	int r;

	/* A UTF-8 byte order mark says nothing. */
	if (size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
		data += 3;
		size -= 3;
	}
	in.r.in = open_memory(data, size);
	if (!in.r.in) {
		snprintf(err, errlen, "%s: %s", name, strerror(errno));
		return -ENOMEM;
	}
	r = read_checked(&in, p, data, size);
	free(in.r.text);
	fclose(in.r.in);
	return r;
}

/* The whole of a file, or of a pipe.  Returns 0 or -errno. */
static int slurp(FILE *in, char **data, size_t *size)
{
	size_t room = 0;
	char *more;

	for (*size = 0; *size == room; ) {
		room = room ? 2 * room : 1 << 16;
		more = realloc(*data, room);
		if (!more)
			return -ENOMEM;
		*data = more;
		errno = 0;
		*size += fread(more + *size, 1, room - *size, in);
		if (ferror(in))
			return errno ? -errno : -EIO;
		if (*size > DUMP_BYTES_MAX)
			return -EFBIG;
	}
	return 0;
}

int dump_load(struct dump *d, struct profile *p, const char *path, char *err,
	      size_t errlen)
{
	FILE *in = fopen(path, "r");
	char *data = NULL;
	size_t size = 0;
	int r = in ? slurp(in, &data, &size) : -errno;

	if (in)
		fclose(in);
	if (r)
		snprintf(err, errlen, "%s: %s", path, strerror(-r));
	else
		r = dump_parse(d, p, data, size, path, err, errlen);
	free(data);
	return r;
}

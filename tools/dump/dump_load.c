// SPDX-License-Identifier: GPL-2.0-only
/* Which kind of dump a file is, and reading it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"

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

/* The first that is not blank; 0 if there is none. */
static char first_char(const char *data, size_t size)
{
	for (; size && *data && strchr(" \t\r\n", *data); size--)
		data++;
	return size ? *data : 0;
}

/*
 * libvirt's XML, which may be one line of any length; not a page of a forum,
 * or a log whose lines begin with a level in angle brackets.
 */
static bool is_xml(const char *data, size_t size)
{
	return first_char(data, size) == '<' &&
	       (memmem(data, size, "<cpudata", strlen("<cpudata")) ||
		memmem(data, size, "<!DOCTYPE", strlen("<!DOCTYPE")));
}

/* What Firecracker's cpu-template-helper dumps, or a template. */
static bool is_json(const char *data, size_t size)
{
	return first_char(data, size) == '{' &&
	       memmem(data, size, "\"cpuid_modifiers\"",
		      strlen("\"cpuid_modifiers\""));
}

/* A profile has nothing in front of its first line but blank ones. */
static bool is_profile(struct dump_reader *in)
{
	bool blank = true, found;

	while (blank && line_next(&in->r) > 0)
		blank = !*dump_trim(in->r.text);
	found = !blank && !strcmp(dump_trim(in->r.text), "profile 1");
	rewind(in->r.in);
	in->r.line = 0;
	return found;
}

static bool any_entry(const struct dump *d)
{
	uint32_t i;

	for (i = 0; i < d->nr_cpus; i++)
		if (d->cpu[i].nent)
			return true;
	return d->format == DUMP_PROFILE;
}

/* Files that people take for a dump. */
static const struct {
	const char *text, *what;
} no_dumps[] = {
	{ "model name\t:", "/proc/cpuinfo" },
	{ "Model name:", "the output of lscpu" },
	{ "<domainCapabilities", "libvirt's domain capabilities" },
	{ "arm_midr=", "a dump of an ARM CPU" },
};

static const char *find_no_dump(const char *text, size_t size)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(no_dumps); i++)
		if (memmem(text, size, no_dumps[i].text,
			   strlen(no_dumps[i].text)))
			return no_dumps[i].what;
	return NULL;
}

/* Why there is nothing in it. */
static int refuse(struct dump_reader *in, const char *text, size_t size)
{
	const char *instead = find_no_dump(text, size);
	const struct dump *d = in->d;
	char what[120];

	if (d->decoded_line) {
		in->r.line = d->decoded_line;
		return line_expected(&in->r, "raw registers, as \"cpuid -r\" prints them; this is decoded output of cpuid");
	}
	in->r.line = d->headers ? in->r.line + 1 : 1;
	snprintf(what, sizeof(what), "%s%s%s",
		 d->headers ? "CPUID data (there are none)" :
			      "a profile or a dump of CPUID",
		 instead ? "; this is " : "", instead ? instead : "");
	return line_expected(&in->r, what);
}

/* One of the text formats, or a profile. */
static int read_lines(struct dump_reader *in, struct profile *p,
		      const char *text, size_t size)
{
	struct line_reader *r = &in->r;
	int e;

	if (is_profile(in)) {
		in->d->format = DUMP_PROFILE;
		return profile_load_stream(p, r->in, r->name, r->err,
					   r->errlen);
	}
	e = dump_read_text(in);
	return e || any_entry(in->d) ? e : refuse(in, text, size);
}

static int read_marked(struct dump_reader *in, enum dump_format format,
		       const char *data, size_t size)
{
	int r;

	in->d->format = format;
	r = format == DUMP_LIBVIRT ? dump_read_libvirt(in, data, size) :
				     dump_read_firecracker(in, data, size);
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

/* data: as it was in the file, for programs that know encodings themselves */
static int parse_text(struct dump_reader *in, struct profile *p,
		      const char *text, size_t text_size, const char *data,
		      size_t size)
{
	int r;

	in->r.in = open_memory(text, text_size);
	if (!in->r.in) {
		snprintf(in->r.err, in->r.errlen, "%s: %s", in->r.name,
			 strerror(errno));
		return -ENOMEM;
	}
	if (is_xml(text, text_size))
		r = read_marked(in, DUMP_LIBVIRT, data, size);
	else if (is_json(text, text_size))
		r = read_marked(in, DUMP_FIRECRACKER, text, text_size);
	else
		r = read_lines(in, p, text, text_size);
	free(in->r.text);
	fclose(in->r.in);
	return r;
}

int dump_parse(struct dump *d, struct profile *p, const char *data,
	       size_t size, const char *name, char *err, size_t errlen)
{
	struct dump_reader in = { .d = d, .r = {
		.name = name, .err = err, .errlen = errlen,
	} };
	size_t text_size;
	char *text = dump_clean(data, size, &text_size);
	int r = -ENOMEM;

	if (text)
		r = parse_text(&in, p, text, text_size, data, size);
	else
		snprintf(err, errlen, "%s: out of memory", name);
	free(text);
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

// SPDX-License-Identifier: GPL-2.0-only
/* What fuzz targets share. */
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"
#include "fuzz.h"

FILE *fuzz_open(const uint8_t *data, size_t size)
{
	FILE *in = size ? fmemopen((void *)data, size, "r") :
			  fopen("/dev/null", "r");

	fuzz_require(in, "a stream");
	return in;
}

void fuzz_require(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz: broken: %s\n", what);
	abort();
}

static bool save_profile(const void *what, FILE *out)
{
	return profile_save(what, out);
}

static bool save_cpuid(const void *what, FILE *out)
{
	return dump_save_cpuid(what, out);
}

static char *text_of(bool (*save)(const void *what, FILE *out),
		     const void *what, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	fuzz_require(out && save(what, out) && !fclose(out), "saving");
	return text;
}

char *fuzz_profile_text(const struct profile *p, size_t *size)
{
	return text_of(save_profile, p, size);
}

char *fuzz_cpuid_text(const struct dump *d, size_t *size)
{
	return text_of(save_cpuid, d, size);
}

static bool same_text(const char *a, size_t a_size, const char *b,
		      size_t b_size)
{
	return a_size == b_size && !memcmp(a, b, a_size);
}

void fuzz_profile_again(const struct profile *p)
{
	struct profile *q = profile_new();
	size_t size, again_size;
	char *text = fuzz_profile_text(p, &size), *again, err[300];
	FILE *in = fuzz_open((uint8_t *)text, size);

	err[0] = 0;
	fuzz_require(!profile_load_stream(q, in, "saved", err, sizeof(err)),
		     err);
	again = fuzz_profile_text(q, &again_size);
	fuzz_require(same_text(text, size, again, again_size),
		     "a profile is the same when loaded and saved again");
	fclose(in);
	free(text);
	free(again);
	profile_free(q);
}

/* Back from a profile: no CPU of it may be lost. */
static void profile_and_back(const struct dump *d)
{
	struct profile *p = profile_new();
	struct dump *back = dump_new();

	fuzz_require(dump_to_profile(d, p), "a dump as a profile");
	fuzz_require(!facts_have_kvm(&p->facts), "a dump knows no KVM");
	fuzz_profile_again(p);
	fuzz_require(dump_from_profile(back, p), "a profile as a dump");
	fuzz_require(back->nr_cpus == p->facts.nr_cpu_kinds &&
		     back->cpu[0].nent == p->facts.cpu[0].cpuid.nent,
		     "all kinds of CPU come back");
	dump_free(back);
	profile_free(p);
}

void fuzz_dump(struct dump *d)
{
	struct dump *e = dump_new();
	size_t size, again_size;
	char *text = fuzz_cpuid_text(d, &size), *again, err[300];

	err[0] = 0;
	fuzz_require(!dump_parse(e, NULL, text, size, "saved", err,
				 sizeof(err)), err);
	fuzz_require(e->format == DUMP_CPUID, "cpuid -r is known as such");
	again = fuzz_cpuid_text(e, &again_size);
	fuzz_require(same_text(text, size, again, again_size),
		     "cpuid -r is the same when read and written again");
	profile_and_back(d);
	free(text);
	free(again);
	dump_free(e);
}

void fuzz_dump_reader(int (*read)(struct dump_reader *in),
		      const uint8_t *data, size_t size)
{
	FILE *stream = fuzz_open(data, size);
	struct dump *d = dump_new();
	char err[300];
	struct dump_reader in = { .d = d, .r = {
		.in = stream, .name = "input", .err = err,
		.errlen = sizeof(err),
	} };

	if (!read(&in) && d->nr_cpus && d->cpu[0].nent)
		fuzz_dump(d);
	free(in.r.text);
	dump_free(d);
	fclose(stream);
}

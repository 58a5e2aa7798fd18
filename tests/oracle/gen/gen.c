// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen VERSION FIRST NUMBER DIR BASE...: vectors without a result, DIR/SEED.vec
 * for each of NUMBER seeds from FIRST on, for tests/oracle/random.sh.  VERSION
 * is 7.2 or 10.0 and what follows; BASEs are vectors or profiles, whose hosts
 * are taken in turn and changed.
 */
#include <stdlib.h>

#include "gen.h"
#include "model.h"
#include "profile.h"
#include "profile_parse.h"

/* splitmix64 */
uint64_t rnd64(struct rnd *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint32_t rnd(struct rnd *r)
{
	return rnd64(r);
}

uint32_t below(struct rnd *r, uint32_t n)
{
	return rnd64(r) % n;
}

bool one_in(struct rnd *r, uint32_t n)
{
	return !below(r, n);
}

static int load(struct host_facts *f, const char *path)
{
	char err[300] = "";
	struct line_reader l = {
		.in = fopen(path, "r"), .name = path, .err = err,
		.errlen = sizeof(err),
	};
	int r = l.in ? 0 : -1;

	while (!r && line_next(&l) > 0)
		r = profile_take_line(f, &l) < 0 ? -1 : 0;
	if (l.in)
		fclose(l.in);
	free(l.text);
	if (r)
		fprintf(stderr, "gen: %s: %s\n", path, err);
	return r;
}

static unsigned int version(const char *text)
{
	unsigned int maj = 0, min = 0;

	sscanf(text, "%2u.%2u", &maj, &min);
	return QEMU(maj, min);
}

/* profile_save() frames what it writes; a vector has no such lines. */
static void print_facts(const struct profile *p, FILE *to)
{
	char *text = NULL, *line, *end;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	profile_save(p, out);
	fclose(out);
	for (line = text; *line; line = end) {
		end = line;
		while (*end && *end++ != '\n')
			;
		if (line != text && *end)
			fwrite(line, 1, end - line, to);
	}
	free(text);
}

static int generate(const char *qemu, unsigned long seed, const char *dir,
		    const char *base)
{
	struct profile *p = calloc(1, sizeof(*p));
	struct rnd r = { .state = seed };
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%lu.vec", dir, seed);
	if (!p || load(&p->facts, base))
		return -1;
	out = fopen(path, "w");
	if (!out)
		return -1;
	change_facts(&r, &p->facts);
	fprintf(out, "vector 1\nqemu %s\n", qemu);
	print_options(&r, version(qemu), out);
	print_facts(p, out);
	free(p);
	return fclose(out);
}

int main(int argc, char **argv)
{
	unsigned long first, n, i;

	if (argc < 6) {
		fprintf(stderr,
			"usage: gen VERSION FIRST NUMBER DIR BASE...\n");
		return 2;
	}
	first = strtoul(argv[2], NULL, 0);
	n = strtoul(argv[3], NULL, 0);
	for (i = first; i < first + n; i++)
		if (generate(argv[1], i, argv[4], argv[5 + i % (argc - 5)]))
			return 1;
	return 0;
}

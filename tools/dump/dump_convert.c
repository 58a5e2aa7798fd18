// SPDX-License-Identifier: GPL-2.0-only
/* The verb "host_profile convert": a dump as a profile, and the reverse. */
#include <errno.h>
#include <string.h>

#include "dump.h"
#include "whole_file.h"

enum { EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_SKIP = 4 };

enum target { TO_PROFILE, TO_CPUID, TO_LIBVIRT };

struct conversion {
	enum target to_format;
	const char *from, *to;		/* to: NULL is stdout */
	struct dump *d;
	struct profile *p;
	char err[300];
};

static bool save(const void *what, FILE *out)
{
	const struct conversion *c = what;

	switch (c->to_format) {
	case TO_CPUID:
		return dump_save_cpuid(c->d, out);
	case TO_LIBVIRT:
		return dump_save_libvirt(c->d, out);
	default:
		return profile_save(c->p, out);
	}
}

static int complain(const char *what, int status)
{
	fprintf(stderr, "host_profile: %s\n", what);
	return status;
}

static bool convert(struct conversion *c)
{
	bool is_profile = c->d->format == DUMP_PROFILE;

	if (c->to_format != TO_PROFILE)
		return !is_profile || dump_from_profile(c->d, c->p);
	return is_profile || dump_to_profile(c->d, c->p);
}

static int write_out(struct conversion *c)
{
	struct whole_file f = { .save = save, .what = c };

	if (c->to)
		return whole_file_write(&f, c->to, c->err, sizeof(c->err));
	errno = 0;
	if (save(c, stdout) && !fflush(stdout))
		return 0;
	snprintf(c->err, sizeof(c->err), "stdout: %s", strerror(errno));
	return -EIO;
}

static int run(struct conversion *c)
{
	int r = -ENOMEM;

	snprintf(c->err, sizeof(c->err), "out of memory");
	c->d = dump_new();
	c->p = profile_new();
	if (c->d && c->p)
		r = dump_load(c->d, c->p, c->from, c->err, sizeof(c->err));
	if (!r && convert(c) && !write_out(c)) {
		dump_print_remarks(c->d, c->from, stderr);
		return EXIT_OK;
	}
	return complain(c->err, r == -ENOPKG ? EXIT_SKIP : EXIT_ERROR);
}

static const char * const targets[] = {
	[TO_PROFILE] = "profile", [TO_CPUID] = "cpuid",
	[TO_LIBVIRT] = "libvirt",
};

static bool take_target(struct conversion *c, const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(targets); i++)
		if (!strcmp(name, targets[i])) {
			c->to_format = i;
			return true;
		}
	return false;
}

/* [--to FORMAT] FILE [OUT] */
static bool take_arguments(struct conversion *c, int argc, char **argv)
{
	if (argc && !strcmp(argv[0], "--to")) {
		if (argc < 2 || !take_target(c, argv[1]))
			return false;
		argc -= 2;
		argv += 2;
	}
	if (argc < 1 || argc > 2 || argv[0][0] == '-')
		return false;
	c->from = argv[0];
	c->to = argc == 2 ? argv[1] : NULL;
	return true;
}

int dump_convert_main(int argc, char **argv)
{
	struct conversion c = { 0 };
	int status;

	if (!take_arguments(&c, argc, argv))
		return complain("convert FILE to cpuid, libvirt or profile",
				EXIT_USAGE);
	status = run(&c);
	dump_free(c.d);
	profile_free(c.p);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * host_profile: what a CPU and its KVM say about themselves, as a file that
 * can be recorded, checked and compared.
 *
 * "host_profile --help" lists the verbs.  Those that ask this host need
 * /dev/kvm, or the device that KVM_DEVICE names, but not root.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "profile.h"

enum { EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_SKIP = 4 };

/* argv[0] is the first argument after the verb. */
struct verb {
	const char *name, *args, *help;
	int min, max;			/* arguments; max -1: any number */
	int (*run)(int argc, char **argv);
};

static int complain(const char *what, int status)
{
	fprintf(stderr, "host_profile: %s\n", what);
	return status;
}

static int save(const struct profile *p, const char *path)
{
	char err[300];

	if (path && profile_write(p, path, err, sizeof(err)))
		return complain(err, EXIT_ERROR);
	if (!path && (!profile_save(p, stdout) || fflush(stdout))) {
		snprintf(err, sizeof(err), "stdout: %s", strerror(errno));
		return complain(err, EXIT_ERROR);
	}
	return EXIT_OK;
}

static int verb_record(int argc, char **argv)
{
	struct profile *p = profile_new();
	char err[300] = "out of memory";
	int status;

	if (!p || facts_read_host(&p->facts, err, sizeof(err)))
		status = complain(err, EXIT_SKIP);
	else
		status = save(p, argc ? argv[0] : NULL);
	profile_free(p);
	return status;
}

static int verb_check(int argc, char **argv)
{
	struct profile *p = profile_new();
	char err[300] = "out of memory";
	int status;

	(void)argc;
	if (!p || profile_load(p, argv[0], err, sizeof(err)))
		status = complain(err, EXIT_ERROR);
	else
		status = save(p, NULL);
	profile_free(p);
	return status;
}

/* One row a verb. */
static const struct verb verbs[] = {
	{ "record", "[FILE]", "save this host's profile", 0, 1, verb_record },
	{ "check", "FILE", "check one, print it anew", 1, 1, verb_check },
	{ "convert", "[--to cpuid|profile] FILE [OUT]",
	  "a dump as a profile", 1, 4, dump_convert_main },
};

static void print_verb(FILE *out, const struct verb *v, const char *before)
{
	char line[80];

	snprintf(line, sizeof(line), "%s %s", v->name, v->args);
	fprintf(out, "%shost_profile %-24s %s\n", before, line, v->help);
}

static int usage(FILE *out, int status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		print_verb(out, &verbs[i], i ? "       " : "usage: ");
	return status;
}

static const struct verb *find_verb(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

/*
 * "-" is a file, or the live host; anything else with a dash is a mistake,
 * unless the verb has options and looks for itself.
 */
static bool fits(const struct verb *v, int argc, char **argv)
{
	return argc >= v->min && (v->max < 0 || argc <= v->max) &&
	       (!argc || argv[0][0] != '-' || !argv[0][1] ||
		strstr(v->args, "--"));
}

int main(int argc, char **argv)
{
	const struct verb *v;
	int status;

	if (argc == 2 && (!strcmp(argv[1], "-h") ||
			  !strcmp(argv[1], "--help")))
		return usage(stdout, EXIT_OK);
	v = argc > 1 ? find_verb(argv[1]) : NULL;
	if (!v) {
		complain(argc > 1 ? "no such verb" : "a verb is missing", 0);
		return usage(stderr, EXIT_USAGE);
	}
	status = fits(v, argc - 2, argv + 2) ? v->run(argc - 2, argv + 2) :
		 complain("wrong arguments", EXIT_USAGE);
	if (status == EXIT_USAGE)
		print_verb(stderr, v, "usage: ");
	return status;
}

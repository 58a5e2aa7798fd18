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

#include "compare.h"
#include "dump.h"
#include "profile.h"
#include "replay.h"
#include "strip.h"

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
	if (!p || dump_load_profile(p, argv[0], err, sizeof(err)))
		status = complain(err, EXIT_ERROR);
	else
		status = save(p, NULL);
	profile_free(p);
	return status;
}

/* A file of any kind, or this host for "-". */
static struct profile *load_any(const char *path)
{
	struct profile *p = profile_new();
	char err[300] = "out of memory";
	int r = -ENOMEM;

	if (p && strcmp(path, "-"))
		r = dump_load_profile(p, path, err, sizeof(err));
	else if (p)
		r = facts_read_host(&p->facts, err, sizeof(err));
	if (!r)
		return p;
	complain(err, 0);
	profile_free(p);
	return NULL;
}

static const char *host_name(const char *path)
{
	return strcmp(path, "-") ? path : "this host";
}

static int compare_profiles(const struct profile *a, const char *name_a,
			    const struct profile *b, const char *name_b)
{
	struct comparison c;
	int status = COMPARE_FAILED;

	if (compare_facts(&c, &a->facts, &b->facts)) {
		complain("out of memory", 0);
	} else {
		compare_print(&c, name_a, name_b, stdout);
		status = compare_status(&c);
	}
	compare_free(&c);
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	return complain(strerror(errno), COMPARE_FAILED);
}

static int verb_compare(int argc, char **argv)
{
	const char *name_b = argc > 1 ? argv[1] : "-";
	struct profile *a = load_any(argv[0]);
	struct profile *b = a ? load_any(name_b) : NULL;
	int status = COMPARE_FAILED;

	if (a && b)
		status = compare_profiles(a, host_name(argv[0]), b,
					  host_name(name_b));
	profile_free(a);
	profile_free(b);
	return status;
}

static int strip_profiles(struct profile **p, char **names, int n)
{
	const struct host_facts **f = calloc(n, sizeof(*f));
	int i, r = -ENOMEM;

	for (i = 0; i < n && f; i++)
		f[i] = &p[i]->facts;
	if (f)
		r = strip_print(f, (const char **)names, n, stdout);
	free(f);
	if (r)
		return complain("out of memory", COMPARE_FAILED);
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_OK;
	return complain(strerror(errno), COMPARE_FAILED);
}

static int verb_strip(int argc, char **argv)
{
	struct profile **p = calloc(argc, sizeof(struct profile *));
	int i, n = 0, status = COMPARE_FAILED;

	while (p && n < argc && (p[n] = load_any(argv[n])))
		n++;
	if (n == argc)
		status = strip_profiles(p, argv, n);
	for (i = 0; i < n; i++)
		profile_free(p[i]);
	free(p);
	return status;
}

/* One row a verb. */
static const struct verb verbs[] = {
	{ "record", "[FILE]", "save this host's profile", 0, 1, verb_record },
	{ "check", "FILE", "check one, print it anew", 1, 1, verb_check },
	{ "compare", "A [B]", "what KVM on B (or here) does otherwise", 1, 2,
	  verb_compare },
	{ "strip", "A B...", "what is common to all, and the rest of each", 2,
	  -1, verb_strip },
	{ "convert", "[--to cpuid|libvirt|profile] FILE [OUT]",
	  "a dump as a profile", 1, 4, dump_convert_main },
	{ "replay", "A [--on B] [--qemu V] [--cpu OPTIONS]",
	  "can the guest of A run here?", 1, 7, replay_main },
	{ "fleet", "[--output FILE] [--qemu V] A B...",
	  "the guest CPU that runs on all of them", 2, -1, fleet_main },
};

#define HELP_COLUMN	24

static void print_verb(FILE *out, const struct verb *v, const char *before)
{
	int n = fprintf(out, "%shost_profile %s %s", before, v->name, v->args);
	int column = HELP_COLUMN + (int)strlen("usage: host_profile ");

	if (n >= column) {
		fputc('\n', out);
		n = 0;
	}
	fprintf(out, "%*s%s\n", column - n, "", v->help);
}

static const char exit_text[] =
"A, B: a profile, a dump of any kind that convert takes, or - for this host.\n"
"Exit status: 0 done; 1 it could not be done; 2 usage; 4 no KVM to ask.\n"
"Of replay and fleet: 0 it runs; 1 it does not; 2 usage; 4 not judged;\n"
"3, of fleet: only if it is started on some of them, as QEMU cannot set each bit.\n"
"Of compare: 0 the same; 1 a guest sees a difference; 3 only the hosts\n"
"differ; 2 usage; 4 not compared, as a file or this host cannot be read.\n";

static int usage(FILE *out, int status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		print_verb(out, &verbs[i], i ? "       " : "usage: ");
	fputs(exit_text, out);
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
 * "-" is the live host; anything else with a dash is a mistake, unless the
 * verb has options and looks for itself.
 */
static bool fits(const struct verb *v, int argc, char **argv)
{
	int i;

	if (argc < v->min || (v->max >= 0 && argc > v->max))
		return false;
	for (i = 0; i < argc && !strstr(v->args, "--"); i++)
		if (argv[i][0] == '-' && argv[i][1])
			return false;
	return true;
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

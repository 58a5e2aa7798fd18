// SPDX-License-Identifier: GPL-2.0-only
/*
 * What userspace and guests see of this KVM, as a file of facts; and what
 * changed between two such files.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "surface.h"

static int usage(FILE *out, int status)
{
	fputs("usage: surface record [-o FILE] [--tests PROGRAM]\n"
	      "       surface diff A B\n"
	      "record: all that userspace and a guest see of this KVM, a sorted file of\n"
	      "  facts; the same kernel on the same CPU gives the same file.\n"
	      "  With kvm-cpuid-all as PROGRAM, what its tests say of it as well.\n"
	      "  A recording that is killed may leave FILE.part; FILE stays as it was.\n"
	      "diff: what changed from A to B, each with the rule of lib/expect that it\n"
	      "  touches, and whether a known change of KVM between the two explains it.\n"
	      "Exit status of diff: 0 the same, 1 expected changes only, 3 unexpected ones,\n"
	      "2 usage, 4 cannot compare.\n", out);
	return status;
}

/* A device or a pipe is written as it is, a file is replaced when all is well. */
static FILE *open_record(const char *path, char *part, size_t len)
{
	struct stat st;

	part[0] = '\0';
	if (!path)
		return stdout;
	if (stat(path, &st) || S_ISREG(st.st_mode))
		snprintf(part, len, "%s.part", path);
	return fopen(part[0] ? part : path, "w");
}

static int close_record(FILE *out, const char *path, const char *part, bool ok)
{
	if (ok && (fflush(out) || ferror(out))) {
		fprintf(stderr, "surface: cannot write %s: %s\n",
			path ? : "the record", strerror(errno));
		ok = false;
	}
	if (part[0] && !ok)
		unlink(part);
	if (part[0] && ok && rename(part, path)) {
		fprintf(stderr, "surface: %s: %s\n", path, strerror(errno));
		ok = false;
	}
	return ok ? 0 : 4;
}

static int record(const char *path, const char *tests)
{
	struct surface_head head;
	char part[4096];
	FILE *out;
	bool ok;

	if (!surface_head_here(&head))
		return 4;
	out = open_record(path, part, sizeof(part));
	if (!out) {
		fprintf(stderr, "surface: '%s': %s\n", path, strerror(errno));
		return 4;
	}
	signal(SIGXFSZ, SIG_IGN);
	ok = !tests || record_verdicts(tests);
	if (ok) {
		mirror_prepare();
		record_all();
		facts_write(out, &head);
	}
	return close_record(out, path, part, ok);
}

/* [-o FILE] [--tests PROGRAM] */
static int record_as_told(int argc, char **argv)
{
	static const struct option options[] = {
		{ "tests", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const char *path = NULL, *tests = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "o:h", options, NULL)) >= 0) {
		if (c == '?' || c == 'h')
			return c == 'h' ? usage(stdout, 0) : usage(stderr, 2);
		*(c == 'o' ? &path : &tests) = optarg;
	}
	return optind < argc ? usage(stderr, 2) : record(path, tests);
}

static int diff(const char *a, const char *b)
{
	int ret = surface_diff(a, b, stdout);

	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	fprintf(stderr, "surface: cannot write: %s\n", strerror(errno));
	return 4;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "--help") || !strcmp(what, "-h"))
		return usage(stdout, 0);
	if (!strcmp(what, "record"))
		return record_as_told(argc - 1, argv + 1);
	if (argc == 3 && !strcmp(argv[2], "--help"))
		return usage(stdout, 0);
	if (argc == 4 && !strcmp(what, "diff"))
		return diff(argv[2], argv[3]);
	return usage(stderr, 2);
}

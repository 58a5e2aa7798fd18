// SPDX-License-Identifier: GPL-2.0-only
/*
 * What userspace and guests see of this KVM, as a file of facts; and what
 * changed between two such files.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
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
	      "diff: what changed from A to B, each with the rule of lib/expect that it\n"
	      "  touches, and whether a known change of KVM between the two explains it.\n"
	      "Exit status of diff: 0 the same, 1 expected changes only, 3 unexpected ones,\n"
	      "2 usage, 4 cannot compare.\n", out);
	return status;
}

static int record(const char *path, const char *tests)
{
	struct surface_head head;
	FILE *out;

	if (!surface_head_here(&head))
		return 4;
	/* What is there stays until there is something to put in its place. */
	out = path ? fopen(path, "a") : stdout;
	if (!out) {
		perror(path);
		return 4;
	}
	if (tests && !record_verdicts(tests))
		return 4;
	mirror_prepare();
	record_device();
	record_cpuid();
	record_msrs();
	record_gates();
	record_tables();
	record_scenes();
	if (path && ftruncate(fileno(out), 0) && errno != EINVAL) {
		perror(path);
		return 4;
	}
	facts_write(out, &head);
	return fflush(out) || ferror(out) ? 4 : 0;
}

/* [-o FILE] [--tests PROGRAM] */
static int record_as_told(int argc, char **argv)
{
	static const struct option options[] = {
		{ "tests", required_argument, NULL, 't' },
		{ 0 },
	};
	const char *path = NULL, *tests = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "o:", options, NULL)) >= 0) {
		if (c == '?')
			return usage(stderr, 2);
		*(c == 'o' ? &path : &tests) = optarg;
	}
	return optind < argc ? usage(stderr, 2) : record(path, tests);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "--help") || !strcmp(what, "-h"))
		return usage(stdout, 0);
	if (!strcmp(what, "record"))
		return record_as_told(argc - 1, argv + 1);
	if (argc == 4 && !strcmp(what, "diff"))
		return surface_diff(argv[2], argv[3], stdout);
	return usage(stderr, 2);
}

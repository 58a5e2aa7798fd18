// SPDX-License-Identifier: GPL-2.0-only
/*
 * What userspace and guests see of this KVM, as a file of facts; and what
 * changed between two such files.
 */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "surface.h"

static int usage(FILE *out, int status)
{
	fputs("usage: surface record [-o FILE]\n"
	      "       surface diff A B\n"
	      "record: all that userspace and a guest see of this KVM, a sorted file of\n"
	      "  facts; the same kernel on the same CPU gives the same file.\n"
	      "diff: what changed from A to B, each with the rule of lib/expect that it\n"
	      "  touches, and whether a known change of KVM between the two explains it.\n"
	      "Exit status of diff: 0 the same, 1 expected changes only, 3 unexpected ones,\n"
	      "2 usage, 4 cannot compare.\n", out);
	return status;
}

static int record(const char *path)
{
	struct surface_head head;
	FILE *out;

	if (!surface_head_here(&head))
		return 4;
	out = path ? fopen(path, "w") : stdout;
	if (!out) {
		perror(path);
		return 4;
	}
	mirror_prepare();
	record_device();
	record_cpuid();
	record_msrs();
	record_gates();
	record_tables();
	record_scenes();
	facts_write(out, &head);
	return fflush(out) || ferror(out) ? 4 : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "--help") || !strcmp(what, "-h"))
		return usage(stdout, 0);
	if (argc == 2 && !strcmp(what, "record"))
		return record(NULL);
	if (argc == 4 && !strcmp(what, "record") && !strcmp(argv[2], "-o"))
		return record(argv[3]);
	if (argc == 4 && !strcmp(what, "diff"))
		return surface_diff(argv[2], argv[3], stdout);
	return usage(stderr, 2);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * In an emulated machine whose kernel has many faults (surface_faults.sh): turn
 * one on after the other and record its surface until a fact is not as on the
 * honest kernel.  A fault that only matters while KVM starts cannot be seen
 * here.
 *
 *	surface_loop NUMBERS TESTS	a file with one number a line, and the
 *					program that has all tests
 *
 * Prints "caught N FACT" or "survived N".
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/mirror/surface.h"

#define PARAMETER	"/sys/module/kvm/parameters/fault"

static void choose(const char *number)
{
	FILE *f = fopen(PARAMETER, "w");

	if (!f || fprintf(f, "%s\n", number) < 0 || fclose(f)) {
		perror(PARAMETER);
		exit(2);
	}
}

/* Facts that the tests leave for each other are those of the last fault. */
static void record_with_tests(const char *tests)
{
	const char *image = getenv("KVM_CPUID_FACTS");

	if (image)
		unlink(image);
	record_all();
	record_verdicts(tests);
}

int main(int argc, char *argv[])
{
	char number[16], fact[300];
	FILE *list = argc == 3 ? fopen(argv[1], "r") : NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!list || !subject_facts_try())
		return 2;
	choose("0");
	mirror_prepare();
	record_with_tests(argv[2]);
	facts_watch();
	record_with_tests(argv[2]);
	if (facts_differ(fact, sizeof(fact)))
		printf("not stable: %s\n", fact);
	while (fscanf(list, "%15s", number) == 1) {
		choose(number);
		facts_watch();
		record_with_tests(argv[2]);
		choose("0");
		if (facts_differ(fact, sizeof(fact)))
			printf("caught %s %s\n", number, fact);
		else
			printf("survived %s\n", number);
	}
	printf("done\n");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * All selftests in one program, for where room or time is short: a board, an
 * initramfs.  Which of them it is, the name tells that it is called by, or the
 * first argument; without one the names are listed.
 *
 * Each test is the object that its own program is linked from.  Its main() and
 * its constructors, which the harness registers tests by, have got other names
 * (see the Makefile): no test pays for the constructors of another.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef void (*constructor)(int argc, char **argv, char **envp);

/*
 * SELFTEST(name) for each.  A compiler may run simple constructors by itself, as
 * clang 19 does, and leave none: then the section and its symbols are not there.
 */
#define SELFTEST(name) \
	extern const constructor __start_##name##_init[] __attribute__((weak)); \
	extern const constructor __stop_##name##_init[] __attribute__((weak)); \
	int name##_main(int argc, char **argv);
#include "one/tests.def"
#undef SELFTEST

static const struct selftest {
	const char *name;
	const constructor *first, *end;
	int (*main)(int argc, char **argv);
} selftests[] = {
#define SELFTEST(name) \
	{ #name, __start_##name##_init, __stop_##name##_init, name##_main },
#include "one/tests.def"
#undef SELFTEST
};

#define NR_SELFTESTS	(sizeof(selftests) / sizeof(selftests[0]))

static const struct selftest *find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_SELFTESTS; i++)
		if (!strcmp(selftests[i].name, name))
			return &selftests[i];
	return NULL;
}

static int run(const struct selftest *t, int argc, char **argv, char **envp)
{
	const constructor *c;

	program_invocation_short_name = argv[0];
	for (c = t->first; c < t->end; c++)
		(*c)(argc, argv, envp);
	return t->main(argc, argv);
}

static int list(void)
{
	size_t i;

	for (i = 0; i < NR_SELFTESTS; i++)
		puts(selftests[i].name);
	return 0;
}

int main(int argc, char **argv, char **envp)
{
	const struct selftest *t = find(program_invocation_short_name);

	if (t) {
		argv[0] = program_invocation_short_name;
		return run(t, argc, argv, envp);
	}
	if (argc < 2)
		return list();
	t = find(argv[1]);
	if (t)
		return run(t, argc - 1, argv + 1, envp);
	fprintf(stderr, "%s: no test '%s'\n", argv[0], argv[1]);
	return 2;
}

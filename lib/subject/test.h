/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every selftest of x86/ begins with: the kselftest harness, and the
 * conventions of this suite on top of it.
 *
 * A test that cannot be done here says why on a line of its own and is then
 * reported as a bare "# SKIP": parsers glue what follows "# SKIP" to the name
 * of the test, and a name must not change from host to host.
 */
#ifndef LIB_TEST_H
#define LIB_TEST_H

#include <stdarg.h>
#include <stdio.h>

#include "kselftest_harness.h"

#include "subject.h"
#include "verdict.h"

/* In a test body: say why, then leave the test as skipped. */
#define TEST_SKIP(...) do { \
	printf("# SKIP: " __VA_ARGS__); \
	printf("\n"); \
	fflush(stdout); \
	SKIP(return, " "); \
} while (0)

/* The test fails, after all that it has to report was reported. */
#define TEST_VERDICT(ok) EXPECT_TRUE(ok)

/*
 * Host facts are read once, before the harness forks.  Where there is no
 * usable KVM every test still has its line, SKIP, and the status is KSFT_SKIP.
 */
static inline void test_exit_skip(void)
{
	fflush(stdout);
	_exit(KSFT_SKIP);
}

/* prepare() runs before the harness forks. */
#define TEST_MAIN_AFTER(prepare) \
int main(int argc, char **argv) \
{ \
	setvbuf(stdout, NULL, _IOLBF, 0); \
	if (!subject_facts_try()) \
		atexit(test_exit_skip); \
	prepare(); \
	return test_harness_run(argc, argv); \
}

static inline void test_nothing_first(void)
{
}

#define TEST_MAIN TEST_MAIN_AFTER(test_nothing_first)

#endif

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
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "known.h"

/*
 * Tests that only look at what was collected before them, and say so by
 * TESTS_ONLY_LOOK, need no copy of this process's memory: on an emulated machine
 * it costs more than such a test does, so there they share it.  Each is a process
 * all the same, and dies alone.  The harness waits for its end, so that it has to
 * watch the time itself; musl's abort() would signal the process that the test
 * came from; and the harness of 7.1 has that process count anew.
 */
#ifdef TESTS_ONLY_LOOK
#define fork() ({ \
	const struct ksft_count count_ = ksft_cnt; \
	const unsigned int plan_ = ksft_plan; \
	const bool shared_ = getenv(KNOWN_EMULATOR); \
	pid_t pid_; \
	known_begin(); \
	pid_ = shared_ ? vfork() : fork(); \
	if (pid_) { \
		ksft_cnt = count_; \
		ksft_plan = plan_; \
	} else if (shared_) { \
		alarm(t->timeout); \
	} \
	pid_; \
})
#define abort()		kill(getpid(), SIGABRT)
#endif

#include "kselftest_harness.h"

#undef fork
#undef abort

#include "ktap.h"
#include "machine.h"
#include "bench.h"
#include "verdict.h"

/* The reason, for people and for programs. */
static inline void __attribute__((format(printf, 1, 2)))
test_say_skip(const char *fmt, ...)
{
	char reason[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	printf("# SKIP: %s\n", reason);
	machine_note("skip", reason);
}

/* What test_skip_all() has said to people. */
static inline void test_skip_is_told(const char *reason)
{
	machine_note("skip", reason);
}

/*
 * In a test body: say why, then leave the test as skipped.  Nothing is skipped
 * because of a KVM that is there and broken.
 */
#define TEST_SKIP(...) do { \
	if (subject_broken()) \
		test_stop(__VA_ARGS__); \
	test_say_skip(__VA_ARGS__); \
	SKIP(return, " "); \
} while (0)

/* In a test body: leave it as skipped where something is not here (needs.def). */
#define TEST_NEEDS(g, ...) do { \
	const enum need needs[] = { __VA_ARGS__ }; \
	const char *lacks = bench_lacks((g), needs, ARRAY_SIZE(needs)); \
	if (lacks) \
		TEST_SKIP("%s", lacks); \
} while (0)

/*
 * A fixture that has nothing of its own: a bench with a VM, made anew for each
 * test; or no more than a KVM that can be used.  Members of a fixture lie on the
 * stack, and the harness clears them for each test: what is big is static instead,
 * and new in each test's process.
 */
#define BENCH_FIXTURE(name, g, vm_flags) \
FIXTURE(name) { }; \
FIXTURE_SETUP(name) { bench_open((g), (vm_flags)); } \
FIXTURE_TEARDOWN(name) { bench_close(g); }

#define PLAIN_FIXTURE(name) \
FIXTURE(name) { }; \
FIXTURE_SETUP(name) { subject_facts(); } \
FIXTURE_TEARDOWN(name) { }

/*
 * The end of a test, after all that it has to report was reported: a failure,
 * unless known defects of this kernel explain every report (see lib/errata).
 * A failure seen before or after, by an EXPECT or ASSERT, remains one.
 */
#ifdef XFAIL_ADD
#define TEST_IS_KNOWN(code) do { \
	if (_metadata->exit_code == KSFT_PASS || \
	    _metadata->exit_code == KSFT_XPASS) { \
		strcpy(_metadata->results->reason, " "); \
		_metadata->exit_code = (code); \
	} \
} while (0)
#else	/* before 6.10 the harness knew no other end than to skip */
#define TEST_IS_KNOWN(code) do { \
	if (_metadata->passed && (code) == KSFT_XFAIL) \
		SKIP(return, " "); \
} while (0)
#endif

#define TEST_VERDICT(ok) do { \
	bool all_is_well = (ok); \
	enum result end = known_end(all_is_well, _metadata->fixture->name, \
				       _metadata->name); \
	if (end == RESULT_FAIL) { \
		all_is_well = false; \
		EXPECT_TRUE(all_is_well); \
	} else if (end != RESULT_PASS) { \
		TEST_IS_KNOWN(end == RESULT_XFAIL ? KSFT_XFAIL : KSFT_XPASS); \
	} \
} while (0)

/*
 * Host facts are read once, before the harness forks.  Where there is no
 * usable KVM every test still has its line, SKIP, and the status is KSFT_SKIP;
 * where KVM is broken the program has failed, whatever its tests say.
 */
static inline void test_exit_without_kvm(void)
{
	fflush(stdout);
	_exit(subject_broken() ? KSFT_FAIL : KSFT_SKIP);
}

/*
 * With -l, before the harness lists the tests: the rules they check, whose
 * sentences are in RULES.
 */
static inline void test_list_rules(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "-l"))
			rules_list_ids(stdout, program_invocation_short_name);
}

/* The names of the results that this command line asks for. */
static inline void test_plan(struct ktap *k, int argc, char **argv)
{
	struct __fixture_variant_metadata none = { .name = "" }, *v;
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	char name[256];

	for (f = __fixture_list; f; f = f->next)
		for (v = f->variant ?: &none; v; v = v->next)
			for (t = f->tests; t; t = t->next) {
				if (!test_enabled(argc, argv, f, v, t))
					continue;
				snprintf(name, sizeof(name), "%s%s%s.%s",
					 f->name, v->name[0] ? "." : "",
					 v->name, t->name);
				ktap_plan(k, name);
			}
}

static inline int test_main(int (*run)(int argc, char **argv), int argc,
			    char **argv)
{
	struct ktap k = {};
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	test_list_rules(argc, argv);
	/* "-l", "-h", or an option that there is not: no test is run. */
	ret = test_harness_argv_check(argc, argv);
	if (ret != KSFT_PASS)
		return ret;
	test_plan(&k, argc, argv);
	return ktap_run(&k, run, argc, argv);
}

/* What every program does before its tests run, one with a main() of its own too. */
static inline void test_begin(void)
{
	test_stop_status = known_stop;
	test_skip_told = test_skip_is_told;
	known_probe = quirk_probe;
	known_bent = quirk_bent;
	if (subject_facts_try())
		bench_prepare();
	else
		atexit(test_exit_without_kvm);
}

/* prepare() runs in the process that the harness forks its tests from. */
#define TEST_MAIN_AFTER(prepare) \
static int test_run(int argc, char **argv) \
{ \
	test_begin(); \
	prepare(); \
	return test_harness_run(argc, argv); \
} \
int main(int argc, char **argv) \
{ \
	return test_main(test_run, argc, argv); \
}

static inline void test_nothing_first(void)
{
}

#define TEST_MAIN TEST_MAIN_AFTER(test_nothing_first)

/*
 * The harness since 6.13 has a shared mapping for each test there is, and every
 * fork copies all of them.  Here they are pieces of one.  A piece does not begin
 * where a page does, so that munmap() of it does nothing.
 */
#define TEST_ARENA	0x10000
#define TEST_PIECE	64

static inline void *test_mmap(void *addr, size_t len, int prot, int flags,
			      int fd, off_t offset)
{
	static char *arena;
	static size_t used;

	if (len > 8 * TEST_PIECE || flags != (MAP_SHARED | MAP_ANONYMOUS))
		return mmap(addr, len, prot, flags, fd, offset);
	len = (len + TEST_PIECE - 1) / TEST_PIECE * TEST_PIECE;
	if (!arena || used + TEST_PIECE + len > TEST_ARENA) {
		arena = mmap(NULL, TEST_ARENA, PROT_READ | PROT_WRITE, flags,
			     -1, 0);
		if (arena == MAP_FAILED)
			return MAP_FAILED;
		used = 0;
	}
	if (!(used % 4096))
		used += TEST_PIECE;
	used += len;
	return arena + used - len;
}

/*
 * For a test with a fixture the harness since 6.9 forks twice: once for the
 * test, and within it once more, so that a parent can tear down what a test died
 * of.  No fixture here has a FIXTURE_TEARDOWN_PARENT(), and on an emulated
 * machine a fork costs more than most tests do.  So what TEST_F() expands to from
 * here on stays in the first process, and ends it with the test's own status.
 */
#define mmap		test_mmap
#define fork()		0
#define _exit(status)	(_exit)((status) ? : _metadata->exit_code)

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests that share their memory, for only_look_test.sh: they end badly in each
 * way there is, and after each comes one that has nothing to do with it.
 */
#include <stdio.h>

#define TESTS_ONLY_LOOK
#include "test.h"

#define NEXT(name) TEST(name) { TEST_VERDICT(true); }

static void report(void)
{
	const struct finding f = {
		.kind = FOUND_EVENT, .event = EVENT_CHECK, .what = "a value",
		.wanted_text = "1", .got_text = "0", .rule = RULE_T13,
		.why = "it is made up",
	};

	report_finding(&f);
}

TEST(reports)
{
	report();
	TEST_VERDICT(false);
}

NEXT(after_report)

TEST(expects)
{
	EXPECT_EQ(1, 0);
}

NEXT(after_expect)

TEST(asserts)
{
	ASSERT_EQ(1, 0);
}

NEXT(after_assert)

TEST(stops)
{
	test_stop("nothing goes on");
}

NEXT(after_stop)

TEST(skips)
{
	TEST_SKIP("it has no subject");
}

NEXT(after_skip)

TEST(dies)
{
	kill(getpid(), SIGSEGV);
}

NEXT(after_death)

/* Nothing counts while it tries: for the next test it must again. */
TEST(dies_trying)
{
	known_try_begin();
	kill(getpid(), SIGSEGV);
}

TEST(reports_after_try)
{
	report();
	TEST_VERDICT(true);
}

FIXTURE(endless) { };
FIXTURE_SETUP(endless) { }
FIXTURE_TEARDOWN(endless) { }

TEST_F_TIMEOUT(endless, loops, 1)
{
	for (;;)
		pause();
}

TEST_F(endless, after_loop)
{
	TEST_VERDICT(true);
}

/* No KVM is needed: there is nothing to look at. */
int main(int argc, char **argv)
{
	return test_main(test_harness_run, argc, argv);
}

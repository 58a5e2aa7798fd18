/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results of a sweep over MSRs (lib/bench/msr_sweep.h): one fixture, with a
 * variant for each group of MSRs, of what guests and what ioctls did.
 */
#ifndef X86_MSR_GROUPS_H
#define X86_MSR_GROUPS_H

#include "msr_sweep.h"
#define TESTS_ONLY_LOOK
#include "test.h"

static struct msr_results *results;

#define SWEEP_FIXTURE(name) \
FIXTURE(name) { }; \
FIXTURE_VARIANT(name) { const char *group; uint32_t msr; }; \
FIXTURE_SETUP(name) \
{ \
	subject_facts(); \
	sweep_must_be_whole(results); \
} \
FIXTURE_TEARDOWN(name) { }

#define GROUP(fixture, name) \
	FIXTURE_VARIANT_ADD(fixture, name) { .group = #name }

#define GROUP_TESTS(fixture) \
TEST_F(fixture, guest) \
{ \
	if (!results->guests_can_fault) \
		TEST_SKIP("this KVM does not deliver exceptions to a 64-bit guest"); \
	SWEEP_NEEDS_CHECKS(results, variant->group, MSR_GUEST); \
	TEST_VERDICT(sweep_report(results, variant->group, MSR_GUEST)); \
} \
TEST_F(fixture, host) \
{ \
	SWEEP_NEEDS_CHECKS(results, variant->group, MSR_HOST); \
	TEST_VERDICT(sweep_report(results, variant->group, MSR_HOST)); \
}

/* The sweep runs before the tests. */
#define SWEEP_MAIN(sweep) \
static void sweep_first(void) \
{ \
	results = sweep_once(sweep); \
} \
TEST_MAIN_AFTER(sweep_first)

#endif

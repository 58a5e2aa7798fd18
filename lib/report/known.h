/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What known defects make of a test's failures: each report is looked up in
 * the errata table and counted, and the end of the test goes by the counts.
 */
#ifndef LIB_KNOWN_H
#define LIB_KNOWN_H

#include "errata.h"

/* Programs that are run with this set do not fail for quirks of the host. */
#define KNOWN_ALLOW	"KVM_CPUID_ALLOW_ERRATA"

/* Look a mismatch up, count it; one line about it unless quiet. */
void known_explain(const struct mismatch *m);

/* A failure that was told in another way than by a report. */
void known_unexplained(void);

/*
 * Between these two, reports are looked up only: nothing is printed, and
 * nothing counts for the test.  Were all of them explained?
 */
void known_try_begin(void);
bool known_try_end(void);
bool known_trying(void);

/* For test_stop(): the status of a test that ends with this error. */
int known_stop(const char *error);

enum known_end { KNOWN_PASS, KNOWN_FAIL, KNOWN_XFAIL, KNOWN_XPASS };

/* How a test ends that says it is ok, or not; names as the harness has them. */
enum known_end known_end(bool ok, const char *fixture, const char *test);

#endif

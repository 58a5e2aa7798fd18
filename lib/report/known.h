/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What known defects make of a test's failures: each report is looked up in
 * the errata table and counted, and the end of the test goes by the counts.
 */
#ifndef LIB_KNOWN_H
#define LIB_KNOWN_H

#include <stdio.h>

#include "causes.h"
#include "errata.h"
#include "kvm_util.h"

/* Programs that are run with this set do not fail for quirks of the host. */
#define KNOWN_ALLOW	"KVM_CPUID_ALLOW_ERRATA"

/* Set in emulated machines, by machines/run.sh: "Bochs-3.0". */
#define KNOWN_EMULATOR	"KVM_CPUID_EMULATOR"

/* The emulator that this machine is, and its version; NULL: none is known. */
const char *known_emulator(uint32_t *version);

/*
 * Tries a quirk on the KVM that is here; and what it does to CPUID lists, tried
 * once.  Set before the first finding.
 */
extern bool (*known_probe)(enum quirk q);
extern const struct bent_lists *(*known_bent)(void);

/* A test begins that shares the memory of the tests before it. */
void known_begin(void);

/*
 * Look a finding up, count it, and tell if it is known.  Returns what explains
 * it, or NULL.
 */
const struct erratum *known_explain(const struct finding *m);

/* What it follows from on the KVM that is here, or NULL. */
const struct cause *known_cause(const struct finding *m);

/* The line that people read of what explains a report. */
void known_annotate(FILE *out, const struct erratum *e);

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
int known_stop(enum run_end end, const char *error);

/* ERROR: it could not be found out, which says nothing about KVM. */
enum result {
	RESULT_PASS, RESULT_FAIL, RESULT_ERROR, RESULT_SKIP, RESULT_XFAIL,
	RESULT_XPASS,
};

/* How a test ends that says it is ok, or not; names as the harness has them. */
enum result known_end(bool ok, const char *fixture, const char *test);

#endif

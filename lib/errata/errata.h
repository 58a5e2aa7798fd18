/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known defects, as data.  Two kinds:
 *
 * - of the kernel: known from one version to another, with the commit that
 *   mended it.  A row counts only where the running kernel is in its range,
 *   and explains only the very answer that the defect is known to give.
 * - quirks of a KVM that is neither kvm-amd nor kvm-intel.  A row counts only
 *   if an independent probe of that quirk says yes.
 *
 * Rows explain what was found; nothing here makes an expectation weaker.
 */
#ifndef LIB_ERRATA_H
#define LIB_ERRATA_H

#include "finding.h"

/* What a KVM may do that kvm-amd and kvm-intel do not; see quirk.c. */
enum quirk {
	QUIRK_NONE,
	QUIRK_CPUID_FORCED,
	QUIRK_VENDOR_MSRS,
	QUIRK_LAX_MSRS,
	QUIRK_NOT_STUFFED,
	QUIRK_MISC_ENABLE,
	QUIRK_NO_FFXSR,
	QUIRK_EMULATOR,
	QUIRK_LATE_REQUESTS,
	QUIRK_OWN_TSC,
	NR_QUIRKS,
};

#define ERRATUM_FIXES_MAX	4

struct erratum {
	const char *id;
	enum quirk quirk;		/* QUIRK_NONE: of the kernel */
	uint32_t since;			/* KERNEL(); 0: from the first */
	/* First fixed: mainline, then releases of stable series. */
	uint32_t fixed[ERRATUM_FIXES_MAX];
	const char *commit;
	const char *shows_in;		/* "PROGRAM:FIXTURE.TEST" that must */
	const char *summary;
	const char *area;		/* quirk: "CPUID", "MSRs", "guests" */
};

/* What a row explains: all that is given must fit.  Texts are globs. */
struct erratum_match {
	const char *id;
	enum finding_kind kind;
	enum rule rule;			/* RULE_NONE: any */
	int64_t leaf, subleaf, reg;	/* CPUID; -1: any */
	int64_t msr;			/* -1: any, or none */
	const char *what, *wanted, *got;	/* events; NULL: any */
	bool (*fits)(const struct finding *m);
};

extern const struct erratum errata[];
extern const unsigned int nr_errata;
extern const struct erratum_match errata_matches[];
extern const unsigned int nr_errata_matches;

/* Where it was found. */
struct errata_host {
	uint32_t kernel;		/* KERNEL(), 0 if not known */
	const char *kvm_module;
	bool (*has_quirk)(enum quirk q);	/* asked once a row fits */
};

/* The running kernel, or this KVM, is known to have it. */
bool erratum_holds(const struct erratum *e, const struct errata_host *h);

/* The first row that fits and holds; NULL if nothing explains it. */
const struct erratum *errata_explain(const struct finding *m,
				     const struct errata_host *h);

/* A kernel defect that holds and must show in this test; or NULL. */
const struct erratum *errata_due(const char *test, unsigned int nth,
				 const struct errata_host *h);

/* "6.5", "6.12.117"; the whole of a row's fixes, "6.19, 6.12.117". */
const char *erratum_fixes(const struct erratum *e, char *buf, size_t len);

/* The table, for people: id, where, commit, summary. */
void errata_list(void);

/* Try it on the KVM that is there: see quirk.c. */
bool quirk_probe(enum quirk q);

/* --- conditions of rows (errata_fits.c) -------------------------------- */

bool fits_forced(const struct finding *m);
bool fits_forced_subleaf(const struct finding *m);
bool fits_forced_or_xsave(const struct finding *m);
bool fits_redirected(const struct finding *m);
bool fits_more_components(const struct finding *m);
bool fits_mcg_ser(const struct finding *m);
bool fits_zero(const struct finding *m);
bool fits_upper_kept(const struct finding *m);
bool fits_arg_ffxsr(const struct finding *m);
bool fits_value_ffxsr(const struct finding *m);
bool fits_forced_cr4(const struct finding *m);
bool fits_forced_cr4_value(const struct finding *m);
bool fits_more_entries(const struct finding *m);

#endif

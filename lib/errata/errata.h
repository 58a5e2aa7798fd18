/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known defects, as data.  Three kinds, each in a table and a file of its own:
 *
 * - of the kernel (kernel_errata.c): known from one version to another, with
 *   the commit that mended it.  A row counts only where the running kernel is
 *   in its range, and explains only the very answer that the defect is known
 *   to give.
 * - of a foreign KVM, one that is neither kvm-amd nor kvm-intel
 *   (foreign_errata.c).  A row counts only if an independent probe of that
 *   quirk says yes.
 *
 * - of the emulator whose CPU KVM runs on (emulator_errata.c).  A row counts
 *   only in a machine of that emulator, whose version is in the row's range, and
 *   explains only the very answer that the defect is known to give.
 *
 * Rows explain what was found; nothing here makes an expectation weaker.
 */
#ifndef LIB_ERRATA_H
#define LIB_ERRATA_H

#include "finding.h"

/* What a foreign KVM may do; see quirk.c for how each is tried. */
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
	QUIRK_NO_BASE,		/* of any KVM: see causes.h */
	NR_QUIRKS,
};

#define ERRATUM_FIXES_MAX	6

struct erratum {
	const char *id;
	enum quirk quirk;		/* QUIRK_NONE: of the kernel or an emulator */
	const char *emulator;		/* "Bochs", "QEMU"; NULL: not of one */
	uint32_t since;			/* KERNEL(); 0: from the first */
	/* First fixed: mainline, then releases of stable series. */
	uint32_t fixed[ERRATUM_FIXES_MAX];
	const char *commit;
	const char *shows_in;		/* "PROGRAM:FIXTURE.TEST" that must */
	const char *summary;
	const char *area;		/* quirk: "CPUID", "MSRs", "guests" */
};

#define ANY		(-1)		/* of a leaf, MSR, event, answer */
#define ANY_NUMBER	INT64_MIN	/* of wanted, got, arg */

/* What a row explains: all that is given must fit. */
struct erratum_match {
	const char *id;
	enum finding_kind kind;
	enum rule rule;			/* RULE_NONE: any */
	int64_t leaf, subleaf, reg;	/* CPUID; ANY */
	uint32_t bits;			/* no other may differ; 0: any may */
	int64_t msr;			/* ANY: any, or none */
	int event, answer;		/* of enum event, enum answer; ANY */
	int64_t wanted, got, arg;	/* of an event; ANY_NUMBER */
	bool (*fits)(const struct finding *m);
};

struct errata_table {
	const struct erratum *rows;
	unsigned int nr_rows;
	const struct erratum_match *matches;
	unsigned int nr_matches;
};

extern const struct errata_table kernel_errata, foreign_errata, emulator_errata;

/* All of them, for those who go through all rows. */
#define NR_ERRATA_TABLES	3
extern const struct errata_table * const errata_tables[NR_ERRATA_TABLES];

/* Where it was found. */
struct errata_host {
	uint32_t kernel;		/* KERNEL(), 0 if not known */
	const char *kvm_module;
	const char *emulator;		/* its name; NULL: a real CPU, or not known */
	uint32_t emulator_version;	/* as KERNEL() */
	bool (*has_quirk)(enum quirk q);	/* asked once a row fits */
};

/* The running kernel, or this KVM, is known to have it. */
bool erratum_holds(const struct erratum *e, const struct errata_host *h);

/* The row with this id; NULL if there is none. */
const struct erratum *erratum_find(const char *id);

/* The first row that fits and holds; NULL if nothing explains it. */
const struct erratum *errata_explain(const struct finding *m,
				     const struct errata_host *h);

/* A kernel defect that holds and must show in this test; or NULL. */
const struct erratum *errata_due(const char *test, unsigned int nth,
				 const struct errata_host *h);

/* "6.5", "6.12.117"; the whole of a row's fixes, "6.19, 6.12.117". */
const char *erratum_fixes(const struct erratum *e, char *buf, size_t len);

/* The tables, for people: id, where, commit, summary, and where it must show. */
void errata_list(void);

/* Try it on the KVM that is there, and what it does to lists: see quirk.c. */
bool quirk_probe(enum quirk q);
const struct bent_lists *quirk_bent(void);

/* --- conditions of rows (foreign_fits.c) -------------------------------- */

bool fits_forced(const struct finding *m);
bool fits_forced_subleaf(const struct finding *m);
bool fits_forced_or_xsave(const struct finding *m);
bool fits_redirected(const struct finding *m);
bool fits_more_components(const struct finding *m);
bool fits_mcg_ser(const struct finding *m);
bool fits_no_intel_mce(const struct finding *m);
bool fits_zero(const struct finding *m);
bool fits_upper_kept(const struct finding *m);
bool fits_arg_ffxsr(const struct finding *m);
bool fits_value_ffxsr(const struct finding *m);
bool fits_forced_cr4(const struct finding *m);
bool fits_forced_cr4_value(const struct finding *m);
bool fits_dropped_cr4(const struct finding *m);
bool fits_dropped_cr4_value(const struct finding *m);
bool fits_forced_no_mwait(const struct finding *m);
bool fits_arch_cap_forced(const struct finding *m);
bool fits_arch_cap_dropped(const struct finding *m);
bool fits_rtm_forced(const struct finding *m);
bool fits_other_entries(const struct finding *m);

#endif

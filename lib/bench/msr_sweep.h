/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSR accesses in bulk: each is done in a guest or by ioctl, predicted by
 * msr_model, compared, and what differs is kept for the test that reports it.
 * A sweep runs once, in a process of its own, before the harness forks.
 *
 *	sweep_begin(s, "only RDPID", &cpuid);	a new vCPU
 *	sweep_host(s, MSR_READ, 0xc0000103, 0);
 *	sweep_guest(s, MSR_WRITE, 0xc0000103, 4);
 *	sweep_end(s);				one KVM_RUN
 */
#ifndef LIB_MSR_SWEEP_H
#define LIB_MSR_SWEEP_H

#include "finding.h"
#include "msr_model.h"
#include "probe.h"
#include "bench.h"

#define SWEEP_FINDINGS	2000
#define SWEEP_GROUPS	96
#define SWEEP_PLANNED	6000

struct msr_finding {
	char group[24];
	enum msr_who who;
	bool value;		/* wanted and got are MSR values */
	bool access;		/* of msr, done or refused */
	uint32_t msr;
	enum event event;	/* of an access, what and how it ended ... */
	enum answer answer;
	uint64_t arg;		/* ... and what was written */
	uint64_t wanted_value, got_value;
	char what[110];
	char wanted[32], got[32];
	enum rule rule;
	const char *why;	/* static text, the same in every process */
};

struct msr_tally {
	char group[24];
	uint32_t checks[2];	/* by enum msr_who */
	/* Accesses that the rules do not predict here, and to which MSRs. */
	uint32_t unsure[2];
	char not_judged[2][100];
};

/* Lives in memory that the tests' processes share. */
struct msr_results {
	bool complete;
	bool guests_can_fault;
	char why_not[200];
	uint32_t nr_findings, lost_findings;
	struct msr_finding finding[SWEEP_FINDINGS];
	uint32_t nr_tallies;
	struct msr_tally tally[SWEEP_GROUPS];
};

struct msr_sweep {
	struct msr_results *out;
	struct bench *bench;
	struct msr_cpu cpu;
	const char *config;
	const char *group;	/* of the findings; NULL: that of the rule */
	bool no_guest;		/* this vCPU is for ioctls only */
	struct msr_planned *planned;
};

/*
 * Run fn once in a child process.  Returns results that all processes share.
 */
struct msr_results *sweep_once(void (*fn)(struct msr_sweep *s));

/* Options of the vCPU to come: set fields of s->cpu before sweep_start(). */
void sweep_begin(struct msr_sweep *s, const char *config,
		 const struct cpuid_list *cpuid);
void sweep_start(struct msr_sweep *s);

/* One access now, by ioctl; or in the guest, at sweep_run(): as predicted. */
enum msr_answer sweep_host(struct msr_sweep *s, enum msr_op op,
			   uint32_t index, uint64_t value);
enum msr_answer sweep_guest(struct msr_sweep *s, enum msr_op op,
			    uint32_t index, uint64_t value);
enum msr_answer sweep_access(struct msr_sweep *s, enum msr_who who,
			     enum msr_op op, uint32_t index, uint64_t value);

/* Do what is planned for the guest; more may follow. */
void sweep_run(struct msr_sweep *s);
void sweep_end(struct msr_sweep *s);

/* A finding of the test's own, or a check that passed. */
void sweep_note(struct msr_sweep *s, const char *group, enum msr_who who);
void sweep_fail(struct msr_sweep *s, const char *group, enum msr_who who,
		enum rule rule, const char *why, const char *what,
		const char *wanted, const char *got);

/* An MSR value of the test's own: counted, and a finding if it is not so. */
void sweep_value(struct msr_sweep *s, const char *group, enum msr_who who,
		 enum rule rule, const char *why, uint32_t msr,
		 const char *what, uint64_t wanted, uint64_t got);

/* For tests: end the test with the reason if the sweep did not get through. */
void sweep_must_be_whole(const struct msr_results *r);

/* For tests: report the findings; how many checks were there? */
bool sweep_report(const struct msr_results *r, const char *group,
		  enum msr_who who);
uint32_t sweep_checks(const struct msr_results *r, const char *group,
		      enum msr_who who);

/*
 * Names of MSRs of which nothing was predicted, which is told as well; NULL if
 * all was.  A group of which nothing at all was predicted is to be skipped.
 */
const char *sweep_not_judged(const struct msr_results *r, const char *group,
			     enum msr_who who);

/* In a test: skip a group of which there is nothing to judge. */
#define SWEEP_NEEDS_CHECKS(r, group, who) do { \
	const char *msrs = sweep_not_judged(r, group, who); \
	if (!sweep_checks(r, group, who) && msrs) \
		TEST_SKIP("not judged here: %s", msrs); \
	if (!sweep_checks(r, group, who)) \
		TEST_SKIP("no such MSR with this vendor or kernel"); \
} while (0)

/* RDMSR on the host by /dev/cpu/0/msr; empty where that cannot be opened. */
void host_msrs_read(struct msr_list *list, const uint32_t *index,
		    unsigned int n);

#endif

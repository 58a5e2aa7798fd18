/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One thing that is not as it should be, as a test hands it over: it is told
 * to people and to programs (lib/report) and looked up among the known defects.
 *
 * Known defects are matched by numbers and enums alone.  The texts of a finding
 * are for people and may be reworded at any time.
 */
#ifndef LIB_FINDING_H
#define LIB_FINDING_H

#include "cpuid.h"
#include "facts.h"
#include "rules.h"

enum finding_kind {
	FOUND_CPUID,	/* a register of CPUID */
	FOUND_MSR,	/* the value of an MSR */
	FOUND_EVENT,	/* a fault, a return value, anything else */
};

/* EVENT_CHECK and so on: rows of events.def. */
enum event {
#define EVENT(id, name)	EVENT_##id,
#include "events.def"
#undef EVENT
	NR_EVENTS
};

/* The name in the machine line, "set_sregs_cr4". */
const char *event_name(enum event e);

/* What the wanted and got of an event are as numbers. */
enum answer {
	ANSWER_TEXT,	/* no numbers: the texts alone */
	ANSWER_VALUE,	/* a value, or how many */
	ANSWER_RESULT,	/* what a call returned: 0 or more, or -errno */
	ANSWER_BOOL,	/* 1: yes, done, accepted, listed; 0: no */
	ANSWER_FAULT,	/* fault_number() */
	NR_ANSWERS
};

#define NO_FAULT	0xffu	/* PROBE_NO_VECTOR of guest_code/protocol.h */

/* A vector and its error code, or NO_FAULT, as one number. */
static inline uint64_t fault_number(uint8_t vector, uint32_t error)
{
	return vector == NO_FAULT ? NO_FAULT : (uint64_t)error << 8 | vector;
}

/*
 * What a foreign KVM that rewrites CPUID lists makes of one whose leaves 1, 7 and
 * 0xd have no bit set, of one where they have all, and of that
 * with a leaf 0xd whose index does not count.
 */
struct bent_lists {
	struct cpuid_list none, all, no_index;
	uint64_t cr4_none, cr4_all;	/* bits of CR4 that it takes then */
};

struct finding {
	enum finding_kind kind;
	enum rule rule;
	const char *why;		/* one sentence, with its source */
	/* As numbers: of CPUID and MSRs values, of an event as answer says. */
	uint64_t wanted, got;
	/* CPUID */
	uint32_t leaf, subleaf;
	enum cpuid_reg reg;
	const char *installed_by;	/* may be NULL */
	/* An MSR's value; an event that is an access to one has_msr. */
	bool has_msr;
	uint32_t msr;
	const char *who;		/* "guest", "KVM_GET_MSRS", ... */
	/* An event: "WRMSR EFER 0x501", "no fault", "#GP(0x0)". */
	enum event event;
	enum answer answer;
	const char *what, *wanted_text, *got_text;
	uint64_t arg;			/* the value that was asked for */
	const struct finding *cpuid;	/* the same as a register; or NULL */
	/* What a kernel with a known defect gives here, if that is known. */
	bool has_known;
	uint64_t known;			/* as got is */
	/* Filled in by lib/report for the errata table. */
	const struct host_facts *facts;	/* NULL: no KVM */
	const struct bent_lists *bent;	/* NULL: it leaves lists alone */
};

/* Are wanted and got values whose bits can be compared? */
static inline bool finding_has_values(const struct finding *f)
{
	return f->kind != FOUND_EVENT || f->answer == ANSWER_VALUE;
}

/* Is what came the very answer that a known defect gives? */
static inline bool finding_is_as_known(const struct finding *f)
{
	return f->has_known && f->got == f->known;
}

#endif

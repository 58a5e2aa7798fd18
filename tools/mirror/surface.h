/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The surface of a KVM: everything that userspace and a guest can see of
 * CPUID, MSRs, control registers and capabilities, as a list of facts.
 *
 * A fact is one line, "KEY = VALUE".  The first word of KEY is the interface;
 * a second word that begins with '@' is the variant of the vCPU's CPUID.
 */
#ifndef TOOLS_SURFACE_H
#define TOOLS_SURFACE_H

#include <stdio.h>

#include "bench.h"

/* Changes whenever facts get other names: then files cannot be compared. */
#define SURFACE_VERSION		1

/* --- facts.c: recording ---------------------------------------------------- */
/* A fact, in a section. */
void fact(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Run a section in a process of its own, so that a KVM that fails, hangs or
 * kills it costs this section's facts alone; then that is a fact.
 */
void section(const char *name, void (*run)(const void *arg), const void *arg);

/*
 * From now on sections are held against what is recorded already, in the same
 * order; the first difference ends it.  Text is the fact that differs.
 */
void facts_watch(void);
bool facts_differ(char *text, size_t len);

struct surface_head;

/*
 * What the sections have left, as a file; variants without the facts in which
 * they are like their base.
 */
void facts_write(FILE *out, const struct surface_head *h);

/* --- bench.c ---------------------------------------------------------------- */
/* The max model is computed once; each section has a bench_open() of its own. */
void mirror_prepare(void);

/* --- variants.c: which CPUID a vCPU has ------------------------------------ */
struct variant {
	char name[48];		/* with the '@' */
	struct cpuid_list list;
	bool no_list;		/* KVM_SET_CPUID2 is not called */
	bool enforce_pv, enforce_hyperv;
	bool brief;		/* one of many: what costs much is not asked */
};

/* Every named bit of the model off; every named bit alone. */
void each_off(const struct bench *g, void (*run)(const struct variant *v));
void each_only(const struct bench *g, void (*run)(const struct variant *v));
void variant_max(const struct bench *g, struct variant *v);
void variant_bare(const struct bench *g, struct variant *v);
void variant_vendor(const struct bench *g, struct variant *v,
		    const char *vendor, const char *name);
void variant_all(const struct bench *g, struct variant *v);
void variant_none(const struct bench *g, struct variant *v);
void variant_pv(const struct bench *g, struct variant *v, uint32_t base,
		uint32_t features);
void variant_hyperv(const struct bench *g, struct variant *v, uint32_t eax,
		    uint32_t ebx, uint32_t edx);

/* A new vCPU of a variant; false, and a fact, if KVM refuses it. */
bool variant_boot(struct bench *g, const struct variant *v);

/*
 * Run the batch; false, and a fact, if the guest does not come back.  Answers
 * stay until probe_clear().
 */
bool guest_run(struct bench *g, const char *variant, const char *what);

/* "#GP(0)", "ok", "not asked". */
const char *fault_of(const struct probe_request *r);

/* --- the interfaces --------------------------------------------------------- */
void record_device(void);
void record_cpuid(void);
void record_msrs(void);
void record_gates(void);
void record_tables(void);
void record_scenes(void);

/* All of these, after mirror_prepare(). */
void record_all(void);

/*
 * Tests is the program that has all of them (kvm-cpuid-all); false, and a line,
 * if it is not.
 */
bool record_verdicts(const char *tests);

/*
 * MSRs worth asking for, sorted; those that CPUID or another MSR may gate, few
 * of them if brief.
 */
unsigned int surface_msrs(uint32_t *msr, unsigned int max);
unsigned int surface_gated_msrs(uint32_t *msr, unsigned int max, bool brief);
bool msr_moves(uint32_t msr);
const char *msr_label(uint32_t msr);
/* A value in hex, or "moves". */
const char *msr_text(uint32_t msr, uint64_t value);

/* Parts of a variant's record: before the vCPU has run, and in the guest. */
void registers_by_ioctl(struct bench *g, const struct variant *v);
void registers_in_guest(struct bench *g, const struct variant *v);
void instructions_in_guest(struct bench *g, const struct variant *v);

/* --- diff ------------------------------------------------------------------- */
/* Exit status: see surface.c. */
int surface_diff(const char *a, const char *b, FILE *out);

#endif

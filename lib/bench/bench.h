/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bench that all tests work at: the max model of this host, variants of
 * it, a VM, vCPUs one after the other, the probe that runs in them, and checks
 * that carry their rule.
 *
 *	static struct bench g;
 *	bench_open(&g, 0);
 *	bench_feature(&g, f_smep, false);
 *	bench_boot(&g, PROBE_LONG);
 *	bench_want(&g, probe_write_cr(&g.probe, 4, cr4), false, "CR4", cr4,
 *		   &rule);
 *	bench_run(&g);			one KVM_RUN, every answer judged
 *	TEST_VERDICT(g.ok);
 */
#ifndef LIB_BENCH_H
#define LIB_BENCH_H

#include "expect.h"
#include "expect_regs.h"
#include "features.h"
#include "finding.h"
#include "here.h"
#include "model.h"
#include "msr_index.h"
#include "needs.h"
#include "probe.h"
#include "regs.h"

/* Why something is expected: a row of rules.def, one sentence with its source. */
struct reason {
	enum rule rule;
	const char *why;
};

#define BENCH_NOTES		2048
#define BENCH_TEXT		40000
/* KVM frees a vCPU only with its VM. */
#define BENCH_VCPUS_PER_VM	128

/* What a request of the batch is, and why its answer is wanted. */
struct bench_note {
	const char *what;
	bool has_arg;
	uint64_t arg;
	enum rule rule;
	const char *why;
	bool has_known;			/* another answer with a known defect: */
	uint64_t known;			/* a vector, or a register's value */
};

struct bench {
	const struct host_facts *facts;
	unsigned int vm_flags;
	struct vm vm;
	struct vcpu vcpu;
	struct probe probe;
	struct vcpu_state state;	/* of the vCPU, as far as it is known */
	uint32_t next_id;
	bool ok;			/* nothing was wrong so far */
	uint32_t nr_notes;
	size_t text_used;

	/*
	 * What is big.  Nothing of it is read that was not written: a new process
	 * does not even have the pages, and they are most of what a test costs.
	 */
	struct guest_cpu cpu;		/* the model */
	struct cpuid_list list;		/* its variant to be installed next */
	/* By tag of a request, from 1 on. */
	struct bench_note note[BENCH_NOTES];
	char text[BENCH_TEXT];		/* names of requests that are made up */
};

/* --- the VM and its vCPU ------------------------------------------------- */

/*
 * Compute the plain max model of this host once, in the process that the tests
 * are forked from: it is a third of what a short test costs.  Where it cannot be
 * computed, each test says so.
 */
void bench_prepare(void);

/*
 * Compute the guest CPU for this host; cpu_options as after "-cpu max,", or
 * NULL.  No VM yet.  Ends the test if the model cannot be computed.
 */
void bench_model(struct bench *g, const char *cpu_options);

/* A VM without a vCPU, in the place of the last one. */
void bench_vm(struct bench *g, unsigned int vm_flags);

/* The two, with the plain max model.  The struct is big: static. */
void bench_open(struct bench *g, unsigned int vm_flags);
void bench_close(struct bench *g);

/* A new vCPU in the place of the last one, without CPUID. */
void bench_vcpu(struct bench *g);

/* KVM_SET_CPUID2 of g->list. */
void bench_install(struct bench *g);

/* The two. */
void bench_new_guest(struct bench *g);

/* The probe at its start in a mode, nothing asked of it yet. */
void bench_probe(struct bench *g, enum probe_mode mode);

/* All of them; g->state is that of a new vCPU. */
void bench_boot(struct bench *g, enum probe_mode mode);

/* The same with another list, which becomes g->list. */
void bench_boot_list(struct bench *g, const struct cpuid_list *list,
		     enum probe_mode mode);

/* A VM with an in-kernel irqchip whose vCPU has the model, in 64-bit mode. */
void bench_start(struct bench *g);

/*
 * KVM_SET_MSRS of the model's feature MSRs, one by one, in QEMU's order.
 * Returns the number accepted; *refused is the first one refused.
 */
unsigned int bench_set_msrs(struct bench *g, uint32_t *refused);

/* Fill the expectation's view of a new vCPU, and of its CR4 as it is. */
void bench_reset_state(struct bench *g);

/* Registers as the probe has them in a mode; *sregs tells them. */
void bench_start_sregs(struct bench *g, enum probe_mode mode,
		       struct kvm_sregs *sregs);

/* --- the list ------------------------------------------------------------ */

/* Back to the model. */
void bench_reset_list(struct bench *g);

/*
 * First entry of a function in g->list, whatever its index: leaves without
 * subleaves may have any.  Ends the test if there is none.
 */
struct kvm_cpuid_entry2 *bench_entry(struct bench *g, uint32_t function);

/* Set or clear a bit in g->list; an entry that lacks is made. */
void bench_feature(struct bench *g, struct cpuid_feature f, bool on);

/* KVM_GET_SUPPORTED_CPUID has the bit. */
bool bench_kvm_has(const struct bench *g, struct cpuid_feature f);

/* The bit counts for a guest that has g->list: see expect_feature_counts(). */
bool bench_guest_has(const struct bench *g, struct cpuid_feature f);

/* Supported by KVM, and it counts for the guest. */
bool bench_usable(const struct bench *g, struct cpuid_feature f);

/*
 * KVM_GET_CPUID2 of the vCPU has the bit.  Only a foreign KVM takes one away that
 * it offers, and the tests of KVM_SET_CPUID2 tell that.
 */
bool bench_kept(struct bench *g, struct cpuid_feature f);

/* The CPU's own CPUID has the bit. */
bool bench_host_has(const struct bench *g, struct cpuid_feature f);

/* The machine is QEMU's TCG, whose SVM lacks some intercepts. */
bool bench_host_is_tcg(const struct bench *g);

/*
 * A CPU without MONITOR and MWAIT: #UD comes before any intercept (SDM vol. 3,
 * 26.1.1; APM vol. 2, 15.7), and KVM's emulator has neither.  False under a
 * hypervisor that may just hide the bit; QEMU's TCG goes by it.
 */
bool bench_cpu_lacks_mwait(const struct bench *g);

/* KVM_CHECK_EXTENSION of a capability that host facts do not record. */
int bench_cap(uint32_t cap);

/* --- what the guest does -------------------------------------------------- */

/*
 * Say what the last request added is; its answer must be "no fault" if
 * allowed, else #GP(0).  bench_want_fault() names another vector.
 */
struct probe_request *bench_want(struct bench *g, struct probe_request *r,
				 bool allowed, const char *what, uint64_t arg,
				 const struct reason *rule);
struct probe_request *bench_want_fault(struct bench *g,
				       struct probe_request *r, uint8_t vector,
				       const char *what, uint64_t arg,
				       const struct reason *rule);

/* The same in words of its own; what is wanted is in the request. */
struct probe_request *bench_name(struct bench *g, struct probe_request *r,
				 enum rule rule, const char *why,
				 const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * Say what a kernel with a known defect does at the request that was added
 * last: a vector without an error code, PROBE_NO_VECTOR, or the value of the
 * register that was asked for, which is 0x20 or more.
 */
void bench_known_answer(struct bench *g, uint64_t answer);

/* MOV to CR4, RDMSR, WRMSR of a value: added, and named so. */
void bench_mov_cr4(struct bench *g, uint64_t cr4, bool allowed,
		   const struct reason *rule);
void bench_rdmsr_is(struct bench *g, uint32_t msr, uint64_t want,
		    const struct reason *rule);

/* Run the batch, judge every answer, begin the next batch. */
void bench_run(struct bench *g);

/* The same for a batch that the caller has run. */
void bench_judge(struct bench *g);

/* --- what ioctls do -------------------------------------------------------- */

/*
 * A call that must give 0 if allowed, else want_error.  The event is what the
 * errata table knows it by; most checks have no need of one.
 */
#define bench_call(g, ...)	bench_call_as(g, EVENT_CHECK, __VA_ARGS__)
void bench_call_as(struct bench *g, enum event ev, int ret, bool allowed,
		   int want_error, const char *what, uint64_t arg,
		   const struct reason *rule);

/* KVM_SET_MSRS of one MSR: 1 if allowed, else 0. */
void bench_set_msr(struct bench *g, uint32_t msr, uint64_t value, bool allowed,
		   const struct reason *rule);

/* A value that was read back. */
#define bench_value(g, ...)	bench_value_as(g, EVENT_CHECK, __VA_ARGS__)
void bench_value_as(struct bench *g, enum event ev, uint64_t got,
		    uint64_t want, const char *what, uint64_t arg,
		    const struct reason *rule);

/* The same, where a kernel with a known defect gives another result. */
void bench_call_known(struct bench *g, enum event ev, int ret, bool allowed,
		      int want_error, int known, const char *what,
		      uint64_t arg, const struct reason *rule);
void bench_value_known(struct bench *g, enum event ev, uint64_t got,
		       uint64_t want, uint64_t known, const char *what,
		       uint64_t arg, const struct reason *rule);

/* What is either so or not, in words of its own. */
#define bench_check(g, ...)	bench_check_as(g, EVENT_CHECK, __VA_ARGS__)
void bench_check_as(struct bench *g, enum event ev, bool ok, enum rule rule,
		    const char *why, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
void bench_check_known(struct bench *g, enum event ev, bool ok, enum rule rule,
		       const char *why, const char *what);

#endif

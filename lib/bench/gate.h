/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of what CPUID gates: one VM, many vCPUs that each have a variant
 * of the max model, and checks that carry their rule.
 *
 *	struct gate g;
 *	gate_open(&g, 0);
 *	gate_feature(&g, f_smep, false);
 *	gate_boot(&g, PROBE_LONG);
 *	gate_want(&g, probe_write_cr(&g.probe, 4, cr4), false, "CR4", cr4,
 *		  &rule);
 *	gate_run(&g);			one KVM_RUN, every answer judged
 */
#ifndef LIB_GATE_H
#define LIB_GATE_H

#include "finding.h"
#include "subject.h"

/* Why something is expected: short name, one sentence with its source. */
struct gate_rule {
	enum rule rule;
	const char *why;
};

#define GATE_NOTES		2048
/* KVM frees a vCPU only with its VM. */
#define GATE_VCPUS_PER_VM	128

struct gate {
	const struct host_facts *facts;
	struct cpuid_list model;	/* the max model */
	struct cpuid_list list;		/* its variant to be installed next */
	unsigned int vm_flags;
	struct vm vm;
	struct vcpu vcpu;
	struct probe probe;
	uint32_t next_id;
	bool ok;			/* nothing was wrong so far */
	/* By tag of a request: what it is, and why its answer is wanted. */
	struct gate_note {
		const char *what;
		uint64_t arg;
		const struct gate_rule *rule;
		bool has_known;		/* another vector with a known defect */
		uint8_t known;
	} note[GATE_NOTES];
	uint32_t nr_notes;
};

/* Max model computed, VM made, no vCPU yet.  The struct is big: static. */
void gate_open(struct gate *g, unsigned int vm_flags);
void gate_close(struct gate *g);

/* A new vCPU in the place of the last one, without CPUID. */
void gate_vcpu(struct gate *g);

/* KVM_SET_CPUID2 of g->list. */
void gate_install(struct gate *g);

/* The two, and the probe ready in a mode. */
void gate_boot(struct gate *g, enum probe_mode mode);

/* Back to the max model. */
void gate_reset_list(struct gate *g);

/*
 * First entry of a function in g->list, whatever its index: leaves without
 * subleaves may have any.  Ends the test if there is none.
 */
struct kvm_cpuid_entry2 *gate_entry(struct gate *g, uint32_t function);

/* Set or clear a bit in g->list; an entry that lacks is made. */
void gate_feature(struct gate *g, struct cpuid_feature f, bool on);

/* KVM_GET_SUPPORTED_CPUID has the bit. */
bool gate_kvm_has(const struct gate *g, struct cpuid_feature f);

/*
 * The bit counts for the guest: g->list has it.  Since 6.14 (8f2a27752e80) a
 * bit that KVM neither supports nor emulates does not count.
 */
bool gate_guest_has(const struct gate *g, struct cpuid_feature f);

/* The CPU's own CPUID has the bit. */
bool gate_host_has(const struct gate *g, struct cpuid_feature f);

/* The machine is QEMU's TCG, whose SVM lacks some intercepts. */
bool gate_host_is_tcg(const struct gate *g);

/*
 * Say what the last request added is; its answer must be "no fault" if
 * allowed, else #GP(0).  gate_want_fault() names another vector.
 */
struct probe_request *gate_want(struct gate *g, struct probe_request *r,
				bool allowed, const char *what, uint64_t arg,
				const struct gate_rule *rule);
struct probe_request *gate_want_fault(struct gate *g,
				      struct probe_request *r, uint8_t vector,
				      const char *what, uint64_t arg,
				      const struct gate_rule *rule);

/*
 * Say what a kernel with a known defect does at the request that was added
 * last: a vector without an error code, or PROBE_NO_VECTOR.
 */
void gate_known_fault(struct gate *g, uint8_t vector);

/* Run the batch, judge every answer, begin the next batch. */
void gate_run(struct gate *g);

/* The same for a batch that the caller has run. */
void gate_judge(struct gate *g);

/*
 * A call that must give 0 if allowed, else want_error.  The event is what the
 * errata table knows it by; most checks have no need of one.
 */
#define gate_call(g, ...)	gate_call_as(g, EVENT_CHECK, __VA_ARGS__)
void gate_call_as(struct gate *g, enum event ev, int ret, bool allowed,
		  int want_error, const char *what, uint64_t arg,
		  const struct gate_rule *rule);

/* KVM_SET_MSRS of one MSR: 1 if allowed, else 0. */
void gate_set_msr(struct gate *g, uint32_t msr, uint64_t value, bool allowed,
		  const struct gate_rule *rule);

/* A value that was read back. */
#define gate_value(g, ...)	gate_value_as(g, EVENT_CHECK, __VA_ARGS__)
void gate_value_as(struct gate *g, enum event ev, uint64_t got,
		   uint64_t want, const char *what, uint64_t arg,
		   const struct gate_rule *rule);

/* The same, where a kernel with a known defect gives another result. */
void gate_call_known(struct gate *g, enum event ev, int ret, bool allowed,
		     int want_error, int known, const char *what, uint64_t arg,
		     const struct gate_rule *rule);
void gate_value_known(struct gate *g, enum event ev, uint64_t got,
		      uint64_t want, uint64_t known, const char *what,
		      uint64_t arg, const struct gate_rule *rule);

/* Does an exception reach the guest on this KVM? Else say so and skip. */
#define GATE_NEEDS_FAULTS(g) do { \
	if (!probe_faults_work(&(g)->model)) \
		TEST_SKIP("this KVM does not deliver exceptions to a 64-bit guest"); \
} while (0)

/* A few more calls than kvm_util.h has. */
int __vcpu_set_sregs2(struct vcpu *vcpu, const struct kvm_sregs2 *sregs);
int __vcpu_get_sregs2(struct vcpu *vcpu, struct kvm_sregs2 *sregs);
void vcpu_get_regs(struct vcpu *vcpu, struct kvm_regs *regs);

#endif

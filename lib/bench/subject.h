/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subject of nearly every selftest: a VM with one vCPU that has the max
 * model of this host installed, and the probe ready to run in it.
 */
#ifndef LIB_SUBJECT_H
#define LIB_SUBJECT_H

#include "expect.h"
#include "here.h"
#include "model.h"
#include "probe.h"

struct subject {
	const struct host_facts *facts;
	struct guest_cpu cpu;		/* what is to be installed */
	struct vm vm;
	struct vcpu vcpu;
	struct probe probe;
	struct vcpu_state state;	/* of the vCPU, as far as it is known */
};

/*
 * Compute the guest CPU for this host; cpu_options as after "-cpu max,", or
 * NULL.  Ends the test if the model cannot be computed.
 */
void subject_model(struct subject *s, const char *cpu_options);

/*
 * VM with in-kernel irqchip, vCPU, s->cpu installed by KVM_SET_CPUID2, probe
 * in 64-bit mode; KVM's PMU is off and Hyper-V's CPUID enforced if s->cpu says
 * so.  The feature MSRs are not set: see subject_set_msrs().
 */
void subject_create(struct subject *s);

/* The same by hand: a VM without a vCPU; a vCPU with another list. */
void subject_create_vm(struct subject *s, unsigned int vm_flags);
void subject_create_vcpu(struct subject *s, const struct cpuid_list *list,
			 enum probe_mode mode);

/*
 * KVM_SET_MSRS of the model's feature MSRs, one by one, in QEMU's order.
 * Returns the number accepted; *refused is the first one refused.
 */
unsigned int subject_set_msrs(struct subject *s, uint32_t *refused);

void subject_destroy(struct subject *s);

/* Fill the expectation's view of a new vCPU. */
void subject_reset_state(struct subject *s);

/*
 * A CPU without MONITOR and MWAIT: #UD comes before any intercept (SDM vol. 3,
 * 26.1.1; APM vol. 2, 15.7), and KVM's emulator has neither.  False under a
 * hypervisor that may just hide the bit; QEMU's TCG goes by it.
 */
bool subject_cpu_lacks_mwait(const struct host_facts *f);

/* kvm.ignore_msrs turns what an unknown MSR, or one without its bit, meets. */
#define SUBJECT_NEEDS_REFUSED_MSRS(f) do { \
	if (facts_param_bool((f), "kvm", "ignore_msrs", false)) \
		TEST_SKIP("kvm.ignore_msrs is on: KVM accepts every MSR"); \
} while (0)

/* Does an exception reach the guest on this KVM? Else say so and skip. */
#define SUBJECT_NEEDS_FAULTS(s) do { \
	if (!probe_faults_work(&(s)->cpu.cpuid)) \
		TEST_SKIP("this KVM does not deliver exceptions to a 64-bit guest"); \
} while (0)

/* Can the guest leave for another privilege or mode, and come back? */
#define SUBJECT_NEEDS_PLACE(s, where) do { \
	if (!probe_place_works(&(s)->cpu.cpuid, (where))) \
		TEST_SKIP("this KVM does not run the guest in that mode or privilege"); \
} while (0)

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What RDMSR and WRMSR do in a guest, and KVM_GET_MSRS and KVM_SET_MSRS do on
 * its vCPU: a model of the MSRs of one vCPU, advanced one access at a time.
 * Pure: no ioctl, no global.  The rules are rows of msr_rules.c.
 */
#ifndef LIB_MSR_MODEL_H
#define LIB_MSR_MODEL_H

#include "changes.h"
#include "facts.h"
#include "rules.h"

enum msr_who { MSR_GUEST, MSR_HOST };
enum msr_op { MSR_READ, MSR_WRITE };

/* The two ways to fail differ: only the first has exceptions for userspace. */
enum msr_answer {
	MSR_DONE,
	MSR_UNSUPPORTED,	/* KVM does not know it (here, now) */
	MSR_REFUSED,		/* KVM knows it and says no */
	MSR_UNSURE,		/* cannot be predicted: do not test */
};

struct msr_cpu {
	const struct host_facts *facts;
	const struct msr_list *host;	/* RDMSR on the host; may be empty */
	const struct cpuid_list *cpuid;	/* installed; nent 0: none yet */
	bool amd;			/* kvm-amd, else kvm-intel */
	bool has_run;
	bool not_bsp;			/* vCPU id other than 0 */
	bool no_stuffing;		/* quirk STUFF_FEATURE_MSRS is off */
	bool mwait_quirk_off;		/* MISC_ENABLE_NO_MWAIT is off */
	bool platform_info_hidden;	/* KVM_CAP_MSR_PLATFORM_INFO 0 */
	bool passed_through;		/* MSRs of such rows are the CPU's now */
	uint64_t mcg_cap;		/* of KVM_X86_SETUP_MCE; 0: not called */
	struct msr_list written;	/* what writes have left */
};

/* A vCPU as KVM_CREATE_VCPU makes it, with CPUID installed. */
void msr_cpu_init(struct msr_cpu *c, const struct host_facts *facts,
		  const struct msr_list *host, const struct cpuid_list *cpuid);

/*
 * One access.  A read that is MSR_DONE gives *value; bits of *care are known.
 * A write that is MSR_DONE changes the model.
 */
enum msr_answer msr_read(const struct msr_cpu *c, enum msr_who who,
			 uint32_t index, uint64_t *value, uint64_t *care);
enum msr_answer msr_write(struct msr_cpu *c, enum msr_who who,
			  uint32_t index, uint64_t value);

/* Does guest CPUID have a feature, in the sense of KVM's gating code? */
bool msr_cpu_has(const struct msr_cpu *c, struct cpuid_feature f);
/* Has the CPU itself, by its raw CPUID? */
bool msr_host_has(const struct msr_cpu *c, struct cpuid_feature f);
bool msr_kvm_has(const struct msr_cpu *c, struct cpuid_feature f);
/* Address bits of the guest from its MAXPHYADDR on. */
uint64_t msr_cpu_beyond_phys(const struct msr_cpu *c);
bool msr_cpu_amd_compatible(const struct msr_cpu *c);

/* Does this kernel have the change, by its number or by a probe? */
bool msr_kernel_has(const struct msr_cpu *c, enum kvm_change change);

/* Value of an MSR as the model has it, whoever may see it. */
uint64_t msr_cpu_value(const struct msr_cpu *c, uint32_t index);
/* What other means than the accesses below have set, e.g. KVM_SET_SREGS. */
void msr_cpu_set_value(struct msr_cpu *c, uint32_t index, uint64_t value);

/* CPUID bits of which any one opens a set of MSRs. */
enum msr_gate {
	GATE_NONE,
	GATE_SPEC_CTRL, GATE_PRED_CMD, GATE_PRED_CMD_OLD, GATE_FLUSH_L1D,
	GATE_ARCH_CAP, GATE_PDCM, GATE_VIRT_SSBD, GATE_TSC_RATIO, GATE_OSVW,
	GATE_TSC_AUX, GATE_MPX, GATE_WAITPKG, GATE_SGX_LC, GATE_XSAVES,
	GATE_XFD, GATE_VMX, GATE_TSC_ADJUST, GATE_HYPERV, GATE_X2APIC_MODE,
	GATE_TSX_CTRL, GATE_LMCE, GATE_MCG_CTL, GATE_CMCI, GATE_BANK,
	GATE_PLATFORM_INFO, GATE_CET, GATE_SHSTK, GATE_SSP_TAB,
	GATE_COUNTER, GATE_FIXED_COUNTER, GATE_PMU_CONTROLS,
	NR_MSR_GATES
};

#define MSR_GATE_BITS	4

struct msr_gate_rule {
	const char *name;
	struct cpuid_feature any[MSR_GATE_BITS];
	unsigned int n;			/* bits in any[] */
	bool governed;			/* KVM itself must support the bit */
	bool raw;			/* as installed, made up or not */
	bool (*open)(const struct msr_cpu *c, uint32_t index);
};

extern const struct msr_gate_rule msr_gates[NR_MSR_GATES];

bool msr_gate_open(const struct msr_cpu *c, enum msr_gate g, uint32_t index);

/* The module on whose hosts a row holds. */
enum msr_vendor { MSR_ON_ANY, MSR_ON_AMD, MSR_ON_INTEL };

/* What becomes of a read or a write. */
enum msr_access {
	ACCESS_NONE,			/* a row that does not say */
	ACCESS_ALLOWED,
	ACCESS_REFUSED,			/* KVM knows the MSR and says no */
	ACCESS_UNSUPPORTED,		/* KVM does not know it */
	ACCESS_IGNORED,			/* succeeds, keeps nothing */
	ACCESS_GATED,			/* if the gate is open, else refused */
	ACCESS_GATED_OR_UNSUPPORTED,	/* the same, else not supported */
	ACCESS_DROPPED_UNLESS_GATED,	/* succeeds, kept if the gate is open */
	ACCESS_WITH_BANK,		/* if the bank exists, else refused */
	ACCESS_NOT_PREDICTED,
	NR_MSR_ACCESSES
};

struct msr_rule {
	uint32_t first, last;
	const char *group;		/* result to which it belongs */
	enum msr_vendor vendor;
	enum kvm_change since, before;	/* CHANGE_NONE: no limit */
	enum msr_gate gate;
	uint8_t access[2][2];	/* enum msr_access by enum msr_who, msr_op */
	uint64_t reset;
	uint64_t reserved;		/* a 1 in any of them is refused */
	uint64_t dropped;		/* bits never kept */
	bool (*applies)(const struct msr_cpu *c);
	uint64_t (*reset_of)(const struct msr_cpu *c, uint32_t index);
	enum msr_answer (*check)(const struct msr_cpu *c, enum msr_who who,
				 uint32_t index, uint64_t *value);
	bool reset_unknown;	/* no reset value to compare with */
	bool passed_through;	/* intercepted only until it is not 0 */
	enum rule rule;
	const char *why;
};

extern const struct msr_rule msr_rules[];
extern const unsigned int msr_nr_rules;

/* The row that speaks for an MSR on this host; NULL: KVM knows no such MSR. */
const struct msr_rule *msr_rule_find(const struct msr_cpu *c, uint32_t index);

/* Name of a group, rule and reason, also for an MSR without a row. */
enum rule msr_rule_id(const struct msr_rule *r);
const char *msr_rule_why(const struct msr_rule *r);

#endif

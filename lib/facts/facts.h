/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host facts: all that a KVM and a CPU say about themselves.  Filled either
 * from ioctls (facts_live.c) or from a profile file (profile.c); everything
 * that computes works on this structure and on nothing else.
 */
#ifndef LIB_FACTS_H
#define LIB_FACTS_H

#include <stddef.h>

#include "cpuid.h"

#define FACTS_MSRS_MAX		512
#define FACTS_CAPS_MAX		96
#define FACTS_PARAMS_MAX	128
#define FACTS_CPU_KINDS_MAX	8

struct msr_value {
	uint32_t index;
	bool valid;		/* the value could be read */
	uint64_t value;
};

struct msr_list {
	uint32_t n;
	struct msr_value m[FACTS_MSRS_MAX];
};

const struct msr_value *msr_find(const struct msr_list *list, uint32_t index);
uint64_t msr_get(const struct msr_list *list, uint32_t index);

/* False if the list is full. */
bool msr_append(struct msr_list *list, uint32_t index, bool valid,
		uint64_t value);

struct cap_value {
	uint32_t cap;		/* KVM_CAP_* number */
	int32_t value;		/* KVM_CHECK_EXTENSION on /dev/kvm */
};

/* A module parameter as sysfs shows it, without the newline. */
struct module_param {
	char module[16];	/* "kvm", "kvm_amd", "kvm_intel", ... */
	char name[40];
	char value[40];
};

/* major * 1000000 + minor * 1000 + patch, so that 6.12.117 is 6012117. */
#define KERNEL(maj, min, patch)	((maj) * 1000000 + (min) * 1000 + (patch))

/* Raw CPUID of one kind of CPU (hybrid machines have several). */
struct cpu_kind {
	uint32_t first_cpu;		/* lowest CPU number of this kind */
	struct cpuid_list cpuid;
};

struct host_facts {
	char kernel_release[80];	/* uname -r, uninterpreted */
	uint32_t kernel;		/* KERNEL(), 0 if not known */
	char kvm_module[16];		/* "kvm_amd", "kvm_intel", other, "" */
	char microcode[24];		/* /proc/cpuinfo, "" if not known */
	bool kernel_has_pku;		/* a flag there; not in profiles */

	uint32_t nr_params;
	struct module_param params[FACTS_PARAMS_MAX];

	uint32_t nr_cpu_kinds;		/* at least 1 */
	struct cpu_kind cpu[FACTS_CPU_KINDS_MAX];

	struct cpuid_list supported;	/* KVM_GET_SUPPORTED_CPUID */
	struct cpuid_list emulated;	/* KVM_GET_EMULATED_CPUID */
	struct cpuid_list hv;		/* KVM_GET_SUPPORTED_HV_CPUID */

	struct msr_list feature_msrs;	/* list order, system values */
	struct msr_list host_msrs;	/* the CPU's own, of a dump */
	struct msr_list msr_index;	/* list order, no values */

	uint32_t nr_caps;
	struct cap_value caps[FACTS_CAPS_MAX];

	bool xcomp_valid;		/* KVM_X86_XCOMP_GUEST_SUPP answered */
	uint64_t xcomp_guest_supp;
	bool mce_cap_valid;
	uint64_t mce_cap;		/* KVM_X86_GET_MCE_CAP_SUPPORTED */
	uint32_t tsc_khz;		/* KVM_GET_TSC_KHZ of a vCPU, 0 unknown */
	bool sgx_provision;		/* /dev/sgx_provision can be opened */

	bool tdx_valid;			/* KVM_TDX_CAPABILITIES answered */
	uint64_t tdx_attributes;	/* supported attributes */
	uint64_t tdx_xfam;		/* supported XFAM */
	struct cpuid_list tdx_cpuid;	/* bits the VMM may configure */
	/* KVM_TDX_GET_CPUID of a vCPU of "-cpu max"; empty: not recorded */
	struct cpuid_list tdx_vcpu_cpuid;
};

/*
 * An MSR of the CPU itself, as a dump has it: its microcode, and what tells
 * what it can do, are kept; state and counters are not.
 */
void facts_add_host_msr(struct host_facts *f, uint32_t index, bool valid,
			uint64_t value);

/* False: only a raw dump of the CPU, KVM's side is not known. */
bool facts_have_kvm(const struct host_facts *f);

/* A capability worth recording, and the name it has in a profile. */
struct facts_cap_name {
	uint32_t cap;
	const char *name;		/* without "KVM_CAP_" */
};

extern const struct facts_cap_name facts_caps[];
extern const unsigned int facts_nr_caps;

/* Name of a capability, NULL if it is none of the above. */
const char *facts_cap_name(uint32_t cap);

/* KVM_CHECK_EXTENSION value, 0 if the capability was not recorded. */
int facts_cap(const struct host_facts *f, uint32_t cap);
bool facts_set_cap(struct host_facts *f, uint32_t cap, int value);

/* Parameter value as text, NULL if the module has none of that name. */
const char *facts_param(const struct host_facts *f, const char *module,
			const char *name);

/*
 * Boolean parameter: "Y"/"1" and "N"/"0" by the usual rules, dflt if the
 * module has no such parameter.
 */
bool facts_param_bool(const struct host_facts *f, const char *module,
		      const char *name, bool dflt);

/* Neither kvm-amd nor kvm-intel; false of "", where none is there. */
bool kvm_module_is_foreign(const char *module);

bool facts_host_is_amd(const struct host_facts *f);	/* or Hygon */
bool facts_host_is_intel(const struct host_facts *f);

/* Parse "6.12.117-foo" into KERNEL(6,12,117); 0 if it is not a release. */
uint32_t facts_parse_kernel(const char *release);

/*
 * Fill from a live KVM.  kvm_fd is an open /dev/kvm.
 * Returns 0, or -errno with one line of explanation in err.
 */
int facts_read_live(struct host_facts *f, int kvm_fd, char *err,
		    size_t errlen);

/* The same, from /dev/kvm or the device that KVM_DEVICE names. */
int facts_read_host(struct host_facts *f, char *err, size_t errlen);

#endif

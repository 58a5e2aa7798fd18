/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The max model: what QEMU's "-cpu max" under KVM installs on a host.
 * Pure: host facts and options in, guest CPU out; no ioctl, no global.
 */
#ifndef LIB_MODEL_H
#define LIB_MODEL_H

#include "facts.h"

/* QEMU whose rules are followed; tables carry the since-version as data. */
#define QEMU(maj, min)		((maj) * 100 + (min))
#define QEMU_7_2		QEMU(7, 2)
#define QEMU_10_0		QEMU(10, 0)
#define QEMU_LATEST		QEMU(11, 1)

/*
 * Options.  Obtain the defaults with model_opts_new(), then change by name
 * with model_opts_parse(), which takes what QEMU takes after "-cpu max,".
 * Detail lives in model_opts.h; selftests need no more than this header.
 */
struct model_opts;

/* Plain "-cpu max" with one CPU; NULL if there is no memory. */
struct model_opts *model_opts_new(void);
struct model_opts *model_opts_copy(const struct model_opts *o);
void model_opts_free(struct model_opts *o);

/*
 * One QEMU option string such as "-pcid,+vmx,kvm=off,phys-bits=40".
 * Returns 0, or -EINVAL with one line in err (with the nearest name where a
 * feature is not known).
 */
int model_opts_parse(struct model_opts *o, const char *text, char *err,
		     size_t errlen);

/* Topology as -smp takes it; all at least 1. */
int model_opts_smp(struct model_opts *o, const char *text, char *err,
		   size_t errlen);
unsigned int model_opts_vcpus(const struct model_opts *o);
int model_opts_version(struct model_opts *o, const char *text, char *err,
		       size_t errlen);

/* What the rules rest on: "7.2 (proved on real runs)" and the like. */
const char *model_opts_version_name(const struct model_opts *o);

/*
 * "host" for -cpu host, "cpu-pm" for -overcommit cpu-pm=on, "tdx" for a TDX
 * guest.
 */
int model_opts_set(struct model_opts *o, const char *what);

/* -accel: kvm, and what of it bears on the guest CPU (xen-version=). */
int model_opts_accel(struct model_opts *o, const char *text, char *err,
		     size_t errlen);

/* -machine: the type, whose version matters, and kernel-irqchip=. */
int model_opts_machine(struct model_opts *o, const char *text, char *err,
		       size_t errlen);

/*
 * -object: sev-guest, sev-snp-guest, tdx-guest and memory-backend-epc; others
 * that no guest CPU shows are taken and forgotten.
 */
int model_opts_object(struct model_opts *o, const char *text, char *err,
		      size_t errlen);

/* -m: where SGX's enclave memory begins follows from it. */
int model_opts_memory(struct model_opts *o, const char *text, char *err,
		      size_t errlen);

/* A TDX guest, by "tdx" or by its object? */
bool model_opts_tdx(const struct model_opts *o);

/* Was a version of the machine type said?  Else it is that of QEMU. */
bool model_opts_machine_given(const struct model_opts *o);

/* What is to be installed into one vCPU. */
struct guest_cpu {
	struct cpuid_list cpuid;	/* KVM_SET_CPUID2, in QEMU's order */
	struct msr_list msrs;		/* KVM_SET_MSRS, in QEMU's order */
	bool setup_mce;			/* KVM_X86_SETUP_MCE is issued ... */
	uint64_t mcg_cap;		/* ... with this value, before CPUID */
	bool enforce_pv;		/* KVM_CAP_ENFORCE_PV_FEATURE_CPUID */
	bool enforce_hyperv;		/* KVM_CAP_HYPERV_ENFORCE_CPUID */
	/* KVM_CAP_PMU_CAPABILITY of the VM, before it has a vCPU */
	bool disable_pmu;
	uint32_t apic_id;
};

/*
 * Compute the guest CPU of vCPU number vcpu (0 .. smp-1).  opts may be NULL
 * for plain "-cpu max".  Returns 0, or -errno with one line in err.
 */
int model_compute(const struct host_facts *f, const struct model_opts *opts,
		  unsigned int vcpu, struct guest_cpu *out, char *err,
		  size_t errlen);

/* What there is of it, without the rest of its lists. */
void guest_cpu_copy(struct guest_cpu *to, const struct guest_cpu *from);

/*
 * Name of a feature bit, as QEMU spells it, else as the kernel's cpuid.csv
 * does, else NULL.
 */
const char *feature_name(uint32_t function, uint32_t index,
			 enum cpuid_reg reg, unsigned int bit);
const char *feature_msr_bit_name(uint32_t msr, unsigned int bit);

/*
 * The field of more than one bit that a bit is part of, by the kernel's
 * cpuid.csv: a count, a size, a level, a text.  Returns whether there is one;
 * bits first to last of the register are its value.
 */
struct feature_field {
	unsigned int first, last;
	const char *name;
};

bool feature_field(uint32_t function, uint32_t index, enum cpuid_reg reg,
		   unsigned int bit, struct feature_field *out);

#endif

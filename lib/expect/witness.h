/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The witness: what KVM_GET_SUPPORTED_CPUID has to say, worked out from
 * everything but KVM's own answer: the CPU's raw CPUID, the host kernel's view
 * of the CPU in /proc/cpuinfo, XCR0, the CPU's VMX capability MSRs, module
 * parameters, and a table of what KVM passes on since which kernel.
 *
 * Pure but for witness_read_host().  A thing that cannot be known is masked.
 */
#ifndef LIB_WITNESS_H
#define LIB_WITNESS_H

#include "changes.h"
#include "facts.h"

/* "Cannot be known" spreads: YES and UNKNOWN is UNKNOWN. */
enum tri { NO, YES, UNKNOWN };

static inline enum tri tri_of(bool b)
{
	return b ? YES : NO;
}

static inline enum tri tri_and(enum tri a, enum tri b)
{
	if (a == NO || b == NO)
		return NO;
	return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : YES;
}

static inline enum tri tri_or(enum tri a, enum tri b)
{
	if (a == YES || b == YES)
		return YES;
	return a == UNKNOWN || b == UNKNOWN ? UNKNOWN : NO;
}

static inline enum tri tri_not(enum tri a)
{
	return a == UNKNOWN ? UNKNOWN : a == YES ? NO : YES;
}

/* Facts of the host that have nothing to do with KVM's own answers. */
struct witness_host {
	uint32_t kernel;		/* KERNEL(), 0 if not known */
	bool distro;			/* a release full of backports */
	const struct host_facts *facts;	/* for module parameters only */
	const struct cpuid_list *raw;	/* of the CPU that asks KVM */
	char flags[6000];		/* /proc/cpuinfo, "" if not known */
	char bugs[2000];
	uint32_t phys_bits;		/* /proc/cpuinfo, 0 if not known */
	bool xcr0_valid;
	uint64_t xcr0;			/* XGETBV(0), as the kernel set it */
	bool perm_valid;
	uint64_t perm;			/* ARCH_GET_XCOMP_GUEST_PERM */
	struct msr_list msrs;		/* VMX capabilities, by /dev/cpu */
	enum tri sched_info;		/* does the kernel count run delays? */
};

/* MSRs worth reading into .msrs. */
extern const uint32_t witness_msrs[];
extern const unsigned int nr_witness_msrs;

/* Conditions of the table; each is a question to the host. */
enum witness_cond {
	WITNESS_NONE, WITNESS_ALWAYS, WITNESS_NEVER, WITNESS_INTEL,
	WITNESS_PDCM, WITNESS_PEBS, WITNESS_VMX, WITNESS_INVPCID,
	WITNESS_SGX, WITNESS_MPX, WITNESS_PT, WITNESS_PKU, WITNESS_RDTSCP,
	WITNESS_UMIP_EMULATED, WITNESS_WAITPKG, WITNESS_XSAVES,
	WITNESS_IBRS_IBPB, WITNESS_IBRS, WITNESS_IBPB, WITNESS_STIBP,
	WITNESS_AMD_SSBD, WITNESS_INTEL_SSBD, WITNESS_VIRT_SSBD,
	WITNESS_SSB_NO, WITNESS_NO_TDP, WITNESS_AMD_PMU, WITNESS_PERFMON_V2,
	WITNESS_SVM, WITNESS_SVM_NPT, WITNESS_SVM_NRIPS, WITNESS_SVM_TSC,
	WITNESS_SVM_VLS, WITNESS_SVM_LBRV, WITNESS_SVM_VGIF, WITNESS_SVM_VNMI,
	WITNESS_SEV, WITNESS_SEV_ES, WITNESS_SEV_SNP, WITNESS_LFENCE,
	WITNESS_NO_NULL_SEG, WITNESS_AMD_BARE, WITNESS_AMD_ZEN,
	WITNESS_SHSTK, WITNESS_IBT, WITNESS_ERAPS, WITNESS_IBPB_RET,
	NR_WITNESS_CONDS
};

/*
 * A feature bit.  KVM reports it if the CPU has it, the kernel has it among
 * its flags (unless the flag has no name there) and "need" holds; or if
 * "synth" holds, whatever the CPU says.
 */
struct witness_bit {
	struct cpuid_feature f;
	const char *name;
	const char *flag;		/* in /proc/cpuinfo; NULL: name; "": none */
	uint32_t since;			/* first mainline kernel */
	uint16_t s61, s612;		/* first known in 6.1.y, 6.12.y */
	uint8_t need, synth;		/* enum witness_cond */
};

extern const struct witness_bit witness_bits[];
extern const unsigned int nr_witness_bits;

const struct witness_bit *witness_bit_find(struct cpuid_feature f);

/* Does this kernel's KVM know the bit? */
enum tri witness_known(const struct witness_host *h,
		       const struct witness_bit *b);

/* Answer to a condition, and the condition in words. */
enum tri witness_cond(const struct witness_host *h, enum witness_cond c);
const char *witness_cond_text(enum witness_cond c);

/* Is the bit to be reported? */
enum tri witness_bit_wanted(const struct witness_host *h,
			    const struct witness_bit *b);

/* What a register must be, and which of its bits are known. */
struct witness_reg {
	uint32_t want, care;
};

/* A register that holds feature bits. */
struct witness_reg witness_word(const struct witness_host *h, uint32_t leaf,
				uint32_t index, enum cpuid_reg reg);

struct witness_entry {
	uint32_t function, index, flags;
	struct witness_reg r[NR_CPUID_REGS];
	const char *why;		/* of all but feature words */
};

struct witness {
	uint32_t n;
	bool exact;			/* no entry may be added nor missing */
	struct witness_entry e[KVM_MAX_ENTRIES];
};

/* Can this host be judged?  NULL, or the reason why not. */
const char *witness_refuses(const struct witness_host *h);

void witness_supported(const struct witness_host *h, struct witness *w);
void witness_emulated(const struct witness_host *h, struct witness *w);

/* Components of XCR0 that a guest may use, as far as KVM is concerned. */
uint64_t witness_xcr0(const struct witness_host *h, uint64_t *care);

/* Parameter of the vendor module; UNKNOWN if sysfs does not tell. */
enum tri witness_param(const struct witness_host *h, const char *name);
enum tri witness_flag(const struct witness_host *h, const char *name);

/*
 * Fill from this machine.  The caller stays on one CPU, whose raw CPUID is in
 * raw; what cannot be read stays unknown.
 */
void witness_read_host(struct witness_host *h, const struct host_facts *facts,
		       const struct cpuid_list *raw);

#endif

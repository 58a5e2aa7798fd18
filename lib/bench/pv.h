/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bench for tests of KVM's paravirtual interfaces: one VM, any number of
 * vCPUs with KVM leaves of one's choice, requests that know what they are.
 */
#ifndef LIB_PV_H
#define LIB_PV_H

#include "subject.h"
#include "verdict.h"

/* Feature bits (Documentation/virt/kvm/x86/cpuid.rst). */
enum pv_feature {
	PV_CLOCKSOURCE		= 0,
	PV_NOP_IO_DELAY		= 1,
	PV_MMU_OP		= 2,
	PV_CLOCKSOURCE2		= 3,
	PV_ASYNC_PF		= 4,
	PV_STEAL_TIME		= 5,
	PV_EOI			= 6,
	PV_UNHALT		= 7,
	PV_TLB_FLUSH		= 9,
	PV_ASYNC_PF_VMEXIT	= 10,
	PV_SEND_IPI		= 11,
	PV_POLL_CONTROL		= 12,
	PV_SCHED_YIELD		= 13,
	PV_ASYNC_PF_INT		= 14,
	PV_MSI_EXT_DEST_ID	= 15,
	PV_HC_MAP_GPA_RANGE	= 16,
	PV_MIGRATION_CONTROL	= 17,
	PV_CLOCKSOURCE_STABLE	= 24,
	PV_NO_FEATURE		= -1,
	PV_NEVER		= -2,
};

/* MSRs (Documentation/virt/kvm/x86/msr.rst). */
#define PV_MSR_WALL_CLOCK	0x11
#define PV_MSR_SYSTEM_TIME	0x12
#define PV_MSR_WALL_CLOCK_NEW	0x4b564d00
#define PV_MSR_SYSTEM_TIME_NEW	0x4b564d01
#define PV_MSR_ASYNC_PF_EN	0x4b564d02
#define PV_MSR_STEAL_TIME	0x4b564d03
#define PV_MSR_EOI_EN		0x4b564d04
#define PV_MSR_POLL_CONTROL	0x4b564d05
#define PV_MSR_ASYNC_PF_INT	0x4b564d06
#define PV_MSR_ASYNC_PF_ACK	0x4b564d07

#define PV_PAGE		PROBE_SCRATCH	/* what the MSRs point at */
#define PV_NO_MEMORY	0xfee0000000ull

/* What hypercalls return (include/uapi/linux/kvm_para.h). */
#define PV_EPERM	((uint64_t)-1)
#define PV_EFAULT	((uint64_t)-14)
#define PV_EINVAL	((uint64_t)-22)
#define PV_EOPNOTSUPP	((uint64_t)-95)
#define PV_ENOSYS	((uint64_t)-1000)

struct pv_msr {
	uint32_t msr;
	const char *name;
	enum pv_feature feature;	/* opens it under enforcement */
	uint64_t reset;			/* value of a new vCPU */
};

#define PV_NR_MSRS	10
extern const struct pv_msr pv_msrs[PV_NR_MSRS];

#define PV_NOTES_MAX	400

struct pv {
	const struct host_facts *facts;
	struct cpuid_list plain;	/* the model without KVM leaves */
	struct vm vm;
	uint32_t next_id;
	struct vcpu vcpu;		/* the last one created */
	struct probe probe;
	bool ok;
	struct {
		char what[80];
		enum rule rule;
	const char *why;
	} note[PV_NOTES_MAX];
};

void pv_begin(struct pv *pv, unsigned int vm_flags);

/* The plain list, and the same with KVM leaves at a base. */
void pv_add_leaves(struct cpuid_list *l, uint32_t base, uint32_t features);
void pv_list(const struct pv *pv, struct cpuid_list *l, uint32_t base,
	     uint32_t features);

/* A new vCPU; enforced or not; ready to run in 64-bit mode. */
void pv_vcpu(struct pv *pv, const struct cpuid_list *l, bool enforce);
void pv_enforce(struct pv *pv, bool on);

/* Name a request that was just added. */
struct probe_request *pv_note(struct pv *pv, struct probe_request *r,
			      enum rule rule, const char *why,
			      const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Host vendor's hypercall instruction; wanted is RAX as a whole. */
struct probe_request *pv_hypercall(struct pv *pv, uint64_t nr, uint64_t a0,
				   uint64_t a1, uint64_t a2, uint64_t a3);
struct probe_request *pv_hypercall_is(struct pv *pv, uint64_t nr,
				      uint64_t want);
void pv_hypercall_insn(bool amd, uint8_t insn[3]);

/* One KVM_RUN; wrong answers are reported and clear pv->ok. */
void pv_run(struct pv *pv);

/* A VM with one vCPU that has the plain list, not enforced. */
void pv_begin_vcpu(struct pv *pv, unsigned int vm_flags);

struct probe_request *pv_wrmsr(struct pv *pv, uint32_t msr, uint64_t data,
			       const char *why);
struct probe_request *pv_rdmsr(struct pv *pv, uint32_t msr, uint64_t want,
			       const char *why);

/* The guest's own look at a byte or word of memory, in EAX. */
struct probe_request *pv_guest_reads(struct pv *pv, uint64_t gpa,
				     unsigned int bytes);
struct probe_request *pv_guest_writes0(struct pv *pv, uint64_t gpa);

#define PV_NEEDS_FAULTS(pv) do { \
	if (!probe_faults_work(&(pv)->plain)) \
		TEST_SKIP("this KVM does not deliver exceptions to a 64-bit guest"); \
} while (0)

/*
 * kvm-amd and kvm-intel must take VMMCALL or VMCALL; some other KVM may not
 * even come back from it.
 */
bool pv_hypercalls_work(const struct host_facts *f);

#define PV_NEEDS_HYPERCALLS() do { \
	if (!pv_hypercalls_work(subject_facts())) \
		TEST_SKIP("neither kvm-amd nor kvm-intel, and no hypercall is answered"); \
} while (0)

/*
 * Report and clear pv->ok unless ok.  The event is what the errata table knows
 * it by; most checks have no need of one.
 */
#define pv_check(pv, ...)	pv_check_as(pv, EVENT_CHECK, __VA_ARGS__)
void pv_check_as(struct pv *pv, enum event ev, bool ok, enum rule rule,
		 const char *why, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* The same, for what fails on a kernel with a known defect. */
void pv_check_known(struct pv *pv, enum event ev, bool ok, enum rule rule,
		    const char *why, const char *what);

/* KVM_CHECK_EXTENSION of a capability that host facts do not record. */
int pv_cap(uint32_t cap);

/* Is the feature word in force such that POLL_CONTROL is visible? */
bool pv_poll_visible(struct pv *pv);

#endif

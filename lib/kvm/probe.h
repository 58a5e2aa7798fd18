/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host half of the guest probe: puts the image into a VM, a vCPU into the
 * mode the image wants, requests into a batch; runs it; hands out answers.
 *
 *	struct probe p;
 *	probe_start(&p, &vcpu, PROBE_LONG);
 *	r = probe_cpuid(&p, 7, 0, want);
 *	probe_expect_fault(probe_rdmsr(&p, 0x10a, 0), GP_VECTOR, 0);
 *	probe_run(&p);			one KVM_RUN
 *	if (p.hdr->mismatches) ...	r->got[], r->vector
 *
 * Images keep state in guest memory that all vCPUs of a VM share: run one
 * vCPU at a time.
 */
#ifndef LIB_PROBE_H
#define LIB_PROBE_H

#include "guest_code/protocol.h"
#include "kvm_util.h"

enum probe_mode { PROBE_LONG, PROBE_PROTECTED, PROBE_REAL };

struct probe {
	struct vcpu *vcpu;
	enum probe_mode mode;
	struct probe_header *hdr;
	uint32_t capacity;		/* requests that fit */
	enum run_end end;		/* of a __probe_run() that failed */
};

/* Exception vectors (SDM vol. 3, table 6-1). */
#define DB_VECTOR	1
#define UD_VECTOR	6
#define NM_VECTOR	7
#define DF_VECTOR	8
#define GP_VECTOR	13
#define PF_VECTOR	14

/* Copy the three images and the descriptor tables into guest memory. */
void probe_load(struct vm *vm);

/*
 * Put the vCPU at the start of the image of a mode.  KVM_SET_SREGS checks
 * EFER and CR4 against guest CPUID, so install CPUID first.  The __ form
 * returns -errno when KVM refuses the state.
 */
int __probe_start(struct probe *p, struct vcpu *vcpu, enum probe_mode mode);
void probe_start(struct probe *p, struct vcpu *vcpu, enum probe_mode mode);

/* State of a mode, for tests that change it before it is set. */
void probe_sregs(struct vm *vm, enum probe_mode mode,
		 struct kvm_sregs *sregs);

/* Forget the requests of the last batch. */
void probe_clear(struct probe *p);

/*
 * Add a request.  What the guest should answer is given by the caller; by
 * default "no fault" is wanted and, but for CPUID and a wanted RDMSR value, no
 * register is compared.
 */
struct probe_request *probe_add(struct probe *p, enum probe_op op);
struct probe_request *probe_cpuid(struct probe *p, uint32_t leaf,
				  uint32_t subleaf, struct cpuid_regs want);
struct probe_request *probe_rdmsr(struct probe *p, uint32_t index);
struct probe_request *probe_rdmsr_is(struct probe *p, uint32_t index,
				     uint64_t want);
struct probe_request *probe_wrmsr(struct probe *p, uint32_t index,
				  uint64_t value);

/*
 * Any instruction by its bytes; operands in r->in, memory operands from
 * PROBE_SCRATCH on.  Runs where r->where says.
 */
struct probe_request *probe_insn(struct probe *p, const void *insn,
				 unsigned int len);
#define PROBE_INSN(p, ...) \
	probe_insn(p, (const uint8_t[]){ __VA_ARGS__ }, \
		   sizeof((const uint8_t[]){ __VA_ARGS__ }))

struct probe_request *probe_write_cr(struct probe *p, unsigned int cr,
				     uint64_t value);
struct probe_request *probe_read_cr(struct probe *p, unsigned int cr);
struct probe_request *probe_xsetbv(struct probe *p, uint32_t index,
				   uint64_t value);
struct probe_request *probe_xgetbv(struct probe *p, uint32_t index);

/* Change what is wanted. */
struct probe_request *probe_expect_fault(struct probe_request *r,
					 uint8_t vector, uint32_t error);
struct probe_request *probe_expect_reg(struct probe_request *r,
				       unsigned int reg, uint64_t want);
struct probe_request *probe_any(struct probe_request *r);
struct probe_request *probe_at(struct probe_request *r, enum probe_where w);

/* The answer of RDMSR or XGETBV: edx:eax. */
uint64_t probe_value(const struct probe_request *r);

/* How a run ended that __vcpu_run() came back from with ret, short of words. */
enum run_end probe_end(const struct probe *p, int ret);

/*
 * Run the batch: one KVM_RUN.  The __ form returns 0 when every request was
 * answered, else -errno with one line in why: -ETIME for a guest that did not
 * come back, -EIO for one that died or left by an exit of its own.
 */
int __probe_run(struct probe *p, char *why, size_t len);
void probe_run(struct probe *p);

/*
 * Can this KVM deliver an exception to a 64-bit guest?  Can it run code at
 * such a place and take the way back?  Found out by trying, once a program,
 * in a VM of its own with the given CPUID.
 */
bool probe_faults_work(const struct cpuid_list *cpuid);
bool probe_place_works(const struct cpuid_list *cpuid, enum probe_where w);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bench for the bits of installed CPUID that KVM keeps up to date: change the
 * vCPU's state in any way, then check what KVM_GET_CPUID2 and the guest say.
 */
#ifndef LIB_RUNTIME_H
#define LIB_RUNTIME_H

#include "bench.h"

/*
 * VM, with the bits of the model's list that KVM rewrites all clear or all set;
 * then, once g->list is as it should be, the vCPU.
 */
void rt_begin_vm(struct bench *g, bool bits_on, unsigned int vm_flags);
void rt_begin_vcpu(struct bench *g);
void rt_begin(struct bench *g, bool bits_on);

/* What userspace installs in the places that KVM rewrites must not matter. */
void rt_set_bits(struct cpuid_list *l, bool on);

/* KVM_GET_CPUID2 only; or that, the guest, and that again. */
void rt_check_ioctl(struct bench *g, const char *what);
void rt_check(struct bench *g, const char *what);

/* The guest's part by hand. */
void rt_ask_guest(struct bench *g);
void rt_judge_guest(struct bench *g, const char *what);

/* The ways to change a register. */
enum way { BY_GUEST, BY_SREGS, BY_SREGS2, BY_MSRS };

const char *rt_way_name(enum way by);
void rt_set_cr4(struct bench *g, enum way by, uint64_t cr4);
void rt_set_apic_base(struct bench *g, enum way by, uint64_t value);
void rt_set_msr(struct bench *g, enum way by, uint32_t msr, uint64_t value);

/* Run the one request of the batch; report an ioctl that failed. */
void rt_guest_does(struct bench *g, struct probe_request *r, const char *what,
		   enum rule rule);
void rt_must(struct bench *g, bool done, const char *what);

#endif

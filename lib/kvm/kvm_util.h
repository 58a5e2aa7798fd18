/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small KVM library: VM, memory, vCPU, run with a time limit, exits named.
 *
 * Every call comes in two forms.  __foo() returns the raw result, a value or
 * -errno, for tests of failure.  foo() reports what failed on one line and
 * ends the test process: with KSFT_SKIP where the host lacks /dev/kvm or the
 * permission, else with KSFT_FAIL.
 */
#ifndef LIB_KVM_UTIL_H
#define LIB_KVM_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpuid.h"

struct vm {
	int kvm_fd;
	int fd;
	uint8_t *mem;		/* PROBE_MEM_SIZE bytes from guest address 0 */
	size_t mem_size;
	size_t run_size;	/* bytes of struct kvm_run */
	bool irqchip;
};

struct vcpu {
	struct vm *vm;
	int fd;
	uint32_t id;
	struct kvm_run *run;
};

enum vm_flags {
	VM_IRQCHIP = 1,		/* in-kernel PIC, I/O APIC, local APIC */
	VM_SPLIT_IRQCHIP = 2,	/* in-kernel local APIC only */
};

/* Path of the KVM device: $KVM_DEVICE, else /dev/kvm. */
const char *kvm_device(void);

/* Open the KVM device and check its API version; -errno on failure. */
int __kvm_open(void);
int kvm_open(void);

/* ioctl() that returns -errno instead of -1. */
int kvm_ioctl(int fd, unsigned long cmd, void *arg);

/* KVM_CHECK_EXTENSION, which has no errors. */
int kvm_check_cap(int fd, uint32_t cap);

int __vm_create(struct vm *vm, unsigned int flags);
void vm_create(struct vm *vm, unsigned int flags);
void vm_destroy(struct vm *vm);

/* Host address of guest physical address gpa (below mem_size). */
void *vm_at(const struct vm *vm, uint64_t gpa);

int __vcpu_create(struct vcpu *vcpu, struct vm *vm, uint32_t id);
void vcpu_create(struct vcpu *vcpu, struct vm *vm, uint32_t id);
void vcpu_destroy(struct vcpu *vcpu);

/*
 * KVM_SET_CPUID2, KVM_GET_CPUID2.  The list is passed to KVM as it stands;
 * of lists beyond KVM_MAX_ENTRIES KVM refuses to look at any entry.
 */
int __vcpu_set_cpuid(struct vcpu *vcpu, const struct cpuid_list *list);
void vcpu_set_cpuid(struct vcpu *vcpu, const struct cpuid_list *list);
int __vcpu_get_cpuid(struct vcpu *vcpu, struct cpuid_list *list);
void vcpu_get_cpuid(struct vcpu *vcpu, struct cpuid_list *list);

/*
 * A counter of KVM_GET_STATS_FD (5.14) by its name, such as "exits"; false if
 * this KVM has none of that name.
 */
bool vcpu_stat(struct vcpu *vcpu, const char *name, uint64_t *value);

/* One MSR.  The __ forms return 1 done, 0 refused, or -errno. */
int __vcpu_get_msr(struct vcpu *vcpu, uint32_t index, uint64_t *value);
uint64_t vcpu_get_msr(struct vcpu *vcpu, uint32_t index);
int __vcpu_set_msr(struct vcpu *vcpu, uint32_t index, uint64_t value);
void vcpu_set_msr(struct vcpu *vcpu, uint32_t index, uint64_t value);

int __vcpu_get_sregs(struct vcpu *vcpu, struct kvm_sregs *sregs);
void vcpu_get_sregs(struct vcpu *vcpu, struct kvm_sregs *sregs);
int __vcpu_set_sregs(struct vcpu *vcpu, const struct kvm_sregs *sregs);
void vcpu_set_sregs(struct vcpu *vcpu, const struct kvm_sregs *sregs);
int __vcpu_get_sregs2(struct vcpu *vcpu, struct kvm_sregs2 *sregs);
int __vcpu_set_sregs2(struct vcpu *vcpu, const struct kvm_sregs2 *sregs);
void vcpu_get_regs(struct vcpu *vcpu, struct kvm_regs *regs);
int __vcpu_set_regs(struct vcpu *vcpu, const struct kvm_regs *regs);
void vcpu_set_regs(struct vcpu *vcpu, const struct kvm_regs *regs);
int __vcpu_set_xcr0(struct vcpu *vcpu, uint64_t xcr0);
void vcpu_set_xcr0(struct vcpu *vcpu, uint64_t xcr0);
int __vcpu_get_xcr0(struct vcpu *vcpu, uint64_t *xcr0);
uint64_t vcpu_get_xcr0(struct vcpu *vcpu);

/* The registers of the in-kernel local APIC, by their offsets in xAPIC mode. */
void vcpu_get_lapic(struct vcpu *vcpu, struct kvm_lapic_state *state);
void vcpu_set_lapic(struct vcpu *vcpu, const struct kvm_lapic_state *state);
uint32_t vcpu_lapic_reg(struct vcpu *vcpu, unsigned int reg);
uint32_t lapic_reg(const struct kvm_lapic_state *state, unsigned int reg);
void lapic_set_reg(struct kvm_lapic_state *state, unsigned int reg,
		   uint32_t value);

/* KVM_ENABLE_CAP on a vCPU or on the VM. */
int __vcpu_enable_cap(struct vcpu *vcpu, uint32_t cap, uint64_t arg0);
void vcpu_enable_cap(struct vcpu *vcpu, uint32_t cap, uint64_t arg0);
int __vm_enable_cap(struct vm *vm, uint32_t cap, uint64_t arg0);
void vm_enable_cap(struct vm *vm, uint32_t cap, uint64_t arg0);

/* Into SMM, or out of it, by KVM_SET_VCPU_EVENTS. */
void vcpu_set_smm(struct vcpu *vcpu, bool on);

/*
 * KVM_RUN once, for at most limit_ms (0: the default, VCPU_RUN_LIMIT_MS times
 * $KVM_CPUID_TIME_SCALE).  Returns 0 on any exit, -ETIME when the limit ended
 * it, else -errno.
 */
#define VCPU_RUN_LIMIT_MS	10000
int __vcpu_run(struct vcpu *vcpu, unsigned int limit_ms);

/* "KVM_EXIT_IO" and so on; "exit 77" for a number without a name here. */
const char *vcpu_exit_name(uint32_t reason);

/* Why the last __vcpu_run() came back as it did, on one line. */
void vcpu_explain(const struct vcpu *vcpu, int run_result, char *text,
		  size_t len);

/* End the test process with one line; printf-like. */
void test_skip_all(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
void test_stop(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* How a guest's run ended that could not be finished. */
enum run_end {
	RUN_ENDED_OTHERWISE,
	RUN_ENDED_BY_EMULATOR,	/* KVM_INTERNAL_ERROR_EMULATION */
	RUN_ENDED_AT_ZERO,	/* an unknown exception, at address 0 */
};

/* test_stop() after such a run. */
void test_stop_run(enum run_end end, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/*
 * Asked, if set, for the status with which test_stop() ends the process; and
 * told, if set, why test_skip_all() does.
 */
extern int (*test_stop_status)(enum run_end end, const char *text);
extern void (*test_skip_told)(const char *text);

#endif

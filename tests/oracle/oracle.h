/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LD_PRELOAD shim around a QEMU: writes down what QEMU gives to KVM, and can
 * stand in for KVM and for the CPUID instruction.
 *
 *   ORACLE_CAPTURE=FILE  where to, in the format of vectors
 *   ORACLE_FACTS=FILE    be the KVM of this vector or profile: no /dev/kvm is
 *                        needed, and whatever is set is taken
 *   ORACLE_SITES=FILE    addresses of QEMU's CPUID instructions, one a line:
 *                        with ORACLE_FACTS they too answer as in the file, so
 *                        that the host's vendor does not matter
 *   ORACLE_VCPUS=N       leave when so many vCPUs have their feature MSRs, for
 *                        guests that cannot be started without a firmware
 *   ORACLE_RUNS=FILE     many runs in one start of the program, see server.c
 */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include <stdio.h>

#include "facts.h"

#define FDS_MAX		4096

enum fd_kind { FD_OTHER, FD_SYSTEM, FD_VM, FD_VCPU, FD_SEV };

struct kvm_fd {
	enum fd_kind kind;
	int vcpu;			/* in the order of creation */
	bool has_state;			/* too late for feature MSRs */
};

extern struct kvm_fd fds[FDS_MAX];
extern struct host_facts *facts;	/* NULL: only listen to a real KVM */

/* Be the KVM of this file. */
void load_facts(const char *path);

/* Write down what is set, behind what the file already holds. */
void start_capture(FILE *out);

/* Leave when so many vCPUs have their feature MSRs; 0: stay. */
extern int wanted_vcpus;

/* Say why on standard error and leave. */
void die(const char *what) __attribute__((noreturn));

/* A file that QEMU takes for /dev/kvm, a VM or a vCPU, or -1. */
int fake_fd(enum fd_kind kind);

/*
 * Devices beside /dev/kvm that confidential guests and SGX need: a file, -1 if
 * this host has it not, -2 if the path is none of them.
 */
int fake_device(const char *path);

/* Answer an ioctl as a KVM of these facts would; errno as by ioctl(). */
int fake_ioctl(int fd, unsigned long req, void *arg);

/* CPUID instructions answer as the facts say, from now on. */
void fake_cpuid_sites(const char *path);
void fake_cpuid(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A shim between the suite and KVM: every ioctl() of a program that is linked
 * with -Wl,--wrap=ioctl goes through it, and it changes one thing.
 */
#ifndef TESTS_SHIM_H
#define TESTS_SHIM_H

#include <stdint.h>

enum shim_kind {
	SHIM_NONE,
	SHIM_ERRNO,	/* the nth ioctl fails with error */
	SHIM_BIT,	/* KVM_SET_CPUID2: a bit of a register of an entry */
	SHIM_FUNCTION,	/* ... of its function */
	SHIM_INDEX,	/* ... of its index */
	SHIM_FLAGS,	/* ... of its flags */
	SHIM_DROP,	/* ... the entry is missing */
	SHIM_DUPLICATE,	/* ... another one, all bits turned, comes first */
	SHIM_MSR,	/* KVM_SET_MSRS: a bit of the value */
	SHIM_NR
};

struct shim_fault {
	enum shim_kind kind;
	uint32_t function, index;	/* of the entry; index is also the MSR */
	unsigned int reg, bit;
	unsigned int nth;		/* counted from 1 */
	int error;
};

/* What is changed from now on, in this process and its children. */
void shim_set(const struct shim_fault *f);

/* How often the fault was applied, how many ioctls there were. */
unsigned int shim_applied(void);
unsigned int shim_ioctls(void);

/* Name of the kind, for reports; of the last ioctl seen. */
const char *shim_kind_name(enum shim_kind kind);

#endif

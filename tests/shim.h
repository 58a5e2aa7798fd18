/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A shim between the suite and KVM: every ioctl() of a program that is linked
 * with -Wl,--wrap=ioctl goes through it, and it changes one thing.
 *
 * A program of the suite takes its fault from the environment:
 *
 *	KVM_CPUID_FAULT=KIND:SCOPE:CMD:NTH:FUNCTION:INDEX:REG:BIT:ERRNO
 *	KVM_CPUID_SHIM=FILE	what was asked, and whether the fault was met
 */
#ifndef TESTS_SHIM_H
#define TESTS_SHIM_H

#include <stddef.h>
#include <stdint.h>

enum shim_kind {
	SHIM_NONE,
	SHIM_ERRNO,	/* the ioctl fails with error and does nothing */
	SHIM_BIT,	/* list of CPUID entries: a bit of a register */
	SHIM_FUNCTION,	/* ... of the function */
	SHIM_INDEX,	/* ... of the index; a bit of an index in an MSR list */
	SHIM_FLAGS,	/* ... of the flags */
	SHIM_DROP,	/* the entry is missing */
	SHIM_DUPLICATE,	/* CPUID: another one, all bits turned, comes first */
	SHIM_VALUE,	/* a bit of an MSR, of a capability, of a number */
	SHIM_NR
};

/* What an ioctl was made on. */
#define SHIM_SYSTEM	's'
#define SHIM_VM		'm'
#define SHIM_VCPU	'v'

struct shim_fault {
	enum shim_kind kind;
	char scope;
	uint32_t cmd;		/* number of the ioctl */
	uint32_t nth;		/* such call, from 1; 0: all of them */
	uint32_t function;	/* of a CPUID entry */
	uint32_t index;		/* of a CPUID entry, an MSR, a capability */
	unsigned int reg, bit;
	int error;
};

/* The ioctls of a scope, or one item of them, and how often they came. */
struct shim_seen {
	uint32_t cmd;
	char scope;
	char item;		/* 1: function and index count */
	uint32_t function, index;
	uint32_t calls;
};

#define SHIM_SEEN	4096	/* a power of 2 */
#define SHIM_LOG	(1 << 17)

/* Shared by a program, its children and whoever drives it. */
struct shim_shared {
	struct shim_fault fault;
	uint32_t applied;	/* how often the fault was applied */
	uint32_t ioctls;
	struct shim_seen seen[SHIM_SEEN];
	struct {
		uint16_t seen;
		int16_t result;	/* -errno, or 0 */
	} log[SHIM_LOG];	/* ioctls in their order */
};

/* In a program: what is changed from now on, here and in children. */
void shim_set(const struct shim_fault *f);
unsigned int shim_applied(void);

/* A fault as text and back; read gives 0 or -1. */
const char *shim_kind_name(enum shim_kind kind);
void shim_print(const struct shim_fault *f, char *text, size_t len);
int shim_read(struct shim_fault *f, const char *text);

#endif

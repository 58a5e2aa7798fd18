/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUID lists made for tests of lookup: every register of every entry has a
 * value of its own, so that an answer from the wrong entry, index or register
 * cannot look right.
 */
#ifndef LIB_CPUID_LISTS_H
#define LIB_CPUID_LISTS_H

#include "cpuid.h"

/* What a list has beyond the entries that all of them have. */
enum list_shape {
	LIST_NO_LEAF0		= 1 << 0,
	LIST_EMPTY		= 1 << 1,
	LIST_LEAF0_LAST		= 1 << 2, /* with an index and the flag */
	LIST_TWINS		= 1 << 3, /* second entries of the same leaf */
	LIST_ALL_FLAGGED	= 1 << 4, /* every index is significant */
	LIST_NONE_FLAGGED	= 1 << 5, /* no index is significant */
	LIST_NO_EXTENDED	= 1 << 6, /* no leaf 0x80000000 */
	LIST_NO_TOPOLOGY	= 1 << 7, /* no subleaf 1 of 0xb and 0x1f */
	LIST_FULL		= 1 << 8, /* KVM_MAX_ENTRIES entries */
	LIST_REVERSED		= 1 << 9, /* last entry first */
	LIST_NO_CENTAUR		= 1 << 10, /* no leaf 0xc0000000 */
	LIST_BRIEF		= 1 << 11, /* of the test: ask little */
};

/* Leaf 0xc00000xx and 0x2000xxxx of LIST_FULL begin here. */
#define LIST_FILLER	0x20000000

struct list_recipe {
	const char *name;
	char vendor[13];	/* as leaf 0 spells it */
	uint32_t max_basic;
	unsigned int shape;	/* enum list_shape */
};

void list_make(const struct list_recipe *recipe, struct cpuid_list *list);

/* The value that no other register of any list has. */
uint32_t list_value(unsigned int serial, enum cpuid_reg reg);

#endif

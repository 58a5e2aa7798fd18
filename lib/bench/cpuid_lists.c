// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "cpuid_lists.h"

#define IDX	KVM_CPUID_FLAG_SIGNIFCANT_INDEX

/* An odd factor makes different serials different values. */
uint32_t list_value(unsigned int serial, enum cpuid_reg reg)
{
	return (serial * NR_CPUID_REGS + reg + 1) * 0x9e3779b1u;
}

static const struct {
	uint32_t function, index, flags;
	unsigned int without;	/* shapes that lack it */
} common[] = {
	{ 0x1, 0, 0, 0 },
	{ 0x2, 0, 0, 0 },
	{ 0x4, 0, IDX, 0 },
	{ 0x4, 1, IDX, 0 },
	{ 0x4, 2, IDX, 0 },
	{ 0x6, 0, 0, 0 },
	{ 0x7, 0, IDX, 0 },
	{ 0x7, 1, IDX, 0 },
	{ 0xb, 0, IDX, 0 },
	{ 0xb, 1, IDX, LIST_NO_TOPOLOGY },
	{ 0xd, 0, IDX, 0 },
	{ 0xd, 1, IDX, 0 },
	{ 0xd, 2, IDX, 0 },
	{ 0x12, 1, IDX, 0 },
	{ 0x1f, 0, IDX, 0 },
	{ 0x1f, 1, IDX, LIST_NO_TOPOLOGY },
	{ 0x40000000, 0, 0, 0 },
	{ 0x40000001, 0, 0, 0 },
	{ 0x40000003, 0, 0, 0 },
	{ 0x40000200, 0, 0, 0 },
	{ 0x40000201, 0, 0, 0 },
	{ 0x4fffff00, 0, 0, 0 },
	{ 0x80000000, 0, 0, LIST_NO_EXTENDED },
	{ 0x80000001, 0, 0, 0 },
	{ 0x80000002, 0, 0, 0 },
	{ 0x80000007, 0, 0, 0 },
	{ 0x80000008, 0, 0, 0 },
	{ 0x8000001d, 0, IDX, 0 },
	{ 0x8000001d, 1, IDX, 0 },
	{ 0xc0000000, 0, 0, LIST_NO_CENTAUR },
	{ 0xc0000001, 0, 0, 0 },
};

/* The highest leaf that a class says it has. */
static const struct {
	uint32_t function, max;
} maxima[] = {
	{ 0x40000000, 0x40000003 },
	{ 0x40000200, 0x40000201 },
	{ 0x4fffff00, 0x4fffff02 },
	{ 0x80000000, 0x80000009 },
	{ 0xc0000000, 0xc0000002 },
};

static struct kvm_cpuid_entry2 *add(struct cpuid_list *l, uint32_t function,
				    uint32_t index, uint32_t flags)
{
	unsigned int n = l->nent;
	struct cpuid_regs r;
	int i;

	for (i = 0; i < NR_CPUID_REGS; i++)
		r.r[i] = list_value(n, i);
	return cpuid_append(l, function, index, flags, r);
}

static void add_leaf0(struct cpuid_list *l, const struct list_recipe *recipe,
		      uint32_t index, uint32_t flags)
{
	struct kvm_cpuid_entry2 *e = add(l, 0, index, flags);

	e->eax = recipe->max_basic;
	cpuid_set_vendor(l, recipe->vendor);
}

static void add_common(struct cpuid_list *l, unsigned int shape)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(common); i++) {
		uint32_t flags = common[i].flags;

		if (common[i].without & shape)
			continue;
		if (shape & LIST_ALL_FLAGGED)
			flags = IDX;
		if (shape & LIST_NONE_FLAGGED)
			flags = 0;
		add(l, common[i].function, common[i].index, flags);
	}
}

/* KVM must take the first that matches, and skip flagged ones that do not. */
static void add_twins(struct cpuid_list *l)
{
	add(l, 0x2, 0, 0);
	add(l, 0x4, 1, IDX);
	add(l, 0x4, 9, 0);
	add(l, 0x3, 5, IDX);
	add(l, 0x3, 0, 0);
	add(l, 0x3, 5, IDX);
	add(l, 0x5, 0, IDX);
	add(l, 0x5, 3, IDX);
}

static void reverse(struct cpuid_list *l)
{
	uint32_t i;

	for (i = 0; i < l->nent / 2; i++) {
		struct kvm_cpuid_entry2 t = l->e[i];

		l->e[i] = l->e[l->nent - 1 - i];
		l->e[l->nent - 1 - i] = t;
	}
}

/*
 * Some registers mean something to KVM itself: they are kept within what it
 * accepts and what a 64-bit guest needs.
 */
static void make_harmless(struct cpuid_list *l)
{
	struct kvm_cpuid_entry2 *e;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(maxima); i++) {
		e = cpuid_find_mut(l, maxima[i].function, 0);
		if (e)
			e->eax = maxima[i].max;
	}
	e = cpuid_find_mut(l, 0x80000001, 0);
	if (e)
		e->edx |= 1u << 29;		/* long mode */
	e = cpuid_find_mut(l, 0x80000008, 0);
	if (e)
		e->eax = 0xab003028;		/* 40 and 48 address bits */
	e = cpuid_find_mut(l, 0xd, 0);
	if (e)
		e->eax = e->edx = 0;		/* no permission needed */
}

void list_make(const struct list_recipe *recipe, struct cpuid_list *l)
{
	unsigned int shape = recipe->shape;
	uint32_t i;

	l->nent = 0;
	l->padding = 0;
	if (shape & LIST_EMPTY)
		return;
	if (!(shape & (LIST_NO_LEAF0 | LIST_LEAF0_LAST)))
		add_leaf0(l, recipe, 0, 0);
	add_common(l, shape);
	if (shape & LIST_TWINS)
		add_twins(l);
	if (shape & LIST_LEAF0_LAST)
		add_leaf0(l, recipe, 7, IDX);
	for (i = 0; shape & LIST_FULL && l->nent < KVM_MAX_ENTRIES; i++)
		add(l, LIST_FILLER + i, 0, 0);
	make_harmless(l);
	if (shape & LIST_REVERSED)
		reverse(l);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* A host that no one sells: an Intel CPU whose KVM supports everything. */
#ifndef TESTS_MADE_UP_HOST_H
#define TESTS_MADE_UP_HOST_H

#include "facts.h"

#define IDX		KVM_CPUID_FLAG_SIGNIFCANT_INDEX
#define BIT32(n)	(1u << (n))

static inline void add(struct cpuid_list *l, uint32_t fn, uint32_t index,
		uint32_t flags, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	cpuid_append(l, fn, index, flags,
		     (struct cpuid_regs){ { a, b, c, d } });
}

static inline void all_of(struct cpuid_list *l)
{
	add(l, 0, 0, 0, 0x24, 0x756e6547, 0x6c65746e, 0x49656e69);
	add(l, 1, 0, 0, 0xc06f2, 0, ~0u, ~0u);
	add(l, 6, 0, 0, ~0u, 0, 0, 0);
	add(l, 7, 0, IDX, 2, ~0u, ~0u, ~0u);
	add(l, 7, 1, IDX, ~0u, ~0u, ~0u, ~0u & ~BIT32(19) & ~BIT32(21));
	add(l, 7, 2, IDX, 0, 0, 0, ~0u);
	add(l, 0xd, 0, IDX, 0x602e7, 0x2b00, 0x2b00, 0);
	add(l, 0xd, 1, IDX, 0x1f, 0, 0x1800, 0);
	add(l, 0x40000000, 0, 0, 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d);
	add(l, 0x40000001, 0, 0, ~0u, 0, 0, 0);
	add(l, 0x80000000, 0, 0, 0x80000008, 0, 0, 0);
	add(l, 0x80000001, 0, 0, 0, 0, ~0u, ~0u);
	add(l, 0x80000007, 0, 0, 0, 0, 0, 0x100);
	add(l, 0x80000008, 0, 0, 0x3034, ~0u, 0, 0);
}

static inline void made_up_host(struct host_facts *f)
{
	f->nr_cpu_kinds = 1;
	all_of(&f->cpu[0].cpuid);
	all_of(&f->supported);
	msr_append(&f->msr_index, 0x10a, false, 0);
	msr_append(&f->msr_index, 0x8b, false, 0);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Values that are written to every MSR beside those with one bit turned. */
#ifndef TOOLS_MSR_VALUE_SET_H
#define TOOLS_MSR_VALUE_SET_H

#include <stdint.h>

static const uint64_t msr_values[] = {
	0, ~0ull,
	/* small numbers: memory types, modes, counts */
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	/* a type in each byte */
	0x0101010101010101, 0x0202020202020202, 0x0303030303030303,
	0x0404040404040404, 0x0505050505050505, 0x0606060606060606,
	0x0707070707070707, 0x0808080808080808, 0x1010101010101010,
	/* ends of the canonical halves, of 48 and 57 bits */
	0x00007fffffffffff, 0x0000800000000000, 0xffff7fffffffffff,
	0xffff800000000000, 0x00ffffffffffffff, 0xff00000000000000,
	/* halves, and a page */
	0x00000000ffffffff, 0xffffffff00000000, 0x1000, 0xfffff000,
};

#define NR_MSR_VALUES	(sizeof(msr_values) / sizeof(msr_values[0]))

#endif

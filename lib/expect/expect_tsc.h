/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a guest's time stamp counter and of IA32_TSC_ADJUST when
 * either is written.  Pure.  Values are in ticks of the guest's TSC, modulo
 * 2^64; that the TSC also runs is the caller's business.
 * SDM vol. 3, 18.17.3; KVM: ba904635d498 for userspace.
 */
#ifndef LIB_EXPECT_TSC_H
#define LIB_EXPECT_TSC_H

#include <stdbool.h>
#include <stdint.h>

struct tsc_pair {
	uint64_t tsc;
	uint64_t adjust;
};

/* The guest writes the TSC: TSC_ADJUST takes the difference. */
struct tsc_pair expect_guest_tsc(struct tsc_pair was, uint64_t value);

/*
 * The guest writes TSC_ADJUST: the TSC moves by its change.  A guest whose
 * CPUID lacks the feature may write it, and nothing comes of it.
 */
struct tsc_pair expect_guest_tsc_adjust(struct tsc_pair was, uint64_t value,
					bool has_adjust);

/* Userspace restores the one without the other. */
struct tsc_pair expect_host_tsc(struct tsc_pair was, uint64_t value);
struct tsc_pair expect_host_tsc_adjust(struct tsc_pair was, uint64_t value);

/*
 * A guest's TSC, less its offset, that runs ratio times as fast as the host's:
 * read when the latter was between before and after; one part in 1,024 is left
 * to the rounding of the ratio.
 */
bool expect_tsc_ratio(uint64_t got, uint64_t before, uint64_t after,
		      unsigned int ratio);

#endif

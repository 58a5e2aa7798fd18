// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of the TSC and TSC_ADJUST: see expect_tsc.h. */
#include "expect_tsc.h"

struct tsc_pair expect_guest_tsc(struct tsc_pair was, uint64_t value)
{
	return (struct tsc_pair){ value, was.adjust + value - was.tsc };
}

struct tsc_pair expect_guest_tsc_adjust(struct tsc_pair was, uint64_t value,
					bool has_adjust)
{
	if (!has_adjust)
		return was;
	return (struct tsc_pair){ was.tsc + value - was.adjust, value };
}

struct tsc_pair expect_host_tsc(struct tsc_pair was, uint64_t value)
{
	return (struct tsc_pair){ value, was.adjust };
}

struct tsc_pair expect_host_tsc_adjust(struct tsc_pair was, uint64_t value)
{
	return (struct tsc_pair){ was.tsc, value };
}

bool expect_tsc_ratio(uint64_t got, uint64_t before, uint64_t after,
		      unsigned int ratio)
{
	return got >= ratio * before - (before >> 10) &&
	       got <= ratio * after + (after >> 10);
}

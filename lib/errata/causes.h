/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One defect that makes many tests fail: what follows from it is told as that,
 * so that the rest can be seen.  It remains a failure.  Pure.
 */
#ifndef LIB_CAUSES_H
#define LIB_CAUSES_H

#include "errata.h"

struct cause {
	const char *id;
	enum quirk probe;		/* says whether this KVM has it */
	const char *summary;
};

/* The cause that m follows from, on a KVM that has it; NULL if there is none. */
const struct cause *cause_of(const struct finding *m,
			     bool (*has)(enum quirk q));

#endif

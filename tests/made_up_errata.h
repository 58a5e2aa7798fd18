/* SPDX-License-Identifier: GPL-2.0-only */
/* Hosts that are made up, and the row that explains a finding on one. */
#ifndef TESTS_MADE_UP_ERRATA_H
#define TESTS_MADE_UP_ERRATA_H

#include "errata.h"

/* Probes of quirks: every KVM has it, none has it; and which was asked. */
static enum quirk asked;

static inline bool yes(enum quirk q)
{
	asked = q;
	return true;
}

static inline bool no(enum quirk q)
{
	asked = q;
	return false;
}

static const struct errata_host linux_6_1 = {
	.kernel = KERNEL(6, 1, 192), .kvm_module = "kvm_amd", .has_quirk = yes,
};
static const struct errata_host linux_6_12 = {
	.kernel = KERNEL(6, 12, 117), .kvm_module = "kvm_amd", .has_quirk = yes,
};
static const struct errata_host software = {
	.kernel = KERNEL(7, 2, 0), .kvm_module = "kvm_pvm", .has_quirk = yes,
};

static inline const char *explained(const struct finding *m,
				    const struct errata_host *h)
{
	const struct erratum *e = errata_explain(m, h);

	return e ? e->id : "nothing";
}

#endif

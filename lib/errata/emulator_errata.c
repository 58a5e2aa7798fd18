// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known defects of the emulators of machines/: what their CPUs do wrong, and KVM
 * leaves to the CPU.  Versions are the emulator's.
 */
#include "rows.h"

#define EMULATOR_BUG(name, whose, text, ...) \
	{ .id = name, .emulator = whose, .summary = text, \
	  .fixed = { __VA_ARGS__ } }

static const struct erratum rows[] = {
/* 3.0 has it; no version is known without it. */
EMULATOR_BUG("bochs-vmcb-align", "Bochs",
	     "VMLOAD and VMSAVE of an address within a page do not fault", 0),
};

static const struct erratum_match matches[] = {
/*    id                  rule     MSR  event                       wanted, got       condition */
EVENT("bochs-vmcb-align", RULE_I5, ANY, EVENT_GUEST_VMLOAD_VMSAVE,  FAULT(GP, NONE),  ALWAYS),
};

const struct errata_table emulator_errata = {
	rows, ARRAY_SIZE(rows), matches, ARRAY_SIZE(matches),
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known defects of the emulators of machines/: what their CPUs do wrong, and KVM
 * leaves to the CPU.  Versions are the emulator's.
 */
#include "rows.h"

#define EMULATOR_BUG(name, whose, from, text, ...) \
	{ .id = name, .emulator = whose, .since = from, .summary = text, \
	  .fixed = { __VA_ARGS__ } }

static const struct erratum rows[] = {
/* 3.0 has it; no version is known without it. */
EMULATOR_BUG("bochs-vmcb-align", "Bochs", 0,
	     "VMLOAD and VMSAVE of an address within a page do not fault", 0),
/*
 * decode-new.c.inc adds the register's number to the exit's only where that is
 * not 0, and SVM_EXIT_READ_CR0 is.  So a read of CR4, which KVM intercepts, shows
 * what KVM put into the VMCB: the host's MCE (and PAE without nested paging) too.
 * 7.2 is right; read in 10.0.13, and seen there where the host has MCE.
 */
EMULATOR_BUG("qemu-read-cr", "QEMU", KERNEL(10, 0, 0),
	     "MOV from any CR is intercepted as one from CR0 is", 0),
};

static const struct erratum_match matches[] = {
/*    id                  rule     MSR  event                       wanted, got       condition */
EVENT("bochs-vmcb-align", RULE_I5, ANY, EVENT_GUEST_VMLOAD_VMSAVE,  FAULT(GP, NONE),  ALWAYS),
EVENT("qemu-read-cr",     RULE_E14, ANY, EVENT_GUEST_READ_CR,       ANYHOW,           ALWAYS),
};

const struct errata_table emulator_errata = {
	rows, ARRAY_SIZE(rows), matches, ARRAY_SIZE(matches),
};

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel MultiProcessor Specification 1.4 tables for the CPUs, one I/O APIC and
 * the ISA interrupts.  Without ACPI, Linux gives up the local APIC if it finds
 * none, and KVM with it.
 */
#ifndef MACHINES_MPTABLE_H
#define MACHINES_MPTABLE_H

#include <stdint.h>
#include <stddef.h>

/* Longest table mptable_build() makes. */
#define MPTABLE_MAX	512
#define MPTABLE_CPUS_MAX	8

/*
 * Write the tables, which the CPUs will see at address; their APIC IDs are 0 to
 * cpus - 1, with 1 <= cpus <= MPTABLE_CPUS_MAX.  Returns the tables' size.
 */
size_t mptable_build(uint8_t table[MPTABLE_MAX], uint32_t address,
		     unsigned int cpus);

#endif

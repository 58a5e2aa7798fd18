/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel MultiProcessor Specification 1.4 tables for one CPU, one I/O APIC and
 * the ISA interrupts.  Without ACPI, Linux gives up the local APIC if it finds
 * none, and KVM with it.
 */
#ifndef MACHINES_MPTABLE_H
#define MACHINES_MPTABLE_H

#include <stdint.h>
#include <stddef.h>

/* Longest table mptable_build() makes. */
#define MPTABLE_MAX	512

/* Write the tables, which the CPU will see at address; returns their size. */
size_t mptable_build(uint8_t table[MPTABLE_MAX], uint32_t address);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the local APIC: ids in x2APIC mode, which registers there are,
 * which values ICR, SELF_IPI and CR8 take.  Pure.  Registers are named by
 * their offset in the APIC's page; in x2APIC mode MSR 0x800 + offset / 16.
 * SDM vol. 3, 10.8.6 and 10.12.
 */
#ifndef LIB_EXPECT_APIC_H
#define LIB_EXPECT_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Logical id in x2APIC mode: cluster in bits 31:16, a bit of 15:0. */
uint32_t expect_x2apic_ldr(uint32_t id);

/*
 * The register ID as KVM_GET_LAPIC shows it in x2APIC mode: as in xAPIC mode,
 * or all 32 bits with KVM_X2APIC_API_USE_32BIT_IDS (KVM api.rst, 7.7).
 */
uint32_t expect_lapic_id(uint32_t id, bool ids_of_32_bits);

/* SDM vol. 3, table 10-6; cmci: the CPU announces CMCI in MCG_CAP[10]. */
bool expect_x2apic_readable(uint32_t reg, bool cmci);
bool expect_x2apic_writable(uint32_t reg, bool cmci);

/* A value of the 64-bit ICR that is not #GP, and what is kept of it. */
bool expect_x2apic_icr_valid(uint64_t icr);
uint64_t expect_x2apic_icr(uint64_t icr);

/* SELF_IPI takes a vector and nothing else. */
bool expect_self_ipi_valid(uint64_t value);

/* CR8 is TPR[7:4]; its other bits are reserved. */
bool expect_cr8_valid(uint64_t cr8);
uint32_t expect_tpr_of_cr8(uint64_t cr8);
uint64_t expect_cr8_of_tpr(uint32_t tpr);

#endif

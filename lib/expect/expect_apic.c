// SPDX-License-Identifier: GPL-2.0-only
/* Registers of the local APIC: see expect_apic.h. */
#include <stddef.h>

#include "cpuid.h"
#include "expect_apic.h"

uint32_t expect_x2apic_ldr(uint32_t id)
{
	return id >> 4 << 16 | 1u << (id & 15);
}

uint32_t expect_lapic_id(uint32_t id, bool ids_of_32_bits)
{
	return ids_of_32_bits ? id : id << 24;
}

/* The rows of the table that exist; the others are reserved. */
static const struct x2apic_reg {
	uint32_t first, last;
	bool read, write, cmci;
} x2apic_regs[] = {
	{ 0x020, 0x030, true, false },		/* ID, version */
	{ 0x080, 0x080, true, true },		/* TPR */
	{ 0x0a0, 0x0a0, true, false },		/* PPR */
	{ 0x0b0, 0x0b0, false, true },		/* EOI */
	{ 0x0d0, 0x0d0, true, false },		/* LDR */
	{ 0x0f0, 0x0f0, true, true },		/* SPIV */
	{ 0x100, 0x270, true, false },		/* ISR, TMR, IRR */
	{ 0x280, 0x280, true, true },		/* ESR */
	{ 0x2f0, 0x2f0, true, true, .cmci = true },
	{ 0x300, 0x300, true, true },		/* ICR */
	{ 0x320, 0x380, true, true },		/* LVTs, initial count */
	{ 0x390, 0x390, true, false },		/* current count */
	{ 0x3e0, 0x3e0, true, true },		/* divide configuration */
	{ 0x3f0, 0x3f0, false, true },		/* SELF_IPI */
};

static const struct x2apic_reg *x2apic_reg(uint32_t reg, bool cmci)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(x2apic_regs); i++)
		if (x2apic_regs[i].first <= reg && reg <= x2apic_regs[i].last &&
		    (cmci || !x2apic_regs[i].cmci))
			return &x2apic_regs[i];
	return NULL;
}

bool expect_x2apic_readable(uint32_t reg, bool cmci)
{
	const struct x2apic_reg *r = x2apic_reg(reg, cmci);

	return r && r->read;
}

bool expect_x2apic_writable(uint32_t reg, bool cmci)
{
	const struct x2apic_reg *r = x2apic_reg(reg, cmci);

	return r && r->write;
}

#define ICR_BUSY	(1u << 12)	/* delivery status, no bit of x2APIC's */
#define ICR_RESERVED	0xfff32000u	/* bits 31:20, 17:16 and 13 */

bool expect_x2apic_icr_valid(uint64_t icr)
{
	return !(icr & ICR_RESERVED);
}

uint64_t expect_x2apic_icr(uint64_t icr)
{
	return icr & ~(uint64_t)ICR_BUSY;
}

bool expect_self_ipi_valid(uint64_t value)
{
	return value <= 0xff;
}

bool expect_cr8_valid(uint64_t cr8)
{
	return cr8 <= 15;
}

uint32_t expect_tpr_of_cr8(uint64_t cr8)
{
	return cr8 << 4;
}

uint64_t expect_cr8_of_tpr(uint32_t tpr)
{
	return tpr >> 4 & 15;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits of control registers, EFER, XCR0 and IA32_APIC_BASE, once for all.
 * SDM vol. 3, 2.5, 2.6 and 10.4.4; APM vol. 2, 3.1.
 */
#ifndef LIB_REGS_H
#define LIB_REGS_H

#include "cpuid.h"

#define CR0_PE		BIT(0)
#define CR0_ET		BIT(4)
#define CR0_NW		BIT(29)
#define CR0_CD		BIT(30)
#define CR0_PG		BIT(31)

#define CR4_VME		BIT(0)
#define CR4_PVI		BIT(1)
#define CR4_TSD		BIT(2)
#define CR4_DE		BIT(3)
#define CR4_PSE		BIT(4)
#define CR4_PAE		BIT(5)
#define CR4_MCE		BIT(6)
#define CR4_PGE		BIT(7)
#define CR4_PCE		BIT(8)
#define CR4_OSFXSR	BIT(9)
#define CR4_OSXMMEXCPT	BIT(10)
#define CR4_UMIP	BIT(11)
#define CR4_LA57	BIT(12)
#define CR4_VMXE	BIT(13)
#define CR4_SMXE	BIT(14)
#define CR4_FSGSBASE	BIT(16)
#define CR4_PCIDE	BIT(17)
#define CR4_OSXSAVE	BIT(18)
#define CR4_SMEP	BIT(20)
#define CR4_SMAP	BIT(21)
#define CR4_PKE		BIT(22)
#define CR4_CET		BIT(23)
#define CR4_LAM_SUP	BIT(28)

/* What the probe's 64-bit and 32-bit code runs with. */
#define CR4_PROBE	(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT)

#define EFER_SCE	BIT(0)
#define EFER_LME	BIT(8)
#define EFER_LMA	BIT(10)
#define EFER_NX		BIT(11)
#define EFER_SVME	BIT(12)
#define EFER_LMSLE	BIT(13)
#define EFER_FFXSR	BIT(14)
#define EFER_TCE	BIT(15)
#define EFER_AUTOIBRS	BIT(21)

#define XCR0_X87	BIT(0)
#define XCR0_SSE	BIT(1)
#define XCR0_AVX	BIT(2)
#define XCR0_MPX	(BIT(3) | BIT(4))
#define XCR0_AVX512	(BIT(5) | BIT(6) | BIT(7))
#define XCR0_AMX	(BIT(17) | BIT(18))
#define XCR0_XTILE_DATA	BIT(18)

#define APICBASE_BSP	BIT(8)
#define APICBASE_EXTD	BIT(10)
#define APICBASE_EN	BIT(11)
#define APICBASE_ADDR	0xfee00000ull
#define APICBASE_RESET	(APICBASE_ADDR | APICBASE_BSP | APICBASE_EN)

#endif

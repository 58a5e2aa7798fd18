// SPDX-License-Identifier: GPL-2.0-only
/*
 * The expectations of local APIC and TSC against values worked out by hand
 * from the SDM: no KVM is needed.
 */
#include <stdint.h>

#include "kselftest_harness.h"

#include "expect_apic.h"
#include "expect_tsc.h"

TEST(logical_id)
{
	EXPECT_EQ(0x1u, expect_x2apic_ldr(0));
	EXPECT_EQ(0x8000u, expect_x2apic_ldr(15));
	EXPECT_EQ(0x20008u, expect_x2apic_ldr(35));
	EXPECT_EQ(0xffff8000u, expect_x2apic_ldr(0xfffff));
}

TEST(id_of_the_ioctl)
{
	EXPECT_EQ(0x23000000u, expect_lapic_id(35, false));
	EXPECT_EQ(35u, expect_lapic_id(35, true));
	EXPECT_EQ(0u, expect_lapic_id(256, false));
	EXPECT_EQ(256u, expect_lapic_id(256, true));
}

static unsigned int count(bool (*there)(uint32_t reg, bool cmci), bool cmci)
{
	unsigned int reg, n = 0;

	for (reg = 0; reg < 0x1000; reg += 16)
		n += there(reg, cmci);
	return n;
}

/* Table 10-6: of 44 registers two are written only, 30 read only. */
TEST(registers_of_x2apic)
{
	EXPECT_EQ(42u, count(expect_x2apic_readable, true));
	EXPECT_EQ(41u, count(expect_x2apic_readable, false));
	EXPECT_EQ(15u, count(expect_x2apic_writable, true));
	EXPECT_EQ(14u, count(expect_x2apic_writable, false));
	EXPECT_FALSE(expect_x2apic_readable(0xe0, true));
	EXPECT_FALSE(expect_x2apic_readable(0x310, true));
	EXPECT_FALSE(expect_x2apic_readable(0xb0, true));
	EXPECT_TRUE(expect_x2apic_writable(0xb0, true));
	EXPECT_FALSE(expect_x2apic_writable(0x390, true));
}

TEST(icr)
{
	unsigned int bit, n = 0;

	for (bit = 0; bit < 64; bit++)
		n += !expect_x2apic_icr_valid(1ull << bit);
	EXPECT_EQ(15u, n);
	EXPECT_FALSE(expect_x2apic_icr_valid(0x2000));
	EXPECT_TRUE(expect_x2apic_icr_valid(0xfe00000005031ull));
	EXPECT_EQ(0xfe00004031ull, expect_x2apic_icr(0xfe00005031ull));
	EXPECT_TRUE(expect_self_ipi_valid(0xff));
	EXPECT_FALSE(expect_self_ipi_valid(0x100));
}

TEST(cr8)
{
	EXPECT_TRUE(expect_cr8_valid(15));
	EXPECT_FALSE(expect_cr8_valid(16));
	EXPECT_FALSE(expect_cr8_valid(1ull << 32));
	EXPECT_EQ(0xf0u, expect_tpr_of_cr8(15));
	EXPECT_EQ(10u, expect_cr8_of_tpr(0xa5));
}

static const struct tsc_pair was = { 1000, 300 };

static void is(struct __test_metadata *_metadata, struct tsc_pair t,
	       uint64_t tsc, uint64_t adjust)
{
	EXPECT_EQ(tsc, t.tsc);
	EXPECT_EQ(adjust, t.adjust);
}

TEST(tsc_writes)
{
	is(_metadata, expect_guest_tsc(was, 5000), 5000, 4300);
	is(_metadata, expect_guest_tsc(was, 0), 0, -700ull);
	is(_metadata, expect_guest_tsc_adjust(was, 350, true), 1050, 350);
	is(_metadata, expect_guest_tsc_adjust(was, 350, false), 1000, 300);
	is(_metadata, expect_host_tsc(was, 5000), 5000, 300);
	is(_metadata, expect_host_tsc_adjust(was, 7), 1000, 7);
}

TEST(tsc_frequency)
{
	EXPECT_TRUE(expect_tsc_ratio(2000000, 1000000, 1000100, 2));
	EXPECT_TRUE(expect_tsc_ratio(2001000, 1000000, 1000100, 2));
	EXPECT_FALSE(expect_tsc_ratio(1000000, 1000000, 1000100, 2));
	EXPECT_FALSE(expect_tsc_ratio(2002000, 1000000, 1000100, 2));
	EXPECT_FALSE(expect_tsc_ratio(1998900, 1000000, 1000100, 2));
}

TEST_HARNESS_MAIN

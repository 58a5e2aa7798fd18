// SPDX-License-Identifier: GPL-2.0-only
/*
 * The errata table without any KVM: a row holds where it should and nowhere
 * else, and explains what it should and nothing else.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"

#include "errata.h"
#include "made_up_errata.h"

/* --- where a row holds -------------------------------------------------- */

static const struct erratum made_up = {
	.id = "made-up", .since = KERNEL(5, 17, 0), .commit = "0123456789ab",
	.fixed = { KERNEL(6, 14, 0), KERNEL(6, 12, 117), KERNEL(6, 1, 170) },
	.summary = "made up",
};

FIXTURE(range) { int unused; };
FIXTURE_SETUP(range) { }
FIXTURE_TEARDOWN(range) { }
FIXTURE_VARIANT(range) { uint32_t kernel; bool holds; };

#define KERNEL_VARIANT(name, number, yes) \
	FIXTURE_VARIANT_ADD(range, name) { .kernel = number, .holds = yes }

KERNEL_VARIANT(not_known, 0, false);
KERNEL_VARIANT(before, KERNEL(5, 16, 999), false);
KERNEL_VARIANT(first, KERNEL(5, 17, 0), true);
KERNEL_VARIANT(stable_before, KERNEL(6, 1, 169), true);
KERNEL_VARIANT(stable_mended, KERNEL(6, 1, 170), false);
KERNEL_VARIANT(stable_after, KERNEL(6, 1, 192), false);
KERNEL_VARIANT(series_after_stable, KERNEL(6, 2, 0), true);
KERNEL_VARIANT(same_patch_elsewhere, KERNEL(6, 6, 170), true);
KERNEL_VARIANT(second_stable_before, KERNEL(6, 12, 116), true);
KERNEL_VARIANT(second_stable_mended, KERNEL(6, 12, 117), false);
KERNEL_VARIANT(between, KERNEL(6, 13, 12), true);
KERNEL_VARIANT(mainline, KERNEL(6, 14, 0), false);
KERNEL_VARIANT(later, KERNEL(7, 1, 3), false);

TEST_F(range, holds)
{
	const struct errata_host h = {
		.kernel = variant->kernel, .kvm_module = "kvm_amd",
	};

	EXPECT_EQ(variant->holds, erratum_holds(&made_up, &h));
}

TEST(never_mended)
{
	struct erratum e = made_up;
	const struct errata_host h = {
		.kernel = KERNEL(7, 99, 0), .kvm_module = "kvm_amd",
	};

	memset(e.fixed, 0, sizeof(e.fixed));
	EXPECT_TRUE(erratum_holds(&e, &h));
}

TEST(quirk_needs_module_and_probe)
{
	const struct erratum e = { .id = "q", .quirk = QUIRK_LAX_MSRS };
	struct errata_host h = { .kvm_module = "kvm_pvm", .has_quirk = yes };

	EXPECT_TRUE(erratum_holds(&e, &h));
	EXPECT_EQ(QUIRK_LAX_MSRS, asked);
	h.has_quirk = no;
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.has_quirk = NULL;
	EXPECT_FALSE(erratum_holds(&e, &h));
}

/* A vendor module with the symptom of a quirk is broken, whatever it is. */
TEST(no_quirk_of_vendor_modules)
{
	static const char * const modules[] = { "kvm_amd", "kvm_intel", "" };
	struct errata_host h = { .has_quirk = yes };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(modules); i++) {
		h.kvm_module = modules[i];
		for (k = 0; k < foreign_errata.nr_rows; k++)
			EXPECT_FALSE(erratum_holds(&foreign_errata.rows[k],
						   &h));
	}
}

/* Of the emulator that the machine is, in the versions that have it. */
TEST(emulator_by_name_and_version)
{
	const struct erratum e = {
		.id = "e", .emulator = "Bochs", .since = KERNEL(2, 8, 0),
		.fixed = { KERNEL(3, 1, 0) },
	};
	struct errata_host h = {
		.kernel = KERNEL(6, 12, 0), .kvm_module = "kvm_amd",
		.emulator = "Bochs", .emulator_version = KERNEL(3, 0, 0),
	};

	EXPECT_TRUE(erratum_holds(&e, &h));
	h.emulator_version = KERNEL(2, 7, 0);
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.emulator_version = KERNEL(3, 1, 0);
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.emulator_version = KERNEL(3, 0, 0);
	h.emulator = "QEMU";
	EXPECT_FALSE(erratum_holds(&e, &h));
	h.emulator = NULL;
	EXPECT_FALSE(erratum_holds(&e, &h));
}

/* --- what a row explains ------------------------------------------------ */

static const struct finding nent = {
	.kind = FOUND_EVENT, .rule = RULE_S11, .event = EVENT_GET_CPUID2_NENT,
	.answer = ANSWER_VALUE, .wanted = 29, .got = 256,
	.has_known = true, .known = 256,
};

TEST(kernel_defect)
{
	struct finding m = nent;

	EXPECT_STREQ("get-cpuid2-nent", explained(&m, &linux_6_1));
	EXPECT_STREQ("nothing", explained(&m, &linux_6_12));
	m.got = 255;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.has_known = false;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
}

TEST(kernel_defect_elsewhere)
{
	struct finding m = nent;

	m.rule = RULE_S12;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.rule = RULE_NONE;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.event = EVENT_GET_CPUID2;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.event = EVENT_CHECK;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = nent;
	m.kind = FOUND_MSR;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
}

TEST(kernel_of_no_known_version)
{
	struct errata_host h = linux_6_1;

	h.kernel = 0;
	EXPECT_STREQ("nothing", explained(&nent, &h));
}

static const struct finding unhalt = {
	.kind = FOUND_CPUID, .rule = RULE_Q11, .leaf = 0x40000001,
	.reg = REG_EAX, .wanted = 0x7e7b, .got = 0x7efb,
	.has_known = true, .known = 0x7efb,
};

TEST(registers)
{
	struct finding m = unhalt;

	EXPECT_STREQ("unhalt-first-list", explained(&m, &linux_6_1));
	m.leaf = 0x40000000;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = unhalt;
	m.subleaf = 1;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = unhalt;
	m.reg = REG_EBX;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m = unhalt;
	m.kind = FOUND_EVENT;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	/* Another bit beside PV_UNHALT, or in its place. */
	m = unhalt;
	m.got = m.known = 0x7eff;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
	m.got = m.known = 0x7e7f;
	EXPECT_STREQ("nothing", explained(&m, &linux_6_1));
}

static const struct finding pat = {
	.kind = FOUND_EVENT, .rule = RULE_V6, .event = EVENT_GUEST_WRMSR,
	.what = "guest WRMSR 0x277 = 0x2", .answer = ANSWER_FAULT,
	.wanted = 13, .got = NO_FAULT,
	.wanted_text = "#GP(0x0)", .got_text = "no fault", .has_msr = true,
	.msr = 0x277,
};

TEST(msrs)
{
	struct finding m = pat;

	EXPECT_STREQ("lax-msrs", explained(&m, &software));
	EXPECT_STREQ("nothing", explained(&m, &linux_6_12));
	m.msr = 0x278;
	EXPECT_STREQ("nothing", explained(&m, &software));
	m = pat;
	m.has_msr = false;
	EXPECT_STREQ("nothing", explained(&m, &software));
	m = pat;
	m.got = 6;
	EXPECT_STREQ("nothing", explained(&m, &software));
	m = pat;
	m.wanted = NO_FAULT;
	EXPECT_STREQ("nothing", explained(&m, &software));
	/* #GP with an error code is another fault. */
	m = pat;
	m.wanted = fault_number(13, 8);
	EXPECT_STREQ("nothing", explained(&m, &software));
	/* Numbers of another kind say something else. */
	m = pat;
	m.answer = ANSWER_VALUE;
	EXPECT_STREQ("nothing", explained(&m, &software));
}

/* --- conditions --------------------------------------------------------- */

/* A KVM that sets f0f0 of 7.0.EBX in every list, and takes 0f00 away. */
static const struct bent_lists *made_up_bends(void)
{
	static struct bent_lists b;
	const struct cpuid_regs none = { { 1, 0xf0f0, 0xff, 0x10 } };
	const struct cpuid_regs none_1 = { { 0x30, 0, 0, 0 } };
	const struct cpuid_regs all = { { 1, 0xf0ff, 0xff, 0x10 } };

	memset(&b, 0, sizeof(b));
	cpuid_append(&b.none, 7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX, none);
	cpuid_append(&b.none, 7, 1, KVM_CPUID_FLAG_SIGNIFCANT_INDEX, none_1);
	cpuid_append(&b.all, 7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX, all);
	b.no_index = b.all;
	b.cr4_none = 3 << 20;
	b.cr4_all = ~(uint64_t)(1 << 12);
	return &b;
}

static struct finding of_leaf_7(uint32_t wanted, uint32_t got)
{
	return (struct finding){
		.kind = FOUND_CPUID, .rule = RULE_C2, .leaf = 7,
		.reg = REG_EBX, .wanted = wanted,
		.got = got, .bent = made_up_bends(),
	};
}

#define EXPLAINED(m, id)	EXPECT_STREQ(id, explained(&(m), &software))

TEST(cpuid_that_is_rewritten)
{
	struct finding m = of_leaf_7(0x0010, 0xf0f0);

	EXPLAINED(m, "cpuid-forced");
	/* A bit that it does not set. */
	m = of_leaf_7(0x0010, 0xf0f1);
	EXPLAINED(m, "nothing");
	/* What it leaves there does not go. */
	m = of_leaf_7(0x0016, 0xf0f4);
	EXPLAINED(m, "nothing");
	/* What it takes away does. */
	m = of_leaf_7(0x0110, 0xf0f0);
	EXPLAINED(m, "cpuid-forced");
	/* Another subleaf's, where no index counts. */
	m = of_leaf_7(0x0110, 0x30);
	m.reg = REG_EAX;
	EXPLAINED(m, "cpuid-forced");
	m = of_leaf_7(0x0010, 0xf0f0);
	m.leaf = 0x80000008;
	EXPLAINED(m, "nothing");
	m = of_leaf_7(0x0010, 0xf0f0);
	m.rule = RULE_W1;
	EXPLAINED(m, "nothing");
	m = of_leaf_7(0x0010, 0xf0f0);
	m.bent = NULL;
	EXPLAINED(m, "nothing");
}

TEST(same_symptom_of_a_vendor_module)
{
	const struct finding m = of_leaf_7(0x0010, 0xf0f0);
	struct errata_host h = software;

	EXPECT_STREQ("cpuid-forced", explained(&m, &h));
	h.kvm_module = "kvm_intel";
	EXPECT_STREQ("nothing", explained(&m, &h));
	h = software;
	h.has_quirk = no;
	EXPECT_STREQ("nothing", explained(&m, &h));
}

static struct finding cr4(uint64_t wanted, uint64_t got)
{
	return (struct finding){
		.kind = FOUND_EVENT, .rule = RULE_E14, .what = "CR4",
		.answer = ANSWER_VALUE, .wanted = wanted, .got = got,
		.bent = made_up_bends(),
	};
}

TEST(cr4_bits_of_those_leaves)
{
	struct finding m = cr4(0x620, 0x620 | 1 << 20);

	EXPLAINED(m, "cpuid-forced");
	m = cr4(0x620, 0x620 | 1 << 12);	/* LA57: is never taken */
	EXPLAINED(m, "nothing");
	m = cr4(0x620 | 1 << 12, 0x620);
	EXPLAINED(m, "cpuid-forced");
	m = cr4(0x620 | 1 << 20, 0x620);	/* lost, not gained */
	EXPLAINED(m, "nothing");
	m = cr4(0x620, 0x620 | 3 << 20);	/* one at a time */
	EXPLAINED(m, "nothing");
}

TEST(values)
{
	struct finding m = { .kind = FOUND_MSR, .wanted = 5, .got = 0 };

	EXPECT_TRUE(fits_zero(&m));
	m.got = 1;
	EXPECT_FALSE(fits_zero(&m));
	m = (struct finding){ .kind = FOUND_MSR, .wanted = 5, .got = 6 };
	EXPECT_TRUE(fits_other_entries(&m));
	m.got = 4;
	EXPECT_FALSE(fits_other_entries(&m));
	m.wanted = 0x12345678;
	m.got = 0xffff800012345678;
	EXPECT_TRUE(fits_upper_kept(&m));
	m.got = 0xffff800012345679;
	EXPECT_FALSE(fits_upper_kept(&m));
	m.got = 0x12345679;
	EXPECT_FALSE(fits_upper_kept(&m));
	m.wanted = 0x500;
	m.got = 0x4500;
	EXPECT_TRUE(fits_value_ffxsr(&m));
	m.got = 0x5500;
	EXPECT_FALSE(fits_value_ffxsr(&m));
}

/* --- of one test, and as text -------------------------------------------- */

TEST(what_is_due)
{
	static const char test[] = "set_cpuid_test:set.get_large_enough";
	const struct erratum *e = errata_due(test, 0, &linux_6_1);

	EXPECT_EQ(erratum_find("get-cpuid2-nent"), e);
	EXPECT_EQ(NULL, errata_due(test, 1, &linux_6_1));
	EXPECT_EQ(NULL, errata_due(test, 0, &linux_6_12));
	EXPECT_EQ(NULL, errata_due("set_cpuid_test:set", 0, &linux_6_1));
}

TEST(fixes_as_text)
{
	struct erratum e = made_up;
	char buf[60], small[8];

	EXPECT_STREQ("6.14, 6.12.117, 6.1.170",
		     erratum_fixes(&e, buf, sizeof(buf)));
	EXPECT_STREQ("6.14, 6", erratum_fixes(&e, small, sizeof(small)));
	memset(e.fixed, 0, sizeof(e.fixed));
	EXPECT_STREQ("not yet", erratum_fixes(&e, buf, sizeof(buf)));
}

TEST_HARNESS_MAIN

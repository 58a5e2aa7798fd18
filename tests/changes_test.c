// SPDX-License-Identifier: GPL-2.0-only
/* The table of changes: its rows are sound, and a kernel has what it must. */
#include <string.h>

#include "kselftest_harness.h"

#include "changes.h"
#include "facts.h"

TEST(rows_are_sound)
{
	const struct change_row *r;
	unsigned int i, k;

	for (i = CHANGE_NONE + 1; i < NR_CHANGES; i++) {
		r = &kvm_changes[i];
		ASSERT_NE(NULL, r->name);
		EXPECT_NE(NULL, r->what);
		EXPECT_LE(KERNEL(5, 10, 0), r->release);
		EXPECT_EQ(0, r->release % 1000);
		if (r->commit) {
			EXPECT_EQ(12, strlen(r->commit));
			EXPECT_EQ(12, strspn(r->commit, "0123456789abcdef"));
		}
		for (k = 0; k < CHANGE_POINTS && r->stable[k]; k++)
			EXPECT_LT(r->stable[k], r->release);
	}
	/* struct host_facts has a bit for each. */
	EXPECT_LE(NR_CHANGES, 128);
}

TEST(mainline)
{
	EXPECT_FALSE(kernel_has(KERNEL(6, 13, 11),
				CHANGE_MADE_UP_BITS_IGNORED));
	EXPECT_TRUE(kernel_has(KERNEL(6, 14, 0), CHANGE_MADE_UP_BITS_IGNORED));
	EXPECT_TRUE(kernel_has(KERNEL(9, 0, 0), CHANGE_MADE_UP_BITS_IGNORED));
	EXPECT_FALSE(kernel_has(0, CHANGE_MADE_UP_BITS_IGNORED));
	EXPECT_TRUE(kernel_has(0, CHANGE_NONE));
}

/* A series has what its own point says, and no other series with it. */
TEST(stable)
{
	EXPECT_FALSE(kernel_has(KERNEL(6, 12, 113), CHANGE_LBR_MSRS_LISTED));
	EXPECT_TRUE(kernel_has(KERNEL(6, 12, 114), CHANGE_LBR_MSRS_LISTED));
	EXPECT_FALSE(kernel_has(KERNEL(6, 13, 0), CHANGE_LBR_MSRS_LISTED));
	EXPECT_FALSE(kernel_has(KERNEL(6, 19, 0), CHANGE_LBR_MSRS_LISTED));
	EXPECT_TRUE(kernel_has(KERNEL(7, 1, 0), CHANGE_LBR_MSRS_LISTED));
}

TEST(source)
{
	char buf[80];

	EXPECT_STREQ("3700f0788da6, Linux 7.1, 6.12.114, 6.18.44",
		     change_source(CHANGE_LBR_MSRS_LISTED, buf, sizeof(buf)));
	EXPECT_STREQ("Linux 6.18", change_source(CHANGE_CET, buf, sizeof(buf)));
}

TEST_HARNESS_MAIN

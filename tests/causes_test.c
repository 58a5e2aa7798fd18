// SPDX-License-Identifier: GPL-2.0-only
/* What follows from another failure, and what does not, without any KVM. */
#include <linux/kvm_para.h>

#include "causes.h"
#include "kselftest_harness.h"

static bool yes(enum quirk q)
{
	return q == QUIRK_NO_BASE;
}

static bool no(enum quirk q)
{
	return q != QUIRK_NO_BASE;
}

static const char *follows(const struct finding *m)
{
	const struct cause *c = cause_of(m, yes);

	return c ? c->id : "nothing";
}

static const struct finding refused = {
	.kind = FOUND_EVENT, .rule = RULE_P2, .event = EVENT_GUEST_RDMSR,
	.answer = ANSWER_FAULT, .wanted = NO_FAULT, .got = 13,
};

TEST(refused_feature)
{
	EXPECT_STREQ("no-kvm-base", follows(&refused));
}

TEST(only_if_the_probe_says_so)
{
	EXPECT_EQ(NULL, cause_of(&refused, no));
	EXPECT_EQ(NULL, cause_of(&refused, NULL));
}

TEST(not_of_another_rule)
{
	struct finding m = refused;

	m.rule = RULE_T1;
	EXPECT_STREQ("nothing", follows(&m));
	/* The signature is the failure itself. */
	m.rule = RULE_P21;
	EXPECT_STREQ("nothing", follows(&m));
}

/* Too much is no consequence of having nothing. */
TEST(not_if_there_is_more)
{
	struct finding m = refused;

	m.wanted = 13;
	m.got = NO_FAULT;
	EXPECT_STREQ("nothing", follows(&m));
	m.answer = ANSWER_BOOL;
	m.wanted = 0;
	m.got = 1;
	EXPECT_STREQ("nothing", follows(&m));
	m.answer = ANSWER_RESULT;
	EXPECT_STREQ("nothing", follows(&m));
	m.answer = ANSWER_VALUE;
	EXPECT_STREQ("nothing", follows(&m));
	m.answer = ANSWER_TEXT;
	EXPECT_STREQ("nothing", follows(&m));
}

TEST(fewer_and_nothing)
{
	struct finding m = refused;

	m.answer = ANSWER_BOOL;
	m.wanted = 1;
	m.got = 0;
	EXPECT_STREQ("no-kvm-base", follows(&m));
	m.answer = ANSWER_RESULT;
	EXPECT_STREQ("no-kvm-base", follows(&m));
	m.answer = ANSWER_VALUE;
	m.wanted = 4;
	m.got = -KVM_ENOSYS;
	EXPECT_STREQ("no-kvm-base", follows(&m));
	m.got = 3;
	EXPECT_STREQ("nothing", follows(&m));
}

TEST(value_of_an_msr)
{
	struct finding m = { .kind = FOUND_MSR, .rule = RULE_P3, .wanted = 1 };

	EXPECT_STREQ("no-kvm-base", follows(&m));
	m.wanted = 0;
	m.got = 1;
	EXPECT_STREQ("nothing", follows(&m));
}

TEST(bit_that_is_not_taken_away)
{
	struct finding m = {
		.kind = FOUND_CPUID, .rule = RULE_R7, .leaf = 0x40000101,
		.reg = REG_EAX, .wanted = 0, .got = 0x80,
	};

	EXPECT_STREQ("no-kvm-base", follows(&m));
	m.leaf = 0x40000100;
	EXPECT_STREQ("nothing", follows(&m));
	m.leaf = 1;
	EXPECT_STREQ("nothing", follows(&m));
}

TEST_HARNESS_MAIN

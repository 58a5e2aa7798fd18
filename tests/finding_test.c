// SPDX-License-Identifier: GPL-2.0-only
/*
 * The line for programs that stands behind a finding: one JSON object, with
 * bits and MSRs by name, and no quote or newline of a text left bare.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "known.h"
#include "machine.h"
#include "text.h"
#include "verdict.h"

/* What print() writes to stdout. */
static void capture(void (*print)(void), char *buf, size_t len)
{
	FILE *file = tmpfile();
	int out = dup(STDOUT_FILENO);
	size_t n;

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	print();
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	rewind(file);
	n = fread(buf, 1, len - 1, file);
	buf[n] = 0;
	fclose(file);
}

static void print_cpuid(void)
{
	const struct finding f = {
		.kind = FOUND_CPUID, .rule = RULE_C2, .why = "why",
		.leaf = 7, .reg = REG_EDX, .wanted = 0x10, .got = 0x110,
		.installed_by = "max model, entry 8",
	};

	machine_finding(&f, NULL, NULL, 9);
}

TEST(cpuid)
{
	char line[600];

	capture(print_cpuid, line, sizeof(line));
	EXPECT_STREQ("#! {\"kind\":\"cpuid\",\"lines\":9,\"rule\":\"C2\",\"reason\":\"why\","
		     "\"leaf\":\"0x00000007\",\"subleaf\":\"0x0\","
		     "\"register\":\"edx\",\"wanted\":\"0x00000010\","
		     "\"got\":\"0x00000110\",\"bits\":[{\"bit\":8,"
		     "\"name\":\"avx512-vp2intersect\",\"wanted\":0,\"got\":1}],"
		     "\"installed_by\":\"max model, entry 8\","
		     "\"brief\":\"C2 0x7.0 edx bit 8 avx512-vp2intersect: wanted 0, got 1\","
		     "\"errata\":null}\n", line);
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part);
}

static void print_vendor(void)
{
	/* "KVMK" and "Genu". */
	const struct finding f = {
		.kind = FOUND_CPUID, .rule = RULE_O4, .leaf = 0x40000100,
		.reg = REG_EBX, .wanted = 0x4b4d564b, .got = 0x756e6547,
	};

	report_finding(&f);
}

/* A text is shown as one, not as bits; what follows it is the machine line. */
TEST(shown_as_text)
{
	char line[4000];

	capture(print_vendor, line, sizeof(line));
	EXPECT_TRUE(has(line, "# MISMATCH leaf=0x40000100 "));
	EXPECT_TRUE(has(line, "\"bits\":[],"));
	EXPECT_TRUE(has(line, "\"brief\":\"O4 0x40000100.0 ebx text of 4 "
			"characters: wanted \\\"KVMK\\\", got "));
	EXPECT_TRUE(has(line, ": wanted \"KVMK\", got \"Genu\"\n#! {"));
	EXPECT_FALSE(has(line, "wanted 0"));
	EXPECT_FALSE(has(line, "_0000"));
	EXPECT_TRUE(has(line, "\"wanted_text\":\"KVMK\","
			       "\"got_text\":\"Genu\""));
}

static void print_size(void)
{
	/* 1.EBX: CLFLUSH of 8 and 16 quadwords, else the same. */
	const struct finding f = {
		.kind = FOUND_CPUID, .rule = RULE_C2, .leaf = 1, .reg = REG_EBX,
		.wanted = 0x00010800, .got = 0x00011000,
	};

	report_finding(&f);
}

TEST(shown_as_number)
{
	char line[4000];

	capture(print_size, line, sizeof(line));
	EXPECT_TRUE(has(line, "#   bits 15:8 clflush_size: wanted 8, "
			       "got 16\n#! {"));
	EXPECT_FALSE(has(line, "_0000"));
}

static void print_both(void)
{
	const struct finding f = {
		.kind = FOUND_CPUID, .rule = RULE_C2, .leaf = 1, .reg = REG_ECX,
		.wanted = 1, .got = 0,
	};

	report_finding(&f);
}

TEST(bits_stay_bits)
{
	char line[4000];

	capture(print_both, line, sizeof(line));
	EXPECT_TRUE(has(line, "#   bit 0 pni: wanted 1, got 0\n"));
	EXPECT_TRUE(has(line, "_0000"));
}

static void print_characters(void)
{
	char buf[5];

	printf("<%s>", register_text(0, buf));
	printf("<%s>", register_text(0x4d, buf));
	printf("<%s>", register_text(0x41004101, buf));
}

TEST(text_of_register)
{
	char line[100];

	capture(print_characters, line, sizeof(line));
	EXPECT_STREQ("<><M><.A.A>", line);
	EXPECT_TRUE(register_is_text(0, REG_EDX));
	EXPECT_TRUE(register_is_text(0x80000004, REG_EAX));
	EXPECT_TRUE(register_is_text(0x40000100, REG_ECX));
	EXPECT_TRUE(register_is_text(0x40000080, REG_EBX));
	EXPECT_FALSE(register_is_text(0x40000000, REG_EAX));
	EXPECT_FALSE(register_is_text(0x40000001, REG_EBX));
	EXPECT_FALSE(register_is_text(0x80000005, REG_EBX));
	EXPECT_FALSE(register_is_text(1, REG_EBX));
}

static void print_msr(void)
{
	const struct finding f = {
		.kind = FOUND_MSR, .rule = RULE_V2, .msr = 0x1b,
		.who = "guest", .wanted = 1, .got = 1ull << 63 | 1,
	};
	const struct erratum known = { .id = "some-defect" };

	machine_finding(&f, &known, NULL, 7);
}

TEST(msr)
{
	char line[600];

	capture(print_msr, line, sizeof(line));
	EXPECT_STREQ("#! {\"kind\":\"msr\",\"lines\":7,\"rule\":\"V2\",\"reason\":null,"
		     "\"msr\":\"0x0000001b\",\"name\":\"MSR_IA32_APICBASE\","
		     "\"who\":\"guest\",\"wanted\":\"0x0000000000000001\","
		     "\"got\":\"0x8000000000000001\",\"bits\":[{\"bit\":63,"
		     "\"name\":null,\"wanted\":0,\"got\":1}],"
		     "\"brief\":\"V2 MSR_IA32_APICBASE guest: wanted 0x0000000000000001 got 0x8000000000000001\","
		     "\"errata\":\"some-defect\"}\n", line);
}

static void print_event(void)
{
	const struct finding f = {
		.kind = FOUND_EVENT, .rule = RULE_E1,
		.event = EVENT_GUEST_WRMSR, .what = "a \"b\"\n\\",
		.wanted_text = "#GP(0x0)", .got_text = "no fault",
		.arg = 0x501, .has_msr = true, .msr = 0x12345,
	};

	machine_finding(&f, NULL, NULL, 9);
}

TEST(event)
{
	char line[600];

	capture(print_event, line, sizeof(line));
	EXPECT_STREQ("#! {\"kind\":\"event\",\"lines\":9,\"rule\":\"E1\",\"reason\":null,"
		     "\"event\":\"guest_wrmsr\","
		     "\"text\":\"a \\\"b\\\"\\u000a\\\\\","
		     "\"wanted\":\"#GP(0x0)\",\"got\":\"no fault\","
		     "\"arg\":\"0x501\",\"msr\":\"0x00012345\",\"name\":null,"
		     "\"brief\":\"E1 a \\\"b\\\"\\u000a\\\\: wanted #GP(0x0), got no fault\","
		     "\"errata\":null}\n", line);
}

static void print_notes(void)
{
	machine_note("skip", "no PKU");
	machine_known("sregs-any-efer");
}

TEST(notes)
{
	char line[600];

	capture(print_notes, line, sizeof(line));
	EXPECT_STREQ("#! {\"kind\":\"skip\",\"lines\":1,\"rule\":null,"
		     "\"reason\":\"no PKU\",\"errata\":null}\n"
		     "#! {\"kind\":\"known\",\"lines\":0,\"rule\":null,\"reason\":null,"
		     "\"errata\":\"sregs-any-efer\"}\n", line);
}

/* A test that reports what it found, then dies: all of it is there. */
static void report_and_die(int out)
{
	const struct finding f = {
		.kind = FOUND_EVENT, .rule = RULE_E1, .event = EVENT_CHECK,
		.what = "the last thing", .wanted_text = "x", .got_text = "y",
	};

	dup2(out, STDOUT_FILENO);
	/* As far from being written as can be. */
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	known_probe = NULL;
	report_finding(&f);
	raise(SIGKILL);
}

TEST(finding_outlives_the_test)
{
	char text[2000] = "";
	int fds[2], status;
	pid_t pid;

	ASSERT_EQ(0, pipe(fds));
	pid = fork();
	if (!pid)
		report_and_die(fds[1]);
	close(fds[1]);
	waitpid(pid, &status, 0);
	EXPECT_TRUE(WIFSIGNALED(status));
	ASSERT_LT(0, read(fds[0], text, sizeof(text) - 1));
	EXPECT_NE(NULL, strstr(text, "# MISMATCH event=\"the last thing\""));
	EXPECT_NE(NULL, strstr(text, "#! {\"kind\":\"event\",\"lines\":1,"));
	EXPECT_EQ('\n', text[strlen(text) - 1]);
	close(fds[0]);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/* Dumps of CPUs: what is kept, what is the same CPU, what is refused where. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "dump_filter.h"
#include "dump_parse.h"

#define R(leaf, sub) \
	"   0x" leaf " 0x" sub ": eax=0x00000001 ebx=0x00000002" \
	" ecx=0x00000003 edx=0x00000004\n"
#define T(leaf)		"CPUID " leaf ": 00000001-00000002-00000003-00000004"

FIXTURE(dump)
{
	struct dump *d;
	struct profile *p;
	char err[200];
};

FIXTURE_SETUP(dump)
{
	self->d = dump_new();
	self->p = profile_new();
	self->err[0] = 0;
	ASSERT_NE(NULL, self->d);
	ASSERT_NE(NULL, self->p);
}

FIXTURE_TEARDOWN(dump)
{
	dump_free(self->d);
	profile_free(self->p);
}

static int parse(struct _test_data_dump *self, const char *text)
{
	dump_free(self->d);
	self->d = dump_new();
	return dump_parse(self->d, self->p, text, strlen(text), "f",
			  self->err, sizeof(self->err));
}

/* --- what is refused, and where ------------------------------------------- */
static const struct {
	const char *text, *err;
} damaged[] = {
	{ "", "f:1: expected a profile or a dump of CPUID" },
	{ "\n\nhello\n", "f:1: expected a profile or a dump of CPUID" },
	{ "CPU X:\n", "f:1: expected a profile or a dump of CPUID" },
	{ "profile 2\nend\n", "f:1: expected a profile or a dump of CPUID" },
	{ "profile 1\n", "f:2: expected \"end\" (the file is cut short)" },
	{ "CPU:\n", "f:2: expected CPUID data (there are none)" },
	{ "CPU 0:\nCPU 1:\n", "f:3: expected CPUID data (there are none)" },
	{ "CPU:\n" R("00000000", "00") "CPU -1:\n",
	  "f:3: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "CPU:\n" R("00000000", "00") "CPU 4294967296:\n",
	  "f:3: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "CPU:\n" R("000000001", "00"),
	  "f:2: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	/* a line that is cut has fewer digits, not another value */
	{ "CPU:\n   0x00000000 0x00: eax=0x00000001 ebx=0x00000002"
	  " ecx=0x00000003 edx=0x0000000",
	  "f:2: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "CPU:\n   0x00000000 0x00: eax=0x00000001 ecx=0x00000002"
	  " ebx=0x00000003 edx=0x00000004",
	  "f:2: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "------[ Versions ]------\nno CPUID\n",
	  "f:3: expected CPUID data (there are none)" },
	{ T("00000000") "\nCPUID 00000001: 00000001-00000002-00000003-0000000",
	  "f:2: expected CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]" },
	{ T("0000000"),
	  "f:1: expected CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]" },
	{ T("00000000") "-00000005",
	  "f:1: expected CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]" },
	{ T("00000000") " [SL 0",
	  "f:1: expected CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]" },
	{ T("00000000") " [SL 0G]",
	  "f:1: expected CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]" },
	{ T("00000000") "\nMSR 0000001B: 0000-0000-0000",
	  "f:2: expected MSR INDEX: XXXX-XXXX-XXXX-XXXX" },
	{ "basic_cpuid[0]=00000001 00000002 00000003\n",
	  "f:1: expected ARRAY[N]=EAX EBX ECX EDX" },
	{ "basic_cpuid[]=00000001 00000002 00000003 00000004\n",
	  "f:1: expected ARRAY[N]=EAX EBX ECX EDX" },
	{ "basic_cpuid[99999999999]=00000001 00000002 00000003 00000004\n",
	  "f:1: expected ARRAY[N]=EAX EBX ECX EDX" },
};

TEST_F(dump, refused_with_line)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(damaged); i++) {
		EXPECT_EQ(-EINVAL, parse(self, damaged[i].text));
		EXPECT_STREQ(damaged[i].err, self->err);
	}
}

/* --- what is kept ---------------------------------------------------------- */
TEST_F(dump, cpuid_keeps_sections)
{
	ASSERT_EQ(0, parse(self, "CPU 3:\r\n" R("00000000", "00") "\n"
			   "CPU:\n" R("0000000d", "3f") R("0000000d", "3f")));
	EXPECT_EQ(DUMP_CPUID, self->d->format);
	ASSERT_EQ(2, self->d->nr_cpus);
	EXPECT_TRUE(self->d->cpu[0].numbered);
	EXPECT_EQ(3, self->d->cpu[0].number);
	EXPECT_FALSE(self->d->cpu[1].numbered);
	/* the same twice stays twice: a dump is what somebody saw */
	ASSERT_EQ(2, self->d->cpu[1].nent);
	EXPECT_EQ(0xd, self->d->cpu[1].e[1].function);
	EXPECT_EQ(0x3f, self->d->cpu[1].e[1].index);
	EXPECT_EQ(4, self->d->cpu[1].e[1].edx);
}

TEST_F(dump, text_separators)
{
	static const char * const lines[] = {
		"CPUID 0000000A: 00000001-00000002-00000003-00000004",
		"CPUID 0000000A :00000001-00000002-00000003-00000004",
		"CPUID 0000000a\t00000001-00000002-00000003-00000004 [x]",
		"  CPUID 0000000A: 00000001 00000002 00000003 00000004\r",
		"\xef\xbb\xbf" T("0000000A") " [a] [SL 00] [b]",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		ASSERT_EQ(0, parse(self, lines[i]));
		EXPECT_EQ(DUMP_TEXT, self->d->format);
		ASSERT_EQ(1, self->d->nr_cpus);
		ASSERT_EQ(1, self->d->cpu[0].nent);
		EXPECT_EQ(0xa, self->d->cpu[0].e[0].function);
		EXPECT_EQ(0, self->d->cpu[0].e[0].index);
		EXPECT_EQ(1, self->d->cpu[0].e[0].eax);
		EXPECT_EQ(4, self->d->cpu[0].e[0].edx);
	}
}

static const struct {
	const char *header;
	bool numbered;
	unsigned int number;
} headers[] = {
	{ "------[ Logical CPU #7 ]------", true, 7 },
	{ "------[ CPUID Registers / Logical CPU #12 ]------", true, 12 },
	{ "CPUID Registers (CPU #2)", true, 2 },
	{ "CPUID Registers (CPU #2 Virtual)", true, 2 },
	{ "CPU#003 AffMask: 0x0000000000000008", true, 3 },
	{ "_________________ Logical CPU #5 _________________", true, 5 },
	{ "Group: 0x00 Affinity mask: 0x0000000000000001", false, 1 },
};

TEST_F(dump, text_headers)
{
	char text[300];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		snprintf(text, sizeof(text), "%s\n%s\n%s\n", T("00000000"),
			 headers[i].header, T("00000001"));
		ASSERT_EQ(0, parse(self, text));
		ASSERT_EQ(2, self->d->nr_cpus);
		EXPECT_EQ(headers[i].numbered, self->d->cpu[1].numbered);
		EXPECT_EQ(headers[i].number, self->d->cpu[1].number);
		EXPECT_EQ(1, self->d->cpu[1].nent);
	}
}

TEST_F(dump, text_words_are_notes)
{
	ASSERT_EQ(0, parse(self, "CPUID Features: none\nMSR Access: no\n"
			   "CPUID CPU Name: x\nCPU#: two\n"
			   "CPU#123456: far away\n" T("00000000")));
	EXPECT_EQ(5, self->d->nr_notes);
	EXPECT_EQ(1, self->d->nr_cpus);
	EXPECT_STREQ("MSR Access: no", self->d->note[1]);
	EXPECT_EQ(1, self->d->cpu[0].nent);
}

/* Without [SL], what comes again is the next subleaf; leaf 0 the next CPU. */
TEST_F(dump, text_counts_subleaves)
{
	ASSERT_EQ(0, parse(self, T("00000000") "\n" T("00000004") "\n"
			   T("00000004") "\n" T("00000000") "\n"
			   T("00000004") "\n"));
	ASSERT_EQ(2, self->d->nr_cpus);
	ASSERT_EQ(3, self->d->cpu[0].nent);
	EXPECT_EQ(0, self->d->cpu[0].e[1].index);
	EXPECT_EQ(1, self->d->cpu[0].e[2].index);
	ASSERT_EQ(2, self->d->cpu[1].nent);
	EXPECT_EQ(0, self->d->cpu[1].e[1].index);
}

TEST_F(dump, text_subleaves_are_hexadecimal)
{
	ASSERT_EQ(0, parse(self, T("0000000D") " [SL 3E]\n"
			   T("0000000D") " [SL 10]\n"));
	ASSERT_EQ(2, self->d->cpu[0].nent);
	EXPECT_EQ(0x3e, self->d->cpu[0].e[0].index);
	EXPECT_EQ(0x10, self->d->cpu[0].e[1].index);
}

TEST_F(dump, text_msrs)
{
	ASSERT_EQ(0, parse(self, "------[ Logical CPU #0 ]------\n"
			   T("00000000") "\n"
			   "------[ Logical CPU #4 ]------\n"
			   T("00000000") "\n"
			   "MSR Registers (CPU #4)\n"
			   "MSR 00000010: 0123-4567-89ab-cdef [x]\n"
			   "------[ MSR Registers ]------\n"
			   "MSR 00000300: < FAILED >\n"));
	ASSERT_EQ(2, self->d->nr_cpus);
	ASSERT_EQ(1, self->d->cpu[1].nr_msrs);
	EXPECT_EQ(0x10, self->d->cpu[1].msr[0].index);
	EXPECT_TRUE(self->d->cpu[1].msr[0].valid);
	EXPECT_EQ(0x0123456789abcdef, self->d->cpu[1].msr[0].value);
	ASSERT_EQ(1, self->d->cpu[0].nr_msrs);
	EXPECT_EQ(0x300, self->d->cpu[0].msr[0].index);
	EXPECT_FALSE(self->d->cpu[0].msr[0].valid);
}

TEST_F(dump, libcpuid_arrays)
{
	ASSERT_EQ(0, parse(self, "version=0.6.2\n"
			   "basic_cpuid[4]=00000001 00000002 00000003 00000004\n"
			   "ext_cpuid[10]=00000005 00000006 00000007 00000008\n"
			   "intel_fn4[0]=00000001 00000002 00000003 00000004\n"
			   "intel_fn4[3]=00000009 00000000 00000000 00000000\n"
			   "-----\nbasic_cpuid[0]=not mine\n"));
	ASSERT_EQ(1, self->d->nr_cpus);
	ASSERT_EQ(3, self->d->cpu[0].nent);
	EXPECT_EQ(4, self->d->cpu[0].e[0].function);
	EXPECT_EQ(0x8000000a, self->d->cpu[0].e[1].function);
	EXPECT_EQ(8, self->d->cpu[0].e[1].edx);
	EXPECT_EQ(4, self->d->cpu[0].e[2].function);
	EXPECT_EQ(3, self->d->cpu[0].e[2].index);
}

/* --- what a filter makes of XML or JSON ------------------------------------ */
#define SIX	"[0x7][0x1][0x00000001][0x2][0x3][0x4]"

static const struct {
	const char *text, *err;
} elements[] = {
	{ "2 cpudata [x86]\n9 cpuid " SIX "\n9 msr [0x10][0x1][0x2]\n", NULL },
	{ "2 cpudata [x86]\n9 cpuid " SIX "[0x5]\n",
	  "f:9: expected six values" },
	{ "2 cpudata [x86]\n9 cpuid " SIX "x\n",
	  "f:9: expected six values" },
	{ "2 cpudata [x86]\n9 msr [0x10][0x1]\n",
	  "f:9: expected three" },
	{ "2 cpudata [x86]\n9 msr [0x10][0x1][2]\n",
	  "f:9: expected three" },
	{ "2 cpudata [x86]\n9 msr [0x10][0x1][0x100000000]\n",
	  "f:9: expected three" },
	{ "2 cpudata [x86]\n9 a\n", "f:9: expected six values" },
	{ "2 cpudata [arm]\n", "f:2: expected a root" },
	{ "2 cpuid " SIX "\n", "f:2: expected a root" },
};

static int read_elements(struct dump *d, const char *text, char *err,
			 size_t errlen)
{
	static const struct filter words = {
		.root = "a root", .cpuid = "six values", .msr = "three",
	};
	struct dump_reader in = { .d = d, .r = {
		.in = fmemopen((void *)text, strlen(text), "r"), .name = "f",
		.err = err, .errlen = errlen,
	} };
	int r = dump_read_elements(&in, &words);

	fclose(in.r.in);
	free(in.r.text);
	return r;
}

TEST_F(dump, libvirt_elements)
{
	struct dump *d;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(elements); i++) {
		d = dump_new();
		self->err[0] = 0;
		EXPECT_EQ(elements[i].err ? -EINVAL : 0,
			  read_elements(d, elements[i].text, self->err,
					sizeof(self->err)));
		EXPECT_STREQ(elements[i].err ? : "", self->err);
		dump_free(d);
	}
}

TEST_F(dump, libvirt_registers)
{
	struct dump_cpu *cpu;

	ASSERT_EQ(0, read_elements(self->d, elements[0].text, self->err,
				   sizeof(self->err)));
	ASSERT_EQ(1, self->d->nr_cpus);
	cpu = &self->d->cpu[0];
	ASSERT_EQ(1, cpu->nent);
	EXPECT_EQ(7, cpu->e[0].function);
	EXPECT_EQ(1, cpu->e[0].index);
	EXPECT_EQ(1, cpu->e[0].eax);
	EXPECT_EQ(2, cpu->e[0].ebx);
	EXPECT_EQ(3, cpu->e[0].ecx);
	EXPECT_EQ(4, cpu->e[0].edx);
	ASSERT_EQ(1, cpu->nr_msrs);
	EXPECT_EQ(0x10, cpu->msr[0].index);
	EXPECT_EQ(0x100000002, cpu->msr[0].value);
}

/* --- limits ----------------------------------------------------------------- */
/* A text of one line many times, which the caller frees. */
static char *many(const char *first, const char *line, unsigned int n)
{
	char *text = malloc(strlen(first) + strlen(line) * n + 1);
	char *at = text;

	at = stpcpy(at, first);
	while (n--)
		at = stpcpy(at, line);
	return text;
}

static const struct {
	const char *first, *line;
	unsigned int max;
	const char *what;
} limits[] = {
	{ "CPU:\n" R("00000000", "00"), "CPU 1:\n" R("00000000", "00"),
	  DUMP_CPUS_MAX - 1, "fewer CPUs" },
	{ "CPU:\n", R("00000000", "00"), DUMP_ENTRIES_MAX, "fewer entries" },
	{ "CPU#1\n", T("00000004") "\n", DUMP_ENTRIES_MAX, "fewer entries" },
	{ T("00000000") "\n", "CPU#1\n" T("00000000") "\n",
	  DUMP_CPUS_MAX - 1, "fewer CPUs" },
	{ T("00000000") "\n", "MSR 00000010: 0000-0000-0000-0000\n",
	  DUMP_MSRS_MAX, "fewer MSRs" },
};

TEST_F(dump, limits)
{
	char *text, message[80];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		text = many(limits[i].first, limits[i].line, limits[i].max);
		EXPECT_EQ(0, parse(self, text));
		free(text);
		text = many(limits[i].first, limits[i].line,
			    limits[i].max + 1);
		EXPECT_EQ(-EINVAL, parse(self, text));
		snprintf(message, sizeof(message), ": expected %s",
			 limits[i].what);
		EXPECT_NE(NULL, strstr(self->err, message));
		free(text);
	}
}

/* Text about the machine may be of any length: some of it is kept. */
TEST_F(dump, notes_without_end)
{
	char *text = many(T("00000000") "\n", "x\n", DUMP_NOTES_MAX + 10);

	EXPECT_EQ(0, parse(self, text));
	EXPECT_EQ(DUMP_NOTES_MAX, self->d->nr_notes);
	free(text);
}

/* --- host facts --------------------------------------------------------------- */
#define LEAF1(apic, family) \
	"   0x00000001 0x00: eax=0x" family " ebx=0x" apic "000800" \
	" ecx=0x00000000 edx=0x00000000\n"

static unsigned int count_extra(const struct profile *p, const char *line)
{
	unsigned int i, n = 0;

	for (i = 0; i < p->nr_extra; i++)
		n += !strcmp(p->extra[i], line);
	return n;
}

TEST_F(dump, kinds_of_cpu)
{
	const struct host_facts *f = &self->p->facts;
	struct dump *back = dump_new();

	ASSERT_EQ(0, parse(self, "CPU 0:\n" LEAF1("00", "00000600")
			   "CPU 1:\n" LEAF1("02", "00000600")
			   "CPU 8:\n" LEAF1("04", "00000700")));
	ASSERT_TRUE(dump_to_profile(self->d, self->p));
	ASSERT_EQ(2, f->nr_cpu_kinds);
	EXPECT_EQ(0, f->cpu[0].first_cpu);
	EXPECT_EQ(8, f->cpu[1].first_cpu);
	EXPECT_EQ(0x700, f->cpu[1].cpuid.e[0].eax);
	EXPECT_FALSE(facts_have_kvm(f));
	EXPECT_EQ(0, self->p->nr_extra);
	ASSERT_TRUE(dump_from_profile(back, self->p));
	ASSERT_EQ(2, back->nr_cpus);
	EXPECT_EQ(8, back->cpu[1].number);
	EXPECT_TRUE(back->cpu[1].numbered);
	dump_free(back);
}

/* CPU n has model n % kinds. */
static char *machine(unsigned int cpus, unsigned int kinds)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	unsigned int i;

	for (i = 0; i < cpus; i++)
		fprintf(out, "CPU %u:\n   0x00000001 0x00: eax=0x%08x"
			" ebx=0x00000800 ecx=0x00000000 edx=0x00000000\n",
			i, 0x600 + (i % kinds << 4));
	fclose(out);
	return text;
}

TEST_F(dump, more_kinds_than_fit)
{
	char *text = machine(4 * (FACTS_CPU_KINDS_MAX + 2),
			     FACTS_CPU_KINDS_MAX + 2);

	ASSERT_EQ(0, parse(self, text));
	ASSERT_TRUE(dump_to_profile(self->d, self->p));
	EXPECT_EQ(FACTS_CPU_KINDS_MAX, self->p->facts.nr_cpu_kinds);
	EXPECT_EQ(1, count_extra(self->p, "cpus_left_out 8"));
	free(text);
}

TEST_F(dump, msrs_through_a_profile)
{
	struct dump *back = dump_new();

	ASSERT_EQ(0, parse(self, T("00000000") "\n"
			   "MSR 00000010: 0123-4567-89ab-cdef\n"
			   "MSR 00000300: < FAILED >\n"));
	ASSERT_TRUE(dump_to_profile(self->d, self->p));
	EXPECT_EQ(1, count_extra(self->p,
				 "host_msr 0x00000010 0x0123456789abcdef"));
	EXPECT_EQ(1, count_extra(self->p, "host_msr 0x00000300 -"));
	/* the CPU's own, not what KVM says of it */
	EXPECT_EQ(0, self->p->facts.feature_msrs.n);
	ASSERT_TRUE(dump_from_profile(back, self->p));
	ASSERT_EQ(1, back->nr_cpus);
	ASSERT_EQ(2, back->cpu[0].nr_msrs);
	EXPECT_EQ(0x0123456789abcdef, back->cpu[0].msr[0].value);
	EXPECT_TRUE(back->cpu[0].msr[0].valid);
	EXPECT_FALSE(back->cpu[0].msr[1].valid);
	dump_free(back);
}

/* A profile is read as such, KVM's side with it. */
TEST_F(dump, a_profile)
{
	ASSERT_EQ(0, parse(self, "profile 1\n"
			   "supported_cpuid 0x00000000 0x00000000 flags=0x0"
			   " eax=0x0 ebx=0x0 ecx=0x0 edx=0x0\nend\n"));
	EXPECT_EQ(DUMP_PROFILE, self->d->format);
	EXPECT_EQ(0, self->d->nr_cpus);
	EXPECT_TRUE(facts_have_kvm(&self->p->facts));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/* Dumps as people post them: what is around them, how they are broken. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "dump_parse.h"

#define REGS		" eax=0x00000001 ebx=0x00000002" \
			" ecx=0x00000003 edx=0x00000004"
#define R(leaf, sub)	"   0x" leaf " 0x" sub ":" REGS "\n"
#define T(leaf)		"CPUID " leaf ": 00000001-00000002-00000003-00000004\n"

FIXTURE(posted)
{
	struct dump *d;
	struct profile *p;
	char err[200];
};

FIXTURE_SETUP(posted)
{
	self->d = dump_new();
	self->p = profile_new();
	self->err[0] = 0;
}

FIXTURE_TEARDOWN(posted)
{
	dump_free(self->d);
	profile_free(self->p);
}

static int parse_bytes(struct _test_data_posted *self, const char *text,
		       size_t size)
{
	dump_free(self->d);
	self->d = dump_new();
	return dump_parse(self->d, self->p, text, size, "f", self->err,
			  sizeof(self->err));
}

static int parse(struct _test_data_posted *self, const char *text)
{
	return parse_bytes(self, text, strlen(text));
}

/* --- around a dump ---------------------------------------------------------- */
/* All of them: one CPU with leaf 0 and leaf 7 subleaf 1. */
static const char * const posts[] = {
	"$ cpuid -r\nCPU 0:\n" R("00000000", "00") R("00000007", "01"),
	"```\nCPU 0:\n" R("00000000", "00") R("00000007", "01") "```\n",
	"> CPU 0:\n> " R("00000000", "00") "> " R("00000007", "01"),
	"> > CPU 0:\n> > " R("00000000", "00") "> > " R("00000007", "01"),
	"/// CPU 0:\n/// " R("00000000", "00") "/// " R("00000007", "01"),
	"# CPU 0:\r\n# " R("00000000", "00") "# ok 1 a test\n"
	"# " R("00000007", "01"),
	"[    1.5] CPU 0:\n[    1.5] " R("00000000", "00")
	"[    1.6] random: crng init done\n[    1.7] " R("00000007", "01"),
	"2026-01-31T12:34:56.7Z CPU 0:\n2026-01-31T12:34:56.8Z "
	R("00000000", "00") "2026-01-31T12:34:56.9Z " R("00000007", "01"),
	"Disclaimer: cpuid may not support decoding of all cpuid registers.\n"
	"CPU 0:\n" R("00000000", "00") R("00000007", "01"),
	/* mail breaks lines, and quotes what is left of them */
	"CPU 0:\n0x00000000 0x00: eax=0x00000001 ebx=0x00000002"
	" ecx=0x00000003\nedx=0x00000004\n" R("00000007", "01"),
	"> CPU 0:\n>    0x00000000 0x00: eax=0x00000001 ebx=0x00000002\n"
	"> ecx=0x00000003 edx=0x00000004\n> " R("00000007", "01"),
	"CPU 0:\n0x00000000 0x00:\n eax=0x00000001\n ebx=0x00000002\n"
	" ecx=0x00000003\n edx=0x00000004\n" R("00000007", "01"),
	/* no break spaces, tabs, a remark, colours, a byte order mark */
	"\357\273\277CPU 0:\n\302\240 " R("00000000", "00")
	"\t0x00000007\t0x01:" REGS "  # structured features\n",
	"\x1b[1mCPU 0:\x1b[0m\n\x1b[32m" R("00000000", "00")
	"\x1b[0m" R("00000007", "01"),
	"CPU 0:\r   0x00000000 0x00:" REGS "\r   0x00000007 0x01:" REGS,
	"<details>\n\nCPU 0:\n" R("00000000", "00") R("00000007", "01")
	"</details>\n",
};

TEST_F(posted, around)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(posts); i++) {
		EXPECT_EQ(0, parse(self, posts[i]));
		if (self->err[0])
			TH_LOG("post %u: %s", i, self->err);
		ASSERT_EQ(1, self->d->nr_cpus);
		EXPECT_EQ(DUMP_CPUID, self->d->format);
		EXPECT_TRUE(self->d->cpu[0].numbered);
		ASSERT_EQ(2, self->d->cpu[0].nent);
		EXPECT_EQ(0, self->d->cpu[0].e[0].function);
		EXPECT_EQ(4, self->d->cpu[0].e[0].edx);
		EXPECT_EQ(7, self->d->cpu[0].e[1].function);
		EXPECT_EQ(1, self->d->cpu[0].e[1].index);
	}
}

static void to_utf16(const char *text, bool little, char *to)
{
	for (; *text; text++, to += 2) {
		to[!little] = *text;
		to[little] = 0;
	}
}

TEST_F(posted, utf16)
{
	static const char text[] = "CPU 0:\r\n" R("00000000", "00");
	char bytes[2 + 2 * sizeof(text)];
	unsigned int little, mark;

	for (little = 0; little < 2; little++)
		for (mark = 0; mark < 2; mark++) {
			memcpy(bytes, little ? "\xff\xfe" : "\xfe\xff", 2);
			to_utf16(text, little, bytes + 2);
			ASSERT_EQ(0, parse_bytes(self, bytes + (mark ? 0 : 2),
					2 * (sizeof(text) - !mark)));
			ASSERT_EQ(1, self->d->nr_cpus);
			EXPECT_EQ(1, self->d->cpu[0].nent);
		}
}

/* --- what is said ------------------------------------------------------------ */
TEST_F(posted, says_what_it_ignores)
{
	ASSERT_EQ(0, parse(self, "hello\nCPU 0:\n" R("00000000", "00")
			   "a\nb\n\nc\n"));
	ASSERT_EQ(1, self->d->nr_remarks);
	EXPECT_STREQ("no CPUID data, ignored: lines 1, 4-5, 7",
		     self->d->remark[0]);
	ASSERT_EQ(0, parse(self, "CPU 0:\n" R("00000000", "00")));
	EXPECT_EQ(0, self->d->nr_remarks);
}

TEST_F(posted, says_unknown_arrays)
{
	ASSERT_EQ(0, parse(self,
		"basic_cpuid[0]=00000001 00000002 00000003 00000004\n"
		"intel_fn99h[3]=00000001 00000002 00000003 00000004\n"));
	ASSERT_EQ(1, self->d->nr_remarks);
	EXPECT_STREQ("line 2: unknown array \"intel_fn99h\" is ignored",
		     self->d->remark[0]);
	EXPECT_EQ(1, self->d->cpu[0].nent);
}

/* Lines of two dumps in one file stay apart. */
TEST_F(posted, two_dumps)
{
	ASSERT_EQ(0, parse(self, "host:\nCPU 0:\n" R("00000000", "00")
			   "guest:\nCPU 0:\n" R("00000000", "00")
			   "CPU 1:\n" R("00000000", "00")));
	ASSERT_EQ(3, self->d->nr_cpus);
	EXPECT_EQ(0, self->d->cpu[0].number);
	EXPECT_EQ(1, self->d->cpu[1].number);
	EXPECT_EQ(2, self->d->cpu[2].number);
	EXPECT_STREQ("line 6: CPU 0 again, here called CPU 1",
		     self->d->remark[0]);
}

/* --- what is refused ----------------------------------------------------------- */
#define DECODED	"CPU:\n   vendor_id = \"GenuineIntel\"\n" \
		"   version information (1/eax):\n"

static const struct {
	const char *text, *err;
} refused[] = {
	{ DECODED, "f:2: expected raw registers, as \"cpuid -r\" prints them;"
		   " this is decoded output of cpuid" },
	/* leaves that cpuid does not know are raw in its decoded output */
	{ DECODED R("00000011", "00"),
	  "f:2: expected raw registers, as \"cpuid -r\" prints them;"
	  " this is decoded output of cpuid" },
	{ "processor\t: 0\nmodel name\t: x\n",
	  "f:1: expected a profile or a dump of CPUID;"
	  " this is /proc/cpuinfo" },
	/* a line broken off, and nothing, or something else, behind it */
	{ "CPU 0:\n" R("00000000", "00") "0x00000001 0x00: eax=0x00000001\n",
	  "f:3: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "CPU 0:\n0x00000001 0x00: eax=0x00000001\n\nebx=0x00000002\n",
	  "f:2: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "CPU 0:\n0x00000001 0x00: eax=0x00000001\n" R("00000000", "00"),
	  "f:2: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	/* the serial console cut in */
	{ "CPU 0:\n0x00000001 0x00: eax=0x0000[ 1.0] hello\n",
	  "f:2: expected \"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=" },
	{ "CPU Thread 0\n0x00000000\t0x00000001\t0x00000002\t0x00000003\n",
	  "f:2: expected FUNCTION EAX EBX ECX EDX" },
	{ "CPU Thread 0\nMSR 0x0000001B\t0x00000000\t0xFEE\n",
	  "f:2: expected MSR INDEX EDX EAX" },
	{ "Raw policy: 1 leaves, 0 MSRs\n"
	  "  00000000:ffffffff -> 00000001:00000002:00000003\n",
	  "f:2: expected LEAF:SUBLEAF -> EAX:EBX:ECX:EDX" },
	{ "Raw policy: 1 leaves, 1 MSRs\n  000000ce -> 00000000\n",
	  "f:2: expected INDEX -> VALUE" },
};

TEST_F(posted, refused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		EXPECT_EQ(-EINVAL, parse(self, refused[i].text));
		EXPECT_STREQ(refused[i].err, self->err);
	}
}

/* Rows that are no dump's are text, as long as nothing says CPU-Z or Xen. */
TEST_F(posted, other_tables)
{
	ASSERT_EQ(0, parse(self, "0x00000000 0x00000001 a map of memory\n"
			   "00000001 -> 00000002\n"
			   "CPU 0:\n" R("00000000", "00")));
	EXPECT_EQ(1, self->d->cpu[0].nent);
}

TEST_F(posted, decoded_beside_raw)
{
	ASSERT_EQ(0, parse(self, DECODED R("00000011", "00") "$ cpuid -1 -r\n"
			   "CPU:\n" R("00000000", "00")));
	ASSERT_EQ(1, self->d->nr_cpus);
	ASSERT_EQ(1, self->d->cpu[0].nent);
	EXPECT_EQ(0, self->d->cpu[0].e[0].function);
}

/* --- CPU-Z ------------------------------------------------------------------- */
#define ROW(leaf)	leaf "\t\t0x00000001\t0x00000002\t0x00000003\t0x00000004\n"

static const char * const cpuz[] = {
	"Thread dumps\n------------\n\nCPU Thread 0\t\n\tAPIC ID\t\t\t0\n"
	"\tCPUID\t\t\n\t" ROW("0x00000000") "\t" ROW("0x00000004")
	"\t" ROW("0x00000004") "\n\tMSR 0x0000001B\t\t0x12345678\t0xFEE00900\n"
	"CPU Thread 1\t\n\t" ROW("0x00000000"),
	/* before 1.60 */
	"CPU Thread 0\nFunction\teax\t\tebx\t\tecx\t\tedx\n" ROW("0x00000000")
	ROW("0x00000004") ROW("0x00000004")
	"MSR 0x0000001B\t\tedx = 0x12345678\teax = 0xFEE00900\n"
	"CPU Thread 1\n" ROW("0x00000000"),
	/* what a forum makes of it */
	"> CPU Thread 0\n>     " ROW("0x00000000") ">     " ROW("0x00000004")
	">     " ROW("0x00000004")
	">     MSR 0x0000001B        0x12345678    0xFEE00900\n"
	"> CPU Thread 1\n> " ROW("0x00000000"),
};

TEST_F(posted, cpu_z)
{
	const struct dump_cpu *cpu;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cpuz); i++) {
		ASSERT_EQ(0, parse(self, cpuz[i]));
		EXPECT_EQ(DUMP_CPUZ, self->d->format);
		ASSERT_EQ(2, self->d->nr_cpus);
		cpu = &self->d->cpu[0];
		ASSERT_EQ(3, cpu->nent);
		EXPECT_EQ(4, cpu->e[2].function);
		EXPECT_EQ(1, cpu->e[2].index);
		EXPECT_EQ(2, cpu->e[2].ebx);
		ASSERT_EQ(1, cpu->nr_msrs);
		EXPECT_EQ(0x1b, cpu->msr[0].index);
		EXPECT_EQ(0x12345678fee00900, cpu->msr[0].value);
		EXPECT_EQ(1, self->d->cpu[1].number);
	}
}

/* --- xen-cpuid -p --------------------------------------------------------------- */
TEST_F(posted, xen)
{
	const struct dump_cpu *cpu;

	ASSERT_EQ(0, parse(self,
		"Xen reports there are maximum 120 leaves and 2 MSRs\n"
		"Raw policy: 2 leaves, 1 MSRs\n CPUID:\n"
		"  leaf     subleaf  -> eax      ebx      ecx      edx\n"
		"  00000000:ffffffff -> 0000000d:68747541:444d4163:69746e65\n"
		"  00000007:00000001 -> 00000001:00000002:00000003:00000004\n"
		" MSRs:\n  index    -> value\n"
		"  000000ce -> 0000000080000001\n"
		"Host policy: 1 leaves, 1 MSRs\n CPUID:\n"
		"  00000000:ffffffff -> 0000000d:68747541:444d4163:69746e65\n"));
	EXPECT_EQ(DUMP_XEN, self->d->format);
	ASSERT_EQ(1, self->d->nr_cpus);
	cpu = &self->d->cpu[0];
	ASSERT_EQ(2, cpu->nent);
	EXPECT_EQ(0, cpu->e[0].index);
	EXPECT_EQ(1, cpu->e[1].index);
	EXPECT_EQ(4, cpu->e[1].edx);
	ASSERT_EQ(1, cpu->nr_msrs);
	EXPECT_EQ(0x80000001, cpu->msr[0].value);
	EXPECT_STREQ("policies other than the first are left out: 1",
		     self->d->remark[0]);
}

/* --- subleaves of 0xd without a number ---------------------------------------- */
#define D(a, b, c, d)	"CPUID 0000000D: " a "-" b "-" c "-" d "\n"
#define XCR0(low, high)	D(low, "00000240", "00000A88", high)
#define FLAGS(xss)	D("0000000F", "00000240", xss, "00000000")
#define AVX		D("00000100", "00000240", "00000000", "00000000")
#define PKRU		D("00000008", "00000A80", "00000000", "00000000")
#define PT		D("00000080", "00000000", "00000001", "00000000")
#define LWP		D("00000080", "00000340", "00000000", "00000000")
#define NONE		D("00000000", "00000000", "00000000", "00000000")

static const struct {
	const char *text;
	unsigned int n, index[8];
} xsave[] = {
	{ XCR0("00000003", "00000000"), 1, { 0 } },
	{ XCR0("00000003", "00000000") NONE, 2, { 0, 1 } },
	{ XCR0("00000007", "00000000") AVX, 2, { 0, 2 } },
	{ XCR0("00000007", "00000000") FLAGS("00000000") AVX, 3, { 0, 1, 2 } },
	{ XCR0("00000207", "00000000") FLAGS("00000000") AVX PKRU, 4,
	  { 0, 1, 2, 9 } },
	{ XCR0("00000207", "00000000") FLAGS("00000100") AVX PT PKRU, 5,
	  { 0, 1, 2, 8, 9 } },
	/* the tool lists what XCR0 has, and nothing of XSS */
	{ XCR0("00000207", "00000000") FLAGS("00000100") AVX PKRU, 4,
	  { 0, 1, 2, 9 } },
	{ XCR0("00000007", "40000000") AVX LWP, 3, { 0, 2, 62 } },
	/* all of them are listed, those that are not there as zeros */
	{ XCR0("00000207", "00000000") FLAGS("00000000") AVX NONE NONE, 5,
	  { 0, 1, 2, 3, 4 } },
};

TEST_F(posted, xsave_components)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(xsave); i++) {
		ASSERT_EQ(0, parse(self, xsave[i].text));
		ASSERT_EQ(xsave[i].n, self->d->cpu[0].nent);
		for (j = 0; j < xsave[i].n; j++) {
			EXPECT_EQ(xsave[i].index[j],
				  self->d->cpu[0].e[j].index);
			EXPECT_EQ(0, self->d->cpu[0].e[j].flags);
		}
	}
}

/* --- echoes ---------------------------------------------------------------------- */
#define ZERO	"CPUID 00000000: 00000002-756E6547-6C65746E-49656E69\n"
#define TWO	" 03020101-00000000-00000000-0C040841\n"

static const struct {
	const char *text;
	unsigned int left;
} echoes[] = {
	{ ZERO "CPUID 00000002:" TWO, 2 },
	/* a class that is not there, and leaves beyond the highest */
	{ ZERO "CPUID 00000002:" TWO "CPUID 80000000:" TWO
	  "CPUID 80000002:" TWO, 2 },
	{ ZERO "CPUID 00000002:" TWO "CPUID 00000003:" TWO
	  "CPUID 00000004:" TWO, 2 },
	{ ZERO "CPUID 00000002:" TWO
	  "CPUID 80000000: 80000001-00000000-00000000-00000000\n"
	  "CPUID 80000001: 00000000-00000000-00000000-00100000\n"
	  "CPUID 80000002:" TWO, 4 },
	/* data of its own is none, wherever it stands */
	{ ZERO "CPUID 00000002:" TWO
	  "CPUID 00000003: 00000000-00000000-00000001-00000002\n", 3 },
	/* nor is a hypervisor's, which may leave EAX 0 */
	{ ZERO "CPUID 00000002:" TWO
	  "CPUID 40000000: 00000000-4B4D564B-564B4D56-0000004D\n"
	  "CPUID 40000001: 0000007B-00000000-00000000-00000000\n", 4 },
};

TEST_F(posted, echoes)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(echoes); i++) {
		ASSERT_EQ(0, parse(self, echoes[i].text));
		EXPECT_EQ(echoes[i].left, self->d->cpu[0].nent);
	}
}

/* --- the profile of a dump --------------------------------------------------------- */
static const struct {
	const char *vendor, *msr, *microcode;
} microcodes[] = {
	{ "00000001-756E6547-6C65746E-49656E69", "0000-00C2-0000-0000",
	  "0xc2" },
	{ "00000001-68747541-444D4163-69746E65", "0000-0000-08A0-0006",
	  "0x8a00006" },
	{ "00000001-756E6547-6C65746E-49656E69", "0000-0000-0000-0000", "" },
};

TEST_F(posted, microcode)
{
	char text[200];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(microcodes); i++) {
		snprintf(text, sizeof(text),
			 "CPUID 00000000: %s\nMSR 0000008B: %s\n"
			 "MSR 0000010A: 0000-0000-0000-0001\n"
			 "MSR 00000010: 0000-0000-0000-0001\n",
			 microcodes[i].vendor, microcodes[i].msr);
		profile_free(self->p);
		self->p = profile_new();
		ASSERT_EQ(0, parse(self, text));
		ASSERT_TRUE(dump_to_profile(self->d, self->p));
		EXPECT_STREQ(microcodes[i].microcode,
			     self->p->facts.microcode);
		/* what is no state */
		EXPECT_EQ(1, self->p->facts.host_msrs.n);
		EXPECT_EQ(1, msr_get(&self->p->facts.host_msrs, 0x10a));
	}
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/* Host profiles: stable, tolerant of the unknown, strict with the damaged. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "profile.h"

#define CPUID_LINE(key, fn, flags) \
	key " 0x" fn " 0x00000000" flags \
	" eax=0x00000001 ebx=0x00000002 ecx=0x00000003 edx=0x00000004\n"

static const char good[] =
	"profile 1\n"
	"vendor AuthenticAMD\n"
	"microcode 0xa20102b\n"
	"kernel 6.12.117-amd64\n"
	"kvm_module kvm_amd\n"
	"param kvm nx_huge_pages auto of sorts\n"
	"param kvm_amd nested 1\n"
	"cap GET_TSC_KHZ 1\n"
	"cap MCE 32\n"
	"mce_cap 0x0000000009000100\n"
	"tsc_khz 2596148\n"
	"xcomp_guest_supp 0x00000000000602e7\n"
	"cpu_kind 0\n"
	CPUID_LINE("host_cpuid", "00000000", "")
	CPUID_LINE("host_cpuid", "00000001", "")
	"cpu_kind 8\n"
	CPUID_LINE("host_cpuid", "00000000", "")
	CPUID_LINE("supported_cpuid", "00000000", " flags=0x0")
	CPUID_LINE("supported_cpuid", "00000007", " flags=0x1")
	CPUID_LINE("emulated_cpuid", "00000007", " flags=0x1")
	CPUID_LINE("hv_cpuid", "40000000", " flags=0x0")
	"feature_msr 0x0000008b 0x0000000001000065\n"
	"feature_msr 0x0000010a -\n"
	"msr_index 0x00000010\n"
	"a_key_of_tomorrow with a value\n"
	"end\n";

FIXTURE(profile)
{
	struct profile *p;
	char err[300];
	char *text;		/* as saved */
	size_t len;
};

FIXTURE_SETUP(profile)
{
	self->p = NULL;
	self->text = NULL;
}

FIXTURE_TEARDOWN(profile)
{
	profile_free(self->p);
	free(self->text);
}

static int load(struct _test_data_profile *self, const char *text, size_t len)
{
	FILE *in = fmemopen((void *)text, len, "r");
	int r;

	profile_free(self->p);
	self->p = profile_new();
	r = profile_load_stream(self->p, in, "file", self->err,
				sizeof(self->err));
	fclose(in);
	return r;
}

static bool save(struct _test_data_profile *self)
{
	FILE *out;
	bool ok;

	free(self->text);
	out = open_memstream(&self->text, &self->len);
	ok = profile_save(self->p, out);
	return !fclose(out) && ok;
}

TEST_F(profile, all_facts)
{
	const struct host_facts *f;

	ASSERT_EQ(0, load(self, good, strlen(good))) {
		printf("# %s\n", self->err);
	}
	f = &self->p->facts;
	EXPECT_EQ(KERNEL(6, 12, 117), f->kernel);
	EXPECT_STREQ("kvm_amd", f->kvm_module);
	EXPECT_STREQ("0xa20102b", f->microcode);
	EXPECT_STREQ("auto of sorts", facts_param(f, "kvm", "nx_huge_pages"));
	EXPECT_TRUE(facts_param_bool(f, "kvm_amd", "nested", false));
	EXPECT_EQ(32, facts_cap(f, KVM_CAP_MCE));
	EXPECT_EQ(0, facts_cap(f, KVM_CAP_XSAVE2));
	EXPECT_EQ(2, f->nr_cpu_kinds);
	EXPECT_EQ(8, f->cpu[1].first_cpu);
	EXPECT_EQ(2, f->cpu[0].cpuid.nent);
	EXPECT_EQ(3, cpuid_get(&f->supported, 7, 0, REG_ECX));
	EXPECT_EQ(1, f->emulated.nent);
	EXPECT_EQ(1, f->hv.nent);
	EXPECT_EQ(0x1000065, msr_get(&f->feature_msrs, 0x8b));
	EXPECT_FALSE(msr_find(&f->feature_msrs, 0x10a)->valid);
	EXPECT_TRUE(f->xcomp_valid);
	EXPECT_EQ(0x602e7, f->xcomp_guest_supp);
	EXPECT_EQ(2596148, f->tsc_khz);
	EXPECT_FALSE(f->tdx_valid);
}

TEST_F(profile, unknown_keys_are_kept)
{
	ASSERT_EQ(0, load(self, good, strlen(good)));
	ASSERT_EQ(1, self->p->nr_extra);
	ASSERT_TRUE(save(self));
	EXPECT_NE(NULL, strstr(self->text,
			       "\na_key_of_tomorrow with a value\n"));
}

TEST_F(profile, stable)
{
	char *first;
	size_t len;

	ASSERT_EQ(0, load(self, good, strlen(good)));
	ASSERT_TRUE(save(self));
	first = self->text;
	len = self->len;
	self->text = NULL;
	ASSERT_EQ(0, load(self, first, len));
	ASSERT_TRUE(save(self));
	EXPECT_EQ(len, self->len);
	EXPECT_STREQ(first, self->text);
	free(first);
}

/* The order in which KVM gave them does not matter, save for duplicates. */
TEST_F(profile, sorted)
{
	static const char text[] = "profile 1\n"
		CPUID_LINE("supported_cpuid", "00000009", " flags=0x0")
		CPUID_LINE("supported_cpuid", "00000001", " flags=0x0")
		"msr_index 0x00000020\nmsr_index 0x00000010\n"
		"cap MCE 32\ncap GET_TSC_KHZ 1\nend\n";
	const char *a, *b;

	ASSERT_EQ(0, load(self, text, strlen(text)));
	ASSERT_TRUE(save(self));
	a = strstr(self->text, "supported_cpuid 0x00000001");
	b = strstr(self->text, "supported_cpuid 0x00000009");
	EXPECT_TRUE(a && b && a < b);
	a = strstr(self->text, "msr_index 0x00000010");
	b = strstr(self->text, "msr_index 0x00000020");
	EXPECT_TRUE(a && b && a < b);
	a = strstr(self->text, "cap GET_TSC_KHZ");
	b = strstr(self->text, "cap MCE");
	EXPECT_TRUE(a && b && a < b);
}

/* What is wrong, and the line that must be named. */
static const struct {
	const char *text, *says;
} bad[] = {
	{ "profile 2\nend\n", "file:1: expected \"profile 1\"" },
	{ "vector 1\n", "file:1: expected \"profile 1\"" },
	{ "profile 1\n", "file:2: expected \"end\"" },
	{ "profile 1\ntsc_khz 1\n", "file:3: expected \"end\"" },
	{ "profile 1\nend\nmore\n", "file:3: expected nothing" },
	{ "profile 1\ntsc_khz\nend\n", "file:2: expected a number of kHz" },
	{ "profile 1\ntsc_khz x\nend\n", "file:2: expected a number of kHz" },
	{ "profile 1\ntsc_khz 4294967296\nend\n", "file:2:" },
	{ "profile 1\ntsc_khz 5 \t\nend\n", "file:2: expected a number" },
	{ "profile 1\nmce_cap 9000100\nend\n", "file:2: expected a 64-bit" },
	{ "profile 1\nmce_cap 0x10000000000000000\nend\n", "file:2:" },
	{ "profile 1\n\ncap MCE many\nend\n", "file:3: expected NAME VALUE" },
	{ "profile 1\ncap NO_SUCH 1\nend\n", "file:2: expected a capability" },
	{ "profile 1\nparam kvm\nend\n", "file:2: expected MODULE" },
	{ "profile 1\nfeature_msr 0x10a\nend\n", "file:2: expected INDEX" },
	{ "profile 1\nmsr_index 10\nend\n", "file:2: expected an MSR" },
	{ "profile 1\ncpu_kind 0\ncpu_kind 1\ncpu_kind 2\ncpu_kind 3\n"
	  "cpu_kind 4\ncpu_kind 5\ncpu_kind 6\ncpu_kind 7\n"
	  "cpu_kind 8\nend\n", "file:10: expected fewer kinds" },
	{ "profile 1\nhost_cpuid 0x0 0x0 eax=0x1 ebx=0x2 ecx=0x3\nend\n",
	  "file:2: expected LEAF SUBLEAF eax=" },
	{ "profile 1\nhv_cpuid 0x0 0x0 eax=0x1 ebx=0x2 ecx=0x3 edx=0x4\nend\n",
	  "file:2: expected LEAF SUBLEAF flags=" },
	{ "profile 1\nhost_cpuid 0x0 0x0 eax=0x123456789 ebx=0x2 ecx=0x3 edx=0x4\nend\n",
	  "file:2: expected LEAF SUBLEAF eax=" },
};

TEST_F(profile, damaged_files_are_refused_by_line)
{
	unsigned int i;
	int r;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		self->err[0] = 0;
		r = load(self, bad[i].text, strlen(bad[i].text));
		EXPECT_NE(0, r) {
			printf("# taken: %s", bad[i].text);
		}
		EXPECT_NE(NULL, strstr(self->err, bad[i].says)) {
			printf("# %s, wanted %s\n", self->err, bad[i].says);
		}
	}
}

/* Cut anywhere, it is never taken for whole. */
TEST_F(profile, cut_short)
{
	size_t n, whole = strlen(good);

	for (n = 1; n < whole - 1; n++) {
		EXPECT_NE(0, load(self, good, n)) {
			printf("# taken, cut at %zu\n", n);
		}
	}
	/* the last newline alone may be missing */
	EXPECT_EQ(0, load(self, good, whole - 1));
}

TEST_F(profile, binary)
{
	static const char text[] = "profile 1\ntsc_khz 1\0002\nend\n";

	EXPECT_EQ(-EINVAL, load(self, text, sizeof(text) - 1));
	EXPECT_STREQ("file:2: expected text, not binary data", self->err);
}

TEST_F(profile, too_many)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int i;

	fputs("profile 1\n", out);
	for (i = 0; i <= FACTS_MSRS_MAX; i++)
		fprintf(out, "msr_index 0x%08x\n", i);
	fputs("end\n", out);
	fclose(out);
	EXPECT_EQ(-EINVAL, load(self, text, len));
	EXPECT_STREQ("file:514: expected fewer MSRs", self->err);
	free(text);
}

TEST_F(profile, no_such_file)
{
	self->p = profile_new();
	EXPECT_EQ(-ENOENT, profile_load(self->p, "/no/such/file", self->err,
					sizeof(self->err)));
	EXPECT_STREQ("/no/such/file: No such file or directory", self->err);
}

TEST_F(profile, brand_with_odd_bytes)
{
	static const char text[] = "profile 1\n"
		"host_cpuid 0x00000000 0x00000000 eax=0x1 ebx=0x0a0a0a0a ecx=0x01020304 edx=0x41414141\n"
		"host_cpuid 0x80000002 0x00000000 eax=0xffffffff ebx=0x0a0a0a0a ecx=0x0 edx=0x0\n"
		"end\n";

	ASSERT_EQ(0, load(self, text, strlen(text)));
	ASSERT_TRUE(save(self));
	EXPECT_NE(NULL, strstr(self->text, "\nbrand ????????\n"));
	EXPECT_EQ(0, load(self, self->text, self->len));
}

TEST(kernel_releases)
{
	EXPECT_EQ(KERNEL(6, 12, 117), facts_parse_kernel("6.12.117-amd64"));
	EXPECT_EQ(KERNEL(6, 1, 0), facts_parse_kernel("6.1"));
	EXPECT_EQ(KERNEL(6, 1, 0), facts_parse_kernel("6.1-rc3"));
	EXPECT_EQ(KERNEL(5, 10, 1), facts_parse_kernel("5.10.1+deb"));
	EXPECT_EQ(0, facts_parse_kernel(""));
	EXPECT_EQ(0, facts_parse_kernel("linux"));
	EXPECT_EQ(0, facts_parse_kernel("6"));
}

TEST(boolean_parameters)
{
	static struct host_facts f = {
		.nr_params = 5, .params = {
			{ "kvm", "a", "Y" }, { "kvm", "b", "N" },
			{ "kvm", "c", "0" }, { "kvm", "d", "-1" },
			{ "kvm", "e", "" },
		},
	};

	EXPECT_TRUE(facts_param_bool(&f, "kvm", "a", false));
	EXPECT_FALSE(facts_param_bool(&f, "kvm", "b", true));
	EXPECT_FALSE(facts_param_bool(&f, "kvm", "c", true));
	EXPECT_TRUE(facts_param_bool(&f, "kvm", "d", false));
	EXPECT_TRUE(facts_param_bool(&f, "kvm", "e", true));
	EXPECT_TRUE(facts_param_bool(&f, "kvm", "f", true));
	EXPECT_FALSE(facts_param_bool(&f, "kvm_amd", "a", false));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of the model, and how it answers: options, topology, names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "feature.h"
#include "made_up_guest.h"
#include "model_explain.h"

/* --- topology ------------------------------------------------------------ */

static const struct {
	const char *smp;
	unsigned int vcpu;
	uint32_t apic_id;
	uint32_t shifts[4];	/* leaf 0x1f EAX, level by level */
	uint32_t types[4];
} topologies[] = {
	{ "4", 3, 3, { 0 }, { 0 } },
	{ "sockets=2,cores=3", 3, 4, { 0 }, { 0 } },
	{ "sockets=2,dies=2,cores=3,threads=2", 11, 13, { 1, 3, 4 },
	  { 1, 2, 5 } },
	{ "sockets=2,dies=2,cores=3,threads=2", 12, 16, { 1, 3, 4 },
	  { 1, 2, 5 } },
	{ "modules=2,cores=3,threads=2", 7, 9, { 1, 3, 4 }, { 1, 2, 3 } },
	{ "sockets=1,dies=3,modules=2,cores=2,threads=2", 23, 23,
	  { 1, 2, 3, 5 }, { 1, 2, 3, 5 } },
};

TEST_F(max_model, topology)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(topologies); i++) {
		ASSERT_EQ(0, smp(self, topologies[i].smp)) {
			printf("# %s\n", self->err);
		}
		ASSERT_EQ(0, vcpu(self, topologies[i].vcpu));
		EXPECT_EQ(topologies[i].apic_id, self->cpu.apic_id);
		EXPECT_EQ(topologies[i].apic_id,
			  reg(self, 1, 0, REG_EBX) >> 24);
		EXPECT_EQ(topologies[i].apic_id, reg(self, 0xb, 0, REG_EDX));
		for (j = 0; j < 4 && topologies[i].types[j]; j++) {
			EXPECT_EQ(topologies[i].shifts[j],
				  reg(self, 0x1f, j, REG_EAX)) {
				printf("# %s level %u\n", topologies[i].smp,
				       j);
			}
			EXPECT_EQ(topologies[i].types[j],
				  reg(self, 0x1f, j, REG_ECX) >> 8);
		}
		EXPECT_EQ(0, reg(self, 0x1f, j, REG_EAX));
	}
}

static const struct {
	const char *text;
	struct smp smp;		/* all 0: refused */
} smps[] = {
	{ "1", { 1, 1, 1, 1, 1, 1 } },
	{ "4", { 4, 1, 1, 1, 4, 1 } },
	{ "4,threads=2", { 4, 1, 1, 1, 2, 2 } },
	{ "8,sockets=2,threads=2", { 8, 2, 1, 1, 2, 2 } },
	{ "cores=4", { 4, 1, 1, 1, 4, 1 } },
	{ "8,cores=2", { 8, 4, 1, 1, 2, 1 } },
	{ "2,maxcpus=8,dies=2", { 2, 1, 2, 1, 4, 1 } },
	{ "", { 1, 1, 1, 1, 1, 1 } },
	{ "0", { 0 } },
	{ "-1", { 0 } },
	{ "4,cores=3", { 0 } },
	{ "cpus=8,maxcpus=4", { 0 } },
	{ "cpus=2,widgets=3", { 0 } },
	{ "99999999999", { 0 } },
	{ "sockets=1048576,cores=1048576,threads=1048576", { 0 } },
};

TEST_F(max_model, smp_options)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(smps); i++) {
		bool good = smps[i].smp.cpus;

		model_opts_init(&self->o);
		EXPECT_EQ(good ? 0 : -EINVAL, smp(self, smps[i].text)) {
			printf("# %s\n", smps[i].text);
		}
		if (!good)
			continue;
		EXPECT_EQ(0, memcmp(&smps[i].smp, &self->o.smp,
				    sizeof(self->o.smp))) {
			printf("# %s\n", smps[i].text);
		}
	}
	EXPECT_EQ(-EINVAL, vcpu(self, 5));
}

/* --- options ------------------------------------------------------------- */

static const struct {
	const char *text, *says;	/* NULL: taken */
} texts[] = {
	{ "", NULL },
	{ "pmu=off,+vmx,-pcid", NULL },
	{ "sse4_1=off,+sse4-2,+nrip_save,xd=on", NULL },
	{ "level=0x1f,xlevel=2147483656", NULL },
	{ "enforce", NULL },
	{ "avx512", "unknown option or feature 'avx512', nearest is 'avx512" },
	{ "-pcidd", "nearest is 'pcid'" },
	{ "mygratable=off", "nearest is 'migratable'" },
	{ "zzzzzzzzzz", "unknown option or feature 'zzzzzzzzzz'" },
	{ "pcid=maybe", "neither on nor off: 'pcid=maybe'" },
	{ "level=high", "not a number in range: 'level=high'" },
	{ "level=4294967296", "not a number in range" },
	{ "stepping=16", "not a number in range" },
	{ "family=-1", "not a number in range" },
	{ "vendor=Intel", "12 characters wanted" },
	{ "hv-spinlocks=1", NULL },
	{ "hv-vendor-id=MuchTooLongForThis", NULL },
	{ "tsc_deadline=on", NULL },
	{ "+tsc_deadline", "nearest is 'tsc-deadline'" },
	{ "+lahf_lm,-sse4_1", NULL },
	{ "tsc-freq=fast", "not a frequency" },
};

TEST_F(max_model, option_texts)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		model_opts_init(&self->o);
		self->err[0] = 0;
		EXPECT_EQ(texts[i].says ? -EINVAL : 0,
			  opts(self, texts[i].text)) {
			printf("# %s: %s\n", texts[i].text, self->err);
		}
		EXPECT_NE(NULL, strstr(self->err, texts[i].says ?
				       texts[i].says : "")) {
			printf("# %s\n", self->err);
		}
	}
}

/* What a version does not have it refuses, as that QEMU does. */
TEST_F(max_model, options_of_a_later_version)
{
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, opts(self, "+lam"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
	EXPECT_STREQ("QEMU 7.2 has no option or feature 'lam'", self->err);
	model_opts_init(&self->o);
	self->o.qemu = QEMU_7_2;
	ASSERT_EQ(0, opts(self, "x-consistent-cache=off"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
	EXPECT_EQ(-EINVAL, model_opts_version(&self->o, "8.2", self->err,
					      sizeof(self->err)));
	EXPECT_EQ(0, model_opts_version(&self->o, "7.2.9", self->err,
					sizeof(self->err)));
	EXPECT_EQ(0, model_opts_version(&self->o, "latest", self->err,
					sizeof(self->err)));
}

TEST_F(max_model, minus_is_last)
{
	ASSERT_EQ(0, opts(self, "-avx,+avx,avx=on"));
	ASSERT_EQ(0, vcpu(self, 0));
	EXPECT_FALSE(reg(self, 1, 0, REG_ECX) & BIT32(28));
}

TEST_F(max_model, enforce_names_the_feature)
{
	kvm(self, 1, 0)->ecx &= ~BIT32(5);
	ASSERT_EQ(0, opts(self, "+vmx,enforce"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
	EXPECT_NE(NULL, strstr(self->err, " vmx "));
}

TEST_F(max_model, absurd_levels_end)
{
	ASSERT_EQ(0, opts(self, "level=0xfffffffe,xlevel=0xbfffffff"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
	ASSERT_EQ(0, opts(self, "level=0x40,xlevel=0x80000040,level-func7=200"));
	EXPECT_EQ(-EINVAL, vcpu(self, 0));
	EXPECT_NE(NULL, strstr(self->err, "more than 100 CPUID entries"));
}

/* --- names --------------------------------------------------------------- */

TEST(names)
{
	EXPECT_STREQ("pni", feature_name(1, 0, REG_ECX, 0));
	EXPECT_STREQ("sse4.1", feature_name(1, 0, REG_ECX, 19));
	EXPECT_STREQ("kvm-pv-unhalt", feature_name(0x40000001, 0, REG_EAX, 7));
	EXPECT_STREQ("rdctl-no", feature_msr_bit_name(0x10a, 0));
	/* a control has one name, in both halves */
	EXPECT_STREQ("vmx-ept", feature_msr_bit_name(0x48b, 1));
	EXPECT_STREQ("vmx-ept", feature_msr_bit_name(0x48b, 33));
	EXPECT_EQ(NULL, feature_msr_bit_name(0x10, 0));
	EXPECT_EQ(NULL, feature_name(0x7777, 0, REG_EAX, 0));
}

/* Only if the kernel source had its table. */
TEST(names_of_the_kernel)
{
	const char *osxsave = feature_name(1, 0, REG_ECX, 27);

	if (!osxsave)
		SKIP(return, "built without cpuid.csv");
	EXPECT_STREQ("osxsave", osxsave);
}

TEST(feature_tables)
{
	struct feature_ref refs[FEATURE_REFS_MAX];
	unsigned int i, j, named = 0;
	enum feature_word w;

	/* two names stand for two bits each */
	EXPECT_EQ(1, feature_find("kvmclock", refs, FEATURE_REFS_MAX));
	EXPECT_EQ(0x9, refs[0].mask);
	EXPECT_EQ(1, feature_find("vmx-invept-single-context", refs,
				  FEATURE_REFS_MAX));
	EXPECT_EQ(1ull << 25 | 1ull << 41, refs[0].mask);
	for (i = 0; i < nr_feature_bits; i++) {
		EXPECT_NE(0, feature_find(feature_bits[i].name, refs,
					  FEATURE_REFS_MAX));
		EXPECT_LE(feature_words[feature_bits[i].word].since,
			  feature_bits[i].since);
		for (j = 0; j < i; j++)
			EXPECT_FALSE(feature_bits[i].word ==
				     feature_bits[j].word &&
				     feature_bits[i].bit ==
				     feature_bits[j].bit);
		named += feature_bits[i].since <= QEMU_7_2;
	}
	EXPECT_EQ(409, nr_feature_bits);
	EXPECT_EQ(321, named);
	for (w = 0, named = 0; w < NR_FEATURE_WORDS; w++)
		named += feature_words[w].since <= QEMU_7_2;
	EXPECT_EQ(36, named);
	EXPECT_EQ(48, NR_FEATURE_WORDS);
}

/* --- explain ------------------------------------------------------------- */

static const struct {
	const char *opts, *feature, *says;
} explained[] = {
	{ "", "pcid", "=> in the guest\n" },
	{ "", "topoext", "QEMU sets it only if asked to" },
	{ "topoext=on", "topoext", "=> in the guest\n" },
	{ "", "invtsc", "not migratable" },
	{ "migratable=off", "invtsc", "=> in the guest\n" },
	{ "-avx2", "avx2", "switched off by option" },
	{ "lkgs=off", "fred", "needs lkgs (FEAT_7_1_EAX)" },
	{ "level=6", "avx2", "its leaf is not installed" },
	{ "", "vmx-ept", "KVM does not support it" },
	{ "vendor=AuthenticAMD", "arch-capabilities", "not with this vendor" },
	{ "kvm=off", "kvmclock", "expand removed it" },
	{ "", "7.0.ebx.5", "avx2: CPUID 0x7.0 ebx bit 5" },
};

TEST_F(max_model, explain)
{
	unsigned int i;
	char *text;
	size_t len;
	FILE *out;

	for (i = 0; i < ARRAY_SIZE(explained); i++) {
		model_opts_init(&self->o);
		ASSERT_EQ(0, opts(self, explained[i].opts));
		out = open_memstream(&text, &len);
		EXPECT_EQ(0, model_explain(&self->f, &self->o, 0,
					   explained[i].feature, out,
					   self->err, sizeof(self->err)));
		fclose(out);
		EXPECT_NE(NULL, strstr(text, explained[i].says)) {
			printf("# %s, wanted '%s'\n", text, explained[i].says);
		}
		free(text);
	}
	EXPECT_EQ(-ENOENT, model_explain(&self->f, &self->o, 0, "pcidd",
					 stdout, self->err,
					 sizeof(self->err)));
	EXPECT_STREQ("unknown feature 'pcidd', nearest is 'pcid'", self->err);
}

TEST_HARNESS_MAIN

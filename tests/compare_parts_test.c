// SPDX-License-Identifier: GPL-2.0-only
/* Two hosts compared: what is looked at, noise, kinds of CPU, how it is told. */
#include "compared_hosts.h"
#include "draw.h"
#include "strip.h"

static void change_hv(struct host_facts *f)
{
	flip(&f->hv, 0x40000003, 0, REG_EAX, BIT32(15));
}

static void change_emulated(struct host_facts *f)
{
	flip(&f->emulated, 7, 0, REG_ECX, BIT32(22));
}

static void change_feature_msr(struct host_facts *f)
{
	f->feature_msrs.m[0].value = 1ull << 33;
}

static void change_unreadable(struct host_facts *f)
{
	f->feature_msrs.m[0].valid = false;
}

static void change_lost_msr(struct host_facts *f)
{
	f->feature_msrs.n = 1;
}

static void change_msr_index(struct host_facts *f)
{
	msr_append(&f->msr_index, 0xda0, false, 0);
}

static void change_cap(struct host_facts *f)
{
	facts_set_cap(f, KVM_CAP_MCE, 33);
}

static void change_xcomp(struct host_facts *f)
{
	f->xcomp_guest_supp |= 1ull << 18;
}

static void change_mce_cap(struct host_facts *f)
{
	f->mce_cap_valid = true;
}

static void change_tsc(struct host_facts *f)
{
	f->tsc_khz = 2900000;
}

static void change_flags(struct host_facts *f)
{
	cpuid_find_mut(&f->supported, 6, 0)->flags = IDX;
}

static void change_zeros(struct host_facts *f)
{
	add(&f->supported, 5, 0, 0, 0, 0, 0, 0);
}

static void change_twice(struct host_facts *f)
{
	add(&f->supported, 6, 0, 0, 4, 0, 0, 0);
}

static void change_tdx(struct host_facts *f)
{
	f->tdx_valid = true;
}

static const struct {
	void (*change)(struct host_facts *f);
	const char *says;
} changes[] = {
	{ change_hv, "gained bit 15 invariant-tsc-control" },
	{ change_emulated, "0x00000007.0 ecx: KVM_GET_EMULATED_CPUID" },
	{ change_feature_msr, "gained bit 33 vmx-ept" },
	{ change_unreadable, "MSR 0x0000048b: lost (feature MSR" },
	{ change_lost_msr, "MSR 0x0000008b: lost (feature MSR" },
	{ change_msr_index, "MSR 0x00000da0: gained (KVM_GET_MSR_INDEX_LIST)" },
	{ change_cap, "MCE: 32 -> 33 (KVM_CHECK_EXTENSION)" },
	{ change_xcomp, "xcomp_guest_supp: system attribute\n" },
	{ change_mce_cap, "mce_cap: gained" },
	{ change_tsc, "tsc_khz: 3000000 -> 2900000" },
	{ change_flags, "0x00000006.0 flags: 0 -> 1" },
	{ change_zeros, "0x00000005.0: gained (KVM_GET_SUPPORTED_CPUID)" },
	{ change_twice, "0x00000006.0 eax (number 2 of that leaf)" },
	{ change_tdx, "tdx_xfam: gained" },
};

TEST_F(hosts, all_that_kvm_offers)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		memset(self->b, 0, sizeof(*self->b));
		whole_host(self->b);
		changes[i].change(self->b);
		EXPECT_EQ(COMPARE_GUEST, run(self));
		EXPECT_TRUE(says(self, changes[i].says));
		EXPECT_TRUE(only(&self->c, CAUSE_NONE));
	}
}

TEST_F(hosts, without_kvm)
{
	self->b->supported.nent = 0;
	EXPECT_EQ(COMPARE_SAME, run(self));
	EXPECT_TRUE(says(self, "B holds nothing of KVM: raw CPUID only is "
			 "compared\n"));
	flip(&self->b->cpu[0].cpuid, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_TRUE(says(self, "lost bit 16 avx512f"));
	EXPECT_TRUE(says(self, "1 difference, how many of them for guests is "
			 "not known: other CPU 1,"));
}

TEST_F(hosts, without_the_cpu)
{
	self->b->cpu[0].cpuid.nent = 0;
	flip(&self->b->supported, 7, 0, REG_EBX, BIT32(19));
	run(self);
	EXPECT_TRUE(says(self, "CPUID of the CPU itself is missing"));
	EXPECT_EQ(0, count(&self->c, CAUSE_CPU));
	EXPECT_TRUE(says(self, "lost bit 19 adx"));

	self->a->supported.nent = 0;
	EXPECT_EQ(COMPARE_FAILED, run(self));
	EXPECT_TRUE(says(self, "compare: they hold nothing that could"));
}

TEST_F(hosts, kinds_of_cpu)
{
	self->b->cpu[1] = self->b->cpu[0];
	self->b->nr_cpu_kinds = 2;
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(says(self, "gained, A has no CPU of this kind"));
	self->a->cpu[1] = self->a->cpu[0];
	self->a->nr_cpu_kinds = 2;
	EXPECT_EQ(COMPARE_SAME, run(self));
	flip(&self->b->cpu[1].cpuid, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(says(self, "CPUID of the CPU, CPU (CPU 0)"));
}

/* P-cores and E-cores: what both lost is said once, with both names. */
static void make_hybrid(struct host_facts *f)
{
	f->cpu[1] = f->cpu[0];
	f->cpu[1].first_cpu = 8;
	f->nr_cpu_kinds = 2;
	add(&f->cpu[0].cpuid, 0x1a, 0, 0, 0x40000001, 0, 0, 0);
	add(&f->cpu[1].cpuid, 0x1a, 0, 0, 0x20000001, 0, 0, 0);
}

TEST_F(hosts, kinds_by_name)
{
	struct cpu_kind p;

	make_hybrid(self->a);
	make_hybrid(self->b);
	EXPECT_EQ(COMPARE_SAME, run(self));
	flip(&self->b->cpu[1].cpuid, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_EQ(1, self->c.n);
	EXPECT_TRUE(says(self, "CPUID of the CPU, E-core (CPU 8)\n"));
	flip(&self->b->cpu[0].cpuid, 7, 0, REG_EBX, BIT32(16));
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_EQ(1, self->c.n);
	EXPECT_TRUE(says(self, "CPUID of the CPU, P-core (CPU 0), E-core (CPU 8)\n"));
	/* in another order */
	*self->b = *self->a;
	p = self->b->cpu[0];
	self->b->cpu[0] = self->b->cpu[1];
	self->b->cpu[1] = p;
	flip(&self->b->cpu[0].cpuid, 7, 0, REG_EBX, BIT32(17));
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(says(self, "CPUID of the CPU, E-core (CPU 8)\n"));
	EXPECT_TRUE(says(self, "another order"));
}

/* Of a dump: the CPU's own MSRs, where both have them. */
TEST_F(hosts, msrs_of_a_dump)
{
	self->a->supported.nent = 0;
	self->b->supported.nent = 0;
	facts_add_host_msr(self->a, 0x10a, true, 0);
	facts_add_host_msr(self->a, 0x480, true, 1);
	EXPECT_EQ(COMPARE_SAME, run(self));
	facts_add_host_msr(self->b, 0x10a, true, 1);
	EXPECT_EQ(COMPARE_GUEST, run(self));
	EXPECT_EQ(1, self->c.n);
	EXPECT_TRUE(says(self, "MSR 0x0000010a: MSR of the CPU"));
	EXPECT_TRUE(says(self, "gained bit 0 rdctl-no"));
}

/* --- noise ----------------------------------------------------------------- */

enum { IN_CPU = 1, IN_KVM = 2, IN_BOTH = 3 };

/* Bits that are noise, and one beside them that is not (0: all are). */
static const struct {
	unsigned int where;
	uint32_t function, index;
	enum cpuid_reg reg;
	uint32_t noise, beside;
} noises[] = {
	{ IN_BOTH, 0x1, 0, REG_EBX, 0xff000000, BIT32(23) },
	{ IN_BOTH, 0xb, 0, REG_EDX, ~0u, 0 },
	{ IN_BOTH, 0x1f, 1, REG_EDX, ~0u, 0 },
	{ IN_BOTH, 0x8000001e, 0, REG_EAX, ~0u, 0 },
	{ IN_BOTH, 0x8000001e, 0, REG_EBX, 0xff, BIT32(8) },
	{ IN_BOTH, 0x8000001e, 0, REG_ECX, 0xff, BIT32(8) },
	{ IN_BOTH, 0x80000026, 2, REG_EDX, ~0u, 0 },
	{ IN_CPU, 0x1, 0, REG_ECX, BIT32(27), BIT32(26) },
	{ IN_CPU, 0x7, 0, REG_ECX, BIT32(4), BIT32(5) },
	{ IN_CPU, 0x19, 0, REG_EBX, BIT32(0), BIT32(2) },
	{ IN_CPU, 0xd, 0, REG_EBX, ~0u, 0 },
	{ IN_CPU, 0xd, 1, REG_EBX, ~0u, 0 },
};

static enum compare_status noisy(struct _test_data_hosts *self, unsigned int i,
				 unsigned int where, uint32_t bits)
{
	memset(self->b, 0, sizeof(*self->b));
	whole_host(self->b);
	flip(where == IN_CPU ? &self->b->cpu[0].cpuid : &self->b->supported,
	     noises[i].function, noises[i].index, noises[i].reg, bits);
	return run(self);
}

TEST_F(hosts, noise)
{
	unsigned int i, where;

	for (i = 0; i < ARRAY_SIZE(noises); i++)
		for (where = IN_CPU; where <= IN_KVM; where++) {
			bool is_noise = noises[i].where & where;

			EXPECT_EQ(is_noise, noisy(self, i, where,
				  noises[i].noise) == COMPARE_SAME) {
				printf("# row %u in list %u\n", i, where);
			}
			if (!noises[i].beside)
				continue;
			EXPECT_NE(COMPARE_SAME, noisy(self, i, where,
				  noises[i].beside)) {
				printf("# beside row %u, list %u\n", i, where);
			}
		}
}

TEST_F(hosts, frequencies_within_a_percent)
{
	self->b->tsc_khz = 3029000;
	EXPECT_EQ(COMPARE_SAME, run(self));
	self->b->tsc_khz = 2971000;
	EXPECT_EQ(COMPARE_SAME, run(self));
	self->b->tsc_khz = 3031000;
	EXPECT_EQ(COMPARE_GUEST, run(self));
	self->b->tsc_khz = 3000000;
	flip(&self->b->cpu[0].cpuid, 0x16, 0, REG_EAX, 16);
	flip(&self->b->cpu[0].cpuid, 0x40000010, 0, REG_EAX, 16384);
	EXPECT_EQ(COMPARE_SAME, run(self));
	flip(&self->b->cpu[0].cpuid, 0x16, 0, REG_EAX, 64);
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_EQ(1, self->c.n);
	flip(&self->b->cpu[0].cpuid, 0x40000010, 0, REG_EAX, 65536);
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_EQ(2, self->c.n);
}

TEST_F(hosts, spelling_of_a_parameter)
{
	set_param(self->b, "kvm_intel", "sgx", "1");
	set_param(self->b, "kvm", "tdp_mmu", "1");
	EXPECT_EQ(COMPARE_SAME, run(self));
	set_param(self->b, "kvm", "tdp_mmu", "2");
	EXPECT_EQ(COMPARE_HOST, run(self));
}

TEST_F(hosts, parameters_of_an_idle_module)
{
	set_param(self->b, "kvm_amd", "npt", "N");
	set_param(self->b, "kvm_amd", "another", "1");
	EXPECT_EQ(COMPARE_SAME, run(self));
	/* at work on one of them */
	strcpy(self->a->kvm_module, "kvm_amd");
	EXPECT_EQ(COMPARE_HOST, run(self));
	EXPECT_TRUE(says(self, "kvm_amd.npt: Y -> N"));
	EXPECT_TRUE(says(self, "kvm_module: kvm_amd -> kvm_intel"));
	/* or who knows */
	self->a->kvm_module[0] = 0;
	EXPECT_EQ(COMPARE_HOST, run(self));
}

TEST_F(hosts, order)
{
	struct cap_value cap = self->b->caps[0];
	struct msr_value msr = self->b->msr_index.m[0];
	struct kvm_cpuid_entry2 e = self->b->supported.e[2];

	self->b->caps[0] = self->b->caps[1];
	self->b->caps[1] = cap;
	self->b->msr_index.m[0] = self->b->msr_index.m[1];
	self->b->msr_index.m[1] = msr;
	self->b->supported.e[2] = self->b->supported.e[3];
	self->b->supported.e[3] = e;
	EXPECT_EQ(COMPARE_SAME, run(self));
}

/* --- the drawing, and many hosts -------------------------------------------- */

TEST(drawing)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	draw(out, &(struct drawing){ .indent = "#", .labels = { "A", "B" },
	     .values = { 0x80000001, 0x81 }, .marks = 0x80000080 });
	draw(out, &(struct drawing){ .indent = "", .labels = { "A", "B" },
	     .values = { 0, 1ull << 63 }, .marks = 1ull << 63 });
	fclose(out);
	EXPECT_STREQ("#A      1000_0000_0000_0000_0000_0000_0000_0001\n"
		     "#B      0000_0000_0000_0000_0000_0000_1000_0001\n"
		     "#       ^                             ^\n"
		     "A      0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000\n"
		     "B      1000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000_0000\n"
		     "       ^\n", text);
	free(text);
}

static void strip(struct _test_data_hosts *self)
{
	const struct host_facts *f[2] = { self->a, self->b };
	const char *names[2] = { "one", "two" };
	FILE *out = open_memstream(&self->text, &self->len);

	strip_print(f, names, 2, out);
	fclose(out);
}

TEST_F(hosts, strip_of_the_same)
{
	char *rest;

	strip(self);
	EXPECT_TRUE(says(self, "common to 2 hosts:\n"));
	EXPECT_TRUE(says(self, "  kvm 0x00000006.0 eax:"));
	rest = strstr(self->text, "\none:");
	ASSERT_NE(NULL, rest);
	EXPECT_EQ(NULL, strstr(rest, "cpu 0x"));
	EXPECT_EQ(NULL, strstr(rest, "kvm 0x"));
	EXPECT_EQ(NULL, strstr(rest, "param"));
}

TEST_F(hosts, strip_of_two)
{
	char *one, *two;

	flip(&self->b->supported, 7, 0, REG_EBX, BIT32(16));
	flip_both(self->a, 7, 1, REG_EAX, BIT32(4));
	set_param(self->b, "kvm_intel", "sgx", "N");
	strip(self);
	one = strstr(self->text, "\none:");
	two = strstr(self->text, "\ntwo:");
	ASSERT_TRUE(one && two && one < two);
	*two = 0;
	EXPECT_NE(NULL, strstr(one, "  kvm 0x00000007.0 ebx: avx512f\n"));
	EXPECT_NE(NULL, strstr(one, "  param: kvm_intel.sgx=Y\n"));
	EXPECT_NE(NULL, strstr(two + 1, "  param: kvm_intel.sgx=N\n"));
	EXPECT_NE(NULL, strstr(two + 1, "  cpu, kvm 0x00000007.1 eax: "
			       "avx-vnni\n"));
	EXPECT_EQ(NULL, strstr(two + 1, "avx512f"));
	/* in common: the CPU's, not KVM's */
	*one = 0;
	one = strstr(self->text, "avx512f avx512dq");
	ASSERT_NE(NULL, one);
	EXPECT_EQ(NULL, strstr(one + 1, "avx512f avx512dq"));
}

TEST_HARNESS_MAIN

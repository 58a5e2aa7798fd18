// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bits stop a guest on another host: the rules of fields by themselves;
 * then every recorded host, with one thing of KVM's answers changed at a time.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "profile_files.h"
#include "stops.h"

#define AMD	PROFILE_FILES "amd-max-6.12.profile"
#define INTEL	PROFILE_FILES "intel-corei7_icelake_u-6.12.profile"
#define MILAN	PROFILE_FILES "amd-EPYC-Milan-6.12.profile"

/* --- fields ----------------------------------------------------------------- */

static const struct {
	enum field_kind kind;
	uint64_t mask, wanted, offered, missing;
} judged[] = {
	{ FIELD_BITS, 1, 1, 0, 1 },
	{ FIELD_BITS, 1, 0, 1, 0 },
	{ FIELD_BITS, 2, 3, 1, 2 },
	{ FIELD_ZEROS, 1, 0, 1, 1 },
	{ FIELD_ZEROS, 1, 1, 0, 0 },
	{ FIELD_AT_MOST, 0xff, 0x30, 0x28, 0x18 },
	{ FIELD_AT_MOST, 0xff, 0x28, 0x30, 0 },
	{ FIELD_AT_MOST, 0xff, 0x28, 0x28, 0 },
	{ FIELD_AT_MOST, 0xff00, 0x30ff, 0x3000, 0 },
	{ FIELD_EQUAL, 0x1f, 5, 6, 3 },
	{ FIELD_EQUAL, 0x1f, 0x25, 5, 0 },
	{ FIELD_EQUAL, 0x1f, 5, 0, 5 },
	{ FIELD_LAYOUT, 0xff, 5, 0, 0 },
	{ FIELD_LAYOUT, 0xff, 0, 5, 0 },
	{ FIELD_LAYOUT, 0xff, 4, 5, 1 },
	{ FIELD_IDENTITY, ~0ull, 1, 2, 0 },
};

TEST(kinds)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(judged); i++) {
		EXPECT_EQ(judged[i].missing,
			  field_missing(judged[i].kind, judged[i].mask,
					judged[i].wanted, judged[i].offered)) {
			printf("# row %u\n", i);
		}
	}
}

/* No row hides another, and a number has a name. */
TEST(rows)
{
	const struct cpuid_field *f;

	for (f = cpuid_fields; f < cpuid_fields + nr_cpuid_fields; f++) {
		enum cpuid_reg reg = f->reg == FIELD_ANY_REG ? REG_EDX : f->reg;
		bool number = f->kvm == FIELD_AT_MOST || f->kvm == FIELD_EQUAL;

		EXPECT_EQ(f, field_of(f->space, f->last, f->last_index, reg,
				      f->high)) {
			printf("# 0x%x bit %u is hidden\n", f->first, f->high);
		}
		EXPECT_TRUE(f->low <= f->high && f->first <= f->last &&
			    f->first_index <= f->last_index);
		EXPECT_TRUE(!number || f->name);
		EXPECT_NE(NULL, f->why);
	}
}

static const struct {
	uint32_t leaf, index;
	enum cpuid_reg reg;
	unsigned int bit;
	uint64_t mask;
	enum field_kind guest;
} places[] = {
	{ 0x80000008, 0, REG_EAX, 3, 0xff, FIELD_AT_MOST },
	{ 0x80000008, 0, REG_EAX, 8, 0xff00, FIELD_AT_MOST },
	{ 0x80000008, 0, REG_EAX, 20, 0xff0000, FIELD_AT_MOST },
	{ 0xa, 0, REG_EAX, 8, 0xff00, FIELD_AT_MOST },
	{ 0xa, 0, REG_EBX, 1, 2, FIELD_ZEROS },
	{ 0xd, 2, REG_EBX, 0, 0xffffffff, FIELD_LAYOUT },
	{ 0x0, 0, REG_EAX, 0, 0xffffffff, FIELD_IDENTITY },
	{ 0x4, 3, REG_ECX, 0, 0xffffffff, FIELD_IDENTITY },
	{ 0x7, 0, REG_EBX, 6, 1 << 6, FIELD_ZEROS },
	{ 0x7, 0, REG_EBX, 13, 1 << 13, FIELD_ZEROS },
	{ 0x80000008, 0, REG_EBX, 20, 1 << 20, FIELD_ZEROS },
};

TEST(well_known_places)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		const struct cpuid_field *f =
			field_of(SPACE_CPUID, places[i].leaf, places[i].index,
				 places[i].reg, places[i].bit);

		ASSERT_NE(NULL, f);
		EXPECT_EQ(places[i].mask, field_mask(f, places[i].bit));
		EXPECT_EQ(places[i].guest, f->guest);
	}
	EXPECT_EQ(NULL, field_of(SPACE_CPUID, 7, 0, REG_EBX, 16));
	EXPECT_EQ(1ull << 16, field_mask(NULL, 16));
}

/* --- stops -------------------------------------------------------------------- */

static struct stops stops;

static bool stops_of(const struct host_facts *a, const struct host_facts *here,
		     const char *qemu)
{
	static struct guest_cpu guest, own;
	struct model_opts *o = model_opts_new();
	char err[200] = "";
	bool ok;

	ok = !model_opts_version(o, qemu, err, sizeof(err)) &&
	     !model_compute(a, o, 0, &guest, err, sizeof(err)) &&
	     !model_compute(here, o, 0, &own, err, sizeof(err));
	if (ok)
		stops_find(&stops, &guest, here, o, &own);
	else
		printf("# %s\n", err);
	model_opts_free(o);
	return ok;
}

static bool runs_at_home(struct profile *p, const char *path)
{
	bool ok = stops_of(&p->facts, &p->facts, "7.2") && !stops.n &&
		  !stops.nr_follows;

	(void)path;
	return ok && stops_of(&p->facts, &p->facts, "latest") && !stops.n &&
	       !stops.nr_follows;
}

TEST(every_guest_runs_at_home)
{
	EXPECT_LE(48, each_profile(runs_at_home));
}

/* What QEMU gives a guest whether or not KVM lists it (kvm_arch_get_supported_cpuid). */
static const struct {
	uint32_t leaf, index;
	enum cpuid_reg reg;
	uint32_t mask;
} given[] = {
	{ 0x1, 0, REG_EDX, 1u << 7 | 1 << 12 | 1 << 14 | 1 << 16 | 1 << 28 },
	{ 0x1, 0, REG_ECX, 1u << 24 | 1u << 31 },
	{ 0x6, 0, REG_EAX, 1 << 2 },
	{ 0x7, 0, REG_EBX, 1 << 9 },		/* erms, fsrm: the CPU's */
	{ 0x7, 0, REG_EDX, 1 << 4 },
	{ 0x7, 1, REG_EAX, 7 << 10 },
	{ 0x7, 2, REG_EDX, 1 << 5 },
	{ 0xd, 0, REG_EAX, ~0u },		/* KVM_X86_XCOMP_GUEST_SUPP */
	{ 0xd, 0, REG_EDX, ~0u },
	{ 0x80000001, 0, REG_ECX, 1 << 22 },
	{ 0x80000001, 0, REG_EDX, 0x0183f3ff },	/* as in leaf 1 */
	{ 0x80000007, 0, REG_EBX, 3 },
};

static uint32_t given_bits(uint32_t leaf, uint32_t index, enum cpuid_reg reg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(given); i++)
		if (given[i].leaf == leaf && given[i].index == index &&
		    given[i].reg == reg)
			return given[i].mask;
	return 0;
}

static bool is_feature(uint32_t leaf, uint32_t index, enum cpuid_reg reg,
		       unsigned int bit)
{
	return !field_of(SPACE_CPUID, leaf, index, reg, bit) &&
	       !(given_bits(leaf, index, reg) >> bit & 1);
}

static bool stopped_by(uint32_t leaf, uint32_t index, enum cpuid_reg reg,
		       uint64_t bits)
{
	return stops.n == 1 && stops_count(&stops) == 1 &&
	       stops.stop[0].space == SPACE_CPUID &&
	       stops.stop[0].function == leaf &&
	       stops.stop[0].index == index && stops.stop[0].reg == reg &&
	       stops.stop[0].missing == bits;
}

/*
 * One feature less in KVM's answer: just that stops the guest, if it has it.
 * Returns how many did.
 */
static unsigned int without_each(const struct profile *p, bool *ok)
{
	static struct guest_cpu guest;
	static struct host_facts here;
	struct model_opts *o = model_opts_new();
	unsigned int i, bit, n = 0;
	char err[200];

	here = p->facts;
	if (model_compute(&p->facts, o, 0, &guest, err, sizeof(err)))
		*ok = false;
	for (i = 0; i < here.supported.nent * 4; i++) {
		struct kvm_cpuid_entry2 *e = &here.supported.e[i / 4];
		uint32_t was = cpuid_entry_reg(e, i % 4);
		uint32_t has = cpuid_get(&guest.cpuid, e->function, e->index,
					 i % 4);

		for (bit = 0; bit < 32; bit++) {
			if (!((was & has) >> bit & 1) ||
			    !is_feature(e->function, e->index, i % 4, bit))
				continue;
			cpuid_entry_set_reg(e, i % 4, was & ~(1u << bit));
			stops_find(&stops, &guest, &here, o, NULL);
			cpuid_entry_set_reg(e, i % 4, was);
			n++;
			if (stopped_by(e->function, e->index, i % 4,
				       1ull << bit))
				continue;
			printf("# 0x%x.%u reg %u bit %u: %u stops\n",
			       e->function, e->index, i % 4, bit, stops.n);
			*ok = false;
		}
	}
	model_opts_free(o);
	return n;
}

TEST(each_feature_stops)
{
	static const char * const files[] = { AMD, INTEL, MILAN };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		struct profile *p = profile_file(files[i]);
		bool ok = true;

		ASSERT_NE(NULL, p);
		EXPECT_LT(60, without_each(p, &ok));
		EXPECT_TRUE(ok);
		profile_free(p);
	}
}

/* A feature MSR with a bit less, and a number that is smaller. */
TEST(msr_bits_and_numbers)
{
	struct profile *p = profile_file(INTEL);
	static struct host_facts here;
	unsigned int i;

	ASSERT_NE(NULL, p);
	here = p->facts;
	for (i = 0; i < here.feature_msrs.n; i++)
		if (here.feature_msrs.m[i].index == 0x48b)
			here.feature_msrs.m[i].value &= ~(2ull << 32);
	ASSERT_TRUE(stops_of(&p->facts, &here, "latest"));
	ASSERT_EQ(1, stops.n);	/* secondary controls: EPT */
	EXPECT_EQ(SPACE_MSR, stops.stop[0].space);
	EXPECT_EQ(2ull << 32, stops.stop[0].missing);
	EXPECT_STREQ("vmx-ept", stop_name(&stops.stop[0], 33));

	here = p->facts;
	cpuid_find_mut(&here.cpu[0].cpuid, 0x80000008, 0)->eax -= 1;
	ASSERT_TRUE(stops_of(&p->facts, &here, "latest"));
	EXPECT_TRUE(stopped_by(0x80000008, 0, REG_EAX, 0x28 ^ 0x27));
	EXPECT_STREQ("maxphyaddr", stop_name(&stops.stop[0], 0));

	here = p->facts;
	cpuid_find_mut(&here.supported, 0xd, 5)->ebx += 64;
	ASSERT_TRUE(stops_of(&p->facts, &here, "latest"));
	EXPECT_TRUE(stopped_by(0xd, 5, REG_EBX, 0x440 ^ 0x480));
	profile_free(p);
}

static void set_msr(struct msr_list *l, uint32_t index, uint64_t value)
{
	uint32_t i;

	for (i = 0; i < l->n; i++)
		if (l->m[i].index == index)
			l->m[i].value = value;
}

/*
 * A guest that was told that its CPU is not vulnerable, or that something is
 * there: not where it is otherwise, but only if it was told at all.
 */
TEST(zeros_that_were_told)
{
	struct profile *p = profile_file(INTEL);
	static struct host_facts was;
	uint64_t caps;

	ASSERT_NE(NULL, p);
	was = p->facts;
	caps = msr_get(&was.feature_msrs, 0x10a);
	ASSERT_TRUE(caps & 1 << 2);	/* RSBA */
	set_msr(&was.feature_msrs, 0x10a, caps & ~UINT64_C(4));
	ASSERT_TRUE(stops_of(&was, &p->facts, "7.2"));
	ASSERT_EQ(1, stops.n);
	EXPECT_EQ(4, stops.stop[0].missing);
	EXPECT_STREQ("rsba", stop_name(&stops.stop[0], 2));
	ASSERT_TRUE(stops_of(&p->facts, &was, "7.2"));
	EXPECT_EQ(0, stops.n);
	cpuid_find_mut(&was.supported, 7, 0)->edx &= ~(1u << 29);
	ASSERT_TRUE(stops_of(&was, &p->facts, "7.2"));
	EXPECT_EQ(0, stops.n);

	was = p->facts;
	cpuid_find_mut(&was.supported, 7, 0)->ebx &= ~(1u << 6);
	ASSERT_TRUE(stops_of(&was, &p->facts, "latest"));
	EXPECT_TRUE(stopped_by(7, 0, REG_EBX, 1 << 6));
	/* has no name for it */
	ASSERT_TRUE(stops_of(&was, &p->facts, "7.2"));
	EXPECT_EQ(0, stops.n);
	profile_free(p);
}

/* Another vendor's name stops nobody; it is listed. */
TEST(identity_follows)
{
	struct profile *p = profile_file(AMD);
	static struct host_facts here;
	struct kvm_cpuid_entry2 *e;

	ASSERT_NE(NULL, p);
	here = p->facts;
	e = cpuid_find_mut(&here.cpu[0].cpuid, 1, 0);
	e->eax += 1;		/* stepping */
	ASSERT_TRUE(stops_of(&p->facts, &here, "latest"));
	EXPECT_EQ(0, stops.n);
	ASSERT_EQ(2, stops.nr_follows);	/* leaves 1 and 0x80000001 */
	EXPECT_EQ(1, stops.follows[0].function);
	EXPECT_EQ(0x80000001, stops.follows[1].function);
	profile_free(p);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a KVM has lost: every recorded host keeps what it offered, under names
 * of its own; each thing taken away is lost, and nothing else.
 */
#include <ctype.h>
#include <string.h>

#include "kselftest_harness.h"

#include "profile_files.h"
#include "promise.h"

#define AMD	PROFILE_FILES "amd-max-6.12.profile"
#define INTEL	PROFILE_FILES "intel-corei7_icelake_u-6.12.profile"

static bool good_name(const char *s)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-')
			return false;
	return true;
}

static bool alone(const struct promises *all, unsigned int k)
{
	unsigned int i;

	for (i = 0; i < k; i++)
		if (!strcmp(all->p[i].name, all->p[k].name))
			return false;
	return true;
}

static bool keeps_its_own(struct profile *p, const char *path)
{
	struct promises all;
	unsigned int i;
	bool ok = !promises_make(&all, &p->facts) && all.n > 200;

	(void)path;
	for (i = 0; i < all.n; i++) {
		promise_judge(&all.p[i], &p->facts, &p->facts);
		if (!all.p[i].lost && good_name(all.p[i].name) &&
		    *all.p[i].name && alone(&all, i))
			continue;
		printf("# %s\n", all.p[i].name);
		ok = false;
	}
	promises_free(&all);
	return ok;
}

TEST(every_host_keeps_its_own)
{
	EXPECT_LE(48, each_profile(keeps_its_own));
}

static void drop_msr(struct msr_list *l, uint32_t index)
{
	uint32_t i, n = 0;

	for (i = 0; i < l->n; i++)
		if (l->m[i].index != index)
			l->m[n++] = l->m[i];
	l->n = n;
}

static void change_msr(struct msr_list *l, uint32_t index, uint64_t flip)
{
	uint32_t i;

	for (i = 0; i < l->n; i++)
		if (l->m[i].index == index)
			l->m[i].value ^= flip;
}

static void change_list(struct cpuid_list *l, const struct promise *p,
			uint64_t flip)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, p->function, p->index);

	cpuid_entry_set_reg(e, p->reg, cpuid_entry_reg(e, p->reg) ^ flip);
}

/* Break this one promise: a bit off (or on), a number less by one. */
static void break_it(struct host_facts *f, const struct promise *p)
{
	uint64_t low = p->mask & -p->mask, less = p->wanted - low;
	uint64_t flip = p->kind == FIELD_BITS || p->kind == FIELD_ZEROS ?
			p->mask : (p->wanted ^ less) & p->mask;

	switch (p->source) {
	case PROMISE_SUPPORTED:
		change_list(&f->supported, p, flip);
		break;
	case PROMISE_EMULATED:
		change_list(&f->emulated, p, flip);
		break;
	case PROMISE_HYPERV:
		change_list(&f->hv, p, flip);
		break;
	case PROMISE_XCOMP:
		f->xcomp_guest_supp ^= flip;
		break;
	case PROMISE_MCE:
		f->mce_cap ^= flip;
		break;
	case PROMISE_MSR:
		change_msr(&f->feature_msrs, p->function, flip);
		break;
	case PROMISE_FEATURE_MSR:
		drop_msr(&f->feature_msrs, p->function);
		break;
	case PROMISE_MSR_INDEX:
		drop_msr(&f->msr_index, p->function);
		break;
	case PROMISE_CAP:
		facts_set_cap(f, p->function, p->wanted ^ flip);
		break;
	}
}

/* A feature MSR that is gone takes its bits along. */
static bool goes_along(const struct promise *broken, const struct promise *p)
{
	return broken->source == PROMISE_FEATURE_MSR &&
	       p->source == PROMISE_MSR && p->function == broken->function;
}

static bool only_that(struct promises *all, const struct promise *broken,
		      const struct host_facts *was,
		      const struct host_facts *here)
{
	struct promise *p;

	for (p = all->p; p < all->p + all->n; p++) {
		promise_judge(p, was, here);
		if (!p->lost == (p != broken && !goes_along(broken, p)))
			continue;
		printf("# %s broken, and %s is %s\n", broken->name, p->name,
		       p->lost ? "lost" : "not lost");
		return false;
	}
	return true;
}

TEST(each_loss_has_its_name)
{
	static const char * const files[] = { AMD, INTEL };
	static struct host_facts here;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		struct profile *p = profile_file(files[i]);
		struct promises all;

		ASSERT_NE(NULL, p);
		ASSERT_EQ(0, promises_make(&all, &p->facts));
		for (k = 0; k < all.n; k++) {
			here = p->facts;
			break_it(&here, &all.p[k]);
			EXPECT_TRUE(only_that(&all, &all.p[k], &p->facts,
					      &here));
		}
		promises_free(&all);
		profile_free(p);
	}
}

static struct promise *by_name(struct promises *all, const char *name)
{
	unsigned int i;

	for (i = 0; i < all->n; i++)
		if (!strcmp(all->p[i].name, name))
			return &all->p[i];
	return NULL;
}

TEST(names)
{
	static const char * const names[] = {
		"avx512f", "maxphyaddr", "vmx-ept", "vmx-ept_may_be_0",
		"rdctl-no", "msr_index_0x10a", "feature_msr_0x10a",
		"cap_XSAVE2", "cap_X86_DISABLE_EXITS_1", "emulated_movbe",
		"hv_0x40000003_0_eax_5", "xcomp_7", "mcg_lmce_p",
		"xsave_component_offset_5", "0x40000001_0_eax_3",
	};
	struct profile *p = profile_file(INTEL);
	struct promises all;
	unsigned int i;

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, promises_make(&all, &p->facts));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		EXPECT_TRUE(by_name(&all, names[i]) != NULL) {
			printf("# no %s\n", names[i]);
		}
	}
	/* what cannot be 1 is not offered as 0 either */
	EXPECT_EQ(NULL, by_name(&all, "msr_0x48b_31_may_be_0"));
	EXPECT_EQ(NULL, by_name(&all, "msr_0x48d_31_may_be_0"));
	promises_free(&all);
	profile_free(p);
}

/* A 0 counts if it is the CPU's; an older KVM may not say the 1 of its CPU. */
TEST(zeros_of_the_cpu)
{
	struct profile *p = profile_file(AMD);
	static struct host_facts here, was;
	struct promises all;
	struct promise *fdp;

	ASSERT_NE(NULL, p);
	was = p->facts;
	here = p->facts;
	cpuid_find_mut(&here.supported, 7, 0)->ebx |= 1 << 6;
	ASSERT_EQ(0, promises_make(&all, &was));
	fdp = by_name(&all, "0x7_0_ebx_6");
	ASSERT_NE(NULL, fdp);
	promise_judge(fdp, &was, &here);
	EXPECT_EQ(1 << 6, fdp->lost);
	promises_free(&all);
	cpuid_find_mut(&was.cpu[0].cpuid, 7, 0)->ebx |= 1 << 6;
	ASSERT_EQ(0, promises_make(&all, &was));
	EXPECT_EQ(NULL, by_name(&all, "0x7_0_ebx_6"));
	promises_free(&all);
	profile_free(p);
}

/* Whose loss it is. */
TEST(another_cpu_is_told)
{
	struct profile *p = profile_file(INTEL);
	static struct host_facts here;
	struct promises all;
	struct promise *avx;

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, promises_make(&all, &p->facts));
	avx = by_name(&all, "avx512f");
	ASSERT_NE(NULL, avx);
	here = p->facts;
	cpuid_find_mut(&here.supported, 7, 0)->ebx &= ~(1u << 16);
	promise_judge(avx, &p->facts, &here);
	EXPECT_EQ(1ull << 16, avx->lost);
	EXPECT_FALSE(avx->by_cpu);
	cpuid_find_mut(&here.cpu[0].cpuid, 7, 0)->ebx &= ~(1u << 16);
	promise_judge(avx, &p->facts, &here);
	EXPECT_TRUE(avx->by_cpu);
	promises_free(&all);
	profile_free(p);
}

TEST_HARNESS_MAIN

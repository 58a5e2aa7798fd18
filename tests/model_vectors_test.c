// SPDX-License-Identifier: GPL-2.0-only
/*
 * The max model against recorded runs of real QEMUs, and what must hold of it
 * whatever the host: the same twice, stable, monotone, no crash.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "feature.h"
#include "model_opts.h"
#include "vector.h"
#include "vector_files.h"

FIXTURE(vectors)
{
	struct vector_files files;
	struct vector *v;
	struct guest_cpu a, b;
	char err[300];
};

FIXTURE_SETUP(vectors)
{
	memset(&self->files, 0, sizeof(self->files));
	self->v = NULL;
	if (!vector_files_open(&self->files))
		SKIP(return, "tests/vectors are not unpacked: no xz?");
}

FIXTURE_TEARDOWN(vectors)
{
	vector_free(self->v);
	vector_files_close(&self->files);
}

/* VECTORS_EVERY=20: under valgrind a part of them has to do. */
static size_t stride(void)
{
	const char *text = getenv("VECTORS_EVERY");
	size_t n = text ? strtoul(text, NULL, 10) : 1;

	return n ? n : 1;
}

#define for_each_vector(self, i, path)					\
	for ((i) = 0; (i) < (self)->files.found.gl_pathc &&		\
	     ((path) = (self)->files.found.gl_pathv[i]); (i) += stride())

static const unsigned int versions[] = { QEMU_7_2, QEMU_10_0, QEMU_LATEST };

static struct vector *load(struct _test_data_vectors *self, const char *path)
{
	vector_free(self->v);
	self->v = vector_load(path, self->err, sizeof(self->err));
	if (!self->v)
		printf("# %s\n", self->err);
	return self->v;
}

TEST_F_TIMEOUT(vectors, as_qemu, 600)
{
	struct vector_count count = { 0 };
	const char *path;
	size_t i;

	for_each_vector(self, i, path) {
		ASSERT_NE(NULL, load(self, path));
		vector_compare(self->v, path, stdout, &count);
	}
	printf("# %lu of %lu vectors, %lu of %lu entries\n", count.vectors_ok,
	       count.vectors, count.entries_ok, count.entries);
	EXPECT_EQ(count.vectors, count.vectors_ok);
	EXPECT_EQ(count.entries, count.entries_ok);
	EXPECT_LE(427 / stride(), count.vectors);
	EXPECT_LE(54900 / stride() * 3 / 4, count.entries);
}

/* A vector that the model passes whatever it says would prove nothing. */
TEST_F_TIMEOUT(vectors, a_changed_vector_fails, 600)
{
	struct vector_count count = { 0 };
	FILE *null = fopen("/dev/null", "w");
	struct guest_cpu *cpu;

	ASSERT_NE(NULL, load(self, self->files.found.gl_pathv[0]));
	cpu = &self->v->vcpu[0].cpu;
	cpu->cpuid.e[cpu->cpuid.nent - 1].edx ^= 1;
	EXPECT_FALSE(vector_compare(self->v, "x", null, &count));
	EXPECT_EQ(count.entries, count.entries_ok + 1);
	cpu->cpuid.e[cpu->cpuid.nent - 1].edx ^= 1;
	cpu->cpuid.nent--;
	EXPECT_FALSE(vector_compare(self->v, "x", null, &count));
	cpu->cpuid.nent++;
	cpu->mcg_cap ^= 1 << 24;
	EXPECT_FALSE(vector_compare(self->v, "x", null, &count));
	cpu->mcg_cap ^= 1 << 24;
	EXPECT_TRUE(vector_compare(self->v, "x", null, &count));
	fclose(null);
}

static int compute(struct _test_data_vectors *self, const struct host_facts *f,
		   struct guest_cpu *out)
{
	return model_compute(f, self->v->opts, 0, out, self->err,
			     sizeof(self->err));
}

static bool same_msrs(const struct msr_list *a, const struct msr_list *b)
{
	uint32_t i;

	for (i = 0; i < a->n && i < b->n; i++)
		if (a->m[i].index != b->m[i].index ||
		    a->m[i].valid != b->m[i].valid ||
		    a->m[i].value != b->m[i].value)
			return false;
	return a->n == b->n;
}

static bool same_cpu(const struct guest_cpu *a, const struct guest_cpu *b)
{
	const size_t rest = offsetof(struct guest_cpu, setup_mce);

	return a->cpuid.nent == b->cpuid.nent &&
	       a->cpuid.padding == b->cpuid.padding &&
	       !memcmp(a->cpuid.e, b->cpuid.e,
		       a->cpuid.nent * sizeof(a->cpuid.e[0])) &&
	       same_msrs(&a->msrs, &b->msrs) &&
	       !memcmp((const char *)a + rest, (const char *)b + rest,
		       sizeof(*a) - rest);
}

/* The same bytes, whatever the memory held before; past the lists it stays. */
TEST_F_TIMEOUT(vectors, same_twice, 600)
{
	const char *path;
	unsigned int j;
	size_t i;

	for_each_vector(self, i, path) {
		ASSERT_NE(NULL, load(self, path));
		for (j = 0; j < ARRAY_SIZE(versions); j++) {
			self->v->opts->qemu = versions[j];
			memset(&self->a, 0xaa, sizeof(self->a));
			memset(&self->b, 0x55, sizeof(self->b));
			compute(self, &self->v->facts, &self->a);
			compute(self, &self->v->facts, &self->b);
			ASSERT_TRUE(same_cpu(&self->a, &self->b));
		}
	}
}

static uint64_t guest_word(const struct guest_cpu *cpu, enum feature_word w)
{
	const struct feature_word_info *i = &feature_words[w];
	uint64_t v;

	if (!i->is_msr)
		return cpuid_get(&cpu->cpuid, i->function, i->index, i->reg);
	v = msr_get(&cpu->msrs, i->function);
	if (i->function == 0x48b ||
	    (i->function >= 0x48d && i->function <= 0x490))
		v >>= 32;
	return v;
}

/* --- the model of the model's own output -------------------------------- */

static void facts_of_guest(struct host_facts *f, const struct guest_cpu *cpu)
{
	uint64_t hi = cpuid_get(&cpu->cpuid, 0xd, 0, REG_EDX);

	uint32_t i;

	f->supported = cpu->cpuid;
	/* a slot used again keeps an index that means nothing */
	for (i = 0; i < f->supported.nent; i++)
		if (!f->supported.e[i].flags)
			f->supported.e[i].index = 0;
	f->feature_msrs = cpu->msrs;
	f->xcomp_guest_supp = hi << 32 |
			      cpuid_get(&cpu->cpuid, 0xd, 0, REG_EAX);
}

static void without_apx(struct host_facts *f)
{
	cpuid_set_feature(&f->supported, CPUID_FEATURE(7, 1, REG_EDX, 21),
			  false);
}

/* XSAVES is in leaf 0xd, which is hidden without XSAVE. */
static void xsaves_only_with_xsave(struct host_facts *f)
{
	if (!cpuid_has(&f->supported, CPUID_FEATURE(1, 0, REG_ECX, 26)))
		cpuid_set_feature(&f->supported,
				  CPUID_FEATURE(0xd, 1, REG_EAX, 3), false);
}

/*
 * The same features; not the same bytes: a PERF_CAPABILITIES of 0 is not
 * written again, and since 11.0 leaf 0xd lists what KVM has and not what the
 * guest has.  Hosts here list MSR 0x48b, lest controls are added each time,
 * and have no APX: it takes MPX with it after controls were looked at.
 */
static unsigned int words_differ(struct _test_data_vectors *self,
				 const char *path, unsigned int qemu)
{
	unsigned int n = 0;
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		if (guest_word(&self->a, w) == guest_word(&self->b, w))
			continue;
		printf("# %s, QEMU %u: %s 0x%llx 0x%llx\n", path, qemu,
		       feature_words[w].name,
		       (unsigned long long)guest_word(&self->a, w),
		       (unsigned long long)guest_word(&self->b, w));
		n++;
	}
	return n;
}

/* Without options: those may want what KVM has not, or hide what it has. */
static void plain_max(struct model_opts *o, unsigned int qemu)
{
	model_opts_init(o);
	o->qemu = qemu;
}

TEST_F_TIMEOUT(vectors, idempotent, 600)
{
	unsigned int j, tried = 0;
	const char *path;
	size_t i;

	for_each_vector(self, i, path) {
		for (j = 0; j < ARRAY_SIZE(versions); j++) {
			ASSERT_NE(NULL, load(self, path));
			plain_max(self->v->opts, versions[j]);
			msr_append(&self->v->facts.msr_index, 0x48b, false, 0);
			without_apx(&self->v->facts);
			xsaves_only_with_xsave(&self->v->facts);
			if (compute(self, &self->v->facts, &self->a))
				continue;
			facts_of_guest(&self->v->facts, &self->a);
			ASSERT_EQ(0, compute(self, &self->v->facts, &self->b)) {
				printf("# %s: %s\n", path, self->err);
			}
			EXPECT_EQ(0, words_differ(self, path, versions[j]));
			tried++;
		}
	}
	EXPECT_LE(750 / stride(), tried);
}

/* --- fewer bits of the host, fewer of the guest ------------------------- */

static uint32_t rnd(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/*
 * Documented exceptions: processor trace is there only if KVM's LIP is what
 * the guest was told; and a guest that could have MPX and APX has neither.
 */
static bool may_appear(enum feature_word w, unsigned int bit)
{
	return w == FEAT_7_0_EBX && bit == 25;
}

static unsigned int appeared(struct _test_data_vectors *self,
			     const char *path)
{
	unsigned int bit, n = 0;
	enum feature_word w;
	uint64_t more;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		more = guest_word(&self->b, w) & ~guest_word(&self->a, w);
		for (bit = 0; bit < 64; bit++) {
			if (!(more >> bit & 1) || may_appear(w, bit))
				continue;
			printf("# %s: %s bit %u\n", path,
			       feature_words[w].name, bit);
			n++;
		}
	}
	return n;
}

/* Of a random word that the host has; of a VMX control what may be 1. */
static void remove_bits(struct host_facts *f, uint32_t *seed)
{
	enum feature_word w = rnd(seed) % NR_FEATURE_WORDS;
	const struct feature_word_info *i = &feature_words[w];
	uint64_t mask = ~((uint64_t)rnd(seed) << 32 | rnd(seed) << 8);
	struct kvm_cpuid_entry2 *e;
	struct msr_value *m;

	if (!i->is_msr) {
		e = cpuid_find_mut(&f->supported, i->function, i->index);
		if (e)
			cpuid_entry_set_reg(e, i->reg, mask &
					    cpuid_entry_reg(e, i->reg));
		return;
	}
	m = (struct msr_value *)msr_find(&f->feature_msrs, i->function);
	if (m)
		m->value &= mask | (i->function >= 0x48b ? UINT32_MAX : 0);
}

TEST_F_TIMEOUT(vectors, monotone, 600)
{
	unsigned int j, k, tried = 0;
	uint32_t seed = 1;
	const char *path;
	size_t i;

	for_each_vector(self, i, path) {
		for (j = 0; j < ARRAY_SIZE(versions); j++) {
			ASSERT_NE(NULL, load(self, path));
			self->v->opts->qemu = versions[j];
			without_apx(&self->v->facts);
			if (compute(self, &self->v->facts, &self->a))
				continue;
			for (k = 0; k < 8; k++) {
				remove_bits(&self->v->facts, &seed);
				if (compute(self, &self->v->facts, &self->b))
					break;
				ASSERT_EQ(0, appeared(self, path));
				self->a = self->b;
				tried++;
			}
		}
	}
	EXPECT_LE(1000 / stride(), tried);
}

/* --- damaged files ------------------------------------------------------ */

static void damage(const char *from, const char *to, uint32_t *seed)
{
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	int c;

	while (in && out && (c = getc(in)) != EOF) {
		switch (rnd(seed) % 4000) {
		case 0:
			c ^= 1 << rnd(seed) % 8;
			break;
		case 1:
			continue;
		case 2:
			c = '0' + rnd(seed) % 10;
			break;
		}
		putc(c, out);
	}
	if (in)
		fclose(in);
	if (out)
		fclose(out);
}

/* Refused with file and line, or computed: never anything else. */
TEST_F_TIMEOUT(vectors, damaged, 600)
{
	unsigned int refused = 0, vcpu;
	char copy[] = "/tmp/vector.XXXXXX", start[sizeof(copy) + 1];
	uint32_t seed = 7;
	const char *path;
	struct vector *v;
	size_t i;

	close(mkstemp(copy));
	snprintf(start, sizeof(start), "%s:", copy);
	for_each_vector(self, i, path) {
		damage(path, copy, &seed);
		v = vector_load(copy, self->err, sizeof(self->err));
		if (!v) {
			ASSERT_EQ(0, strncmp(start, self->err, strlen(start)));
			refused++;
			continue;
		}
		for (vcpu = 0; vcpu < 3; vcpu++)
			model_compute(&v->facts, v->opts, vcpu, &self->a,
				      self->err, sizeof(self->err));
		vector_free(v);
	}
	unlink(copy);
	EXPECT_LT(0, refused);
}

TEST_HARNESS_MAIN

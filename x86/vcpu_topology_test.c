// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs of several vCPUs, each with the max model of its own place in a
 * topology: each guest sees its own APIC IDs and topology leaves, and what an
 * operating system makes of them is the topology that was asked for.
 *
 * Places are counted here, from the numbers of the topology alone: what the
 * model makes of -smp is judged as well as what KVM makes of the model.
 */
#include "facts_cpuid.h"
#include "get_cpuid.h"
#include "test.h"

#define VCPUS_MAX	16
#define LEVELS_MAX	6

#define SHARING(eax)	(((eax) >> 14 & 0xfff) + 1)

static const char own_why[] =
	"each vCPU was given its own list (KVM_SET_CPUID2)";
static const char id_why[] =
	"one APIC ID, wherever it is told (SDM vol. 2A, CPUID; APM vol. 3, E.4)";
static const char place_why[] =
	"APIC ID, cut at the shifts of this leaf, is the place of the vCPU";
static const char count_why[] =
	"as many CPUs as the topology has at this level";
static const char cache_why[] =
	"the APIC IDs that share a cache are those of its core, or of its die";

enum level { THREAD, CORE, MODULE, DIE, SOCKET, NR_LEVELS };

/* Level types of leaf 0x1f (SDM vol. 2A). */
static const uint8_t level_type[NR_LEVELS] = {
	[THREAD] = 1, [CORE] = 2, [MODULE] = 3, [DIE] = 5,
};

struct place {
	unsigned int at[NR_LEVELS];
};

struct one {
	struct guest_cpu cpu;
	struct vcpu vcpu;
	struct place place;
	struct cpuid_list seen;		/* by the guest */
};

static struct {
	struct bench s;
	struct one vcpu[VCPUS_MAX];
	struct cpuid_list visible, kept;
	bool ok;
} t;

FIXTURE(vcpus) {
	unsigned int n;			/* vCPUs */
};

/* How many of each level the next larger one has. */
FIXTURE_VARIANT(vcpus) {
	unsigned int of[NR_LEVELS];
	const char *smp;
};

FIXTURE_VARIANT_ADD(vcpus, sockets) {
	.of = { 2, 1, 1, 1, 3 }, .smp = "6,sockets=3,cores=1,threads=2",
};

FIXTURE_VARIANT_ADD(vcpus, cores) {
	.of = { 2, 3, 1, 1, 1 }, .smp = "6,sockets=1,cores=3,threads=2",
};

FIXTURE_VARIANT_ADD(vcpus, dies) {
	.of = { 2, 1, 1, 3, 1 }, .smp = "6,sockets=1,dies=3,cores=1,threads=2",
};

FIXTURE_VARIANT_ADD(vcpus, modules) {
	.of = { 1, 1, 3, 2, 1 },
	.smp = "6,sockets=1,dies=2,modules=3,cores=1,threads=1",
};

static unsigned int total(const unsigned int *of, enum level up_to)
{
	unsigned int n = 1;
	enum level i;

	for (i = THREAD; i <= up_to; i++)
		n *= of[i];
	return n;
}

static struct place nth_place(const unsigned int *of, unsigned int n)
{
	struct place p;
	enum level i;

	for (i = THREAD; i < NR_LEVELS; i++) {
		p.at[i] = n % of[i];
		n /= of[i];
	}
	return p;
}

/* All leaves are wanted, on CPUs of either vendor and of any age. */
static struct model_opts *options(const char *smp)
{
	struct model_opts *o = model_opts_new();
	char err[200] = "no memory";

	if (!o || model_opts_smp(o, smp, err, sizeof(err)) ||
	    model_opts_parse(o, "min-level=0x1f,min-xlevel=0x8000001e,+topoext",
			     err, sizeof(err)))
		test_stop("options of the max model: %s", err);
	return o;
}

static void compute_all(const char *smp, const unsigned int *of)
{
	struct model_opts *o = options(smp);
	unsigned int i, n = total(of, SOCKET);
	char err[200];

	for (i = 0; i < n; i++) {
		struct one *v = &t.vcpu[i];

		if (model_compute(t.s.facts, o, i, &v->cpu, err, sizeof(err)))
			test_stop("computing the max model: %s", err);
		v->place = nth_place(of, i);
	}
	model_opts_free(o);
}

/* KVM knows a vCPU by its APIC ID. */
static void create_all(unsigned int n)
{
	unsigned int i;

	vm_create(&t.s.vm, VM_IRQCHIP);
	probe_load(&t.s.vm);
	for (i = 0; i < n; i++) {
		vcpu_create(&t.vcpu[i].vcpu, &t.s.vm, t.vcpu[i].cpu.apic_id);
		vcpu_set_cpuid(&t.vcpu[i].vcpu, &t.vcpu[i].cpu.cpuid);
	}
}

FIXTURE_SETUP(vcpus)
{
	bench_model(&t.s, NULL);
	t.ok = true;
	self->n = total(variant->of, SOCKET);
	compute_all(variant->smp, variant->of);
	create_all(self->n);
}

FIXTURE_TEARDOWN(vcpus)
{
	unsigned int i;

	for (i = 0; i < self->n; i++)
		vcpu_destroy(&t.vcpu[i].vcpu);
	vm_destroy(&t.s.vm);
}

/* --- what the guest sees ------------------------------------------------- */
static void keep(struct one *v, const struct probe_request *r, uint32_t leaf,
		 uint32_t index)
{
	cpuid_append(&v->seen, leaf, index, KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		     (struct cpuid_regs){ { r->got[0], r->got[1], r->got[2],
					    r->got[3] } });
}

static const struct {
	uint32_t leaf, subleaves;
} asked[] = {
	{ 0x1, 1 }, { 0x4, 4 }, { 0xb, 3 }, { 0x1f, LEVELS_MAX },
	{ 0x80000008, 1 }, { 0x8000001d, 4 }, { 0x8000001e, 1 },
};

static void expect_own(struct one *v)
{
	struct bench *s = &t.s;

	s->vcpu = v->vcpu;
	bench_reset_state(s);
	expect_installed(&v->cpu.cpuid, &s->state, &t.visible);
}

/* One batch: every leaf, and what KVM should make of the model there. */
static void run_one(struct one *v)
{
	struct probe *p = &t.s.probe;
	struct probe_request *r[32];
	unsigned int i, n = 0;
	uint32_t sub;

	probe_start(p, &v->vcpu, PROBE_LONG);
	expect_own(v);
	for (i = 0; i < ARRAY_SIZE(asked); i++)
		for (sub = 0; sub < asked[i].subleaves; sub++)
			r[n++] = probe_cpuid(p, asked[i].leaf, sub,
					     expect_cpuid(&t.visible,
							  asked[i].leaf,
							  sub).want);
	probe_run(p);
	n = 0;
	for (i = 0; i < ARRAY_SIZE(asked); i++)
		for (sub = 0; sub < asked[i].subleaves; sub++, n++) {
			t.ok &= verdict_request(r[n], "CPUID", RULE_S26,
						own_why);
			keep(v, r[n], asked[i].leaf, sub);
		}
	probe_clear(p);
}

static uint32_t seen(const struct one *v, uint32_t leaf, uint32_t index,
		     enum cpuid_reg reg)
{
	return cpuid_get(&v->seen, leaf, index, reg);
}

static void is(const char *why, const char *what, long wanted, long got)
{
	t.ok &= check_is(RULE_S26, why, what, wanted, got);
}

static bool has_leaf(const struct one *v, uint32_t leaf)
{
	return cpuid_find(&v->cpu.cpuid, leaf, 0);
}

/* --- APIC IDs ------------------------------------------------------------ */
/* Which the local APIC has too, in xAPIC mode in its top byte. */
static uint32_t lapic_id(struct one *v)
{
	struct kvm_lapic_state l;
	uint32_t id;

	if (kvm_ioctl(v->vcpu.fd, KVM_GET_LAPIC, &l))
		test_stop("KVM_GET_LAPIC failed");
	memcpy(&id, l.regs + 0x20, sizeof(id));
	return id >> 24;
}

static void check_ids(struct one *v)
{
	uint32_t id = v->vcpu.id;

	is(id_why, "APIC ID in leaf 1", id, seen(v, 1, 0, REG_EBX) >> 24);
	is(id_why, "APIC ID in leaf 0xb", id, seen(v, 0xb, 0, REG_EDX));
	if (has_leaf(v, 0x1f))
		is(id_why, "APIC ID in leaf 0x1f", id,
		   seen(v, 0x1f, 0, REG_EDX));
	is(id_why, "APIC ID in leaf 0x8000001e", id,
	   seen(v, 0x8000001e, 0, REG_EAX));
	is(id_why, "APIC ID of the local APIC", id, lapic_id(v));
}

TEST_F(vcpus, each_has_its_own_id)
{
	unsigned int i, k;

	for (i = 0; i < self->n; i++) {
		run_one(&t.vcpu[i]);
		check_ids(&t.vcpu[i]);
		for (k = 0; k < i; k++)
			t.ok &= check_that(t.vcpu[k].vcpu.id !=
					   t.vcpu[i].vcpu.id, RULE_S26,
					   id_why, "an APIC ID of its own", -1,
					   t.vcpu[i].vcpu.id);
	}
	TEST_VERDICT(t.ok);
}

/* --- topology leaves ------------------------------------------------------ */
static uint32_t cut(uint32_t id, unsigned int from, unsigned int to)
{
	return (id >> from) & (uint32_t)((1ull << (to - from)) - 1);
}

/* Leaf 0xb knows threads, and all of a package that are not threads. */
static void check_leaf_b(const struct one *v, const unsigned int *of)
{
	uint32_t id = v->vcpu.id;
	unsigned int core = seen(v, 0xb, 0, REG_EAX) & 0x1f;
	unsigned int package = seen(v, 0xb, 1, REG_EAX) & 0x1f;

	is(place_why, "type of leaf 0xb.0", 1,
	   seen(v, 0xb, 0, REG_ECX) >> 8 & 0xff);
	is(place_why, "type of leaf 0xb.1", 2,
	   seen(v, 0xb, 1, REG_ECX) >> 8 & 0xff);
	is(place_why, "thread by leaf 0xb", v->place.at[THREAD],
	   cut(id, 0, core));
	is(place_why, "socket by leaf 0xb", v->place.at[SOCKET],
	   id >> package);
	is(count_why, "threads of a core in leaf 0xb", of[THREAD],
	   seen(v, 0xb, 0, REG_EBX) & 0xffff);
	is(count_why, "CPUs of a package in leaf 0xb", total(of, DIE),
	   seen(v, 0xb, 1, REG_EBX) & 0xffff);
}

static enum level level_of(uint32_t type)
{
	enum level i;

	for (i = THREAD; i < SOCKET; i++)
		if (level_type[i] == type)
			break;
	return i;
}

/* Levels from small to large until one has no type; what is left is socket. */
static void check_leaf_1f(const struct one *v, const unsigned int *of)
{
	uint32_t id = v->vcpu.id, type, i;
	unsigned int from = 0, to;
	enum level l;

	for (i = 0; i < LEVELS_MAX; i++) {
		type = seen(v, 0x1f, i, REG_ECX) >> 8 & 0xff;
		if (!type)
			break;
		l = level_of(type);
		to = seen(v, 0x1f, i, REG_EAX) & 0x1f;
		is(place_why, "place in a level of leaf 0x1f",
		   l == SOCKET ? -1 : (long)v->place.at[l], cut(id, from, to));
		from = to;
	}
	is(place_why, "socket by leaf 0x1f", v->place.at[SOCKET], id >> from);
	is(place_why, "levels of leaf 0x1f",
	   2 + (of[MODULE] > 1) + (of[DIE] > 1), i);
}

TEST_F(vcpus, each_finds_its_place)
{
	const unsigned int *of = variant->of;
	unsigned int i;

	for (i = 0; i < self->n; i++) {
		struct one *v = &t.vcpu[i];

		run_one(v);
		check_leaf_b(v, of);
		if (of[MODULE] > 1 || of[DIE] > 1)
			check_leaf_1f(v, of);
	}
	TEST_VERDICT(t.ok);
}

static void check_counts(const struct one *v, const unsigned int *of)
{
	unsigned int cpus = total(of, DIE);
	uint32_t many = seen(v, 1, 0, REG_EDX) >> 28 & 1;
	uint32_t in_1 = seen(v, 1, 0, REG_EBX) >> 16 & 0xff;

	is(count_why, "HTT in leaf 1", cpus > 1, many);
	if (cpus > 1)
		t.ok &= check_that(in_1 >= cpus, RULE_S26, count_why,
				   "CPUs of a package in leaf 1, or more",
				   cpus, in_1);
	is(count_why, "threads of a core in leaf 0x8000001e", of[THREAD],
	   (seen(v, 0x8000001e, 0, REG_EBX) >> 8 & 0xff) + 1);
	is(place_why, "core in leaf 0x8000001e", v->place.at[CORE],
	   seen(v, 0x8000001e, 0, REG_EBX) & 0xff);
	is(place_why, "node in leaf 0x8000001e", v->place.at[SOCKET],
	   seen(v, 0x8000001e, 0, REG_ECX) & 0xff);
}

TEST_F(vcpus, each_counts_its_neighbours)
{
	unsigned int i;

	for (i = 0; i < self->n; i++) {
		run_one(&t.vcpu[i]);
		check_counts(&t.vcpu[i], variant->of);
	}
	TEST_VERDICT(t.ok);
}

/* --- caches -------------------------------------------------------------- */
/* APIC IDs that differ only in so many low bits share a cache. */
static bool same_cache(uint32_t a, uint32_t b, uint32_t eax)
{
	unsigned int bits = 0;

	while (1u << bits < SHARING(eax))
		bits++;
	return a >> bits == b >> bits;
}

static bool same_upto(const struct one *a, const struct one *b,
		      enum level from)
{
	enum level l;

	for (l = from; l < NR_LEVELS; l++)
		if (a->place.at[l] != b->place.at[l])
			return false;
	return true;
}

/* L1 and L2 of a core, L3 of a die. */
static void check_caches(const struct one *v, unsigned int n, uint32_t leaf)
{
	unsigned int i, cache;

	for (cache = 0; cache < 4; cache++) {
		uint32_t eax = seen(v, leaf, cache, REG_EAX);
		enum level whole = cache == 3 ? DIE : CORE;

		if (!(eax & 0x1f))
			break;
		for (i = 0; i < n; i++)
			is(cache_why, leaf == 4 ? "shared cache, leaf 4" :
						  "shared cache, leaf 0x8000001d",
			   same_upto(v, &t.vcpu[i], whole),
			   same_cache(v->vcpu.id, t.vcpu[i].vcpu.id, eax));
	}
}

TEST_F(vcpus, each_shares_its_caches)
{
	unsigned int i;

	for (i = 0; i < self->n; i++) {
		run_one(&t.vcpu[i]);
		check_caches(&t.vcpu[i], self->n, 4);
		check_caches(&t.vcpu[i], self->n, 0x8000001d);
	}
	TEST_VERDICT(t.ok);
}

/* --- after all of them ran ----------------------------------------------- */
TEST_F(vcpus, each_keeps_its_own)
{
	unsigned int i;
	uint32_t k;

	for (i = 0; i < self->n; i++)
		run_one(&t.vcpu[i]);
	for (i = 0; i < self->n; i++) {
		struct one *v = &t.vcpu[i];

		vcpu_get_cpuid(&v->vcpu, &t.kept);
		t.ok &= check_as(EVENT_GET_CPUID2_NENT,
				 v->cpu.cpuid.nent == t.kept.nent, RULE_S26,
				 own_why, "entries", v->cpu.cpuid.nent,
				 t.kept.nent);
		for (k = 0; k < ARRAY_SIZE(asked); k++)
			t.ok &= reg_is(&t.kept, asked[k].leaf, 0, REG_EDX, ~0u,
				       cpuid_get(&v->seen, asked[k].leaf, 0,
						 REG_EDX), RULE_S26, own_why);
	}
	TEST_VERDICT(t.ok);
}

TEST_MAIN

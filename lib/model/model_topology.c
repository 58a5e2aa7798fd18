// SPDX-License-Identifier: GPL-2.0-only
/* APIC ids and topology leaves 0xb and 0x1f (SDM vol. 2A, CPUID). */
#include "model_state.h"

#define LEVEL_THREAD	1
#define LEVEL_CORE	2
#define LEVEL_MODULE	3
#define LEVEL_DIE	5

/* Bits needed for ids 0 .. n-1. */
static unsigned int width(unsigned int n)
{
	return n > 1 ? 32 - __builtin_clz(n - 1) : 0;
}

static void place(struct topology *t, const struct smp *s, unsigned int vcpu)
{
	t->thread = vcpu % s->threads;
	vcpu /= s->threads;
	t->core = vcpu % s->cores;
	vcpu /= s->cores;
	t->module = vcpu % s->modules;
	vcpu /= s->modules;
	t->die = vcpu % s->dies;
	t->socket = vcpu / s->dies;
	t->apic_id = t->socket << t->pkg_off | t->die << t->die_off |
		     t->module << t->module_off | t->core << t->core_off |
		     t->thread;
}

static void offsets(struct topology *t, const struct smp *s)
{
	t->core_off = width(s->threads);
	t->module_off = t->core_off + width(s->cores);
	t->die_off = t->module_off + width(s->modules);
	t->pkg_off = t->die_off + width(s->dies);
}

uint32_t model_last_apic_id(const struct model *m)
{
	const struct smp *s = &m->o->smp;
	struct topology t;

	offsets(&t, s);
	if (t.pkg_off > 31)
		return UINT32_MAX;
	place(&t, s, s->sockets * s->dies * s->modules * s->cores *
		     s->threads - 1);
	return t.apic_id;
}

int model_topology(struct model *m, unsigned int vcpu)
{
	const struct smp *s = &m->o->smp;
	struct topology *t = &m->topo;

	if (s->modules > 1 && !model_rule(m, RULE_MODULES))
		return model_fail(m, "modules are not known to QEMU %u.%u",
				  m->qemu / 100, m->qemu % 100);
	if (vcpu >= s->cpus)
		return model_fail(m, "vCPU %u of %u", vcpu, s->cpus);
	offsets(t, s);
	t->per_die = s->threads * s->cores * s->modules;
	t->per_pkg = t->per_die * s->dies;
	/* 7.2 counts threads and cores only, wherever a package is meant */
	if (!model_rule(m, RULE_TOPOLOGY_WORDS))
		t->per_pkg = s->threads * s->cores;
	t->extended = s->dies > 1 || s->modules > 1 ||
		      model_flag(m, OPT_FORCE_CPUID_0X1F) || m->o->tdx;
	if (t->pkg_off > 31)
		return model_fail(m, "APIC ids need more than 31 bits");
	place(t, s, vcpu);
	return 0;
}

static struct cpuid_regs level(const struct model *m, uint32_t index,
			       uint32_t offset, uint32_t count, uint32_t type)
{
	return (struct cpuid_regs){ {
		offset, count & 0xffff, (index & 0xff) | type << 8,
		m->topo.apic_id,
	} };
}

struct cpuid_regs model_leaf_b(const struct model *m, uint32_t index)
{
	const struct topology *t = &m->topo;

	if (!model_flag(m, OPT_CPUID_0XB))
		return (struct cpuid_regs){ { 0 } };
	if (index == 0)
		return level(m, index, t->core_off, m->o->smp.threads,
			     LEVEL_THREAD);
	if (index == 1)
		return level(m, index, t->pkg_off, t->per_pkg, LEVEL_CORE);
	return level(m, index, 0, 0, 0);
}

/*
 * Levels of the machine from small to large; a level's row tells the shift
 * to the next larger one and how many CPUs that one has.
 */
struct cpuid_regs model_leaf_1f(const struct model *m, uint32_t index)
{
	const struct topology *t = &m->topo;
	const struct smp *s = &m->o->smp;
	const struct {
		bool there;
		uint32_t type, start, cpus;
	} levels[] = {
		{ true, LEVEL_THREAD, 0, 1 },
		{ true, LEVEL_CORE, t->core_off, s->threads },
		{ s->modules > 1, LEVEL_MODULE, t->module_off,
		  s->threads * s->cores },
		{ s->dies > 1, LEVEL_DIE, t->die_off, t->per_die },
		{ true, 0, t->pkg_off, t->per_die * s->dies },
	};
	unsigned int i, next;

	if (!t->extended)
		return (struct cpuid_regs){ { 0 } };
	for (i = 0, next = 0; i + 1 < ARRAY_SIZE(levels); i++) {
		if (!levels[i].there || next++ != index)
			continue;
		for (next = i + 1; !levels[next].there; next++)
			;
		return level(m, index, levels[next].start, levels[next].cpus,
			     levels[i].type);
	}
	return level(m, index, 0, 0, 0);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Cache leaves: constants that QEMU calls the legacy cache. */
#include "model_state.h"

#define REGS(...)	((struct cpuid_regs){ { __VA_ARGS__ } })
#define LINE		64

enum cache_type { CACHE_DATA = 1, CACHE_CODE = 2, CACHE_UNIFIED = 3 };
enum cache_level { L1D = CACHE_L1D, L1I = CACHE_L1I, L2 = CACHE_L2,
		   L3 = CACHE_L3, NR_CACHES };

struct cache {
	uint32_t type, level, kib, ways, sets;
	uint32_t lines_per_tag;
	bool self_init, no_invd, inclusive, complex;
};

static const struct cache intel_caches[NR_CACHES] = {
	[L1D] = { CACHE_DATA, 1, 32, 8, 64, 0, true, true, false, false },
	[L1I] = { CACHE_CODE, 1, 32, 8, 64, 0, true, true, false, false },
	[L2] = { CACHE_UNIFIED, 2, 4096, 16, 4096, 0, true, true, false,
		 false },
	[L3] = { CACHE_UNIFIED, 3, 16384, 16, 16384, 1, true, false, true,
		 true },
};

static const struct cache amd_caches[NR_CACHES] = {
	[L1D] = { CACHE_DATA, 1, 64, 2, 512, 1, true, true, false, false },
	[L1I] = { CACHE_CODE, 1, 64, 2, 512, 1, true, true, false, false },
	[L2] = { CACHE_UNIFIED, 2, 512, 16, 512, 1, false, false, false,
		 false },
	[L3] = { CACHE_UNIFIED, 3, 16384, 16, 16384, 1, true, false, true,
		 true },
};

/* Since x-vendor-cpuid-only-v2 one table serves all leaves of a vendor. */
static const struct cache *caches(const struct model *m,
				  const struct cache *legacy)
{
	if (!model_flag(m, OPT_VENDOR_ONLY_V2))
		return legacy;
	return model_is_amd(m) ? amd_caches : intel_caches;
}

/* Leaves 2 and 4 are Intel's. */
static bool hidden_on_amd(const struct model *m)
{
	return model_is_amd(m) && model_flag(m, OPT_VENDOR_ONLY);
}

/* A leaf beyond the host's last one is not what the host answers there. */
static struct cpuid_regs host_cache(const struct model *m, uint32_t function,
				    uint32_t index)
{
	uint32_t first = function & 0x80000000;

	if (function > model_host_regs(m, first, 0).r[REG_EAX])
		return REGS(0);
	return model_host_regs(m, function, index);
}

/*
 * Descriptors 0x2c, 0x30, 0x7d, 0x4d are 32K+32K L1, 2M L2, 16M L3.  The 4M
 * L2 of the table above has no descriptor: 0xff sends the reader to leaf 4.
 */
struct cpuid_regs model_leaf_2(const struct model *m, uint32_t index)
{
	(void)index;
	if (model_flag(m, OPT_HOST_CACHE_INFO))
		return host_cache(m, 2, 0);
	if (hidden_on_amd(m))
		return REGS(0);
	if (model_flag(m, OPT_CONSISTENT_CACHE))
		return REGS(1, 0, 0, 0xff);
	return REGS(1, 0, model_flag(m, OPT_L3_CACHE) ? 0x4d : 0, 0x2c307d);
}

static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* L1 and L2 belong to a core, L3 to a die, unless smp-cache says where. */
static uint32_t sharing_offset(const struct model *m, enum cache_level level)
{
	switch (m->o->smp_cache[level]) {
	case SHARE_CORE:
		return m->topo.core_off;
	case SHARE_MODULE:
		return m->topo.module_off;
	case SHARE_DIE:
		return m->topo.die_off;
	case SHARE_SOCKET:
		return m->topo.pkg_off;
	default:
		return level == L3 ? m->topo.die_off : m->topo.core_off;
	}
}

static uint32_t leaf_4_sharing(const struct model *m, enum cache_level level)
{
	if (level < L2 && !model_flag(m, OPT_L1_PER_THREAD))
		return 0;
	if (level == L2 && !model_rule(m, RULE_CACHE_BY_OFFSETS))
		return m->o->smp.threads - 1;
	return min_u32((1u << sharing_offset(m, level)) - 1, 4095);
}

static uint32_t leaf_4_cores(const struct model *m)
{
	const struct topology *t = &m->topo;

	if (!model_rule(m, RULE_CACHE_BY_OFFSETS))
		return m->o->smp.cores - 1;
	return min_u32((1u << (t->pkg_off - t->core_off)) - 1, 63);
}

static struct cpuid_regs encode(const struct cache *c, uint32_t sharing)
{
	return REGS(c->type | c->level << 5 | (uint32_t)c->self_init << 8 |
		    sharing << 14,
		    (c->ways - 1) << 22 | (LINE - 1),
		    c->sets - 1,
		    c->no_invd | c->inclusive << 1 | c->complex << 2);
}

static uint32_t roundup_pow2(uint32_t n)
{
	return n > 1 ? UINT32_C(1) << (32 - __builtin_clz(n - 1)) : 1;
}

static uint32_t host_leaf_4_cores(const struct model *m)
{
	if (model_rule(m, RULE_CACHE_BY_OFFSETS))
		return leaf_4_cores(m);
	return roundup_pow2(m->o->smp.cores) - 1;
}

static uint32_t host_leaf_4_sharing(const struct model *m, uint32_t cpus)
{
	if (model_rule(m, RULE_CACHE_BY_OFFSETS))
		return min_u32((1u << m->topo.pkg_off) - 1, 4095);
	return roundup_pow2(cpus) - 1;
}

/* The host's caches, with the guest's number of cores and CPUs. */
static struct cpuid_regs host_leaf_4(const struct model *m, uint32_t index)
{
	const struct smp *s = &m->o->smp;
	struct cpuid_regs v = host_cache(m, 4, index);
	uint32_t *eax = &v.r[REG_EAX];
	uint32_t cpus = s->threads * s->cores * s->modules * s->dies;

	if (!(*eax & 0x1f))
		return v;
	if (s->cores > 1 || model_rule(m, RULE_HOST_CACHE_CORES))
		*eax = (*eax & ~0xfc000000) | host_leaf_4_cores(m) << 26;
	if ((*eax >> 14 & 0xfff) + 1 > cpus)
		*eax = (*eax & ~0x03ffc000) |
		       host_leaf_4_sharing(m, cpus) << 14;
	return v;
}

struct cpuid_regs model_leaf_4(const struct model *m, uint32_t index)
{
	const struct cache *c = caches(m, intel_caches);
	struct cpuid_regs v;

	if (model_flag(m, OPT_HOST_CACHE_INFO))
		return host_leaf_4(m, index);
	if (hidden_on_amd(m) || index >= NR_CACHES ||
	    (index == L3 && !model_flag(m, OPT_L3_CACHE)))
		return REGS(0);
	v = encode(&c[index], leaf_4_sharing(m, index));
	v.r[REG_EAX] |= leaf_4_cores(m) << 26;
	return v;
}

static uint32_t encode_l1(const struct cache *c)
{
	return c->kib << 24 | c->ways << 16 | c->lines_per_tag << 8 | LINE;
}

/* The two TLB registers are what a K8 had (APM vol. 3, 0x80000005). */
struct cpuid_regs model_leaf_80000005(const struct model *m, uint32_t index)
{
	const struct cache *c = caches(m, amd_caches);

	(void)index;
	if (model_flag(m, OPT_HOST_CACHE_INFO))
		return host_cache(m, 0x80000005, 0);
	if (model_flag(m, OPT_VENDOR_ONLY_V2) && model_is_intel(m))
		return REGS(0);
	return REGS(0x01ff01ff, 0x01ff01ff, encode_l1(&c[L1D]),
		    encode_l1(&c[L1I]));
}

/* All caches here have 16 ways, which 0x80000006 calls 8. */
static uint32_t encode_ways(const struct cache *c)
{
	return (c->ways == 16 ? 8u : 0xf) << 12 | c->lines_per_tag << 8 | LINE;
}

struct cpuid_regs model_leaf_80000006(const struct model *m, uint32_t index)
{
	const struct cache *c = caches(m, amd_caches);
	struct cpuid_regs v = REGS(0, 0x42004200);

	(void)index;
	if (model_flag(m, OPT_HOST_CACHE_INFO))
		return host_cache(m, 0x80000006, 0);
	v.r[REG_ECX] = c[L2].kib << 16 | encode_ways(&c[L2]);
	if (model_flag(m, OPT_VENDOR_ONLY_V2) &&
	    (model_is_intel(m) || model_is_zhaoxin(m)))
		return REGS(0, 0, v.r[REG_ECX], 0);
	if (model_flag(m, OPT_L3_CACHE))
		v.r[REG_EDX] = c[L3].kib / 512 << 18 | encode_ways(&c[L3]);
	return v;
}

static uint32_t leaf_1d_sharing(const struct model *m, enum cache_level level)
{
	const struct smp *s = &m->o->smp;

	if (model_rule(m, RULE_CACHE_BY_OFFSETS))
		return min_u32((1u << sharing_offset(m, level)) - 1, 4095);
	return level == L3 ? s->threads * s->cores - 1 : s->threads - 1;
}

struct cpuid_regs model_leaf_8000001d(const struct model *m, uint32_t index)
{
	const struct cache *c = amd_caches;
	struct cpuid_regs v;

	if (model_rule(m, RULE_AMD_CACHE_LEAF) && !model_is_amd(m))
		c = intel_caches;

	if (model_flag(m, OPT_HOST_CACHE_INFO))
		return host_cache(m, 0x8000001d, index);
	if (index >= NR_CACHES)
		return REGS(0);
	v = encode(&c[index], leaf_1d_sharing(m, index));
	if (model_flag(m, OPT_TOPOEXT_ONLY))
		v.r[REG_EDX] &= 3;
	return v;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host changed at random.  It stays consistent: a KVM without a capability
 * does not answer what the capability stands for, and XSAVE components have
 * their architectural size, since QEMU asserts it.
 */
#include <string.h>

#include "feature.h"
#include "gen.h"

/* Leaves that come and go. */
static const struct {
	uint32_t function, index;
	bool indexed;
} leaves[] = {
	{ 0x5, 0, false },	{ 0x6, 0, false },	{ 0x7, 0, true },
	{ 0x7, 1, true },	{ 0x7, 2, true },	{ 0xa, 0, false },
	{ 0xd, 0, true },	{ 0xd, 1, true },	{ 0xd, 15, true },
	{ 0x12, 0, true },	{ 0x12, 1, true },	{ 0x14, 0, true },
	{ 0x14, 1, true },	{ 0x1c, 0, false },	{ 0x1d, 0, true },
	{ 0x1d, 1, true },	{ 0x1e, 0, true },	{ 0x1e, 1, true },
	{ 0x24, 0, true },	{ 0x24, 1, true },	{ 0x29, 0, false },
	{ 0x40000001, 0, false },
	{ 0x80000007, 0, false },	{ 0x80000008, 0, false },
	{ 0x8000000a, 0, false },	{ 0x80000021, 0, false },
	{ 0x80000022, 0, false },	{ 0xc0000000, 0, false },
	{ 0xc0000001, 0, false },
};

/* Of all the bits half, few, or most. */
static uint32_t mask32(struct rnd *r)
{
	switch (below(r, 4)) {
	case 0:
		return rnd(r);
	case 1:
		return rnd(r) & rnd(r) & rnd(r);
	case 2:
		return rnd(r) | rnd(r) | rnd(r);
	default:
		return ~(1u << below(r, 32));
	}
}

static struct kvm_cpuid_entry2 *entry(struct cpuid_list *l, uint32_t function,
				      uint32_t index, bool indexed)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, function, index);

	return e ? e : cpuid_append(l, function, index, indexed ?
				    KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
				    (struct cpuid_regs){ { 0 } });
}

static void set_random(struct rnd *r, struct kvm_cpuid_entry2 *e)
{
	if (!e)
		return;
	e->eax = rnd(r);
	e->ebx = rnd(r);
	e->ecx = rnd(r);
	e->edx = rnd(r);
}

static void remove_entry(struct cpuid_list *l, uint32_t function,
			 uint32_t index)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, function, index);
	size_t rest;

	if (!e)
		return;
	rest = l->e + l->nent - (e + 1);
	memmove(e, e + 1, rest * sizeof(*e));
	l->nent--;
}

static void change_leaves(struct rnd *r, struct cpuid_list *l)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		switch (below(r, 8)) {
		case 0:
			remove_entry(l, leaves[i].function, leaves[i].index);
			break;
		case 1:
			set_random(r, entry(l, leaves[i].function,
					    leaves[i].index,
					    leaves[i].indexed));
			break;
		}
}

static void change_words(struct rnd *r, struct cpuid_list *l)
{
	struct kvm_cpuid_entry2 *e;
	enum feature_word w;
	uint32_t v;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		const struct feature_word_info *i = &feature_words[w];

		e = i->is_msr ? NULL :
				cpuid_find_mut(l, i->function, i->index);
		if (!e || !one_in(r, 3))
			continue;
		v = cpuid_entry_reg(e, i->reg);
		v = one_in(r, 2) ? v | mask32(r) : v & mask32(r);
		cpuid_entry_set_reg(e, i->reg, v);
	}
}

static void set_eax(struct cpuid_list *l, uint32_t function, uint32_t value)
{
	struct kvm_cpuid_entry2 *e = entry(l, function, 0, false);

	if (e)
		e->eax = value;
}

static void change_levels(struct rnd *r, struct cpuid_list *l)
{
	if (one_in(r, 2))
		set_eax(l, 0, 1 + below(r, 0x29));
	if (one_in(r, 2))
		set_eax(l, 0x80000000, 0x80000001 + below(r, 0x26));
	if (cpuid_find(l, 0xc0000000, 0))
		set_eax(l, 0xc0000000, 0xc0000000 + below(r, 6));
	/* what QEMU has a buffer for */
	if (cpuid_find(l, 0xd, 0))
		cpuid_find_mut(l, 0xd, 0)->ecx &= 0xfff;
	/* where there is AVX10, its version is small */
	if (cpuid_find(l, 0x24, 0))
		cpuid_find_mut(l, 0x24, 0)->ebx &= 0x00070003;
}

/* Widths that are possible: a guest's is at most the CPU's own. */
static void change_widths(struct rnd *r, struct host_facts *f)
{
	static const uint8_t widths[] = { 36, 39, 40, 46, 48, 52 };
	struct kvm_cpuid_entry2 *e;

	e = cpuid_find_mut(&f->cpu[0].cpuid, 0x80000008, 0);
	if (e && one_in(r, 2))
		e->eax = (e->eax & ~0xffu) | widths[below(r, 6)];
	e = cpuid_find_mut(&f->supported, 0x80000008, 0);
	if (e && one_in(r, 2))
		e->eax = (e->eax & 0xff00ffff) |
			 (one_in(r, 3) ? 0 : widths[below(r, 6)]) << 16;
}

static void msr_remove(struct msr_list *l, uint32_t index)
{
	uint32_t i, n = 0;

	for (i = 0; i < l->n; i++)
		if (l->m[i].index != index)
			l->m[n++] = l->m[i];
	l->n = n;
}

static void change_msr(struct rnd *r, struct host_facts *f, uint32_t index)
{
	uint64_t v = rnd64(r);

	if (one_in(r, 4))
		msr_remove(&f->msr_index, index);
	else if (one_in(r, 2) && !msr_find(&f->msr_index, index))
		msr_append(&f->msr_index, index, false, 0);
	if (one_in(r, 4)) {
		msr_remove(&f->feature_msrs, index);
	} else if (one_in(r, 2)) {
		msr_remove(&f->feature_msrs, index);
		/* all of the *_NO bits together are rare by chance */
		if (index == 0x10a && one_in(r, 2))
			v |= 0xe120;
		msr_append(&f->feature_msrs, index, true, v);
	}
}

static void change_msrs(struct rnd *r, struct host_facts *f)
{
	static const uint32_t others[] = { 0x8b, 0xe1, 0x486, 0x488, 0x48a };
	enum feature_word w;
	unsigned int i;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		if (feature_words[w].is_msr && one_in(r, 2))
			change_msr(r, f, feature_words[w].function);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (one_in(r, 3))
			change_msr(r, f, others[i]);
}

static void set_cap(struct rnd *r, struct host_facts *f, uint32_t cap, int on)
{
	if (one_in(r, 4))
		facts_set_cap(f, cap, one_in(r, 2) ? 0 : on);
}

static void change_caps(struct rnd *r, struct host_facts *f)
{
	set_cap(r, f, KVM_CAP_TSC_DEADLINE_TIMER, 1);
	set_cap(r, f, KVM_CAP_GET_TSC_KHZ, 1);
	set_cap(r, f, KVM_CAP_TSC_CONTROL, 1);
	set_cap(r, f, KVM_CAP_X86_DISABLE_EXITS, 0xf);
	/* without it 10.0 does not start at all */
	facts_set_cap(f, KVM_CAP_MCE, one_in(r, 24) ? 0 : 10 + below(r, 23));
	set_cap(r, f, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
	if (one_in(r, 8))
		facts_set_cap(f, KVM_CAP_XEN_HVM, below(r, 0x40));
	if (one_in(r, 4))
		f->mce_cap ^= UINT64_C(1) << 27;
	if (one_in(r, 8))
		f->mce_cap = rnd64(r);
	if (one_in(r, 3))
		f->tsc_khz = one_in(r, 4) ? 0 : 1000000 + below(r, 4000000);
	if (!facts_cap(f, KVM_CAP_GET_TSC_KHZ))
		f->tsc_khz = 0;
	if (one_in(r, 3)) {
		facts_set_cap(f, KVM_CAP_SYS_ATTRIBUTES, 1);
		f->xcomp_valid = true;
		f->xcomp_guest_supp = (rnd(r) & 0x602e7) | 3;
	}
}

static void hv_leaf(struct rnd *r, struct host_facts *f, uint32_t function)
{
	struct kvm_cpuid_entry2 *e = entry(&f->hv, function, 0, false);

	if (!e)
		return;
	set_random(r, e);
	/* all of it, or part */
	if (function == 0x40000003 && one_in(r, 2)) {
		e->eax = 0x2eff;
		e->ebx = 0x1030;
		e->edx = 0x8ed98;
	}
	if (function == 0x40000004 && one_in(r, 2))
		e->eax = 0x60c6c2c;
	if (function == 0x4000000a && one_in(r, 2))
		e->eax = 0xa0101;
}

static void hyperv_msrs(struct rnd *r, struct host_facts *f)
{
	static const uint32_t msrs[] = {
		0x40000002, 0x40000003, 0x40000010, 0x40000022, 0x40000080,
		0x400000b0, 0x400000ff, 0x40000105, 0x40000106,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		msr_remove(&f->msr_index, msrs[i]);
		if (!one_in(r, 4))
			msr_append(&f->msr_index, msrs[i], false, 0);
	}
}

static void change_hyperv(struct rnd *r, struct host_facts *f)
{
	static const uint32_t caps[] = {
		KVM_CAP_HYPERV, KVM_CAP_HYPERV_CPUID, KVM_CAP_SYS_HYPERV_CPUID,
		KVM_CAP_HYPERV_SYNIC, KVM_CAP_HYPERV_SYNIC2,
		KVM_CAP_HYPERV_VP_INDEX, KVM_CAP_HYPERV_TIME,
		KVM_CAP_HYPERV_TLBFLUSH, KVM_CAP_HYPERV_SEND_IPI,
		KVM_CAP_HYPERV_ENLIGHTENED_VMCS, KVM_CAP_HYPERV_ENFORCE_CPUID,
	};
	uint32_t leaf;
	unsigned int i;
	bool all = one_in(r, 2);

	for (i = 0; i < ARRAY_SIZE(caps); i++)
		facts_set_cap(f, caps[i], all || !one_in(r, 3));
	hyperv_msrs(r, f);
	f->hv.nent = 0;
	if (!facts_cap(f, KVM_CAP_HYPERV_CPUID)) {
		facts_set_cap(f, KVM_CAP_SYS_HYPERV_CPUID, 0);
		return;
	}
	for (leaf = 0x40000000; leaf <= 0x40000005; leaf++)
		hv_leaf(r, f, leaf);
	if (one_in(r, 2))
		hv_leaf(r, f, 0x4000000a);
}

/* Vendors that QEMU tells apart, and one that it does not. */
static void change_vendor(struct rnd *r, struct cpuid_list *l)
{
	static const char vendors[][13] = {
		"GenuineIntel", "AuthenticAMD", "HygonGenuine",
		"CentaurHauls", "  Shanghai  ",
	};
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(l, 0, 0);
	const char *v = vendors[below(r, ARRAY_SIZE(vendors))];

	if (!e)
		return;
	memcpy(&e->ebx, v, 4);
	memcpy(&e->edx, v + 4, 4);
	memcpy(&e->ecx, v + 8, 4);
}

/* Caches as leaf 4 and 0x8000001d describe them, shared by many or few. */
static void change_caches(struct rnd *r, struct cpuid_list *l)
{
	static const uint32_t functions[] = { 4, 0x8000001d };
	struct kvm_cpuid_entry2 *e;
	uint32_t i, index, n;

	for (i = 0; i < 2; i++) {
		cpuid_remove(l, functions[i]);
		n = below(r, 5);
		for (index = 0; index < n; index++) {
			e = entry(l, functions[i], index, true);
			set_random(r, e);
			if (e)
				e->eax = (e->eax & ~0x1fu) | (1 + below(r, 3));
		}
	}
	set_random(r, entry(l, 2, 0, false));
	/* read so often; more would be more entries than QEMU has room for */
	cpuid_find_mut(l, 2, 0)->eax = (rnd(r) & ~0xffu) | below(r, 4);
	set_random(r, entry(l, 0x80000005, 0, false));
	set_random(r, entry(l, 0x80000006, 0, false));
}

/* XSAVE areas may lie anywhere and be there or not; their size is fixed. */
static void change_layout(struct rnd *r, struct cpuid_list *l)
{
	static const struct {
		uint8_t area;
		uint16_t size;
	} areas[] = {
		{ 2, 256 }, { 3, 64 }, { 4, 64 }, { 5, 64 }, { 6, 512 },
		{ 7, 1024 }, { 9, 8 }, { 15, 0x328 }, { 17, 64 }, { 18, 8192 },
	};
	struct kvm_cpuid_entry2 *e;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(areas); i++) {
		remove_entry(l, 0xd, areas[i].area);
		if (one_in(r, 6))
			continue;
		e = entry(l, 0xd, areas[i].area, true);
		set_random(r, e);
		if (e)
			e->eax = areas[i].size;
		if (e)
			e->ebx &= 0x3fc0;
	}
}

static void change_cpu(struct rnd *r, struct cpuid_list *l)
{
	struct kvm_cpuid_entry2 *e;

	if (one_in(r, 3))
		change_vendor(r, l);
	e = cpuid_find_mut(l, 1, 0);
	if (e && one_in(r, 3))
		e->eax = rnd(r) & 0x0fff0fff;
	if (one_in(r, 3))
		set_random(r, entry(l, 0x80000002 + below(r, 3), 0, false));
	if (one_in(r, 3))
		set_random(r, entry(l, 5, 0, false));
	if (one_in(r, 3))
		set_random(r, entry(l, 7, below(r, 3), true));
	if (one_in(r, 2))
		change_caches(r, l);
	if (one_in(r, 2))
		change_layout(r, l);
}

/* What print_options() asks for is often what the host has. */
static void change_encryption(struct rnd *r, struct host_facts *f)
{
	struct kvm_cpuid_entry2 *e;

	if (one_in(r, 2)) {
		e = entry(&f->cpu[0].cpuid, 0x8000001f, 0, false);
		set_random(r, e);
		if (e)
			e->ebx = (e->ebx & ~0x3fu) | GEN_C_BIT;
	}
	if (one_in(r, 2)) {
		e = entry(&f->cpu[0].cpuid, 0x12, 2, true);
		set_random(r, e);
		if (e)
			e->eax = (e->eax & ~0xfu) | (one_in(r, 4) ? 0 : 1);
	}
	f->sgx_provision = one_in(r, 3);
	facts_set_cap(f, KVM_CAP_SGX_ATTRIBUTE, f->sgx_provision);
}

void change_facts(struct rnd *r, struct host_facts *f)
{
	f->nr_cpu_kinds = 1;
	f->tdx_valid = false;
	/* a host as it was recorded is one of many, too */
	if (one_in(r, 10))
		return;
	change_cpu(r, &f->cpu[0].cpuid);
	if (one_in(r, 2))
		change_leaves(r, &f->supported);
	if (!one_in(r, 4))
		change_words(r, &f->supported);
	change_levels(r, &f->supported);
	change_widths(r, f);
	if (!one_in(r, 4))
		change_msrs(r, f);
	change_caps(r, f);
	change_encryption(r, f);
	if (one_in(r, 3))
		change_hyperv(r, f);
}

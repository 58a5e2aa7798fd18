// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole list that KVM_GET_SUPPORTED_CPUID has to return, leaf by leaf.
 * Rules are those of arch/x86/kvm/cpuid.c of 6.1 and 6.12, told in the words
 * of the SDM and APM.  Pure.
 */
#include <string.h>

#include "expect.h"
#include "witness_leaf.h"

static uint32_t raw(const struct witness_host *h, uint32_t leaf,
		    uint32_t index, enum cpuid_reg reg)
{
	return cpuid_get(h->raw, leaf, index, reg);
}

void witness_set(struct witness_entry *e, enum cpuid_reg reg, uint32_t want,
		 uint32_t care)
{
	e->r[reg] = (struct witness_reg){ want, care };
}

void witness_zero(struct witness_entry *e)
{
	memset(e->r, 0, sizeof(e->r));
	e->r[REG_EAX].care = e->r[REG_EBX].care = ~0u;
	e->r[REG_ECX].care = e->r[REG_EDX].care = ~0u;
}

void witness_unknown(struct witness_entry *e)
{
	memset(e->r, 0, sizeof(e->r));
}

static void word(const struct witness_host *h, struct witness_entry *e,
		 enum cpuid_reg reg)
{
	e->r[reg] = witness_word(h, e->function, e->index, reg);
}

/* SDM vol. 2A and APM vol. 3: leaves whose ECX input matters. */
static bool indexed(uint32_t function)
{
	static const uint32_t leaves[] = {
		4, 7, 0xb, 0xd, 0xf, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1d,
		0x1e, 0x1f, 0x24, 0x8000001d,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		if (leaves[i] == function)
			return true;
	return false;
}

struct witness_entry *witness_add(const struct witness_host *h,
				  struct witness *w, uint32_t function,
				  uint32_t index)
{
	bool hypervisor = function >> 30 == 1;
	bool beyond = function >= 0x80000000 &&
		      function > raw(h, 0x80000000, 0, REG_EAX);
	struct witness_entry *e = &w->e[w->n];
	unsigned int i;

	if (w->n == KVM_MAX_ENTRIES)
		return NULL;
	w->n++;
	memset(e, 0, sizeof(*e));
	e->function = function;
	e->index = index;
	if (indexed(function) && !hypervisor && !beyond)
		e->flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	for (i = 0; i < NR_CPUID_REGS; i++)
		witness_set(e, i, hypervisor || beyond ? 0 :
			    raw(h, function, index, i), ~0u);
	e->why = "data of the CPU, which KVM passes on as they are";
	return e;
}

/* Raw subleaves from 1 on, up to the last one. */
static void add_subleaves(const struct witness_host *h, struct witness *w,
			  uint32_t function, uint32_t last)
{
	uint32_t i;

	for (i = 1; i <= last; i++)
		witness_add(h, w, function, i);
}

/* Known to be older than a change; a backport may have brought it still. */
static bool before(const struct witness_host *h, enum kvm_change c)
{
	return h->kernel && !kernel_has(h->kernel, c);
}

static bool known(const struct witness_host *h)
{
	return h->kernel && h->kernel < RULES_KNOW_UNTIL;
}

static void leaf_0(const struct witness_host *h, struct witness *w,
		   struct witness_entry *e)
{
	uint32_t max = e->r[REG_EAX].want;
	/* 0x24 came with AVX10 (6.13, and 6.12.y); 0x1f before. */
	bool old = before(h, CHANGE_AVX10);
	uint32_t limit = old ? 0x1f : 0x24;

	(void)w;
	e->r[REG_EAX].want = max < limit ? max : limit;
	e->why = "the CPU's vendor; its maximum, limited to what KVM knows";
}

static void leaf_1(const struct witness_host *h, struct witness *w,
		   struct witness_entry *e)
{
	(void)w;
	word(h, e, REG_ECX);
	word(h, e, REG_EDX);
}

/* Until the first subleaf whose type is 0 (SDM: leaf 4; APM: 8000001D). */
static void leaf_cache(const struct witness_host *h, struct witness *w,
		       struct witness_entry *e)
{
	uint32_t i = 0, function = e->function;

	while (raw(h, function, i, REG_EAX) & 0x1f)
		witness_add(h, w, function, ++i);
}

static void leaf_6(const struct witness_host *h, struct witness *w,
		   struct witness_entry *e)
{
	(void)h;
	(void)w;
	witness_zero(e);
	e->r[REG_EAX].want = 4;
	e->why = "always running APIC timer, which KVM's timer is";
}

static void leaf_7(const struct witness_host *h, struct witness *w,
		   struct witness_entry *e)
{
	uint32_t max = e->r[REG_EAX].want;

	/* 6.8, and 6.1.y since BHI: subleaf 2; before that subleaf 1 only. */
	if (max > 2)
		max = 2;
	e->r[REG_EAX].want = max;
	if (max == 2 && before(h, CHANGE_LEAF_7_2)) {
		e->r[REG_EAX].care = 0;
		w->exact = false;
		max = 1;
	}
	e->why = "the last subleaf that CPU and KVM know";
	word(h, e, REG_EBX);
	word(h, e, REG_ECX);
	word(h, e, REG_EDX);
	for (uint32_t i = 1; i <= max; i++) {
		e = witness_add(h, w, 7, i);
		for (int r = 0; r < NR_CPUID_REGS; r++)
			word(h, e, r);
	}
}

/* Architectural perfmon: what perf makes of it is not known to the last bit. */
static void leaf_a(const struct witness_host *h, struct witness *w,
		   struct witness_entry *e)
{
	enum tri perfmon = witness_flag(h, "arch_perfmon");
	uint32_t version = e->r[REG_EAX].want & 0xff;
	bool off = !facts_param_bool(h->facts, "kvm", "enable_pmu", true);

	(void)w;
	if (off || perfmon == NO) {
		witness_zero(e);
		e->why = "no PMU for guests: none of the CPU's, or enable_pmu=0";
		return;
	}
	witness_unknown(e);
	if (perfmon == UNKNOWN || !facts_param(h->facts, "kvm", "enable_pmu"))
		return;
	witness_set(e, REG_EAX, version < 2 ? version : 2, 0xff);
	witness_set(e, REG_ECX, 0, ~0u);
	witness_set(e, REG_EDX, 1u << 15, 0xffffe000);
	e->why = "version 2 at most, no AnyThread";
}

static void leaf_topology(const struct witness_host *h, struct witness *w,
			  struct witness_entry *e)
{
	(void)h;
	(void)w;
	witness_set(e, REG_EAX, 0, ~0u);
	witness_set(e, REG_EBX, 0, ~0u);
	witness_set(e, REG_ECX, 0, ~0u);
	e->why = "no topology but the x2APIC ID of the CPU that asks (6.2, 45e966fcca03)";
}

static enum tri feature(const struct witness_host *h, uint32_t leaf,
			enum cpuid_reg reg, unsigned int bit)
{
	const struct witness_bit *b =
		witness_bit_find(CPUID_FEATURE(leaf, 0, reg, bit));

	return witness_bit_wanted(h, b);
}

/* Present as a whole, or one zero entry. */
static bool all_or_nothing(struct witness *w, struct witness_entry *e,
			   enum tri present)
{
	e->why = "data of the CPU if KVM has the feature, else zeros";
	if (present == YES)
		return true;
	witness_zero(e);
	if (present == UNKNOWN) {
		witness_unknown(e);
		w->exact = false;
	}
	return false;
}

static void leaf_12(const struct witness_host *h, struct witness *w,
		    struct witness_entry *e)
{
	/* Attributes: debug, 64 bit, two keys, KSS; 6.2: AEX notify. */
	uint32_t attributes = before(h, CHANGE_SGX_AEX_NOTIFY) ? 0xb6 : 0x4b6;

	if (!all_or_nothing(w, e, feature(h, 7, REG_EBX, 2)))
		return;
	word(h, e, REG_EAX);
	e->r[REG_EBX].want &= 1;
	e = witness_add(h, w, 0x12, 1);
	e->r[REG_EAX].want &= attributes;
	e->r[REG_EBX].want = 0;
}

static void leaf_14(const struct witness_host *h, struct witness *w,
		    struct witness_entry *e)
{
	if (all_or_nothing(w, e, feature(h, 7, REG_EBX, 25)))
		add_subleaves(h, w, 0x14, e->r[REG_EAX].want);
}

/* Subleaf 1 of 0x1e and of 0x24 came later, with version 2 of AVX10. */
static struct witness_entry *late_subleaf(const struct witness_host *h,
					  struct witness *w,
					  struct witness_entry *e)
{
	uint32_t max = e->r[REG_EAX].want;

	if (!kernel_has(h->kernel, CHANGE_AVX10_2))
		return NULL;
	e->r[REG_EAX].want = max > 1 ? 1 : max;
	e = max ? witness_add(h, w, e->function, 1) : NULL;
	if (e)
		witness_zero(e);
	return e;
}

static void leaf_1e(const struct witness_host *h, struct witness *w,
		    struct witness_entry *e)
{
	/* Until then leaf 0x1e was passed on as it is. */
	e = late_subleaf(h, w, e);
	if (e)
		word(h, e, REG_EAX);
}

static void leaf_amx(const struct witness_host *h, struct witness *w,
		     struct witness_entry *e)
{
	if (!all_or_nothing(w, e, feature(h, 7, REG_EDX, 24)))
		return;
	if (e->function == 0x1d)
		add_subleaves(h, w, 0x1d, e->r[REG_EAX].want);
	else
		leaf_1e(h, w, e);
}

static void leaf_24(const struct witness_host *h, struct witness *w,
		    struct witness_entry *e)
{
	const struct witness_bit *avx10 =
		witness_bit_find(CPUID_FEATURE(7, 1, REG_EDX, 19));
	uint32_t version = e->r[REG_EBX].want & 0xff;
	uint32_t max = e->r[REG_EAX].want;
	bool two = kernel_has(h->kernel, CHANGE_AVX10_2);

	if (!all_or_nothing(w, e, witness_bit_wanted(h, avx10)))
		return;
	witness_zero(e);
	word(h, e, REG_EBX);
	if (version > (two ? 2 : 1))
		version = two ? 2 : 1;
	e->r[REG_EBX].want |= version;
	e->r[REG_EAX].want = two ? max : 0;
	if (two && max)
		e = late_subleaf(h, w, e);
	if (two && max && e)
		word(h, e, REG_ECX);
}

static const struct {
	uint32_t function;
	void (*fill)(const struct witness_host *h, struct witness *w,
		     struct witness_entry *e);
} leaves[] = {
	{ 0, leaf_0 },
	{ 1, leaf_1 },
	{ 2, NULL },			/* as the CPU says */
	{ 4, leaf_cache },
	{ 6, leaf_6 },
	{ 7, leaf_7 },
	{ 0xa, leaf_a },
	{ 0xb, leaf_topology },
	{ 0xd, witness_leaf_d },
	{ 0x12, leaf_12 },
	{ 0x14, leaf_14 },
	{ 0x1d, leaf_amx },
	{ 0x1e, leaf_amx },
	{ 0x1f, leaf_topology },
	{ 0x24, leaf_24 },
	{ 0x80000000, witness_leaf_80000000 },
	{ 0x80000001, witness_leaf_80000001 },
	{ 0x80000005, witness_leaf_80000005 },
	{ 0x80000006, witness_leaf_80000006 },
	{ 0x80000007, witness_leaf_80000007 },
	{ 0x80000008, witness_leaf_80000008 },
	{ 0x8000000a, witness_leaf_8000000a },
	{ 0x80000019, witness_leaf_80000019 },
	{ 0x8000001a, witness_leaf_8000001a },
	{ 0x8000001d, leaf_cache },
	{ 0x8000001f, witness_leaf_8000001f },
	{ 0x80000021, witness_leaf_80000021 },
	{ 0x80000022, witness_leaf_80000022 },
	{ 0x40000000, witness_leaf_40000000 },
	{ 0x40000001, witness_leaf_40000001 },
};

static void add_leaf(const struct witness_host *h, struct witness *w,
		     uint32_t function)
{
	struct witness_entry *e = witness_add(h, w, function, 0);
	unsigned int i;

	for (i = 0; e && i < ARRAY_SIZE(leaves); i++) {
		if (leaves[i].function != function)
			continue;
		if (leaves[i].fill)
			leaves[i].fill(h, w, e);
		return;
	}
	if (!e)
		return;
	witness_zero(e);
	e->why = "a leaf that KVM has no rule for: zeros";
}

static void add_class(const struct witness_host *h, struct witness *w,
		      uint32_t base)
{
	uint32_t i = w->n, function, max;

	add_leaf(h, w, base);
	max = w->e[i].r[REG_EAX].want;
	for (function = base + 1; function <= max; function++)
		add_leaf(h, w, function);
}

const char *witness_refuses(const struct witness_host *h)
{
	enum cpuid_vendor v = cpuid_vendor(h->raw);

	if (v != VENDOR_INTEL && v != VENDOR_AMD && v != VENDOR_HYGON)
		return "the witness knows CPUs of Intel and of AMD only";
	if (kvm_module_is_foreign(h->facts->kvm_module))
		return "the witness knows kvm_intel and kvm_amd only";
	if (h->kernel && !kernel_has(h->kernel, CHANGE_WITNESS))
		return "the witness knows kernels from 5.10 on";
	return NULL;
}

void witness_supported(const struct witness_host *h, struct witness *w)
{
	w->n = 0;
	/* Later kernels may have learnt of leaves. */
	w->exact = !h->distro && known(h);
	add_class(h, w, 0);
	add_class(h, w, 0x80000000);
	add_class(h, w, 0x40000000);
}

/*
 * What KVM can do in software although neither CPU nor KVM's list has it:
 * MOVBE, and RDPID where RDTSCP's MSR is there (6.1, 6.12).
 */
void witness_emulated(const struct witness_host *h, struct witness *w)
{
	static const uint32_t functions[] = { 0, 1, 7 };
	struct witness_reg rdtscp = witness_word(h, 0x80000001, 0, REG_EDX);
	unsigned int i;

	w->n = 0;
	w->exact = known(h);
	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		witness_zero(witness_add(h, w, functions[i], 0));
		w->e[i].why = "KVM emulates MOVBE and RDPID, nothing else";
	}
	w->e[0].r[REG_EAX].want = 7;
	w->e[1].r[REG_ECX].want = 1u << 22;
	w->e[2].r[REG_ECX].want = rdtscp.want >> 27 & 1 ? 1u << 22 : 0;
	w->e[2].r[REG_ECX].care = rdtscp.care >> 27 & 1 ? ~0u : ~(1u << 22);
}

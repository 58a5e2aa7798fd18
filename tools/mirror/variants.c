// SPDX-License-Identifier: GPL-2.0-only
/* What CPUID a vCPU is given while its surface is looked at. */
#include <string.h>

#include "feature.h"
#include "msr_model.h"
#include "pv.h"
#include "surface.h"
#include "verdict.h"

/* Bits without which neither the 64-bit guest nor KVM's lookup works. */
static bool needed(struct cpuid_feature f)
{
	return f.function == 0x80000001 && f.reg == REG_EDX && f.bit == 29;
}

/* Bits that no MSR depends on, and something else does. */
#define F(fn, idx, rg, b)	CPUID_FEATURE_INIT(fn, idx, REG_##rg, b)
static const struct cpuid_feature openers[] = {
	F(1, 0, ECX, 0), F(1, 0, ECX, 3), F(1, 0, ECX, 5), F(1, 0, ECX, 17),
	F(1, 0, ECX, 21), F(1, 0, ECX, 22), F(1, 0, ECX, 24),
	F(1, 0, ECX, 26), F(1, 0, ECX, 30), F(1, 0, EDX, 1), F(1, 0, EDX, 2),
	F(1, 0, EDX, 24), F(7, 0, EBX, 0), F(7, 0, EBX, 4), F(7, 0, EBX, 7),
	F(7, 0, EBX, 10), F(7, 0, EBX, 11), F(7, 0, EBX, 18),
	F(7, 0, EBX, 20), F(7, 0, ECX, 2), F(7, 0, ECX, 3), F(7, 0, ECX, 16),
	F(7, 0, ECX, 22), F(7, 0, ECX, 24), F(7, 1, EAX, 6), F(7, 1, EAX, 17),
	F(7, 1, EAX, 26), F(0xd, 1, EAX, 3), F(0x80000001, 0, EDX, 20),
	F(0x80000001, 0, EDX, 25), F(0x80000001, 0, EDX, 26),
	F(0x80000001, 0, EDX, 27), F(0x80000001, 0, ECX, 2),
	F(0x80000021, 0, EAX, 8), F(0x80000008, 0, EBX, 24),
	F(0x80000008, 0, EBX, 26), F(0x80000021, 0, EAX, 17),
};

void variant_max(const struct bench *g, struct variant *v)
{
	memset(v, 0, sizeof(*v));
	strcpy(v->name, "@max");
	cpuid_copy(&v->list, &g->cpu.cpuid);
}

/* Leaves that have features, all of which are off but long mode. */
void variant_bare(const struct bench *g, struct variant *v)
{
	static const struct {
		uint32_t function, index, flags;
	} leaves[] = {
		{ 1, 0, 0 }, { 7, 0, 1 }, { 7, 1, 1 }, { 7, 2, 1 },
		{ 0xd, 0, 1 }, { 0xd, 1, 1 }, { 0x14, 0, 1 }, { 0x24, 0, 1 },
		{ 0x80000001, 0, 0 }, { 0x80000007, 0, 0 },
		{ 0x80000008, 0, 0 }, { 0x8000000a, 0, 0 },
		{ 0x80000021, 0, 0 }, { 0x80000022, 0, 0 },
	};
	const struct kvm_cpuid_entry2 *e0 = cpuid_find(&g->cpu.cpuid, 0, 0);
	unsigned int i;

	memset(v, 0, sizeof(*v));
	strcpy(v->name, "@bare");
	cpuid_append(&v->list, 0, 0, 0, (struct cpuid_regs){ {
		     0x24, e0->ebx, e0->ecx, e0->edx } });
	cpuid_append(&v->list, 0x80000000, 0, 0, (struct cpuid_regs){ {
		     0x80000022, e0->ebx, e0->ecx, e0->edx } });
	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		cpuid_append(&v->list, leaves[i].function, leaves[i].index,
			     leaves[i].flags, (struct cpuid_regs){ { 0 } });
	cpuid_find_mut(&v->list, 1, 0)->eax =
		cpuid_get(&g->cpu.cpuid, 1, 0, REG_EAX);
	cpuid_find_mut(&v->list, 0x80000001, 0)->edx = 1u << 29;
	cpuid_find_mut(&v->list, 0x80000008, 0)->eax =
		cpuid_get(&g->cpu.cpuid, 0x80000008, 0, REG_EAX);
}

void variant_none(const struct bench *g, struct variant *v)
{
	(void)g;
	memset(v, 0, sizeof(*v));
	strcpy(v->name, "@none");
	v->no_list = true;
}

void variant_vendor(const struct bench *g, struct variant *v,
		    const char *vendor, const char *name)
{
	static const uint32_t leaves[] = { 0, 0x80000000 };
	struct kvm_cpuid_entry2 *e;
	unsigned int i;

	variant_max(g, v);
	snprintf(v->name, sizeof(v->name), "@vendor.%s", name);
	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		e = cpuid_first_mut(&v->list, leaves[i]);
		if (!e)
			continue;
		memcpy(&e->ebx, vendor, 4);
		memcpy(&e->edx, vendor + 4, 4);
		memcpy(&e->ecx, vendor + 8, 4);
	}
}

static bool is_cpuid_bit(const struct feature_bit *b, struct cpuid_feature *f)
{
	const struct feature_word_info *w = &feature_words[b->word];

	if (w->is_msr || w->function >> 28 == 4)
		return false;
	*f = CPUID_FEATURE(w->function, w->index, w->reg, b->bit);
	return true;
}

/* Made-up bits too: every one that has a name. */
void variant_all(const struct bench *g, struct variant *v)
{
	struct cpuid_feature f;
	unsigned int i;

	variant_max(g, v);
	strcpy(v->name, "@all");
	for (i = 0; i < nr_feature_bits; i++)
		if (is_cpuid_bit(&feature_bits[i], &f))
			cpuid_make_feature(&v->list, f, true);
}

/* Names stand twice where a CPU shows a bit in two leaves. */
static void name_variant(struct variant *v, const char *prefix,
			 const struct feature_bit *b)
{
	const struct feature_word_info *w = &feature_words[b->word];

	snprintf(v->name, sizeof(v->name), "@%s.%s", prefix, b->name);
	if (w->function == 0x80000001 && w->reg == REG_EDX)
		strcat(v->name, ".ext");
}

/* Bits that open MSRs, control register bits, instructions. */
static bool opens_something(struct cpuid_feature f)
{
	unsigned int i, k;

	for (i = 0; i < NR_MSR_GATES; i++)
		for (k = 0; k < msr_gates[i].n; k++)
			if (!memcmp(&msr_gates[i].any[k], &f, sizeof(f)))
				return true;
	for (i = 0; i < ARRAY_SIZE(openers); i++)
		if (!memcmp(&openers[i], &f, sizeof(f)))
			return true;
	return false;
}

/* Those that open nothing are off all at once: there KVM cannot gate. */
void each_off(const struct bench *g, void (*run)(const struct variant *v))
{
	static struct variant v, rest;
	struct cpuid_feature f;
	unsigned int i;

	variant_max(g, &rest);
	strcpy(rest.name, "@off.others");
	rest.brief = true;
	for (i = 0; i < nr_feature_bits; i++) {
		if (!is_cpuid_bit(&feature_bits[i], &f) ||
		    !cpuid_has(&g->cpu.cpuid, f) || needed(f))
			continue;
		if (!opens_something(f)) {
			cpuid_make_feature(&rest.list, f, false);
			continue;
		}
		variant_max(g, &v);
		name_variant(&v, "off", &feature_bits[i]);
		cpuid_make_feature(&v.list, f, false);
		v.brief = true;
		run(&v);
	}
	run(&rest);
}

void each_only(const struct bench *g, void (*run)(const struct variant *v))
{
	static struct variant v;
	struct cpuid_feature f;
	unsigned int i;

	for (i = 0; i < nr_feature_bits; i++) {
		if (!is_cpuid_bit(&feature_bits[i], &f) || needed(f) ||
		    !opens_something(f))
			continue;
		variant_bare(g, &v);
		name_variant(&v, "only", &feature_bits[i]);
		cpuid_make_feature(&v.list, f, true);
		v.brief = true;
		run(&v);
	}
}

void variant_pv(const struct bench *g, struct variant *v, uint32_t base,
		uint32_t features)
{
	variant_max(g, v);
	cpuid_remove_hypervisor(&v->list);
	pv_add_leaves(&v->list, base, features);
	v->enforce_pv = true;
}

void variant_hyperv(const struct bench *g, struct variant *v, uint32_t eax,
		    uint32_t ebx, uint32_t edx)
{
	variant_max(g, v);
	cpuid_remove_hypervisor(&v->list);
	pv_add_hyperv_leaves(&v->list, 0x4000000a, 0x31237648);
	cpuid_append(&v->list, 0x40000003, 0, 0,
		     (struct cpuid_regs){ { eax, ebx, ~0u, edx } });
	cpuid_append(&v->list, 0x40000004, 0, 0,
		     (struct cpuid_regs){ { 0, 0, 0, 0 } });
	cpuid_append(&v->list, 0x40000005, 0, 0,
		     (struct cpuid_regs){ { ~0u, ~0u, ~0u, ~0u } });
	v->enforce_hyperv = true;
}

static int prepare(struct bench *g, const struct variant *v)
{
	int ret = 0;

	if (v->enforce_hyperv)
		ret = __vcpu_enable_cap(&g->vcpu,
					KVM_CAP_HYPERV_ENFORCE_CPUID, 1);
	if (!ret && !v->no_list)
		ret = __vcpu_set_cpuid(&g->vcpu, &v->list);
	if (!ret && v->enforce_pv)
		ret = __vcpu_enable_cap(&g->vcpu,
					KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
	return ret;
}

bool variant_boot(struct bench *g, const struct variant *v)
{
	int ret;

	bench_vcpu(g);
	ret = prepare(g, v);
	cpuid_copy(&g->list, &v->list);
	probe_load(&g->vm);
	memset(vm_at(&g->vm, PROBE_SCRATCH), 0, PROBE_SCRATCH_SIZE);
	if (!ret)
		ret = __probe_start(&g->probe, &g->vcpu, PROBE_LONG);
	if (ret)
		fact("variant %s = refused: %s", v->name, strerror(-ret));
	return !ret;
}

bool guest_run(struct bench *g, const char *variant, const char *what)
{
	char why[160];

	if (!__probe_run(&g->probe, why, sizeof(why)))
		return true;
	fact("guest %s %s = %s", variant, what, why);
	return false;
}

const char *fault_of(const struct probe_request *r)
{
	static char text[24];

	if (!r->answered)
		return "not asked";
	if (r->vector == PROBE_NO_VECTOR)
		return "ok";
	return fault_text(r->vector, r->error, text, sizeof(text));
}

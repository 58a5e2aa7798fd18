// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID as the guest executes it, from lists that are made up (every register
 * of which is another number) and from the max model; and what
 * KVM_GET_CPUID2 gives back.
 */
#include <string.h>

#include "cpuid_lists.h"
#include "surface.h"

static struct bench g;

static const struct list_recipe recipes[] = {
	{ "intel_max_7", "GenuineIntel", 0x7, 0 },
	{ "intel_max_0x1f", "GenuineIntel", 0x1f, 0 },
	{ "intel_max_0xb", "GenuineIntel", 0xb, LIST_NO_TOPOLOGY },
	{ "amd", "AuthenticAMD", 0x4, 0 },
	{ "hygon", "HygonGenuine", 0x4, 0 },
	{ "better", "AMDisbetter!", 0x4, 0 },
	{ "centaur", "CentaurHauls", 0x4, 0 },
	{ "amd_wrong", "AuthenticAMd", 0x4, 0 },
	{ "intel_twins", "GenuineIntel", 0x4, LIST_TWINS },
	{ "intel_all_flagged", "GenuineIntel", 0x4, LIST_ALL_FLAGGED },
	{ "intel_none_flagged", "GenuineIntel", 0x4, LIST_NONE_FLAGGED },
	{ "intel_no_extended", "GenuineIntel", 0x4, LIST_NO_EXTENDED },
	{ "intel_no_centaur", "GenuineIntel", 0x4, LIST_NO_CENTAUR },
	{ "intel_full", "GenuineIntel", 0x4, LIST_FULL },
	{ "no_leaf_0", "", 0, LIST_NO_LEAF0 },
	{ "leaf_0_last", "GenuineIntel", 0x2, LIST_LEAF0_LAST },
};

static const uint32_t leaves[] = {
	0, 1, 2, 3, 4, 6, 7, 8, 0xb, 0xd, 0x12, 0x1f, 0x20, LIST_FILLER + 219,
	0x3fffffff, 0x40000000, 0x40000001, 0x40000003, 0x40000004,
	0x400000ff, 0x40000100, 0x40000200, 0x40000202, 0x4fffff00,
	0x4fffff03, 0x4fffffff, 0x50000000, 0x80000000, 0x80000001,
	0x80000008, 0x80000009, 0x8000000a, 0x8000001d, 0xbfffffff,
	0xc0000000, 0xc0000002, 0xc0000003, 0xffffffff,
};

static const uint32_t subleaves[] = { 0, 1, 2, 0x105, 0x80000000 };

/* Registers are compared as a whole: upper halves too. */
static void tell(const char *list, const struct probe_request *r)
{
	fact("cpuid.lookup %s 0x%08x.%x = %llx %llx %llx %llx %s", list,
	     (uint32_t)r->in.rax, (uint32_t)r->in.rcx,
	     (unsigned long long)r->got[0], (unsigned long long)r->got[1],
	     (unsigned long long)r->got[2], (unsigned long long)r->got[3],
	     fault_of(r));
}

static void add_query(uint32_t leaf, uint32_t subleaf)
{
	struct probe_request *r = probe_add(&g.probe, PROBE_OP_CPUID);

	r->in.rax = leaf;
	r->in.rcx = subleaf;
	r->in.rbx = 0xdeadbeef00000000;
}

static void query_all(const char *name)
{
	const struct probe_header *h = g.probe.hdr;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		for (k = 0; k < ARRAY_SIZE(subleaves); k++)
			add_query(leaves[i], subleaves[k]);
	if (!guest_run(&g, name, "CPUID"))
		return;
	for (i = 0; i < h->nr; i++)
		tell(name, &h->req[i]);
	probe_clear(&g.probe);
}

/* Without long mode in the list KVM takes 32-bit state alone. */
static void made_up(const struct list_recipe *recipe)
{
	static struct cpuid_list back;
	int ret;

	list_make(recipe, &g.list);
	bench_vcpu(&g);
	ret = __vcpu_set_cpuid(&g.vcpu, &g.list);
	fact("cpuid.set %s = %s", recipe->name, ret ? strerror(-ret) : "0");
	if (ret)
		return;
	ret = __vcpu_get_cpuid(&g.vcpu, &back);
	fact("cpuid.set %s back = %d, %u entries, %s", recipe->name, ret,
	     back.nent, memcmp(back.e, g.list.e, back.nent *
			       sizeof(back.e[0])) ? "others" : "as given");
	probe_load(&g.vm);
	if (__probe_start(&g.probe, &g.vcpu, PROBE_PROTECTED))
		return;
	query_all(recipe->name);
}

static void record_made_up(const void *arg)
{
	unsigned int i;

	(void)arg;
	bench_open(&g, VM_IRQCHIP);
	for (i = 0; i < ARRAY_SIZE(recipes); i++)
		made_up(&recipes[i]);
}

/* --- the max model, register by register ------------------------------------ */
static void list_back(const char *variant)
{
	static struct cpuid_list back;
	uint32_t i;
	int reg;

	__vcpu_get_cpuid(&g.vcpu, &back);
	for (i = 0; i < back.nent; i++)
		for (reg = 0; reg < NR_CPUID_REGS; reg++)
			fact("cpuid.back %s 0x%08x.%x %s = 0x%08x", variant,
			     back.e[i].function, back.e[i].index,
			     cpuid_reg_name(reg),
			     cpuid_entry_reg(&back.e[i], reg));
}

static void guest_model(const char *variant)
{
	const struct probe_header *h = g.probe.hdr;
	uint32_t i;
	int reg;

	for (i = 0; i < g.list.nent; i++)
		add_query(g.list.e[i].function, g.list.e[i].index);
	if (!guest_run(&g, variant, "CPUID of the model"))
		return;
	for (i = 0; i < h->nr; i++)
		for (reg = 0; reg < NR_CPUID_REGS; reg++)
			fact("cpuid.guest %s 0x%08x.%x %s = 0x%08llx", variant,
			     (uint32_t)h->req[i].in.rax,
			     (uint32_t)h->req[i].in.rcx, cpuid_reg_name(reg),
			     (unsigned long long)h->req[i].got[reg]);
	probe_clear(&g.probe);
}

static void record_model(const void *arg)
{
	static struct variant v;

	(void)arg;
	bench_open(&g, VM_IRQCHIP);
	variant_max(&g, &v);
	if (!variant_boot(&g, &v))
		return;
	list_back("@max");
	guest_model("@max");
	query_all("max");
}

void record_cpuid(void)
{
	section("CPUID of made-up lists", record_made_up, NULL);
	section("CPUID of the model", record_model, NULL);
}

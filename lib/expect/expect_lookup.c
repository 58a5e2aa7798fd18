// SPDX-License-Identifier: GPL-2.0-only
/*
 * What CPUID gives in a guest: exact match, out of range leaves by the vendor
 * that leaf 0 names, topology subleaves past the end.
 */
#include "expect.h"

enum lookup {
	LOOKUP_EXACT, LOOKUP_HOLE, LOOKUP_AMD_ZERO, LOOKUP_REDIRECT, LOOKUP_NO_LEAF0,
	LOOKUP_TOPOLOGY,
};

static const struct {
	enum rule rule;
	const char *why;
} reasons[] = {
	[LOOKUP_EXACT] = { RULE_C2,
		"the installed entry that matches leaf and subleaf (KVM api.rst, KVM_SET_CPUID2)" },
	[LOOKUP_HOLE] = { RULE_C4,
		"no such entry, but within the maximum of its class: zeros (SDM vol. 2A, CPUID)" },
	[LOOKUP_AMD_ZERO] = { RULE_C3,
		"no such entry and an AMD compatible vendor: zeros (APM vol. 3, CPUID)" },
	[LOOKUP_REDIRECT] = { RULE_C14,
		"beyond the maximum of its class: data of the highest basic leaf (SDM vol. 2A, CPUID)" },
	[LOOKUP_NO_LEAF0] = { RULE_C7,
		"no such entry, and no leaf 0 to redirect by: zeros" },
	[LOOKUP_TOPOLOGY] = { RULE_C6,
		"topology subleaf past the end: ECX[7:0] and EDX as in subleaf 1 (SDM vol. 2A, CPUID leaf 0BH)" },
};

/* First leaf of the class: each block of 0x100 hypervisor leaves is its own. */
static uint32_t class_base(uint32_t leaf)
{
	if (leaf >= 0x40000000 && leaf <= 0x4fffffff)
		return leaf & 0xffffff00;
	if (leaf >= 0xc0000000)
		return 0xc0000000;
	return leaf & 0x80000000;
}

static bool within_class(const struct cpuid_list *list, uint32_t leaf)
{
	const struct kvm_cpuid_entry2 *base =
		cpuid_first(list, class_base(leaf));

	return base && leaf <= base->eax;
}

/* No entry matched: which rule decides, and which entry it leads to. */
static enum lookup miss(const struct cpuid_list *list, uint32_t *leaf,
			uint32_t subleaf, const struct kvm_cpuid_entry2 **e)
{
	const struct kvm_cpuid_entry2 *leaf0 = cpuid_first(list, 0);

	if (!leaf0)
		return LOOKUP_NO_LEAF0;
	if (cpuid_amd_compatible(list))
		return LOOKUP_AMD_ZERO;
	if (within_class(list, *leaf))
		return LOOKUP_HOLE;
	*leaf = leaf0->eax;
	*e = cpuid_match(list, *leaf, subleaf);
	return LOOKUP_REDIRECT;
}

/*
 * Topology subleaves past the end: for any vendor, also where the rules above
 * gave zeros, and where they led to the topology leaf.
 */
static bool is_topology(uint32_t leaf)
{
	return leaf == 0xb || leaf == 0x1f;
}

struct cpuid_answer expect_cpuid(const struct cpuid_list *list,
				 uint32_t leaf, uint32_t subleaf)
{
	const struct kvm_cpuid_entry2 *e = cpuid_match(list, leaf, subleaf);
	struct cpuid_answer a = { .from = -1 };
	enum lookup how = LOOKUP_EXACT;

	if (!e)
		how = miss(list, &leaf, subleaf, &e);
	if (e) {
		a.want = cpuid_entry_regs(e);
	} else if (is_topology(leaf)) {
		e = cpuid_match(list, leaf, 1);
		if (e) {
			how = LOOKUP_TOPOLOGY;
			a.want.r[REG_ECX] = subleaf & 0xff;
			a.want.r[REG_EDX] = e->edx;
		}
	}
	if (e)
		a.from = e - list->e;
	a.rule = reasons[how].rule;
	a.why = reasons[how].why;
	return a;
}

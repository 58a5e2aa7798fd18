// SPDX-License-Identifier: GPL-2.0-only
/* Registers, entries and lists of CPUID data. */
#include <string.h>

#include "cpuid.h"

static uint32_t *entry_reg(struct kvm_cpuid_entry2 *e, enum cpuid_reg reg)
{
	switch (reg) {
	case REG_EAX:
		return &e->eax;
	case REG_EBX:
		return &e->ebx;
	case REG_ECX:
		return &e->ecx;
	default:
		return &e->edx;
	}
}

uint32_t cpuid_entry_reg(const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg)
{
	switch (reg) {
	case REG_EAX:
		return e->eax;
	case REG_EBX:
		return e->ebx;
	case REG_ECX:
		return e->ecx;
	default:
		return e->edx;
	}
}

void cpuid_entry_set_reg(struct kvm_cpuid_entry2 *e, enum cpuid_reg reg,
			 uint32_t value)
{
	*entry_reg(e, reg) = value;
}

struct cpuid_regs cpuid_entry_regs(const struct kvm_cpuid_entry2 *e)
{
	return (struct cpuid_regs){ { e->eax, e->ebx, e->ecx, e->edx } };
}

const char *cpuid_reg_name(enum cpuid_reg reg)
{
	static const char * const names[NR_CPUID_REGS] = {
		"eax", "ebx", "ecx", "edx",
	};

	return reg < NR_CPUID_REGS ? names[reg] : "?";
}

const struct kvm_cpuid_entry2 *
cpuid_find(const struct cpuid_list *list, uint32_t function, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < list->nent; i++)
		if (list->e[i].function == function &&
		    list->e[i].index == index)
			return &list->e[i];
	return NULL;
}

const struct kvm_cpuid_entry2 *
cpuid_first(const struct cpuid_list *list, uint32_t function)
{
	uint32_t i;

	for (i = 0; i < list->nent; i++)
		if (list->e[i].function == function)
			return &list->e[i];
	return NULL;
}

struct kvm_cpuid_entry2 *
cpuid_first_mut(struct cpuid_list *list, uint32_t function)
{
	return (struct kvm_cpuid_entry2 *)cpuid_first(list, function);
}

const struct kvm_cpuid_entry2 *
cpuid_match(const struct cpuid_list *list, uint32_t function, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < list->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &list->e[i];

		if (e->function == function &&
		    (e->index == index ||
		     !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)))
			return e;
	}
	return NULL;
}

struct kvm_cpuid_entry2 *
cpuid_match_mut(struct cpuid_list *list, uint32_t function, uint32_t index)
{
	return (struct kvm_cpuid_entry2 *)cpuid_match(list, function, index);
}

uint32_t cpuid_match_reg(const struct cpuid_list *list, uint32_t function,
			 uint32_t index, enum cpuid_reg reg)
{
	const struct kvm_cpuid_entry2 *e = cpuid_match(list, function, index);

	return e ? cpuid_entry_reg(e, reg) : 0;
}

struct kvm_cpuid_entry2 *
cpuid_find_mut(struct cpuid_list *list, uint32_t function, uint32_t index)
{
	return (struct kvm_cpuid_entry2 *)cpuid_find(list, function, index);
}

uint32_t cpuid_get(const struct cpuid_list *list, uint32_t function,
		   uint32_t index, enum cpuid_reg reg)
{
	const struct kvm_cpuid_entry2 *e = cpuid_find(list, function, index);

	return e ? cpuid_entry_reg(e, reg) : 0;
}

void cpuid_copy(struct cpuid_list *to, const struct cpuid_list *from)
{
	uint32_t n = from->nent < CPUID_LIST_MAX ? from->nent : CPUID_LIST_MAX;

	if (to == from)
		return;
	to->nent = from->nent;
	to->padding = from->padding;
	memcpy(to->e, from->e, n * sizeof(to->e[0]));
}

struct kvm_cpuid_entry2 *
cpuid_append(struct cpuid_list *list, uint32_t function, uint32_t index,
	     uint32_t flags, struct cpuid_regs regs)
{
	struct kvm_cpuid_entry2 *e;

	if (list->nent >= CPUID_LIST_MAX)
		return NULL;
	e = &list->e[list->nent++];
	memset(e, 0, sizeof(*e));
	e->function = function;
	e->index = index;
	e->flags = flags;
	e->eax = regs.r[REG_EAX];
	e->ebx = regs.r[REG_EBX];
	e->ecx = regs.r[REG_ECX];
	e->edx = regs.r[REG_EDX];
	return e;
}

unsigned int cpuid_remove(struct cpuid_list *list, uint32_t function)
{
	uint32_t from, to = 0;

	for (from = 0; from < list->nent; from++)
		if (list->e[from].function != function)
			list->e[to++] = list->e[from];
	from = list->nent - to;
	list->nent = to;
	return from;
}

void cpuid_remove_hypervisor(struct cpuid_list *list)
{
	uint32_t from, to = 0;

	for (from = 0; from < list->nent; from++)
		if (list->e[from].function >> 28 != 4)
			list->e[to++] = list->e[from];
	list->nent = to;
}

bool cpuid_has(const struct cpuid_list *list, struct cpuid_feature f)
{
	return cpuid_get(list, f.function, f.index, f.reg) >> f.bit & 1;
}

bool cpuid_set_feature(struct cpuid_list *list, struct cpuid_feature f,
		       bool on)
{
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(list, f.function, f.index);
	uint32_t mask = 1u << f.bit;

	if (!e)
		return false;
	if (on)
		*entry_reg(e, f.reg) |= mask;
	else
		*entry_reg(e, f.reg) &= ~mask;
	return true;
}

bool cpuid_shows(const struct cpuid_list *list, struct cpuid_feature f)
{
	return cpuid_match_reg(list, f.function, f.index, f.reg) >> f.bit & 1;
}

/* Leaves whose subleaves differ (SDM vol. 2A, CPUID; APM vol. 3, E.4). */
static bool index_matters(uint32_t function)
{
	static const uint32_t leaves[] = {
		0x4, 0x7, 0xb, 0xd, 0xf, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1d,
		0x1e, 0x1f, 0x20, 0x23, 0x24, 0x29, 0x8000001d, 0x80000020,
		0x80000026,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		if (leaves[i] == function)
			return true;
	return false;
}

void cpuid_make_feature(struct cpuid_list *list, struct cpuid_feature f,
			bool on)
{
	if (cpuid_set_feature(list, f, on) || !on)
		return;
	cpuid_append(list, f.function, f.index, index_matters(f.function) ?
		     KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0,
		     (struct cpuid_regs){ { 0 } });
	cpuid_set_feature(list, f, true);
}

/* Two registers of a subleaf, as one mask of state components. */
static uint64_t components(const struct cpuid_list *list, uint32_t index,
			   enum cpuid_reg low)
{
	return cpuid_match_reg(list, 0xd, index, low) |
	       (uint64_t)cpuid_match_reg(list, 0xd, index, REG_EDX) << 32;
}

uint64_t cpuid_xcr0(const struct cpuid_list *list)
{
	return components(list, 0, REG_EAX);
}

uint64_t cpuid_xss(const struct cpuid_list *list)
{
	return components(list, 1, REG_ECX);
}

/* Leaf 0 spells the vendor in EBX, EDX, ECX order. */
static void vendor_text(const struct cpuid_list *list, char text[12])
{
	static const enum cpuid_reg order[] = { REG_EBX, REG_EDX, REG_ECX };
	/* No subleaves: the first entry counts, whatever its index. */
	const struct kvm_cpuid_entry2 *e = cpuid_first(list, 0);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		uint32_t v = e ? cpuid_entry_reg(e, order[i]) : 0;

		memcpy(text + 4 * i, &v, 4);
	}
}

enum cpuid_vendor cpuid_vendor(const struct cpuid_list *list)
{
	static const struct {
		char text[13];
		enum cpuid_vendor vendor;
	} vendors[] = {
		{ "GenuineIntel", VENDOR_INTEL },
		{ "AuthenticAMD", VENDOR_AMD },
		{ "HygonGenuine", VENDOR_HYGON },
		{ "CentaurHauls", VENDOR_CENTAUR },
		{ "  Shanghai  ", VENDOR_ZHAOXIN },
	};
	char text[12];
	unsigned int i;

	vendor_text(list, text);
	for (i = 0; i < ARRAY_SIZE(vendors); i++)
		if (!memcmp(text, vendors[i].text, sizeof(text)))
			return vendors[i].vendor;
	return VENDOR_UNKNOWN;
}

bool cpuid_amd_compatible(const struct cpuid_list *list)
{
	enum cpuid_vendor v = cpuid_vendor(list);
	char text[12];

	if (v == VENDOR_AMD || v == VENDOR_HYGON)
		return true;
	vendor_text(list, text);
	return !memcmp(text, "AMDisbetter!", sizeof(text));
}

void cpuid_set_vendor(struct cpuid_list *list, const char *text)
{
	struct kvm_cpuid_entry2 *e = cpuid_first_mut(list, 0);

	if (!e)
		return;
	memcpy(&e->ebx, text, 4);
	memcpy(&e->edx, text + 4, 4);
	memcpy(&e->ecx, text + 8, 4);
}

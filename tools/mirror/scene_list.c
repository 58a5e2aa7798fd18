// SPDX-License-Identifier: GPL-2.0-only
/* Words of a scene that are about the list for KVM_SET_CPUID2: see scenes.def. */
#include <stdlib.h>
#include <string.h>

#include "scene.h"

void do_list(char **rest)
{
	const char *kind = strtok_r(NULL, " ", rest) ?: "max";
	uint64_t a, b, c;

	if (!strcmp(kind, "max")) {
		variant_max(&stage.g, &stage.v);
	} else if (!strcmp(kind, "bare")) {
		variant_bare(&stage.g, &stage.v);
	} else if (!strcmp(kind, "pv")) {
		a = number(rest);
		variant_pv(&stage.g, &stage.v, a, number(rest));
	} else if (!strcmp(kind, "hyperv")) {
		a = number(rest);
		b = number(rest);
		c = number(rest);
		variant_hyperv(&stage.g, &stage.v, a, b, c);
	} else {
		variant_vendor(&stage.g, &stage.v, kind, "x");
	}
}

/* set LEAF INDEX REGISTER VALUE: of an entry that is made if it lacks */
void do_set(char **rest)
{
	uint32_t leaf = number(rest), index = number(rest);
	unsigned int reg = number(rest);
	struct kvm_cpuid_entry2 *e = cpuid_find_mut(&stage.v.list, leaf, index);

	if (!e && !index)
		e = cpuid_first_mut(&stage.v.list, leaf);
	if (!e)
		e = cpuid_append(&stage.v.list, leaf, index, 0,
				 (struct cpuid_regs){ { 0 } });
	cpuid_entry_set_reg(e, reg, number(rest));
}

/* bit LEAF INDEX REGISTER BIT 0|1 */
void do_bit(char **rest)
{
	uint32_t leaf = number(rest), index = number(rest);
	unsigned int reg = number(rest), bit = number(rest);

	struct kvm_cpuid_entry2 *e = cpuid_find_mut(&stage.v.list, leaf, index);
	uint32_t on = number(rest);

	if (!e && !index)
		e = cpuid_first_mut(&stage.v.list, leaf);
	if (e)
		cpuid_entry_set_reg(e, reg, (cpuid_entry_reg(e, reg) &
					     ~(1u << bit)) | on << bit);
}

/* entries N; flags LEAF INDEX VALUE: what a list looks like */
void do_entries(char **rest)
{
	stage.v.list.nent = number(rest);
}

/* entry N 0|1|2 VALUE: function, index or flags of an entry */
void do_entry(char **rest)
{
	struct kvm_cpuid_entry2 *e = &stage.v.list.e[number(rest) % CPUID_LIST_MAX];
	unsigned int field = number(rest);
	uint32_t value = number(rest);

	*(field == 0 ? &e->function : field == 1 ? &e->index : &e->flags) =
		value;
}

void do_install(char **rest)
{
	(void)rest;
	say_ret(__vcpu_set_cpuid(&stage.g.vcpu, &stage.v.list));
}

void do_back(char **rest)
{
	static struct cpuid_list l;
	uint32_t leaf = number(rest), index = number(rest);
	const struct kvm_cpuid_entry2 *e;

	__vcpu_get_cpuid(&stage.g.vcpu, &l);
	e = cpuid_find(&l, leaf, index);
	if (e)
		say("%08x %08x %08x %08x", e->eax, e->ebx, e->ecx, e->edx);
}


// SPDX-License-Identifier: GPL-2.0-only
/* Page tables: which bits of an entry are reserved, by guest CPUID and modes. */
#include <string.h>

#include "surface.h"
#include "walk.h"

static struct bench g;

static void set_mode(bool nx, bool la57)
{
	struct kvm_sregs s;

	vcpu_get_sregs(&g.vcpu, &s);
	probe_sregs(&g.vm, PROBE_LONG, &s);
	s.cr3 = walk_root(la57 ? 5 : 4);
	if (nx)
		s.efer |= 1ull << 11;
	if (la57)
		s.cr4 |= 1ull << 12;
	__vcpu_set_sregs(&g.vcpu, &s);
}

/* Bits that may be set in the entry of a level above a leaf at another. */
static void level_bits(const char *name, unsigned int top, unsigned int leaf,
		       unsigned int level)
{
	uint64_t valid = 0, gpa;
	unsigned int bit;

	for (bit = 1; bit < 64; bit++) {
		walk_lay(&g, top, leaf);
		*walk_entry(&g, level) ^= 1ull << bit;
		/* Another table, or no leaf: nothing about the bit itself. */
		if (level > leaf && bit >= 12 && bit < 21)
			continue;
		if (walk_translate(&g, &gpa))
			valid |= 1ull << bit;
	}
	fact("walk %s leaf %u level %u takes = 0x%016llx", name, leaf, level,
	     (unsigned long long)valid);
}

static void walks(const char *name, bool nx, bool la57)
{
	unsigned int top = la57 ? 5 : 4, leaf, level;

	set_mode(nx, la57);
	for (leaf = 1; leaf <= 3; leaf++)
		for (level = leaf; level <= top; level++)
			level_bits(name, top, leaf, level);
}

static void width(struct variant *v, const char *name, uint32_t bits,
		  uint32_t max_extended)
{
	struct kvm_cpuid_entry2 *e;

	variant_max(&g, v);
	snprintf(v->name, sizeof(v->name), "@%s", name);
	e = cpuid_first_mut(&v->list, 0x80000008);
	if (e)
		e->eax = (e->eax & ~0xffu) | bits;
	e = cpuid_first_mut(&v->list, 0x80000000);
	if (e && max_extended)
		e->eax = max_extended;
}

static void of_variant(const struct variant *v, bool nx, bool la57)
{
	bench_vcpu(&g);
	if (__vcpu_set_cpuid(&g.vcpu, &v->list)) {
		fact("walk %s = refused", v->name);
		return;
	}
	walks(v->name, nx, la57);
}

static void record_walks(const void *arg)
{
	static struct variant v;

	(void)arg;
	bench_open(&g, VM_IRQCHIP);
	variant_max(&g, &v);
	of_variant(&v, true, false);
	strcpy(v.name, "@max-nx-off");
	of_variant(&v, false, false);
	strcpy(v.name, "@max-la57");
	of_variant(&v, true, true);
	variant_max(&g, &v);
	cpuid_set_feature(&v.list, F_GBPAGES, false);
	strcpy(v.name, "@no-F_GBPAGES");
	of_variant(&v, true, false);
	width(&v, "width-36", 36, 0);
	of_variant(&v, true, false);
	width(&v, "width-of-short-list", 39, 0x80000007);
	of_variant(&v, true, false);
	variant_vendor(&g, &v, "GenuineIntel", "intel");
	of_variant(&v, true, false);
	variant_vendor(&g, &v, "AuthenticAMD", "amd");
	of_variant(&v, true, false);
}

void record_tables(void)
{
	section("page tables", record_walks, NULL);
}

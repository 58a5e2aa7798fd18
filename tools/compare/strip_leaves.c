// SPDX-License-Identifier: GPL-2.0-only
/* The CPUID of many hosts: bits that all have, and those of one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "cpu_kind.h"
#include "strip.h"

static const char * const list_names[NR_STRIP_LISTS] = {
	[STRIP_CPU] = "cpu",
	[STRIP_KVM] = "kvm",
	[STRIP_EMULATED] = "emulated",
	[STRIP_HYPERV] = "hyperv",
};

/* A host has raw CPUID for each kind of CPU, and one of the other lists. */
static uint32_t nr_lists(const struct host_facts *f, enum strip_list l)
{
	return l == STRIP_CPU && f->nr_cpu_kinds ? f->nr_cpu_kinds : 1;
}

static const struct cpuid_list *list_of(const struct host_facts *f,
					enum strip_list l, uint32_t kind)
{
	return l == STRIP_CPU ? &f->cpu[kind].cpuid :
	       l == STRIP_KVM ? &f->supported :
	       l == STRIP_EMULATED ? &f->emulated : &f->hv;
}

static struct bits_place place_of(enum strip_list l,
				  const struct strip_leaf *leaf,
				  unsigned int reg)
{
	return (struct bits_place){
		.space = l == STRIP_HYPERV ? BITS_HYPERV : BITS_CPUID,
		.function = leaf->function, .index = leaf->index, .reg = reg,
	};
}

static const struct strip_leaf *find_leaf(const struct strip *s,
					  enum strip_list l,
					  uint32_t function, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < s->nr_leaves[l]; i++)
		if (s->leaves[l][i].function == function &&
		    s->leaves[l][i].index == index)
			return &s->leaves[l][i];
	return NULL;
}

struct word_seen {
	uint32_t all, any;
};

/* A leaf that a CPU does not have is one of zeros. */
static void look_at_host(const struct host_facts *f, enum strip_list l,
			 const struct strip_leaf *leaf, unsigned int reg,
			 struct word_seen *seen)
{
	uint32_t kind, v;

	for (kind = 0; kind < nr_lists(f, l); kind++) {
		v = cpuid_get(list_of(f, l, kind), leaf->function,
			      leaf->index, reg);
		seen->all &= v;
		seen->any |= v;
	}
}

static void look_at_word(const struct strip *s, enum strip_list l,
			 struct strip_leaf *leaf, unsigned int reg)
{
	struct bits_place p = place_of(l, leaf, reg);
	struct word_seen seen = { .all = ~0u };
	unsigned int i;

	for (i = 0; i < s->n; i++)
		look_at_host(s->f[i], l, leaf, reg, &seen);
	leaf->differs[reg] = bits_whole_fields(&p, seen.all ^ seen.any);
	leaf->common[reg] = seen.all & ~leaf->differs[reg];
}

static bool add_leaf(struct strip *s, enum strip_list l, uint32_t function,
		     uint32_t index)
{
	unsigned int n = s->nr_leaves[l], reg;
	struct strip_leaf *more;

	more = reallocarray(s->leaves[l], n + 1, sizeof(*more));
	if (!more)
		return false;
	s->leaves[l] = more;
	s->nr_leaves[l]++;
	more[n] = (struct strip_leaf){ .function = function, .index = index };
	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		look_at_word(s, l, &more[n], reg);
	return true;
}

static bool find_leaves(struct strip *s, enum strip_list l,
			const struct cpuid_list *list)
{
	uint32_t i;

	for (i = 0; i < list->nent; i++)
		if (!find_leaf(s, l, list->e[i].function, list->e[i].index) &&
		    !add_leaf(s, l, list->e[i].function, list->e[i].index))
			return false;
	return true;
}

bool strip_find_leaves(struct strip *s)
{
	enum strip_list l;
	unsigned int i;
	uint32_t kind;

	for (l = 0; l < NR_STRIP_LISTS; l++)
		for (i = 0; i < s->n; i++)
			for (kind = 0; kind < nr_lists(s->f[i], l); kind++)
				if (!find_leaves(s, l, list_of(s->f[i], l,
							       kind)))
					return false;
	return true;
}

/* The brand is told by itself. */
static bool is_brand(const struct strip_leaf *leaf)
{
	return leaf->function >= 0x80000002 && leaf->function <= 0x80000004;
}

static void print_word(FILE *out, const char *who, enum strip_list l,
		       const struct strip_leaf *leaf, unsigned int reg,
		       uint32_t value, uint32_t mask)
{
	struct bits_place p = place_of(l, leaf, reg);
	char *text = NULL;
	size_t len;
	FILE *line = open_memstream(&text, &len);

	if (!line)
		return;
	fprintf(line, "  %s 0x%08x.%x %s:", who, leaf->function, leaf->index,
		cpuid_reg_name(reg));
	bits_print_names(line, &p, value, mask);
	if (!fclose(line))
		strip_fold(out, text);
	free(text);
}

void strip_print_leaves(const struct strip *s)
{
	enum strip_list l;
	unsigned int i, reg;

	for (l = 0; l < NR_STRIP_LISTS; l++)
		for (i = 0; i < s->nr_leaves[l]; i++) {
			const struct strip_leaf *leaf = &s->leaves[l][i];

			for (reg = 0; reg < NR_CPUID_REGS; reg++)
				if (leaf->common[reg] && !is_brand(leaf))
					print_word(s->out, list_names[l], l,
						   leaf, reg,
						   leaf->common[reg],
						   leaf->common[reg]);
		}
}

static uint32_t own_bits(const struct strip *s, unsigned int host,
			 enum strip_list l, uint32_t kind,
			 const struct strip_leaf *leaf, unsigned int reg)
{
	return leaf ? leaf->differs[reg] &
		      cpuid_get(list_of(s->f[host], l, kind), leaf->function,
				leaf->index, reg) : 0;
}

/* A word in which the kinds of CPU of a host differ, once for each. */
static bool print_own_kinds(const struct strip *s, unsigned int host,
			    const struct strip_leaf *leaf, unsigned int reg)
{
	const struct host_facts *f = s->f[host];
	struct bits_place p = place_of(STRIP_CPU, leaf, reg);
	uint32_t kind, own, first = own_bits(s, host, STRIP_CPU, 0, leaf, reg);
	bool differ = false;
	char who[60];

	for (kind = 1; kind < f->nr_cpu_kinds; kind++)
		differ = differ || own_bits(s, host, STRIP_CPU, kind, leaf,
					    reg) != first;
	for (kind = 0; differ && kind < f->nr_cpu_kinds; kind++) {
		own = own_bits(s, host, STRIP_CPU, kind, leaf, reg);
		snprintf(who, sizeof(who), "%s (CPU %u)",
			 cpu_kind_name(&f->cpu[kind].cpuid),
			 f->cpu[kind].first_cpu);
		if (own && !is_brand(leaf))
			print_word(s->out, who, STRIP_CPU, leaf, reg, own,
				   bits_whole_fields(&p, own));
	}
	return differ;
}

/* What KVM passes on of its CPU is told once. */
static void print_own(const struct strip *s, unsigned int host,
		      enum strip_list l, const struct strip_leaf *leaf,
		      unsigned int reg)
{
	enum strip_list beside = l == STRIP_CPU ? STRIP_KVM : STRIP_CPU;
	uint32_t own = own_bits(s, host, l, 0, leaf, reg);
	struct bits_place p = place_of(l, leaf, reg);
	bool both = l <= STRIP_KVM &&
		    own == own_bits(s, host, beside, 0,
				    find_leaf(s, beside, leaf->function,
					      leaf->index), reg);

	if (l == STRIP_CPU && print_own_kinds(s, host, leaf, reg))
		return;
	if (own && !(both && l == STRIP_KVM) && !is_brand(leaf))
		print_word(s->out, both ? "cpu, kvm" : list_names[l], l, leaf,
			   reg, own, bits_whole_fields(&p, own));
}

void strip_print_own_leaves(const struct strip *s, unsigned int host)
{
	enum strip_list l;
	unsigned int i, reg;

	for (l = 0; l < NR_STRIP_LISTS; l++)
		for (i = 0; i < s->nr_leaves[l]; i++)
			for (reg = 0; reg < NR_CPUID_REGS; reg++)
				print_own(s, host, l, &s->leaves[l][i], reg);
}

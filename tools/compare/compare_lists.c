// SPDX-License-Identifier: GPL-2.0-only
/* Lists of entries and of MSRs word by word, and the list of differences. */
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"

void compare_add(struct comparison *c, const struct difference *d)
{
	struct difference *more;

	if (c->n == c->room) {
		more = reallocarray(c->d, c->room + 64, sizeof(*more));
		if (!more) {
			c->out_of_memory = true;
			return;
		}
		c->d = more;
		c->room += 64;
	}
	c->d[c->n++] = *d;
}

void compare_add_whole(struct comparison *c, const struct difference *d)
{
	struct difference whole = *d;
	bool more = d->in[0] == d->in[1] ?
		    (int64_t)d->value[1] > (int64_t)d->value[0] : d->in[1];

	whole.cause = compare_cause(c, &d->fact, WHOLE_FACT, more,
				    &whole.param);
	compare_add(c, &whole);
}

/* The bits of left that have the cause of the lowest of them. */
static void take_part(const struct comparison *c, struct difference *part,
		      uint64_t left, cause_fn cause_of)
{
	unsigned int bit;

	part->cause = NR_CAUSES;
	part->mask = 0;
	for (bit = 0; bit < 64; bit++) {
		const struct param_row *param = NULL;
		enum cause cause;

		if (!(left >> bit & 1))
			continue;
		cause = cause_of(c, &part->fact, bit,
				 part->value[1] >> bit & 1, &param);
		if (part->cause == NR_CAUSES) {
			part->cause = cause;
			part->param = param;
		}
		if (cause == part->cause && param == part->param)
			part->mask |= 1ull << bit;
	}
}

void compare_split(struct comparison *c, const struct difference *d,
		   uint64_t left, cause_fn cause_of)
{
	struct difference part = *d;

	while (left) {
		take_part(c, &part, left, cause_of);
		compare_add(c, &part);
		left &= ~part.mask;
	}
}

void compare_add_bits(struct comparison *c, const struct difference *d)
{
	uint64_t left = d->value[0] ^ d->value[1];

	if (left)
		compare_split(c, d, left, compare_cause);
	else
		compare_add_whole(c, d);
}

const struct kvm_cpuid_entry2 *entry_nth(const struct cpuid_list *list,
					 uint32_t function, uint32_t index,
					 unsigned int nth)
{
	uint32_t i;

	for (i = 0; i < list->nent; i++)
		if (list->e[i].function == function &&
		    list->e[i].index == index && !nth--)
			return &list->e[i];
	return NULL;
}

uint32_t entry_word(const struct kvm_cpuid_entry2 *e, unsigned int word)
{
	if (!e)
		return 0;
	return word == WORD_FLAGS ? e->flags : cpuid_entry_reg(e, word);
}

/* Profiles do not hold the flags of raw CPUID, which has none. */
static unsigned int nr_words(enum source s, bool both)
{
	return s == SRC_RAW || !both ? NR_CPUID_REGS : NR_ENTRY_WORDS;
}

static bool all_zero(const struct kvm_cpuid_entry2 *e)
{
	return !(e->eax | e->ebx | e->ecx | e->edx);
}

static void compare_entry(struct comparison *c, struct difference *d,
			  const struct kvm_cpuid_entry2 *a,
			  const struct kvm_cpuid_entry2 *b, add_fn add)
{
	struct fact *f = &d->fact;
	unsigned int words = nr_words(f->source, a && b);

	d->in[0] = a;
	d->in[1] = b;
	for (f->word = 0; f->word < words; f->word++) {
		d->value[0] = entry_word(a, f->word);
		d->value[1] = entry_word(b, f->word);
		if (d->value[0] != d->value[1])
			add(c, d);
	}
	/* nothing but its being there */
	f->word = ANY_WORD;
	d->value[0] = 0;
	d->value[1] = 0;
	if (f->source != SRC_RAW && !(a && b) && all_zero(a ? a : b))
		add(c, d);
}

static unsigned int nth_of(const struct cpuid_list *list, uint32_t i)
{
	unsigned int nth = 0;
	uint32_t j;

	for (j = 0; j < i; j++)
		nth += list->e[j].function == list->e[i].function &&
		       list->e[j].index == list->e[i].index;
	return nth;
}

void compare_entries(struct comparison *c, enum source s,
		     const struct cpuid_list *a, const struct cpuid_list *b,
		     add_fn add)
{
	const struct cpuid_list *lists[2] = { a, b };
	unsigned int side;
	uint32_t i;

	for (side = 0; side < 2; side++)
		for (i = 0; i < lists[side]->nent; i++) {
			const struct kvm_cpuid_entry2 *e = &lists[side]->e[i];
			const struct kvm_cpuid_entry2 *other;
			struct difference d = {
				.fact = { .source = s, .index = e->index,
					  .function = e->function,
					  .nth = nth_of(lists[side], i) },
			};

			other = entry_nth(lists[!side], e->function, e->index,
					  d.fact.nth);
			if (!side)
				compare_entry(c, &d, e, other, add);
			else if (!other)
				compare_entry(c, &d, NULL, e, add);
		}
}

static void compare_msr(struct comparison *c, enum source s,
			const struct msr_value *a, const struct msr_value *b,
			add_fn add)
{
	bool values = a && b && a->valid && b->valid;
	struct difference d = {
		.fact = { .source = s, .word = ANY_WORD,
			  .function = a ? a->index : b->index },
		.in = { a && (a->valid || (b && !b->valid) || !b),
			b && (b->valid || (a && !a->valid) || !a) },
		.value = { values ? a->value : 0, values ? b->value : 0 },
	};

	if (values ? a->value != b->value : d.in[0] != d.in[1])
		add(c, &d);
}

void compare_msrs(struct comparison *c, enum source s,
		  const struct msr_list *a, const struct msr_list *b,
		  add_fn add)
{
	uint32_t i;

	for (i = 0; i < a->n; i++)
		compare_msr(c, s, &a->m[i], msr_find(b, a->m[i].index), add);
	for (i = 0; i < b->n; i++)
		if (!msr_find(a, b->m[i].index))
			compare_msr(c, s, NULL, &b->m[i], add);
}

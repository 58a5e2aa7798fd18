// SPDX-License-Identifier: GPL-2.0-only
/* Which MSRs are worth asking for: data of the rooms below, and KVM's lists. */
#include <stdlib.h>
#include <string.h>

#include "here.h"
#include "known.h"
#include "msr_lists.h"
#include "msr_model.h"
#include "msr_names.h"
#include "surface.h"

/* Their values move by themselves. */
static const uint32_t moving[] = {
	0x10, 0x6e0, 0x839, 0xe7, 0xe8, 0x40000010, 0x40000020, 0x80b,
};

bool msr_moves(uint32_t msr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(moving); i++)
		if (moving[i] == msr)
			return true;
	return false;
}

const char *msr_label(uint32_t msr)
{
	static char text[64];
	static uint32_t last;

	/* Several facts of one in turn. */
	if (!text[0] || msr != last)
		snprintf(text, sizeof(text), "0x%08x:%s", msr,
			 msr_name_or_null(msr) ?: "-");
	last = msr;
	return text;
}

struct set {
	uint32_t *msr;
	unsigned int n, max;
};

/*
 * A guest's fixed counter is one of the host's perf, which reads it by RDPMC.  That
 * faults in Bochs, and the machine's kernel dies.
 */
static bool kills_the_machine(uint32_t msr)
{
	uint32_t version;
	const char *emulator = known_emulator(&version);

	return msr == MSR_CORE_PERF_FIXED_CTR_CTRL && emulator &&
	       !strcmp(emulator, "Bochs");
}

static void add(struct set *s, uint32_t msr)
{
	unsigned int i;

	if (kills_the_machine(msr))
		return;

	for (i = 0; i < s->n; i++)
		if (s->msr[i] == msr)
			return;
	if (s->n < s->max)
		s->msr[s->n++] = msr;
}

/* Of a long row, as those of machine check banks, both ends and what follows. */
static void add_row(struct set *s, uint32_t first, uint32_t last)
{
	uint32_t i;

	if (last - first < 24) {
		for (i = first; i <= last; i++)
			add(s, i);
		return;
	}
	for (i = 0; i < 8; i++) {
		add(s, first + i);
		add(s, last - i);
	}
	add(s, last + 1);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Those with a name that no rule and no list has. */
static void add_named(struct set *s)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0, 0xfff }, { 0xd90, 0xda0 }, { 0x4b564d00, 0x4b564dff },
		{ 0xc0000080, 0xc0000110 }, { 0xc0010000, 0xc0011030 },
	};
	unsigned int i;
	uint32_t m;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		for (m = ranges[i].first; m <= ranges[i].last; m++)
			if (msr_name_or_null(m))
				add(s, m);
}

unsigned int surface_msrs(uint32_t *msr, unsigned int max)
{
	const struct host_facts *f = subject_facts();
	struct set s = { msr, 0, max };
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++)
		add_row(&s, msr_rules[i].first, msr_rules[i].last);
	for (i = 0; i < msr_nr_list_rows; i++)
		add(&s, msr_list_rows[i].index);
	for (i = 0; i < f->msr_index.n; i++)
		add(&s, f->msr_index.m[i].index);
	for (i = 0; i < f->feature_msrs.n; i++)
		add(&s, f->feature_msrs.m[i].index);
	add_named(&s);
	qsort(msr, s.n, sizeof(*msr), by_number);
	return s.n;
}

/* Of MSRs without a gate these depend on CPUID all the same. */
static const uint32_t by_value[] = {
	0x1b, 0x3a, 0x3b, 0x140, 0x174, 0x175, 0x1a0, 0x1d9, 0x277, 0x400,
	0x401, 0x402, 0xc0000080, 0xc0000103, 0xc0010015, 0xc0010117,
	0xc0011029,
};

unsigned int surface_gated_msrs(uint32_t *msr, unsigned int max, bool brief)
{
	struct set s = { msr, 0, max };
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i];
		uint32_t end = r->last - r->first > 2 ? r->first + 1 : r->last;

		if (r->gate == GATE_X2APIC_MODE || r->gate == GATE_HYPERV)
			continue;
		if (r->gate != GATE_NONE ||
		    (!brief && (r->check || r->applies)))
			add_row(&s, r->first, end);
	}
	for (i = 0; i < ARRAY_SIZE(by_value); i++)
		add(&s, by_value[i]);
	qsort(msr, s.n, sizeof(*msr), by_number);
	return s.n;
}

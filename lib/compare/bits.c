// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "bits.h"
#include "csv_names.h"
#include "model.h"

/* A register that counts things is read as a number: do not list 20 bits. */
#define UNNAMED_BITS_MAX	8

static const char *bit_name(const struct bits_place *p, unsigned int bit)
{
	if (!p)
		return NULL;
	if (p->msr)
		return feature_msr_bit_name(p->function, bit);
	if (bit > 31 || p->reg >= NR_CPUID_REGS)
		return NULL;
	return feature_name(p->function, p->index, p->reg, bit);
}

/* The field of more than one bit that this bit is in; NULL if none. */
static const struct csv_name *csv_field(const struct bits_place *p,
				       unsigned int bit)
{
	unsigned int i;

	for (i = 0; p && !p->msr && i < nr_csv_names; i++) {
		const struct csv_name *n = &csv_names[i];

		if (n->function == p->function && n->reg == p->reg &&
		    n->first_index <= p->index && p->index <= n->last_index &&
		    n->first_bit <= bit && bit <= n->last_bit &&
		    n->first_bit != n->last_bit)
			return n;
	}
	return NULL;
}

static uint64_t csv_mask(const struct csv_name *n)
{
	return (UINT64_C(2) << n->last_bit) - (UINT64_C(1) << n->first_bit);
}

static void print_field(FILE *out, const struct csv_name *n,
			const uint64_t value[2])
{
	uint64_t mask = csv_mask(n);

	fprintf(out, "    changed bits %u:%u %s: 0x%" PRIx64 " -> 0x%" PRIx64
		"\n", n->last_bit, n->first_bit, n->name,
		(value[0] & mask) >> n->first_bit,
		(value[1] & mask) >> n->first_bit);
}

static void print_bit(FILE *out, const char *name, unsigned int bit, bool on)
{
	fprintf(out, "    %s bit %u%s%s\n", on ? "gained" : "lost", bit,
		name ? " " : "", name ? name : "");
}

void bits_print(FILE *out, const struct bits_place *place,
		const uint64_t value[2], uint64_t mask)
{
	bool few = __builtin_popcountll(mask) <= UNNAMED_BITS_MAX;
	unsigned int bit, unnamed = 0;

	for (bit = 0; bit < 64; bit++) {
		const struct csv_name *field = csv_field(place, bit);
		const char *name = bit_name(place, bit);

		if (!(mask >> bit & 1))
			continue;
		if (field) {
			print_field(out, field, value);
			mask &= ~csv_mask(field);
		} else if (name || few) {
			print_bit(out, name, bit, value[1] >> bit & 1);
		} else {
			unnamed++;
		}
	}
	if (unnamed)
		fprintf(out, "    and %u bits that have no name\n", unnamed);
}

void bits_print_names(FILE *out, const struct bits_place *place,
		      uint64_t value, uint64_t mask)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		const char *name = bit_name(place, bit);

		if (!(mask >> bit & 1) || !(value >> bit & 1))
			continue;
		if (name && !csv_field(place, bit))
			fprintf(out, " %s", name);
		else
			fprintf(out, " bit%u", bit);
	}
}

void bits_text(const uint32_t *r, unsigned int n, char *to)
{
	unsigned int i;

	memcpy(to, r, 4 * n);
	to[4 * n] = 0;
	for (i = 0; i < 4 * n; i++)
		if (!to[i])
			to[i] = ' ';
		else if (to[i] < ' ' || to[i] > '~')
			to[i] = '?';
}

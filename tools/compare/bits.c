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
	if (p->space == BITS_MSR)
		return feature_msr_bit_name(p->function, bit);
	if (p->space == BITS_UNNAMED || bit > 31 || p->reg >= NR_CPUID_REGS)
		return NULL;
	if (p->space == BITS_HYPERV)
		return hyperv_bit_name(p->function, p->reg, bit);
	return feature_name(p->function, p->index, p->reg, bit);
}

/* The field of more than one bit that this bit is in; NULL if none. */
static const struct csv_name *csv_field(const struct bits_place *p,
				       unsigned int bit)
{
	unsigned int i;

	for (i = 0; p->space == BITS_CPUID && i < nr_csv_names; i++) {
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
		fprintf(out, "    and %u bit%s without a name\n", unnamed,
			unnamed == 1 ? "" : "s");
}

/* A field of which any bit is in the mask is in it as a whole. */
uint64_t bits_whole_fields(const struct bits_place *place, uint64_t mask)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		const struct csv_name *field = csv_field(place, bit);

		if (field && mask & csv_mask(field))
			mask |= csv_mask(field);
	}
	return mask;
}

static void print_value(FILE *out, const struct csv_name *n, uint64_t value)
{
	fprintf(out, " %s=0x%" PRIx64, n->name,
		(value & csv_mask(n)) >> n->first_bit);
}

static bool has_names(const struct bits_place *place, uint64_t mask)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (mask >> bit & 1 &&
		    (bit_name(place, bit) || csv_field(place, bit)))
			return true;
	return false;
}

void bits_print_names(FILE *out, const struct bits_place *place,
		      uint64_t value, uint64_t mask)
{
	unsigned int bit;

	if (!has_names(place, mask)) {
		fprintf(out, " 0x%" PRIx64, value & mask);
		return;
	}
	for (bit = 0; bit < 64; bit++) {
		const struct csv_name *field = csv_field(place, bit);
		const char *name = bit_name(place, bit);

		if (!(mask >> bit & 1))
			continue;
		if (field) {
			print_value(out, field, value);
			mask &= ~csv_mask(field);
		} else if (value >> bit & 1 && name) {
			fprintf(out, " %s", name);
		} else if (value >> bit & 1) {
			fprintf(out, " bit%u", bit);
		}
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

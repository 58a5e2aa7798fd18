// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "field.h"

static bool covers(const struct cpuid_field *f, enum field_space space,
		   uint32_t function, uint32_t index, enum cpuid_reg reg,
		   unsigned int bit)
{
	return f->space == space && f->first <= function &&
	       function <= f->last && f->first_index <= index &&
	       index <= f->last_index &&
	       (f->reg == reg || f->reg == FIELD_ANY_REG) &&
	       f->low <= bit && bit <= f->high;
}

const struct cpuid_field *field_of(enum field_space space, uint32_t function,
				   uint32_t index, enum cpuid_reg reg,
				   unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < nr_cpuid_fields; i++)
		if (covers(&cpuid_fields[i], space, function, index, reg, bit))
			return &cpuid_fields[i];
	return NULL;
}

static uint64_t ones(unsigned int low, unsigned int high)
{
	return (~UINT64_C(0) >> (63 - high)) & (~UINT64_C(0) << low);
}

uint64_t field_mask(const struct cpuid_field *field, unsigned int bit)
{
	if (!field || field->kvm == FIELD_BITS || field->kvm == FIELD_ZEROS)
		return UINT64_C(1) << bit;
	return ones(field->low, field->high);
}

uint64_t field_missing(enum field_kind kind, uint64_t mask, uint64_t wanted,
		       uint64_t offered)
{
	wanted &= mask;
	offered &= mask;
	switch (kind) {
	case FIELD_BITS:
		return wanted & ~offered;
	case FIELD_ZEROS:
		return offered & ~wanted;
	case FIELD_AT_MOST:
		return wanted > offered ? wanted ^ offered : 0;
	case FIELD_LAYOUT:
		if (!wanted || !offered)
			return 0;
		/* fall through */
	case FIELD_EQUAL:
		return wanted ^ offered;
	default:
		return 0;
	}
}

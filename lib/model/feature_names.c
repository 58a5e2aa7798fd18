// SPDX-License-Identifier: GPL-2.0-only
/* The name of any bit: QEMU's, else the kernel's. */
#include <stddef.h>

#include "csv_names.h"
#include "feature.h"
#include "model.h"

static const struct csv_name *csv_row(uint32_t function, uint32_t index,
				      enum cpuid_reg reg, unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < nr_csv_names; i++) {
		const struct csv_name *n = &csv_names[i];

		if (n->function == function && n->reg == reg &&
		    n->first_index <= index && index <= n->last_index &&
		    n->first_bit <= bit && bit <= n->last_bit)
			return n;
	}
	return NULL;
}

static const char *qemu_name(uint32_t function, uint32_t index,
			     enum cpuid_reg reg, unsigned int bit)
{
	enum feature_word w = feature_word_of(function, index, reg);

	return w == NR_FEATURE_WORDS ? NULL : feature_bit_name(w, bit);
}

const char *feature_name(uint32_t function, uint32_t index,
			 enum cpuid_reg reg, unsigned int bit)
{
	const char *name = qemu_name(function, index, reg, bit);
	const struct csv_name *row;

	if (name)
		return name;
	row = csv_row(function, index, reg, bit);
	return row ? row->name : NULL;
}

bool feature_field(uint32_t function, uint32_t index, enum cpuid_reg reg,
		   unsigned int bit, struct feature_field *out)
{
	const struct csv_name *row = csv_row(function, index, reg, bit);

	if (!row || row->first_bit == row->last_bit ||
	    qemu_name(function, index, reg, bit))
		return false;
	*out = (struct feature_field){
		row->first_bit, row->last_bit, row->name
	};
	return true;
}

/* VMX controls: low half what must be 1, high half what may be 1. */
static bool is_control(uint32_t msr)
{
	return msr == 0x48b || (msr >= 0x48d && msr <= 0x490);
}

const char *feature_msr_bit_name(uint32_t msr, unsigned int bit)
{
	enum feature_word w = feature_word_of_msr(msr);

	if (w == NR_FEATURE_WORDS)
		return NULL;
	return feature_bit_name(w, is_control(msr) ? bit % 32 : bit);
}

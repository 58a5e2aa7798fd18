// SPDX-License-Identifier: GPL-2.0-only
/* The name of any bit: QEMU's, else the kernel's. */
#include <stddef.h>

#include "csv_names.h"
#include "feature.h"
#include "model.h"

static const char *csv_name(uint32_t function, uint32_t index,
			    enum cpuid_reg reg, unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < nr_csv_names; i++) {
		const struct csv_name *n = &csv_names[i];

		if (n->function == function && n->reg == reg &&
		    n->first_index <= index && index <= n->last_index &&
		    n->first_bit <= bit && bit <= n->last_bit)
			return n->name;
	}
	return NULL;
}

const char *feature_name(uint32_t function, uint32_t index,
			 enum cpuid_reg reg, unsigned int bit)
{
	enum feature_word w = feature_word_of(function, index, reg);
	const char *name = NULL;

	if (w != NR_FEATURE_WORDS)
		name = feature_bit_name(w, bit);
	return name ? name : csv_name(function, index, reg, bit);
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

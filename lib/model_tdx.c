// SPDX-License-Identifier: GPL-2.0-only
/* What a TDX module fixes. */
#include "model_state.h"

uint32_t model_tdx_adjust(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg, uint32_t value)
{
	(void)m;
	(void)function;
	(void)index;
	(void)reg;
	return value;
}

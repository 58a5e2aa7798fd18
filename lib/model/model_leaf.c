// SPDX-License-Identifier: GPL-2.0-only
/* The CPUID function of the guest as QEMU answers it: limits and dispatch. */
#include "model_state.h"

static uint32_t limit_of(const struct model *m, uint32_t function)
{
	if (function >= 0xc0000000)
		return m->xlevel2;
	if (function >= 0x80000000)
		return m->xlevel;
	if (function >= 0x40000000)
		return 0x40000001;
	return m->level;
}

/* Past its limit, any leaf is answered as the last basic one, as on Intel. */
struct cpuid_regs model_leaf(const struct model *m, uint32_t function,
			     uint32_t index)
{
	model_leaf_fn fn;

	if (function > limit_of(m, function))
		function = m->level;
	fn = function >= 0x80000000 ? model_leaf_ext(function) :
				      model_leaf_basic(function);
	return fn ? fn(m, index) : (struct cpuid_regs){ { 0 } };
}

// SPDX-License-Identifier: GPL-2.0-only
#include "expect.h"

bool expect_change(const struct host_facts *f, enum kvm_change change)
{
	return kernel_has(f->kernel, change);
}

bool expect_feature_counts(const struct host_facts *f,
			   const struct cpuid_list *list,
			   struct cpuid_feature bit)
{
	if (!cpuid_shows(list, bit))
		return false;
	return !expect_change(f, CHANGE_MADE_UP_BITS_IGNORED) ||
	       cpuid_shows(&f->supported, bit) ||
	       cpuid_shows(&f->emulated, bit);
}

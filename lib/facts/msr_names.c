// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cpuid.h"
#include "msr_names.h"

static const struct {
	uint32_t msr;
	const char *name;
} names[] = {
#define MSR(number, name) \
	{ number, #name },
#define KVM_MSR(number, name) \
	{ number, #name },
#include "msr_index.def"
#undef KVM_MSR
#undef MSR
};

const char *msr_name_or_null(uint32_t msr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].msr == msr)
			return names[i].name;
	return NULL;
}

const char *msr_name(uint32_t msr)
{
	static char text[24];
	const char *name = msr_name_or_null(msr);

	if (name)
		return name;
	snprintf(text, sizeof(text), "MSR 0x%x", msr);
	return text;
}

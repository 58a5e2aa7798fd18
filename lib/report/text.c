// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

/*
 * A hypervisor begins at 0x40000000, or 0x100 to 0xff00 behind it, and Hyper-V's
 * synthetic debugger at 0x40000080.
 */
static bool is_hypervisor_base(uint32_t function)
{
	return (function >> 16 == 0x4000 && !(function & 0xff)) ||
	       function == 0x40000080;
}

bool register_is_text(uint32_t function, enum cpuid_reg reg)
{
	if (function >= 0x80000002 && function <= 0x80000004)
		return true;
	return reg != REG_EAX && (function == 0 || function == 0x80000000 ||
				  is_hypervisor_base(function));
}

const char *register_text(uint32_t value, char *buf)
{
	unsigned int i;
	int n = 4;

	for (i = 0; i < 4; i++) {
		unsigned char c = value >> 8 * i;

		buf[i] = c >= 0x20 && c < 0x7f ? c : '.';
	}
	while (n && !(value >> 8 * (n - 1) & 0xff))
		n--;
	buf[n] = 0;
	return buf;
}

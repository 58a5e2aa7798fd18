/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUID registers that hold four characters, not bits. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "cpuid.h"

/* Vendor, brand, and the signature of a hypervisor at each of its bases. */
bool register_is_text(uint32_t function, enum cpuid_reg reg);

/*
 * The characters of a register; zeros at the end are left out, what does not
 * print is a dot.  buf takes 5 bytes and is returned.
 */
const char *register_text(uint32_t value, char *buf);

#endif

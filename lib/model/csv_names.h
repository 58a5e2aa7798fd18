/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of CPUID bits and fields from the kernel's cpuid.csv, generated when
 * the suite is built; an empty table if the kernel source has no such file.
 */
#ifndef LIB_CSV_NAMES_H
#define LIB_CSV_NAMES_H

#include "cpuid.h"

struct csv_name {
	uint32_t function;
	uint32_t first_index, last_index;
	uint8_t reg;
	uint8_t first_bit, last_bit;
	const char *name;
};

extern const struct csv_name csv_names[];
extern const unsigned int nr_csv_names;

#endif

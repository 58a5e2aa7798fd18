/* SPDX-License-Identifier: GPL-2.0-only */
/* The one list of MSR numbers with the names that Linux gives them. */
#ifndef LIB_MSR_NAMES_H
#define LIB_MSR_NAMES_H

#include <stdint.h>

/* "MSR_IA32_APICBASE"; NULL if it is not on the list. */
const char *msr_name_or_null(uint32_t msr);

/* The same, or "MSR 0x345" in a buffer that the next call overwrites. */
const char *msr_name(uint32_t msr);

#endif

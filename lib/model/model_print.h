/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_MODEL_PRINT_H
#define LIB_MODEL_PRINT_H

#include <stdio.h>

#include "model.h"

/* In the format of vectors. */
void model_print_entries(const struct guest_cpu *cpu, unsigned int vcpu,
			 FILE *out);

/* Names of the bits that are set, a line for each feature register or MSR. */
void model_print_names(const struct guest_cpu *cpu, FILE *out);

/* One JSON object. */
void model_print_json(const struct guest_cpu *cpu, unsigned int vcpu,
		      FILE *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LIB_MODEL_EXPLAIN_H
#define LIB_MODEL_EXPLAIN_H

#include <stdio.h>

#include "model.h"

/*
 * Print why a feature is in the guest or not.  name is QEMU's, or the
 * kernel's in cpuid.csv, or LEAF.SUBLEAF.REG.BIT as in 7.0.ecx.5.  Or where an
 * entry (LEAF[.SUBLEAF]), one register of it (4.1:eax) or an MSR (msr:0x10a)
 * comes from; all these numbers are hexadecimal.
 * Returns 0, or -errno with one line in err.
 */
int model_explain(const struct host_facts *f, const struct model_opts *o,
		  unsigned int vcpu, const char *name, FILE *out, char *err,
		  size_t errlen);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* MSR_IA32_TSC and so on, by the kernel's names: rows of msr_index.def. */
#ifndef LIB_MSR_INDEX_H
#define LIB_MSR_INDEX_H

enum msr_index {
#define MSR(number, name)	name = number,
#define KVM_MSR(number, name)
#include "msr_index.def"
#undef KVM_MSR
#undef MSR
};

#endif

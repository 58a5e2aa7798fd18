/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a KVM offers to any guest, as QEMU sees it: KVM's answers with QEMU's
 * fix-ups.  What "check" and "enforce" compare a guest's CPU with.
 */
#ifndef LIB_MODEL_OFFER_H
#define LIB_MODEL_OFFER_H

#include "model.h"

/* A register of CPUID. */
uint32_t model_offer_cpuid(const struct host_facts *f,
			   const struct model_opts *o, uint32_t function,
			   uint32_t index, enum cpuid_reg reg);

/*
 * A feature MSR.  Of VMX controls only the high half counts, with the bits
 * that may be 1 and may be 0: what must be 1 is not said.
 */
uint64_t model_offer_msr(const struct host_facts *f,
			 const struct model_opts *o, uint32_t msr);

/* The same of a value that a guest has. */
uint64_t model_msr_choice(uint32_t msr, uint64_t value);

#endif

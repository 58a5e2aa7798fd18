/* SPDX-License-Identifier: GPL-2.0-only */
/* What the shim does to the data of ioctls. */
#ifndef TESTS_SHIM_DATA_H
#define TESTS_SHIM_DATA_H

#include "shim.h"

/* Count a call, or a thing that a call was about. */
struct shim_seen *shim_note(struct shim_seen key);

/* The MSRs and capabilities that this call is about, CPUID entries given. */
void shim_note_items(const struct shim_seen *call, const void *arg, int ret);

/* What KVM is given: arg, or a copy with the fault in it. */
void *shim_given(const struct shim_fault *f, void *arg, uint32_t *applied);

/* What KVM has answered, in arg and ret: the fault goes into it. */
int shim_answered(const struct shim_fault *f, void *arg, int ret,
		  uint32_t *applied);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The facts of the KVM that is here. */
#ifndef LIB_HERE_H
#define LIB_HERE_H

#include "facts.h"

/*
 * Facts of the live host, read at the first call, or left in the file that
 * KVM_CPUID_FACTS names (facts_image.h).  subject_facts_try()
 * returns NULL and prints one line if there is no usable KVM;
 * subject_facts() ends the test as skipped then.
 */
const struct host_facts *subject_facts_try(void);
const struct host_facts *subject_facts(void);

/* KVM is there, but fails calls that every KVM has: nothing may pass. */
bool subject_broken(void);

#endif

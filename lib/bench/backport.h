/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels that are older than a change (lib/expect/changes.h), and behave as
 * if they had it: a vendor or a stable series has taken the patch.  That is
 * accepted, and said.
 */
#ifndef LIB_BACKPORT_H
#define LIB_BACKPORT_H

#include "changes.h"

/*
 * Is the newer behaviour to be wanted?  Yes if this kernel must have the
 * change, or if it looks as if it had it.
 */
bool change_wanted(uint32_t kernel, enum kvm_change c, bool looks_new);

/*
 * Say that something was not judged, by name: this kernel or this CPU is
 * newer than the rules, or does not say enough.  One line for people and one
 * for programs.
 */
void not_judged(const char *name, const char *why);

#endif

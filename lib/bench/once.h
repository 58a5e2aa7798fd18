/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work that all tests of a program look at is done once, before the harness
 * forks a process for each of them.
 */
#ifndef LIB_ONCE_H
#define LIB_ONCE_H

#include <stddef.h>

/*
 * Run fn in a process of its own, so that a guest that dies does not take the
 * plan along.  out is zeroed memory that all processes share; it is returned,
 * as far as fn came.  Without a usable KVM fn does not run.
 */
void *run_once(size_t size, void (*fn)(void *out));

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables of their own in the probe's scratch memory, and KVM_TRANSLATE
 * on them: KVM's walk honours the reserved bits of guest CPUID, with nested
 * paging too, and needs no guest run.
 */
#ifndef LIB_WALK_H
#define LIB_WALK_H

#include "gate.h"

/* Table of a level (5 PML5 .. 1 PT); its entry 0 maps linear address 0. */
uint64_t *walk_entry(struct gate *g, unsigned int level);

/* Tables from level top down to a leaf at a level (1: 4 KiB .. 3: 1 GiB). */
void walk_lay(struct gate *g, unsigned int top, unsigned int leaf);

/* Guest physical address of the top table. */
uint64_t walk_root(unsigned int top);

/* Translate linear address 0: is there a translation, and where to? */
bool walk_translate(struct gate *g, uint64_t *gpa);

#endif

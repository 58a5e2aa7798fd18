/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables of their own in the probe's scratch memory, and KVM_TRANSLATE
 * on them: KVM's walk honours the reserved bits of guest CPUID, with nested
 * paging too, and needs no guest run.
 */
#ifndef LIB_WALK_H
#define LIB_WALK_H

#include "bench.h"

/* Table of a level (5 PML5 .. 1 PT); its entry 0 maps linear address 0. */
uint64_t *walk_entry(struct bench *g, unsigned int level);

/* Tables from level top down to a leaf at a level (1: 4 KiB .. 3: 1 GiB). */
void walk_lay(struct bench *g, unsigned int top, unsigned int leaf);

/* Guest physical address of the top table. */
uint64_t walk_root(unsigned int top);

/* The vCPU in long mode with these tables and bits of EFER; top 5: LA57. */
void walk_start(struct bench *g, unsigned int top, uint64_t efer);

/* Translate linear address 0: is there a translation, and where to? */
bool walk_translate(struct bench *g, uint64_t *gpa);

#endif

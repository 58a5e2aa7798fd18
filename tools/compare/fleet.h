/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hosts between which guests move: what all of them offer, as the facts of
 * one host, and QEMU's options that give a guest no more than that.  Pure.
 */
#ifndef LIB_FLEET_H
#define LIB_FLEET_H

#include "model.h"

/*
 * Makes "all" what both it and f offer: features of both, bits that say
 * "vulnerable" or "not here" of either, the smaller number.  Names, and what
 * says which machine it is, stay as they are.
 */
void fleet_meet(struct host_facts *all, const struct host_facts *f);

/*
 * What "-cpu max," needs so that no guest has more than "all".  Grows with
 * each member that is asked; begin with the empty text "max".
 */
struct fleet_options {
	char text[8192];
	bool full;			/* it is longer than that */
};

void fleet_add_options(struct fleet_options *to, const struct guest_cpu *all,
		       const struct guest_cpu *own, unsigned int qemu);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* A made-up host and a command line, at random but the same for a seed. */
#ifndef TESTS_ORACLE_GEN_H
#define TESTS_ORACLE_GEN_H

#include <stdio.h>

#include "facts.h"

struct rnd {
	uint64_t state;
};

uint32_t rnd(struct rnd *r);
uint64_t rnd64(struct rnd *r);
/* 0 .. n-1 */
uint32_t below(struct rnd *r, uint32_t n);
/* once in n times */
bool one_in(struct rnd *r, uint32_t n);

/* Where the encryption bit of a made-up SEV host is. */
#define GEN_C_BIT	51

/* Change what a host says, so that it stays one that could be. */
void change_facts(struct rnd *r, struct host_facts *f);

/* Lines machine, cpu, smp, kernel_irqchip and overcommit of a vector. */
void print_options(struct rnd *r, unsigned int qemu, FILE *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* A host for the witness, put together leaf by leaf. */
#ifndef TESTS_MADE_UP_WITNESS_H
#define TESTS_MADE_UP_WITNESS_H

#include <string.h>

#include "witness.h"

static struct witness_host h;
static struct host_facts f;
static struct cpuid_list raw;
static struct witness w;

static void leaf(uint32_t function, uint32_t index, uint32_t a, uint32_t b,
		 uint32_t c, uint32_t d)
{
	cpuid_append(&raw, function, index, 0,
		     (struct cpuid_regs){ { a, b, c, d } });
}

static void param(const char *module, const char *name, const char *value)
{
	struct module_param *p = &f.params[f.nr_params++];

	strcpy(p->module, module);
	strcpy(p->name, name);
	strcpy(p->value, value);
}

static void host(uint32_t kernel)
{
	memset(&h, 0, sizeof(h));
	memset(&f, 0, sizeof(f));
	memset(&raw, 0, sizeof(raw));
	h.facts = &f;
	h.raw = &raw;
	h.kernel = kernel;
	h.sched_info = YES;
}

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* -smp. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_opts.h"

/* The largest product that any x86 machine type takes is far below this. */
#define SMP_MAX		(1u << 20)

static int fail(char *err, size_t errlen, const char *what, const char *text)
{
	snprintf(err, errlen, "%s '%s'", what, text);
	return -EINVAL;
}

static unsigned int *smp_field(struct smp_given *g, const char *name,
			       size_t len)
{
	const struct {
		const char *name;
		unsigned int *field;
	} fields[] = {
		{ "cpus", &g->cpus },		{ "maxcpus", &g->maxcpus },
		{ "sockets", &g->sockets },	{ "dies", &g->dies },
		{ "modules", &g->modules },	{ "cores", &g->cores },
		{ "threads", &g->threads },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (strlen(fields[i].name) == len &&
		    !memcmp(fields[i].name, name, len))
			return fields[i].field;
	return NULL;
}

/* "4", "4,threads=2", "sockets=1,cores=4": a bare number is cpus. */
static bool parse_smp(struct smp_given *g, const char *text)
{
	unsigned int *field;
	size_t name_len;
	char *end;

	while (*text) {
		name_len = strcspn(text, "=,");
		field = &g->cpus;
		if (text[name_len] == '=') {
			field = smp_field(g, text, name_len);
			text += name_len + 1;
		}
		if (!field || !isdigit((unsigned char)*text))
			return false;
		*field = strtoul(text, &end, 10);
		if (!*field || *field > SMP_MAX || (*end && *end != ','))
			return false;
		text = *end ? end + 1 : end;
	}
	return true;
}

static unsigned int or_one(unsigned int v)
{
	return v ? v : 1;
}

/* What was not given: cores first, or sockets (machine types up to 6.1). */
static void complete(struct smp_given *g, bool prefer_sockets)
{
	unsigned int fixed;

	g->dies = or_one(g->dies);
	g->modules = or_one(g->modules);
	fixed = g->dies * g->modules;
	if (!g->maxcpus && !g->cpus) {
		g->sockets = or_one(g->sockets);
		g->cores = or_one(g->cores);
		g->threads = or_one(g->threads);
		g->maxcpus = fixed * g->sockets * g->cores * g->threads;
	}
	g->maxcpus = g->maxcpus ? g->maxcpus : g->cpus;
	if (prefer_sockets && !g->sockets) {
		g->cores = or_one(g->cores);
		g->threads = or_one(g->threads);
		g->sockets = g->maxcpus / (fixed * g->cores * g->threads);
	} else if (!g->cores) {
		g->sockets = or_one(g->sockets);
		g->threads = or_one(g->threads);
		g->cores = g->maxcpus / (fixed * g->sockets * g->threads);
	} else if (!g->sockets) {
		g->threads = or_one(g->threads);
		g->sockets = g->maxcpus / (fixed * g->cores * g->threads);
	} else if (!g->threads) {
		g->threads = g->maxcpus / (fixed * g->cores * g->sockets);
	}
	g->cpus = g->cpus ? g->cpus : g->maxcpus;
}

/* Factors are at most SMP_MAX each, so that no step can overflow. */
static bool product_is(const struct smp_given *g, uint64_t wanted)
{
	const unsigned int factors[] = {
		g->sockets, g->dies, g->modules, g->cores, g->threads,
	};
	uint64_t total = 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(factors) && total <= SMP_MAX; i++)
		total *= factors[i];
	return total && total == wanted;
}

int opt_set_smp(struct model_opts *o, char *err, size_t errlen)
{
	struct smp_given g = o->smp_given;

	if ((uint64_t)or_one(g.dies) * or_one(g.modules) *
	    or_one(g.sockets) > SMP_MAX ||
	    (uint64_t)or_one(g.cores) * or_one(g.threads) > SMP_MAX ||
	    (uint64_t)or_one(g.dies) * or_one(g.modules) * or_one(g.sockets) *
	    or_one(g.cores) * or_one(g.threads) > SMP_MAX)
		return fail(err, errlen, "too many CPUs for", "-smp");
	complete(&g, o->machine && o->machine < QEMU(6, 2));
	if (!product_is(&g, g.maxcpus) || g.cpus > g.maxcpus)
		return fail(err, errlen,
			    "sockets * dies * modules * cores * threads is not maxcpus:",
			    "-smp");
	o->smp = (struct smp){ g.cpus, g.sockets, g.dies, g.modules, g.cores,
			       g.threads };
	return 0;
}

int model_opts_smp(struct model_opts *o, const char *text, char *err,
		   size_t errlen)
{
	struct smp_given g = { 0 };

	if (!parse_smp(&g, text))
		return fail(err, errlen, "not a -smp topology:", text);
	o->smp_given = g;
	return opt_set_smp(o, err, errlen);
}

unsigned int model_opts_vcpus(const struct model_opts *o)
{
	return o->smp.cpus;
}

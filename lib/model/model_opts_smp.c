// SPDX-License-Identifier: GPL-2.0-only
/* -smp, -machine and the version of QEMU to follow. */
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

static int set_smp(struct model_opts *o, char *err, size_t errlen)
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
	return set_smp(o, err, errlen);
}

unsigned int model_opts_vcpus(const struct model_opts *o)
{
	return o->smp.cpus;
}

/* "7.2", "7.2.22", "latest", and the newest by its number. */
int model_opts_version(struct model_opts *o, const char *text, char *err,
		       size_t errlen)
{
	unsigned int maj, min, point = UINT8_MAX;

	if (!strcmp(text, "latest")) {
		o->qemu = QEMU_LATEST;
		o->point = UINT8_MAX;
		return 0;
	}
	if (sscanf(text, "%2u.%2u.%2u", &maj, &min, &point) >= 2) {
		o->qemu = QEMU(maj, min);
		o->point = point;
		if (o->qemu == QEMU_7_2 || o->qemu == QEMU_LATEST)
			return 0;
	}
	return fail(err, errlen, "versions are 7.2 and latest, not", text);
}

const char *model_opts_version_name(const struct model_opts *o)
{
	return o->qemu == QEMU_7_2 ? "7.2 (proved on real runs)" :
				     "11.1 (from reading sources)";
}

int model_opts_set(struct model_opts *o, const char *what)
{
	if (!strcmp(what, "cpu-pm"))
		o->cpu_pm = true;
	else if (!strcmp(what, "tdx"))
		o->tdx = true;
	else
		return -EINVAL;
	return 0;
}

static int set_irqchip(struct model_opts *o, const char *value)
{
	if (!strcmp(value, "on"))
		o->irqchip = IRQCHIP_ON;
	else if (!strcmp(value, "split"))
		o->irqchip = IRQCHIP_SPLIT;
	else if (!strcmp(value, "off"))
		o->irqchip = IRQCHIP_OFF;
	else
		return -EINVAL;
	return 0;
}

/* q35, pc, microvm, or a versioned one such as pc-q35-7.2. */
static int set_machine_type(struct model_opts *o, const char *type)
{
	static const char * const versioned[] = { "pc-q35-", "pc-i440fx-" };
	unsigned int i, maj, min;

	o->machine = 0;
	if (!strcmp(type, "q35") || !strcmp(type, "pc") ||
	    !strcmp(type, "microvm") || !strcmp(type, "none"))
		return 0;
	for (i = 0; i < ARRAY_SIZE(versioned); i++)
		if (!strncmp(type, versioned[i], strlen(versioned[i])) &&
		    sscanf(type + strlen(versioned[i]), "%2u.%2u", &maj,
			   &min) == 2) {
			o->machine = QEMU(maj, min);
			return 0;
		}
	return -EINVAL;
}

int model_opts_machine(struct model_opts *o, const char *text, char *err,
		       size_t errlen)
{
	char *copy = strdup(text), *save = NULL, *token, *value;
	int r = copy ? 0 : -ENOMEM;

	if (!copy)
		return r;
	for (token = strtok_r(copy, ",", &save); token && !r;
	     token = strtok_r(NULL, ",", &save)) {
		value = strchr(token, '=');
		if (value)
			*value++ = 0;
		if (!value)
			r = set_machine_type(o, token);
		else if (!strcmp(token, "type"))
			r = set_machine_type(o, value);
		else if (!strcmp(token, "kernel_irqchip") ||
			 !strcmp(token, "kernel-irqchip"))
			r = set_irqchip(o, value);
	}
	free(copy);
	if (r)
		return fail(err, errlen, "not a -machine that is known:", text);
	return set_smp(o, err, errlen);
}

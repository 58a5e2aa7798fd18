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

struct smp_given {
	unsigned int cpus, maxcpus, sockets, dies, modules, cores, threads;
};

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

/* What was not given: cores first (machine types since 6.2), then sockets. */
static void complete(struct smp_given *g)
{
	unsigned int fixed = or_one(g->dies) * or_one(g->modules);

	if (!g->maxcpus && g->cpus)
		g->maxcpus = g->cpus;
	g->dies = or_one(g->dies);
	g->modules = or_one(g->modules);
	if (!g->maxcpus) {
		g->sockets = or_one(g->sockets);
		g->cores = or_one(g->cores);
		g->threads = or_one(g->threads);
		g->maxcpus = fixed * g->sockets * g->cores * g->threads;
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
	if (!g->cpus)
		g->cpus = g->maxcpus;
}

int model_opts_smp(struct model_opts *o, const char *text, char *err,
		   size_t errlen)
{
	struct smp_given g = { 0 };
	uint64_t total;

	if (!parse_smp(&g, text))
		return fail(err, errlen, "not a -smp topology:", text);
	if ((uint64_t)or_one(g.dies) * or_one(g.modules) > SMP_MAX)
		return fail(err, errlen, "too many CPUs:", text);
	complete(&g);
	total = (uint64_t)g.sockets * g.dies;
	if (total <= SMP_MAX)
		total *= g.modules;
	if (total <= SMP_MAX)
		total *= g.cores;
	if (total <= SMP_MAX)
		total *= g.threads;
	if (!total || total != g.maxcpus || g.cpus > g.maxcpus)
		return fail(err, errlen,
			    "sockets * dies * modules * cores * threads is not maxcpus:",
			    text);
	o->smp = (struct smp){ g.cpus, g.sockets, g.dies, g.modules, g.cores,
			       g.threads };
	return 0;
}

/* "7.2", "7.2.22", "latest", and the newest by its number. */
int model_opts_version(struct model_opts *o, const char *text, char *err,
		       size_t errlen)
{
	unsigned int maj, min;

	if (!strcmp(text, "latest")) {
		o->qemu = QEMU_LATEST;
		return 0;
	}
	if (sscanf(text, "%2u.%2u", &maj, &min) == 2) {
		o->qemu = QEMU(maj, min);
		if (o->qemu == QEMU_7_2 || o->qemu == QEMU_LATEST)
			return 0;
	}
	return fail(err, errlen, "versions are 7.2 and latest, not", text);
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
	return r ? fail(err, errlen, "not a -machine that is known:", text) :
		   0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Reading vectors. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile_parse.h"
#include "vector.h"

/* A vCPU takes 30 kB; KVM has no more than 4096. */
#define VCPUS_MAX	4096

struct loader {
	struct vector *v;
	struct line_reader r;
	unsigned int vcpu;		/* position of the current one */
};

/* What the KVM of the recorded runs could do beyond what a vector lists. */
static void default_caps(struct host_facts *f)
{
	facts_set_cap(f, KVM_CAP_TSC_DEADLINE_TIMER, 1);
	facts_set_cap(f, KVM_CAP_GET_MSR_FEATURES, 1);
	facts_set_cap(f, KVM_CAP_SYS_ATTRIBUTES, 1);
	facts_set_cap(f, KVM_CAP_GET_TSC_KHZ, 1);
	facts_set_cap(f, KVM_CAP_TSC_CONTROL, 1);
	facts_set_cap(f, KVM_CAP_MCE, 32);
}

static struct guest_cpu *current(struct loader *l)
{
	return l->v->nr_vcpus ? &l->v->vcpu[l->vcpu].cpu : NULL;
}

static const char *option_error(struct loader *l, int r)
{
	return r ? l->r.err : NULL;
}

/* Each returns NULL, or what was expected; err itself if that says it. */
static const char *take_qemu(struct loader *l, const char *s)
{
	return option_error(l, model_opts_version(l->v->opts, s, l->r.err,
						  l->r.errlen));
}

static const char *take_machine(struct loader *l, const char *s)
{
	return option_error(l, model_opts_machine(l->v->opts, s, l->r.err,
						  l->r.errlen));
}

static const char *take_accel(struct loader *l, const char *s)
{
	return option_error(l, model_opts_accel(l->v->opts, s, l->r.err,
						l->r.errlen));
}

static const char *take_object(struct loader *l, const char *s)
{
	return option_error(l, model_opts_object(l->v->opts, s, l->r.err,
						 l->r.errlen));
}

static const char *take_memory(struct loader *l, const char *s)
{
	return option_error(l, model_opts_memory(l->v->opts, s, l->r.err,
						 l->r.errlen));
}

static const char *take_irqchip(struct loader *l, const char *s)
{
	char text[80];

	snprintf(text, sizeof(text), "kernel-irqchip=%s", s);
	return option_error(l, model_opts_machine(l->v->opts, text, l->r.err,
						  l->r.errlen));
}

static const char *take_overcommit(struct loader *l, const char *s)
{
	if (!strcmp(s, "cpu-pm=on"))
		return model_opts_set(l->v->opts, "cpu-pm") ? "cpu-pm" : NULL;
	return strcmp(s, "cpu-pm=off") ? "cpu-pm=on or cpu-pm=off" : NULL;
}

static const char *take_smp(struct loader *l, const char *s)
{
	return option_error(l, model_opts_smp(l->v->opts, s, l->r.err,
					      l->r.errlen));
}

static const char *take_model(struct loader *l, const char *s)
{
	if (!strncmp(s, "host", 4) && !model_opts_set(l->v->opts, "host"))
		s += 4;
	else if (!strncmp(s, "max", 3))
		s += 3;
	else
		return "\"max\" or \"host\" and options";
	if (*s && *s++ != ',')
		return "\"max\" or \"host\" and options";
	return option_error(l, model_opts_parse(l->v->opts, s, l->r.err,
						l->r.errlen));
}

static const char *take_refused(struct loader *l, const char *s)
{
	free(l->v->refused);
	l->v->refused = strdup(s);
	return l->v->refused ? NULL : "more memory";
}

/* vCPUs may take turns: what belongs to one need not be in one piece. */
static const char *take_vcpu(struct loader *l, const char *s)
{
	struct vector *v = l->v;
	struct vector_vcpu *more;
	uint64_t index;

	if (!take_dec(&s, UINT16_MAX, &index) || *s)
		return "a vCPU number";
	for (l->vcpu = 0; l->vcpu < v->nr_vcpus; l->vcpu++)
		if (v->vcpu[l->vcpu].index == index)
			return NULL;
	if (v->nr_vcpus == VCPUS_MAX)
		return "fewer vCPUs";
	more = realloc(v->vcpu, (v->nr_vcpus + 1) * sizeof(*more));
	if (!more)
		return "more memory";
	v->vcpu = more;
	memset(&more[v->nr_vcpus], 0, sizeof(*more));
	more[v->nr_vcpus++].index = index;
	return NULL;
}

static const char *take_set_cpuid2(struct loader *l, const char *s)
{
	struct guest_cpu *cpu = current(l);
	struct kvm_cpuid_entry2 e;

	if (!cpu)
		return "\"vcpu\" before this";
	if (!take_entry(s, true, &e))
		return "LEAF SUBLEAF flags= eax= ebx= ecx= edx=";
	if (cpu->cpuid.nent >= CPUID_LIST_MAX)
		return "fewer entries";
	cpu->cpuid.e[cpu->cpuid.nent++] = e;
	return NULL;
}

static const char *take_setup_mce(struct loader *l, const char *s)
{
	struct guest_cpu *cpu = current(l);

	if (!cpu)
		return "\"vcpu\" before this";
	if (!take_hex(&s, 16, &cpu->mcg_cap) || *s)
		return "a 64-bit number in hexadecimal";
	cpu->setup_mce = true;
	return NULL;
}

static const char *take_set_msr(struct loader *l, const char *s)
{
	struct guest_cpu *cpu = current(l);
	uint64_t index, value;

	if (!cpu)
		return "\"vcpu\" before this";
	if (!take_hex(&s, 8, &index) || !take_hex(&s, 16, &value) || *s)
		return "INDEX VALUE";
	return msr_append(&cpu->msrs, index, true, value) ? NULL :
							    "fewer MSRs";
}

static const struct {
	const char *key;
	const char *(*take)(struct loader *l, const char *s);
} keys[] = {
	{ "qemu", take_qemu },
	{ "machine", take_machine },
	{ "accel", take_accel },
	{ "object", take_object },
	{ "memory", take_memory },
	{ "cpu", take_model },
	{ "smp", take_smp },
	{ "kernel_irqchip", take_irqchip },
	{ "overcommit", take_overcommit },
	{ "refused", take_refused },
	{ "vcpu", take_vcpu },
	{ "set_cpuid2", take_set_cpuid2 },
	{ "setup_mce", take_setup_mce },
	{ "set_msr", take_set_msr },
};

/* An option that QEMU may have refused as well: the end of the file tells. */
static int bad_option(struct loader *l, const char *detail)
{
	int r = line_expected(&l->r, detail);

	if (l->v->bad_option)
		return 1;
	l->v->bad_option = strdup(l->r.err);
	return l->v->bad_option ? 1 : r;
}

static int vector_line(struct loader *l)
{
	const char *args, *wanted;
	char detail[200];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		args = line_key(l->r.text, keys[i].key);
		if (!args)
			continue;
		wanted = keys[i].take(l, args);
		if (!wanted)
			return 1;
		snprintf(detail, sizeof(detail), "%.199s", wanted);
		if (wanted != l->r.err)
			return line_expected(&l->r, detail);
		return bad_option(l, detail);
	}
	return 0;
}

/* A word and more: a key of a later version, of no concern here. */
static bool looks_like_fact(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && text[n] == ' ' && text[n + 1];
}

static int load(struct loader *l)
{
	int got = line_next(&l->r);

	if (got < 0)
		return got;
	if (!got || strcmp(l->r.text, "vector 1"))
		return line_expected(&l->r, "\"vector 1\"");
	for (;;) {
		got = line_next(&l->r);
		if (got <= 0)
			return got;
		if (!l->r.text[0] || l->r.text[0] == '#')
			continue;
		got = vector_line(l);
		if (!got)
			got = profile_take_line(&l->v->facts, &l->r);
		if (!got && !looks_like_fact(l->r.text))
			got = line_expected(&l->r, "KEY VALUE...");
		if (got < 0)
			return got;
	}
}

static int load_checked(struct loader *l)
{
	int r = load(l);

	if (!r && l->v->bad_option && !l->v->refused) {
		snprintf(l->r.err, l->r.errlen, "%s", l->v->bad_option);
		return -EINVAL;
	}
	if (!r && !l->v->nr_vcpus)
		r = line_expected(&l->r, "\"vcpu\" and what it was given");
	return r;
}

struct vector *vector_load_stream(FILE *in, const char *name, char *err,
				  size_t errlen)
{
	struct vector *v = calloc(1, sizeof(*v));
	struct loader l = { .v = v, .r = {
		.in = in, .name = name, .err = err, .errlen = errlen,
	} };
	int r = -ENOMEM;

	snprintf(err, errlen, "%s: out of memory", name);
	if (v)
		v->opts = model_opts_new();
	if (v && v->opts) {
		default_caps(&v->facts);
		r = load_checked(&l);
	}
	free(l.r.text);
	if (!r)
		return v;
	vector_free(v);
	return NULL;
}

struct vector *vector_load(const char *path, char *err, size_t errlen)
{
	FILE *in = fopen(path, "r");
	struct vector *v;

	if (!in) {
		snprintf(err, errlen, "%s: %s", path, strerror(errno));
		return NULL;
	}
	v = vector_load_stream(in, path, err, errlen);
	fclose(in);
	return v;
}

void vector_free(struct vector *v)
{
	if (!v)
		return;
	model_opts_free(v->opts);
	free(v->vcpu);
	free(v->refused);
	free(v->bad_option);
	free(v);
}

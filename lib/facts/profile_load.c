// SPDX-License-Identifier: GPL-2.0-only
/* Reading profiles: one function a key. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile_parse.h"

/* Each returns NULL, or what was expected instead. */
typedef const char *(*take_fn)(struct host_facts *f, const char *s);

static const char *take_list(struct cpuid_list *list, bool flags,
			     const char *s)
{
	struct kvm_cpuid_entry2 e;

	if (!take_entry(s, flags, &e))
		return flags ? "LEAF SUBLEAF flags= eax= ebx= ecx= edx=" :
			       "LEAF SUBLEAF eax= ebx= ecx= edx=";
	if (list->nent >= CPUID_LIST_MAX)
		return "fewer entries";
	list->e[list->nent++] = e;
	return NULL;
}

static const char *take_cpu(struct host_facts *f, const char *s)
{
	uint64_t first;

	if (f->nr_cpu_kinds == FACTS_CPU_KINDS_MAX)
		return "fewer kinds of CPU";
	if (!take_dec(&s, UINT32_MAX, &first) || *s)
		return "a CPU number";
	f->cpu[f->nr_cpu_kinds++].first_cpu = first;
	return NULL;
}

static const char *take_host_cpuid(struct host_facts *f, const char *s)
{
	if (!f->nr_cpu_kinds)
		f->nr_cpu_kinds = 1;
	return take_list(&f->cpu[f->nr_cpu_kinds - 1].cpuid, false, s);
}

static const char *take_supported(struct host_facts *f, const char *s)
{
	return take_list(&f->supported, true, s);
}

static const char *take_emulated(struct host_facts *f, const char *s)
{
	return take_list(&f->emulated, true, s);
}

static const char *take_hv(struct host_facts *f, const char *s)
{
	return take_list(&f->hv, true, s);
}

static const char *take_tdx_cpuid(struct host_facts *f, const char *s)
{
	return take_list(&f->tdx_cpuid, true, s);
}

/* "-" stands for a value that could not be read. */
static const char *take_feature_msr(struct host_facts *f, const char *s)
{
	uint64_t index, value = 0;
	bool valid;

	if (!take_hex(&s, 8, &index))
		return "INDEX VALUE";
	valid = strcmp(s, "-") != 0;
	if (valid && (!take_hex(&s, 16, &value) || *s))
		return "INDEX VALUE";
	if (!msr_append(&f->feature_msrs, index, valid, value))
		return "fewer MSRs";
	return NULL;
}

static const char *take_msr_index(struct host_facts *f, const char *s)
{
	uint64_t index;

	if (!take_hex(&s, 8, &index) || *s)
		return "an MSR index";
	if (!msr_append(&f->msr_index, index, false, 0))
		return "fewer MSRs";
	return NULL;
}

static const char *take_u64(bool *valid, uint64_t *value, const char *s)
{
	if (!take_hex(&s, 16, value) || *s)
		return "a 64-bit number in hexadecimal";
	*valid = true;
	return NULL;
}

static const char *take_xcomp(struct host_facts *f, const char *s)
{
	return take_u64(&f->xcomp_valid, &f->xcomp_guest_supp, s);
}

static const char *take_mce_cap(struct host_facts *f, const char *s)
{
	return take_u64(&f->mce_cap_valid, &f->mce_cap, s);
}

static const char *take_tdx_vcpu_cpuid(struct host_facts *f, const char *s)
{
	return take_list(&f->tdx_vcpu_cpuid, true, s);
}

static const char *take_tdx_attributes(struct host_facts *f, const char *s)
{
	return take_u64(&f->tdx_valid, &f->tdx_attributes, s);
}

static const char *take_tdx_xfam(struct host_facts *f, const char *s)
{
	return take_u64(&f->tdx_valid, &f->tdx_xfam, s);
}

static const char *take_tsc_khz(struct host_facts *f, const char *s)
{
	uint64_t v;

	if (!take_dec(&s, UINT32_MAX, &v) || *s)
		return "a number of kHz in decimal";
	f->tsc_khz = v;
	return NULL;
}

static const char *take_sgx_provision(struct host_facts *f, const char *s)
{
	uint64_t v;

	if (!take_dec(&s, 1, &v) || *s)
		return "0 or 1";
	f->sgx_provision = v;
	return NULL;
}

static const char *take_cap(struct host_facts *f, const char *s)
{
	char name[64];
	unsigned int i;
	int32_t value;

	if (!take_word(&s, name, sizeof(name)) || !take_int(&s, &value) || *s)
		return "NAME VALUE";
	for (i = 0; i < facts_nr_caps; i++)
		if (!strcmp(facts_caps[i].name, name))
			break;
	if (i == facts_nr_caps)
		return "a capability that is known";
	facts_set_cap(f, facts_caps[i].cap, value);
	return NULL;
}

static const char *take_param(struct host_facts *f, const char *s)
{
	struct module_param *p = &f->params[f->nr_params];

	if (f->nr_params == FACTS_PARAMS_MAX)
		return "fewer parameters";
	if (!take_word(&s, p->module, sizeof(p->module)) ||
	    !take_word(&s, p->name, sizeof(p->name)) ||
	    strlen(s) >= sizeof(p->value))
		return "MODULE NAME VALUE";
	memcpy(p->value, s, strlen(s) + 1);
	f->nr_params++;
	return NULL;
}

static const char *take_text(char *to, size_t size, const char *s)
{
	if (strlen(s) >= size)
		return "shorter text";
	memcpy(to, s, strlen(s) + 1);
	return NULL;
}

static const char *take_kernel(struct host_facts *f, const char *s)
{
	f->kernel = facts_parse_kernel(s);
	return take_text(f->kernel_release, sizeof(f->kernel_release), s);
}

static const char *take_module(struct host_facts *f, const char *s)
{
	return take_text(f->kvm_module, sizeof(f->kvm_module), s);
}

static const char *take_microcode(struct host_facts *f, const char *s)
{
	return take_text(f->microcode, sizeof(f->microcode), s);
}

/* Said for the reader; it follows from host_cpuid. */
static const char *take_nothing(struct host_facts *f, const char *s)
{
	(void)f;
	(void)s;
	return NULL;
}

static const struct {
	const char *key;
	take_fn take;
} keys[] = {
	{ "brand", take_nothing },
	{ "cap", take_cap },
	{ "cpu_kind", take_cpu },
	{ "emulated_cpuid", take_emulated },
	{ "feature_msr", take_feature_msr },
	{ "host_cpuid", take_host_cpuid },
	{ "hv_cpuid", take_hv },
	{ "kernel", take_kernel },
	{ "kvm_module", take_module },
	{ "mce_cap", take_mce_cap },
	{ "microcode", take_microcode },
	{ "msr_index", take_msr_index },
	{ "param", take_param },
	{ "sgx_provision", take_sgx_provision },
	{ "signature", take_nothing },
	{ "supported_cpuid", take_supported },
	{ "tdx_attributes", take_tdx_attributes },
	{ "tdx_cpuid", take_tdx_cpuid },
	{ "tdx_vcpu_cpuid", take_tdx_vcpu_cpuid },
	{ "tdx_xfam", take_tdx_xfam },
	{ "tsc_khz", take_tsc_khz },
	{ "vendor", take_nothing },
	{ "xcomp_guest_supp", take_xcomp },
};

int profile_take_line(struct host_facts *f, struct line_reader *r)
{
	const char *args, *wanted;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		args = line_key(r->text, keys[i].key);
		if (!args)
			continue;
		wanted = keys[i].take(f, args);
		return wanted ? line_expected(r, wanted) : 1;
	}
	return 0;
}

int profile_keep_extra(struct profile *p, const char *text)
{
	char **more;

	if (p->nr_extra == PROFILE_EXTRA_MAX)
		return -E2BIG;
	more = realloc(p->extra, (p->nr_extra + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	p->extra = more;
	more[p->nr_extra] = strdup(text);
	return more[p->nr_extra] && ++p->nr_extra ? 0 : -ENOMEM;
}

/* "INDEX VALUE" of a dump, which is kept as it is besides. */
static void note_host_msr(struct host_facts *f, const char *s)
{
	uint64_t index, value = 0;
	bool valid;

	if (!s || !take_hex(&s, 8, &index))
		return;
	valid = take_hex(&s, 16, &value);
	facts_add_host_msr(f, index, valid, value);
}

static int keep_line(struct profile *p, struct line_reader *r)
{
	int got = profile_keep_extra(p, r->text);

	note_host_msr(&p->facts, line_key(r->text, "host_msr"));
	if (got == -E2BIG)
		return line_expected(r, "fewer lines that are not known");
	if (got)
		snprintf(r->err, r->errlen, "%s: out of memory", r->name);
	return got;
}

/* 1: "end" was seen */
static int take_any(struct profile *p, struct line_reader *r)
{
	int taken;

	if (!strcmp(r->text, "end"))
		return 1;
	taken = profile_take_line(&p->facts, r);
	if (taken)
		return taken < 0 ? taken : 0;
	return keep_line(p, r);
}

static int load(struct profile *p, struct line_reader *r)
{
	int got = line_next(r), done = 0;

	if (got < 0)
		return got;
	if (!got || strcmp(r->text, "profile 1"))
		return line_expected(r, "\"profile 1\"");
	while (!done) {
		got = line_next(r);
		if (got < 0)
			return got;
		r->line += !got;
		if (!got)
			return line_expected(r, "\"end\" (the file is cut short)");
		done = take_any(p, r);
	}
	if (done < 0)
		return done;
	got = line_next(r);
	if (got > 0)
		return line_expected(r, "nothing after \"end\"");
	return got;
}

int profile_load_stream(struct profile *p, FILE *in, const char *name,
			char *err, size_t errlen)
{
	struct line_reader r = {
		.in = in, .name = name, .err = err, .errlen = errlen,
	};
	int ret = load(p, &r);

	free(r.text);
	return ret;
}

int profile_load(struct profile *p, const char *path, char *err,
		 size_t errlen)
{
	FILE *in = fopen(path, "r");
	int ret;

	if (!in) {
		snprintf(err, errlen, "%s: %s", path, strerror(errno));
		return -errno;
	}
	ret = profile_load_stream(p, in, path, err, errlen);
	fclose(in);
	return ret;
}

struct profile *profile_new(void)
{
	return calloc(1, sizeof(struct profile));
}

void profile_free(struct profile *p)
{
	unsigned int i;

	if (!p)
		return;
	for (i = 0; i < p->nr_extra; i++)
		free(p->extra[i]);
	free(p->extra);
	free(p);
}

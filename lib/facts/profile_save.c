// SPDX-License-Identifier: GPL-2.0-only
/* Writing profiles: everything sorted, numbers of fixed width. */
#include <stdlib.h>
#include <string.h>

#include "profile.h"

static int by_entry(const void *a, const void *b)
{
	const struct kvm_cpuid_entry2 *x = *(const void * const *)a;
	const struct kvm_cpuid_entry2 *y = *(const void * const *)b;

	if (x->function != y->function)
		return x->function < y->function ? -1 : 1;
	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	/* the same twice: in the order of the list, which lookup obeys */
	return x < y ? -1 : x > y;
}

static int by_index(const void *a, const void *b)
{
	const struct msr_value *x = *(const void * const *)a;
	const struct msr_value *y = *(const void * const *)b;

	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x < y ? -1 : x > y;
}

static int by_param(const void *a, const void *b)
{
	const struct module_param *x = *(const void * const *)a;
	const struct module_param *y = *(const void * const *)b;
	int r = strcmp(x->module, y->module);

	r = r ? r : strcmp(x->name, y->name);
	return r ? r : x < y ? -1 : x > y;
}

/* A register alone on a line would make better diffs, but much longer ones. */
static void save_list(FILE *out, const char *key, bool flags,
		      const struct cpuid_list *list)
{
	const struct kvm_cpuid_entry2 *sorted[CPUID_LIST_MAX];
	uint32_t i;

	for (i = 0; i < list->nent; i++)
		sorted[i] = &list->e[i];
	qsort(sorted, list->nent, sizeof(sorted[0]), by_entry);
	for (i = 0; i < list->nent; i++) {
		fprintf(out, "%s 0x%08x 0x%08x", key, sorted[i]->function,
			sorted[i]->index);
		if (flags)
			fprintf(out, " flags=0x%x", sorted[i]->flags);
		fprintf(out, " eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n",
			sorted[i]->eax, sorted[i]->ebx, sorted[i]->ecx,
			sorted[i]->edx);
	}
}

static void save_msrs(FILE *out, const char *key, bool values,
		      const struct msr_list *list)
{
	const struct msr_value *sorted[FACTS_MSRS_MAX];
	uint32_t i;

	for (i = 0; i < list->n; i++)
		sorted[i] = &list->m[i];
	qsort(sorted, list->n, sizeof(sorted[0]), by_index);
	for (i = 0; i < list->n; i++) {
		fprintf(out, "%s 0x%08x", key, sorted[i]->index);
		if (values && sorted[i]->valid)
			fprintf(out, " 0x%016llx",
				(unsigned long long)sorted[i]->value);
		else if (values)
			fputs(" -", out);
		fputc('\n', out);
	}
}

/* Text without the bytes that would break a line. */
static void save_text(FILE *out, const char *key, const char *text, size_t n)
{
	size_t i;

	fprintf(out, "%s ", key);
	for (i = 0; i < n && text[i]; i++)
		fputc(text[i] < ' ' || text[i] > '~' ? '?' : text[i], out);
	fputc('\n', out);
}

/* For the reader; all of it follows from the raw CPUID below. */
static void save_identity(FILE *out, const struct cpuid_list *cpuid)
{
	uint32_t eax = cpuid_get(cpuid, 1, 0, REG_EAX);
	struct cpuid_regs v;
	char vendor[12], brand[48] = "";
	uint32_t leaf;

	v.r[0] = cpuid_get(cpuid, 0, 0, REG_EBX);
	v.r[1] = cpuid_get(cpuid, 0, 0, REG_EDX);
	v.r[2] = cpuid_get(cpuid, 0, 0, REG_ECX);
	memcpy(vendor, v.r, 12);
	save_text(out, "vendor", vendor, 12);
	fprintf(out, "signature family %u model %u stepping %u\n",
		(eax >> 8 & 0xf) + (eax >> 20 & 0xff),
		(eax >> 4 & 0xf) | (eax >> 12 & 0xf0), eax & 0xf);
	for (leaf = 0; leaf < 3; leaf++) {
		const struct kvm_cpuid_entry2 *e;

		e = cpuid_find(cpuid, 0x80000002 + leaf, 0);
		if (!e)
			break;
		v = cpuid_entry_regs(e);
		memcpy(brand + 16 * leaf, v.r, 16);
	}
	if (leaf)
		save_text(out, "brand", brand, 48);
}

static void save_host(FILE *out, const struct host_facts *f)
{
	if (f->nr_cpu_kinds)
		save_identity(out, &f->cpu[0].cpuid);
	if (f->microcode[0])
		fprintf(out, "microcode %s\n", f->microcode);
	if (f->kernel_release[0])
		fprintf(out, "kernel %s\n", f->kernel_release);
	if (f->kvm_module[0])
		fprintf(out, "kvm_module %s\n", f->kvm_module);
}

static void save_params(FILE *out, const struct host_facts *f)
{
	const struct module_param *sorted[FACTS_PARAMS_MAX];
	uint32_t i;

	for (i = 0; i < f->nr_params; i++)
		sorted[i] = &f->params[i];
	qsort(sorted, f->nr_params, sizeof(sorted[0]), by_param);
	for (i = 0; i < f->nr_params; i++)
		fprintf(out, "param %s %s%s%s\n", sorted[i]->module,
			sorted[i]->name, sorted[i]->value[0] ? " " : "",
			sorted[i]->value);
}

/* facts_caps[] is sorted by name. */
static void save_caps(FILE *out, const struct host_facts *f)
{
	unsigned int i;
	uint32_t j;

	for (i = 0; i < facts_nr_caps; i++)
		for (j = 0; j < f->nr_caps; j++)
			if (f->caps[j].cap == facts_caps[i].cap)
				fprintf(out, "cap %s %d\n", facts_caps[i].name,
					f->caps[j].value);
}

static void save_u64(FILE *out, const char *key, uint64_t value)
{
	fprintf(out, "%s 0x%016llx\n", key, (unsigned long long)value);
}

static void save_values(FILE *out, const struct host_facts *f)
{
	if (f->mce_cap_valid)
		save_u64(out, "mce_cap", f->mce_cap);
	if (f->tsc_khz)
		fprintf(out, "tsc_khz %u\n", f->tsc_khz);
	if (f->xcomp_valid)
		save_u64(out, "xcomp_guest_supp", f->xcomp_guest_supp);
	if (f->sgx_provision)
		fputs("sgx_provision 1\n", out);
	if (!f->tdx_valid)
		return;
	save_u64(out, "tdx_attributes", f->tdx_attributes);
	save_u64(out, "tdx_xfam", f->tdx_xfam);
	save_list(out, "tdx_cpuid", true, &f->tdx_cpuid);
	save_list(out, "tdx_vcpu_cpuid", true, &f->tdx_vcpu_cpuid);
}

bool profile_save(const struct profile *p, FILE *out)
{
	const struct host_facts *f = &p->facts;
	uint32_t i;

	fputs("profile 1\n", out);
	save_host(out, f);
	save_params(out, f);
	save_caps(out, f);
	save_values(out, f);
	for (i = 0; i < f->nr_cpu_kinds; i++) {
		fprintf(out, "cpu_kind %u\n", f->cpu[i].first_cpu);
		save_list(out, "host_cpuid", false, &f->cpu[i].cpuid);
	}
	save_list(out, "supported_cpuid", true, &f->supported);
	save_list(out, "emulated_cpuid", true, &f->emulated);
	save_list(out, "hv_cpuid", true, &f->hv);
	save_msrs(out, "feature_msr", true, &f->feature_msrs);
	save_msrs(out, "msr_index", false, &f->msr_index);
	for (i = 0; i < p->nr_extra; i++)
		fprintf(out, "%s\n", p->extra[i]);
	fputs("end\n", out);
	return !ferror(out);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Questions that host facts answer.  Pure. */
#include <stdio.h>
#include <string.h>

#include "facts.h"

const struct msr_value *msr_find(const struct msr_list *list, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < list->n; i++)
		if (list->m[i].index == index)
			return &list->m[i];
	return NULL;
}

uint64_t msr_get(const struct msr_list *list, uint32_t index)
{
	const struct msr_value *m = msr_find(list, index);

	return m && m->valid ? m->value : 0;
}

bool msr_append(struct msr_list *list, uint32_t index, bool valid,
		uint64_t value)
{
	if (list->n >= FACTS_MSRS_MAX)
		return false;
	list->m[list->n++] = (struct msr_value){
		.index = index, .valid = valid, .value = value,
	};
	return true;
}

int facts_cap(const struct host_facts *f, uint32_t cap)
{
	uint32_t i;

	for (i = 0; i < f->nr_caps; i++)
		if (f->caps[i].cap == cap)
			return f->caps[i].value;
	return 0;
}

bool facts_set_cap(struct host_facts *f, uint32_t cap, int value)
{
	uint32_t i;

	for (i = 0; i < f->nr_caps; i++)
		if (f->caps[i].cap == cap)
			break;
	if (i == FACTS_CAPS_MAX)
		return false;
	if (i == f->nr_caps)
		f->nr_caps++;
	f->caps[i] = (struct cap_value){ .cap = cap, .value = value };
	return true;
}

const char *facts_param(const struct host_facts *f, const char *module,
			const char *name)
{
	uint32_t i;

	for (i = 0; i < f->nr_params; i++)
		if (!strcmp(f->params[i].module, module) &&
		    !strcmp(f->params[i].name, name))
			return f->params[i].value;
	return NULL;
}

bool facts_param_bool(const struct host_facts *f, const char *module,
		      const char *name, bool dflt)
{
	const char *v = facts_param(f, module, name);

	if (!v || !v[0])
		return dflt;
	if (strchr("Yy", v[0]))
		return true;
	if (strchr("Nn", v[0]))
		return false;
	/* integer parameters: 0 is off, -1 and the like are on */
	return strcmp(v, "0") != 0;
}

/* MSRs that say what a CPU can do (SDM vol. 4, table 2-2). */
static const struct {
	uint32_t first, last;
} capability_msrs[] = {
	{ 0x000000cf, 0x000000cf },	/* CORE_CAPABILITIES */
	{ 0x0000010a, 0x0000010a },	/* ARCH_CAPABILITIES */
	{ 0x00000345, 0x00000345 },	/* PERF_CAPABILITIES */
	{ 0x00000480, 0x00000493 },	/* VMX */
};

#define MSR_UCODE_REV	0x0000008b

static bool is_capability(uint32_t index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(capability_msrs); i++)
		if (index >= capability_msrs[i].first &&
		    index <= capability_msrs[i].last)
			return true;
	return false;
}

/* Intel has it in the high half (SDM vol. 3A, 11.11.7), AMD in the low one. */
static void set_microcode(struct host_facts *f, uint64_t msr)
{
	uint32_t high = msr >> 32, low = msr;

	if (!f->microcode[0] && (high || low))
		snprintf(f->microcode, sizeof(f->microcode), "0x%x",
			 facts_host_is_amd(f) || !high ? low : high);
}

void facts_add_host_msr(struct host_facts *f, uint32_t index, bool valid,
			uint64_t value)
{
	if (valid && index == MSR_UCODE_REV)
		set_microcode(f, value);
	if (is_capability(index) && !msr_find(&f->host_msrs, index))
		msr_append(&f->host_msrs, index, valid, value);
}

/* No KVM's list of supported CPUID is empty. */
bool facts_have_kvm(const struct host_facts *f)
{
	return f->supported.nent != 0;
}

bool kvm_module_is_foreign(const char *module)
{
	return module[0] && strcmp(module, "kvm_amd") &&
	       strcmp(module, "kvm_intel");
}

bool facts_host_is_amd(const struct host_facts *f)
{
	return cpuid_amd_compatible(&f->cpu[0].cpuid);
}

bool facts_host_is_intel(const struct host_facts *f)
{
	return cpuid_vendor(&f->cpu[0].cpuid) == VENDOR_INTEL;
}

uint32_t facts_parse_kernel(const char *release)
{
	unsigned int maj, min, patch = 0;
	char after = 0;

	/* at most three digits a part, else the packed number overflows */
	if (sscanf(release, "%3u.%3u%c", &maj, &min, &after) < 2)
		return 0;
	if (after == '.')
		sscanf(release, "%*u.%*u.%3u", &patch);
	else if (after >= '0' && after <= '9')
		return 0;
	return KERNEL(maj, min, patch);
}

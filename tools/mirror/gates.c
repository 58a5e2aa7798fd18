// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each bit of guest CPUID opens and closes: the same few questions to a
 * vCPU without the bit, and to one that has no other.
 */
#include <string.h>

#include "surface.h"

#define MSRS_MAX	512

static struct bench g;
static uint32_t gated[MSRS_MAX], nr_gated;

/* What is asked of each; the first three of many variants. */
static const struct ask {
	const char *name;
	bool write;
	uint64_t value;
} asks[] = {
	{ "read" },
	{ "write 0", true, 0 },
	{ "write 1", true, 1 },
	{ "write 1<<32", true, 1ull << 32 },
	{ "read again" },
};

static unsigned int nr_asks(const struct variant *v)
{
	return v->brief ? 3 : ARRAY_SIZE(asks);
}

static const char *ioctl_answer(uint32_t msr, const struct ask *a)
{
	uint64_t value = 0;
	int ret;

	if (a->write) {
		ret = __vcpu_set_msr(&g.vcpu, msr, a->value);
		return ret < 0 ? strerror(-ret) : ret ? "ok" : "refused";
	}
	ret = __vcpu_get_msr(&g.vcpu, msr, &value);
	if (ret == 1)
		return msr_text(msr, value);
	return ret < 0 ? strerror(-ret) : "refused";
}

static void msr_by_ioctl(const struct variant *v, uint32_t msr)
{
	uint64_t value = 0;
	bool ok = __vcpu_get_msr(&g.vcpu, msr, &value) == 1;
	unsigned int i;

	for (i = 0; i < nr_asks(v); i++)
		fact("msr.gate %s %s ioctl %s = %s", v->name, msr_label(msr),
		     asks[i].name, ioctl_answer(msr, &asks[i]));
	if (ok)
		__vcpu_set_msr(&g.vcpu, msr, value);
}

/* What the writes have left must not reach what is asked next. */
static void restore(const struct variant *v, const uint64_t *value,
		    const bool *readable)
{
	uint32_t i;

	for (i = 0; i < nr_gated; i++)
		if (readable[i])
			probe_wrmsr(&g.probe, gated[i], value[i]);
	guest_run(&g, v->name, "gated MSRs again");
	probe_clear(&g.probe);
}

static void add_asks(const struct variant *v)
{
	unsigned int k;
	uint32_t i;

	for (i = 0; i < nr_gated; i++)
		for (k = 0; k < nr_asks(v); k++) {
			if (asks[k].write)
				probe_wrmsr(&g.probe, gated[i], asks[k].value);
			else
				probe_rdmsr(&g.probe, gated[i]);
		}
}

static void msrs_in_guest(const struct variant *v)
{
	static uint64_t value[MSRS_MAX];
	static bool readable[MSRS_MAX];
	const struct probe_request *r = g.probe.hdr->req;
	unsigned int k;
	uint32_t i;

	add_asks(v);
	if (!guest_run(&g, v->name, "gated MSRs"))
		return;
	for (i = 0; i < nr_gated; i++) {
		readable[i] = r->vector == PROBE_NO_VECTOR;
		value[i] = probe_value(r);
		for (k = 0; k < nr_asks(v); k++, r++)
			fact("msr.gate %s %s guest %s = %s", v->name,
			     msr_label(gated[i]), asks[k].name,
			     asks[k].write || r->vector != PROBE_NO_VECTOR ?
			     fault_of(r) :
			     msr_text(gated[i], probe_value(r)));
	}
	probe_clear(&g.probe);
	restore(v, value, readable);
}

static void all_of(const struct variant *v)
{
	bool runs;
	uint32_t i;

	fact("variant %s = recorded", v->name);
	nr_gated = surface_gated_msrs(gated, MSRS_MAX, v->brief);
	runs = variant_boot(&g, v);
	for (i = 0; i < nr_gated; i++)
		msr_by_ioctl(v, gated[i]);
	registers_by_ioctl(&g, v);
	/* Whether a vCPU without CPUID can be in long mode is told by ioctl. */
	if (!runs || v->no_list)
		return;
	msrs_in_guest(v);
	registers_in_guest(&g, v);
	instructions_in_guest(&g, v);
}

static void begin(void)
{
	bench_open(&g, VM_IRQCHIP);
}

static void offs(const void *arg)
{
	static struct variant v;

	(void)arg;
	begin();
	variant_max(&g, &v);
	all_of(&v);
	each_off(&g, all_of);
}

static void onlys(const void *arg)
{
	static struct variant v;

	(void)arg;
	begin();
	variant_bare(&g, &v);
	all_of(&v);
	each_only(&g, all_of);
}

static void others(const void *arg)
{
	static const struct {
		const char *vendor, *name;
	} vendors[] = {
		{ "GenuineIntel", "intel" }, { "AuthenticAMD", "amd" },
		{ "HygonGenuine", "hygon" }, { "CentaurHauls", "centaur" },
	};
	static struct variant v;
	unsigned int i;

	(void)arg;
	begin();
	for (i = 0; i < ARRAY_SIZE(vendors); i++) {
		variant_vendor(&g, &v, vendors[i].vendor, vendors[i].name);
		all_of(&v);
	}
	variant_all(&g, &v);
	all_of(&v);
	variant_none(&g, &v);
	all_of(&v);
}

void record_gates(void)
{
	section("each feature off", offs, NULL);
	section("each feature alone", onlys, NULL);
	section("vendors, all features, no CPUID", others, NULL);
}

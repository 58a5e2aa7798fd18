// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs: who may read them, which bits of a write are taken and which are kept,
 * by ioctl and in the guest, with a feature and without it.
 */
#include <string.h>

#include "msr_value_set.h"
#include "surface.h"

#define MSRS_MAX	1024

static struct bench g;
static uint32_t msrs[MSRS_MAX], nr_msrs;

/* KVM writes to memory at the address that these are given. */
static bool is_address(uint32_t msr)
{
	return msr == 0x11 || msr == 0x12 ||
	       (msr >= 0x4b564d00 && msr <= 0x4b564d04);
}

/*
 * The TSC, which moves TSC_ADJUST; where the guest's own code and tables are; and TCG's VMRUN does not take
 * EFER.LMSLE.
 */
static bool harmful(uint32_t msr, uint64_t value)
{
	if (msr == MSR_IA32_TSC)
		return true;
	if (is_address(msr))
		return value >= 0x1000 && value < PROBE_MEM_SIZE &&
		       (value < PROBE_SCRATCH ||
			value >= PROBE_SCRATCH + PROBE_SCRATCH_SIZE);
	return msr == MSR_EFER && value & EFER_LMSLE;
}

const char *msr_text(uint32_t msr, uint64_t value)
{
	static char text[24];

	if (msr_moves(msr))
		return "moves";
	snprintf(text, sizeof(text), "0x%016llx", (unsigned long long)value);
	return text;
}

/* What became of a write of each bit and of each value of the set. */
struct outcome {
	uint64_t takes, keeps;
	char values[NR_MSR_VALUES + 1];
};

/* n refused, k kept, 0 dropped, o something else is read then. */
static char letter(bool done, uint64_t base, uint64_t wrote, uint64_t now)
{
	if (!done)
		return 'n';
	if (now == wrote)
		return 'k';
	return now == base ? '0' : 'o';
}

static void note(struct outcome *o, unsigned int i, char how)
{
	if (i < 64) {
		o->takes |= how == 'n' ? 0 : 1ull << i;
		o->keeps |= how == 'k' ? 1ull << i : 0;
	} else {
		o->values[i - 64] = how;
	}
}

/* Write i of an MSR: one bit turned, then the values. */
static uint64_t write_of(uint64_t base, unsigned int i)
{
	return i < 64 ? base ^ 1ull << i : msr_values[i - 64];
}

static void tell(const char *who, const struct variant *v, uint32_t msr,
		 const struct outcome *o)
{
	const char *name = msr_label(msr);

	fact("msr.%s %s %s takes = 0x%016llx", who, v->name, name,
	     (unsigned long long)o->takes);
	if (!msr_moves(msr))
		fact("msr.%s %s %s keeps = 0x%016llx", who, v->name, name,
		     (unsigned long long)o->keeps);
	fact("msr.%s %s %s values = %s", who, v->name, name, o->values);
}

/* --- by ioctl --------------------------------------------------------------- */
static char host_write(uint32_t msr, uint64_t base, uint64_t value)
{
	uint64_t now = 0;
	int ret;

	if (harmful(msr, value))
		return '-';
	ret = __vcpu_set_msr(&g.vcpu, msr, value);
	if (ret != 1)
		return 'n';
	ret = __vcpu_get_msr(&g.vcpu, msr, &now);
	__vcpu_set_msr(&g.vcpu, msr, base);
	if (msr_moves(msr))
		return 'k';
	return ret == 1 ? letter(true, base, value, now) : 'w';
}

/* Nothing of it is there: no need to ask for each bit. */
static bool host_lacks(uint32_t msr)
{
	return __vcpu_set_msr(&g.vcpu, msr, 0) != 1 &&
	       __vcpu_set_msr(&g.vcpu, msr, 1) != 1 &&
	       __vcpu_set_msr(&g.vcpu, msr, ~0ull) != 1;
}

static void host_msr(const struct variant *v, uint32_t msr)
{
	struct outcome o = { 0 };
	uint64_t base = 0;
	unsigned int i;
	int ret = __vcpu_get_msr(&g.vcpu, msr, &base);

	fact("msr.host %s %s read = %s", v->name, msr_label(msr), ret == 1 ?
	     msr_text(msr, base) : ret ? strerror(-ret) : "refused");
	if (ret != 1 && host_lacks(msr))
		return;
	for (i = 0; i < 64 + NR_MSR_VALUES; i++)
		note(&o, i, host_write(msr, base, write_of(base, i)));
	tell("host", v, msr, &o);
}

static void host_all(const struct variant *v)
{
	uint32_t i;

	variant_boot(&g, v);
	for (i = 0; i < nr_msrs; i++)
		host_msr(v, msrs[i]);
}

/* --- in the guest ----------------------------------------------------------- */
static uint64_t bases[MSRS_MAX];
static bool readable[MSRS_MAX], absent[MSRS_MAX];
static struct outcome outcomes[MSRS_MAX];

/* A write, or a read in its place where that does harm. */
static void add_write(uint32_t msr, uint64_t value)
{
	if (harmful(msr, value))
		probe_rdmsr(&g.probe, msr);
	else
		probe_wrmsr(&g.probe, msr, value);
}

/* Of each MSR a read, and the writes of which one is taken if it is there. */
static bool read_bases(const struct variant *v)
{
	uint32_t i;

	for (i = 0; i < nr_msrs; i++) {
		probe_rdmsr(&g.probe, msrs[i]);
		add_write(msrs[i], 0);
		add_write(msrs[i], 1);
	}
	if (!guest_run(&g, v->name, "reads of MSRs"))
		return false;
	for (i = 0; i < nr_msrs; i++) {
		const struct probe_request *r = &g.probe.hdr->req[3 * i];

		readable[i] = r->vector == PROBE_NO_VECTOR;
		bases[i] = readable[i] ? probe_value(r) : 0;
		absent[i] = !readable[i] && r[1].vector != PROBE_NO_VECTOR &&
			    r[2].vector != PROBE_NO_VECTOR;
		fact("msr.guest %s %s read = %s", v->name, msr_label(msrs[i]),
		     readable[i] ? msr_text(msrs[i], bases[i]) :
		     fault_of(r));
	}
	probe_clear(&g.probe);
	return true;
}

/* All writes of one MSR, which are independent; then what was there again. */
static bool guest_writes(const struct variant *v, uint32_t m, bool *taken)
{
	unsigned int i, n = 64 + NR_MSR_VALUES;

	for (i = 0; i < n; i++) {
		uint64_t value = write_of(bases[m], i);

		probe_wrmsr(&g.probe, msrs[m],
			    harmful(msrs[m], value) ? bases[m] : value);
	}
	probe_wrmsr(&g.probe, msrs[m], bases[m]);
	if (!guest_run(&g, v->name, msr_label(msrs[m])))
		return false;
	for (i = 0; i < n; i++)
		taken[i] = g.probe.hdr->req[i].vector == PROBE_NO_VECTOR;
	probe_clear(&g.probe);
	return true;
}

/* Those that were taken once more, each with a read behind it. */
static bool guest_keeps(const struct variant *v, uint32_t m,
			const bool *taken)
{
	unsigned int i, k = 0, n = 64 + NR_MSR_VALUES;

	for (i = 0; i < n; i++) {
		uint64_t value = write_of(bases[m], i);

		if (!taken[i] || harmful(msrs[m], value))
			continue;
		probe_wrmsr(&g.probe, msrs[m], value);
		probe_rdmsr(&g.probe, msrs[m]);
		probe_wrmsr(&g.probe, msrs[m], bases[m]);
	}
	if (!guest_run(&g, v->name, msr_label(msrs[m])))
		return false;
	for (i = 0; i < n; i++) {
		uint64_t value = write_of(bases[m], i);
		const struct probe_request *r = &g.probe.hdr->req[3 * k + 1];

		if (!taken[i] || harmful(msrs[m], value)) {
			note(&outcomes[m], i, taken[i] ? '-' : 'n');
			continue;
		}
		k++;
		note(&outcomes[m], i, !readable[m] ? 'w' : msr_moves(msrs[m]) ?
		     'k' : letter(true, bases[m], value, probe_value(r)));
	}
	probe_clear(&g.probe);
	return true;
}

static void guest_all(const struct variant *v)
{
	static bool taken[64 + NR_MSR_VALUES];
	uint32_t m;

	/* The writes have left something: begin anew. */
	if (!variant_boot(&g, v) || !read_bases(v) || !variant_boot(&g, v))
		return;
	memset(outcomes, 0, sizeof(outcomes));
	for (m = 0; m < nr_msrs; m++) {
		if (absent[m])
			continue;
		if (!guest_writes(v, m, taken) || !guest_keeps(v, m, taken)) {
			/* It does not come back: the next one needs another. */
			if (!variant_boot(&g, v))
				return;
			continue;
		}
		tell("guest", v, msrs[m], &outcomes[m]);
	}
}

/* What one side wrote, as the other side sees it. */
static uint64_t odd_value(uint64_t base, const struct outcome *o)
{
	return o->keeps ? base ^ (o->keeps & -o->keeps) : base;
}

static void cross_one(const struct variant *v, uint32_t m)
{
	uint64_t value = odd_value(bases[m], &outcomes[m]), now = 0;
	const struct probe_request *r = g.probe.hdr->req;
	int ret, got;

	if (msr_moves(msrs[m]) || absent[m])
		return;
	ret = __vcpu_set_msr(&g.vcpu, msrs[m], value);
	probe_rdmsr(&g.probe, msrs[m]);
	probe_wrmsr(&g.probe, msrs[m], bases[m]);
	if (!guest_run(&g, v->name, msr_label(msrs[m]))) {
		variant_boot(&g, v);
		return;
	}
	got = __vcpu_get_msr(&g.vcpu, msrs[m], &now);
	fact("msr.both %s %s host then guest = %d, 0x%llx read %s 0x%llx",
	     v->name, msr_label(msrs[m]), ret, (unsigned long long)value,
	     fault_of(r), (unsigned long long)(r->vector == PROBE_NO_VECTOR ?
	     probe_value(r) : 0));
	fact("msr.both %s %s guest then host = %s, 0x%llx", v->name,
	     msr_label(msrs[m]), fault_of(r + 1),
	     (unsigned long long)(got == 1 ? now : 0));
	probe_clear(&g.probe);
}

static void cross_all(const struct variant *v)
{
	uint32_t m;

	if (!variant_boot(&g, v))
		return;
	for (m = 0; m < nr_msrs; m++)
		cross_one(v, m);
}

/* --- MSRs that nobody would think of ---------------------------------------- */
static void scan(const struct variant *v)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0, 0xfff }, { 0x40000000, 0x400001ff },
		{ 0x4b564d00, 0x4b564d1f }, { 0xc0000000, 0xc00003ff },
		{ 0xc0010000, 0xc00102ff }, { 0xc0011000, 0xc00110ff },
	};
	uint64_t value;
	unsigned int i;
	uint32_t m;

	variant_boot(&g, v);
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		for (m = ranges[i].first; m <= ranges[i].last; m++) {
			int ret = __vcpu_get_msr(&g.vcpu, m, &value);

			if (ret == 1)
				fact("msr.scan %s %s = %s", v->name,
				     msr_label(m), msr_text(m, value));
		}
}

static void begin(void)
{
	bench_open(&g, VM_IRQCHIP);
	nr_msrs = surface_msrs(msrs, MSRS_MAX);
}

static void with_host(const void *arg)
{
	static struct variant v;

	(void)arg;
	begin();
	variant_max(&g, &v);
	host_all(&v);
	scan(&v);
}

static void with_guest(const void *arg)
{
	static struct variant v;

	(void)arg;
	begin();
	variant_max(&g, &v);
	guest_all(&v);
	cross_all(&v);
}

/* Without features the gated ones are looked at in gates.c: here is who reads. */
static void with_bare(const void *arg)
{
	static struct variant v;

	(void)arg;
	begin();
	variant_bare(&g, &v);
	scan(&v);
	if (variant_boot(&g, &v))
		read_bases(&v);
}

static void with_no_list(const void *arg)
{
	static struct variant v;

	(void)arg;
	begin();
	variant_none(&g, &v);
	scan(&v);
}

void record_msrs(void)
{
	section("MSRs by ioctl", with_host, NULL);
	section("MSRs in the guest", with_guest, NULL);
	section("MSRs without features", with_bare, NULL);
	section("MSRs by ioctl, none", with_no_list, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID bits that open MSRs.  For every such bit there is a vCPU that has, of
 * all of them, this one alone; where an MSR has several, one that has all the
 * others.  On each, every MSR that any of the bits opens is read and written,
 * by the guest and by userspace: it must be there exactly if one of *its* bits
 * is set.
 *
 * Then the same for guests of the other vendor, whose MSRs differ in a few
 * reserved bits.
 */
#include "msr_groups.h"

/* On either vendor: a bit that does not fit the host must do nothing. */
static bool gate_of_interest(enum msr_gate g)
{
	return msr_gates[g].n && g != GATE_PRED_CMD_OLD;
}

static void set_gate_bits(struct cpuid_list *l, bool on)
{
	unsigned int g, i;

	for (g = 0; g < NR_MSR_GATES; g++)
		for (i = 0; gate_of_interest(g) && i < msr_gates[g].n; i++)
			cpuid_make_feature(l, msr_gates[g].any[i], on);
}

/* Values that tell something about most of the gated MSRs. */
static const uint64_t values[] = { 0, 4 };

/* A value that ends the interception would end the test: 0 only. */
static unsigned int host_values(struct msr_sweep *s, uint32_t msr)
{
	const struct msr_rule *r = msr_rule_find(&s->cpu, msr);

	return r && r->passed_through ? 1 : ARRAY_SIZE(values);
}

static void access_one(struct msr_sweep *s, uint32_t msr)
{
	unsigned int i;

	sweep_host(s, MSR_READ, msr, 0);
	for (i = 0; i < host_values(s, msr); i++)
		sweep_host(s, MSR_WRITE, msr, values[i]);
	sweep_host(s, MSR_READ, msr, 0);
	sweep_guest(s, MSR_READ, msr, 0);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		sweep_guest(s, MSR_WRITE, msr, values[i]);
	sweep_guest(s, MSR_READ, msr, 0);
}

/* An MSR that the bit in question has nothing to do with. */
static void access_other(struct msr_sweep *s, uint32_t msr)
{
	sweep_guest(s, MSR_READ, msr, 0);
	sweep_guest(s, MSR_WRITE, msr, 0);
}

static void access_row(struct msr_sweep *s, const struct msr_rule *r,
		       bool thorough)
{
	void (*access)(struct msr_sweep *s, uint32_t msr) =
		thorough ? access_one : access_other;

	access(s, r->first);
	if (r->gate == GATE_VMX)	/* VMCS_ENUM would take any value */
		access(s, 0x48a);
	else if (r->last != r->first)
		access(s, r->last);
}

/*
 * All MSRs with a gate of CPUID bits; those of one gate, or of every gate
 * (GATE_NONE), thoroughly.  A row that is not for this host shows that the MSR
 * is not there.
 */
static void access_gated(struct msr_sweep *s, enum msr_gate gate)
{
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i], *now;

		now = msr_rule_find(&s->cpu, r->first);
		if (msr_gates[r->gate].n && (now == r || !now))
			access_row(s, r, !gate || r->gate == gate);
	}
}

/* After the guest ran: userspace finds what the model says is left. */
static void read_back(struct msr_sweep *s, enum msr_gate gate)
{
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++)
		if (msr_gates[msr_rules[i].gate].n &&
		    (!gate || msr_rules[i].gate == gate))
			sweep_host(s, MSR_READ, msr_rules[i].first, 0);
}

static void gated_config(struct msr_sweep *s, const char *config,
			 const struct cpuid_list *l, enum msr_gate gate)
{
	sweep_begin(s, config, l);
	sweep_start(s);
	access_gated(s, gate);
	sweep_run(s);
	read_back(s, gate);
	sweep_end(s);
}

static const char *bit_name(char *buf, size_t len, const char *prefix,
			    struct cpuid_feature f)
{
	const char *name = feature_name(f.function, f.index, f.reg, f.bit);

	snprintf(buf, len, "%s %x.%u.%s[%u] %s", prefix, f.function, f.index,
		 cpuid_reg_name(f.reg), f.bit, name ? name : "");
	return buf;
}

static void only_config(struct msr_sweep *s, enum msr_gate gate,
			struct cpuid_feature f)
{
	static struct cpuid_list l;
	char name[60];

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	set_gate_bits(&l, false);
	cpuid_make_feature(&l, f, true);
	gated_config(s, bit_name(name, sizeof(name), "only", f), &l, gate);
}

/* Bit n of each gate is missing: gates with more are open, others closed. */
static void all_but_config(struct msr_sweep *s, unsigned int n)
{
	static struct cpuid_list l;
	char name[60];
	unsigned int g;

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	set_gate_bits(&l, true);
	for (g = 0; g < NR_MSR_GATES; g++)
		if (gate_of_interest(g) && n < msr_gates[g].n)
			cpuid_make_feature(&l, msr_gates[g].any[n], false);
	snprintf(name, sizeof(name), "all but bit %u of each gate", n);
	gated_config(s, name, &l, GATE_NONE);
}

static void sweep_bits(struct msr_sweep *s)
{
	unsigned int g, i;

	for (g = 0; g < NR_MSR_GATES; g++)
		for (i = 0; gate_of_interest(g) && i < msr_gates[g].n; i++)
			only_config(s, g, msr_gates[g].any[i]);
	for (i = 0; i < MSR_GATE_BITS; i++)
		all_but_config(s, i);
}

static void sweep_all_and_none(struct msr_sweep *s)
{
	static struct cpuid_list l;

	gated_config(s, "max model", &s->bench->cpu.cpuid, GATE_NONE);
	cpuid_copy(&l, &s->bench->cpu.cpuid);
	set_gate_bits(&l, false);
	gated_config(s, "no gate bit", &l, GATE_NONE);
	set_gate_bits(&l, true);
	gated_config(s, "all gate bits", &l, GATE_NONE);
}

/* MSRs that look at the vendor of the guest's CPUID. */
static const struct { uint32_t msr; uint64_t value; } by_vendor[] = {
	{ 0xc0000103, 0x100000004 },	/* TSC_AUX, upper half */
	{ 0xc0000103, 0x12345678 },
	{ 0x175, 0x1000 },		/* SYSENTER_ESP */
	{ 0x175, 0xffff800012345678 },
	{ 0x176, 0xffff800087654321 },	/* SYSENTER_EIP */
	{ 0x401, 1 },			/* MC0_STATUS */
	{ 0xc0010015, 1 << 18 },	/* HWCR[McStatusWrEn] */
	{ 0x401, 1 },
	{ 0x47d, 2 },			/* MC31_STATUS */
	{ 0x401, 0 },
	{ 0xc0010015, 0 },
	{ 0x401, 3 },
	{ 0xc0011021, 0 },
};

static void vendor_config(struct msr_sweep *s, const char *vendor)
{
	static struct cpuid_list l;
	unsigned int who, i;

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	cpuid_set_vendor(&l, vendor);
	cpuid_make_feature(&l, F_RDTSCP, true);
	sweep_begin(s, vendor, &l);
	sweep_start(s);
	s->group = "guest_vendor";
	for (who = MSR_GUEST; who <= MSR_HOST; who++) {
		for (i = 0; i < ARRAY_SIZE(by_vendor); i++) {
			sweep_access(s, who, MSR_WRITE, by_vendor[i].msr,
				     by_vendor[i].value);
			sweep_access(s, who, MSR_READ, by_vendor[i].msr, 0);
		}
		sweep_run(s);
		/* What the guest has written is what userspace finds. */
		for (i = 0; i < ARRAY_SIZE(by_vendor); i++)
			sweep_host(s, MSR_READ, by_vendor[i].msr, 0);
	}
	s->group = NULL;
	sweep_end(s);
}

/* IC_CFG depends on family and model (APM: family 15h, models 02h-1Fh). */
static void family_config(struct msr_sweep *s, uint32_t eax)
{
	static struct cpuid_list l;
	struct kvm_cpuid_entry2 *e;
	char name[40];

	cpuid_copy(&l, &s->bench->cpu.cpuid);
	e = cpuid_find_mut(&l, 1, 0);
	if (!e)
		return;
	e->eax = eax;
	snprintf(name, sizeof(name), "CPUID.1:EAX = 0x%x", eax);
	sweep_begin(s, name, &l);
	s->no_guest = true;
	sweep_start(s);
	sweep_host(s, MSR_READ, 0xc0011021, 0);
	sweep_end(s);
}

static void sweep_guest_cpu(struct msr_sweep *s)
{
	static const uint32_t families[] = {
		0x00600f10, 0x00600f20, 0x00610ff0, 0x00620f00, 0x00500f20,
		0x00000f20,
	};
	unsigned int i;

	vendor_config(s, "GenuineIntel");
	vendor_config(s, "AuthenticAMD");
	vendor_config(s, "HygonGenuine");
	vendor_config(s, "CentaurHauls");
	for (i = 0; i < ARRAY_SIZE(families); i++)
		family_config(s, families[i]);
}

static void sweep(struct msr_sweep *s)
{
	sweep_all_and_none(s);
	sweep_bits(s);
	sweep_guest_cpu(s);
}

SWEEP_FIXTURE(gate)

#define MSR_GROUP_BOTH(name) GROUP(gate, name);
#define MSR_GROUP_GATE(name) GROUP(gate, name);
#define MSR_GROUP_VALUES(name)
#include "msr_groups.def"

GROUP_TESTS(gate)

SWEEP_MAIN(sweep)

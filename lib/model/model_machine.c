// SPDX-License-Identifier: GPL-2.0-only
/* Machine types: which a QEMU has, and how many CPUs they take. */
#include <errno.h>

#include "model_state.h"

/*
 * Versions of pc-q35- and pc-i440fx-, seen in "-machine help" of QEMU 7.2 and
 * 10.0; 11.1 ends those before 5.1.  i440fx is a little older than q35.
 */
static const uint16_t machine_versions[] = {
	104, 105, 106, 107, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209,
	210, 211, 212, 300, 301, 400, 401, 402, 500, 501, 502, 600, 601, 602,
	700, 701, 702, 800, 801, 802, 900, 901, 902, 1000, 1001, 1002, 1100,
	1101,
};

static const struct {
	uint16_t qemu, oldest_q35, oldest_i440fx;
} oldest[] = {
	{ QEMU_7_2, QEMU(2, 4), QEMU(1, 4) },
	{ QEMU_10_0, QEMU(2, 4), QEMU(2, 4) },
	{ QEMU_LATEST, QEMU(5, 1), QEMU(5, 1) },
};

/* The most CPUs of a machine up to a version. */
static const struct {
	uint8_t kind;
	uint16_t up_to, cpus;
} max_cpus[] = {
	{ MACHINE_Q35, QEMU(2, 7), 255 },
	{ MACHINE_Q35, QEMU(8, 0), 288 },
	{ MACHINE_Q35, QEMU(8, 2), 1024 },
	{ MACHINE_Q35, UINT16_MAX, 4096 },
	{ MACHINE_I440FX, UINT16_MAX, 255 },
	{ MACHINE_MICROVM, UINT16_MAX, 288 },
};

static bool is_machine_version(unsigned int version)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(machine_versions); i++)
		if (machine_versions[i] == version)
			return true;
	return false;
}

static bool has_machine(const struct model *m)
{
	unsigned int i, first = 0, version = m->o->machine;

	if (!version)
		return true;
	for (i = 0; i < ARRAY_SIZE(oldest); i++)
		if (oldest[i].qemu <= m->qemu)
			first = m->o->machine_kind == MACHINE_Q35 ?
				oldest[i].oldest_q35 : oldest[i].oldest_i440fx;
	return version >= first && version <= m->qemu &&
	       is_machine_version(version);
}

static unsigned int most_cpus(const struct model *m)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(max_cpus); i++)
		if (max_cpus[i].kind == m->o->machine_kind &&
		    opt_machine(m->o) <= max_cpus[i].up_to)
			return max_cpus[i].cpus;
	return 0;
}

/* A level shares no less than the one below it. */
static int check_smp_cache(struct model *m)
{
	static const enum cache_share dflt[NR_SMP_CACHES] = {
		SHARE_CORE, SHARE_CORE, SHARE_CORE, SHARE_DIE,
	};
	enum cache_share at[NR_SMP_CACHES];
	unsigned int i;

	if (!m->o->smp_cache_given)
		return 0;
	if (!model_rule(m, RULE_SMP_CACHE) ||
	    m->o->machine_kind == MACHINE_MICROVM)
		return model_fail(m, "this machine has no smp-cache");
	for (i = 0; i < NR_SMP_CACHES; i++)
		at[i] = m->o->smp_cache[i] ? m->o->smp_cache[i] : dflt[i];
	if (at[CACHE_L2] < at[CACHE_L1D] || at[CACHE_L2] < at[CACHE_L1I])
		return model_fail(m, "smp-cache: L2 below L1");
	if (at[CACHE_L3] < at[CACHE_L2])
		return model_fail(m, "smp-cache: L3 below L2");
	return 0;
}

static bool kvm_lacks_xen(const struct model *m)
{
	const int32_t needed = KVM_XEN_HVM_CONFIG_HYPERCALL_MSR |
			       KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL |
			       KVM_XEN_HVM_CONFIG_SHARED_INFO;

	return needed & ~model_cap_or(m, KVM_CAP_XEN_HVM, needed);
}

static int check_xen(struct model *m)
{
	if (!m->o->xen_version)
		return 0;
	if (!model_rule(m, RULE_XEN))
		return model_fail(m, "QEMU %u.%u has no xen-version",
				  m->qemu / 100, m->qemu % 100);
	if (m->o->machine_kind == MACHINE_MICROVM)
		return model_fail(m, "Xen is for PC machines only");
	if (kvm_lacks_xen(m))
		return model_fail(m, "KVM_CAP_XEN_HVM lacks what Xen needs");
	if (model_irqchip(m) != IRQCHIP_SPLIT)
		return model_fail(m, "Xen needs kernel-irqchip=split");
	return 0;
}

enum irqchip_mode model_irqchip(const struct model *m)
{
	if (m->o->irqchip_given)
		return m->o->irqchip;
	return m->o->tdx || m->o->irqchip_split ? IRQCHIP_SPLIT : IRQCHIP_ON;
}

static int check_objects(struct model *m)
{
	const struct opt_object *b = m->o->object;

	for (; b < m->o->object + m->o->nr_objects; b++)
		if (b->since > m->qemu)
			return model_fail(m, "QEMU %u.%u has no %s",
					  m->qemu / 100, m->qemu % 100,
					  b->type);
	return 0;
}

static unsigned int all_cpus(const struct model *m)
{
	const struct smp *s = &m->o->smp;

	return s->sockets * s->dies * s->modules * s->cores * s->threads;
}

static int check_cpus(struct model *m)
{
	int32_t kvm = model_cap_or(m, KVM_CAP_MAX_VCPUS, INT32_MAX);
	unsigned int all = all_cpus(m);

	if (all > most_cpus(m))
		return model_fail(m, "%u CPUs, the machine takes %u", all,
				  most_cpus(m));
	if (kvm > 0 && all > (unsigned int)kvm)
		return model_fail(m, "%u CPUs, KVM takes %d", all, kvm);
	return 0;
}

/* Of all CPUs that there is room for: can each be interrupted? */
static int check_apic_ids(struct model *m)
{
	if (model_last_apic_id(m) < 255)
		return 0;
	if (model_irqchip(m) == IRQCHIP_OFF ||
	    !model_cap_or(m, KVM_CAP_X2APIC_API, 1))
		return model_fail(m, "APIC ids from 255 on need an irqchip in KVM and KVM_CAP_X2APIC_API");
	return 0;
}

int model_machine(struct model *m)
{
	static int (* const checks[])(struct model *m) = {
		check_cpus, check_apic_ids, check_xen, check_smp_cache, check_objects, model_sev_check,
		model_sgx_check,
	};
	const struct smp *s = &m->o->smp;
	unsigned int i;

	if (!has_machine(m))
		return model_fail(m, "QEMU %u.%u has no machine type of version %u.%u",
				  m->qemu / 100, m->qemu % 100,
				  m->o->machine / 100, m->o->machine % 100);
	if (m->o->machine_kind == MACHINE_MICROVM &&
	    (s->dies > 1 || s->modules > 1))
		return model_fail(m, "microvm has neither dies nor modules");
	for (i = 0; i < ARRAY_SIZE(checks); i++)
		if (checks[i](m))
			return -EINVAL;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* The max model from beginning to end. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model_state.h"

int32_t model_cap_or(const struct model *m, uint32_t cap, int32_t dflt)
{
	uint32_t i;

	for (i = 0; i < m->f->nr_caps; i++)
		if (m->f->caps[i].cap == cap)
			return m->f->caps[i].value;
	return dflt;
}

static int check_facts(struct model *m)
{
	if (!m->f->nr_cpu_kinds || !m->f->cpu[0].cpuid.nent)
		return model_fail(m, "no CPUID of the host");
	if (!m->f->supported.nent)
		return model_fail(m, "no KVM_GET_SUPPORTED_CPUID");
	if (model_rule(m, RULE_MCE_REQUIRED) &&
	    model_cap_or(m, KVM_CAP_MCE, 1) <= 0)
		return model_fail(m, "KVM does not support KVM_CAP_MCE");
	return 0;
}

static int check_options(struct model *m)
{
	const char *name = m->o->any_name ? NULL : model_opts_unknown(m->o);

	if (name)
		return model_fail(m, "QEMU %u.%u has no option or feature '%s'",
				  m->qemu / 100, m->qemu % 100, name);
	if (model_machine(m))
		return -EINVAL;
	if (m->o->tdx && !model_rule(m, RULE_TDX))
		return model_fail(m, "QEMU %u.%u has no TDX", m->qemu / 100,
				  m->qemu % 100);
	if (m->o->tdx && !m->f->tdx_valid)
		return model_fail(m, "no KVM_TDX_CAPABILITIES");
	return 0;
}

int model_prepare(struct model *m, const struct host_facts *f,
		  const struct model_opts *o, unsigned int vcpu, char *err,
		  size_t errlen)
{
	int r;

	memset(m, 0, sizeof(*m));
	m->f = f;
	m->o = o;
	m->qemu = o->qemu;
	m->vcpu = vcpu;
	m->err = err;
	m->errlen = errlen;
	/* QEMU switches it off for a TDX guest after all properties are set */
	m->pmu = !o->tdx && model_flag(m, OPT_PMU);
	r = check_facts(m);
	if (!r)
		r = check_options(m);
	if (!r)
		r = model_topology(m, vcpu);
	if (!r)
		r = model_hyperv_vpindex(m);
	if (r)
		return r;
	model_identity(m);
	r = model_xsave_areas(m);
	if (!r)
		r = model_expand(m);
	if (!r)
		r = model_filter(m);
	if (!r)
		r = model_realize(m);
	return !r && o->tdx ? model_tdx_check(m) : r;
}

static int output(struct model *m, struct guest_cpu *out)
{
	if (m->o->tdx && model_tdx_get_cpuid(m))
		return -EINVAL;
	if (model_hypervisor(m, out) || model_entries(m, out) ||
	    model_mce(m, out) || model_frequency_leaf(m, out))
		return -EINVAL;
	model_msrs(m, out);
	out->enforce_pv = model_flag(m, OPT_ENFORCE_PV);
	out->enforce_hyperv = model_flag(m, OPT_HV_ENFORCE_CPUID) &&
			      model_hyperv_active(m);
	out->disable_pmu = !m->pmu && model_rule(m, RULE_PMU_OFF_KVM) &&
			   (facts_cap(m->f, KVM_CAP_PMU_CAPABILITY) &
			    KVM_PMU_CAP_DISABLE);
	out->apic_id = m->topo.apic_id;
	return 0;
}

/* Of its lists nothing is read past their end: most of it stays untouched. */
static void guest_cpu_clear(struct guest_cpu *cpu)
{
	const size_t rest = offsetof(struct guest_cpu, setup_mce);

	cpu->cpuid.nent = 0;
	cpu->cpuid.padding = 0;
	cpu->msrs.n = 0;
	memset((char *)cpu + rest, 0, sizeof(*cpu) - rest);
}

int model_compute(const struct host_facts *f, const struct model_opts *opts,
		  unsigned int vcpu, struct guest_cpu *out, char *err,
		  size_t errlen)
{
	struct model_opts *plain = NULL;
	struct model *m = malloc(sizeof(*m));
	int r = -ENOMEM;

	guest_cpu_clear(out);
	if (!opts)
		opts = plain = model_opts_new();
	if (m && opts) {
		r = model_prepare(m, f, opts, vcpu, err, errlen);
		if (!r)
			r = output(m, out);
	}
	model_opts_free(plain);
	free(m);
	return r;
}

void guest_cpu_copy(struct guest_cpu *to, const struct guest_cpu *from)
{
	const size_t rest = offsetof(struct guest_cpu, setup_mce);

	cpuid_copy(&to->cpuid, &from->cpuid);
	to->msrs.n = from->msrs.n;
	memcpy(to->msrs.m, from->msrs.m, from->msrs.n * sizeof(to->msrs.m[0]));
	memcpy((char *)to + rest, (const char *)from + rest,
	       sizeof(*to) - rest);
}

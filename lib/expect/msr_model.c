// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "expect.h"
#include "expect_regs.h"
#include "features.h"
#include "msr_checks.h"
#include "msr_model.h"

#define MSR_KVM_SYSTEM_TIME	0x12

void msr_cpu_init(struct msr_cpu *c, const struct host_facts *facts,
		  const struct msr_list *host, const struct cpuid_list *cpuid)
{
	memset(c, 0, sizeof(*c));
	c->facts = facts;
	c->host = host;
	c->cpuid = cpuid;
	c->amd = facts_host_is_amd(facts);
}

bool msr_kernel_has(const struct msr_cpu *c, enum kvm_change change)
{
	return expect_change(c->facts, change);
}

bool msr_kvm_has(const struct msr_cpu *c, struct cpuid_feature f)
{
	return cpuid_shows(&c->facts->supported, f);
}

bool msr_host_has(const struct msr_cpu *c, struct cpuid_feature f)
{
	return cpuid_has(&c->facts->cpu[0].cpuid, f);
}

bool msr_cpu_has(const struct msr_cpu *c, struct cpuid_feature f)
{
	return expect_feature_counts(c->facts, c->cpuid, f);
}

uint64_t msr_cpu_beyond_phys(const struct msr_cpu *c)
{
	return expect_beyond_phys(c->cpuid);
}

bool msr_cpu_amd_compatible(const struct msr_cpu *c)
{
	return cpuid_amd_compatible(c->cpuid);
}

bool msr_gate_open(const struct msr_cpu *c, enum msr_gate g, uint32_t index)
{
	const struct msr_gate_rule *r = &msr_gates[g];
	unsigned int i;

	if (r->open)
		return r->open(c, index);
	for (i = 0; i < r->n; i++) {
		if (r->raw ? !cpuid_shows(c->cpuid, r->any[i]) :
			     !msr_cpu_has(c, r->any[i]))
			continue;
		if (!r->governed || msr_kvm_has(c, r->any[i]))
			return true;
	}
	return !r->n;
}

static bool on_this_host(const struct msr_rule *r, const struct msr_cpu *c)
{
	if (r->vendor != MSR_ON_ANY && (r->vendor == MSR_ON_AMD) != c->amd)
		return false;
	if (!msr_kernel_has(c, r->since) ||
	    (r->before && msr_kernel_has(c, r->before)))
		return false;
	return !r->applies || r->applies(c);
}

const struct msr_rule *msr_rule_find(const struct msr_cpu *c, uint32_t index)
{
	unsigned int i;

	for (i = 0; i < msr_nr_rules; i++) {
		const struct msr_rule *r = &msr_rules[i];

		if (index >= r->first && index <= r->last &&
		    on_this_host(r, c))
			return r;
	}
	return NULL;
}

enum rule msr_rule_id(const struct msr_rule *r)
{
	return r ? r->rule : RULE_A3;
}

const char *msr_rule_why(const struct msr_rule *r)
{
	return r ? r->why :
	       "KVM does not virtualise this MSR here: kvm_emulate_rdmsr() and kvm_emulate_wrmsr() inject #GP";
}

/* Until 6.12 only the MSRs that come before the emulated ones in the list. */
static bool exempt(const struct msr_cpu *c, uint32_t index)
{
	const struct msr_list *l = &c->facts->msr_index;
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		if (!msr_kernel_has(c, CHANGE_LISTED_MSRS_READ_0) &&
		    l->m[i].index == MSR_KVM_SYSTEM_TIME)
			return false;
		if (l->m[i].index == index)
			return true;
	}
	return false;
}

/*
 * Before 6.5 all MSRs in which MTRRs lie belonged to the MTRRs, which refuse
 * what they do not know: to kvm.ignore_msrs those are known MSRs.
 */
static bool ignored(const struct msr_cpu *c, uint32_t index)
{
	if (!msr_kernel_has(c, CHANGE_MTRR_RANGE) &&
	    index >= 0x200 && index <= 0x2ff)
		return false;
	return facts_param_bool(c->facts, "kvm", "ignore_msrs", false);
}

/* Userspace may save and restore all that is on the list (44883f01fe6a). */
static enum msr_answer unsupported(const struct msr_cpu *c, enum msr_who who,
				   uint32_t index, uint64_t value)
{
	if (ignored(c, index))
		return MSR_DONE;
	if (who == MSR_HOST && !value && exempt(c, index))
		return MSR_DONE;
	return MSR_UNSUPPORTED;
}

static uint64_t reset_value(const struct msr_rule *r, const struct msr_cpu *c,
			    uint32_t index)
{
	return r->reset_of ? r->reset_of(c, index) : r->reset;
}

uint64_t msr_cpu_value(const struct msr_cpu *c, uint32_t index)
{
	const struct msr_value *m = msr_find(&c->written, index);
	const struct msr_rule *r = msr_rule_find(c, index);

	if (m)
		return m->value;
	return r ? reset_value(r, c, index) : 0;
}

/*
 * With V_SPEC_CTRL (APM vol. 2, 15.36.20) it is the guest's from the start; of
 * late only where its CPUID has it.
 */
static bool passed_through(const struct msr_rule *r, const struct msr_cpu *c,
			   enum msr_who who)
{
	if (who == MSR_HOST || !r->passed_through)
		return false;
	return c->passed_through ||
	       (msr_host_has(c, F_V_SPEC_CTRL) &&
		(!msr_kernel_has(c, CHANGE_SPEC_CTRL_RECALC) ||
		 msr_gate_open(c, r->gate, r->first)));
}

static enum msr_answer access_answer(const struct msr_rule *r,
				     const struct msr_cpu *c,
				     enum msr_access access, uint32_t index)
{
	switch (access) {
	case ACCESS_ALLOWED:
	case ACCESS_IGNORED:
	case ACCESS_DROPPED_UNLESS_GATED:
		return MSR_DONE;
	case ACCESS_GATED:
		return msr_gate_open(c, r->gate, index) ? MSR_DONE :
							  MSR_REFUSED;
	case ACCESS_GATED_OR_UNSUPPORTED:
		return msr_gate_open(c, r->gate, index) ? MSR_DONE :
							  MSR_UNSUPPORTED;
	case ACCESS_WITH_BANK:
		return msr_gate_open(c, GATE_BANK, index) ? MSR_DONE :
							    MSR_REFUSED;
	case ACCESS_REFUSED:
		return MSR_REFUSED;
	case ACCESS_UNSUPPORTED:
		return MSR_UNSUPPORTED;
	default:
		return MSR_UNSURE;
	}
}

enum msr_answer msr_read(const struct msr_cpu *c, enum msr_who who,
			 uint32_t index, uint64_t *value, uint64_t *care)
{
	const struct msr_rule *r = msr_rule_find(c, index);
	enum msr_answer a = MSR_UNSUPPORTED;

	*value = 0;
	*care = ~0ull;
	if (r && passed_through(r, c, who))
		return MSR_UNSURE;
	if (r)
		a = access_answer(r, c, r->access[who][MSR_READ], index);
	if (a == MSR_UNSUPPORTED)
		return unsupported(c, who, index, 0);
	if (a != MSR_DONE)
		return a;
	*value = msr_cpu_value(c, index);
	if (r->reset_unknown && !msr_find(&c->written, index))
		*care = 0;
	return MSR_DONE;
}

static bool frozen(const struct msr_cpu *c, uint32_t index)
{
	if (!msr_kernel_has(c, CHANGE_FEATURE_MSRS_FROZEN) || !c->has_run)
		return false;
	if (index >= 0x480 && index <= 0x491)
		return true;
	if (index == 0xce)	/* a feature MSR in later kernels only */
		return msr_find(&c->facts->feature_msrs, index);
	return index == 0xc0011029 || index == 0x10a || index == 0x345;
}

/* Writing what is there already is no change. */
static bool change_of_frozen(const struct msr_cpu *c, uint32_t index,
			     uint64_t value)
{
	uint64_t now, care;

	if (!frozen(c, index))
		return false;
	return msr_read(c, MSR_HOST, index, &now, &care) != MSR_DONE ||
	       now != value;
}

void msr_cpu_set_value(struct msr_cpu *c, uint32_t index, uint64_t value)
{
	uint32_t i;

	for (i = 0; i < c->written.n; i++) {
		if (c->written.m[i].index == index) {
			c->written.m[i].value = value;
			return;
		}
	}
	msr_append(&c->written, index, true, value);
}

static enum msr_answer write_row(struct msr_cpu *c, const struct msr_rule *r,
				 enum msr_who who, uint32_t index,
				 uint64_t value)
{
	enum msr_access access = r->access[who][MSR_WRITE];
	enum msr_answer a = access_answer(r, c, access, index);

	if (passed_through(r, c, who))
		return MSR_UNSURE;
	if (a != MSR_DONE)
		return a;
	if (value & r->reserved)
		return MSR_REFUSED;
	value &= ~r->dropped;
	if (r->check)
		a = r->check(c, who, index, &value);
	if (a != MSR_DONE || access == ACCESS_IGNORED)
		return a;
	if (access == ACCESS_DROPPED_UNLESS_GATED &&
	    !msr_gate_open(c, r->gate, index))
		return a;
	msr_cpu_set_value(c, index, value);
	if (r->passed_through && value)
		c->passed_through = true;
	return a;
}

enum msr_answer msr_write(struct msr_cpu *c, enum msr_who who, uint32_t index,
			  uint64_t value)
{
	const struct msr_rule *r = msr_rule_find(c, index);
	enum msr_answer a = MSR_UNSUPPORTED;

	if (who == MSR_HOST && change_of_frozen(c, index, value))
		return MSR_REFUSED;
	if (r)
		a = write_row(c, r, who, index, value);
	if (a == MSR_UNSUPPORTED)
		return unsupported(c, who, index, value);
	return a;
}

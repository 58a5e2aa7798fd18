// SPDX-License-Identifier: GPL-2.0-only
/* Feature MSRs, in the order in which QEMU gives them to KVM_SET_MSRS. */
#include "model_state.h"

static bool listed(const struct model *m, uint32_t index)
{
	return msr_find(&m->f->msr_index, index);
}

static void add(struct guest_cpu *out, uint32_t index, uint64_t value)
{
	msr_append(&out->msrs, index, true, value);
}

/* Written even if CPUID hides them; then the word is 0. */
static void plain_msrs(struct model *m, struct guest_cpu *out)
{
	uint64_t perf = model_kvm_msr(m, 0x345);

	if (listed(m, 0x10a))
		add(out, 0x10a, m->feat[FEAT_ARCH_CAPABILITIES]);
	if (listed(m, 0xcf))
		add(out, 0xcf, m->feat[FEAT_CORE_CAPABILITY]);
	if (listed(m, 0x345) && m->pmu && perf)
		add(out, 0x345, perf & m->feat[FEAT_PERF_CAPABILITIES]);
}

/*
 * A control MSR: low half what must be 1, high half what may be 1.  default1
 * are the bits that are 1 unless a TRUE control lets them be 0 (SDM vol. 3D,
 * A.3 to A.5).
 */
static uint64_t control(uint32_t word, uint32_t default1)
{
	return (default1 & ~word) | (uint64_t)(default1 | word) << 32;
}

static uint64_t ept_vpid(const struct model *m)
{
	uint64_t v = m->feat[FEAT_VMX_EPT_VPID_CAPS];

	/* memory types of EPT structures, UC and WB, are the host's */
	if (model_has(m, FEAT_VMX_SECONDARY_CTLS, 1))
		v |= model_kvm_msr(m, 0x48c) &
		     (FEATURE_BIT(8) | FEATURE_BIT(14));
	return v;
}

static uint64_t vmx_exit(const struct model *m)
{
	uint64_t v = control(m->feat[FEAT_VMX_EXIT_CTLS], 0x00036dff);

	/* host address space size: KVM does not list it as a choice */
	if (model_has(m, FEAT_8000_0001_EDX, 29))
		v |= FEATURE_BIT(41);
	return v;
}

/* Revision, VMXON size, memory type and PAT-like fields are the host's. */
static uint64_t vmx_basic(const struct model *m)
{
	return m->feat[FEAT_VMX_BASIC] |
	       (model_kvm_msr(m, 0x480) & 0x003c1fff7fffffff);
}

static uint64_t vmx_misc(const struct model *m)
{
	return m->feat[FEAT_VMX_MISC] |
	       (model_kvm_msr(m, 0x485) & 0x0e00001f);
}

/* Highest VMCS field index, by the newest field that the guest has. */
static uint64_t vmcs_enum(const struct model *m)
{
	bool newer = model_rule(m, RULE_VMCS_ENUM);

	if (newer && model_has(m, FEAT_7_1_EAX, 17))		/* fred */
		return 0x52;
	if (newer && model_has(m, FEAT_VMX_EXIT_CTLS, 31))
		return 0x44;
	return model_has(m, FEAT_VMX_SECONDARY_CTLS, 25) ? 0x32 : 0x2e;
}

static void vmx_msrs(struct model *m, struct guest_cpu *out)
{
	if (!model_has(m, FEAT_1_ECX, 5) || !model_kvm_msr(m, 0x480))
		return;
	add(out, 0x48e, control(m->feat[FEAT_VMX_PROCBASED_CTLS], 0x0401e172));
	add(out, 0x48d, control(m->feat[FEAT_VMX_PINBASED_CTLS], 0x16));
	add(out, 0x48f, vmx_exit(m));
	add(out, 0x490, control(m->feat[FEAT_VMX_ENTRY_CTLS], 0x11ff));
	add(out, 0x48b, control(m->feat[FEAT_VMX_SECONDARY_CTLS], 0));
	add(out, 0x48c, ept_vpid(m));
	add(out, 0x480, vmx_basic(m));
	add(out, 0x485, vmx_misc(m));
	if (listed(m, 0x491))
		add(out, 0x491, m->feat[FEAT_VMX_VMFUNC]);
	add(out, 0x486, 0x80000021);		/* CR0: PG, NE, PE */
	add(out, 0x488, 0x2000);		/* CR4: VMXE */
	add(out, 0x48a, vmcs_enum(m));
}

static void ucode_rev(struct model *m, struct guest_cpu *out)
{
	if (listed(m, 0x8b))
		add(out, 0x8b, m->ucode_rev);
}

void model_msrs(struct model *m, struct guest_cpu *out)
{
	bool last = model_rule(m, RULE_UCODE_REV_LAST);

	if (!m->o->tdx)
		plain_msrs(m, out);
	if (!last)
		ucode_rev(m, out);
	if (!m->o->tdx)
		vmx_msrs(m, out);
	if (last)
		ucode_rev(m, out);
}

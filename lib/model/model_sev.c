// SPDX-License-Identifier: GPL-2.0-only
/*
 * SEV, SEV-ES and SEV-SNP guests: the leaf that tells them so, and what QEMU
 * takes away from an SNP guest (APM vol. 3, 0x8000001F; QEMU's target/i386/
 * sev.c as of 7.2 and 9.1 to 11.1).
 */
#include "model_state.h"

#define LEAF_SEV	0x8000001f
#define POLICY_ES	(UINT64_C(1) << 2)
#define C_BIT_MASK	0x3f
#define REDUCED_MAX	63
#define VM_TYPE_SNP	(1 << 4)	/* KVM_X86_SNP_VM */

static const struct opt_object *confidential(const struct model *m)
{
	return m->o->cgs_id[0] ? opt_object(m->o, m->o->cgs_id) : NULL;
}

static const struct opt_object *sev(const struct model *m)
{
	const struct opt_object *b = confidential(m);

	return b && (b->kind == OBJECT_SEV || b->kind == OBJECT_SEV_SNP) ? b :
									    NULL;
}

bool model_sev(const struct model *m)
{
	return sev(m);
}

static bool is_snp(const struct model *m)
{
	return sev(m) && sev(m)->kind == OBJECT_SEV_SNP;
}

/* An SNP guest is an ES guest too, whatever its policy. */
static bool is_es(const struct model *m)
{
	return is_snp(m) || (sev(m) && (sev(m)->policy & POLICY_ES));
}

struct cpuid_regs model_leaf_8000001f(const struct model *m, uint32_t index)
{
	struct cpuid_regs v = { { 0 } };

	(void)index;
	if (!sev(m))
		return v;
	v.r[REG_EAX] = 1u << 1 | (uint32_t)is_es(m) << 3 |
		       (uint32_t)is_snp(m) << 4;
	v.r[REG_EBX] = (sev(m)->cbitpos & C_BIT_MASK) |
		       sev(m)->reduced_phys_bits << 6;
	return v;
}

/*
 * The last step of what counts as supported.  Of leaf 1, all subleaves that
 * could be asked for; there is but one.
 */
uint32_t model_snp_adjust(const struct model *m, uint32_t function,
			  uint32_t index, enum cpuid_reg reg, uint32_t value)
{
	static const struct {
		uint32_t function;
		uint8_t reg;
		uint32_t mask;
	} gone[] = {
		{ 0x1, REG_ECX, 1u << 24 },	/* tsc-deadline */
		{ 0x7, REG_EBX, 1u << 1 },	/* tsc-adjust */
		/* spec-ctrl, stibp, flush-l1d, arch- and core-capabilities,
		 * ssbd
		 */
		{ 0x7, REG_EDX, 0xfc000000 },
		{ 0x80000008, REG_EBX, 1u << 25 },	/* virt-ssbd */
	};
	unsigned int i;

	if (!is_snp(m))
		return value;
	for (i = 0; i < ARRAY_SIZE(gone); i++)
		if (gone[i].function == function && gone[i].reg == reg &&
		    (function != 7 || !index))
			value &= ~gone[i].mask;
	return value;
}

static int check_object(struct model *m)
{
	const struct opt_object *b = confidential(m);

	if (!m->o->cgs_id[0])
		return 0;
	if (!b || b->kind == OBJECT_EPC)
		return model_fail(m, "confidential-guest-support: no such guest as '%s'",
				  m->o->cgs_id);
	return 0;
}

static int check_host(struct model *m)
{
	uint32_t host = model_host_regs(m, LEAF_SEV, 0).r[REG_EBX] &
			C_BIT_MASK;
	const struct opt_object *b = sev(m);

	if (b->cbitpos != host)
		return model_fail(m, "SEV: cbitpos is the host's %u, not %llu",
				  host, (unsigned long long)b->cbitpos);
	if (b->reduced_phys_bits < 1 || b->reduced_phys_bits > REDUCED_MAX)
		return model_fail(m, "SEV: reduced-phys-bits is from 1 to %u, not %llu",
				  REDUCED_MAX,
				  (unsigned long long)b->reduced_phys_bits);
	return 0;
}

int model_sev_check(struct model *m)
{
	if (check_object(m))
		return -1;
	if (!sev(m))
		return 0;
	if (check_host(m))
		return -1;
	if (is_es(m) && model_irqchip(m) == IRQCHIP_OFF)
		return model_fail(m, "SEV-ES and SEV-SNP need an irqchip in the kernel");
	if (is_snp(m) && !(model_cap_or(m, KVM_CAP_VM_TYPES, VM_TYPE_SNP) &
			   VM_TYPE_SNP))
		return model_fail(m, "KVM_CAP_VM_TYPES has no SEV-SNP");
	if (is_snp(m) && m->o->smm)
		return model_fail(m, "SEV-SNP has no SMM");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * SGX: leaf 0x12, and the sections of enclave memory (EPC) that a PC places
 * above its RAM (SDM vol. 3D, 36.7.2; QEMU's hw/i386/sgx.c and pc.c).
 */
#include <string.h>

#include "model_state.h"

#define REGS(...)	((struct cpuid_regs){ { __VA_ARGS__ } })

#define GIB		(UINT64_C(1) << 30)
#define PAGE		4096
#define PAGE_BITS	0xfffff000
#define DEFAULT_RAM	(128 * (UINT64_C(1) << 20))

static uint64_t ram(const struct model *m)
{
	return m->o->memory ? m->o->memory : DEFAULT_RAM;
}

/* How much of so much RAM lies below 4 GiB: at most, and in whole GiB. */
static uint64_t ram_below_4g(const struct model *m)
{
	uint64_t most = 0xe0000000, rounded = 0xc0000000;

	if (m->o->machine_kind == MACHINE_Q35) {
		most = 0xb0000000;
		rounded = 0x80000000;
	} else if (opt_machine(m->o) <= QEMU(1, 7)) {
		rounded = most;
	}
	if (ram(m) < most)
		return ram(m);
	return rounded;
}

static uint64_t epc_size(const struct model *m, unsigned int section)
{
	return opt_object(m->o, m->o->epc[section].memdev)->size;
}

static uint64_t epc_base(const struct model *m, unsigned int section)
{
	uint64_t at = 4 * GIB + ram(m) - ram_below_4g(m);
	unsigned int i;

	for (i = 0; i < section; i++)
		at += epc_size(m, i);
	return at;
}

/* The properties of a section, not its type, are those of the host's first. */
static struct cpuid_regs epc_section(const struct model *m, unsigned int i)
{
	struct cpuid_regs v = model_host_regs(m, 0x12, 2);
	uint64_t base, size;

	if (i >= m->o->nr_epc || m->o->machine_kind == MACHINE_MICROVM)
		return REGS(0);
	base = epc_base(m, i);
	size = epc_size(m, i);
	return REGS((base & PAGE_BITS) | 1, base >> 32,
		    (size & PAGE_BITS) | (v.r[REG_ECX] & 0xf), size >> 32);
}

struct cpuid_regs model_leaf_12(const struct model *m, uint32_t index)
{
	bool xcr0 = model_rule(m, RULE_SGX_XFRM_XCR0);
	struct cpuid_regs v;

	if (!model_has(m, FEAT_7_0_EBX, 2))
		return REGS(0);
	if (index > 1)
		return epc_section(m, index - 2);
	v = model_kvm_regs(m, 0x12, index);
	if (index == 0) {
		v.r[REG_EAX] &= m->feat[FEAT_SGX_12_0_EAX];
		v.r[REG_EBX] &= m->feat[FEAT_SGX_12_0_EBX];
		return v;
	}
	v.r[REG_EAX] &= m->feat[FEAT_SGX_12_1_EAX];
	v.r[REG_EBX] = 0;
	v.r[REG_ECX] &= m->feat[xcr0 ? FEAT_XSAVE_XCR0_LO : FEAT_XSAVE_XSS_LO];
	v.r[REG_ECX] |= 3;				/* x87, SSE */
	v.r[REG_EDX] &= m->feat[xcr0 ? FEAT_XSAVE_XCR0_HI : FEAT_XSAVE_XSS_HI];
	if (!m->f->sgx_provision)
		v.r[REG_EAX] &= ~(1u << 4);
	return v;
}

static bool used_twice(const struct model_opts *o, unsigned int section)
{
	unsigned int i;

	for (i = 0; i < section; i++)
		if (!strcmp(o->epc[i].memdev, o->epc[section].memdev))
			return true;
	return false;
}

static int check_section(struct model *m, unsigned int i)
{
	const struct opt_epc *e = &m->o->epc[i];
	const struct opt_object *b = opt_object(m->o, e->memdev);

	if (!e->memdev[0] || !e->has_node)
		return model_fail(m, "sgx-epc.%u needs memdev and node", i);
	/* takes the option, and never looks at it */
	if (m->o->machine_kind == MACHINE_MICROVM)
		return 0;
	if (!b || b->kind != OBJECT_EPC)
		return model_fail(m, "sgx-epc.%u: no memory-backend-epc '%s'",
				  i, e->memdev);
	if (used_twice(m->o, i))
		return model_fail(m, "memory-backend-epc '%s' is used twice",
				  b->id);
	return 0;
}

/* An object is made whether or not a machine has a use for it. */
static int check_backends(struct model *m)
{
	const struct opt_object *b = m->o->object;

	for (; b < m->o->object + m->o->nr_objects; b++) {
		if (b->kind != OBJECT_EPC)
			continue;
		if (!b->size)
			return model_fail(m, "memory-backend-epc '%s' has no size",
					  b->id);
		if (model_rule(m, RULE_EPC_PAGES) && b->size % PAGE)
			return model_fail(m, "memory-backend-epc '%s' is no multiple of 4 KiB",
					  b->id);
	}
	return 0;
}

int model_sgx_check(struct model *m)
{
	unsigned int i;

	if (check_backends(m))
		return -1;
	if (m->o->nr_epc && m->o->max_ram_below_4g)
		return model_fail(m, "sgx-epc with max-ram-below-4g is not supported here");
	for (i = 0; i < m->o->nr_epc; i++)
		if (check_section(m, i))
			return -1;
	return 0;
}

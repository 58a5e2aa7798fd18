// SPDX-License-Identifier: GPL-2.0-only
/* Who the guest CPU says it is. */
#include <string.h>

#include "model_state.h"

bool model_is_intel(const struct model *m)
{
	return !memcmp(m->vendor, "GenuineIntel", 12);
}

bool model_is_amd(const struct model *m)
{
	return !memcmp(m->vendor, "AuthenticAMD", 12);
}

bool model_is_zhaoxin(const struct model *m)
{
	return !memcmp(m->vendor, "CentaurHauls", 12) ||
	       !memcmp(m->vendor, "  Shanghai  ", 12);
}

static void set_vendor(struct model *m)
{
	struct cpuid_regs v = model_host_regs(m, 0, 0);

	if (m->o->vendor[0]) {
		memcpy(m->vendor, m->o->vendor, sizeof(m->vendor));
		return;
	}
	memcpy(m->vendor, &v.r[REG_EBX], 4);
	memcpy(m->vendor + 4, &v.r[REG_EDX], 4);
	memcpy(m->vendor + 8, &v.r[REG_ECX], 4);
	m->vendor[12] = 0;
}

/*
 * Family, model and stepping are taken from the host one by one, each can be
 * replaced by an option, and together they make leaf 1 EAX again: the type
 * field and reserved bits are lost on the way.
 */
static void set_signature(struct model *m)
{
	uint32_t eax = model_host_regs(m, 1, 0).r[REG_EAX];
	const struct model_opts *o = m->o;
	uint32_t family = (eax >> 8 & 0xf) + (eax >> 20 & 0xff);
	uint32_t model = (eax >> 4 & 0xf) | (eax >> 12 & 0xf0);
	uint32_t stepping = eax & 0xf;

	if (o->num_given[OPT_FAMILY])
		family = o->num[OPT_FAMILY];
	if (o->num_given[OPT_MODEL])
		model = o->num[OPT_MODEL];
	if (o->num_given[OPT_STEPPING])
		stepping = o->num[OPT_STEPPING];
	/* taken for a CPU that was given no family at all */
	if (!family && model_rule(m, RULE_FAMILY_0)) {
		family = 6;
		model = 6;
		stepping = 3;
	}
	m->signature = stepping | (model & 0xf) << 4 | (model >> 4) << 16;
	if (family > 0xf)
		m->signature |= 0xf00 | (family - 0xf) << 20;
	else
		m->signature |= family << 8;
}

/* A C string: cut at its first NUL. */
static void set_model_id(struct model *m)
{
	char text[49] = "";
	uint32_t leaf;

	for (leaf = 0; leaf < 3; leaf++) {
		struct cpuid_regs v = model_host_regs(m, 0x80000002 + leaf, 0);

		memcpy(text + 16 * leaf, v.r, 16);
	}
	memset(m->model_id, 0, sizeof(m->model_id));
	memcpy(m->model_id, m->o->model_id_given ? m->o->model_id : text,
	       strlen(m->o->model_id_given ? m->o->model_id : text));
}

void model_identity(struct model *m)
{
	set_vendor(m);
	set_signature(m);
	set_model_id(m);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Which failures follow from another. */
#include <errno.h>
#include <linux/kvm_para.h>

#include "causes.h"

static const struct cause no_base = {
	.id = "no-kvm-base", .probe = QUIRK_NO_BASE,
	.summary = "KVM does not find its leaves where KVMKVMKVM is installed, so the guest has no PV feature",
};

/*
 * What asks for a PV feature: kvm_update_pv_runtime() takes the features from
 * the leaf after the signature, and has none if it does not find that.
 */
static bool asks_for_pv(enum rule r)
{
	static const enum rule rules[] = {
		RULE_P2, RULE_P3, RULE_P4, RULE_P6, RULE_P9, RULE_P10,
		RULE_P11, RULE_P12, RULE_P13, RULE_P14, RULE_P15, RULE_P16,
		RULE_P17, RULE_P18, RULE_P19, RULE_P20, RULE_R7, RULE_S17,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i] == r)
			return true;
	return false;
}

/* KVM_SET_MSRS and others: fewer than were asked for, or an error. */
static bool fewer(const struct finding *m)
{
	return (int64_t)m->got < (int64_t)m->wanted;
}

static bool is_enosys(const struct finding *m)
{
	return (int64_t)m->got == -KVM_ENOSYS && (int64_t)m->wanted != -KVM_ENOSYS;
}

/* Refused, or nothing there, and wanted otherwise. */
static bool event_lacks(const struct finding *m)
{
	switch (m->answer) {
	case ANSWER_FAULT:
		return m->wanted == NO_FAULT && m->got != NO_FAULT;
	case ANSWER_BOOL:
		return m->wanted && !m->got;
	case ANSWER_RESULT:
		return fewer(m);
	case ANSWER_VALUE:
		return is_enosys(m) || (m->wanted && !m->got);
	default:
		return false;
	}
}

static bool lacks(const struct finding *m)
{
	return m->kind == FOUND_EVENT ? event_lacks(m) : m->wanted && !m->got;
}

/*
 * PV_UNHALT and others are taken away from the guest's features, which KVM
 * does not find: they are as installed.
 */
static bool as_installed(const struct finding *m)
{
	return m->kind == FOUND_CPUID &&
	       (m->rule == RULE_R7 || m->rule == RULE_Q11) &&
	       (m->leaf & 0xff) == 1 && m->leaf >> 16 == 0x4000;
}

static bool fits(const struct finding *m)
{
	return as_installed(m) || (asks_for_pv(m->rule) && lacks(m));
}

const struct cause *cause_of(const struct finding *m, bool (*has)(enum quirk q))
{
	return has && fits(m) && has(no_base.probe) ? &no_base : NULL;
}

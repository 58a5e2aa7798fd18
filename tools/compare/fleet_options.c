// SPDX-License-Identifier: GPL-2.0-only
/* QEMU's options that take from "max" what not all members have. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "feature.h"
#include "fleet.h"
#include "model_offer.h"

static bool has_option(const char *text, const char *option)
{
	size_t n = strlen(option);
	const char *s;

	for (s = text; (s = strchr(s, ',')); s++)
		if (!strncmp(s + 1, option, n) &&
		    (!s[n + 1] || s[n + 1] == ','))
			return true;
	return false;
}

__attribute__((format(printf, 2, 3)))
static void add(struct fleet_options *to, const char *format, ...)
{
	size_t n = strlen(to->text);
	char option[120];
	va_list ap;

	va_start(ap, format);
	vsnprintf(option, sizeof(option), format, ap);
	va_end(ap);
	if (has_option(to->text, option))
		return;
	if (n + strlen(option) + 2 > sizeof(to->text))
		to->full = true;
	else
		snprintf(to->text + n, sizeof(to->text) - n, ",%s", option);
}

/* A word of a guest; of a VMX control, what may be 1 and may be 0. */
static uint64_t word_of(const struct guest_cpu *g, enum feature_word w)
{
	const struct feature_word_info *i = &feature_words[w];
	uint64_t v, choice;

	if (!i->is_msr)
		return cpuid_get(&g->cpuid, i->function, i->index, i->reg);
	v = msr_get(&g->msrs, i->function);
	choice = model_msr_choice(i->function, v);
	return w >= FEAT_VMX_PROCBASED_CTLS && w <= FEAT_VMX_ENTRY_CTLS ?
	       choice >> 32 : v;
}

static void add_features(struct fleet_options *to, const struct guest_cpu *all,
			 const struct guest_cpu *own, unsigned int qemu)
{
	enum feature_word w;
	unsigned int bit;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		uint64_t more = word_of(own, w) & ~word_of(all, w) &
				feature_named(w, qemu);

		for (bit = 0; bit < 64; bit++)
			if (more >> bit & 1 && feature_bit_name(w, bit))
				add(to, "-%s", feature_bit_name(w, bit));
	}
}

static void add_widths(struct fleet_options *to, const struct guest_cpu *all,
		       const struct guest_cpu *own)
{
	uint32_t a = cpuid_get(&all->cpuid, 0x80000008, 0, REG_EAX);
	uint32_t b = cpuid_get(&own->cpuid, 0x80000008, 0, REG_EAX);
	enum cpuid_reg reg;

	if ((b & 0xff) > (a & 0xff))
		add(to, "host-phys-bits-limit=%u", a & 0xff);
	if ((b >> 16 & 0xff) > (a >> 16 & 0xff))
		add(to, "guest-phys-bits=%u", a >> 16 & 0xff);
	/* QEMU has no option for the number of counters, only for all. */
	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		if (cpuid_get(&own->cpuid, 0xa, 0, reg) !=
		    cpuid_get(&all->cpuid, 0xa, 0, reg))
			add(to, "pmu=off");
}

/* Else QEMU takes it from the CPU that the guest happens to be started on. */
static void add_identity(struct fleet_options *to, const struct guest_cpu *all,
			 const struct guest_cpu *own)
{
	uint32_t a = cpuid_get(&all->cpuid, 1, 0, REG_EAX);

	if (cpuid_get(&own->cpuid, 1, 0, REG_EAX) == a)
		return;
	add(to, "family=%u", (a >> 8 & 0xf) + (a >> 20 & 0xff));
	add(to, "model=%u", (a >> 4 & 0xf) | (a >> 12 & 0xf0));
	add(to, "stepping=%u", a & 0xf);
}

void fleet_add_options(struct fleet_options *to, const struct guest_cpu *all,
		       const struct guest_cpu *own, unsigned int qemu)
{
	add_features(to, all, own, qemu);
	add_widths(to, all, own);
	add_identity(to, all, own);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that tests can have: one for each promise, the same from host to host
 * and from file to file.  A feature's own name goes to the first bit that has
 * it, by the tables of names; any other bit is called by its place.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "csv_names.h"
#include "feature.h"
#include "model.h"
#include "promise.h"

static void append(struct promise *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void append(struct promise *p, const char *fmt, ...)
{
	size_t n = strlen(p->name);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->name + n, sizeof(p->name) - n, fmt, ap);
	va_end(ap);
}

static unsigned int bit_of(const struct promise *p)
{
	return __builtin_ctzll(p->mask);
}

/* The bit that QEMU's name means first. */
static bool first_of_qemu(const char *name, enum feature_word w,
			  unsigned int bit)
{
	struct feature_ref refs[FEATURE_REFS_MAX];

	if (w == NR_FEATURE_WORDS ||
	    !feature_find(name, refs, FEATURE_REFS_MAX))
		return false;
	return refs[0].word == w &&
	       (unsigned int)__builtin_ctzll(refs[0].mask) == bit;
}

static bool first_of_csv(const char *name, const struct promise *p)
{
	struct feature_ref refs[FEATURE_REFS_MAX];
	unsigned int i;

	if (feature_find(name, refs, FEATURE_REFS_MAX))
		return false;
	for (i = 0; i < nr_csv_names; i++)
		if (!strcmp(csv_names[i].name, name))
			break;
	return i < nr_csv_names && csv_names[i].function == p->function &&
	       csv_names[i].first_index == p->index &&
	       csv_names[i].reg == p->reg &&
	       csv_names[i].first_bit == bit_of(p) &&
	       csv_names[i].last_bit == bit_of(p);
}

/* The name of a feature, NULL if the bit is to be called by its place. */
static const char *own_name(const struct promise *p)
{
	unsigned int bit = bit_of(p);
	enum feature_word w;
	const char *name;

	if (p->source == PROMISE_SUPPORTED || p->source == PROMISE_EMULATED) {
		w = feature_word_of(p->function, p->index, p->reg);
		name = feature_name(p->function, p->index, p->reg, bit);
		return name && (first_of_qemu(name, w, bit) ||
				first_of_csv(name, p)) ? name : NULL;
	}
	if (p->source != PROMISE_MSR)
		return NULL;
	w = feature_word_of_msr(p->function);
	name = feature_msr_bit_name(p->function, bit);
	/* controls have a bit twice: may be 1, and must be 1 */
	if (name && (first_of_qemu(name, w, bit) ||
		     first_of_qemu(name, w, bit % 32)))
		return name;
	return NULL;
}

static void name_field(struct promise *p)
{
	const struct cpuid_field *f = p->field;

	append(p, "%s", f->name);
	if (f->first_index != f->last_index)
		append(p, "_%u", p->index);
	if (f->reg == FIELD_ANY_REG)
		append(p, "_%s", cpuid_reg_name(p->reg));
}

static void name_bit(struct promise *p)
{
	const char *name = own_name(p);
	unsigned int bit = bit_of(p);

	if (p->kind == FIELD_ZEROS && p->source != PROMISE_MSR)
		name = NULL;
	if (p->source == PROMISE_XCOMP)
		append(p, "xcomp_%u", bit);
	else if (name)
		append(p, "%s", name);
	else if (p->source == PROMISE_MSR || p->source == PROMISE_MCE)
		append(p, "msr_0x%x_%u", p->function, bit);
	else
		append(p, "0x%x_%u_%s_%u", p->function, p->index,
		       cpuid_reg_name(p->reg), bit);
	if (p->kind == FIELD_ZEROS && p->source == PROMISE_MSR)
		append(p, "_may_be_0");
}

static void name_cap(struct promise *p)
{
	const char *name = facts_cap_name(p->function);

	if (name)
		append(p, "cap_%s", name);
	else
		append(p, "cap_%u", p->function);
	if (p->kind == FIELD_BITS)
		append(p, "_%u", bit_of(p));
}

static void clean(char *s)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_' && *s != '-')
			*s = '_';
}

void promise_name(struct promise *p)
{
	static const char * const prefix[] = {
		[PROMISE_EMULATED] = "emulated_",
		[PROMISE_HYPERV] = "hv_",
		[PROMISE_FEATURE_MSR] = "feature_msr_",
		[PROMISE_MSR_INDEX] = "msr_index_",
		[PROMISE_CAP] = "",
	};

	p->name[0] = 0;
	append(p, "%s", prefix[p->source] ? prefix[p->source] : "");
	if (p->source == PROMISE_CAP)
		name_cap(p);
	else if (p->source == PROMISE_FEATURE_MSR ||
		 p->source == PROMISE_MSR_INDEX)
		append(p, "0x%x", p->function);
	else if (p->field && p->field->name)
		name_field(p);
	else
		name_bit(p);
	clean(p->name);
}

// SPDX-License-Identifier: GPL-2.0-only
/* A finding as text for people, and as a line for programs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "draw.h"
#include "here.h"
#include "known.h"
#include "machine.h"
#include "model.h"
#include "msr_names.h"
#include "text.h"
#include "verdict.h"

bool finding_is_text(const struct finding *f)
{
	return f->kind == FOUND_CPUID && register_is_text(f->leaf, f->reg);
}

/* The field of several bits that a differing bit is part of. */
static bool field_of(const struct finding *f, unsigned int bit,
		     struct feature_field *field)
{
	return f->kind == FOUND_CPUID && bit < 32 &&
	       feature_field(f->leaf, f->subleaf, f->reg, bit, field);
}

/* The differing bits that have a meaning each for itself. */
static uint64_t single_bits(const struct finding *f)
{
	uint64_t diff = f->wanted ^ f->got;
	struct feature_field field;
	unsigned int bit;

	if (finding_is_text(f))
		return 0;
	for (bit = 0; bit < 32; bit++)
		if (field_of(f, bit, &field))
			diff &= ~(1ull << bit);
	return diff;
}

static void draw_both(FILE *out, const struct finding *f)
{
	struct drawing d = {
		.indent = "#   ",
		.labels = { "wanted", "got" },
		.values = { f->wanted, f->got },
		.marks = f->wanted ^ f->got,
	};

	/* Of texts and numbers the bits say nothing. */
	if (!single_bits(f))
		return;
	draw(out, &d);
}

static void print_cpuid(FILE *out, const struct finding *f)
{
	fprintf(out, "# MISMATCH leaf=0x%08x subleaf=0x%x reg=%s wanted=0x%08" PRIx64
	       " got=0x%08" PRIx64 " rule=%s\n", f->leaf, f->subleaf,
	       cpuid_reg_name(f->reg), f->wanted, f->got, rule_id(f->rule));
	draw_both(out, f);
}

static void print_msr(FILE *out, const struct finding *f)
{
	fprintf(out, "# MISMATCH msr=0x%08x who=%s wanted=0x%016" PRIx64
	       " got=0x%016" PRIx64 " rule=%s\n", f->msr, f->who, f->wanted,
	       f->got, rule_id(f->rule));
	draw_both(out, f);
}

static void print_event(FILE *out, const struct finding *f)
{
	fprintf(out, "# MISMATCH event=\"%s\" wanted=\"%s\" got=\"%s\" rule=%s\n",
	       f->what, f->wanted_text, f->got_text, rule_id(f->rule));
}

/* A register that counts things is read as a number: do not list 20 bits. */
#define UNNAMED_BITS_MAX	8

bool finding_names_bit(const struct finding *f, unsigned int bit,
		       const char **name)
{
	uint64_t diff = f->wanted ^ f->got;

	*name = NULL;
	if (f->kind == FOUND_EVENT || !(diff >> bit & 1))
		return false;
	if (f->kind == FOUND_MSR)
		*name = feature_msr_bit_name(f->msr, bit);
	else if (bit < 32)
		*name = feature_name(f->leaf, f->subleaf, f->reg, bit);
	return *name || (f->kind == FOUND_CPUID &&
			 __builtin_popcountll(diff) <= UNNAMED_BITS_MAX);
}

static void print_text(FILE *out, const struct finding *f)
{
	const char *name = feature_name(f->leaf, f->subleaf, f->reg, 0);
	char wanted[5], got[5];

	fprintf(out, " text %s: wanted \"%s\", got \"%s\"",
		name ? name : "of 4 characters",
		register_text(f->wanted, wanted), register_text(f->got, got));
}

static void print_number(FILE *out, const struct finding *f,
			 const struct feature_field *field)
{
	uint64_t mask = (1ull << (field->last - field->first + 1)) - 1;

	fprintf(out, " bits %u:%u %s: wanted %" PRIu64 ", got %" PRIu64,
		field->last, field->first, field->name,
		f->wanted >> field->first & mask, f->got >> field->first & mask);
}

bool finding_print_value(FILE *out, const struct finding *f, unsigned int bit)
{
	struct feature_field field;

	if (finding_is_text(f))
		print_text(out, f);
	else if (field_of(f, bit, &field))
		print_number(out, f, &field);
	else
		return false;
	return true;
}

static void print_bit(FILE *out, const struct finding *f, unsigned int bit)
{
	const char *name;

	if (finding_names_bit(f, bit, &name))
		fprintf(out, "#   bit %u %s: wanted %u, got %u\n", bit,
		       name ? name : "unnamed",
		       (unsigned int)(f->wanted >> bit & 1),
		       (unsigned int)(f->got >> bit & 1));
}

/* One line for a text, for each number and for each bit that differs. */
static void name_parts(FILE *out, const struct finding *f)
{
	uint64_t diff = f->wanted ^ f->got;
	struct feature_field field;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (!(diff >> bit & 1))
			continue;
		if (finding_is_text(f)) {
			field.last = 63;
		} else if (!field_of(f, bit, &field)) {
			print_bit(out, f, bit);
			continue;
		}
		fprintf(out, "#  ");
		finding_print_value(out, f, bit);
		fprintf(out, "\n");
		bit = field.last;
	}
}

static void print(FILE *out, const struct finding *f)
{
	if (f->kind == FOUND_CPUID)
		print_cpuid(out, f);
	else if (f->kind == FOUND_MSR)
		print_msr(out, f);
	else
		print_event(out, f);
	name_parts(out, f);
	if ((f->kind == FOUND_MSR || f->has_msr) && msr_name_or_null(f->msr))
		fprintf(out, "#   MSR 0x%x is %s\n", f->msr, msr_name(f->msr));
	if (f->why)
		fprintf(out, "#   why: %s\n", f->why);
	if (f->installed_by)
		fprintf(out, "#   installed by: %s\n", f->installed_by);
}

/* What the errata table asks for beyond what the test says. */
static struct finding complete(const struct finding *f)
{
	struct finding c = *f;

	c.facts = subject_facts_try();
	if (known_bent && c.facts && kvm_module_is_foreign(c.facts->kvm_module))
		c.bent = known_bent();
	return c;
}

/* What people read of it, in one piece; returns the number of its lines. */
static unsigned int tell(const struct finding *f, const struct erratum *e,
			 const struct cause *c)
{
	unsigned int lines = 0;
	char *text = NULL, *p;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return 0;
	print(out, f);
	if (e)
		known_annotate(out, e);
	if (c)
		fprintf(out, "#   follows from: %s: %s\n", c->id, c->summary);
	fclose(out);
	fputs(text, stdout);
	for (p = text; *p; p++)
		lines += *p == '\n';
	free(text);
	return lines;
}

void report_finding(const struct finding *f)
{
	const struct finding c = complete(f->cpuid ? f->cpuid : f);
	const struct erratum *e = known_explain(&c);
	const struct cause *cause = e ? NULL : known_cause(&c);

	if (!known_trying())
		machine_finding(f, e, cause, tell(f, e, cause));
}

// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "machine.h"
#include "msr_names.h"
#include "text.h"

static void put_char(unsigned char c)
{
	if (c == '"' || c == '\\')
		printf("\\%c", c);
	else if (c < 0x20 || c == 0x7f)
		printf("\\u%04x", c);
	else
		putchar(c);
}

/* A string of JSON, or null. */
static void put_text(const char *key, const char *text)
{
	printf(",\"%s\":", key);
	if (!text) {
		printf("null");
		return;
	}
	putchar('"');
	while (*text)
		put_char(*text++);
	putchar('"');
}

static void put_number(const char *key, uint64_t v, int digits)
{
	printf(",\"%s\":\"0x%0*" PRIx64 "\"", key, digits, v);
}

static void begin(const char *kind, unsigned int lines, enum rule rule,
		  const char *reason)
{
	printf("#! {\"kind\":\"%s\",\"lines\":%u", kind, lines);
	put_text("rule", rule == RULE_NONE ? NULL : rule_id(rule));
	put_text("reason", reason);
}

static void end(void)
{
	printf("}\n");
	fflush(stdout);
}

static void put_bits(const struct finding *f)
{
	uint64_t diff = finding_is_text(f) ? 0 : f->wanted ^ f->got;
	const char *name, *comma = "";
	unsigned int bit;

	printf(",\"bits\":[");
	for (bit = 0; bit < 64; bit++) {
		if (!(diff >> bit & 1))
			continue;
		finding_names_bit(f, bit, &name);
		printf("%s{\"bit\":%u", comma, bit);
		put_text("name", name);
		printf(",\"wanted\":%u,\"got\":%u}",
		       (unsigned int)(f->wanted >> bit & 1),
		       (unsigned int)(f->got >> bit & 1));
		comma = ",";
	}
	printf("]");
}

/* Of a register that is a part of a text. */
static void put_characters(const struct finding *f)
{
	char buf[5];

	if (!finding_is_text(f))
		return;
	put_text("wanted_text", register_text(f->wanted, buf));
	put_text("got_text", register_text(f->got, buf));
}

static void put_cpuid(const struct finding *f)
{
	put_number("leaf", f->leaf, 8);
	put_number("subleaf", f->subleaf, 1);
	put_text("register", cpuid_reg_name(f->reg));
	put_number("wanted", f->wanted, 8);
	put_number("got", f->got, 8);
	put_bits(f);
	put_characters(f);
	put_text("installed_by", f->installed_by);
}

static void put_msr(const struct finding *f)
{
	put_number("msr", f->msr, 8);
	put_text("name", msr_name_or_null(f->msr));
	put_text("who", f->who);
	put_number("wanted", f->wanted, 16);
	put_number("got", f->got, 16);
	put_bits(f);
}

static void put_event(const struct finding *f)
{
	put_text("event", event_name(f->event));
	put_text("text", f->what);
	put_text("wanted", f->wanted_text);
	put_text("got", f->got_text);
	put_number("arg", f->arg, 1);
	if (!f->has_msr) {
		put_text("msr", NULL);
		put_text("name", NULL);
		return;
	}
	put_number("msr", f->msr, 8);
	put_text("name", msr_name_or_null(f->msr));
}

/* "C2 0x7.0 edx bit 8 avx512-vp2intersect: wanted 0, got 1 ..." */
static void brief_cpuid(FILE *out, const struct finding *f)
{
	uint64_t diff = f->wanted ^ f->got;
	unsigned int bit = diff ? __builtin_ctzll(diff) : 0;
	const char *name;

	fprintf(out, "0x%x.%x %s", f->leaf, f->subleaf, cpuid_reg_name(f->reg));
	if (finding_print_value(out, f, bit))
		return;
	while (bit < 64 && !finding_names_bit(f, bit, &name))
		bit++;
	if (bit == 64) {
		fprintf(out, ": wanted 0x%08" PRIx64 " got 0x%08" PRIx64,
			f->wanted, f->got);
		return;
	}
	fprintf(out, " bit %u %s: wanted %u, got %u%s", bit,
		name ? name : "unnamed",
		(unsigned int)(f->wanted >> bit & 1),
		(unsigned int)(f->got >> bit & 1),
		diff & (diff - 1) ? " ..." : "");
}

static void put_brief(const struct finding *f)
{
	char text[400] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	if (!out)
		return;
	if (f->rule != RULE_NONE)
		fprintf(out, "%s ", rule_id(f->rule));
	if (f->kind == FOUND_CPUID)
		brief_cpuid(out, f);
	else if (f->kind == FOUND_MSR)
		fprintf(out, "%s %s: wanted 0x%016" PRIx64 " got 0x%016" PRIx64,
			msr_name(f->msr), f->who, f->wanted, f->got);
	else
		fprintf(out, "%s: wanted %s, got %s", f->what, f->wanted_text,
			f->got_text);
	fclose(out);
	put_text("brief", text);
}

void machine_finding(const struct finding *f, const struct erratum *e,
		     const struct cause *c, unsigned int lines)
{
	static const struct {
		const char *name;
		void (*put)(const struct finding *f);
	} kinds[] = {
		[FOUND_CPUID] = { "cpuid", put_cpuid },
		[FOUND_MSR] = { "msr", put_msr },
		[FOUND_EVENT] = { "event", put_event },
	};

	begin(kinds[f->kind].name, lines, f->rule, f->why);
	kinds[f->kind].put(f);
	put_brief(f);
	put_text("errata", e ? e->id : NULL);
	if (c)
		put_text("follows", c->id);
	end();
}

void machine_note(const char *kind, const char *reason)
{
	begin(kind, 1, RULE_NONE, reason);
	put_text("errata", NULL);
	end();
}

void machine_erratum(const struct erratum *e, const char *why)
{
	begin("erratum", 0, RULE_NONE, NULL);
	put_text("errata", e->id);
	put_text("summary", e->summary);
	put_text("why", why);
	put_text("area", e->area);
	end();
}

void machine_cause(const struct cause *c)
{
	begin("cause", 0, RULE_NONE, NULL);
	put_text("follows", c->id);
	put_text("summary", c->summary);
	end();
}

void machine_known(const char *id)
{
	begin("known", 0, RULE_NONE, NULL);
	put_text("errata", id);
	end();
}

// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "machine.h"
#include "msr_names.h"

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

static void begin(const char *kind, enum rule rule, const char *reason)
{
	printf("#! {\"kind\":\"%s\"", kind);
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
	const char *name, *comma = "";
	unsigned int bit;

	printf(",\"bits\":[");
	for (bit = 0; bit < 64; bit++) {
		if (!((f->wanted ^ f->got) >> bit & 1))
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

static void put_cpuid(const struct finding *f)
{
	put_number("leaf", f->leaf, 8);
	put_number("subleaf", f->subleaf, 1);
	put_text("register", cpuid_reg_name(f->reg));
	put_number("wanted", f->wanted, 8);
	put_number("got", f->got, 8);
	put_bits(f);
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

void machine_finding(const struct finding *f, const struct erratum *e)
{
	static const struct {
		const char *name;
		void (*put)(const struct finding *f);
	} kinds[] = {
		[FOUND_CPUID] = { "cpuid", put_cpuid },
		[FOUND_MSR] = { "msr", put_msr },
		[FOUND_EVENT] = { "event", put_event },
	};

	begin(kinds[f->kind].name, f->rule, f->why);
	kinds[f->kind].put(f);
	put_text("errata", e ? e->id : NULL);
	end();
}

void machine_note(const char *kind, const char *reason)
{
	begin(kind, RULE_NONE, reason);
	put_text("errata", NULL);
	end();
}

void machine_known(const char *id)
{
	begin("known", RULE_NONE, NULL);
	put_text("errata", id);
	end();
}

// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "known.h"
#include "model.h"
#include "subject.h"
#include "verdict.h"

static void draw_both(uint64_t wanted, uint64_t got)
{
	struct drawing d = {
		.indent = "#   ",
		.labels = { "wanted", "got" },
		.values = { wanted, got },
		.marks = wanted ^ got,
	};

	draw(stdout, &d);
}

static void say_why(const char *why)
{
	if (why)
		printf("#   why: %s\n", why);
}

/* A register that counts things is read as a number: do not list 20 bits. */
#define UNNAMED_BITS_MAX	8

static void name_bit(const struct cpuid_mismatch *m, unsigned int bit,
		     bool unnamed_too)
{
	const char *name = NULL;

	if (bit < 32)
		name = feature_name(m->leaf, m->subleaf, m->reg, bit);
	if (name || unnamed_too)
		printf("#   bit %u %s: wanted %u, got %u\n", bit,
		       name ? name : "unnamed",
		       (unsigned int)(m->wanted >> bit & 1),
		       (unsigned int)(m->got >> bit & 1));
}

static void name_bits(const struct cpuid_mismatch *m, uint64_t diff)
{
	bool few = __builtin_popcountll(diff) <= UNNAMED_BITS_MAX;
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (diff >> bit & 1)
			name_bit(m, bit, few);
}

static void explain_cpuid(const struct cpuid_mismatch *c)
{
	struct mismatch m = {
		.kind = MISMATCH_CPUID, .rule = c->rule, .leaf = c->leaf,
		.subleaf = c->subleaf, .reg = c->reg, .has_values = true,
		.wanted = c->wanted, .got = c->got,
		.facts = subject_facts_try(),
		.as_known = c->has_known && c->got == c->known,
	};

	known_explain(&m);
}

static void explain_msr(const struct msr_mismatch *c)
{
	struct mismatch m = {
		.kind = MISMATCH_MSR, .rule = c->rule, .has_msr = true,
		.msr = c->msr, .has_values = true, .wanted = c->wanted,
		.got = c->got, .what = c->who,
	};

	known_explain(&m);
}

static void explain_event(const struct event_mismatch *c)
{
	struct mismatch m = {
		.kind = MISMATCH_EVENT, .rule = c->rule, .what = c->what,
		.has_msr = c->has_msr, .msr = c->msr, .arg = c->arg,
		.has_values = c->has_values, .wanted = c->wanted_value,
		.got = c->got_value, .wanted_text = c->wanted,
		.got_text = c->got, .facts = subject_facts_try(),
		.as_known = c->known && !strcmp(c->known, c->got),
	};

	if (c->cpuid)
		explain_cpuid(c->cpuid);
	else
		known_explain(&m);
}

static void print_cpuid(const struct cpuid_mismatch *m)
{
	printf("# MISMATCH leaf=0x%08x subleaf=0x%x reg=%s wanted=0x%08" PRIx64
	       " got=0x%08" PRIx64 " rule=%s\n", m->leaf, m->subleaf,
	       cpuid_reg_name(m->reg), m->wanted, m->got,
	       rule_id(m->rule));
	draw_both(m->wanted, m->got);
	name_bits(m, m->wanted ^ m->got);
	say_why(m->why);
	if (m->installed_by)
		printf("#   installed by: %s\n", m->installed_by);
}

void report_cpuid(const struct cpuid_mismatch *m)
{
	if (!known_trying())
		print_cpuid(m);
	explain_cpuid(m);
	fflush(stdout);
}

static void print_msr(const struct msr_mismatch *m)
{
	uint64_t diff = m->wanted ^ m->got;
	unsigned int bit;

	printf("# MISMATCH msr=0x%08x who=%s wanted=0x%016" PRIx64
	       " got=0x%016" PRIx64 " rule=%s\n", m->msr, m->who, m->wanted,
	       m->got, rule_id(m->rule));
	draw_both(m->wanted, m->got);
	for (bit = 0; bit < 64; bit++) {
		const char *name = feature_msr_bit_name(m->msr, bit);

		if (diff >> bit & 1 && name)
			printf("#   bit %u %s\n", bit, name);
	}
	say_why(m->why);
}

void report_msr(const struct msr_mismatch *m)
{
	if (!known_trying())
		print_msr(m);
	explain_msr(m);
	fflush(stdout);
}

static void print_event(const struct event_mismatch *m)
{
	printf("# MISMATCH event=\"%s\" wanted=\"%s\" got=\"%s\" rule=%s\n",
	       m->what, m->wanted, m->got, rule_id(m->rule));
	say_why(m->why);
}

void report_event(const struct event_mismatch *m)
{
	if (!known_trying())
		print_event(m);
	explain_event(m);
	fflush(stdout);
}

const char *fault_text(uint8_t vector, uint32_t error, char *buf, size_t len)
{
	static const char * const names[] = {
		[0] = "#DE", [1] = "#DB", [3] = "#BP", [6] = "#UD",
		[7] = "#NM", [8] = "#DF", [10] = "#TS", [11] = "#NP",
		[12] = "#SS", [13] = "#GP", [14] = "#PF", [17] = "#AC",
		[21] = "#CP",
	};

	if (vector == PROBE_NO_VECTOR)
		snprintf(buf, len, "no fault");
	else if (vector < 22 && names[vector])
		snprintf(buf, len, "%s(0x%x)", names[vector], error);
	else
		snprintf(buf, len, "vector %u(0x%x)", vector, error);
	return buf;
}

static bool same_fault(const struct probe_request *r)
{
	if (r->want_vector == PROBE_ANY_VECTOR)
		return true;
	if (r->vector != r->want_vector)
		return false;
	return r->vector == PROBE_NO_VECTOR ||
	       !((r->error ^ r->want_error) & r->care_error);
}

/* A request and what is said about it. */
struct told {
	const struct probe_request *r;
	uint64_t arg;
	const char *what;
	enum rule rule;
	const char *why;
};

static bool is_msr(const struct probe_request *r)
{
	return r->op == PROBE_OP_RDMSR || r->op == PROBE_OP_WRMSR;
}

static void report_fault(const struct told *t)
{
	const struct probe_request *r = t->r;
	char wanted[24], got[24];
	struct event_mismatch m = {
		.what = t->what, .rule = t->rule, .why = t->why,
		.wanted = fault_text(r->want_vector, r->want_error, wanted,
				     sizeof(wanted)),
		.got = fault_text(r->vector, r->error, got, sizeof(got)),
		.arg = t->arg, .has_msr = is_msr(r), .msr = r->in.rcx,
	};

	report_event(&m);
}

static void report_value(const struct told *t)
{
	const struct probe_request *r = t->r;
	struct msr_mismatch m = {
		.msr = r->in.rcx, .who = "guest", .rule = t->rule,
		.why = t->why,
		.wanted = r->want[REG_EDX] << 32 | (uint32_t)r->want[REG_EAX],
		.got = r->got[REG_EDX] << 32 | (uint32_t)r->got[REG_EAX],
	};

	report_msr(&m);
}

static void report_cpuid_register(const struct told *t, int reg)
{
	const struct probe_request *r = t->r;
	struct cpuid_mismatch m = {
		.leaf = r->in.rax, .subleaf = r->in.rcx, .reg = reg,
		.wanted = r->want[reg] & r->care[reg],
		.got = r->got[reg] & r->care[reg],
		.rule = t->rule, .why = t->why, .installed_by = t->what,
	};

	report_cpuid(&m);
}

static void report_register(const struct told *t, int reg)
{
	uint64_t want = t->r->want[reg] & t->r->care[reg];
	uint64_t had = t->r->got[reg] & t->r->care[reg];
	char wanted[40], got[40];
	struct event_mismatch e = {
		.what = t->what, .wanted = wanted, .got = got,
		.rule = t->rule, .why = t->why, .arg = t->arg,
		.has_values = true, .wanted_value = want, .got_value = had,
	};

	snprintf(wanted, sizeof(wanted), "%s=0x%" PRIx64,
		 cpuid_reg_name(reg), want);
	snprintf(got, sizeof(got), "%s=0x%" PRIx64, cpuid_reg_name(reg), had);
	report_event(&e);
}

static bool compare_registers(const struct told *t)
{
	const struct probe_request *r = t->r;
	bool ok = true;
	int i;

	for (i = 0; i < 4; i++) {
		if (!((r->got[i] ^ r->want[i]) & r->care[i]))
			continue;
		ok = false;
		if (r->op == PROBE_OP_RDMSR) {
			report_value(t);
			break;
		}
		if (r->op == PROBE_OP_CPUID)
			report_cpuid_register(t, i);
		else
			report_register(t, i);
	}
	return ok;
}

bool verdict_request_of(const struct probe_request *r, uint64_t arg,
			const char *what, enum rule rule, const char *why)
{
	const struct told t = { r, arg, what, rule, why };

	if (!r->answered || !same_fault(r)) {
		report_fault(&t);
		return false;
	}
	return r->vector != PROBE_NO_VECTOR || compare_registers(&t);
}

bool verdict_request(const struct probe_request *r, const char *what,
		     enum rule rule, const char *why)
{
	return verdict_request_of(r, 0, what, rule, why);
}

bool verdict_is_known(const struct probe_request *r, const char *what,
		      enum rule rule)
{
	known_try_begin();
	verdict_request(r, what, rule, NULL);
	return known_try_end();
}

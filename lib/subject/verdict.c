// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "verdict.h"

/* Bits of a 32- or 64-bit value, most significant first, in groups of four. */
static void draw_bits(const char *label, uint64_t value, unsigned int width)
{
	int i;

	printf("#   %-7s", label);
	for (i = width - 1; i >= 0; i--)
		printf("%c%s", value >> i & 1 ? '1' : '0',
		       i % 4 || !i ? "" : "_");
	printf("\n");
}

static void draw_marks(uint64_t diff, unsigned int width)
{
	int i, last = 0;

	while (last < (int)width && !(diff >> last & 1))
		last++;
	printf("#          ");
	for (i = width - 1; i >= last; i--)
		printf("%c%s", diff >> i & 1 ? '^' : ' ',
		       i % 4 || i == last ? "" : " ");
	printf("\n");
}

static void draw(uint64_t wanted, uint64_t got)
{
	unsigned int width = (wanted | got) >> 32 ? 64 : 32;

	draw_bits("wanted", wanted, width);
	draw_bits("got", got, width);
	draw_marks(wanted ^ got, width);
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

void report_cpuid(const struct cpuid_mismatch *m)
{
	printf("# MISMATCH leaf=0x%08x subleaf=0x%x reg=%s wanted=0x%08" PRIx64
	       " got=0x%08" PRIx64 " rule=%s\n", m->leaf, m->subleaf,
	       cpuid_reg_name(m->reg), m->wanted, m->got,
	       m->rule ? m->rule : "-");
	draw(m->wanted, m->got);
	name_bits(m, m->wanted ^ m->got);
	say_why(m->why);
	if (m->installed_by)
		printf("#   installed by: %s\n", m->installed_by);
	fflush(stdout);
}

void report_msr(const struct msr_mismatch *m)
{
	uint64_t diff = m->wanted ^ m->got;
	unsigned int bit;

	printf("# MISMATCH msr=0x%08x who=%s wanted=0x%016" PRIx64
	       " got=0x%016" PRIx64 " rule=%s\n", m->msr, m->who, m->wanted,
	       m->got, m->rule ? m->rule : "-");
	draw(m->wanted, m->got);
	for (bit = 0; bit < 64; bit++) {
		const char *name = feature_msr_bit_name(m->msr, bit);

		if (diff >> bit & 1 && name)
			printf("#   bit %u %s\n", bit, name);
	}
	say_why(m->why);
	fflush(stdout);
}

void report_event(const struct event_mismatch *m)
{
	printf("# MISMATCH event=\"%s\" wanted=\"%s\" got=\"%s\" rule=%s\n",
	       m->what, m->wanted, m->got, m->rule ? m->rule : "-");
	say_why(m->why);
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

static void report_fault(const struct probe_request *r, const char *what,
			 const char *rule, const char *why)
{
	char wanted[24], got[24];
	struct event_mismatch m = {
		.what = what, .rule = rule, .why = why,
		.wanted = fault_text(r->want_vector, r->want_error, wanted,
				     sizeof(wanted)),
		.got = fault_text(r->vector, r->error, got, sizeof(got)),
	};

	report_event(&m);
}

static void report_value(const struct probe_request *r, const char *rule,
			 const char *why)
{
	struct msr_mismatch m = {
		.msr = r->in.rcx, .who = "guest", .rule = rule, .why = why,
		.wanted = r->want[REG_EDX] << 32 | (uint32_t)r->want[REG_EAX],
		.got = r->got[REG_EDX] << 32 | (uint32_t)r->got[REG_EAX],
	};

	report_msr(&m);
}

static void report_register(const struct probe_request *r, int reg,
			    const char *what, const char *rule,
			    const char *why)
{
	char wanted[40], got[40];
	struct event_mismatch e = { .what = what, .wanted = wanted,
				    .got = got, .rule = rule, .why = why };
	struct cpuid_mismatch m = {
		.leaf = r->in.rax, .subleaf = r->in.rcx, .reg = reg,
		.wanted = r->want[reg] & r->care[reg],
		.got = r->got[reg] & r->care[reg],
		.rule = rule, .why = why, .installed_by = what,
	};

	if (r->op == PROBE_OP_CPUID) {
		report_cpuid(&m);
		return;
	}
	snprintf(wanted, sizeof(wanted), "%s=0x%" PRIx64,
		 cpuid_reg_name(reg), m.wanted);
	snprintf(got, sizeof(got), "%s=0x%" PRIx64, cpuid_reg_name(reg),
		 m.got);
	report_event(&e);
}

bool verdict_request(const struct probe_request *r, const char *what,
		     const char *rule, const char *why)
{
	bool ok = true;
	int i;

	if (!r->answered || !same_fault(r)) {
		report_fault(r, what, rule, why);
		return false;
	}
	if (r->vector != PROBE_NO_VECTOR)
		return true;
	for (i = 0; i < 4; i++) {
		if (!((r->got[i] ^ r->want[i]) & r->care[i]))
			continue;
		ok = false;
		if (r->op == PROBE_OP_RDMSR) {
			report_value(r, rule, why);
			break;
		}
		report_register(r, i, what, rule, why);
	}
	return ok;
}

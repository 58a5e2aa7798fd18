// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "known.h"
#include "verdict.h"

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
	struct finding m = {
		.kind = FOUND_EVENT, .what = t->what,
		.rule = t->rule, .why = t->why,
		.wanted_text = fault_text(r->want_vector, r->want_error, wanted,
				     sizeof(wanted)),
		.got_text = fault_text(r->vector, r->error, got, sizeof(got)),
		.arg = t->arg, .has_msr = is_msr(r), .msr = r->in.rcx,
	};

	report_finding(&m);
}

static void report_value(const struct told *t)
{
	const struct probe_request *r = t->r;
	struct finding m = {
		.kind = FOUND_MSR,
		.msr = r->in.rcx, .who = "guest", .rule = t->rule,
		.why = t->why,
		.wanted = r->want[REG_EDX] << 32 | (uint32_t)r->want[REG_EAX],
		.got = r->got[REG_EDX] << 32 | (uint32_t)r->got[REG_EAX],
	};

	report_finding(&m);
}

static void report_cpuid_register(const struct told *t, int reg)
{
	const struct probe_request *r = t->r;
	struct finding m = {
		.kind = FOUND_CPUID,
		.leaf = r->in.rax, .subleaf = r->in.rcx, .reg = reg,
		.wanted = r->want[reg] & r->care[reg],
		.got = r->got[reg] & r->care[reg],
		.rule = t->rule, .why = t->why, .installed_by = t->what,
	};

	report_finding(&m);
}

static void report_register(const struct told *t, int reg)
{
	uint64_t want = t->r->want[reg] & t->r->care[reg];
	uint64_t had = t->r->got[reg] & t->r->care[reg];
	char wanted[40], got[40];
	struct finding e = {
		.kind = FOUND_EVENT, .what = t->what,
		.wanted_text = wanted, .got_text = got,
		.rule = t->rule, .why = t->why, .arg = t->arg,
		.has_values = true, .wanted = want, .got = had,
	};

	snprintf(wanted, sizeof(wanted), "%s=0x%" PRIx64,
		 cpuid_reg_name(reg), want);
	snprintf(got, sizeof(got), "%s=0x%" PRIx64, cpuid_reg_name(reg), had);
	report_finding(&e);
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

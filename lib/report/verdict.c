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

bool verdict_register(struct finding f, uint32_t mask)
{
	f.kind = FOUND_CPUID;
	f.wanted &= mask;
	f.got &= mask;
	if (f.wanted != f.got)
		report_finding(&f);
	return f.wanted == f.got;
}

bool verdict_entry(const struct kvm_cpuid_entry2 *want,
		   const struct kvm_cpuid_entry2 *got, struct finding f)
{
	bool ok = true;

	f.leaf = want->function;
	f.subleaf = want->index;
	for (f.reg = 0; f.reg < NR_CPUID_REGS; f.reg++) {
		f.wanted = cpuid_entry_reg(want, f.reg);
		f.got = cpuid_entry_reg(got, f.reg);
		ok &= verdict_register(f, ~0u);
	}
	return ok;
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
	bool has_known;
	uint64_t known;		/* vector or value with a known defect */
};

static bool is_msr(const struct probe_request *r)
{
	return r->op == PROBE_OP_RDMSR || r->op == PROBE_OP_WRMSR;
}

/* After prefixes: operand size, REP, REX; or KVM's forced emulation. */
static const uint8_t *opcode(const struct probe_request *r)
{
	static const uint8_t forced[] = { 0x0f, 0x0b, 'k', 'v', 'm' };
	const uint8_t *p = r->insn;

	if (!memcmp(p, forced, sizeof(forced)))
		p += sizeof(forced);
	while (p < r->insn + PROBE_INSN_MAX - 2 &&
	       (*p == 0x66 || *p == 0xf2 || *p == 0xf3 || (*p & 0xf0) == 0x40))
		p++;
	return p;
}

/* Instructions that events know (SDM vol. 2, A.3; APM vol. 3, A.1). */
static enum event event_of_insn(const struct probe_request *r)
{
	static const struct {
		uint8_t bytes[3], len;
		enum event event;
	} insns[] = {
		{ { 0x0f, 0x20 }, 2, EVENT_GUEST_READ_CR },
		{ { 0x0f, 0x22 }, 2, EVENT_GUEST_MOV_CR },
		{ { 0x0f, 0x38, 0xf0 }, 3, EVENT_GUEST_MOVBE },
		{ { 0x0f, 0x38, 0xf1 }, 3, EVENT_GUEST_MOVBE },
		{ { 0x0f, 0x01, 0xdf }, 3, EVENT_GUEST_INVLPGA },
		{ { 0x0f, 0x01, 0xda }, 3, EVENT_GUEST_VMLOAD_VMSAVE },
		{ { 0x0f, 0x01, 0xdb }, 3, EVENT_GUEST_VMLOAD_VMSAVE },
		{ { 0x0f, 0x01, 0xd1 }, 3, EVENT_GUEST_XSETBV },
		{ { 0x0f, 0xa2 }, 2, EVENT_GUEST_CPUID },
		{ { 0x0f, 0x32 }, 2, EVENT_GUEST_RDMSR },
		{ { 0x0f, 0x30 }, 2, EVENT_GUEST_WRMSR },
	};
	const uint8_t *p = opcode(r);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insns); i++)
		if (!memcmp(p, insns[i].bytes, insns[i].len))
			return insns[i].event;
	return EVENT_GUEST_INSN;
}

enum event event_of_request(const struct probe_request *r)
{
	switch (r->op) {
	case PROBE_OP_RDMSR:
		return EVENT_GUEST_RDMSR;
	case PROBE_OP_WRMSR:
		return EVENT_GUEST_WRMSR;
	case PROBE_OP_EXEC:
		return event_of_insn(r);
	default:
		return EVENT_GUEST_CPUID;
	}
}

static void report_fault(const struct told *t)
{
	const struct probe_request *r = t->r;
	char wanted[24], got[24];
	struct finding m = {
		.kind = FOUND_EVENT, .event = event_of_request(r),
		.what = t->what, .rule = t->rule, .why = t->why,
		.answer = ANSWER_FAULT,
		.wanted = fault_number(r->want_vector, r->want_error),
		.got = fault_number(r->vector, r->error),
		.has_known = t->has_known,
		.known = fault_number(t->known, 0),
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

/* The upper halves, which must be 0, count too. */
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
		.kind = FOUND_EVENT, .event = event_of_request(t->r),
		.what = t->what,
		.wanted_text = wanted, .got_text = got,
		.rule = t->rule, .why = t->why, .arg = t->arg,
		.answer = ANSWER_VALUE, .wanted = want, .got = had,
		.has_known = t->has_known, .known = t->known,
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

static bool compare(const struct told *t)
{
	if (!t->r->answered || !same_fault(t->r)) {
		report_fault(t);
		return false;
	}
	return t->r->vector != PROBE_NO_VECTOR || compare_registers(t);
}

bool verdict_request_of(const struct probe_request *r, uint64_t arg,
			const char *what, enum rule rule, const char *why)
{
	const struct told t = { r, arg, what, rule, why };

	return compare(&t);
}

bool verdict_request_known(const struct probe_request *r, uint64_t arg,
			   const char *what, enum rule rule, const char *why,
			   uint64_t known)
{
	const struct told t = { r, arg, what, rule, why, true, known };

	return compare(&t);
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

// SPDX-License-Identifier: GPL-2.0-only
/* Requests with their reasons, calls and values: what is wrong is reported. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "verdict.h"

static struct probe_request *add_note(struct bench *g, struct probe_request *r,
				      struct bench_note note)
{
	if (g->nr_notes + 1 == BENCH_NOTES)
		test_stop("more than %d requests in a batch", BENCH_NOTES);
	r->tag = ++g->nr_notes;
	g->note[r->tag] = note;
	return r;
}

struct probe_request *bench_want_fault(struct bench *g,
				       struct probe_request *r, uint8_t vector,
				       const char *what, uint64_t arg,
				       const struct reason *rule)
{
	const struct bench_note note = {
		.what = what, .has_arg = true, .arg = arg, .rule = rule->rule,
		.why = rule->why,
	};

	return add_note(g, probe_expect_fault(r, vector, 0), note);
}

struct probe_request *bench_want(struct bench *g, struct probe_request *r,
				 bool allowed, const char *what, uint64_t arg,
				 const struct reason *rule)
{
	return bench_want_fault(g, r, allowed ? PROBE_NO_VECTOR : GP_VECTOR,
				what, arg, rule);
}

static const char *keep_text(struct bench *g, const char *text)
{
	char *kept = g->text + g->text_used;

	if (g->text_used + strlen(text) >= BENCH_TEXT)
		test_stop("no room for the names of a batch");
	g->text_used += strlen(text) + 1;
	return strcpy(kept, text);
}

struct probe_request *bench_name(struct bench *g, struct probe_request *r,
				 enum rule rule, const char *why,
				 const char *fmt, ...)
{
	char text[120];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return add_note(g, r, (struct bench_note){
		.what = keep_text(g, text), .rule = rule, .why = why,
	});
}

void bench_known_answer(struct bench *g, uint64_t answer)
{
	g->note[g->nr_notes].has_known = true;
	g->note[g->nr_notes].known = answer;
}

void bench_mov_cr4(struct bench *g, uint64_t cr4, bool allowed,
		   const struct reason *rule)
{
	bench_want(g, probe_write_cr(&g->probe, 4, cr4), allowed,
		   "MOV to CR4 of", cr4, rule);
}

void bench_rdmsr_is(struct bench *g, uint32_t msr, uint64_t want,
		    const struct reason *rule)
{
	bench_want(g, probe_rdmsr_is(&g->probe, msr, want), true, "RDMSR", msr,
		   rule);
}

/* --- answers -------------------------------------------------------------- */
static void describe(char *text, size_t len, const char *what, uint64_t arg)
{
	snprintf(text, len, "%s 0x%" PRIx64, what, arg);
}

static bool verdict(const struct probe_request *r, const struct bench_note *n,
		    const char *text)
{
	if (n->has_known)
		return verdict_request_known(r, n->arg, text, n->rule, n->why,
					     n->known);
	return verdict_request_of(r, n->arg, text, n->rule, n->why);
}

static void judge(struct bench *g, const struct probe_request *r)
{
	static const struct bench_note unnamed = {
		.what = "a request that has no name",
		.why = "what the test needs to get where it wants",
	};
	const struct bench_note *n = r->tag ? &g->note[r->tag] : &unnamed;
	char text[120];

	if (r->answered && !r->mismatch)
		return;
	if (n->has_arg)
		describe(text, sizeof(text), n->what, n->arg);
	else
		snprintf(text, sizeof(text), "%s", n->what);
	if (!verdict(r, n, text))
		g->ok = false;
}

void bench_judge(struct bench *g)
{
	struct probe_header *h = g->probe.hdr;
	uint32_t i;

	for (i = 0; h->mismatches && i < h->nr; i++)
		judge(g, &h->req[i]);
	probe_clear(&g->probe);
	g->nr_notes = 0;
	g->text_used = 0;
}

void bench_run(struct bench *g)
{
	probe_run(&g->probe);
	bench_judge(g);
}

/* --- calls and values ------------------------------------------------------ */
static const char *result_text(int ret, char *buf, size_t len)
{
	if (ret < 0)
		snprintf(buf, len, "%s", strerror(-ret));
	else
		snprintf(buf, len, "%d", ret);
	return buf;
}

/* What a call is told as, and the number that it should have given. */
struct wrong {
	enum event event;
	int64_t want;
	const int64_t *known;	/* with a known defect; or NULL */
	const char *what;
	uint64_t arg;
	const struct reason *rule;
	const uint32_t *msr;	/* or NULL */
};

static struct finding finding_of(const struct wrong *w, enum answer kind,
				 int64_t got)
{
	return (struct finding){
		.kind = FOUND_EVENT, .event = w->event,
		.rule = w->rule->rule, .why = w->rule->why, .arg = w->arg,
		.answer = kind, .wanted = w->want, .got = got,
		.has_known = w->known, .known = w->known ? *w->known : 0,
		.has_msr = w->msr, .msr = w->msr ? *w->msr : 0,
	};
}

static void wrong_result(struct bench *g, int ret, const struct wrong *w)
{
	char text[120], wanted[48], got[48];
	struct finding m = finding_of(w, ANSWER_RESULT, ret);

	m.what = text;
	m.wanted_text = result_text(w->want, wanted, sizeof(wanted));
	m.got_text = result_text(ret, got, sizeof(got));
	describe(text, sizeof(text), w->what, w->arg);
	report_finding(&m);
	g->ok = false;
}

void bench_call_as(struct bench *g, enum event ev, int ret, bool allowed,
		   int want_error, const char *what, uint64_t arg,
		   const struct reason *rule)
{
	const struct wrong w = { ev, allowed ? 0 : want_error, NULL, what,
				 arg, rule, NULL };

	if (ret != w.want)
		wrong_result(g, ret, &w);
}

void bench_call_known(struct bench *g, enum event ev, int ret, bool allowed,
		      int want_error, int known, const char *what, uint64_t arg,
		      const struct reason *rule)
{
	const int64_t with_defect = known;
	const struct wrong w = { ev, allowed ? 0 : want_error, &with_defect,
				 what, arg, rule, NULL };

	if (ret != w.want)
		wrong_result(g, ret, &w);
}

void bench_set_msr(struct bench *g, uint32_t msr, uint64_t value, bool allowed,
		   const struct reason *rule)
{
	int ret = __vcpu_set_msr(&g->vcpu, msr, value);
	char what[48];
	const struct wrong w = { EVENT_SET_MSRS, allowed, NULL, what, value,
				 rule, &msr };

	if (ret == allowed)
		return;
	snprintf(what, sizeof(what), "KVM_SET_MSRS 0x%x value", msr);
	wrong_result(g, ret, &w);
}

static void value_is(struct bench *g, uint64_t got, const struct wrong *w)
{
	char text[120], wanted[24], had[24];
	struct finding m = finding_of(w, ANSWER_VALUE, got);

	if (got == (uint64_t)w->want)
		return;
	m.what = text;
	m.wanted_text = wanted;
	m.got_text = had;
	describe(text, sizeof(text), w->what, w->arg);
	snprintf(wanted, sizeof(wanted), "0x%" PRIx64, (uint64_t)w->want);
	snprintf(had, sizeof(had), "0x%" PRIx64, got);
	report_finding(&m);
	g->ok = false;
}

void bench_value_as(struct bench *g, enum event ev, uint64_t got,
		    uint64_t want, const char *what, uint64_t arg,
		    const struct reason *rule)
{
	const struct wrong w = { ev, want, NULL, what, arg, rule, NULL };

	value_is(g, got, &w);
}

void bench_value_known(struct bench *g, enum event ev, uint64_t got,
		       uint64_t want, uint64_t known, const char *what,
		       uint64_t arg, const struct reason *rule)
{
	const int64_t with_defect = known;
	const struct wrong w = { ev, want, &with_defect, what, arg, rule,
				 NULL };

	value_is(g, got, &w);
}

static void not_so(struct bench *g, enum event ev, enum rule rule,
		   const char *why, const char *what, bool known)
{
	const struct finding m = {
		.kind = FOUND_EVENT, .event = ev, .what = what,
		.answer = ANSWER_BOOL, .wanted = 1, .got = 0,
		.wanted_text = "yes", .got_text = "no", .rule = rule,
		.why = why, .has_known = known, .known = 0,
	};

	report_finding(&m);
	g->ok = false;
}

void bench_check_as(struct bench *g, enum event ev, bool ok, enum rule rule,
		    const char *why, const char *fmt, ...)
{
	char what[120];
	va_list ap;

	if (ok)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	not_so(g, ev, rule, why, what, false);
}

void bench_check_known(struct bench *g, enum event ev, bool ok, enum rule rule,
		       const char *why, const char *what)
{
	if (!ok)
		not_so(g, ev, rule, why, what, true);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backport.h"
#include "known.h"
#include "msr_names.h"
#include "msr_sweep.h"
#include "once.h"
#include "verdict.h"

/* A VM keeps its vCPUs until it goes. */
#define VCPUS_PER_VM	24

struct msr_planned {
	const struct msr_rule *rule;
	enum msr_answer wanted;
	enum msr_op op;
	uint32_t index;
	uint64_t value, care;
};

static struct msr_tally *tally_of(struct msr_results *r, const char *group)
{
	uint32_t i;

	for (i = 0; i < r->nr_tallies; i++)
		if (!strcmp(r->tally[i].group, group))
			return &r->tally[i];
	if (r->nr_tallies == SWEEP_GROUPS)
		test_stop("more than %d groups of MSRs", SWEEP_GROUPS);
	snprintf(r->tally[i].group, sizeof(r->tally[i].group), "%s", group);
	r->nr_tallies++;
	return &r->tally[i];
}

static const char *group_of(const struct msr_sweep *s,
			    const struct msr_rule *r)
{
	if (s->group)
		return s->group;
	return r ? r->group : "unknown";
}

void sweep_note(struct msr_sweep *s, const char *group, enum msr_who who)
{
	tally_of(s->out, group)->checks[who]++;
}

static struct msr_finding *new_finding(struct msr_sweep *s, const char *group,
				       enum msr_who who)
{
	struct msr_results *r = s->out;
	struct msr_finding *f;

	if (r->nr_findings == SWEEP_FINDINGS) {
		r->lost_findings++;
		return NULL;
	}
	f = &r->finding[r->nr_findings++];
	memset(f, 0, sizeof(*f));
	snprintf(f->group, sizeof(f->group), "%s", group);
	f->who = who;
	return f;
}

void sweep_fail(struct msr_sweep *s, const char *group, enum msr_who who,
		enum rule rule, const char *why, const char *what,
		const char *wanted, const char *got)
{
	struct msr_finding *f = new_finding(s, group, who);

	if (!f)
		return;
	f->rule = rule;
	f->why = why;
	snprintf(f->what, sizeof(f->what), "%s", what);
	snprintf(f->wanted, sizeof(f->wanted), "%s", wanted);
	snprintf(f->got, sizeof(f->got), "%s", got);
}

/* "guest WRMSR 0x1fc = 0x1 (only RDPID)" */
static void describe(char *text, size_t len, const struct msr_sweep *s,
		     enum msr_who who, const struct msr_planned *p)
{
	const char *how[2][2] = { { "guest RDMSR", "guest WRMSR" },
				  { "KVM_GET_MSRS", "KVM_SET_MSRS" } };

	if (p->op == MSR_READ)
		snprintf(text, len, "%s 0x%x (%s)", how[who][p->op], p->index,
			 s->config);
	else
		snprintf(text, len, "%s 0x%x = 0x%llx (%s)", how[who][p->op],
			 p->index, (unsigned long long)p->value, s->config);
}

/* How an access ended: as a number, and in words. */
struct ending {
	uint64_t number;
	const char *text;
};

static void access_finding(struct msr_sweep *s, enum msr_who who,
			   const struct msr_planned *p, enum answer kind,
			   struct ending wanted, struct ending got)
{
	static const enum event events[2][2] = {
		[MSR_GUEST] = { [MSR_READ] = EVENT_GUEST_RDMSR,
				[MSR_WRITE] = EVENT_GUEST_WRMSR },
		[MSR_HOST] = { [MSR_READ] = EVENT_GET_MSRS,
			       [MSR_WRITE] = EVENT_SET_MSRS },
	};
	struct msr_finding *f = new_finding(s, group_of(s, p->rule), who);

	if (!f)
		return;
	f->access = true;
	f->msr = p->index;
	f->event = events[who][p->op];
	f->answer = kind;
	f->arg = p->value;
	f->wanted_value = wanted.number;
	f->got_value = got.number;
	f->rule = msr_rule_id(p->rule);
	f->why = msr_rule_why(p->rule);
	describe(f->what, sizeof(f->what), s, who, p);
	snprintf(f->wanted, sizeof(f->wanted), "%s", wanted.text);
	snprintf(f->got, sizeof(f->got), "%s", got.text);
}

static void value_finding(struct msr_sweep *s, enum msr_who who,
			  const struct msr_planned *p, uint64_t got)
{
	struct msr_finding *f = new_finding(s, group_of(s, p->rule), who);

	if (!f)
		return;
	f->value = true;
	f->msr = p->index;
	f->wanted_value = p->value;
	f->got_value = got;
	f->rule = msr_rule_id(p->rule);
	f->why = msr_rule_why(p->rule);
	describe(f->what, sizeof(f->what), s, who, p);
}

void sweep_value(struct msr_sweep *s, const char *group, enum msr_who who,
		 enum rule rule, const char *why, uint32_t msr,
		 const char *what, uint64_t wanted, uint64_t got)
{
	struct msr_finding *f;

	sweep_note(s, group, who);
	f = wanted == got ? NULL : new_finding(s, group, who);
	if (!f)
		return;
	f->value = true;
	f->msr = msr;
	f->wanted_value = wanted;
	f->got_value = got;
	f->rule = rule;
	f->why = why;
	snprintf(f->what, sizeof(f->what), "%s", what);
}

/* Remember the name of an MSR, once. */
static void note_not_judged(struct msr_sweep *s, const char *group,
			    enum msr_who who, uint32_t index)
{
	struct msr_tally *t = tally_of(s->out, group);
	char *names = t->not_judged[who];
	const char *name = msr_name(index);
	size_t len = strlen(names);

	t->unsure[who]++;
	if (!strstr(names, name))
		snprintf(names + len, sizeof(t->not_judged[who]) - len, "%s%s",
			 len ? ", " : "", name);
}

/* Predict, and tell the model.  False: there is nothing to compare with. */
static bool plan(struct msr_sweep *s, enum msr_who who, enum msr_op op,
		 uint32_t index, uint64_t value, struct msr_planned *p)
{
	*p = (struct msr_planned){
		.rule = msr_rule_find(&s->cpu, index), .op = op,
		.index = index, .value = value,
	};
	if (op == MSR_READ)
		p->wanted = msr_read(&s->cpu, who, index, &p->value, &p->care);
	else
		p->wanted = msr_write(&s->cpu, who, index, value);
	if (p->wanted == MSR_UNSURE) {
		note_not_judged(s, group_of(s, p->rule), who, index);
		return false;
	}
	sweep_note(s, group_of(s, p->rule), who);
	return true;
}

static struct ending host_ending(int ret)
{
	return (struct ending){
		ret, ret == 1 ? "1 (done)" : ret ? "an error" : "0 (refused)",
	};
}

enum msr_answer sweep_host(struct msr_sweep *s, enum msr_op op,
			   uint32_t index, uint64_t value)
{
	struct msr_planned p;
	uint64_t got = value;
	bool done;
	int ret;

	if (!plan(s, MSR_HOST, op, index, value, &p))
		return MSR_UNSURE;
	ret = op == MSR_READ ? __vcpu_get_msr(&s->bench->vcpu, index, &got) :
			       __vcpu_set_msr(&s->bench->vcpu, index, value);
	done = p.wanted == MSR_DONE;
	if (ret != done)
		access_finding(s, MSR_HOST, &p,
			       ret < 0 ? ANSWER_TEXT : ANSWER_BOOL,
			       host_ending(done), host_ending(ret));
	else if (done && op == MSR_READ && (got ^ p.value) & p.care)
		value_finding(s, MSR_HOST, &p, got);
	return p.wanted;
}

enum msr_answer sweep_guest(struct msr_sweep *s, enum msr_op op,
			    uint32_t index, uint64_t value)
{
	uint32_t n = s->bench->probe.hdr->nr;
	struct probe_request *r;

	if (!s->out->guests_can_fault || s->no_guest)
		return MSR_UNSURE;
	if (n == SWEEP_PLANNED) {
		sweep_run(s);
		n = 0;
	}
	if (!plan(s, MSR_GUEST, op, index, value, &s->planned[n]))
		return MSR_UNSURE;
	r = op == MSR_READ ? probe_rdmsr(&s->bench->probe, index) :
			     probe_wrmsr(&s->bench->probe, index, value);
	if (s->planned[n].wanted != MSR_DONE)
		probe_expect_fault(r, GP_VECTOR, 0);
	return s->planned[n].wanted;
}

enum msr_answer sweep_access(struct msr_sweep *s, enum msr_who who,
			     enum msr_op op, uint32_t index, uint64_t value)
{
	return who == MSR_GUEST ? sweep_guest(s, op, index, value) :
				  sweep_host(s, op, index, value);
}

static void judge_guest(struct msr_sweep *s, const struct msr_planned *p,
			const struct probe_request *r)
{
	char wanted[24], got[24];

	if (r->mismatch)
		access_finding(s, MSR_GUEST, p, ANSWER_FAULT, (struct ending){
				fault_number(r->want_vector, r->want_error),
				fault_text(r->want_vector, r->want_error,
					   wanted, sizeof(wanted)) },
			       (struct ending){
				fault_number(r->vector, r->error),
				fault_text(r->vector, r->error, got,
					   sizeof(got)) });
	else if (p->op == MSR_READ && r->vector == PROBE_NO_VECTOR &&
		 ((probe_value(r) ^ p->value) & p->care ||
		  r->got[REG_EAX] >> 32 || r->got[REG_EDX] >> 32))
		value_finding(s, MSR_GUEST, p, probe_value(r));
}

void sweep_run(struct msr_sweep *s)
{
	char why[160];
	uint32_t i;

	if (!s->out->guests_can_fault || !s->bench->probe.hdr || !s->bench->probe.hdr->nr)
		return;
	if (__probe_run(&s->bench->probe, why, sizeof(why)))
		test_stop_run(s->bench->probe.end,
			      "guest run (%s): %s; %u of %u requests answered",
			      s->config, why, s->bench->probe.hdr->done,
			      s->bench->probe.hdr->nr);
	for (i = 0; i < s->bench->probe.hdr->nr; i++)
		judge_guest(s, &s->planned[i], &s->bench->probe.hdr->req[i]);
	s->cpu.has_run = true;
	probe_clear(&s->bench->probe);
}

/* SPEC_CTRL: does the host have it? */
static const uint32_t interesting[] = { 0x48 };
static struct msr_list host_msrs;

void sweep_begin(struct msr_sweep *s, const char *config,
		 const struct cpuid_list *cpuid)
{
	if (s->bench->vm.fd < 0 || s->bench->next_id == VCPUS_PER_VM)
		bench_vm(s->bench, VM_IRQCHIP);
	s->config = config;
	s->no_guest = false;
	bench_vcpu(s->bench);
	msr_cpu_init(&s->cpu, s->bench->facts, &host_msrs, cpuid);
	s->cpu.not_bsp = s->bench->vcpu.id;
}

void sweep_start(struct msr_sweep *s)
{
	if (s->cpu.cpuid->nent)
		vcpu_set_cpuid(&s->bench->vcpu, s->cpu.cpuid);
	if (s->no_guest)
		return;
	probe_start(&s->bench->probe, &s->bench->vcpu, PROBE_LONG);
	msr_cpu_set_value(&s->cpu, MSR_EFER, 0x500);
}

void sweep_end(struct msr_sweep *s)
{
	if (!s->no_guest)
		sweep_run(s);
	vcpu_destroy(&s->bench->vcpu);
}

static void (*to_sweep)(struct msr_sweep *s);

static void run(void *results)
{
	static struct bench bench;
	static struct msr_sweep s;

	s.out = results;
	strcpy(s.out->why_not, "the sweep died; its last words are above");
	bench_model(&bench, NULL);
	host_msrs_read(&host_msrs, interesting, ARRAY_SIZE(interesting));
	s.bench = &bench;
	s.planned = calloc(SWEEP_PLANNED, sizeof(*s.planned));
	if (!s.planned)
		return;
	s.out->guests_can_fault = probe_faults_work(&bench.cpu.cpuid);
	to_sweep(&s);
	s.out->complete = true;
}

static void say_how_many(const struct msr_results *r)
{
	uint32_t n[2] = { 0, 0 }, i;

	for (i = 0; i < r->nr_tallies; i++) {
		n[MSR_GUEST] += r->tally[i].checks[MSR_GUEST];
		n[MSR_HOST] += r->tally[i].checks[MSR_HOST];
	}
	printf("# MSR accesses: %u by guests, %u by ioctls\n", n[MSR_GUEST],
	       n[MSR_HOST]);
}

struct msr_results *sweep_once(void (*fn)(struct msr_sweep *s))
{
	struct msr_results *out;

	to_sweep = fn;
	out = run_once(sizeof(*out), run);
	say_how_many(out);
	return out;
}

static void report(const struct msr_finding *f)
{
	struct finding told = {
		.kind = f->value ? FOUND_MSR : FOUND_EVENT,
		.rule = f->rule, .why = f->why,
		.has_msr = f->access, .msr = f->msr,
		.who = f->what, .wanted = f->wanted_value, .got = f->got_value,
		.event = f->event, .answer = f->answer, .arg = f->arg,
		.what = f->what, .wanted_text = f->wanted, .got_text = f->got,
	};

	report_finding(&told);
}

void sweep_must_be_whole(const struct msr_results *r)
{
	uint32_t i;

	if (r->complete)
		return;
	for (i = 0; i < r->nr_findings; i++)
		report(&r->finding[i]);
	test_stop("%s", r->why_not);
}

bool sweep_report(const struct msr_results *r, const char *group,
		  enum msr_who who)
{
	uint32_t i;
	bool ok = true;

	for (i = 0; i < r->nr_findings; i++) {
		const struct msr_finding *f = &r->finding[i];

		if (f->who != who || strcmp(f->group, group))
			continue;
		report(f);
		ok = false;
	}
	if (!ok && r->lost_findings) {
		printf("# and %u more findings, in this group or others\n",
		       r->lost_findings);
		known_unexplained();
	}
	return ok;
}

static const struct msr_tally *find_tally(const struct msr_results *r,
					  const char *group)
{
	uint32_t i;

	for (i = 0; i < r->nr_tallies; i++)
		if (!strcmp(r->tally[i].group, group))
			return &r->tally[i];
	return NULL;
}

uint32_t sweep_checks(const struct msr_results *r, const char *group,
		      enum msr_who who)
{
	const struct msr_tally *t = find_tally(r, group);

	return t ? t->checks[who] : 0;
}

const char *sweep_not_judged(const struct msr_results *r, const char *group,
			     enum msr_who who)
{
	const struct msr_tally *t = find_tally(r, group);
	char why[60];

	if (!t || !t->unsure[who])
		return NULL;
	snprintf(why, sizeof(why), "%u accesses that no rule predicts here",
		 t->unsure[who]);
	not_judged(t->not_judged[who], why);
	return t->not_judged[who];
}

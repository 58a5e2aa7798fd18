// SPDX-License-Identifier: GPL-2.0-only
/* Variants of the max model in one vCPU after the other. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "verdict.h"

/* Leaves whose subleaves differ (SDM vol. 2A, CPUID; APM vol. 3, E.4). */
static bool index_matters(uint32_t function)
{
	static const uint32_t leaves[] = {
		0x4, 0x7, 0xb, 0xd, 0xf, 0x10, 0x12, 0x14, 0x17, 0x18, 0x1d,
		0x1e, 0x1f, 0x20, 0x23, 0x24, 0x8000001d, 0x80000020,
		0x80000026,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		if (leaves[i] == function)
			return true;
	return false;
}

static void open_vm(struct gate *g)
{
	vm_create(&g->vm, g->vm_flags);
	probe_load(&g->vm);
	g->next_id = 0;
}

void gate_open(struct gate *g, unsigned int vm_flags)
{
	static struct subject s;

	subject_model(&s, NULL);
	memset(g, 0, sizeof(*g));
	g->facts = s.facts;
	g->model = s.cpu.cpuid;
	g->list = g->model;
	g->vm_flags = vm_flags;
	g->vcpu.fd = -1;
	g->ok = true;
	open_vm(g);
}

void gate_close(struct gate *g)
{
	if (g->vcpu.fd >= 0)
		vcpu_destroy(&g->vcpu);
	vm_destroy(&g->vm);
}

void gate_vcpu(struct gate *g)
{
	if (g->vcpu.fd >= 0)
		vcpu_destroy(&g->vcpu);
	if (g->next_id == GATE_VCPUS_PER_VM) {
		vm_destroy(&g->vm);
		open_vm(g);
	}
	vcpu_create(&g->vcpu, &g->vm, g->next_id++);
}

void gate_install(struct gate *g)
{
	vcpu_set_cpuid(&g->vcpu, &g->list);
}

void gate_boot(struct gate *g, enum probe_mode mode)
{
	gate_vcpu(g);
	gate_install(g);
	probe_load(&g->vm);
	probe_start(&g->probe, &g->vcpu, mode);
	g->nr_notes = 0;
}

void gate_reset_list(struct gate *g)
{
	g->list = g->model;
}

struct kvm_cpuid_entry2 *gate_entry(struct gate *g, uint32_t function)
{
	uint32_t i;

	for (i = 0; i < g->list.nent; i++)
		if (g->list.e[i].function == function)
			return &g->list.e[i];
	test_stop("the max model has no leaf 0x%x", function);
}

void gate_feature(struct gate *g, struct cpuid_feature f, bool on)
{
	struct cpuid_regs none = { { 0 } };

	if (cpuid_set_feature(&g->list, f, on) || !on)
		return;
	cpuid_append(&g->list, f.function, f.index, index_matters(f.function) ?
		     KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0, none);
	cpuid_set_feature(&g->list, f, on);
}

bool gate_kvm_has(const struct gate *g, struct cpuid_feature f)
{
	return cpuid_has(&g->facts->supported, f);
}

bool gate_guest_has(const struct gate *g, struct cpuid_feature f)
{
	if (!cpuid_has(&g->list, f))
		return false;
	return !kernel_has(g->facts->kernel, CHANGE_MADE_UP_BITS_IGNORED) ||
	       gate_kvm_has(g, f) ||
	       cpuid_has(&g->facts->emulated, f);
}

bool gate_host_has(const struct gate *g, struct cpuid_feature f)
{
	return cpuid_has(&g->facts->cpu[0].cpuid, f);
}

bool gate_host_is_tcg(const struct gate *g)
{
	const struct kvm_cpuid_entry2 *e =
		cpuid_find(&g->facts->cpu[0].cpuid, 0x40000000, 0);

	/* "TCGTCGTCGTCG" */
	return e && e->ebx == 0x54474354 && e->ecx == 0x43544743 &&
	       e->edx == 0x47435447;
}

struct probe_request *gate_want_fault(struct gate *g,
				      struct probe_request *r, uint8_t vector,
				      const char *what, uint64_t arg,
				      const struct gate_rule *rule)
{
	if (g->nr_notes == GATE_NOTES)
		test_stop("more than %d requests in a batch", GATE_NOTES);
	g->note[g->nr_notes] = (struct gate_note){
		.what = what, .arg = arg, .rule = rule,
	};
	r->tag = g->nr_notes++;
	return probe_expect_fault(r, vector, 0);
}

struct probe_request *gate_want(struct gate *g, struct probe_request *r,
				bool allowed, const char *what, uint64_t arg,
				const struct gate_rule *rule)
{
	return gate_want_fault(g, r, allowed ? PROBE_NO_VECTOR : GP_VECTOR,
			       what, arg, rule);
}

static void describe(char *text, size_t len, const char *what, uint64_t arg)
{
	snprintf(text, len, "%s 0x%" PRIx64, what, arg);
}

void gate_known_fault(struct gate *g, uint8_t vector)
{
	struct gate_note *n = &g->note[g->nr_notes - 1];

	n->has_known = true;
	n->known = vector;
}

static bool verdict(const struct probe_request *r, const struct gate_note *n,
		    const char *text)
{
	if (n->has_known)
		return verdict_request_known(r, n->arg, text, n->rule->rule,
					     n->rule->why, n->known);
	return verdict_request_of(r, n->arg, text, n->rule->rule, n->rule->why);
}

static void judge(struct gate *g, const struct probe_request *r)
{
	const struct gate_note *n = &g->note[r->tag];
	char text[120];

	if (r->answered && !r->mismatch)
		return;
	describe(text, sizeof(text), n->what, n->arg);
	if (!verdict(r, n, text))
		g->ok = false;
}

void gate_judge(struct gate *g)
{
	struct probe_header *h = g->probe.hdr;
	uint32_t i;

	for (i = 0; h->mismatches && i < h->nr; i++)
		judge(g, &h->req[i]);
	probe_clear(&g->probe);
	g->nr_notes = 0;
}

void gate_run(struct gate *g)
{
	probe_run(&g->probe);
	gate_judge(g);
}

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
	const struct gate_rule *rule;
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

static void wrong_result(struct gate *g, int ret, const struct wrong *w)
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

void gate_call_as(struct gate *g, enum event ev, int ret, bool allowed,
		  int want_error, const char *what, uint64_t arg,
		  const struct gate_rule *rule)
{
	const struct wrong w = { ev, allowed ? 0 : want_error, NULL, what,
				 arg, rule, NULL };

	if (ret != w.want)
		wrong_result(g, ret, &w);
}

void gate_call_known(struct gate *g, enum event ev, int ret, bool allowed,
		     int want_error, int known, const char *what, uint64_t arg,
		     const struct gate_rule *rule)
{
	const int64_t with_defect = known;
	const struct wrong w = { ev, allowed ? 0 : want_error, &with_defect,
				 what, arg, rule, NULL };

	if (ret != w.want)
		wrong_result(g, ret, &w);
}

void gate_set_msr(struct gate *g, uint32_t msr, uint64_t value, bool allowed,
		  const struct gate_rule *rule)
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

static void value_is(struct gate *g, uint64_t got, const struct wrong *w)
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

void gate_value_as(struct gate *g, enum event ev, uint64_t got,
		   uint64_t want, const char *what, uint64_t arg,
		   const struct gate_rule *rule)
{
	const struct wrong w = { ev, want, NULL, what, arg, rule, NULL };

	value_is(g, got, &w);
}

void gate_value_known(struct gate *g, enum event ev, uint64_t got,
		      uint64_t want, uint64_t known, const char *what,
		      uint64_t arg, const struct gate_rule *rule)
{
	const int64_t with_defect = known;
	const struct wrong w = { ev, want, &with_defect, what, arg, rule,
				 NULL };

	value_is(g, got, &w);
}

int __vcpu_set_sregs2(struct vcpu *vcpu, const struct kvm_sregs2 *sregs)
{
	return kvm_ioctl(vcpu->fd, KVM_SET_SREGS2, (void *)sregs);
}

int __vcpu_get_sregs2(struct vcpu *vcpu, struct kvm_sregs2 *sregs)
{
	return kvm_ioctl(vcpu->fd, KVM_GET_SREGS2, sregs);
}

void vcpu_get_regs(struct vcpu *vcpu, struct kvm_regs *regs)
{
	int ret = kvm_ioctl(vcpu->fd, KVM_GET_REGS, regs);

	if (ret)
		test_stop("KVM_GET_REGS: %s", strerror(-ret));
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pv.h"

const struct pv_msr pv_msrs[PV_NR_MSRS] = {
	{ PV_MSR_WALL_CLOCK, "WALL_CLOCK", PV_CLOCKSOURCE, 0 },
	{ PV_MSR_SYSTEM_TIME, "SYSTEM_TIME", PV_CLOCKSOURCE, 0 },
	{ PV_MSR_WALL_CLOCK_NEW, "WALL_CLOCK_NEW", PV_CLOCKSOURCE2, 0 },
	{ PV_MSR_SYSTEM_TIME_NEW, "SYSTEM_TIME_NEW", PV_CLOCKSOURCE2, 0 },
	{ PV_MSR_ASYNC_PF_EN, "ASYNC_PF_EN", PV_ASYNC_PF, 0 },
	{ PV_MSR_STEAL_TIME, "STEAL_TIME", PV_STEAL_TIME, 0 },
	{ PV_MSR_EOI_EN, "PV_EOI_EN", PV_EOI, 0 },
	{ PV_MSR_POLL_CONTROL, "POLL_CONTROL", PV_POLL_CONTROL, 1 },
	{ PV_MSR_ASYNC_PF_INT, "ASYNC_PF_INT", PV_ASYNC_PF_INT, 0 },
	{ PV_MSR_ASYNC_PF_ACK, "ASYNC_PF_ACK", PV_ASYNC_PF_INT, 0 },
};

static void drop_hypervisor_leaves(struct cpuid_list *l)
{
	uint32_t from, to = 0;

	for (from = 0; from < l->nent; from++)
		if (l->e[from].function >> 28 != 4)
			l->e[to++] = l->e[from];
	l->nent = to;
}

void pv_begin(struct pv *pv, unsigned int vm_flags)
{
	static struct subject s;

	memset(pv, 0, sizeof(*pv));
	pv->ok = true;
	subject_model(&s, NULL);
	pv->facts = s.facts;
	pv->plain = s.cpu.cpuid;
	drop_hypervisor_leaves(&pv->plain);
	vm_create(&pv->vm, vm_flags);
	probe_load(&pv->vm);
}

void pv_add_leaves(struct cpuid_list *l, uint32_t base, uint32_t features)
{
	cpuid_append(l, base, 0, 0, (struct cpuid_regs){ {
		     base | 1, 0x4b4d564b, 0x564b4d56, 0x4d } });
	cpuid_append(l, base | 1, 0, 0,
		     (struct cpuid_regs){ { features, 0, 0, 0 } });
}

void pv_list(const struct pv *pv, struct cpuid_list *l, uint32_t base,
	     uint32_t features)
{
	*l = pv->plain;
	pv_add_leaves(l, base, features);
}

void pv_enforce(struct pv *pv, bool on)
{
	vcpu_enable_cap(&pv->vcpu, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, on);
}

void pv_vcpu(struct pv *pv, const struct cpuid_list *l, bool enforce)
{
	vcpu_create(&pv->vcpu, &pv->vm, pv->next_id++);
	vcpu_set_cpuid(&pv->vcpu, l);
	if (enforce)
		pv_enforce(pv, true);
	probe_start(&pv->probe, &pv->vcpu, PROBE_LONG);
}

struct probe_request *pv_note(struct pv *pv, struct probe_request *r,
			      enum rule rule, const char *why,
			      const char *fmt, ...)
{
	unsigned int i = r - pv->probe.hdr->req;
	va_list ap;

	if (i >= PV_NOTES_MAX)
		test_stop("more than %d requests in a batch", PV_NOTES_MAX);
	pv->note[i].rule = rule;
	pv->note[i].why = why;
	va_start(ap, fmt);
	vsnprintf(pv->note[i].what, sizeof(pv->note[i].what), fmt, ap);
	va_end(ap);
	return r;
}

/* VMMCALL or VMCALL. */
void pv_hypercall_insn(bool amd, uint8_t insn[3])
{
	insn[0] = 0x0f;
	insn[1] = 0x01;
	insn[2] = amd ? 0xd9 : 0xc1;
}

struct probe_request *pv_hypercall(struct pv *pv, uint64_t nr, uint64_t a0,
				   uint64_t a1, uint64_t a2, uint64_t a3)
{
	struct probe_request *r;
	uint8_t insn[3];

	pv_hypercall_insn(facts_host_is_amd(pv->facts), insn);
	r = probe_insn(&pv->probe, insn, sizeof(insn));
	r->in = (struct probe_regs){ nr, a0, a1, a2, a3, 0 };
	return r;
}

/* Arguments that do no harm: an APIC id that nobody has, no IPI targets. */
struct probe_request *pv_hypercall_is(struct pv *pv, uint64_t nr,
				      uint64_t want)
{
	return probe_expect_reg(pv_hypercall(pv, nr, 0, 0xfd, 0, 0), REG_EAX,
				want);
}

void pv_run(struct pv *pv)
{
	uint32_t i;

	probe_run(&pv->probe);
	for (i = 0; i < pv->probe.hdr->nr; i++)
		if (pv->probe.hdr->req[i].mismatch)
			pv->ok &= verdict_request(&pv->probe.hdr->req[i],
						  pv->note[i].what,
						  pv->note[i].rule,
						  pv->note[i].why);
	probe_clear(&pv->probe);
	memset(pv->note, 0, sizeof(pv->note));
}

/* An answer of "no", where "yes" was wanted. */
static struct finding denied(enum event ev, enum rule rule, const char *why)
{
	return (struct finding){
		.kind = FOUND_EVENT, .event = ev,
		.answer = ANSWER_BOOL, .wanted = 1, .got = 0,
		.wanted_text = "yes", .got_text = "no", .rule = rule,
		.why = why,
	};
}

void pv_check_known(struct pv *pv, enum event ev, bool ok, enum rule rule,
		    const char *why, const char *what)
{
	struct finding m = denied(ev, rule, why);

	if (ok)
		return;
	m.what = what;
	m.has_known = true;
	m.known = 0;
	report_finding(&m);
	pv->ok = false;
}

void pv_check_as(struct pv *pv, enum event ev, bool ok, enum rule rule,
		 const char *why, const char *fmt, ...)
{
	char what[120];
	struct finding m = denied(ev, rule, why);
	va_list ap;

	if (ok)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	m.what = what;
	report_finding(&m);
	pv->ok = false;
}

int pv_cap(uint32_t cap)
{
	int fd = kvm_open();
	int value = kvm_check_cap(fd, cap);

	close(fd);
	return value;
}

/*
 * Host access goes by the features too: hidden it fails, or reads 0 where the
 * MSR's default is 1.
 */
bool pv_poll_visible(struct pv *pv)
{
	uint64_t value = 0;

	return __vcpu_get_msr(&pv->vcpu, PV_MSR_POLL_CONTROL, &value) == 1 &&
	       value == 1;
}

void pv_begin_vcpu(struct pv *pv, unsigned int vm_flags)
{
	pv_begin(pv, vm_flags);
	pv_vcpu(pv, &pv->plain, false);
}

struct probe_request *pv_wrmsr(struct pv *pv, uint32_t msr, uint64_t data,
				   const char *why)
{
	return pv_note(pv, probe_wrmsr(&pv->probe, msr, data), RULE_P9, why,
		       "WRMSR 0x%x: 0x%llx", msr, (unsigned long long)data);
}

struct probe_request *pv_rdmsr(struct pv *pv, uint32_t msr, uint64_t want,
				   const char *why)
{
	return pv_note(pv, probe_rdmsr_is(&pv->probe, msr, want), RULE_P9, why,
		       "RDMSR 0x%x", msr);
}

/* The guest's own look at a byte or word of memory, in EAX. */
struct probe_request *pv_guest_reads(struct pv *pv, uint64_t gpa,
					 unsigned int bytes)
{
	static const uint8_t movb[] = { 0x0f, 0xb6, 0x07 };
	static const uint8_t movl[] = { 0x8b, 0x07 };
	struct probe_request *r = bytes == 1 ?
		probe_insn(&pv->probe, movb, sizeof(movb)) :
		probe_insn(&pv->probe, movl, sizeof(movl));

	r->in.rdi = gpa;
	return r;
}

struct probe_request *pv_guest_writes0(struct pv *pv, uint64_t gpa)
{
	/* movl $0, (%rdi) */
	struct probe_request *r = PROBE_INSN(&pv->probe, 0xc7, 0x07, 0, 0, 0,
					     0);

	r->in.rdi = gpa;
	return r;
}

/* One hypercall that anybody has, with little patience. */
static bool try_hypercall(void)
{
	static struct pv pv;
	struct probe_request *r;

	pv_begin_vcpu(&pv, VM_IRQCHIP);
	r = pv_hypercall(&pv, 1, 0, 0, 0, 0);
	return !__vcpu_run(&pv.vcpu, 500) && r->answered &&
	       r->vector == PROBE_NO_VECTOR;
}

bool pv_hypercalls_work(const struct host_facts *f)
{
	if (!strcmp(f->kvm_module, "kvm_amd") ||
	    !strcmp(f->kvm_module, "kvm_intel"))
		return true;
	return try_hypercall();
}

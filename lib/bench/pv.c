// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "pv.h"

void pv_begin(struct bench *g, unsigned int vm_flags)
{
	bench_open(g, vm_flags);
	cpuid_remove_hypervisor(&g->cpu.cpuid);
	bench_reset_list(g);
}

void pv_add_leaves(struct cpuid_list *l, uint32_t base, uint32_t features)
{
	cpuid_append(l, base, 0, 0, (struct cpuid_regs){ {
		     base | 1, 0x4b4d564b, 0x564b4d56, 0x4d } });
	cpuid_append(l, base | 1, 0, 0,
		     (struct cpuid_regs){ { features, 0, 0, 0 } });
}

void pv_add_hyperv_leaves(struct cpuid_list *l, uint32_t max, uint32_t interface)
{
	cpuid_append(l, 0x40000000, 0, 0, (struct cpuid_regs){ {
		     max, 0x7263694d, 0x666f736f, 0x76482074 } });
	cpuid_append(l, 0x40000001, 0, 0,
		     (struct cpuid_regs){ { interface, 0, 0, 0 } });
}

void pv_list(const struct bench *g, struct cpuid_list *l, uint32_t base,
	     uint32_t features)
{
	cpuid_copy(l, &g->cpu.cpuid);
	pv_add_leaves(l, base, features);
}

void pv_enforce(struct bench *g, bool on)
{
	vcpu_enable_cap(&g->vcpu, KVM_CAP_ENFORCE_PV_FEATURE_CPUID, on);
}

void pv_vcpu(struct bench *g, const struct cpuid_list *l, bool enforce)
{
	cpuid_copy(&g->list, l);
	bench_new_guest(g);
	if (enforce)
		pv_enforce(g, true);
	bench_probe(g, PROBE_LONG);
}

/* VMMCALL or VMCALL. */
void pv_hypercall_insn(bool amd, uint8_t insn[3])
{
	insn[0] = 0x0f;
	insn[1] = 0x01;
	insn[2] = amd ? 0xd9 : 0xc1;
}

struct probe_request *pv_hypercall(struct bench *g, uint64_t nr, uint64_t a0,
				   uint64_t a1, uint64_t a2, uint64_t a3)
{
	struct probe_request *r;
	uint8_t insn[3];

	pv_hypercall_insn(facts_host_is_amd(g->facts), insn);
	r = probe_insn(&g->probe, insn, sizeof(insn));
	r->in = (struct probe_regs){ nr, a0, a1, a2, a3, 0 };
	return r;
}

/* Arguments that do no harm: an APIC id that nobody has, no IPI targets. */
struct probe_request *pv_hypercall_is(struct bench *g, uint64_t nr,
				      uint64_t want)
{
	return probe_expect_reg(pv_hypercall(g, nr, 0, 0xfd, 0, 0), REG_EAX,
				want);
}

/*
 * Host access goes by the features too: hidden it fails, or reads 0 where the
 * MSR's default is 1.
 */
bool pv_poll_visible(struct bench *g)
{
	uint64_t value = 0;

	return __vcpu_get_msr(&g->vcpu, MSR_KVM_POLL_CONTROL, &value) == 1 &&
	       value == 1;
}

void pv_begin_vcpu(struct bench *g, unsigned int vm_flags)
{
	pv_begin(g, vm_flags);
	pv_vcpu(g, &g->cpu.cpuid, false);
}

struct probe_request *pv_wrmsr(struct bench *g, uint32_t msr, uint64_t data,
			       const char *why)
{
	return bench_name(g, probe_wrmsr(&g->probe, msr, data), RULE_P9, why,
			  "WRMSR 0x%x: 0x%llx", msr, (unsigned long long)data);
}

struct probe_request *pv_rdmsr(struct bench *g, uint32_t msr, uint64_t want,
			       const char *why)
{
	return bench_name(g, probe_rdmsr_is(&g->probe, msr, want), RULE_P9, why,
			  "RDMSR 0x%x", msr);
}

/* The guest's own look at a byte or word of memory, in EAX. */
struct probe_request *pv_guest_reads(struct bench *g, uint64_t gpa,
				     unsigned int bytes)
{
	static const uint8_t movb[] = { 0x0f, 0xb6, 0x07 };
	static const uint8_t movl[] = { 0x8b, 0x07 };
	struct probe_request *r = bytes == 1 ?
		probe_insn(&g->probe, movb, sizeof(movb)) :
		probe_insn(&g->probe, movl, sizeof(movl));

	r->in.rdi = gpa;
	return r;
}

struct probe_request *pv_guest_writes0(struct bench *g, uint64_t gpa)
{
	/* movl $0, (%rdi) */
	struct probe_request *r = PROBE_INSN(&g->probe, 0xc7, 0x07, 0, 0, 0,
					     0);

	r->in.rdi = gpa;
	return r;
}

/* With little patience. */
bool pv_try_hypercall(void)
{
	static struct bench g;
	struct probe_request *r;

	pv_begin_vcpu(&g, VM_IRQCHIP);
	r = pv_hypercall(&g, 1, 0, 0, 0, 0);
	return !__vcpu_run(&g.vcpu, 500) && r->answered &&
	       r->vector == PROBE_NO_VECTOR;
}

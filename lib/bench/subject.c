// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "subject.h"

void subject_model(struct subject *s, const char *cpu_options)
{
	struct model_opts *o = NULL;
	char err[200] = "";
	int ret = 0;

	memset(s, 0, sizeof(*s));
	s->vm.fd = -1;
	s->vm.kvm_fd = -1;
	s->vcpu.fd = -1;
	s->facts = subject_facts();
	if (cpu_options) {
		o = model_opts_new();
		ret = model_opts_parse(o, cpu_options, err, sizeof(err));
	}
	if (!ret)
		ret = model_compute(s->facts, o, 0, &s->cpu, err, sizeof(err));
	model_opts_free(o);
	if (ret)
		test_stop("computing the max model: %s", err);
}

void subject_reset_state(struct subject *s)
{
	struct kvm_sregs sregs;

	vcpu_get_sregs(&s->vcpu, &sregs);
	s->state = (struct vcpu_state){
		.kernel = s->facts->kernel,
		.cr4 = sregs.cr4,
		.xcr0 = 1,
		.apic_base = VCPU_STATE_RESET_APIC_BASE,
		.misc_enable = VCPU_STATE_MISC_ENABLE,
		.kernel_has_pku = s->facts->kernel_has_pku,
		.host = &s->facts->cpu[0].cpuid,
		.supported = &s->facts->supported,
	};
}

bool subject_cpu_lacks_mwait(const struct host_facts *f)
{
	static const struct cpuid_feature
	monitor = CPUID_FEATURE_INIT(1, 0, REG_ECX, 3),
	hypervisor = CPUID_FEATURE_INIT(1, 0, REG_ECX, 31);
	const struct cpuid_list *cpu = &f->cpu[0].cpuid;

	if (cpuid_has(cpu, monitor))
		return false;
	return !cpuid_has(cpu, hypervisor) ||
	       cpuid_get(cpu, 0x40000000, 0, REG_EBX) == 0x54474354; /* TCGT */
}

void subject_create_vm(struct subject *s, unsigned int vm_flags)
{
	vm_create(&s->vm, vm_flags);
	if (s->cpu.disable_pmu)
		vm_enable_cap(&s->vm, KVM_CAP_PMU_CAPABILITY,
			      KVM_PMU_CAP_DISABLE);
	probe_load(&s->vm);
}

void subject_create_vcpu(struct subject *s, const struct cpuid_list *list,
			 enum probe_mode mode)
{
	vcpu_create(&s->vcpu, &s->vm, 0);
	if (s->cpu.enforce_hyperv)
		vcpu_enable_cap(&s->vcpu, KVM_CAP_HYPERV_ENFORCE_CPUID, 1);
	vcpu_set_cpuid(&s->vcpu, list);
	probe_start(&s->probe, &s->vcpu, mode);
	subject_reset_state(s);
}

void subject_create(struct subject *s)
{
	subject_create_vm(s, VM_IRQCHIP);
	subject_create_vcpu(s, &s->cpu.cpuid, PROBE_LONG);
}

unsigned int subject_set_msrs(struct subject *s, uint32_t *refused)
{
	const struct msr_list *l = &s->cpu.msrs;
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		*refused = l->m[i].index;
		if (__vcpu_set_msr(&s->vcpu, l->m[i].index,
				   l->m[i].value) != 1)
			break;
	}
	return i;
}

void subject_destroy(struct subject *s)
{
	if (s->vcpu.fd >= 0)
		vcpu_destroy(&s->vcpu);
	if (s->vm.fd >= 0)
		vm_destroy(&s->vm);
}

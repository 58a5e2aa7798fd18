// SPDX-License-Identifier: GPL-2.0-only
/* The model, the VM, one vCPU after the other, and variants of the list. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define TCGT	0x54474354	/* "TCGTCGTCGTCG" */

/* The plain max model, for all tests of a program: see bench_prepare(). */
static struct guest_cpu plain;
static bool have_plain;

void bench_prepare(void)
{
	char err[200];

	have_plain = !model_compute(subject_facts(), NULL, 0, &plain, err,
				    sizeof(err));
}

static int compute(struct bench *g, const char *cpu_options, char *err,
		   size_t errlen)
{
	struct model_opts *o = NULL;
	int ret = 0;

	if (!cpu_options && have_plain) {
		guest_cpu_copy(&g->cpu, &plain);
		return 0;
	}
	if (cpu_options) {
		o = model_opts_new();
		ret = model_opts_parse(o, cpu_options, err, errlen);
	}
	if (!ret)
		ret = model_compute(g->facts, o, 0, &g->cpu, err, errlen);
	model_opts_free(o);
	return ret;
}

static void clear(struct bench *g)
{
	memset(g, 0, offsetof(struct bench, cpu));
	g->vm.fd = -1;
	g->vm.kvm_fd = -1;
	g->vcpu.fd = -1;
	g->ok = true;
}

void bench_model(struct bench *g, const char *cpu_options)
{
	char err[200] = "";

	clear(g);
	g->facts = subject_facts();
	if (compute(g, cpu_options, err, sizeof(err)))
		test_stop("computing the max model: %s", err);
	bench_reset_list(g);
}

void bench_vm(struct bench *g, unsigned int vm_flags)
{
	bench_close(g);
	vm_create(&g->vm, vm_flags);
	g->vm_flags = vm_flags;
	g->next_id = 0;
	if (g->cpu.disable_pmu)
		vm_enable_cap(&g->vm, KVM_CAP_PMU_CAPABILITY,
			      KVM_PMU_CAP_DISABLE);
	probe_load(&g->vm);
}

void bench_open(struct bench *g, unsigned int vm_flags)
{
	bench_model(g, NULL);
	bench_vm(g, vm_flags);
}

void bench_close(struct bench *g)
{
	if (!g->facts)		/* it has not even a model */
		return;
	if (g->vcpu.fd >= 0)
		vcpu_destroy(&g->vcpu);
	if (g->vm.fd >= 0)
		vm_destroy(&g->vm);
	g->vcpu.fd = -1;
	g->vm.fd = -1;
}

void bench_vcpu(struct bench *g)
{
	if (g->next_id == BENCH_VCPUS_PER_VM)
		bench_vm(g, g->vm_flags);
	if (g->vcpu.fd >= 0)
		vcpu_destroy(&g->vcpu);
	vcpu_create(&g->vcpu, &g->vm, g->next_id++);
	if (g->cpu.enforce_hyperv)
		vcpu_enable_cap(&g->vcpu, KVM_CAP_HYPERV_ENFORCE_CPUID, 1);
}

void bench_install(struct bench *g)
{
	vcpu_set_cpuid(&g->vcpu, &g->list);
}

void bench_new_guest(struct bench *g)
{
	bench_vcpu(g);
	bench_install(g);
}

void bench_boot(struct bench *g, enum probe_mode mode)
{
	bench_new_guest(g);
	probe_load(&g->vm);
	bench_probe(g, mode);
	bench_reset_state(g);
}

void bench_boot_list(struct bench *g, const struct cpuid_list *list,
		     enum probe_mode mode)
{
	cpuid_copy(&g->list, list);
	bench_boot(g, mode);
}

void bench_probe(struct bench *g, enum probe_mode mode)
{
	probe_start(&g->probe, &g->vcpu, mode);
	g->nr_notes = 0;
	g->text_used = 0;
}

void bench_start(struct bench *g)
{
	bench_vm(g, VM_IRQCHIP);
	bench_boot_list(g, &g->cpu.cpuid, PROBE_LONG);
}

unsigned int bench_set_msrs(struct bench *g, uint32_t *refused)
{
	const struct msr_list *l = &g->cpu.msrs;
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		*refused = l->m[i].index;
		if (__vcpu_set_msr(&g->vcpu, l->m[i].index,
				   l->m[i].value) != 1)
			break;
	}
	return i;
}

void bench_reset_state(struct bench *g)
{
	struct kvm_sregs sregs;

	vcpu_get_sregs(&g->vcpu, &sregs);
	g->state = (struct vcpu_state){
		.kernel = g->facts->kernel,
		.cr4 = sregs.cr4,
		.xcr0 = 1,
		.apic_base = VCPU_STATE_RESET_APIC_BASE,
		.misc_enable = VCPU_STATE_MISC_ENABLE,
		.kernel_has_pku = g->facts->kernel_has_pku,
		.host = &g->facts->cpu[0].cpuid,
		.supported = &g->facts->supported,
	};
}

void bench_start_sregs(struct bench *g, enum probe_mode mode,
		       struct kvm_sregs *sregs)
{
	vcpu_get_sregs(&g->vcpu, sregs);
	probe_sregs(&g->vm, mode, sregs);
	vcpu_set_sregs(&g->vcpu, sregs);
}

/* --- the list ------------------------------------------------------------ */
void bench_reset_list(struct bench *g)
{
	cpuid_copy(&g->list, &g->cpu.cpuid);
}

struct kvm_cpuid_entry2 *bench_entry(struct bench *g, uint32_t function)
{
	struct kvm_cpuid_entry2 *e = cpuid_first_mut(&g->list, function);

	if (!e)
		test_stop("the max model has no leaf 0x%x", function);
	return e;
}

void bench_feature(struct bench *g, struct cpuid_feature f, bool on)
{
	cpuid_make_feature(&g->list, f, on);
}

bool bench_kvm_has(const struct bench *g, struct cpuid_feature f)
{
	return cpuid_has(&g->facts->supported, f);
}

bool bench_guest_has(const struct bench *g, struct cpuid_feature f)
{
	return expect_feature_counts(g->facts, &g->list, f);
}

bool bench_usable(const struct bench *g, struct cpuid_feature f)
{
	return bench_kvm_has(g, f) && bench_guest_has(g, f);
}

bool bench_kept(struct bench *g, struct cpuid_feature f)
{
	static struct cpuid_list kept;

	vcpu_get_cpuid(&g->vcpu, &kept);
	return cpuid_has(&kept, f);
}

bool bench_host_has(const struct bench *g, struct cpuid_feature f)
{
	return cpuid_has(&g->facts->cpu[0].cpuid, f);
}

bool bench_host_is_tcg(const struct bench *g)
{
	return cpuid_get(&g->facts->cpu[0].cpuid, 0x40000000, 0, REG_EBX) ==
	       TCGT;
}

bool bench_cpu_lacks_mwait(const struct bench *g)
{
	if (bench_host_has(g, F_MWAIT))
		return false;
	return !bench_host_has(g, F_HYPERVISOR) || bench_host_is_tcg(g);
}

int bench_cap(uint32_t cap)
{
	int fd = kvm_open();
	int value = kvm_check_cap(fd, cap);

	close(fd);
	return value;
}

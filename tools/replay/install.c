// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "install.h"
#include "probe.h"

/* Longer than the limit of KVM_RUN, which ends a guest that hangs. */
#define LIMIT_SECONDS	30

struct install *install_new(void)
{
	struct install *i = mmap(NULL, sizeof(*i), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return i == MAP_FAILED ? NULL : i;
}

void install_free(struct install *i)
{
	if (i)
		munmap(i, sizeof(*i));
}

const struct install_leaf *install_find(const struct install *i,
					uint32_t leaf, uint32_t subleaf)
{
	uint32_t k;

	for (k = 0; k < i->nr_leaves; k++)
		if (i->leaf[k].leaf == leaf && i->leaf[k].subleaf == subleaf)
			return &i->leaf[k];
	return NULL;
}

void install_ask(struct install *i, uint32_t leaf, uint32_t subleaf)
{
	struct install_leaf *l = &i->leaf[i->nr_leaves];

	if (i->nr_leaves == INSTALL_LEAVES || install_find(i, leaf, subleaf))
		return;
	l->leaf = leaf;
	l->subleaf = subleaf;
	i->nr_leaves++;
}

void install_ask_list(struct install *i, const struct cpuid_list *list)
{
	uint32_t k;

	for (k = 0; k < list->nent; k++)
		install_ask(i, list->e[k].function, list->e[k].index);
}

static void trouble(struct install *i, const char *what, int ret)
{
	if (!i->trouble[0])
		snprintf(i->trouble, sizeof(i->trouble), "%s: %s (errno %d)",
			 what, strerror(-ret), -ret);
}

static void install_mce(struct install *i, struct vcpu *vcpu,
			const struct guest_cpu *cpu)
{
	uint64_t mcg_cap = cpu->mcg_cap;

	i->mce = 0;
	if (cpu->setup_mce)
		i->mce = kvm_ioctl(vcpu->fd, KVM_X86_SETUP_MCE, &mcg_cap);
}

/* Before KVM_SET_CPUID2, as QEMU does it. */
static void install_caps(struct install *i, struct vcpu *vcpu,
			 const struct guest_cpu *cpu)
{
	i->enforce_pv = 0;
	if (cpu->enforce_pv)
		i->enforce_pv = __vcpu_enable_cap(vcpu,
				KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1);
	i->enforce_hyperv = 0;
	if (cpu->enforce_hyperv)
		i->enforce_hyperv = __vcpu_enable_cap(vcpu,
				KVM_CAP_HYPERV_ENFORCE_CPUID, 1);
}

/* KVM refuses this once there is a vCPU. */
static void install_pmu(struct install *i, struct vm *vm,
			const struct guest_cpu *cpu)
{
	i->disable_pmu = 0;
	if (cpu->disable_pmu)
		i->disable_pmu = __vm_enable_cap(vm, KVM_CAP_PMU_CAPABILITY,
						 KVM_PMU_CAP_DISABLE);
}

static void install_cpuid(struct install *i, struct vcpu *vcpu,
			  const struct guest_cpu *cpu)
{
	i->cpuid = __vcpu_set_cpuid(vcpu, &cpu->cpuid);
	if (i->cpuid)
		trouble(i, "KVM_SET_CPUID2", i->cpuid);
}

static void install_msrs(struct install *i, struct vcpu *vcpu)
{
	struct install_msr *m;

	for (m = i->msr; m < i->msr + i->nr_msrs; m++) {
		m->set = __vcpu_set_msr(vcpu, m->index, m->wanted);
		m->set_tried = true;
	}
	for (m = i->msr; m < i->msr + i->nr_msrs; m++) {
		m->get = __vcpu_get_msr(vcpu, m->index, &m->got);
		m->get_tried = true;
	}
}

/* The state that the guest will run in decides about the runtime bits. */
static void expect_leaves(struct install *i, const struct host_facts *here,
			  const struct cpuid_list *installed, uint64_t cr4)
{
	struct vcpu_state state = {
		.kernel = here->kernel,
		.cr4 = cr4,
		.xcr0 = 1,
		.apic_base = VCPU_STATE_RESET_APIC_BASE,
		.misc_enable = VCPU_STATE_MISC_ENABLE,
		.kernel_has_pku = here->kernel_has_pku,
		.host = &here->cpu[0].cpuid,
		.supported = &here->supported,
	};
	struct install_leaf *l;

	expect_installed(installed, &state, &i->visible);
	for (l = i->leaf; l < i->leaf + i->nr_leaves; l++)
		l->a = expect_cpuid(&i->visible, l->leaf, l->subleaf);
}

static void plan(struct install *i, struct probe *p)
{
	uint32_t k;

	for (k = 0; k < i->nr_leaves; k++)
		probe_cpuid(p, i->leaf[k].leaf, i->leaf[k].subleaf,
			    i->leaf[k].a.want);
}

static void answers(struct install *i, const struct probe *p)
{
	uint32_t k;

	for (k = 0; k < i->nr_leaves; k++) {
		const struct probe_request *r = &p->hdr->req[k];

		i->leaf[k].answered = r->answered;
		i->leaf[k].vector = r->vector;
		memcpy(i->leaf[k].got, r->got, sizeof(r->got));
	}
}

static void run_guest(struct install *i, struct vm *vm, struct vcpu *vcpu)
{
	struct probe p;
	int ret;

	probe_load(vm);
	ret = __probe_start(&p, vcpu, PROBE_LONG);
	if (ret) {
		trouble(i, "setting the vCPU's start state", ret);
		return;
	}
	plan(i, &p);
	/* Before the guest has run, as its CR4 is set now. */
	i->get_cpuid = __vcpu_get_cpuid(vcpu, &i->kept);
	i->ran = !__probe_run(&p, i->trouble, sizeof(i->trouble));
	answers(i, &p);
}

static void in_child(struct install *i, const struct guest_cpu *cpu)
{
	struct vcpu vcpu;
	struct vm vm;
	int ret;

	ret = __vm_create(&vm, VM_IRQCHIP);
	if (!ret) {
		install_pmu(i, &vm, cpu);
		ret = __vcpu_create(&vcpu, &vm, 0);
	}
	if (ret) {
		trouble(i, "creating a VM and vCPU", ret);
		return;
	}
	install_mce(i, &vcpu, cpu);
	install_caps(i, &vcpu, cpu);
	install_cpuid(i, &vcpu, cpu);
	if (i->cpuid)
		return;
	install_msrs(i, &vcpu);
	run_guest(i, &vm, &vcpu);
}

static int limit_seconds(void)
{
	const char *scale = getenv("KVM_CPUID_TIME_SCALE");
	int factor = scale ? atoi(scale) : 1;

	return LIMIT_SECONDS * (factor > 1 ? factor : 1);
}

/* SIGCHLD is blocked.  A child that hangs in KVM may outlive its killing. */
static void wait_for(struct install *i, pid_t pid, const sigset_t *chld)
{
	struct timespec limit = { .tv_sec = limit_seconds() };
	int ret, status = 0;

	do {
		ret = sigtimedwait(chld, NULL, &limit);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0) {
		kill(pid, SIGKILL);
		snprintf(i->trouble, sizeof(i->trouble),
			 "installing did not end within %d s", limit_seconds());
		i->ran = false;
	} else if (waitpid(pid, &status, 0) == pid && WIFSIGNALED(status)) {
		snprintf(i->trouble, sizeof(i->trouble),
			 "signal %d ended the installation", WTERMSIG(status));
		i->ran = false;
	}
}

static void in_a_child(struct install *i, const struct guest_cpu *cpu)
{
	sigset_t chld, old;
	pid_t pid;

	fflush(stdout);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	pid = fork();
	if (!pid) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		in_child(i, cpu);
		_exit(0);
	}
	if (pid < 0)
		trouble(i, "fork", -errno);
	else
		wait_for(i, pid, &chld);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void install_run(struct install *i, const struct host_facts *here,
		 const struct guest_cpu *cpu)
{
	/* CR4 as the probe's 64-bit image has it: PAE, OSFXSR, OSXMMEXCPT. */
	const uint64_t cr4 = 1ull << 5 | 1ull << 9 | 1ull << 10;
	uint32_t k;

	i->mce = INSTALL_UNTRIED;
	i->enforce_pv = INSTALL_UNTRIED;
	i->enforce_hyperv = INSTALL_UNTRIED;
	i->disable_pmu = INSTALL_UNTRIED;
	i->cpuid = INSTALL_UNTRIED;
	i->get_cpuid = INSTALL_UNTRIED;
	i->nr_msrs = cpu->msrs.n;
	for (k = 0; k < cpu->msrs.n; k++)
		i->msr[k] = (struct install_msr){
			.index = cpu->msrs.m[k].index,
			.wanted = cpu->msrs.m[k].value,
		};
	expect_leaves(i, here, &cpu->cpuid, cr4);
	in_a_child(i, cpu);
}

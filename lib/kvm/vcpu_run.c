// SPDX-License-Identifier: GPL-2.0-only
/* KVM_RUN under a time limit, and its exits in words. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "kvm_util.h"

static struct kvm_run *running;
static volatile sig_atomic_t out_of_time;

/*
 * The signal may arrive just before KVM_RUN: immediate_exit makes that one
 * come back at once too.
 */
static void on_alarm(int sig)
{
	(void)sig;
	out_of_time = 1;
	if (running)
		running->immediate_exit = 1;
}

static void set_timer(unsigned int ms)
{
	struct itimerval t = {
		.it_value = { ms / 1000, ms % 1000 * 1000 },
	};

	setitimer(ITIMER_REAL, &t, NULL);
}

static unsigned int limit_in_force(unsigned int ms)
{
	const char *scale = getenv("KVM_CPUID_TIME_SCALE");
	int factor = scale ? atoi(scale) : 1;

	if (!ms)
		ms = VCPU_RUN_LIMIT_MS;
	return factor > 1 ? ms * factor : ms;
}

/* A signal that is not ours (a profiler's) only interrupts: go on. */
static int run_until_exit(struct vcpu *vcpu)
{
	int ret;

	do {
		ret = kvm_ioctl(vcpu->fd, KVM_RUN, NULL);
	} while (ret == -EINTR && !out_of_time &&
		 !vcpu->run->immediate_exit);
	return ret;
}

int __vcpu_run(struct vcpu *vcpu, unsigned int limit_ms)
{
	struct sigaction act = { .sa_handler = on_alarm }, old;
	int ret;

	sigaction(SIGALRM, &act, &old);
	out_of_time = 0;
	running = vcpu->run;
	set_timer(limit_in_force(limit_ms));
	ret = run_until_exit(vcpu);
	set_timer(0);
	running = NULL;
	sigaction(SIGALRM, &old, NULL);
	if (!out_of_time)
		return ret;
	vcpu->run->immediate_exit = 0;
	return ret == -EINTR ? -ETIME : ret;
}

#define NAME(x) \
	[(x)] = #x

static const char * const exit_names[] = {
	NAME(KVM_EXIT_UNKNOWN),		NAME(KVM_EXIT_EXCEPTION),
	NAME(KVM_EXIT_IO),		NAME(KVM_EXIT_HYPERCALL),
	NAME(KVM_EXIT_DEBUG),		NAME(KVM_EXIT_HLT),
	NAME(KVM_EXIT_MMIO),		NAME(KVM_EXIT_IRQ_WINDOW_OPEN),
	NAME(KVM_EXIT_SHUTDOWN),	NAME(KVM_EXIT_FAIL_ENTRY),
	NAME(KVM_EXIT_INTR),		NAME(KVM_EXIT_SET_TPR),
	NAME(KVM_EXIT_TPR_ACCESS),	NAME(KVM_EXIT_NMI),
	NAME(KVM_EXIT_INTERNAL_ERROR),	NAME(KVM_EXIT_SYSTEM_EVENT),
	NAME(KVM_EXIT_IOAPIC_EOI),	NAME(KVM_EXIT_HYPERV),
	NAME(KVM_EXIT_X86_RDMSR),	NAME(KVM_EXIT_X86_WRMSR),
	NAME(KVM_EXIT_DIRTY_RING_FULL),	NAME(KVM_EXIT_AP_RESET_HOLD),
	NAME(KVM_EXIT_X86_BUS_LOCK),	NAME(KVM_EXIT_XEN),
	NAME(KVM_EXIT_NOTIFY),		NAME(KVM_EXIT_MEMORY_FAULT),
};

const char *vcpu_exit_name(uint32_t reason)
{
	static char other[24];

	if (reason < sizeof(exit_names) / sizeof(exit_names[0]) &&
	    exit_names[reason])
		return exit_names[reason];
	snprintf(other, sizeof(other), "exit %u", reason);
	return other;
}

static void explain_exit(const struct kvm_run *run, char *text, size_t len)
{
	const char *name = vcpu_exit_name(run->exit_reason);

	switch (run->exit_reason) {
	case KVM_EXIT_SHUTDOWN:
		snprintf(text, len, "%s: the guest took a triple fault", name);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		snprintf(text, len, "%s: hardware refused the guest state, reason 0x%llx",
			 name, (unsigned long long)run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		snprintf(text, len, "%s: KVM gave up, suberror %u", name,
			 run->internal.suberror);
		break;
	case KVM_EXIT_IO:
		snprintf(text, len, "%s: port 0x%x", name, run->io.port);
		break;
	case KVM_EXIT_MMIO:
		snprintf(text, len, "%s: no memory at guest address 0x%llx",
			 name, (unsigned long long)run->mmio.phys_addr);
		break;
	default:
		snprintf(text, len, "%s", name);
	}
}

void vcpu_explain(const struct vcpu *vcpu, int run_result, char *text,
		  size_t len)
{
	if (run_result == -ETIME)
		snprintf(text, len, "the guest did not come back in time");
	else if (run_result < 0)
		snprintf(text, len, "KVM_RUN: %s (errno %d)",
			 strerror(-run_result), -run_result);
	else
		explain_exit(vcpu->run, text, len);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What more work costs: so many CPUID configurations, each a vCPU with a list of
 * its own whose every leaf is read in the guest; lists from one entry to as many
 * as KVM takes; a VM with 64 vCPUs.
 *
 * Prints "name value unit" lines.  Seconds are those of the machine it runs in.
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "clock.h"

#define MANY_VCPUS	64
#define KVM_LIST_MAX	256	/* KVM_MAX_CPUID_ENTRIES; more is E2BIG */
#define LIST_ROUNDS	50

static struct bench g;
static struct cpuid_list visible;

static void say(const char *what, unsigned int n, double start,
		unsigned int parts)
{
	printf("%s_%u %.3f ms\n", what, n, (now() - start) * 1e3 / parts);
}

/* Each leaf of the installed list once. */
static void sweep(void)
{
	uint32_t i;

	expect_installed(&g.list, &g.state, &visible);
	for (i = 0; i < visible.nent; i++)
		probe_cpuid(&g.probe, visible.e[i].function,
			    visible.e[i].index,
			    cpuid_entry_regs(&visible.e[i]));
	probe_run(&g.probe);
}

/* No two of them have the same list: the brand string counts them. */
static void configurations(unsigned int n)
{
	double start = now();
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (i % BENCH_VCPUS_PER_VM == 0)
			bench_vm(&g, VM_IRQCHIP);
		bench_reset_list(&g);
		bench_entry(&g, 0x80000002)->eax = i;
		bench_boot(&g, PROBE_LONG);
		sweep();
	}
	say("configurations", n, start, 1);
}

/* A list of n entries: the model, then Hyper-V's range, filled up. */
static void install_list(unsigned int n)
{
	double start;
	unsigned int i;

	bench_vm(&g, VM_IRQCHIP);
	bench_vcpu(&g);
	bench_reset_list(&g);
	if (g.list.nent > n)
		g.list.nent = n;
	for (i = g.list.nent; i < n; i++)
		cpuid_append(&g.list, 0x40000100 + i, 0, 0,
			     (struct cpuid_regs){ { i, i, i, i } });
	start = now();
	for (i = 0; i < LIST_ROUNDS; i++)
		bench_install(&g);
	say("install_list", n, start, LIST_ROUNDS);
}

/* All of them in one VM, each with the model and a sweep. */
static void vcpus(unsigned int n)
{
	double start = now();
	unsigned int i;

	bench_vm(&g, VM_IRQCHIP);
	bench_reset_list(&g);
	for (i = 0; i < n; i++) {
		bench_boot(&g, PROBE_LONG);
		sweep();
	}
	say("vcpus", n, start, 1);
}

static void model(unsigned int rounds)
{
	double start = now();
	unsigned int i;

	for (i = 0; i < rounds; i++)
		bench_model(&g, NULL);
	say("model", 1, start, rounds);
}

int main(void)
{
	unsigned int n;

	setvbuf(stdout, NULL, _IOLBF, 0);
	subject_facts();
	model(20);
	for (n = 1; n <= 1000; n *= 10)
		configurations(n);
	for (n = 1; n <= KVM_LIST_MAX; n *= 4)
		install_list(n);
	vcpus(1);
	vcpus(MANY_VCPUS);
	bench_close(&g);
	return 0;
}

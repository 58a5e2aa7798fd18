// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a check costs.  From one run, in one guest: a full sweep of the
 * installed leaves with comparison, against a bare loop of the same CPUID
 * instructions.  The two take turns, so that a drifting machine moves both;
 * the medians are printed.  KVM's own counter tells how often a CPUID left the
 * guest: once, or KVM does something twice.
 *
 * Prints "name value unit" lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "clock.h"

#define ROUNDS	15
#define LOOPS	8		/* sweeps, or bare loops, in one KVM_RUN */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, int n)
{
	qsort(v, n, sizeof(*v), by_value);
	return v[n / 2];
}

static double timed_run(struct probe *p)
{
	double start = now();

	probe_run(p);
	return now() - start;
}

/* Each leaf LOOPS times with a check, or LOOPS times in a loop without. */
static void fill(struct probe *p, const struct cpuid_list *l, bool bare)
{
	struct probe_request *r;
	uint32_t i, k;

	probe_clear(p);
	for (i = 0; i < l->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &l->e[i];

		for (k = 0; k < (bare ? 1 : LOOPS); k++) {
			r = probe_cpuid(p, e->function, e->index,
					cpuid_entry_regs(e));
			r->in.rsi = LOOPS;
			if (bare)
				r->op = PROBE_OP_BARE_CPUID;
		}
	}
}

/* Exits of a bare loop for each CPUID of it; 0 if KVM does not count them. */
static double exits_per_cpuid(struct bench *s, struct cpuid_list *visible)
{
	uint64_t before, after;

	fill(&s->probe, visible, true);
	if (!vcpu_stat(&s->vcpu, "exits", &before))
		return 0;
	probe_run(&s->probe);
	if (!vcpu_stat(&s->vcpu, "exits", &after))
		return 0;
	return (double)(after - before) / (visible->nent * LOOPS);
}

int main(void)
{
	static struct bench s;
	static struct cpuid_list visible;
	double checked[ROUNDS], bare[ROUNDS], t;
	uint32_t n;
	int i;

	bench_model(&s, NULL);
	bench_start(&s);
	expect_installed(&s.cpu.cpuid, &s.state, &visible);
	n = visible.nent * LOOPS;
	for (i = 0; i < ROUNDS; i++) {
		fill(&s.probe, &visible, false);
		checked[i] = timed_run(&s.probe);
		fill(&s.probe, &visible, true);
		bare[i] = timed_run(&s.probe);
	}
	t = median(checked, ROUNDS);
	printf("checks_per_run %u checks\n", n);
	printf("checks_per_second %.0f checks/s\n", n / t);
	printf("microseconds_per_check %.3f us\n", t / n * 1e6);
	printf("sweep_to_bare_loop %.3f ratio\n", t / median(bare, ROUNDS));
	printf("exits_per_cpuid %.3f ratio\n", exits_per_cpuid(&s, &visible));
	bench_close(&s);
	return 0;
}

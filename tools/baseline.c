// SPDX-License-Identifier: GPL-2.0-only
/*
 * baseline FILE [NAME]: has this KVM lost anything that the KVM of a recorded
 * host offered?  A result for each feature, number, MSR and capability of the
 * file, baseline_NAME, so that the results are the same on every host.
 * "baseline --check FILE" only tells whether the file can be used.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest.h"

#include "dump.h"
#include "promise.h"
#include "here.h"
#include "verdict.h"

#define EXIT_USAGE	2

static int complain(const char *text)
{
	fprintf(stderr, "baseline: %s\n", text);
	return EXIT_USAGE;
}

static int load(struct profile *p, const char *path)
{
	char err[300];

	if (dump_load_profile(p, path, err, sizeof(err)))
		return complain(err);
	if (facts_have_kvm(&p->facts))
		return 0;
	snprintf(err, sizeof(err), "%s: says nothing of KVM", path);
	return complain(err);
}

static void brand_of(const struct host_facts *f, char brand[49])
{
	uint32_t i, r;

	memset(brand, 0, 49);
	for (i = 0; i < 12; i++) {
		r = cpuid_get(&f->cpu[0].cpuid, 0x80000002 + i / 4, 0, i % 4);
		memcpy(brand + 4 * i, &r, 4);
	}
}

/* Whose loss it is, as far as raw CPUID tells. */
static const char *whose(const struct promise *p, const struct host_facts *here)
{
	if (p->by_cpu)
		return "; this CPU does not have it, so KVM cannot";
	if (p->source == PROMISE_SUPPORTED && p->kind == FIELD_BITS &&
	    cpuid_get(&here->cpu[0].cpuid, p->function, p->index, p->reg) &
	    p->mask)
		return "; this CPU has it, KVM here does not offer it";
	return "";
}

static void say_what(const struct promise *p, char *text, size_t len)
{
	if (p->kind == FIELD_BITS)
		snprintf(text, len, "has it");
	else
		snprintf(text, len, "has %" PRIu64,
			 (p->wanted & p->mask) >> __builtin_ctzll(p->mask));
}

static void say_why(const struct promise *p, const char *name,
		    const struct host_facts *baseline,
		    const struct host_facts *here, char *text, size_t len)
{
	const char *kernel = baseline->kernel_release;
	char brand[49], what[40];

	brand_of(baseline, brand);
	say_what(p, what, sizeof(what));
	snprintf(text, len, "the baseline %s (Linux %s, %s) %s%s%s%s", name,
		 *kernel ? kernel : "unknown",
		 *brand ? brand + strspn(brand, " ") : "CPU unknown", what,
		 whose(p, here), p->field ? "; " : "",
		 p->field ? p->field->why : "");
}

static bool is_cpuid(const struct promise *p)
{
	return p->source <= PROMISE_HYPERV;
}

static const char *said_by(const struct promise *p)
{
	static const char * const calls[] = {
		[PROMISE_SUPPORTED] = "KVM_GET_SUPPORTED_CPUID",
		[PROMISE_EMULATED] = "KVM_GET_EMULATED_CPUID",
		[PROMISE_HYPERV] = "KVM_GET_SUPPORTED_HV_CPUID",
		[PROMISE_XCOMP] = "KVM_X86_XCOMP_GUEST_SUPP",
		[PROMISE_MCE] = "KVM_X86_GET_MCE_CAP_SUPPORTED",
		[PROMISE_MSR] = "KVM_GET_MSRS on /dev/kvm",
		[PROMISE_FEATURE_MSR] = "KVM_GET_MSR_FEATURE_INDEX_LIST",
		[PROMISE_MSR_INDEX] = "KVM_GET_MSR_INDEX_LIST",
		[PROMISE_CAP] = "KVM_CHECK_EXTENSION",
	};

	return calls[p->source];
}

static void report_other(const struct promise *p, const char *why)
{
	char wanted[24], got[24], what[120];
	struct finding m = { .kind = FOUND_EVENT, .what = what,
			     .wanted_text = wanted,
				    .got_text = got, .rule = RULE_W4,
				    .why = why };

	snprintf(what, sizeof(what), "%s: %s", said_by(p), p->name);
	snprintf(wanted, sizeof(wanted), "0x%" PRIx64, p->wanted & p->mask);
	snprintf(got, sizeof(got), "0x%" PRIx64, p->got & p->mask);
	report_finding(&m);
}

static void report(const struct promise *p, const char *why)
{
	struct finding c = {
		.kind = FOUND_CPUID,
		.leaf = p->function, .subleaf = p->index, .reg = p->reg,
		.wanted = p->wanted & p->mask, .got = p->got & p->mask,
		.rule = RULE_W4, .why = why, .installed_by = said_by(p),
	};
	struct finding m = {
		.kind = FOUND_MSR, .msr = p->function, .who = said_by(p),
		.wanted = p->wanted & p->mask, .got = p->got & p->mask,
		.rule = RULE_W4, .why = why,
	};

	if (is_cpuid(p))
		report_finding(&c);
	else if (p->source == PROMISE_MSR || p->source == PROMISE_MCE)
		report_finding(&m);
	else
		report_other(p, why);
}

static void judge(struct promise *p, const char *name,
		  const struct host_facts *baseline,
		  const struct host_facts *here)
{
	char why[400];

	promise_judge(p, baseline, here);
	if (p->lost) {
		say_why(p, name, baseline, here, why, sizeof(why));
		report(p, why);
	}
	ksft_test_result(!p->lost, "baseline_%s\n", p->name);
}

static int run(const struct promises *all, const char *name,
	       const struct host_facts *baseline)
{
	const struct host_facts *here;
	unsigned int i;

	ksft_print_header();
	ksft_set_plan(all->n);
	here = subject_facts_try();
	for (i = 0; i < all->n; i++) {
		if (here)
			judge(&all->p[i], name, baseline, here);
		else
			ksft_test_result_skip("baseline_%s\n", all->p[i].name);
	}
	if (here)
		ksft_finished();
	ksft_print_cnts();
	return KSFT_SKIP;
}

static int with_file(const char *path, const char *name, bool check_only)
{
	struct profile *p = profile_new();
	struct promises all = { 0 };
	int status;

	status = p ? load(p, path) : complain("out of memory");
	if (!status && !check_only) {
		if (promises_make(&all, &p->facts))
			status = complain("out of memory");
		else
			status = run(&all, name, &p->facts);
	}
	promises_free(&all);
	profile_free(p);
	return status;
}

int main(int argc, char **argv)
{
	bool check = argc == 3 && !strcmp(argv[1], "--check");
	const char *path = argv[1 + check];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2 || argc > 3 || path[0] == '-') {
		fputs("usage: baseline FILE [NAME]\n       baseline --check FILE\n",
		      stderr);
		return EXIT_USAGE;
	}
	return with_file(path, argc == 3 && !check ? argv[2] : path, check);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vendor that leaf 0 names decides between Intel's and AMD's rules where
 * they differ, whatever the host is.  TSC_AUX shows it: Intel reserves bits
 * 63:32, AMD ignores them (61a05d444d2c).
 */
#include "test.h"

enum like { INTEL_LIKE, AMD_LIKE, UNKNOWN_LIKE };

static const struct vendor_case {
	char name[13];
	enum like like;
} vendors[] = {
	{ "GenuineIntel", INTEL_LIKE },
	{ "AuthenticAMD", AMD_LIKE },
	{ "HygonGenuine", AMD_LIKE },
	{ "AMDisbetter!", AMD_LIKE },
	{ "CentaurHauls", UNKNOWN_LIKE },
	{ "  Shanghai  ", UNKNOWN_LIKE },
	{ "AuthenticAMd", UNKNOWN_LIKE },
	{ "HygonGenuinE", UNKNOWN_LIKE },
	{ "NoSuchVendor", UNKNOWN_LIKE },
	{ "", UNKNOWN_LIKE },
};

/*
 * Unknown vendors: like AMD until KVM took all that is not AMD compatible for
 * Intel (fd706c9b1674 and the series around it, after 6.1 and before 6.12).
 */
static bool refuses(const struct vendor_case *v, uint32_t kernel)
{
	if (v->like != UNKNOWN_LIKE)
		return v->like == INTEL_LIKE;
	return kernel_has(kernel, CHANGE_AMD_OR_NOT);
}

static bool known(const struct vendor_case *v, uint32_t kernel)
{
	return v->like != UNKNOWN_LIKE || !kernel_has(kernel, CHANGE_AFTER_6_1) ||
	       kernel_has(kernel, CHANGE_AMD_OR_NOT);
}

static bool one_vendor(struct bench *s, const struct vendor_case *v)
{
	bool refused = refuses(v, s->facts->kernel);
	struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_SET_MSRS, .what = v->name,
		.answer = ANSWER_BOOL, .wanted = !refused, .got = refused,
		.wanted_text = refused ? "refused" : "accepted",
		.got_text = refused ? "accepted" : "refused", .rule = RULE_D1,
		.why = "TSC_AUX bits 63:32 are reserved on Intel and ignored on AMD, by the guest's vendor",
	};
	uint64_t value;

	cpuid_set_vendor(&s->cpu.cpuid, v->name);
	vcpu_set_cpuid(&s->vcpu, &s->cpu.cpuid);
	vcpu_set_msr(&s->vcpu, MSR_TSC_AUX, 1);
	if ((__vcpu_set_msr(&s->vcpu, MSR_TSC_AUX, 1ull << 32 | 7) != 1) !=
	    refused) {
		report_finding(&m);
		return false;
	}
	value = vcpu_get_msr(&s->vcpu, MSR_TSC_AUX);
	if (value == (refused ? 1 : 7))
		return true;
	m.what = "TSC_AUX afterwards";
	m.wanted_text = refused ? "1" : "7";
	m.got_text = "another value";
	report_finding(&m);
	return false;
}

TEST(tsc_aux)
{
	static struct bench s;
	unsigned int i;
	bool ok = true;

	bench_model(&s, NULL);
	bench_start(&s);
	if (__vcpu_set_msr(&s.vcpu, MSR_TSC_AUX, 1) != 1)
		TEST_SKIP("this KVM has no TSC_AUX");
	for (i = 0; i < ARRAY_SIZE(vendors); i++)
		if (known(&vendors[i], s.facts->kernel))
			ok &= one_vendor(&s, &vendors[i]);
	TEST_VERDICT(ok);
}

TEST_MAIN

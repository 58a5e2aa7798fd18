// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_MSR_INDEX_LIST: exactly the MSRs that vendor, CPU, parameters and
 * kernel call for, each once, in their order; and each of them can be read,
 * and written with 0, by userspace, whatever the model (A2): this is what
 * saves and restores a guest.
 */
#include "backport.h"
#include "msr_lists.h"
#include "msr_sweep.h"
#include "test.h"

static struct msr_list host;
static struct msr_cpu cpu;

FIXTURE(msr_index) {
	const struct host_facts *facts;
};

FIXTURE_SETUP(msr_index)
{
	static struct cpuid_list none;
	static uint32_t index[FACTS_MSRS_MAX];
	unsigned int i;

	self->facts = subject_facts();
	for (i = 0; i < msr_nr_list_rows; i++)
		index[i] = msr_list_rows[i].index;
	host_msrs_read(&host, index, msr_nr_list_rows);
	msr_cpu_init(&cpu, self->facts, &host, &none);
}

FIXTURE_TEARDOWN(msr_index) { }

static bool say(uint32_t index, const char *wanted, const char *got,
		enum rule rule, const char *why)
{
	char what[60];
	struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_MSR_LISTED, .what = what,
		.wanted_text = wanted, .got_text = got, .rule = rule,
		.why = why, .has_msr = true, .msr = index,
	};

	snprintf(what, sizeof(what), "MSR 0x%x", index);
	report_finding(&m);
	return false;
}

static const char why_listed[] =
	"userspace saves what is on the list: kvm_probe_msr_to_save(), has_emulated_msr()";

/* On the list, where it should not be, or the other way round. */
static bool wrongly_listed(uint32_t index, bool is)
{
	static const char * const texts[] = { "not listed", "listed" };
	char what[60];
	const struct finding m = {
		.kind = FOUND_EVENT, .event = EVENT_MSR_LISTED, .what = what,
		.answer = ANSWER_BOOL, .wanted = !is, .got = is,
		.wanted_text = texts[!is], .got_text = texts[is],
		.rule = RULE_M5, .why = why_listed, .has_msr = true,
		.msr = index,
	};

	snprintf(what, sizeof(what), "MSR 0x%x", index);
	report_finding(&m);
	return false;
}

static bool check_row(const struct msr_list_row *r)
{
	bool is = msr_find(&cpu.facts->msr_index, r->index);

	switch (msr_list_expect(&cpu, r)) {
	case MSR_LISTED:
		return is || wrongly_listed(r->index, false);
	case MSR_NOT_LISTED:
		return !is || wrongly_listed(r->index, true);
	default:
		return true;
	}
}

TEST_F(msr_index, contents)
{
	bool ok = true;
	unsigned int i;

	for (i = 0; i < msr_nr_list_rows; i++)
		ok &= check_row(&msr_list_rows[i]);
	TEST_VERDICT(ok);
}

static const struct msr_list_row *row_of(uint32_t index, unsigned int *at)
{
	unsigned int i;

	for (i = 0; i < msr_nr_list_rows; i++) {
		if (msr_list_rows[i].index == index) {
			*at = i;
			return &msr_list_rows[i];
		}
	}
	return NULL;
}

static bool unknown_msr(uint32_t index, uint32_t kernel)
{
	char name[32];

	if (kernel < RULES_KNOW_UNTIL)
		return wrongly_listed(index, true);
	snprintf(name, sizeof(name), "MSR 0x%x of the index list", index);
	not_judged(name, "this kernel is newer than the rules");
	return true;
}

TEST_F(msr_index, nothing_else)
{
	const struct msr_list *l = &self->facts->msr_index;
	unsigned int i, at;
	bool ok = true;

	for (i = 0; i < l->n; i++)
		if (!row_of(l->m[i].index, &at))
			ok &= unknown_msr(l->m[i].index, self->facts->kernel);
	TEST_VERDICT(ok);
}

TEST_F(msr_index, each_once_in_order)
{
	const struct msr_list *l = &self->facts->msr_index;
	unsigned int i, at, last = 0;
	bool ok = true;

	for (i = 0; i < l->n; i++) {
		if (msr_find(l, l->m[i].index) != &l->m[i])
			ok = say(l->m[i].index, "once", "twice", RULE_M5,
				 why_listed);
		if (!row_of(l->m[i].index, &at))
			continue;
		/* XFD came after the PMU's until 6.3. */
		if (at < last && kernel_has(self->facts->kernel,
					    CHANGE_NO_PMU_NOT_LISTED))
			ok = say(l->m[i].index, "in order", "too late", RULE_M5,
				 "a stable order, as in the kernel's tables");
		last = at;
	}
	TEST_VERDICT(ok);
}

/* Does what is listed answer? In 6.1 that was true of part of the list only. */
static bool reads(struct vcpu *vcpu, uint32_t index)
{
	uint64_t value = 0xdeadbeefdeadbeef;

	return __vcpu_get_msr(vcpu, index, &value) == 1 ||
	       say(index, "KVM_GET_MSRS reads it", "refused", RULE_A2,
		   "all that is listed can be saved (44883f01fe6a, 64a5d7a1091f)");
}

static bool takes_zero(struct vcpu *vcpu, uint32_t index)
{
	return __vcpu_set_msr(vcpu, index, 0) == 1 ||
	       say(index, "KVM_SET_MSRS takes 0", "refused", RULE_A2,
		   "all that is listed can be set to 0 (44883f01fe6a, 64a5d7a1091f)");
}

/* Model dependent until 6.12: QEMU's order there is CPUID first. */
static bool exempt(const struct host_facts *f, uint32_t index)
{
	return (index >= 0x480 && index <= 0x491) ||
	       (index >= 0x4b564d00 && index <= 0x4b564d07 &&
		!kernel_has(f->kernel, CHANGE_LISTED_MSRS_READ_0));
}

static bool check_access(const struct host_facts *f, struct vcpu *vcpu)
{
	const struct msr_list *l = &f->msr_index;
	bool ok = true;
	unsigned int i;

	for (i = 0; i < l->n; i++) {
		if (exempt(f, l->m[i].index))
			continue;
		ok &= reads(vcpu, l->m[i].index);
		ok &= takes_zero(vcpu, l->m[i].index);
	}
	return ok;
}

TEST_F(msr_index, readable_and_zero_max_model)
{
	static struct bench s;

	bench_model(&s, NULL);
	bench_start(&s);
	TEST_VERDICT(check_access(self->facts, &s.vcpu));
	bench_close(&s);
}

TEST_F(msr_index, readable_and_zero_no_cpuid)
{
	static struct bench s;
	struct vcpu vcpu;

	bench_model(&s, NULL);
	bench_vm(&s, VM_IRQCHIP);
	vcpu_create(&vcpu, &s.vm, 0);
	TEST_VERDICT(check_access(self->facts, &vcpu));
	vcpu_destroy(&vcpu);
	bench_close(&s);
}

TEST_MAIN

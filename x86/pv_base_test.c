// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where KVM finds the guest's PV feature word: after its signature at any base
 * that it searches and nowhere else, in any order of ioctls.  Seen by what
 * POLL_CONTROL reads for the host.
 */
#include "pv.h"
#include "test.h"

#define POLL	(1u << KVM_FEATURE_POLL_CONTROL)
#define P6_WHY \
	"the feature word is EAX of the leaf after the first KVM signature at 0x40000000, 0x40000100, ... 0x4000ff00 (760849b1476c)"

struct placed {
	uint32_t function;
	uint32_t r[4];
};

#define SIG	0x4b4d564b, 0x564b4d56, 0x4d

static const struct place_case {
	const char *name;
	struct placed leaf[5];
	bool found;
} place_cases[] = {
	{ "0x40000000", { { 0x40000000, { 0x40000001, SIG } },
			  { 0x40000001, { POLL } } }, true },
	{ "signature with EAX 0", { { 0x40000000, { 0, SIG } },
				    { 0x40000001, { POLL } } }, true },
	{ "0x40000100", { { 0x40000100, { 0x40000101, SIG } },
			  { 0x40000101, { POLL } } }, true },
	{ "0x40000a00", { { 0x40000a00, { 0x40000a01, SIG } },
			  { 0x40000a01, { POLL } } }, true },
	{ "0x4000ff00", { { 0x4000ff00, { 0x4000ff01, SIG } },
			  { 0x4000ff01, { POLL } } }, true },
	{ "0x40010000", { { 0x40010000, { 0x40010001, SIG } },
			  { 0x40010001, { POLL } } }, false },
	{ "0x40000080", { { 0x40000080, { 0x40000081, SIG } },
			  { 0x40000081, { POLL } } }, false },
	{ "0x3fffff00", { { 0x3fffff00, { 0x3fffff01, SIG } },
			  { 0x3fffff01, { POLL } } }, false },
	{ "features of another base", { { 0x40000100, { 0x40000101, SIG } },
					{ 0x40000001, { POLL } },
					{ 0x40000101, { 0 } } }, false },
	{ "behind Hyper-V", {
		{ 0x40000000, { 0x40000005, 0x7263694d, 0x666f736f,
				0x76482074 } },
		{ 0x40000001, { 0x31237648 } },
		{ 0x40000100, { 0x40000101, SIG } },
		{ 0x40000101, { POLL } } }, true },
	{ "first of two bases", { { 0x40000200, { 0, SIG } },
				  { 0x40000201, { 0 } },
				  { 0x40000100, { 0, SIG } },
				  { 0x40000101, { POLL } } }, true },
	{ "not the second of two", { { 0x40000200, { 0, SIG } },
				     { 0x40000201, { POLL } },
				     { 0x40000100, { 0, SIG } },
				     { 0x40000101, { 0 } } }, false },
	{ "bit in EBX, ECX and EDX", { { 0x40000000, { 0, SIG } },
		{ 0x40000001, { 0, POLL, POLL, POLL } } }, false },
	{ "other bits", { { 0x40000000, { 0, SIG } },
			  { 0x40000001, { ~POLL } } }, false },
	{ "wrong EBX", { { 0x40000000, { 0, 0x4b4d564a, 0x564b4d56, 0x4d } },
			 { 0x40000001, { POLL } } }, false },
	{ "wrong ECX", { { 0x40000000, { 0, 0x4b4d564b, 0x564b4d57, 0x4d } },
			 { 0x40000001, { POLL } } }, false },
	{ "wrong EDX", { { 0x40000000, { 0, 0x4b4d564b, 0x564b4d56, 0x4e } },
			 { 0x40000001, { POLL } } }, false },
	{ "wrong EDX, high", { { 0x40000000, { 0, 0x4b4d564b, 0x564b4d56,
					       0x0100004d } },
			       { 0x40000001, { POLL } } }, false },
	{ "EBX and ECX swapped", {
		{ 0x40000000, { 0, 0x564b4d56, 0x4b4d564b, 0x4d } },
		{ 0x40000001, { POLL } } }, false },
	{ "signature in EAX, EBX, ECX", {
		{ 0x40000000, { SIG } }, { 0x40000001, { POLL } } }, false },
	{ "Xen", { { 0x40000000, { 0x40000004, 0x566e6558, 0x65584d4d,
				   0x4d4d566e } },
		   { 0x40000001, { POLL } } }, false },
	{ "VMware", { { 0x40000000, { 0x40000010, 0x61774d56, 0x4d566572,
				      0x65726177 } },
		      { 0x40000001, { POLL } } }, false },
	{ "all zero", { { 0x40000000, { 0 } }, { 0x40000001, { POLL } } },
	  false },
};

static void place_list(const struct bench *pv, const struct place_case *c,
		       struct cpuid_list *l)
{
	unsigned int i;

	cpuid_copy(l, &pv->cpu.cpuid);
	for (i = 0; i < ARRAY_SIZE(c->leaf) && c->leaf[i].function; i++) {
		struct cpuid_regs r;

		memcpy(r.r, c->leaf[i].r, sizeof(r.r));
		cpuid_append(l, c->leaf[i].function, 0, 0, r);
	}
}

/* A word of 0 first: KVM before 6.14 keeps the last word it found. */
static void forget_word(struct bench *pv)
{
	struct cpuid_list l;

	pv_list(pv, &l, 0x40000000, 0);
	vcpu_set_cpuid(&pv->vcpu, &l);
	bench_check(pv, !pv_poll_visible(pv), RULE_P6, P6_WHY,
		    "a word of 0 hides POLL_CONTROL");
}

TEST(base)
{
	static struct bench pv;
	struct cpuid_list l;
	unsigned int i;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT);
	pv_vcpu(&pv, &pv.cpu.cpuid, true);
	for (i = 0; i < ARRAY_SIZE(place_cases); i++) {
		const struct place_case *c = &place_cases[i];

		forget_word(&pv);
		place_list(&pv, c, &l);
		vcpu_set_cpuid(&pv.vcpu, &l);
		bench_check(&pv, pv_poll_visible(&pv) == c->found, RULE_P6, P6_WHY,
			    "%s: feature word %s", c->name,
			    c->found ? "found" : "not found");
	}
	TEST_VERDICT(pv.ok);
}

/* Every base that KVM says it searches, and not one more. */
TEST(every_base)
{
	static struct bench pv;
	struct cpuid_list l;
	uint32_t base;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT);
	pv_vcpu(&pv, &pv.cpu.cpuid, true);
	for (base = 0x40000000; base <= 0x40010100; base += 0x100) {
		forget_word(&pv);
		pv_list(&pv, &l, base, POLL);
		vcpu_set_cpuid(&pv.vcpu, &l);
		bench_check(&pv, pv_poll_visible(&pv) == (base < 0x40010000),
			    RULE_P6, P6_WHY, "base 0x%x: feature word %s", base,
			    base < 0x40010000 ? "found" : "not found");
	}
	TEST_VERDICT(pv.ok);
}

/* A list without KVM leaves: 01d1059d635a (6.14) forgets the old word. */
TEST(leaf_taken_away)
{
	static struct bench pv;
	struct cpuid_list l;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT);
	pv_vcpu(&pv, &pv.cpu.cpuid, true);
	bench_check(&pv, !pv_poll_visible(&pv), RULE_P6, P6_WHY,
		    "no KVM leaves: nothing visible");
	pv_list(&pv, &l, 0x40000000, POLL);
	vcpu_set_cpuid(&pv.vcpu, &l);
	bench_check(&pv, pv_poll_visible(&pv), RULE_P6, P6_WHY, "word found");
	vcpu_set_cpuid(&pv.vcpu, &pv.cpu.cpuid);
	bench_check_known(&pv, EVENT_PV_WORD_GONE, !pv_poll_visible(&pv), RULE_P6,
		       "without KVM leaves there is no feature word, whatever was there before (01d1059d635a)",
			  "KVM leaves taken away: word gone");
	TEST_VERDICT(pv.ok);
}

#define ORDER_WHY \
	"the capability may be enabled before or after KVM_SET_CPUID2, and be taken back (01b4f510b9f4)"

TEST(order)
{
	static struct bench pv;
	struct cpuid_list with, without;

	pv_begin(&pv, VM_IRQCHIP);
	TEST_NEEDS(&pv, NEED_PV_ENFORCEMENT);
	pv_list(&pv, &with, 0x40000000, POLL);
	pv_list(&pv, &without, 0x40000000, ~POLL);

	vcpu_create(&pv.vcpu, &pv.vm, pv.next_id++);
	pv_enforce(&pv, true);
	vcpu_set_cpuid(&pv.vcpu, &with);
	bench_check(&pv, pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "enforced, then installed: open");
	vcpu_set_cpuid(&pv.vcpu, &without);
	bench_check(&pv, !pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "enforced, then installed: hidden");
	pv_enforce(&pv, false);
	bench_check(&pv, pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "no longer enforced: open");
	pv_enforce(&pv, true);
	bench_check(&pv, !pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "enforced again: hidden");

	vcpu_create(&pv.vcpu, &pv.vm, pv.next_id++);
	vcpu_set_cpuid(&pv.vcpu, &with);
	pv_enforce(&pv, true);
	bench_check(&pv, pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "installed, then enforced: open");
	vcpu_create(&pv.vcpu, &pv.vm, pv.next_id++);
	vcpu_set_cpuid(&pv.vcpu, &without);
	bench_check(&pv, pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "installed, not enforced: open");
	pv_enforce(&pv, true);
	bench_check(&pv, !pv_poll_visible(&pv), RULE_P2, ORDER_WHY,
		    "installed, then enforced: hidden");
	TEST_VERDICT(pv.ok);
}

TEST_MAIN

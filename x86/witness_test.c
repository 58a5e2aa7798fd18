// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is it true what KVM_GET_SUPPORTED_CPUID says?  Compare it, register by
 * register, with what the CPU, the kernel's own view of it, module parameters
 * and a table of KVM's history say it must be (lib/expect/witness.h).  A feature
 * that KVM has lost and a feature that it has made up are both found, without
 * any guest.
 *
 * All is read once, on one CPU, before the tests, which only look at it.
 */
#include <sched.h>

#include "backport.h"
#include "facts_cpuid.h"
#define TESTS_ONLY_LOOK
#include "test.h"
#include "witness.h"

static struct evidence {
	const char *why_not;
	struct witness_host host;
	struct cpuid_list raw, supported, emulated;
	struct witness want, want_emulated;
} ev;

static void stay_on_one_cpu(void)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	CPU_ZERO(&one);
	CPU_SET(cpu < 0 ? 0 : cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static bool ask(int fd, unsigned long cmd, struct cpuid_list *list)
{
	memset(list, 0, sizeof(*list));
	list->nent = KVM_MAX_ENTRIES;
	return !kvm_ioctl(fd, cmd, list);
}

static const char *collect(void)
{
	const struct host_facts *f = subject_facts_try();
	int fd = f ? __kvm_open() : -1;
	const char *refused;

	if (fd < 0)
		return "there is no usable KVM here";
	stay_on_one_cpu();
	facts_read_raw_cpuid(&ev.raw);
	if (!ask(fd, KVM_GET_SUPPORTED_CPUID, &ev.supported) ||
	    !ask(fd, KVM_GET_EMULATED_CPUID, &ev.emulated))
		ev.supported.nent = 0;
	close(fd);
	witness_read_host(&ev.host, f, &ev.raw);
	refused = witness_refuses(&ev.host);
	if (refused)
		return refused;
	witness_supported(&ev.host, &ev.want);
	witness_emulated(&ev.host, &ev.want_emulated);
	return NULL;
}

/* The table's reason for a bit, else the leaf's for the register. */
static void explain(const struct witness_entry *e, enum cpuid_reg reg,
		    uint32_t diff, char *buf, size_t len)
{
	const struct witness_bit *b = witness_bit_find(
		CPUID_FEATURE(e->function, e->index, reg, __builtin_ctz(diff)));

	if (!b) {
		snprintf(buf, len, "%s", e->why);
		return;
	}
	snprintf(buf, len, "%s: KVM has it since %u.%u; needs the CPU, the kernel and: %s; or: %s",
		 b->name, b->since / 1000000, b->since / 1000 % 1000,
		 witness_cond_text(b->need),
		 b->synth ? witness_cond_text(b->synth) : "nothing");
}

static bool newer_than_rules(void)
{
	return ev.host.kernel >= RULES_KNOW_UNTIL;
}

/* Bits that are reported and have no row: a newer kernel has learnt them. */
static void beyond_rules(const struct witness_entry *e, enum cpuid_reg reg,
			 uint32_t bits)
{
	char name[60];
	unsigned int bit;

	for (bit = 0; bits && newer_than_rules() && bit < 32; bit++) {
		if (!(bits >> bit & 1) ||
		    witness_bit_find(CPUID_FEATURE(e->function, e->index, reg,
						   bit)))
			continue;
		snprintf(name, sizeof(name), "CPUID 0x%x.%u %s bit %u",
			 e->function, e->index, cpuid_reg_name(reg), bit);
		not_judged(name, "this kernel is newer than the rules");
	}
}

static bool check_reg(const struct witness_entry *e, enum cpuid_reg reg,
		      uint32_t got)
{
	const struct witness_reg *r = &e->r[reg];
	uint32_t diff = (got ^ r->want) & r->care;
	char why[240];
	struct finding m = {
		.kind = FOUND_CPUID,
		.leaf = e->function, .subleaf = e->index, .reg = reg,
		.wanted = r->want & r->care, .got = got & r->care,
		.rule = diff & r->want ? RULE_W1 : RULE_W2,
		.why = why,
	};

	beyond_rules(e, reg, got & ~r->care);
	if (!diff)
		return true;
	explain(e, reg, diff, why, sizeof(why));
	report_finding(&m);
	return false;
}

static bool report_entry(uint32_t function, uint32_t index,
			 const char *wanted, const char *got,
			 enum rule rule, const char *why)
{
	char what[80];
	struct finding m = { .kind = FOUND_EVENT, .what = what,
			     .wanted_text = wanted,
				    .got_text = got, .rule = rule, .why = why };

	snprintf(what, sizeof(what), "entry of leaf 0x%x subleaf 0x%x",
		 function, index);
	report_finding(&m);
	return false;
}

static bool check_flags(const struct witness_entry *e, uint32_t got)
{
	char w[16], g[16];

	if (e->flags == got)
		return true;
	snprintf(w, sizeof(w), "flags 0x%x", e->flags);
	snprintf(g, sizeof(g), "flags 0x%x", got);
	return report_entry(e->function, e->index, w, g, RULE_O5,
			    "SIGNIFICANT_INDEX on every entry of a leaf that has subleaves, and on no other");
}

static bool check_entry(const struct witness_entry *e,
			const struct cpuid_list *list, bool exact)
{
	const struct kvm_cpuid_entry2 *got =
		cpuid_find(list, e->function, e->index);
	bool ok;
	int i;

	if (!got)
		return !exact ||
		       report_entry(e->function, e->index, "present",
				    "missing", RULE_O1, e->why);
	ok = check_flags(e, got->flags);
	for (i = 0; i < NR_CPUID_REGS; i++)
		ok &= check_reg(e, i, cpuid_entry_reg(got, i));
	return ok;
}

/* Entries of one leaf, or (leaf 0 to ~0) of all that no other test takes. */
static bool check_leaf(const struct witness *w, const struct cpuid_list *list,
		       uint32_t leaf)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < w->n; i++)
		if (w->e[i].function == leaf)
			ok &= check_entry(&w->e[i], list, w->exact);
	return ok;
}

static bool new_entry(uint32_t function, uint32_t index)
{
	char name[60];

	if (!newer_than_rules())
		return true;
	snprintf(name, sizeof(name), "entry of CPUID 0x%x.%u", function, index);
	not_judged(name, "this kernel is newer than the rules");
	return true;
}

static bool check_nothing_else(const struct witness *w,
			       const struct cpuid_list *list)
{
	bool ok = true;
	uint32_t i, k;

	for (i = 0; i < list->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &list->e[i];

		for (k = 0; k < w->n; k++)
			if (w->e[k].function == e->function &&
			    w->e[k].index == e->index)
				break;
		if (k == w->n && !w->exact)
			ok &= new_entry(e->function, e->index);
		else if (k == w->n)
			ok = report_entry(e->function, e->index, "absent",
					  "present", RULE_O1,
					  "this kernel has no such entry for this CPU");
	}
	return ok;
}

static bool check_order(const struct witness *w, const struct cpuid_list *list)
{
	uint32_t i;

	for (i = 0; w->exact && i < w->n && i < list->nent; i++)
		if (w->e[i].function != list->e[i].function ||
		    w->e[i].index != list->e[i].index)
			return report_entry(w->e[i].function, w->e[i].index,
					    "next in order", "another entry",
					    RULE_O1, "basic leaves, extended leaves, KVM's leaves; subleaves in their leaf");
	return !w->exact || w->n == list->nent;
}

FIXTURE(supported) { };
FIXTURE_VARIANT(supported) { uint32_t leaf; };

#define NEEDS_EVIDENCE() do { \
	if (ev.why_not) \
		TEST_SKIP("%s", ev.why_not); \
	if (!ev.supported.nent) \
		test_stop("KVM_GET_SUPPORTED_CPUID fails"); \
} while (0)

FIXTURE_SETUP(supported) { NEEDS_EVIDENCE(); }

FIXTURE_TEARDOWN(supported) { }

#define LEAF(l)	FIXTURE_VARIANT_ADD(supported, leaf_##l) { .leaf = l };
#define SUBLEAF(l, s)
#define UNLISTED(l)
#include "leaves.def"
#undef LEAF
#undef SUBLEAF
#undef UNLISTED

TEST_F(supported, regs)
{
	TEST_VERDICT(check_leaf(&ev.want, &ev.supported, variant->leaf));
}

FIXTURE(list) { };

FIXTURE_SETUP(list) { NEEDS_EVIDENCE(); }

FIXTURE_TEARDOWN(list) { }

TEST_F(list, nothing_else)
{
	TEST_VERDICT(check_nothing_else(&ev.want, &ev.supported));
}

TEST_F(list, order)
{
	TEST_VERDICT(check_order(&ev.want, &ev.supported));
}

TEST_F(list, emulated)
{
	bool ok = check_nothing_else(&ev.want_emulated, &ev.emulated);
	uint32_t i;

	if (!check_order(&ev.want_emulated, &ev.emulated))
		ok = false;
	for (i = 0; i < ev.want_emulated.n; i++)
		ok &= check_entry(&ev.want_emulated.e[i], &ev.emulated, true);
	TEST_VERDICT(ok);
}

/* --- module parameters ------------------------------------------------ */

/*
 * Parameters that KVM turns off by itself where the CPU lacks something, and
 * what that is in /proc/cpuinfo.  All are on by default.
 */
static const struct tamed {
	enum cpuid_vendor vendor;
	const char *module, *name;
	const char *flags[2];
} tamed[] = {
	{ VENDOR_AMD, "kvm_amd", "npt", { "npt", "" } },
	{ VENDOR_AMD, "kvm_amd", "nrips", { "nrip_save", "" } },
	{ VENDOR_AMD, "kvm_amd", "tsc_scaling", { "tsc_scale", "" } },
	{ VENDOR_AMD, "kvm_amd", "lbrv", { "lbrv", "" } },
	{ VENDOR_AMD, "kvm_amd", "vgif", { "vgif", "" } },
	{ VENDOR_AMD, "kvm_amd", "vls", { "v_vmsave_vmload", "npt" } },
	{ VENDOR_AMD, "kvm_amd", "vnmi", { "vnmi", "vgif" } },
	{ VENDOR_AMD, "kvm_amd", "nested", { "svm", "" } },
	{ VENDOR_INTEL, "kvm_intel", "ept", { "ept", "" } },
	{ VENDOR_INTEL, "kvm_intel", "nested", { "vmx", "" } },
};

/* The command line may have line breaks, and take - for _. */
static bool on_cmdline(const char *module)
{
	char line[4096] = "", word[24], *p;
	FILE *f = fopen("/proc/cmdline", "re");

	snprintf(word, sizeof(word), "%s.", module);
	if (!f)
		return true;
	line[fread(line, 1, sizeof(line) - 1, f)] = '\0';
	fclose(f);
	for (p = line; *p; p++)
		if (*p == '-')
			*p = '_';
	return strstr(line, word);
}

/* Nobody can have asked for anything but the defaults. */
static bool params_are_defaults(const char *module)
{
	char path[60];

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
	return access(path, F_OK) && !on_cmdline(module);
}

static bool check_param(const struct tamed *t, bool defaults)
{
	bool can = witness_flag(&ev.host, t->flags[0]) == YES &&
		   witness_flag(&ev.host, t->flags[1]) == YES;
	bool on = facts_param_bool(ev.host.facts, t->module, t->name, false);
	char what[60];
	struct finding m = {
		.kind = FOUND_EVENT, .what = what,
		.wanted_text = can ? "on" : "off",
		.got_text = on ? "on" : "off", .rule = RULE_W3,
		.why = "a parameter stays as it was asked for if the CPU can do it, and is off if not",
	};

	if (!facts_param(ev.host.facts, t->module, t->name) || on == can ||
	    (!on && !defaults))
		return true;
	snprintf(what, sizeof(what), "%s.%s", t->module, t->name);
	report_finding(&m);
	return false;
}

TEST_F(list, parameters)
{
	enum cpuid_vendor v = cpuid_vendor(&ev.raw);
	unsigned int i;
	bool ok = true;

	if (!ev.host.flags[0])
		TEST_SKIP("there is no /proc/cpuinfo");
	for (i = 0; i < ARRAY_SIZE(tamed); i++)
		if ((tamed[i].vendor == VENDOR_INTEL) == (v == VENDOR_INTEL))
			ok &= check_param(&tamed[i],
					  params_are_defaults(tamed[i].module));
	TEST_VERDICT(ok);
}

static void collect_first(void)
{
	ev.why_not = collect();
}

TEST_MAIN_AFTER(collect_first)

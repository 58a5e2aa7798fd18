// SPDX-License-Identifier: GPL-2.0-only
/*
 * Features that are told by MSRs: which KVM lists, in which order; that what
 * it says of each (KVM_GET_MSRS on /dev/kvm) is what the CPU, the kernel and
 * the module's parameters call for; that the max model's values are accepted,
 * in QEMU's order; and what the guest then reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "backport.h"
#include "facts_sysfs.h"
#include "msr_lists.h"
#include "msr_sweep.h"
#include "test.h"

static struct {
	const struct host_facts *facts;
	struct msr_cpu cpu;
	struct msr_list host;
} t;

FIXTURE(feature_msr) { };

FIXTURE_SETUP(feature_msr)
{
	static const uint32_t index[] = { 0x8b, 0x10a, 0x345, 0xc0011029 };
	static struct cpuid_list none;

	t.facts = subject_facts();
	host_msrs_read(&t.host, index, ARRAY_SIZE(index));
	msr_cpu_init(&t.cpu, t.facts, &t.host, &none);
}

FIXTURE_TEARDOWN(feature_msr) { }

static bool same_value(uint32_t msr, uint64_t wanted, uint64_t got,
		       enum rule rule, const char *why)
{
	struct finding m = {
		.kind = FOUND_MSR,
		.msr = msr, .who = "KVM_GET_MSRS on /dev/kvm",
		.wanted = wanted, .got = got, .rule = rule, .why = why,
	};

	if (wanted != got)
		report_finding(&m);
	return wanted == got;
}

static bool same_index(unsigned int at, uint32_t wanted, uint32_t got)
{
	char what[40], w[16], g[16];
	struct finding m = {
		.kind = FOUND_EVENT, .what = what,
		.wanted_text = w, .got_text = g, .rule = RULE_M2,
		.why = "18 VMX MSRs on Intel with nested=1; DE_CFG on AMD; the same order each time",
	};

	if (wanted == got)
		return true;
	snprintf(what, sizeof(what), "feature MSR number %u", at);
	snprintf(w, sizeof(w), "0x%x", wanted);
	snprintf(g, sizeof(g), "0x%x", got);
	report_finding(&m);
	return false;
}

/* Behind those that are known: a kernel newer than the rules has more. */
static void new_feature(uint32_t index)
{
	char name[32];

	snprintf(name, sizeof(name), "feature MSR 0x%x", index);
	not_judged(name, "this kernel is newer than the rules");
}

TEST_F(feature_msr, list)
{
	const struct msr_list *l = &t.facts->feature_msrs;
	uint32_t wanted[64] = { 0 };
	unsigned int i, n = msr_feature_list(&t.cpu, wanted, 64), known;
	bool ok = true;

	known = t.facts->kernel < RULES_KNOW_UNTIL || l->n < n ? l->n : n;

	for (i = n; i < l->n && t.facts->kernel >= RULES_KNOW_UNTIL; i++)
		new_feature(l->m[i].index);
	for (i = 0; i < n || i < known; i++)
		ok &= same_index(i, i < n ? wanted[i] : 0,
				 i < known ? l->m[i].index : 0);
	TEST_VERDICT(ok);
}

TEST_F(feature_msr, all_readable)
{
	const struct msr_list *l = &t.facts->feature_msrs;
	unsigned int i;

	EXPECT_LT(0, l->n);
	for (i = 0; i < l->n; i++) {
		EXPECT_TRUE(l->m[i].valid) {
			printf("# feature MSR 0x%x cannot be read (M2)\n",
			       l->m[i].index);
		}
	}
}

/* Read again, into a buffer of poison, all at once. */
TEST_F(feature_msr, stable)
{
	const struct msr_list *l = &t.facts->feature_msrs;
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry e[64];
	} buf;
	int fd = kvm_open();
	bool ok = true;
	unsigned int i;

	ASSERT_GE(64, l->n);
	memset(&buf, 0xa5, sizeof(buf));
	buf.head.nmsrs = l->n;
	for (i = 0; i < l->n; i++)
		buf.e[i].index = l->m[i].index;
	ASSERT_EQ((int)l->n, kvm_ioctl(fd, KVM_GET_MSRS, &buf));
	for (i = 0; i < l->n; i++)
		ok &= same_value(l->m[i].index, l->m[i].value, buf.e[i].data,
				 RULE_M2, "what KVM supports does not change");
	close(fd);
	TEST_VERDICT(ok);
}

TEST_F(feature_msr, de_cfg)
{
	const struct msr_value *m = msr_find(&t.facts->feature_msrs,
					     0xc0011029);
	/* init_amd() makes LFENCE serialising on every CPU with SSE2. */
	bool sse2 = cpuid_get(&t.facts->cpu[0].cpuid, 1, 0, REG_EDX) &
		    BIT(26);
	const struct finding missing = {
		.kind = FOUND_EVENT, .event = EVENT_MSR_LISTED,
		.what = "MSR 0xc0011029",
		.answer = ANSWER_BOOL, .wanted = 1, .got = 0,
		.wanted_text = "listed",
		.got_text = "not listed", .rule = RULE_M4,
		.why = "kvm-amd offers DE_CFG (d1d93fa90f1a)",
		.has_msr = true, .msr = 0xc0011029,
	};

	if (!t.cpu.amd)
		TEST_SKIP("an AMD MSR");
	if (!m)
		report_finding(&missing);
	TEST_VERDICT(m && same_value(m->index, sse2 ? BIT(1) : 0, m->value, RULE_M4,
				"bit 1: LFENCE is serialising (d1d93fa90f1a)"));
}

TEST_F(feature_msr, ucode_rev)
{
	const struct msr_value *h = msr_find(&t.host, 0x8b);
	uint64_t got = msr_get(&t.facts->feature_msrs, 0x8b);
	uint64_t rev = strtoull(t.facts->microcode, NULL, 0);

	if (!h && !rev)
		TEST_SKIP("neither the msr driver nor /proc/cpuinfo tells the revision");
	if (h)
		TEST_VERDICT(same_value(0x8b, h->value, got, RULE_M4,
					"the revision of the CPU, as RDMSR has it"));
	if (rev)
		TEST_VERDICT(same_value(0x8b, rev, t.cpu.amd ?
					(uint32_t)got : got >> 32, RULE_M4,
					"the revision that /proc/cpuinfo shows"));
}

/* First line of a file in sysfs; false if there is none. */
static bool first_line(const char *path, char *text, size_t len)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, len - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	return n > 0;
}

static int vulnerable(const char *name, char *text, size_t len)
{
	char path[120];

	snprintf(path, sizeof(path),
		 "/sys/devices/system/cpu/vulnerabilities/%s", name);
	if (!first_line(path, text, len))
		return -1;
	return strncmp(text, "Not affected", 12) != 0;
}

static void read_vulnerabilities(const struct host_facts *f,
				 struct vulnerabilities *v)
{
	const char *flush = facts_param(f, "kvm_intel", "vmentry_l1d_flush");
	char text[200];

	v->meltdown = vulnerable("meltdown", text, sizeof(text));
	v->ssb = vulnerable("spec_store_bypass", text, sizeof(text));
	v->mds = vulnerable("mds", text, sizeof(text));
	v->rfds = vulnerable("reg_file_data_sampling", text, sizeof(text));
	v->its = vulnerable("indirect_target_selection", text, sizeof(text));
	v->taa = vulnerable("tsx_async_abort", text, sizeof(text));
	v->gds = vulnerable("gather_data_sampling", text, sizeof(text));
	v->gds_in_microcode = !strncmp(text, "Mitigation: Microcode", 21);
	v->rtm = facts_kernel_flag("flags", "rtm");
	v->l1d_flush_never = flush && !strcmp(flush, "never");
}

/* A CPU without the MSR has it as 0. */
static bool host_arch_cap(const struct host_facts *f,
			  const struct msr_list *host, uint64_t *cap)
{
	const struct msr_value *m = msr_find(host, 0x10a);

	*cap = 0;
	if (!(cpuid_get(&f->cpu[0].cpuid, 7, 0, REG_EDX) & BIT(29)))
		return true;
	*cap = m ? m->value : 0;
	return m && m->valid;
}

/* KVM emulates CPUID faulting on every host (db2336a80489). */
TEST_F(feature_msr, platform_info)
{
	const struct msr_value *m = msr_find(&t.facts->feature_msrs, 0xce);

	if (!m)
		TEST_SKIP("PLATFORM_INFO is no feature MSR here (d3ddef46f22e, 6.13)");
	TEST_VERDICT(same_value(0xce, BIT(31), m->value, RULE_F3,
		"KVM offers CPUID faulting, and nothing else of this MSR (kvm_get_feature_msr)"));
}

TEST_F(feature_msr, arch_capabilities)
{
	uint64_t cap, got = msr_get(&t.facts->feature_msrs, 0x10a);
	struct vulnerabilities v;

	read_vulnerabilities(t.facts, &v);
	if (v.meltdown < 0)
		TEST_SKIP("no /sys/devices/system/cpu/vulnerabilities here");
	if (!host_arch_cap(t.facts, &t.host, &cap))
		TEST_SKIP("the CPU has the MSR, and the msr driver is needed to read it");
	TEST_VERDICT(same_value(0x10a, msr_arch_cap_offered(cap, &v), got,
		RULE_M4, "the CPU's bits that KVM knows, and *_NO of what sysfs calls not affected (kvm_get_arch_capabilities)"));
}

/* LBR and PEBS formats, if any, are the CPU's; full-width writes with a PMU. */
TEST_F(feature_msr, perf_capabilities)
{
	uint64_t got = msr_get(&t.facts->feature_msrs, 0x345);
	const struct msr_value *h = msr_find(&t.host, 0x345);
	bool pmu = !t.cpu.amd &&
		   facts_param_bool(t.facts, "kvm", "enable_pmu", false);
	uint64_t known = BIT(13);

	if (!pmu) {
		TEST_VERDICT(same_value(0x345, 0, got, RULE_M4,
					"no capabilities without a PMU, nor on AMD"));
		return;
	}
	if (h && h->valid && cpuid_get(&t.facts->cpu[0].cpuid, 1, 0,
				       REG_ECX) & BIT(15))
		known |= h->value & 0x17fff & ~BIT(14) & ~BIT(12);
	TEST_VERDICT(same_value(0x345, BIT(13), got & BIT(13), RULE_M4,
				"full-width counter writes are always there"));
	TEST_VERDICT(same_value(0x345, got & known, got, RULE_M4,
				"nothing that the CPU has not, no adaptive PEBS"));
}

/*
 * What QEMU does: CPUID, then the feature MSRs, in its order; each must be
 * accepted.  Then the guest reads the value, or faults where CPUID hides it.
 */
TEST_F(feature_msr, max_model_accepted)
{
	static struct bench s;
	uint32_t refused = 0, n;

	bench_model(&s, NULL);
	bench_start(&s);
	n = bench_set_msrs(&s, &refused);
	EXPECT_EQ(s.cpu.msrs.n, n) {
		printf("# KVM_SET_MSRS refused MSR 0x%x of the max model (F9): QEMU would not start\n",
		       refused);
	}
	bench_close(&s);
}

static void ask(struct bench *s, struct msr_cpu *c, uint32_t index)
{
	uint64_t value, care;

	if (msr_read(c, MSR_GUEST, index, &value, &care) == MSR_DONE)
		probe_rdmsr_is(&s->probe, index, value);
	else
		probe_expect_fault(probe_rdmsr(&s->probe, index), GP_VECTOR, 0);
}

TEST_F(feature_msr, max_model_in_guest)
{
	const struct msr_list *l = &t.facts->feature_msrs;
	static struct bench s;
	static struct msr_cpu c;
	uint32_t i, refused;
	char what[40];
	bool ok = true;

	bench_model(&s, NULL);
	TEST_NEEDS(&s, NEED_FAULTS);
	bench_start(&s);
	bench_set_msrs(&s, &refused);
	msr_cpu_init(&c, t.facts, &t.host, &s.cpu.cpuid);
	for (i = 0; i < s.cpu.msrs.n; i++)
		msr_cpu_set_value(&c, s.cpu.msrs.m[i].index,
				  s.cpu.msrs.m[i].value);
	for (i = 0; i < l->n; i++)
		if (l->m[i].index < 0x480 || l->m[i].index > 0x491 ||
		    msr_find(&s.cpu.msrs, l->m[i].index) ||
		    !msr_gate_open(&c, GATE_VMX, 0))
			ask(&s, &c, l->m[i].index);
	probe_run(&s.probe);
	for (i = 0; i < s.probe.hdr->nr; i++) {
		snprintf(what, sizeof(what), "guest RDMSR 0x%x",
			 (uint32_t)s.probe.hdr->req[i].in.rcx);
		ok &= verdict_request(&s.probe.hdr->req[i], what, RULE_F9,
				      "the guest reads what was set, if CPUID shows the MSR");
	}
	EXPECT_LT(0, s.probe.hdr->nr);
	TEST_VERDICT(ok);
	bench_close(&s);
}

TEST_MAIN

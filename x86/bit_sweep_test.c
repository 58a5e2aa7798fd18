// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every bit alone.  Flip one bit of the max model (clear it if set, set it if
 * clear), install the list, and see that this bit has changed, what the rules
 * say follows from it, and nothing else: in KVM_GET_CPUID2, and in a guest.
 *
 *	bits_installed	each bit of the feature words, by KVM_GET_CPUID2
 *	bits_in_guest	each set bit of the feature words cleared, in a guest
 *			of its own
 *	columns_in_guest one bit of every register of every entry at once: all
 *			bits of all entries in 32 guests
 *
 * A bit costs a vCPU, and vCPUs cost most of the time.  With --exhaustive as
 * first argument the first two take each bit of each entry, set or clear.
 */
#include <errno.h>
#include <time.h>

#include "feature.h"
#include "bench.h"
#include "test.h"

static struct bench g;
static bool exhaustive;

static const struct reason
r_list = { RULE_S12, "KVM_GET_CPUID2 gives what was installed, with the runtime bits as they are (KVM api.rst)" },
r_width = { RULE_S3, "the linear address width of leaf 0x80000008 is 0, 48 or 57 (KVM api.rst, KVM_SET_CPUID2)" },
r_run = { RULE_S23, "a guest whose CPUID differs from the max model by one bit runs" };

/* One configuration: which bit of which entry was flipped. */
struct config {
	uint32_t entry;
	uint8_t reg, bit;
};

static struct cpuid_list wanted, got;

static void say_config(const struct config *c)
{
	const struct kvm_cpuid_entry2 *e = &g.cpu.cpuid.e[c->entry];
	const char *name = feature_name(e->function, e->index, c->reg, c->bit);

	printf("#   with one bit flipped: leaf 0x%x.%u %s bit %u %s\n",
	       e->function, e->index, cpuid_reg_name(c->reg), c->bit,
	       name ? name : "");
}

static void flip(struct cpuid_list *l, uint32_t entry, unsigned int reg,
		 unsigned int bit)
{
	struct kvm_cpuid_entry2 *e = &l->e[entry];

	cpuid_entry_set_reg(e, reg, cpuid_entry_reg(e, reg) ^ 1u << bit);
}

/* Linear widths other than 0, 48, 57: no single bit leads to another one. */
static bool flips_width(const struct kvm_cpuid_entry2 *e, unsigned int reg,
			unsigned int bit)
{
	return e->function == 0x80000008 && reg == REG_EAX && bit >= 8 &&
	       bit < 16;
}

/* XTILE_DATA needs a permission that this process may or may not have. */
static bool flips_dynamic(const struct kvm_cpuid_entry2 *e, unsigned int reg,
			  unsigned int bit)
{
	return e->function == 0xd && !e->index && reg == REG_EAX && bit == 18;
}

static bool same_entry(const struct kvm_cpuid_entry2 *a,
		       const struct kvm_cpuid_entry2 *b)
{
	return !memcmp(a, b, offsetof(struct kvm_cpuid_entry2, padding));
}

static void report_entry(const struct kvm_cpuid_entry2 *want,
			 const struct kvm_cpuid_entry2 *have)
{
	verdict_entry(want, have, (struct finding){
		.rule = r_list.rule, .why = r_list.why,
		.installed_by = "KVM_GET_CPUID2 of a list with one bit flipped",
	});
	bench_value(&g, have->function, want->function,
		    "function of an entry", want->function, &r_list);
	bench_value(&g, have->index, want->index, "index of an entry",
		    want->function, &r_list);
	bench_value(&g, have->flags, want->flags, "flags of an entry",
		    want->function, &r_list);
	g.ok = false;
}

/* KVM_GET_CPUID2 against the whole of what is wanted. */
static void check_list(void)
{
	uint32_t i;
	int ret;

	got.nent = g.list.nent;
	got.e[0].function = ~0u;
	ret = kvm_ioctl(g.vcpu.fd, KVM_GET_CPUID2, &got);
	bench_call_as(&g, EVENT_GET_CPUID2, ret, true, 0, "KVM_GET_CPUID2 nent",
		      g.list.nent, &r_list);
	for (i = 0; !ret && i < wanted.nent; i++)
		if (!same_entry(&wanted.e[i], &got.e[i]))
			report_entry(&wanted.e[i], &got.e[i]);
}

static void each_bit(void (*check)(const struct config *),
		     bool (*pick)(const struct config *))
{
	struct config c;

	for (c.entry = 0; c.entry < g.cpu.cpuid.nent; c.entry++)
		for (c.reg = 0; c.reg < NR_CPUID_REGS; c.reg++)
			for (c.bit = 0; c.bit < 32; c.bit++)
				if (pick(&c))
					check(&c);
}

static void checked(const struct config *c,
		    void (*check)(const struct config *))
{
	bool before = g.ok;

	g.ok = true;
	flip(&g.list, c->entry, c->reg, c->bit);
	check(c);
	flip(&g.list, c->entry, c->reg, c->bit);
	if (!g.ok)
		say_config(c);
	g.ok = g.ok && before;
}

/* --- without a guest ----------------------------------------------------- */
static void install_flipped(const struct config *c)
{
	const struct kvm_cpuid_entry2 *e = &g.list.e[c->entry];
	bool ok = !flips_width(e, c->reg, c->bit);

	bench_call(&g, __vcpu_set_cpuid(&g.vcpu, &g.list), ok, -EINVAL,
		   "KVM_SET_CPUID2, linear address width", e->eax >> 8 & 0xff,
		   &r_width);
	if (!ok)
		return;
	expect_installed(&g.list, &g.state, &wanted);
	check_list();
}

static bool in_feature_word(const struct config *c)
{
	const struct kvm_cpuid_entry2 *e = &g.cpu.cpuid.e[c->entry];

	return feature_word_of(e->function, e->index, c->reg) !=
	       NR_FEATURE_WORDS;
}

static bool pick_installed(const struct config *c)
{
	const struct kvm_cpuid_entry2 *e = &g.cpu.cpuid.e[c->entry];

	if (flips_dynamic(e, c->reg, c->bit))
		return false;
	return exhaustive || in_feature_word(c) ||
	       flips_width(e, c->reg, c->bit);
}

static void install_one(const struct config *c)
{
	checked(c, install_flipped);
}

BENCH_FIXTURE(sweep, &g, 0)

TEST_F(sweep, bits_installed)
{
	bench_vcpu(&g);
	bench_reset_state(&g);
	each_bit(install_one, pick_installed);
	TEST_VERDICT(g.ok);
}

/* --- in guests ------------------------------------------------------------ */

/* Enough address bits for the APIC base and the page tables? */
static bool can_run(void)
{
	uint32_t width = bench_entry(&g, 0x80000008)->eax & 0xff;

	return bench_entry(&g, 0x80000000)->eax < 0x80000008 || width >= 32;
}

static void ask(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_answer a = expect_cpuid(&wanted, leaf, subleaf);

	probe_cpuid(&g.probe, leaf, subleaf, a.want);
}

/* Leaves that everything hangs on. */
static void ask_usual(void)
{
	static const uint32_t leaves[][2] = {
		{ 0, 0 }, { 1, 0 }, { 7, 0 }, { 0x80000001, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		ask(leaves[i][0], leaves[i][1]);
}

static void report_answers(void)
{
	const struct probe_header *h = g.probe.hdr;
	uint32_t i;

	for (i = 0; i < h->nr; i++) {
		const struct probe_request *r = &h->req[i];
		struct cpuid_answer a = expect_cpuid(&wanted, r->in.rax,
						     r->in.rcx);

		if (r->mismatch)
			verdict_request(r, "CPUID", a.rule, a.why);
	}
	g.ok = false;
}

/* A new vCPU with g.list, at the start of the probe. */
static void boot_flipped(void)
{
	enum probe_mode mode = bench_guest_has(&g, F_LM) ? PROBE_LONG :
							  PROBE_PROTECTED;
	bench_new_guest(&g);
	bench_probe(&g, mode);
	bench_reset_state(&g);
	expect_installed(&g.list, &g.state, &wanted);
}

static void run_flipped(const struct config *c)
{
	char why[160];

	if (__probe_run(&g.probe, why, sizeof(why))) {
		bench_call(&g, -EIO, true, 0, why, c->entry, &r_run);
		return;
	}
	if (g.probe.hdr->mismatches)
		report_answers();
}

static void guest_flipped(const struct config *c)
{
	const struct kvm_cpuid_entry2 *e = &g.list.e[c->entry];

	if (!can_run())
		return;
	boot_flipped();
	ask(e->function, e->index);
	ask_usual();
	run_flipped(c);
}

static uint32_t nr_configs;

static void guest_one(const struct config *c)
{
	nr_configs++;
	checked(c, guest_flipped);
}

static bool pick_guest(const struct config *c)
{
	const struct kvm_cpuid_entry2 *e = &g.cpu.cpuid.e[c->entry];

	if (flips_dynamic(e, c->reg, c->bit) ||
	    flips_width(e, c->reg, c->bit))
		return false;
	return exhaustive || (in_feature_word(c) &&
			      cpuid_entry_reg(e, c->reg) >> c->bit & 1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/*
 * What no sweep can do without: vCPU, list, start state, one run.  So many that
 * VMs come and go as often as in the sweep, where one is to be compared.
 */
static double bare_rate(void)
{
	unsigned int i, runs = exhaustive ? 16 * BENCH_VCPUS_PER_VM : 32;
	double start = now();

	for (i = 0; i < runs; i++) {
		bench_new_guest(&g);
		probe_start(&g.probe, &g.vcpu, PROBE_LONG);
		probe_run(&g.probe);
	}
	return runs / (now() - start);
}

/* All bits alone take minutes where seconds count instructions. */
TEST_F_TIMEOUT(sweep, bits_in_guest, 1200)
{
	double bare, rate, start;

	bare = bare_rate();
	start = now();
	each_bit(guest_one, pick_guest);
	rate = nr_configs / (now() - start);
	printf("# %u configurations, %.0f a second; bare vCPUs: %.0f a second, %.2f times as many\n",
	       nr_configs, rate, bare, bare / rate);
	EXPECT_LT(50, nr_configs);
	TEST_VERDICT(g.ok);
}

/*
 * A bit of every entry at once.  Left alone are the entries that say how the
 * others are looked up, and the bits that decide whether a guest can start.
 */
static bool in_column(const struct kvm_cpuid_entry2 *e, unsigned int reg,
		      unsigned int bit)
{
	if (flips_width(e, reg, bit) || flips_dynamic(e, reg, bit))
		return false;
	if (e->function == 0x80000008 && reg == REG_EAX && bit < 8)
		return false;
	return e->function != 0;
}

static void flip_column(unsigned int bit)
{
	unsigned int reg;
	uint32_t i;

	for (i = 0; i < g.list.nent; i++)
		for (reg = 0; reg < NR_CPUID_REGS; reg++)
			if (in_column(&g.list.e[i], reg, bit))
				flip(&g.list, i, reg, bit);
}

static void guest_column(unsigned int bit)
{
	struct config c = { .bit = bit };
	bool before = g.ok;
	uint32_t i;

	bench_reset_list(&g);
	flip_column(bit);
	g.ok = true;
	boot_flipped();
	check_list();
	for (i = 0; i < g.list.nent; i++)
		ask(g.list.e[i].function, g.list.e[i].index);
	run_flipped(&c);
	if (!g.ok)
		printf("#   with bit %u flipped in every register of every entry\n",
		       bit);
	g.ok = g.ok && before;
}

TEST_F(sweep, columns_in_guest)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++)
		guest_column(bit);
	TEST_VERDICT(g.ok);
}

/* The harness does not know our option: take it away. */
static int take_option(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--exhaustive"))
		return argc;
	exhaustive = true;
	argv[1] = argv[0];
	return argc - 1;
}

static int run(int argc, char **argv)
{
	test_begin();
	return test_harness_run(argc, argv);
}

int main(int argc, char **argv)
{
	int rest = take_option(argc, argv);

	return test_main(run, rest, argv + argc - rest);
}

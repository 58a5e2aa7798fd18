// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's signature, features and hints, as QEMU's "-cpu max" installs them and
 * as the guest sees them: at 0x40000000, not at all (kvm=off), and moved to
 * 0x40000100 behind Hyper-V's leaves.  Bit by bit, also in the other modes.
 *
 * The guest side is compared with the words below, not with what was installed.
 */
#include "test.h"

#define F_MSI_EXT_DEST_ID	(1u << 15)

/* "KVMKVMKVM\0\0\0" (Documentation/virt/kvm/x86/cpuid.rst) */
static const uint32_t signature[NR_CPUID_REGS] = {
	0, 0x4b4d564b, 0x564b4d56, 0x0000004d,
};

static const char signature_text[] = "KVMKVMKVM";

#define SIG_WHY \
	"KVM's signature is \"KVMKVMKVM\" and EAX the highest KVM leaf (cpuid.rst; QEMU's -cpu max)"
#define FEATURES_WHY \
	"QEMU passes on the PV features that KVM offers, and no hints (QEMU's -cpu max)"
#define OFF_WHY	"kvm=off leaves no hypervisor leaf behind (QEMU's -cpu max)"
#define HV_WHY \
	"Hyper-V's leaves take 0x40000000 and KVM's move to 0x40000100 (QEMU's -cpu max,hv-relaxed)"

static bool bits_are(uint32_t leaf, enum cpuid_reg reg, uint32_t wanted,
		     uint32_t got, const char *why, const char *who)
{
	return verdict_register((struct finding){
		.leaf = leaf, .reg = reg, .wanted = wanted, .got = got,
		.rule = RULE_P21, .why = why, .installed_by = who,
	}, ~0u);
}

/* What the four registers of a leaf must be. */
struct leaf_want {
	uint32_t leaf;
	uint32_t r[NR_CPUID_REGS];
	const char *why;
};

static bool list_has(const struct cpuid_list *l, const struct leaf_want *w)
{
	bool ok = true;
	int i;

	for (i = 0; i < NR_CPUID_REGS; i++)
		ok &= bits_are(w->leaf, i, w->r[i],
			       cpuid_get(l, w->leaf, 0, i), w->why,
			       "the max model");
	return ok;
}

static void want_signature(struct leaf_want *w, uint32_t base, uint32_t max)
{
	w->leaf = base;
	memcpy(w->r, signature, sizeof(signature));
	w->r[REG_EAX] = max;
	w->why = SIG_WHY;
}

/*
 * The features that this KVM offers, by QEMU's names all of them; QEMU adds
 * MSI_EXT_DEST_ID itself, but only with a split irqchip.
 */
static void want_features(struct leaf_want *w, uint32_t base)
{
	uint32_t word = cpuid_get(&subject_facts()->supported, 0x40000001, 0,
				  REG_EAX);

	*w = (struct leaf_want){ .leaf = base + 1, .why = FEATURES_WHY };
	w->r[REG_EAX] = word & ~F_MSI_EXT_DEST_ID;
}

/* The leaf that the frequencies leaf has raised the maximum to, if it is there. */
static uint32_t highest(const struct cpuid_list *l)
{
	return cpuid_find(l, 0x40000010, 0) ? 0x40000010 : 0x40000001;
}

/* --- in the list ------------------------------------------------------- */

TEST(installed)
{
	static struct bench s;
	struct leaf_want w;
	bool ok;

	bench_model(&s, NULL);
	want_signature(&w, 0x40000000, highest(&s.cpu.cpuid));
	ok = list_has(&s.cpu.cpuid, &w);
	want_features(&w, 0x40000000);
	ok &= list_has(&s.cpu.cpuid, &w);
	TEST_VERDICT(ok);
	EXPECT_EQ(0x40000000, s.cpu.cpuid.e[0].function);
	EXPECT_EQ(0x40000001, s.cpu.cpuid.e[1].function);
	EXPECT_EQ(0x40000000, expect_kvm_base(&s.cpu.cpuid));
}

static bool no_hypervisor_leaf(const struct cpuid_list *l)
{
	bool ok = true;
	uint32_t i;

	for (i = 0; i < l->nent; i++)
		if (l->e[i].function >> 28 == 4)
			ok &= bits_are(l->e[i].function, REG_EAX, 0,
				       l->e[i].eax | 1, OFF_WHY,
				       "the max model with kvm=off");
	return ok;
}

TEST(installed_kvm_off)
{
	static struct bench s;

	bench_model(&s, "kvm=off");
	TEST_VERDICT(no_hypervisor_leaf(&s.cpu.cpuid));
	EXPECT_LT(5, s.cpu.cpuid.nent);
}

/* Hyper-V's leaves where KVM has them; else QEMU leaves KVM's in place. */
static uint32_t base_with_hyperv(void)
{
	return facts_cap(subject_facts(), KVM_CAP_HYPERV) > 0 ? 0x40000100 :
							       0x40000000;
}

TEST(installed_behind_hyperv)
{
	static struct bench s;
	struct leaf_want w;
	uint32_t base = base_with_hyperv();
	bool ok;

	if (base == 0x40000000)
		TEST_SKIP("this KVM has no Hyper-V emulation");
	bench_model(&s, "hv-relaxed");
	want_signature(&w, base, base + 1);
	ok = list_has(&s.cpu.cpuid, &w);
	want_features(&w, base);
	ok &= list_has(&s.cpu.cpuid, &w);
	ok &= bits_are(0x40000001, REG_EAX, 0x31237648,
		       cpuid_get(&s.cpu.cpuid, 0x40000001, 0, REG_EAX),
		       HV_WHY, "the max model with hv-relaxed");
	TEST_VERDICT(ok);
	EXPECT_EQ(base, expect_kvm_base(&s.cpu.cpuid));
}

/* --- in the guest ------------------------------------------------------ */

struct seen {
	struct bench s;
	struct leaf_want w[8];
	unsigned int nr;
};

static void begin(struct seen *t, const char *options, enum probe_mode mode)
{
	t->nr = 0;
	bench_model(&t->s, options);
	bench_vm(&t->s, VM_IRQCHIP);
	bench_boot_list(&t->s, &t->s.cpu.cpuid, mode);
}

static void ask(struct seen *t, const struct leaf_want *w,
		enum probe_where where, uint32_t subleaf)
{
	struct cpuid_regs r;

	memcpy(r.r, w->r, sizeof(r.r));
	probe_at(probe_cpuid(&t->s.probe, w->leaf, subleaf, r), where);
	t->w[t->nr++] = *w;
}

static bool run(struct seen *t, const char *what)
{
	bool ok = true;
	uint32_t i;

	probe_run(&t->s.probe);
	for (i = 0; i < t->nr; i++)
		ok &= verdict_request(&t->s.probe.hdr->req[i], what, RULE_P21,
				      t->w[i].why);
	return ok;
}

PLAIN_FIXTURE(guest)
FIXTURE_VARIANT(guest) { enum probe_mode mode; enum probe_where where; };
FIXTURE_VARIANT_ADD(guest, long_cpl0) { PROBE_LONG, PROBE_AT_CPL0 };
FIXTURE_VARIANT_ADD(guest, long_cpl3) { PROBE_LONG, PROBE_AT_CPL3 };
FIXTURE_VARIANT_ADD(guest, compat) { PROBE_LONG, PROBE_AT_COMPAT3 };
FIXTURE_VARIANT_ADD(guest, protected) { PROBE_PROTECTED, PROBE_AT_CPL0 };
FIXTURE_VARIANT_ADD(guest, real) { PROBE_REAL, PROBE_AT_CPL0 };

TEST_F(guest, signature)
{
	static struct seen t;
	struct leaf_want w;

	begin(&t, NULL, variant->mode);
	TEST_NEEDS(&t.s, need_place(variant->where));
	want_signature(&w, 0x40000000, highest(&t.s.cpu.cpuid));
	ask(&t, &w, variant->where, 0);
	ask(&t, &w, variant->where, 1);
	TEST_VERDICT(run(&t, "signature"));
	EXPECT_EQ(0, memcmp(&t.s.probe.hdr->req[0].got[REG_EBX],
			    signature_text, 4));
}

TEST_F(guest, features)
{
	static struct seen t;
	struct leaf_want w;

	begin(&t, NULL, variant->mode);
	TEST_NEEDS(&t.s, need_place(variant->where));
	want_features(&w, 0x40000000);
	ask(&t, &w, variant->where, 0);
	ask(&t, &w, variant->where, ~0u);
	TEST_VERDICT(run(&t, "features"));
}

/* Each bit that userspace gives, and hints, gets through as it is. */
TEST(every_bit_passes)
{
	static struct bench s;
	struct cpuid_regs r[2];
	unsigned int bit, i;
	bool ok = true;

	bench_model(&s, NULL);
	bench_vm(&s, VM_IRQCHIP);
	for (bit = 0; bit < 32; bit++) {
		struct kvm_cpuid_entry2 *e =
			cpuid_find_mut(&s.cpu.cpuid, 0x40000001, 0);
		struct cpuid_list got;

		e->eax = e->edx = 1u << bit;
		e->ebx = e->ecx = ~(1u << bit);
		if (bit)
			vcpu_set_cpuid(&s.vcpu, &s.cpu.cpuid);
		else
			bench_boot_list(&s, &s.cpu.cpuid, PROBE_LONG);
		vcpu_get_cpuid(&s.vcpu, &got);
		for (i = 0; i < NR_CPUID_REGS; i++)
			ok &= bits_are(0x40000001, i, cpuid_entry_reg(e, i),
				       cpuid_get(&got, 0x40000001, 0, i),
				       "KVM keeps the PV features it is given",
				       "KVM_GET_CPUID2");
	}
	r[0] = cpuid_entry_regs(cpuid_find(&s.cpu.cpuid, 0x40000001, 0));
	probe_cpuid(&s.probe, 0x40000001, 0, r[0]);
	probe_run(&s.probe);
	ok &= verdict_request(&s.probe.hdr->req[0], "features", RULE_P21,
			      "the guest sees the PV features as installed");
	TEST_VERDICT(ok);
}

/* No leaf at all: what an unknown leaf gives is up to the vendor. */
TEST(guest_kvm_off)
{
	static const uint32_t leaves[] = { 0x40000000, 0x40000001, 0x40000100 };
	static struct seen t;
	struct leaf_want w = { .why = OFF_WHY };
	unsigned int i;

	begin(&t, "kvm=off", PROBE_LONG);
	expect_installed(&t.s.cpu.cpuid, &t.s.state, &t.s.cpu.cpuid);
	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		uint32_t top = cpuid_get(&t.s.cpu.cpuid, 0, 0, REG_EAX);
		struct cpuid_answer a;

		memset(w.r, 0, sizeof(w.r));
		w.leaf = leaves[i];
		/* Intel: the highest basic leaf.  AMD: zeros. */
		if (!cpuid_amd_compatible(&t.s.cpu.cpuid)) {
			a = expect_cpuid(&t.s.cpu.cpuid, top, 0);
			memcpy(w.r, a.want.r, sizeof(w.r));
		}
		ask(&t, &w, PROBE_AT_CPL0, 0);
	}
	TEST_VERDICT(run(&t, "kvm=off"));
	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		EXPECT_NE(signature[REG_EBX],
			  t.s.probe.hdr->req[i].got[REG_EBX]);
}

TEST(guest_behind_hyperv)
{
	static struct seen t;
	struct leaf_want w;
	struct leaf_want hv = {
		.leaf = 0x40000001, .r = { 0x31237648 }, .why = HV_WHY,
	};

	if (base_with_hyperv() == 0x40000000)
		TEST_SKIP("this KVM has no Hyper-V emulation");
	begin(&t, "hv-relaxed", PROBE_LONG);
	want_signature(&w, 0x40000100, 0x40000101);
	ask(&t, &w, PROBE_AT_CPL0, 0);
	want_features(&w, 0x40000100);
	ask(&t, &w, PROBE_AT_CPL0, 0);
	ask(&t, &hv, PROBE_AT_CPL0, 0);
	TEST_VERDICT(run(&t, "hv-relaxed"));
}

TEST_MAIN

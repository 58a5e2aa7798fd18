// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hyper-V leaves (Hypervisor Top Level Functional Specification, chapter 2).
 * KVM's own leaves then move up by 0x100.
 */
#include <string.h>

#include "model_state.h"

#define HV_VENDOR	0x40000000
#define HV_INTERFACE	0x40000001
#define HV_VERSION	0x40000002
#define HV_FEATURES	0x40000003
#define HV_ADVICE	0x40000004
#define HV_LIMITS	0x40000005
#define HV_NESTED	0x4000000a
#define HV_SYNDBG	0x40000080

#define B(n)		(UINT32_C(1) << (n))
#define OPT(x)		(UINT32_C(1) << (OPT_HV_##x - OPT_HV_FIRST))

/* What each hv- option needs and gives. */
static const struct hv_feature {
	enum opt_flag opt;
	uint32_t function;
	enum cpuid_reg reg;
	uint32_t bits;
} hv_features[] = {
	{ OPT_HV_RELAXED,	  HV_ADVICE,   REG_EAX, B(5) },
	{ OPT_HV_VAPIC,		  HV_FEATURES, REG_EAX, B(4) },
	{ OPT_HV_TIME,		  HV_FEATURES, REG_EAX, B(1) | B(9) },
	{ OPT_HV_CRASH,		  HV_FEATURES, REG_EDX, B(10) },
	{ OPT_HV_RESET,		  HV_FEATURES, REG_EAX, B(7) },
	{ OPT_HV_VPINDEX,	  HV_FEATURES, REG_EAX, B(6) },
	{ OPT_HV_RUNTIME,	  HV_FEATURES, REG_EAX, B(0) },
	{ OPT_HV_SYNIC,		  HV_FEATURES, REG_EAX, B(2) },
	{ OPT_HV_STIMER,	  HV_FEATURES, REG_EAX, B(3) },
	{ OPT_HV_FREQUENCIES,	  HV_FEATURES, REG_EAX, B(11) },
	{ OPT_HV_FREQUENCIES,	  HV_FEATURES, REG_EDX, B(8) },
	{ OPT_HV_REENLIGHTENMENT, HV_FEATURES, REG_EAX, B(13) },
	{ OPT_HV_TLBFLUSH,	  HV_ADVICE,   REG_EAX, B(2) | B(11) },
	{ OPT_HV_EVMCS,		  HV_ADVICE,   REG_EAX, B(14) },
	{ OPT_HV_IPI,		  HV_ADVICE,   REG_EAX, B(10) | B(11) },
	{ OPT_HV_STIMER_DIRECT,	  HV_FEATURES, REG_EDX, B(19) },
	{ OPT_HV_AVIC,		  HV_ADVICE,   REG_EAX, B(9) },
	{ OPT_HV_SYNDBG,	  HV_FEATURES, REG_EDX, B(11) },
	{ OPT_HV_EMSR_BITMAP,	  HV_NESTED,   REG_EAX, B(19) },
	{ OPT_HV_XMM_INPUT,	  HV_FEATURES, REG_EDX, B(4) },
	{ OPT_HV_TLBFLUSH_EXT,	  HV_FEATURES, REG_EDX, B(14) },
	{ OPT_HV_TLBFLUSH_DIRECT, HV_NESTED,   REG_EAX, B(17) },
};

static const struct {
	enum opt_flag opt;
	uint32_t needs;
} hv_needs[] = {
	{ OPT_HV_STIMER,	  OPT(SYNIC) | OPT(TIME) },
	{ OPT_HV_TLBFLUSH,	  OPT(VPINDEX) },
	{ OPT_HV_EVMCS,		  OPT(VAPIC) },
	{ OPT_HV_IPI,		  OPT(VPINDEX) },
	{ OPT_HV_STIMER_DIRECT,	  OPT(STIMER) },
	{ OPT_HV_SYNDBG,	  OPT(SYNIC) | OPT(RELAXED) },
	{ OPT_HV_TLBFLUSH_EXT,	  OPT(TLBFLUSH) },
	{ OPT_HV_TLBFLUSH_DIRECT, OPT(VAPIC) },
};

/* Hyper-V in the making: which options are on, as a mask of OPT(). */
struct hyperv {
	struct model *m;
	struct guest_cpu *out;
	uint32_t on;
};

static uint32_t host(const struct model *m, uint32_t function,
		     enum cpuid_reg reg)
{
	return model_hyperv_host(m, function, reg);
}

static bool passthrough(const struct model *m)
{
	return model_flag(m, OPT_HV_PASSTHROUGH);
}

static uint32_t asked_for(const struct model *m)
{
	uint32_t on = 0;
	enum opt_flag i;

	for (i = OPT_HV_FIRST; i <= OPT_HV_LAST; i++)
		if (model_flag(m, i))
			on |= UINT32_C(1) << (i - OPT_HV_FIRST);
	return on;
}

/* Without KVM_CAP_HYPERV, QEMU drops all of it without a word. */
bool model_hyperv_active(const struct model *m)
{
	if (facts_cap(m->f, KVM_CAP_HYPERV) <= 0)
		return false;
	return asked_for(m) || passthrough(m) ||
	       opt_num(m->o, OPT_HV_SPINLOCKS) != UINT32_MAX;
}

static bool supported(const struct model *m, enum opt_flag opt)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hv_features); i++) {
		const struct hv_feature *f = &hv_features[i];

		if (f->opt == opt &&
		    (host(m, f->function, f->reg) & f->bits) != f->bits)
			return false;
	}
	return true;
}

static bool is_on(const struct hyperv *h, enum opt_flag opt)
{
	return h->on >> (opt - OPT_HV_FIRST) & 1;
}

static int check(struct hyperv *h)
{
	enum opt_flag i;
	unsigned int n;

	for (i = OPT_HV_FIRST; i <= OPT_HV_LAST; i++)
		if (is_on(h, i) && !supported(h->m, i))
			return model_fail(h->m, "KVM does not support %s",
					  opt_flags[i].name);
	for (n = 0; n < ARRAY_SIZE(hv_needs); n++)
		if (is_on(h, hv_needs[n].opt) &&
		    (h->on & hv_needs[n].needs) != hv_needs[n].needs)
			return model_fail(h->m, "%s lacks another hv- option",
					  opt_flags[hv_needs[n].opt].name);
	return 0;
}

static int check_synic(struct hyperv *h)
{
	if (is_on(h, OPT_HV_SYNIC) && !is_on(h, OPT_HV_VPINDEX) &&
	    !model_flag(h->m, OPT_HV_SYNIC_KVM_ONLY))
		return model_fail(h->m, "hv-synic needs hv-vpindex");
	return 0;
}

static void all_supported(struct hyperv *h)
{
	enum opt_flag i;

	for (i = OPT_HV_FIRST; i <= OPT_HV_LAST; i++)
		if (supported(h->m, i) && (i != OPT_HV_SYNDBG ||
		    !model_rule(h->m, RULE_SYNDBG_BY_NAME)))
			h->on |= UINT32_C(1) << (i - OPT_HV_FIRST);
}

static uint32_t bits(const struct hyperv *h, uint32_t function,
		     enum cpuid_reg reg)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hv_features); i++)
		if (hv_features[i].function == function &&
		    hv_features[i].reg == reg && is_on(h, hv_features[i].opt))
			v |= hv_features[i].bits;
	return v;
}

static int add(struct hyperv *h, uint32_t function, uint32_t eax,
	       uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	struct kvm_cpuid_entry2 *e = model_slot(h->m, h->out);

	if (!e)
		return -1;
	e->function = function;
	e->eax = eax;
	e->ebx = ebx;
	e->ecx = ecx;
	e->edx = edx;
	return 0;
}

static uint32_t nested(const struct hyperv *h)
{
	uint32_t v = bits(h, HV_NESTED, REG_EAX);

	if (is_on(h, OPT_HV_EVMCS))
		v |= 0x0101;		/* enlightened VMCS 1, from 1 on */
	return v;
}

static int add_vendor(struct hyperv *h)
{
	const char *text = h->m->o->hv_vendor;
	uint32_t v[3] = { 0 }, last = HV_LIMITS;

	if (nested(h))
		last = HV_NESTED;
	if (is_on(h, OPT_HV_SYNDBG))
		last = HV_SYNDBG + 2;
	if (!*text)
		text = "Microsoft Hv";
	memcpy(v, text, strlen(text));
	if (passthrough(h->m)) {
		v[0] = host(h->m, HV_VENDOR, REG_EBX);
		v[1] = host(h->m, HV_VENDOR, REG_ECX);
		v[2] = host(h->m, HV_VENDOR, REG_EDX);
	}
	return add(h, HV_VENDOR, last, v[0], v[1], v[2]);
}

static int add_interface(struct hyperv *h)
{
	const struct model *m = h->m;

	if (!passthrough(m))
		return add(h, HV_INTERFACE, 0x31237648, 0, 0, 0);
	return add(h, HV_INTERFACE, host(m, HV_INTERFACE, REG_EAX),
		   host(m, HV_INTERFACE, REG_EBX),
		   host(m, HV_INTERFACE, REG_ECX),
		   host(m, HV_INTERFACE, REG_EDX));
}

static int add_version(struct hyperv *h)
{
	const struct model_opts *o = h->m->o;

	if (passthrough(h->m))
		return add(h, HV_VERSION, host(h->m, HV_VERSION, REG_EAX),
			   host(h->m, HV_VERSION, REG_EBX),
			   host(h->m, HV_VERSION, REG_ECX),
			   host(h->m, HV_VERSION, REG_EDX));
	return add(h, HV_VERSION, opt_num(o, OPT_HV_VER_BUILD),
		   opt_num(o, OPT_HV_VER_MAJOR) << 16 |
		   opt_num(o, OPT_HV_VER_MINOR),
		   opt_num(o, OPT_HV_VER_SPACK),
		   opt_num(o, OPT_HV_VER_SBRANCH) << 24 |
		   (opt_num(o, OPT_HV_VER_SNUMBER) & 0xffffff));
}

/* Hypercalls always; CPU hotplug wants dynamic partitioning. */
static int add_features(struct hyperv *h)
{
	uint32_t ebx = bits(h, HV_FEATURES, REG_EBX);

	if (is_on(h, OPT_HV_SYNIC) &&
	    !model_flag(h->m, OPT_HV_SYNIC_KVM_ONLY))
		ebx |= B(4) | B(5);		/* post messages, signals */
	return add(h, HV_FEATURES, bits(h, HV_FEATURES, REG_EAX) | B(5), ebx,
		   0, bits(h, HV_FEATURES, REG_EDX) | B(3));
}

static int add_advice(struct hyperv *h)
{
	uint32_t eax = bits(h, HV_ADVICE, REG_EAX);
	uint32_t retries = opt_num(h->m->o, OPT_HV_SPINLOCKS);
	enum on_off_auto nonarch = h->m->o->hv_no_nonarch;

	if (passthrough(h->m))
		retries = host(h->m, HV_ADVICE, REG_EBX);
	/* APIC MSRs; not with AVIC, which they would switch off */
	if (is_on(h, OPT_HV_VAPIC) && !is_on(h, OPT_HV_AVIC))
		eax |= B(3);
	if (nonarch == OOA_ON)
		eax |= B(18);
	else if (nonarch == OOA_AUTO)
		eax |= host(h->m, HV_ADVICE, REG_EAX) & B(18);
	return add(h, HV_ADVICE, eax, retries, 0, 0);
}

static int add_limits(struct hyperv *h)
{
	const struct model *m = h->m;

	if (passthrough(m))
		return add(h, HV_LIMITS, host(m, HV_LIMITS, REG_EAX),
			   host(m, HV_LIMITS, REG_EBX),
			   host(m, HV_LIMITS, REG_ECX),
			   host(m, HV_LIMITS, REG_EDX));
	return add(h, HV_LIMITS, opt_num(m->o, OPT_HV_MAX_VPS), 0x40, 0, 0);
}

static int add_nested(struct hyperv *h)
{
	uint32_t function;

	if (!nested(h))
		return 0;
	for (function = HV_LIMITS + 1; function < HV_NESTED; function++)
		if (add(h, function, 0, 0, 0, 0))
			return -1;
	return add(h, HV_NESTED, nested(h), 0, 0, 0);
}

/* No maximum, "Microsoft VS", "VS#1", kernel debugging allowed. */
static int add_syndbg(struct hyperv *h)
{
	if (!is_on(h, OPT_HV_SYNDBG))
		return 0;
	if (add(h, HV_SYNDBG, 0, 0x7263694d, 0x666f736f,
		0x53562074))
		return -1;
	if (add(h, HV_SYNDBG + 1, 0x31235356, 0, 0, 0))
		return -1;
	return add(h, HV_SYNDBG + 2, B(1), 0, 0, 0);
}

/* A PC asks for this before anything else, KVM_CAP_HYPERV or not. */
int model_hyperv_vpindex(struct model *m)
{
	if (model_flag(m, OPT_HV_VPINDEX) &&
	    !facts_cap(m->f, KVM_CAP_HYPERV_VP_INDEX))
		return model_fail(m, "hv-vpindex: no KVM_CAP_HYPERV_VP_INDEX");
	return 0;
}

int model_hyperv(struct model *m, struct guest_cpu *out)
{
	static int (* const steps[])(struct hyperv *h) = {
		add_vendor, add_interface, add_version, add_features,
		add_advice, add_limits, add_nested, add_syndbg,
	};
	struct hyperv h = { .m = m, .out = out, .on = asked_for(m) };
	unsigned int i;

	if (passthrough(m))
		all_supported(&h);
	else if (check(&h))
		return -1;
	if (check_synic(&h))
		return -1;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i](&h))
			return -1;
	return 0;
}

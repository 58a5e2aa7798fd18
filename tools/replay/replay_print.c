// SPDX-License-Identifier: GPL-2.0-only
/* Findings of a replay for the reader; each kind by itself. */
#include <inttypes.h>
#include <string.h>

#include "draw.h"
#include "guest_code/protocol.h"
#include "replay.h"

static const char *plural(unsigned int n)
{
	return n == 1 ? "" : "s";
}

static void print_host(const char *what, const struct host_facts *f,
		       FILE *out)
{
	char brand[49] = "";
	uint32_t i, r;

	for (i = 0; i < 12; i++) {
		r = cpuid_get(&f->cpu[0].cpuid, 0x80000002 + i / 4, 0, i % 4);
		memcpy(brand + 4 * i, &r, 4);
	}
	fprintf(out, "%s: %s, Linux %s, %s\n", what,
		*brand ? brand + strspn(brand, " ") : "a CPU without a name",
		*f->kernel_release ? f->kernel_release : "(unknown)",
		*f->kvm_module ? f->kvm_module : "KVM");
}

static void print_leaf(const char *finding, const struct stop *s, FILE *out)
{
	if (s->space == SPACE_MSR)
		fprintf(out, "%s: MSR 0x%08x", finding, s->function);
	else
		fprintf(out, "%s: leaf 0x%08x subleaf 0x%x", finding,
			s->function, s->index);
}

static void print_place(const char *finding, const struct stop *s, FILE *out)
{
	print_leaf(finding, s, out);
	if (s->space != SPACE_MSR)
		fprintf(out, " %s", cpuid_reg_name(s->reg));
}

static bool same_register(const struct stop *a, const struct stop *b)
{
	return a->space == b->space && a->function == b->function &&
	       a->index == b->index && a->reg == b->reg;
}

/* --- not supported -------------------------------------------------------- */

static void print_number(const struct stop *s, FILE *out)
{
	unsigned int low = __builtin_ctzll(s->mask);

	fprintf(out, "  %s: wanted %" PRIu64 ", got %" PRIu64 ": %s\n",
		s->field->name, (s->wanted & s->mask) >> low,
		(s->offered & s->mask) >> low, s->field->why);
}

/* Is it the CPU that lacks it, or does KVM keep it to itself? */
static const char *reason(const struct replay *r, const struct stop *s,
			  unsigned int bit)
{
	if (s->field)
		return s->field->why;
	if (s->space == SPACE_MSR)
		return "this KVM does not offer it";
	if (s->space == SPACE_HYPERV || s->function >> 28 == 4)
		return "this kernel's KVM does not offer it";
	if (cpuid_get(&r->here->cpu[0].cpuid, s->function, s->index, s->reg) >>
	    bit & 1)
		return "this CPU has it, KVM does not offer it";
	return "this CPU does not have it";
}

static void print_bits(const struct replay *r, const struct stop *s,
		       FILE *out)
{
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		const char *name = stop_name(s, bit);

		if (s->missing >> bit & 1)
			fprintf(out, "  bit %u %s: wanted %u, got %u: %s\n",
				bit, name ? name : "unnamed",
				(unsigned int)(s->wanted >> bit & 1),
				(unsigned int)(s->offered >> bit & 1),
				reason(r, s, bit));
	}
}

/* A block for a register; returns how many stops were in it. */
static uint32_t print_stop(const struct replay *r, uint32_t at, FILE *out)
{
	const struct stop *s = &r->stops.stop[at];
	struct drawing d = { "  ", { "wanted", "got" },
			     { s->wanted, s->offered }, 0 };
	uint32_t i, n;

	for (n = 0; at + n < r->stops.n && same_register(s, s + n); n++)
		d.marks |= s[n].missing;
	print_place("not supported", s, out);
	fputc('\n', out);
	draw(out, &d);
	for (i = 0; i < n; i++) {
		if (s[i].field && s[i].field->name)
			print_number(&s[i], out);
		else
			print_bits(r, &s[i], out);
	}
	return n;
}

static void print_stops(const struct replay *r, FILE *out)
{
	uint32_t i = 0;

	while (i < r->stops.n)
		i += print_stop(r, i, out);
}

/* A line for a leaf; returns how many registers were in it. */
static uint32_t print_follow(const struct replay *r, uint32_t at, FILE *out)
{
	const struct stop *f = &r->stops.follows[at];
	uint32_t n;

	print_leaf("follows A", f, out);
	for (n = 0; at + n < r->stops.nr_follows; n++) {
		if (f[n].space != f->space || f[n].function != f->function ||
		    f[n].index != f->index || f[n].field->why != f->field->why)
			break;
		fprintf(out, " %s 0x%08" PRIx64 " (here 0x%08" PRIx64 ")",
			f->space == SPACE_MSR ? "=" : cpuid_reg_name(f[n].reg),
			f[n].wanted & f[n].mask, f[n].offered & f[n].mask);
	}
	fprintf(out, ": %s\n", f->field->why);
	return n;
}

static void print_follows(const struct replay *r, FILE *out)
{
	uint32_t i = 0;

	while (i < r->stops.nr_follows)
		i += print_follow(r, i, out);
}

/* --- refused -------------------------------------------------------------- */

static unsigned int refused_call(const char *call, int ret, const char *hint,
				 FILE *out)
{
	if (!ret || ret == INSTALL_UNTRIED)
		return 0;
	fprintf(out, "refused: %s: %s%s\n", call, strerror(-ret), hint);
	return 1;
}

static unsigned int print_refused(const struct install *in, FILE *out)
{
	unsigned int n = 0;
	uint32_t i;

	n += refused_call("KVM_X86_SETUP_MCE", in->mce, "", out);
	n += refused_call("KVM_CAP_ENFORCE_PV_FEATURE_CPUID", in->enforce_pv,
			  "", out);
	n += refused_call("KVM_CAP_HYPERV_ENFORCE_CPUID", in->enforce_hyperv,
			  "", out);
	n += refused_call("KVM_CAP_PMU_CAPABILITY", in->disable_pmu, "", out);
	n += refused_call("KVM_SET_CPUID2", in->cpuid,
			  " (the linear address width, too many entries, or AMX)",
			  out);
	for (i = 0; i < in->nr_msrs; i++) {
		const struct install_msr *m = &in->msr[i];

		if (!m->set_tried || m->set == 1)
			continue;
		fprintf(out, "refused: KVM_SET_MSRS: MSR 0x%08x = 0x%016" PRIx64
			"\n", m->index, m->wanted);
		n++;
	}
	return n;
}

/* --- changed -------------------------------------------------------------- */

static void changed_register(const char *who, const struct stop *s,
			     FILE *out)
{
	struct drawing d = { "  ", { "wanted", "got" },
			     { s->wanted, s->offered },
			     s->wanted ^ s->offered };
	unsigned int bit;

	print_place("changed", s, out);
	fprintf(out, " by %s\n", who);
	draw(out, &d);
	for (bit = 0; bit < 64; bit++) {
		const char *name = stop_name(s, bit);

		if (d.marks >> bit & 1)
			fprintf(out, "  bit %u %s: wanted %u, got %u\n", bit,
				name ? name : "unnamed",
				(unsigned int)(s->wanted >> bit & 1),
				(unsigned int)(s->offered >> bit & 1));
	}
}

static unsigned int changed_entry(const struct kvm_cpuid_entry2 *want,
				  const struct kvm_cpuid_entry2 *got,
				  FILE *out)
{
	unsigned int n = 0;
	enum cpuid_reg reg;

	if (want->function != got->function || want->index != got->index ||
	    want->flags != got->flags) {
		fprintf(out, "changed: KVM_GET_CPUID2 gives leaf 0x%08x subleaf 0x%x flags 0x%x instead of 0x%08x 0x%x 0x%x\n",
			got->function, got->index, got->flags, want->function,
			want->index, want->flags);
		return 1;
	}
	for (reg = 0; reg < NR_CPUID_REGS; reg++) {
		struct stop s = { .function = want->function,
				  .index = want->index, .reg = reg,
				  .wanted = cpuid_entry_reg(want, reg),
				  .offered = cpuid_entry_reg(got, reg) };

		if (s.wanted == s.offered)
			continue;
		changed_register("KVM_GET_CPUID2", &s, out);
		n++;
	}
	return n;
}

static unsigned int changed_list(const struct install *in, FILE *out)
{
	unsigned int n = 0;
	uint32_t i;

	if (in->get_cpuid == INSTALL_UNTRIED)
		return 0;
	if (in->get_cpuid) {
		fprintf(out, "changed: KVM_GET_CPUID2: %s\n",
			strerror(-in->get_cpuid));
		return 1;
	}
	if (in->kept.nent != in->visible.nent) {
		fprintf(out, "changed: KVM_GET_CPUID2 gives %u entries instead of %u\n",
			in->kept.nent, in->visible.nent);
		return 1;
	}
	for (i = 0; i < in->visible.nent; i++)
		n += changed_entry(&in->visible.e[i], &in->kept.e[i], out);
	return n;
}

static unsigned int changed_leaf(const struct install_leaf *l, FILE *out)
{
	unsigned int n = 0;
	enum cpuid_reg reg;

	if (!l->answered)
		return 0;
	if (l->vector != PROBE_NO_VECTOR) {
		fprintf(out, "changed: leaf 0x%08x subleaf 0x%x: CPUID faults in the guest (vector %u)\n",
			l->leaf, l->subleaf, l->vector);
		return 1;
	}
	for (reg = 0; reg < NR_CPUID_REGS; reg++) {
		struct stop s = { .function = l->leaf, .index = l->subleaf,
				  .reg = reg, .wanted = l->a.want.r[reg],
				  .offered = l->got[reg] };

		if (s.wanted == s.offered)
			continue;
		changed_register("what the guest sees", &s, out);
		n++;
	}
	return n;
}

static unsigned int changed_msr(const struct install_msr *m, FILE *out)
{
	struct stop s = { .space = SPACE_MSR, .function = m->index,
			  .wanted = m->wanted, .offered = m->got };

	if (!m->get_tried || m->set != 1)
		return 0;
	if (m->get != 1) {
		fprintf(out, "changed: MSR 0x%08x cannot be read back\n",
			m->index);
		return 1;
	}
	if (m->got == m->wanted)
		return 0;
	changed_register("KVM_GET_MSRS", &s, out);
	return 1;
}

static unsigned int print_changed(const struct install *in, FILE *out)
{
	unsigned int n = changed_list(in, out);
	uint32_t i;

	for (i = 0; i < in->nr_leaves; i++)
		n += changed_leaf(&in->leaf[i], out);
	for (i = 0; i < in->nr_msrs; i++)
		n += changed_msr(&in->msr[i], out);
	return n;
}

/* --- verdict -------------------------------------------------------------- */

static enum replay_status verdict(const struct replay *r,
				  unsigned int refused, unsigned int changed,
				  FILE *out)
{
	unsigned int bits = stops_count(&r->stops);
	bool ran = !r->in || r->in->ran;

	if (!bits && !refused && !changed && ran) {
		fprintf(out, "the guest of A can run here%s\n",
			r->in ? "" : ", as far as KVM's answers tell");
		return REPLAY_CAN;
	}
	fprintf(out, "cannot run here: %u bit%s stop%s it", bits,
		plural(bits), bits == 1 ? "s" : "");
	if (refused)
		fprintf(out, ", KVM refuses %u thing%s", refused,
			plural(refused));
	if (changed)
		fprintf(out, ", KVM changes %u thing%s", changed,
			plural(changed));
	if (!ran)
		fprintf(out, ", the guest did not run");
	fputc('\n', out);
	return REPLAY_CANNOT;
}

enum replay_status replay_print(const struct replay *r, FILE *out)
{
	unsigned int refused = 0, changed = 0;

	print_host("A", r->a, out);
	print_host("here", r->here, out);
	print_follows(r, out);
	print_stops(r, out);
	if (r->in) {
		refused = print_refused(r->in, out);
		changed = print_changed(r->in, out);
		if (!r->in->ran)
			fprintf(out, "the guest did not run: %s\n",
				r->in->trouble);
	}
	return verdict(r, refused, changed, out);
}

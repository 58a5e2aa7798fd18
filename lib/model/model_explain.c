// SPDX-License-Identifier: GPL-2.0-only
/* Why one feature is, or is not, in the guest: the value at each step. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "csv_names.h"
#include "model_explain_bit.h"

static const char *yes(bool v)
{
	return v ? "yes" : "no";
}

static bool bit_of(const struct explain *x, uint64_t v)
{
	return v >> x->s.bit & 1;
}

static bool is_msr(const struct explain *x)
{
	return x->s.word != NR_FEATURE_WORDS &&
	       feature_words[x->s.word].is_msr;
}

static void head(const struct explain *x)
{
	const struct subject *s = &x->s;

	if (is_msr(x))
		fprintf(x->out, "%s: MSR 0x%x bit %u", s->name, s->function,
			s->bit);
	else
		fprintf(x->out, "%s: CPUID 0x%x.%x %s bit %u", s->name,
			s->function, s->index, cpuid_reg_name(s->reg), s->bit);
	if (s->word != NR_FEATURE_WORDS)
		fprintf(x->out, " (%s)", feature_words[s->word].name);
	fprintf(x->out, ", QEMU %u.%u\n", x->m->qemu / 100, x->m->qemu % 100);
}

static void row(const struct explain *x, const char *step, bool v,
		const char *why, uint64_t value)
{
	fprintf(x->out, "  %-14s %-4s %s 0x%0*" PRIx64 "\n", step, yes(v),
		why, is_msr(x) ? 16 : 8, value);
}

static void note(const struct explain *x, const char *step, bool v,
		 const char *why)
{
	fprintf(x->out, "  %-14s %-4s %s\n", step, yes(v), why);
}

static void host_rows(const struct explain *x)
{
	const struct subject *s = &x->s;
	uint64_t raw, fixed;

	if (is_msr(x)) {
		raw = msr_get(&x->m->f->feature_msrs, s->function);
		fixed = model_kvm_msr(x->m, s->function);
		row(x, "KVM", bit_of(x, fixed), "feature MSR", raw);
		row(x, "supported", bit_of(x, fixed), "as QEMU reads it",
		    fixed);
		return;
	}
	raw = model_host_regs(x->m, s->function, s->index).r[s->reg];
	row(x, "host CPU", bit_of(x, raw), "CPUID", raw);
	raw = model_kvm_raw(x->m, s->function, s->index, s->reg);
	row(x, "KVM", bit_of(x, raw), "KVM_GET_SUPPORTED_CPUID", raw);
	fixed = model_kvm_cpuid(x->m, s->function, s->index, s->reg);
	row(x, "supported", bit_of(x, fixed), raw == fixed ?
	    "QEMU changes nothing" : "after QEMU's fix-ups", fixed);
}

static void wanted_rows(const struct explain *x)
{
	enum feature_word w = x->s.word;
	const struct model *m = x->m;
	uint64_t v = model_supported(m, w, true);

	if (bit_of(x, model_kvm_word(m, w)) != bit_of(x, v))
		row(x, "for this guest", false, model_flag(m, OPT_MIGRATABLE) &&
		    !bit_of(x, feature_migratable(w, m->qemu)) ?
		    "not migratable (migratable=off lets it through)" :
		    "not with this vendor", v);
	if (bit_of(x, feature_noauto(w, m->qemu)))
		note(x, "by itself", false, "QEMU sets it only if asked to");
	if (bit_of(x, m->user[w]))
		note(x, "asked for", bit_of(x, m->trace.enabled[w]),
		     "by option");
	row(x, "enabled", bit_of(x, m->trace.enabled[w]), "word",
	    m->trace.enabled[w]);
}

static void dep_row(const struct explain *x)
{
	const struct feature_dep *d;
	unsigned int row_nr = x->m->trace.dep[x->s.word][x->s.bit], bit;
	const char *name;

	if (!row_nr)
		return;
	d = &feature_deps[row_nr - 1];
	fprintf(x->out, "  %-14s %-4s needs", "dependencies", "no");
	for (bit = 0; bit < 64; bit++)
		if (d->from_mask >> bit & 1) {
			name = feature_bit_name(d->from, bit);
			fprintf(x->out, " %s", name ? name : "?");
		}
	fprintf(x->out, " (%s), which the guest has not\n",
		feature_words[d->from].name);
}

static void removed_rows(const struct explain *x)
{
	enum feature_word w = x->s.word;
	const struct model *m = x->m;
	bool before = bit_of(x, m->trace.enabled[w]);
	bool after = bit_of(x, m->trace.expanded[w]);

	dep_row(x);
	if (bit_of(x, m->trace.removed[w]))
		note(x, "expand", after, w == FEAT_KVM ? "kvm=off" :
		     "pmu=off, a missing level, or MPX with APX");
	else if (!before && after)
		note(x, "expand", after, "follows from other features");
	if (bit_of(x, m->trace.filtered[w]) && after)
		note(x, "filter", bit_of(x, m->feat[w]),
		     "KVM does not support it");
	row(x, "guest's word", bit_of(x, m->feat[w]), "word", m->feat[w]);
}

static uint32_t level_of(const struct model *m, uint32_t function,
			 const char **name)
{
	static const char * const names[] = { "level", "xlevel", "xlevel2" };
	unsigned int i = function >= 0xc0000000 ? 2 : function >> 31;
	const uint32_t levels[] = { m->level, m->xlevel, m->xlevel2 };

	*name = names[i];
	return levels[i];
}

static void level_row(const struct explain *x)
{
	uint32_t fn = x->s.function, level;
	const char *name;

	if (fn >> 28 == 4)
		return;
	level = level_of(x->m, fn, &name);
	row(x, name, fn <= level, "maximum leaf of the class", level);
	if (fn == 7)
		row(x, "level-func7", x->s.index <= x->m->func7,
		    "maximum subleaf", x->m->func7);
}

/* KVM's leaves may have moved up. */
static uint32_t guest_function(const struct explain *x)
{
	bool moved = x->s.function == 0x40000001 &&
		     model_hyperv_active(x->m);

	return x->s.function + (moved ? 0x100 : 0);
}

/* Of a VMX control the high half says what may be 1. */
bool explain_in_guest(const struct explain *x)
{
	uint32_t index = x->s.function;
	uint64_t v;

	if (!is_msr(x))
		return cpuid_get(&x->cpu->cpuid, guest_function(x), x->s.index,
				 x->s.reg) >> x->s.bit & 1;
	v = msr_get(&x->cpu->msrs, index);
	if (index == 0x48b || (index >= 0x48d && index <= 0x490))
		v >>= 32;
	return bit_of(x, v);
}

static void installed_msr(const struct explain *x)
{
	const struct msr_value *msr = msr_find(&x->cpu->msrs, x->s.function);

	if (msr)
		row(x, "in the guest", explain_in_guest(x), "KVM_SET_MSRS",
		    msr->value);
	else
		note(x, "in the guest", false, "MSR is not set");
}

static void installed_row(const struct explain *x)
{
	const struct kvm_cpuid_entry2 *e;
	uint32_t v;

	e = cpuid_find(&x->cpu->cpuid, guest_function(x), x->s.index);
	if (!e) {
		note(x, "in the guest", false, "no such entry is installed");
		return;
	}
	v = cpuid_entry_reg(e, x->s.reg);
	row(x, "in the guest", bit_of(x, v), "KVM_SET_CPUID2", v);
}

static uint64_t supported_value(const struct explain *x)
{
	const struct subject *s = &x->s;

	if (is_msr(x))
		return model_kvm_msr(x->m, s->function);
	return model_kvm_cpuid(x->m, s->function, s->index, s->reg);
}

static bool kvm_has(const struct explain *x)
{
	const struct subject *s = &x->s;

	return !is_msr(x) && bit_of(x, model_kvm_raw(x->m, s->function,
						     s->index, s->reg));
}

/* The first step that says no. */
const char *explain_why_not(const struct explain *x)
{
	enum feature_word w = x->s.word;
	const struct model *m = x->m;

	if (!bit_of(x, supported_value(x)))
		return kvm_has(x) ? "QEMU counts it as not supported" :
				    "KVM does not support it";
	if (w == NR_FEATURE_WORDS)
		return "QEMU has no word for this register";
	if (bit_of(x, m->user[w]) && !bit_of(x, m->trace.enabled[w]))
		return "switched off by option";
	if (!bit_of(x, m->trace.enabled[w])) {
		if (bit_of(x, feature_noauto(w, m->qemu)))
			return "QEMU sets it only if asked to";
		if (model_flag(m, OPT_MIGRATABLE) &&
		    !bit_of(x, feature_migratable(w, m->qemu)))
			return "not migratable";
		return "not with this vendor";
	}
	if (m->trace.dep[w][x->s.bit])
		return "it lacks what it depends on";
	if (!bit_of(x, m->trace.expanded[w]))
		return "expand removed it";
	if (!bit_of(x, m->feat[w]))
		return "filter removed it";
	return is_msr(x) ? "the MSR is not set" :
			   "its leaf is not installed, or lacks it";
}

static void verdict(const struct explain *x)
{
	if (explain_in_guest(x))
		fputs("  => in the guest\n", x->out);
	else
		fprintf(x->out, "  => not in the guest: %s\n", explain_why_not(x));
}

static void explain_rows(const struct explain *x)
{
	host_rows(x);
	if (x->s.word == NR_FEATURE_WORDS) {
		note(x, "QEMU", false, "has no word for this register");
	} else {
		wanted_rows(x);
		removed_rows(x);
	}
	if (is_msr(x)) {
		installed_msr(x);
		return;
	}
	level_row(x);
	installed_row(x);
}

static void explain_one(const struct explain *x)
{
	head(x);
	explain_rows(x);
	verdict(x);
}

static void subject_of_word(struct subject *s, enum feature_word w,
			    unsigned int bit, const char *name)
{
	const struct feature_word_info *i = &feature_words[w];

	*s = (struct subject){ .name = name, .word = w, .bit = bit,
		.function = i->function, .index = i->index, .reg = i->reg };
}

static unsigned int explain_qemu_name(struct explain *x, const char *name)
{
	struct feature_ref refs[FEATURE_REFS_MAX];
	unsigned int i, bit, n = feature_find(name, refs, FEATURE_REFS_MAX);

	for (i = 0; i < n; i++)
		for (bit = 0; bit < 64; bit++) {
			if (!(refs[i].mask >> bit & 1))
				continue;
			subject_of_word(&x->s, refs[i].word, bit, name);
			explain_one(x);
		}
	return n;
}

static unsigned int explain_csv_name(struct explain *x, const char *name)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr_csv_names; i++) {
		const struct csv_name *c = &csv_names[i];

		if (strcmp(c->name, name) || c->first_bit != c->last_bit)
			continue;
		x->s = (struct subject){ .name = name, .bit = c->first_bit,
			.function = c->function, .index = c->first_index,
			.reg = c->reg };
		x->s.word = feature_word_of(c->function, c->first_index,
					    c->reg);
		explain_one(x);
		n++;
	}
	return n;
}

/* "7.0.ecx.5", all numbers hexadecimal save the bit. */
static unsigned int explain_bit(struct explain *x, const char *text)
{
	unsigned int fn, index, bit;
	char reg[4];
	int end, r;

	if (sscanf(text, "%x.%x.%3[a-ex].%2u%n", &fn, &index, reg, &bit,
		   &end) != 4)
		return 0;
	for (r = 0; r < NR_CPUID_REGS; r++)
		if (!strcmp(cpuid_reg_name(r), reg))
			break;
	if (r == NR_CPUID_REGS || bit > 31 || text[end])
		return 0;
	x->s = (struct subject){ .name = feature_name(fn, index, r, bit),
		.function = fn, .index = index, .reg = r, .bit = bit,
		.word = feature_word_of(fn, index, r) };
	if (!x->s.name)
		x->s.name = "nameless";
	explain_one(x);
	return 1;
}

static int unknown(const char *name, char *err, size_t errlen)
{
	const char *near = model_nearest_name(name);

	snprintf(err, errlen, near ? "unknown feature '%s', nearest is '%s'" :
		 "unknown feature '%s'", name, near);
	return -ENOENT;
}

int model_explain(const struct host_facts *f, const struct model_opts *o,
		  unsigned int vcpu, const char *name, FILE *out, char *err,
		  size_t errlen)
{
	struct model *m = malloc(sizeof(*m));
	struct guest_cpu *cpu = malloc(sizeof(*cpu));
	struct explain x = { .m = m, .cpu = cpu, .out = out };
	int r = -ENOMEM;

	if (m && cpu)
		r = model_compute(f, o, vcpu, cpu, err, errlen);
	if (!r)
		r = model_prepare(m, f, o, vcpu, err, errlen);
	if (!r && !explain_qemu_name(&x, name) &&
	    !explain_csv_name(&x, name) && !explain_bit(&x, name) &&
	    !explain_value(&x, name))
		r = unknown(name, err, errlen);
	free(m);
	free(cpu);
	return r;
}

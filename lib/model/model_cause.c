// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_cause.h"
#include "model_state.h"

/* A change of QEMU between the two versions, by what holds it. */
struct change {
	enum { CHANGE_RULE, CHANGE_FLAG, CHANGE_NUM } kind;
	unsigned int nr;
	bool made_ok, unmade_ok;	/* QEMU takes the options even so */
	struct guest_cpu made;		/* the older version with it */
	struct guest_cpu unmade;	/* the newer one without it */
};

struct causes {
	const struct host_facts *f;
	const struct model_opts *before, *after;
	unsigned int vcpu;
	unsigned int older;		/* 1: after is the older version */
	struct model *model[2];		/* of before and after */
	unsigned int n;
	struct change change[NR_MODEL_RULES + NR_OPT_FLAGS + NR_OPT_NUMS];
};

static bool differs(const struct causes *c, const struct change *x)
{
	switch (x->kind) {
	case CHANGE_RULE:
		return model_rule_of(c->before, x->nr) !=
		       model_rule_of(c->after, x->nr);
	case CHANGE_FLAG:
		return opt_flag(c->before, x->nr) != opt_flag(c->after, x->nr);
	default:
		return opt_num(c->before, x->nr) != opt_num(c->after, x->nr);
	}
}

/* Options "to" with this one thing as it is in "from". */
static void take_over(struct model_opts *to, const struct model_opts *from,
		      const struct change *x)
{
	to->any_name = true;
	if (x->kind == CHANGE_RULE) {
		to->other_rules ^= UINT64_C(1) << x->nr;
	} else if (x->kind == CHANGE_FLAG) {
		to->flag[x->nr] = opt_flag(from, x->nr);
	} else {
		to->num[x->nr] = opt_num(from, x->nr);
		to->num_given[x->nr] = true;
	}
}

static bool compute(const struct causes *c, const struct model_opts *to,
		    const struct model_opts *from, const struct change *x,
		    struct guest_cpu *cpu)
{
	struct model_opts *o = malloc(sizeof(*o));
	char err[200];
	int r = -1;

	if (o) {
		*o = *to;
		take_over(o, from, x);
		r = model_compute(c->f, o, c->vcpu, cpu, err, sizeof(err));
	}
	free(o);
	return !r;
}

static void add(struct causes *c, int kind, unsigned int nr)
{
	struct change *x = &c->change[c->n];

	x->kind = kind;
	x->nr = nr;
	if (!differs(c, x))
		return;
	x->made_ok = compute(c, c->before, c->after, x, &x->made);
	x->unmade_ok = compute(c, c->after, c->before, x, &x->unmade);
	c->n++;
}

static bool prepare(struct causes *c, unsigned int i,
		    const struct model_opts *o)
{
	char err[200];

	c->model[i] = malloc(sizeof(*c->model[i]));
	return c->model[i] && !model_prepare(c->model[i], c->f, o, c->vcpu,
					     err, sizeof(err));
}

struct causes *causes_new(const struct host_facts *f,
			  const struct model_opts *before,
			  const struct model_opts *after, unsigned int vcpu)
{
	struct causes *c = calloc(1, sizeof(*c));
	unsigned int i;

	if (!c)
		return NULL;
	c->f = f;
	c->before = before;
	c->after = after;
	c->vcpu = vcpu;
	c->older = after->qemu < before->qemu;
	if (!prepare(c, 0, before) || !prepare(c, 1, after)) {
		causes_free(c);
		return NULL;
	}
	for (i = 0; i < NR_MODEL_RULES; i++)
		add(c, CHANGE_RULE, i);
	for (i = 0; i < NR_OPT_FLAGS; i++)
		add(c, CHANGE_FLAG, i);
	for (i = 0; i < NR_OPT_NUMS; i++)
		add(c, CHANGE_NUM, i);
	return c;
}

void causes_free(struct causes *c)
{
	if (c) {
		free(c->model[0]);
		free(c->model[1]);
	}
	free(c);
}

/* The index of a plain leaf says nothing, and can be left over from another. */
static const struct kvm_cpuid_entry2 *find(const struct guest_cpu *cpu,
					   const struct model_difference *d)
{
	const struct kvm_cpuid_entry2 *e = cpu->cpuid.e;

	for (; e < cpu->cpuid.e + cpu->cpuid.nent; e++)
		if (e->function == d->function &&
		    (e->index == d->index ||
		     !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)))
			return e;
	return NULL;
}

uint64_t difference_value(const struct guest_cpu *cpu,
			  const struct model_difference *d)
{
	const struct kvm_cpuid_entry2 *e;

	if (d->kind == DIFF_MSR)
		return msr_get(&cpu->msrs, d->function);
	e = find(cpu, d);
	if (!e)
		return 0;
	return d->kind == DIFF_FLAGS ? e->flags : cpuid_entry_reg(e, d->reg);
}

static uint64_t mask_of(const struct model_difference *d)
{
	return d->bit < 0 ? UINT64_MAX : FEATURE_BIT(d->bit);
}

static bool changes(const struct guest_cpu *a, const struct guest_cpu *b,
		    const struct model_difference *d)
{
	return (difference_value(a, d) ^ difference_value(b, d)) & mask_of(d);
}

/* 2: made and unmade both show it; 1: one does. */
static unsigned int weight(const struct change *x,
			   const struct guest_cpu cpu[2],
			   const struct model_difference *d)
{
	if (d->kind == DIFF_VALUE)
		return 0;
	return (x->made_ok && changes(&x->made, &cpu[0], d)) +
	       (x->unmade_ok && changes(&x->unmade, &cpu[1], d));
}

__attribute__((format(printf, 3, 4)))
static void say(struct model_difference *d, unsigned int since,
		const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->reason, sizeof(d->reason), fmt, ap);
	va_end(ap);
	d->since = since;
}

static void say_change(const struct causes *c, const struct change *x,
		       struct model_difference *d)
{
	switch (x->kind) {
	case CHANGE_RULE:
		say(d, model_rules[x->nr].since, "%s", model_rules[x->nr].what);
		break;
	case CHANGE_FLAG:
		say(d, opt_flags[x->nr].since, "%s is %s by default",
		    opt_flags[x->nr].name,
		    opt_flag(c->after, x->nr) ? "on" : "off");
		break;
	case CHANGE_NUM:
		say(d, opt_nums[x->nr].since, "another default of %s",
		    opt_nums[x->nr].name);
		break;
	}
}

static bool by_change(const struct causes *c, const struct guest_cpu cpu[2],
		      struct model_difference *d)
{
	const struct change *best = NULL;
	unsigned int i, w, most = 0;

	for (i = 0; i < c->n; i++) {
		w = weight(&c->change[i], cpu, d);
		if (w > most) {
			most = w;
			best = &c->change[i];
		}
	}
	if (best)
		say_change(c, best, d);
	return best;
}

/* Does a row of this age lie between the two? */
static bool between(const struct causes *c, unsigned int since)
{
	unsigned int old = c->model[c->older]->qemu;
	unsigned int new = c->model[!c->older]->qemu;

	return old < since && since <= new;
}

static enum feature_word word_of(const struct model_difference *d)
{
	if (d->kind == DIFF_MSR)
		return feature_word_of_msr(d->function);
	return d->kind == DIFF_CPUID ?
	       feature_word_of(d->function, d->index, d->reg) :
	       NR_FEATURE_WORDS;
}

/* Of a VMX control, the high half says what may be 1. */
static unsigned int word_bit(const struct model_difference *d)
{
	return d->kind == DIFF_MSR && d->bit >= 32 &&
	       (d->function == 0x48b ||
		(d->function >= 0x48d && d->function <= 0x490)) ?
	       d->bit - 32 : d->bit;
}

static bool by_table(const struct causes *c, struct model_difference *d)
{
	enum feature_word w = word_of(d);
	unsigned int i, bit = word_bit(d);

	if (w == NR_FEATURE_WORDS || d->bit < 0)
		return false;
	if (between(c, feature_words[w].since)) {
		say(d, feature_words[w].since, "QEMU has %s",
		    feature_words[w].name);
		return true;
	}
	for (i = 0; i < nr_feature_bits; i++)
		if (feature_bits[i].word == w && feature_bits[i].bit == bit &&
		    between(c, feature_bits[i].since)) {
			say(d, feature_bits[i].since, "QEMU knows %s",
			    feature_bits[i].name);
			return true;
		}
	return false;
}

static const char *needed_name(const struct feature_dep *d)
{
	const char *name = feature_bit_name(d->from,
					    __builtin_ctzll(d->from_mask));

	return name ? name : feature_words[d->from].name;
}

/* In either: a row that is older can be met for what is new. */
static bool by_dependency(const struct causes *c, struct model_difference *d)
{
	enum feature_word w = word_of(d);
	const struct feature_dep *dep;
	unsigned int i, row;

	if (w == NR_FEATURE_WORDS || d->bit < 0)
		return false;
	for (i = 0; i < 2; i++) {
		row = c->model[i]->trace.dep[w][word_bit(d)];
		if (!row)
			continue;
		dep = &feature_deps[row - 1];
		say(d, between(c, dep->since) ? dep->since : 0, "needs %s",
		    needed_name(dep));
		return true;
	}
	return false;
}

/* Maximum leaves follow from what the guest has. */
static bool by_level(const struct causes *c, struct model_difference *d)
{
	(void)c;
	if (d->kind != DIFF_CPUID || d->reg != REG_EAX)
		return false;
	if ((d->function & 0x3fffffff) && !(d->function == 7 && !d->index))
		return false;
	say(d, 0, "the highest leaf that a feature of the guest needs");
	return true;
}

static uint32_t highest_leaf(const struct guest_cpu *cpu, uint32_t function)
{
	return cpuid_get(&cpu->cpuid, function & 0xf0000000, 0, REG_EAX);
}

/* A leaf beyond the last one of either guest. */
static bool by_missing_leaf(const struct guest_cpu cpu[2],
			    struct model_difference *d)
{
	bool missing;

	if (d->kind != DIFF_CPUID || d->function >> 28 == 4)
		return false;
	missing = highest_leaf(&cpu[0], d->function) < d->function ||
		  highest_leaf(&cpu[1], d->function) < d->function;
	if (missing)
		say(d, 0, "the leaf is beyond the last one of %s",
		    highest_leaf(&cpu[0], d->function) < d->function ?
		    "the guest before" : "the guest after");
	return missing;
}

void causes_explain(const struct causes *c, const struct guest_cpu cpu[2],
		    struct model_difference *d)
{
	if (by_table(c, d) || by_change(c, cpu, d) || by_dependency(c, d) ||
	    by_level(c, d) || by_missing_leaf(cpu, d))
		return;
	if (!d->reason[0])
		say(d, 0, "by no single change");
}

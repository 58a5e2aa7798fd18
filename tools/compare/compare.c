// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "compare_parts.h"
#include "cpu_kind.h"

const struct source_info source_infos[NR_SOURCES] = {
	[SRC_SUPPORTED]	  = { "KVM_GET_SUPPORTED_CPUID", true, false },
	[SRC_EMULATED]	  = { "KVM_GET_EMULATED_CPUID", true, false },
	[SRC_HV]	  = { "KVM_GET_SUPPORTED_HV_CPUID", true, false },
	[SRC_TDX]	  = { "KVM_TDX_CAPABILITIES", true, false },
	[SRC_MODEL]	  = { "the max model", true, false },
	[SRC_RAW]	  = { "CPUID of the CPU", false, true },
	[SRC_HOST_MSR]	  = { "MSR of the CPU", false, true },
	[SRC_KIND]	  = { "kind of CPU", false, true },
	[SRC_FEATURE_MSR] = { "feature MSR", true, true },
	[SRC_MODEL_MSR]	  = { "MSR of the max model", true, true },
	[SRC_MSR_INDEX]	  = { "KVM_GET_MSR_INDEX_LIST", true, false },
	[SRC_CAP]	  = { "KVM_CHECK_EXTENSION", true, false },
	[SRC_VALUE]	  = { "system attribute", true, true },
	[SRC_PARAM]	  = { "module parameter", false, false },
	[SRC_IDENTITY]	  = { "host", false, false },
};

static uint32_t signature(const struct host_facts *f)
{
	return cpuid_get(&f->cpu[0].cpuid, 1, 0, REG_EAX);
}

static bool vendor_differs(const struct host_facts *a,
			   const struct host_facts *b)
{
	static const enum cpuid_reg regs[] = { REG_EBX, REG_ECX, REG_EDX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		if (cpuid_get(&a->cpu[0].cpuid, 0, 0, regs[i]) !=
		    cpuid_get(&b->cpu[0].cpuid, 0, 0, regs[i]))
			return true;
	return false;
}

/* What one of them does not say is no difference. */
static bool text_differs(const char *a, const char *b)
{
	return a[0] && b[0] && strcmp(a, b);
}

static void find_causes(struct comparison *c)
{
	const struct host_facts *a = c->f[0], *b = c->f[1];

	c->no_raw = !a->cpu[0].cpuid.nent || !b->cpu[0].cpuid.nent;
	c->other_cpu = !c->no_raw && (signature(a) != signature(b) ||
				      vendor_differs(a, b));
	c->other_microcode = text_differs(a->microcode, b->microcode);
	c->other_kernel = text_differs(a->kernel_release, b->kernel_release);
	c->no_kvm[0] = !facts_have_kvm(a);
	c->no_kvm[1] = !facts_have_kvm(b);
	c->raw_only = c->no_kvm[0] || c->no_kvm[1];
}

static bool cap_of(const struct host_facts *f, uint32_t cap, uint64_t *value)
{
	uint32_t i;

	for (i = 0; i < f->nr_caps; i++)
		if (f->caps[i].cap == cap) {
			*value = (int64_t)f->caps[i].value;
			return true;
		}
	return false;
}

/* A profile of another KVM may have been made by a tool that asked less. */
static void compare_caps(struct comparison *c)
{
	unsigned int i;

	for (i = 0; i < facts_nr_caps; i++) {
		struct difference d = {
			.fact = { .source = SRC_CAP, .word = ANY_WORD,
				  .function = facts_caps[i].cap,
				  .name = facts_caps[i].name },
			.in = { true, true },
		};

		if (cap_of(c->f[0], d.fact.function, &d.value[0]) &&
		    cap_of(c->f[1], d.fact.function, &d.value[1]) &&
		    d.value[0] != d.value[1])
			compare_add_whole(c, &d);
	}
}

static void compare_value(struct comparison *c, uint32_t number,
			  const char *name, const bool in[2], uint64_t a,
			  uint64_t b)
{
	struct difference d = {
		.fact = { .source = SRC_VALUE, .word = ANY_WORD,
			  .function = number, .name = name },
		.in = { in[0], in[1] }, .value = { a, b },
	};

	if (in[0] && in[1] && a != b)
		compare_add_bits(c, &d);
	else if (in[0] != in[1])
		compare_add_whole(c, &d);
}

#define VALUE(n, field, there)						\
	compare_value(c, n, #field,					\
		      (const bool[]){ c->f[0]->there, c->f[1]->there },	\
		      c->f[0]->field, c->f[1]->field)

static void compare_values(struct comparison *c)
{
	VALUE(0, xcomp_guest_supp, xcomp_valid);
	VALUE(1, mce_cap, mce_cap_valid);
	VALUE(2, tdx_attributes, tdx_valid);
	VALUE(3, tdx_xfam, tdx_valid);
}

static void compare_tsc(struct comparison *c)
{
	struct difference d = {
		.fact = { .source = SRC_VALUE, .word = ANY_WORD,
			  .function = 4, .name = "tsc_khz" },
		.in = { true, true },
		.value = { c->f[0]->tsc_khz, c->f[1]->tsc_khz },
	};

	if (d.value[0] && d.value[1] && d.value[0] != d.value[1])
		compare_add_whole(c, &d);
}

static void add_text(struct comparison *c, enum source s, enum cause cause,
		     const char *module, const char *name, const char *a,
		     const char *b)
{
	struct difference d = {
		.fact = { .source = s, .word = ANY_WORD, .module = module,
			  .name = name },
		.cause = cause, .in = { a, b }, .text = { a, b },
	};

	compare_add(c, &d);
}

/* A parameter that only one of two kernels has is the kernel's doing. */
static void compare_param(struct comparison *c, const struct module_param *p,
			  const char *a, const char *b)
{
	bool kernel = c->other_kernel && !(a && b);

	add_text(c, SRC_PARAM, kernel ? CAUSE_KERNEL : CAUSE_PARAM,
		 p->module, p->name, a, b);
}

static void compare_params(struct comparison *c)
{
	const struct host_facts *a = c->f[0], *b = c->f[1];
	const char *other;
	uint32_t i;

	if (!a->nr_params || !b->nr_params)
		return;
	for (i = 0; i < a->nr_params; i++) {
		const struct module_param *p = &a->params[i];

		other = facts_param(b, p->module, p->name);
		if (!other || strcmp(other, p->value))
			compare_param(c, p, p->value, other);
	}
	for (i = 0; i < b->nr_params; i++) {
		const struct module_param *p = &b->params[i];

		if (!facts_param(a, p->module, p->name))
			compare_param(c, p, NULL, p->value);
	}
}

static void compare_identity(struct comparison *c)
{
	const struct host_facts *a = c->f[0], *b = c->f[1];

	if (c->other_microcode)
		add_text(c, SRC_IDENTITY, CAUSE_MICROCODE, NULL, "microcode",
			 a->microcode, b->microcode);
	if (c->other_kernel)
		add_text(c, SRC_IDENTITY, CAUSE_KERNEL, NULL, "kernel",
			 a->kernel_release, b->kernel_release);
	if (text_differs(a->kvm_module, b->kvm_module))
		add_text(c, SRC_IDENTITY, c->other_cpu ? CAUSE_CPU :
			 CAUSE_NONE, NULL, "kvm_module", a->kvm_module,
			 b->kvm_module);
	if (!c->raw_only && a->sgx_provision != b->sgx_provision)
		add_text(c, SRC_IDENTITY, CAUSE_NONE, NULL, "sgx_provision",
			 a->sgx_provision ? "1" : "0",
			 b->sgx_provision ? "1" : "0");
}

static void compare_kvm(struct comparison *c)
{
	const struct host_facts *a = c->f[0], *b = c->f[1];

	compare_entries(c, SRC_SUPPORTED, &a->supported, &b->supported,
			compare_add_bits);
	compare_entries(c, SRC_EMULATED, &a->emulated, &b->emulated,
			compare_add_bits);
	compare_entries(c, SRC_HV, &a->hv, &b->hv, compare_add_bits);
	compare_entries(c, SRC_TDX, &a->tdx_cpuid, &b->tdx_cpuid,
			compare_add_bits);
	compare_msrs(c, SRC_FEATURE_MSR, &a->feature_msrs, &b->feature_msrs,
		     compare_add_bits);
	compare_msrs(c, SRC_MSR_INDEX, &a->msr_index, &b->msr_index,
		     compare_add_bits);
	compare_caps(c);
	compare_values(c);
	compare_tsc(c);
	compare_models(c);
}

/* A bit of the CPU that is told with what a guest sees need not be retold. */
static bool same_bits(const struct difference *a, const struct difference *b)
{
	return a->mask == b->mask && a->in[0] == b->in[0] &&
	       a->in[1] == b->in[1] &&
	       !((a->value[0] ^ b->value[0]) & a->mask) &&
	       !((a->value[1] ^ b->value[1]) & a->mask);
}

/* What several kinds of CPU have in common is said once. */
static bool said_of_another_kind(struct comparison *c,
				 const struct difference *d)
{
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		struct fact *f = &c->d[i].fact;

		if (f->source == SRC_RAW && f->function == d->fact.function &&
		    f->index == d->fact.index && f->word == d->fact.word &&
		    f->nth == d->fact.nth && same_bits(&c->d[i], d)) {
			f->kinds |= d->fact.kinds;
			return true;
		}
	}
	return false;
}

static void add_raw(struct comparison *c, const struct difference *d)
{
	struct difference left = *d;
	uint64_t told = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		const struct fact *f = &c->d[i].fact;

		if ((f->source == SRC_SUPPORTED || f->source == SRC_MODEL) &&
		    f->function == d->fact.function &&
		    f->index == d->fact.index && f->word == d->fact.word &&
		    f->nth == d->fact.nth)
			told |= c->d[i].mask;
	}
	left.cause = compare_raw_cause(c);
	left.mask = (d->value[0] ^ d->value[1]) & ~told;
	left.fact.kinds = 1u << c->kind;
	if (left.mask && !said_of_another_kind(c, &left))
		compare_add(c, &left);
}

/* Kinds that one of them has and the other has not. */
static void compare_kinds(struct comparison *c)
{
	unsigned int side;
	uint32_t i;

	for (side = 0; side < 2; side++)
		for (i = c->nr_pairs; i < c->f[side]->nr_cpu_kinds; i++) {
			struct difference d = {
				.fact = { .source = SRC_KIND, .word = ANY_WORD,
					  .kinds = 1u << i },
				.cause = CAUSE_CPU,
				.in = { side == 0, side == 1 },
			};

			compare_add(c, &d);
		}
}

/* Another tool asks for other MSRs: only what both have is compared. */
static void compare_host_msrs(struct comparison *c)
{
	const struct msr_list *a = &c->f[0]->host_msrs;
	const struct msr_value *b;
	uint32_t i;

	for (i = 0; i < a->n; i++) {
		struct difference d = {
			.fact = { .source = SRC_HOST_MSR, .word = ANY_WORD,
				  .function = a->m[i].index },
			.cause = compare_raw_cause(c), .in = { true, true },
			.value = { a->m[i].value },
		};

		b = msr_find(&c->f[1]->host_msrs, a->m[i].index);
		if (!b || !b->valid || !a->m[i].valid)
			continue;
		d.value[1] = b->value;
		d.mask = d.value[0] ^ d.value[1];
		if (d.mask)
			compare_add(c, &d);
	}
}

static void compare_raw(struct comparison *c)
{
	if (c->no_raw)
		return;
	compare_kinds(c);
	for (c->kind = 0; c->kind < c->nr_pairs; c->kind++)
		compare_entries(c, SRC_RAW, &c->f[0]->cpu[c->kind].cpuid,
				&c->f[1]->cpu[c->kind].cpuid, add_raw);
	compare_host_msrs(c);
}

/* Which kinds of A and B are pairs; those of A alone and of B alone follow. */
static void pair_kinds(struct comparison *c, struct host_facts *a,
		       struct host_facts *b, const struct host_facts *of_a,
		       const struct host_facts *of_b)
{
	uint32_t i, j, n = 0, rest, last = 0;

	for (i = 0; i < of_a->nr_cpu_kinds; i++) {
		j = cpu_kind_counterpart(of_b, of_a, i);
		if (j == of_b->nr_cpu_kinds)
			continue;
		c->other_order = c->other_order || j < last;
		last = j;
		if (!n)
			c->b_raw = &of_b->cpu[j].cpuid;
		a->cpu[n] = of_a->cpu[i];
		b->cpu[n++] = of_b->cpu[j];
	}
	c->nr_pairs = n;
	for (i = 0, rest = n; i < of_a->nr_cpu_kinds; i++)
		if (cpu_kind_counterpart(of_b, of_a, i) == of_b->nr_cpu_kinds)
			a->cpu[rest++] = of_a->cpu[i];
	for (i = 0, rest = n; i < of_b->nr_cpu_kinds; i++)
		if (cpu_kind_counterpart(of_a, of_b, i) == of_a->nr_cpu_kinds)
			b->cpu[rest++] = of_b->cpu[i];
}

/* All but the kinds of CPU that are not there. */
static void copy_host(struct host_facts *to, const struct host_facts *from)
{
	size_t head = offsetof(struct host_facts, cpu);
	size_t tail = head + sizeof(from->cpu);
	uint32_t n = from->nr_cpu_kinds ? from->nr_cpu_kinds : 1;

	memcpy(to, from, head + n * sizeof(from->cpu[0]));
	memcpy((char *)to + tail, (const char *)from + tail,
	       sizeof(*to) - tail);
}

static bool copy_facts(struct comparison *c, const struct host_facts *a,
		       const struct host_facts *b)
{
	struct host_facts *copy = malloc(2 * sizeof(*copy));

	if (!copy)
		return false;
	copy_host(&copy[0], a);
	copy_host(&copy[1], b);
	c->b_raw = &b->cpu[0].cpuid;
	pair_kinds(c, &copy[0], &copy[1], a, b);
	compare_drop_noise(&copy[1], &copy[0]);
	c->copies = copy;
	c->f[0] = &copy[0];
	c->f[1] = &copy[1];
	return true;
}

int compare_facts(struct comparison *c, const struct host_facts *a,
		  const struct host_facts *b)
{
	memset(c, 0, sizeof(*c));
	if (!copy_facts(c, a, b))
		return -ENOMEM;
	find_causes(c);
	if (!c->raw_only)
		compare_kvm(c);
	compare_raw(c);
	compare_identity(c);
	compare_params(c);
	return c->out_of_memory ? -ENOMEM : 0;
}

void compare_free(struct comparison *c)
{
	free(c->copies);
	free(c->d);
}

static bool is_of_the_cpu(enum source s)
{
	return s == SRC_RAW || s == SRC_HOST_MSR || s == SRC_KIND;
}

enum compare_status compare_status(const struct comparison *c)
{
	enum compare_status status = COMPARE_SAME;
	unsigned int i;

	if (c->raw_only && c->no_raw)
		return COMPARE_FAILED;
	for (i = 0; i < c->n; i++) {
		const struct difference *d = &c->d[i];

		status = COMPARE_HOST;
		/* how much of it KVM would pass on is not known */
		if (source_infos[d->fact.source].guest ||
		    (c->raw_only && is_of_the_cpu(d->fact.source)))
			return COMPARE_GUEST;
	}
	return status;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * cpuid_map: every CPUID register of this host as four values, for programs
 * that draw or compare: what a guest with the max model must see, what it
 * sees, what the CPU says, and what KVM says it supports.
 *
 * Fields are separated by tabs; "-" is no such entry, or no answer:
 *	register LEAF SUBLEAF REG WANTED GOT HOST KVM
 *	bit LEAF SUBLEAF REG NUMBER NAME	set in one of the four, or named
 *	msr INDEX WANTED GOT - KVM		feature MSRs
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest_code/protocol.h"
#include "install.h"

enum { EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_SKIP = 4 };

/* The four views of a leaf; NULL: there is none. */
enum view { WANTED, GOT, HOST, KVM, NR_VIEWS };

struct view_value {
	bool there;
	uint32_t value;
};

static struct map {
	struct host_facts facts;
	struct guest_cpu cpu;
	struct install *in;
} map;

static struct view_value of_list(const struct cpuid_list *list,
				 const struct install_leaf *l,
				 enum cpuid_reg reg)
{
	const struct kvm_cpuid_entry2 *e;

	e = cpuid_find(list, l->leaf, l->subleaf);
	return (struct view_value){ e, e ? cpuid_entry_reg(e, reg) : 0 };
}

static void look(const struct install_leaf *l, enum cpuid_reg reg,
		 struct view_value v[NR_VIEWS])
{
	v[WANTED] = (struct view_value){ true, l->a.want.r[reg] };
	v[GOT] = (struct view_value){
		l->answered && l->vector == PROBE_NO_VECTOR, l->got[reg] };
	v[HOST] = of_list(&map.facts.cpu[0].cpuid, l, reg);
	v[KVM] = of_list(&map.facts.supported, l, reg);
}

static uint32_t print_register(const struct install_leaf *l,
			       enum cpuid_reg reg)
{
	struct view_value v[NR_VIEWS];
	uint32_t any = 0;
	unsigned int i;

	look(l, reg, v);
	printf("register\t0x%08x\t0x%08x\t%s", l->leaf, l->subleaf,
	       cpuid_reg_name(reg));
	for (i = 0; i < NR_VIEWS; i++) {
		if (v[i].there)
			printf("\t0x%08x", v[i].value);
		else
			fputs("\t-", stdout);
		any |= v[i].there ? v[i].value : 0;
	}
	putchar('\n');
	return any;
}

static void print_bits(const struct install_leaf *l, enum cpuid_reg reg,
		       uint32_t any)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		const char *name = feature_name(l->leaf, l->subleaf, reg, bit);

		if (name || any >> bit & 1)
			printf("bit\t0x%08x\t0x%08x\t%s\t%u\t%s\n", l->leaf,
			       l->subleaf, cpuid_reg_name(reg), bit,
			       name ? name : "-");
	}
}

static void print_leaf(const struct install_leaf *l)
{
	enum cpuid_reg reg;

	for (reg = 0; reg < NR_CPUID_REGS; reg++)
		print_bits(l, reg, print_register(l, reg));
}

static void print_value(bool there, uint64_t value)
{
	if (there)
		printf("\t0x%016" PRIx64, value);
	else
		fputs("\t-", stdout);
}

static const struct install_msr *installed(uint32_t index)
{
	uint32_t i;

	for (i = 0; i < map.in->nr_msrs; i++)
		if (map.in->msr[i].index == index)
			return &map.in->msr[i];
	return NULL;
}

static void print_msr(uint32_t index)
{
	const struct msr_value *kvm = msr_find(&map.facts.feature_msrs, index);
	const struct install_msr *m = installed(index);

	printf("msr\t0x%08x", index);
	print_value(m, m ? m->wanted : 0);
	print_value(m && m->get == 1, m ? m->got : 0);
	fputs("\t-", stdout);
	print_value(kvm && kvm->valid, kvm ? kvm->value : 0);
	putchar('\n');
}

/* Those of the model, then those that only KVM has. */
static void print_msrs(void)
{
	const struct msr_list *kvm = &map.facts.feature_msrs;
	uint32_t i;

	for (i = 0; i < map.in->nr_msrs; i++)
		print_msr(map.in->msr[i].index);
	for (i = 0; i < kvm->n; i++)
		if (!installed(kvm->m[i].index))
			print_msr(kvm->m[i].index);
}

static int by_leaf(const void *va, const void *vb)
{
	const struct install_leaf *a = va, *b = vb;

	if (a->leaf != b->leaf)
		return a->leaf < b->leaf ? -1 : 1;
	return a->subleaf < b->subleaf ? -1 : a->subleaf > b->subleaf;
}

static int complain(const char *what, int status)
{
	fprintf(stderr, "cpuid_map: %s\n", what);
	return status;
}

static int fill(void)
{
	char err[300];

	if (facts_read_host(&map.facts, err, sizeof(err)))
		return complain(err, EXIT_SKIP);
	if (model_compute(&map.facts, NULL, 0, &map.cpu, err, sizeof(err)))
		return complain(err, EXIT_ERROR);
	map.in = install_new();
	if (!map.in)
		return complain("out of memory", EXIT_ERROR);
	install_ask_list(map.in, &map.facts.cpu[0].cpuid);
	install_ask_list(map.in, &map.facts.supported);
	install_ask_list(map.in, &map.cpu.cpuid);
	install_run(map.in, &map.facts, &map.cpu);
	if (!map.in->ran)
		complain(map.in->trouble, 0);
	return EXIT_OK;
}

static int print(void)
{
	uint32_t i;

	qsort(map.in->leaf, map.in->nr_leaves, sizeof(map.in->leaf[0]),
	      by_leaf);
	for (i = 0; i < map.in->nr_leaves; i++)
		print_leaf(&map.in->leaf[i]);
	print_msrs();
	if (fflush(stdout) || ferror(stdout))
		return complain("cannot write the map", EXIT_ERROR);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	static char room[1 << 16];
	int status;

	if (argc > 1) {
		fputs("usage: cpuid_map\n", stderr);
		return argc == 2 && !strcmp(argv[1], "--help") ? EXIT_OK :
								 EXIT_USAGE;
	}
	setvbuf(stdout, room, _IOFBF, sizeof(room));
	status = fill();
	if (!status)
		status = print();
	install_free(map.in);
	return status;
}

// SPDX-License-Identifier: GPL-2.0-only
/* A command line at random, as a user could type it. */
#include <string.h>

#include "gen.h"
#include "model_opts.h"

/* Pieces that follow "max,", with a random number where there is a %u. */
static const struct {
	uint16_t since;
	const char *text;
	uint32_t from, to;
} pieces[] = {
	{ 702, "migratable=off" },	{ 702, "kvm=off" },
	{ 702, "pmu=off" },		{ 702, "lmce=on" },
	{ 702, "lmce=off" },		{ 702, "host-cache-info=on" },
	{ 702, "l3-cache=off" },	{ 702, "cpuid-0xb=off" },
	{ 702, "full-cpuid-auto-level=off" },
	{ 702, "x-intel-pt-auto-level=off" },
	{ 702, "vmware-cpuid-freq=off" },
	{ 702, "kvm-pv-enforce-cpuid=on" },
	{ 702, "x-vendor-cpuid-only=off" },
	{ 702, "x-force-features=on" },
	{ 702, "fill-mtrr-mask=off" },	{ 702, "tcg-cpuid=off" },
	{ 901, "x-l1-cache-per-thread=off" },
	{ 901, "x-amd-topoext-features-only=off" },
	{ 901, "legacy-multi-node=on" },
	{ 702, "host-phys-bits=off" },
	{ 702, "host-phys-bits=off,phys-bits=%u", 32, 52 },
	{ 702, "phys-bits=%u", 31, 53 },
	{ 901, "guest-phys-bits=%u", 30, 53 },
	{ 702, "host-phys-bits-limit=%u", 36, 52 },
	{ 702, "level=0x%x", 0, 0x25 },
	{ 702, "min-level=0x%x", 0, 0x25 },
	{ 702, "level-func7=%u", 0, 4 },
	{ 702, "xlevel=0x%x", 0x80000000, 0x80000025 },
	{ 702, "min-xlevel=0x%x", 0x80000000, 0x80000025 },
	{ 702, "xlevel2=0x%x", 0xc0000000, 0xc0000006 },
	{ 702, "family=%u", 0, 30 },	{ 702, "model=%u", 0, 255 },
	{ 702, "stepping=%u", 0, 15 },
	{ 702, "family=6,model=%u,stepping=%u", 60, 70 },
	{ 702, "vendor=GenuineIntel" },	{ 702, "vendor=AuthenticAMD" },
	{ 702, "vendor=HygonGenuine" },	{ 702, "vendor=CentaurHauls" },
	{ 702, "model-id=Some CPU %u", 1, 100000 },
	{ 702, "tsc-frequency=%u", 500000000, 4000000000u },
	{ 702, "tsc-freq=2.%uG", 0, 9 },
	{ 702, "invtsc=on,tsc-frequency=%u", 2000000000, 2000000001 },
	{ 702, "ucode-rev=0x%x", 0, 0xffff },
	{ 902, "avx10-version=%u", 0, 3 },
	{ 902, "+avx10" },		{ 902, "-avx10" },
	{ 702, "+invtsc" },		{ 702, "+topoext" },
	{ 702, "kvm-hint-dedicated=on" },
	{ 702, "-xsave" },		{ 702, "-xsaves" },
	{ 702, "-lm" },			{ 702, "-svm" },
	{ 702, "-vmx" },		{ 702, "sgx=off" },
	{ 702, "hv-relaxed" },		{ 702, "hv-vapic,hv-relaxed" },
	{ 702, "hv-time,hv-vpindex,hv-synic,hv-stimer" },
	{ 702, "hv-passthrough" },	{ 702, "hv-spinlocks=%u", 1, 9000 },
	{ 702, "hv-vapic,hv-evmcs" },	{ 702, "hv-avic,hv-vapic" },
	{ 702, "hv-vpindex,hv-tlbflush,hv-ipi" },
	{ 702, "hv-frequencies,hv-crash,hv-reset,hv-runtime" },
	{ 702, "hv-reenlightenment" },	{ 702, "hv-xmm-input" },
	{ 702, "hv-vapic,hv-evmcs,hv-emsr-bitmap,hv-tlbflush-direct" },
	{ 702, "hv-relaxed,hv-vendor-id=Vendor%uxxxxxxx", 0, 9 },
	{ 702, "hv-relaxed,hv-no-nonarch-coresharing=on" },
	{ 702, "hv-relaxed,hv-no-nonarch-coresharing=auto" },
	{ 702, "hv-relaxed,hv-version-id-build=%u", 0, 99999 },
	{ 702, "hv-relaxed,hv-enforce-cpuid" },
	{ 702, "hv-time,hv-synic,hv-relaxed,hv-vpindex,hv-syndbg" },
	{ 702, "x-hv-synic-kvm-only=on,hv-synic" },
};

static void piece(struct rnd *r, unsigned int qemu, FILE *out)
{
	unsigned int i;
	uint32_t n;

	do
		i = below(r, ARRAY_SIZE(pieces));
	while (pieces[i].since > qemu);
	n = pieces[i].from + below(r, pieces[i].to - pieces[i].from + 1);
	fputc(',', out);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fprintf(out, pieces[i].text, n, n % 16);
#pragma GCC diagnostic pop
}

/* A feature by name, in one of the spellings. */
static void feature(struct rnd *r, unsigned int qemu, FILE *out)
{
	const struct feature_bit *b;
	const char *value = one_in(r, 2) ? "on" : "off";

	do
		b = &feature_bits[below(r, nr_feature_bits)];
	while (b->since > qemu || feature_words[b->word].since > qemu);
	switch (below(r, 4)) {
	case 0:
		fprintf(out, ",+%s", b->name);
		break;
	case 1:
		fprintf(out, ",-%s", b->name);
		break;
	default:
		fprintf(out, ",%s=%s", b->name, value);
	}
}

static void print_cpu(struct rnd *r, unsigned int qemu, FILE *out)
{
	unsigned int i, n;

	fputs(one_in(r, 8) ? "cpu host" : "cpu max", out);
	for (i = 0, n = below(r, 5); i < n; i++)
		piece(r, qemu, out);
	for (i = 0, n = one_in(r, 2) ? 0 : below(r, 12); i < n; i++)
		feature(r, qemu, out);
	fputc('\n', out);
}

static void print_machine(struct rnd *r, unsigned int qemu, FILE *out)
{
	static const struct {
		uint16_t since;
		const char *name;
	} types[] = {
		{ 702, "q35" }, { 702, "q35" }, { 702, "pc" },
		{ 702, "microvm" },
		{ 702, "pc-q35-2.4" }, { 702, "pc-i440fx-2.7" },
		{ 702, "pc-q35-3.1" }, { 702, "pc-q35-4.0" },
		{ 702, "pc-q35-5.1" }, { 702, "pc-q35-6.0" },
		{ 702, "pc-i440fx-6.1" }, { 702, "pc-q35-6.2" },
		{ 702, "pc-q35-7.2" }, { 800, "pc-q35-8.0" },
		{ 802, "pc-q35-8.2" }, { 900, "pc-q35-9.0" },
		{ 901, "pc-i440fx-9.1" }, { 902, "pc-q35-9.2" },
		{ 1000, "pc-i440fx-10.0" },
	};
	unsigned int i;

	do
		i = below(r, ARRAY_SIZE(types));
	while (types[i].since > qemu);
	fprintf(out, "machine %s\n", types[i].name);
}

/* Few vCPUs are started, whatever there is room for. */
static void print_smp(struct rnd *r, unsigned int qemu, FILE *out)
{
	unsigned int dies = 1 + below(r, 3), cores = 1 + below(r, 6);
	unsigned int threads = 1 + below(r, 2), sockets = 1 + below(r, 2);
	unsigned int modules = qemu > 900 && one_in(r, 3) ? 2 : 1;

	if (one_in(r, 2)) {
		fprintf(out, "smp %u\n", 1 + below(r, 3));
		return;
	}
	if (one_in(r, 2))
		dies = 1;
	fprintf(out, "smp %u,", 1 + below(r, 2));
	if (modules > 1)
		fprintf(out, "modules=%u,", modules);
	fprintf(out, "maxcpus=%u,sockets=%u,dies=%u,cores=%u,threads=%u\n",
		dies * cores * threads * sockets * modules, sockets, dies,
		cores, threads);
}

void print_options(struct rnd *r, unsigned int qemu, FILE *out)
{
	static const char * const irqchips[] = { "on", "on", "split", "off" };

	print_machine(r, qemu, out);
	print_cpu(r, qemu, out);
	print_smp(r, qemu, out);
	fprintf(out, "kernel_irqchip %s\n", irqchips[below(r, 4)]);
	if (one_in(r, 8))
		fputs("overcommit cpu-pm=on\n", out);
}

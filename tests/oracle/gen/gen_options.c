// SPDX-License-Identifier: GPL-2.0-only
/* A command line at random, as a user could type it. */
#include <stdlib.h>
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
	{ 702, "hv-passthrough,hv-spinlocks=%u", 1, 9000 },
	{ 702, "hv-passthrough,hv-no-nonarch-coresharing=auto" },
	{ 702, "hv-passthrough,hv-relaxed,hv-synic,hv-vpindex,hv-syndbg" },
	{ 702, "hv-passthrough,hv-vendor-id=Me,hv-version-id-major=%u", 0, 99 },
	{ 702, "hv-relaxed,x-hv-max-vps=%u", 1, 4096 },
	{ 702, "hv-relaxed,hv-version-id-minor=%u,hv-version-id-sbranch=%u",
	  0, 65535 },
	{ 702, "hv-relaxed,hv-version-id-spack=%u,hv-version-id-snumber=%u",
	  0, 0x1ffffff },
	{ 702, "enforce" },		{ 702, "check=off" },
	{ 702, "lbr-fmt=%u", 0, 0x41 },
	{ 702, "min-xlevel2=0x%x", 0xc0000000, 0xc0000006 },
	{ 702, "start-powered-off=on" },
	{ 702, "x-migrate-smi-count=off" },
	{ 800, "xen-vapic=on" },
	{ 702, "x_vendor_cpuid_only=off" },
	{ 702, "-x2apic" },		{ 702, "-apic" },
	{ 702, "-mce" },		{ 702, "-pdcm" },
	{ 702, "+intel-pt" },		{ 702, "+arch-capabilities" },
	{ 702, "-arch-capabilities" },	{ 702, "+amx-tile,+xfd" },
	{ 702, "-rdtscp" },		{ 702, "-pae,-pse36,-lm" },
};

/* Hyper-V's options in any mixture; some lack what they need. */
static void hyperv(struct rnd *r, FILE *out)
{
	enum opt_flag i;

	fputs(one_in(r, 4) ? ",hv-relaxed" :
			     ",hv-vpindex,hv-synic,hv-time,hv-vapic", out);
	for (i = OPT_HV_FIRST; i <= OPT_HV_LAST; i++)
		if (one_in(r, 5))
			fprintf(out, ",%s=%s", opt_flags[i].name,
				one_in(r, 6) ? "off" : "on");
}

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
	for (i = 0, n = below(r, one_in(r, 4) ? 9 : 5); i < n; i++)
		piece(r, qemu, out);
	if (one_in(r, 8))
		hyperv(r, out);
	for (i = 0, n = one_in(r, 2) ? 0 : below(r, 24); i < n; i++)
		feature(r, qemu, out);
	fputc('\n', out);
}

/* Where L1, L2 and L3 are, in the order of the options. */
static void smp_cache(struct rnd *r, FILE *out)
{
	static const char * const caches[] = { "l1d", "l1i", "l2", "l3" };
	static const char * const levels[] = {
		"default", "core", "module", "die", "socket",
	};
	unsigned int i, n = 0, at = 1;

	for (i = 0; i < ARRAY_SIZE(caches); i++) {
		if (one_in(r, 6))
			continue;
		/* mostly no lower than the one before */
		at = one_in(r, 6) ? below(r, 5) : at + below(r, 5 - at);
		fprintf(out, ",smp-cache.%u.cache=%s,smp-cache.%u.topology=%s",
			n, caches[i], n, levels[at]);
		n++;
		at = at ? at : 1;
	}
}

/* One that this QEMU may have no more, or not yet. */
static void any_version(struct rnd *r, unsigned int qemu, FILE *out)
{
	static const uint16_t versions[] = {
		104, 107, 200, 203, 204, 205, 206, 207, 208, 209, 210, 211,
		212, 300, 301, 400, 401, 402, 500, 501, 502, 600, 601, 602,
		700, 701, 702, 800, 801, 802, 900, 901, 902, 1000,
	};
	unsigned int v;

	do
		v = versions[below(r, ARRAY_SIZE(versions))];
	while ((v > qemu || (qemu > 702 && v < 204)) && !one_in(r, 16));
	fprintf(out, "machine pc-%s-%u.%u", one_in(r, 3) ? "i440fx" : "q35",
		v / 100, v % 100);
}

/* Enclave memory: the sections, and RAM that may reach above 4 GiB. */
static void print_epc(struct rnd *r, FILE *objects, FILE *machine)
{
	static const char * const rams[] = {
		"64", "2816", "3G", "3584M", "4G", "6G",
	};
	unsigned int i, n = 1 + below(r, 3);

	fprintf(objects, "memory %s\n", rams[below(r, ARRAY_SIZE(rams))]);
	for (i = 0; i < n; i++) {
		fprintf(objects, "object memory-backend-epc,id=e%u,size=%u%s\n",
			i, 1 + below(r, 4096),
			one_in(r, 16) ? "k" : "M");
		fprintf(machine, ",sgx-epc.%u.memdev=e%u,sgx-epc.%u.node=0", i,
			one_in(r, 20) ? 0 : i, i);
	}
}

static void print_sev(struct rnd *r, unsigned int qemu, FILE *objects,
		      FILE *machine)
{
	unsigned int c_bit = one_in(r, 8) ? below(r, 64) : GEN_C_BIT;
	unsigned int reduced = one_in(r, 8) ? below(r, 70) : 1;

	if (qemu >= 901 && one_in(r, 2))
		fputs("object sev-snp-guest", objects);
	else
		fprintf(objects, "object sev-guest,policy=%u", below(r, 8));
	fprintf(objects, ",id=s0,cbitpos=%u,reduced-phys-bits=%u\n", c_bit,
		reduced);
	fputs(one_in(r, 4) ? ",memory-encryption=s0" :
			     ",confidential-guest-support=s0", machine);
}

static void print_machine(struct rnd *r, unsigned int qemu, FILE *objects,
			  FILE *out)
{
	static const char * const types[] = { "q35", "q35", "pc", "microvm" };

	if (one_in(r, 2))
		any_version(r, qemu, out);
	else
		fprintf(out, "machine %s", types[below(r, 4)]);
	if (qemu >= 1000 && one_in(r, 6))
		smp_cache(r, out);
	if (one_in(r, 10))
		print_epc(r, objects, out);
	if (one_in(r, 10))
		print_sev(r, qemu, objects, out);
	fputc('\n', out);
}

/* What is not said follows from the rest. */
static void few_words(struct rnd *r, FILE *out)
{
	static const char * const forms[] = {
		"%u", "%u,threads=2", "%u,cores=%u", "%u,sockets=2",
		"cpus=%u,maxcpus=12", "%u,maxcpus=6,cores=3",
		"%u,dies=2,maxcpus=8", "%u,threads=2,maxcpus=288",
		"%u,maxcpus=300",
	};
	unsigned int n = 1 + below(r, 4);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fputs("smp ", out);
	fprintf(out, forms[!one_in(r, 3) ? 0 : below(r, ARRAY_SIZE(forms))],
		n, n);
	fputc('\n', out);
#pragma GCC diagnostic pop
}

/* Few vCPUs are started, whatever there is room for. */
static void print_smp(struct rnd *r, unsigned int qemu, FILE *out)
{
	bool large = one_in(r, 8);
	unsigned int dies = 1 + below(r, 3), threads = 1 + below(r, 2);
	unsigned int cores = 1 + below(r, large ? 80 : 6);
	unsigned int sockets = 1 + below(r, large ? 5 : 2);
	unsigned int modules = 1;

	if (one_in(r, 2)) {
		few_words(r, out);
		return;
	}
	if (qemu > 900 && one_in(r, 3))
		modules = 1 + below(r, 4);
	if (one_in(r, 2))
		dies = 1;
	fprintf(out, "smp %u,", 1 + below(r, 3));
	if (modules > 1)
		fprintf(out, "modules=%u,", modules);
	fprintf(out, "maxcpus=%u,sockets=%u,dies=%u,cores=%u,threads=%u\n",
		dies * cores * threads * sockets * modules, sockets, dies,
		cores, threads);
}

/* A guest that takes QEMU for a Xen. */
static void print_xen(struct rnd *r, FILE *out)
{
	static const uint32_t versions[] = {
		0x40004, 0x40005, 0x40006, 0x4000a, 0x40011, 0x40012,
	};

	fprintf(out, "accel kvm,xen-version=0x%x\n",
		versions[below(r, ARRAY_SIZE(versions))]);
}

/* Xen wants it split; since 10.0 there is no APIC without one in KVM. */
static const char *irqchip(struct rnd *r, unsigned int qemu, bool xen)
{
	if (one_in(r, qemu < 1000 ? 4 : 16))
		return "off";
	return xen || one_in(r, 3) ? "split" : "on";
}

void print_options(struct rnd *r, unsigned int qemu, FILE *out)
{
	bool xen = qemu >= 800 && one_in(r, 10);
	char *objects = NULL;
	size_t size;
	FILE *text = open_memstream(&objects, &size);

	if (!text)
		abort();
	print_machine(r, qemu, text, out);
	fclose(text);
	fputs(objects, out);
	free(objects);
	if (xen)
		print_xen(r, out);
	print_cpu(r, qemu, out);
	print_smp(r, qemu, out);
	fprintf(out, "kernel_irqchip %s\n", irqchip(r, qemu, xen));
	if (one_in(r, 8))
		fputs("overcommit cpu-pm=on\n", out);
}

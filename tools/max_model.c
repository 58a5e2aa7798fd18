// SPDX-License-Identifier: GPL-2.0-only
/*
 * max_model: the guest CPU that QEMU's "-cpu max" would install on a host.
 *
 * Prints it as entries, as names or as JSON, explains one feature, or
 * compares recorded runs of a real QEMU with what it computes.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "model_diff.h"
#include "model_explain.h"
#include "model_print.h"
#include "output.h"
#include "profile.h"
#include "vector.h"

enum { EXIT_OK, EXIT_DIFFERS, EXIT_USAGE, EXIT_SKIP = 4 };

enum view { VIEW_DEFAULT, VIEW_ENTRIES, VIEW_NAMES, VIEW_JSON, VIEW_EXPLAIN };

struct program {
	struct model_opts *opts;
	enum view view;
	const char *explain, *profile;
	const char *diff[2];		/* two versions of QEMU */
	unsigned int nr;		/* differences printed so far */
	long vcpu;			/* -1: all */
	bool vector;
	struct profile *host;
	char err[300];
};

static const char usage_text[] =
"usage: max_model [options]              the guest CPU on this host\n"
"       max_model --diff OLD NEW [options]  what changes between two versions\n"
"                                        of QEMU, bit by bit, and why\n"
"       max_model --vector FILE...       compare with recorded runs\n"
"\n"
"  --profile FILE      a saved host instead of this one\n"
"  --qemu VERSION      rules of QEMU 7.2, 10.0 or latest (11.1, default)\n"
"  --cpu max,OPTIONS   as QEMU takes them: +feat, feat=off, pmu=off, ...\n"
"  --smp TOPOLOGY      as QEMU takes it: 4, or sockets=1,cores=2,threads=2\n"
"  --machine TYPE      pc-q35-7.2, q35,kernel-irqchip=split, ...\n"
"  --accel ACCEL       kvm,xen-version=0x4000a, ...\n"
"  --object OBJECT     sev-guest, sev-snp-guest, tdx-guest, memory-backend-epc\n"
"  -m SIZE             memory, which tells where SGX's begins\n"
"  --cpu-pm            as -overcommit cpu-pm=on\n"
"  --tdx               a TDX guest\n"
"  --vcpu N            one vCPU only (default: all for entries, else 0)\n"
"  --entries           what KVM_SET_CPUID2 and KVM_SET_MSRS get (default)\n"
"  --names             names of the features, a line for each word\n"
"  --json              see tools/max_model.schema.json\n"
"  --explain FEATURE   why it is there or not, step by step; or where an entry\n"
"                      (7.1), a register (4.0:eax) or an MSR (msr:0x10a) is from\n"
"\n"
"Exit status: 0 done, or no difference; 1 a difference, or QEMU\n"
"would refuse these options; 2 usage; 4 no KVM to ask, or nowhere to print.\n";

static int fail(const struct program *p, int status)
{
	fprintf(stderr, "max_model: %s\n", p->err);
	return status;
}

/* QEMU's command line after -cpu. */
static int parse_cpu(struct program *p, const char *text)
{
	if (!strncmp(text, "max", 3) && (!text[3] || text[3] == ','))
		text += text[3] ? 4 : 3;
	else if (!strncmp(text, "host", 4) &&
		 (!text[4] || text[4] == ',') &&
		 !model_opts_set(p->opts, "host"))
		text += text[4] ? 5 : 4;
	return model_opts_parse(p->opts, text, p->err, sizeof(p->err));
}

static int parse_vcpu(struct program *p, const char *text)
{
	char *end;

	p->vcpu = strtol(text, &end, 10);
	if (*text && !*end && p->vcpu >= 0)
		return 0;
	snprintf(p->err, sizeof(p->err), "not a vCPU: '%s'", text);
	return -EINVAL;
}

/* One of them: what is asked for twice would be answered once. */
static int choose_view(struct program *p, int c)
{
	enum view view = c == 'x' ? VIEW_EXPLAIN : c == 'n' ? VIEW_NAMES :
			 c == 'j' ? VIEW_JSON : VIEW_ENTRIES;

	if (p->view && (p->view != view || view == VIEW_EXPLAIN)) {
		snprintf(p->err, sizeof(p->err),
			 "one of --entries, --names, --json and --explain, once");
		return -EINVAL;
	}
	p->view = view;
	return 0;
}

static int take_option(struct program *p, int c)
{
	size_t n = sizeof(p->err);

	switch (c) {
	case 'q':
		return model_opts_version(p->opts, optarg, p->err, n);
	case 'c':
		return parse_cpu(p, optarg);
	case 's':
		return model_opts_smp(p->opts, optarg, p->err, n);
	case 'm':
		return model_opts_machine(p->opts, optarg, p->err, n);
	case 'a':
		return model_opts_accel(p->opts, optarg, p->err, n);
	case 'O':
		return model_opts_object(p->opts, optarg, p->err, n);
	case 'M':
		return model_opts_memory(p->opts, optarg, p->err, n);
	case 'o':
		return model_opts_set(p->opts, "cpu-pm");
	case 't':
		return model_opts_set(p->opts, "tdx");
	case 'V':
		return parse_vcpu(p, optarg);
	case 'p':
		p->profile = optarg;
		return 0;
	case 'v':
		p->vector = true;
		return 0;
	case 'd':
		p->diff[0] = optarg;
		return 0;
	case 'x':
		p->explain = optarg;
		return choose_view(p, c);
	default:
		return choose_view(p, c);
	}
}

/* 0 to go on, else 1 + exit status */
static int parse_options(struct program *p, int argc, char **argv)
{
	static const struct option options[] = {
		{ "profile", 1, NULL, 'p' },	{ "qemu", 1, NULL, 'q' },
		{ "cpu", 1, NULL, 'c' },	{ "smp", 1, NULL, 's' },
		{ "machine", 1, NULL, 'm' },	{ "cpu-pm", 0, NULL, 'o' },
		{ "accel", 1, NULL, 'a' },	{ "object", 1, NULL, 'O' },
		{ "m", 1, NULL, 'M' },
		{ "tdx", 0, NULL, 't' },	{ "vcpu", 1, NULL, 'V' },
		{ "entries", 0, NULL, 'e' },	{ "names", 0, NULL, 'n' },
		{ "json", 0, NULL, 'j' },	{ "explain", 1, NULL, 'x' },
		{ "diff", 1, NULL, 'd' },
		{ "vector", 0, NULL, 'v' },	{ "help", 0, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	/* QEMU's own single dash works as well */
	while ((c = getopt_long_only(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage_text, stdout);
			return 1 + EXIT_OK;
		}
		if (c == '?') {
			fputs(usage_text, stderr);
			return 1 + EXIT_USAGE;
		}
		if (take_option(p, c))
			return 1 + fail(p, EXIT_USAGE);
	}
	if (p->diff[0] && p->view && p->view != VIEW_JSON) {
		snprintf(p->err, sizeof(p->err),
			 "--diff is printed as text or with --json");
		return 1 + fail(p, EXIT_USAGE);
	}
	if (p->diff[0] && !p->vector && optind + 1 == argc) {
		p->diff[1] = argv[optind];
		return 0;
	}
	if (!p->diff[0] && p->vector == (optind < argc))
		return 0;
	fputs(usage_text, stderr);
	return 1 + EXIT_USAGE;
}

static int compare_vectors(struct program *p, char **files)
{
	struct vector_count count = { 0 };
	unsigned long broken = 0;
	struct vector *v;

	for (; *files; files++) {
		v = vector_load(*files, p->err, sizeof(p->err));
		if (v) {
			vector_compare(v, *files, stdout, &count);
		} else {
			fail(p, EXIT_DIFFERS);
			broken++;
		}
		vector_free(v);
	}
	printf("%lu of %lu vectors, %lu of %lu entries\n", count.vectors_ok,
	       count.vectors + broken, count.entries_ok, count.entries);
	return broken || count.vectors_ok != count.vectors ? EXIT_DIFFERS :
							     EXIT_OK;
}

/* A dump says nothing of KVM, so that there is no model of its host. */
static int read_profile(struct program *p)
{
	if (dump_load_profile(p->host, p->profile, p->err, sizeof(p->err)))
		return fail(p, EXIT_DIFFERS);
	if (facts_have_kvm(&p->host->facts))
		return EXIT_OK;
	snprintf(p->err, sizeof(p->err), "%s: says nothing of KVM",
		 p->profile);
	return fail(p, EXIT_SKIP);
}

static int read_host(struct program *p)
{
	p->host = profile_new();
	if (!p->host)
		return fail(p, EXIT_DIFFERS);
	if (p->profile)
		return read_profile(p);
	return facts_read_host(&p->host->facts, p->err, sizeof(p->err)) ?
	       fail(p, EXIT_SKIP) : 0;
}

static int print_vcpu(struct program *p, unsigned int vcpu,
		      struct guest_cpu *cpu)
{
	if (model_compute(&p->host->facts, p->opts, vcpu, cpu, p->err,
			  sizeof(p->err)))
		return fail(p, EXIT_DIFFERS);
	if (p->view == VIEW_NAMES)
		model_print_names(cpu, stdout);
	else if (p->view == VIEW_JSON)
		model_print_json(cpu, vcpu, stdout);
	else
		model_print_entries(cpu, vcpu, stdout);
	return EXIT_OK;
}

#define JSON_HEAD	"\"schema\": \"kvm-cpuid-max-model\", \"version\": 1, "

#define TDX_LIMIT \
	"bits that KVM_TDX_GET_CPUID clears or forces on before KVM_SET_CPUID2"

/* A profile that holds what the module answers leaves nothing open. */
static bool is_limited(const struct program *p)
{
	return model_opts_tdx(p->opts) &&
	       !p->host->facts.tdx_vcpu_cpuid.nent;
}

/* A model that knows its limits says so. */
static void print_head(const struct program *p)
{
	const char *name = model_opts_version_name(p->opts);

	if (p->view == VIEW_JSON)
		printf("{" JSON_HEAD "\"qemu\": \"%s\",%s \"vcpus\": [\n", name, is_limited(p) ?
		       " \"not_modelled\": \"" TDX_LIMIT "\"," : "");
	else if (p->view == VIEW_ENTRIES || !p->view)
		printf("# rules of QEMU %s\n", name);
	if (is_limited(p) && p->view != VIEW_JSON)
		puts("# not modelled: " TDX_LIMIT);
}

static int print_all(struct program *p)
{
	unsigned int n = model_opts_vcpus(p->opts), vcpu;
	struct guest_cpu *cpu = malloc(sizeof(*cpu));
	int status = cpu ? EXIT_OK : EXIT_DIFFERS;

	print_head(p);
	if (p->vcpu < 0 && p->view == VIEW_NAMES)
		p->vcpu = 0;
	for (vcpu = 0; vcpu < n && !status; vcpu++) {
		if (p->vcpu >= 0 && vcpu != p->vcpu)
			continue;
		if (vcpu && p->vcpu < 0 && p->view == VIEW_JSON)
			fputs(",\n", stdout);
		status = print_vcpu(p, vcpu, cpu);
	}
	if (p->view == VIEW_JSON)
		puts("]}");
	free(cpu);
	return status;
}

static void version_text(unsigned int since, char *text, size_t len)
{
	text[0] = 0;
	if (since)
		snprintf(text, len, " (QEMU %u.%u)", since / 100, since % 100);
}

static void place_text(const struct model_difference *d, char *text,
		       size_t len)
{
	if (d->kind == DIFF_MSR)
		snprintf(text, len, "msr.0x%x", d->function);
	else if (d->kind == DIFF_VALUE)
		snprintf(text, len, "%s", d->what);
	else
		snprintf(text, len, "0x%x.%u.%s", d->function, d->index,
			 d->kind == DIFF_CPUID ? cpuid_reg_name(d->reg) :
						 "flags");
}

static void print_difference(const struct model_difference *d, void *arg)
{
	char place[60], since[20];

	(void)arg;
	place_text(d, place, sizeof(place));
	version_text(d->since, since, sizeof(since));
	if (d->bit >= 0)
		printf("%c %-24s %s.%-*d %s%s\n", d->value[1] ? '+' : '-',
		       d->name ? d->name : "?", place,
		       (int)(22 - strlen(place)), d->bit, d->reason, since);
	else
		printf("  %-24s 0x%08llx -> 0x%08llx %s%s\n", place,
		       (unsigned long long)d->value[0],
		       (unsigned long long)d->value[1], d->reason, since);
}

static const char *kind_name(const struct model_difference *d)
{
	static const char * const names[] = {
		[DIFF_CPUID] = "cpuid", [DIFF_FLAGS] = "flags",
		[DIFF_MSR] = "msr", [DIFF_VALUE] = "value",
	};

	return names[d->kind];
}

/* Names and reasons hold nothing that JSON wants to be escaped. */
static void json_difference(const struct model_difference *d, void *arg)
{
	struct program *p = arg;

	printf("%s\n  {\"kind\": \"%s\"", p->nr++ ? "," : "", kind_name(d));
	if (d->kind == DIFF_MSR)
		printf(", \"msr\": \"0x%08x\"", d->function);
	else if (d->kind != DIFF_VALUE)
		printf(", \"function\": \"0x%08x\", \"index\": \"0x%08x\"",
		       d->function, d->index);
	if (d->kind == DIFF_CPUID)
		printf(", \"register\": \"%s\"", cpuid_reg_name(d->reg));
	if (d->bit >= 0)
		printf(", \"bit\": %d", d->bit);
	if (d->name || d->what)
		printf(", \"name\": \"%s\"", d->name ? d->name : d->what);
	printf(", \"before\": \"0x%llx\", \"after\": \"0x%llx\", \"reason\": \"%s\"",
	       (unsigned long long)d->value[0],
	       (unsigned long long)d->value[1], d->reason);
	if (d->since)
		printf(", \"since\": \"%u.%u\"", d->since / 100,
		       d->since % 100);
	putchar('}');
}

static void diff_head(const struct program *p, struct model_opts *const o[2])
{
	const char *before = model_opts_version_name(o[0]);
	const char *after = model_opts_version_name(o[1]);

	if (p->view == VIEW_JSON) {
		printf("{" JSON_HEAD "\"before\": \"%s\", \"after\": \"%s\", \"differences\": [",
		       before, after);
		return;
	}
	printf("# from QEMU %s to %s; rules: %s, %s\n", p->diff[0],
	       p->diff[1], before, after);
	if (!model_opts_machine_given(o[0]))
		puts("# machine types: the newest of each; a guest that migrates keeps its own (--machine)");
}

static int print_diff(struct program *p, struct model_opts *const o[2])
{
	bool json = p->view == VIEW_JSON;
	int n;

	diff_head(p, o);
	n = model_diff(&p->host->facts, o[0], o[1], p->vcpu < 0 ? 0 : p->vcpu,
		       json ? json_difference : print_difference, p, p->err,
		       sizeof(p->err));
	if (json)
		puts("]}");
	if (n < 0)
		return fail(p, EXIT_DIFFERS);
	if (!json)
		printf("# %d difference%s\n", n, n == 1 ? "" : "s");
	return n ? EXIT_DIFFERS : EXIT_OK;
}

/* Everything but the version is the same. */
static int diff(struct program *p)
{
	struct model_opts *o[2] = {
		model_opts_copy(p->opts), model_opts_copy(p->opts),
	};
	int i, status = o[0] && o[1] ? EXIT_OK : fail(p, EXIT_DIFFERS);

	for (i = 0; i < 2 && !status; i++)
		if (model_opts_version(o[i], p->diff[i], p->err,
				       sizeof(p->err)))
			status = fail(p, EXIT_USAGE);
	if (!status)
		status = read_host(p);
	if (!status)
		status = print_diff(p, o);
	model_opts_free(o[0]);
	model_opts_free(o[1]);
	return status;
}

static int run(struct program *p, int argc, char **argv)
{
	int r = parse_options(p, argc, argv);

	if (r)
		return r - 1;
	if (p->vector)
		return compare_vectors(p, argv + optind);
	if (p->vcpu >= (long)model_opts_vcpus(p->opts)) {
		snprintf(p->err, sizeof(p->err), "there is no vCPU %ld",
			 p->vcpu);
		return fail(p, EXIT_USAGE);
	}
	if (p->diff[0])
		return diff(p);
	r = read_host(p);
	if (r)
		return r;
	if (p->view != VIEW_EXPLAIN)
		return print_all(p);
	print_head(p);
	r = model_explain(&p->host->facts, p->opts, p->vcpu < 0 ? 0 : p->vcpu,
			  p->explain, stdout, p->err, sizeof(p->err));
	if (!r)
		return EXIT_OK;
	/* A name that is not known is no refusal of QEMU's. */
	return fail(p, r == -ENOENT ? EXIT_USAGE : EXIT_DIFFERS);
}

int main(int argc, char **argv)
{
	struct program p = { .vcpu = -1, .err = "out of memory" };
	int status;

	p.opts = model_opts_new();
	status = p.opts ? run(&p, argc, argv) : fail(&p, EXIT_DIFFERS);
	profile_free(p.host);
	model_opts_free(p.opts);
	return output_end("max_model", status, EXIT_SKIP);
}

// SPDX-License-Identifier: GPL-2.0-only
/* host_profile fleet: the guest CPU that runs on every one of many hosts. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "fleet.h"
#include "model_opts.h"
#include "replay.h"

struct fleet {
	unsigned int n;
	const char **names;
	struct profile **members;
	const char *output;		/* of the profile, or NULL */
	struct model_opts *opts;
	struct profile *all;		/* what all offer */
	struct guest_cpu *guests;	/* of each with the options; and ... */
	struct guest_cpu guest;		/* ... of what all offer */
	struct fleet_options options;
	struct stops stops;
	char err[300];
};

__attribute__((format(printf, 2, 3)))
static int fail(struct fleet *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(f->err, sizeof(f->err), format, ap);
	va_end(ap);
	return REPLAY_FAILED;
}

static int take_argument(struct fleet *f, const char *arg, const char *next)
{
	if (strncmp(arg, "--", 2)) {
		f->names[f->n++] = arg;
		return 0;
	}
	if (!strcmp(arg, "--output") && next) {
		f->output = next;
		return 0;
	}
	if (!strcmp(arg, "--qemu") && next)
		return model_opts_version(f->opts, next, f->err,
					  sizeof(f->err)) ? REPLAY_USAGE : 0;
	fail(f, "unknown option '%s', or nothing after it", arg);
	return REPLAY_USAGE;
}

static int take_arguments(struct fleet *f, int argc, char **argv)
{
	int i, r;

	for (i = 0; i < argc; i++) {
		r = take_argument(f, argv[i], argv[i + 1]);
		if (r)
			return r;
		if (!strncmp(argv[i], "--", 2))
			i++;
	}
	if (f->n >= 2)
		return 0;
	fail(f, "a fleet is of two hosts or more");
	return REPLAY_USAGE;
}

static int load_one(struct fleet *f, unsigned int i)
{
	struct profile *p = profile_new();
	const char *path = f->names[i];
	int r;

	f->members[i] = p;
	if (!p)
		return fail(f, "out of memory");
	r = strcmp(path, "-") ?
	    dump_load_profile(p, path, f->err, sizeof(f->err)) :
	    facts_read_host(&p->facts, f->err, sizeof(f->err));
	if (r)
		return REPLAY_FAILED;
	return facts_have_kvm(&p->facts) ? 0 :
	       fail(f, "%s: says nothing of KVM", path);
}

static const char *vendor_of(const struct host_facts *f, char name[13])
{
	const struct cpuid_list *l = &f->cpu[0].cpuid;
	uint32_t r[3] = { cpuid_get(l, 0, 0, REG_EBX),
			  cpuid_get(l, 0, 0, REG_EDX),
			  cpuid_get(l, 0, 0, REG_ECX) };

	memcpy(name, r, 12);
	name[12] = 0;
	return name;
}

static int load_all(struct fleet *f)
{
	char first[13], other[13];
	unsigned int i;
	int r;

	for (i = 0; i < f->n; i++) {
		r = load_one(f, i);
		if (r)
			return r;
	}
	vendor_of(&f->members[0]->facts, first);
	for (i = 1; i < f->n; i++) {
		if (!strcmp(first, vendor_of(&f->members[i]->facts, other)))
			continue;
		fail(f, "no fleet: %s is %s, %s is %s; a guest cannot move between vendors",
		     f->names[0], first, f->names[i], other);
		return REPLAY_CANNOT;
	}
	return 0;
}

static int compute(struct fleet *f, const struct host_facts *h,
		   const char *name, struct guest_cpu *to)
{
	char err[200];

	if (!model_compute(h, f->opts, 0, to, err, sizeof(err)))
		return 0;
	fail(f, "%s: %s", name, err);
	return REPLAY_CANNOT;
}

/* The members' own guests, by the options so far. */
static int compute_guests(struct fleet *f)
{
	unsigned int i;
	int r = 0;

	for (i = 0; i < f->n && !r; i++)
		r = compute(f, &f->members[i]->facts, f->names[i],
			    &f->guests[i]);
	return r;
}

/* Takes the options into use; what they entail may need more of them. */
static int use_options(struct fleet *f)
{
	if (f->options.full)
		return fail(f, "the options are longer than %zu bytes",
			    sizeof(f->options.text));
	if (f->options.text[3] &&
	    model_opts_parse(f->opts, f->options.text + 4, f->err,
			     sizeof(f->err)))
		return REPLAY_FAILED;
	return compute_guests(f);
}

static int find_options(struct fleet *f)
{
	size_t before = 0;
	unsigned int i;
	int r = compute_guests(f);

	strcpy(f->options.text, "max");
	while (!r && strlen(f->options.text) > before) {
		before = strlen(f->options.text);
		for (i = 0; i < f->n; i++)
			fleet_add_options(&f->options, &f->guest,
					  &f->guests[i], f->opts->qemu);
		r = use_options(f);
	}
	return r;
}

static int find(struct fleet *f)
{
	unsigned int i;
	int r;

	f->all = profile_new();
	f->guests = calloc(f->n, sizeof(*f->guests));
	if (!f->all || !f->guests)
		return fail(f, "out of memory");
	f->all->facts = f->members[0]->facts;
	for (i = 0; i < f->n; i++)
		fleet_meet(&f->all->facts, &f->members[i]->facts);
	r = compute(f, &f->all->facts, "what all offer", &f->guest);
	return r ? r : find_options(f);
}

/* --- what is told ------------------------------------------------------------- */

static void print_stop(const struct stop *s, const char *where)
{
	unsigned int bit = __builtin_ctzll(s->mask);
	const char *name = stop_name(s, bit);

	if (s->space == SPACE_MSR)
		printf("    MSR 0x%08x", s->function);
	else
		printf("    leaf 0x%08x subleaf 0x%x %s", s->function,
		       s->index, cpuid_reg_name(s->reg));
	printf(" bit %u %s: wanted %llu, got %llu on %s\n", bit,
	       name ? name : "",
	       (unsigned long long)(s->wanted & s->mask) >> bit,
	       (unsigned long long)(s->offered & s->mask) >> bit, where);
}

/* What stops a guest on a host; returns how many things. */
static unsigned int print_stops(struct fleet *f, const struct guest_cpu *guest,
				const char *whose, unsigned int on)
{
	unsigned int i;

	stops_find(&f->stops, guest, &f->members[on]->facts, f->opts, NULL);
	if (f->stops.n)
		printf("  %s cannot run on %s:\n", whose, f->names[on]);
	for (i = 0; i < f->stops.n; i++)
		print_stop(&f->stops.stop[i], f->names[on]);
	return f->stops.n;
}

/* On how many a guest may be started with the options, to run on all. */
static unsigned int print_moves(struct fleet *f)
{
	unsigned int from, to, stops, good = 0;
	char whose[200];

	for (from = 0; from < f->n; from++) {
		stops = 0;
		snprintf(whose, sizeof(whose), "a guest started on %s",
			 f->names[from]);
		for (to = 0; to < f->n; to++)
			stops += print_stops(f, &f->guests[from], whose, to);
		good += !stops;
	}
	return good;
}

static int print(struct fleet *f)
{
	unsigned int i, n = 0, good;

	printf("rules of QEMU %s\n-cpu %s\n", model_opts_version_name(f->opts),
	       f->options.text);
	for (i = 0; i < f->n; i++)
		n += print_stops(f, &f->guest, "the fleet's guest", i);
	good = n ? 0 : print_moves(f);
	if (n)
		printf("no guest CPU runs on all %u\n", f->n);
	else if (good < f->n)
		printf("the profile's guest runs on all %u; one with these options does if it is started on %u of them\n",
		       f->n, good);
	else
		printf("started with these options on any of %u, a guest runs on all\n",
		       f->n);
	if (fflush(stdout) || ferror(stdout))
		return fail(f, "stdout: %s", strerror(errno));
	if (n)
		return REPLAY_CANNOT;
	return good < f->n ? REPLAY_SOME : REPLAY_CAN;
}

static int run(struct fleet *f, int argc, char **argv)
{
	int r = take_arguments(f, argc, argv);

	if (!r)
		r = load_all(f);
	if (!r)
		r = find(f);
	if (!r && f->output &&
	    profile_write(f->all, f->output, f->err, sizeof(f->err)))
		r = REPLAY_FAILED;
	if (!r) {
		f->err[0] = 0;		/* readers leave theirs behind */
		r = print(f);
	}
	if (r && *f->err)
		fprintf(stderr, "host_profile: %s\n", f->err);
	return r;
}

int fleet_main(int argc, char **argv)
{
	struct fleet *f = calloc(1, sizeof(*f));
	int status = REPLAY_FAILED;
	unsigned int i;

	if (!f)
		return status;
	f->opts = model_opts_new();
	f->names = calloc(argc, sizeof(*f->names));
	f->members = calloc(argc, sizeof(*f->members));
	if (f->opts && f->names && f->members)
		status = run(f, argc, argv);
	for (i = 0; f->members && i < f->n; i++)
		profile_free(f->members[i]);
	profile_free(f->all);
	model_opts_free(f->opts);
	free(f->guests);
	free(f->names);
	free(f->members);
	free(f);
	return status;
}

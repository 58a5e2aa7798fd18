// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "replay.h"

struct request {
	const char *file, *on;		/* on: another recorded host, or NULL */
	struct model_opts *opts;
	struct profile *a, *b;
	char err[300];
};

static int complain(const struct request *q, int status)
{
	fprintf(stderr, "host_profile: %s\n", q->err);
	return status;
}

static const char *after(const char *text, const char *start)
{
	size_t n = strlen(start);

	if (strncmp(text, start, n) || (text[n] && text[n] != ','))
		return NULL;
	return text + n + (text[n] == ',');
}

/* As max_model takes it: "max,-pcid" or just "-pcid". */
static int take_cpu(struct request *q, const char *text)
{
	const char *rest = after(text, "max");

	return model_opts_parse(q->opts, rest ? rest : text, q->err,
				sizeof(q->err));
}

static int take_option(struct request *q, const char *name, const char *value)
{
	if (!strcmp(name, "--qemu"))
		return model_opts_version(q->opts, value, q->err,
					  sizeof(q->err));
	if (!strcmp(name, "--cpu"))
		return take_cpu(q, value);
	if (!strcmp(name, "--on")) {
		q->on = value;
		return 0;
	}
	snprintf(q->err, sizeof(q->err), "unknown option '%s'", name);
	return -EINVAL;
}

static int take_file(struct request *q, const char *name)
{
	if (!q->file && name[0] != '-') {
		q->file = name;
		return 0;
	}
	snprintf(q->err, sizeof(q->err), "unexpected argument '%s'", name);
	return -EINVAL;
}

static int take_arguments(struct request *q, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		int ret = 0;

		if (!strncmp(argv[i], "--", 2) && i + 1 < argc) {
			ret = take_option(q, argv[i], argv[i + 1]);
			i++;
		} else {
			ret = take_file(q, argv[i]);
		}
		if (ret)
			return ret;
	}
	snprintf(q->err, sizeof(q->err), "which host's guest is to run here?");
	return q->file ? 0 : -EINVAL;
}

static int load(struct request *q, struct profile *p, const char *path)
{
	if (dump_load_profile(p, path, q->err, sizeof(q->err)))
		return -EINVAL;
	if (facts_have_kvm(&p->facts))
		return 0;
	snprintf(q->err, sizeof(q->err), "%s: says nothing of KVM", path);
	return -EINVAL;
}

static int load_both(struct request *q)
{
	q->a = profile_new();
	q->b = profile_new();
	if (!q->a || !q->b) {
		snprintf(q->err, sizeof(q->err), "out of memory");
		return -ENOMEM;
	}
	if (load(q, q->a, q->file))
		return -EINVAL;
	return q->on ? load(q, q->b, q->on) :
		       facts_read_host(&q->b->facts, q->err, sizeof(q->err));
}

static int compute(struct request *q, struct replay *r)
{
	char ignored[200];

	if (model_compute(r->a, r->opts, 0, &r->guest, q->err,
			  sizeof(q->err)))
		return -EINVAL;
	r->has_own = !model_compute(r->here, r->opts, 0, &r->own, ignored,
				    sizeof(ignored));
	stops_find(&r->stops, &r->guest, r->here, r->opts,
		   r->has_own ? &r->own : NULL);
	return 0;
}

/* What is installed, what the host has, and beyond the end of each class. */
static void install(struct replay *r)
{
	uint32_t i;

	install_ask_list(r->in, &r->guest.cpuid);
	for (i = 0; i < r->guest.cpuid.nent; i++) {
		const struct kvm_cpuid_entry2 *e = &r->guest.cpuid.e[i];

		install_ask(r->in, e->function, e->index + 1);
		install_ask(r->in, e->function + 1, 0);
	}
	install_ask_list(r->in, &r->here->supported);
	install_ask_list(r->in, &r->here->cpu[0].cpuid);
	install_run(r->in, r->here, &r->guest);
}

static int replay(struct request *q, struct replay *r)
{
	int status;

	r->name = q->file;
	r->a = &q->a->facts;
	r->here = &q->b->facts;
	r->opts = q->opts;
	if (compute(q, r))
		return complain(q, REPLAY_FAILED);
	if (!q->on) {
		r->in = install_new();
		if (!r->in)
			return complain(q, REPLAY_FAILED);
		install(r);
	}
	status = replay_print(r, stdout);
	install_free(r->in);
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	snprintf(q->err, sizeof(q->err), "stdout: %s", strerror(errno));
	return complain(q, REPLAY_FAILED);
}

int replay_main(int argc, char **argv)
{
	struct request q = { .opts = model_opts_new(),
			     .err = "out of memory" };
	struct replay *r = calloc(1, sizeof(*r));
	int status = REPLAY_FAILED;

	if (!q.opts || !r)
		complain(&q, status);
	else if (take_arguments(&q, argc, argv))
		status = complain(&q, REPLAY_USAGE);
	else if (load_both(&q))
		complain(&q, status);
	else
		status = replay(&q, r);
	profile_free(q.a);
	profile_free(q.b);
	model_opts_free(q.opts);
	free(r);
	return status;
}

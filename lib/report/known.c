// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "here.h"
#include "known.h"
#include "machine.h"

/* Of one test. */
static struct {
	unsigned int unexplained;
	unsigned int explained[2];	/* by kernel or emulator, by quirks */
	const struct erratum *seen[16];
	unsigned int nr_seen;
	const struct cause *told;
	bool trying, all_known;
} now;

bool (*known_probe)(enum quirk q);
const struct bent_lists *(*known_bent)(void);

void known_begin(void)
{
	memset(&now, 0, sizeof(now));
}

static bool has_quirk(enum quirk q)
{
	static signed char answer[NR_QUIRKS];	/* 0: not asked */

	if (!known_probe)
		return false;
	if (!answer[q])
		answer[q] = known_probe(q) ? 1 : -1;
	return answer[q] > 0;
}

/* "Bochs-3.0"; 0 is no version. */
static uint32_t emulator(char *name, const char *text)
{
	unsigned int major = 0, minor = 0, patch = 0;

	if (!text || sscanf(text, "%15[A-Za-z]-%u.%u.%u", name, &major, &minor,
			    &patch) < 2)
		name[0] = '\0';
	return KERNEL(major, minor, patch);
}

const char *known_emulator(uint32_t *version)
{
	static char name[16];

	*version = emulator(name, getenv(KNOWN_EMULATOR));
	return name[0] ? name : NULL;
}

static struct errata_host here(void)
{
	const struct host_facts *f = subject_facts_try();
	uint32_t version;
	const char *name = known_emulator(&version);

	return (struct errata_host){
		.kernel = f ? f->kernel : 0,
		.kvm_module = f ? f->kvm_module : "",
		.emulator = name,
		.emulator_version = version,
		.has_quirk = has_quirk,
	};
}

/* Who has it: "fixed in 6.5, ab322c43cce9". */
static const char *why(const struct erratum *e, char *buf, size_t len)
{
	char fixes[60];

	if (e->quirk)
		snprintf(buf, len, "quirk of this KVM: %s", e->area);
	else if (e->emulator)
		snprintf(buf, len, "defect of the emulator, %s", e->emulator);
	else
		snprintf(buf, len, "fixed in %s, %s",
			 erratum_fixes(e, fixes, sizeof(fixes)), e->commit);
	return buf;
}

static void remember(const struct erratum *e)
{
	char text[100];
	unsigned int i;

	for (i = 0; i < now.nr_seen; i++)
		if (now.seen[i] == e)
			return;
	machine_erratum(e, why(e, text, sizeof(text)));
	if (now.nr_seen < ARRAY_SIZE(now.seen))
		now.seen[now.nr_seen++] = e;
}

void known_annotate(FILE *out, const struct erratum *e)
{
	char text[100];

	fprintf(out, "#   erratum: %s: %s (%s)\n", e->id, e->summary,
		why(e, text, sizeof(text)));
}

const struct erratum *known_explain(const struct finding *m)
{
	struct errata_host h = here();
	const struct erratum *e = errata_explain(m, &h);

	if (now.trying) {
		now.all_known &= !!e;
	} else if (!e) {
		now.unexplained++;
	} else {
		now.explained[!!e->quirk]++;
		remember(e);
	}
	return e;
}

const struct cause *known_cause(const struct finding *m)
{
	const struct cause *c = cause_of(m, has_quirk);

	if (c && c != now.told && !now.trying)
		machine_cause(c);
	now.told = c ? c : now.told;
	return c;
}

void known_unexplained(void)
{
	now.unexplained++;
}

void known_try_begin(void)
{
	now.trying = true;
	now.all_known = true;
}

bool known_try_end(void)
{
	now.trying = false;
	return now.all_known;
}

bool known_trying(void)
{
	return now.trying;
}

static bool allowed(void)
{
	const char *v = getenv(KNOWN_ALLOW);

	return v && v[0] && strcmp(v, "0");
}

static enum result failed(void)
{
	unsigned int i;

	if (now.unexplained || !now.nr_seen)
		return RESULT_FAIL;
	printf("# known:");
	for (i = 0; i < now.nr_seen; i++)
		printf(" %s", now.seen[i]->id);
	printf("\n");
	for (i = 0; i < now.nr_seen; i++)
		machine_known(now.seen[i]->id);
	return now.explained[1] && !allowed() ? RESULT_FAIL : RESULT_XFAIL;
}

/* tools/testing/selftests/kselftest.h */
#define STATUS_FAIL	1
#define STATUS_XFAIL	2

int known_stop(enum run_end end, const char *error)
{
	static const enum event events[] = {
		[RUN_ENDED_OTHERWISE] = EVENT_STOPPED,
		[RUN_ENDED_BY_EMULATOR] = EVENT_STOPPED_BY_EMULATOR,
		[RUN_ENDED_AT_ZERO] = EVENT_STOPPED_AT_ZERO,
	};
	const struct finding m = {
		.kind = FOUND_EVENT, .event = events[end],
		.what = "end of the test",
		.wanted_text = "",
		.got_text = error,
	};
	const struct erratum *e;

	e = known_explain(&m);
	machine_note("error", error);
	if (e)
		known_annotate(stdout, e);
	return failed() == RESULT_XFAIL ? STATUS_XFAIL : STATUS_FAIL;
}

static enum result passed(const char *test)
{
	struct errata_host h = here();
	enum result end = RESULT_PASS;
	const struct erratum *e;
	unsigned int n;

	for (n = 0; (e = errata_due(test, n, &h)); n++) {
		printf("# erratum %s did not show, though this kernel is known to have it\n",
		       e->id);
		end = RESULT_XPASS;
	}
	return end;
}

/* A test whose own flag was lost has failed by what it has reported. */
static bool reported(void)
{
	return now.unexplained || now.explained[0] || now.explained[1];
}

enum result known_end(bool ok, const char *fixture, const char *test)
{
	char name[160];

	snprintf(name, sizeof(name), "%s:%s.%s", program_invocation_short_name,
		 fixture, test);
	return ok && !reported() ? passed(name) : failed();
}

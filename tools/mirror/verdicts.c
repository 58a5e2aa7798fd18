// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tests say of this KVM, each verdict a fact: they ask in places that
 * the questions of the mirror do not reach.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "surface.h"

#define TEST_LIMIT_S	900

struct one_test {
	const char *tests, *name;
};

/* What a test's output has said since its last result. */
struct reading {
	const char *program;
	char found[240];	/* its first finding */
	bool planned;
};

static void note_finding(struct reading *r, const char *line)
{
	if (!r->found[0] && (!strncmp(line, "# MISMATCH", 10) ||
			     !strncmp(line, "# ERROR", 7)))
		snprintf(r->found, sizeof(r->found), "%.200s", line + 2);
}

/* "global.installed # SKIP ..." */
static void note_result(struct reading *r, bool ok, char *name)
{
	char *directive = strstr(name, " # ");
	const char *verdict = ok ? "ok" : "FAIL";

	if (directive) {
		*directive = '\0';
		directive += 3;
		if (!strncmp(directive, "SKIP", 4) ||
		    !strncmp(directive, "XFAIL", 5))
			verdict = *directive == 'S' ? "skip" : "xfail";
	}
	fact("test %s.%s = %s%s%s", r->program, name, verdict,
	     !ok && r->found[0] ? " " : "", ok ? "" : r->found);
	r->found[0] = '\0';
}

static void read_line(struct reading *r, char *line)
{
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	r->planned |= !strncmp(line, "1..", 3);
	sscanf(line, "ok %*u %n", &at);
	if (at) {
		note_result(r, true, line + at);
		return;
	}
	sscanf(line, "not ok %*u %n", &at);
	if (at)
		note_result(r, false, line + at);
	else
		note_finding(r, line);
}

/* What "TESTS NAME" prints; without a name, the names it knows. */
static FILE *open_test(const char *tests, const char *name, pid_t *pid)
{
	int ends[2];
	FILE *in;

	if (pipe(ends))
		test_stop("pipe: %s", strerror(errno));
	fflush(NULL);
	*pid = fork();
	if (!*pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(TEST_LIMIT_S);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		execl(tests, tests, name, NULL);
		_exit(127);
	}
	close(ends[1]);
	in = fdopen(ends[0], "r");
	if (!in)
		test_stop("fdopen: %s", strerror(errno));
	return in;
}

static int close_test(FILE *in, pid_t pid)
{
	int status = 0;

	fclose(in);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Its status says no more than its results, but for an untimely end. */
static void read_test(const void *arg)
{
	static char line[4096];
	const struct one_test *t = arg;
	struct reading r = { .program = t->name };
	pid_t pid;
	FILE *in = open_test(t->tests, t->name, &pid);
	int status;

	while (fgets(line, sizeof(line), in))
		read_line(&r, line);
	status = close_test(in, pid);
	if (!r.planned || WIFSIGNALED(status))
		fact("test %s = ended with status %#x", r.program, status);
}

static bool is_test(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && !strcmp(name + n - 5, "_test") &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

bool record_verdicts(const char *tests)
{
	char name[64];
	const struct one_test t = { tests, name };
	bool all, some = false;
	pid_t pid;
	FILE *list = open_test(tests, NULL, &pid);

	while (fscanf(list, "%63s", name) == 1 && is_test(name)) {
		section(name, read_test, &t);
		some = true;
	}
	all = some && feof(list);
	if (!all)
		kill(pid, SIGKILL);
	if (!close_test(list, pid) && all)
		return true;
	fprintf(stderr, "surface: %s is not the program of all tests\n", tests);
	return false;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"

/* tools/testing/selftests/kselftest.h */
#define STATUS_FAIL	1
#define STATUS_SKIP	4

#define POLL_MS		200
#define GATHER_MS	5
#define PIPE_SIZE	65536

static volatile sig_atomic_t stopped_by;
static volatile pid_t harness;

void ktap_plan(struct ktap *k, const char *name)
{
	k->names = realloc(k->names, (k->nr_names + 1) * sizeof(*k->names));
	k->given = realloc(k->given, (k->nr_names + 1) * sizeof(*k->given));
	if (!k->names || !k->given)
		abort();
	k->names[k->nr_names] = strdup(name);
	k->given[k->nr_names++] = false;
}

/* --- what the child prints ----------------------------------------------- */

static void trim(char *line)
{
	size_t len = strlen(line);

	while (len && strchr(" \t\r", line[len - 1]))
		line[--len] = '\0';
}

/* "# SKIP", "# XFAIL", "# XPASS" that is followed by no reason ends there. */
static void trim_directive(char *line)
{
	static const char * const directives[] = {
		" # SKIP", " # XFAIL", " # XPASS",
	};
	unsigned int i;
	char *p;

	for (i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
		p = strstr(line, directives[i]);
		if (!p)
			continue;
		p += strlen(directives[i]);
		if (!strcmp(p + strspn(p, " "), "unknown"))
			*p = '\0';
	}
}

static void give(struct ktap *k, const char *name)
{
	size_t len = strcspn(name, " ");
	unsigned int i;

	for (i = 0; i < k->nr_names; i++)
		if (strlen(k->names[i]) == len &&
		    !memcmp(k->names[i], name, len))
			k->given[i] = true;
}

/* Of what the test says to programs (see machine.h), what its result is. */
static void read_machine_line(struct ktap *k, const char *line)
{
	static const char error[] = "#! {\"kind\":\"error\"";
	static const char * const findings[] = {
		"#! {\"kind\":\"cpuid\"", "#! {\"kind\":\"msr\"",
		"#! {\"kind\":\"event\"",
	};
	unsigned int i;

	k->erred |= !strncmp(line, error, sizeof(error) - 1);
	for (i = 0; i < sizeof(findings) / sizeof(findings[0]); i++)
		k->found |= !strncmp(line, findings[i], strlen(findings[i]));
}

static void add_directive(struct ktap *k, char *line, size_t room)
{
	size_t len = strlen(line);

	if (!strncmp(line, "not ok", 6) && k->erred && !k->found &&
	    !strstr(line, " # "))
		snprintf(line + len, room - len, " # ERROR");
	k->erred = false;
	k->found = false;
}

static void read_line(struct ktap *k, char *line)
{
	unsigned int number;
	int at = 0;

	trim(line);
	if (sscanf(line, "ok %u %n", &number, &at) < 1 &&
	    sscanf(line, "not ok %u %n", &number, &at) < 1) {
		k->header |= !strncmp(line, "TAP version", 11);
		k->planned |= !strncmp(line, "1..", 3);
		read_machine_line(k, line);
		return;
	}
	trim_directive(line);
	add_directive(k, line, sizeof(k->line));
	if (number > k->last)
		k->last = number;
	if (at)
		give(k, line + at);
}

static void end_line(struct ktap *k)
{
	k->line[k->len] = '\0';
	if (!k->passing)
		read_line(k, k->line);
	puts(k->line);
	k->len = 0;
	k->passing = false;
}

/* Lines too long to be a result are passed on in pieces. */
static void take_char(struct ktap *k, char c)
{
	if (c == '\n') {
		end_line(k);
		return;
	}
	if (k->len == sizeof(k->line) - 1) {
		fwrite(k->line, 1, k->len, stdout);
		k->len = 0;
		k->passing = true;
	}
	k->line[k->len++] = c;
}

/* False at the end of the output. */
static bool take(struct ktap *k, int fd)
{
	static char buf[PIPE_SIZE];
	ssize_t i, n = read(fd, buf, sizeof(buf));

	for (i = 0; i < n; i++)
		take_char(k, buf[i]);
	fflush(stdout);
	return n > 0;
}

/* --- the child ------------------------------------------------------------ */

static void stop(int sig)
{
	stopped_by = sig;
	if (harness)
		kill(harness, SIGKILL);
}

/* A test that is stopped from outside still has results to print. */
static void catch_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction old, new = { .sa_handler = stop };
	unsigned int i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &new, NULL);
}

static void restore_signals(void)
{
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
}

static bool same_file(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino && sa.st_rdev == sb.st_rdev;
}

/* Who outlives this process must not wait for it to read: no end is left open. */
static pid_t start(int in, int out)
{
	pid_t pid;

	fflush(NULL);
	/* What the harness leaves behind comes to this process: kill_orphans(). */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	restore_signals();
	close(in);
	/* Much of the harness goes to stderr: keep the order of the lines. */
	if (same_file(1, 2))
		dup2(out, 2);
	dup2(out, 1);
	return 0;
}

/*
 * Lines come in groups.  To be woken for each costs an emulated machine more than
 * the line does, so give the others a moment to come; the end is told at once.
 */
static int wait_for_output(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n = poll(&p, 1, timeout_ms);

	p.events = 0;			/* POLLHUP and POLLERR, that is */
	if (n > 0)
		poll(&p, 1, GATHER_MS);
	return n;
}

/*
 * Until the child is gone and nothing more comes.  The end of the output alone
 * does not tell: a test may have left it to a process that lives on.
 */
static int follow(struct ktap *k, int fd)
{
	bool ended = false;
	int n, status = 0;

	for (;;) {
		n = wait_for_output(fd, ended ? 0 : POLL_MS);
		if (n > 0 && !take(k, fd))
			break;
		if (n <= 0 && ended)
			break;
		if (!ended)
			ended = waitpid(harness, &status, WNOHANG) == harness;
	}
	while (!ended)
		ended = waitpid(harness, &status, 0) == harness;
	if (k->len || k->passing)
		end_line(k);
	return status;
}

/* The parent of a process, 0 if that cannot be read. */
static pid_t parent_of(const char *pid)
{
	char path[300], text[512], *p;
	FILE *f;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	/* "PID (NAME) STATE PARENT", and a name may hold anything. */
	if (fgets(text, sizeof(text), f)) {
		p = strrchr(text, ')');
		if (!p || sscanf(p, ") %*c %d", &parent) != 1)
			parent = 0;
	}
	fclose(f);
	return parent;
}

static void kill_children(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;

	while (proc && (d = readdir(proc)))
		if (isdigit(d->d_name[0]) && parent_of(d->d_name) == getpid())
			kill(atoi(d->d_name), SIGKILL);
	if (proc)
		closedir(proc);
}

/*
 * Of a harness that died its test goes on, in a process group of its own.  The
 * children of a process that is killed come here as well, so go round again.
 */
static void kill_orphans(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		/* Nearly always there is none, and /proc is long. */
		if (waitpid(-1, NULL, WNOHANG) < 0)
			break;
		kill_children();
		usleep(1000);
	}
}

/* --- what it owes --------------------------------------------------------- */

static unsigned int owed(const struct ktap *k)
{
	unsigned int i, n = 0;

	for (i = 0; i < k->nr_names; i++)
		n += !k->given[i];
	return n;
}

static void print_owed(struct ktap *k, bool skip)
{
	unsigned int i;

	if (!k->header && !getenv("KSFT_TAP_LEVEL"))
		printf("TAP version 13\n");
	if (!k->planned)
		printf("1..%u\n", k->nr_names);
	for (i = 0; i < k->nr_names; i++)
		if (!k->given[i])
			printf("%s %u %s # %s\n", skip ? "ok" : "not ok",
			       ++k->last, k->names[i], skip ? "SKIP" : "lost");
	fflush(stdout);
}

/* As the child did, so that whoever waits learns how. */
static void die_of(int sig)
{
	static const struct rlimit no_core;
	sigset_t all;

	setrlimit(RLIMIT_CORE, &no_core);
	signal(sig, SIG_DFL);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	raise(sig);
}

static int finish(struct ktap *k, int status)
{
	bool skip = WIFEXITED(status) && WEXITSTATUS(status) == STATUS_SKIP &&
		    !k->planned;
	unsigned int n = owed(k);

	kill_orphans();
	if (n) {
		if (WIFSIGNALED(status))
			printf("# the program died of signal %d\n",
			       stopped_by ? stopped_by : WTERMSIG(status));
		else
			printf("# the program ended with status %d\n",
			       WEXITSTATUS(status));
		print_owed(k, skip);
	}
	if (stopped_by)
		die_of(stopped_by);
	if (WIFSIGNALED(status))
		die_of(WTERMSIG(status));
	if (!WIFEXITED(status))
		return STATUS_FAIL;
	return n && !WEXITSTATUS(status) ? STATUS_FAIL : WEXITSTATUS(status);
}

int ktap_run(struct ktap *k, int (*run)(int argc, char **argv), int argc,
	     char **argv)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC)) {
		perror("# ERROR: pipe");
		return STATUS_FAIL;
	}
	catch_signals();
	harness = start(fds[0], fds[1]);
	if (harness < 0) {
		perror("# ERROR: fork");
		return STATUS_FAIL;
	}
	if (!harness)
		exit(run(argc, argv));
	close(fds[1]);
	return finish(k, follow(k, fds[0]));
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run an emulator, sort what its machine sends (frame.h) into files, and end
 * it: when all programs ran, when it hangs, when time is up, when asked to.
 *
 * Machines are often shared, so a hang is not told by the clock: it is CPU time
 * spent by the emulator while neither console nor result channel moved.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "results.h"

#define POLL_MS		200
/*
 * An emulator writes byte by byte.  Where nobody waits for the next one, that is
 * not a switch between two processes each.
 */
#define GATHER_US	10000

struct watch {
	struct results r;
	const char *console;
	char *emulator_log;
	double wall_limit, hang_limit;

	pid_t pid;
	int fd;
	double start, begin, moved, cpu_moved, waited;
	off_t console_size;
};

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* CPU seconds of the emulator, all its threads. */
static double cpu_time(pid_t pid)
{
	unsigned long user = 0, sys = 0;
	char path[64], text[1024], *p;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	/* The command name may hold anything; the last ')' ends it. */
	p = strrchr(text, ')');
	if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u"
			 " %lu %lu", &user, &sys) != 2)
		return 0;
	return (double)(user + sys) / sysconf(_SC_CLK_TCK);
}

/* Seconds for which its threads were ready and got no CPU; 0 if not told. */
static double wait_time(pid_t pid)
{
	unsigned long long ran, waited, sum = 0;
	char pattern[64];
	glob_t files;
	size_t i;

	snprintf(pattern, sizeof(pattern), "/proc/%d/task/*/schedstat", pid);
	if (glob(pattern, 0, NULL, &files))
		return 0;
	for (i = 0; i < files.gl_pathc; i++) {
		FILE *f = fopen(files.gl_pathv[i], "re");

		if (f && fscanf(f, "%llu %llu", &ran, &waited) == 2)
			sum += waited;
		if (f)
			fclose(f);
	}
	globfree(&files);
	return sum / 1e9;
}

/* The kernel's own verdict, else the last line that says anything. */
static char *telling_line(char *text)
{
	char *p = strstr(text, "Kernel panic"), *end;

	if (p) {
		p[strcspn(p, "\r\n")] = '\0';
		return p;
	}
	end = text + strlen(text);
	while (end > text && strchr("\r\n \t", end[-1]))
		*--end = '\0';
	p = strrchr(text, '\n');
	return p ? p + 1 : text;
}

/* False if the file says nothing. */
static bool file_says(const char *path, char *line, size_t size)
{
	char text[8192];
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return false;
	if (fseek(f, -(long)(sizeof(text) - 1), SEEK_END))
		rewind(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	snprintf(line, size, "%.150s", telling_line(text));
	return *line;
}

/* The console's last words; if there are none, the emulator's. */
static void last_words(struct watch *w, char *line, size_t size)
{
	if (!file_says(w->console, line, size) &&
	    !file_says(w->emulator_log, line, size))
		snprintf(line, size, "nothing");
}

static const char *where(struct watch *w)
{
	static char text[512];
	char line[200];
	struct program *p = &w->r.programs[w->r.nr_started - 1];

	last_words(w, line, sizeof(line));
	if (!w->begin)
		snprintf(text, sizeof(text), "while booting; console: %s", line);
	else if (!w->r.nr_started)
		snprintf(text, sizeof(text),
			 "before the first program; console: %s", line);
	else
		snprintf(text, sizeof(text), "%s %s; console: %s",
			 p->ended ? "after" : "in", p->name, line);
	return text;
}

static void note_progress(struct watch *w)
{
	w->moved = now();
	w->cpu_moved = cpu_time(w->pid);
	w->waited = wait_time(w->pid);
}

/* Neither runs nor wants to: one that is starved of CPU is no dead machine. */
static bool is_idle(struct watch *w, double spent)
{
	return now() - w->moved >= 3 * w->hang_limit && spent < 1 &&
	       wait_time(w->pid) - w->waited < w->hang_limit;
}

static void check_limits(struct watch *w)
{
	double t = now(), spent = cpu_time(w->pid) - w->cpu_moved;
	struct stat st;

	if (!stat(w->console, &st) && st.st_size != w->console_size) {
		w->console_size = st.st_size;
		note_progress(w);
		return;
	}
	if (spent >= w->hang_limit)
		results_fail(&w->r,
			     "hung %s (%.0f s of CPU without a sign of life)",
			     where(w), spent);
	else if (is_idle(w, spent))
		results_fail(&w->r, "hung %s (idle for %.0f s)", where(w),
			     t - w->moved);
	else if (t - w->start >= w->wall_limit)
		results_fail(&w->r, "time limit of %.0f s reached %s",
			     w->wall_limit, where(w));
}

static void read_channel(struct watch *w)
{
	if (!results_read(&w->r, w->fd))
		results_fail(&w->r, "the emulator ended %s", where(w));
	if (w->r.begun && !w->begin)
		w->begin = now();
	note_progress(w);
}

static void follow(struct watch *w)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	pid_t parent = getppid();

	w->start = now();
	note_progress(w);
	while (!w->r.ended && !w->r.failure[0] && !caught) {
		if (poll(&p, 1, POLL_MS) > 0) {
			read_channel(w);
			usleep(GATHER_US);
		}
		check_limits(w);
		if (getppid() != parent)
			caught = SIGHUP;
	}
}

static void __attribute__((noreturn))
become_emulator(struct watch *w, int channel, char *argv[])
{
	int null = open("/dev/null", O_RDONLY);
	int log = open(w->emulator_log, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(null, 0);
	dup2(channel, 1);
	dup2(log, 2);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static void start(struct watch *w, char *argv[])
{
	int fds[2];

	if (asprintf(&w->emulator_log, "%s/emulator.log", w->r.dir) < 0 ||
	    pipe2(fds, O_CLOEXEC))
		err(1, "pipe");
	w->pid = fork();
	if (w->pid < 0)
		err(1, "fork");
	if (!w->pid)
		become_emulator(w, fds[1], argv);
	close(fds[1]);
	w->fd = fds[0];
}

static void usage(void)
{
	errx(2, "usage: watch -d DIR -c CONSOLE -n PROGRAMS [-w SECONDS] [-s SECONDS] -- EMULATOR...");
}

static void options(struct watch *w, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+d:c:n:w:s:")) != -1) {
		switch (c) {
		case 'd':
			w->r.dir = optarg;
			break;
		case 'c':
			w->console = optarg;
			break;
		case 'n':
			w->r.nr_wanted = atoi(optarg);
			break;
		case 'w':
			w->wall_limit = atof(optarg);
			break;
		case 's':
			w->hang_limit = atof(optarg);
			break;
		default:
			usage();
		}
	}
	if (!w->r.dir || !w->console || optind >= argc ||
	    w->r.nr_wanted > MAX_PROGRAMS)
		usage();
}

static void catch_signals(void)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction sa = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static const char *stage(const struct watch *w)
{
	if (w->r.ended && !w->r.failure[0])
		return "end";
	return w->begin ? "programs" : "boot";
}

/* What a loaded host does not change much, unlike seconds of the clock. */
static double end_emulator(pid_t pid)
{
	struct rusage used = { 0 };

	kill(pid, SIGKILL);
	wait4(pid, NULL, 0, &used);
	return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char *argv[])
{
	static struct watch w = { .wall_limit = 300, .hang_limit = 30 };

	options(&w, argc, argv);
	catch_signals();
	w.r.facts = results_create(&w.r, "machine", ".part");
	start(&w, argv + optind);
	follow(&w);
	fprintf(w.r.facts, "cpu_seconds=%.2f\n", end_emulator(w.pid));
	if (w.begin)
		fprintf(w.r.facts, "boot_seconds=%.2f\n", w.begin - w.start);
	fprintf(w.r.facts, "total_seconds=%.2f\nstage=%s\n", now() - w.start,
		stage(&w));
	if (w.r.failure[0])
		fprintf(w.r.facts, "failure=%s\n", w.r.failure);
	fclose(w.r.facts);
	if (caught)
		return 128 + caught;
	if (w.r.failure[0])
		fprintf(stderr, "machine: %s\n", w.r.failure);
	return w.r.failure[0] ? 1 : 0;
}

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
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

#define MAX_PROGRAMS	256
#define POLL_MS		200

struct program {
	char *name;
	FILE *log;
	bool ended;
};

struct watch {
	const char *dir;
	const char *console;
	double wall_limit, hang_limit;
	int nr_wanted;

	pid_t pid;
	int fd;
	double start, begin, moved, cpu_moved;
	off_t console_size;
	struct program programs[MAX_PROGRAMS];
	int nr_started, nr_ended;
	bool ended;
	char failure[600];
	uint8_t buf[1 << 16];
	size_t len;
	FILE *facts;
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

__attribute__((format(printf, 2, 3)))
static void fail(struct watch *w, const char *fmt, ...)
{
	va_list ap;

	if (w->failure[0])
		return;
	va_start(ap, fmt);
	vsnprintf(w->failure, sizeof(w->failure), fmt, ap);
	va_end(ap);
}

static FILE *create(struct watch *w, const char *name, const char *suffix)
{
	char *path;
	FILE *f;

	if (asprintf(&path, "%s/%s%s", w->dir, name, suffix) < 0)
		err(1, "memory");
	f = fopen(path, "we");
	if (!f)
		err(1, "%s", path);
	free(path);
	return f;
}

static struct program *program(struct watch *w, uint8_t index)
{
	if (index < w->nr_started)
		return &w->programs[index];
	fail(w, "the machine speaks of a program that was never started");
	return NULL;
}

static void program_starts(struct watch *w, uint8_t index, const char *name)
{
	struct program *p = &w->programs[index];

	if (index != w->nr_started || strchr(name, '/') || !*name) {
		fail(w, "frames from the machine are out of order");
		return;
	}
	p->name = strdup(name);
	p->log = create(w, name, ".log");
	w->nr_started++;
}

static void program_ends(struct watch *w, uint8_t index, const char *status)
{
	struct program *p = program(w, index);
	FILE *f;

	if (!p || p->ended)
		return;
	f = create(w, p->name, ".status");
	fprintf(f, "%s\n", status);
	fclose(f);
	p->ended = true;
	w->nr_ended++;
}

static void program_writes(struct watch *w, uint8_t index, const char *data,
			   size_t len)
{
	struct program *p = program(w, index);

	if (!p)
		return;
	fwrite(data, 1, len, p->log);
	fflush(p->log);
}

static void machine_ends(struct watch *w, const char *facts)
{
	fputs(facts, w->facts);
	w->ended = true;
	if (w->nr_ended != w->nr_wanted)
		fail(w, "%d of %d programs have no exit status",
		     w->nr_wanted - w->nr_ended, w->nr_wanted);
}

static void take(struct watch *w, uint8_t type, uint8_t index,
		 const uint8_t *data, size_t len)
{
	char text[FRAME_MAX + 1];

	memcpy(text, data, len);
	text[len] = '\0';
	switch (type) {
	case FRAME_BEGIN:
		w->begin = now();
		fputs(text, w->facts);
		break;
	case FRAME_START:
		program_starts(w, index, text);
		break;
	case FRAME_OUTPUT:
		program_writes(w, index, text, len);
		break;
	case FRAME_EXIT:
		program_ends(w, index, text);
		break;
	case FRAME_NOTE:
		fprintf(stderr, "machine: %s\n", text);
		break;
	case FRAME_FAIL:
		fail(w, "%s", text);
		break;
	case FRAME_END:
		machine_ends(w, text);
		break;
	}
}

/* Length of the frame at p, 0 if more must come, -1 if it is none. */
static int frame_at(const uint8_t *p, size_t len)
{
	size_t payload;
	uint16_t sum;

	if (memcmp(p, FRAME_MAGIC, len < FRAME_MAGIC_LEN ? len :
		   FRAME_MAGIC_LEN))
		return -1;
	if (len < FRAME_HEAD_LEN)
		return 0;
	payload = p[5] | p[6] << 8;
	if (payload > FRAME_MAX)
		return -1;
	if (len < FRAME_HEAD_LEN + payload)
		return 0;
	sum = p[7] | p[8] << 8;
	if (sum != frame_sum(p[3], p[4], p + FRAME_HEAD_LEN, payload))
		return -1;
	return FRAME_HEAD_LEN + payload;
}

static void parse(struct watch *w)
{
	const uint8_t *p = w->buf, *end = w->buf + w->len;
	int n;

	while (p < end && !w->failure[0]) {
		n = frame_at(p, end - p);
		if (!n)
			break;
		if (n < 0) {
			p++;
			continue;
		}
		take(w, p[3], p[4], p + FRAME_HEAD_LEN, n - FRAME_HEAD_LEN);
		p += n;
	}
	w->len = end - p;
	memmove(w->buf, p, w->len);
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

/* The last line of the console that says anything. */
static void last_line(const char *path, char *line, size_t size)
{
	char text[2048], *p;
	FILE *f = fopen(path, "re");
	size_t n;

	snprintf(line, size, "nothing");
	if (!f)
		return;
	if (fseek(f, -(long)(sizeof(text) - 1), SEEK_END))
		rewind(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	while (n && strchr("\r\n \t", text[n - 1]))
		n--;
	text[n] = '\0';
	if (!n)
		return;
	p = strrchr(text, '\n');
	snprintf(line, size, "\"%.150s\"", p ? p + 1 : text);
}

static const char *where(struct watch *w)
{
	static char text[512];
	char line[200];
	struct program *p = &w->programs[w->nr_started - 1];

	last_line(w->console, line, sizeof(line));
	if (!w->begin)
		snprintf(text, sizeof(text), "while booting; console: %s",
			 line);
	else if (!w->nr_started)
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
		fail(w, "hung %s (%.0f s of CPU without a sign of life)",
		     where(w), spent);
	else if (t - w->moved >= 3 * w->hang_limit && spent < 1)
		fail(w, "hung %s (idle for %.0f s)", where(w), t - w->moved);
	else if (t - w->start >= w->wall_limit)
		fail(w, "time limit of %.0f s reached %s", w->wall_limit,
		     where(w));
}

static void read_channel(struct watch *w)
{
	ssize_t n = read(w->fd, w->buf + w->len, sizeof(w->buf) - w->len);

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		fail(w, "the emulator ended %s", where(w));
		return;
	}
	w->len += n;
	note_progress(w);
	parse(w);
}

static void follow(struct watch *w)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	pid_t parent = getppid();

	w->start = now();
	note_progress(w);
	while (!w->ended && !w->failure[0] && !caught) {
		if (poll(&p, 1, POLL_MS) > 0)
			read_channel(w);
		check_limits(w);
		if (getppid() != parent)
			caught = SIGHUP;
	}
}

static void start(struct watch *w, char *argv[])
{
	int fds[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || pipe2(fds, O_CLOEXEC))
		err(1, "pipe");
	w->pid = fork();
	if (w->pid < 0)
		err(1, "fork");
	if (!w->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null, 0);
		dup2(fds[1], 1);
		execvp(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	close(fds[1]);
	close(null);
	w->fd = fds[0];
}

static void usage(void)
{
	errx(2, "usage: watch -d DIR -c CONSOLE -n PROGRAMS [-w SECONDS]"
	     " [-s SECONDS] -- EMULATOR...");
}

static void options(struct watch *w, int argc, char *argv[])
{
	int c;

	while ((c = getopt(argc, argv, "+d:c:n:w:s:")) != -1) {
		switch (c) {
		case 'd': w->dir = optarg; break;
		case 'c': w->console = optarg; break;
		case 'n': w->nr_wanted = atoi(optarg); break;
		case 'w': w->wall_limit = atof(optarg); break;
		case 's': w->hang_limit = atof(optarg); break;
		default: usage();
		}
	}
	if (!w->dir || !w->console || optind >= argc ||
	    w->nr_wanted > MAX_PROGRAMS)
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
	if (w->ended && !w->failure[0])
		return "end";
	return w->begin ? "programs" : "boot";
}

int main(int argc, char *argv[])
{
	static struct watch w = { .wall_limit = 300, .hang_limit = 30 };

	options(&w, argc, argv);
	catch_signals();
	w.facts = create(&w, "machine", ".part");
	start(&w, argv + optind);
	follow(&w);
	kill(w.pid, SIGKILL);
	waitpid(w.pid, NULL, 0);
	if (w.begin)
		fprintf(w.facts, "boot_seconds=%.2f\n", w.begin - w.start);
	fprintf(w.facts, "total_seconds=%.2f\nstage=%s\n", now() - w.start,
		stage(&w));
	if (w.failure[0])
		fprintf(w.facts, "failure=%s\n", w.failure);
	fclose(w.facts);
	if (caught)
		return 128 + caught;
	if (w.failure[0])
		fprintf(stderr, "machine: %s\n", w.failure);
	return w.failure[0] ? 1 : 0;
}

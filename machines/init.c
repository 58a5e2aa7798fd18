// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of an emulated machine: mounts what programs expect, loads modules,
 * runs the programs named in /plan one after the other, and sends their output
 * and exit status to the host through an I/O port (frame.h).
 *
 * Lines of /plan:
 *	limit SECONDS			time limit of each program
 *	module FILE PARAMETERS...	load a module
 *	want PATH			give up if PATH does not exist
 *	facts FILE			the first program leaves KVM's facts there
 *	begin -				tell the host that the machine is up
 *	run PROGRAM ARGUMENTS...	run /bin/PROGRAM
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

#define MAX_ARGS	32

#define GATHER_MS	10
#define PIPE_SIZE	65536
/* A killed program that does not die is stuck in the kernel. */
#define KILL_GRACE_MS	5000
/* Time for a program to say which results it still owes. */
#define TERM_GRACE_MS	1000

static long limit_ms = 120000;
static uint8_t next_index;

static void port_write(const void *data, size_t len)
{
	asm volatile("rep outsb" : "+S"(data), "+c"(len)
		     : "d"((uint16_t)FRAME_PORT) : "memory");
}

static void send_frame(uint8_t type, uint8_t index, const void *data,
		       size_t len)
{
	uint8_t head[FRAME_HEAD_LEN];

	frame_head(head, type, index, data, len);
	port_write(head, sizeof(head));
	port_write(data, len);
}

__attribute__((format(printf, 3, 4)))
static void send_text(uint8_t type, uint8_t index, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(text))
		len = sizeof(text) - 1;
	send_frame(type, index, text, len);
}

/* The host ends the emulator when it has read the last frame. */
static void __attribute__((noreturn)) stop(void)
{
	for (;;)
		pause();
}

__attribute__((format(printf, 1, 2), noreturn))
static void give_up(const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	send_text(FRAME_FAIL, 0, "%s", text);
	stop();
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	/* The kernel mounts devtmpfs by itself where it is told to. */
	if (mount(type, path, type, 0, NULL) && errno != EBUSY)
		send_text(FRAME_NOTE, 0, "cannot mount %s at %s: %s", type,
			  path, strerror(errno));
}

static void mount_all(void)
{
	mount_at("devtmpfs", "/dev");
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("tmpfs", "/tmp");
	mkdir("/dev/shm", 01777);
}

/* For how long no CPU had anything to do; their sum where they are several. */
static long idle_ms(void)
{
	double up, idle = 0;
	FILE *f = fopen("/proc/uptime", "re");

	if (!f)
		return 0;
	if (fscanf(f, "%lf %lf", &up, &idle) != 2)
		idle = 0;
	fclose(f);
	return idle * 1000;
}

/* The kernel's own clock starts after the firmware: close enough. */
static void send_begin(void)
{
	struct utsname u;

	uname(&u);
	send_text(FRAME_BEGIN, 0, "kernel=%s\nguest_boot_ms=%ld\n", u.release,
		  now_ms());
}

static void load_module(const char *file, const char *params)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		give_up("cannot open module %s: %s", file, strerror(errno));
	if (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST)
		give_up("module %s '%s' does not load: %s", file, params,
			strerror(errno));
	close(fd);
}

static void want(const char *path)
{
	if (access(path, F_OK))
		give_up("there is no %s in this machine", path);
}

static void __attribute__((noreturn)) become(char *const argv[], int out)
{
	char path[256];
	int null = open("/dev/null", O_RDWR);

	setsid();
	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	snprintf(path, sizeof(path), "/bin/%s", argv[0]);
	chdir("/tmp");
	execv(path, argv);
	dprintf(2, "init: cannot run %s: %s%s\n", path, strerror(errno),
		errno == ENOENT ? " (is it static?)" : "");
	_exit(127);
}

/* Pass on what is there, at most a pipe full; false at the end of the output. */
static bool forward(int fd, uint8_t index)
{
	char buf[FRAME_MAX];
	ssize_t n, all;

	for (all = 0; all < PIPE_SIZE; all += n) {
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			return n && (errno == EAGAIN || errno == EINTR);
		send_frame(FRAME_OUTPUT, index, buf, n);
	}
	return true;
}

/*
 * To be woken for each line costs more than the line: give others a moment to
 * come too.  The end of the output is told at once.
 */
static bool wait_for_output(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	bool came = poll(&p, 1, timeout_ms) > 0;

	p.events = 0;			/* POLLHUP, that is */
	if (came)
		poll(&p, 1, GATHER_MS);
	return came;
}

/*
 * Forward output until the program is gone or the time is up.  Output alone
 * does not tell: a program may close it and live, or leave it to a child.
 */
static bool follow(pid_t pid, int fd, uint8_t index, long deadline,
		   int *status)
{
	long tick = now_ms() + 1000, now;

	while ((now = now_ms()) < deadline) {
		/* Bounds the wait for a program that closed its output. */
		if (wait_for_output(fd, fd < 0 ? 10 : 200) &&
		    !forward(fd, index))
			fd = -1;
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		if (now >= tick) {
			send_frame(FRAME_TICK, index, "", 0);
			tick = now + 1000;
		}
	}
	return false;
}

/* Nothing a program left behind may disturb the next one. */
static void drain(int fd, uint8_t index)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	kill(-1, SIGKILL);
	while (poll(&p, 1, 100) > 0 && forward(fd, index))
		;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static void send_exit(uint8_t index, int status)
{
	if (WIFSIGNALED(status))
		send_text(FRAME_EXIT, index, "signal %d", WTERMSIG(status));
	else
		send_text(FRAME_EXIT, index, "%d", WEXITSTATUS(status));
}

static void stop_program(pid_t pid, int fd, uint8_t index, const char *name)
{
	int status;

	kill(pid, SIGTERM);
	if (follow(pid, fd, index, now_ms() + TERM_GRACE_MS, &status))
		return;
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	if (!follow(pid, fd, index, now_ms() + KILL_GRACE_MS, &status))
		send_text(FRAME_NOTE, index,
			  "%s does not die: stuck in the kernel", name);
}

static void run(char *argv[])
{
	uint8_t index = next_index++;
	int fds[2], status;
	bool done;
	pid_t pid;

	send_text(FRAME_START, index, "%s", argv[0]);
	pid = pipe2(fds, O_CLOEXEC) ? -1 : fork();
	if (pid < 0)
		give_up("cannot start %s: %s", argv[0], strerror(errno));
	if (!pid)
		become(argv, fds[1]);
	close(fds[1]);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	done = follow(pid, fds[0], index, now_ms() + limit_ms, &status);
	if (!done)
		stop_program(pid, fds[0], index, argv[0]);
	drain(fds[0], index);
	close(fds[0]);
	if (done)
		send_exit(index, status);
	else
		send_text(FRAME_EXIT, index, "timeout");
}

static void run_line(char *line)
{
	char *argv[MAX_ARGS + 1], *save = NULL, *word;
	int argc = 0;

	for (word = strtok_r(line, " ", &save); word && argc < MAX_ARGS;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	if (argc)
		run(argv);
}

static void module_line(char *line)
{
	char *params = strchr(line, ' ');

	if (params)
		*params++ = '\0';
	load_module(line, params ? params : "");
}

static void obey(char *line)
{
	char *rest = strchr(line, ' ');

	line[strcspn(line, "\n")] = '\0';
	if (!rest)
		return;
	*rest++ = '\0';
	if (!strcmp(line, "limit"))
		limit_ms = atol(rest) * 1000;
	else if (!strcmp(line, "module"))
		module_line(rest);
	else if (!strcmp(line, "want"))
		want(rest);
	else if (!strcmp(line, "facts"))
		setenv("KVM_CPUID_FACTS", rest, 1);
	else if (!strcmp(line, "begin"))
		send_begin();
	else if (!strcmp(line, "run"))
		run_line(rest);
	else
		give_up("/plan: what is '%s'?", line);
}

int main(void)
{
	char line[4096];
	FILE *plan;

	if (iopl(3)) {
		perror("init: iopl");
		return 1;
	}
	mount_all();
	plan = fopen("/plan", "re");
	if (!plan)
		give_up("there is no /plan");
	while (fgets(line, sizeof(line), plan))
		obey(line);
	send_text(FRAME_END, 0, "guest_total_ms=%ld\nguest_idle_ms=%ld\n",
		  now_ms(), idle_ms());
	stop();
}

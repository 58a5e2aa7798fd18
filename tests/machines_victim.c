// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that misbehave, for machines_test.sh: each word is one thing to do,
 * in order.  "frame TYPE INDEX TEXT" writes a frame of the result channel, to
 * standard output or, after "port", to the machine's I/O port; after "garble",
 * with a wrong sum.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "../machines/frame.h"

static bool to_port, garbled;

static void emit(const void *data, size_t len)
{
	const uint8_t *p = data;

	if (to_port)
		outsb(FRAME_PORT, data, len);
	else
		while (len--)
			putchar(*p++);
	fflush(stdout);
}

static void frame(const char *type, const char *index, const char *text)
{
	uint8_t head[FRAME_HEAD_LEN];

	frame_head(head, *type, atoi(index), text, strlen(text));
	if (garbled)
		head[FRAME_HEAD_LEN - 1] ^= 1;
	emit(head, sizeof(head));
	emit(text, strlen(text));
}

/* The next system call of anyone takes the kernel down. */
static void break_syscalls(void)
{
	const uint32_t msr_lstar = 0xc0000082;
	uint64_t nowhere = 0;
	int fd = open("/dev/cpu/0/msr", O_WRONLY);

	if (fd < 0 || pwrite(fd, &nowhere, 8, msr_lstar) != 8)
		perror("msr");
}

static void hold_output(void)
{
	if (!fork())
		for (;;)
			pause();
}

static void act(const char *what)
{
	if (!strcmp(what, "spin"))
		for (;;)
			;
	else if (!strcmp(what, "sleep"))
		for (;;)
			pause();
	else if (!strcmp(what, "crash"))
		raise(11);
	else if (!strcmp(what, "fail"))
		exit(3);
	else if (!strcmp(what, "reset"))
		reboot(RB_AUTOBOOT);
	else if (!strcmp(what, "oops"))
		break_syscalls();
	else if (!strcmp(what, "orphan"))
		hold_output();
	else if (!strcmp(what, "garble"))
		garbled = !garbled;
	else if (!strcmp(what, "port"))
		to_port = !iopl(3);
	else
		dprintf(strlen(what) % 2 + 1, "%s\n", what);
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "frame") && i + 3 < argc) {
			frame(argv[i + 1], argv[i + 2], argv[i + 3]);
			i += 3;
		} else {
			act(argv[i]);
		}
	}
	return 0;
}

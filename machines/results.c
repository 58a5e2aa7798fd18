// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "results.h"

void results_fail(struct results *r, const char *fmt, ...)
{
	va_list ap;

	if (r->failure[0])
		return;
	va_start(ap, fmt);
	vsnprintf(r->failure, sizeof(r->failure), fmt, ap);
	va_end(ap);
}

FILE *results_create(struct results *r, const char *name, const char *suffix)
{
	char *path;
	FILE *f;

	if (asprintf(&path, "%s/%s%s", r->dir, name, suffix) < 0)
		err(1, "memory");
	f = fopen(path, "we");
	if (!f)
		err(1, "%s", path);
	free(path);
	return f;
}

static struct program *program(struct results *r, uint8_t index)
{
	if (index < r->nr_started)
		return &r->programs[index];
	results_fail(r, "the machine speaks of a program that was never started");
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void program_starts(struct results *r, uint8_t index, const char *name)
{
	struct program *p = &r->programs[index];

	if (index != r->nr_started || strchr(name, '/') || !*name) {
		results_fail(r, "frames from the machine are out of order");
		return;
	}
	p->name = strdup(name);
	p->log = results_create(r, name, ".log");
	p->start = now();
	r->nr_started++;
}

static void write_time(struct results *r, const struct program *p)
{
	FILE *f = results_create(r, p->name, ".time");

	fprintf(f, "%.6f %.6f\n", p->start, now());
	if (fclose(f))
		results_fail(r, "cannot write the time of %s: %m", p->name);
}

/* The status is the last of a program's files: who sees it has them all. */
static void program_ends(struct results *r, uint8_t index, const char *status)
{
	struct program *p = program(r, index);
	FILE *f;

	if (!p || p->ended)
		return;
	write_time(r, p);
	f = results_create(r, p->name, ".status");
	fprintf(f, "%s\n", status);
	if (fclose(f)) {
		results_fail(r, "cannot write the status of %s: %m", p->name);
		return;
	}
	p->ended = true;
	r->nr_ended++;
}

static void program_writes(struct results *r, uint8_t index, const char *data,
			   size_t len)
{
	struct program *p = program(r, index);

	if (!p)
		return;
	if (fwrite(data, 1, len, p->log) != len || fflush(p->log))
		results_fail(r, "cannot write the log of %s: %m", p->name);
}

static void machine_ends(struct results *r, const char *facts)
{
	fputs(facts, r->facts);
	r->ended = true;
	if (r->nr_ended != r->nr_wanted)
		results_fail(r, "%d of %d programs have no exit status",
		     r->nr_wanted - r->nr_ended, r->nr_wanted);
}

static void take(struct results *r, uint8_t type, uint8_t index,
		 const uint8_t *data, size_t len)
{
	char text[FRAME_MAX + 1];

	memcpy(text, data, len);
	text[len] = '\0';
	switch (type) {
	case FRAME_BEGIN:
		r->begun = true;
		fputs(text, r->facts);
		break;
	case FRAME_START:
		program_starts(r, index, text);
		break;
	case FRAME_OUTPUT:
		program_writes(r, index, text, len);
		break;
	case FRAME_EXIT:
		program_ends(r, index, text);
		break;
	case FRAME_NOTE:
		fprintf(stderr, "machine: %s\n", text);
		break;
	case FRAME_FAIL:
		results_fail(r, "%s", text);
		break;
	case FRAME_END:
		machine_ends(r, text);
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

static void parse(struct results *r)
{
	const uint8_t *p = r->buf, *end = r->buf + r->len;
	int n;

	while (p < end && !r->failure[0]) {
		n = frame_at(p, end - p);
		if (!n)
			break;
		if (n < 0) {
			p++;
			continue;
		}
		take(r, p[3], p[4], p + FRAME_HEAD_LEN, n - FRAME_HEAD_LEN);
		p += n;
	}
	r->len = end - p;
	memmove(r->buf, p, r->len);
}

bool results_read(struct results *r, int fd)
{
	ssize_t n = read(fd, r->buf + r->len, sizeof(r->buf) - r->len);

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	r->len += n;
	parse(r);
	return true;
}

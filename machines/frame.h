/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What travels over I/O port 0xe9, from the machine's init to the host.
 *
 * A frame is FRAME_MAGIC, type, program index, 16 bits length, 16 bits sum
 * (both little endian), then the payload.  Emulators write chatter of their
 * own to the same stream; what is not a frame with the right sum is skipped,
 * and a missing frame is an error, so that chatter is never taken for a result.
 */
#ifndef MACHINES_FRAME_H
#define MACHINES_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_PORT	0xe9
#define FRAME_MAGIC	"\x1eKC"
#define FRAME_MAGIC_LEN	3
#define FRAME_HEAD_LEN	9
#define FRAME_MAX	4096

enum frame_type {
	FRAME_BEGIN	= 'B',	/* machine is up, "key=value" lines */
	FRAME_START	= 'S',	/* a program starts, its name */
	FRAME_OUTPUT	= 'O',	/* what it wrote */
	FRAME_EXIT	= 'X',	/* "0", "signal 9" or "timeout" */
	FRAME_TICK	= 'T',	/* still alive */
	FRAME_NOTE	= 'N',	/* init has something to say */
	FRAME_FAIL	= 'F',	/* init gives up, why */
	FRAME_END	= 'E',	/* all programs ran, "key=value" lines */
};

/* Fletcher's, over type, index and payload: notices swapped bytes too. */
static inline uint16_t frame_sum(uint8_t type, uint8_t index,
				 const void *payload, size_t len)
{
	const uint8_t *p = payload;
	unsigned int a = type + 1u, b = a + index;

	while (len--) {
		a = (a + *p++) % 255;
		b = (b + a) % 255;
	}
	return a | b << 8;
}

static inline void frame_head(uint8_t head[FRAME_HEAD_LEN], uint8_t type,
			      uint8_t index, const void *payload, size_t len)
{
	uint16_t sum = frame_sum(type, index, payload, len);

	for (int i = 0; i < FRAME_MAGIC_LEN; i++)
		head[i] = FRAME_MAGIC[i];
	head[3] = type;
	head[4] = index;
	head[5] = len;
	head[6] = len >> 8;
	head[7] = sum;
	head[8] = sum >> 8;
}

#endif

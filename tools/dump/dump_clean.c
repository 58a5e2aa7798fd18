// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes of a file as text: what editors, consoles, browsers and PowerShell add
 * to a dump is taken away.  The number of lines stays the same.
 */
#include <stdlib.h>
#include <string.h>

#include "dump_parse.h"

#define ESCAPE		0x1b
#define NO_BREAK_SPACE	0xa0

/* UTF-16 with a byte order mark, or plainly text in it.  0: no UTF-16. */
static char utf16_order(const uint8_t *data, size_t size)
{
	unsigned int i, little = 0, big = 0;

	if (size < 2 || size % 2)
		return 0;
	if (data[0] == 0xff && data[1] == 0xfe)
		return 'L';
	if (data[0] == 0xfe && data[1] == 0xff)
		return 'B';
	for (i = 0; i + 1 < size && i < 64; i += 2) {
		little += data[i] && !data[i + 1];
		big += !data[i] && data[i + 1];
	}
	return little == i / 2 ? 'L' : big == i / 2 ? 'B' : 0;
}

/* A dump is ASCII; whatever else there is stands as a question mark. */
static size_t from_utf16(char *to, const uint8_t *data, size_t size,
			 bool little)
{
	size_t i, n = 0;

	for (i = 0; i + 1 < size; i += 2) {
		unsigned int c = little ? data[i] | data[i + 1] << 8 :
					  data[i + 1] | data[i] << 8;

		if (c == 0xfeff)
			continue;
		to[n++] = c == NO_BREAK_SPACE ? ' ' : c < 0x80 ? c : '?';
	}
	return n;
}

/* How long an escape sequence of a terminal is, with its first byte. */
static size_t escape_length(const char *s, size_t size)
{
	size_t n = 2;

	if (size < 2 || s[1] != '[')
		return size < 2 ? size : 1;
	while (n < size && strchr("0123456789;?", s[n]))
		n++;
	return n < size && s[n] >= '@' && s[n] <= '~' ? n + 1 : 1;
}

static bool is_no_break_space(const char *s, size_t size)
{
	return size >= 2 && !memcmp(s, "\xc2\xa0", 2);
}

/* A file of old Macs has carriage returns instead of newlines. */
static char line_end(const char *text, size_t size)
{
	return memchr(text, '\n', size) ? '\r' : '\n';
}

/* In place; returns how long it is then. */
static size_t clean(char *text, size_t size)
{
	char instead = line_end(text, size);
	size_t i = 0, n = 0;

	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		i = 3;
	while (i < size) {
		if (text[i] == ESCAPE) {
			i += escape_length(text + i, size - i);
		} else if (is_no_break_space(text + i, size - i)) {
			text[n++] = ' ';
			i += 2;
		} else {
			text[n++] = text[i] == '\r' ? instead : text[i];
			i++;
		}
	}
	return n;
}

char *dump_clean(const char *data, size_t size, size_t *text_size)
{
	const uint8_t *bytes = (const uint8_t *)data;
	char *text = malloc(size + 1);
	char order = utf16_order(bytes, size);

	if (!text)
		return NULL;
	if (order)
		size = from_utf16(text, bytes, size, order == 'L');
	else if (size)
		memcpy(text, data, size);
	*text_size = clean(text, size);
	return text;
}

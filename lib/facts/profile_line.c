// SPDX-License-Identifier: GPL-2.0-only
/* Lines, and the numbers and words in them. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile_parse.h"

/* Reads up to the end of the line; n is its length.  1: there is more. */
static int read_line(struct line_reader *r, size_t *n)
{
	int c;

	for (*n = 0; (c = getc_unlocked(r->in)) != EOF && c != '\n'; ++*n) {
		if (!c || *n == LINE_LENGTH_MAX)
			return 1;
		r->text[*n] = c;
	}
	r->text[*n] = 0;
	return 0;
}

static int unreadable(struct line_reader *r, int e)
{
	snprintf(r->err, r->errlen, "%s: %s", r->name, strerror(e));
	return -e;
}

int line_next(struct line_reader *r)
{
	size_t n;

	if (!r->text)
		r->text = malloc(LINE_LENGTH_MAX + 1);
	if (!r->text)
		return unreadable(r, ENOMEM);
	errno = 0;
	if (read_line(r, &n)) {
		r->line++;
		return line_expected(r, n == LINE_LENGTH_MAX ?
				     "a shorter line" :
				     "text, not binary data");
	}
	if (ferror(r->in))
		return unreadable(r, errno ? errno : EIO);
	if (!n && feof(r->in))
		return 0;
	r->line++;
	/* Of what went through an editor or mail of another system: all. */
	while (n && r->text[n - 1] == '\r')
		r->text[--n] = 0;
	return 1;
}

int line_expected(struct line_reader *r, const char *what)
{
	snprintf(r->err, r->errlen, "%s:%u: expected %s", r->name, r->line,
		 what);
	return -EINVAL;
}

const char *line_key(const char *text, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(text, key, n))
		return NULL;
	if (!text[n])
		return text + n;
	return text[n] == ' ' ? text + n + 1 : NULL;
}

/* A number ends at a blank, which goes with it, or at the end of the line. */
static bool ended(const char **s, const char *end)
{
	if (*end && (*end != ' ' || !end[1]))
		return false;
	*s = *end ? end + 1 : end;
	return true;
}

bool take_hex(const char **s, unsigned int digits, uint64_t *value)
{
	const char *p = *s;
	unsigned int n;

	if (p[0] != '0' || p[1] != 'x')
		return false;
	for (n = 0, p += 2, *value = 0; isxdigit((unsigned char)*p); n++, p++)
		*value = *value << 4 | (isdigit((unsigned char)*p) ? *p - '0' :
					tolower((unsigned char)*p) - 'a' + 10);
	return n && n <= digits && ended(s, p);
}

bool take_dec(const char **s, uint64_t max, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)**s))
		return false;
	errno = 0;
	*value = strtoull(*s, &end, 10);
	return !errno && *value <= max && ended(s, end);
}

bool take_int(const char **s, int32_t *value)
{
	bool negative = **s == '-';
	const char *digits = *s + negative;
	uint64_t v;

	if (!take_dec(&digits, INT32_MAX, &v))
		return false;
	*value = negative ? -(int32_t)v : (int32_t)v;
	*s = digits;
	return true;
}

bool take_word(const char **s, char *word, size_t size)
{
	size_t n = strcspn(*s, " ");

	if (!n || n >= size)
		return false;
	memcpy(word, *s, n);
	word[n] = 0;
	return ended(s, *s + n);
}

static bool take_named(const char **s, const char *name, unsigned int digits,
		       uint32_t *value)
{
	size_t n = strlen(name);
	uint64_t v;

	if (strncmp(*s, name, n))
		return false;
	*s += n;
	if (!take_hex(s, digits, &v))
		return false;
	*value = v;
	return true;
}

bool take_entry(const char *s, bool flags, struct kvm_cpuid_entry2 *e)
{
	memset(e, 0, sizeof(*e));
	return take_named(&s, "", 8, &e->function) &&
	       take_named(&s, "", 8, &e->index) &&
	       (!flags || take_named(&s, "flags=", 8, &e->flags)) &&
	       take_named(&s, "eax=", 8, &e->eax) &&
	       take_named(&s, "ebx=", 8, &e->ebx) &&
	       take_named(&s, "ecx=", 8, &e->ecx) &&
	       take_named(&s, "edx=", 8, &e->edx) && !*s;
}

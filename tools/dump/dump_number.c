// SPDX-License-Identifier: GPL-2.0-only
/* Numbers and registers as they stand in a line of a dump. */
#include <ctype.h>
#include <string.h>

#include "dump_line.h"

unsigned int hex_digits(const char *s)
{
	unsigned int n = 0;

	while (isxdigit((unsigned char)s[n]))
		n++;
	return n;
}

static unsigned int digit_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
	       tolower((unsigned char)c) - 'a' + 10;
}

bool take_digits(const char **s, unsigned int digits, uint64_t *value)
{
	unsigned int i;

	if (hex_digits(*s) != digits)
		return false;
	for (i = 0, *value = 0; i < digits; i++, ++*s)
		*value = *value << 4 | digit_value(**s);
	return true;
}

bool take_u32(const char **s, const char *prefix, uint32_t *value)
{
	size_t n = strlen(prefix);
	const char *at = *s + n;
	uint64_t v;

	if (strncasecmp(*s, prefix, n) || !take_digits(&at, 8, &v))
		return false;
	*value = v;
	*s = at;
	return true;
}

const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

bool take_regs(const char **s, const char *first, const char *between,
	       const char *prefix, struct cpuid_regs *v)
{
	const char *separators = first;
	unsigned int i;

	for (i = 0; i < NR_CPUID_REGS; i++, separators = between) {
		if (!**s || !strchr(separators, **s))
			return false;
		*s += strspn(*s, separators);
		if (!take_u32(s, prefix, &v->r[i]))
			return false;
	}
	return true;
}

bool at_end_of_word(const char *s)
{
	return !*s || isspace((unsigned char)*s);
}

/* "[   12.345678]", "<6>" */
static const char *skip_bracketed(const char *s)
{
	const char *end = *s == '[' ? strchr(s, ']') :
			  *s == '<' ? strchr(s, '>') : NULL;

	return end ? end + 1 : NULL;
}

/* "12:34:56.789", "2026-01-31T12:34:56.7Z" */
static const char *skip_time(const char *s)
{
	size_t n = strspn(s, "0123456789:.,-+TZ");

	return isdigit((unsigned char)*s) && strchr(" \t", s[n]) && s[n] &&
	       memchr(s, ':', n) ? s + n : NULL;
}

const char *skip_quote(const char *s)
{
	size_t n = strspn(s, ">|#*/:;%`'\"$~!");
	const char *next = n ? s + n : skip_bracketed(s);

	if (!next)
		next = skip_time(s);
	return next ? skip_blanks(next) : NULL;
}

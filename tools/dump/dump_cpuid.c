// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of "cpuid -r" (Debian package cpuid), which "cpuid -f" and many
 * tools read: "CPU 3:", or "CPU:" for the one of "cpuid -1", and below it a
 * line for each leaf and subleaf, wherever it stands in its line.  Mail breaks
 * these lines between registers.
 */
#include <ctype.h>
#include <string.h>

#include "dump_line.h"
#include "dump_parse.h"

static const char expected[] =
	"\"CPU N:\" or LEAF SUBLEAF: eax= ebx= ecx= edx=";

/* Number behind "0x", of any length. */
static const char *take_hex_word(const char *s, unsigned int *digits,
				 uint64_t *value)
{
	const char *at = s + 2;

	*digits = s[0] == '0' && s[1] == 'x' ? hex_digits(at) : 0;
	return *digits && *digits <= 16 &&
	       take_digits(&at, *digits, value) ? at : NULL;
}

/* "0x00000007 0x00:" */
static const char *take_place(const char *s, struct line *l)
{
	unsigned int leaf_digits, digits;
	uint64_t leaf, index;

	s = take_hex_word(s, &leaf_digits, &leaf);
	if (!s || !strchr(" \t", *s))
		return NULL;
	s = take_hex_word(skip_blanks(s), &digits, &index);
	if (!s || *s != ':')
		return NULL;
	l->kind = leaf_digits == 8 && digits <= 8 ? LINE_PART : LINE_DAMAGED;
	l->function = leaf;
	l->index = index;
	return s + 1;
}

/* Registers up to the end of the line, from the first that is missing on. */
static bool take_named_regs(const char *s, struct line *l)
{
	char name[] = "e?x=0x";

	for (; l->nr_regs < NR_CPUID_REGS; l->nr_regs++) {
		s = skip_blanks(s);
		if (!*s)
			return true;
		name[1] = "abcd"[l->nr_regs];
		if (!take_u32(&s, name, &l->regs.r[l->nr_regs]))
			return false;
	}
	return !isalnum((unsigned char)*s);
}

static void take_rest(const char *s, struct line *l)
{
	if (!take_named_regs(s, l))
		l->kind = LINE_DAMAGED;
	else if (l->nr_regs == NR_CPUID_REGS)
		l->kind = LINE_LEAF;
}

void dump_line_continue(const char *text, struct line *l)
{
	const char *s = skip_blanks(text), *next;

	while (strncasecmp(s, "e", 1) && (next = skip_quote(s)))
		s = next;
	if (*s)
		take_rest(s, l);
	else
		l->kind = LINE_DAMAGED;
}

static bool find_leaf(const char *text, struct line *l)
{
	const char *s, *regs = NULL;

	for (s = text; !regs && (s = strstr(s, "0x")); s += 2)
		if (s == text || !isalnum((unsigned char)s[-1]))
			regs = take_place(s, l);
	if (!regs)
		return false;
	l->format = DUMP_CPUID;
	l->indexed = true;
	l->expected = expected;
	if (l->kind == LINE_PART)
		take_rest(regs, l);
	return true;
}

/* " 3:" */
static bool take_cpu_number(const char *s, uint32_t *number)
{
	uint64_t v = 0;

	if (*s++ != ' ' || *s == ':')
		return false;
	for (; isdigit((unsigned char)*s) && v <= UINT32_MAX; s++)
		v = v * 10 + *s - '0';
	*number = v;
	return v <= UINT32_MAX && !strcmp(s, ":");
}

/* "CPU:", "CPU 3:"; "CPU -1:" is damaged, "CPU Info:" is text. */
static bool take_header(const char *s, struct line *l)
{
	size_t n = strlen(s);

	if (strncmp(s, "CPU", 3) || n < 4 ||
	    3 + strspn(s + 3, " -+0123456789") != n - 1 || s[n - 1] != ':')
		return false;
	l->kind = LINE_CPU;
	l->headed = true;
	l->numbered = n > 4;
	if (l->numbered && !take_cpu_number(s + 3, &l->number)) {
		l->kind = LINE_DAMAGED;
		l->expected = expected;
	}
	return true;
}

bool line_of_cpuid_r(const char *text, struct line *l)
{
	return find_leaf(text, l) || take_header(text, l);
}

bool dump_save_cpuid(const struct dump *d, FILE *out)
{
	const struct kvm_cpuid_entry2 *e;
	uint32_t i, j;

	for (i = 0; i < d->nr_cpus; i++) {
		/* one of which only MSRs are known */
		if (!d->cpu[i].nent)
			continue;
		if (d->cpu[i].numbered)
			fprintf(out, "CPU %u:\n", d->cpu[i].number);
		else
			fputs("CPU:\n", out);
		for (j = 0; j < d->cpu[i].nent; j++) {
			e = &d->cpu[i].e[j];
			fprintf(out, "   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x "
				"ecx=0x%08x edx=0x%08x\n", e->function,
				e->index, e->eax, e->ebx, e->ecx, e->edx);
		}
	}
	return !ferror(out);
}

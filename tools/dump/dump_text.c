// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of CPUID and MSRs as AIDA64 and InstLatx64 write them ("CPUID
 * 00000007: EAX-EBX-ECX-EDX [SL 00]"), and libcpuid's .test files, which have
 * the same or arrays ("basic_cpuid[7]=EAX EBX ECX EDX").
 *
 * Seen in the wild and taken: other separators, no [SL], no sections at all.
 */
#include <ctype.h>
#include <string.h>

#include "dump_line.h"

/* Behind "KEY 00000007", not prose such as "CPUID Features". */
static const char *numbered_key(const char *text, const char *key)
{
	size_t n = strlen(key);
	unsigned int digits;
	const char *s;

	if (strncmp(text, key, n) || !text[n] || !strchr(" \t", text[n]))
		return NULL;
	s = skip_blanks(text + n);
	digits = hex_digits(s);
	return digits >= 6 && s[digits] && strchr(" \t:", s[digits]) &&
	       strspn(s + digits, " \t:") < strlen(s + digits) ? s : NULL;
}

/* " [SL 03]", after other remarks perhaps */
static bool take_subleaf(const char *s, struct line *l)
{
	const char *at = strstr(s, "[SL ");
	uint64_t v;

	l->indexed = at;
	if (!at)
		return at_end_of_word(s);
	at += strlen("[SL ");
	if (hex_digits(at) > 8 || !take_digits(&at, hex_digits(at), &v))
		return false;
	l->index = v;
	return *at == ']';
}

static bool take_leaf(const char *s, struct line *l)
{
	return take_u32(&s, "", &l->function) &&
	       take_regs(&s, " \t:", "- ", "", &l->regs) && take_subleaf(s, l);
}

/* "000001FC: 0000-0000-0030-1CC3", "00000300: < FAILED >" */
static bool take_msr(const char *s, struct line *l)
{
	uint64_t part;
	unsigned int i;

	if (!take_u32(&s, "", &l->msr) || !strchr(" \t:", *s))
		return false;
	s += strspn(s, " \t:");
	l->valid = *s != '<';
	for (i = 0; l->valid && i < 4; i++) {
		if (i && *s++ != '-')
			return false;
		if (!take_digits(&s, 4, &part))
			return false;
		l->value = l->value << 16 | part;
	}
	return !l->valid || at_end_of_word(s);
}

/* --- sections --------------------------------------------------------------- */
static const struct section {
	const char *before;
	enum line_kind kind;
	bool numbered;
} sections[] = {
	{ "------[ Logical CPU #",			LINE_CPU, true },
	{ "------[ CPUID Registers / Logical CPU #",	LINE_CPU, true },
	{ "CPUID Registers (CPU #",			LINE_CPU, true },
	{ "_________________ Logical CPU #",		LINE_CPU, true },
	{ "CPU#",					LINE_CPU, true },
	{ "Group: 0x",					LINE_CPU, false },
	{ "------[ MSR Registers / Logical CPU #",	LINE_MSRS, true },
	{ "MSR Registers (CPU #",			LINE_MSRS, true },
	{ "------[ MSR Registers ]",			LINE_MSRS, false },
	{ "MSR Registers",				LINE_MSRS, false },
};

static bool take_section(const char *text, const struct section *s,
			 struct line *l)
{
	unsigned int n;

	if (strncmp(text, s->before, strlen(s->before)))
		return false;
	text += strlen(s->before);
	l->kind = s->kind;
	l->numbered = s->numbered;
	l->number = 0;
	if (!s->numbered)
		return true;
	for (n = 0; n < 6 && isdigit((unsigned char)text[n]); n++)
		l->number = l->number * 10 + text[n] - '0';
	return n && n < 6;
}

static bool find_section(const char *text, struct line *l)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sections); i++)
		if (take_section(text, &sections[i], l))
			return true;
	return false;
}

bool line_of_text(const char *text, struct line *l)
{
	const char *cpuid = numbered_key(text, "CPUID");
	const char *msr = numbered_key(text, "MSR");

	l->format = DUMP_TEXT;
	if (cpuid) {
		l->expected = "CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]";
		l->kind = take_leaf(cpuid, l) ? LINE_LEAF : LINE_DAMAGED;
	} else if (msr) {
		l->expected = "MSR INDEX: XXXX-XXXX-XXXX-XXXX";
		l->kind = take_msr(msr, l) ? LINE_MSR : LINE_DAMAGED;
	} else {
		return find_section(text, l);
	}
	return true;
}

/* --- libcpuid's arrays ------------------------------------------------------- */
static const struct {
	const char *name;
	uint32_t function;
	bool leaves;			/* counts leaves, not subleaves */
} arrays[] = {
	{ "basic_cpuid[",	0x00000000, true },
	{ "ext_cpuid[",		0x80000000, true },
	{ "intel_fn4[",		0x00000004, false },
	{ "intel_fn11[",	0x0000000b, false },
	{ "intel_fn12h[",	0x00000012, false },
	{ "intel_fn14h[",	0x00000014, false },
	{ "amd_fn8000001dh[",	0x8000001d, false },
	{ "amd_fn80000026h[",	0x80000026, false },
};

static int find_array(const char *text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (!strncmp(text, arrays[i].name, strlen(arrays[i].name)))
			return i;
	return -1;
}

/* "[7]=00000001 00000002 00000003 00000004" */
static bool take_element(const char *s, uint32_t *n, struct cpuid_regs *regs)
{
	if (!isdigit((unsigned char)*s))
		return false;
	for (*n = 0; isdigit((unsigned char)*s) && *n < 1000; s++)
		*n = *n * 10 + *s - '0';
	return *s++ == ']' && take_regs(&s, "=", " ", "", regs) && !*s;
}

/* One that looks the same, under a name that we do not know. */
static bool unknown_array(const char *text, struct line *l)
{
	const char *bracket = strchr(text, '[');
	uint32_t n;

	if (!bracket || bracket == text ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789") !=
	    (size_t)(bracket - text) ||
	    !take_element(bracket + 1, &n, &l->regs))
		return false;
	l->kind = LINE_ARRAY;
	return true;
}

bool line_of_libcpuid(const char *text, struct line *l)
{
	int array = find_array(text);
	uint32_t n;

	l->format = DUMP_TEXT;
	if (array < 0)
		return unknown_array(text, l);
	l->kind = LINE_DAMAGED;
	l->expected = "ARRAY[N]=EAX EBX ECX EDX";
	if (!take_element(text + strlen(arrays[array].name), &n, &l->regs))
		return true;
	l->kind = LINE_LEAF;
	l->function = arrays[array].function + (arrays[array].leaves ? n : 0);
	l->index = arrays[array].leaves ? 0 : n;
	l->indexed = true;
	l->repeated = true;		/* subleaf 0 stands in two arrays */
	return true;
}

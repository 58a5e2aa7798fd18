// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of registers: the "Thread dumps" of CPU-Z's report, and what
 * "xen-cpuid -p" prints.
 */
#include <string.h>

#include "dump_line.h"

/* --- CPU-Z ---------------------------------------------------------------- */
/* "CPU Thread 3", which the version before 1.60 ends in a tab */
static bool take_thread(const char *s, struct line *l)
{
	static const char key[] = "CPU Thread ";
	size_t n = strlen(key), digits;

	if (strncmp(s, key, n))
		return false;
	digits = strspn(s + n, "0123456789");
	if (!digits || digits > 5 || s[n + digits])
		return false;
	l->kind = LINE_CPU;
	l->numbered = true;
	for (s += n, l->number = 0; digits--; s++)
		l->number = l->number * 10 + *s - '0';
	return true;
}

/* "0x00000004  0x04000121  0x01C0003F  0x0000003F  0x00000001" */
static bool take_row(const char *s, struct line *l)
{
	uint32_t first;

	if (!take_u32(&s, "0x", &l->function) || !strchr(" \t", *s) || !*s)
		return false;
	s = skip_blanks(s);
	if (!take_u32(&s, "0x", &first))
		return false;
	l->kind = LINE_DAMAGED;
	l->expected = "FUNCTION EAX EBX ECX EDX";
	l->regs.r[REG_EAX] = first;
	for (l->nr_regs = 1; l->nr_regs < NR_CPUID_REGS; l->nr_regs++) {
		if (!*s || !strchr(" \t", *s))
			return true;
		s = skip_blanks(s);
		if (!take_u32(&s, "0x", &l->regs.r[l->nr_regs]))
			return true;
	}
	if (at_end_of_word(s))
		l->kind = LINE_LEAF;
	return true;
}

/* One half of an MSR, in older versions "edx = 0x00000000" */
static bool take_half(const char **s, const char *name, uint32_t *value)
{
	*s = skip_blanks(*s);
	if (!strncmp(*s, name, strlen(name)))
		*s += strlen(name);
	return take_u32(s, "0x", value);
}

/* "MSR 0x0000001B  0x00000000  0xFEE00900" */
static bool take_msr(const char *s, struct line *l)
{
	uint32_t low, high;

	if (strncmp(s, "MSR 0x", 6))
		return false;
	l->kind = LINE_DAMAGED;
	l->expected = "MSR INDEX EDX EAX";
	s += 4;
	if (!take_u32(&s, "0x", &l->msr) || !take_half(&s, "edx = ", &high) ||
	    !take_half(&s, "eax = ", &low) || !at_end_of_word(s))
		return true;
	l->kind = LINE_MSR;
	l->valid = true;
	l->value = (uint64_t)high << 32 | low;
	return true;
}

bool line_of_cpuz(const char *text, struct line *l)
{
	l->format = DUMP_CPUZ;
	return take_thread(text, l) || take_row(text, l) || take_msr(text, l);
}

/* --- xen-cpuid -p ----------------------------------------------------------- */
#define XEN_NO_SUBLEAF	0xffffffffu

/* "Raw policy: 32 leaves, 2 MSRs" */
static bool take_policy(const char *s, struct line *l)
{
	const char *at = strstr(s, " policy: ");

	if (!at || !strstr(at, " leaves, ") || !strstr(at, " MSRs"))
		return false;
	l->kind = LINE_POLICY;
	return true;
}

/* What is left and right of the arrow; NULL: not a line of that kind. */
static const char *find_arrow(const char *s)
{
	const char *arrow = strstr(s, " -> ");

	return arrow && hex_digits(s) == 8 ? skip_blanks(arrow + 4) : NULL;
}

static void take_xen_leaf(const char *s, const char *right, struct line *l)
{
	s++;
	l->expected = "LEAF:SUBLEAF -> EAX:EBX:ECX:EDX";
	if (!take_u32(&s, "", &l->index) || strncmp(s, " -> ", 4) ||
	    !take_u32(&right, "", &l->regs.r[REG_EAX]))
		return;
	for (l->nr_regs = 1; l->nr_regs < NR_CPUID_REGS; l->nr_regs++)
		if (!take_u32(&right, ":", &l->regs.r[l->nr_regs]))
			return;
	if (!at_end_of_word(right))
		return;
	if (l->index == XEN_NO_SUBLEAF)
		l->index = 0;
	l->indexed = true;
	l->kind = LINE_LEAF;
}

static void take_xen_msr(const char *right, struct line *l)
{
	l->expected = "INDEX -> VALUE";
	if (!take_digits(&right, 16, &l->value) || !at_end_of_word(right))
		return;
	l->msr = l->function;
	l->valid = true;
	l->kind = LINE_MSR;
}

bool line_of_xen(const char *text, struct line *l)
{
	const char *s = text, *right = find_arrow(text);

	l->format = DUMP_XEN;
	if (!right)
		return take_policy(text, l);
	l->kind = LINE_DAMAGED;
	take_u32(&s, "", &l->function);
	if (*s == ':')
		take_xen_leaf(s, right, l);
	else
		take_xen_msr(right, l);
	return true;
}

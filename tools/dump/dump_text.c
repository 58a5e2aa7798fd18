// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free text with lines of CPUID and MSRs in it, as AIDA64 and InstLatx64 write
 * it ("CPUID 00000007: EAX-EBX-ECX-EDX [SL 00]"), and libcpuid's .test files,
 * which have the same or arrays ("basic_cpuid[7]=EAX EBX ECX EDX") and end in
 * a line of dashes, with results of libcpuid behind it.
 *
 * Seen in the wild and taken: other separators, no [SL], no sections at all.
 */
#include <ctype.h>
#include <string.h>

#include "dump_parse.h"

struct text {
	struct dump_reader *in;
	uint32_t cpu;			/* whose lines these are */
};

/* --- numbers -------------------------------------------------------------- */
static unsigned int hex_digits(const char *s)
{
	unsigned int n = 0;

	while (isxdigit((unsigned char)s[n]))
		n++;
	return n;
}

/* Exactly so many digits; advances behind them. */
static bool take_digits(const char **s, unsigned int digits, uint64_t *value)
{
	unsigned int i;

	if (hex_digits(*s) != digits)
		return false;
	for (i = 0, *value = 0; i < digits; i++, ++*s)
		*value = *value << 4 | (isdigit((unsigned char)**s) ?
					**s - '0' :
					tolower((unsigned char)**s) - 'a' + 10);
	return true;
}

static bool take_reg(const char **s, const char *before, uint32_t *reg)
{
	uint64_t v;

	if (!**s || !strchr(before, **s))
		return false;
	*s += strspn(*s, before);
	if (!take_digits(s, 8, &v))
		return false;
	*reg = v;
	return true;
}

static bool take_regs(const char **s, const char *first, const char *between,
		      struct cpuid_regs *v)
{
	unsigned int i;

	for (i = 0; i < NR_CPUID_REGS; i++)
		if (!take_reg(s, i ? between : first, &v->r[i]))
			return false;
	return true;
}

/* "KEY 00000007", not prose such as "CPUID Features" or "MSR Access" */
static const char *numbered_key(const char *text, const char *key)
{
	const char *s = line_key(text, key);

	return s && hex_digits(s) >= 6 ? s : NULL;
}

/* --- CPUID and MSRs ------------------------------------------------------- */
struct leaf {
	uint32_t function, index;
	bool indexed;
	struct cpuid_regs regs;
};

/* " [SL 03]", after other remarks perhaps */
static bool take_subleaf(const char *s, struct leaf *l)
{
	const char *at = strstr(s, "[SL ");
	uint64_t v;

	l->index = 0;
	l->indexed = at;
	if (!at)
		return !*s || isspace((unsigned char)*s);
	at += strlen("[SL ");
	if (hex_digits(at) > 8 || !take_digits(&at, hex_digits(at), &v))
		return false;
	l->index = v;
	return *at == ']';
}

static bool take_leaf(const char *s, struct leaf *l)
{
	uint64_t v;

	if (!take_digits(&s, 8, &v))
		return false;
	l->function = v;
	return take_regs(&s, " \t:", "- ", &l->regs) && take_subleaf(s, l);
}

static struct dump_cpu *current(struct text *t)
{
	struct dump *d = t->in->d;

	if (d->nr_cpus)
		return &d->cpu[t->cpu];
	return dump_add_cpu(d);
}

static uint32_t count_leaf(const struct dump_cpu *cpu, uint32_t function)
{
	uint32_t i, n = 0;

	for (i = 0; i < cpu->nent; i++)
		n += cpu->e[i].function == function;
	return n;
}

static int no_cpu(struct text *t)
{
	return dump_no_room(t->in, t->in->d->nr_cpus, DUMP_CPUS_MAX,
			    "fewer CPUs");
}

static int new_cpu(struct text *t, bool numbered, uint32_t number)
{
	struct dump_cpu *cpu = dump_add_cpu(t->in->d);

	if (!cpu)
		return no_cpu(t);
	t->cpu = t->in->d->nr_cpus - 1;
	cpu->numbered = numbered;
	if (numbered)
		cpu->number = number;
	return 0;
}

static int add_leaf(struct text *t, const struct leaf *l)
{
	struct dump_cpu *cpu = current(t);

	if (!cpu)
		return no_cpu(t);
	if (dump_add_entry(cpu, l->function, l->index, l->regs))
		return 0;
	return dump_no_room(t->in, cpu->nent, DUMP_ENTRIES_MAX,
			    "fewer entries");
}

static int take_cpuid(struct text *t, const char *s)
{
	struct dump_cpu *cpu = current(t);
	struct leaf l;

	if (!cpu)
		return no_cpu(t);
	if (!take_leaf(s, &l))
		return line_expected(&t->in->r,
				     "CPUID LEAF: EAX-EBX-ECX-EDX [SL SUBLEAF]");
	/* without headers, leaf 0 is where the next CPU begins */
	if (!l.function && !cpu->numbered && count_leaf(cpu, 0) &&
	    new_cpu(t, false, 0))
		return no_cpu(t);
	if (!l.indexed)
		l.index = count_leaf(current(t), l.function);
	return add_leaf(t, &l);
}

/* "000001FC: 0000-0000-0030-1CC3", "00000300: < FAILED >" */
static bool take_value(const char *s, uint64_t *index, bool *valid,
		       uint64_t *value)
{
	uint64_t part;
	unsigned int i;

	if (!take_digits(&s, 8, index) || *s++ != ':')
		return false;
	s += strspn(s, " \t");
	*value = 0;
	*valid = *s != '<';
	for (i = 0; *valid && i < 4; i++) {
		if (i && *s++ != '-')
			return false;
		if (!take_digits(&s, 4, &part))
			return false;
		*value = *value << 16 | part;
	}
	return !*valid || !*s || isspace((unsigned char)*s);
}

static int take_msr(struct text *t, const char *s)
{
	struct dump_cpu *cpu = current(t);
	uint64_t index, value;
	bool valid;

	if (!cpu)
		return no_cpu(t);
	if (!take_value(s, &index, &valid, &value))
		return line_expected(&t->in->r,
				     "MSR INDEX: XXXX-XXXX-XXXX-XXXX");
	if (dump_add_msr(cpu, index, valid, value))
		return 0;
	return dump_no_room(t->in, cpu->nr_msrs, DUMP_MSRS_MAX, "fewer MSRs");
}

/* --- libcpuid's arrays ---------------------------------------------------- */
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
};

static int find_array(const char *text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		if (!strncmp(text, arrays[i].name, strlen(arrays[i].name)))
			return i;
	return -1;
}

static bool take_element(const char *s, unsigned int array, struct leaf *l)
{
	unsigned int n;

	s += strlen(arrays[array].name);
	if (!isdigit((unsigned char)*s))
		return false;
	for (n = 0; isdigit((unsigned char)*s) && n < 1000; s++)
		n = n * 10 + *s - '0';
	l->function = arrays[array].function;
	if (arrays[array].leaves)
		l->function += n;
	l->index = arrays[array].leaves ? 0 : n;
	return *s++ == ']' && take_regs(&s, "=", " ", &l->regs) && !*s;
}

/* Subleaf 0 stands in two arrays. */
static int take_array(struct text *t, const char *text, unsigned int array)
{
	struct dump_cpu *cpu = current(t);
	struct leaf l;
	uint32_t i;

	if (!cpu)
		return no_cpu(t);
	if (!take_element(text, array, &l))
		return line_expected(&t->in->r, "ARRAY[N]=EAX EBX ECX EDX");
	for (i = 0; i < cpu->nent; i++)
		if (cpu->e[i].function == l.function &&
		    cpu->e[i].index == l.index)
			return 0;
	return add_leaf(t, &l);
}

/* --- sections ------------------------------------------------------------- */
static const struct section {
	const char *before;
	bool msrs, numbered;
} sections[] = {
	{ "------[ Logical CPU #",			false, true },
	{ "------[ CPUID Registers / Logical CPU #",	false, true },
	{ "CPUID Registers (CPU #",			false, true },
	{ "_________________ Logical CPU #",		false, true },
	{ "CPU#",					false, true },
	{ "Group: 0x",					false, false },
	{ "------[ MSR Registers / Logical CPU #",	true, true },
	{ "MSR Registers (CPU #",			true, true },
	{ "------[ MSR Registers ]",			true, false },
	{ "MSR Registers",				true, false },
};

static const struct section *find_section(const char *text, uint32_t *number)
{
	const struct section *s = sections;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(sections); i++, s++) {
		if (strncmp(text, s->before, strlen(s->before)))
			continue;
		text += strlen(s->before);
		if (!s->numbered)
			return s;
		for (n = 0, *number = 0; isdigit((unsigned char)text[n]); n++)
			*number = *number * 10 + text[n] - '0';
		return n && n < 6 ? s : NULL;
	}
	return NULL;
}

/* MSRs of a CPU that was there, or of all: they count as the first's. */
static int enter_msrs(struct text *t, bool numbered, uint32_t number)
{
	const struct dump *d = t->in->d;

	for (t->cpu = 0; numbered && t->cpu < d->nr_cpus; t->cpu++)
		if (d->cpu[t->cpu].number == number)
			return 0;
	return numbered || !d->nr_cpus ? new_cpu(t, numbered, number) : 0;
}

static int take_note(struct text *t, const char *text)
{
	struct dump *d = t->in->d;

	if (dump_add_note(d, text) || d->nr_notes == DUMP_NOTES_MAX)
		return 0;
	return dump_no_room(t->in, 0, 1, "less text");
}

static int take_line(struct text *t, const char *text)
{
	const struct section *s;
	const char *args;
	uint32_t number;
	int array;

	args = numbered_key(text, "CPUID");
	if (args)
		return take_cpuid(t, args);
	args = numbered_key(text, "MSR");
	if (args)
		return take_msr(t, args);
	array = find_array(text);
	if (array >= 0)
		return take_array(t, text, array);
	s = find_section(text, &number);
	if (!s)
		return take_note(t, text);
	return s->msrs ? enter_msrs(t, s->numbered, number) :
			 new_cpu(t, s->numbered, number);
}

bool dump_is_text_line(const char *text)
{
	uint32_t number;

	return numbered_key(text, "CPUID") || find_array(text) >= 0 ||
	       find_section(text, &number) || !strncmp(text, "------[ ", 8);
}

/* A line of dashes, with libcpuid's results behind it. */
static bool ends_dump(const struct text *t, const char *text)
{
	size_t n = strspn(text, "-");

	return n >= 5 && !text[n] && t->in->d->nr_cpus;
}

int dump_read_text(struct dump_reader *in)
{
	struct text t = { .in = in };
	char *text;
	int got, r;

	while ((got = line_next(&in->r)) > 0) {
		text = dump_trim(in->r.text);
		if (ends_dump(&t, text))
			return 0;
		r = *text ? take_line(&t, text) : 0;
		if (r)
			return r;
	}
	return got;
}

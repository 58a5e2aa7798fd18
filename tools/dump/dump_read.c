// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of all dumps that are lines of text.  A line is data, begins a
 * section, or is text around them; one that begins as data does and is none is
 * an error, so that no register is lost without a word.
 */
#include <stdlib.h>
#include <string.h>

#include "dump_line.h"
#include "dump_parse.h"

struct reader {
	struct dump_reader *in;
	struct line begun;		/* a leaf that goes on: LINE_PART */
	unsigned int begun_at;
	bool new_cpu;			/* a header was read: the next data ... */
	struct line header;		/* ... is of another CPU, this one */
	bool decoded;			/* below it stands decoded output */
	uint32_t cpu;			/* whose data these are */
	bool headed;			/* and a header began them */
	unsigned int policies;		/* of Xen; all but the first are skipped */
	bool results;			/* of libcpuid, behind a line of dashes */
	enum dump_format seen;		/* the last format that was recognised */
};

static struct dump_cpu *current(struct reader *t)
{
	return t->cpu < t->in->d->nr_cpus ? &t->in->d->cpu[t->cpu] : NULL;
}

static bool has_leaf(const struct dump_cpu *cpu, uint32_t function)
{
	uint32_t i;

	for (i = 0; i < cpu->nent; i++)
		if (cpu->e[i].function == function)
			return true;
	return false;
}

/* --- CPUs --------------------------------------------------------------------- */
static int add_cpu(struct reader *t, const struct line *l)
{
	struct dump_cpu *cpu = dump_add_cpu(t->in->d);

	if (!cpu)
		return dump_no_room(t->in, t->in->d->nr_cpus, DUMP_CPUS_MAX,
				    "fewer CPUs");
	t->cpu = t->in->d->nr_cpus - 1;
	cpu->line = t->in->r.line;
	cpu->decoded = t->decoded;
	cpu->numbered = l->numbered;
	if (l->numbered)
		cpu->number = l->number;
	return 0;
}

/*
 * MSRs of a CPU whose CPUID was there, or of all CPUs: they count as the
 * first's.
 */
static bool find_msrs(struct reader *t, const struct line *l)
{
	const struct dump *d = t->in->d;

	for (t->cpu = 0; t->cpu < d->nr_cpus; t->cpu++)
		if (!l->numbered || d->cpu[t->cpu].number == l->number)
			return true;
	return false;
}

/* The CPU that the data of this line belong to. */
static int choose_cpu(struct reader *t, const struct line *l)
{
	static const struct line none;
	const struct dump_cpu *cpu = current(t);
	bool pending = t->new_cpu;

	t->new_cpu = false;
	if (pending && t->header.kind == LINE_MSRS) {
		if (l->kind == LINE_MSR && find_msrs(t, &t->header))
			return 0;
		pending = l->kind == LINE_MSR;
	}
	if (pending) {
		t->headed = t->header.headed || t->header.numbered;
		return add_cpu(t, &t->header);
	}
	/* without headers, leaf 0 is where the next CPU begins */
	if (!cpu || (l->kind == LINE_LEAF && !l->function && !l->repeated &&
		     !t->headed && has_leaf(cpu, 0)))
		return add_cpu(t, &none);
	return 0;
}

static int take_header(struct reader *t, const struct line *l)
{
	t->new_cpu = true;
	t->decoded = false;
	t->header = *l;
	t->in->d->headers = true;
	return 0;
}

static int take_policy(struct reader *t, const struct line *l)
{
	t->policies++;
	return take_header(t, l);
}

/* --- data ----------------------------------------------------------------------- */
static bool has_entry(const struct dump_cpu *cpu, const struct line *l)
{
	uint32_t i;

	for (i = 0; i < cpu->nent; i++)
		if (cpu->e[i].function == l->function &&
		    cpu->e[i].index == l->index)
			return true;
	return false;
}

static int take_leaf(struct reader *t, const struct line *l)
{
	int r = choose_cpu(t, l);
	struct dump_cpu *cpu = current(t);

	if (r || (l->repeated && has_entry(cpu, l)))
		return r;
	if (!dump_add_entry(cpu, l->function, l->index, l->regs))
		return dump_no_room(t->in, cpu->nent, DUMP_ENTRIES_MAX,
				    "fewer entries");
	if (!l->indexed)
		cpu->e[cpu->nent - 1].flags = DUMP_NO_SUBLEAF;
	return 0;
}

static int take_msr(struct reader *t, const struct line *l)
{
	int r = choose_cpu(t, l);
	struct dump_cpu *cpu = current(t);

	if (r || dump_add_msr(cpu, l->msr, l->valid, l->value))
		return r;
	return dump_no_room(t->in, cpu->nr_msrs, DUMP_MSRS_MAX, "fewer MSRs");
}

static int take_part(struct reader *t, const struct line *l)
{
	t->begun = *l;
	t->begun_at = t->in->r.line;
	return 0;
}

static int damaged(struct reader *t, const struct line *l, unsigned int line)
{
	t->in->r.line = line;
	return line_expected(&t->in->r, l->expected);
}

/* --- the rest ------------------------------------------------------------------- */
/* Lines that cpuid(1) prints without -r, such as "... (7/ebx):". */
static bool is_decoded(const char *text)
{
	return strstr(text, "vendor_id = \"") || strstr(text, "/eax)") ||
	       strstr(text, "/ebx)") || strstr(text, "/ecx)") ||
	       strstr(text, "/edx)");
}

static int take_text(struct reader *t, const char *text)
{
	struct dump_cpu *cpu = current(t);
	struct dump *d = t->in->d;

	if (is_decoded(text)) {
		t->decoded = true;
		d->decoded_line = d->decoded_line ? : t->in->r.line;
		if (cpu && !t->new_cpu)
			cpu->decoded = true;
	}
	d->headers = d->headers || !strncmp(text, "------[ ", 8);
	dump_ignore_line(d, t->in->r.line);
	if (dump_add_note(d, text) || d->nr_notes == DUMP_NOTES_MAX)
		return 0;
	return dump_no_room(t->in, 0, 1, "less text");
}

static int take_array(struct reader *t, const char *text)
{
	if (!dump_remark(t->in->d, "line %u: unknown array \"%.*s\" is ignored",
			 t->in->r.line, (int)strcspn(text, "["), text))
		return dump_no_room(t->in, 0, 1, "less text");
	return 0;
}

/* Rows of other tables than those of CPU-Z and Xen look like damaged ones. */
static bool may_be_text(const struct reader *t, const struct line *l)
{
	return t->results || ((l->format == DUMP_CPUZ ||
			       l->format == DUMP_XEN) && l->format != t->seen);
}

static bool is_data(const struct line *l)
{
	return l->kind == LINE_LEAF || l->kind == LINE_PART ||
	       l->kind == LINE_MSR;
}

static int take_line(struct reader *t, const char *text, const struct line *l)
{
	switch (l->kind) {
	case LINE_CPU:
	case LINE_MSRS:
		return take_header(t, l);
	case LINE_POLICY:
		return take_policy(t, l);
	case LINE_LEAF:
		return take_leaf(t, l);
	case LINE_PART:
		return take_part(t, l);
	case LINE_MSR:
		return take_msr(t, l);
	case LINE_ARRAY:
		return take_array(t, text);
	case LINE_DAMAGED:
		if (!may_be_text(t, l))
			return damaged(t, l, t->in->r.line);
		/* fall through */
	default:
		return take_text(t, text);
	}
}

/* A line of dashes: behind it, libcpuid's results, or other text. */
static bool ends_dump(const struct reader *t, const char *text)
{
	size_t n = strspn(text, "-");

	return n >= 5 && !text[n] && t->in->d->nr_cpus;
}

static int take_continued(struct reader *t, const char *text)
{
	dump_line_continue(text, &t->begun);
	if (t->begun.kind == LINE_LEAF)
		return take_leaf(t, &t->begun);
	if (t->begun.kind == LINE_PART)
		return 0;
	return damaged(t, &t->begun, t->begun_at);
}

static int take_any(struct reader *t, const char *text)
{
	struct dump *d = t->in->d;
	struct line l;

	if (t->begun.kind == LINE_PART)
		return take_continued(t, text);
	if (!*text)
		return 0;
	if (ends_dump(t, text)) {
		t->results = true;
		return 0;
	}
	dump_line(text, &l);
	if (l.kind != LINE_TEXT && l.kind != LINE_DAMAGED)
		t->seen = l.format;
	if (t->policies > 1 && is_data(&l)) {
		d->policies_skipped = t->policies - 1;
		return 0;
	}
	if (is_data(&l) && !d->format)
		d->format = l.format;
	return take_line(t, text, &l);
}

int dump_read_text(struct dump_reader *in)
{
	struct reader t = { .in = in };
	int got, r = 0;

	while (!r && (got = line_next(&in->r)) > 0)
		r = take_any(&t, dump_trim(in->r.text));
	if (r)
		return r;
	if (!got && t.begun.kind == LINE_PART)
		return damaged(&t, &t.begun, t.begun_at);
	return got ? got : dump_finish(in);
}

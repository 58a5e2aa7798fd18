// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "here.h"
#include "surface.h"

#define FNV_START	0xcbf29ce484222325ull
#define FNV_PRIME	0x100000001b3ull

static uint64_t fnv(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len--)
		sum = (sum ^ *p++) * FNV_PRIME;
	return sum;
}

/* --- whose it is ------------------------------------------------------------ */
/*
 * What the host's kernel decides is no part of its CPU: bits that mirror CR4,
 * APIC ids, sizes that follow XCR0.
 */
static uint32_t own_bits(const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg)
{
	uint32_t v = cpuid_entry_reg(e, reg);

	switch (e->function) {
	case 1:
		return reg == REG_EBX ? v & 0xffffff :
		       reg == REG_ECX ? v & ~(1u << 27) :
		       reg == REG_EDX ? v & ~(1u << 9) : v;
	case 7:
		return reg == REG_ECX ? v & ~(1u << 4) : v;
	case 0xb:
	case 0x1f:
		return reg == REG_EDX ? 0 : v;
	case 0xd:
		return reg == REG_EBX && e->index < 2 ? 0 : v;
	case 0x8000001e:
		return reg == REG_EAX ? 0 : v;
	}
	return v;
}

static uint64_t cpu_sum(const struct cpuid_list *l)
{
	uint64_t sum = FNV_START;
	uint32_t i, v;
	int reg;

	for (i = 0; i < l->nent; i++) {
		sum = fnv(sum, &l->e[i].function, sizeof(uint32_t));
		sum = fnv(sum, &l->e[i].index, sizeof(uint32_t));
		for (reg = 0; reg < NR_CPUID_REGS; reg++) {
			v = own_bits(&l->e[i], reg);
			sum = fnv(sum, &v, sizeof(v));
		}
	}
	return sum;
}

static void put_text(char *to, uint32_t a, uint32_t b, uint32_t c)
{
	memcpy(to, &a, 4);
	memcpy(to + 4, &b, 4);
	memcpy(to + 8, &c, 4);
	to[12] = '\0';
}

static void name_cpu(const struct cpuid_list *l, char *text, size_t len)
{
	const struct kvm_cpuid_entry2 *e = cpuid_find(l, 0, 0), *b;
	uint32_t sig = cpuid_get(l, 1, 0, REG_EAX), i;
	char vendor[13] = "", brand[49] = "";

	if (e)
		put_text(vendor, e->ebx, e->edx, e->ecx);
	for (i = 0; i < 3; i++) {
		b = cpuid_find(l, 0x80000002 + i, 0);
		if (b)
			memcpy(brand + 16 * i, &b->eax, 16);
	}
	snprintf(text, len, "%s %x.%x.%x %s", vendor,
		 (sig >> 8 & 0xf) + (sig >> 20 & 0xff),
		 (sig >> 4 & 0xf) | (sig >> 12 & 0xf0), sig & 0xf,
		 brand + strspn(brand, " "));
}

/* No '"' or other byte that the header could not have. */
static void clean(char *text)
{
	size_t n = strlen(text);

	for (; *text; text++)
		if (*text < ' ' || *text > '~' || *text == '"')
			*text = '.';
	while (n && text[-1] == ' ' && n--)
		*--text = '\0';
}

bool surface_head_here(struct surface_head *h)
{
	const struct host_facts *f = subject_facts_try();
	const struct kvm_cpuid_entry2 *e;

	memset(h, 0, sizeof(*h));
	if (!f)
		return false;
	h->version = SURFACE_VERSION;
	snprintf(h->kernel, sizeof(h->kernel), "%s", f->kernel_release);
	snprintf(h->module, sizeof(h->module), "%s", f->kvm_module);
	strcpy(h->machine, "none");
	e = cpuid_find(&f->cpu[0].cpuid, 0x40000000, 0);
	if (e && e->ebx)
		put_text(h->machine, e->ebx, e->ecx, e->edx);
	name_cpu(&f->cpu[0].cpuid, h->cpu, sizeof(h->cpu));
	clean(h->machine);
	clean(h->cpu);
	snprintf(h->raw, sizeof(h->raw), "%016llx",
		 (unsigned long long)cpu_sum(&f->cpu[0].cpuid));
	return true;
}

/* --- writing ---------------------------------------------------------------- */
static void put_line(FILE *out, const char *line, uint64_t *sum)
{
	*sum = fnv(fnv(*sum, line, strlen(line)), "\n", 1);
	fprintf(out, "%s\n", line);
}

void surface_write(FILE *out, const struct surface_head *h, char **facts,
		   unsigned int n)
{
	uint64_t sum = FNV_START;
	char line[400];
	unsigned int i;

	snprintf(line, sizeof(line),
		 "#surface version=%u kernel=%s module=%s machine=\"%s\" raw=%s cpu=\"%s\"",
		 h->version, h->kernel, h->module, h->machine, h->raw, h->cpu);
	put_line(out, line, &sum);
	for (i = 0; i < n; i++)
		put_line(out, facts[i], &sum);
	fprintf(out, "#end facts=%u sum=%016llx\n", n,
		(unsigned long long)sum);
}

/* --- reading ---------------------------------------------------------------- */
static char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	size_t room = 1 << 16;
	char *text = f ? malloc(room + 1) : NULL;

	*len = 0;
	while (text) {
		*len += fread(text + *len, 1, room - *len, f);
		if (*len < room)
			break;
		room *= 2;
		text = realloc(text, room + 1);
	}
	if (text)
		text[*len] = '\0';
	if (text && ferror(f)) {
		free(text);
		text = NULL;
	}
	if (f)
		fclose(f);
	return text;
}

static bool take_head(struct surface_head *h, const char *line)
{
	return sscanf(line, "#surface version=%u kernel=%79s module=%15s machine=\"%15[^\"]\" raw=%19s cpu=\"%79[^\"]\"",
		      &h->version, h->kernel, h->module, h->machine, h->raw,
		      h->cpu) == 6;
}

/* "KEY = VALUE": a key has no " = ". */
static bool take_fact(struct surface *s, char *line)
{
	char *eq = strstr(line, " = ");
	struct surface_fact *f = &s->fact[s->n];

	if (!eq)
		return false;
	*eq = '\0';
	f->key = line;
	f->value = eq + 3;
	if (s->n && strcmp(f[-1].key, f->key) >= 0)
		return false;
	s->n++;
	return true;
}

static int bad(char *err, size_t len, const char *path, const char *why)
{
	snprintf(err, len, "%s: %s", path, why);
	return -1;
}

static int parse(struct surface *s, const char *path, char *err, size_t len)
{
	unsigned int lines = 0, said;
	unsigned long long want;
	uint64_t sum = FNV_START;
	char *line = s->text, *next;

	for (; *line; line = next + 1, lines++) {
		next = strchr(line, '\n');
		if (!next)
			return bad(err, len, path, "cut short in a line");
		if (sscanf(line, "#end facts=%u sum=%llx", &said, &want) == 2) {
			if (next[1] || said != s->n || want != sum)
				break;
			return 0;
		}
		sum = fnv(sum, line, next + 1 - line);
		*next = '\0';
		if (!lines ? !take_head(&s->head, line) : !take_fact(s, line))
			return bad(err, len, path, lines ?
				   "damaged: a line is no fact, or out of order" :
				   "not a file of surface record");
	}
	return bad(err, len, path, *line ? "damaged: its checksum is another" :
		   lines ? "cut short: its last line is missing" : "empty");
}

int surface_load(struct surface *s, const char *path, char *err, size_t len)
{
	size_t size, i;
	unsigned int lines = 1;

	memset(s, 0, sizeof(*s));
	s->text = read_all(path, &size);
	if (!s->text)
		return bad(err, len, path, strerror(errno));
	if (strlen(s->text) != size)
		return bad(err, len, path, "not a file of surface record");
	for (i = 0; i < size; i++)
		lines += s->text[i] == '\n';
	s->fact = calloc(lines, sizeof(*s->fact));
	if (!s->fact)
		return bad(err, len, path, strerror(ENOMEM));
	if (parse(s, path, err, len))
		return -1;
	if (s->head.version != SURFACE_VERSION)
		return bad(err, len, path, "of another version of surface: record it anew");
	return 0;
}

void surface_free(struct surface *s)
{
	free(s->fact);
	free(s->text);
}

static int by_key(const void *key, const void *fact)
{
	return strcmp(key, ((const struct surface_fact *)fact)->key);
}

const char *surface_value(const struct surface *s, const char *key)
{
	const struct surface_fact *f = bsearch(key, s->fact, s->n,
					       sizeof(*f), by_key);

	return f ? f->value : NULL;
}

/* --- variants are told by what is different from their base --------------- */
const char *surface_base(const char *variant)
{
	static const struct {
		const char *prefix, *base;
	} bases[] = {
		{ "@off.", "@max" }, { "@all", "@max" },
		{ "@vendor.", "@max" }, { "@only.", "@bare" },
		{ "@pv.", "@pv" }, { "@hv.", "@hv" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bases); i++)
		if (!strncmp(variant, bases[i].prefix,
			     strlen(bases[i].prefix)))
			return bases[i].base;
	return NULL;
}

bool surface_in_base(const char *text, char *other, size_t len)
{
	const char *at = strstr(text, " @"), *base, *rest;

	if (!at || !strncmp(text, "variant ", 8))
		return false;
	base = surface_base(at + 1);
	rest = strchr(at + 1, ' ');
	if (!base || !rest)
		return false;
	snprintf(other, len, "%.*s %s%s", (int)(at - text), text, base, rest);
	return true;
}

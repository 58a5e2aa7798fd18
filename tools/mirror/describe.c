// SPDX-License-Identifier: GPL-2.0-only
/* A change in words: what its bits are called. */
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "feature.h"
#include "model.h"

/* More at a time are told as a mask. */
#define MANY_BITS	12

struct bit_name {
	unsigned char bit;
	const char *name;
};

static const struct bit_name cr0_bits[] = {
	{ 0, "PE" }, { 1, "MP" }, { 2, "EM" }, { 3, "TS" }, { 4, "ET" },
	{ 5, "NE" }, { 16, "WP" }, { 18, "AM" }, { 29, "NW" }, { 30, "CD" },
	{ 31, "PG" }, { 0, NULL },
};

static const struct bit_name cr4_bits[] = {
	{ 0, "VME" }, { 1, "PVI" }, { 2, "TSD" }, { 3, "DE" }, { 4, "PSE" },
	{ 5, "PAE" }, { 6, "MCE" }, { 7, "PGE" }, { 8, "PCE" },
	{ 9, "OSFXSR" }, { 10, "OSXMMEXCPT" }, { 11, "UMIP" },
	{ 12, "LA57" }, { 13, "VMXE" }, { 14, "SMXE" }, { 16, "FSGSBASE" },
	{ 17, "PCIDE" }, { 18, "OSXSAVE" }, { 19, "KL" }, { 20, "SMEP" },
	{ 21, "SMAP" }, { 22, "PKE" }, { 23, "CET" }, { 24, "PKS" },
	{ 25, "UINTR" }, { 27, "LASS" }, { 28, "LAM_SUP" }, { 32, "FRED" },
	{ 0, NULL },
};

static const struct bit_name efer_bits[] = {
	{ 0, "SCE" }, { 8, "LME" }, { 10, "LMA" }, { 11, "NXE" },
	{ 12, "SVME" }, { 13, "LMSLE" }, { 14, "FFXSR" }, { 15, "TCE" },
	{ 17, "MCOMMIT" }, { 18, "INTWB" }, { 20, "UAIE" },
	{ 21, "AUTOIBRS" }, { 0, NULL },
};

static const struct bit_name xcr0_bits[] = {
	{ 0, "x87" }, { 1, "SSE" }, { 2, "AVX" }, { 3, "BNDREGS" },
	{ 4, "BNDCSR" }, { 5, "opmask" }, { 6, "ZMM_Hi256" },
	{ 7, "Hi16_ZMM" }, { 8, "PT" }, { 9, "PKRU" }, { 10, "PASID" },
	{ 11, "CET_U" }, { 12, "CET_S" }, { 15, "LBR" }, { 17, "XTILECFG" },
	{ 18, "XTILEDATA" }, { 19, "APX" }, { 0, NULL },
};

static const char *look_up(const struct bit_name *t, unsigned int bit)
{
	for (; t->name; t++)
		if (t->bit == bit)
			return t->name;
	return NULL;
}

void change_split(struct schange *c, const char *key)
{
	static char word[40];
	size_t n = strcspn(key, " ");

	snprintf(word, sizeof(word), "%.*s", (int)n, key);
	c->interface = word;
	c->variant[0] = '\0';
	key += n + (key[n] == ' ');
	if (*key == '@') {
		n = strcspn(key, " ");
		snprintf(c->variant, sizeof(c->variant), "%.*s", (int)n, key);
		key += n + (key[n] == ' ');
	}
	snprintf(c->rest, sizeof(c->rest), "%s", key);
}

bool cpuid_key(const char *rest, uint32_t *function, uint32_t *index,
	       int *reg)
{
	char name[8];

	if (sscanf(rest, "0x%x.%x %7s", function, index, name) != 3)
		return false;
	for (*reg = 0; *reg < NR_CPUID_REGS; ++*reg)
		if (!strcmp(name, cpuid_reg_name(*reg)))
			return true;
	return false;
}

static const struct bit_name *table_of(const struct schange *c)
{
	static const struct {
		const char *word;
		const struct bit_name *bits;
	} tables[] = {
		{ "cr0", cr0_bits }, { "cr4", cr4_bits },
		{ "efer", efer_bits }, { "EFER", efer_bits },
		{ "xcr0", xcr0_bits }, { "XSS", xcr0_bits },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (strstr(c->interface, tables[i].word) ||
		    strstr(c->rest, tables[i].word))
			return tables[i].bits;
	return NULL;
}

const char *surface_bit_name(const struct schange *c, unsigned int bit)
{
	const struct bit_name *t = table_of(c);
	uint32_t function, index, msr;
	int reg;

	if (!strncmp(c->interface, "cpuid.", 6) &&
	    cpuid_key(c->rest, &function, &index, &reg))
		return feature_name(function, index, reg, bit);
	if (t)
		return look_up(t, bit);
	if (!strncmp(c->interface, "msr.", 4) &&
	    sscanf(c->rest, "0x%x:", &msr) == 1)
		return feature_msr_bit_name(msr, bit);
	return NULL;
}

static bool number(const char *text, uint64_t *value)
{
	char *end;

	if (!text || strncmp(text, "0x", 2))
		return false;
	*value = strtoull(text, &end, 16);
	return !*end && strlen(text) >= 10;
}

/* A capability's value, "127". */
static bool decimal(const char *text, uint64_t *value)
{
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	*value = strtoull(text, &end, 10);
	return !*end;
}

bool change_numbers(const struct schange *c, uint64_t *from, uint64_t *to)
{
	if (!strcmp(c->interface, "cap"))
		return decimal(c->from, from) && decimal(c->to, to);
	return number(c->from, from) && number(c->to, to);
}

static void add_bits(struct schange *c, const char *verb, uint64_t bits)
{
	unsigned int bit, n = strlen(c->what);
	const char *name;

	if (!bits)
		return;
	n += snprintf(c->what + n, sizeof(c->what) - n, "%s%s", n ? "; " : "",
		      verb);
	if (__builtin_popcountll(bits) > MANY_BITS) {
		snprintf(c->what + n, sizeof(c->what) - n, " %d bits, 0x%llx",
			 __builtin_popcountll(bits), (unsigned long long)bits);
		return;
	}
	for (bit = 0; bit < 64 && n + 40 < sizeof(c->what); bit++) {
		if (!(bits >> bit & 1))
			continue;
		name = surface_bit_name(c, bit);
		n += snprintf(c->what + n, sizeof(c->what) - n, " bit %u%s%s",
			      bit, name ? " " : "", name ?: "");
	}
}

static bool is_register(const struct schange *c)
{
	static const char * const words[] = {
		"takes", "keeps", "eax", "ebx", "ecx", "edx", "value", "read",
	};
	unsigned int i;
	size_t n = strlen(c->rest);

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (n >= len && !strcmp(c->rest + n - len, words[i]))
			return true;
	}
	return false;
}

void change_describe(struct schange *c)
{
	uint64_t from, to;

	c->what[0] = '\0';
	if (is_register(c) && change_numbers(c, &from, &to)) {
		add_bits(c, "gained", to & ~from);
		add_bits(c, "lost", from & ~to);
		return;
	}
	snprintf(c->what, sizeof(c->what), "%s -> %s", c->from ?: "(not there)",
		 c->to ?: "(not there)");
}

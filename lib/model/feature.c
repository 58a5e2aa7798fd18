// SPDX-License-Identifier: GPL-2.0-only
/* Questions about the feature tables. */
#include <string.h>

#include "feature.h"

uint64_t feature_named(enum feature_word w, unsigned int qemu)
{
	uint64_t mask = 0;
	unsigned int i;

	if (feature_words[w].since > qemu)
		return 0;
	for (i = 0; i < nr_feature_bits; i++)
		if (feature_bits[i].word == w && feature_bits[i].since <= qemu)
			mask |= FEATURE_BIT(feature_bits[i].bit);
	return mask;
}

const char *feature_bit_name(enum feature_word w, unsigned int bit)
{
	unsigned int i;

	for (i = 0; i < nr_feature_bits; i++)
		if (feature_bits[i].word == w && feature_bits[i].bit == bit)
			return feature_bits[i].name;
	return NULL;
}

static const char *unalias(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_feature_aliases; i++)
		if (!strcmp(feature_aliases[i].alias, name))
			return feature_aliases[i].name;
	return name;
}

static unsigned int add_ref(struct feature_ref *refs, unsigned int n,
			    unsigned int max, const struct feature_bit *b)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (refs[i].word == b->word)
			break;
	if (i == max)
		return n;
	if (i == n)
		refs[n++] = (struct feature_ref){ .word = b->word };
	refs[i].mask |= FEATURE_BIT(b->bit);
	if (refs[i].since < b->since)
		refs[i].since = b->since;
	return n;
}

unsigned int feature_find(const char *name, struct feature_ref *refs,
			  unsigned int max)
{
	unsigned int i, n = 0;

	name = unalias(name);
	for (i = 0; i < nr_feature_bits; i++)
		if (!strcmp(feature_bits[i].name, name))
			n = add_ref(refs, n, max, &feature_bits[i]);
	return n;
}

enum feature_word feature_word_of(uint32_t function, uint32_t index,
				  enum cpuid_reg reg)
{
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		if (!feature_words[w].is_msr &&
		    feature_words[w].function == function &&
		    feature_words[w].index == index &&
		    feature_words[w].reg == reg)
			break;
	return w;
}

enum feature_word feature_word_of_msr(uint32_t msr)
{
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		if (feature_words[w].is_msr &&
		    feature_words[w].function == msr)
			break;
	return w;
}

// SPDX-License-Identifier: GPL-2.0-only
/* What is written after "-cpu max,": parsed as QEMU parses it. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_opts.h"

static const struct feature_alias prop_aliases[] = {
	{ "hv-apicv", "hv-avic" },
};

/* Properties that cannot change CPUID or MSRs of vCPU 0 .. n-1 here. */
static const char * const ignored[] = {
	"memory", "crash-information", "node-id", "hotplugged",
};

void model_opts_init(struct model_opts *o)
{
	memset(o, 0, sizeof(*o));
	memset(o->flag, -1, sizeof(o->flag));
	o->qemu = QEMU_LATEST;
	o->point = POINT_LAST;
	o->smp = (struct smp){ 1, 1, 1, 1, 1, 1 };
}

struct model_opts *model_opts_new(void)
{
	struct model_opts *o = malloc(sizeof(*o));

	if (o)
		model_opts_init(o);
	return o;
}

struct model_opts *model_opts_copy(const struct model_opts *o)
{
	struct model_opts *copy = malloc(sizeof(*copy));

	if (copy)
		*copy = *o;
	return copy;
}

bool model_opts_machine_given(const struct model_opts *o)
{
	return o->machine;
}

void model_opts_free(struct model_opts *o)
{
	free(o);
}

unsigned int opt_machine(const struct model_opts *o)
{
	if (o->machine && o->machine < o->qemu)
		return o->machine;
	return o->qemu;
}

bool opt_flag(const struct model_opts *o, enum opt_flag flag)
{
	const struct opt_flag_row *row = &opt_flags[flag];

	if (o->flag[flag] >= 0)
		return o->flag[flag];
	/* "host" alone had the host's caches then */
	if (flag == OPT_HOST_CACHE_INFO && o->cpu_host &&
	    o->machine_kind != MACHINE_MICROVM && opt_machine(o) <= QEMU(2, 4))
		return true;
	if (opt_machine(o) <= row->compat)
		return !row->dflt;
	return row->dflt > 0;
}

uint64_t opt_num(const struct model_opts *o, enum opt_num num)
{
	const struct opt_num_row *row = &opt_nums[num];

	if (o->num_given[num])
		return o->num[num];
	return opt_machine(o) <= row->compat ? row->compat_dflt : row->dflt;
}

static const char *too_new_feature(const struct model_opts *o)
{
	uint64_t named, given;
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++) {
		given = o->user[w] | o->plus[w] | o->minus[w];
		if (!given)
			continue;
		named = feature_named(w, o->qemu);
		if (given & ~named)
			return feature_bit_name(w, __builtin_ctzll(given &
								   ~named));
	}
	return NULL;
}

static bool has_flag(const struct model_opts *o, const struct opt_flag_row *row)
{
	return row->since <= o->qemu && (!row->gone || row->gone > o->qemu);
}

const char *model_opts_unknown(const struct model_opts *o)
{
	unsigned int i;

	for (i = 0; i < NR_OPT_FLAGS; i++)
		if (o->flag[i] >= 0 && !has_flag(o, &opt_flags[i]))
			return opt_flags[i].name;
	for (i = 0; i < NR_OPT_NUMS; i++)
		if (o->num_given[i] && opt_nums[i].since > o->qemu)
			return opt_nums[i].name;
	return too_new_feature(o);
}

/* --- one property ------------------------------------------------------ */

struct parse {
	struct model_opts *o;
	char *err;
	size_t errlen;
};

static int bad(struct parse *p, const char *what, const char *name,
	       const char *value)
{
	snprintf(p->err, p->errlen, "%s '%s=%s'", what, name, value);
	return -EINVAL;
}

static int unknown(struct parse *p, const char *name)
{
	const char *near = model_nearest_name(name);

	snprintf(p->err, p->errlen,
		 near ? "unknown option or feature '%s', nearest is '%s'" :
			"unknown option or feature '%s'", name, near);
	return -EINVAL;
}

/* -1 if it is neither. */
static int parse_bool(const char *s)
{
	static const char * const on[] = { "on", "yes", "true", "y" };
	static const char * const off[] = { "off", "no", "false", "n" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(on); i++) {
		if (!strcmp(s, on[i]))
			return 1;
		if (!strcmp(s, off[i]))
			return 0;
	}
	return -1;
}

/* Decimal, or hexadecimal after 0x; anything else is refused. */
static bool parse_num(const char *s, uint64_t max, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)s[0]))
		return false;
	errno = 0;
	*value = strtoull(s, &end, 0);
	return !errno && !*end && *value <= max;
}

/* A frequency may have a metric suffix, as in 2.5G. */
static bool parse_freq(const char *s, uint64_t *value)
{
	static const char suffixes[] = "kMGT";
	char *end;
	double v = strtod(s, &end);
	const char *at;

	if (end == s || v < 0)
		return false;
	if (*end) {
		at = strchr(suffixes, *end == 'K' ? 'k' : *end);
		if (!at || end[1])
			return false;
		for (; at >= suffixes; at--)
			v *= 1000;
	}
	if (v >= 9.2e18)
		return false;
	*value = v;
	return true;
}

static int set_flag(struct parse *p, const char *name, const char *value)
{
	unsigned int i;
	int on;

	for (i = 0; i < NR_OPT_FLAGS; i++)
		if (!strcmp(opt_flags[i].name, name))
			break;
	if (i == NR_OPT_FLAGS)
		return -ENOENT;
	on = parse_bool(value);
	if (on < 0)
		return bad(p, "neither on nor off:", name, value);
	p->o->flag[i] = on;
	return 0;
}

static void set_avx10(struct model_opts *o)
{
	enum feature_word w;

	for (w = 0; w < NR_FEATURE_WORDS; w++)
		o->set_avx10[w] |= model_avx10_bits(w,
						    o->num[OPT_AVX10_VERSION]);
}

static int set_num(struct parse *p, const char *name, const char *value)
{
	unsigned int i;

	if (!strcmp(name, "tsc-freq")) {
		if (!parse_freq(value, &p->o->num[OPT_TSC_FREQUENCY]))
			return bad(p, "not a frequency:", name, value);
		p->o->num_given[OPT_TSC_FREQUENCY] = true;
		return 0;
	}
	for (i = 0; i < NR_OPT_NUMS; i++)
		if (!strcmp(opt_nums[i].name, name))
			break;
	if (i == NR_OPT_NUMS)
		return -ENOENT;
	if (!parse_num(value, opt_nums[i].max, &p->o->num[i]))
		return bad(p, "not a number in range:", name, value);
	p->o->num_given[i] = true;
	if (i == OPT_AVX10_VERSION)
		set_avx10(p->o);
	return 0;
}

static int set_text(struct parse *p, const char *name, const char *value)
{
	struct model_opts *o = p->o;

	if (!strcmp(name, "vendor")) {
		if (strlen(value) != 12)
			return bad(p, "12 characters wanted:", name, value);
		memcpy(o->vendor, value, 13);
	} else if (!strcmp(name, "model-id")) {
		snprintf(o->model_id, sizeof(o->model_id), "%s", value);
		o->model_id_given = true;
	} else if (!strcmp(name, "hv-vendor-id")) {
		snprintf(o->hv_vendor, sizeof(o->hv_vendor), "%.12s", value);
	} else if (!strcmp(name, "hv-no-nonarch-coresharing")) {
		int on = parse_bool(value);

		if (on < 0 && strcmp(value, "auto"))
			return bad(p, "on, off or auto:", name, value);
		o->hv_no_nonarch = on < 0 ? OOA_AUTO : on ? OOA_ON : OOA_OFF;
	} else {
		return -ENOENT;
	}
	return 0;
}

static void set_bits(uint64_t *word, uint64_t mask, bool on)
{
	*word = on ? *word | mask : *word & ~mask;
}

static int set_feature(struct parse *p, const char *name, const char *value)
{
	struct feature_ref refs[FEATURE_REFS_MAX];
	unsigned int i, n = feature_find(name, refs, FEATURE_REFS_MAX);
	int on = parse_bool(value);

	if (!n)
		return -ENOENT;
	if (on < 0)
		return bad(p, "neither on nor off:", name, value);
	for (i = 0; i < n; i++) {
		p->o->user[refs[i].word] |= refs[i].mask;
		set_bits(&p->o->set[refs[i].word], refs[i].mask, on);
		set_bits(&p->o->set_avx10[refs[i].word], refs[i].mask, on);
	}
	return 0;
}

static bool is_ignored(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		if (!strcmp(ignored[i], name))
			return true;
	return false;
}

static int set_property(struct parse *p, const char *name, const char *value)
{
	static int (* const setters[])(struct parse *p, const char *name,
				       const char *value) = {
		set_flag, set_num, set_text, set_feature,
	};
	unsigned int i;
	int r;

	for (i = 0; i < ARRAY_SIZE(prop_aliases); i++)
		if (!strcmp(prop_aliases[i].alias, name))
			name = prop_aliases[i].name;
	for (i = 0; i < ARRAY_SIZE(setters); i++) {
		r = setters[i](p, name, value);
		if (r != -ENOENT)
			return r;
	}
	return is_ignored(name) ? 0 : unknown(p, name);
}

/* QEMU's names have dashes; underscores in what is typed count as such. */
static void underscores_to_dashes(char *s)
{
	for (; *s && *s != '='; s++)
		if (*s == '_')
			*s = '-';
}

static bool is_old_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_feature_old_names; i++)
		if (!strcmp(feature_old_names[i], name))
			return true;
	return false;
}

/*
 * +name and -name: after all of the others, minus after plus.  An underscore
 * is no dash here, save in names that once had it.
 */
static int set_legacy(struct parse *p, char *name, bool on)
{
	struct feature_ref refs[FEATURE_REFS_MAX];
	unsigned int i, n;

	if (strchr(name, '_') && !is_old_name(name))
		return unknown(p, name);
	underscores_to_dashes(name);
	n = feature_find(name, refs, FEATURE_REFS_MAX);

	if (!n)
		return set_property(p, name, on ? "on" : "off");
	for (i = 0; i < n; i++) {
		if (on)
			p->o->plus[refs[i].word] |= refs[i].mask;
		else
			p->o->minus[refs[i].word] |= refs[i].mask;
	}
	return 0;
}

static int parse_token(struct parse *p, char *token)
{
	char *value;

	if (token[0] == '+' || token[0] == '-')
		return set_legacy(p, token + 1, token[0] == '+');
	underscores_to_dashes(token);
	value = strchr(token, '=');
	if (value)
		*value++ = 0;
	return set_property(p, token, value ? value : "on");
}

/* legacy: which of the two kinds to take in this pass */
static int parse_pass(struct parse *p, const char *text, bool legacy)
{
	char *copy = strdup(text), *save = NULL, *token;
	int r = copy ? 0 : -ENOMEM;

	if (!copy)
		return r;
	for (token = strtok_r(copy, ",", &save); token && !r;
	     token = strtok_r(NULL, ",", &save))
		if (legacy == (token[0] == '+' || token[0] == '-'))
			r = parse_token(p, token);
	free(copy);
	return r;
}

int model_opts_parse(struct model_opts *o, const char *text, char *err,
		     size_t errlen)
{
	struct parse p = { .o = o, .err = err, .errlen = errlen };
	int r = parse_pass(&p, text, false);

	return r ? r : parse_pass(&p, text, true);
}

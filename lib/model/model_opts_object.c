// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written after -object and -m: confidential guests and the memory
 * that SGX enclaves live in.  Which object a machine uses is said after
 * -machine, in either order.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_opts.h"

/* Objects that no guest CPU shows, by how their types begin. */
static const char * const no_matter[] = {
	"authz-", "cryptodev-", "filter-", "iommufd", "iothread",
	"memory-backend-", "rng-", "secret", "thread-context",
	"throttle-group", "tls-",
};

/* Keys that no guest CPU shows, of the types below. */
static const char * const no_matter_keys[] = {
	"author-key-enabled", "dh-cert-file", "dump", "guest-visible-workarounds",
	"handle", "host-data", "host-nodes", "id-auth", "id-block",
	"kernel-hashes", "legacy-vm-type", "merge", "mrconfigid", "mrowner",
	"mrownerconfig", "policy", "prealloc", "quote-generation-socket",
	"session-file", "sev-device", "share", "vcek-disabled",
};

static const struct {
	const char *type;
	enum object_kind kind;
	uint16_t since;
	uint64_t policy;		/* if none is given */
} types[] = {
	{ "sev-guest",		OBJECT_SEV,	 702, 1 },
	{ "sev-snp-guest",	OBJECT_SEV_SNP,	 901, 0x30000 },
	{ "tdx-guest",		OBJECT_TDX,	1001, 0 },
	{ "memory-backend-epc",	OBJECT_EPC,	 702, 0 },
};

static bool begins_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool bears_on_nothing(const char *type)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(no_matter); i++)
		if (begins_with(type, no_matter[i]))
			return true;
	return false;
}

static bool is_ignored(const char *key)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(no_matter_keys); i++)
		if (!strcmp(key, no_matter_keys[i]))
			return true;
	return false;
}

/* Bytes, with a suffix in powers of 1024; unit is that of a bare number. */
static bool parse_size(const char *s, uint64_t unit, uint64_t *bytes)
{
	static const char suffixes[] = "bkmgtp";
	const char *at;
	uint64_t v;
	char *end;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	v = strtoull(s, &end, 0);
	if (*end) {
		at = strchr(suffixes, tolower((unsigned char)*end));
		if (!at || end[1])
			return false;
		unit = UINT64_C(1) << 10 * (at - suffixes);
	}
	if (errno || v > (UINT64_C(1) << 60) / unit)
		return false;
	*bytes = v * unit;
	return true;
}

static bool parse_u64(const char *s, uint64_t *v)
{
	char *end;

	errno = 0;
	*v = strtoull(s, &end, 0);
	return isdigit((unsigned char)*s) && !*end && !errno;
}

static bool copy_id(char *to, const char *id)
{
	if (!*id || strlen(id) >= OPT_ID_MAX)
		return false;
	strcpy(to, id);
	return true;
}

static bool set_key(struct opt_object *b, const char *key, const char *value)
{
	bool sev = b->kind == OBJECT_SEV || b->kind == OBJECT_SEV_SNP;

	if (!strcmp(key, "id"))
		return copy_id(b->id, value);
	if (!strcmp(key, "size"))
		return b->kind == OBJECT_EPC && parse_size(value, 1, &b->size);
	if (sev && !strcmp(key, "policy"))
		return parse_u64(value, &b->policy);
	if (sev && !strcmp(key, "cbitpos"))
		return parse_u64(value, &b->cbitpos);
	if (sev && !strcmp(key, "reduced-phys-bits"))
		return parse_u64(value, &b->reduced_phys_bits);
	return is_ignored(key);
}

static int fail(char *err, size_t errlen, const char *token)
{
	snprintf(err, errlen, "-object '%s' is not known, or not supported here",
		 token);
	return -EINVAL;
}

static bool set_type(struct opt_object *b, const char *type)
{
	unsigned int i;

	if (begins_with(type, "qom-type="))
		type += strlen("qom-type=");
	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].type, type)) {
			b->type = types[i].type;
			b->kind = types[i].kind;
			b->since = types[i].since;
			b->policy = types[i].policy;
			return true;
		}
	return bears_on_nothing(type);
}

static int parse_object(struct opt_object *b, char *text, char *err,
			size_t errlen)
{
	char *save = NULL, *token = strtok_r(text, ",", &save), *value;

	if (!token || !set_type(b, token))
		return fail(err, errlen, token ? token : "");
	if (b->kind == OBJECT_NONE)
		return 0;
	while ((token = strtok_r(NULL, ",", &save))) {
		value = strchr(token, '=');
		if (value)
			*value++ = 0;
		if (!set_key(b, token, value ? value : "on"))
			return fail(err, errlen, token);
	}
	return b->id[0] ? 0 : fail(err, errlen, "no id");
}

int model_opts_object(struct model_opts *o, const char *text, char *err,
		      size_t errlen)
{
	struct opt_object b = { .kind = OBJECT_NONE };
	char *copy = strdup(text);
	int r = copy ? parse_object(&b, copy, err, errlen) : -ENOMEM;

	free(copy);
	if (r || b.kind == OBJECT_NONE)
		return r;
	if (opt_object(o, b.id) || o->nr_objects == OPT_OBJECTS_MAX)
		return fail(err, errlen, b.id);
	o->object[o->nr_objects++] = b;
	opt_link_objects(o);
	return 0;
}

const struct opt_object *opt_object(const struct model_opts *o, const char *id)
{
	unsigned int i;

	for (i = 0; i < o->nr_objects; i++)
		if (!strcmp(o->object[i].id, id))
			return &o->object[i];
	return NULL;
}

/* A TDX guest can be asked for without naming an object. */
void opt_link_objects(struct model_opts *o)
{
	const struct opt_object *b = opt_object(o, o->cgs_id);

	if (b && b->kind == OBJECT_TDX)
		o->tdx = true;
}

bool model_opts_tdx(const struct model_opts *o)
{
	return o->tdx;
}

/* confidential-guest-support=ID, memory-encryption=ID */
bool opt_set_cgs(struct model_opts *o, const char *id)
{
	bool good = copy_id(o->cgs_id, id);

	opt_link_objects(o);
	return good;
}

/* sgx-epc.N.memdev=ID and sgx-epc.N.node=NODE, N counting from 0 */
bool opt_set_epc(struct model_opts *o, const char *key, const char *value)
{
	uint64_t node;
	unsigned int n;
	char what[8];

	if (sscanf(key, "sgx-epc.%2u.%7s", &n, what) != 2 ||
	    n >= OPT_EPC_MAX)
		return false;
	o->nr_epc = n + 1 > o->nr_epc ? n + 1 : o->nr_epc;
	if (!strcmp(what, "memdev"))
		return copy_id(o->epc[n].memdev, value);
	o->epc[n].has_node = true;
	return !strcmp(what, "node") && parse_u64(value, &node);
}

/* "4G", "size=4G,maxmem=8G": a bare number is MiB. */
int model_opts_memory(struct model_opts *o, const char *text, char *err,
		      size_t errlen)
{
	char *copy = strdup(text), *comma;
	const char *size = copy;
	bool good;

	if (!copy)
		return -ENOMEM;
	comma = strchr(copy, ',');
	if (comma)
		*comma = 0;
	if (begins_with(copy, "size="))
		size += strlen("size=");
	good = parse_size(size, UINT64_C(1) << 20, &o->memory) && o->memory;
	free(copy);
	if (!good)
		snprintf(err, errlen, "not a memory size: '%s'", text);
	return good ? 0 : -EINVAL;
}

// SPDX-License-Identifier: GPL-2.0-only
/* The version of QEMU to follow. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model_opts.h"

/* Versions with rules, and the first point release that they are right for. */
static const struct version {
	const char *name;
	uint16_t qemu;
	uint8_t point;
	const char *text;
} versions[] = {
	{ "7.2", QEMU_7_2, 0, "7.2 (proved on real runs)" },
	{ "10.0", QEMU_10_0, 13, "10.0 (proved on real runs)" },
	{ "11.1", QEMU_LATEST, 0, "11.1 (from reading sources)" },
};

static const struct version *find_version(unsigned int qemu)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(versions); i++)
		if (versions[i].qemu == qemu)
			return &versions[i];
	return NULL;
}

/* "7.2", "7.2.22", "latest", and the newest by its number. */
int model_opts_version(struct model_opts *o, const char *text, char *err,
		       size_t errlen)
{
	unsigned int maj, min, point = POINT_LAST;
	const struct version *v = NULL;

	if (!strcmp(text, "latest"))
		v = find_version(QEMU_LATEST);
	else if (sscanf(text, "%2u.%2u.%3u", &maj, &min, &point) >= 2)
		v = find_version(QEMU(maj, min));
	if (!v)
		snprintf(err, errlen,
			 "versions are 7.2, 10.0 and latest, not '%s'", text);
	if (!v)
		return -EINVAL;
	if (point < v->point) {
		snprintf(err, errlen,
			 "rules of QEMU %s are those of %s.%u and later, not of '%s'",
			 v->name, v->name, v->point, text);
		return -EINVAL;
	}
	o->qemu = v->qemu;
	o->point = point < POINT_LAST ? point : POINT_LAST;
	return 0;
}

const char *model_opts_version_name(const struct model_opts *o)
{
	const struct version *v = find_version(o->qemu);

	return v ? v->text : "unknown";
}

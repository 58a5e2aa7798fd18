/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TOOLS_SCENE_H
#define TOOLS_SCENE_H

#include <stdbool.h>

struct scene {
	const char *name;
	const char *steps;	/* separated by ';' */
};

extern const struct scene scenes[];
extern const unsigned int nr_scenes;

/* Number of an ioctl by its name without "KVM_"; ends the section if unknown. */
unsigned long scene_ioctl(const char *name);

/* Its argument is a number and not an address. */
bool scene_by_value(const char *name);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside the scenes: what their steps share. */
#ifndef TOOLS_SCENE_H
#define TOOLS_SCENE_H

#include "surface.h"

struct scene {
	const char *name;
	const char *steps;	/* separated by ';' */
};

extern const struct scene scenes[];
extern const unsigned int nr_scenes;

/* The VM, the vCPU and the list of the scene that is played. */
struct stage {
	struct bench g;
	struct variant v;
	bool started;
	char answer[2000];	/* of the step, in words */
};

extern struct stage stage;

void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A number, or the errno in words. */
void say_ret(int ret);

/* The next word of the step as a number; 0 if there is none. */
uint64_t number(char **rest);

/* Number of an ioctl by its name without "KVM_"; ends the section if unknown. */
unsigned long scene_ioctl(const char *name);

/* Its argument is a number and not an address. */
bool scene_by_value(const char *name);

/* Words of other files: the rest of the step is what they take. */
void do_list(char **rest);
void do_set(char **rest);
void do_bit(char **rest);
void do_entries(char **rest);
void do_entry(char **rest);
void do_install(char **rest);
void do_back(char **rest);
void do_io(char **rest);
void do_dump(char **rest);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* Words of a scene that name an ioctl and its struct: see scenes.def. */
#include <stdlib.h>
#include <string.h>

#include "scene.h"

/* dump NAME N: the first N words that an ioctl gives */
void do_dump(char **rest)
{
	static uint64_t buf[4096];
	char *name = strtok_r(NULL, " ", rest);
	unsigned int n = number(rest), i;

	memset(buf, 0, sizeof(buf));
	buf[0] = number(rest);
	say_ret(kvm_ioctl(stage.g.vcpu.fd, scene_ioctl(name), buf));
	for (i = 0; i < n; i++)
		if (buf[i])
			say(" %x:%llx", i * 8, (unsigned long long)buf[i]);
}

static int fd_of(const char *who)
{
	return !strcmp(who, "kvm") ? stage.g.vm.kvm_fd : !strcmp(who, "vm") ?
	       stage.g.vm.fd : stage.g.vcpu.fd;
}

/* "5", or "&0x100": the address of what is there in the struct itself. */
static void put_word(char *buf, size_t at, const char *text)
{
	uint64_t value = *text == '&' ?
		(uintptr_t)buf + strtoul(text + 1, NULL, 0) :
		strtoull(text, NULL, 0);

	memcpy(buf + at, &value, sizeof(value));
}

/*
 * io WHO NAME [OFFSET=VALUE]... [OFFSET?]...: with a struct whose 8-byte words
 * at these offsets are so; those with '?' are told afterwards.  A struct is
 * kept from step to step with "again" for the first word.
 */
void do_io(char **rest)
{
	static uint64_t buf[4096];
	char *who = strtok_r(NULL, " ", rest), *name, *word, *ask[16];
	unsigned long cmd;
	unsigned int n = 0, i;

	name = strtok_r(NULL, " ", rest);
	cmd = scene_ioctl(name);
	if (*rest && !strncmp(*rest, "again", 5))
		strtok_r(NULL, " ", rest);
	else
		memset(buf, 0, sizeof(buf));
	while ((word = strtok_r(NULL, " ", rest))) {
		char *sign = word + strcspn(word, "=?");

		if (*sign == '?' && n < ARRAY_SIZE(ask))
			ask[n++] = word;
		else if (*sign == '=')
			put_word((char *)buf, strtoul(word, NULL, 0), sign + 1);
	}
	say_ret(kvm_ioctl(fd_of(who), cmd, scene_by_value(name) ?
			  (void *)buf[0] : buf));
	for (i = 0; i < n; i++) {
		uint64_t value;

		memcpy(&value, (char *)buf + strtoul(ask[i], NULL, 0), 8);
		say(" %s0x%llx", ask[i], (unsigned long long)value);
	}
}


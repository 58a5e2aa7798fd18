// SPDX-License-Identifier: GPL-2.0-only
/*
 * What /proc and /sys tell about KVM.  Everything here may be missing, as it
 * is in a bare initramfs; then the facts stay empty.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "facts_sysfs.h"

static void read_param(struct host_facts *f, const char *module,
		       const char *name)
{
	struct module_param *p = &f->params[f->nr_params];
	char path[512], *end;
	FILE *file;

	if (f->nr_params == FACTS_PARAMS_MAX ||
	    strlen(module) >= sizeof(p->module) ||
	    strlen(name) >= sizeof(p->name))
		return;
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module,
		 name);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fgets(p->value, sizeof(p->value), file)) {
		end = strchr(p->value, '\n');
		if (end)
			*end = 0;
		memcpy(p->module, module, strlen(module) + 1);
		memcpy(p->name, name, strlen(name) + 1);
		f->nr_params++;
	}
	fclose(file);
}

static int by_name(const void *a, const void *b)
{
	const struct module_param *x = a, *y = b;
	int r = strcmp(x->module, y->module);

	return r ? r : strcmp(x->name, y->name);
}

static void read_module(struct host_facts *f, const char *module)
{
	struct dirent *d;
	char path[300];
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/module/%s/parameters", module);
	dir = opendir(path);
	if (!dir)
		return;
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.')
			read_param(f, module, d->d_name);
	closedir(dir);
}

/*
 * Both vendors' modules may be there, built in or loaded: the one that fits
 * the CPU drives it, else one of another name (a software KVM).
 */
static int module_rank(const struct host_facts *f, const char *name)
{
	if (!strcmp(name, "kvm_amd"))
		return facts_host_is_amd(f) ? 3 : 1;
	if (!strcmp(name, "kvm_intel"))
		return facts_host_is_amd(f) ? 1 : 3;
	return name[0] ? 2 : 0;
}

static void note_module(struct host_facts *f, const char *name)
{
	if (strncmp(name, "kvm_", 4) || strlen(name) >= sizeof(f->kvm_module) ||
	    module_rank(f, name) <= module_rank(f, f->kvm_module))
		return;
	memcpy(f->kvm_module, name, strlen(name) + 1);
}

static void read_modules(struct host_facts *f)
{
	DIR *dir = opendir("/sys/module");
	struct dirent *d;

	if (!dir)
		return;
	while ((d = readdir(dir))) {
		if (strcmp(d->d_name, "kvm") && strncmp(d->d_name, "kvm_", 4))
			continue;
		note_module(f, d->d_name);
		read_module(f, d->d_name);
	}
	closedir(dir);
	qsort(f->params, f->nr_params, sizeof(f->params[0]), by_name);
}

static void read_microcode(struct host_facts *f)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[512];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "microcode : %23s", f->microcode) == 1)
			break;
	fclose(file);
}

/* The kernel's opinion: "nopku" leaves the flag, a lost XSAVE takes it away. */
static void read_flags(struct host_facts *f)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[8192];

	if (!file)
		return;
	while (!f->kernel_has_pku && fgets(line, sizeof(line), file))
		f->kernel_has_pku = !strncmp(line, "flags", 5) &&
				    strstr(line, " pku ");
	fclose(file);
}

static void read_kernel(struct host_facts *f)
{
	struct utsname u;

	if (uname(&u))
		return;
	snprintf(f->kernel_release, sizeof(f->kernel_release), "%.79s",
		 u.release);
	f->kernel = facts_parse_kernel(f->kernel_release);
}

void facts_read_sysfs(struct host_facts *f)
{
	read_kernel(f);
	read_microcode(f);
	read_flags(f);
	read_modules(f);
}

bool facts_kernel_flag(const char *line, const char *word)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char text[8192], *at;
	bool found = false;

	while (f && fgets(text, sizeof(text), f)) {
		if (strncmp(text, line, strlen(line)))
			continue;
		for (at = strtok(text, " \t\n"); at && !found;
		     at = strtok(NULL, " \t\n"))
			found = !strcmp(at, word);
		break;
	}
	if (f)
		fclose(f);
	return found;
}

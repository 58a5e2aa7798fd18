// SPDX-License-Identifier: GPL-2.0-only
/* What is written after -machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_opts.h"

/*
 * Keys that bear neither on CPUID nor on feature MSRs.  All others are
 * refused: one that is not known could change the CPU in silence.
 */
static const char * const no_matter[] = {
	"acpi", "append", "auto-kernel-cmdline", "aux-ram-share", "boot",
	"bus-lock-ratelimit", "default-bus-bypass-iommu", "dt-compatible",
	"dtb", "dump-guest-core", "dumpdtb", "fd-bootchk", "firmware",
	"graphics", "hpet", "i8042", "initrd", "ioapic2", "isa-serial",
	"kernel", "max-fw-size", "max-ram-below-4g", "mem-merge", "memory",
	"memory-backend", "nvdimm", "pcie", "phandle-start", "pic", "pit",
	"rtc", "sata", "shim", "smbios-entry-point-type", "smbus", "smm",
	"suppress-vmdesc", "usb", "vmport", "x-oem-id", "x-oem-table-id",
	"x-option-roms",
};

int model_opts_set(struct model_opts *o, const char *what)
{
	if (!strcmp(what, "cpu-pm"))
		o->cpu_pm = true;
	else if (!strcmp(what, "tdx"))
		o->tdx = true;
	else
		return -EINVAL;
	return 0;
}

static int set_irqchip(struct model_opts *o, const char *value)
{
	if (!strcmp(value, "on"))
		o->irqchip = IRQCHIP_ON;
	else if (!strcmp(value, "split"))
		o->irqchip = IRQCHIP_SPLIT;
	else if (!strcmp(value, "off"))
		o->irqchip = IRQCHIP_OFF;
	else
		return -EINVAL;
	return 0;
}

/* q35, pc, microvm, or a versioned one such as pc-q35-7.2. */
static int set_machine_type(struct model_opts *o, const char *type)
{
	static const struct {
		const char *name;
		enum machine_kind kind;
	} plain[] = {
		{ "q35", MACHINE_Q35 },		{ "pc", MACHINE_I440FX },
		{ "microvm", MACHINE_MICROVM },
	}, versioned[] = {
		{ "pc-q35-", MACHINE_Q35 },	{ "pc-i440fx-", MACHINE_I440FX },
	};
	unsigned int i, maj, min;

	o->machine = 0;
	for (i = 0; i < ARRAY_SIZE(plain); i++)
		if (!strcmp(type, plain[i].name)) {
			o->machine_kind = plain[i].kind;
			return 0;
		}
	for (i = 0; i < ARRAY_SIZE(versioned); i++) {
		size_t n = strlen(versioned[i].name);

		if (!strncmp(type, versioned[i].name, n) &&
		    sscanf(type + n, "%2u.%2u", &maj, &min) == 2) {
			o->machine_kind = versioned[i].kind;
			o->machine = QEMU(maj, min);
			return 0;
		}
	}
	return -EINVAL;
}

static bool does_not_matter(const char *key)
{
	unsigned int i;

	if (!strncmp(key, "boot.", 5))
		return true;
	for (i = 0; i < ARRAY_SIZE(no_matter); i++)
		if (!strcmp(no_matter[i], key))
			return true;
	return false;
}

static int set_key(struct model_opts *o, const char *key, const char *value)
{
	if (!strcmp(key, "type"))
		return set_machine_type(o, value);
	if (!strcmp(key, "kernel_irqchip") || !strcmp(key, "kernel-irqchip"))
		return set_irqchip(o, value);
	if (!strcmp(key, "accel"))
		return strcmp(value, "kvm") ? -EINVAL : 0;
	return does_not_matter(key) ? 0 : -EINVAL;
}

static int bad_machine(char *err, size_t errlen, const char *token)
{
	snprintf(err, errlen,
		 "-machine '%s' is not known, or not supported here", token);
	return -EINVAL;
}

int model_opts_machine(struct model_opts *o, const char *text, char *err,
		       size_t errlen)
{
	char *copy = strdup(text), *save = NULL, *token, *value;
	int r = copy ? 0 : -ENOMEM;

	if (!copy)
		return r;
	for (token = strtok_r(copy, ",", &save); token && !r;
	     token = strtok_r(NULL, ",", &save)) {
		value = strchr(token, '=');
		if (value)
			*value++ = 0;
		r = value ? set_key(o, token, value) :
			    set_machine_type(o, token);
		if (r)
			r = bad_machine(err, errlen, token);
	}
	free(copy);
	return r ? r : opt_set_smp(o, err, errlen);
}

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
	"kernel", "max-fw-size", "mem-merge", "memory",
	"memory-backend", "nvdimm", "pcie", "phandle-start", "pic", "pit",
	"rtc", "sata", "shim", "smbios-entry-point-type", "smbus",
	"suppress-vmdesc", "usb", "vmport", "x-oem-id", "x-oem-table-id",
	"x-option-roms",
};

int model_opts_set(struct model_opts *o, const char *what)
{
	if (!strcmp(what, "cpu-pm"))
		o->cpu_pm = true;
	else if (!strcmp(what, "host"))
		o->cpu_host = true;
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
	o->irqchip_given = true;
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

	/* 4.0.1 is 4.0 without that default */
	o->irqchip_split = !strcmp(type, "microvm") ||
			   !strcmp(type, "pc-q35-4.0");
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

/* smp-cache.N.cache= and smp-cache.N.topology=, as pairs in that order. */
static int set_smp_cache(struct model_opts *o, const char *key,
			 const char *value, int *pending)
{
	static const char * const caches[] = { "l1d", "l1i", "l2", "l3" };
	static const char * const levels[] = {
		"default", "core", "module", "die", "socket",
	};
	const char *what = strrchr(key, '.');
	unsigned int i;

	if (!strcmp(what, ".cache")) {
		for (i = 0; i < ARRAY_SIZE(caches); i++)
			if (!strcmp(caches[i], value))
				*pending = i;
		return *pending < 0 ? -EINVAL : 0;
	}
	for (i = 0; i < ARRAY_SIZE(levels); i++)
		if (!strcmp(what, ".topology") && *pending >= 0 &&
		    !strcmp(levels[i], value)) {
			o->smp_cache_given = true;
			o->smp_cache[*pending] = i;
			*pending = -1;
			return 0;
		}
	return -EINVAL;
}

/* Keys that change no CPU, but rule out something that does. */
static bool set_checked(struct model_opts *o, const char *key,
			const char *value)
{
	if (!strcmp(key, "max-ram-below-4g"))
		o->max_ram_below_4g = true;
	else if (!strcmp(key, "smm"))
		o->smm = !strcmp(value, "on");
	else
		return false;
	return true;
}

static int set_key(struct model_opts *o, const char *key, const char *value,
		   int *pending)
{
	if (!strncmp(key, "smp-cache.", 10))
		return set_smp_cache(o, key, value, pending);
	if (!strcmp(key, "type"))
		return set_machine_type(o, value);
	if (!strcmp(key, "kernel_irqchip") || !strcmp(key, "kernel-irqchip"))
		return set_irqchip(o, value);
	if (!strcmp(key, "accel"))
		return strcmp(value, "kvm") ? -EINVAL : 0;
	if (!strncmp(key, "sgx-epc.", 8))
		return opt_set_epc(o, key, value) ? 0 : -EINVAL;
	if (!strcmp(key, "confidential-guest-support") ||
	    !strcmp(key, "memory-encryption"))
		return opt_set_cgs(o, value) ? 0 : -EINVAL;
	return does_not_matter(key) || set_checked(o, key, value) ? 0 :
								    -EINVAL;
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
	int r = copy ? 0 : -ENOMEM, pending = -1;

	if (!copy)
		return r;
	for (token = strtok_r(copy, ",", &save); token && !r;
	     token = strtok_r(NULL, ",", &save)) {
		value = strchr(token, '=');
		if (value)
			*value++ = 0;
		r = value ? set_key(o, token, value, &pending) :
			    set_machine_type(o, token);
		if (r)
			r = bad_machine(err, errlen, token);
	}
	free(copy);
	return r ? r : opt_set_smp(o, err, errlen);
}

/* Keys of -accel kvm that change nothing that a guest CPU shows. */
static bool accel_does_not_matter(const char *key)
{
	static const char * const keys[] = {
		"device", "dirty-ring-size", "eager-split-size",
		"kvm-shadow-mem", "notify-vmexit", "notify-window",
		"xen-evtchn-max-pirq", "xen-gnttab-max-frames",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

static int set_accel(struct model_opts *o, const char *key, const char *value)
{
	char *end;

	if (!value)
		return strcmp(key, "kvm") ? -EINVAL : 0;
	if (!strcmp(key, "kernel-irqchip"))
		return set_irqchip(o, value);
	if (strcmp(key, "xen-version"))
		return accel_does_not_matter(key) ? 0 : -EINVAL;
	o->xen_version = strtoul(value, &end, 0);
	return *value && !*end ? 0 : -EINVAL;
}

int model_opts_accel(struct model_opts *o, const char *text, char *err,
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
		r = set_accel(o, token, value);
		if (r)
			snprintf(err, errlen,
				 "-accel '%s' is not known, or not supported here",
				 token);
	}
	free(copy);
	return r;
}

// SPDX-License-Identifier: GPL-2.0-only
/* What /dev/kvm and a VM say before there is a vCPU: numbers and lists. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "feature.h"
#include "here.h"
#include "msr_names.h"
#include "surface.h"

/* Beyond the last one that there is: new ones appear. */
#define CAPS_ASKED	320

static const char *cap_name(unsigned int cap)
{
	static const struct {
		unsigned int cap;
		const char *name;
	} names[] = {
#define CAP(number, text)	{ number, #text },
#include "cap_names.def"
#undef CAP
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].cap == cap)
			return names[i].name;
	return "-";
}

/* 0, a number, or the name of an errno. */
static const char *result(int ret)
{
	static char text[40];

	if (ret < 0)
		snprintf(text, sizeof(text), "%s", strerror(-ret));
	else
		snprintf(text, sizeof(text), "%d", ret);
	return text;
}

static void caps_of(const char *who, int fd)
{
	unsigned int cap;

	for (cap = 0; cap < CAPS_ASKED; cap++) {
		int value = kvm_ioctl(fd, KVM_CHECK_EXTENSION,
				      (void *)(long)cap);

		if (value)
			fact("cap %s %03u:%s = %s", who, cap, cap_name(cap),
			     result(value));
	}
}

static void record_caps(const void *arg)
{
	static const struct {
		const char *name;
		unsigned int flags;
	} vms[] = {
		{ "vm", 0 }, { "vm.irqchip", VM_IRQCHIP },
		{ "vm.split", VM_SPLIT_IRQCHIP },
	};
	struct vm vm;
	unsigned int i;

	(void)arg;
	vm_create(&vm, 0);
	caps_of("kvm", vm.kvm_fd);
	vm_destroy(&vm);
	for (i = 0; i < ARRAY_SIZE(vms); i++) {
		vm_create(&vm, vms[i].flags);
		caps_of(vms[i].name, vm.fd);
		vm_destroy(&vm);
	}
}

/* --- CPUID lists ------------------------------------------------------------ */
/* The APIC id of the CPU that asks is in three places. */
static uint32_t steady(const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg)
{
	uint32_t value = cpuid_entry_reg(e, reg);

	if (e->function == 1 && reg == REG_EBX)
		return value & 0xffffff;
	if ((e->function == 0xb || e->function == 0x1f) && reg == REG_EDX)
		return 0;
	return value;
}

static void list_facts(const char *name, const struct cpuid_list *l)
{
	uint32_t i;
	int reg;

	fact("cpuid.%s entries = %u", name, l->nent);
	for (i = 0; i < l->nent && i < KVM_MAX_ENTRIES; i++) {
		const struct kvm_cpuid_entry2 *e = &l->e[i];

		fact("cpuid.%s 0x%08x.%x follows = 0x%08x.%x", name,
		     e->function, e->index, i ? e[-1].function : 0,
		     i ? e[-1].index : 0);
		fact("cpuid.%s 0x%08x.%x flags = 0x%x", name, e->function,
		     e->index, e->flags);
		for (reg = 0; reg < NR_CPUID_REGS; reg++)
			fact("cpuid.%s 0x%08x.%x %s = 0x%08x", name,
			     e->function, e->index, cpuid_reg_name(reg),
			     steady(e, reg));
	}
}

static const struct list_ioctl {
	const char *name;
	unsigned long cmd;
} list_ioctls[] = {
	{ "supported", KVM_GET_SUPPORTED_CPUID },
	{ "emulated", KVM_GET_EMULATED_CPUID },
	{ "hyperv", KVM_GET_SUPPORTED_HV_CPUID },
};

/* What is written behind the entries, and into the room that is left. */
static uint32_t first_written(const struct cpuid_list *l, uint32_t from)
{
	const uint8_t *p = (const uint8_t *)&l->e[from];
	const uint8_t *end = (const uint8_t *)&l->e[CPUID_LIST_MAX];

	for (; p < end; p++)
		if (*p != 0xa5)
			return (p - (const uint8_t *)l->e) / sizeof(l->e[0]);
	return 0;
}

static void list_call(int fd, const struct list_ioctl *io, uint32_t nent,
		      const char *what)
{
	static struct cpuid_list l;
	int ret;

	memset(&l, 0xa5, sizeof(l));
	l.nent = nent;
	l.padding = 0;
	ret = kvm_ioctl(fd, io->cmd, &l);
	fact("errno cpuid.%s %s = %s, nent %u, behind %u", io->name, what,
	     result(ret), l.nent,
	     l.nent < CPUID_LIST_MAX ? first_written(&l, ret ? 0 : l.nent) : 0);
}

/* Padding of entries: the head's, one word of one entry's. */
static void list_padding(int fd, const struct list_ioctl *io, int word,
			 uint32_t entry)
{
	static struct cpuid_list l;
	int ret;

	memset(&l, 0, sizeof(l));
	l.nent = KVM_MAX_ENTRIES;
	if (word < 0)
		l.padding = 1;
	else
		l.e[entry].padding[word] = 1;
	ret = kvm_ioctl(fd, io->cmd, &l);
	fact("errno cpuid.%s padding %d of entry %u = %s, given %u", io->name,
	     word, entry, result(ret), word < 0 ? l.padding :
	     l.e[entry].padding[word]);
}

static void list_errors(int fd, const struct list_ioctl *io, uint32_t n)
{
	int word;

	list_call(fd, io, 0, "nent 0");
	list_call(fd, io, 1, "nent 1");
	list_call(fd, io, n - 1, "nent one less");
	list_call(fd, io, n, "nent exact");
	list_call(fd, io, n + 1, "nent one more");
	list_call(fd, io, KVM_MAX_ENTRIES, "nent 256");
	list_call(fd, io, KVM_MAX_ENTRIES + 1, "nent 257");
	list_call(fd, io, 1000000, "nent 1000000");
	for (word = -1; word < 3; word++) {
		list_padding(fd, io, word, 0);
		list_padding(fd, io, word, 200);
	}
	fact("errno cpuid.%s no memory = %s", io->name,
	     result(kvm_ioctl(fd, io->cmd, (void *)8)));
}

static void record_lists(const void *arg)
{
	static struct cpuid_list l;
	unsigned int i;
	int ret, fd = kvm_open();

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(list_ioctls); i++) {
		memset(&l, 0, sizeof(l));
		l.nent = KVM_MAX_ENTRIES;
		ret = kvm_ioctl(fd, list_ioctls[i].cmd, &l);
		fact("cpuid.%s call = %s", list_ioctls[i].name, result(ret));
		if (ret)
			continue;
		list_facts(list_ioctls[i].name, &l);
		list_errors(fd, &list_ioctls[i], l.nent);
	}
	close(fd);
}

/* --- MSR lists -------------------------------------------------------------- */
struct index_list {
	uint32_t nmsrs;
	uint32_t index[1024];
};

static int get_index(int fd, unsigned long cmd, struct index_list *l,
		     uint32_t room)
{
	memset(l, 0xa5, sizeof(*l));
	l->nmsrs = room;
	return kvm_ioctl(fd, cmd, l);
}

static void index_facts(int fd, unsigned long cmd, const char *name)
{
	static struct index_list l;
	uint32_t i, n;
	int ret = get_index(fd, cmd, &l, 1024);

	n = l.nmsrs;
	fact("msr.%s entries = %s, %u", name, result(ret), n);
	for (i = 0; !ret && i < n && i < 1024; i++)
		fact("msr.%s %s follows = 0x%08x", name, msr_label(l.index[i]),
		     i ? l.index[i - 1] : 0);
	ret = get_index(fd, cmd, &l, 0);
	fact("errno msr.%s room 0 = %s, %u", name, result(ret), l.nmsrs);
	ret = get_index(fd, cmd, &l, n - 1);
	fact("errno msr.%s room one less = %s, %u, first 0x%x", name,
	     result(ret), l.nmsrs, l.index[0]);
	ret = get_index(fd, cmd, &l, n);
	fact("errno msr.%s room exact = %s, %u", name, result(ret), l.nmsrs);
	fact("errno msr.%s behind = 0x%x", name, l.index[n]);
}

static void feature_value(int fd, uint32_t index)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry e;
	} m = { .head.nmsrs = 1, .e.index = index };
	int ret = kvm_ioctl(fd, KVM_GET_MSRS, &m);

	if (ret == 1)
		fact("msr.system %s value = 0x%016llx", msr_label(index),
		     (unsigned long long)m.e.data);
	else if (msr_name_or_null(index))
		fact("msr.system %s value = %s", msr_label(index),
		     ret ? result(ret) : "refused");
}

static void record_msr_lists(const void *arg)
{
	uint32_t msr[1024], n, i;
	int fd = kvm_open();

	(void)arg;
	index_facts(fd, KVM_GET_MSR_INDEX_LIST, "index");
	index_facts(fd, KVM_GET_MSR_FEATURE_INDEX_LIST, "feature");
	n = surface_msrs(msr, ARRAY_SIZE(msr));
	for (i = 0; i < n; i++)
		feature_value(fd, msr[i]);
	close(fd);
}

/* --- attributes, and module parameters that change what a guest sees ------ */
static void record_attributes(const void *arg)
{
	uint64_t value;
	struct kvm_device_attr a = { .addr = (uintptr_t)&value };
	int fd = kvm_open(), ret, group;

	(void)arg;
	for (group = 0; group < 4; group++)
		for (a.attr = 0; a.attr < 8; a.attr++) {
			a.group = group;
			ret = kvm_ioctl(fd, KVM_HAS_DEVICE_ATTR, &a);
			if (ret == -ENXIO || ret == -EINVAL)
				continue;
			value = 0;
			ret = kvm_ioctl(fd, KVM_GET_DEVICE_ATTR, &a);
			fact("attr kvm %d.%llu = %s, 0x%llx", group,
			     (unsigned long long)a.attr, result(ret),
			     (unsigned long long)value);
		}
	value = 0;
	ret = kvm_ioctl(fd, KVM_X86_GET_MCE_CAP_SUPPORTED, &value);
	fact("attr kvm mce_cap = %s, 0x%llx", result(ret),
	     (unsigned long long)value);
	close(fd);
}

static void record_params(const void *arg)
{
	static const char * const names[] = {
		"nested", "npt", "ept", "vpid", "enable_pmu", "ignore_msrs",
		"unrestricted_guest", "nrips", "vgif", "vls", "avic", "lbrv",
		"enable_apicv", "pmu", "sev", "sev_es", "sev_snp", "sgx",
		"pt_mode", "tdp_mmu", "allow_smaller_maxphyaddr",
		"force_emulation_prefix", "eager_page_split", "enable_vnmi",
		"vnmi", "intercept_smi", "enable_ipiv", "mediated_pmu",
	};
	const struct host_facts *f = subject_facts();
	uint32_t i, k;

	(void)arg;
	for (i = 0; i < f->nr_params; i++)
		for (k = 0; k < ARRAY_SIZE(names); k++)
			if (!strcmp(f->params[i].name, names[k]))
				fact("param %s.%s = %s", f->params[i].module,
				     f->params[i].name, f->params[i].value);
}

void record_device(void)
{
	section("caps", record_caps, NULL);
	section("lists", record_lists, NULL);
	section("msr lists", record_msr_lists, NULL);
	section("attributes", record_attributes, NULL);
	section("parameters", record_params, NULL);
}

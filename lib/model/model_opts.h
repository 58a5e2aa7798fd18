/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options of the max model.  Flags, numbers and strings are rows of the
 * tables in model_opts_table.c; the rest is what -smp and -machine say.
 */
#ifndef LIB_MODEL_OPTS_H
#define LIB_MODEL_OPTS_H

#include "feature.h"
#include "model.h"

/* Properties that are on or off. */
enum opt_flag {
	OPT_MIGRATABLE,
	OPT_KVM,
	OPT_PMU,
	OPT_LMCE,
	OPT_CHECK,
	OPT_ENFORCE,
	OPT_FORCE_FEATURES,
	OPT_HOST_PHYS_BITS,
	OPT_HOST_CACHE_INFO,
	OPT_LEGACY_CACHE,
	OPT_L3_CACHE,
	OPT_CPUID_0XB,
	OPT_FORCE_CPUID_0X1F,
	OPT_FULL_AUTO_LEVEL,
	OPT_PT_AUTO_LEVEL,
	OPT_VMWARE_FREQ,
	OPT_ENFORCE_PV,
	OPT_VENDOR_ONLY,
	OPT_VENDOR_ONLY_V2,
	OPT_CONSISTENT_CACHE,
	OPT_L1_PER_THREAD,
	OPT_TOPOEXT_ONLY,
	OPT_MULTI_NODE,
	OPT_ARCH_CAP_ALWAYS,
	OPT_PDCM_WITHOUT_PMU,
	OPT_FILL_MTRR_MASK,
	OPT_TCG_CPUID,
	OPT_MIGRATE_SMI_COUNT,
	OPT_MIGRATE_ERROR_CODE,
	OPT_NO_SMI_MIGRATION,
	OPT_XEN_VAPIC,
	OPT_START_POWERED_OFF,
	/* Hyper-V; the order is that of hv_features[] in model_hyperv.c */
	OPT_HV_FIRST,
	OPT_HV_RELAXED = OPT_HV_FIRST,
	OPT_HV_VAPIC,
	OPT_HV_TIME,
	OPT_HV_CRASH,
	OPT_HV_RESET,
	OPT_HV_VPINDEX,
	OPT_HV_RUNTIME,
	OPT_HV_SYNIC,
	OPT_HV_STIMER,
	OPT_HV_FREQUENCIES,
	OPT_HV_REENLIGHTENMENT,
	OPT_HV_TLBFLUSH,
	OPT_HV_EVMCS,
	OPT_HV_IPI,
	OPT_HV_STIMER_DIRECT,
	OPT_HV_AVIC,
	OPT_HV_SYNDBG,
	OPT_HV_EMSR_BITMAP,
	OPT_HV_XMM_INPUT,
	OPT_HV_TLBFLUSH_EXT,
	OPT_HV_TLBFLUSH_DIRECT,
	OPT_HV_LAST = OPT_HV_TLBFLUSH_DIRECT,
	OPT_HV_PASSTHROUGH,
	OPT_HV_ENFORCE_CPUID,
	OPT_HV_SYNIC_KVM_ONLY,
	NR_OPT_FLAGS
};

/* Properties that are numbers. */
enum opt_num {
	OPT_FAMILY,
	OPT_MODEL,
	OPT_STEPPING,
	OPT_LEVEL,
	OPT_LEVEL_FUNC7,
	OPT_XLEVEL,
	OPT_XLEVEL2,
	OPT_MIN_LEVEL,
	OPT_MIN_XLEVEL,
	OPT_MIN_XLEVEL2,
	OPT_PHYS_BITS,
	OPT_GUEST_PHYS_BITS,
	OPT_PHYS_BITS_LIMIT,
	OPT_TSC_FREQUENCY,
	OPT_UCODE_REV,
	OPT_LBR_FMT,
	OPT_AVX10_VERSION,
	OPT_HV_SPINLOCKS,
	OPT_HV_VER_BUILD,
	OPT_HV_VER_MAJOR,
	OPT_HV_VER_MINOR,
	OPT_HV_VER_SPACK,
	OPT_HV_VER_SBRANCH,
	OPT_HV_VER_SNUMBER,
	OPT_HV_MAX_VPS,
	NR_OPT_NUMS
};

#define POINT_LAST	UINT8_MAX	/* of a series: whatever it is */

enum irqchip_mode { IRQCHIP_ON, IRQCHIP_SPLIT, IRQCHIP_OFF };

enum machine_kind { MACHINE_Q35, MACHINE_I440FX, MACHINE_MICROVM };

/* Caches that smp-cache= can place, and the level that shares one. */
enum smp_cache { CACHE_L1D, CACHE_L1I, CACHE_L2, CACHE_L3, NR_SMP_CACHES };
enum cache_share { SHARE_DEFAULT, SHARE_CORE, SHARE_MODULE, SHARE_DIE,
		   SHARE_SOCKET };

enum on_off_auto { OOA_OFF, OOA_ON, OOA_AUTO };

struct smp {
	unsigned int cpus;	/* vCPUs that exist at start */
	unsigned int sockets, dies, modules, cores, threads;
};

/* As typed: 0 is "not given". */
struct smp_given {
	unsigned int cpus, maxcpus, sockets, dies, modules, cores, threads;
};

/* What -object makes, as far as a guest CPU shows it. */
enum object_kind { OBJECT_NONE, OBJECT_SEV, OBJECT_SEV_SNP, OBJECT_TDX,
		   OBJECT_EPC };

#define OPT_ID_MAX		64
#define OPT_OBJECTS_MAX		16
#define OPT_EPC_MAX		16

struct opt_object {
	char id[OPT_ID_MAX];
	const char *type;
	enum object_kind kind;
	uint16_t since;
	uint64_t size;			/* of EPC, in bytes */
	uint64_t policy, cbitpos, reduced_phys_bits;	/* of SEV */
};

struct opt_epc {
	char memdev[OPT_ID_MAX];
	bool has_node;
};

struct model_opts {
	unsigned int qemu;		/* QEMU(major, minor) */
	unsigned int point;		/* its point release */
	/* To find causes: rules that go the other way than in this QEMU. */
	uint64_t other_rules;
	bool any_name;			/* options of any QEMU are taken */
	enum machine_kind machine_kind;
	unsigned int machine;		/* its version, 0: qemu's */
	bool irqchip_given;
	bool irqchip_split;		/* the machine type's default */
	enum irqchip_mode irqchip;
	uint32_t xen_version;		/* -accel kvm,xen-version=, 0: no Xen */
	bool smp_cache_given;
	enum cache_share smp_cache[NR_SMP_CACHES];
	bool cpu_host;			/* -cpu host, not max */
	bool cpu_pm;			/* -overcommit cpu-pm=on */
	bool tdx;			/* a TDX guest */
	unsigned int nr_objects, nr_epc;
	struct opt_object object[OPT_OBJECTS_MAX];
	struct opt_epc epc[OPT_EPC_MAX];	/* -machine sgx-epc.N. */
	char cgs_id[OPT_ID_MAX];	/* confidential-guest-support= */
	uint64_t memory;		/* -m, in bytes; 0: QEMU's default */
	bool max_ram_below_4g, smm;	/* given, given as on */
	struct smp_given smp_given;
	struct smp smp;			/* what follows from it */

	int8_t flag[NR_OPT_FLAGS];	/* 0, 1, or -1: not given */
	bool num_given[NR_OPT_NUMS];
	uint64_t num[NR_OPT_NUMS];
	char vendor[13];		/* "" not given */
	char hv_vendor[13];
	bool model_id_given;
	char model_id[49];
	enum on_off_auto hv_no_nonarch;

	/* Feature bits by name; +feat and -feat are applied last. */
	uint64_t set[NR_FEATURE_WORDS];
	/* The same if avx10-version sets bits too, each in its turn. */
	uint64_t set_avx10[NR_FEATURE_WORDS];
	uint64_t user[NR_FEATURE_WORDS];
	uint64_t plus[NR_FEATURE_WORDS];
	uint64_t minus[NR_FEATURE_WORDS];
};

struct opt_flag_row {
	const char *name;
	uint16_t since;		/* the property exists */
	int8_t dflt;		/* -1: see the code that asks */
	uint16_t compat;	/* the opposite on machine types up to here */
	uint16_t gone;		/* no longer a property, 0: still one */
};

struct opt_num_row {
	const char *name;
	uint16_t since;
	uint64_t dflt, max;
	uint16_t compat;	/* another default on machine types to here */
	uint64_t compat_dflt;
};

struct opt_compat_row {
	uint16_t machine;	/* off on machine types up to here */
	uint8_t word, bit;
};

extern const struct opt_flag_row opt_flags[NR_OPT_FLAGS];
extern const struct opt_num_row opt_nums[NR_OPT_NUMS];

extern const struct opt_compat_row opt_compat[];
extern const unsigned int nr_opt_compat;

/* Version of the machine type: a QEMU has none newer than itself. */
unsigned int opt_machine(const struct model_opts *o);

void model_opts_init(struct model_opts *o);

/* The value in force: given, else the default of the machine type. */
bool opt_flag(const struct model_opts *o, enum opt_flag flag);
uint64_t opt_num(const struct model_opts *o, enum opt_num num);

/* model_avx10.c: bits that an AVX10 version stands for */
uint64_t model_avx10_bits(enum feature_word w, unsigned int version);

/* Topology anew, since a machine type can change what was not given. */
int opt_set_smp(struct model_opts *o, char *err, size_t errlen);

/* model_opts_object.c: NULL if there is none of that id */
const struct opt_object *opt_object(const struct model_opts *o,
				    const char *id);
void opt_link_objects(struct model_opts *o);
bool opt_set_cgs(struct model_opts *o, const char *id);
bool opt_set_epc(struct model_opts *o, const char *key, const char *value);

/* First option or feature that this QEMU does not have, NULL if none. */
const char *model_opts_unknown(const struct model_opts *o);

/* Nearest known name of an option or feature, NULL if none is near. */
const char *model_nearest_name(const char *name);

#endif

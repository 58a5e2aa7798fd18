/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUID data as the whole suite passes it around: registers, entries, lists.
 * Pure: no ioctl, no allocation, no global.
 */
#ifndef LIB_CPUID_H
#define LIB_CPUID_H

#include <stdbool.h>
#include <stdint.h>

#include "uapi.h"

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

#define BIT(n)	(1ull << (n))

/* Order in which CPUID registers are stored and printed everywhere. */
enum cpuid_reg { REG_EAX, REG_EBX, REG_ECX, REG_EDX, NR_CPUID_REGS };

struct cpuid_regs {
	uint32_t r[NR_CPUID_REGS];
};

/*
 * KVM_MAX_CPUID_ENTRIES is 256 since Linux 5.11.  Raw CPUID of large CPUs is
 * kept in the same type, so leave room beyond what KVM takes.
 */
#define KVM_MAX_ENTRIES		256
#define CPUID_LIST_MAX		512

/* An ordered list of entries, laid out as in struct kvm_cpuid2. */
struct cpuid_list {
	uint32_t nent;
	uint32_t padding;
	struct kvm_cpuid_entry2 e[CPUID_LIST_MAX];
};

/*
 * What there is of a list.  An assignment copies the 20 KiB of the structure, most
 * of which nobody has touched.
 */
void cpuid_copy(struct cpuid_list *to, const struct cpuid_list *from);

/* One register of an entry, by number. */
uint32_t cpuid_entry_reg(const struct kvm_cpuid_entry2 *e, enum cpuid_reg reg);
void cpuid_entry_set_reg(struct kvm_cpuid_entry2 *e, enum cpuid_reg reg,
			 uint32_t value);
struct cpuid_regs cpuid_entry_regs(const struct kvm_cpuid_entry2 *e);

/* "eax".."edx". */
const char *cpuid_reg_name(enum cpuid_reg reg);

/* First entry whose function and index both match exactly; NULL if none. */
const struct kvm_cpuid_entry2 *
cpuid_find(const struct cpuid_list *list, uint32_t function, uint32_t index);
struct kvm_cpuid_entry2 *
cpuid_find_mut(struct cpuid_list *list, uint32_t function, uint32_t index);

/*
 * First entry of a function, whatever its index and flags.  This is how KVM
 * looks for leaves that have no subleaves.
 */
const struct kvm_cpuid_entry2 *
cpuid_first(const struct cpuid_list *list, uint32_t function);
struct kvm_cpuid_entry2 *
cpuid_first_mut(struct cpuid_list *list, uint32_t function);

/*
 * The entry that answers a guest's CPUID, and KVM itself: the first of the
 * function whose index matches, or whose index is not significant.
 */
const struct kvm_cpuid_entry2 *
cpuid_match(const struct cpuid_list *list, uint32_t function, uint32_t index);
struct kvm_cpuid_entry2 *
cpuid_match_mut(struct cpuid_list *list, uint32_t function, uint32_t index);
/* A register of it, 0 if there is none. */
uint32_t cpuid_match_reg(const struct cpuid_list *list, uint32_t function,
			 uint32_t index, enum cpuid_reg reg);

/* Register of an entry, 0 if there is no such entry. */
uint32_t cpuid_get(const struct cpuid_list *list, uint32_t function,
		   uint32_t index, enum cpuid_reg reg);

/*
 * Append an entry; a full list is left as it is.
 * Returns the new entry, or NULL if the list is full.
 */
struct kvm_cpuid_entry2 *
cpuid_append(struct cpuid_list *list, uint32_t function, uint32_t index,
	     uint32_t flags, struct cpuid_regs regs);

/* Drop every entry of a function; returns how many went. */
unsigned int cpuid_remove(struct cpuid_list *list, uint32_t function);

/* Drop the leaves of hypervisors, 0x40000000 to 0x4fffffff. */
void cpuid_remove_hypervisor(struct cpuid_list *list);

/*
 * A feature: one bit of one CPUID register, packed so that it is a compile
 * time constant that can stand in a static table and be passed by value.
 */
struct cpuid_feature {
	uint32_t function;
	uint16_t index;
	uint8_t reg;
	uint8_t bit;
};

#define CPUID_FEATURE(fn, idx, rg, b) \
	((struct cpuid_feature){ (fn), (idx), (rg), (b) })
/* The same as an initialiser of a file-scope table. */
#define CPUID_FEATURE_INIT(fn, idx, rg, b)	{ (fn), (idx), (rg), (b) }

bool cpuid_has(const struct cpuid_list *list, struct cpuid_feature f);

/* Set or clear a bit; false if the list has no entry for it. */
bool cpuid_set_feature(struct cpuid_list *list, struct cpuid_feature f,
		       bool on);

/*
 * A guest with this list is shown the bit.  Whether it counts for KVM is
 * another question: see expect_feature_counts().
 */
bool cpuid_shows(const struct cpuid_list *list, struct cpuid_feature f);

/* Set or clear a bit; an entry that lacks is made. */
void cpuid_make_feature(struct cpuid_list *list, struct cpuid_feature f,
			bool on);

/* State components of leaf 0xD: user state (XCR0), supervisor state (XSS). */
uint64_t cpuid_xcr0(const struct cpuid_list *list);
uint64_t cpuid_xss(const struct cpuid_list *list);

/* Vendor as leaf 0 of a list says it. */
enum cpuid_vendor {
	VENDOR_UNKNOWN,
	VENDOR_INTEL,
	VENDOR_AMD,
	VENDOR_HYGON,
	VENDOR_CENTAUR,
	VENDOR_ZHAOXIN,
};

enum cpuid_vendor cpuid_vendor(const struct cpuid_list *list);

/*
 * "AMD compatible" in KVM's sense: AuthenticAMD, HygonGenuine and
 * AMDisbetter! (arch/x86/kvm/cpuid.h, guest_cpuid_is_amd_or_hygon() in 6.1,
 * guest_cpuid_is_amd_compatible() since 6.9).
 */
bool cpuid_amd_compatible(const struct cpuid_list *list);

/* Twelve characters for leaf 0, if there is one. */
void cpuid_set_vendor(struct cpuid_list *list, const char *text);

#endif

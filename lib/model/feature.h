/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Feature words and feature bits with the names QEMU gives them: data, and
 * the few questions that everybody asks of it.
 */
#ifndef LIB_FEATURE_H
#define LIB_FEATURE_H

#include "cpuid.h"

/* A word is a CPUID register, or a feature MSR; named as QEMU names it. */
enum feature_word {
	FEAT_1_EDX,
	FEAT_1_ECX,
	FEAT_7_0_EBX,
	FEAT_7_0_ECX,
	FEAT_7_0_EDX,
	FEAT_7_1_EAX,
	FEAT_7_1_ECX,
	FEAT_7_1_EDX,
	FEAT_7_2_EDX,
	FEAT_24_0_EBX,
	FEAT_24_1_ECX,
	FEAT_29_0_EBX,
	FEAT_8000_0001_EDX,
	FEAT_8000_0001_ECX,
	FEAT_8000_0007_EBX,
	FEAT_8000_0007_EDX,
	FEAT_8000_0008_EBX,
	FEAT_8000_0021_EAX,
	FEAT_8000_0021_EBX,
	FEAT_8000_0021_ECX,
	FEAT_8000_0022_EAX,
	FEAT_C000_0001_EDX,
	FEAT_KVM,
	FEAT_KVM_HINTS,
	FEAT_SVM,
	FEAT_XSAVE,
	FEAT_6_EAX,
	FEAT_XSAVE_XCR0_LO,
	FEAT_XSAVE_XCR0_HI,
	FEAT_XSAVE_XSS_LO,
	FEAT_XSAVE_XSS_HI,
	FEAT_14_0_ECX,
	FEAT_1E_1_EAX,
	FEAT_SGX_12_0_EAX,
	FEAT_SGX_12_0_EBX,
	FEAT_SGX_12_1_EAX,
	FEAT_ARCH_CAPABILITIES,
	FEAT_CORE_CAPABILITY,
	FEAT_PERF_CAPABILITIES,
	FEAT_VMX_PROCBASED_CTLS,
	FEAT_VMX_SECONDARY_CTLS,
	FEAT_VMX_PINBASED_CTLS,
	FEAT_VMX_EXIT_CTLS,
	FEAT_VMX_ENTRY_CTLS,
	FEAT_VMX_MISC,
	FEAT_VMX_EPT_VPID_CAPS,
	FEAT_VMX_BASIC,
	FEAT_VMX_VMFUNC,
	NR_FEATURE_WORDS
};

/*
 * "Since" columns hold QEMU(major, minor) = major * 100 + minor.  702 stands
 * for "7.2 or earlier".
 */
struct feature_word_info {
	const char *name;
	uint32_t function;		/* CPUID leaf, or MSR index */
	uint32_t index;			/* CPUID subleaf */
	uint8_t reg;
	bool is_msr;
	uint16_t since;			/* the word exists */
	uint16_t level_since;		/* non-zero raises levels; 0: never */
};

struct feature_bit {
	uint8_t word;
	uint8_t bit;
	uint16_t since;
	const char *name;
};

/* Bits of a word that share a property. */
struct feature_mask {
	uint8_t word;
	uint16_t since;
	uint64_t mask;
};

/* "If all of from's bits are 0, then clear to's bits", applied in order. */
struct feature_dep {
	uint16_t since;
	uint8_t from;
	uint64_t from_mask;
	uint8_t to;
	uint64_t to_mask;
};

struct feature_alias {
	const char *alias, *name;
};

extern const struct feature_word_info feature_words[NR_FEATURE_WORDS];
extern const struct feature_bit feature_bits[];
extern const unsigned int nr_feature_bits;
extern const struct feature_dep feature_deps[];
extern const unsigned int nr_feature_deps;
extern const struct feature_alias feature_aliases[];
extern const unsigned int nr_feature_aliases;
extern const char * const feature_old_names[];
extern const unsigned int nr_feature_old_names;

#define FEATURE_BIT(b)	(UINT64_C(1) << (b))

/* Bits that have a name in this version of QEMU. */
uint64_t feature_named(enum feature_word w, unsigned int qemu);

/* Bits that survive migratable=on. */
uint64_t feature_migratable(enum feature_word w, unsigned int qemu);

/* Bits that "max" never switches on by itself. */
uint64_t feature_noauto(enum feature_word w, unsigned int qemu);

/* QEMU's name of a bit of a word, NULL if it has none. */
const char *feature_bit_name(enum feature_word w, unsigned int bit);

/* One name can stand for several bits of one word. */
struct feature_ref {
	enum feature_word word;
	uint64_t mask;
	uint16_t since;
};

/*
 * All that a property name (or alias of it) covers: returns the number of
 * references, at most max; 0 for an unknown name.
 */
unsigned int feature_find(const char *name, struct feature_ref *refs,
			  unsigned int max);
#define FEATURE_REFS_MAX	4

/* Word of a CPUID register or of an MSR; NR_FEATURE_WORDS if none. */
enum feature_word feature_word_of(uint32_t function, uint32_t index,
				  enum cpuid_reg reg);
enum feature_word feature_word_of_msr(uint32_t msr);

#endif

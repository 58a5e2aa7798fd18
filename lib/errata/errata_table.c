// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known defects: one row a defect, and one row for each place where it shows.
 * Texts of matches are globs.  A row of a kernel's defect says from when it
 * was there, and what is the first version without it: of mainline, then of
 * the stable series that have taken the commit.
 */
#include "errata.h"

#define K(maj, min)		KERNEL(maj, min, 0)
#define S(maj, min, patch)	KERNEL(maj, min, patch)

#define KERNEL_BUG(name, from, mended_by, test, text, ...) \
	{ .id = name, .since = from, .fixed = { __VA_ARGS__ }, \
	  .commit = mended_by, .shows_in = test, .summary = text }
#define QUIRK(name, which, text) \
	{ .id = name, .quirk = which, .summary = text }

const struct erratum errata[] = {
/*	   id                   since  commit          shows in, or NULL                           summary, first fixed */
KERNEL_BUG("get-cpuid2-nent",     0, "ab322c43cce9", "set_cpuid_test:set.get_large_enough",
	   "KVM_GET_CPUID2 does not say how many entries it gives", K(6, 5)),

QUIRK("cpuid-forced", QUIRK_CPUID_FORCED,
      "KVM_SET_CPUID2 puts the CPU's own features into leaves 1, 7 and 0xd"),
QUIRK("no-vendor-msrs", QUIRK_VENDOR_MSRS,
      "the MSRs that kvm-amd implements are not there"),
QUIRK("lax-msrs", QUIRK_LAX_MSRS,
      "some MSRs take any value, and do not ask for their feature"),
QUIRK("not-stuffed", QUIRK_NOT_STUFFED,
      "a new vCPU does not have the values of feature MSRs that KVM offers"),
QUIRK("own-misc-enable", QUIRK_MISC_ENABLE,
      "MISC_ENABLE starts without its no-BTS and no-PEBS bits, and changes no CPUID bit"),
QUIRK("no-events", QUIRK_NO_EVENTS,
      "a 64-bit guest gets neither exceptions nor interrupts"),
QUIRK("no-ffxsr", QUIRK_NO_FFXSR,
      "EFER.FFXSR is refused though the CPU has it"),
};

const unsigned int nr_errata = ARRAY_SIZE(errata);

#define CPUID(name, by, leaf_, sub, reg_, how) \
	{ .id = name, .kind = MISMATCH_CPUID, .rule = by, .leaf = leaf_, \
	  .subleaf = sub, .reg = reg_, .msr = -1, .fits = how }
#define MSR(name, by, index, how) \
	{ .id = name, .kind = MISMATCH_MSR, .rule = by, .leaf = -1, \
	  .subleaf = -1, .reg = -1, .msr = index, .fits = how }
#define EVENT(name, by, index, what_, wanted_, got_, how) \
	{ .id = name, .kind = MISMATCH_EVENT, .rule = by, .leaf = -1, \
	  .subleaf = -1, .reg = -1, .msr = index, .what = what_, \
	  .wanted = wanted_, .got = got_, .fits = how }

const struct erratum_match errata_matches[] = {
/*    id                 rule    MSR   what                          wanted        got        condition */
EVENT("get-cpuid2-nent", "S11",   -1, "nent after",                  NULL,         NULL,      NULL),

/*    id              rule     leaf sub reg      condition */
CPUID("cpuid-forced", "[CRS]*", 0x1, -1, -1,      fits_raw),
CPUID("cpuid-forced", "[CRS]*", 0x7,  0, -1,      fits_raw),
CPUID("cpuid-forced", "[CRS]*", 0xd,  0, REG_EBX, fits_raw_or_xsave),
CPUID("cpuid-forced", "[CRS]*", 0xd,  1, REG_EBX, fits_raw_or_xsave),
CPUID("cpuid-forced", "[CRS]*", 0xd, -1, -1,      fits_raw),
EVENT("cpuid-forced", "S12",     -1, "number of entries*",          NULL,           NULL,        fits_more_entries),
EVENT("cpuid-forced", "S12",     -1, "KVM_GET_CPUID2 nent*",        "0",            "Argument list too long", NULL),
EVENT("cpuid-forced", "S11",     -1, "KVM_GET_CPUID2",              "0",            "-7",        NULL),
EVENT("cpuid-forced", "S11",     -1, "nent after",                  NULL,           NULL,        fits_more_entries),
EVENT("cpuid-forced", "S11",     -1, "bytes written beyond*",       "0",            "1",         NULL),
EVENT("cpuid-forced", "S7",      -1, NULL,                          "0",            "-22",       NULL),
EVENT("cpuid-forced", "E11",     -1, "KVM_SET_SREGS* cr4*",         "Invalid argument", "0",     fits_forced_cr4),
EVENT("cpuid-forced", "S16",     -1, "KVM_SET_SREGS* cr4*",         "Invalid argument", "0",     fits_forced_cr4),
EVENT("cpuid-forced", "E11",     -1, "MOV to CR4 of*",              "#GP(0x0)",     "no fault",  fits_forced_cr4),
EVENT("cpuid-forced", "E14",     -1, NULL,                          NULL,           NULL,        fits_forced_cr4_value),
};

const unsigned int nr_errata_matches = ARRAY_SIZE(errata_matches);

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fuzz targets share.  A target is one function with libFuzzer's name;
 * it is linked with libFuzzer (fuzz.sh) or with replay.c, which gives it the
 * seeds that are kept.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a stream. */
FILE *fuzz_open(const uint8_t *data, size_t size);

/* Ends the program, as an input that must be looked at. */
void fuzz_require(bool ok, const char *what);

/* What is saved: the caller frees it. */
char *fuzz_profile_text(const struct profile *p, size_t *size);
char *fuzz_cpuid_text(const struct dump *d, size_t *size);

/* A profile that was saved loads again, and is saved as the same text. */
void fuzz_profile_again(const struct profile *p);

/* A dump of any kind: read, written as cpuid -r, and as a profile. */
void fuzz_dump(struct dump *d);

/* The same for what a reader of one format takes of the input. */
struct dump_reader;
void fuzz_dump_reader(int (*read)(struct dump_reader *in),
		      const uint8_t *data, size_t size);

#endif

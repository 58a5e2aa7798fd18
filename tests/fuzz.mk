# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzz targets: make fuzz.  With FUZZ_DRIVER= and libFuzzer in USERLDFLAGS
# they fuzz (tests/fuzz/fuzz.sh), else they replay the files they are given.
FUZZ_PROGS := $(patsubst %.c,$(OUTPUT)/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
FUZZ_DRIVER ?= $(OUTPUT)/tests/fuzz/replay.o
FUZZ_OBJS = $(OUTPUT)/tests/fuzz/fuzz.o $(FUZZ_DRIVER)

fuzz: $(FUZZ_PROGS)

$(FUZZ_PROGS): %: %.o $(FUZZ_OBJS) $(TOOL_LIB) $(LIB)
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) $< $(FUZZ_OBJS) $(TOOL_LIB) \
		$(LIB) $(LDLIBS) -o $@

-include $(wildcard $(OUTPUT)/tests/fuzz/*.d)

EXTRA_CLEAN += $(FUZZ_PROGS) $(OUTPUT)/tests/fuzz/*.o $(OUTPUT)/tests/fuzz/*.d

.PHONY: fuzz

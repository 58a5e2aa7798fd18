# SPDX-License-Identifier: GPL-2.0-only
#
# The host's and the machine's small programs: make -f tools.mk SRC= OUT=

CFLAGS := -std=gnu99 -O2 -Wall -Wextra -Werror
HOST := $(OUT)/mkcpio $(OUT)/watch

all: $(HOST) $(OUT)/init

$(OUT):
	mkdir -p $@

$(HOST): $(OUT)/%: $(SRC)/%.c $(SRC)/frame.h | $(OUT)
	$(CC) $(CFLAGS) -o $@ $<

$(OUT)/init: $(SRC)/init.c $(SRC)/frame.h | $(OUT)
	$(CC) $(CFLAGS) -Os -static -s -o $@ $<

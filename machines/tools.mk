# SPDX-License-Identifier: GPL-2.0-only
#
# The host's and the machine's small programs: make -f tools.mk SRC= OUT=

CFLAGS := -std=gnu99 -O2 -Wall -Wextra -Werror
PROGRAMS := mkcpio watch mkimage init rom.bin

all: $(addprefix $(OUT)/,$(PROGRAMS))

$(OUT)/mkcpio: mkcpio.c
$(OUT)/watch: watch.c results.c results.h frame.h
$(OUT)/mkimage: mkimage.c mptable.c mptable.h
$(OUT)/mkcpio $(OUT)/watch $(OUT)/mkimage: | $(OUT)
	$(CC) $(CFLAGS) -o $@ $(filter %.c,$^)

$(OUT)/init: init.c frame.h | $(OUT)
	$(CC) $(CFLAGS) -Os -static -s -o $@ $<

$(OUT)/rom.bin: rom.S | $(OUT)
	$(CC) -m32 -c -o $(OUT)/rom.o $<
	$(LD) -m elf_i386 -e 0 -Ttext=0 --oformat binary -o $@ $(OUT)/rom.o

$(OUT):
	mkdir -p $@

vpath %.c $(SRC)
vpath %.h $(SRC)
vpath %.S $(SRC)

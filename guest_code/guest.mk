# SPDX-License-Identifier: GPL-2.0-only
# Freestanding guest images, embedded in the library by images.o.
# Needs: CC, LD, OBJCOPY, OUTPUT; gives: $(GUEST_OBJS).

GUEST_OUT := $(OUTPUT)/guest_code
GUEST_OBJS := $(GUEST_OUT)/images.o

# No host flags here: a guest has no libc, no stack protector, no SSE.
GUEST_CFLAGS := -std=gnu11 -O2 -Wall -Wextra -Werror -ffreestanding \
	-nostdlib -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -mno-sse -mno-mmx -mno-80387 -Iguest_code

GUEST_FLAGS_64 := -m64 -mno-red-zone -mcmodel=small
GUEST_FLAGS_32 := -m32
GUEST_FLAGS_16 := -m16 -DPROBE_REAL_MODE
# One flat segment is meant to be writable and executable: do not warn.
GUEST_LD_QUIET := $(shell $(LD) --help 2>/dev/null | \
	grep -o -- --no-warn-rwx-segments | head -n 1)

GUEST_LD_64 := -m elf_x86_64 --defsym=PROBE_BASE=0x10000
GUEST_LD_32 := -m elf_i386 --defsym=PROBE_BASE=0x18000
GUEST_LD_16 := -m elf_i386 --defsym=PROBE_BASE=0x8000

GUEST_HDRS := $(addprefix guest_code/,protocol.h probe.h state.h)

$(GUEST_OUT):
	mkdir -p $@

$(GUEST_OUT)/entry16.o $(GUEST_OUT)/entry32.o: $(GUEST_OUT)/entry%.o: \
		guest_code/entry32.S $(GUEST_HDRS) | $(GUEST_OUT)
	$(CC) $(GUEST_CFLAGS) $(GUEST_FLAGS_$*) -c -o $@ $<

$(GUEST_OUT)/entry64.o: guest_code/entry64.S $(GUEST_HDRS) | $(GUEST_OUT)
	$(CC) $(GUEST_CFLAGS) $(GUEST_FLAGS_64) -c -o $@ $<

$(GUEST_OUT)/probe%.o: guest_code/probe.c $(GUEST_HDRS) | $(GUEST_OUT)
	$(CC) $(GUEST_CFLAGS) $(GUEST_FLAGS_$*) -c -o $@ $<

$(GUEST_OUT)/probe%.elf: $(GUEST_OUT)/entry%.o $(GUEST_OUT)/probe%.o \
		guest_code/probe.lds
	$(LD) $(GUEST_LD_QUIET) $(GUEST_LD_$*) -T guest_code/probe.lds -o $@ \
		$(GUEST_OUT)/entry$*.o $(GUEST_OUT)/probe$*.o

$(GUEST_OUT)/probe%.bin: $(GUEST_OUT)/probe%.elf
	$(OBJCOPY) -O binary $< $@

$(GUEST_OBJS): guest_code/images.S $(GUEST_OUT)/probe64.bin \
		$(GUEST_OUT)/probe32.bin $(GUEST_OUT)/probe16.bin
	$(CC) -c -Wa,-I$(GUEST_OUT) -o $@ $<

.PRECIOUS: $(GUEST_OUT)/%.elf $(GUEST_OUT)/%.o

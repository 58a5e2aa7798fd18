# SPDX-License-Identifier: GPL-2.0-only
#
# The suite's programs with a shim between them and KVM: make faulty
SHIM := $(addprefix $(OUTPUT)/tests/,shim.o shim_data.o shim_text.o)
SHIM_SWEEP := $(OUTPUT)/tests/shim_sweep
SHIM_DRIVE := $(OUTPUT)/tests/shim_drive
SHIM_DRIVE_OBJS := $(addprefix $(OUTPUT)/tests/,shim_drive.o shim_errno.o \
	shim_values.o shim_text.o)
FAULTY_PROGS := $(patsubst x86/%.c,$(OUTPUT)/faulty/%,\
	$(sort $(wildcard x86/*_test.c)))

faulty: $(FAULTY_PROGS) $(SHIM_SWEEP) $(SHIM_DRIVE)

$(FAULTY_PROGS): $(OUTPUT)/faulty/%: $(OUTPUT)/x86/%.o $(SHIM) $(LIB)
	$(call say,LINK,$@)
	mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--wrap=ioctl $< $(SHIM) $(LIB) \
		$(LDLIBS) -o $@

$(SHIM_SWEEP): %: %.o $(SHIM) $(LIB)
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) -Wl,--wrap=ioctl $< $(SHIM) $(LIB) \
		$(LDLIBS) -o $@

$(SHIM_DRIVE): $(SHIM_DRIVE_OBJS)
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) $^ $(LDLIBS) -o $@

EXTRA_CLEAN += $(OUTPUT)/faulty $(SHIM_SWEEP) $(SHIM_DRIVE)

.PHONY: faulty

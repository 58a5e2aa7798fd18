# SPDX-License-Identifier: GPL-2.0-only
#
# The suite's programs with a shim between them and KVM: make faulty
SHIM := $(OUTPUT)/tests/shim.o
SHIM_SWEEP := $(OUTPUT)/tests/shim_sweep
SHIM_DRIVE := $(OUTPUT)/tests/shim_drive
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

$(SHIM_DRIVE): %: %.o
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) $< $(LDLIBS) -o $@

EXTRA_CLEAN += $(OUTPUT)/faulty $(SHIM_SWEEP) $(SHIM_DRIVE)

.PHONY: faulty

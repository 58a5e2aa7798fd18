# SPDX-License-Identifier: GPL-2.0-only
# Names of CPUID bits that QEMU does not name come from the kernel's table,
# and from nowhere if this kernel source has none.
CSV := $(KDIR)/tools/arch/x86/kcpuid/cpuid.csv
CSV_NAMES := $(OUTPUT)/lib/model/csv_names.c

LIB_OBJS += $(CSV_NAMES:.c=.o)
EXTRA_CLEAN += $(CSV_NAMES)

$(CSV_NAMES): lib/model/gen-csv-names.awk $(LIB_MK)
	$(call say,GEN,$@)
	mkdir -p $(@D)
	if [ -f $(CSV) ]; then cat $(CSV); fi | \
		awk -f lib/model/gen-csv-names.awk > $@.tmp
	mv $@.tmp $@

$(CSV_NAMES:.c=.o): $(CSV_NAMES) lib/model/csv_names.h $(FLAGS)
	$(call say,CC,$@)
	$(CC) $(CFLAGS) $(OUR_CFLAGS) -c -o $@ $<

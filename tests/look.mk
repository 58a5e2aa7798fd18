# SPDX-License-Identifier: GPL-2.0-only
#
# The program of only_look_test.sh.
LOOK_VICTIM := $(OUTPUT)/tests/look_victim

unit: $(LOOK_VICTIM)

$(LOOK_VICTIM): %: %.o $(TOOL_LIB) $(LIB)
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) $< $(TOOL_LIB) $(LIB) $(LDLIBS) -o $@.part
	$(DONE)

-include $(LOOK_VICTIM).d

EXTRA_CLEAN += $(LOOK_VICTIM)

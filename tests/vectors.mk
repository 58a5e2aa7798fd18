# SPDX-License-Identifier: GPL-2.0-only
# Recorded runs, unpacked beside the unit tests that read them.  Without xz
# those tests are skipped.
VECTORS := $(OUTPUT)/tests/vectors.unpacked
EXTRA_CLEAN += $(VECTORS)

unit: $(VECTORS)/.stamp

$(VECTORS)/.stamp: $(wildcard tests/vectors/*.tar.xz)
	$(call say,UNPACK,$(@D))
	rm -rf $(@D)
	mkdir -p $(@D)
	for archive in $^; do \
		xz -dc "$$archive" | tar -xf - -C $(@D) || break; \
	done
	touch $@

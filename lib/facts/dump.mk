# SPDX-License-Identifier: GPL-2.0-only
# What the compiler does not see that it depends on.
$(OUTPUT)/lib/facts/dump_libvirt.o: lib/facts/dump_libvirt.xsl

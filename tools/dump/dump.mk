# SPDX-License-Identifier: GPL-2.0-only
# What the compiler does not see that it depends on.
$(OUTPUT)/tools/dump/dump_libvirt.o: tools/dump/dump_libvirt.xsl
$(OUTPUT)/tools/dump/dump_firecracker.o: tools/dump/dump_firecracker.jq

# SPDX-License-Identifier: GPL-2.0-only
# private: what the program is made of is built with the flags of all.
$(OUTPUT)/tests/install_test: private LDFLAGS += -Wl,--wrap=ioctl

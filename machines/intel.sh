# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The Intel machine: Bochs emulates VMX with EPT, so that the real kvm-intel
# runs in it.  Sourced by run.sh.
# shellcheck disable=SC2154 # variables of run.sh

default_cpu_intel() {
	echo corei7_icelake_u
}

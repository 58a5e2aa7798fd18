#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Prints "PROGRAM RESULT" for each result that the built programs plan: they
# skip all of them where there is no KVM.  ci/names is this list of a release.
#
# names.sh [BUILD]
set -u

build=${1:-$(dirname "$0")/../build}
export KVM_DEVICE=/nonexistent/kvm LC_ALL=C

echo "# PROGRAM RESULT: made by scripts/names.sh"
for program in "$build"/x86/*_test; do
	"$program" 2> /dev/null |
		sed -nE "s/^(not )?ok [0-9]+ ([^ ]+).*/${program##*/} \2/p"
done

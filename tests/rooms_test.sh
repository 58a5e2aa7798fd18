#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The order of the rooms: nothing includes what stands above it, and what a
# kernel tree could take (guest_code, lib, x86) builds and runs without the
# rest of the suite.
set -u

cd "$(dirname "$0")/.." || exit 2
linux=${build:-$PWD/build}/linux
tmp=$(mktemp -d "${TMPDIR:-/tmp}/rooms-test.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
rc=0

# Each room, and those that it may include beside itself and lib/*.h.
order='lib
lib/kvm
lib/facts lib/kvm
lib/model lib/kvm lib/facts
lib/expect lib/kvm lib/facts
lib/errata lib/facts lib/expect
lib/report lib/kvm lib/facts lib/model lib/expect lib/errata
lib/bench lib/kvm lib/facts lib/model lib/expect lib/errata lib/report
x86 lib/kvm lib/facts lib/model lib/expect lib/errata lib/report lib/bench'

# Includes against the order, "FILE includes HEADER of ROOM", in directory $1.
# A header that stands in none of the rooms is the kernel's, or a guest's.
against_the_order()
{
	(cd "$1" && {
		printf 'order %s\n' "${order//$'\n'/$'\n'order }"
		printf 'file %s\n' lib/*.h lib/*/*.h lib/*/*.def x86/*.h x86/*.def tools/*/*.h
		grep -H '^#include "' lib/*.[ch] lib/*/*.[ch] x86/*.[ch] |
			sed -E 's/^([^:]*):#include "(.*)".*/include \1 \2/'
	} | awk '
	function room(file) { sub("/[^/]*$", "", file); return file }
	$1 == "order" { for (i = 2; i <= NF; i++) ok[$2, $i] = 1
			for (i = 2; i <= NF; i++) ok[$i, "lib"] = 1 }
	$1 == "file" { n = split($2, part, "/"); home[part[n]] = room($2) }
	$1 == "include" {
		from = room($2)
		if ($3 in home && !((from, home[$3]) in ok))
			print $2 " includes " $3 " of " home[$3]
	}')
}

bad=$(against_the_order .)
[ -z "$bad" ] || { echo "$bad"; rc=1; }

# A copy with an include against the order is noticed.
mkdir "$tmp/wrong"
cp -a lib x86 "$tmp/wrong"
echo '#include "bench.h"' >> "$tmp/wrong/lib/kvm/probe.h"
against_the_order "$tmp/wrong" |
	grep -qxF 'lib/kvm/probe.h includes bench.h of lib/bench' || {
	echo "not noticed: lib/kvm/probe.h includes bench.h"
	rc=1
}

# Guests compare nothing: their half knows the protocol and nothing else.
grep -H '^#include "' guest_code/*.[chS] |
	grep -vE '"(protocol|probe|state)\.h"' && rc=1

[ -z "${QUICK:-}" ] || exit $rc
if [ ! -e "$linux/tools/testing/selftests/lib.mk" ]; then
	echo "no kernel files in $linux: not built alone"
	exit $rc
fi
# Within the build, where a compiler's cache finds it again in another clone.
alone=${build:-$PWD/build}/alone
rm -rf "$alone"
mkdir "$alone"
trap 'rm -rf "$tmp" "$alone"' EXIT
cp -a Makefile config settings guest_code lib x86 "$alone"
make -s -C "$alone" -j"$(nproc)" KSRC="$linux" USERCFLAGS=-O0 || exit 1
for source in x86/*_test.c; do
	program=$alone/build/${source%.c}
	KVM_DEVICE=/dev/null "$program" > "$tmp/log" 2>&1
	[ $? = 4 ] || { echo "$source, alone: no SKIP without KVM"; rc=1; }
done
exit $rc

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The one program that all selftests are in: it has each of them, as their own
# programs are, by either way to name one, and it is small.
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
one=$build/kvm-cpuid-all
tmp=$(mktemp -d "${TMPDIR:-/tmp}/one-binary-test.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=tests/check.sh
. tests/check.sh

# In any order: which of its tests a program has first is the linker's choice.
# Of the rows of -l the name of the test: that of the fixture is in the first.
in_order()
{
	awk '/^#/ { print; next }
	     /^(not )?ok / { sub(/ok [0-9]+/, "ok"); print; next }
	     { print $NF }' "$1" | LC_ALL=C sort
}

# same_answer PROGRAM: to -l (its rules and its tests), and without KVM.
same_answer()
{
	local args

	for args in -l ''; do
		KVM_DEVICE=/nonexistent "$build/x86/$1" $args > "$tmp/own" 2>&1
		echo "status $?" >> "$tmp/own"
		KVM_DEVICE=/nonexistent "$one" "$1" $args > "$tmp/one" 2>&1
		echo "status $?" >> "$tmp/one"
		in_order "$tmp/own" > "$tmp/own.sorted"
		in_order "$tmp/one" | cmp "$tmp/own.sorted" - || return
	done
}

same_by_name()
{
	ln -sf "$one" "$tmp/$1" || return
	[ "$("$tmp/$1" -l)" = "$("$one" "$1" -l)" ]
}

refused()
{
	"$one" no_such_test > "$tmp/out" 2>&1
	[ $? = 2 ] && grep -q "no test 'no_such_test'" "$tmp/out"
}

"$one" > "$tmp/has"
for source in x86/*_test.c; do
	basename "$source" .c
done > "$tmp/wanted"
check has_all_tests cmp "$tmp/wanted" "$tmp/has"
while read -r name; do
	same_answer "$name" || { differ="${differ-} $name"; }
done < "$tmp/wanted"
check same_answers [ -z "${differ-}" ]
check by_the_name_it_is_called_by same_by_name witness_test
check unknown_name_is_refused refused
check below_3_megabytes [ "$(stat -c %s "$one")" -lt 3000000 ]
checks_end

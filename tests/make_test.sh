#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The Makefile in a kernel tree and alone: what it builds, what it installs,
# what it builds again and what it leaves.  The programs are made up and the
# library is one file of it, so that this takes seconds.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2119,SC2120	# as is make_here
set -u

cd "$(dirname "$0")/.." || exit 2
here=$PWD
linux=${build:-$here/build}/linux
tmp=$(mktemp -d "${TMPDIR:-/tmp}/make-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

skip_all()
{
	echo "1..0 # SKIP $*"
	exit 4
}

if [ ! -e "$linux/tools/testing/selftests/Makefile" ]; then
	skip_all "no kernel files in $linux (make distclean, then make, gets them)"
fi
command -v rsync > /dev/null || skip_all "lib.mk installs with rsync"

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell() { :; }

# copy_suite TO: the suite with programs of no weight.
copy_suite()
{
	mkdir -p "$1/x86" "$1/tools" "$1/tests" "$1/lib"
	cp -a Makefile config settings guest_code "$1"
	cp -a lib/*.h lib/cpuid.c "$1/lib"
	cat > "$1/x86/one_test.c" <<-'END'
		// SPDX-License-Identifier: GPL-2.0-only
		#include "kselftest_harness.h"
		TEST(one) { ASSERT_EQ(1, 1); }
		TEST_HARNESS_MAIN
	END
	cp "$1/x86/one_test.c" "$1/tools/tool.c"
	cp "$1/x86/one_test.c" "$1/tests/unit_test.c"
}

make_here() { make -s -C "$suite" KSRC="$linux" "$@"; }
built_since() { [ "$suite/build/$1" -nt "$tmp/stamp" ]; }
not_dynamic() { [ -x "$1" ] && ! ldd "$1"; }
not() { ! "$@"; }
same() { diff "$1" "$2"; }
no_files() { [ -z "$(find "$1" -type f -print | tee /dev/stderr)" ]; }
silent() { "$@" && [ ! -s "$tmp/said" ]; }
runs() { "$@" | grep '^ok 1 '; }

# --- alone ----------------------------------------------------------------
suite=$tmp/alone
copy_suite "$suite"

find "$suite" | sort > "$tmp/before"
check builds make_here
check built_program_runs runs "$suite/build/x86/one_test"
check built_program_is_static not_dynamic "$suite/build/x86/one_test"
check no_unit_tests_unasked not test -e "$suite/build/tests/unit_test"

sleep 1; touch "$tmp/stamp"
check builds_nothing_twice silent make_here
check takes_other_flags make_here USERCFLAGS=-DOTHER
check other_flags_build_again built_since x86/one_test.o
make_here > "$tmp/said" 2>&1
sleep 1; touch "$tmp/stamp" "$suite/lib/cpuid.h"
check takes_new_header make_here
check new_header_builds_library built_since libkvmcpuid.a

check run_tests make_here run_tests
grep -q '^ok 1 selftests: kvm-cpuid: one_test' "$tmp/said"
check run_tests_names_collection test $? = 0
check gen_tar make_here gen_tar
tar -tf "$suite/build/kselftest.tar.gz" 2>&1 | sort > "$tmp/tar"
for file in run_kselftest.sh kselftest-list.txt kselftest/runner.sh \
	kvm-cpuid/one_test kvm-cpuid/tool kvm-cpuid/config kvm-cpuid/settings; do
	check "tar_has_${file//[^a-z]/_}" grep -qxF "./$file" "$tmp/tar"
done

check clean make_here clean
check clean_leaves_no_file no_files "$suite/build"
rm -rf "$suite/build"
check sources_are_untouched same "$tmp/before" <(find "$suite" | sort)

check relative_output make_here O=there
check relative_output_is_used test -x "$suite/there/x86/one_test"
rm -rf "$suite/there"

# The message that a bare machine gets.
make -C "$suite" LINUX_SOURCE= > "$tmp/bare" 2>&1
check without_kernel_files_stops test $? = 2
check without_kernel_files_says_what grep -q -e '--setup' "$tmp/bare"

# --- in a tree ------------------------------------------------------------
tree=$tmp/tree/tools/testing/selftests
suite=$tree/kvm-cpuid
cp -a "$linux" "$tmp/tree"
copy_suite "$suite"
find "$suite" | sort > "$tmp/before"

make_tree() { make -s -C "$tree" TARGETS=kvm-cpuid FORCE_TARGETS=1 "$@"; }
for out in "" "O=$tmp/out"; do
	at=${out:+_with_O}
	check "tree_run_tests$at" make_tree ${out:+"$out"} run_tests
	grep -q '^ok 1 selftests: kvm-cpuid: one_test' "$tmp/said"
	check "tree_run_tests_names_collection$at" test $? = 0
	check "tree_gen_tar$at" make_tree ${out:+"$out"} gen_tar
	check "tree_clean$at" make_tree ${out:+"$out"} clean
done
check tree_is_clean same "$tmp/before" <(find "$suite" | sort)
list=$tmp/out/kselftest/kselftest_install/kselftest-list.txt
check tree_lists_tests same "$list" <(echo kvm-cpuid:one_test)

checks_end

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
installed=$tmp/out/kselftest/kselftest_install
stripped() { ! readelf -S "$1" | grep -q debug_info; }
check tree_installs_stripped stripped "$installed/kvm-cpuid/one_test"

# Other compilers; whatever clang adds must not stop the build.
for with in CC=clang LLVM=1; do
	if ! command -v clang > /dev/null || ! command -v ld.lld > /dev/null; then
		skip "tree_with_${with%=*}" "clang or lld is not installed"
		continue
	fi
	check "tree_with_${with%=*}" make_tree "O=$tmp/$with" "$with"
	check "tree_with_${with%=*}_runs" runs \
		"$tmp/$with/kselftest/kvm-cpuid/x86/one_test"
done

# Kernel CI builds each collection for each architecture.
for target in all install run_tests gen_tar clean; do
	check "other_arch_$target" make_tree O="$tmp/arm" ARCH=arm64 $target
done
check other_arch_builds_nothing no_files "$tmp/arm/kselftest/kvm-cpuid"

# --- kselftest's runner -----------------------------------------------------
# runner OPTION...: of what was installed; its KTAP in $tmp/ktap.
runner()
{
	(cd "$installed" && ./run_kselftest.sh "$@" 2>&1 | cat) > "$tmp/ktap"
}

ran() { grep -q '^ok 1 selftests: kvm-cpuid: one_test' "$tmp/ktap"; }
runner -l
check runner_lists grep -qx kvm-cpuid:one_test "$tmp/ktap"
for options in '-c kvm-cpuid' '-t kvm-cpuid:one_test' '-c kvm-cpuid -s' \
	'-c kvm-cpuid -p' '-c kvm-cpuid -o 9'; do
	# shellcheck disable=SC2086
	runner $options
	check "runner${options//[^a-z0-9]/_}" ran
done
runner -c kvm-cpuid -d
check runner_dry_run not ran
if "$installed/run_kselftest.sh" -h | grep -q -e --skip; then
	runner -S kvm-cpuid:one_test
	check runner_skips not ran
fi

checks_end

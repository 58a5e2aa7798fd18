#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# machines/build-kernel.sh with a kernel made up here, which takes a moment to
# build: two first runs at once over one cache, and one that is stopped.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# variables of make
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/build-kernel.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/src/linux
export XDG_CACHE_HOME=$tmp/cache LINUX_SOURCES=$tmp BUILDS=$tmp/builds
nr=0
failed=0

# check WHAT COMMAND...: one result.
check()
{
	local what=$1

	shift
	nr=$((nr + 1))
	if "$@"; then
		echo "ok $nr $what"
		return
	fi
	sed 's/^/# /' "$tmp"/*.err
	echo "not ok $nr $what"
	failed=1
}

# A tree in which make works as in Linux's, as far as anybody can see.  Each
# compilation is a line of $BUILDS.
make_tree()
{
	mkdir -p "$tree/scripts/kconfig"
	cat > "$tree/scripts/kconfig/merge_config.sh" <<-'END'
		#!/bin/sh
		while [ "$1" != -O ]; do shift; done
		dir=$2
		shift 3
		cat "$@" >> "$dir/.config"
	END
	chmod +x "$tree/scripts/kconfig/merge_config.sh"
	# A line of its own for what takes long, so that make kills it alone.
	printf '%s\n' 'tinyconfig olddefconfig: ; @touch $(O)/.config' \
		'vmlinux: $(O)/vmlinux' '$(O)/vmlinux: kernel.c' \
		$'\t@echo begun >> $(BUILDS)' $'\t@sleep $(or $(SLOW),1)' \
		$'\t@cat $< > $@' $'\t@echo ended >> $(BUILDS)' \
		> "$tree/Makefile"
	make_package "a kernel"
}

# A release is older than what was built here of the one before.
make_package()
{
	echo "$1" > "$tree/kernel.c"
	touch -d 2020-01-01 "$tree/kernel.c"
	tar -C "$tmp/src" -cJf "$tmp/linux-source-6.12.tar.xz" linux
}

# build NAME ARG...: its output is in NAME.out and NAME.err.
build()
{
	local name=$1

	shift
	machines/build-kernel.sh "$@" > "$tmp/$name.out" 2> "$tmp/$name.err"
}

# both ARG...: two at the same moment, over a cache with nothing in it.
both()
{
	local first second

	rm -rf "$tmp/cache" "$BUILDS"
	status=0
	build first "$@" & first=$!
	build second "$@" & second=$!
	wait "$first" || status=$?
	wait "$second" || status=$?
}

ends_well() { [ "$status" -eq 0 ]; }
built_once() { [ "$(tr '\n' ' ' < "$BUILDS")" = "begun ended " ]; }
one_waited() { [ "$(cat "$tmp"/{first,second}.err | grep -c 'waiting for another build')" = 1 ]; }
one_kernel()
{
	cmp -s "$tmp/first.out" "$tmp/second.out" &&
		[ "$(wc -l < "$tmp/first.out")" = 1 ] &&
		[ "$(cat "$(cat "$tmp/first.out")")" = "a kernel" ]
}

# what NAME: of both() just now.
two_first_runs()
{
	check "$1_both_succeed" ends_well
	check "$1_built_once" built_once
	check "$1_one_kernel" one_kernel
	check "$1_the_other_says_that_it_waits" one_waited
}

# The package has no directory of its own around it in the archive.
test_package()
{
	both --version 6.12
	two_first_runs package
	check package_nothing_half_unpacked \
		[ -z "$(find "$tmp/cache" -name 'unpack.*')" ]
	build third --version 6.12
	check package_is_kept built_once
	make_package "a newer kernel"
	build newer --version 6.12
	check newer_package_is_built \
		grep -qx "a newer kernel" "$(cat "$tmp/newer.out")"
	make_package "a kernel"
}

test_tree()
{
	both --kernel-tree "$tree"
	two_first_runs tree
}

compiling() { pgrep -f "O=$tmp/cache" > /dev/null; }

# wait_until COMMAND...: within some seconds.
wait_until()
{
	for _ in $(seq 150); do
		"$@" && return
		sleep 0.2
	done
	return 1
}

begun() { grep -qs begun "$BUILDS"; }
over() { ! compiling; }

test_stopped()
{
	local pid

	rm -rf "$tmp/cache" "$BUILDS"
	SLOW=900 build stopped --kernel-tree "$tree" &
	pid=$!
	wait_until begun
	check stopped_was_compiling compiling
	# Of the subshell: build-kernel.sh is its child.
	pkill -TERM -P "$pid"
	wait "$pid"
	check stopped_leaves_no_make wait_until over
	build again --kernel-tree "$tree"
	check stopped_and_begun_again \
		[ "$(tr '\n' ' ' < "$BUILDS")" = "begun begun ended " ]
}

make_tree
test_package
test_tree
test_stopped
echo "1..$nr"
exit $failed

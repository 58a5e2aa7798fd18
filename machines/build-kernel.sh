#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the small kernel of the emulated machines: tinyconfig, the suite's own
# "config" and slim.config, from Debian's linux-source package or from a tree
# of one's own.  Everything is built in a cache directory, the sources are left
# as they are, and a second call with nothing changed costs a moment.
#
# The path of vmlinux is the only line on stdout; progress goes to stderr.
# Exit: 0 built, 2 usage, 3 did not build, 4 cannot build here.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=build.sh
. "$here/build.sh"
version=6.12
tree=
output=
fragments=()	# of the configuration, beside the suite's own
only_built=
words=()	# more arguments for the kernel's make

usage() {
	cat <<-USAGE
	usage: build-kernel.sh [--version 6.12|6.1] [--kernel-tree DIR] [--output DIR]
	                       [--config FILE] [--make WORD] [--built]
	  --version V       Debian's linux-source-V (default $version)
	  --kernel-tree DIR build this tree instead; it stays clean
	  --output DIR      build here, not in the cache
	  --config FILE     merge this into the configuration as well
	  --make WORD       one more argument for the kernel's make
	  --built           build nothing: is there one of Debian's source?
	USAGE
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--version|--kernel-tree|--output|--config|--make)
			[ $# -ge 2 ] || { usage >&2; exit 2; }
			;;&
		--version) version=$2; shift 2 ;;
		--kernel-tree) tree=$2; shift 2 ;;
		--output) output=$2; shift 2 ;;
		--config) fragments+=("$(readlink -f "$2")"); shift 2 ;;
		--make) words+=("$2"); shift 2 ;;
		--built) only_built=1; shift ;;
		--help|-h) usage; exit 0 ;;
		*) usage >&2; exit 2 ;;
		esac
	done
	case $version in
	*[!0-9.]*|'') usage >&2; exit 2 ;;
	esac
}

# Directory names cannot clash, and a tree always finds its own again.
tree_id() {
	printf '%s-%s' "$(basename "$1")" "$(printf %s "$1" | cksum | cut -d' ' -f1)"
}


need() {
	local cmd missing=

	for cmd in gcc make flex bison bc xz; do
		command -v "$cmd" > /dev/null || missing="$missing $cmd"
	done
	[ -e /usr/include/libelf.h ] || missing="$missing libelf.h"
	[ -z "$missing" ] && return
	say "missing:$missing"
	die 4 "apt-get install gcc make flex bison bc libelf-dev libssl-dev" \
		"xz-utils linux-source-$version"
}

# A half-unpacked tree never gets the final name.  Files are as new as they are
# here: with the archive's dates make would keep objects of an older release.
unpack() {
	local tarball=$1 dir=$2 tmp

	mkdir -p "$cache/src"
	tmp=$(mktemp -d "$cache/src/unpack.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	say "unpacking $tarball (once)"
	tar -C "$tmp" --strip-components=1 -xmf "$tarball" \
		--exclude='*/drivers/gpu/drm/amd/include' \
		--exclude='*/Documentation/devicetree' ||
		die 3 "cannot unpack $tarball"
	rm -rf "$dir"
	mv "$tmp" "$dir"
	trap - EXIT
}

# Of sources that are dated anew.
tarball_id() {
	echo "dated anew $(stat -c '%s %Y' "$1")"
}

unpack_once() {
	local id

	id=$(tarball_id "$1")
	[ "$(cat "$src/.tarball" 2> /dev/null)" != "$id" ] || return 0
	lock_source
	[ "$(cat "$src/.tarball" 2> /dev/null)" != "$id" ] || return 0
	unpack "$1" "$src"
	echo "$id" > "$src/.tarball"
}

# Checkouts that want other options must not share a build.
config_id() {
	cat "$here/../config" "$here/slim.config" \
		${fragments[@]+"${fragments[@]}"} | cksum | cut -d' ' -f1
}

# The configuration of a tree depends on its Kconfig files as well.
config_stamp() {
	config_id
	find "$1" -name .git -prune -o -name 'Kconfig*' \
		-printf '%P %s %T@\n' | sort | cksum
}

# No variable of an outer make may leak into the kernel's.  With "exec" in
# $instead, make takes the place of this shell.
kmake() {
	${instead:-} env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u KBUILD_OUTPUT \
		-u KBUILD_EXTMOD -u CROSS_COMPILE -u LLVM -u CC -u CFLAGS -u V -u W \
		make -C "$src" O="$out" ARCH=x86_64 LOCALVERSION= \
		KBUILD_BUILD_USER=kvm-cpuid KBUILD_BUILD_HOST=localhost \
		${words[@]+"${words[@]}"} "$@"
}

configure() {
	local want stamp

	stamp=$(config_stamp "$src")
	if [ -e "$out/.config" ] &&
	   [ "$(cat "$out/.stamp-config" 2> /dev/null)" = "$stamp" ]; then
		return
	fi
	# Killed in the middle, it must begin again.
	rm -f "$out/.stamp-config"
	kmake tinyconfig >> "$log" 2>&1 || fail "configuration failed"
	(cd "$out" && "$src/scripts/kconfig/merge_config.sh" -m -O "$out" \
		"$out/.config" "$here/../config" "$here/slim.config" \
		${fragments[@]+"${fragments[@]}"}) \
		>> "$log" 2>&1 || fail "merging the configuration failed"
	kmake olddefconfig >> "$log" 2>&1 || fail "configuration failed"
	for want in KVM_AMD KVM_INTEL PVH DEVTMPFS BLK_DEV_INITRD; do
		grep -q "^CONFIG_$want=y" "$out/.config" ||
			fail "this tree cannot have CONFIG_$want"
	done
	printf '%s\n' "$stamp" > "$out/.stamp-config"
}

# One line now and then; the whole story is in the log.
progress() {
	local count

	while sleep 5; do
		count=$(grep -a -c -E '^  (CC|AS|LD|AR) ' "$log" || true)
		say "kernel $label: $count objects, now:" \
			"$(tail -n 1 "$log" | cut -c 1-60)"
	done
}

# In the background, so that a signal to this shell ends the compilation too.
compile() {
	local watcher maker status=0

	progress &
	watcher=$!
	(instead="exec"; kmake -j"$(($(nproc) + 1))" vmlinux < /dev/null >> "$log" 2>&1) &
	maker=$!
	trap 'kill $watcher $maker 2> /dev/null' EXIT
	trap 'exit 143' TERM HUP
	wait "$maker" || status=$?
	kill "$watcher" 2> /dev/null || true
	wait "$watcher" 2> /dev/null || true
	trap - EXIT TERM HUP
	[ "$status" -eq 0 ] || fail "kernel $label does not build"
}

build() {
	mkdir -p "$out"
	log=$out/build.log
	: > "$log"
	configure
	compile
}

lock_source() {
	mkdir -p "$cache/src"
	exec 8> "$src.lock"
	flock 8
}

# A package does not change under its name: no need to ask make.
built() {
	[ -e "$out/vmlinux" ] &&
		[ "$(cat "$out/.stamp" 2> /dev/null)" = "$1" ]
}

from_package() {
	# Tests have sources of their own.
	local tarball=${LINUX_SOURCES:-/usr/src}/linux-source-$version.tar.xz stamp

	[ -e "$tarball" ] ||
		die 4 "no $tarball: apt-get install linux-source-$version"
	label=$version
	src=$cache/src/linux-$version
	out=${output:-$cache/kernel-$version-$(config_id)}
	stamp="$(config_id) $(tarball_id "$tarball")"
	! built "$stamp" || return 0
	[ -z "$only_built" ] || exit 1
	lock "$out.lock"
	! built "$stamp" || return 0
	need
	unpack_once "$tarball"
	rm -f "$out/.stamp"
	build
	echo "$stamp" > "$out/.stamp"
}

from_tree() {
	[ -e "$tree/scripts/kconfig/merge_config.sh" ] ||
		die 2 "$tree is not a kernel tree"
	src=$(cd "$tree" && pwd -P)
	if [ -e "$src/.config" ] || [ -d "$src/include/config" ]; then
		die 3 "$src has been built in: run 'make mrproper' there first"
	fi
	label=$(basename "$src")
	out=${output:-$cache/tree-$(tree_id "$src")-$(config_id)}
	lock "$out.lock"
	need
	build
}

parse "$@"
[ -r "$here/../config" ] || die 2 "no 'config' beside $here"
mkdir -p "$cache"
[ -z "$output" ] || { mkdir -p "$output"; output=$(cd "$output" && pwd -P); }
if [ -n "$tree" ]; then
	from_tree
else
	from_package
fi
echo "$out/vmlinux"

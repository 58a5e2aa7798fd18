#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Build the Intel machine's emulator without the debugger that Debian's package
# has built in, which hooks into every instruction: without it the suite takes a
# third of the time.  Nothing is installed.
#
# The source is Debian's, by its name, from the release that has Bochs 3.0, so
# that the machine is the same on every host.  apt checks its signature.
#
# The path of the emulator is the only line on stdout; progress goes to stderr.
# Exit: 0 built, 1 --built and it is not, 2 usage, 3 did not build, 4 cannot
# build here.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=build.sh
. "$here/build.sh"
suite=trixie
version=3.0
only_built=
tmp=
maker=

# What the suite looks at, and no more: no PCI cards, no sound, no display.
options=(
	--disable-debugger --disable-plugins --disable-docbook --with-nogui
	--enable-cpu-level=6 --enable-x86-64 --enable-smp --enable-fpu
	--enable-vmx=2 --enable-svm --enable-x86-debugger --enable-memtype
	--enable-3dnow --enable-avx --enable-evex --enable-amx --enable-cet
	--enable-uintr --enable-protection-keys --enable-all-optimizations
)

usage() {
	cat <<-USAGE
	usage: build-bochs.sh [--built]
	  --built   build nothing: is it there?
	USAGE
}

case $* in
'') ;;
--built) only_built=1 ;;
--help|-h) usage; exit 0 ;;
*) usage >&2; exit 2 ;;
esac

not_built() {
	die 4 "$*; the package bochs does it too, in three times the time"
}

need() {
	local cmd missing=

	for cmd in apt-get g++ make xz; do
		command -v "$cmd" > /dev/null || missing="$missing $cmd"
	done
	[ -z "$missing" ] || not_built "not built, for lack of$missing"
}

# Where this host has its packages from, if that is a Debian.
mirror() {
	local found

	# shellcheck disable=SC2016 # apt's words
	found=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' \
		'Created-By: Packages' 2> /dev/null |
		awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }') || true
	echo "${found:-http://deb.debian.org/debian/}"
}

# apt with lists of its own: the host's are left as they are, and nobody has to
# be root.
apt() {
	apt-get -q -o Dir::Etc::SourceList="$tmp/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$tmp/lists" \
		-o Dir::Cache="$tmp/cache" -o APT::Sandbox::User= \
		-o Acquire::http::Timeout=20 -o Acquire::Retries=1 \
		-o APT::Update::Error-Mode=any "$@"
}

fetch_source() {
	mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial"
	echo "deb-src $(mirror) $suite main" > "$tmp/sources.list"
	(apt update && cd "$tmp" && apt source --tar-only bochs) >> "$log" 2>&1 ||
		not_built "cannot get the source of Bochs from Debian $suite:" \
			"$(grep -a -m 1 "^[EW]:" "$log")"
	tar -C "$tmp" -xf "$tmp"/bochs_"$version"*.orig.tar.* >> "$log" 2>&1 ||
		fail "cannot unpack the source of Bochs"
}

# In the background, so that a signal to this shell is not kept waiting.
build() {
	env -u MAKEFLAGS -u MFLAGS make -j"$(nproc)" "$@" >> "$log" 2>&1 \
		< /dev/null &
	maker=$!
	wait "$maker" || fail "Bochs does not build"
	maker=
}

# Half of a build is the compiler reading the same headers, file by file, and
# optimising instructions that a kernel and this suite hardly run: the CPU's files
# get the headers precompiled, such instructions no optimisation.  That is less
# than half of the time; of its own speed Bochs loses a few per cent, if any.
build_cpu() {
	local headers=$tmp/bochs-$version/all.h
	local rare=(mmx 3dnow sse sse_move sse_pfp sha aes decoder/fetchdecode32)
	local often="g++ -O2 -include $headers" rarely="g++ -O0 -include $headers"
	local level

	cat > "$headers" <<-HEADERS
	#pragma once
	#define NEED_CPU_REG_SHORTCUTS 1
	#define NEED_CPU_TEMPLATE_METHODS 1
	#include "bochs.h"
	#include "cpu/cpu.h"
	HEADERS
	mkdir "$headers.gch"
	for level in -O2 -O0; do
		g++ "$level" -w -D_FILE_OFFSET_BITS=64 -D_LARGE_FILES -I. -Icpu \
			-Iinstrument/stubs -x c++-header "$headers" -o "$headers.gch/$level" \
			>> "$log" 2>&1 || fail "Bochs does not build"
	done
	build -C cpu CXX="$rarely" "${rare[@]/%/.o}"
	build -C cpu/avx CXX="$rarely" libavx.a
	build -C cpu/fpu CXX="$rarely" libfpu.a
	build -C cpu/cpudb CXX="$often"
	build -C cpu CXX="$often" libcpu.a
}

compile() {
	cd "$tmp/bochs-$version" >> "$log" 2>&1 || fail "this is no Bochs $version"
	# How far to optimise is said with the compiler, which build_cpu names anew.
	./configure "${options[@]}" CFLAGS='-O2 -w' CXX='g++ -O2' CXXFLAGS=-w \
		>> "$log" 2>&1 < /dev/null || fail "Bochs cannot be configured"
	build_cpu
	build bochs
	strip bochs
}

# shellcheck disable=SC2317 # reached through trap
cleanup() {
	[ -z "$maker" ] || kill "$maker" 2> /dev/null || true
	[ -z "$maker" ] || wait "$maker" 2> /dev/null || true
	rm -rf "$tmp"
}

id=$(echo "$suite $version ${options[*]}" | cksum | cut -d" " -f1)
dir=$cache/bochs-$version-$id
log=$dir.log
if [ ! -e "$dir/bochs" ]; then
	[ -z "$only_built" ] || exit 1
	lock "$dir.lock"
fi
if [ ! -e "$dir/bochs" ]; then
	need
	: > "$log"
	tmp=$(mktemp -d "$cache/bochs.XXXXXX")
	trap cleanup EXIT
	trap 'exit 143' TERM HUP
	say "Bochs $version without its debugger, once (about a minute)"
	fetch_source
	compile
	mkdir -p "$dir"
	mv bochs "$dir/bochs"
fi
echo "$dir/bochs"

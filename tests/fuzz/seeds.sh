# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the scripts that build and run fuzz targets, from the source's directory.
build=${build:-build}
# Where make finds lib.mk.
kdir=$build/linux
[ -e ../lib.mk ] && kdir=../../../..
seeds=tests/fuzz/seeds

targets()
{
	local source

	for source in tests/fuzz/*_fuzz.c; do
		basename "$source" _fuzz.c
	done
}

# unpack_seeds TARGET DIR: those with a name, and the many that were found.
unpack_seeds()
{
	mkdir -p "$2"
	if [ -d "$seeds/$1" ]; then
		cp "$seeds/$1"/* "$2" || return 1
	fi
	if [ -e "$seeds/$1.tar.xz" ]; then
		xz -dc "$seeds/$1.tar.xz" | tar -xf - -C "$2" || return 1
	fi
}

# build_targets DIR ARG...: the targets, in another way
build_targets()
{
	local to=$1

	shift
	make -s -j"$(nproc)" OUTPUT="$to" KSRC="$kdir" "$@" fuzz
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Take the ELF kernel out of a bzImage: an emulator would need many seconds for
# what the host does in one, and only the ELF file names its PVH entry.
#
# usage: unpack-kernel.sh BZIMAGE OUTPUT

set -eu

bzimage=$1
output=$2

# Little-endian number of $2 bytes at offset $1.
number_at() {
	od -A n -t "u$2" -j "$(($1))" -N "$2" "$bzimage" | tr -d ' '
}

payload() {
	# Offsets from Linux' Documentation/arch/x86/boot.rst.
	local setup=$(($(number_at 0x1f1 1) + 1))

	tail -c +$((setup * 512 + $(number_at 0x248 4) + 1)) "$bzimage" |
		head -c "$(number_at 0x24c 4)"
}

# The compressed data is followed by its size, which some tools call garbage:
# what counts is whether an ELF file comes out.
unpack() {
	local magic

	magic=$(payload 2> /dev/null | head -c 4 | od -A n -t x1 | tr -d ' ')
	case $magic in
	28b52ffd) payload | zstd -q -d -c ;;
	02214c18) payload | lz4 -q -d -c ;;
	1f8b*) payload | gzip -q -d -c ;;
	fd377a58) payload | xz -q -d -c ;;
	425a68*) payload | bzip2 -q -d -c ;;
	*) return 1 ;;
	esac
}

if [ "$(tail -c +$((0x202 + 1)) "$bzimage" | head -c 4)" != HdrS ]; then
	echo "unpack-kernel: $bzimage is neither an ELF file nor a bzImage" >&2
	exit 1
fi
unpack > "$output" 2> /dev/null || true
[ "$(head -c 4 "$output" | tail -c 3 | tr -d '\0')" = ELF ] || {
	echo "unpack-kernel: no kernel comes out of $bzimage" >&2
	exit 1
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# machines/package-kernel.sh with a made-up apt: Debian's kernel of just the
# version of the source, brought once, whole or not at all; and when
# machines/run.sh takes it.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# variables of the made-up commands
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/package-kernel.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

export XDG_CACHE_HOME=$tmp/cache FAKE=$tmp
export PATH=$tmp/bin:$PATH LINUX_SOURCES=$tmp
dir=$tmp/cache/kvm-cpuid/package-6.12-6.12.7_1_deb

# fake NAME <<END
fake()
{
	{ echo '#!/bin/bash'; cat; } > "$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

# An ELF file in a bzImage: its first four bytes are all that is looked at.
fake_bzimage()
{
	printf '\177ELF and the rest' | gzip > "$tmp/payload"
	{
		head -c $((0x1f1)) /dev/zero
		printf '\1'
		head -c $((0x202 - 0x1f2)) /dev/zero
		printf HdrS
		head -c $((0x248 - 0x206)) /dev/zero
		printf '\0\0\0\0'
		printf '%b' "\\x$(printf %02x "$(stat -c %s "$tmp/payload")")\\0\\0\\0"
		head -c $((1024 - 0x250)) /dev/zero
		cat "$tmp/payload"
		printf '\20\0\0\0'
	} > "$tmp/vmlinuz"
}

make_apt()
{
	mkdir -p "$tmp/bin"
	fake_bzimage
	fake dpkg-query <<< '[ "$3" = linux-source-6.12 ] && echo "6.12.7-1~deb"'
	fake apt-cache <<-'END'
		case $1 in
		pkgnames)
			printf 'linux-image-6.12.%s\n' 5-cloud-amd64 7-amd64 7-cloud-amd64 ;;
		madison)
			printf ' linux-image-6.12.%s-cloud-amd64 | 6.12.%s-1~deb | http://x\n' \
				5 5 7 7 ;;
		esac
	END
	fake apt-get <<-'END'
		echo "$*" >> "$FAKE/downloads"
		[ ! -e "$FAKE/offline" ] || { echo 'E: no route to host' >&2; exit 100; }
		echo a package > image.deb
		sleep 1
	END
	fake dpkg-deb <<-'END'
		[ ! -e "$FAKE/damaged" ] || { echo 'dpkg-deb: bad archive' >&2; exit 2; }
		mkdir -p "$3/boot" "$3/usr/lib/modules/6.12.7-cloud-amd64/kernel"
		cp "$FAKE/vmlinuz" "$3/boot/vmlinuz-6.12.7-cloud-amd64"
	END
}

# package ARGUMENT...: output in $tmp/out and $tmp/err.
package()
{
	status=0
	machines/package-kernel.sh "$@" > "$tmp/out" 2> "$tmp/err" || status=$?
}

ends() { [ "$status" = "$1" ]; }
downloads() { [ "$({ wc -l < "$tmp/downloads"; } 2> /dev/null || echo 0)" = "$1" ]; }
nothing_left() { [ -z "$(find "$tmp/cache" -name 'package*' ! -name '*.lock')" ]; }

make_apt
package --version 6.12
check without_fetch_there_is_none ends 1
check without_fetch_nothing_is_asked_for downloads 0

touch "$tmp/offline"
package --version 6.12 --fetch
check offline_ends_1 ends 1
check offline_says_why grep -q 'cannot download linux-image-6.12.7-cloud-amd64: E: no route' \
	"$tmp/err"
check offline_leaves_nothing nothing_left
rm "$tmp/offline"
touch "$tmp/damaged"
package --version 6.12 --fetch
check damaged_ends_1 ends 1
check damaged_says_why grep -q 'cannot unpack .*: dpkg-deb: bad archive' "$tmp/err"
check damaged_leaves_nothing nothing_left
rm "$tmp/damaged" "$tmp/downloads"

package --version 6.12 --fetch & other=$!
package --version 6.12 --fetch
wait "$other"
check fetch_ends_0 ends 0
check two_at_once_fetch_once downloads 1
check the_version_of_the_source grep -qx \
	'download -q linux-image-6.12.7-cloud-amd64=6.12.7-1~deb' "$tmp/downloads"
check prints_kernel_and_modules diff "$tmp/out" <(printf '%s\n' "$dir/vmlinux" "$dir/modules")
check kernel_is_unpacked grep -q '^.ELF and the rest' "$dir/vmlinux"
check modules_are_there test -d "$dir/modules/kernel"
package --version 6.12
check afterwards_it_is_there ends 0
check afterwards_nothing_is_asked_for downloads 1
package --version 6.99 --fetch
check no_such_source_ends_1 ends 1
package --version all
check bad_version_ends_2 ends 2

# What has been built is taken before it: build-kernel.sh knows.
check none_is_built eval '! machines/build-kernel.sh --version 6.12 --built'
check built_says_nothing_is_missing eval \
	'! machines/build-kernel.sh --version 6.12 --built 2>&1 | grep -q unpacking'
checks_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian's own kernel of the release whose source the emulated machines' kernel
# is built from: with it a first answer needs no build.  See usage().

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=build.sh
. "$here/build.sh"
version=
fetch=
tmp=

usage() {
	cat <<-'USAGE'
	usage: package-kernel.sh [--fetch] [--version V]
	Print the path of vmlinux, and on a second line that of its modules, from the
	package linux-image-V.*-cloud-amd64 with just the version that linux-source-V
	has here.  It is not installed: it lies in the cache, where --fetch brings it.
	  --version V   as in 6.12; by default what the machines use
	Exit: 0 printed, 1 not there or not to be had, or build-kernel.sh has built
	one, which is smaller; 2 usage.
	USAGE
}

while [ $# -gt 0 ]; do
	case $1 in
	--fetch) fetch=1 ;;
	--version)
		[ $# -ge 2 ] || { usage >&2; exit 2; }
		version=$2
		shift ;;
	--help|-h) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done
: "${version:=$("$here/kernel-versions" --default)}"
[[ $version =~ ^[0-9]+\.[0-9]+$ ]] || { usage >&2; exit 2; }

# The version of the source package, installed or on offer.
source_version() {
	local installed

	installed=$(dpkg-query -W -f='${Version}' "linux-source-$version" \
		2> /dev/null) || true
	if [ -n "$installed" ]; then
		echo "$installed"
		return
	fi
	apt-cache policy "linux-source-$version" 2> /dev/null |
		awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }'
}

# The name of the image package of version $1.
image_of() {
	local names

	names=$(apt-cache pkgnames "linux-image-$version." 2> /dev/null |
		grep -- '-cloud-amd64$') || return 0
	# shellcheck disable=SC2086 # one word each
	apt-cache madison $names | awk -F' *[|] *' -v want="$1" '
		{ gsub(/^ +| +$/, "", $1) }
		$2 == want { print $1; exit }'
}

print_it() {
	echo "$dir/vmlinux"
	echo "$dir/modules"
}

download() {
	(cd "$tmp" && apt-get download -q "$1") > "$tmp/log" 2>&1
}

# Releases differ in where they have the modules.
unpack() {
	mkdir "$tmp/new" &&
		dpkg-deb -x "$tmp"/*.deb "$tmp/files" &&
		"$here/unpack-kernel.sh" "$tmp"/files/boot/vmlinuz-* \
			"$tmp/new/vmlinux" &&
		mv "$(find "$tmp/files" -path '*/lib/modules/*' -prune -print)" \
			"$tmp/new/modules"
} 2> "$tmp/log"

# Whole or not there: who comes second finds it.
bring() {
	mkdir -p "$cache"
	exec 9> "$dir.lock"
	flock 9
	[ ! -e "$dir" ] || return 0
	tmp=$(mktemp -d "$cache/package.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	chmod 755 "$tmp"
	if ! download "$image=$1"; then
		say "cannot download $image:" "$(tail -n 1 "$tmp/log")"
		return 1
	fi
	if ! unpack; then
		say "cannot unpack $image:" "$(tail -n 1 "$tmp/log")"
		return 1
	fi
	mv -T "$tmp/new" "$dir"
}

! "$here/build-kernel.sh" --version "$version" --built > /dev/null 2>&1 || exit 1
want=$(source_version)
[ -n "$want" ] || exit 1
dir=$cache/package-$version-${want//[^A-Za-z0-9.]/_}
if [ ! -e "$dir" ]; then
	[ -n "$fetch" ] || exit 1
	image=$(image_of "$want")
	[ -n "$image" ] || exit 1
	say "$image: no kernel is built"
	bring "$want" || exit 1
fi
print_it

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels with faults: where their source is, and one build of many faults;
# sourced by tests/kernel_faults.sh, which has the variables that are not set
# here, by_file(), say() and die().
#
# shellcheck disable=SC2154

# Debian's source as machines/build-kernel.sh unpacked it, for reading only.
source_tree() {
	local src=$cache/src/linux-$version

	if [ -n "$own_tree" ]; then
		echo "$own_tree"
		return
	fi
	if [ ! -e "$src/.tarball" ]; then
		"$top/machines/build-kernel.sh" --version "$version" > /dev/null ||
			die 4 "cannot have linux-source-$version"
	fi
	echo "$src"
}

# Where the faults go.  With a mount namespace the copy of the directory that
# changes lies over the one in the source, and the build goes on from that of the
# honest kernel; else a tree of hard links is built from nothing.
make_tree() {
	src=$(source_tree) || exit 4
	pristine=$src/arch/x86/kvm
	work=$cache/faults/$label
	mkdir -p "$work"
	if unshare -rm mount --bind "$work" "$work" 2> /dev/null; then
		tree=$src
		kvm=$work/kvm
		[ -d "$kvm" ] || cp -a "$pristine" "$kvm" ||
			die 4 "cannot copy $pristine"
		return
	fi
	tree=$work/tree
	kvm=$tree/arch/x86/kvm
	if [ ! -e "$tree/.complete" ]; then
		rm -rf "$tree"
		cp -al "$src" "$tree" || die 4 "cannot copy $src"
		rm -rf "$kvm"
		cp -a "$pristine" "$kvm" || die 4 "cannot copy $kvm"
		touch "$tree/.complete"
	fi
}

# Only what differs gets a new time, so that make builds only that.
restore() {
	local name

	(cd "$pristine" && find . -name '*.[ch]') | while read -r name; do
		cmp -s "$pristine/$name" "$kvm/$name" ||
			install_file "$pristine/$name" "$name"
	done
}

install_file() {
	cmp -s "$1" "$kvm/$2" || cat "$1" > "$kvm/$2"
}

# build WHERE: vmlinux to WHERE/vmlinux, its log to WHERE/build.log.  With the
# namespace the copy of the honest build lies where that was: under another path
# objtool would be built anew, and then everything.
build() {
	local from='' over=()

	mkdir -p "$1"
	if [ "$tree" = "$src" ]; then
		from=$(dirname "$honest")
		[ -e "$work/build/vmlinux" ] || cp -a "$from/." "$work/build" ||
			die 4 "cannot copy $from"
		# shellcheck disable=SC2016
		over=(unshare -rm sh -c 'mount --bind "$0" "$1" &&
			mount --bind "$2" "$3" && shift 3 && exec "$@"'
			"$kvm" "$pristine" "$work/build" "$from")
	fi
	${over[@]+"${over[@]}"} "$top/machines/build-kernel.sh" \
		--kernel-tree "$tree" --output "${from:-$work/build}" \
		> "$1/build.log" 2>&1 || return 1
	cp "$work/build/vmlinux" "$1/vmlinux"
}

add_many() {
	edit_file many "$2" "$pristine/$1" > "$tmp/edited" 2> /dev/null
	install_file "$tmp/edited" "$1"
}

kind_of_file() {
	edit_file kind "$2" "$kvm/$1"
}

# The kernel with those of the selected faults that can share one.
build_many() {
	restore
	by_file kind_of_file "$tmp/rows" > "$tmp/kinds" 2> /dev/null
	awk '$2 == "many" { print $1 }' "$tmp/kinds" > "$tmp/many"
	[ -z "$alone" ] || : > "$tmp/many"
	awk -F'\t' 'NR == FNR { ok[$1] = 1; next } $1 in ok' \
		"$tmp/many" "$tmp/rows" > "$tmp/many-rows"
	many=$work/many
	! has_these_faults || return 0
	say "building one kernel for $(wc -l < "$tmp/many") faults"
	by_file add_many "$tmp/many-rows"
	{
		cat "$kvm/x86.c"
		echo "$fault_parameter"
	} > "$tmp/edited"
	cat "$tmp/edited" > "$kvm/x86.c"
	build "$many" || { tail -n 20 "$many/build.log" >&2
		die 1 "the kernel of all faults does not build"; }
	restore
	cp "$here/faults/edit.sh" "$tmp/many-rows" "$many"
}

# The last kernel of many faults may do: it has these, perhaps others.
has_these_faults() {
	cmp -s "$here/faults/edit.sh" "$many/edit.sh" &&
		! grep -q -v -x -F -f "$many/many-rows" "$tmp/many-rows"
}

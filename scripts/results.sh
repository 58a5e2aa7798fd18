#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The results of a run, for programs and for people, from what report.awk and
# records.awk read.  A file is there whole or not at all.
#
# results.sh [--json FILE] [--html FILE] [--kcidb FILE] [--map MACHINE=FILE]... PLAN LIMIT \
#	[ARGUMENT]...
#
# PLAN and LIMIT are for report.awk, ARGUMENTs those that the run was called
# with; a map is what tools/cpuid_map printed on a machine.
# shellcheck disable=SC2317	# as_json and as_html are reached by name
set -u

scripts=$(dirname "$0")
json='' html='' kcidb='' maps=()

# A map that is not all there says nothing; the page says why.
add_map()
{
	local status

	status=$(cat "${2%.log}.status" 2> /dev/null)
	if [ "$status" = 0 ]; then
		maps+=(--rawfile "map_$1" "$2")
	else
		maps+=(--arg "note_$1" "cpuid_map: ${status:-lost}$(tail -n 1 \
			"$2" 2> /dev/null | cut -c 1-300 | sed 's/^/: /')")
	fi
}

while [ $# -gt 0 ]; do
	case $1 in
	--json) json=$2 ;;
	--html) html=$2 ;;
	--kcidb) kcidb=$2 ;;
	--map) add_map "${2%%=*}" "${2#*=}" ;;
	*) break ;;
	esac
	shift 2
done
plan=$1 limit=$2
shift 2

tmp=$(mktemp -d "${TMPDIR:-/tmp}/kvm-cpuid-results.XXXXXX") || exit 1
trap 'rm -rf "$tmp" ${new:+"$new"}' EXIT
trap 'exit 130' INT TERM HUP

# write FILE COMMAND...: its output, under the name only when it is complete.
write()
{
	local file=$1 why

	shift
	new=$file.new.$$
	if { "$@" > "$new" && mv -f "$new" "$file"; } 2> "$tmp/error"; then
		return
	fi
	why=$(head -n 1 "$tmp/error")
	echo "results.sh: cannot write $file: ${why:-unknown error}" >&2
	rm -f "$new"
	return 1
}

records()
{
	LC_ALL=C awk -v limit="$limit" -v records="$tmp/records" \
		-f "$scripts/report.awk" -f "$scripts/errata.awk" -f "$scripts/odd.awk" \
		-f "$scripts/records.awk" -f "$scripts/quiet.awk" "$plan" \
		> /dev/null
	# Its status is the verdict; that it came to the end is another thing.
	[ -s "$tmp/records" ] && tail -n 1 "$tmp/records" | grep -qx end
}

as_json()
{
	jq -Rrs --arg generated "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
		-f "$scripts/results.jq" "$tmp/records" --args -- "$@"
}

as_html()
{
	jq -r -L "$scripts" --rawfile css "$scripts/html.css" ${maps[@]+"${maps[@]}"} \
		-f "$scripts/html.jq" "$1"
}

records 2> "$tmp/error" || {
	echo "results.sh: cannot keep the results: $(tail -n 1 "$tmp/error")" >&2
	exit 1
}
write "${json:-$tmp/json}" as_json "$@" || exit 1
rc=0
[ -z "$kcidb" ] || write "$kcidb" jq --arg origin "${KCIDB_ORIGIN:-kvm_cpuid}" \
	--arg build "${KCIDB_BUILD:-}" --arg run "$(uname -n)-$$" \
	-f "$scripts/kcidb.jq" \
	"${json:-$tmp/json}" || rc=1
[ -z "$html" ] || write "$html" as_html "${json:-$tmp/json}" || rc=1
exit "$rc"

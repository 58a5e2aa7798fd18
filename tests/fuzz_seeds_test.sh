#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every input that fuzzing has kept, and every one that once broke a reader,
# through the fuzz targets under ASan and UBSan; libFuzzer is not needed.
# With QUICK, without the sanitizers' build.
set -u

cd "$(dirname "$0")/.." || exit 2
# shellcheck source=tests/fuzz/seeds.sh
. tests/fuzz/seeds.sh

tmp=$(mktemp -d "${TMPDIR:-/tmp}/fuzz-seeds.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# In the same place as the unit tests: built once for both.
if [ -n "${QUICK:-}" ]; then
	to=$build sanitize=
else
	to=$build/sanitized sanitize=1
fi
build_targets "$to" SANITIZE="$sanitize" > "$tmp/make" || exit 1

bad=0
for target in $(targets); do
	unpack_seeds "$target" "$tmp/$target" || exit 1
	find "$tmp/$target" -type f | sort > "$tmp/list"
	[ -s "$tmp/list" ] || { echo "not ok $target: no seeds"; bad=1; continue; }
	if xargs -a "$tmp/list" "$to/tests/fuzz/${target}_fuzz" > "$tmp/out" \
		2> "$tmp/err"; then
		echo "ok $target: $(wc -l < "$tmp/list") inputs"
	else
		tail -n 30 "$tmp/err" | sed 's/^/# /'
		echo "not ok $target"
		bad=1
	fi
done
exit "$bad"

# SPDX-License-Identifier: GPL-2.0-only
#
# One page of what two_runs.jq found:
#
#   jq -r -L scripts --rawfile css html.css -f html_two.jq TWO

include "html_common";

def side_card($name):
  "<li class=card><h3>\($name)</h3><p>\(.file | code)</p>"
  + (.machines | map("<p class=muted>\(h)</p>") | join("")) + "</li>\n";

def cell:
  if . == null then "<td class=none>-</td>"
  else "<td class=\"c \(.status)\">\(.status | sign) \(.status | word)"
    + (if .why == "" then "" else "<br><span class=muted>\(.why | h)</span>" end)
    + "</td>" end;

def row:
  "<tr><th scope=row>\(.test | h)"
  + (if .machine then " <span class=muted>\(.machine | h)</span>" else "" end)
  + "</th>\(.a | cell)\(.b | cell)</tr>\n";

# What fails on one side alone comes first.
def in_order: sort_by([if (.a | is_failure) or (.b | is_failure) then 0 else 1 end, .test]);

head(.rows | length | many("difference"); $css)
+ "<header><div><h1>KVM CPUID selftests: two runs</h1><p class=sum>"
+ "\(.rows | length | many("result")) differ, \(.same) are the same</p></div></header>\n"
+ "<main>\n<ul class=cards>\n"
+ (.sides[0] | side_card("A")) + (.sides[1] | side_card("B")) + "</ul>\n"
+ (if .rows == [] then "<p>Nothing differs.</p>\n" else
   (["<thead><tr><th scope=col>test</th><th scope=col>A</th><th scope=col>B</th></tr></thead>\n<tbody>\n"]
    + (.rows | in_order | map(row)) + ["</tbody>"]
    | "<section id=two><h2>What differs</h2>\n"
      + box("Results that differ, failures first"; "tests"; "What differs")
      + "</section>\n") end)
+ "</main>\n<footer><p>Made by kvm-cpuid's scripts/two_runs.sh.</p></footer>\n</body></html>"

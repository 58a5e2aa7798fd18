# SPDX-License-Identifier: GPL-2.0-only
#
# Makes one page of the JSON document that scripts/results.jq made:
#
#   jq -r -L scripts --rawfile css html.css [--rawfile map_MACHINE FILE]...
#	[--arg note_MACHINE WHY]... -f html.jq RESULTS
#
# It needs no network and no script.  What is long is folded.

include "html_common";
include "html_map";

# More than these are in the JSON and in the logs.
def MAX_REPORTS: 6;
def MAX_LOG: 12;

def is_told: is_failure or .status == "xfail" or .status == "xpass";
# A failure of which known defects explain every finding.
def explained:
  (.errata // []) != [] and all(.findings[]; (.errata // []) != []);
def program: .test | split(".")[0];
def case: .test | split(".")[1:] | join(".");

def total: map(.count) | add // 0;

# --- head -------------------------------------------------------------------
def counts:
  "\(.pass + .xfail + .xpass) passed, \(.fail) failed, \(.skip) skipped"
  + (if .error == 0 then "" elif .error == 1 then ", 1 error"
     else ", \(.error) errors" end);

def remarks:
  (if .error == 0 then "" else
     "; errors are no verdict on KVM: a test could not find out, or its result was lost" end)
  + (if .xfail == 0 then "" else
     ", \(.xfail) of the passed failed as this kernel is known to (XFAIL)" end)
  + (if .xpass == 0 then "" else
     ", \(.xpass) of the passed should have failed (XPASS)" end)
  + (if .not_judged == 0 then "" else
     ", \(.not_judged) things not judged here" end);

def verdict_word: {pass: "✓ PASS", fail: "✗ FAIL", skip: "– NOTHING RAN"}[.];

def header:
  "<header><p class=\"verdict \(.verdict)\">\(.verdict | verdict_word)</p>"
  + "<div><h1>KVM CPUID selftests</h1><p class=sum>\(.summary | counts)"
  + (.summary | remarks)
  + "</p></div>\n<p class=run>"
  + (["./run_tests.sh"] + .arguments | join(" ") | code)
  + " <span>ended <time>\(.generated)</time></span></p></header>\n";

def nav:
  "<nav aria-label=Contents>"
  + (if any(.results[]; is_told)
     then "<a href=#failures>Failures</a>" else "" end)
  + "<a href=#tests>Tests</a>"
  + (if .summary.skip > 0 then "<a href=#skips>Skips</a>" else "" end)
  + (if .summary.not_judged > 0
     then "<a href=#notjudged>Not judged</a>" else "" end)
  + "<a href=#map>Bit map</a><a href=#all>Every test</a></nav>\n";

def verdict_of:
  if .fail + .error > 0 then "fail"
  elif .pass + .xfail + .xpass > 0 then "pass" else "skip" end;

def seconds: if . == null then "" else "\(two_digits) s" end;

def machine_card:
  "<li class=card><h3>\(.machine | h) \(.summary | verdict_of | badge)</h3><p>"
  + ([if .kvm then (.kvm | h)
        + if .emulator then " in \(.emulator | h)" else "" end else empty end,
      if .cpu then "CPU \(.cpu | h)" else empty end,
      if .kernel then "Linux \(.kernel | h)" else empty end] | join("<br>"))
  + "</p><p class=muted>\(.summary | counts)"
  + (if .seconds then "<br>\(.seconds | seconds)"
       + (if .boot_seconds
          then ", of which boot \(.boot_seconds | seconds)" else "" end)
     else "" end)
  + (if .why then "<br>\(.why | h)" else "" end) + "</p>"
  + (if .trouble then "<p class=note>! \(.trouble | h)</p>" else "" end)
  + "</li>\n";

def machines: "<ul class=cards>\n\(.machines | map(machine_card) | join(""))</ul>\n";

# --- tests and machines ------------------------------------------------------
# "2 of 10, 1 skipped": those of the worst status, or all that are no skips.
def tally($worst):
  (map(select(if $worst == "pass" then false
              elif is_failure then ($worst == "fail" or $worst == "error")
              else .status == $worst and .status != "skip" end)) | total) as $bad
  | (map(select(.status == "skip")) | total) as $skipped
  | if $skipped == total then "\($skipped)"
    else (if $bad > 0 then "\($bad) of \(total)" else "\(total - $skipped)" end)
      + (if $skipped > 0
         then " <span class=muted>\($skipped) skipped</span>" else "" end)
    end;

# $at: "MACHINE-PROGRAM", in numbers, which names the place of the failures.
def program_cell($at):
  if length == 0 then "<td class=none>not run</td>"
  else worst as $w
  | "<td class=\"c \($w)\">"
    + (if any(.[]; is_told)
       then "<a href=#f\($at)>\($w | sign) \($w | word)</a>"
       else "\($w | sign) \($w | word)" end)
    + " \(tally($w))</td>" end;

def column_heads($first):
  "<thead><tr><th scope=col>\($first)</th>"
  + (map("<th scope=col>\(h)</th>") | join("")) + "</tr></thead>\n<tbody>\n";

def program_table($programs; $names):
  [($names | column_heads("program"))]
  + [$programs | to_entries[] | .key as $p | .value as $prog
     | "<tr><th scope=row>\($prog.name | h)</th>"
       + ([$names | to_entries[] | .key as $m | .value as $name
          | $prog.by[$name] // [] | program_cell("\($m)-\($p)")] | join(""))
       + "</tr>\n"]
  + ["</tbody>"]
  | "<section id=tests><h2>Tests</h2>\n"
    + box("How many results of each program passed or failed"; "tests"; "Tests and machines")
    + "</section>\n";

# --- failures ----------------------------------------------------------------
def bit_name: "\(.bit) \(if .name then .name | h else "(unnamed)" end)";

def bits_of($got; $text):
  map(select(.bit != null and .got == $got))
  | if . == [] then "" else
      "<li>\($text): \(map(bit_name) | join(", "))</li>" end;

# Reports that say the same are one: [{findings, times}], in their order.
def distinct:
  map({said: (map(del(.mismatch)) | tojson), findings: .})
  | (reduce .[].said as $s ({}; .[$s] += 1)) as $times
  | reduce .[] as $r ({seen: {}, out: []};
      if .seen[$r.said] then . else .seen[$r.said] = true
      | .out += [{findings: $r.findings, times: $times[$r.said]}] end)
  | .out;

# One report: all its findings have the same place and the same reason.
def report:
  .times as $times
  | .findings
  | .[0] as $f
  | "<div class=rep><p><code class=place>\($f | place | h)</code>"
    + (if $f.rule then " <span class=rule>rule \($f.rule | h)</span>" else "" end)
    + (if $times > 1
       then " <span class=rule>(\($times) times)</span>" else "" end)
    + "</p><p>wanted \($f.register_wanted // $f.wanted | code), "
    + "got \($f.register_got // $f.got | code)</p>"
    + (bits_of("1"; "set, must be clear") + bits_of("0"; "clear, must be set")
       | if . == "" then "" else "<ul>\(.)</ul>" end)
    + (if $f.reason then "<p>why: \($f.reason | h)</p>" else "" end)
    + (if $f.installed_by
       then "<p class=muted>installed by: \($f.installed_by | h)</p>" else "" end)
    + (if $f.errata
       then "<p class=known>known: \($f.errata | join(", ") | h)</p>" else "" end)
    + "</div>\n";

def log:
  if .log == [] then "" else
    "<pre>" + (.log[:MAX_LOG] | map(h) | join("\n"))
    + ((.log | length) - MAX_LOG
       | if . > 0 then "\n... and \(.) more" else "" end)
    + "</pre>\n" end;

def failure($open):
  . as $r
  | (.findings | group_by(.mismatch) | distinct) as $reports
  | "<details\(if $open then " open" else "" end)><summary>\(.status | badge) "
    + "<strong>\(if case == "" then .test else case end | h)</strong> "
    + "<span class=gist>\(gist | h)</span>"
    + (if is_failure and explained
       then " <span class=known>known: \(.errata | join(", ") | h)</span>" else "" end)
    + "</summary>\n"
    + (if $reports == [] and .reason then "<p>\(.reason | h)</p>" else "" end)
    + ($reports[:MAX_REPORTS] | map(report) | join(""))
    + (($reports | length) - MAX_REPORTS
       | if . > 0 then "<p class=muted>... and \(many("more report")), "
           + "in the log of the program</p>\n" else "" end)
    + log + "</details>\n";

# Those that follow from one cause: their names alone.
def followers:
  "<details><summary>\("fail" | badge) \(total) more "
  + (if total == 1 then "follows" else "follow" end)
  + " from \(.[0].follows | code)</summary><ul class=names>"
  + (map("<li>\(case | h) <span class=muted>\(gist | h)</span></li>") | join(""))
  + "</ul></details>\n";

def program_failures($at; $open):
  map(select(is_told)) | sort_by(explained)
  | if . == [] then "" else
      "<h4 id=f\($at)>\(.[0] | program | h) "
      + "<span class=muted>\(total)</span></h4>\n"
      + (map(select(.follows == null) | failure($open)) | join(""))
      + (map(select(.follows)) | group_by(.follows) | map(followers) | join(""))
      end;

# Programs with something that nothing known explains come first.
def machine_failures($programs; $m; $name; $open):
  [$programs | to_entries[] | {p: .key, results: (.value.by[$name] // [])}]
  | sort_by(all(.results[]; (is_failure | not) or explained))
  | map(.p as $p | .results | program_failures("\($m)-\($p)"; $open))
  | join("")
  | if . == "" then "" else "<h3>On \($name | h)</h3>\n\(.)" end;

def errata:
  if .errata == [] then "" else
    ([.results[] | select(is_failure)] | {n: total, left: map(select(explained | not)) | total}) as $f
    | "<p>Known defects of these KVMs explain "
    + (if $f.left == 0 then "all of it" else
         "some of it; the \($f.left) of \($f.n) that nothing known explains come first" end)
    + ":</p>\n<dl class=errata>"
    + (.errata | sort_by(-.findings) | map("<div><dt>\(.id | code)</dt>"
      + "<dd>\(.summary | h) <span class=muted>"
      + "(\(.findings | many("finding")))</span></dd></div>")
      | join("")) + "</dl>\n" end;

def causes:
  if (.causes // []) == [] then "" else
    "<p>What makes more than one test fail:</p>\n<dl class=errata>"
    + (.causes | map("<div><dt>\(.id | code)</dt><dd>\(.summary | h) "
      + "<span class=muted>(\(.results | many("more failure")))</span></dd></div>")
      | join("")) + "</dl>\n" end;

def failures($programs; $names):
  ([.results[] | select(is_told)] | length) as $n
  | if $n == 0 then "" else
      "<section id=failures><h2>Failures</h2>\n" + causes + errata
      + ([$names | to_entries[] | .key as $m | .value as $name
          | machine_failures($programs; $m; $name; $n <= 4)] | join(""))
      + "</section>\n" end;

# --- skips -------------------------------------------------------------------
def skip_group:
  "<details><summary><span class=\"st skip\">\(total)</span> "
  + "\(.[0].reason // "no reason given" | h) "
  + "<span class=gist>\(map(.machine) | unique | join(", ") | h)</span></summary><ul class=names>"
  + (group_by(.test) | map("<li>\(.[0].test | h)"
      + (map(.machine) | " <span class=muted>\(join(", ") | h)</span>") + "</li>") | join(""))
  + "</ul></details>\n";

def skips:
  [.results[] | select(.status == "skip")]
  | if . == [] then "" else
      "<section id=skips><h2>Skips</h2>\n"
      + "<p>What could not be tested, by reason.</p>\n"
      + (group_by(.reason) | sort_by(-total) | map(skip_group) | join(""))
      + "</section>\n" end;

# --- not judged --------------------------------------------------------------
def not_judged:
  [.results[] | {m: .machine, t: .test, what: .not_judged[]}]
  | if . == [] then "" else
      "<section id=notjudged><h2>Not judged</h2>\n"
      + "<p>Neither passed nor failed: this kernel or CPU is newer than the rules.</p>\n<ul class=names>"
      + (group_by(.what) | map("<li>\(.[0].what | h) <span class=muted>"
          + "\(map(.m) | unique | join(", ") | h)</span></li>") | join(""))
      + "</ul></section>\n" end;

# --- every test --------------------------------------------------------------
def case_rows($names):
  group_by(.test) | map(. as $same
    | "<tr><th scope=row>\(.[0] | case | if . == "" then "(all or the rest)" else h end)</th>"
    + ([$names[] as $name | [$same[] | select(.machine == $name)]
       | if . == [] then "<td class=none>-</td>"
         else worst | "<td class=\"c \(.)\">\(sign) \(word)</td>" end] | join(""))
    + "</tr>\n");

def every_test($programs; $names):
  "<section id=all><h2>Every test</h2>\n"
  + ($programs | map(.name as $name | [.by[][]] as $all
      | "<details><summary>\($all | worst | badge) <strong>\($name | h)</strong> "
        + "<span class=gist>"
        + ($all | group_by(.test) | length | many("test"))
        + "</span></summary>\n"
        + ([($names | column_heads("test"))] + ($all | case_rows($names))
           + ["</tbody>"]
           | box("Tests of \($name | h)"; "tests"; "Tests of \($name)"))
        + "</details>\n") | join(""))
  + "</section>\n";

# --- the page ----------------------------------------------------------------
# In the order of the results: [{name, by: {MACHINE: [result, ...]}}]
def programs:
  .results | map(. + {p: program})
  | (to_entries | reverse | map({(.value.p): .key}) | add // {}) as $first
  | group_by(.p) | sort_by($first[.[0].p])
  | map({name: .[0].p,
         by: (group_by(.machine) | map({(.[0].machine): .}) | add)});

def named($prefix):
  $ARGS.named | with_entries(select(.key | startswith($prefix))
    | .key |= ltrimstr($prefix));

programs as $programs
| (.machines | map(.machine)) as $names
| head("\(.verdict), \(.summary | counts)"; $css) + header + nav + "<main>\n" + machines
  + failures($programs; $names)
  + program_table($programs; $names) + skips + not_judged
  + map_section(named("map_"); named("note_"))
  + every_test($programs; $names)
  + "</main>\n<footer><p>Made by kvm-cpuid's run_tests.sh.</p></footer>\n</body></html>"

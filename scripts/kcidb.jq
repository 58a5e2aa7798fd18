# SPDX-License-Identifier: GPL-2.0-only
#
# A submission to kcidb (schema v5.3) from the document of --json:
#
#   jq --arg origin ORIGIN --arg build BUILD_ID --arg run RUN -f kcidb.jq \
#      results.json
#
# RUN keeps apart what many boards send in the same second under one origin.
# Without a build id of the CI's own, a checkout and a build are made up from
# what is known.  The path is the name of the result, the same everywhere; CPU,
# kernel and machine stand in environment and misc.  Known defects are issues,
# and incidents of the tests that have shown them; an XFAIL is a FAIL with its
# incident, as kcidb has no word for it.  A lost result is MISS.

def id($s): "\($origin):\($s | gsub("[^A-Za-z0-9_.-]"; "_"))";

def time: (floor | todate) as $t | $t;

def status:
  if .status == "error" then
    (if (.reason // "" | test("^(lost|died|TIMEOUT)")) then "MISS"
     else "ERROR" end)
  else {pass: "PASS", xpass: "PASS", fail: "FAIL", xfail: "FAIL",
        skip: "SKIP"}[.status] end;

def path: "kselftest.kvm-cpuid." + (.test | gsub("[^A-Za-z0-9_.-]"; "_"));

. as $doc
| (($doc.generated | gsub("[^0-9]"; "")) + "-" + $run) as $run
| ($doc.machines | map({(.machine): .}) | add // {}) as $machines
| def build_id($m): if $build != "" then $build
    else id("build-" + ($machines[$m].kernel // "unknown")) end;
  def test_id: id("\($run)-\(.machine)-\(.test)");
{
  version: {major: 5, minor: 3},
  checkouts: (if $build != "" then []
    else [{id: id("checkout-" + $run), origin: $origin}] end),
  builds: (if $build != "" then [] else
    [$doc.machines[] | {id: build_id(.machine), origin: $origin,
      checkout_id: id("checkout-" + $run), architecture: "x86_64"}]
    | unique_by(.id) end),
  tests: [$doc.results[] | . as $r | ($machines[.machine] // {}) as $m
    | {id: test_id, origin: $origin, build_id: build_id(.machine), path: path,
       status: status,
       environment: {comment: ([$m.cpu, $m.kvm, $m.emulator]
           | map(select(.)) | join(", ")),
         misc: {machine: .machine, kernel: $m.kernel, cpu: $m.cpu,
           parameters: $m.parameters}}}
      + (if .start then {start_time: (.start | time)} else {} end)
      + (if .seconds then {duration: .seconds} else {} end)
      + (if .status != "pass" and .reason then
           {log_excerpt: (.reason | .[0:16000])} else {} end)
      + {misc: ({suite_commit: $m.commit, rule: $r.rule, count: $r.count,
                 known: ($r.status == "xfail")})}],
  issues: [$doc.errata[] | {id: id("erratum-" + .id), version: 1,
    origin: $origin, comment: .summary,
    culprit: {code: true, tool: false, harness: false}}],
  incidents: [$doc.results[] | . as $r | (.errata // [])[]
    | {id: id("\($run)-\($r.machine)-\($r.test)-\(.)"), origin: $origin,
       issue_id: id("erratum-" + .), issue_version: 1,
       test_id: ($r | test_id), present: true}]
}
# The schema: no property may be null.
| walk(if type == "object" then with_entries(select(.value != null)) else . end)

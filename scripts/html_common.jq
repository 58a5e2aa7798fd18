# SPDX-License-Identifier: GPL-2.0-only
#
# What all pages use: text, tables, the words for a status, a result in a line.

# Text from logs: escaped, and without what HTML forbids.
def h:
  tostring
  | if test("[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]")
    then gsub("[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"; "\ufffd")
    else . end
  | if test("\u0000") then gsub("\u0000"; "\ufffd") else . end
  | @html;

def code: "<code>\(h)</code>";

def nothing: . == null or . == "" or . == [];

# "1 bit", "2 bits"
def many($word): "\(.) \($word)\(if . == 1 then "" else "s" end)";

def two_digits: . * 100 | round / 100;

# Never colour alone: each status has a sign and a word.
def sign: {pass: "✓", fail: "✗", skip: "–", xfail: "✓", xpass: "!", error: "!"}[.];

def word: {pass: "pass", fail: "FAIL", skip: "skip", xfail: "xfail",
           xpass: "xpass", error: "ERROR"}[.];

def badge: "<span class=\"st \(.)\">\(sign) \(word)</span>";

# A table may be wider than a phone; the page is not.
def box($caption; $class; $title):
  "<div class=box tabindex=0 role=region aria-label=\"\($title | h)\">"
  + "<table class=\"\($class)\"><caption><span>\($caption)</span></caption>\n"
  + join("") + "</table></div>\n";

# Down to the body.
def head($title; $css):
  "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
  + "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
  + "<title>kvm-cpuid: \($title)</title>\n"
  + "<style>\n\($css)</style></head>\n<body>\n";

# --- results -----------------------------------------------------------------
def is_failure: .status == "fail" or .status == "error";

def worst:
  map(.status) as $s
  | first(("fail", "error", "xpass", "xfail", "pass", "skip")
      | select(. as $x | $s | index($x)));

def place:
  if .leaf then "leaf \(.leaf) subleaf \(.subleaf // "0x0") \(.register)"
  elif .msr then "MSR \(.msr)\(if .who then ", \(.who)" else "" end)"
  else .event end;

# The first finding of a result, or why there is none.
def finding_gist:
  if .bit != null then
    (if .leaf then "leaf \(.leaf) \(.register)" else "MSR \(.msr)" end)
    + " bit \(.bit) \(.name // ""): wanted \(.wanted), got \(.got)"
  else "\(place): wanted \(.wanted), got \(.got)" end;

def gist:
  (.findings | length) as $n
  | if $n == 0 then .reason // ""
    else (.findings[0] | finding_gist)
      + (if $n > 1 then ", and \($n - 1) more" else "" end) end;

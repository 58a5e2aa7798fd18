# SPDX-License-Identifier: GPL-2.0-only
#
# What both halves of the page use: text, tables, the words for a status.

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

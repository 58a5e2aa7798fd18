# SPDX-License-Identifier: GPL-2.0-only
#
# Turns the kernel's tools/arch/x86/kcpuid/cpuid.csv into the C table of
# lib/model/csv_names.h.  Rows are: leaf, subleaf or last:first, register,
# bit or last:first, name, description.  Leaves are hexadecimal, with or
# without 0x.  Given /dev/null it writes an empty table.

BEGIN {
	FS = ","
	print "/* Generated from the kernel's cpuid.csv. */"
	print "#include \"csv_names.h\"\n"
	print "const struct csv_name csv_names[] = {"
}

function trim(s)
{
	gsub(/^[ \t]+|[ \t\r]+$/, "", s)
	return s
}

function last(s)
{
	sub(/:.*/, "", s)
	return s
}

function first(s)
{
	sub(/.*:/, "", s)
	return s
}

/^[ \t]*#/ || NF < 5 { next }

{
	leaf = tolower(trim($1))
	sub(/^0x/, "", leaf)
	sub_ = trim($2)
	reg = toupper(trim($3))
	bits = trim($4)
	name = tolower(trim($5))
}

# Anything that does not look like a row is left out, not guessed at.
leaf !~ /^[0-9a-f]+$/ || sub_ !~ /^[0-9]+(:[0-9]+)?$/ ||
reg !~ /^E[ABCD]X$/ || bits !~ /^[0-9]+(:[0-9]+)?$/ ||
name !~ /^[a-z0-9_.-]+$/ { next }

{
	printf "\t{ 0x%s, %s, %s, REG_%s, %s, %s, \"%s\" },\n", leaf,
	       first(sub_), last(sub_), reg, first(bits), last(bits), name
	rows++
}

END {
	if (!rows)
		print "\t{ 0, 1, 0, 0, 1, 0, \"\" },"
	print "};\n"
	printf "const unsigned int nr_csv_names = %d;\n", rows
}

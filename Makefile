# SPDX-License-Identifier: GPL-2.0-only
#
# Builds in tools/testing/selftests/<dir> of a kernel tree, or standing alone.
# Alone, lib.mk and the kselftest harness come from KSRC=/path/to/linux, or
# are taken once from Debian's linux-source package into the build directory.
#
#   make [O=DIR] [LLVM=1] [KSRC=DIR] [V=1]   build the selftests
#   make LIBC=musl | glibc                   against this C library
#   make run_tests | install | gen_tar       as everywhere in kselftest
#   make check                               the suite's own tests
#   make unit                                build those of them that are in C
#   make one                                 all selftests in one program
#   make bench                               measure
#   make lava                                as a LAVA job, without a server
#   make clean | distclean                   distclean forgets lib.mk as well

COLLECTION ?= kvm-cpuid

# Kernel CI builds every collection for every architecture: nothing to do then.
ifeq ($(filter x86 x86_64,$(or $(ARCH),$(shell uname -m))),)
all: ;
%: ;
else

IN_TREE := $(wildcard ../lib.mk)
ifeq ("$(origin O)", "command line")
OUTPUT ?= $(abspath $(O))
endif
OUTPUT ?= $(CURDIR)$(if $(IN_TREE),,/build)
# One name for one directory: make compares targets letter by letter.
override OUTPUT := $(abspath $(OUTPUT))

# make takes a blank for the end of a name, and a colon for that of a target.
ifneq ($(words $(CURDIR))$(words $(OUTPUT))$(findstring :,$(CURDIR)$(OUTPUT)),11)
$(error make cannot work in a path with a blank or a colon; look at $(CURDIR) and OUTPUT)
endif

# --- where the kernel's own files are -----------------------------------
ifneq ($(IN_TREE),)
KDIR := $(abspath ../../../..)
else ifneq ($(KSRC),)
KDIR := $(abspath $(KSRC))
else
KDIR := $(OUTPUT)/linux
# Debian's package, or any tree: KERNEL_TREE is one that is to be tested.
trees_in = $(patsubst %/$(LIB_PATH),%,$(wildcard $(addsuffix /$(LIB_PATH),$1)))
LIB_PATH := tools/testing/selftests/lib.mk
LINUX_SOURCE ?= $(or $(lastword $(shell ls /usr/src/linux-source-*.tar.* \
	2>/dev/null | sort -V) $(wildcard /usr/src/linux-source-6.12.tar.xz)),\
	$(firstword $(call trees_in,/lib/modules/*/source /usr/src/linux* \
	$(KERNEL_TREE))))
endif
KSFT := $(KDIR)/tools/testing/selftests
LIB_MK := $(KSFT)/lib.mk

# --- what is built ------------------------------------------------------
TEST_GEN_PROGS := $(patsubst %.c,%,$(sort $(wildcard x86/*_test.c)))
# Programs for people, and what they alone are made of.
TEST_GEN_PROGS_EXTENDED := $(patsubst %.c,%,$(sort $(wildcard tools/*.c)))

objs_in = $(patsubst %.c,$(OUTPUT)/%.o,$(sort $(wildcard $(addsuffix /*.c,$1))))
LIB := $(OUTPUT)/libkvmcpuid.a
LIB_DIRS := $(patsubst %/,%,$(sort $(wildcard lib/ lib/*/)))
LIB_OBJS := $(call objs_in,$(LIB_DIRS))
TOOL_LIB := $(OUTPUT)/libtools.a
TOOL_DIRS := $(patsubst %/,%,$(sort $(wildcard tools/*/)))
TOOL_OBJS := $(call objs_in,$(TOOL_DIRS))
ALL_DIRS := $(LIB_DIRS) $(TOOL_DIRS)
UNIT_PROGS := $(patsubst %.c,$(OUTPUT)/%,$(sort $(wildcard tests/*_test.c)) \
	tests/look_victim.c)

# All tests in one program, for an initramfs or a board; a kernel tree has each
# by itself, and builds this one when it is asked to.
ONE := $(OUTPUT)/kvm-cpuid-all
ONE_OBJS := $(addprefix $(OUTPUT)/one/,$(addsuffix .o,$(TEST_GEN_PROGS)))
ONE_LIST := $(OUTPUT)/one/tests.def

# Everything that a build writes, so that clean can take it away again.
FLAGS := $(OUTPUT)/.flags
EXTRA_CLEAN = $(LIB) $(TOOL_LIB) $(FLAGS) $(UNIT_PROGS) $(ONE) $(addprefix $(OUTPUT)/,\
	one guest_code/*.bin guest_code/*.elf \
	$(foreach d,$(ALL_DIRS) x86 tools tests guest_code,\
	$d/*.o $d/*.d) install run results kselftest.tar*)

OVERRIDE_TARGETS := 1

# SANITIZE=1: with ASan and UBSan, which want the C library as it is loaded.
# Without optimisation nothing is hidden from them, and it takes half of the time.
ifneq ($(SANITIZE),)
STATIC =
USERCFLAGS += -O0 -fsanitize=address,undefined -fno-sanitize-recover=all
endif

# Static, so that one file is all that a board or an initramfs needs.
STATIC ?= -static
CFLAGS += -std=gnu11 -O2 -g -Wall -Wextra -Werror -D_GNU_SOURCE=
# A static program carries what it uses, not all of the objects it is in.
CFLAGS += -ffunction-sections -fdata-sections
LDFLAGS += -Wl,--gc-sections
# Nor does it unwind, load pages apart, or have what is read-only after start.
CFLAGS += -fno-asynchronous-unwind-tables -fno-unwind-tables
LDFLAGS += -Wl,-z,noseparate-code -Wl,-z,norelro
# Rows of tables leave out what is zero; clang would have it written.
CFLAGS += -Wno-missing-field-initializers
# The harness gives every test two parameters, used or not.
CFLAGS += -Wno-unused-parameter
# The uapi's own way to put an array behind its header; lib.mk after 6.1 agrees
# with LLVM=1, and gcc does not mind an option to be silent that it lacks.
CFLAGS += -Wno-gnu-variable-sized-type-not-at-end -Wno-address-of-packed-member
# -iquote: lib/cpuid.h must not hide the compiler's <cpuid.h>.
OUR_CFLAGS = -iquote . $(addprefix -iquote ,$(ALL_DIRS)) -I$(OUTPUT) -isystem $(KSFT) -isystem $(KSFT)/kselftest \
	$(KHDR_INCLUDES) $(CPPFLAGS)

AR := $(CROSS_COMPILE)ar
OBJCOPY ?= $(CROSS_COMPILE)objcopy
ifneq ($(CROSS_COMPILE),)
LD := $(CROSS_COMPILE)ld
endif

ifneq ($(V),1)
.SILENT:
say = printf '  %-8s%s\n' '$1' '$(patsubst $(OUTPUT)/%,%,$2)'
else
say = :
endif

# Alone, install has a default place: lib.mk asks for it when it is read.
ifeq ($(IN_TREE),)
INSTALL_ROOT := $(or $(KSFT_INSTALL_PATH),$(OUTPUT)/install)
INSTALL_PATH ?= $(INSTALL_ROOT)/$(COLLECTION)
endif

# --- lib.mk -------------------------------------------------------------
# Cleaning up needs no kernel files; anything else does.
ifneq ($(wildcard $(LIB_MK)),)
include $(LIB_MK)
else ifneq ($(filter-out clean distclean,$(or $(MAKECMDGOALS),all)),)
ifneq ($(LINUX_SOURCE),)
include $(LIB_MK)
else
$(error No $(LIB_MK) here. Run ./run_tests.sh --setup to install what is \
missing, or name a kernel tree: make KSRC=/path/to/linux)
endif
else
clean:
	rm -rf $(EXTRA_CLEAN)
endif

# glibc puts 680 kB into each static program, musl 20.  musl-gcc has no place
# for the kernel's headers, so they are linked to; guests need no libc and have
# a 32-bit half, which the headers of musl do not.
ifeq ($(IN_TREE)$(LLVM)$(CROSS_COMPILE)$(filter command line,$(origin CC)),)
LIBC ?= $(if $(STATIC),$(if $(shell command -v musl-gcc),musl))
endif
ifeq ($(LIBC),musl)
UAPI := $(OUTPUT)/uapi
OUR_CFLAGS += -isystem $(UAPI)
$(OUTPUT)/guest_code/%: CC := $(CC)
UAPI_ASM := /usr/include/$(shell $(CC) -print-multiarch)/asm
CC := musl-gcc
EXTRA_CLEAN += $(UAPI)

$(UAPI):
	mkdir -p $@
	ln -sfn /usr/include/linux $@/linux
	ln -sfn /usr/include/asm-generic $@/asm-generic
	ln -sfn $(UAPI_ASM) $@/asm
$(FLAGS): | $(UAPI)
endif

-include guest_code/guest.mk
-include $(wildcard $(addsuffix /*.mk,$(ALL_DIRS) tests))

ifneq ($(LINUX_SOURCE),)
MEMBERS := $(addprefix tools/testing/selftests/,lib.mk Makefile \
	run_kselftest.sh kselftest kselftest.h kselftest_harness.h) \
	scripts/subarch.include \
	$(addprefix scripts/,checkpatch.pl const_structs.checkpatch \
	spelling.txt) tools/arch/x86/kcpuid/cpuid.csv

# -m: stamped with today, so newer than the package they come from.
ifeq ($(wildcard $(LINUX_SOURCE)/.),)
$(LIB_MK): $(LINUX_SOURCE)
	$(call say,EXTRACT,$<)
	rm -rf $(KDIR) $(KDIR).tmp
	mkdir -p $(KDIR).tmp
	tar -xmf $< -C $(KDIR).tmp --strip-components=1 --no-same-owner \
		$(addprefix $(firstword $(subst .tar., ,$(notdir $<)))/,$(MEMBERS))
	mv $(KDIR).tmp $(KDIR)
else
# Copied, once: a bisection moves the tree, and must not build all this anew.
$(LIB_MK):
	$(call say,COPY,$(LINUX_SOURCE))
	rm -rf $(KDIR) $(KDIR).tmp
	mkdir -p $(KDIR).tmp
	tar -cf - -C $(LINUX_SOURCE) $(MEMBERS) | tar -xmf - -C $(KDIR).tmp
	mv $(KDIR).tmp $(KDIR)
endif
endif

# --- rules --------------------------------------------------------------
# Another compiler or other flags in the same directory: build again.  Expanded
# here: the recipe would see what the object that asks for it has of its own.
FLAGS_NOW := $(CC) $(CFLAGS) $(OUR_CFLAGS) $(LDFLAGS) $(STATIC)
$(FLAGS): FORCE
	mkdir -p $(@D)
	echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@

# What is killed in the middle leaves nothing under the final name.
.DELETE_ON_ERROR:
DONE = mv -f $@.part $@

$(OUTPUT)/%.o: %.c $(FLAGS)
	$(call say,CC,$@)
	mkdir -p $(@D)
	$(CC) $(CFLAGS) $(OUR_CFLAGS) -MD -MP -MF $(@:.o=.d) -MT $@ \
		-c -o $@.part $<
	$(DONE)

$(foreach n,16 32 64,$(addprefix $(OUTPUT)/guest_code/,\
	entry$n.o probe$n.o)): $(FLAGS)

$(LIB): $(LIB_OBJS) $(GUEST_OBJS)
	$(call say,AR,$@)
	rm -f $@ $@.part
	$(AR) rcs $@.part $^
	$(DONE)

$(TOOL_LIB): $(TOOL_OBJS)
	$(call say,AR,$@)
	rm -f $@ $@.part
	$(AR) rcs $@.part $^
	$(DONE)

$(TEST_GEN_PROGS): LIBS := $(LIB)
$(TEST_GEN_PROGS): $(LIB)
$(TEST_GEN_PROGS_EXTENDED) $(UNIT_PROGS): LIBS := $(TOOL_LIB) $(LIB)
$(TEST_GEN_PROGS_EXTENDED) $(UNIT_PROGS): $(TOOL_LIB) $(LIB)

$(TEST_GEN_PROGS) $(TEST_GEN_PROGS_EXTENDED) $(UNIT_PROGS): %: %.o
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(STATIC) $< $(LIBS) $(LDLIBS) -o $@.part
	$(DONE)

# The harness registers its tests by constructors, at these priorities.
ONE_SECTIONS := .init_array .init_array.20000 .init_array.20001
# 20 MB that are zero at the start, of which a test needs its own alone: they
# lie by themselves, and the heap stays near to all other data.
$(OUTPUT)/x86/%.o: CFLAGS += -fno-data-sections
ONE_LDFLAGS := -Wl,--section-start=tests_bss=0x400000 -Wl,-Ttext-segment=0x4000000
$(ONE_OBJS): $(OUTPUT)/one/x86/%.o: $(OUTPUT)/x86/%.o
	mkdir -p $(@D)
	$(OBJCOPY) --redefine-sym main=$*_main \
		--keep-global-symbol=$*_main \
		--rename-section .bss=tests_bss \
		$(foreach s,$(ONE_SECTIONS),--rename-section $s=$*_init) $< $@

$(ONE_LIST): FORCE
	mkdir -p $(@D)
	printf 'SELFTEST(%s)\n' $(notdir $(ONE_OBJS:.o=)) > $@.new
	cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(OUTPUT)/x86/all_in_one.o: $(ONE_LIST)

# What all of them use comes first and lies together: a process that is forked
# for one test touches fewer pages.  After the programs: machines/run.sh takes
# from it what is not newer.
$(ONE): $(LIB_OBJS) $(GUEST_OBJS) $(OUTPUT)/x86/all_in_one.o $(ONE_OBJS) \
		| $(TEST_GEN_PROGS)
	$(call say,LINK,$@)
	$(CC) $(CFLAGS) $(LDFLAGS) $(ONE_LDFLAGS) -s $(STATIC) $^ $(LDLIBS) -o $@.part
	$(DONE)

one: $(ONE)
ifeq ($(IN_TREE)$(wildcard x86/all_in_one.c),x86/all_in_one.c)
all: $(ONE)
endif

-include $(wildcard $(foreach d,$(ALL_DIRS) x86 tools tests,$(OUTPUT)/$d/*.d))

unit: $(UNIT_PROGS)

check:
	./run_tests.sh --self-check

lava:
	ci/lava/run

bench: all
	scripts/bench.sh $(OUTPUT)

distclean: clean
	$(if $(IN_TREE)$(KSRC),,rm -rf $(OUTPUT)/linux $(OUTPUT)/linux.tmp)

# --- installed without what only a debugger reads (STRIP=true keeps it) ----
STRIP ?= $(if $(LLVM),llvm-strip,$(CROSS_COMPILE)strip)

define INSTALL_RULE +=

	$(STRIP) $(addprefix $(INSTALL_PATH)/,$(notdir $(TEST_GEN_PROGS) \
		$(TEST_GEN_PROGS_EXTENDED)))
endef

# --- standing alone: what the tree's selftests/Makefile does for its own --
ifeq ($(IN_TREE),)
FORMAT ?= .gz
TARBALL = $(OUTPUT)/kselftest.tar$(FORMAT)
# The runner wants to stand above the collection that it runs.
RUN_BASE := $(OUTPUT)/run

$(RUN_BASE): FORCE
	mkdir -p $@
	ln -sfn $(KSFT)/kselftest $@/kselftest
	ln -sfn $(CURDIR) $@/$(COLLECTION)

define RUN_TESTS
	BASE_DIR=$(RUN_BASE); cd $(RUN_BASE)/$(COLLECTION); \
	. $(RUN_BASE)/kselftest/runner.sh; \
	$(if $(summary),per_test_logging=1;) run_many $(1)
endef
run_tests: $(RUN_BASE)

install_runner: install
	cp -a $(KSFT)/run_kselftest.sh $(KSFT)/kselftest $(INSTALL_ROOT)/
	$(MAKE) -s emit_tests COLLECTION=$(COLLECTION) OUTPUT=$(OUTPUT) \
		> $(INSTALL_ROOT)/kselftest-list.txt

gen_tar: install_runner
	tar caf $(TARBALL) -C $(INSTALL_ROOT) .
	echo "Created $(TARBALL)"
endif

.PHONY: FORCE one unit check bench lava distclean install_runner gen_tar
.SECONDARY:

endif # x86

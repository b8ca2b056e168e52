# Builds everything into build/: the kernel, the hosted program, their test variants.
#
#   make host         build/host/ringlet           the system as a Linux program
#   make kernel       build/i686/ringlet.elf       the system as a 32-bit PC kernel (multiboot)
#   make iso          build/ringlet.iso            the kernel on a GRUB disc image
#   make host-debug   build/asan/ringlet           hosted, ASSERT on, address and undefined sanitizers
#   make debug        build/debug/ringlet          hosted, ASSERT on
#   make unit         build and run the C unit tests (VARIANT=host, debug or asan; default debug)
#   make probe        the platform's own test programs, build/{host,i686}/probe
#   make heap-cost    what an empty heap costs, build/{host,i686}/heap-cost
#   make replay       build/asan/replay, the inputs of the fuzzer run again; make fuzz builds build/fuzz/fuzz, with clang
#   make deps         build the third-party libraries (done by the others when deps/ is there)
#
# The boot image: build/boot/ringlet-boot is the hosted program without an image; it compiles lib/boot.scm into
# build/image.bin; build/boot/ringlet, which carries that, compiles the libraries of lib/ into build/libraries.bin.  The
# other programs carry both.  They serve both word sizes.
#
# Sources are found by wildcard: add a file to src/<layer>/ and it is built.

HOST_CC ?= gcc
CROSS ?= i686-linux-gnu-
I686_CC ?= $(CROSS)gcc
I686_OBJCOPY ?= $(CROSS)objcopy
I686_AR ?= $(CROSS)ar

CORE := $(wildcard src/*/*.c)
CORE_HOSTED := $(filter-out src/base/bytes.c,$(CORE))
HOST := $(wildcard host/linux/*.c)
ARCH := $(wildcard arch/i686/*.c) $(wildcard arch/i686/*.S)
LIBRARY := lib/boot.scm $(wildcard lib/boot/*.scm)
# Compiled into the archive of libraries: every library file of lib/ and what they include.
ARCHIVED := $(sort $(shell find lib -name '*.sld'))
ARCHIVED_SOURCES := $(ARCHIVED) $(filter-out $(LIBRARY) %-test.scm,$(shell find lib -name '*.scm'))
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*_test.c))
HAVE_DEPS := $(wildcard deps/build.sh)

# V=1 shows the commands.
Q := $(if $(V),,@)

# --- flags ---------------------------------------------------------------------------------------------
COMMON := -std=gnu11 -g -Wall -Wextra -Wno-missing-field-initializers -Werror -fno-strict-aliasing -fno-asynchronous-unwind-tables \
  -Isrc -MMD -MP
freestanding = -ffreestanding -nostdinc -isystem $(shell $(1) -print-file-name=include)
HOST_FREESTANDING := $(call freestanding,$(HOST_CC))
I686_FREESTANDING := $(call freestanding,$(I686_CC))

FLAGS_host := -O2 -fno-pie -fno-pic
FLAGS_debug := -O1 -fno-pie -fno-pic -DRINGLET_DEBUG=1
FLAGS_asan := -O1 -fno-pie -fno-pic -DRINGLET_DEBUG=1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Static, because a program that links at start takes a sixth longer to start.
LINK_host := -no-pie -static
CC_fuzz := clang
FREESTANDING_fuzz = $(call freestanding,$(CC_fuzz))
FLAGS_fuzz := -O1 -fno-pie -DRINGLET_DEBUG=1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
  -fno-sanitize-coverage=trace-cmp \
  -fno-omit-frame-pointer -Wno-ignored-optimization-argument -Wno-unknown-warning-option
LINK_debug := -no-pie
LINK_asan := -no-pie -fsanitize=address,undefined
LINK_fuzz := -no-pie -fsanitize=fuzzer,address,undefined
I686 := -O2 -m32 -fno-pie -fno-pic -fno-stack-protector -msse2 -mfpmath=sse -freg-struct-return

# The dispatch loop keeps one indirect jump per instruction.  Two stores joined into a vector store would
# stall the loads of their halves that soon follow.
VM_RUN := -fno-gcse -fno-crossjumping -fno-tree-vectorize

.PHONY: all host kernel iso host-debug debug unit unit-build probe heap-cost replay fuzz deps clean
all: host kernel
host: build/host/ringlet
kernel: build/i686/ringlet.elf
host-debug: build/asan/ringlet
debug: build/debug/ringlet
iso: build/ringlet.iso

# --- third-party libraries -------------------------------------------------------------------------------
DEPS_HOST := $(if $(HAVE_DEPS),build/deps/host/libdeps.a)
DEPS_I686 := $(if $(HAVE_DEPS),build/deps/i686/libdeps.a)
deps: $(DEPS_HOST) $(DEPS_I686)
build/deps/%/libdeps.a: $(shell find deps -type f 2>/dev/null)
	./deps/build.sh $*
	@touch $@

# --- hosted variants: host, debug, asan --------------------------------------------------------------------
# $(1): variant.  Core objects go into an archive, so that a unit test links only what it needs.
define hosted_variant
build/$(1)/src/%.o: src/%.c Makefile
	@mkdir -p $$(@D)
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(COMMON) $(or $(FREESTANDING_$(1)),$(HOST_FREESTANDING)) $(FLAGS_$(1)) $(if $(CC_$(1)),,$$(if $$(filter src/vm/run.c,$$<),$(VM_RUN))) -c $$< -o $$@
build/$(1)/host/%.o: host/%.c Makefile
	@mkdir -p $$(@D)
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(COMMON) -D_GNU_SOURCE -Ihost $(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/probe.o: tests/platform/probe.c Makefile
	@mkdir -p $$(@D)
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(COMMON) $(or $(FREESTANDING_$(1)),$(HOST_FREESTANDING)) $(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/libcore.a: $(patsubst src/%.c,build/$(1)/src/%.o,$(CORE_HOSTED))
	@rm -f $$@
	$(Q)ar rcs $$@ $$^
build/$(1)/ringlet: $(patsubst %.c,build/$(1)/%.o,$(CORE_HOSTED) $(HOST)) build/boot_image.o $(DEPS_HOST)
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(LINK_$(1)) -o $$@ $$^
build/$(1)/probe: $(patsubst %.c,build/$(1)/%.o,$(HOST)) build/$(1)/probe.o \
    $(patsubst src/%.c,build/$(1)/src/%.o,$(filter src/base/%,$(CORE_HOSTED)))
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(LINK_$(1)) -o $$@ $$^
build/$(1)/heap_cost.o: benchmarks/gc/heap_cost.c Makefile
	@mkdir -p $$(@D)
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(COMMON) $(or $(FREESTANDING_$(1)),$(HOST_FREESTANDING)) $(FLAGS_$(1)) -c $$< -o $$@
build/$(1)/heap-cost: $(patsubst %.c,build/$(1)/%.o,$(HOST)) build/$(1)/heap_cost.o build/$(1)/libcore.a
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(LINK_$(1)) -o $$@ $$^
build/$(1)/unit/%: tests/unit/%.c tests/unit/fake_platform.c tests/unit/ast_dump.c host/linux/guard.c build/$(1)/libcore.a $(DEPS_HOST) Makefile
	@mkdir -p $$(@D)
	$(Q)$(or $(CC_$(1)),$(HOST_CC)) $(COMMON) -Itests -I. $(FLAGS_$(1)) $(LINK_$(1)) -MF $$@.d -o $$@ $$(filter %.c,$$^) \
	  build/$(1)/libcore.a $(DEPS_HOST) -lm
build/$(1)/unit/share_test: build/image.bin
endef
$(foreach v,host debug asan fuzz,$(eval $(call hosted_variant,$(v))))

# --- the fuzzer, and its inputs without it ---------------------------------------------------------------------
replay: build/asan/replay
fuzz: build/fuzz/fuzz
FUZZ_FLAGS = -D_GNU_SOURCE -DTARGETS_FILE='"$(CURDIR)/tests/fuzz/targets.scm"' \
  -DDICTIONARY_FILE='"$(CURDIR)/tests/fuzz/dictionary"' -I.
build/asan/tests/fuzz/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(COMMON) $(FUZZ_FLAGS) $(FLAGS_asan) -c $< -o $@
build/fuzz/tests/fuzz/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC_fuzz) $(COMMON) $(FUZZ_FLAGS) $(FLAGS_fuzz) -c $< -o $@
build/asan/replay: $(patsubst %,build/asan/tests/fuzz/%.o,machine fuzz replay) build/asan/libcore.a build/boot_image.o $(DEPS_HOST)
	$(Q)$(HOST_CC) $(LINK_asan) -o $@ $^ -lm
build/fuzz/fuzz: $(patsubst %,build/fuzz/tests/fuzz/%.o,machine mutate fuzz) build/fuzz/libcore.a build/boot_image.o $(DEPS_HOST)
	$(Q)$(CC_fuzz) $(LINK_fuzz) -o $@ $^ -lm

# --- the boot image ------------------------------------------------------------------------------------------
build/empty.bin:
	@mkdir -p $(@D)
	: > $@
image_files = -DBOOT_IMAGE_FILE='"$(1)"' -DLIBRARIES_FILE='"$(2)"'
build/empty_image.o: arch/boot_image.c build/empty.bin
	$(Q)$(HOST_CC) -c $(call image_files,build/empty.bin,build/empty.bin) $< -o $@
build/bare_image.o: arch/boot_image.c build/image.bin
	$(Q)$(HOST_CC) -c $(call image_files,build/image.bin,build/empty.bin) $< -o $@
build/boot/ringlet-boot: $(patsubst %.c,build/host/%.o,$(CORE_HOSTED) $(HOST)) build/empty_image.o $(DEPS_HOST)
	@mkdir -p $(@D)
	$(Q)$(HOST_CC) $(LINK_host) -o $@ $^
build/image.bin: build/boot/ringlet-boot $(LIBRARY)
	build/boot/ringlet-boot --build-image $@.new lib/boot.scm
	mv $@.new $@
# The hosted program with an image and without libraries compiles them.
build/boot/ringlet: $(patsubst %.c,build/host/%.o,$(CORE_HOSTED) $(HOST)) build/bare_image.o $(DEPS_HOST)
	$(Q)$(HOST_CC) $(LINK_host) -o $@ $^
build/libraries.bin: build/boot/ringlet $(ARCHIVED_SOURCES)
	build/boot/ringlet --build-archive $@.new $(ARCHIVED)
	mv $@.new $@
build/boot_image.o: arch/boot_image.c build/image.bin build/libraries.bin
	$(Q)$(HOST_CC) -c $(call image_files,build/image.bin,build/libraries.bin) $< -o $@

# --- the kernel ------------------------------------------------------------------------------------------------
I686_ARCH_OBJECTS := $(patsubst %,build/i686/%.o,$(basename $(filter-out %.S,$(ARCH)) $(filter %.S,$(ARCH:.S=_stub.S))))
I686_CORE_OBJECTS := $(patsubst %.c,build/i686/%.o,$(CORE))
I686_LINK = $(I686_CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T arch/i686/link.ld

build/i686/src/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(I686_CC) $(COMMON) $(I686_FREESTANDING) $(I686) $(if $(filter src/vm/run.c,$<),$(VM_RUN)) -c $< -o $@
# Replacements for memcpy must not be compiled into calls of memcpy.
build/i686/src/base/bytes.o: I686 += -fno-tree-loop-distribute-patterns -mgeneral-regs-only -mno-sse -mfpmath=387
build/i686/arch/%_stub.o: arch/%.S Makefile
	@mkdir -p $(@D)
	$(Q)$(I686_CC) -m32 -g -c $< -o $@
# Interrupt handlers save general registers only, so nothing here may use any other.
build/i686/arch/%.o: arch/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(I686_CC) $(COMMON) -Iarch $(I686_FREESTANDING) $(I686) -mgeneral-regs-only -mfpmath=387 -c $< -o $@
build/i686/boot_image.o: arch/boot_image.c build/image.bin build/libraries.bin
	@mkdir -p $(@D)
	$(Q)$(I686_CC) -m32 -c $(call image_files,build/image.bin,build/libraries.bin) $< -o $@
build/i686/ringlet.debug.elf: $(I686_ARCH_OBJECTS) $(I686_CORE_OBJECTS) build/i686/boot_image.o $(DEPS_I686) arch/i686/link.ld
	$(Q)$(I686_LINK) -o $@ $(filter-out %.ld,$^) -lgcc
build/i686/probe.o: tests/platform/probe.c Makefile
	@mkdir -p $(@D)
	$(Q)$(I686_CC) $(COMMON) $(I686_FREESTANDING) $(I686) -c $< -o $@
build/i686/probe.debug.elf: $(I686_ARCH_OBJECTS) $(patsubst %.c,build/i686/%.o,$(wildcard src/base/*.c)) build/i686/probe.o arch/i686/link.ld
	$(Q)$(I686_LINK) -o $@ $(filter-out %.ld,$^) -lgcc
build/i686/heap_cost.o: benchmarks/gc/heap_cost.c Makefile
	@mkdir -p $(@D)
	$(Q)$(I686_CC) $(COMMON) $(I686_FREESTANDING) $(I686) -c $< -o $@
build/i686/heap-cost.debug.elf: $(I686_ARCH_OBJECTS) $(patsubst src/%.c,build/i686/src/%.o,$(foreach d,base obj gc,$(wildcard src/$(d)/*.c))) \
    build/i686/heap_cost.o arch/i686/link.ld
	$(Q)$(I686_LINK) -o $@ $(filter-out %.ld,$^) -lgcc
%.elf: %.debug.elf
	$(Q)$(I686_OBJCOPY) --strip-all $< $@
probe: build/host/probe build/i686/probe.elf
heap-cost: build/host/heap-cost build/i686/heap-cost.elf

build/ringlet.iso: build/i686/ringlet.elf tools/make-iso
	./tools/make-iso $< $@

# --- unit tests ------------------------------------------------------------------------------------------------
VARIANT ?= debug
unit-build: $(patsubst %,build/$(VARIANT)/unit/%,$(UNIT_TESTS))
unit:
	@./tests/run-unit.sh $(VARIANT)

clean:
	rm -rf build

# Rules for generated sources stand beside what uses them.
include $(wildcard src/*/*.mk)

.SECONDARY:
.DELETE_ON_ERROR:
-include $(wildcard build/*/src/*/*.d build/*/host/*/*.d build/*/arch/*/*.d build/*/*.d build/*/unit/*.d)

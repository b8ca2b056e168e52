// Capabilities with a simulated device: what each rule lets through, who may use what, silence, interrupts; and random
// operations compared with a second description of what may be written.
//
// Uses: proc/device.  usage: device_test [SEED [STEPS]]
#include <stdlib.h>

#include "base/platform.h"
#include "gc/collector.h"
#include "gc/commons.h"
#include "proc/cells.h"
#include "proc/cpu.h"
#include "proc/device.h"
#include "test.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define BASE 0x300
#define N_REGISTERS 32
#define N_RULES 10

static uint64_t seed = 1;
static struct process first, driver, other;

static unsigned choose(unsigned n) {
  return test_random(&seed) % n;
}

// --- the device --------------------------------------------------------------------------------------------
static uint8_t registers[N_REGISTERS];
static unsigned n_writes, n_log;
static struct { unsigned port, width; uint32_t value; bool is_owned; } log[64];
static Value watched;  // a capability: had it an owner when the device was written?
static bool lines[16];

uint32_t platform_port_in(unsigned port, unsigned width) {
  CHECK(port >= BASE && port + width <= BASE + N_REGISTERS);
  uint32_t value = 0;
  memcpy(&value, registers + port - BASE, width);
  return value;
}

void platform_port_out(unsigned port, unsigned width, uint32_t value) {
  CHECK(port >= BASE && port + width <= BASE + N_REGISTERS);
  memcpy(registers + port - BASE, &value, width);
  n_writes++;
  if (n_log < ARRAY_LENGTH(log)) {
    log[n_log].port = port, log[n_log].width = width, log[n_log].value = value;
    log[n_log++].is_owned = is_pointer(watched) && is_true(object_field(watched, CAPABILITY_OWNER));
  }
}

void platform_line_set(unsigned line, bool is_open) {
  lines[line] = is_open;
}

static uint32_t reads(unsigned offset, unsigned width) {
  return platform_port_in(BASE + offset, width);
}

// --- objects of the commons ----------------------------------------------------------------------------------
static Value shared_vector(size_t n, const Value *slots) {
  uword *p = commons_alloc(VECTOR_BYTES(n), false);
  CHECK(p);
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  Value v = value_from_object(p);
  for (size_t i = 0; i < n; i++) vector_slots(v)[i] = slots ? slots[i] : VALUE_FALSE;
  return v;
}

static Value shared_pair(Value car, Value cdr) {
  uword *p = commons_alloc(PAIR_BYTES, false);
  CHECK(p);
  p[0] = car.w, p[1] = cdr.w;
  return value_from_pair(p);
}

static Value numbers(unsigned n, const uint32_t *list) {
  Value slots[8];
  for (unsigned i = 0; i < n; i++) slots[i] = fixnum((sword)list[i]);
  return shared_vector(n, slots);
}
#define NUMBERS(...) numbers(sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t), (uint32_t[]){__VA_ARGS__})

static Value capability(enum capability_kind kind, sword base, sword length, Value content, Value state) {
  Value v = device_capability(cpu_process()->heap, kind, base, length, content, state);
  CHECK(is_true(v));
  return v;
}

static Value restricted(unsigned n, const Value *rules) {
  return capability(CAPABILITY_PORTS, BASE, N_REGISTERS, shared_vector(n, rules), shared_vector(2 * n, NULL));
}
#define RESTRICTED(...) restricted(sizeof(Value[]){__VA_ARGS__} / sizeof(Value), (Value[]){__VA_ARGS__})

static Value region(size_t n) {
  uword *p = commons_alloc(BYTES_BYTES(n), false);
  CHECK(p);
  p[0] = header_make(T_BYTES, 0);
  p[1] = fixnum((sword)n).w;
  Value bytes = value_from_object(p);
  memset(bytes_data(bytes), 0, n);
  return capability(CAPABILITY_REGION, 0, (sword)n, bytes, VALUE_FALSE);
}

static Value cell(void) {
  uword *p = commons_alloc(AUX_BYTES(N_CELL_END - 1), false);
  CHECK(p);
  memset(p, 0, AUX_BYTES(N_CELL_END - 1));
  p[0] = header_make(T_RECORD, N_CELL_END - 1);
  for (unsigned i = 1; i < N_CELL_END; i++) p[i] = fixnum(0).w;
  p[CELL_WAITING] = VALUE_NIL.w;
  return value_from_object(p);
}

static Value interrupt(sword line) {
  Value v = capability(CAPABILITY_INTERRUPT, line, 0, cell(), VALUE_FALSE);
  CHECK(device_add(v));
  device_acknowledge(v);
  return v;
}

static sword count_of(Value interrupt) {
  return fixnum_int(object_field(object_field(interrupt, CAPABILITY_CONTENT), CELL_CONTENT));
}

static uint32_t address_of(Value region, size_t offset) {
  return (uint32_t)(uintptr_t)(bytes_data(object_field(region, CAPABILITY_CONTENT)) + offset);
}

// --- each rule -------------------------------------------------------------------------------------------------
static bool writes(Value ports, size_t offset, unsigned width, uint32_t value) {
  unsigned before = n_writes;
  const char *why = device_write(ports, offset, width, value);
  CHECK((why == NULL) == (n_writes == before + 1));  // refused: nothing was written
  return why == NULL;
}

static bool points(Value ports, size_t offset, Value region, size_t at) {
  unsigned before = n_writes;
  const char *why = device_set_address(ports, offset, region, at);
  CHECK((why == NULL) == (n_writes == before + 1));
  if (why == NULL) TEST(reads((unsigned)offset, 4) == address_of(region, at));
  return why == NULL;
}

static void test_free_and_bits(void) {
  Value ports = RESTRICTED(NUMBERS(RULE_FREE, 4, 6), NUMBERS(RULE_BITS, 12, 2, 0x0ff0));
  memset(registers, 0xa5, sizeof registers);
  TEST(writes(ports, 4, 4, 0x01020304) && reads(4, 4) == 0x01020304);
  TEST(writes(ports, 9, 1, 7) && writes(ports, 8, 2, 0x1234) && reads(8, 2) == 0x1234);
  TEST(!writes(ports, 9, 2, 0) && !writes(ports, 3, 2, 0) && !writes(ports, 2, 4, 0) && !writes(ports, 7, 4, 0));
  TEST(!writes(ports, 0, 1, 0) && !writes(ports, 31, 1, 0) && !writes(ports, 14, 2, 0));
  TEST(writes(ports, 12, 2, 0xffff) && reads(12, 2) == 0xaff5);
  TEST(writes(ports, 12, 2, 0) && reads(12, 2) == 0xa005);
  TEST(!writes(ports, 12, 1, 0) && !writes(ports, 13, 1, 0) && !writes(ports, 12, 4, 0) && !writes(ports, 11, 2, 0));
  TEST(!writes(RESTRICTED(NUMBERS(99, 0, 1)), 0, 1, 0));
  Value all = capability(CAPABILITY_PORTS, BASE, N_REGISTERS, VALUE_FALSE, VALUE_FALSE);
  TEST(writes(all, 0, 4, 0xffffffff) && device_read(all, 0, 4) == 0xffffffff && device_read(all, 1, 1) == 0xff);
}

// The first rule that names a byte decides, whatever a later one lets through.
static void test_first_rule(void) {
  Value ports = RESTRICTED(NUMBERS(RULE_ADDRESS, 8, 4), NUMBERS(RULE_FREE, 0, 32));
  TEST(writes(ports, 4, 4, 1) && writes(ports, 12, 4, 1));
  for (unsigned at = 5; at < 12; at++) TEST(!writes(ports, at, 4, 1));
  TEST(!writes(ports, 8, 1, 1) && !writes(ports, 11, 1, 1) && !writes(ports, 10, 2, 1) && writes(ports, 7, 1, 1));
}

static void test_lengths(void) {
  Value ports = RESTRICTED(NUMBERS(RULE_LENGTH, 0, 4, 0x1fff, 0, 8, 0), NUMBERS(RULE_ADDRESS, 8, 4), NUMBERS(RULE_LENGTH, 4, 2, 0xff00, 8, 12, 10),
                           NUMBERS(RULE_ADDRESS, 12, 4));
  Value big = region(1000), small = region(20);
  memset(registers, 0, sizeof registers);
  TEST(writes(ports, 0, 4, 0xffff0000) && !writes(ports, 0, 4, 1) && !writes(ports, 4, 2, 0));  // no region yet
  TEST(points(ports, 8, big, 0) && writes(ports, 0, 4, 1000) && !writes(ports, 0, 4, 1001) && writes(ports, 0, 4, 0xe000 + 999));
  TEST(!points(ports, 8, big, 2) && points(ports, 8, big, 1) && !points(ports, 8, small, 0));  // 999 are in use
  TEST(writes(ports, 0, 4, 20) && points(ports, 8, small, 0) && !writes(ports, 0, 4, 21));
  TEST(points(ports, 12, small, 0) && writes(ports, 4, 2, 10 << 8) && !writes(ports, 4, 2, 11 << 8) && writes(ports, 4, 2, 0xff));
  TEST(!points(ports, 12, small, 11) && points(ports, 12, small, 10) && points(ports, 12, big, 990));
  TEST(!points(ports, 0, big, 0) && !points(ports, 9, big, 0) && !points(ports, 4, big, 0) && !points(ports, 28, big, 0));
  TEST(!writes(RESTRICTED(NUMBERS(RULE_LENGTH, 0, 4, 1, 32, 8, 0), NUMBERS(RULE_ADDRESS, 8, 4)), 0, 4, 0));
}

static void test_choices(void) {
  Value table = shared_pair(shared_pair(fixnum(0x10), fixnum(100)), shared_pair(shared_pair(fixnum(0x20), fixnum(200)), VALUE_NIL));
  Value rule = shared_vector(6, (Value[]){fixnum(RULE_CHOICE), fixnum(0), fixnum(1), fixnum(0x30), table, fixnum(8)});
  Value ports = RESTRICTED(rule, NUMBERS(RULE_ADDRESS, 8, 4)), memory = region(150);
  memset(registers, 0x10, sizeof registers);
  TEST(!writes(ports, 0, 1, 0x10) && !points(ports, 8, memory, 51) && points(ports, 8, memory, 50));
  TEST(writes(ports, 0, 1, 0x10) && writes(ports, 0, 1, 0xdf) && !writes(ports, 0, 1, 0x20) && !writes(ports, 0, 1, 0) && !writes(ports, 0, 1, 0x30));
  registers[0] = 0x30;  // the device itself says what nobody knows
  TEST(!points(ports, 8, memory, 0));
  TEST(!writes(RESTRICTED(NUMBERS(RULE_CHOICE, 0, 1, 0x30, 5, 8), NUMBERS(RULE_ADDRESS, 8, 4)), 0, 1, 0));
}

static void test_reset(void) {
  Value ports = RESTRICTED(NUMBERS(RULE_RESET, 0, 1, 0x10, 0x08, 8, 100), NUMBERS(RULE_ADDRESS, 8, 4), NUMBERS(RULE_LENGTH, 4, 4, 0xff, 0, 8, 0));
  Value memory = region(120);
  memset(registers, 0, sizeof registers);
  TEST(!writes(ports, 0, 1, 8) && writes(ports, 0, 1, 4) && !writes(ports, 0, 2, 4));
  TEST(points(ports, 8, memory, 0) && writes(ports, 0, 1, 8) && writes(ports, 4, 4, 120));
  TEST(!writes(ports, 0, 1, 0x18) && writes(ports, 4, 4, 120));  // refused: nothing is forgotten
  TEST(writes(ports, 4, 4, 0) && !points(ports, 8, memory, 21) && points(ports, 8, memory, 20));  // it is on
  TEST(writes(ports, 0, 1, 0x10) && !writes(ports, 4, 4, 1) && !writes(ports, 0, 1, 8));
  TEST(points(ports, 8, memory, 21) && !writes(ports, 0, 1, 8) && writes(ports, 4, 4, 99));
  TEST(!points(RESTRICTED(NUMBERS(RULE_RESET, 0, 1, 0x10)), 0, memory, 0));
}

static void test_window(void) {
  static _Alignas(16) uint8_t memory[64];
  Value window = capability(CAPABILITY_WINDOW, (sword)((uintptr_t)memory / WINDOW_UNIT_BYTES), 64, shared_vector(1, (Value[]){NUMBERS(RULE_FREE, 8, 8)}),
                            shared_vector(2, NULL));
  TEST(!device_write(window, 8, 4, 0x11223344) && !device_write(window, 12, 2, 0x5566) && !device_write(window, 15, 1, 0x77));
  TEST(memory[8] == 0x44 && memory[11] == 0x11 && memory[12] == 0x66 && memory[15] == 0x77 && memory[16] == 0 && memory[7] == 0);
  TEST(device_read(window, 8, 4) == 0x11223344 && device_read(window, 12, 2) == 0x5566 && device_read(window, 15, 1) == 0x77);
  TEST(device_write(window, 16, 1, 1) && device_write(window, 6, 4, 1) && memory[16] == 0 && memory[7] == 0);
}

// --- who has what --------------------------------------------------------------------------------------------------
static Value step(Value ports, const uint32_t *rest, unsigned n) {
  Value slots[5] = {ports};
  for (unsigned i = 0; i < n; i++) slots[i + 1] = fixnum((sword)rest[i]);
  return shared_vector(n + 1, slots);
}

static bool is_known(Value v) {
  for (Value list = first.heap->roots[ROOT_DEVICES]; is_pair(list); list = pair_cdr(list))
    if (value_eq(pair_car(list), v)) return true;
  return false;
}

static Value make_device(Value all, Value capabilities, struct process *p) {
  Value silence = shared_pair(step(all, (uint32_t[]){0, 1, 0x10}, 3), shared_pair(step(all, (uint32_t[]){4, 2, 0xff00, 0x0042}, 4), VALUE_NIL));
  Value device = capability(CAPABILITY_DEVICE, 0, 0, capabilities, silence);
  CHECK(device_add(device));
  device_hand_over(device, p);
  return device;
}

static bool was_silenced(void) {
  return n_log == 2 && log[0].port == BASE && log[0].width == 1 && log[0].value == 0x10 && log[1].port == BASE + 4 && log[1].width == 2 &&
         log[1].value == 0xab42 && log[0].is_owned && log[1].is_owned;
}

static void test_owners(void) {
  Value all = capability(CAPABILITY_PORTS, BASE, N_REGISTERS, VALUE_FALSE, VALUE_FALSE), ports = RESTRICTED(NUMBERS(RULE_FREE, 0, 4)), line = interrupt(5);
  TEST(device_is_mine(all) && device_is_mine(ports) && device_is_mine(line) && lines[5]);
  Value memory = region(100), device = make_device(all, shared_pair(ports, shared_pair(line, shared_pair(memory, VALUE_NIL))), &driver);
  TEST(device_is_mine(all) && !device_is_mine(ports) && !device_is_mine(line) && !device_is_mine(memory) && !device_is_mine(device));
  cpu.running = &driver;
  TEST(!device_is_mine(all) && device_is_mine(ports) && device_is_mine(line) && device_is_mine(memory));
  watched = memory, n_log = 0;
  memset(registers, 0xab, sizeof registers);
  device_owner_ends(&other);
  TEST(n_log == 0 && device_is_mine(ports));
  device_owner_ends(&driver);
  TEST(was_silenced());
  TEST(!device_is_mine(ports) && !device_is_mine(line) && !device_is_mine(memory) && !device_is_mine(device));
  TEST(!is_known(device) && !is_known(line) && !lines[5]);
  device_revoke(device);
  device_owner_ends(&driver);
  TEST(n_log == 2);  // silenced once
  cpu.running = &first;
  TEST(device_is_mine(all));
}

// Its maker takes back a device, or only a part of one.
static void test_revoked(void) {
  Value all = capability(CAPABILITY_PORTS, BASE, N_REGISTERS, VALUE_FALSE, VALUE_FALSE), ports = RESTRICTED(NUMBERS(RULE_FREE, 0, 4)), line = interrupt(6);
  Value device = make_device(all, shared_pair(ports, shared_pair(line, VALUE_NIL)), &driver);
  watched = device, n_log = 0;
  memset(registers, 0xab, sizeof registers);
  device_revoke(ports);
  TEST(n_log == 0 && value_eq(object_field(ports, CAPABILITY_OWNER), VALUE_FALSE) && is_known(device));
  device_revoke(line);
  TEST(!is_known(line) && !lines[6]);
  device_revoke(device);
  TEST(was_silenced() && !is_known(device));
  // Two devices of one process.
  Value one = make_device(all, VALUE_NIL, &driver), two = make_device(all, VALUE_NIL, &driver), three = make_device(all, VALUE_NIL, &other);
  n_log = 0;
  device_owner_ends(&driver);
  TEST(n_log == 4 && !is_known(one) && !is_known(two) && is_known(three));
  device_owner_ends(&other);
  TEST(n_log == 6 && !is_pair(first.heap->roots[ROOT_DEVICES]));
}

// What an address register was told stays, though nobody else has it, until the device is silenced.
static void test_regions_stay(void) {
  Value *keep = &first.heap->roots[ROOT_TEMP_1];
  Value all = capability(CAPABILITY_PORTS, BASE, N_REGISTERS, VALUE_FALSE, VALUE_FALSE);
  Value ports = RESTRICTED(NUMBERS(RULE_RESET, 0, 1, 0x10), NUMBERS(RULE_ADDRESS, 8, 4)), told = region(50000), replaced = region(50000);
  *keep = make_device(all, shared_pair(ports, VALUE_NIL), &driver);
  watched = VALUE_FALSE;
  TEST(points(ports, 8, replaced, 0) && points(ports, 8, told, 8));
  Value bytes = object_field(told, CAPABILITY_CONTENT);
  memset(bytes_data(bytes), 0x5a, 50000);
  *keep = VALUE_FALSE;
  commons_collect();
  commons_collect();
  TEST(commons_is_object(told) && commons_is_object(bytes) && bytes_data(bytes)[49999] == 0x5a && is_known(pair_car(first.heap->roots[ROOT_DEVICES])));
  TEST(!commons_is_object(replaced));
  cpu.running = &driver;
  device_owner_ends(&driver);
  cpu.running = &first;
  commons_collect();
  commons_collect();
  TEST(!commons_is_object(told) && !commons_is_object(bytes));
}

// --- interrupts ----------------------------------------------------------------------------------------------------
static void test_interrupts(void) {
  Value a = interrupt(9), b = interrupt(9), c = interrupt(3);
  TEST(lines[9] && lines[3] && count_of(a) == 0);
  lines[9] = false;  // as the platform does it
  device_interrupts(1 << 9);
  TEST(count_of(a) == 1 && count_of(b) == 1 && count_of(c) == 0 && !lines[9]);
  TEST(is_true(object_field(a, CAPABILITY_STATE)) && is_true(object_field(b, CAPABILITY_STATE)) && !is_true(object_field(c, CAPABILITY_STATE)));
  device_acknowledge(a);
  TEST(!lines[9] && is_true(object_field(b, CAPABILITY_STATE)));
  device_acknowledge(a);
  TEST(!lines[9]);
  device_acknowledge(b);
  TEST(lines[9]);
  lines[9] = lines[3] = false;
  device_interrupts(1 << 9 | 1 << 3 | 1 << 12);
  TEST(count_of(a) == 2 && count_of(c) == 1);
  device_acknowledge(c);
  TEST(lines[3] && !lines[9]);
  device_acknowledge(b);
  device_revoke(a);  // the one that had still to acknowledge
  TEST(lines[9] && !is_known(a) && is_known(b));
  lines[9] = false;
  device_interrupts(1 << 9);
  TEST(count_of(a) == 2 && count_of(b) == 3);
  device_revoke(b);
  TEST(!lines[9]);
  device_acknowledge(b);  // nobody listens
  TEST(!lines[9]);
  device_owner_ends(&first);
  TEST(!lines[3] && !is_pair(first.heap->roots[ROOT_DEVICES]));
}

// --- at random, with a model -----------------------------------------------------------------------------------------
struct model_rule {
  enum rule what;
  unsigned first, width;
  uint32_t mask, shift_or_enable, behind, extra;
  unsigned n_choices;
  uint32_t from[4], bytes[4];
};
static struct model {
  unsigned n;
  struct model_rule rules[N_RULES];
  uint8_t registers[N_REGISTERS];
  bool has_room[N_REGISTERS];  // a region was told to the address register here
  size_t room[N_REGISTERS];
} model;

static uint32_t model_reads(unsigned offset, unsigned width) {
  uint32_t v = 0;
  for (unsigned i = 0; i < width; i++) v |= (uint32_t)model.registers[offset + i] << (8 * i);
  return v;
}

static void model_put(unsigned offset, unsigned width, uint32_t value) {
  for (unsigned i = 0; i < width; i++) model.registers[offset + i] = (uint8_t)(value >> (8 * i));
}

// Which rule decides about one byte; model.n: none.
static unsigned model_owner(unsigned byte) {
  for (unsigned i = 0; i < model.n; i++)
    if (byte >= model.rules[i].first && byte < model.rules[i].first + model.rules[i].width) return i;
  return model.n;
}

// What the device needs behind its address with this value: a number that no region has if nobody knows.
static double model_needs(const struct model_rule *r, uint32_t value) {
  if (r->what == RULE_RESET) return value & r->shift_or_enable ? r->extra : 0;
  if (r->what == RULE_LENGTH) return r->shift_or_enable > 31 ? 1e12 : (double)((value & r->mask) >> r->shift_or_enable) + r->extra;
  for (unsigned i = 0; i < r->n_choices; i++)
    if ((value & r->mask) == r->from[i]) return r->bytes[i];
  return 1e12;
}

static double model_room(unsigned offset) {
  return model.has_room[offset] ? (double)model.room[offset] : 0;
}

static bool model_writes(unsigned offset, unsigned width, uint32_t value) {
  unsigned owner = model.n;
  for (unsigned i = 0; i < width; i++)
    if (model_owner(offset + i) < owner) owner = model_owner(offset + i);
  if (owner == model.n) return false;
  const struct model_rule *r = &model.rules[owner];
  if (r->what == RULE_ADDRESS) return false;
  if (r->what != RULE_FREE && (offset != r->first || width != r->width)) return false;
  if (r->what == RULE_FREE && (offset < r->first || offset + width > r->first + r->width)) return false;
  if (r->what == RULE_BITS) value = (model_reads(offset, width) & ~r->mask) | (value & r->mask);
  bool forgets = r->what == RULE_RESET && value & r->mask;
  if (r->what >= RULE_LENGTH && model_needs(r, value) > (forgets ? 0 : model_room(r->behind))) return false;
  if (forgets) memset(model.has_room, 0, sizeof model.has_room);
  model_put(offset, width, value);
  return true;
}

static bool model_points(unsigned offset, size_t length, size_t at, uint32_t address) {
  bool is_register = false;
  for (unsigned i = 0; i < model.n; i++) {
    const struct model_rule *r = &model.rules[i];
    is_register |= r->what == RULE_ADDRESS && r->first == offset;
    if (r->what >= RULE_LENGTH && r->behind == offset && model_needs(r, model_reads(r->first, r->width)) > (double)(length - at)) return false;
  }
  if (!is_register) return false;
  model.has_room[offset] = true;
  model.room[offset] = length - at;
  model_put(offset, 4, address);
  return true;
}

static Value random_rule(struct model_rule *r) {
  static const unsigned widths[] = {1, 2, 4};
  *r = (struct model_rule){.what = (enum rule)choose(6), .width = widths[choose(3)], .mask = choose(2) ? 0xff : test_random(&seed), .behind = 4 * choose(8),
                           .extra = choose(3) ? choose(200) : test_random(&seed)};
  if (r->what == RULE_FREE) r->width = 1 + choose(8);
  if (r->what == RULE_ADDRESS) r->width = 4;
  r->first = r->what == RULE_ADDRESS ? 4 * choose(8) : choose(N_REGISTERS - r->width + 1);
  r->shift_or_enable = r->what == RULE_LENGTH ? choose(40) : 1u << choose(8);
  if (r->what != RULE_CHOICE) return NUMBERS(r->what, r->first, r->width, r->mask, r->shift_or_enable, r->behind, r->extra);
  Value table = VALUE_NIL;
  r->mask &= 0x33;
  for (r->n_choices = 0; r->n_choices < 4; r->n_choices++) r->from[r->n_choices] = choose(4) * 0x11 & r->mask, r->bytes[r->n_choices] = choose(300);
  for (unsigned i = 4; i-- > 0;) table = shared_pair(shared_pair(fixnum((sword)r->from[i]), fixnum((sword)r->bytes[i])), table);
  return shared_vector(6, (Value[]){fixnum(RULE_CHOICE), fixnum((sword)r->first), fixnum((sword)r->width), fixnum((sword)r->mask), table,
                                    fixnum((sword)r->behind)});
}

static unsigned n_done;

static bool run_random(unsigned n_steps) {
  Value rules[N_RULES], regions[3] = {region(64), region(250), region(5000)};
  model = (struct model){.n = 1 + choose(N_RULES)};
  for (unsigned i = 0; i < model.n; i++) rules[i] = random_rule(&model.rules[i]);
  for (unsigned i = 0; i < N_REGISTERS; i++) model.registers[i] = registers[i] = (uint8_t)choose(3);
  Value ports = restricted(model.n, rules);
  for (unsigned i = 0; i < n_steps; i++) {
    bool wanted, got;
    if (choose(3)) {
      unsigned width = 1u << choose(3), offset = choose(N_REGISTERS - width + 1);
      uint32_t value = (choose(2) ? choose(260) : test_random(&seed)) & (width == 4 ? ~0u : (1u << (8 * width)) - 1);
      wanted = model_writes(offset, width, value);
      got = device_write(ports, offset, width, value) == NULL;
    } else {
      Value r = regions[choose(3)];
      size_t length = (size_t)fixnum_int(object_field(r, CAPABILITY_LENGTH)), at = choose((unsigned)length + 1);
      unsigned offset = choose(2) ? 4 * choose(8) : choose(N_REGISTERS - 3);
      wanted = model_points(offset, length, at, address_of(r, at));
      got = device_set_address(ports, offset, r, at) == NULL;
    }
    n_done += got;
    if (wanted != got || memcmp(registers, model.registers, sizeof registers) != 0) return false;
  }
  return true;
}

int main(int argc, char **argv) {
  if (argc > 1) seed = strtoull(argv[1], NULL, 10);
  char *arena = aligned_alloc(PAGE_BYTES, ARENA_BYTES);
  CHECK(arena && pages_init(arena, ARENA_BYTES, false));
  events_init();
  cpu.running = cpu.first = &first;
  first.heap = heap_create((size_t)4 << 20);
  CHECK(first.heap);
  first.heap->roots[ROOT_DEVICES] = VALUE_NIL;
  struct process *all[] = {&first, &driver, &other};
  for (unsigned i = 0; i < 3; i++) all[i]->handle = shared_vector(1, NULL);
  test_free_and_bits();
  test_first_rule();
  test_lengths();
  test_choices();
  test_reset();
  test_window();
  test_owners();
  test_revoked();
  test_interrupts();
  watched = VALUE_FALSE;
  unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 400;
  for (unsigned i = 0; i < n; i++) {
    TEST(run_random(300));
    if (i % 100 == 0) commons_collect();
  }
  TEST(n_done > 20 * n);
  test_regions_stay();
  return test_finish();
}

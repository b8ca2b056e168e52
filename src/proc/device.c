// Capabilities.
//
// Uses: see the header; gc/commons, proc/cells.
#include "proc/device.h"
#include "base/platform.h"
#include "data/number.h"
#include "gc/commons.h"
#include "proc/cells.h"
#include "proc/cpu.h"

// Those that are known, a list in the commons whose pairs may change.
static Value *known_devices(void) {
  return &cpu.first->heap->roots[ROOT_DEVICES];
}

Value device_capability(struct heap *heap, enum capability_kind kind, sword base, sword length, Value content, Value state) {
  uword *p = commons_alloc_for(heap, FIXED_BYTES(CAPABILITY_MAKER), false);
  if (!p) return VALUE_FALSE;
  p[0] = header_make(T_CAPABILITY, 0);
  p[CAPABILITY_KIND] = fixnum((sword)kind).w;
  p[CAPABILITY_BASE] = fixnum(base).w;
  p[CAPABILITY_LENGTH] = fixnum(length).w;
  p[CAPABILITY_OWNER] = p[CAPABILITY_MAKER] = cpu_process()->handle.w;
  p[CAPABILITY_CONTENT] = content.w;
  p[CAPABILITY_STATE] = state.w;
  return value_from_object(p);
}

bool device_is_mine(Value capability) {
  return value_eq(object_field(capability, CAPABILITY_OWNER), cpu_process()->handle);
}

// --- registers ---------------------------------------------------------------------------------------------
static uint64_t number_in(Value v, size_t i) {
  uint64_t n = 0;
  if (!is_type(v, T_VECTOR) || (size_t)vector_length(v) <= i || !integer_to_uint64(vector_slots(v)[i], &n)) return 0;
  return n;
}

static unsigned port_of(Value capability, size_t offset) {
  return (unsigned)((size_t)fixnum_int(object_field(capability, CAPABILITY_BASE)) + offset);
}

static volatile void *address_in(Value window, size_t offset) {
  return (volatile char *)((uintptr_t)fixnum_int(object_field(window, CAPABILITY_BASE)) * WINDOW_UNIT_BYTES) + offset;
}

uint32_t device_read(Value capability, size_t offset, unsigned width) {
  if (capability_kind(capability) == CAPABILITY_PORTS) return platform_port_in(port_of(capability, offset), width);
  volatile void *p = address_in(capability, offset);
  if (width == 1) return *(volatile uint8_t *)p;
  return width == 2 ? *(volatile uint16_t *)p : *(volatile uint32_t *)p;
}

static void write_register(Value capability, size_t offset, unsigned width, uint32_t value) {
  volatile void *p = address_in(capability, offset);
  if (capability_kind(capability) == CAPABILITY_PORTS) platform_port_out(port_of(capability, offset), width, value);
  else if (width == 1) *(volatile uint8_t *)p = (uint8_t)value;
  else if (width == 2) *(volatile uint16_t *)p = (uint16_t)value;
  else *(volatile uint32_t *)p = value;
}

// --- rules ---------------------------------------------------------------------------------------------------
static sword n_rules(Value capability) {
  Value rules = object_field(capability, CAPABILITY_CONTENT);
  return is_type(rules, T_VECTOR) ? vector_length(rules) : 0;
}

static Value rule_at(Value capability, sword i) {
  return vector_slots(object_field(capability, CAPABILITY_CONTENT))[i];
}

// What an address register was told: a region and an offset, two slots for each rule.
static Value *told(Value capability, sword i) {
  return vector_slots(object_field(capability, CAPABILITY_STATE)) + 2 * i;
}

static size_t region_length(Value region) {
  return (size_t)fixnum_int(object_field(region, CAPABILITY_LENGTH));
}

// How many bytes are left in the region behind what the address register at `offset` was told.
static size_t room_behind(Value capability, size_t offset) {
  for (sword i = 0; i < n_rules(capability); i++) {
    Value rule = rule_at(capability, i);
    if (number_in(rule, RULE_WHAT) != RULE_ADDRESS || number_in(rule, RULE_OFFSET) != offset) continue;
    Value *slots = told(capability, i);
    return is_capability(slots[0], CAPABILITY_REGION) ? region_length(slots[0]) - (size_t)fixnum_int(slots[1]) : 0;
  }
  return 0;
}

// How many bytes the card will use with this value in the register; UINT64_MAX: nobody knows.
static uint64_t bytes_used(Value rule, uint32_t value) {
  uint64_t masked = value & number_in(rule, RULE_MASK), shift = number_in(rule, RULE_SHIFT_OR_TABLE);
  if (number_in(rule, RULE_WHAT) == RULE_LENGTH)
    return shift < 32 ? (masked >> shift) + number_in(rule, RULE_EXTRA) : UINT64_MAX;
  Value table = is_type(rule, T_VECTOR) && vector_length(rule) > RULE_SHIFT_OR_TABLE ? vector_slots(rule)[RULE_SHIFT_OR_TABLE] : VALUE_NIL;
  for (; is_pair(table); table = pair_cdr(table)) {
    uint64_t from, bytes;
    Value entry = pair_car(table);
    if (!is_pair(entry) || !integer_to_uint64(pair_car(entry), &from) || !integer_to_uint64(pair_cdr(entry), &bytes)) continue;
    if (from == masked) return bytes;
  }
  return UINT64_MAX;
}

// How many bytes the card uses behind the address register at `offset`, as far as this rule's register says it.
static uint64_t bytes_used_behind(Value capability, Value rule, size_t offset) {
  uint64_t what = number_in(rule, RULE_WHAT);
  if (what < RULE_LENGTH || number_in(rule, RULE_BEHIND) != offset) return 0;
  uint32_t value = device_read(capability, (size_t)number_in(rule, RULE_OFFSET), (unsigned)number_in(rule, RULE_WIDTH));
  if (what == RULE_RESET) return value & number_in(rule, RULE_SHIFT_OR_TABLE) ? number_in(rule, RULE_EXTRA) : 0;
  return bytes_used(rule, value);
}

static void forget_regions(Value capability) {
  for (sword i = 0; i < n_rules(capability); i++) commons_store(told(capability, i), VALUE_FALSE);
}

static const char *write_by_rule(Value capability, Value rule, size_t offset, unsigned width, uint32_t value) {
  uint32_t mask = (uint32_t)number_in(rule, RULE_MASK);
  switch ((enum rule)number_in(rule, RULE_WHAT)) {
    case RULE_FREE: break;
    case RULE_BITS: value = (device_read(capability, offset, width) & ~mask) | (value & mask); break;
    case RULE_ADDRESS: return "the register takes an address, by port-set-address! alone";
    case RULE_LENGTH:
    case RULE_CHOICE:
      if (bytes_used(rule, value) > room_behind(capability, (size_t)number_in(rule, RULE_BEHIND)))
        return "with this value the card would go beyond the end of its region";
      break;
    case RULE_RESET: {
      size_t room = value & mask ? 0 : room_behind(capability, (size_t)number_in(rule, RULE_BEHIND));
      if (value & number_in(rule, RULE_SHIFT_OR_TABLE) && number_in(rule, RULE_EXTRA) > room)
        return "the card would use memory that no region gives it";
      if (value & mask) forget_regions(capability);
      break;
    }
    default: return "the register has a rule that nobody knows";
  }
  write_register(capability, offset, width, value);
  return NULL;
}

// The first rule that names one of the bytes decides.
const char *device_write(Value capability, size_t offset, unsigned width, uint32_t value) {
  if (is_false(object_field(capability, CAPABILITY_CONTENT))) {
    write_register(capability, offset, width, value);
    return NULL;
  }
  for (sword i = 0; i < n_rules(capability); i++) {
    Value rule = rule_at(capability, i);
    uint64_t first = number_in(rule, RULE_OFFSET), n = number_in(rule, RULE_WIDTH);
    if (offset >= first + n || first >= offset + width) continue;
    bool is_within = offset >= first && offset + width <= first + n, is_whole = offset == first && width == n;
    if (number_in(rule, RULE_WHAT) == RULE_FREE ? !is_within : !is_whole) return "the register is written as a whole, and alone";
    return write_by_rule(capability, rule, offset, width, value);
  }
  return "the register is not the driver's to write";
}

const char *device_set_address(Value capability, size_t offset, Value region, size_t region_offset) {
  size_t room = region_length(region) - region_offset;
  for (sword i = 0; i < n_rules(capability); i++)
    if (bytes_used_behind(capability, rule_at(capability, i), offset) > room)
      return "behind this address the region has less room than the card may use";
  for (sword i = 0; i < n_rules(capability); i++) {
    Value rule = rule_at(capability, i);
    if (number_in(rule, RULE_WHAT) != RULE_ADDRESS || number_in(rule, RULE_OFFSET) != offset) continue;
    commons_store(&told(capability, i)[0], region);
    commons_store(&told(capability, i)[1], fixnum((sword)region_offset));
    const uint8_t *bytes = bytes_data(object_field(region, CAPABILITY_CONTENT));
    write_register(capability, offset, 4, (uint32_t)(uintptr_t)(bytes + region_offset));
    return NULL;
  }
  return "the register is none for addresses";
}

// --- who has what -----------------------------------------------------------------------------------------------
bool device_add(Value capability) {
  uword *pair = commons_alloc(PAIR_BYTES, false);
  if (!pair) return false;
  pair[0] = capability.w;
  pair[1] = known_devices()->w;
  *known_devices() = value_from_pair(pair);
  commons_note(*known_devices());
  return true;
}

static void give(Value capability, Value handle) {
  commons_store(object_slot(capability, CAPABILITY_OWNER), handle);
}

void device_hand_over(Value device, struct process *p) {
  give(device, p->handle);
  for (Value list = object_field(device, CAPABILITY_CONTENT); is_pair(list); list = pair_cdr(list)) give(pair_car(list), p->handle);
}

// Steps of #(ports offset width value), or with a mask before the value: what of the register is kept.
static void silence(Value device) {
  for (Value list = object_field(device, CAPABILITY_STATE); is_pair(list); list = pair_cdr(list)) {
    Value step = pair_car(list), ports = vector_slots(step)[0];
    bool has_mask = vector_length(step) > 4;
    size_t offset = (size_t)number_in(step, 1);
    unsigned width = (unsigned)number_in(step, 2);
    uint32_t value = (uint32_t)number_in(step, has_mask ? 4 : 3);
    if (has_mask) value |= device_read(ports, offset, width) & (uint32_t)number_in(step, 3);
    write_register(ports, offset, width, value);
  }
}

static unsigned line_of(Value interrupt) {
  return (unsigned)fixnum_int(object_field(interrupt, CAPABILITY_BASE));
}

static bool line_has(unsigned line, bool is_pending) {
  for (Value list = *known_devices(); is_pair(list); list = pair_cdr(list)) {
    Value v = pair_car(list);
    if (!is_capability(v, CAPABILITY_INTERRUPT) || line_of(v) != line) continue;
    if (!is_pending || is_true(object_field(v, CAPABILITY_STATE))) return true;
  }
  return false;
}

// The line is open while somebody listens and nobody has still to acknowledge.
static void set_line(unsigned line) {
  platform_line_set(line, line_has(line, false) && !line_has(line, true));
}

static void forget(Value capability) {
  Value before = VALUE_FALSE;
  for (Value list = *known_devices(); is_pair(list); before = list, list = pair_cdr(list)) {
    if (!value_eq(pair_car(list), capability)) continue;
    if (is_pair(before)) commons_store(pair_cdr_slot(before), pair_cdr(list));
    else *known_devices() = pair_cdr(list);
    return;
  }
}

static void revoke_one(Value capability) {
  give(capability, VALUE_FALSE);
  if (!is_capability(capability, CAPABILITY_INTERRUPT)) return;
  forget(capability);
  set_line(line_of(capability));
}

void device_revoke(Value capability) {
  if (is_capability(capability, CAPABILITY_DEVICE) && is_true(object_field(capability, CAPABILITY_OWNER))) {
    silence(capability);
    for (Value list = object_field(capability, CAPABILITY_CONTENT); is_pair(list); list = pair_cdr(list)) revoke_one(pair_car(list));
    forget(capability);
  }
  revoke_one(capability);
}

void device_owner_ends(struct process *p) {
  Value list = *known_devices();
  while (is_pair(list)) {
    Value v = pair_car(list);
    list = pair_cdr(list);
    if (!value_eq(object_field(v, CAPABILITY_OWNER), p->handle)) continue;
    device_revoke(v);
    list = *known_devices();
  }
}

// --- interrupts ---------------------------------------------------------------------------------------------------
void device_interrupts(unsigned lines) {
  for (Value list = *known_devices(); is_pair(list); list = pair_cdr(list)) {
    Value v = pair_car(list);
    if (!is_capability(v, CAPABILITY_INTERRUPT) || !(lines >> line_of(v) & 1)) continue;
    commons_store(object_slot(v, CAPABILITY_STATE), VALUE_TRUE);
    cell_count_up(object_field(v, CAPABILITY_CONTENT));
  }
}

void device_acknowledge(Value interrupt) {
  commons_store(object_slot(interrupt, CAPABILITY_STATE), VALUE_FALSE);
  set_line(line_of(interrupt));
}

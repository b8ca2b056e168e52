// Capabilities of devices.
//
// Uses: proc/device.  Used by: prim/table.
//
// Under their public names, (ringlet hardware) exports what makes them from nothing, (ringlet device) what uses them.
#include "base/platform.h"
#include "data/number.h"
#include "data/string.h"
#include "gc/commons.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "proc/cpu.h"
#include "proc/device.h"

#define LINES_MOST 16
#define PORTS_END 0x10000

static Value refuse(struct context *cx, const char *who, const char *why, Value culprit) {
  return raise_condition(cx, KNOWN_TYPE, who, why, 1, &culprit);
}

static bool uint_in(Value v, uint64_t most, uint64_t *n) {
  return integer_to_uint64(v, n) && *n <= most;
}

// --- making ----------------------------------------------------------------------------------------------------
static Value make_capability(struct context *cx, const char *who, enum capability_kind kind, sword base, sword length, Value content,
                             Value state) {
  Value v = device_capability(cx->heap, kind, base, length, content, state);
  return is_true(v) ? v : outcome_commons(cx, who);
}

static Value no_hardware(struct context *cx, const char *who) {
  return raise_condition(cx, KNOWN_DEVICE, who, "there is no hardware here that a program may touch", 0, NULL);
}

PRIM(prim_make_ports) {
  uint64_t base, length;
  if (!uint_in(args[0], PORTS_END - 1, &base)) return raise_range(cx, "make-ports", 1, args[0], 0, PORTS_END - 1);
  if (!uint_in(args[1], PORTS_END - base, &length) || length == 0)
    return raise_range(cx, "make-ports", 2, args[1], 1, (sword)(PORTS_END - base));
  if (!platform_has_devices()) return no_hardware(cx, "make-ports");
  return make_capability(cx, "make-ports", CAPABILITY_PORTS, (sword)base, (sword)length, VALUE_FALSE, VALUE_FALSE);
}

PRIM(prim_make_window) {
  uint64_t base, length, end = platform_memory_end();
  if (!uint_in(args[0], UINT32_MAX, &base) || base % WINDOW_UNIT_BYTES)
    return raise_type(cx, "make-window", 1, "an address below 2^32, a multiple of 16", args[0]);
  if (!uint_in(args[1], (uint64_t)UINT32_MAX + 1 - base, &length) || length == 0 || length > INT32_MAX / 8)
    return raise_range(cx, "make-window", 2, args[1], 1, INT32_MAX / 8);
  if (!platform_has_devices()) return no_hardware(cx, "make-window");
  if (base < end) return refuse(cx, "make-window", "there is memory, and no device, at the address", args[0]);
  return make_capability(cx, "make-window", CAPABILITY_WINDOW, (sword)(base / WINDOW_UNIT_BYTES), (sword)length, VALUE_FALSE, VALUE_FALSE);
}

// (%make-interrupt line cell)
PRIM(prim_make_interrupt) {
  uint64_t line;
  if (!uint_in(args[0], LINES_MOST - 1, &line)) return raise_range(cx, "make-interrupt", 1, args[0], 0, LINES_MOST - 1);
  if (!is_type(args[1], T_RECORD) || !commons_may_hold(args[1])) return raise_type(cx, "%make-interrupt", 2, "a shared cell", args[1]);
  if (!platform_has_devices() && !platform_line_is_free((unsigned)line)) return no_hardware(cx, "make-interrupt");
  if (!platform_line_is_free((unsigned)line)) return refuse(cx, "make-interrupt", "the system has this line itself:", args[0]);
  Value v = make_capability(cx, "make-interrupt", CAPABILITY_INTERRUPT, (sword)line, 0, args[1], VALUE_FALSE);
  if (is_outcome(v)) return v;
  if (!device_add(v)) return outcome_commons(cx, "make-interrupt");
  device_acknowledge(v);
  return v;
}

// (%make-dma-region bytes)
PRIM(prim_make_region) {
  if (!is_type(args[0], T_BYTES) || !(pages.dst[page_of(value_address(args[0]))] & PAGE_DST_COMMONS))
    return raise_type(cx, "make-dma-region", 1, "a shared byte vector", args[0]);
  return make_capability(cx, "make-dma-region", CAPABILITY_REGION, 0, bytes_length(args[0]), args[0], VALUE_FALSE);
}

#define CHECK_CAPABILITY(who, i)                                                                      \
  if (!is_type(args[i], T_CAPABILITY)) return raise_type(cx, who, (i) + 1, "a capability", args[i]); \
  if (!device_is_mine(args[i])) return raise_condition(cx, KNOWN_DEVICE, who, "this is not, or no longer, this process's:", 1, &args[i])

static bool is_registers(Value v) {
  return is_capability(v, CAPABILITY_PORTS) || is_capability(v, CAPABILITY_WINDOW);
}

// (%restrict registers rules state)
PRIM(prim_restrict) {
  CHECK_CAPABILITY("restrict", 0);
  if (!is_registers(args[0])) return raise_type(cx, "restrict", 1, "ports or a window", args[0]);
  if (is_true(object_field(args[0], CAPABILITY_CONTENT))) return refuse(cx, "restrict", "this is restricted already:", args[0]);
  bool ok = is_type(args[1], T_VECTOR) && is_type(args[2], T_VECTOR) && commons_may_hold(args[1]) && commons_may_hold(args[2]) &&
            vector_length(args[2]) >= 2 * vector_length(args[1]);
  if (!ok) return raise_type(cx, "restrict", 2, "rules", args[1]);
  return make_capability(cx, "restrict", capability_kind(args[0]), fixnum_int(object_field(args[0], CAPABILITY_BASE)),
                         fixnum_int(object_field(args[0], CAPABILITY_LENGTH)), args[1], args[2]);
}

// A step of the silence: #(registers offset width value), or with a mask before the value.
static bool is_step(Value step) {
  uint64_t offset, width, value;
  if (!is_type(step, T_VECTOR) || vector_length(step) < 4 || vector_length(step) > 5) return false;
  Value *slots = vector_slots(step);
  if (!is_registers(slots[0]) || !device_is_mine(slots[0]) || is_true(object_field(slots[0], CAPABILITY_CONTENT))) return false;
  if (!integer_to_uint64(slots[1], &offset) || !integer_to_uint64(slots[2], &width) || (width != 1 && width != 2 && width != 4)) return false;
  for (sword i = 3; i < vector_length(step); i++)
    if (!uint_in(slots[i], UINT32_MAX, &value)) return false;
  uint64_t length = (uint64_t)fixnum_int(object_field(slots[0], CAPABILITY_LENGTH));
  return offset <= length && width <= length - offset;
}

// (%make-device process capabilities silence), lists in the commons
PRIM(prim_make_device) {
  if (!is_type(args[0], T_PROCESS)) return raise_type(cx, "make-device", 1, "a process", args[0]);
  struct process *p = process_of_handle(args[0]);
  if (!commons_may_hold(args[1]) || !commons_may_hold(args[2])) return raise_type(cx, "%make-device", 2, "a shared list", args[1]);
  Value list = args[1];
  for (; is_pair(list); list = pair_cdr(list)) {
    Value v = pair_car(list);
    if (!is_type(v, T_CAPABILITY) || is_capability(v, CAPABILITY_DEVICE)) return raise_type(cx, "make-device", 2, "a list of capabilities", v);
    if (!device_is_mine(v)) return raise_condition(cx, KNOWN_DEVICE, "make-device", "this is not, or no longer, this process's:", 1, &v);
  }
  for (list = args[2]; is_pair(list); list = pair_cdr(list))
    if (!is_step(pair_car(list))) return raise_type(cx, "make-device", 3, "steps of ports, offset, width, mask, value", pair_car(list));
  if (!p || p->is_dying) return raise_condition(cx, KNOWN_DEVICE, "make-device", "the process has ended:", 1, &args[0]);
  Value v = make_capability(cx, "make-device", CAPABILITY_DEVICE, 0, 0, args[1], args[2]);
  if (is_outcome(v)) return v;
  if (!device_add(v)) return outcome_commons(cx, "make-device");
  device_hand_over(v, p);
  return v;
}

PRIM(prim_revoke) {
  if (!is_type(args[0], T_CAPABILITY)) return raise_type(cx, "revoke!", 1, "a capability", args[0]);
  if (!value_eq(object_field(args[0], CAPABILITY_MAKER), cpu_process()->handle))
    return raise_condition(cx, KNOWN_DEVICE, "revoke!", "another process made this:", 1, &args[0]);
  device_revoke(args[0]);
  return VALUE_UNSPECIFIED;
}

// --- registers -----------------------------------------------------------------------------------------------------
// Not an outcome: arguments 0 to 2 are registers, an offset and a width within them.
static Value check_register(struct context *cx, const char *who, Value *args, uint64_t *offset, uint64_t *width) {
  CHECK_CAPABILITY(who, 0);
  if (!is_registers(args[0])) return raise_type(cx, who, 1, "ports or a window", args[0]);
  uint64_t length = (uint64_t)fixnum_int(object_field(args[0], CAPABILITY_LENGTH));
  if (!integer_to_uint64(args[2], width) || (*width != 1 && *width != 2 && *width != 4))
    return raise_type(cx, who, 3, "a width of 1, 2 or 4 bytes", args[2]);
  if (!uint_in(args[1], length, offset) || *width > length - *offset)
    return raise_range(cx, who, 2, args[1], 0, (sword)length - (sword)*width);
  return VALUE_TRUE;
}

PRIM(prim_register_ref) {
  uint64_t offset, width;
  Value ok = check_register(cx, "port-ref", args, &offset, &width);
  if (is_outcome(ok)) return ok;
  if (!heap_reserve(cx->heap, INTEGER_WORD_BYTES)) return outcome_collect(cx, INTEGER_WORD_BYTES);
  return integer_from_uint64(cx->heap, device_read(args[0], (size_t)offset, (unsigned)width));
}

PRIM(prim_register_set) {
  uint64_t offset, width, value;
  Value ok = check_register(cx, "port-set!", args, &offset, &width);
  if (is_outcome(ok)) return ok;
  if (!uint_in(args[3], width == 4 ? UINT32_MAX : (1u << (8 * width)) - 1, &value))
    return raise_type(cx, "port-set!", 4, "a number that fits into the register", args[3]);
  const char *why = device_write(args[0], (size_t)offset, (unsigned)width, (uint32_t)value);
  return why ? raise_condition(cx, KNOWN_DEVICE, "port-set!", why, 3, &args[1]) : VALUE_UNSPECIFIED;
}

// (port-set-address! registers offset region region-offset)
PRIM(prim_set_address) {
  uint64_t offset, at;
  CHECK_CAPABILITY("port-set-address!", 0);
  if (!is_registers(args[0])) return raise_type(cx, "port-set-address!", 1, "ports or a window", args[0]);
  sword length = fixnum_int(object_field(args[0], CAPABILITY_LENGTH));
  if (!uint_in(args[1], (uint64_t)length, &offset) || (uint64_t)length - offset < 4) return raise_range(cx, "port-set-address!", 2, args[1], 0, length - 4);
  CHECK_CAPABILITY("port-set-address!", 2);
  if (!is_capability(args[2], CAPABILITY_REGION)) return raise_type(cx, "port-set-address!", 3, "a DMA region", args[2]);
  sword room = fixnum_int(object_field(args[2], CAPABILITY_LENGTH));
  if (!uint_in(args[3], (uint64_t)room, &at)) return raise_range(cx, "port-set-address!", 4, args[3], 0, room);
  const char *why = device_set_address(args[0], (size_t)offset, args[2], (size_t)at);
  return why ? raise_condition(cx, KNOWN_DEVICE, "port-set-address!", why, 2, &args[1]) : VALUE_UNSPECIFIED;
}

// (port-read! registers offset width bytes [start end]) and port-write!
static Value transfer(struct context *cx, const char *who, Value *args, unsigned n, bool is_write) {
  uint64_t offset, width;
  Value ok = check_register(cx, who, args, &offset, &width);
  if (is_outcome(ok)) return ok;
  if (!is_type(args[3], T_BYTES)) return raise_type(cx, who, 4, "a byte vector", args[3]);
  if (!is_write && pages.dst[page_of(value_address(args[3]))] & PAGE_DST_FROZEN)
    return raise_type(cx, who, 4, "a byte vector that may be changed", args[3]);
  sword start, end;
  ok = arg_range(cx, who, args, n, 4, bytes_length(args[3]), &start, &end);
  if (is_outcome(ok)) return ok;
  if (end - start > TRANSFER_MOST || (end - start) % (sword)width)
    return raise_condition(cx, KNOWN_RANGE, who, "so many bytes cannot be moved at once:", 1, (Value[]){fixnum(end - start)});
  uint8_t *bytes = bytes_data(args[3]);
  for (sword i = start; i < end; i += (sword)width) {
    uint32_t value = 0;
    if (is_write) {
      memcpy(&value, bytes + i, (size_t)width);
      const char *why = device_write(args[0], (size_t)offset, (unsigned)width, value);
      if (why) return raise_condition(cx, KNOWN_DEVICE, who, why, 2, &args[1]);
    } else {
      value = device_read(args[0], (size_t)offset, (unsigned)width);
      memcpy(bytes + i, &value, (size_t)width);
    }
  }
  return VALUE_UNSPECIFIED;
}

PRIM(prim_register_read_bytes) {
  return transfer(cx, "port-read!", args, n, false);
}

PRIM(prim_register_write_bytes) {
  return transfer(cx, "port-write!", args, n, true);
}

// --- interrupts and regions -------------------------------------------------------------------------------------------
#define CHECK_INTERRUPT(who)                                                                               \
  CHECK_CAPABILITY(who, 0);                                                                                \
  if (!is_capability(args[0], CAPABILITY_INTERRUPT)) return raise_type(cx, who, 1, "an interrupt", args[0])

PRIM(prim_interrupt_cell) {
  CHECK_INTERRUPT("interrupt-wait");
  return object_field(args[0], CAPABILITY_CONTENT);
}

PRIM(prim_interrupt_is_pending) {
  CHECK_INTERRUPT("interrupt-wait");
  return object_field(args[0], CAPABILITY_STATE);
}

PRIM(prim_interrupt_acknowledge) {
  CHECK_INTERRUPT("interrupt-acknowledge!");
  device_acknowledge(args[0]);
  return VALUE_UNSPECIFIED;
}

PRIM(prim_region_bytes) {
  CHECK_CAPABILITY("dma-region-bytes", 0);
  if (!is_capability(args[0], CAPABILITY_REGION)) return raise_type(cx, "dma-region-bytes", 1, "a DMA region", args[0]);
  return object_field(args[0], CAPABILITY_CONTENT);
}

PRIM(prim_is_capability) {
  return value_bool(is_type(args[0], T_CAPABILITY));
}

// --- links of the hosted system ---------------------------------------------------------------------------------------
// The name of link args[0]; NULL: there is none.
static const char *link_name(Value v) {
  uint64_t number;
  return uint_in(v, LINES_MOST - 1, &number) ? platform_link_name((int)number) : NULL;
}

PRIM(prim_link_name) {
  const char *name = link_name(args[0]);
  if (!name) return VALUE_FALSE;
  Value bytes = bytes_make_raw(cx, strlen(name));
  if (!is_outcome(bytes)) memcpy(bytes_data(bytes), name, strlen(name));
  return bytes;
}

#define CHECK_LINK(who)                                                               \
  if (!link_name(args[0])) return raise_type(cx, who, 1, "a link", args[0]);          \
  if (!is_type(args[1], T_BYTES)) return raise_type(cx, who, 2, "a byte vector", args[1])

// (%link-read! link bytes)
PRIM(prim_link_read) {
  CHECK_LINK("%link-read!");
  if (pages.dst[page_of(value_address(args[1]))] & PAGE_DST_FROZEN)
    return raise_type(cx, "%link-read!", 2, "a byte vector that may be changed", args[1]);
  int length = platform_link_read((int)fixnum_int(args[0]), (char *)bytes_data(args[1]), (size_t)bytes_length(args[1]));
  return length == LINK_IS_GONE ? VALUE_EOF : length == LINK_HAS_NOTHING ? VALUE_FALSE : fixnum(length);
}

// (%link-write link bytes start end)
PRIM(prim_link_write) {
  sword start, end;
  CHECK_LINK("%link-write");
  Value ok = arg_range(cx, "%link-write", args, n, 2, bytes_length(args[1]), &start, &end);
  if (is_outcome(ok)) return ok;
  return value_bool(platform_link_write((int)fixnum_int(args[0]), (char *)bytes_data(args[1]) + start, (size_t)(end - start)));
}

const struct primitive devices_primitives[] = {
    {"%make-ports", prim_make_ports, 2, 2,
     "(%make-ports base length)\nThe capability to use the LENGTH I/O ports from BASE on, of this process until make-device gives it away.", true},
    {"%make-window", prim_make_window, 2, 2,
     "(%make-window address length)\nThe capability to use LENGTH bytes of a device's memory at the physical ADDRESS, a multiple of 16 outside of the machine's memory.", true},
    {"%make-interrupt", prim_make_interrupt, 2, 2, "(%make-interrupt line cell)\nSee make-interrupt; CELL, shared, counts.", true},
    {"%make-dma-region", prim_make_region, 1, 1, "(%make-dma-region bytes)\nThe capability to let a card use BYTES, shared.", true},
    {"%restrict", prim_restrict, 3, 3, "(%restrict registers rules state)\nSee restrict: RULES are as in proc/device.h.", true},
    {"%make-device", prim_make_device, 3, 3, "(%make-device process capabilities silence)\nSee make-device.", true},
    {"%revoke!", prim_revoke, 1, 1, "(%revoke! capability)\nNobody can use CAPABILITY, which this process made, any more; a device is silenced first."},
    {"%port-ref", prim_register_ref, 3, 3,
     "(%port-ref registers offset width)\nWhat the register of WIDTH bytes (1, 2 or 4) at OFFSET of REGISTERS, ports or a window, reads."},
    {"%port-set!", prim_register_set, 4, 4,
     "(%port-set! registers offset width value)\nWrite VALUE to the register of WIDTH bytes at OFFSET of REGISTERS, ports or a window, if its rules allow that: see restrict."},
    {"%port-set-address!", prim_set_address, 4, 4,
     "(%port-set-address! registers offset region region-offset)\nTell the card, in its register of 4 bytes at OFFSET of REGISTERS, to use the DMA REGION from REGION-OFFSET on. "
     "Nothing else writes to such a register."},
    {"%port-read!", prim_register_read_bytes, 4, 6,
     "(%port-read! registers offset width bytes [start [end]])\nFill BYTES by reading the same register of WIDTH bytes again and again."},
    {"%port-write!", prim_register_write_bytes, 4, 6,
     "(%port-write! registers offset width bytes [start [end]])\nWrite BYTES to the same register of WIDTH bytes, one after the other."},
    {"%interrupt-cell", prim_interrupt_cell, 1, 1, "(%interrupt-cell interrupt)\nThe shared cell that counts its interrupts."},
    {"%interrupt-pending?", prim_interrupt_is_pending, 1, 1, "(%interrupt-pending? interrupt)\nIs there one to be acknowledged?"},
    {"%interrupt-acknowledge!", prim_interrupt_acknowledge, 1, 1,
     "(%interrupt-acknowledge! interrupt)\nLet the line of INTERRUPT come again; to be called when the card does not ask any more."},
    {"%dma-region-bytes", prim_region_bytes, 1, 1, "(%dma-region-bytes region)\nThe byte vector that the card uses, shared; it may change at any time."},
    {"%link-name", prim_link_name, 1, 1, "(%link-name link)\nWhat the link of this number was asked for as, the text's bytes, or #f if there is none."},
    {"%link-read!", prim_link_read, 2, 2,
     "(%link-read! link bytes)\nPut the next frame into BYTES and return its length, which may be larger; #f: there is none, eof: the link is gone."},
    {"%link-write", prim_link_write, 4, 4, "(%link-write link bytes start end)\nSend a frame; #f if there is no room for it now."},
    {"%capability?", prim_is_capability, 1, 1, "(%capability? object)\nIs OBJECT a capability?"},
};
const unsigned n_devices_primitives = ARRAY_LENGTH(devices_primitives);

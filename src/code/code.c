// Bytecode: instruction lengths, linking, source positions.
//
// Uses: obj.  Used by: see code.h.
#include "code/code.h"

const struct op_info op_infos[N_OPS] = {
#define OP(name, operands) {#name, operands},
#include "code/op.def"
#undef OP
};

unsigned op_length(const Unit *pc) {
  unsigned n = 1;
  unsigned last = 0;
  for (const char *o = op_infos[*pc].operands; *o; o++) {
    if (*o == '*') {
      n += last;
    } else {
      last = pc[n];
      n += *o == 'j' || *o == 'K' ? 2 : 1;
    }
  }
  return n;
}

// A constant lies before the units: constant i of n is (n - i) words in front of the first unit.
static void relink(Value code, bool link) {
  Unit *units = code_units(code);
  unsigned n_units = (unsigned)fixnum_int(object_field(code, CODE_N_UNITS));
  unsigned n_constants = code_n_constants(code);
  unsigned units_per_word = WORD_BYTES / sizeof(Unit);
  for (unsigned at = 0; at < n_units;) {
    unsigned length = op_length(units + at);
    unsigned n = 1;
    for (const char *o = op_infos[units[at]].operands; *o && *o != '*'; o++) {
      if (*o == 'k') {
        unsigned distance_or_index = units[at + n];
        unsigned other = link ? at + (n_constants - distance_or_index) * units_per_word
                              : n_constants - (distance_or_index - at) / units_per_word;
        CHECK(other <= 0xffff);
        units[at + n] = (Unit)other;
      }
      n += *o == 'j' || *o == 'K' ? 2 : 1;
    }
    at += length;
  }
}

void code_link(Value code) {
  relink(code, true);
}

void code_unlink(Value code) {
  relink(code, false);
}

// --- debugging --------------------------------------------------------------------------------

static uint32_t next_varint(struct code_walk *walk) {
  uint32_t n = 0;
  for (unsigned shift = 0; walk->at < walk->end && shift < 35; shift += 7) {
    unsigned byte = *walk->at++;
    n |= (uint32_t)(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return n;
}

static struct code_walk debug_bytes(Value code) {
  Value bytes = object_field(code, CODE_DEBUG);
  if (!is_type(bytes, T_BYTES)) return (struct code_walk){NULL, NULL};
  return (struct code_walk){bytes_data(bytes), bytes_data(bytes) + bytes_length(bytes)};
}

// Go past the positions; the last one at or before `offset`, and its flags.
static uint32_t walk_positions(struct code_walk *walk, unsigned offset, unsigned *flags) {
  uint32_t at = 0, line = 0, found = 0;
  *flags = 0;
  for (uint32_t n = next_varint(walk); n > 0 && walk->at < walk->end; n--) {
    at += next_varint(walk);
    uint32_t lines = next_varint(walk);
    line += lines >> 4 ^ -(lines >> 3 & 1);
    uint32_t column = next_varint(walk);
    if (at > offset) continue;
    found = line << 10 | column;
    *flags = lines & 7;
  }
  return found;
}

uint32_t code_position(Value code, unsigned offset) {
  struct code_walk walk = debug_bytes(code);
  unsigned flags;
  return walk_positions(&walk, offset, &flags);
}

unsigned code_operator(Value code, unsigned offset) {
  struct code_walk walk = debug_bytes(code);
  unsigned flags;
  walk_positions(&walk, offset, &flags);
  return flags;
}

struct code_walk code_variables(Value code) {
  struct code_walk walk = debug_bytes(code);
  unsigned flags;
  walk_positions(&walk, 0, &flags);
  return walk;
}

bool code_next_variable(struct code_walk *walk, Value code, unsigned offset, struct code_variable *variable) {
  while (walk->at < walk->end) {
    uint32_t place = next_varint(walk), constant = next_varint(walk);
    *variable = (struct code_variable){VALUE_FALSE, place >> 1 & 7, place & 1, place >> 4};
    bool there = constant < code_n_constants(code);
    if (there) variable->name = code_constant(code, constant);
    if (variable->kind != PLACE_CAPTURED) {
      uint32_t start = next_varint(walk), n_units = next_varint(walk);
      there = there && offset >= start && offset - start < n_units;
    }
    if (there) return true;
  }
  return false;
}

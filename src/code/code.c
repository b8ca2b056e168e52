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

uint32_t code_position(Value code, unsigned offset) {
  Value lines = object_field(code, CODE_LINES);
  if (!is_type(lines, T_BYTES)) return 0;
  const uint32_t *entries = (const uint32_t *)bytes_data(lines);
  size_t n = (size_t)bytes_length(lines) / 8;
  uint32_t position = 0;
  for (size_t i = 0; i < n && entries[2 * i] <= offset; i++)
    position = entries[2 * i + 1];
  return position;
}

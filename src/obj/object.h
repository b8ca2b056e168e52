// Headered objects: sizes by the type table, and accessors for the fixed fields.
//
// Uses: obj/value.  Used by: everything above.
//
// Reading is by these accessors; stores of Values are in gc/heap.h.
#ifndef OBJ_OBJECT_H
#define OBJ_OBJECT_H

#include "obj/value.h"

enum object_shape { SHAPE_FIXED, SHAPE_AUX, SHAPE_COUNT_WORDS, SHAPE_COUNT_BYTES, SHAPE_MIXED, SHAPE_WINDOW,
                    SHAPE_ELSEWHERE };

struct type_info {
  const char *name;
  enum object_shape shape;
  unsigned short n_payload_words, n_value_words;
};
extern const struct type_info type_infos[N_OBJECT_TYPES];

// The tag is subtracted, not masked, so that it and a field's offset are one displacement.
static inline uword *object_words(Value v) {
  ASSERT(is_object(v));
  return (uword *)(v.w - TAG_OBJECT);
}
static inline uword object_header(Value v) {
  return *object_words(v);
}
static inline bool is_type(Value v, enum object_type type) {
  return is_object(v) && header_has_type(object_header(v), type);
}
static inline unsigned object_flags(Value v, unsigned flags) {
  return (unsigned)object_header(v) & flags;
}
// Word `i` of an object, the header being word 0.
static inline Value object_field(Value v, unsigned i) {
  return value_from_word(object_words(v)[i]);
}
static inline Value *object_slot(Value v, unsigned i) {
  return (Value *)&object_words(v)[i];
}

// An object is two words at least, so that a forwarding address fits (AUX_BYTES sees to that; every
// other shape has it); only a GAP, which never lives, is 8 bytes on both word sizes.
static inline uword count_word(const uword *p, unsigned i) {
  return p[i] >> 1;
}
// Size of the object at `p` in bytes, its header included, rounded up to 8.  O(1).
static inline size_t object_size_bytes(const uword *p);
// The Values of the object at `p`: *first is the first, the result how many.  O(1).
static inline size_t object_values(uword *p, Value **first);

// --- pairs ----------------------------------------------------------------------------------
#define PAIR_BYTES (2 * sizeof(Value))
static inline Value pair_car(Value p) {
  ASSERT(is_pair(p));
  return *(Value *)(p.w - TAG_PAIR);
}
static inline Value pair_cdr(Value p) {
  ASSERT(is_pair(p));
  return ((Value *)(p.w - TAG_PAIR))[1];
}
static inline Value *pair_car_slot(Value p) {
  return (Value *)(p.w - TAG_PAIR);
}
static inline Value *pair_cdr_slot(Value p) {
  return (Value *)(p.w - TAG_PAIR) + 1;
}

// --- vectors, byte vectors --------------------------------------------------------------------
#define VECTOR_BYTES(n) round_up((2 + (size_t)(n)) * sizeof(Value), 8)
#define BYTES_BYTES(n) round_up(2 * sizeof(Value) + (size_t)(n), 8)
#define AUX_BYTES(n) round_up((1 + (size_t)(n) + !(n)) * sizeof(Value), 8)
#define FIXED_BYTES(n_words) round_up((1 + (size_t)(n_words)) * sizeof(Value), 8)
#define MIXED_BYTES(n_words) round_up((3 + (size_t)(n_words)) * sizeof(Value), 8)
#define WINDOW_BYTES(n_words) round_up((4 + (size_t)(n_words)) * sizeof(Value), 8)
static inline sword vector_length(Value v) {
  return fixnum_int(object_field(v, 1));
}
static inline Value *vector_slots(Value v) {
  return object_slot(v, 2);
}
static inline sword bytes_length(Value v) {
  return fixnum_int(object_field(v, 1));
}
static inline unsigned char *bytes_data(Value v) {
  return (unsigned char *)object_slot(v, 2);
}

// --- strings, symbols, numbers ------------------------------------------------------------------
// A string holds its code points in a byte vector of 1 or 4 bytes each; a store of a wider
// character replaces that vector, so the string keeps its identity and indexing stays O(1).
enum { STRING_LENGTH = 1, STRING_WIDTH, STRING_DATA };
enum { SYMBOL_NAME = 1, SYMBOL_HASH };
enum { RATNUM_NUMERATOR = 1, RATNUM_DENOMINATOR };
enum { COMPNUM_REAL = 1, COMPNUM_IMAGINARY };
static inline sword string_length(Value s) {
  return fixnum_int(object_field(s, STRING_LENGTH));
}
static inline unsigned string_width(Value s) {
  return (unsigned)fixnum_int(object_field(s, STRING_WIDTH));
}
static inline uint32_t string_char(Value s, sword i) {
  unsigned char *data = bytes_data(object_field(s, STRING_DATA));
  return string_width(s) == 1 ? data[i] : ((uint32_t *)data)[i];
}
#define FLONUM_BYTES 16
static inline double flonum_double(Value v) {
  return *(double *)((char *)object_words(v) + 8);
}

// --- code, closures, primitives -------------------------------------------------------------------
// A code object never moves, so a return address may stand raw on a stack (OBJ-2).  After its two MIXED
// words come CODE_FIXED Values, then the constants, then (raw) the instructions as 16-bit units.
enum {
  CODE_NAME = 3,     // symbol or #f
  CODE_ARITY,        // fixnum: n_required | n_optional << 10 | has_rest << 20
  CODE_FRAME_SIZE,   // fixnum: registers, outgoing calls included
  CODE_N_UNITS,      // fixnum
  CODE_PARAMETERS,   // list of symbols, dotted when there is a rest: the signature
  CODE_FILE,         // string or #f
  CODE_DEBUG,        // byte vector: source positions, and where variables are; see code/code.h
  CODE_DOC,          // docstring or #f
  CODE_CONSTANTS
};
#define CODE_FIXED_VALUES (CODE_CONSTANTS - 3)
typedef uint16_t Unit;
static inline unsigned code_n_constants(Value code) {
  return (unsigned)fixnum_int(object_field(code, 2)) - CODE_FIXED_VALUES;
}
static inline Unit *code_units(Value code) {
  // A fixnum is twice its number.
  return (Unit *)((char *)object_slot(code, 3) + object_field(code, 2).w * (WORD_BYTES / 2));
}
static inline Value code_constant(Value code, unsigned i) {
  return object_field(code, CODE_CONSTANTS + i);
}
enum { CLOSURE_CODE = 1, CLOSURE_CAPTURED };
enum { PRIMITIVE_NAME = 1, PRIMITIVE_INDEX };
enum { CELL_VALUE = 1, CELL_NAME, CELL_FLAGS, CELL_DOC, CELL_INITIAL /* see data/local.h */ };
// CELL_FLAGS, a fixnum: a library's definition that nothing assigns, so its value may be inlined.
#define CELL_CONSTANT 1
enum { BOX_VALUE = 1 };
enum { RECORD_TYPE = 1, RECORD_FIELDS };
// A record type descriptor is itself a record whose type is the root ROOT_RTD_RTD; its fields:
enum { RTD_NAME = RECORD_FIELDS, RTD_FIELD_NAMES /* vector */, RTD_PARENT /* rtd or #f */ };
enum { ENV_NAME = 1, ENV_BINDINGS /* table symbol -> cell, macro, special */, ENV_IMPORTS /* likewise */,
       ENV_FIXED /* boolean: nothing more can be defined in it */ };
enum { MACRO_LITERALS = 1, MACRO_RULES, MACRO_ENVIRONMENT, MACRO_ELLIPSIS, MACRO_NAME };
enum { ALIAS_NAME = 1 /* symbol or alias */, ALIAS_ENVIRONMENT, ALIAS_HIDDEN /* boolean */ };
enum { SPECIAL_ID = 1, SPECIAL_NAME };
enum { PARAMETER_VALUE = 1, PARAMETER_CONVERTER, PARAMETER_NAME };
enum {
  CONDITION_TYPE = 1,  // symbol: type range arity unbound divide read syntax memory stack break file user ...
  CONDITION_WHO,       // symbol or #f: the procedure
  CONDITION_MESSAGE,   // string
  CONDITION_IRRITANTS, // list
  CONDITION_POSITION,  // #f, or a pair (file . line << 10 | column)
  CONDITION_EXTRA,     // for libraries: backtrace and the like
  CONDITION_ARGUMENTS  // #f, or the list of arguments of the failed call
};

// --- threads, stacks, continuations ------------------------------------------------------------------
// See vm/vm.h for what they mean.
enum {
  CONT_SEGMENT = 1, CONT_BASE /* fixnum slot index */, CONT_TOP, CONT_PC /* raw */, CONT_NEXT,
  CONT_WINDERS, CONT_HANDLERS, CONT_PARAMETERS, CONT_SHARED /* boolean */,
  CONT_PORTION
};
enum {
  THREAD_SEGMENT = 1, THREAD_NEXT /* continuation below the running portion */,
  THREAD_WINDERS, THREAD_HANDLERS, THREAD_PARAMETERS, THREAD_NAME,
  THREAD_SPARE /* a cached free segment */,
  // of a thread that is not running (vm/vm.h)
  THREAD_PC /* raw */, THREAD_FP /* fixnum slot index */, THREAD_BASE /* likewise */, THREAD_N_ARGS, THREAD_EPOCH,
  // for the scheduler (proc/thread.h)
  THREAD_STATE /* fixnum */, THREAD_PRIORITY, THREAD_TOKEN, THREAD_LINK, THREAD_BACK,
  THREAD_DATA /* whatever the library likes */,
  THREAD_DEADLINE /* two raw words: high and low half */
};
#define THREAD_WORDS (THREAD_DEADLINE + 1)
enum { STACK_CAPACITY = 1, STACK_LIVE_FROM, STACK_LIVE, STACK_SLOTS };
enum { PORTION_ADDRESS = 1, PORTION_COUNT };

// --- processes -------------------------------------------------------------------------------------------
// What others know a process by, in the commons; see proc/process.h.
enum { PROCESS_SERIAL = 1, PROCESS_ADDRESS /* raw, 0 when it has ended */, PROCESS_REASON, PROCESS_NAME, PROCESS_WATCHERS };

// --- capabilities -------------------------------------------------------------------------------------------
// In the commons; see proc/device.h.
enum {
  CAPABILITY_KIND = 1, CAPABILITY_BASE /* a port, an address in units, a line */, CAPABILITY_LENGTH /* in bytes */,
  CAPABILITY_OWNER /* a process; #f: revoked */, CAPABILITY_CONTENT /* rules or #f, a cell, bytes, a list */,
  CAPABILITY_STATE /* regions told, whether pending, the silence */, CAPABILITY_MAKER
};
#define WINDOW_UNIT_BYTES 16

// --- weak references ----------------------------------------------------------------------------------
// Three types with the same words.  WEAK_KEY is found dead when nothing else refers to it; WEAK_VALUE counts as long as
// the key lives; WEAK_REST always.  Marking alone treats them so; minor collections keep all three.  A dead key has
// VALUE_DELETED in its place, and VALUE_FALSE is its value.
//   weak pair  the key is its car, the rest its cdr        ephemeron  no rest
//   guarded    what a guardian guards, its representative as the value, and the next of the guardian's list
enum { WEAK_REST = 1, WEAK_KEY, WEAK_VALUE, WEAK_LEFT /* raw from here on */, WEAK_RIGHT, WEAK_SAME, GUARDED_FIRED };
#define WEAK_BYTES FIXED_BYTES(WEAK_SAME)
#define GUARDED_BYTES FIXED_BYTES(GUARDED_FIRED)
#define GUARDED_IS_FIRED HEADER_FLAG_A  // its key was found dead: the value alone counts
// What is guarded and what is to be answered, both linked by WEAK_REST and ended by VALUE_FALSE.
enum { GUARDIAN_WAITING = 1, GUARDIAN_READY, GUARDIAN_LINK /* raw */ };
#define GUARDIAN_BYTES FIXED_BYTES(GUARDIAN_LINK)

// --- inline parts -------------------------------------------------------------------------------------
static inline size_t object_size_bytes(const uword *p) {
  const struct type_info *info = &type_infos[header_type(*p)];
  switch (info->shape) {
    case SHAPE_FIXED: case SHAPE_ELSEWHERE: return FIXED_BYTES(info->n_payload_words);
    case SHAPE_AUX: return AUX_BYTES(header_aux(*p));
    case SHAPE_COUNT_WORDS: return VECTOR_BYTES(count_word(p, 1));
    case SHAPE_COUNT_BYTES: return BYTES_BYTES(count_word(p, 1));
    case SHAPE_WINDOW: return WINDOW_BYTES(count_word(p, 1));
    default: return MIXED_BYTES(count_word(p, 1));
  }
}
static inline size_t object_values(uword *p, Value **first) {
  const struct type_info *info = &type_infos[header_type(*p)];
  *first = (Value *)p + 1;
  switch (info->shape) {
    case SHAPE_FIXED: return info->n_value_words;
    case SHAPE_AUX: return header_aux(*p);
    case SHAPE_COUNT_WORDS: *first = (Value *)p + 2; return count_word(p, 1);
    case SHAPE_COUNT_BYTES: return 0;
    case SHAPE_WINDOW: *first = (Value *)p + 4 + count_word(p, 2); return count_word(p, 3);
    case SHAPE_ELSEWHERE: *first = (Value *)p[1]; return count_word(p, 2);
    default: *first = (Value *)p + 3; return count_word(p, 2);
  }
}

#endif

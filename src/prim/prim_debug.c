// Primitives for tools that look at a running or compiled program: backtraces, instructions, expansions.
//
// Uses: vm, compile, data.  Used by: prim/table.
#include "compile/compile.h"
#include "data/list.h"
#include "data/string.h"
#include "data/symbol.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "vm/vm.h"

// --- backtraces -------------------------------------------------------------------------------

#define BACKTRACE_FRAMES 40
#define FRAME_VARIABLES 30
#define FRAME_FIELDS 5  // name, file, position, arguments, variables
#define FRAME_BYTES (VECTOR_BYTES(FRAME_FIELDS) + PAIR_BYTES)
#define VARIABLE_BYTES (VECTOR_BYTES(3) + 2 * PAIR_BYTES)

struct backtrace {
  struct heap *heap;
  struct list_builder frames;
  unsigned n, n_variables;
  bool counting;
};

static Value make_vector(struct heap *heap, unsigned n, const Value *values) {
  uword *p = heap_alloc(heap, VECTOR_BYTES(n));
  p[0] = header_make(T_VECTOR, 0);
  p[1] = fixnum((sword)n).w;
  for (unsigned i = 0; i < n; i++) p[2 + i] = values[i].w;
  if (VECTOR_BYTES(n) > (2 + n) * WORD_BYTES) p[2 + n] = 0;
  return value_from_object(p);
}

// VALUE_EMPTY: there is none at this point.
static Value value_of_variable(const struct code_variable *variable, Value procedure, const Value *fp) {
  if (variable->kind == PLACE_UNKEPT) return VALUE_EMPTY;
  Value v = variable->kind == PLACE_CAPTURED ? object_field(procedure, CLOSURE_CAPTURED + variable->index)
                                             : fp[variable->index];
  if (variable->boxed && is_type(v, T_BOX)) v = object_field(v, BOX_VALUE);
  return value_eq(v, VALUE_UNASSIGNED) ? VALUE_EMPTY : v;
}

// Arguments as a list, the rest list as its tail; variables as a list of #(name kind value), without a value
// #(name kind).
static void note_variables(struct backtrace *b, Value procedure, unsigned offset, const Value *fp, Value *fields) {
  Value code = object_field(procedure, CLOSURE_CODE);
  struct list_builder arguments = LIST_BUILDER(b->heap), variables = LIST_BUILDER(b->heap);
  struct code_walk walk = code_variables(code);
  struct code_variable variable;
  Value rest = VALUE_NIL;
  for (unsigned n = 0; n < FRAME_VARIABLES && code_next_variable(&walk, code, offset, &variable); n++) {
    b->n_variables++;
    if (b->counting) continue;
    Value v = value_of_variable(&variable, procedure, fp);
    bool has_value = !value_eq(v, VALUE_EMPTY);
    if (variable.kind == PLACE_PARAMETER) list_builder_add(&arguments, has_value ? v : VALUE_UNSPECIFIED);
    if (variable.kind == PLACE_REST && has_value) rest = v;
    Value parts[] = {variable.name, fixnum(variable.kind), v};
    list_builder_add(&variables, make_vector(b->heap, has_value ? 3 : 2, parts));
  }
  if (b->counting) return;
  fields[0] = list_builder_finish(&arguments, rest);
  fields[1] = list_builder_finish(&variables, VALUE_NIL);
}

static bool note_frame(void *context, Value procedure, const Unit *pc, Value *fp) {
  struct backtrace *b = context;
  if (is_type(procedure, T_PRIMITIVE)) return true;
  if (!is_type(procedure, T_CLOSURE)) return false;
  Value code = object_field(procedure, CLOSURE_CODE);
  unsigned offset = (unsigned)(pc - code_units(code));
  bool inside = offset <= (unsigned)fixnum_int(object_field(code, CODE_N_UNITS));
  offset = inside && offset ? offset - 1 : 0;
  Value fields[FRAME_FIELDS] = {object_field(code, CODE_NAME), object_field(code, CODE_FILE)};
  fields[2] = fixnum(inside ? (sword)code_position(code, offset) : 0);
  note_variables(b, procedure, offset, fp, fields + 3);
  if (!b->counting) list_builder_add(&b->frames, make_vector(b->heap, FRAME_FIELDS, fields));
  return ++b->n < BACKTRACE_FRAMES;
}

PRIM(prim_backtrace) {
  if (!is_type(args[0], T_CONT)) return raise_type(cx, "%backtrace", 1, "a continuation", args[0]);
  struct backtrace b = {.heap = cx->heap, .frames = LIST_BUILDER(cx->heap), .counting = true};
  vm_walk_frames((struct vm *)cx, args[0], note_frame, &b);
  size_t room = b.n * FRAME_BYTES + b.n_variables * VARIABLE_BYTES;
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  b = (struct backtrace){.heap = cx->heap, .frames = LIST_BUILDER(cx->heap)};
  vm_walk_frames((struct vm *)cx, args[0], note_frame, &b);
  return list_builder_finish(&b.frames, VALUE_NIL);
}

// --- where ------------------------------------------------------------------------------------

// Files of the system's own libraries begin so.
static const char *const system_files[] = {"lib/boot/", "lib/ringlet/", "lib/srfi/", "lib/scheme/", "lib/chibi/"};

static bool begins_with(Value string, const char *prefix) {
  sword n = (sword)strlen(prefix);
  if (string_length(string) < n) return false;
  for (sword i = 0; i < n; i++)
    if (string_char(string, i) != (unsigned char)prefix[i]) return false;
  return true;
}

static bool is_system_file(Value file) {
  for (unsigned i = 0; i < ARRAY_LENGTH(system_files); i++)
    if (begins_with(file, system_files[i])) return true;
  return false;
}

#define FRAMES_SEARCHED 200

struct search {
  unsigned n;
  Value file;
  uint32_t position;
};

static bool find_user_frame(void *context, Value procedure, const Unit *pc, Value *fp) {
  struct search *s = context;
  (void)fp;
  if (++s->n > FRAMES_SEARCHED) return false;
  if (!is_type(procedure, T_CLOSURE)) return true;
  Value code = object_field(procedure, CLOSURE_CODE);
  Value file = object_field(code, CODE_FILE);
  if (!is_string(file) || is_system_file(file)) return true;
  unsigned offset = (unsigned)(pc - code_units(code));
  if (offset > (unsigned)fixnum_int(object_field(code, CODE_N_UNITS))) return true;
  s->position = code_position(code, offset ? offset - 1 : 0);
  s->file = file;
  return s->position == 0;
}

PRIM(prim_user_position) {
  if (!is_type(args[0], T_CONT)) return raise_type(cx, "%user-position", 1, "a continuation", args[0]);
  if (!heap_reserve(cx->heap, PAIR_BYTES)) return outcome_collect(cx, PAIR_BYTES);
  struct search s = {.file = VALUE_FALSE};
  vm_walk_frames((struct vm *)cx, args[0], find_user_frame, &s);
  return s.position ? pair_make(cx->heap, s.file, fixnum((sword)s.position)) : VALUE_FALSE;
}

// --- instructions -----------------------------------------------------------------------------

static bool is_offset(Value code, Value offset) {
  return is_fixnum(offset) && offset.w < object_field(code, CODE_N_UNITS).w;
}

// One operand at `unit` of the instruction at `at`, and the units it takes.
static Value operand_value(Value code, unsigned at, const Unit *unit, char letter, unsigned *length) {
  *length = letter == 'j' || letter == 'K' ? 2 : 1;
  switch (letter) {
    case 'i': return fixnum((int16_t)*unit);
    case 'j': return fixnum((sword)at + unit_s32(unit));
    case 'v': return value_from_word(*unit);
    case 'k': return *(const Value *)(const void *)(code_units(code) + at - *unit);
    case 'K': return code_constant(code, (unsigned)unit_s32(unit));
    default: return fixnum(*unit);
  }
}

#define OPERANDS_MOST 1000

// #(next offset, name, operand ...); an operand is (letter . value), the letter a character of op.def.
PRIM(prim_code_instruction) {
  Value code = args[0];
  if (!is_type(code, T_CODE)) return raise_type(cx, "%code-instruction", 1, "a code object", code);
  if (!is_offset(code, args[1])) return raise_type(cx, "%code-instruction", 2, "the offset of an instruction", args[1]);
  size_t room = 2 * VECTOR_BYTES(2) + (OPERANDS_MOST + 2) * 2 * PAIR_BYTES;
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  unsigned at = (unsigned)fixnum_int(args[1]);
  const Unit *pc = code_units(code) + at;
  Value name = symbol_intern_c(cx, op_infos[*pc].name);
  if (is_outcome(name)) return name;
  struct list_builder list = LIST_BUILDER(cx->heap);
  list_builder_add(&list, fixnum((sword)(at + op_length(pc))));
  list_builder_add(&list, name);
  unsigned unit = 1, length, last = 0;
  for (const char *o = op_infos[*pc].operands; *o; o++) {
    unsigned count = *o == '*' ? last : 1;
    for (unsigned i = 0; i < count && i < OPERANDS_MOST; i++, unit += length) {
      char letter = *o == '*' ? 'r' : *o;
      Value v = operand_value(code, at, pc + unit, letter, &length);
      last = pc[unit];
      list_builder_add(&list, pair_make(cx->heap, value_char((uint32_t)letter), v));
    }
  }
  return list_builder_finish(&list, VALUE_NIL);
}

// (name file parameters units frame-size)
PRIM(prim_code_facts) {
  Value code = args[0];
  if (!is_type(code, T_CODE)) return raise_type(cx, "%code-facts", 1, "a code object", code);
  Value facts[] = {object_field(code, CODE_NAME), object_field(code, CODE_FILE), object_field(code, CODE_PARAMETERS),
                   object_field(code, CODE_N_UNITS), object_field(code, CODE_FRAME_SIZE)};
  return list_from_array(cx, facts, ARRAY_LENGTH(facts), VALUE_NIL);
}

PRIM(prim_code_position) {
  Value code = args[0];
  if (!is_type(code, T_CODE)) return raise_type(cx, "%code-position", 1, "a code object", code);
  if (!is_offset(code, args[1])) return raise_type(cx, "%code-position", 2, "the offset of an instruction", args[1]);
  return fixnum((sword)code_position(code, (unsigned)fixnum_int(args[1])));
}

// A list of (name kind . index).
PRIM(prim_code_variables) {
  Value code = args[0];
  if (!is_type(code, T_CODE)) return raise_type(cx, "%code-variables", 1, "a code object", code);
  if (!is_offset(code, args[1])) return raise_type(cx, "%code-variables", 2, "the offset of an instruction", args[1]);
  size_t room = FRAME_VARIABLES * 3 * PAIR_BYTES;
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  struct list_builder list = LIST_BUILDER(cx->heap);
  struct code_walk walk = code_variables(code);
  struct code_variable v;
  unsigned offset = (unsigned)fixnum_int(args[1]);
  for (unsigned n = 0; n < FRAME_VARIABLES && code_next_variable(&walk, code, offset, &v); n++) {
    Value place = pair_make(cx->heap, fixnum(v.kind), fixnum((sword)v.index));
    list_builder_add(&list, pair_make(cx->heap, v.name, place));
  }
  return list_builder_finish(&list, VALUE_NIL);
}

// --- expansions -------------------------------------------------------------------------------

#define SCRATCH_QUOTA_BYTES ((size_t)256 << 20)

static Value expand_by(struct context *cx, Value (*expand)(struct expander *ex, Value form), Value *args, Value positions,
                       Value answers) {
  struct arena arena;
  struct expander ex;
  arena_init(&arena, SCRATCH_QUOTA_BYTES);
  bool ok = expander_init(&ex, cx, &arena, args[1], positions, VALUE_FALSE);
  ex.answers = answers;
  Value result = ok ? expand(&ex, args[0]) : ex.outcome;
  arena_free(&arena);
  return result;
}

PRIM(prim_expand_tree) {
  if (!is_type(args[1], T_ENV)) return raise_type(cx, "%expand-tree", 2, "an environment", args[1]);
  Value answers = is_given(args, n, 3) ? args[3] : VALUE_NIL;
  return expand_by(cx, expand_tree, args, is_given(args, n, 2) ? args[2] : VALUE_FALSE, answers);
}

PRIM(prim_expand_once) {
  if (!is_type(args[1], T_ENV)) return raise_type(cx, "%expand-once", 2, "an environment", args[1]);
  return expand_by(cx, expand_once, args, VALUE_FALSE, VALUE_NIL);
}

const struct primitive debug_primitives[] = {
    {"%backtrace", prim_backtrace, 1, 1,
     "(%backtrace continuation)\nThe frames of CONTINUATION, newest first, at most 40: each #(name file position "
     "arguments variables); a variable is #(name kind value), or #(name kind) when it has none there."},
    {"%user-position", prim_user_position, 1, 1,
     "(%user-position continuation)\nThe place in the newest frame of a program, not of the system: (file . position), or #f."},
    {"%code-instruction", prim_code_instruction, 2, 2,
     "(%code-instruction code offset)\nThe instruction there: the offset of the next one, its name, and (letter . value)"
     " for each operand."},
    {"%code-facts", prim_code_facts, 1, 1,
     "(%code-facts code)\nName, file, parameters, number of units and frame size of a code object."},
    {"%code-position", prim_code_position, 2, 2,
     "(%code-position code offset)\nWhere in the source an instruction comes from: line * 1024 + column, or 0."},
    {"%code-variables", prim_code_variables, 2, 2,
     "(%code-variables code offset)\nThe variables that an instruction can see: (name kind . index) for each."},
    {"%expand-tree", prim_expand_tree, 2, 4,
     "(%expand-tree form environment [positions answers])\nThe core program that FORM expands to, as a tree of lists; or a"
     " request, see %compile."},
    {"%expand-once", prim_expand_once, 2, 2,
     "(%expand-once form environment)\nFORM after one step of the macro at its head; FORM itself when there is none."},
};
const unsigned n_debug_primitives = ARRAY_LENGTH(debug_primitives);

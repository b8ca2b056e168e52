// Primitives of control: apply, values, continuations, the dynamic state of a thread, compiling.
//
// Uses: vm, compile, data.  Used by: prim/table.
#include "compile/compile.h"
#include "data/list.h"
#include "data/string.h"
#include "data/values.h"
#include "prim/args.h"
#include "prim/tables.h"
#include "vm/vm.h"

// A primitive's context is its VM (vm/vm.h).
static struct vm *vm_of(struct context *cx) {
  return (struct vm *)cx;
}

// (apply f a ... list)
PRIM(prim_apply) {
  Value last = args[n - 1];
  if (n == 2) {
    if (list_length(last) < 0) return raise_type(cx, "apply", 2, "a proper list", last);
    return outcome_tail_call(cx, args[0], last);
  }
  if (n == 1) return outcome_tail_call(cx, args[0], VALUE_NIL);
  if (list_length(last) < 0) return raise_type(cx, "apply", n, "a proper list", last);
  Value list = list_from_array(cx, args + 1, n - 2, last);
  if (is_outcome(list)) return list;
  return outcome_tail_call(cx, args[0], list);
}

PRIM(prim_values) {
  return values_make(cx, n, args);
}

static Value list_of_values(struct context *cx, Value v) {
  if (!is_values(v)) return list_from_array(cx, &v, 1, VALUE_NIL);
  return list_from_array(cx, object_slot(v, 1), values_count(v), VALUE_NIL);
}

PRIM(prim_apply_values) {
  Value list = list_of_values(cx, args[1]);
  if (is_outcome(list)) return list;
  return outcome_tail_call(cx, args[0], list);
}

PRIM(prim_values_to_list) {
  return list_of_values(cx, args[0]);
}

static Value request(struct context *cx, enum vm_request what) {
  cx->vm_request = what;
  return OUTCOME_VM;
}

PRIM(prim_call_cc) {
  return request(cx, VM_CAPTURE);
}

PRIM(prim_resume) {
  if (!is_type(args[0], T_CONT)) return raise_type(cx, "%resume", 1, "a continuation", args[0]);
  sword length = list_length(args[1]);
  if (length < 0) return raise_type(cx, "%resume", 2, "a proper list", args[1]);
  Value v;
  if (length == 1) {
    v = pair_car(args[1]);
  } else {
    Value buffer[VALUES_MAX];
    if (length > VALUES_MAX) return raise_range(cx, "values", 1, fixnum(length), 0, VALUES_MAX);
    Value l = args[1];
    for (sword i = 0; i < length; i++, l = pair_cdr(l))
      buffer[i] = pair_car(l);
    v = values_make(cx, (size_t)length, buffer);
    if (is_outcome(v)) return v;
  }
  cx->tail_arguments = v;
  return request(cx, VM_RESUME);
}

PRIM(prim_exit) {
  if (!is_fixnum(args[0])) return raise_type(cx, "%exit", 1, "an exact integer", args[0]);
  return request(cx, VM_EXIT);
}

PRIM(prim_restart) {
  return request(cx, VM_RESCUE);
}

PRIM(prim_collect_garbage) {
  return request(cx, VM_COLLECT_ALL);
}

// --- the dynamic state ------------------------------------------------------------------------

static Value thread_get(struct context *cx, unsigned field) {
  return object_field(cx->heap->roots[ROOT_THREAD], field);
}

static Value thread_put(struct context *cx, unsigned field, Value v) {
  Value thread = cx->heap->roots[ROOT_THREAD];
  heap_store(cx->heap, thread, object_slot(thread, field), v);
  return VALUE_UNSPECIFIED;
}

#define STATE(name, field)                                      \
  PRIM(prim_##name) { return thread_get(cx, field); }           \
  PRIM(prim_set_##name) { return thread_put(cx, field, args[0]); }
STATE(winders, THREAD_WINDERS)
STATE(handlers, THREAD_HANDLERS)
STATE(parameters, THREAD_PARAMETERS)

// --- procedures -------------------------------------------------------------------------------

static Value closure_field(Value procedure, unsigned field) {
  return object_field(object_field(procedure, CLOSURE_CODE), field);
}

PRIM(prim_procedure_name) {
  Value p = args[0];
  if (is_type(p, T_CLOSURE)) return closure_field(p, CODE_NAME);
  if (is_type(p, T_PRIMITIVE)) return object_field(p, PRIMITIVE_NAME);
  if (is_type(p, T_PARAMETER)) return object_field(p, PARAMETER_NAME);
  if (is_type(p, T_CONT)) return VALUE_FALSE;
  return raise_type(cx, "procedure-name", 1, "a procedure", p);
}

PRIM(prim_procedure_doc) {
  Value p = args[0];
  if (is_type(p, T_CLOSURE)) return closure_field(p, CODE_DOC);
  if (!is_type(p, T_PRIMITIVE)) return VALUE_FALSE;
  const char *doc = vm_of(cx)->primitives[fixnum_int(object_field(p, PRIMITIVE_INDEX))]->doc;
  return string_from_utf8(cx, (const unsigned char *)doc, strlen(doc));
}

PRIM(prim_procedure_parameters) {
  return is_type(args[0], T_CLOSURE) ? closure_field(args[0], CODE_PARAMETERS) : VALUE_FALSE;
}

PRIM(prim_procedure_code) {
  return is_type(args[0], T_CLOSURE) ? object_field(args[0], CLOSURE_CODE) : VALUE_FALSE;
}

// --- compiling --------------------------------------------------------------------------------

PRIM(prim_compile) {
  if (!is_type(args[1], T_ENV)) return raise_type(cx, "%compile", 2, "an environment", args[1]);
  struct primitive_table table = {vm_of(cx)->primitives, vm_of(cx)->n_primitives};
  Value positions = is_given(args, n, 2) ? args[2] : VALUE_FALSE;
  Value file = is_given(args, n, 3) ? args[3] : VALUE_FALSE;
  Value answers = is_given(args, n, 4) ? args[4] : VALUE_NIL;
  return compile_form(cx, &table, args[0], args[1], positions, file, answers);
}

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
  vm_walk_frames(vm_of(cx), args[0], note_frame, &b);
  size_t room = b.n * FRAME_BYTES + b.n_variables * VARIABLE_BYTES;
  if (!heap_reserve(cx->heap, room)) return outcome_collect(cx, room);
  b = (struct backtrace){.heap = cx->heap, .frames = LIST_BUILDER(cx->heap)};
  vm_walk_frames(vm_of(cx), args[0], note_frame, &b);
  return list_builder_finish(&b.frames, VALUE_NIL);
}

const struct primitive control_primitives[] = {
    {"apply", prim_apply, 1, PRIMITIVE_REST,
     "(apply procedure argument ... list)\nCall PROCEDURE with the arguments given and then the elements of LIST, "
     "a proper list, as arguments; a tail call.", true},
    {"values", prim_values, 0, PRIMITIVE_REST,
     "(values object ...)\nReturn the objects as that many values, at most 1000, to a receiver such as "
     "call-with-values; one value is returned as itself."},
    {"%apply-values", prim_apply_values, 2, 2,
     "(%apply-values procedure values)\nCall PROCEDURE with what an expression returned, one value or several.", true},
    {"%values->list", prim_values_to_list, 1, 1,
     "(%values->list values)\nThe list of what an expression returned."},
    {"%call/cc", prim_call_cc, 1, 1,
     "(%call/cc procedure)\nCall PROCEDURE with the raw continuation, without winders. Constant time.", true},
    {"%resume", prim_resume, 2, 2,
     "(%resume continuation list)\nReturn the elements of LIST as values to the raw CONTINUATION.", true},
    {"%exit", prim_exit, 1, 1, "(%exit status)\nEnd the program at once with STATUS, an exact integer.", true},
    {"%restart", prim_restart, 0, 0,
     "(%restart)\nDrop everything that runs, the whole stack, collect, and call the procedure in the root RESCUE.", true},
    {"collect-garbage", prim_collect_garbage, 0, 0,
     "(collect-garbage)\nCollect the whole heap of this process now.", true},
    {"%winders", prim_winders, 0, 0, "(%winders)\nThe thread's list of dynamic-wind entries."},
    {"%set-winders!", prim_set_winders, 1, 1, "(%set-winders! list)\nSet the thread's list of dynamic-wind entries."},
    {"%handlers", prim_handlers, 0, 0, "(%handlers)\nThe thread's exception handlers, innermost first."},
    {"%set-handlers!", prim_set_handlers, 1, 1, "(%set-handlers! list)\nSet the thread's exception handlers."},
    {"%parameters", prim_parameters, 0, 0, "(%parameters)\nThe thread's parameter bindings: an association list."},
    {"%set-parameters!", prim_set_parameters, 1, 1,
     "(%set-parameters! list)\nSet the thread's parameter bindings, an association list of parameter and value."},
    {"procedure-name", prim_procedure_name, 1, 1,
     "(procedure-name procedure)\nThe name PROCEDURE was defined with, a symbol, or #f."},
    {"%procedure-doc", prim_procedure_doc, 1, 1, "(%procedure-doc procedure)\nIts docstring, or #f."},
    {"%procedure-parameters", prim_procedure_parameters, 1, 1,
     "(%procedure-parameters procedure)\nThe parameter list of a compiled procedure, or #f."},
    {"%procedure-code", prim_procedure_code, 1, 1, "(%procedure-code procedure)\nIts code object, or #f."},
    {"%compile", prim_compile, 2, 5,
     "(%compile form environment [positions file answers])\nCompile one top-level form into a procedure of no arguments,"
     " or answer a request, #(keyword operands position), whose answer belongs at the end of ANSWERS. Raises a condition of type "
     "syntax, naming form and position."},
    {"%backtrace", prim_backtrace, 1, 1,
     "(%backtrace continuation)\nThe frames of CONTINUATION, newest first, at most 40: each #(name file position "
     "arguments variables); a variable is #(name kind value), or #(name kind) when it has none there."},
};
const unsigned n_control_primitives = ARRAY_LENGTH(control_primitives);

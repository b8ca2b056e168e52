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

const struct primitive control_primitives[] = {
    {"apply", prim_apply, 2, PRIMITIVE_REST,
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
};
const unsigned n_control_primitives = ARRAY_LENGTH(control_primitives);

// Calling a port's Scheme procedures from primitives.
//
// Uses: data/port.  Used by: prim.
#ifndef PRIM_PORT_CALLS_H
#define PRIM_PORT_CALLS_H

#include "data/port.h"

// A primitive of this name as a value, or OUTCOME_COLLECT.
Value primitive_value(struct context *cx, const char *name);
// Tail-call the port's refill (drain) procedure so that it then calls primitive `retry` with args[0..n).  Answers
// OUTCOME_TAIL_CALL, or OUTCOME_COLLECT: effects that must not happen twice come after the former.
Value port_call_refill(struct context *cx, Value port, const char *retry, unsigned n, const Value *args);
Value port_call_drain(struct context *cx, Value port, const char *retry, unsigned n, const Value *args);
// Is `v` a port open for what `flags` say (PORT_INPUT or PORT_OUTPUT, perhaps PORT_TEXTUAL or PORT_BINARY)?  Else a type
// error about argument `argument` of `who`.
Value port_check(struct context *cx, const char *who, unsigned argument, Value v, unsigned flags);

#endif

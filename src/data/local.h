// What is process-local of the image: variables that are assigned, parameters' values, and objects that are changed.
//
// Uses: data/outcome.  Used by: vm, prim, boot.
//
// The image is shared by all processes and nobody writes to it.  A variable of it that is assigned holds VALUE_LOCAL, and
// its first value in CELL_INITIAL; a process that assigns it has its value in ROOT_LOCALS, an open hash table by address.  A port,
// table, environment or byte vector of the image that such a variable, or a parameter, holds is copied at first use.
//
//   LOCAL-1  What local_value and local_parameter answer is no port, table, environment or byte vector of the image,
//            unless that is a literal.
#ifndef DATA_LOCAL_H
#define DATA_LOCAL_H

#include "data/outcome.h"

// The value of an image's variable that holds VALUE_LOCAL, of a parameter; or OUTCOME_COLLECT.
Value local_value(struct context *cx, Value cell);
Value local_parameter(struct context *cx, Value parameter);
// Give a variable or parameter of the image a value in this process.  VALUE_UNSPECIFIED or OUTCOME_COLLECT.
Value local_set(struct context *cx, Value key, Value v);
// While the image is built: from now on `cell` is process-local.
void local_mark(Value cell);

#endif

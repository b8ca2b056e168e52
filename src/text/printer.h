// The printer: from any object to characters on a port.
//
// Uses: data/port, data/table, data/number, text/unicode.  Used by: prim, boot.
//
// A printer is a T_STATE object whose whole progress lies in it, like a reader.  First it looks for cycles: a walk
// without memory that ends at once on ordinary data, and when that takes too long a walk with a table of what was
// visited (which survives moving).  Then it prints from a chain of frames in the heap.  One step writes at most
// PRINTER_STEP_BYTES, so a port's buffer and the heap are asked before it and never run out within it.
//
//   PRINT-1  After an outcome other than a raised condition, running the same printer again goes on where it was.
//   PRINT-2  Printing ends on every object: every cycle goes through an object that got a label, except in mode
//            write-simple (and it ends there too, if there is a limit).
#ifndef TEXT_PRINTER_H
#define TEXT_PRINTER_H

#include "data/port.h"

enum print_mode { PRINT_DISPLAY, PRINT_WRITE, PRINT_WRITE_SHARED, PRINT_WRITE_SIMPLE };

// A printer of `object` to a textual output port.  With limit >= 0 it writes at most that many characters, then "...".
Value printer_make(struct context *cx, Value object, Value port, enum print_mode mode, sword limit);
// Print.  VALUE_UNSPECIFIED: done; VALUE_EMPTY: drain the port and run again; or a marker (COLLECT, AGAIN: run again).
Value printer_run(struct context *cx, Value printer);
Value printer_port(Value printer);

#endif

// The reader: from the characters of a port to a datum.
//
// Uses: data/port, data/symbol, data/string, data/table, text/unicode, text/number_text.  Used by: prim, boot.
//
// A reader is a T_STATE object over a port: a character machine whose whole progress lies in that object, so it can
// stop anywhere and go on.  Open lists are a chain of frames in the heap (ONE-4); a token gathers in a byte vector of
// code points, so no character is looked at twice.
//
//   READ-1  After an outcome other than a raised condition, running the same reader again goes on where it was.
//   READ-2  After a raised condition the offending characters are consumed; a new reader goes on behind them.
//   READ-3  A reference to a datum label that is not complete is stored as a placeholder and its place noted; all
//           places are filled when the outermost datum ends, so no placeholder is ever seen outside.
#ifndef TEXT_READER_H
#define TEXT_READER_H

#include "data/port.h"

// A reader on a textual input port.  With `positions` each datum comes as two values, the datum and a vector of
// pair, position, pair, position ...: the first pair of every list and where its parenthesis opened.
Value reader_make(struct context *cx, Value port, bool positions);

// Read one datum.  Answers it, or VALUE_EOF (in a T_VALUES with its positions if asked for), or
//   VALUE_EMPTY      the port has to be refilled: do that and run again
//   a marker         COLLECT, AGAIN: run again.  RAISE: a `read` condition with the position, naming what was open.
// Afterwards the same reader is ready for the next datum.  O(characters consumed).
Value reader_run(struct context *cx, Value reader);
Value reader_port(Value reader);

#endif

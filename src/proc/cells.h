// Shared cells: who waits for a change.
//
// Uses: proc/process, gc/commons.  Used by: proc/device, prim.
//
// A cell is a record of the type that lib/boot/shared.scm defines.  Who waits leaves a pair in the cell: its process's handle, and
// a number under which that process's own list (ROOT_CELL_WAITERS) has the thread.  So nothing in the commons refers to a process,
// and what a process that was killed left behind does no harm.
#ifndef PROC_CELLS_H
#define PROC_CELLS_H

#include "data/record.h"
#include "proc/process.h"

enum { CELL_CONTENT = RECORD_FIELDS, CELL_WAITING /* list of (handle . number) */, CELL_N_WAITING, CELL_PRUNE_AT, N_CELL_END };

// The thread that waits under `number`, taken off the list unless `keep`; #f: none does.
Value cell_take_waiter(struct process *p, Value number, bool keep);
// Its content was changed: those that wait go on.
void cell_wake_all(Value cell);
// A number in it becomes the next one, as a change that is waited for.
void cell_count_up(Value cell);

#endif

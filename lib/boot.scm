;;; The library of the system, in the order in which its parts need each other.
;;;
;;; The image builder evaluates this file form by form in the primitive environment: every primitive, the core forms.
;;; Names that begin with % stay inside; all others make up the library (ringlet).

(include "boot/syntax.scm")
(include "boot/control.scm")
(include "boot/lists.scm")
(include "boot/strings.scm")
(include "boot/tables.scm")
(include "boot/weak.scm")
(include "boot/ports.scm")
(include "boot/errors.scm")
(include "boot/numbers.scm")
(include "boot/long.scm")
(include "boot/library.scm")
(include "boot/eval.scm")
(include "boot/compiled.scm")
(include "boot/authority.scm")
(include "boot/misc.scm")
(include "boot/memory.scm")
(include "boot/processes.scm")
(include "boot/shared.scm")
(include "boot/threads.scm")
(include "boot/channels.scm")
(include "boot/pretty.scm")
(include "boot/help.scm")
(include "boot/scan.scm")
(include "boot/editor.scm")
(include "boot/debug.scm")
(include "boot/prompt.scm")
(include "boot/jobs.scm")
(include "boot/main.scm")
(include "boot/standard.scm")

;; The environment of the prompt: all of (ringlet), over which definitions are made.
(set! %interaction-environment (%make-environment 'interaction))
(%import-into! %interaction-environment '((ringlet)))
(%seal-environment! (%primitive-environment))

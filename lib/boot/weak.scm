;;; Guardians, and more on weak references (the core has weak pairs and ephemerons).

(define (make-guardian)
  "(make-guardian)
A procedure that guards objects: with an object, and perhaps another to be answered in its place, it guards it; without
arguments it answers one whose object nothing else refers to any more, found by a collection, or #f if there is none."
  (let ((state (%make-guardian-state)))
    (define (guardian . arguments)
      (cond ((null? arguments) (%next-guarded state))
            ((null? (cdr arguments)) (%guard! state (car arguments) (car arguments)))
            ((null? (cddr arguments)) (%guard! state (car arguments) (cadr arguments)))
            (else (%raise 'arity 'guardian "a guardian takes two arguments at most, not" (length arguments)))))
    guardian))

(define ephemeron-ref
  (case-lambda
    ((ephemeron key)
     "(ephemeron-ref ephemeron key [default])\nThe value of EPHEMERON if it is not broken and its key is KEY, else DEFAULT (#f)."
     (ephemeron-ref ephemeron key #f))
    ((ephemeron key default)
     (if (and (not (ephemeron-broken? ephemeron)) (eq? (ephemeron-key ephemeron) key))
         (let ((value (ephemeron-value ephemeron)))
           (reference-barrier key)
           value)
         default))))

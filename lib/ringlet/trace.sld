;;; (ringlet trace): what the trace and untrace of the prompt do.
;;;
;;; A traced variable holds a procedure that tells of each call and calls the one that was there before.  The depth is that
;;; of the calls being told of now; it is put back however a call is left.
(define-library (ringlet trace)
  (export trace-binding! untrace-binding! untrace-all! show-traced)
  (import (scheme base) (scheme write) (ringlet) (ringlet internal))
  (begin
    ;; Lists (cell original tracer).
    (define traced '())
    (define depth 0)

    (define bars-shown 12)
    (define width 100)

    (define (say . parts)
      (let ((port (current-error-port)))
        (%fresh-line port)
        (for-each (lambda (part) (write-string part port)) parts)
        (newline port)))

    (define (bars level)
      (if (<= level bars-shown)
          (apply string-append (make-list level "| "))
          (string-append (apply string-append (make-list bars-shown "| ")) "[" (number->string level) "] ")))

    (define (short x) (%bounded x width))

    (define (call-text name arguments)
      (let ((text (%call-text name arguments width)))
        (if (> (string-length text) width)
            (string-append (substring text 0 (- width 4)) "...)")
            text)))

    (define (values-text results)
      (cond ((null? results) "no value")
            ((null? (cdr results)) (short (car results)))
            (else
             (string-append (string-join (map short (%some-elements results 8)) " ")
                            "  (" (number->string (length results)) " values)"))))

    (define (make-tracer name original)
      (define (%traced . arguments)
        (let ((level depth))
          (say (bars level) (call-text name arguments))
          (receive results
              (dynamic-wind
               (lambda () (set! depth (+ level 1)))
               (lambda () (apply original arguments))
               (lambda () (set! depth level)))
            (say (bars level) "=> " (values-text results))
            (apply values results))))
      %traced)

    ;; Is it one of the system's own, whose callers may not ask the variable?
    (define (own-procedure? x)
      (or (not (%procedure-code x))
          (%library-file? (list-ref (%code-facts (%procedure-code x)) 1))))

    (define (trace-binding! name binding)
      "(trace-binding! name binding)\nShow calls of the procedure in the variable BINDING, called NAME, from now on."
      (let ((text (symbol->string name)))
        (cond ((not binding)
               (say ";; " text " is a local variable here: only global procedures can be traced"))
              ((not (%cell? binding))
               (say ";; " text " is syntax, not a procedure: (expand-once '(" text " ...)) shows what a use of it means"))
              ((not (%cell-bound? binding))
               (say ";; " text " has no definition yet" (%unbound-hint name)))
              ((assq binding traced)
               => (lambda (entry)
                    (if (eq? (%cell-ref binding) (cadr (cdr entry)))
                        (say ";; " text " is traced already; (untrace " text ") ends it")
                        (begin
                          (set! traced (delete entry traced))
                          (trace-binding! name binding)))))
              ((not (procedure? (%cell-ref binding)))
               (say ";; " text " is " (%kind-of (%cell-ref binding)) ": only procedures can be traced"))
              ((own-procedure? (%cell-ref binding))
               (say ";; " text " is the system's own, and calls of it are not to be intercepted.  Trace one of yours:\n"
                    ";;   (define (my-" text " . arguments) (apply " text " arguments))"))
              (else
               (let* ((original (%cell-ref binding)) (tracer (make-tracer name original)))
                 (set! traced (cons (list binding original tracer) traced))
                 (%cell-set! binding tracer)
                 (say ";; " text " is traced"))))))

    ;; One that was defined anew since is left as it is.
    (define (restore! entry)
      (if (eq? (%cell-ref (car entry)) (caddr entry))
          (%cell-set! (car entry) (cadr entry)))
      (set! traced (delete entry traced)))

    (define (untrace-binding! name binding)
      "(untrace-binding! name binding)\nTake back what trace-binding! did."
      (let ((entry (assq binding traced)))
        (if entry (restore! entry))
        (say ";; " (symbol->string name) (if entry " is no longer traced" " is not traced"))))

    (define (untrace-all!)
      "(untrace-all!)\nTrace nothing any more."
      (for-each restore! (list-copy traced))
      (set! depth 0)
      (say ";; nothing is traced"))

    (define (show-traced)
      "(show-traced)\nSay what is traced."
      (say ";; "
           (if (null? traced)
               "nothing is traced; (trace name) traces a procedure"
               (string-append "traced: "
                              (string-join (map (lambda (e) (symbol->string (%cell-name (car e)))) (reverse traced)) " ")))))))

;;; Control: multiple values, dynamic-wind, call/cc, parameters, promises.
;;;
;;; The VM keeps three lists in each thread: winders, handlers, parameters.  A continuation holds the three as they
;;; were when it was captured, and %resume puts them back; so only winders, whose thunks must run, need care here.
;;;
;;; Multiple values are one object on their way: (let ((v (thunk))) ... v) passes any number of them on.

(define (%raise-type who argument wanted culprit)
  (raise (%make-condition 'type who
                          (string-append "argument " (number->string argument) " should be " wanted ", but is")
                          (list culprit) #f #f)))

(define (%raise-range who argument wanted culprit)
  (raise (%make-condition 'range who
                          (string-append "argument " (number->string argument) " should be " wanted ", but is")
                          (list culprit) #f #f)))

(define (%raise type who message . irritants)
  (raise (%make-condition type who message irritants #f #f)))

(define (%check-procedure who argument x)
  (if (not (procedure? x)) (%raise-type who argument "a procedure" x)))

(define (%check-index who argument x)
  (if (not (and (exact-integer? x) (>= x 0))) (%raise-type who argument "an index" x)))

;; --- multiple values ---------------------------------------------------------------------

(define (call-with-values producer consumer)
  "(call-with-values producer consumer)
Call PRODUCER without arguments and CONSUMER with the values it returns."
  (%apply-values consumer (producer)))

(define (%check-values values n more?)
  (if (if more? (>= (length values) n) (= (length values) n))
      values
      (%raise 'arity 'define-values
              (string-append "wanted " (if more? "at least " "") (number->string n) " values, but got")
              values)))

;; --- dynamic-wind and continuations ---------------------------------------------------------
;; A winder is a vector: before, after, and the handlers and parameters its thunks run with.

(define (dynamic-wind before thunk after)
  "(dynamic-wind before thunk after)
Call the three thunks in order; the result is that of THUNK.  Whenever control enters or leaves THUNK by a
continuation, BEFORE or AFTER is called too."
  (%check-procedure 'dynamic-wind 1 before)
  (%check-procedure 'dynamic-wind 2 thunk)
  (%check-procedure 'dynamic-wind 3 after)
  (%wind before thunk after))

(define (%wind before thunk after)
  (before)
  (let ((outer (%winders)))
    (%set-winders! (cons (vector before after (%handlers) (%parameters)) outer))
    (let ((result (thunk)))
      (%set-winders! outer)
      (after)
      result)))

(define (%common-tail a b)
  (let loop ((a a) (n-a (length a)) (b b) (n-b (length b)))
    (cond ((eq? a b) a)
          ((> n-a n-b) (loop (cdr a) (- n-a 1) b n-b))
          ((< n-a n-b) (loop a n-a (cdr b) (- n-b 1)))
          (else (loop (cdr a) (- n-a 1) (cdr b) (- n-b 1))))))

(define (%call-winder winder index)
  (%set-handlers! (vector-ref winder 2))
  (%set-parameters! (vector-ref winder 3))
  ((vector-ref winder index)))

;; Leave and enter what lies between the current winders and `target`.
(define (%rewind target)
  (let ((here (%winders)))
    (if (not (eq? here target))
        (let ((common (%common-tail here target)))
          (let leave ((l here))
            (if (not (eq? l common))
                (begin
                  (%set-winders! (cdr l))
                  (%call-winder (car l) 1)
                  (leave (cdr l)))))
          (let enter ((l target))
            (if (not (eq? l common))
                (begin
                  (enter (cdr l))
                  (%call-winder (car l) 0)
                  (%set-winders! l))))))))

(define (call-with-current-continuation procedure)
  "(call-with-current-continuation procedure)
Call PROCEDURE with the continuation of this call: a procedure that, called with values, returns them from
here, any number of times."
  (%check-procedure 'call/cc 1 procedure)
  (%call/cc
   (lambda (k)
     (let* ((winders (%winders))
            (continuation
             (lambda continuation-values
               (%rewind winders)
               (%resume k continuation-values))))
       (procedure continuation)))))

(define (call/cc procedure)
  "(call/cc procedure)\nThe same as call-with-current-continuation."
  (call-with-current-continuation procedure))

(define (call-with-escape-continuation procedure)
  "(call-with-escape-continuation procedure)\nLike call/cc, for continuations that are only used to leave."
  (call-with-current-continuation procedure))

(define (within-continuation k thunk)
  "(within-continuation k thunk)\nCall THUNK and give its values to the continuation K."
  (%apply-values k (thunk)))

;; --- exceptions -----------------------------------------------------------------------------
;; The handlers are a list of procedures, innermost first; a handler runs with the rest of them.

(define (with-exception-handler handler thunk)
  "(with-exception-handler handler thunk)
Call THUNK; what is raised meanwhile is given to HANDLER, in the place of the raise.  After raise-continuable
HANDLER's values are returned there; after raise HANDLER must not return."
  (%check-procedure 'with-exception-handler 1 handler)
  (%check-procedure 'with-exception-handler 2 thunk)
  (let ((outer (%handlers)))
    (%set-handlers! (cons handler outer))
    (let ((result (thunk)))
      (%set-handlers! outer)
      result)))

(define (%note-position! object)
  (if (%lacks-position? object)
      (%call/cc (lambda (k) (%condition-set! object 4 (%user-position k))))))

(define (raise object)
  "(raise object)
Raise OBJECT, any object: the current exception handler is called with it and must not return."
  (%note-position! object)
  (let ((handlers (%handlers)))
    (if (null? handlers)
        (%unhandled object)
        (begin
          (%set-handlers! (cdr handlers))
          ((car handlers) object)
          (%set-handlers! (cdr handlers))
          (raise (%make-condition 'handler-returned #f "an exception handler returned from raise of"
                                  (list object) #f object))))))

(define (%lacks-position? x)
  (and (condition? x)
       (not (%condition-ref x 4))
       (not (memq (%condition-ref x 0) '(memory stack)))))

(define (raise-continuable object)
  "(raise-continuable object)
Raise OBJECT: the values of the current exception handler, called with it, are returned."
  (let ((handlers (%handlers)))
    (if (null? handlers)
        (%unhandled object)
        (begin
          (%set-handlers! (cdr handlers))
          (let ((result ((car handlers) object)))
            (%set-handlers! handlers)
            result)))))

(define (error message . irritants)
  "(error message irritant ...)
Raise an error of type user with MESSAGE, a string, and the IRRITANTS.  (error 'who message irritant ...) names the
procedure too."
  (if (and (symbol? message) (pair? irritants) (string? (car irritants)))
      (raise (%make-condition 'user message (car irritants) (cdr irritants) #f #f))
      (raise (%make-condition 'user #f message irritants #f #f))))

(define (warn message . irritants)
  "(warn message irritant ...)\nWrite MESSAGE and the IRRITANTS as a warning on the error port, and go on."
  (let ((port (current-error-port)))
    (write-string ";; warning: " port)
    (write-string (%condition-text (%make-condition 'user #f message irritants #f #f) 400) port)
    (newline port)))

;; Guard: back to the guard's own continuation with a thunk that tries the clauses; when none fits, again to the
;; place of the raise, and on to the next handler from there.
(define (%call-with-guard body handler)
  ((%call/cc
    (lambda (guard-k)
      (let ((guard-winders (%winders)) (outer (%handlers)))
        (%set-handlers!
         (cons
          (lambda (condition)
            ((%call/cc
              (lambda (raise-k)
                (let ((raise-winders (%winders)))
                  (%rewind guard-winders)
                  (%resume
                   guard-k
                   (list
                    (lambda ()
                      (handler condition
                               (lambda ()
                                 (%rewind raise-winders)
                                 (%resume raise-k
                                          (list (lambda () (raise-continuable condition)))))))))))))) 
          outer))
        (let ((result (body)))
          (%set-handlers! outer)
          (lambda () result)))))))

(define (%assertion-failed expression)
  (raise (%make-condition 'assertion #f "assertion failed:" (list expression) #f #f)))

;; --- conditions -------------------------------------------------------------------------------

(define (error-object? x)
  "(error-object? x)\nIs X a condition, made by error or by the system?"
  (condition? x))

(define (error-object-message c)
  "(error-object-message condition)\nThe message of CONDITION, without its irritants."
  (if (not (condition? c)) (%raise-type 'error-object-message 1 "a condition" c))
  (%condition-ref c 2))

(define (error-object-irritants c)
  "(error-object-irritants condition)\nThe list of the irritants of CONDITION."
  (if (not (condition? c)) (%raise-type 'error-object-irritants 1 "a condition" c))
  (%condition-ref c 3))

(define (condition-type c)
  "(condition-type condition)
The type of CONDITION, a symbol: type, range, arity, unbound, divide, read, syntax, memory, stack, file, user, ..."
  (if (not (condition? c)) (%raise-type 'condition-type 1 "a condition" c))
  (%condition-ref c 0))

(define (condition-who c)
  "(condition-who condition)\nThe name of the procedure that raised CONDITION, or #f."
  (if (not (condition? c)) (%raise-type 'condition-who 1 "a condition" c))
  (%condition-ref c 1))

(define (condition-arguments c)
  "(condition-arguments condition)\nThe list of the arguments of the call that failed, or #f."
  (if (not (condition? c)) (%raise-type 'condition-arguments 1 "a condition" c))
  (%condition-ref c 6))

(define (condition-position c)
  "(condition-position condition)
Where CONDITION was raised, a list of file, line and column: the place in the program, not in the library; or #f."
  (if (not (condition? c)) (%raise-type 'condition-position 1 "a condition" c))
  (let ((position (%condition-ref c 4)))
    (and (pair? position)
         (list (car position) (quotient (cdr position) 1024) (remainder (cdr position) 1024)))))

(define (read-error? x)
  "(read-error? x)\nIs X a condition raised by the reader?"
  (and (condition? x) (eq? (%condition-ref x 0) 'read)))

(define (file-error? x)
  "(file-error? x)\nIs X a condition raised because a file could not be opened, read or written?"
  (and (condition? x) (eq? (%condition-ref x 0) 'file)))

;; --- parameters -------------------------------------------------------------------------------
;; The thread's parameters are an alist of (parameter . value), innermost first.

(define make-parameter
  (case-lambda
    ((value)
     "(make-parameter value [converter])
A new parameter object: called without arguments it returns its value, VALUE at first, which parameterize changes
for a while, and a call with one argument for as long as the innermost parameterize lasts.  CONVERTER is applied to every
value given."
     (%make-parameter value #f))
    ((value converter)
     (%check-procedure 'make-parameter 2 converter)
     (%make-parameter (converter value) converter))))

(define (%parameterize settings thunk)
  (let ((outer (%parameters)))
    (let loop ((l settings) (inner outer))
      (if (pair? l)
          (let* ((parameter (car (car l)))
                 (value (cdr (car l)))
                 (converter (if (%parameter? parameter)
                                (%parameter-converter parameter)
                                (%raise 'type 'parameterize "only a parameter can be given a value, not" parameter))))
            (loop (cdr l)
                  (cons (cons parameter (if converter (converter value) value)) inner)))
          (begin
            (%set-parameters! inner)
            (let ((result (thunk)))
              (%set-parameters! outer)
              result))))))

;; What calling a parameter with a value does.  Without a binding, a thread that another one made gets one of its own, behind
;; the entry for no parameter that ends what it began with; another one's value is the process's.
(define (%set-parameter! parameter value)
  (let* ((converter (%parameter-converter parameter))
         (value (if converter (converter value) value))
         (entry (assq parameter (%parameters))))
    (if entry
        (set-cdr! entry value)
        (let loop ((l (%parameters)))
          (cond ((null? l) (%parameter-set-value! parameter value))
                ((car (car l)) (loop (cdr l)))
                (else (set-cdr! l (cons (cons parameter value) (cdr l)))))))))
(%set-root! 'SET_PARAMETER %set-parameter!)

;; --- promises ---------------------------------------------------------------------------------
;; A promise holds a pair (done? . value or thunk), shared by the promises of a delay-force chain.

(define-record-type promise (%make-promise state) promise? (state %promise-state %set-promise-state!))

(define (%delay done? thunk)
  (%make-promise (cons #f (if done? (lambda () (make-promise (thunk))) thunk))))

(define (make-promise x)
  "(make-promise x)\nA promise that is already forced, to X; X itself when it is a promise."
  (if (promise? x) x (%make-promise (cons #t x))))

(define (force promise)
  "(force promise)
The value of PROMISE, computed the first time; anything but a promise is returned as it is."
  (if (promise? promise)
      (let loop ()
        (let ((state (%promise-state promise)))
          (if (car state)
              (cdr state)
              (let ((next ((cdr state))))
                (if (not (promise? next)) (%raise-type 'delay-force 1 "a promise" next))
                (let ((state (%promise-state promise)))
                  (if (not (car state))
                      (let ((next-state (%promise-state next)))
                        (set-car! state (car next-state))
                        (set-cdr! state (cdr next-state))
                        (%set-promise-state! next state)))
                  (loop))))))
      promise))

(define (stream-car s)
  "(stream-car stream)\nThe first element of STREAM."
  (car s))
(define (stream-cdr s)
  "(stream-cdr stream)\nSTREAM without its first element, forced."
  (force (cdr s)))

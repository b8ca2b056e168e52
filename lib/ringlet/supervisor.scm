;;; A supervisor after Armstrong's thesis ("Making reliable distributed systems in the presence of software errors", 2003,
;;; chapter 5): it begins its children in order, watches them, begins those that fail again, and gives up when that comes too
;;; often.  It is linked to them, so none outlives it.
;;;
;;; It answers requests, #(supervisor-request FROM NUMBER WHAT ARGUMENT), by #(supervisor-answer NUMBER VALUE).

(define-record-type child-specification (%make-child name thunk restart shutdown options) child?
  (name child-name)
  (thunk child-thunk)
  (restart child-restart)    ; permanent, transient or temporary
  (shutdown child-shutdown)  ; seconds
  (options child-options))   ; for spawn-process

;; A child and the process that does its work at present; #f: it has ended, and was not begun again.
(define-record-type work (make-work child process reference) work?
  (child work-child)
  (process work-process set-work-process!)
  (reference work-reference set-work-reference!))

(define (options-but options names)
  (cond ((null? options) '())
        ((memq (car options) names) (options-but (cddr options) names))
        (else (cons (car options) (cons (cadr options) (options-but (cddr options) names))))))

(define (check-options who options)
  (cond ((null? options))
        ((and (symbol? (car options)) (pair? (cdr options))) (check-options who (cddr options)))
        (else (%raise 'type who "options should be names with their values, but there is" (car options)))))

(define (check-one-of who name x choices)
  (if (not (memq x choices)) (%raise 'type who (string-append (symbol->string name) " should be one of these:") choices x)))

(define (check-number who name x)
  (if (not (and (real? x) (>= x 0))) (%raise 'type who (string-append (symbol->string name) " should be a number, not negative, but is") x)))

(define (child name thunk . options)
  "(child name thunk option value ...)
What a supervisor is to know of a child: its NAME, a symbol, and the THUNK that its process calls. Options: restart, permanent
(at first: begun again whenever it ends), transient (only when it failed) or temporary (never); shutdown, the seconds it has to end when it is asked to and has called
trap-exits! (at first 5); and those of spawn-process, as quota."
  (if (not (symbol? name)) (%raise-type 'child 1 "a symbol" name))
  (%check-procedure 'child 2 thunk)
  (check-options 'child options)
  (let ((restart (%option options 'restart 'permanent)) (shutdown (%option options 'shutdown 5)))
    (check-one-of 'child 'restart restart '(permanent transient temporary))
    (check-number 'child 'shutdown shutdown)
    (%make-child name thunk restart shutdown (options-but options '(restart shutdown)))))

(define (check-children who children)
  (if (not (and (list? children) (not (find (lambda (c) (not (child? c))) children))))
      (%raise-type who 1 "a list of what child makes" children))
  (let loop ((l children))
    (cond ((null? l))
          ((find-named (child-name (car l)) (cdr l))
           (%raise 'range who "two children have the name" (child-name (car l))))
          (else (loop (cdr l))))))

(define (find-named name children)
  (find (lambda (c) (eq? (child-name c) name)) children))

(define (start-supervisor children . options)
  "(start-supervisor children option value ...)
A new process that begins the CHILDREN, a list of what child makes, in that order, and begins them again when they end. Returns when all of them
have begun. Options: strategy, what is begun again with a child that failed: one-for-one (at first: it alone), one-for-all, or rest-for-one (it and
those after it); intensity and period: after more than so many restarts (3) in so many seconds (5) it gives up, and ends with
all its children, for the reason (too-many-restarts NAME REASON); and those of spawn-process."
  (check-children 'start-supervisor children)
  (check-options 'start-supervisor options)
  (let ((strategy (%option options 'strategy 'one-for-one))
        (intensity (%option options 'intensity 3))
        (period (%option options 'period 5)))
    (check-one-of 'start-supervisor 'strategy strategy '(one-for-one one-for-all rest-for-one))
    (check-number 'start-supervisor 'intensity intensity)
    (check-number 'start-supervisor 'period period)
    (let* ((parent (self))
           (p (apply spawn-process (lambda () (supervise parent children strategy intensity period))
                     (options-but options '(strategy intensity period))))
           (reference (monitor p))
           (answer (receive-message-if (lambda (m) (or (answer? m p) (%down? m reference))))))
      (demonitor p reference)
      (if (%down? answer reference)
          (%raise 'process 'start-supervisor "a child could not begin:" (vector-ref answer 3)))
      p)))

(define (answer? m number)
  (and (vector? m) (= (vector-length m) 3) (eq? (vector-ref m 0) 'supervisor-answer) (eqv? (vector-ref m 1) number)))

;; --- the supervisor's own part -----------------------------------------------------------------------------------

(define (begin-work child)
  (let* ((p (apply spawn-process (child-thunk child) 'link #t 'name (child-name child) (child-options child))))
    (make-work child p (monitor p))))

(define (begin-again! work)
  (let ((new (begin-work (work-child work))))
    (set-work-process! work (work-process new))
    (set-work-reference! work (work-reference new))))

;; One that traps exits is asked, and has its time; any other one is ended.
(define (end-work! work)
  (let ((p (work-process work)) (reference (work-reference work)))
    (define (is-down? m) (%down? m reference))
    (if p
        (begin
          (if (traps-exits? p)
              (if (or (not (send-safely p (vector 'exit 0 (self) 'shutdown)))
                      (not (receive-message-if is-down? (child-shutdown (work-child work)))))
                  (end-at-once p 'killed is-down?))
              (end-at-once p 'shutdown is-down?))
          (set-work-process! work #f)))))

(define (end-at-once p reason is-down?)
  (kill p reason)
  (receive-message-if is-down? 5))

(define (traps-exits? p)
  (let ((figure (assq 'traps-exits? (process-info p))))
    (and figure (cdr figure))))

;; A mailbox may be full.
(define (send-safely p m)
  (guard (c (#t #f)) (send p m)))

(define (supervise parent children strategy intensity period)
  (define works '())
  (define times '())  ; of the last restarts
  (define (end-all!)
    (for-each end-work! (reverse works)))
  (define (give-up reason)
    (end-all!)
    (exit-process (share reason)))
  (define (too-often?)
    (let ((now (current-jiffy)))
      (set! times (cons now (let ((since (- now (* period (jiffies-per-second))))) (take-while (lambda (t) (> t since)) times))))
      (> (length times) intensity)))
  ;; What is to be begun again when `work` has failed, in order.
  (define (affected work)
    (case strategy
      ((one-for-one) (list work))
      ((one-for-all) works)
      (else (memq work works))))
  (define (handle-end! work reason)
    (let ((restart (child-restart (work-child work))))
      (set-work-process! work #f)
      (cond ((eq? restart 'temporary) (set! works (%without work works)))
            ((and (eq? restart 'transient) (memq reason '(normal shutdown))))
            ((too-often?) (give-up (list 'too-many-restarts (child-name (work-child work)) reason)))
            (else
             (let ((again (affected work)))
               (for-each end-work! (reverse again))
               (set! works (remove-temporary works again work))
               (for-each (lambda (w)
                           (if (or (eq? w work) (memq w works))
                               (guard (c (#t (give-up (list 'cannot-begin (child-name (work-child w))))))
                                 (begin-again! w))))
                         again))))))
  (define (named name) (find (lambda (w) (eq? (child-name (work-child w)) name)) works))
  (define (add! c)
    (cond ((named (child-name c)) 'exists)
          (else (guard (x (#t 'failed))
                  (set! works (append works (list (begin-work c))))
                  (work-process (named (child-name c)))))))
  (define (remove! name)
    (let ((w (named name)))
      (and w (begin (end-work! w) (set! works (%without w works)) #t))))
  (define (do-request from number what argument)
    (define (answer x) (send-safely from (vector 'supervisor-answer number x)))
    (case what
      ((children) (answer (map (lambda (w) (list (child-name (work-child w)) (work-process w) (child-restart (work-child w)))) works)))
      ((add) (answer (add! argument)))
      ((remove) (answer (remove! argument)))
      ((stop) (end-all!) (answer #t) (exit-process argument))))
  (define (handle! m)
    (if (and (vector? m) (> (vector-length m) 3))
        (case (vector-ref m 0)
          ((down)
           (let ((w (find (lambda (w) (and (work-process w) (eqv? (work-reference w) (vector-ref m 1)))) works)))
             (if w (handle-end! w (vector-ref m 3)))))
          ((exit)
           (if (eq? (vector-ref m 2) parent) (give-up (vector-ref m 3))))
          ((supervisor-request)
           (if (= (vector-length m) 5)
               (do-request (vector-ref m 1) (vector-ref m 2) (vector-ref m 3) (vector-ref m 4)))))))
  (trap-exits! #t)
  (for-each (lambda (c)
              (guard (x (#t (give-up (list 'cannot-begin (child-name c)))))
                (set! works (append works (list (begin-work c))))))
            children)
  (send-safely parent (vector 'supervisor-answer (self) #t))
  (let loop ()
    (handle! (receive-message-if (lambda (m) #t)))
    (loop)))

;; Temporary children that were ended for the sake of another one are not begun again.
(define (remove-temporary works again work)
  (remove (lambda (w)
            (and (memq w again) (not (eq? w work)) (eq? (child-restart (work-child w)) 'temporary)))
          works))

;; --- asking it ------------------------------------------------------------------------------------------------------

(define (ask who supervisor what argument)
  (let ((reference (monitor supervisor)))
    (send supervisor (vector 'supervisor-request (self) reference what argument))
    (let ((m (receive-message-if (lambda (m) (or (answer? m reference) (%down? m reference))))))
      (demonitor supervisor reference)
      (if (%down? m reference)
          (%raise 'process who "this supervisor has ended:" supervisor)
          (vector-ref m 2)))))

(define (supervisor-children supervisor)
  "(supervisor-children supervisor)
A list of the children of SUPERVISOR in their order, each (name process restart); process is #f if it has ended and is not begun again."
  (ask 'supervisor-children supervisor 'children #f))

(define (supervisor-add-child! supervisor child)
  "(supervisor-add-child! supervisor child)\nLet SUPERVISOR begin CHILD, made by child, after the others; its process. An error if there is one of that name."
  (if (not (child? child)) (%raise-type 'supervisor-add-child! 2 "what child makes" child))
  (let ((answer (ask 'supervisor-add-child! supervisor 'add child)))
    (case answer
      ((exists) (%raise 'range 'supervisor-add-child! "there is a child with the name" (child-name child)))
      ((failed) (%raise 'process 'supervisor-add-child! "this child could not begin:" (child-name child)))
      (else answer))))

(define (supervisor-remove-child! supervisor name)
  "(supervisor-remove-child! supervisor name)\nEnd the child with this NAME, and forget it; whether there was one."
  (ask 'supervisor-remove-child! supervisor 'remove name))

(define stop-supervisor
  (case-lambda
    ((supervisor)
     "(stop-supervisor supervisor [reason])\nEnd the children of SUPERVISOR, the last one first, and then itself for REASON, at first normal; returns after that."
     (stop-supervisor supervisor 'normal))
    ((supervisor reason) (ask 'stop-supervisor supervisor 'stop reason))))

;;; Processes: programs with heaps of their own, and their messages.
;;;
;;; A process begins with a copy of a procedure and of all that it refers to, global variables included; of the library it
;;; has the same one as everybody.  Processes know each other by handles, which may be sent and shared.

(define (share object)
  "(share object)
A copy of OBJECT in the commons, where every process may refer to it and nobody can change it; what is shared already is
returned as it is. An error if something in it cannot be shared."
  (%share object))

;; --- beginning -----------------------------------------------------------------------------------------------

;; What a process calls first, in its own heap.
(define (%process-main thunk)
  (thunk)
  (%close-files))
(%set-root! 'PROCESS_MAIN %process-main)

(define (%first-process?)
  (eqv? (process-id (self)) 1))

(define %process-priorities '((low . 0) (normal . 1) (high . 2) (driver . 3)))

(define (%option options name default)
  (let loop ((l options))
    (cond ((null? l) default)
          ((eq? (car l) name) (cadr l))
          (else (loop (cddr l))))))

(define %process-options '(name environment quota priority share time mailbox link monitor))

;; The clock's ticks are 10 ms.
(define (%ticks-of seconds)
  (if (not (and (real? seconds) (< 0 seconds 1e9)))
      (%raise 'type 'spawn-process "time should be a positive number of seconds, but is" seconds))
  (exact (ceiling (* 100 seconds))))

(define (%check-limit-of name limit most)
  (if (not (and (exact-integer? limit) (<= 1 limit most)))
      (%raise 'range 'spawn-process
              (string-append (symbol->string name) " should be between 1 and " (number->string most) ", but is") limit)))

(define (%time-is-up)
  (%raise 'time #f "the process has used up its time; it ends soon:" (self)))
(%set-root! 'TIME_HANDLER %time-is-up)

(define (%check-options who options known)
  (let loop ((l options))
    (cond ((null? l))
          ((not (memq (car l) known))
           (%raise 'type who
                   (string-append "the options are "
                                  (string-join (map symbol->string known) ", ") ", each with its value; but there is")
                   (car l)))
          ((not (pair? (cdr l))) (%raise 'type who "this option has no value:" (car l)))
          (else (loop (cddr l))))))

(define (spawn-process thunk . options)
  "(spawn-process thunk option value ...)
A new process, which calls a copy of THUNK and ends when that returns. Options: environment, made by environment or
environment-with: what the process may import, at first what its parent may, and where it evaluates; then THUNK may be an expression, a list,
to be evaluated there. name, anything that can be shared; quota, the
bytes its heap may hold (at first a quarter of the machine's memory); priority, low, normal or high; share, its part of the time of those that use
all they get, 100 being everybody's; time, the seconds it may run; mailbox, how many messages may wait
in it (100000); link #t: the two processes end together; monitor #t: this one gets a message when the other ends, see monitor."
  (%check-options 'spawn-process options %process-options)
  (if (not (and (pair? thunk) (%option options 'environment #f)))
      (%check-procedure 'spawn-process 1 thunk))
  (let* ((environment (%option options 'environment #f))
         (authority (if environment (%environment-authority 'spawn-process 3 environment) %authority))
         (priority (%option options 'priority 'normal))
         (number (or (assq priority %process-priorities)
                     (%raise 'type 'spawn-process "priority should be low, normal or high, but is" priority)))
         (mailbox (%option options 'mailbox #f))
         (quota (%option options 'quota #f))
         (share-of-time
          (let ((n (%option options 'share #f)))
            (if n (%check-limit-of 'share n 10000))
            (%child-part "share" 9 n 100)))
         (ticks
          (let ((seconds (%option options 'time #f)))
            (%child-part "time, in ticks," 10 (and seconds (%ticks-of seconds)) #f)))
         (name (share (%option options 'name #f)))
         (p (begin
              (if mailbox (%check-limit-of 'mailbox mailbox #x7fffffff))
              (%check-may-spawn quota number)
              (%new-process quota name)))
         (handle p))
    (if mailbox (%set-mailbox-limit! p mailbox))
    (if share-of-time (%set-process-share! p share-of-time))
    (if ticks (%set-process-time! p ticks))
    (if (not (eqv? (cdr number) 1)) (%set-process-priority! p (cdr number)))
    ;; Whoever leaves this by a condition or a break leaves no process behind.
    (%wind (lambda () #t)
           (lambda ()
             (if (%option options 'link #f) (link p))
             (if (%option options 'monitor #f) (monitor p))
             (%start-process p (if authority (%confined authority thunk) thunk))
             (set! p #f))
           (lambda () (if p (%kill p #f))))
    handle))

;; --- ending --------------------------------------------------------------------------------------------------

(define kill
  (case-lambda
    ((process)
     "(kill process [reason])
End PROCESS, a handle, number or name, at once, whatever it does, for REASON (at first killed), which is shared; its memory is given back. #f if it has ended
already. Those that monitor it or are linked to it are told."
     (kill process 'killed))
    ((process reason) (%kill (%the-process 'kill process) (share reason)))))

(define exit-process
  (case-lambda
    (() "(exit-process [reason])\nEnd the running process for REASON, at first normal." (exit-process 'normal))
    ((reason)
     (if (%first-process?) (exit (eq? reason 'normal)))
     (%kill (self) (share reason)))))

;; What nobody in the process handles ends it.  It is reported where no other process is told.
(define (%process-failed object frames)
  (let ((p (self)))
    (if (not (%watched? p))
        (%report-at-once (string-append "in " (%write-to-string p 1 60) ", which ended:\n") object frames))
    (%kill p (%failure-reason object))))

;; What others are told, in few words: an object that nobody expects might be large.
(define (%failure-reason object)
  (if (%out-of-memory? object)
      'memory
      (guard (c (#t 'error))
        (share (if (condition? object)
                   (list 'error (%condition-ref object 0) (%condition-text object 200))
                   (list 'raised object))))))

;; --- watching ------------------------------------------------------------------------------------------------

(define %last-reference 0)

(define (monitor process)
  "(monitor process)
Be told of the end of PROCESS by one message, #(down reference process reason); returns the reference, an integer. If it has ended
already the message is there at once."
  (set! %last-reference (+ %last-reference 1))
  (if (not (%watch process (self) #f %last-reference))
      (send (self) (vector 'down %last-reference process (process-exit-reason process))))
  %last-reference)

;; The vector #(WHAT reference value) by which PROCESS answers #(WHAT from reference MORE ...); #f if it ends instead.
(define (%request process what . more)
  (let* ((reference (monitor process)) (message (apply vector what (self) reference more)))
    (send process message)
    (let ((m (receive-message-if
              (lambda (m)
                (or (%down? m reference)
                    (and (vector? m) (= 3 (vector-length m)) (eq? what (vector-ref m 0)) (eqv? reference (vector-ref m 1))))))))
      (demonitor process reference)
      (and (not (%down? m reference)) m))))

;; Is this the message of (monitor process), which returned `reference`?
(define (%down? m reference)
  (and (vector? m) (= (vector-length m) 4) (eq? (vector-ref m 0) 'down) (eqv? (vector-ref m 1) reference)))

(define (demonitor process reference)
  "(demonitor process reference)\nUndo (monitor process), which returned REFERENCE."
  (%unwatch process (self) #f reference))

(define (link process)
  "(link process)
Let this process and PROCESS end together: when one ends for another reason than normal, the other does for the same one, unless it
has called trap-exits!; then it gets the message #(exit 0 process reason)."
  (cond ((eq? process (self)))
        ((%watch process (self) #t 0) (%watch (self) process #t 0))
        ((not (eq? (process-exit-reason process) 'normal))
         (%kill (self) (process-exit-reason process)))))

(define (unlink process)
  "(unlink process)\nUndo (link process)."
  (%unwatch process (self) #t 0)
  (%unwatch (self) process #t 0))

;; --- messages ------------------------------------------------------------------------------------------------

;; A time from now on, in seconds or #f, as %park wants it.  Thirty thousand years are for ever.
(define (%deadline who argument seconds)
  (cond ((not seconds) #f)
        ((and (real? seconds) (>= seconds 0))
         (and (< seconds 1e12) (+ (current-jiffy) (exact (ceiling (* seconds 1000000))))))
        (else (%raise-type who argument "#f or a number of seconds, not negative" seconds))))

(define receive-message
  (case-lambda
    (() "(receive-message [timeout [default]])
The oldest message in the mailbox, which is taken out; waits for one. After TIMEOUT seconds without one, DEFAULT."
        (%next-message #f #f)
        (%take-message! #f))
    ((timeout) (receive-message timeout #f))
    ((timeout default)
     (if (%next-message #f (%deadline 'receive-message 1 timeout))
         (%take-message! #f)
         default))))

(define receive-message-if
  (case-lambda
    ((wanted?) "(receive-message-if wanted? [timeout [default]])
The oldest message for which (WANTED? message) is true, which is taken out of the mailbox; the others stay there, in order."
               (receive-message-if wanted? #f #f))
    ((wanted? timeout) (receive-message-if wanted? timeout #f))
    ((wanted? timeout default)
     (%check-procedure 'receive-message-if 1 wanted?)
     (let ((deadline (%deadline 'receive-message-if 2 timeout)))
       (let loop ((before #f))
         (let ((pair (%next-message before deadline)))
           (cond ((not pair) default)
                 ((wanted? (car pair)) (%take-message! before))
                 (else (loop pair)))))))))

;; --- asking --------------------------------------------------------------------------------------------------

(define %process-figure-names
  '#(threads messages messages-received bytes-held bytes-quota bytes-allocated ticks priority ready? share ticks-most bytes-shared traps-exits?))

(define (process-info process)
  "(process-info process)
Figures of PROCESS, an association list: id, name, threads, messages waiting and received, the bytes its heap holds and may hold
and what it allocated so far, ticks of the clock (10 ms) that it ran through, priority, whether it can run, its share of the time, the
ticks it may have or #f, the shared bytes it is charged for, and whether it has called trap-exits!; its exit reason once it has ended."
  (let ((figures (%process-figures process))
        (head (list (cons 'id (process-id process)) (cons 'name (process-name process)))))
    (append head
            (if figures
                (let loop ((i (- (vector-length figures) 1)) (l '()))
                  (if (< i 0)
                      l
                      (loop (- i 1)
                            (cons (cons (vector-ref %process-figure-names i)
                                        (case i
                                          ((7) (vector-ref '#(low normal high driver) (vector-ref figures i)))
                                          ((8 12) (eqv? 1 (vector-ref figures i)))
                                          ((10) (let ((most (vector-ref figures i))) (and (> most 0) most)))
                                          (else (vector-ref figures i))))
                                  l))))
                (list (cons 'exit-reason (process-exit-reason process)))))))

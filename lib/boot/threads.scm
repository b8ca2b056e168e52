;;; Threads of a process, and what they wait for: each other, mutexes, condition variables.
;;;
;;; What belongs to a thread besides its stack is in a record, THREAD_DATA.  A thread that waits is parked, having left
;;; a waiter in a queue; who lets it go on fires the waiter first, so that a wake-up that came for something else does no
;;; harm.  A waiter counts while it is the one its thread waits for; others are left in their queues until they are
;;; met there, or are more than half of it.
;;;
;;; All changes are made with preemption off, and nothing there can fail once the first change is made.

(define-record-type thread-info
  (%make-info thunk outcome result joiners specific waiting contended base)
  %info?
  (thunk %info-thunk %set-info-thunk!)
  (outcome %info-outcome %set-info-outcome!)        ; #f, returned, failed or terminated
  (result %info-result %set-info-result!)
  (joiners %info-joiners %set-info-joiners!)        ; a list of threads
  (specific %info-specific %set-info-specific!)
  (waiting %info-waiting %set-info-waiting!)        ; the waiter it waits for
  (contended %info-contended %set-info-contended!)  ; those of its mutexes that others wait for
  (base %info-base %set-info-base!))                ; its own priority while it has a higher one lent

(define (%fresh-info thunk)
  (%make-info thunk #f #f '() #f #f '() #f))

;; The first thread of a process gets one when it is first needed.
(define (%info thread)
  (or (%thread-data thread)
      (let ((info (%fresh-info #f)))
        (%set-thread-data! thread info)
        info)))

(define (%check-thread who argument x)
  (if (not (thread? x)) (%raise-type who argument "a thread" x)))

(define (%first-thread? thread)
  (eq? thread (%root 'FIRST_THREAD)))

(define (%ended? thread)
  (let ((info (%thread-data thread)))
    (and info (%info-outcome info) #t)))

;; These conditions are raised so that a handler may return, and then so does what raised them, as SRFI 18 wants it.
(define (%signal condition)
  (%note-position! condition)
  (raise-continuable condition))

(define (%signal-of type who message culprit)
  (%signal (%make-condition type who message (list culprit) #f #f)))

;; The list `l` without `x`, which is in it at most once.
(define (%without x l)
  (cond ((null? l) l)
        ((eq? x (car l)) (cdr l))
        (else (cons (car l) (%without x (cdr l))))))

;; --- waiting ------------------------------------------------------------------------------------------------

(define-record-type waiter
  (%make-waiter thread info state group what value)
  %waiter?
  (thread %waiter-thread)
  (info %waiter-info)
  (state %waiter-state %set-waiter-state!)   ; #f until fired
  (group %waiter-group)                      ; the waiter that stands for all of a select, or #f
  (what %waiter-what)                        ; the mutex it waits for, or where it stands in a select
  (value %waiter-value %set-waiter-value!))  ; what comes or goes by it

(define-record-type wait-queue
  (%make-queue first last size stale)
  %queue?
  (first %queue-first %set-queue-first!)
  (last %queue-last %set-queue-last!)
  (size %queue-size %set-queue-size!)
  (stale %queue-stale %set-queue-stale!))    ; at least so many that do not count

(define (%new-queue) (%make-queue '() '() 0 0))

(define (%waits? w)
  (eq? (%info-waiting (%waiter-info w)) (or (%waiter-group w) w)))

;; Behind those of the same or a higher priority.
(define (%queue-add! q w)
  (let ((cell (list w)) (first (%queue-first q)))
    (define (mine-is-higher? other)
      (< (%thread-priority (%waiter-thread other)) (%thread-priority (%waiter-thread w))))
    (%set-queue-size! q (+ (%queue-size q) 1))
    (cond ((null? first)
           (%set-queue-first! q cell)
           (%set-queue-last! q cell))
          ((not (mine-is-higher? (car (%queue-last q))))
           (set-cdr! (%queue-last q) cell)
           (%set-queue-last! q cell))
          ((mine-is-higher? (car first))
           (set-cdr! cell first)
           (%set-queue-first! q cell))
          (else
           (let loop ((l first))
             (if (mine-is-higher? (cadr l))
                 (begin
                   (set-cdr! cell (cdr l))
                   (set-cdr! l cell))
                 (loop (cdr l))))))))

(define (%queue-drop-first! q)
  (let ((rest (cdr (%queue-first q))))
    (%set-queue-first! q rest)
    (if (null? rest) (%set-queue-last! q rest))
    (%set-queue-size! q (- (%queue-size q) 1))))

;; The first waiter that counts, which stays there; or #f.
(define (%queue-head q)
  (let ((first (%queue-first q)))
    (cond ((null? first) #f)
          ((%waits? (car first)) (car first))
          (else
           (%queue-drop-first! q)
           (if (> (%queue-stale q) 0) (%set-queue-stale! q (- (%queue-stale q) 1)))
           (%queue-head q)))))

(define (%queue-take! q)
  (let ((w (%queue-head q)))
    (if w (%queue-drop-first! q))
    w))

;; A waiter in it counts no more.
(define (%queue-note-stale! q)
  (let ((stale (+ (%queue-stale q) 1)))
    (%set-queue-stale! q stale)
    (if (> (* 2 stale) (%queue-size q)) (%queue-prune! q))))

(define (%queue-prune! q)
  (let loop ((l (%queue-first q)) (last '()) (size 0))
    (cond ((null? l)
           (if (null? last) (%set-queue-first! q '()) (set-cdr! last '()))
           (%set-queue-last! q last)
           (%set-queue-size! q size)
           (%set-queue-stale! q 0))
          ((%waits? (car l))
           (if (null? last) (%set-queue-first! q l) (set-cdr! last l))
           (loop (cdr l) l (+ size 1)))
          (else (loop (cdr l) last size)))))

;; Let the thread of `w`, which waits, go on.
(define (%fire! w state)
  (let ((group (%waiter-group w)))
    (%set-waiter-state! w state)
    (if group (%set-waiter-state! group w))
    (%set-info-waiting! (%waiter-info w) #f)
    (%unpark (%waiter-thread w))))

;; With preemption off: wait until `w` is fired or the deadline has passed; what it was fired with, or #f.  It is #f as
;; well if nobody is left to fire it, which %check-deadlock tells once all is in order.
(define (%wait! w deadline)
  (let ((info (%waiter-info w)))
    (%set-info-waiting! info w)
    (let loop ()
      (let ((woken (%park deadline)))
        (%preemption-off)
        (let ((state (%waiter-state w)))
          (cond (state (%preemption-on) state)
                ((eq? woken #t) (loop))
                (else
                 (%set-info-waiting! info #f)
                 (if (eqv? woken 0) (%set-waiter-state! w 'deadlock))
                 (%preemption-on)
                 #f)))))))

(define (%check-deadlock who w)
  (if (eq? (%waiter-state w) 'deadlock) (%deadlock who)))

(define (%deadlock who)
  (%raise 'deadlock who "deadlock: every thread of the process waits, and nothing is to come"))

;; --- beginning and ending -----------------------------------------------------------------------------------

;; The bindings of parameters that a new thread begins with: copies, so that what either assigns the other does not see.
;; Behind the entry without a parameter the thread keeps what it assigns without having a binding (%set-parameter!).
(define (%inherited-parameters)
  (let loop ((l (%parameters)))
    (cond ((null? l) (list (cons #f #f)))
          ((car (car l)) (cons (cons (car (car l)) (cdr (car l))) (loop (cdr l))))
          (else (loop (cdr l))))))

(define make-thread
  (case-lambda
    ((thunk)
     "(make-thread thunk [name])
A new thread, which will call THUNK once thread-start! is called. It begins with the values that parameters have here,
with the running thread's priority, and without handlers."
     (make-thread thunk #f))
    ((thunk name)
     (%check-procedure 'make-thread 1 thunk)
     (let ((thread (%make-thread %thread-main name (%inherited-parameters))))
       (%set-thread-data! thread (%fresh-info thunk))
       thread))))

(define (thread-start! thread)
  "(thread-start! thread)\nLet THREAD, which is new, run; returns it."
  (%check-thread 'thread-start! 1 thread)
  (if (not (%thread-start! thread))
      (%raise 'thread 'thread-start! "this thread has been started already:" thread))
  thread)

(define spawn
  (case-lambda
    ((thunk)
     "(spawn thunk [name])\nA new thread, which calls THUNK at once: (thread-start! (make-thread thunk name))."
     (thread-start! (make-thread thunk #f)))
    ((thunk name) (thread-start! (make-thread thunk name)))))

(define (%thread-main)
  (let* ((thread (current-thread)) (info (%thread-data thread)) (thunk (%info-thunk info)))
    (%set-handlers! %thread-handlers)
    (%set-info-thunk! info #f)
    (%conclude! thread 'returned (thunk))
    (%thread-finish)))

;; What nobody in the thread handles ends it.  It is kept for who joins it; if nobody waits for that, it is shown too.
(define (%thread-failed object)
  (%call/cc
   (lambda (k)
     (let ((thread (current-thread)))
       (%set-handlers! %last-thread-handlers)
       (if (null? (%info-joiners (%info thread)))
           (%report-in-thread thread object (if (%out-of-memory? object) '() (%user-frames k))))
       (%conclude! thread 'failed object)
       (%thread-finish)))))
(define %thread-handlers (list %thread-failed))

;; The report failed.
(define %last-thread-handlers
  (list (lambda (object)
          (%conclude! (current-thread) 'failed object)
          (%thread-finish))))

;; There was no memory even to raise a condition, and its stack is gone.
(define (%thread-rescued)
  (write-string "a thread was ended: out of memory\n" console-port)
  (%conclude! (current-thread) 'failed (%make-condition 'memory #f "out of memory: the thread was ended" '() #f #f))
  (%thread-finish))

(define (%report-in-thread thread object frames)
  (%report-at-once (string-append "in " (%write-to-string thread 1 60) ":\n") object frames))

;; In one piece, so that nothing comes between its lines.
(define (%report-at-once heading object frames)
  (let ((text (call-with-output-string
               (lambda (port)
                 (write-string heading port)
                 (%report-condition object frames port 5)))))
    (%fresh-line console-port)
    (write-string text console-port)))

;; `thread` ends: its mutexes are abandoned, and those that join it go on.  Once only.
(define (%conclude! thread outcome result)
  (let ((info (%info thread)))
    (%preemption-off)
    (if (not (%info-outcome info))
        (begin
          (%set-info-outcome! info outcome)
          (%set-info-result! info result)
          (%set-info-waiting! info #f)
          (let loop ((l (%info-contended info)))
            (if (pair? l)
                (begin
                  (if (eq? thread (%mutex-owner (car l))) (%hand-over! (car l) 'abandoned))
                  (loop (cdr l)))))
          (%set-info-contended! info '())
          (let loop ((l (%info-joiners info)))
            (if (pair? l)
                (begin
                  (%unpark (car l))
                  (loop (cdr l)))))
          (%set-info-joiners! info '())))
    (%preemption-on)))

(define (thread-terminate! thread)
  "(thread-terminate! thread)
End THREAD at once, whatever it does: the after thunks of its dynamic-winds are not called, its mutexes are abandoned.
Nothing happens if it has ended. The first thread of a process cannot be ended in this way: use exit."
  (%check-thread 'thread-terminate! 1 thread)
  (if (%first-thread? thread)
      (%raise 'thread 'thread-terminate! "the first thread ends with its process; use exit:" thread))
  (if (not (%ended? thread))
      (begin
        (%thread-end! thread)
        (%conclude! thread 'terminated #f)
        (if (eq? thread (current-thread)) (%thread-finish)))))

;; --- joining ------------------------------------------------------------------------------------------------

(define thread-join!
  (case-lambda
    ((thread)
     "(thread-join! thread [timeout [default]])
Wait until THREAD has ended, and return what its thunk returned. If it ended by an error, that is raised here in a
condition of type uncaught-exception, see uncaught-exception-reason; if it was terminated, one of type terminated-thread.
After TIMEOUT seconds DEFAULT is returned, or a condition of type join-timeout is raised."
     (%join thread (%deadline 'thread-join! 2 #f) %no-default))
    ((thread timeout) (%join thread (%deadline 'thread-join! 2 timeout) %no-default))
    ((thread timeout default) (%join thread (%deadline 'thread-join! 2 timeout) default))))

(define %no-default (list 'no-default))

(define (%join thread deadline default)
  (%check-thread 'thread-join! 1 thread)
  (if (eq? thread (current-thread))
      (%raise 'thread 'thread-join! "a thread cannot wait for its own end:" thread))
  (let ((info (%info thread)))
    (if (or (%info-outcome info) (%await-end thread info deadline))
        (case (%info-outcome info)
          ((returned) (%info-result info))
          ((failed) (%signal (%uncaught thread (%info-result info))))
          (else (%signal-of 'terminated-thread 'thread-join! "this thread was terminated:" thread)))
        (if (eq? default %no-default)
            (%signal-of 'join-timeout 'thread-join! "this thread has not ended in time:" thread)
            default))))

(define (%uncaught thread object)
  (%make-condition 'uncaught-exception 'thread-join!
                   (string-append "an error ended " (%write-to-string thread 1 60) ": " (%condition-text object 200))
                   '() #f (list object)))

;; Wait; false when the deadline has passed.
(define (%await-end thread info deadline)
  (let ((me (current-thread)))
    (%preemption-off)
    (if (not (%info-outcome info)) (%set-info-joiners! info (cons me (%info-joiners info))))
    (let loop ()
      (cond ((%info-outcome info) (%preemption-on) #t)
            ((let ((woken (%park deadline)))
               (%preemption-off)
               (or (eq? woken #t) (%info-outcome info) (begin (%leave-joiners! info me woken) #f)))
             (loop))
            (else #f)))))

(define (%leave-joiners! info me woken)
  (%set-info-joiners! info (%without me (%info-joiners info)))
  (%preemption-on)
  (if (eqv? woken 0) (%deadlock 'thread-join!)))

(define (uncaught-exception-reason condition)
  "(uncaught-exception-reason condition)
What ended the thread: the object raised there. CONDITION, of type uncaught-exception, was raised by thread-join!."
  (if (not (and (condition? condition) (eq? (%condition-ref condition 0) 'uncaught-exception)))
      (%raise-type 'uncaught-exception-reason 1 "a condition of type uncaught-exception" condition))
  (car (%condition-ref condition 5)))

(define (thread-sleep! seconds)
  "(thread-sleep! seconds)\nWait for so many SECONDS, a real number that is not negative."
  (if (not seconds) (%raise-type 'thread-sleep! 1 "a number of seconds" seconds))
  (%sleep-until (%deadline 'thread-sleep! 1 seconds)))

(define (%sleep-until deadline)
  (let ((woken (%park deadline)))
    (if (eqv? woken 0) (%deadlock 'thread-sleep!))
    (if (eq? woken #t) (%sleep-until deadline))))

(define (sleep seconds)
  "(sleep seconds)\nThe same as thread-sleep!."
  (thread-sleep! seconds))

;; --- what a thread has --------------------------------------------------------------------------------------

(define (thread-specific thread)
  "(thread-specific thread)\nWhat thread-specific-set! put there, or #f."
  (%check-thread 'thread-specific 1 thread)
  (%info-specific (%info thread)))

(define (thread-specific-set! thread object)
  "(thread-specific-set! thread object)\nKeep OBJECT with THREAD."
  (%check-thread 'thread-specific-set! 1 thread)
  (%set-info-specific! (%info thread) object))

(define (thread-priority thread)
  "(thread-priority thread)
The priority of THREAD, at first that of the thread that made it, and 0 of a process's first one. One that it is lent
does not count."
  (%check-thread 'thread-priority 1 thread)
  (or (%info-base (%info thread)) (%thread-priority thread)))

(define (thread-priority-set! thread priority)
  "(thread-priority-set! thread priority)
Give THREAD a PRIORITY from -100 to 100. A thread runs only when none of a higher priority can, in its process."
  (%check-thread 'thread-priority-set! 1 thread)
  (if (not (and (exact-integer? priority) (<= -100 priority 100)))
      (%raise-range 'thread-priority-set! 2 "an exact integer from -100 to 100" priority))
  (let ((info (%info thread)))
    (%preemption-off)
    (%set-info-base! info priority)
    (%settle-priority! thread info)
    (%preemption-on)))

(define (thread-state thread)
  "(thread-state thread)
What THREAD does: new, ready, running, waiting (for another thread), sleeping (or waiting with a timeout), reading, or
done."
  (%check-thread 'thread-state 1 thread)
  (if (%ended? thread)
      'done
      (vector-ref '#(new ready running waiting sleeping reading done) (%thread-state thread))))

(define (threads)
  "(threads)
The threads of this process that have not ended, a list of (thread state), see thread-state; the running one first. Visits the
whole heap. One that waits for ever for what nothing else refers to is there until the collector finds it."
  (cons (list (current-thread) 'running)
        (map (lambda (thread) (list thread (thread-state thread)))
             (heap-fold (lambda (x found)
                          (if (and (thread? x) (not (eq? x (current-thread)))
                                   (not (eq? 'done (thread-state x))) (not (memq x found)))
                              (cons x found)
                              found))
                        '()))))

;; --- mutexes ------------------------------------------------------------------------------------------------
;; A mutex that is unlocked while threads wait goes to the first of them.  The owner has at least the priority of those
;; that wait for its mutexes: else one of a priority between could keep them waiting for as long as it likes.

(define-record-type mutex
  (%make-mutex %owner %waiters name %specific)
  mutex?
  (%owner %mutex-owner %set-mutex-owner!)         ; a thread, #f: unlocked, or #t: locked and nobody's
  (%waiters %mutex-waiters %set-mutex-waiters!)   ; a queue, or #f
  (name %mutex-name)
  (%specific %mutex-specific %set-mutex-specific!))

(define (%check-mutex who x)
  (if (not (mutex? x)) (%raise-type who 1 "a mutex" x)))

(define make-mutex
  (case-lambda
    (() "(make-mutex [name])\nA new mutex, unlocked." (%make-mutex #f #f #f #f))
    ((name) (%make-mutex #f #f name #f))))

(define (mutex-name mutex)
  "(mutex-name mutex)\nThe name MUTEX was made with, or #f."
  (%check-mutex 'mutex-name mutex)
  (%mutex-name mutex))

(define (mutex-specific mutex)
  "(mutex-specific mutex)\nWhat mutex-specific-set! put there, or #f."
  (%check-mutex 'mutex-specific mutex)
  (%mutex-specific mutex))

(define (mutex-specific-set! mutex object)
  "(mutex-specific-set! mutex object)\nKeep OBJECT with MUTEX."
  (%check-mutex 'mutex-specific-set! mutex)
  (%set-mutex-specific! mutex object))

(define (mutex-state mutex)
  "(mutex-state mutex)
The thread that owns MUTEX; not-owned if it is locked and nobody's; not-abandoned if it is unlocked, and abandoned if its last
owner ended without unlocking it."
  (%check-mutex 'mutex-state mutex)
  (let ((owner (%mutex-owner mutex)))
    (cond ((not owner) 'not-abandoned)
          ((eq? owner #t) 'not-owned)
          ((%ended? owner) 'abandoned)
          (else owner))))

(define mutex-lock!
  (case-lambda
    ((mutex)
     "(mutex-lock! mutex [timeout [owner]])
Wait until MUTEX is unlocked and lock it: #t; or #f after TIMEOUT seconds. OWNER is the running thread if not said, another thread,
or #f: nobody. If it was abandoned it is locked and a condition of type abandoned-mutex is raised. An error if the running thread
owns it already."
     (if (not (mutex? mutex)) (%raise-type 'mutex-lock! 1 "a mutex" mutex))
     (%preemption-off)
     (if (%mutex-owner mutex)
         (%lock-slowly mutex #f (current-thread) #t)
         (begin
           (%set-mutex-owner! mutex (current-thread))
           (%preemption-on)
           #t)))
    ((mutex timeout) (%lock mutex timeout (current-thread) #t))
    ((mutex timeout owner) (%lock mutex timeout owner #t))))

(define (%lock mutex timeout owner strict?)
  (%check-mutex 'mutex-lock! mutex)
  (if owner (%check-thread 'mutex-lock! 3 owner))
  (let ((deadline (%deadline 'mutex-lock! 2 timeout)))
    (%preemption-off)
    (%lock-slowly mutex deadline (or owner #t) strict?)))

;; With preemption off.
(define (%lock-slowly mutex deadline owner strict?)
  (let ((holder (%mutex-owner mutex)))
    (cond ((not holder)
           (%set-mutex-owner! mutex owner)
           (%preemption-on)
           #t)
          ((and (not (eq? holder #t)) (%ended? holder))
           (%set-mutex-owner! mutex owner)
           (%preemption-on)
           (%raise-abandoned mutex))
          ((and strict? (eq? holder (current-thread)))
           (%preemption-on)
           (%raise 'mutex 'mutex-lock! "the running thread has locked this mutex already:" mutex))
          (else (%wait-for-mutex mutex deadline holder owner)))))

(define (%raise-abandoned mutex)
  (%signal-of 'abandoned-mutex 'mutex-lock! "the thread that had locked this mutex ended without unlocking it:" mutex))

(define (%wait-for-mutex mutex deadline holder owner)
  (let* ((me (current-thread)) (w (%make-waiter me (%info me) #f #f mutex owner)))
    (if (not (%mutex-waiters mutex)) (%set-mutex-waiters! mutex (%new-queue)))
    (%queue-add! (%mutex-waiters mutex) w)
    (%add-contended! mutex holder)
    (%lend! holder (%thread-priority me))
    (let ((state (%wait! w deadline)))
      (cond ((eq? state 'abandoned) (%raise-abandoned mutex))
            (state #t)
            (else
             (%preemption-off)
             (%queue-note-stale! (%mutex-waiters mutex))
             (%settle-owner! mutex)
             (%preemption-on)
             (%check-deadlock 'mutex-lock! w)
             #f)))))

(define (%add-contended! mutex owner)
  (if (thread? owner)
      (let ((info (%info owner)))
        (if (not (memq mutex (%info-contended info)))
            (%set-info-contended! info (cons mutex (%info-contended info)))))))

;; A thread of this priority waits for `thread`: so does then what that waits for, and so on.
(define (%lend! thread priority)
  (if (and (thread? thread) (< (%thread-priority thread) priority))
      (let* ((info (%info thread)) (w (%info-waiting info)))
        (if (not (%info-base info)) (%set-info-base! info (%thread-priority thread)))
        (%set-thread-priority! thread priority)
        (if (and w (mutex? (%waiter-what w))) (%lend! (%mutex-owner (%waiter-what w)) priority)))))

;; A thread that has been lent a priority, or been given one, gets the one that is due to it.
(define (%settle-priority! thread info)
  (let ((base (%info-base info)))
    (if base
        (let loop ((l (%info-contended info)) (priority base))
          (cond ((pair? l)
                 (let ((w (%queue-head (%mutex-waiters (car l)))))
                   (loop (cdr l) (if w (max priority (%thread-priority (%waiter-thread w))) priority))))
                (else
                 (if (= priority base) (%set-info-base! info #f))
                 (%set-thread-priority! thread priority)))))))

(define (%settle-owner! mutex)
  (let ((owner (%mutex-owner mutex)))
    (if (thread? owner) (%settle-priority! owner (%info owner)))))

(define mutex-unlock!
  (case-lambda
    ((mutex)
     "(mutex-unlock! mutex)
Unlock MUTEX; the first thread that waits for it has it then. An error if it is not locked, or another thread owns it."
     (if (not (mutex? mutex)) (%raise-type 'mutex-unlock! 1 "a mutex" mutex))
     (%preemption-off)
     (if (and (eq? (%mutex-owner mutex) (current-thread)) (not (%mutex-waiters mutex)))
         (begin
           (%set-mutex-owner! mutex #f)
           (%preemption-on))
         (%unlock-slowly mutex)))))

(define (%unlock-slowly mutex)
  (%check-held 'mutex-unlock! mutex)
  (%release! mutex)
  (%preemption-on))

;; With preemption off, which an error ends.
(define (%check-held who mutex)
  (let ((owner (%mutex-owner mutex)))
    (if (not (or (eq? owner #t) (eq? owner (current-thread))))
        (begin
          (%preemption-on)
          (if (or (not owner) (%ended? owner))
              (%raise 'mutex who "this mutex is not locked:" mutex)
              (%raise 'mutex who "another thread has locked this mutex:" mutex owner))))))

;; With preemption off: whoever has it has it no more.
(define (%release! mutex)
  (let ((owner (%mutex-owner mutex)))
    (if (%mutex-waiters mutex)
        (begin
          (%hand-over! mutex #t)
          (if (thread? owner)
              (let ((info (%info owner)))
                (if (pair? (%info-contended info))
                    (begin
                      (%set-info-contended! info (%without mutex (%info-contended info)))
                      (%settle-priority! owner info))))))
        (%set-mutex-owner! mutex #f))))

;; The first waiter has it now; without one it is unlocked, or abandoned as its owner says.  A waiter may want it for a
;; thread that has ended meanwhile.
(define (%hand-over! mutex state)
  (let* ((q (%mutex-waiters mutex)) (w (%queue-take! q)))
    (if w
        (let ((owner (%waiter-value w)))
          (%set-mutex-owner! mutex owner)
          (%fire! w state)
          (cond ((not (thread? owner)))
                ((%ended? owner) (%hand-over! mutex 'abandoned))
                ((%queue-head q)
                 => (lambda (next)
                      (%add-contended! mutex owner)
                      (%lend! owner (%thread-priority (%waiter-thread next)))))))
        (begin
          (%set-mutex-waiters! mutex #f)
          (if (eq? state #t) (%set-mutex-owner! mutex #f))))))

(define-syntax with-mutex
  (syntax-rules ()
    ((_ mutex e1 e2 ...) (%with-mutex mutex (lambda () e1 e2 ...)))))

;; Unlocked on every way out of the thunk.
(define (%with-mutex mutex thunk)
  (dynamic-wind
   (lambda () (mutex-lock! mutex))
   thunk
   (lambda () (mutex-unlock! mutex))))

;; --- condition variables ------------------------------------------------------------------------------------

(define-record-type condition-variable
  (%make-condition-variable %waiters name %specific)
  condition-variable?
  (%waiters %condition-waiters)
  (name %condition-variable-name)
  (%specific %condition-variable-specific %set-condition-variable-specific!))

(define (%check-condition who argument x)
  (if (not (condition-variable? x)) (%raise-type who argument "a condition variable" x)))

(define make-condition-variable
  (case-lambda
    (() "(make-condition-variable [name])\nA new condition variable, for which no thread waits."
        (%make-condition-variable (%new-queue) #f #f))
    ((name) (%make-condition-variable (%new-queue) name #f))))

(define (condition-variable-name variable)
  "(condition-variable-name variable)\nThe name VARIABLE was made with, or #f."
  (%check-condition 'condition-variable-name 1 variable)
  (%condition-variable-name variable))

(define (condition-variable-specific variable)
  "(condition-variable-specific variable)\nWhat condition-variable-specific-set! put there, or #f."
  (%check-condition 'condition-variable-specific 1 variable)
  (%condition-variable-specific variable))

(define (condition-variable-specific-set! variable object)
  "(condition-variable-specific-set! variable object)\nKeep OBJECT with VARIABLE."
  (%check-condition 'condition-variable-specific-set! 1 variable)
  (%set-condition-variable-specific! variable object))

(define condition-variable-wait!
  (case-lambda
    ((variable mutex)
     "(condition-variable-wait! variable mutex [timeout])
Unlock MUTEX, which the running thread has locked, wait until VARIABLE is signalled, and lock it again: #t; or #f after TIMEOUT
seconds. Look at what was waited for again: another thread may have been faster."
     (condition-variable-wait! variable mutex #f))
    ((variable mutex timeout)
     (%check-condition 'condition-variable-wait! 1 variable)
     (if (not (mutex? mutex)) (%raise-type 'condition-variable-wait! 2 "a mutex" mutex))
     (let ((deadline (%deadline 'condition-variable-wait! 3 timeout)) (owner (%mutex-owner mutex)))
       (%preemption-off)
       (%check-held 'condition-variable-wait! mutex)
       (let ((w (%wait-on variable mutex deadline)))
         (%preemption-off)
         (%lock-slowly mutex #f owner #f)
         (%check-deadlock 'condition-variable-wait! w)
         (eq? #t (%waiter-state w)))))))

;; With preemption off: leave the mutex, and wait for a signal.  The waiter, whose state says whether one came.
(define (%wait-on variable mutex deadline)
  (let* ((me (current-thread)) (w (%make-waiter me (%info me) #f #f #f #f)) (q (%condition-waiters variable)))
    (%queue-add! q w)
    (%release! mutex)
    (if (not (%wait! w deadline))
        (begin
          (%preemption-off)
          (%queue-note-stale! q)
          (%preemption-on)))
    w))

(define (condition-variable-signal! variable)
  "(condition-variable-signal! variable)\nLet the first thread go on that waits for VARIABLE, if there is one."
  (%check-condition 'condition-variable-signal! 1 variable)
  (%preemption-off)
  (let ((w (%queue-take! (%condition-waiters variable))))
    (if w (%fire! w #t)))
  (%preemption-on))

(define (condition-variable-broadcast! variable)
  "(condition-variable-broadcast! variable)\nLet all threads go on that wait for VARIABLE."
  (%check-condition 'condition-variable-broadcast! 1 variable)
  (%preemption-off)
  (let loop ()
    (let ((w (%queue-take! (%condition-waiters variable))))
      (if w
          (begin
            (%fire! w #t)
            (loop)))))
  (%preemption-on))

;;; Threads of a process: order, mutexes, condition variables, channels, select, parameters, priorities, endings.
;; stress-args: small
(define small? (pair? (cdr (command-line))))
(define many (if small? 20 500))
(define-syntax show
  (syntax-rules () ((_ e ...) (begin (for-each (lambda (x) (write x) (write-char #\space)) (list e ...)) (newline)))))
(define-syntax text-of
  (syntax-rules () ((_ e) (guard (c (#t (condition->string c))) e))))
(define-syntax times
  (syntax-rules () ((_ n e ...) (do ((i 0 (+ i 1))) ((= i n)) e ...))))

;; A counter that a lost update would show in.
(define m (make-mutex 'm))
(define n 0)
(define (count) (times many (with-mutex m (let ((old n)) (if (odd? old) (thread-yield!)) (set! n (+ old 1))))))
(define counters (map (lambda (i) (spawn (lambda () (count) i) 'counter)) (iota 4)))
(show (map thread-join! counters) (= n (* 4 many)))
;; => (0 1 2 3) #t 

;; Every number goes once from three producers through two stages.
(define (pump from to)
  (spawn (lambda ()
           (let loop ()
             (let ((v (channel-receive! from)))
               (if (not (eof-object? v)) (begin (channel-send! to (* 2 v)) (loop))))))))
(define (pipeline room)
  (let* ((a (make-channel room)) (b (make-channel room))
         (producers (map (lambda (k) (spawn (lambda () (do ((i 0 (+ i 1))) ((= i many)) (channel-send! a (+ i (* k many)))))))
                         '(0 1 2)))
         (pumps (list (pump a b) (pump a b))))
    (spawn (lambda () (for-each thread-join! producers) (channel-close! a) (for-each thread-join! pumps) (channel-close! b)))
    (let loop ((sum 0) (count 0))
      (let ((v (channel-receive! b)))
        (if (eof-object? v)
            (list (= count (* 3 many)) (= sum (* 3 many (- (* 3 many) 1))))
            (loop (+ sum v) (+ count 1)))))))
(show (pipeline 0) (pipeline 1) (pipeline 7))
;; => (#t #t) (#t #t) (#t #t) 

;; select: both directions, default, timeout, closed
(define c (make-channel))
(define d (make-channel 1))
(show (select ((receive v c) v) (else 'none))
      (select ((receive v c) v) ((after 0.002) 'late))
      (select ((receive v c) v) ((send d 'x) 'sent))
      (select ((send d 'y) 'sent) ((receive v d) v))
      (channel-send! c 1 0.001) (channel-receive! c 0.001 'late))
;; => none late sent x #f late 
(define (chooser) (spawn (lambda () (select ((receive v c) (list 'got v)) ((receive v d) (list 'd v)) ((send c 'offer) 'sent)))))
(let ((t (chooser))) (show (channel-receive! c) (thread-join! t)))
;; => offer sent 
(let ((t (chooser))) (thread-yield!) (show (channel-send! c 5) (thread-join! t)))
;; => #t (got 5) 
(let ((t (chooser))) (show (channel-send! d 6) (thread-join! t)))
;; => #t (d 6) 
(let ((t (spawn (lambda () (channel-receive! c)))))
  (thread-yield!)
  (channel-close! c)
  (channel-close! c)
  (show (thread-join! t) (channel-receive! c) (channel-closed? c)))
;; => #<eof> #<eof> #t 
;; Waiters that gave up are forgotten.
(let ((c (make-channel)))
  (times 50 (channel-receive! c 0) (select ((receive v c) v) ((after 0) 'late)))
  (let ((t (spawn (lambda () (channel-send! c 'kept))))) (show (channel-receive! c))))
;; => kept 

;; Parameters: inherited, and everybody's own.
(define p (make-parameter 1))
(define (look-and-set) (let ((before (p))) (p 9) (list before (p) (parameterize ((p 3)) (p 4) (p)) (p))))
(show (thread-join! (parameterize ((p 2)) (spawn look-and-set))) (thread-join! (spawn look-and-set)) (p))
;; => (2 9 4 9) (1 9 4 9) 1 

;; Priorities: a higher one runs at once; one that waits for a mutex lends its own to the owner.
(define log '())
(define (note x) (set! log (cons x log)))
(define (with-priority n name thunk)
  (let ((t (make-thread thunk name))) (thread-priority-set! t n) (thread-start! t)))
(let ((low (with-priority -1 'low (lambda () (note 'low)))) (high (with-priority 1 'high (lambda () (note 'high)))))
  (times 3 (thread-yield!))
  (note 'main)
  (thread-join! low)
  (show (reverse log) (thread-priority high) (thread-priority (current-thread))))
;; => (high main low) 1 0 
(set! log '())
(let* ((gate (make-channel)) (locked (make-channel))
       (owner (with-priority -2 'owner
                             (lambda ()
                               (with-mutex m (channel-send! locked #t) (channel-receive! gate) (note 'owner))
                               (note 'owner-after))))
       (wanted (begin (channel-receive! locked) (with-priority 2 'wanted (lambda () (with-mutex m (note 'wanted))))))
       (between (with-priority 1 'between (lambda () (channel-send! gate 'go) (thread-yield!) (note 'between)))))
  (for-each thread-join! (list owner wanted between))
  (show (reverse log) (thread-priority owner)))
;; => (owner wanted between owner-after) -2 

;; Endings.
;; Of a lower priority, they end when this one waits for that, and so are not shown.
(define bad (with-priority -1 'bad (lambda () (car 5))))
(show (guard (c (#t (list (condition-type c) (condition->string (uncaught-exception-reason c))))) (thread-join! bad)))
;; => (uncaught-exception "car: argument 1 should be a pair, but is 5") 
(define endless (spawn (lambda () (let loop () (loop))) 'endless))
(show (thread-join! endless 0.002 'late))
;; => late 
(thread-terminate! endless)
(show (text-of (thread-join! endless)) (thread-state endless))
;; => "thread-join!: this thread was terminated: #<thread endless>" done 
(define owner (spawn (lambda () (mutex-lock! m)) 'owner))
(thread-join! owner)
(show (mutex-state m) (text-of (mutex-lock! m)) (eq? (mutex-state m) (current-thread)))
;; => abandoned "mutex-lock!: the thread that had locked this mutex ended without unlocking it: #<mutex name: m>" #t 

;; What cannot be.
(show (text-of (mutex-lock! m)))
;; => "mutex-lock!: the running thread has locked this mutex already: #<mutex name: m>" 
(show (text-of (thread-join! (with-priority -1 'thief (lambda () (mutex-unlock! m))))))
;; => "thread-join!: an error ended #<thread thief>: mutex-unlock!: another thread has locked this mutex: #<mutex name: m> #<thread>" 
(mutex-unlock! m)
(show (text-of (mutex-unlock! m)))
;; => "mutex-unlock!: this mutex is not locked: #<mutex name: m>" 
(show (text-of (sleep -1)))
;; => "thread-sleep!: argument 1 should be #f or a number of seconds, not negative, but is -1" 
(show (text-of (sleep 'long)))
;; => "thread-sleep!: argument 1 should be #f or a number of seconds, not negative, but is long" 
(show (text-of (thread-join! (current-thread))))
;; => "thread-join!: a thread cannot wait for its own end: #<thread>" 
(show (text-of (thread-terminate! (current-thread))))
;; => "thread-terminate!: the first thread ends with its process; use exit: #<thread>" 
(show (text-of (channel-send! c 1)))
;; => "channel-send!: this channel is closed: #<channel room: 0 count: 0 closed?: #t>" 
(show (text-of (channel-receive! 5)) (text-of (make-channel -1)))
;; => "channel-receive!: argument 1 should be a channel, but is 5" "make-channel: argument 1 should be an index, but is -1" 
(show (text-of (spawn 5)) (text-of (thread-start! endless)))
;; => "make-thread: argument 1 should be a procedure, but is 5" "thread-start!: this thread has been started already: #<thread endless>" 
(show (text-of (thread-priority-set! (current-thread) 1000)))
;; => "thread-priority-set!: argument 2 should be an exact integer from -100 to 100, but is 1000" 

;; Deadlocks end by an error of the first thread.
(define x (make-channel))
(show (text-of (channel-receive! x)))
;; => "channel-receive!: deadlock: every thread of the process waits, and nothing is to come" 
(define a (make-mutex 'a))
(define b (make-mutex 'b))
(define locked (make-channel))
(define other (spawn (lambda () (with-mutex b (channel-send! locked #t) (with-mutex a 'both))) 'other))
(show (text-of (with-mutex a (channel-receive! locked) (with-mutex b 'both))))
;; => "mutex-lock!: deadlock: every thread of the process waits, and nothing is to come" 
(show (thread-join! other))
;; => both 
(show (text-of (thread-join! (make-thread car 'never))))
;; => "thread-join!: deadlock: every thread of the process waits, and nothing is to come" 
(define v (make-condition-variable))
(show (with-mutex a (text-of (condition-variable-wait! v a))) (with-mutex a (condition-variable-wait! v a 0.001)))
;; => "condition-variable-wait!: deadlock: every thread of the process waits, and nothing is to come" #f 

;; Many at once.
(define gate (make-channel))
(define crowd (map (lambda (i) (spawn (lambda () (channel-receive! gate)))) (iota many)))
(thread-yield!)
(times many (channel-send! gate 2))
(show (= (* 2 many) (fold-left + 0 (map thread-join! crowd))))
;; => #t 

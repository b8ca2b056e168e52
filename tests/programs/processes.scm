;; Processes: messages, ends, watchers, quotas, what a child sees of its parent.
;; memory: 64M
;; => echo (got 1) (got "two") (got #(3 (4 . 5)))
;; => shared and cyclic #t #t
;; => record #t 1 2
;; => its own globals 1 2
;; => order (1 2 3 4 5 6 7 8 9 10)
;; => selective (b 2) (a 1) (c 3)
;; => timeout none
;; => down (down #t #t normal)
;; => late (down #t #t normal)
;; => reason (error type)
;; => raised (raised 42)
;; => exit status 3
;; => killed enough
;; => killed already #f
;; => memory memory
;; => stack #t
;; => linked together (down broken) (down broken)
;; => trapped (exit 0 #t oops)
;; => normal end of a link alive
;; => mailbox is full mailbox
;; => too large memory alive
;; => to the dead #f
;; => kill oneself killed
;; => from within many (0 1 4 9 16)
;; => ring 1000
;; => refused (type type type type)
;; => bad options (type type type type type)
;; => killed while it begins one 3 1
;; => all ended #t
(import (scheme base) (scheme write) (only (ringlet) spawn-process self send receive-message receive-message-if monitor
          demonitor link kill processes process-alive? process-exit-reason trap-exits! exit-process condition-type
          thread-yield! share) (only (scheme process-context) exit))

(define-syntax line
  (syntax-rules ()
    ((_ name part ...) (begin (display name) (for-each (lambda (x) (display " ") (write x)) (list part ...)) (newline)))))
(define-syntax type-of-error
  (syntax-rules () ((_ e) (guard (c (#t (condition-type c))) e))))

(define me (self))
(define n-at-start (length (processes)))

(define echo
  (spawn-process
   (lambda ()
     (let loop ()
       (let ((m (receive-message)))
         (if (eq? m 'stop) 'done (begin (send me (list 'got m)) (loop))))))
   'name "echo"))
(define (ask m) (send echo m) (receive-message))
(line "echo" (ask 1) (ask "two") (ask (vector 3 (cons 4 5))))

(define twice (list 1 2))
(define ring (list 'a 'b))
(set-cdr! (cdr ring) ring)
(let ((m (cadr (ask (vector twice twice ring)))))
  (line "shared and cyclic" (eq? (vector-ref m 0) (vector-ref m 1))
        (eq? (vector-ref m 2) (cddr (vector-ref m 2)))))

(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(let ((m (cadr (ask (make-point 1 2))))) (line "record" (point? m) (point-x m) (point-y m)))

(define counter 1)
(spawn-process (lambda () (set! counter (+ counter 1)) (send me counter)))
(let ((theirs (receive-message))) (line "its own globals" counter theirs))

(spawn-process (lambda () (let loop ((i 1)) (if (<= i 10) (begin (send me i) (loop (+ i 1)))))))
(line "order" (let loop ((i 0) (l '())) (if (= i 10) (reverse l) (loop (+ i 1) (cons (receive-message) l)))))

(send me '(a 1)) (send me '(b 2)) (send me '(c 3))
(let* ((b (receive-message-if (lambda (m) (eq? (car m) 'b)))) (a (receive-message)) (c (receive-message)))
  (line "selective" b a c))
(line "timeout" (receive-message 0.01 'none))

;; The end of a process as its monitor sees it: its name is fresh, so compare.
(define (watched-end thunk . options)
  (let* ((p (apply spawn-process thunk 'monitor #t options)) (m (receive-message 20 '#(none 0 0 0))))
    (list (vector-ref m 0) (exact-integer? (vector-ref m 1)) (eq? p (vector-ref m 2)) (vector-ref m 3))))
(define (end-reason thunk . options) (list-ref (apply watched-end thunk options) 3))
(line "down" (watched-end (lambda () 1)))
(let ((p (spawn-process (lambda () 1))))
  (receive-message 0.01)
  (let* ((reference (monitor p)) (m (receive-message)))
    (line "late" (list (vector-ref m 0) (eqv? reference (vector-ref m 1)) (eq? p (vector-ref m 2)) (vector-ref m 3)))))
(let ((reason (end-reason (lambda () (car 5))))) (line "reason" (list (car reason) (cadr reason))))
(line "raised" (end-reason (lambda () (raise 42))))
(line "exit status" (end-reason (lambda () (exit 3))))
(define (forever) (let loop () (loop)))
(let* ((p (spawn-process forever)) (reference (monitor p)))
  (kill p 'enough)
  (line "killed" (vector-ref (receive-message) 3))
  (line "killed already" (kill p)))
(line "memory" (end-reason (lambda () (let loop ((l '())) (loop (cons 1 l)))) 'quota 300000))
(define (deep n) (+ 1 (deep n)))
(let ((reason (end-reason (lambda () (deep 1)) 'quota 400000)))
  (line "stack" (or (eq? reason 'memory) (and (pair? reason) (eq? (cadr reason) 'stack)))))

(let* ((a (spawn-process (lambda () (receive-message) (raise 'x))))
       (b (spawn-process (lambda () (link a) (receive-message)))))
  (monitor a)
  (monitor b)
  (receive-message 0.01)
  (kill a 'broken)
  (let* ((m (receive-message)) (n (receive-message)))
    (line "linked together" (list (vector-ref m 0) (vector-ref m 3)) (list (vector-ref n 0) (vector-ref n 3)))))
(let ((p (spawn-process
          (lambda ()
            (trap-exits! #t)
            (let ((q (spawn-process (lambda () (receive-message)) 'link #t)))
              (kill q 'oops)
              (let ((m (receive-message)))
                (send me (list (vector-ref m 0) (vector-ref m 1) (eq? q (vector-ref m 2)) (vector-ref m 3)))))))))
  (line "trapped" (receive-message)))
(let ((p (spawn-process (lambda () (spawn-process (lambda () 1) 'link #t) (receive-message 0.05) (send me 'alive)))))
  (line "normal end of a link" (receive-message)))

(let ((p (spawn-process (lambda () (forever)) 'mailbox 5)))
  (line "mailbox is full" (type-of-error (let loop ((i 0)) (if (< i 10) (begin (send p i) (loop (+ i 1)))))))
  (kill p))
(let ((p (spawn-process (lambda () (receive-message) (send me 'alive)) 'quota 300000)))
  (let ((problem (type-of-error (send p (make-vector 200000 0)))))
    (send p 1)
    (line "too large" problem (receive-message))))
(let ((p (spawn-process (lambda () 1))))
  (receive-message 0.01)
  (line "to the dead" (send p 1)))
(line "kill oneself" (end-reason (lambda () (kill (self)) (send me 'still-there))))

(line "from within many"
      (begin
        (for-each (lambda (i) (spawn-process (lambda () (send me (* i i))))) '(0 1 2 3 4))
        (let loop ((i 0) (l '()))
          (if (< i 5)
              (loop (+ i 1) (cons (receive-message) l))
              (let sort ((i 0))
                (let find ((rest l) (least #f))
                  (cond ((pair? rest) (find (cdr rest) (if (and (>= (car rest) i) (or (not least) (< (car rest) least))) (car rest) least)))
                        ((not least) '())
                        (else (cons least (sort (+ least 1)))))))))))

(define (make-ring n)
  (let loop ((i 0) (next me))
    (if (= i n)
        next
        (loop (+ i 1) (spawn-process (lambda () (send next (+ 1 (receive-message)))))))))
(send (make-ring 1000) 0)
(line "ring" (receive-message))

(line "refused"
      (map (lambda (x) (type-of-error (send echo x)))
           (list (current-output-port) (call-with-current-continuation (lambda (k) k)) (open-input-string "x")
                 (list 1 (current-output-port)))))
(line "bad options"
      (list (type-of-error (spawn-process 5)) (type-of-error (spawn-process forever 'colour 'red))
            (type-of-error (spawn-process forever 'quota)) (type-of-error (spawn-process forever 'quota 'much))
            (type-of-error (spawn-process forever 'priority 'divine))))
(send echo 'stop)
(receive-message 0.05)

;; Its thunk takes long to copy; the process is there from the beginning.
(define (begin-large)
  (let ((large (vector-map list (make-vector 200000 1))))
    (spawn-process (lambda () (vector-length large) (forever)))))
(define (wait-until-there n)
  (let loop () (if (< (length (processes)) n) (begin (thread-yield!) (loop)) (length (processes)))))
(let* ((p (spawn-process begin-large)) (n (wait-until-there 3)))
  (kill p)
  (line "killed while it begins one" n (length (processes))))
(line "all ended" (= n-at-start (length (processes))))

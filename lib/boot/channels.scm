;;; Channels: values on their way from one thread of a process to another.
;;;
;;; A channel holds as many values as it has room for; beyond that who sends waits until another thread receives.  Without
;;; room the value goes from hand to hand.  Several may send and receive; each value goes to one receiver, in order.

(define-record-type channel
  (%make-channel room %items %last count %receivers %senders closed?)
  channel?
  (room %channel-room)
  (%items %channel-items %set-channel-items!)   ; a list, the oldest first
  (%last %channel-last %set-channel-last!)
  (count %channel-count %set-channel-count!)
  (%receivers %channel-receivers)               ; queues of waiters
  (%senders %channel-senders)
  (closed? %channel-closed? %set-channel-closed!))

(define make-channel
  (case-lambda
    (() "(make-channel [room])
A new channel for values from thread to thread. It holds ROOM values, none if not said: then who sends waits for who receives."
        (make-channel 0))
    ((room)
     (%check-index 'make-channel 1 room)
     (%make-channel room '() '() 0 (%new-queue) (%new-queue) #f))))

(define (%check-channel who x)
  (if (not (channel? x)) (%raise-type who 1 "a channel" x)))

;; --- with preemption off --------------------------------------------------------------------------------------

(define %nothing (list 'nothing))

(define (%channel-put! channel value)
  (let ((cell (list value)))
    (if (= 0 (%channel-count channel))
        (%set-channel-items! channel cell)
        (set-cdr! (%channel-last channel) cell))
    (%set-channel-last! channel cell)
    (%set-channel-count! channel (+ (%channel-count channel) 1))))

;; #t: sent; closed; or nothing: it would have to wait.
(define (%try-send channel value)
  (if (%channel-closed? channel)
      'closed
      (let ((w (%queue-take! (%channel-receivers channel))))
        (cond (w (%set-waiter-value! w value) (%fire! w #t) #t)
              ((< (%channel-count channel) (%channel-room channel)) (%channel-put! channel value) #t)
              (else %nothing)))))

;; A value, the eof object of a closed channel, or nothing.
(define (%try-receive channel)
  (if (= 0 (%channel-count channel))
      (let ((w (%queue-take! (%channel-senders channel))))
        (cond (w (%fire! w #t) (%waiter-value w))
              ((%channel-closed? channel) (eof-object))
              (else %nothing)))
      (let* ((items (%channel-items channel)) (w (%queue-head (%channel-senders channel))))
        ;; What had to wait has room now.
        (if w
            (begin
              (%channel-put! channel (%waiter-value w))
              (%queue-take! (%channel-senders channel))
              (%fire! w #t)))
        (%set-channel-items! channel (cdr (%channel-items channel)))
        (%set-channel-count! channel (- (%channel-count channel) 1))
        (car items))))

;; --- sending and receiving ------------------------------------------------------------------------------------

(define (%raise-closed who channel)
  (%raise 'channel who "this channel is closed:" channel))

(define channel-send!
  (case-lambda
    ((channel value)
     "(channel-send! channel value [timeout])
Send VALUE, waiting for room in CHANNEL or for who receives: #t; or #f after TIMEOUT seconds, and it is not sent then. An error
if the channel is closed, or gets closed meanwhile."
     (channel-send! channel value #f))
    ((channel value timeout)
     (%check-channel 'channel-send! channel)
     (let ((deadline (%deadline 'channel-send! 3 timeout)))
       (%preemption-off)
       (let* ((result (%try-send channel value))
              (result (if (eq? result %nothing)
                          (%wait-in (%channel-senders channel) 'channel-send! value deadline
                                    (lambda (w) (%waiter-state w)))
                          (begin (%preemption-on) result))))
         (cond ((eq? result 'closed) (%raise-closed 'channel-send! channel))
               ((eq? result %nothing) #f)
               (else #t)))))))

(define channel-receive!
  (case-lambda
    ((channel)
     "(channel-receive! channel [timeout [default]])
The oldest value sent to CHANNEL, waiting for one; DEFAULT, or #f, after TIMEOUT seconds. When the channel is closed and empty, the
eof object."
     (channel-receive! channel #f #f))
    ((channel timeout) (channel-receive! channel timeout #f))
    ((channel timeout default)
     (%check-channel 'channel-receive! channel)
     (let ((deadline (%deadline 'channel-receive! 2 timeout)))
       (%preemption-off)
       (let* ((result (%try-receive channel))
              (result (if (eq? result %nothing)
                          (%wait-in (%channel-receivers channel) 'channel-receive! (eof-object) deadline %waiter-value)
                          (begin (%preemption-on) result))))
         (if (eq? result %nothing) default result))))))

;; With preemption off: (result waiter) once it is fired, or nothing.
(define (%wait-in queue who value deadline result)
  (let* ((me (current-thread)) (w (%make-waiter me (%info me) #f #f #f value)))
    (%queue-add! queue w)
    (if (%wait! w deadline)
        (result w)
        (begin
          (%preemption-off)
          (%queue-note-stale! queue)
          (%preemption-on)
          (%check-deadlock who w)
          %nothing))))

(define (channel-close! channel)
  "(channel-close! channel)
Let nothing more be sent to CHANNEL. What it holds can still be received. Threads that wait to receive go on with the eof
object, those that wait to send with an error. Nothing happens if it is closed already."
  (%check-channel 'channel-close! channel)
  (%preemption-off)
  (%set-channel-closed! channel #t)
  (let loop ((q (%channel-receivers channel)))
    (let ((w (%queue-take! q)))
      (cond (w
             (%set-waiter-value! w (eof-object))
             (%fire! w 'closed)
             (loop q))
            ((eq? q (%channel-receivers channel)) (loop (%channel-senders channel))))))
  (%preemption-on))

(define (channel-closed? channel)
  "(channel-closed? channel)\nHas CHANNEL been closed?"
  (%check-channel 'channel-closed? channel)
  (%channel-closed? channel))

;; --- select ---------------------------------------------------------------------------------------------------

(define-syntax select
  (syntax-rules ()
    ((_ clause ...) (%select-clauses () #f #f clause ...))))

;; The operations so far, then what to do after how long, and else.
(define-syntax %select-clauses
  (syntax-rules (receive send after else)
    ((_ () #f #f) (syntax-error "there is no clause"))
    ((_ (operation ...) after-part else-part)
     (%select (list operation ...) after-part else-part))
    ((_ (operation ...) after-part else-part ((receive variable channel) e1 e2 ...) . rest)
     (%select-clauses (operation ... (vector channel #f #f (lambda (variable) e1 e2 ...))) after-part else-part . rest))
    ((_ (operation ...) after-part else-part ((send channel value) e1 e2 ...) . rest)
     (%select-clauses (operation ... (vector channel #t value (lambda (sent) e1 e2 ...))) after-part else-part . rest))
    ((_ operations #f else-part ((after seconds) e1 e2 ...) . rest)
     (%select-clauses operations (cons seconds (lambda () e1 e2 ...)) else-part . rest))
    ((_ operations after-part #f (else e1 e2 ...))
     (%select-clauses operations after-part (lambda () e1 e2 ...)))
    ((_ operations after-part else-part clause . rest)
     (syntax-error "a clause is ((receive name channel) e ...), ((send channel value) e ...), ((after seconds) e ...) or last (else e ...), not"
                   clause))))

;; An operation: channel, is it to send, what, and the procedure to go on with.
(define (%operation-channel operation) (vector-ref operation 0))
(define (%operation-sends? operation) (vector-ref operation 1))
(define (%operation-value operation) (vector-ref operation 2))

(define (%operation-queue operation)
  (if (%operation-sends? operation)
      (%channel-senders (%operation-channel operation))
      (%channel-receivers (%operation-channel operation))))

(define (%try-operation operation)
  (if (%operation-sends? operation)
      (%try-send (%operation-channel operation) (%operation-value operation))
      (%try-receive (%operation-channel operation))))

(define (%do-operation operation result)
  (if (and (%operation-sends? operation) (eq? result 'closed)) (%raise-closed 'select (%operation-channel operation)))
  ((vector-ref operation 3) result))

(define (%select operations after-part else-part)
  (for-each (lambda (operation)
              (if (not (channel? (%operation-channel operation)))
                  (%raise 'type 'select "this should be a channel, but is" (%operation-channel operation))))
            operations)
  (let ((deadline (and after-part (%deadline 'select 1 (car after-part)))))
    (%preemption-off)
    (let try ((l operations))
      (if (pair? l)
          (let ((result (%try-operation (car l))))
            (if (eq? result %nothing)
                (try (cdr l))
                (begin
                  (%preemption-on)
                  (%do-operation (car l) result))))
          (if else-part
              (begin
                (%preemption-on)
                (else-part))
              (%wait-for-one operations deadline (and after-part (cdr after-part))))))))

;; With preemption off.  All waiters belong to one, and count no more once any of them is fired.
(define (%wait-for-one operations deadline after-thunk)
  (let* ((me (current-thread)) (info (%info me)) (group (%make-waiter me info #f #f #f #f)))
    (for-each (lambda (operation)
                (%queue-add! (%operation-queue operation)
                             (%make-waiter me info #f group operation (%operation-value operation))))
              operations)
    (let* ((fired (%wait! group deadline)) (done (and fired (%waiter-what fired))))
      (%preemption-off)
      (for-each (lambda (operation)
                  (if (not (eq? operation done)) (%queue-note-stale! (%operation-queue operation))))
                operations)
      (%preemption-on)
      (cond ((not fired)
             (%check-deadlock 'select group)
             (after-thunk))
            ((%operation-sends? done) (%do-operation done (%waiter-state fired)))
            (else (%do-operation done (%waiter-value fired)))))))

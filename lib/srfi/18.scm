;;; SRFI 18 on the threads of the system: what differs is that timeouts may be time objects, and that any thread may unlock
;;; a mutex.

;; --- times: microseconds since the system started ----------------------------------------------------------------

(define-record-type time (make-time us) time? (us time-us))

(define (current-time)
  "(current-time)\nThe time object of now."
  (make-time (current-jiffy)))

(define (time->seconds time)
  "(time->seconds time)\nThe seconds from the start of the system to TIME, an inexact number."
  (if (not (time? time)) (%raise-type 'time->seconds 1 "a time object" time))
  (inexact (/ (time-us time) 1000000)))

(define (seconds->time seconds)
  "(seconds->time seconds)\nThe time object of so many SECONDS, a real number, after the start of the system."
  (if (not (and (real? seconds) (< -1e12 seconds 1e12))) (%raise-type 'seconds->time 1 "a number of seconds" seconds))
  (make-time (exact (round (* 1000000 seconds)))))

;; In seconds from now on; what is in the past is now.
(define (relative timeout)
  (cond ((time? timeout) (max 0 (/ (- (time-us timeout) (current-jiffy)) 1000000)))
        ((and (real? timeout) (< timeout 0)) 0)
        (else timeout)))

;; --- threads -----------------------------------------------------------------------------------------------------

(define (thread-sleep! timeout)
  "(thread-sleep! timeout)\nWait for so many seconds, or until the time object TIMEOUT."
  (native-thread-sleep! (relative timeout)))

(define thread-join!
  (case-lambda
    ((thread) (native-thread-join! thread))
    ((thread timeout)
     "(thread-join! thread [timeout [default]])
Wait until THREAD has ended; what its thunk returned, or what ended it is raised. TIMEOUT is in seconds or a time object."
     (native-thread-join! thread (relative timeout)))
    ((thread timeout default) (native-thread-join! thread (relative timeout) default))))

;; --- mutexes -----------------------------------------------------------------------------------------------------

(define mutex-lock!
  (case-lambda
    ((mutex) (%lock mutex #f (current-thread) #f))
    ((mutex timeout) (%lock mutex (relative timeout) (current-thread) #f))
    ((mutex timeout owner)
     "(mutex-lock! mutex [timeout [owner]])
Wait until MUTEX is unlocked and lock it for OWNER, a thread or #f: nobody. #f if that took longer than TIMEOUT, in seconds or a
time object."
     (%lock mutex (relative timeout) owner #f))))

(define mutex-unlock!
  (case-lambda
    ((mutex)
     (%check-mutex 'mutex-unlock! mutex)
     (%preemption-off)
     (%release! mutex)
     (%preemption-on)
     #t)
    ((mutex variable) (mutex-unlock! mutex variable #f))
    ((mutex variable timeout)
     "(mutex-unlock! mutex [variable [timeout]])
Unlock MUTEX, and wait until the condition VARIABLE is signalled: #t; or for TIMEOUT at most: #f."
     (%check-mutex 'mutex-unlock! mutex)
     (%check-condition 'mutex-unlock! 2 variable)
     (let ((deadline (%deadline 'mutex-unlock! 3 (relative timeout))))
       (%preemption-off)
       (let ((w (%wait-on variable mutex deadline)))
         (%check-deadlock 'mutex-unlock! w)
         (eq? #t (%waiter-state w)))))))

;; --- exceptions --------------------------------------------------------------------------------------------------

(define (current-exception-handler)
  "(current-exception-handler)\nThe procedure that raise would call."
  (let ((handlers (%handlers)))
    (if (pair? handlers) (car handlers) %unhandled)))

(define (exception-of? x type)
  (and (error-object? x) (eq? (condition-type x) type)))

(define (join-timeout-exception? x)
  "(join-timeout-exception? x)\nWas X raised because a thread had not ended in time?"
  (exception-of? x 'join-timeout))
(define (abandoned-mutex-exception? x)
  "(abandoned-mutex-exception? x)\nWas X raised because the owner of a mutex had ended?"
  (exception-of? x 'abandoned-mutex))
(define (terminated-thread-exception? x)
  "(terminated-thread-exception? x)\nWas X raised because a joined thread had been terminated?"
  (exception-of? x 'terminated-thread))
(define (uncaught-exception? x)
  "(uncaught-exception? x)\nWas X raised because a joined thread had ended by an error?"
  (exception-of? x 'uncaught-exception))

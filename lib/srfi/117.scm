;;; SRFI 117: queues made of lists.  A queue knows the list and its last pair; both are () when it is empty.

(define-record-type <list-queue>
  (make-queue first last)
  list-queue?
  (first queue-first set-queue-first!)
  (last queue-last set-queue-last!))

(define (check-queue who argument x)
  (if (not (list-queue? x)) (%raise-type who argument "a list queue" x)))

(define (check-queues who argument queues)
  (if (pair? queues)
      (begin
        (check-queue who argument (car queues))
        (check-queues who (+ argument 1) (cdr queues)))))

(define (check-not-empty who queue)
  (check-queue who 1 queue)
  (if (null? (queue-first queue)) (%raise-type who 1 "a list queue that is not empty" queue)))

(define (set-queue! queue first last)
  (set-queue-first! queue first)
  (set-queue-last! queue last))

(define (last-of list)
  (if (null? list) '() (last-pair list)))

(define (check-list who argument list)
  (if (not (list? list)) (%raise-type who argument "a list" list)))

;; --- making --------------------------------------------------------------------------------------

(define make-list-queue
  (case-lambda
    ((list)
     "(make-list-queue list [last])\nA queue whose list is LIST itself; LAST is its last pair, looked for if not given."
     (check-list 'make-list-queue 1 list)
     (make-queue list (last-of list)))
    ((first last) (make-queue first last))))

(define (list-queue . elements)
  "(list-queue x ...)\nA queue of the Xs."
  (make-queue elements (last-of elements)))

(define (list-queue-copy queue)
  "(list-queue-copy queue)\nA queue with the elements of QUEUE."
  (check-queue 'list-queue-copy 1 queue)
  (make-list-queue (list-copy (queue-first queue))))

(define list-queue-unfold
  (case-lambda
    ((stop? f successor seed)
     "(list-queue-unfold stop? procedure successor seed [queue])
Add PROCEDURE's results for SEED, (SUCCESSOR SEED) and so on, up to the seed that STOP? accepts, to the front of QUEUE,
or of a new one, in this order."
     (list-queue-unfold stop? f successor seed (list-queue)))
    ((stop? f successor seed queue)
     (check-queue 'list-queue-unfold 5 queue)
     (let ((list (unfold stop? f successor seed)))
       (if (pair? list)
           (let ((last (last-pair list)))
             (set-cdr! last (queue-first queue))
             (set-queue! queue list (if (null? (queue-last queue)) last (queue-last queue)))))
       queue))))

(define list-queue-unfold-right
  (case-lambda
    ((stop? f successor seed)
     "(list-queue-unfold-right stop? procedure successor seed [queue])
Add PROCEDURE's results for SEED, (SUCCESSOR SEED) and so on, up to the seed that STOP? accepts, to the back of QUEUE,
or of a new one, the last one first."
     (list-queue-unfold-right stop? f successor seed (list-queue)))
    ((stop? f successor seed queue)
     (check-queue 'list-queue-unfold-right 5 queue)
     (add-list! queue (unfold-right stop? f successor seed))
     queue)))

;; Add the pairs of `list` to the back.
(define (add-list! queue list)
  (if (pair? list)
      (begin
        (if (null? (queue-first queue))
            (set-queue-first! queue list)
            (set-cdr! (queue-last queue) list))
        (set-queue-last! queue (last-pair list)))))

;; --- asking --------------------------------------------------------------------------------------

(define (list-queue-empty? queue)
  "(list-queue-empty? queue)\nHas QUEUE no elements?"
  (check-queue 'list-queue-empty? 1 queue)
  (null? (queue-first queue)))

(define (list-queue-front queue)
  "(list-queue-front queue)\nThe first element of QUEUE."
  (check-not-empty 'list-queue-front queue)
  (car (queue-first queue)))

(define (list-queue-back queue)
  "(list-queue-back queue)\nThe last element of QUEUE."
  (check-not-empty 'list-queue-back queue)
  (car (queue-last queue)))

(define (list-queue-list queue)
  "(list-queue-list queue)\nThe list of the elements of QUEUE: the one it is made of, not a copy."
  (check-queue 'list-queue-list 1 queue)
  (queue-first queue))

(define (list-queue-first-last queue)
  "(list-queue-first-last queue)\nTwo values: the first and the last pair of QUEUE's list, () when it is empty."
  (check-queue 'list-queue-first-last 1 queue)
  (values (queue-first queue) (queue-last queue)))

;; --- changing ------------------------------------------------------------------------------------

(define list-queue-set-list!
  (case-lambda
    ((queue list)
     "(list-queue-set-list! queue list [last])
Make LIST the list of QUEUE; LAST is its last pair, looked for if not given."
     (check-queue 'list-queue-set-list! 1 queue)
     (check-list 'list-queue-set-list! 2 list)
     (set-queue! queue list (last-of list)))
    ((queue list last)
     (check-queue 'list-queue-set-list! 1 queue)
     (set-queue! queue list last))))

(define (list-queue-add-front! queue x)
  "(list-queue-add-front! queue x)\nMake X the first element of QUEUE."
  (check-queue 'list-queue-add-front! 1 queue)
  (let ((pair (cons x (queue-first queue))))
    (if (null? (queue-first queue)) (set-queue-last! queue pair))
    (set-queue-first! queue pair)))

(define (list-queue-add-back! queue x)
  "(list-queue-add-back! queue x)\nMake X the last element of QUEUE."
  (check-queue 'list-queue-add-back! 1 queue)
  (let ((pair (list x)))
    (if (null? (queue-first queue))
        (set-queue-first! queue pair)
        (set-cdr! (queue-last queue) pair))
    (set-queue-last! queue pair)))

(define (list-queue-remove-front! queue)
  "(list-queue-remove-front! queue)\nTake the first element out of QUEUE; it is the result."
  (check-not-empty 'list-queue-remove-front! queue)
  (let* ((pair (queue-first queue)) (rest (cdr pair)))
    (set-queue-first! queue rest)
    (if (null? rest) (set-queue-last! queue '()))
    (car pair)))

(define (list-queue-remove-back! queue)
  "(list-queue-remove-back! queue)\nTake the last element out of QUEUE; it is the result.  The time is linear."
  (check-not-empty 'list-queue-remove-back! queue)
  (let ((first (queue-first queue)) (last (queue-last queue)))
    (if (eq? first last)
        (set-queue! queue '() '())
        (let loop ((l first))
          (if (eq? (cdr l) last)
              (begin
                (set-cdr! l '())
                (set-queue-last! queue l))
              (loop (cdr l)))))
    (car last)))

(define (list-queue-remove-all! queue)
  "(list-queue-remove-all! queue)\nTake all elements out of QUEUE; their list is the result."
  (check-queue 'list-queue-remove-all! 1 queue)
  (let ((list (queue-first queue)))
    (set-queue! queue '() '())
    list))

;; --- whole queues --------------------------------------------------------------------------------

(define (list-queue-append . queues)
  "(list-queue-append queue ...)\nA new queue of the elements of the QUEUEs, one after the other."
  (check-queues 'list-queue-append 1 queues)
  (make-list-queue (append-map (lambda (queue) (list-copy (queue-first queue))) queues)))

(define (list-queue-append! . queues)
  "(list-queue-append! queue ...)
A queue of the elements of the QUEUEs, made of their pairs; they are empty afterwards."
  (check-queues 'list-queue-append! 1 queues)
  (let ((result (list-queue)))
    (for-each (lambda (queue)
                (if (pair? (queue-first queue))
                    (let ((first (queue-first queue)) (last (queue-last queue)))
                      (set-queue! queue '() '())
                      (if (null? (queue-first result))
                          (set-queue-first! result first)
                          (set-cdr! (queue-last result) first))
                      (set-queue-last! result last))))
              queues)
    result))

(define (list-queue-concatenate queues)
  "(list-queue-concatenate queues)\nA new queue of the elements of all QUEUES, a list of queues."
  (check-list 'list-queue-concatenate 1 queues)
  (apply list-queue-append queues))

(define (list-queue-map f queue)
  "(list-queue-map procedure queue)\nA new queue of PROCEDURE's results for the elements of QUEUE."
  (%check-procedure 'list-queue-map 1 f)
  (check-queue 'list-queue-map 2 queue)
  (make-list-queue (map f (queue-first queue))))

(define (list-queue-map! f queue)
  "(list-queue-map! procedure queue)\nReplace each element of QUEUE by PROCEDURE's result for it."
  (%check-procedure 'list-queue-map! 1 f)
  (check-queue 'list-queue-map! 2 queue)
  (let loop ((l (queue-first queue)))
    (if (pair? l)
        (begin
          (set-car! l (f (car l)))
          (loop (cdr l))))))

(define (list-queue-for-each f queue)
  "(list-queue-for-each procedure queue)\nCall PROCEDURE for the elements of QUEUE, from the front on."
  (%check-procedure 'list-queue-for-each 1 f)
  (check-queue 'list-queue-for-each 2 queue)
  (for-each f (queue-first queue)))

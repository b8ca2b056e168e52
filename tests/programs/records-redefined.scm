;;; A type of record defined again under the same name: procedures of the old one go on with old records and refuse new ones,
;;; and never reach beyond them.
(define-record-type point (mk x y z) p? (x px) (y py) (z pz set-pz!))
(define old (mk 1 2 3))
(define-record-type point (mk2 x) p2? (x px2))
(define new (mk2 1))
(display (guard (e (#t (condition->string e))) (pz new))) (newline)
(display (guard (e (#t (condition->string e))) (set-pz! new 5) 'stored)) (newline)
(display (guard (e (#t (condition->string e))) (pz old))) (newline)

;; => pz: argument 1 should be a record of type point, but is #<point x: 1>
;; => set-pz!: argument 1 should be a record of type point, but is #<point x: 1>
;; => 3

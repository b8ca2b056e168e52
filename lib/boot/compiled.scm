;;; Files of libraries: where they are looked for, and compiled libraries in place of them.
;;;
;;; A compiled library is a header, written as text, and the image of what compiling made: its exports, the procedures that
;;; run its body, and its environment's own bindings.  What belongs to other libraries stands in the header by its name.
;;; Those that come with the system are in an archive inside the program; others are kept in a cache directory.

;; The directories to look in, in order; this one stands for the archive.
(define %archive-directory "ringlet:")
(define %library-directories (list %archive-directory "."))

(define (library-search-path)
  "(library-search-path)
The list of the directories where import looks for the files of libraries; \"ringlet:\" are those of the system."
  (list-copy %library-directories))

(define (library-search-path-add! directory)
  "(library-search-path-add! directory)\nLet import look in DIRECTORY first."
  (if (not (string? directory)) (%raise-type 'library-search-path-add! 1 "a string" directory))
  (set! %library-directories (cons directory %library-directories)))

;; Right after the system's own.
(define (%add-program-directory! directory)
  (set! %library-directories
        (append-map (lambda (d) (if (equal? d %archive-directory) (list d directory) (list d)))
                    %library-directories)))

(define (%library-path name)
  (string-append
   (string-join (map (lambda (part) (if (symbol? part) (symbol->string part) (number->string part)))
                     name)
                "/")
   ".sld"))

(define (%in-directory directory path)
  (if (or (string=? directory ".") (string=? directory ""))
      path
      (string-append directory "/" path)))

(define (%file-bytes-or-false file)
  (guard (condition ((file-error? condition) #f))
    (%file-contents file)))

(define (%load-library name)
  (let ((path (%library-path name)))
    (let loop ((directories (if %authority (list %archive-directory) %library-directories)))
      (cond ((null? directories) (%no-library name path))
            ((eq? (car directories) %archive-directory)
             (if (not (%load-archived name)) (loop (cdr directories))))
            (else
             (let* ((file (%in-directory (car directories) path))
                    (bytes (%file-bytes-or-false file)))
               (if bytes
                   (%load-library-file name file bytes)
                   (loop (cdr directories)))))))))

(define (%no-library name path)
  (%syntax-error-with-hint
   (%near-library-hint name)
   (string-append "import: there is no library " (%bounded name 100) "; looked for its file in")
   (map (lambda (directory) (%in-directory directory path))
        (delete %archive-directory %library-directories))))

(define (%library-available? name)
  (and (%library-name? name)
       (if %authority
           (and (%may-import? name) #t)
           (%library-found? name))))

(define (%library-found? name)
  (or (and (%table-ref %libraries name #f) #t)
      (let ((path (%library-path name)))
        (any (lambda (directory)
               (and (if (eq? directory %archive-directory)
                        (%archived name)
                        (%file-bytes-or-false (%in-directory directory path)))
                    #t))
             %library-directories))))

(define (libraries)
  "(libraries)\nThe list of the names of the libraries that are there to import, but for those in files of your own."
  (sort (map list-copy
             (filter (if %authority %may-import? identity)
                     (%table-fold (%archive-index)
                                  (lambda (name place names)
                                    (if (or (not name) (%table-ref %libraries name #f)) names (cons name names)))
                                  (%table-fold %libraries (lambda (name library names) (cons name names)) '()))))
        (lambda (a b) (string<? (%text a) (%text b)))))

(define (library-exports name)
  "(library-exports name)\nThe list of the symbols that the library NAME exports, which is loaded if need be."
  (map car (%visible-exports name)))

;; --- from its file --------------------------------------------------------------------------------------

;; What is known of a library while its file is compiled: the text's files with hashes of them, and where its bytes go.
(define-record-type compilation
  (%make-compilation name sources sink)
  %compilation?
  (name %compilation-name)
  (sources %compilation-sources %set-compilation-sources!)
  (sink %compilation-sink))

(define %compilation (make-parameter #f))

(define (%note-source! file bytes)
  (let ((c (%compilation)))
    (if c (%set-compilation-sources! c (cons (cons file (%hash-bytes bytes)) (%compilation-sources c))))))

;; A port for the text of an included file.
(define (%open-source file)
  (%check-may-include file)
  (let ((bytes (%file-contents file)))
    (%note-source! file bytes)
    (%open-input-text bytes file)))

;; While the archive is made this takes (name . bytes) of each library.
(define %archive-sink #f)

(define (%load-library-file name file bytes)
  (let* ((cache (and (not %archive-sink) (%cache-file file)))
         (cached (and cache (%read-cache cache))))
    (if (not (and cached (%load-compiled cached name (list file))))
        (let ((sink (cond (%archive-sink (lambda (bytes) (%archive-sink name bytes)))
                          (cache (lambda (bytes) (%write-cache cache bytes)))
                          (else #f))))
          (parameterize ((%compilation (%make-compilation name (list (cons file (%hash-bytes bytes))) sink)))
            (%load-forms (%open-input-text bytes file) file (%make-environment 'library-file)))))))

(define (%cache-directory)
  (let ((given (get-environment-variable "RINGLET_CACHE"))
        (user (get-environment-variable "XDG_CACHE_HOME"))
        (home (get-environment-variable "HOME")))
    (cond ((not (%file-system?)) #f)
          (given (and (not (string=? given "")) (list given)))
          ((and user (not (string=? user ""))) (list user (string-append user "/ringlet")))
          (home (list (string-append home "/.cache") (string-append home "/.cache/ringlet")))
          (else #f))))

;; Named after the source's place, so that there is one for each file.
(define (%cache-file file)
  (let ((directories (%cache-directory)))
    (and directories
         (string-append (car (reverse directories)) "/"
                        (number->string
                         (%hash-bytes
                          (string->utf8
                           (if (string-prefix? "/" file)
                               file
                               (string-append (or (get-environment-variable "PWD") "") "/" file))))
                         16)
                        ".library"))))

;; A file of the cache begins with a hash of the rest, so a damaged one is none.
(define (%seal bytes)
  (let ((digits (number->string (%hash-bytes bytes) 16)))
    (string->utf8 (string-pad-left digits 16 #\0))))

(define (%read-cache file)
  (let ((all (or (%file-bytes-or-false file) (bytevector))))
    (and (> (bytevector-length all) 16)
         (let ((bytes (bytevector-copy all 16)))
           (and (equal? (%seal bytes) (bytevector-copy all 0 16))
                bytes)))))

;; A cache that cannot be written is no reason to fail.
(define (%write-cache file bytes)
  (guard (condition ((file-error? condition) #f))
    (for-each %make-directory (%cache-directory))
    (%file-write file (bytevector-append (%seal bytes) bytes))))

;; --- compiled libraries as bytes ----------------------------------------------------------------------------

;; Bytes of a length in four bytes, that many bytes of text, and the image.
(define (%datum-bytes datum)
  (string->utf8 (call-with-output-string (lambda (port) (write-simple datum port)))))

(define (%join-text datum . parts)
  (let ((text (%datum-bytes datum)))
    (%join-bytes (cons* (%length-bytes (bytevector-length text)) text parts))))

(define (%length-bytes n)
  (let ((bytes (make-bytevector 4)))
    (bytevector-u32-set! bytes 0 n 'little)
    bytes))

(define (%bytes-length bytes)
  (bytevector-u32-ref bytes 0 'little))

(define (%bytes-datum bytes)
  (read (open-input-string (utf8->string bytes))))

;; The datum at the start, and where the rest begins.  Whatever the bytes are, a datum or #f.
(define (%split-text bytes)
  (let ((n (if (< (bytevector-length bytes) 4) -1 (%bytes-length bytes))))
    (if (<= 0 n (- (bytevector-length bytes) 4))
        (values (guard (condition ((read-error? condition) #f))
                  (%bytes-datum (bytevector-copy bytes 4 (+ 4 n))))
                (+ 4 n))
        (values #f 0))))

(define %compiled-format 1)

;; Compiled before, for the same sources, system and libraries.
(define (%compiled-id sources dependencies)
  (%hash-bytes (%datum-bytes (list (%system-id) sources dependencies))))

(define (%dependencies import-sets)
  (map (lambda (name) (cons name (%library-id (%find-library name))))
       (delete-duplicates
        (remove (lambda (name) (eq? (%library-environment (%find-library name)) (%primitive-environment)))
                (map %inner-library-name import-sets)))))

;; Called when `library` is compiled and has not run: its variables have no values yet.
(define (%finish-compilation! library import-sets procedures)
  (let ((c (%compilation)))
    (if (and c (equal? (%compilation-name c) (%library-name library)))
        (let* ((sources (%compilation-sources c))
               (dependencies (%dependencies import-sets))
               (id (and (every cdr dependencies) (%compiled-id sources dependencies))))
          (%set-library-id! library id)
          (if (and id (%compilation-sink c))
              (guard (condition ((file-error? condition)
                                 (if %archive-sink (raise condition))))
                ((%compilation-sink c) (%compiled-bytes library procedures sources dependencies id))))))))

(define (%compiled-bytes library procedures sources dependencies id)
  (let ((names (%external-names library))
        (own (%environment-bindings (%library-environment library))))
    (define (graph imports)
      (vector (%library-exports library) procedures own imports))
    (receive (image externals) (%image-write (graph '()) names)
      (receive (image externals)
          (if (any (lambda (entry) (%macro? (cdr entry))) own)
              (%image-write (graph (%imports-among externals library)) names)
              (values image externals))
        (receive (environments described) (%describe-externals externals names)
          (%join-text (list %compiled-format (%system-id) (%library-name library) sources dependencies id environments
                            described)
                      image))))))

;; What the library's macros may refer to: the imports whose names occur in the image.
(define (%imports-among externals library)
  (let ((environment (%library-environment library)))
    (filter cdr
            (map (lambda (symbol) (cons symbol (%environment-lookup environment symbol)))
                 (filter symbol? (vector->list externals))))))

;; From the bindings and environments of all libraries to (library's name . symbol) or (library's name . #t).
(define (%external-names library)
  (let ((names (%make-table 0)))
    (define (add! name environment)
      (%table-set! names environment (cons name #t))
      (for-each (lambda (entry) (%table-set! names (cdr entry) (cons name (car entry))))
                (%environment-own environment)))
    (%table-fold %libraries
                 (lambda (name other result)
                   (if (not (or (eq? other library) (eq? (%library-environment other) (%primitive-environment))))
                       (add! name (%library-environment other))))
                 #f)
    (add! #f (%primitive-environment))
    (%table-set! names (%library-environment library) '(#t . #t))
    names))

;; The names of the libraries that occur, and a flat list: a symbol stands for itself, a number with a symbol for a
;; binding in the environment of that number, with #t for the environment; -1 is the library's own, 0 the primitive one.
(define (%describe-externals externals names)
  (let loop ((l (vector->list externals)) (environments '()) (described '()))
    (if (null? l)
        (values environments (reverse described))
        (let* ((external (car l)) (name (and (not (symbol? external)) (%table-ref names external #f))))
          (cond ((not name) (loop (cdr l) environments (cons external described)))
                ((boolean? (car name))
                 (loop (cdr l) environments (cons* (cdr name) (if (car name) -1 0) described)))
                (else
                 (let* ((known (if (member (car name) environments)
                                   environments
                                   (append environments (list (car name)))))
                        (rest (member (car name) known)))
                   (loop (cdr l) known
                         (cons* (cdr name) (+ 1 (- (length known) (length rest))) described)))))))))

;; --- loading them -----------------------------------------------------------------------------------------------

;; Make the library `name` from these bytes; #f when they are of something else, or older than the `files` (or #f).
(define (%load-compiled bytes name files)
  (receive (header start) (%split-text bytes)
    (and (list? header)
         (= (length header) 8)
         (equal? (list-head header 3) (list %compiled-format (%system-id) name))
         (apply
          (lambda (format system name sources dependencies id environments described)
            (and (or (not files) (every %source-unchanged? sources))
                 (%make-library!
                  name
                  (lambda (library)
                    (let* ((externals (and (%dependencies-ready? dependencies files)
                                           (%find-externals library environments described)))
                           (graph (and externals (%load-graph bytes start externals))))
                      (and graph (%install! library id graph)))))))
          header))))

(define (%source-unchanged? source)
  (let ((bytes (%file-bytes-or-false (car source))))
    (and bytes (= (%hash-bytes bytes) (cdr source)))))

(define (%dependencies-ready? dependencies check?)
  (every (lambda (dependency)
           (let ((id (%library-id (%find-library (car dependency)))))
             (or (not check?) (eqv? id (cdr dependency)))))
         dependencies))

;; #f if the bytes are damaged.
(define (%load-graph bytes start externals)
  (guard (condition ((file-error? condition) #f))
    (%image-load bytes start externals)))

;; The vector of the described objects, or #f if one is not there.
(define (%find-externals library names described)
  (let ((environments (list->vector
                       (cons (%primitive-environment)
                             (map (lambda (name) (%library-environment (%find-library name))) names)))))
    (let loop ((l described) (found '()))
      (cond ((null? l) (list->vector (reverse found)))
            ((symbol? (car l)) (loop (cdr l) (cons (car l) found)))
            (else
             (let* ((environment (if (< (car l) 0)
                                     (%library-environment library)
                                     (vector-ref environments (car l))))
                    (external (if (eq? (cadr l) #t) environment (%environment-lookup environment (cadr l)))))
               (and external (loop (cddr l) (cons external found)))))))))

(define (%install! library id graph)
  (let ((environment (%library-environment library)))
    (for-each (lambda (entry) (%environment-bind! environment (car entry) (cdr entry))) (vector-ref graph 2))
    (for-each (lambda (entry) (%environment-import! environment (car entry) (cdr entry))) (vector-ref graph 3))
    (%set-library-exports! library (vector-ref graph 0))
    (%set-library-id! library id)
    (for-each (lambda (procedure) (procedure)) (vector-ref graph 1))
    #t))

;; --- the archive -------------------------------------------------------------------------------------------------
;; Index and libraries: as text a list of (name start end), counted from the end of the text, then the bytes.  The entry
;; of the name #f is text: a list of lists of a library's name and its exports.

(define %archive #f)

(define (%archive-index)
  (or %archive
      (let ((index (%make-table 2))
            (n (guard (condition (#t 0)) (%bytes-length (%archive-bytes 0 4)))))  ; the builder has no archive
        (if (> n 0)
            (for-each (lambda (entry)
                        (%table-set! index (car entry) (cons (+ 4 n (cadr entry)) (+ 4 n (caddr entry)))))
                      (%bytes-datum (%archive-bytes 4 (+ 4 n)))))
        (set! %archive index)
        index)))

(define (%archived name)
  (%table-ref (%archive-index) name #f))

;; The names of the archive's libraries that export `symbol`.  Reads 50 kB or so: for messages.
(define (%archived-with symbol)
  (let ((place (%archived #f)))
    (if place
        (map car
             (filter (lambda (entry) (memq symbol (cdr entry)))
                     (%bytes-datum (%archive-bytes (car place) (cdr place)))))
        '())))

(define (%load-archived name)
  (let ((place (%archived name)))
    (and place
         (or (and (%load-compiled (%archive-bytes (car place) (cdr place)) name #f)
                  (begin (%set-library-state! (%table-ref %libraries name #f) 'archived) #t))
             (%syntax-error "import: this library of the system does not fit another that was found first:" name)))))

(define (%export-lists names)
  (%datum-bytes (map (lambda (name) (cons name (map car (%library-exports (%find-library name))))) names)))

;; Compile the libraries in `files`, paths below lib/, and write the archive.
(define (%build-archive output files)
  (let ((compiled '()))
    (set! %archive-sink (lambda (name bytes) (set! compiled (cons (cons name bytes) compiled))))
    (set! %library-directories '("lib"))
    (for-each (lambda (file)
                (let ((form (call-with-input-file file read)))
                  (%find-library (cadr form))
                  (if (not (assoc (cadr form) compiled))
                      (error "this library cannot be compiled into the archive:" (cadr form)))))
              files)
    (let loop ((l (reverse (cons (cons #f (%export-lists (map car compiled))) compiled)))
               (at 0) (index '()) (parts '()))
      (if (null? l)
          (%file-write output (apply %join-text (reverse index) (reverse parts)))
          (let ((end (+ at (bytevector-length (cdar l)))))
            (loop (cdr l) end (cons (list (caar l) at end) index) (cons (cdar l) parts)))))))

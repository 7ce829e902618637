/**
 * What emacs does to show a console: constant Emacs Lisp. Its data stands behind `--` on the command line: MODE TITLE COUNT,
 * COUNT words of the console, and the words of a second program for the other half of the frame, or none. Emacs ends with
 * the console.
 */
export const emacsProgram = `
(let* ((words (cdr (member "--" command-line-args-left)))
       (mode (pop words))
       (title (pop words))
       (count (string-to-number (pop words)))
       (own (butlast words (- (length words) count)))
       (other (nthcdr count words))
       (run (lambda (name program)
              (if (equal mode "term")
                  (let ((buffer (apply 'make-term name (car program) nil (cdr program))))
                    (with-current-buffer buffer (term-mode) (term-char-mode))
                    buffer)
                (let ((buffer (apply 'make-comint-in-buffer name nil (car program) nil (cdr program))))
                  (with-current-buffer buffer (shell-mode))
                  buffer)))))
  (setq command-line-args-left nil inhibit-startup-screen t)
  (require 'term)
  (require 'shell)
  (let ((buffer (funcall run title own)))
    (switch-to-buffer buffer)
    (delete-other-windows)
    (when other
      (set-window-buffer (split-window-below) (funcall run (concat title " (host)") other)))
    (dolist (each (list (get-buffer-process buffer)))
      (set-process-query-on-exit-flag each nil)
      (set-process-sentinel each (lambda (process _event) (unless (process-live-p process) (kill-emacs)))))))
`.trim()

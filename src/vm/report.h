/* report.h: what the files that print exceptions share.  Private to the vm floor. */
#ifndef OURO_SRC_VM_REPORT_H
#define OURO_SRC_VM_REPORT_H

#include "types/exception.h"
#include "types/str.h"
#include "vm/vm.h"

/* The text in the making, and the margin of exception groups: `| ` repeated. */
typedef struct report {
    ouro_runtime *rt;
    str_builder text;
    int indent;       /* spaces before each line */
    bool margin;      /* inside a group: lines begin with "| " */
    int group_depth;
    bool need_close;  /* the group's last closing line is still to be printed */
    ouro_value seen;  /* set of addresses of exceptions printed already */
    ouro_value cached_name, cached_source; /* the file whose lines were last looked at: name, bytes as a str */
    char *source;     /* its decoded text, a leaf block, or NULL */
    size_t source_length;
    bool failed;      /* no memory to walk the chain: the text says less than it should */
} report;

/* Begins a line: indentation and margin. */
void report_line_start(report *r);
void report_cstring(report *r, const char *text);
/* Are any entries of the traceback to be shown (there is one, and sys.tracebacklimit is not 0)? */
bool report_shows(report *r, ouro_value traceback);
/* The entries of a traceback, as many of the last as sys.tracebacklimit says, "File ..., line ..., in ..." with source and carets.  OURO_NULL or None: nothing. */
void report_traceback(report *r, ouro_value traceback);
/* Line `number` of a file without its newline, as UTF-8: false when it cannot be had. */
bool report_source_line(report *r, ouro_value filename, int number, const char **line, size_t *length);
/* "Did you mean: 'x'?" for a NameError, AttributeError or ImportError: the name, new reference, or OURO_NULL (no
 * exception). */
ouro_value report_suggestion(ouro_runtime *rt, ouro_value exception);

#endif

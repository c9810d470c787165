/* page_json.h: JSON for a page: numbers, texts and lists on their way to a file, safe inside a <script> element. */
#ifndef OURO_SRC_CLI_PAGE_JSON_H
#define OURO_SRC_CLI_PAGE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct page_json {
    FILE *out;   /* its error flag tells whether all was written */
    bool follows; /* something stands before in the list or object: a comma is due */
} page_json;

/* Lists and objects: `open` is "[" or "{", `close` the other. */
void json_open(page_json *j, const char *open);
void json_close(page_json *j, const char *close);
/* The key of what comes next (an identifier: not escaped). */
void json_key(page_json *j, const char *key);
void json_int(page_json *j, int64_t number);
/* With three digits behind the point; what is no number becomes 0. */
void json_real(page_json *j, double number);
void json_bool(page_json *j, bool value);
/* NULL: null.  What is no UTF-8 becomes U+FFFD; what could end a script element is escaped. */
void json_text(page_json *j, const char *text);

/* A key with its value. */
void json_key_int(page_json *j, const char *key, int64_t number);
void json_key_text(page_json *j, const char *key, const char *text);

#endif

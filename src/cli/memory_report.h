/* memory_report.h: the report of `ouro --memory`. */
#ifndef OURO_SRC_CLI_MEMORY_REPORT_H
#define OURO_SRC_CLI_MEMORY_REPORT_H

#include "cli/options.h"
#include "ouro/ouro.h"

#include <stdio.h>

/* Before the program runs: the collector begins to remember what cycles it finds. */
void memory_report_start(ouro_runtime *rt);

/* When the program has ended, its modules still standing: takes a snapshot.  NULL: no memory. */
typedef struct memory_report memory_report;
memory_report *memory_report_take(ouro_runtime *rt, const char *program);
/* When the runtime's modules are gone: what is left then belongs to the report too. */
void memory_report_end(memory_report *report, ouro_runtime *rt);
/* Prints for people (`color`: with escape sequences) or as JSON. */
void memory_report_print(const memory_report *report, report_kind kind, FILE *out, bool color);
void memory_report_free(memory_report *report);

#endif

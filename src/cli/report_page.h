/* report_page.h: a recording, and snapshots of its heap, as one page for a browser that needs nothing else. */
#ifndef OURO_SRC_CLI_REPORT_PAGE_H
#define OURO_SRC_CLI_REPORT_PAGE_H

#include "cli/page_json.h"
#include "cli/report_sum.h"

/* Writes the page of the recording in the file `path` (`sum` has curves).  `page`: where to; NULL: beside the recording,
 * "-": standard output.  Snapshots are in order of time.  The status of the command; complaints and the name of the
 * page have been printed. */
int report_page_write(report_sum *sum, const char *path, const char *page, char **snapshots, int count);

/* What snapshots tell (report_heap.c), as the value of a key that has been written.  False: one cannot be read, or no
 * memory; said so. */
bool report_heap_write(page_json *j, char **snapshots, int count);

#endif

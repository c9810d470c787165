/* trace.h: which line of a program allocated which live block, of a heap (mem.h) whose owner can tell where
 * it is.
 *
 * A tracer watches one heap.  For each block it keeps a number of 32 bits, beside the pool the block lies in,
 * not in the block; the number leads to a cohort: the blocks of one size that were born at one site in one
 * epoch, and how many of them live.  So the counts are exact, and what they cost does not grow with the
 * number of blocks that a site has allocated.  A tracer's own memory is a heap of its own.
 *
 *     static ouro_trace_place here(void *context)
 *     {
 *         return ouro_trace_place_of(OURO_TRACE_ROOT, 1, my_current_line);
 *     }
 *     static void describe(void *context, const ouro_trace_place *place, ouro_trace_description *out) { ... }
 *
 *     ouro_trace *trace = ouro_trace_start(mem, &(ouro_trace_config){.current = here, .describe = describe});
 *     ... the program runs ...
 *     ouro_trace_snapshot *before = ouro_trace_take(trace);
 *     ... and runs ...
 *     ouro_trace_snapshot *after = ouro_trace_take(trace);
 *     for (size_t i = 0; i < ouro_trace_snapshot_rows(after); i++) ...
 *
 * A place is a position (unit) in a piece of code, both numbers that only the owner understands; each is
 * described once, by file, function and line, when a block is first born there.  A site is a place together
 * with the sites of its callers: a node of a calling-context tree (Ammons, Ball, Larus: Exploiting hardware
 * performance counters with flow and context sensitive profiling, PLDI 1997).  An owner that knows its
 * callers makes the site of a call with ouro_trace_enter and gives it as the context of everything that
 * happens inside the call.
 *
 * With a limit of n frames a site knows its n innermost calls; without one, all of them.  A tree that has
 * more than OURO_TRACE_FOLD_SITES sites folds recursion from then on: a call from a place that is already in
 * its context returns to the site of that place.  Nothing is recorded for a block for which the tracer itself
 * finds no memory; such blocks are counted (ouro_trace_totals.lost).
 *
 * Everything here belongs to the thread that owns the heap.  After a fork the child has a tracer of its own.
 */
#ifndef OURO_TRACE_H
#define OURO_TRACE_H

#include "mem.h"

OURO_BEGIN

typedef struct ouro_trace ouro_trace;
typedef struct ouro_trace_snapshot ouro_trace_snapshot;
typedef uint32_t ouro_trace_site;

enum {
    OURO_TRACE_NO_SITE = 0, /* not known, or the tracer has no memory */
    OURO_TRACE_ROOT = 1,    /* outside of all calls */
    OURO_TRACE_FOLD_SITES = 1 << 20,
    OURO_TRACE_MAX_SITES = 1 << 24, /* beyond: new places get sites without their callers */
};

/* Where a program is: in two registers.  (Three fields of 32 bits would be put together in memory at each
 * birth, which took longer than all the rest.) */
typedef struct ouro_trace_place {
    uint64_t at;             /* code and unit; code 0: nowhere that could be described */
    ouro_trace_site context; /* the calls that led here: OURO_TRACE_ROOT, or what ouro_trace_enter returned */
} ouro_trace_place;

static inline ouro_trace_place ouro_trace_place_of(ouro_trace_site context, uint32_t code, uint32_t unit)
{
    ouro_trace_place place = {(uint64_t)code << 32 | unit, context};
    return place;
}
static inline uint32_t ouro_trace_place_code(const ouro_trace_place *place)
{
    return (uint32_t)(place->at >> 32);
}
static inline uint32_t ouro_trace_place_unit(const ouro_trace_place *place)
{
    return (uint32_t)place->at;
}

/* What a place is called.  The texts are copied (UTF-8; lone surrogates as they come). */
typedef struct ouro_trace_description {
    const char *file, *function;
    size_t file_length, function_length;
    uint32_t line, first_line; /* first_line: of the function */
} ouro_trace_description;

typedef struct ouro_trace_config {
    uint32_t limit; /* frames that a site knows; 0: all */
    uint64_t
        sample; /* 0: every block; otherwise one sample for so many bytes on average (see ouro_trace_row) */
    uint64_t seed; /* of the sampling; 0: from the clock */
    /* Tells where the program is: called for each block that is to be traced, in the middle of its
     * allocation, so it must not touch the heap.  NULL: nowhere. */
    ouro_trace_place (*current)(void *context);
    /* Describes a place met for the first time (not its context).  Must not touch the heap either. */
    void (*describe)(void *context, const ouro_trace_place *place, ouro_trace_description *description);
    /* How many calls are in progress: asked when the first block is born at a site (ouro_trace_frame.total).
     * NULL: not known. */
    uint32_t (*depth)(void *context);
    void *context;
} ouro_trace_config;

/* ---- Tracing ---- */

/* Begins to trace a heap that has no tracer.  Blocks that live already stay untraced.  NULL: no memory, or
 * the heap has one. */
OURO_NODISCARD ouro_trace *ouro_trace_start(ouro_mem *mem, const ouro_trace_config *config);
/* Ends it.  Snapshots stay valid.  NULL is ignored. */
void ouro_trace_stop(ouro_trace *trace);
/* Forgets all blocks (they are untraced now) and the peak. */
void ouro_trace_clear(ouro_trace *trace);

/* The context of what is called from `place`.  Returns OURO_TRACE_ROOT when there is no memory.  Cheap when
 * it was asked before (a cache of a few hundred places). */
ouro_trace_site ouro_trace_enter(ouro_trace *trace, const ouro_trace_place *place);

/* From now on blocks count as born in the next epoch; the number of the new one (the first is 0). */
uint32_t ouro_trace_next_epoch(ouro_trace *trace);
/* The number of the one that lasts now. */
uint32_t ouro_trace_epoch_now(const ouro_trace *trace);

typedef struct ouro_trace_totals {
    size_t bytes, peak_bytes; /* traced now, and the most since the start or the last reset */
    uint64_t blocks;
    size_t own_bytes; /* memory taken from the system for the tracer itself */
    uint64_t lost;    /* blocks that could not be traced for want of memory */
    uint32_t sites, cohorts, epoch, limit;
} ouro_trace_totals;

/* What is traced now.  Costs a pass over the cohorts (`blocks`). */
void ouro_trace_get_totals(const ouro_trace *trace, ouro_trace_totals *totals);
/* The same two of them in a few nanoseconds. */
void ouro_trace_get_bytes(const ouro_trace *trace, size_t *bytes, size_t *peak_bytes);
/* The peak is now what is traced now. */
void ouro_trace_reset_peak(ouro_trace *trace);

/* What is known of one block. */
typedef struct ouro_trace_birth {
    ouro_trace_site site;
    uint32_t epoch;
    size_t size; /* bytes asked for */
} ouro_trace_birth;

/* False: `block` (a live block of the heap) is not traced. */
bool ouro_trace_find(const ouro_trace *trace, const void *block, ouro_trace_birth *birth);

/* ---- Memory that is not in the heap ---- */

/* Counts `size` bytes at `address` as born where the program is now, in a domain of the caller's choosing
 * other than 0 (GPU buffers, a library's own pool).  An address that is tracked already is counted anew.
 * False: no memory. */
OURO_NODISCARD bool ouro_trace_track(ouro_trace *trace, uint32_t domain, uintptr_t address, size_t size);
/* The reverse; an address that is not tracked is ignored. */
void ouro_trace_untrack(ouro_trace *trace, uint32_t domain, uintptr_t address);
/* As ouro_trace_find. */
bool ouro_trace_find_tracked(const ouro_trace *trace, uint32_t domain, uintptr_t address,
                             ouro_trace_birth *birth);

/* ---- Sites ---- */

typedef struct ouro_trace_frame {
    const char *file, *function; /* valid until the tracer stops, or the snapshot is freed; end with a NUL */
    size_t file_length, function_length;
    uint32_t line, first_line;
    uint32_t total; /* calls in progress when the first block was born here, those beyond the limit included;
                     * 0: not known */
    ouro_trace_site caller; /* OURO_TRACE_ROOT: none, or none that the limit let through */
} ouro_trace_frame;

/* The innermost call of a site.  False for OURO_TRACE_ROOT and below: nothing is known ("<unknown>", line 0).
 */
bool ouro_trace_site_frame(const ouro_trace *trace, ouro_trace_site site, ouro_trace_frame *frame);

/* ---- Snapshots ---- */

/* The living blocks of one size from one site, epoch and domain.  With sampling, `blocks` and `bytes` are
 * estimates that are right on average (Horvitz, Thompson: A generalization of sampling without replacement
 * from a finite universe, JASA 1952): each block of s bytes was seen with probability 1 - exp(-s / sample).
 */
typedef struct ouro_trace_row {
    ouro_trace_site site;
    uint32_t epoch, domain;
    size_t size;
    uint64_t blocks, bytes;
} ouro_trace_row;

/* A copy of the tables: its cost is in the number of cohorts, not of blocks.  NULL: no memory. */
OURO_NODISCARD ouro_trace_snapshot *ouro_trace_take(ouro_trace *trace);
void ouro_trace_snapshot_free(ouro_trace_snapshot *snapshot);
size_t ouro_trace_snapshot_rows(const ouro_trace_snapshot *snapshot);
const ouro_trace_row *ouro_trace_snapshot_row(const ouro_trace_snapshot *snapshot, size_t i);
/* Of a site of this snapshot, as ouro_trace_site_frame. */
bool ouro_trace_snapshot_frame(const ouro_trace_snapshot *snapshot, ouro_trace_site site,
                               ouro_trace_frame *frame);

/* What is kept together in a comparison. */
typedef enum ouro_trace_key { OURO_TRACE_BY_SITE, OURO_TRACE_BY_LINE, OURO_TRACE_BY_FILE } ouro_trace_key;

typedef struct ouro_trace_change {
    ouro_trace_site site; /* one of those that are kept together */
    int64_t bytes, blocks, bytes_change, blocks_change;
} ouro_trace_change;

/* What changed from `old` (NULL: from nothing) to `snapshot`, both of one tracer: the greatest change of
 * bytes first, then the most bytes.  Returns an array that the caller frees with free(); NULL: no memory, or
 * of two tracers. */
OURO_NODISCARD ouro_trace_change *ouro_trace_compare(const ouro_trace_snapshot *snapshot,
                                                     const ouro_trace_snapshot *old, ouro_trace_key key,
                                                     size_t *count);

/* ---- Recordings
 * ---------------------------------------------------------------------------------------------
 *
 * What lives and what was allocated, by site, over time, in a file: some kilobytes for each epoch, since only
 * sites whose numbers changed are written.  Every epoch is written at once and whole, with a checksum, so
 * that the file can be read after a crash up to the last epoch before it (docs/recording.md has the format).
 */

typedef struct ouro_trace_recorder ouro_trace_recorder;

/* Begins a recording (with a first epoch) of what `trace` traces in a new file; `command` says what is
 * recorded (UTF-8). NULL: *error_number is the reason (errno). */
OURO_NODISCARD ouro_trace_recorder *ouro_trace_record(ouro_trace *trace, const char *path,
                                                      const char *command, int *error_number);
/* Ends an epoch: writes what changed since the last, and begins another.  Returns 0, or the reason why
 * nothing was written (errno); in a child process after fork nothing is written, and 0 returned. */
int ouro_trace_record_epoch(ouro_trace_recorder *recorder);
/* What the owner of the heap knows besides goes with the epoch that is ended next; what cannot be kept for want of
 * memory makes that epoch fail with ENOMEM. */

enum { OURO_TRACE_GENERATIONS = 3 };

/* What the collections of one generation did since the start of the recording. */
typedef struct ouro_trace_collections {
    uint64_t collections, nanoseconds, longest; /* longest: nanoseconds of one of them */
    uint64_t examined, collected;               /* objects */
} ouro_trace_collections;

/* Notes the collections so far. */
void ouro_trace_record_collections(ouro_trace_recorder *recorder,
                                   const ouro_trace_collections generations[OURO_TRACE_GENERATIONS]);

/* One collection. */
typedef struct ouro_trace_collection {
    int64_t began; /* nanoseconds: of CLOCK_MONOTONIC when it is noted, since the start of the recording when it is read */
    uint64_t nanoseconds; /* that the program stood still */
    int generation;
    uint64_t examined, collected; /* objects */
    uint64_t bytes;               /* that the heap holds less than before */
} ouro_trace_collection;

/* How many collections of each generation a recording has one by one (some 15 bytes for each); of those that follow only
 * the sums. */
enum { OURO_TRACE_SINGLE_COLLECTIONS = 1 << 14 };

/* Notes one collection, which may be in progress: allocates nothing in the heap that is traced.  One for which there is
 * no memory is left out. */
void ouro_trace_record_collection(ouro_trace_recorder *recorder, const ouro_trace_collection *collection);

typedef struct ouro_trace_type {
    const char *name; /* UTF-8; of several types of one name the sum is kept */
    uint64_t objects, bytes;
} ouro_trace_type;

/* Notes a census: what lives of each type.  A type of an earlier census that is not among them has no objects now. */
void ouro_trace_record_types(ouro_trace_recorder *recorder, const ouro_trace_type *types, size_t count);

/* A map of memory: runs of slots of one size, by address, and the blocks that lie outside of them. */
typedef struct ouro_trace_slots {
    uint64_t first, count;     /* addresses divided by the size of a slot */
    uint32_t block_size;       /* of its blocks; 1: of several sizes; 0: free */
    uint32_t resident, live;   /* bytes in each slot */
} ouro_trace_slots;

typedef struct ouro_trace_map {
    const ouro_trace_slots *runs; /* sorted; none overlaps another */
    size_t count;
    uint64_t slot_size, large_blocks, large_bytes;
} ouro_trace_map;

/* Notes the map as it is now; the last of a recording is kept by its readers. */
void ouro_trace_record_map(ouro_trace_recorder *recorder, const ouro_trace_map *memory);

/* Has `call` called, in the middle of an allocation (so it must not touch the heap), when what is traced has grown beyond
 * `bytes` and all before: so that an epoch can be written near the peak.  NULL ends it; it ends as well with the
 * call, to be asked for again. */
void ouro_trace_watch(ouro_trace *trace, size_t bytes, void (*call)(void *context), void *context);

/* Writes a last epoch and the mark that the recording is whole, and closes the file.  Before the tracer
 * stops.  Returns as ouro_trace_record_epoch; the recorder is freed in any case. */
int ouro_trace_record_end(ouro_trace_recorder *recorder);

typedef struct ouro_trace_recording ouro_trace_recording;

typedef struct ouro_trace_epoch {
    int64_t nanoseconds; /* since the start of the recording, at its end */
    uint64_t bytes, blocks, peak_bytes, resident_bytes;
    size_t first, count;           /* of the changes that it wrote */
    size_t type_first, type_count; /* the same of types; the count is 0 when nobody counted */
    ouro_trace_collections collections[OURO_TRACE_GENERATIONS];
} ouro_trace_epoch;

/* The numbers of a site at the end of an epoch. */
typedef struct ouro_trace_count {
    ouro_trace_site site;
    uint64_t live_bytes, live_blocks;
    uint64_t total_bytes, total_blocks; /* since the start of the recording */
} ouro_trace_count;

/* Reads a recording.  NULL: it cannot be read, or is none; `message` (at least 200 bytes) says why. */
OURO_NODISCARD ouro_trace_recording *ouro_trace_recording_read(const char *path, char *message, size_t size);
void ouro_trace_recording_free(ouro_trace_recording *recording);
/* Reads on in the file of a recording that was not whole: what has been appended since, whole epochs only.  Returns
 * how many epochs are new; -1: the file cannot be read, `message` says why. */
int64_t ouro_trace_recording_follow(ouro_trace_recording *recording, char *message, size_t size);
/* When it began, in seconds of the system's clock. */
uint64_t ouro_trace_recording_started(const ouro_trace_recording *recording);
const char *ouro_trace_recording_command(const ouro_trace_recording *recording);
/* False: the program or the machine stopped before the recording ended. */
bool ouro_trace_recording_is_whole(const ouro_trace_recording *recording);
/* The mean bytes between samples; 0: every block was recorded. */
uint64_t ouro_trace_recording_sample(const ouro_trace_recording *recording);
size_t ouro_trace_recording_epochs(const ouro_trace_recording *recording);
const ouro_trace_epoch *ouro_trace_recording_epoch(const ouro_trace_recording *recording, size_t i);
/* The changes of all epochs, one after the other: ouro_trace_epoch.first and count say which are whose. */
const ouro_trace_count *ouro_trace_recording_changes(const ouro_trace_recording *recording);
/* Types are numbered from 1 to this, included. */
uint32_t ouro_trace_recording_types(const ouro_trace_recording *recording);
/* The name of a type, good as long as the recording, and not followed. */
const char *ouro_trace_recording_type(const ouro_trace_recording *recording, uint32_t type);

/* What lives of a type, as counted in an epoch. */
typedef struct ouro_trace_type_count {
    uint32_t type;
    uint64_t objects, bytes;
} ouro_trace_type_count;

/* As ouro_trace_recording_changes, of types. */
const ouro_trace_type_count *ouro_trace_recording_type_changes(const ouro_trace_recording *recording);
/* The collections one by one, in the order in which they ended (see OURO_TRACE_SINGLE_COLLECTIONS).  Borrowed from the
 * recording, until it is freed or followed. */
const ouro_trace_collection *ouro_trace_recording_collections(const ouro_trace_recording *recording, size_t *count);
/* The last map of memory, and the epoch that it came with.  False: there is none. */
bool ouro_trace_recording_map(const ouro_trace_recording *recording, ouro_trace_map *map, size_t *epoch);
/* Sites are numbered from OURO_TRACE_ROOT to this, excluded. */
uint32_t ouro_trace_recording_sites(const ouro_trace_recording *recording);
/* As ouro_trace_site_frame. */
bool ouro_trace_recording_frame(const ouro_trace_recording *recording, ouro_trace_site site,
                                ouro_trace_frame *frame);

OURO_END

#endif

/* trace_record_test.c: recordings: what is written is read; what is damaged is not believed. */
#include "unit_test.h"
#include "base/os.h"
#include "ouro/trace.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t place_line = 1;

static ouro_trace_place place_at(void *context)
{
    (void)context;
    return ouro_trace_place_of(OURO_TRACE_ROOT, 1, place_line);
}

static void place_describe(void *context, const ouro_trace_place *place, ouro_trace_description *description)
{
    (void)context;
    *description = (ouro_trace_description){"a.c", "main", 3, 4, ouro_trace_place_unit(place), 1};
}

static char path[64], other_path[64];

static int make_paths(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/ouro-record-%d", (int)getpid());
    snprintf(other_path, sizeof other_path, "/tmp/ouro-record-%d-other", (int)getpid());
    return 0;
}

static int remove_paths(void **state)
{
    (void)state;
    unlink(path);
    unlink(other_path);
    return 0;
}

static ouro_trace *start(ouro_mem *mem)
{
    ouro_trace *trace = ouro_trace_start(
        mem, &(ouro_trace_config){.limit = 1, .current = place_at, .describe = place_describe});
    assert_non_null(trace);
    return trace;
}

/* The notes of an epoch: collections, types, and a map, different in each. */
static void note(ouro_trace_recorder *recorder, uint64_t n)
{
    ouro_trace_collections collections[OURO_TRACE_GENERATIONS] = {{n, 1000 * n, 500, 7 * n, 3 * n}, {.collections = n / 2}};
    const ouro_trace_type types[] = {{"Row", 10 * n, 480 * n}, {"dict", 1, 64}, {"Row", 1, 48}, {"only first", 5, 500}};
    const ouro_trace_slots runs[] = {{1024, 3, 0, 0, 0}, {1027, 1, 64, 8192, (uint32_t)(64 * n)}, {4096, 2, 1, 16384, 16000}};
    ouro_trace_record_collections(recorder, collections);
    ouro_trace_record_types(recorder, types, n == 1 ? 4 : 3);
    for (uint64_t i = 0; i < n; i++)
        ouro_trace_record_collection(recorder, &(ouro_trace_collection){os_clock(), 100 * n + i, (int)i, 50, 7, 4096});
    ouro_trace_record_collection(recorder, &(ouro_trace_collection){.generation = OURO_TRACE_GENERATIONS}); /* ignored */
    ouro_trace_record_map(recorder, &(ouro_trace_map){runs, 3, 16384, n, 1000000 * n});
}

/* Four epochs: 10 blocks at line 1; 20 more at line 2; half of line 1 freed; nothing. */
static void write_recording(bool end)
{
    ouro_mem *mem = ouro_mem_create(NULL);
    ouro_trace *trace = start(mem);
    void *blocks[30];
    int reason = -1;
    place_line = 1;
    for (int i = 0; i < 10; i++)
        blocks[i] = ouro_mem_alloc(mem, 100);
    ouro_trace_recorder *recorder = ouro_trace_record(trace, path, "the command", &reason);
    assert_non_null(recorder);
    assert_int_equal(reason, 0);
    place_line = 2;
    for (int i = 10; i < 30; i++)
        blocks[i] = ouro_mem_alloc(mem, 50000);
    note(recorder, 1);
    assert_int_equal(ouro_trace_record_epoch(recorder), 0);
    note(recorder, 2);
    for (int i = 0; i < 10; i += 2)
        ouro_mem_free(mem, blocks[i]);
    assert_int_equal(ouro_trace_record_epoch(recorder), 0);
    pid_t child = fork();
    if (child == 0) {
        /* The file is the parent's. */
        note(recorder, 9);
        bool ok = ouro_trace_record_epoch(recorder) == 0 && ouro_trace_record_end(recorder) == 0;
        _exit(ok ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    struct stat before;
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(ouro_trace_record_end(recorder), 0);
    if (!end) /* as if the program had stopped here */
        assert_int_equal(truncate(path, before.st_size), 0);
    ouro_trace_stop(trace);
    ouro_mem_destroy(mem);
}

static void test_written_is_read(void **state)
{
    (void)state;
    char message[200];
    write_recording(true);
    ouro_trace_recording *r = ouro_trace_recording_read(path, message, sizeof message);
    assert_non_null(r);
    assert_string_equal(ouro_trace_recording_command(r), "the command");
    assert_true(ouro_trace_recording_is_whole(r));
    assert_int_equal(ouro_trace_recording_sample(r), 0);
    assert_int_equal(ouro_trace_recording_epochs(r), 4);
    static const uint64_t bytes[] = {1000, 1001000, 1000500, 1000500}, blocks[] = {10, 30, 25, 25},
                          changes[] = {1, 1, 1, 0};
    int64_t before = 0;
    for (size_t i = 0; i < 4; i++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r, i);
        assert_int_equal(epoch->bytes, bytes[i]);
        assert_int_equal(epoch->blocks, blocks[i]);
        assert_int_equal(epoch->count, changes[i]);
        assert_true(epoch->nanoseconds >= before && epoch->peak_bytes >= epoch->bytes);
        before = epoch->nanoseconds;
    }
    const ouro_trace_count *count = ouro_trace_recording_changes(r) + ouro_trace_recording_epoch(r, 2)->first;
    assert_true(count->live_blocks == 5 && count->live_bytes == 500 && count->total_blocks == 10 &&
                count->total_bytes == 1000);
    ouro_trace_frame frame;
    assert_true(ouro_trace_recording_frame(r, count->site, &frame));
    assert_string_equal(frame.file, "a.c");
    assert_string_equal(frame.function, "main");
    assert_true(frame.line == 1 && frame.caller == OURO_TRACE_ROOT);
    assert_false(ouro_trace_recording_frame(r, ouro_trace_recording_sites(r), &frame));
    assert_false(ouro_trace_recording_frame(r, OURO_TRACE_ROOT, &frame));
    assert_null(ouro_trace_recording_epoch(r, 4));
    ouro_trace_recording_free(r);
}

static void test_notes(void **state)
{
    (void)state;
    char message[200];
    write_recording(true);
    ouro_trace_recording *r = ouro_trace_recording_read(path, message, sizeof message);
    assert_non_null(r);
    static const uint64_t collections[] = {0, 1, 2, 2}, types[] = {0, 3, 2, 0}; /* what did not change is not written */
    for (size_t i = 0; i < 4; i++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r, i);
        assert_int_equal(epoch->collections[0].collections, collections[i]);
        assert_int_equal(epoch->collections[0].collected, 3 * collections[i]);
        assert_int_equal(epoch->collections[1].collections, collections[i] / 2);
        assert_int_equal(epoch->type_count, types[i]);
    }
    assert_int_equal(ouro_trace_recording_types(r), 3);
    assert_string_equal(ouro_trace_recording_type(r, 1), "Row");
    assert_string_equal(ouro_trace_recording_type(r, 3), "only first");
    assert_string_equal(ouro_trace_recording_type(r, 4), "");
    const ouro_trace_type_count *count = ouro_trace_recording_type_changes(r) + ouro_trace_recording_epoch(r, 2)->type_first;
    assert_true(count[0].type == 1 && count[0].objects == 21 && count[0].bytes == 2 * 480 + 48);
    assert_true(count[1].type == 3 && count[1].objects == 0 && count[1].bytes == 0);
    size_t singles;
    const ouro_trace_collection *single = ouro_trace_recording_collections(r, &singles);
    assert_int_equal(singles, 3); /* one, then two: each once */
    assert_true(single[0].nanoseconds == 100 && single[1].nanoseconds == 200 && single[2].nanoseconds == 201);
    assert_true(single[2].generation == 1 && single[2].examined == 50 && single[2].collected == 7 && single[2].bytes == 4096);
    for (size_t i = 1; i <= 2; i++) {
        assert_true(single[i].began >= single[i - 1].began);
        assert_true(single[i].began <= ouro_trace_recording_epoch(r, 2)->nanoseconds);
    }
    ouro_trace_map map;
    size_t epoch;
    assert_true(ouro_trace_recording_map(r, &map, &epoch));
    assert_true(epoch == 2 && map.count == 3 && map.slot_size == 16384 && map.large_blocks == 2 && map.large_bytes == 2000000);
    assert_true(map.runs[1].first == 1027 && map.runs[1].live == 128 && map.runs[2].first == 4096 && map.runs[2].count == 2);
    ouro_trace_recording_free(r);
}

/* A file that grows is followed epoch by epoch, and what a reader saw of half a write is not lost. */
static void test_follow(void **state)
{
    (void)state;
    char message[200];
    write_recording(true);
    FILE *file = fopen(path, "rb");
    unsigned char bytes[8192];
    size_t length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(length > 0 && length < sizeof bytes);
    ouro_trace_recording *r = NULL;
    int64_t epochs = 0;
    for (size_t step = 8; step <= length; step += step + 13 <= length || step == length ? 13 : length - step) {
        file = fopen(other_path, "wb");
        assert_int_equal(fwrite(bytes, 1, step, file), step);
        fclose(file);
        if (r == NULL && (r = ouro_trace_recording_read(other_path, message, sizeof message)) != NULL) {
            epochs = (int64_t)ouro_trace_recording_epochs(r);
        } else if (r != NULL) {
            int64_t more = ouro_trace_recording_follow(r, message, sizeof message);
            assert_true(more >= 0);
            epochs += more;
        }
    }
    assert_non_null(r);
    assert_int_equal(epochs, 4);
    assert_true(ouro_trace_recording_is_whole(r));
    assert_int_equal(ouro_trace_recording_follow(r, message, sizeof message), 0);
    assert_int_equal(ouro_trace_recording_types(r), 3);
    ouro_trace_recording_free(r);
}

static int watched;

static void watch(void *context)
{
    watched++;
    (void)context;
}

static void test_watch(void **state)
{
    (void)state;
    ouro_mem *mem = ouro_mem_create(NULL);
    ouro_trace *trace = start(mem);
    ouro_trace_watch(trace, 5000, watch, NULL);
    void *block = ouro_mem_alloc(mem, 5000);
    assert_int_equal(watched, 0);
    ouro_mem_free(mem, ouro_mem_alloc(mem, 100));
    assert_int_equal(watched, 1); /* and no second time: it must be asked for again */
    ouro_mem_free(mem, ouro_mem_alloc(mem, 1000));
    ouro_trace_watch(trace, 5500, watch, NULL);
    ouro_mem_free(mem, ouro_mem_alloc(mem, 900)); /* more than 5500, but not than ever before */
    assert_int_equal(watched, 1);
    ouro_mem_free(mem, ouro_mem_alloc(mem, 1500));
    assert_int_equal(watched, 2);
    ouro_mem_free(mem, block);
    ouro_trace_stop(trace);
    ouro_mem_destroy(mem);
}

static unsigned char *load(size_t *length)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    unsigned char *bytes = malloc((size_t)st.st_size);
    FILE *file = fopen(path, "rb");
    *length = fread(bytes, 1, (size_t)st.st_size, file);
    fclose(file);
    return bytes;
}

/* Reads what is given, and looks at all of it. */
static size_t read_bytes(const unsigned char *bytes, size_t length)
{
    FILE *file = fopen(other_path, "wb");
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    char message[200] = "";
    ouro_trace_recording *r = ouro_trace_recording_read(other_path, message, sizeof message);
    if (r == NULL) {
        assert_true(strlen(message) > 0);
        return 0;
    }
    size_t epochs = ouro_trace_recording_epochs(r);
    for (size_t e = 0; e < epochs; e++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r, e);
        for (size_t i = epoch->first; i < epoch->first + epoch->count; i++)
            assert_true(ouro_trace_recording_changes(r)[i].site < ouro_trace_recording_sites(r));
    }
    for (size_t e = 0; e < epochs; e++) {
        const ouro_trace_epoch *epoch = ouro_trace_recording_epoch(r, e);
        for (size_t i = epoch->type_first; i < epoch->type_first + epoch->type_count; i++) {
            uint32_t type = ouro_trace_recording_type_changes(r)[i].type;
            assert_true(type > 0 && type <= ouro_trace_recording_types(r));
        }
    }
    ouro_trace_map map;
    size_t at, runs_end = 0;
    for (size_t i = 0; ouro_trace_recording_map(r, &map, &at) && i < map.count; i++) {
        assert_true(map.runs[i].first >= runs_end && map.runs[i].live <= map.slot_size && at < epochs);
        runs_end = map.runs[i].first + map.runs[i].count;
    }
    for (uint32_t i = 0; i < ouro_trace_recording_sites(r); i++) {
        ouro_trace_frame frame;
        if (ouro_trace_recording_frame(r, i, &frame))
            assert_true(frame.caller < i && strlen(frame.file) <= frame.file_length);
    }
    ouro_trace_recording_free(r);
    return epochs;
}

/* Cut anywhere, it has the epochs that are whole. */
static void test_cut(void **state)
{
    (void)state;
    size_t length, before = 0;
    write_recording(false);
    unsigned char *bytes = load(&length);
    for (size_t cut = 0; cut <= length; cut++) {
        size_t epochs = read_bytes(bytes, cut);
        assert_true(epochs >= before && epochs <= before + 1);
        before = epochs;
    }
    assert_int_equal(before, 3);
    free(bytes);
}

static uint32_t checksum(const unsigned char *at, size_t size)
{
    uint32_t sum = ~UINT32_C(0);
    while (size-- > 0) {
        sum ^= *at++;
        for (int bit = 0; bit < 8; bit++)
            sum = sum & 1 ? sum >> 1 ^ UINT32_C(0xedb88320) : sum >> 1;
    }
    return ~sum;
}

/* Damaged anywhere, with checksums that find it and with checksums made right again. */
static void test_damaged(void **state)
{
    (void)state;
    size_t length;
    write_recording(true);
    unsigned char *bytes = load(&length), *copy = malloc(length);
    uint64_t seed = unit_seed();
    for (int round = 0; round < 4000; round++) {
        memcpy(copy, bytes, length);
        for (uint64_t n = 1 + unit_random(&seed) % 4; n > 0; n--)
            copy[unit_random(&seed) % length] = (unsigned char)unit_random(&seed);
        if (round % 4) {
            for (size_t at = 8; at + 12 <= length;) {
                size_t size = copy[at + 4] | (size_t)copy[at + 5] << 8 | (size_t)copy[at + 6] << 16;
                if (copy[at + 7] != 0 || size > length - at - 12)
                    break;
                uint32_t sum = checksum(copy + at, size + 8);
                for (int i = 0; i < 4; i++)
                    copy[at + 8 + size + (size_t)i] = (unsigned char)(sum >> 8 * i);
                at += size + 12;
            }
        }
        (void)read_bytes(copy, length);
    }
    free(bytes);
    free(copy);
}

static void test_failures(void **state)
{
    (void)state;
    char message[200];
    assert_null(ouro_trace_recording_read("/nowhere/at/all", message, sizeof message));
    assert_string_equal(message, strerror(ENOENT));
    assert_null(ouro_trace_recording_read("/dev/null", message, sizeof message));
    assert_string_equal(message, "not a recording of ouro");
    ouro_mem *mem = ouro_mem_create(NULL);
    ouro_trace *trace = start(mem);
    int reason;
    assert_null(ouro_trace_record(trace, "/nowhere/at/all", "", &reason));
    assert_int_equal(reason, ENOENT);
    if (access("/dev/full", W_OK) == 0) {
        assert_null(ouro_trace_record(trace, "/dev/full", "", &reason));
        assert_int_equal(reason, ENOSPC);
    }
    ouro_trace_stop(trace);
    ouro_mem_destroy(mem);
}

/* The limit holds for each generation alone, and what comes after it is left out. */
static void test_single_limit(void **state)
{
    (void)state;
    char message[200];
    ouro_mem *mem = ouro_mem_create(NULL);
    ouro_trace *trace = start(mem);
    int reason = -1;
    ouro_trace_recorder *recorder = ouro_trace_record(trace, path, "test", &reason);
    assert_non_null(recorder);
    for (int i = 0; i < OURO_TRACE_SINGLE_COLLECTIONS + 10; i++) {
        ouro_trace_record_collection(recorder, &(ouro_trace_collection){.nanoseconds = (uint64_t)i});
        if (i % 1000 == 0)
            assert_int_equal(ouro_trace_record_epoch(recorder), 0);
    }
    ouro_trace_record_collection(recorder, &(ouro_trace_collection){.generation = 2, .nanoseconds = 77});
    assert_int_equal(ouro_trace_record_end(recorder), 0);
    ouro_trace_recording *r = ouro_trace_recording_read(path, message, sizeof message);
    assert_non_null(r);
    size_t singles;
    const ouro_trace_collection *single = ouro_trace_recording_collections(r, &singles);
    assert_int_equal(singles, OURO_TRACE_SINGLE_COLLECTIONS + 1);
    for (size_t i = 0; i + 1 < singles; i++)
        assert_int_equal(single[i].nanoseconds, i);
    assert_true(single[singles - 1].generation == 2 && single[singles - 1].nanoseconds == 77);
    ouro_trace_recording_free(r);
    ouro_trace_stop(trace);
    ouro_mem_destroy(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_is_read),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_single_limit),
        cmocka_unit_test(test_follow),
        cmocka_unit_test(test_watch),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, make_paths, remove_paths);
}

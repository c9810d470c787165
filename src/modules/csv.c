/* csv.c: the _csv module: dialects, the reader's state machine, and the writer's quoting. */
#include "modules/modules.h"

#include "types/binder.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"
#include "types/type_build.h"

enum { CSV_QUOTE_MINIMAL, CSV_QUOTE_ALL, CSV_QUOTE_NONNUMERIC, CSV_QUOTE_NONE, CSV_FIELD_LIMIT = 128 * 1024 };
#define CSV_NO_CHARACTER UINT32_MAX

typedef struct csv_dialect {
    ouro_object object;
    ouro_value line_terminator;        /* str */
    uint32_t delimiter, quote, escape; /* CSV_NO_CHARACTER: none */
    int64_t quoting;
    bool double_quote, skip_space, strict;
} csv_dialect;

static csv_dialect *as_csv_dialect(ouro_value v)
{
    return (csv_dialect *)(void *)ouro_as_object(v);
}

static ouro_value csv_error(ouro_runtime *rt, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    ouro_value text = str_format_va(rt, format, arguments);
    va_end(arguments);
    if (!ouro_is_null(text)) {
        ouro_value e = object_call1(rt, type_value(MODULE_TYPE(rt, csv_error)), text);
        value_decref(rt, text);
        if (!ouro_is_null(e)) {
            error_raise_value(rt, e);
            value_decref(rt, e);
        }
    }
    return OURO_NULL;
}

/* ---- dialects ---------------------------------------------------------------------------------------------
 */

static const ouro_field csv_dialect_fields[] = {
    {OURO_FIELD_VALUE, offsetof(csv_dialect, line_terminator), 0, "lineterminator"},
};

static bool csv_character(ouro_runtime *rt, const char *name, ouro_value v, bool optional, uint32_t *c)
{
    if (ouro_is_null(v)) {
        return true;
    }
    if (optional && ouro_is_none(v)) {
        *c = CSV_NO_CHARACTER;
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, optional ? "\"%s\" must be string or None, not %T" : "\"%s\" must be string, not %T",
                   name, v);
        return false;
    }
    if (str_length(as_str(v)) != 1) {
        error_type(rt, "\"%s\" must be a 1-character string", name);
        return false;
    }
    *c = str_char_at(as_str(v), 0);
    return true;
}

static bool csv_flag(ouro_runtime *rt, ouro_value v, bool *flag)
{
    int truth = ouro_is_null(v) ? *flag : object_truth(rt, v);
    *flag = truth > 0;
    return truth >= 0;
}

static bool csv_quoting(ouro_runtime *rt, csv_dialect *d, ouro_value v, bool quote_given)
{
    if (!ouro_is_null(v)) {
        if (!value_is_int(rt, v)) {
            error_type(rt, "\"quoting\" must be an integer");
            return false;
        }
        if (!int_fits_int64(v, &d->quoting) || d->quoting < CSV_QUOTE_MINIMAL ||
            d->quoting > CSV_QUOTE_NONE) {
            error_type(rt, "bad \"quoting\" value");
            return false;
        }
    } else if (quote_given && d->quote == CSV_NO_CHARACTER) {
        d->quoting = CSV_QUOTE_NONE;
    }
    return true;
}

enum { D_DELIMITER, D_DOUBLEQUOTE, D_ESCAPE, D_TERMINATOR, D_QUOTE, D_QUOTING, D_SPACE, D_STRICT, D_COUNT };
static const char *const csv_dialect_names[D_COUNT] = {"delimiter",        "doublequote", "escapechar",
                                                       "lineterminator",   "quotechar",   "quoting",
                                                       "skipinitialspace", "strict"};

/* Values given (borrowed or OURO_NULL) into the dialect. */
static bool csv_dialect_fill(ouro_runtime *rt, csv_dialect *d, const ouro_value *v)
{
    d->delimiter = ',';
    d->quote = '"';
    d->escape = CSV_NO_CHARACTER;
    d->double_quote = true;
    if (!csv_character(rt, "delimiter", v[D_DELIMITER], false, &d->delimiter) ||
        !csv_flag(rt, v[D_DOUBLEQUOTE], &d->double_quote) ||
        !csv_character(rt, "escapechar", v[D_ESCAPE], true, &d->escape)) {
        return false;
    }
    if (ouro_is_null(v[D_TERMINATOR])) {
        d->line_terminator = str_from_cstring(rt, "\r\n");
    } else if (!value_is_str(rt, v[D_TERMINATOR])) {
        error_type(rt, "\"lineterminator\" must be a string");
        return false;
    } else {
        d->line_terminator = value_incref(v[D_TERMINATOR]);
    }
    if (ouro_is_null(d->line_terminator) || !csv_character(rt, "quotechar", v[D_QUOTE], true, &d->quote) ||
        !csv_quoting(rt, d, v[D_QUOTING], !ouro_is_null(v[D_QUOTE])) ||
        !csv_flag(rt, v[D_SPACE], &d->skip_space) || !csv_flag(rt, v[D_STRICT], &d->strict)) {
        return false;
    }
    if (d->quoting != CSV_QUOTE_NONE && d->quote == CSV_NO_CHARACTER) {
        error_type(rt, "quotechar must be set if quoting enabled");
        return false;
    }
    return true;
}

static ouro_value csv_find_dialect(ouro_runtime *rt, ouro_value name)
{
    ouro_value found = ouro_is_null(rt->modules->csv_dialects)
                           ? OURO_NULL
                           : dict_get(rt, as_dict(rt->modules->csv_dialects), name);
    if (ouro_is_null(found) && !error_is_set(rt)) {
        csv_error(rt, "unknown dialect");
    }
    return value_incref(found);
}

static ouro_value csv_dialect_make(ouro_runtime *rt, type_object *type, const ouro_value *args, size_t nargs,
                                   ouro_value kwnames)
{
    ouro_value given[1 + D_COUNT], values[D_COUNT] = {OURO_NULL}, dialect = OURO_NULL, result = OURO_NULL;
    if (!arguments_bind(
            rt, "Dialect",
            "dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, "
            "quotechar=None, quoting=None, skipinitialspace=None, strict=None",
            args, nargs, kwnames, given)) {
        return OURO_NULL;
    }
    bool plain = true, ok = true;
    for (size_t i = 0; i < D_COUNT; i++) {
        plain = plain && ouro_is_null(given[1 + i]);
    }
    if (!ouro_is_null(given[0]) && !ouro_is_none(given[0])) {
        dialect = value_is_str(rt, given[0]) ? csv_find_dialect(rt, given[0]) : value_incref(given[0]);
        if (ouro_is_null(dialect)) {
            return OURO_NULL;
        }
        if (plain && value_type(rt, dialect) == MODULE_TYPE(rt, csv_dialect)) {
            return dialect;
        }
    }
    for (size_t i = 0; ok && i < D_COUNT; i++) {
        values[i] = value_incref(given[1 + i]);
        if (ouro_is_null(values[i]) && !ouro_is_null(dialect)) {
            ouro_value name = str_intern_cstring(rt, csv_dialect_names[i]);
            int has = ouro_is_null(name) ? -1 : object_getattr_optional(rt, dialect, name, &values[i]);
            if (has <= 0) {
                values[i] = OURO_NULL;
            }
            if (has < 0) { /* an attribute that cannot be had is one that is not there */
                error_clear(rt);
            }
            value_decref(rt, name);
        }
    }
    csv_dialect *d = ok ? object_new(rt, &type->type, 0) : NULL;
    if (d != NULL) {
        result = ouro_from_object(d);
        if (csv_dialect_fill(rt, d, values)) {
            gc_track(rt, &d->object);
        } else {
            value_clear(rt, &result);
        }
    }
    for (size_t i = 0; i < D_COUNT; i++) {
        value_decref(rt, values[i]);
    }
    value_decref(rt, dialect);
    return result;
}

static ouro_value csv_get_character(ouro_runtime *rt, ouro_value self, void *closure)
{
    const csv_dialect *d = as_csv_dialect(self);
    const char *which = closure;
    uint32_t c = *which == 'd' ? d->delimiter : *which == 'q' ? d->quote : d->escape;
    return c == CSV_NO_CHARACTER ? OURO_NONE : str_from_char(rt, c);
}

static ouro_value csv_get_flag(ouro_runtime *rt, ouro_value self, void *closure)
{
    const csv_dialect *d = as_csv_dialect(self);
    const char *which = closure;
    return ouro_bool(*which == 'd' ? d->double_quote : *which == 's' ? d->skip_space : d->strict);
}

static ouro_value csv_get_quoting(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_csv_dialect(self)->quoting);
}

static const getset_def csv_dialect_getsets[] = {
    {"delimiter", csv_get_character, NULL, NULL, "d"},   {"quotechar", csv_get_character, NULL, NULL, "q"},
    {"escapechar", csv_get_character, NULL, NULL, "e"},  {"doublequote", csv_get_flag, NULL, NULL, "d"},
    {"skipinitialspace", csv_get_flag, NULL, NULL, "s"}, {"strict", csv_get_flag, NULL, NULL, "t"},
    {"quoting", csv_get_quoting, NULL, NULL, NULL},      {0},
};

static const member_def csv_dialect_members[] = {
    {"lineterminator", offsetof(csv_dialect, line_terminator), MEMBER_READONLY, NULL},
    {0},
};

static const type_spec csv_dialect_spec = {
    .name = "_csv.Dialect",
    .size = sizeof(csv_dialect),
    .flags = TYPE_BASE,
    .doc = "CSV dialect\n\nThe Dialect type records CSV dialect options.",
    .fields = csv_dialect_fields,
    .field_count = 1,
    .getsets = csv_dialect_getsets,
    .members = csv_dialect_members,
    .slots = {.make = csv_dialect_make},
};

/* Dialect(dialect, **keywords): args[0] or None, and what follows the first `skip` arguments by keyword. */
static ouro_value csv_dialect_of(ouro_runtime *rt, ouro_value dialect, const ouro_value *values,
                                 ouro_value kwnames)
{
    size_t keywords = ouro_is_null(kwnames) ? 0 : as_tuple(kwnames)->size;
    ouro_value *args = ouro_mem_alloc(rt->mem, (keywords + 1) * sizeof *args);
    if (args == NULL) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    size_t given = ouro_is_null(dialect) ? 0 : 1;
    args[0] = dialect;
    for (size_t i = 0; i < keywords; i++) {
        args[given + i] = values[i];
    }
    ouro_value d = object_call(rt, type_value(MODULE_TYPE(rt, csv_dialect)), args, given, kwnames);
    ouro_mem_free(rt->mem, args);
    return d;
}

/* ---- the reader -------------------------------------------------------------------------------------------
 */

typedef enum csv_state {
    CSV_START_RECORD,
    CSV_START_FIELD,
    CSV_ESCAPED,
    CSV_IN_FIELD,
    CSV_IN_QUOTES,
    CSV_ESCAPED_IN_QUOTES,
    CSV_QUOTE_IN_QUOTES,
    CSV_EAT_NEWLINE,
    CSV_AFTER_ESCAPED_NEWLINE,
} csv_state;

typedef struct csv_reader {
    ouro_object object;
    ouro_value iterator, dialect, fields; /* fields: list of the record in the making */
    uint32_t *field;                      /* characters of the field in the making */
    size_t length, capacity;
    int64_t line_number;
    csv_state state;
    bool numeric;
} csv_reader;

static csv_reader *as_csv_reader(ouro_value v)
{
    return (csv_reader *)(void *)ouro_as_object(v);
}

static const ouro_field csv_reader_fields[] = {
    {OURO_FIELD_VALUE, offsetof(csv_reader, iterator), 0, "iterator"},
    {OURO_FIELD_VALUE, offsetof(csv_reader, dialect), 0, "dialect"},
    {OURO_FIELD_VALUE, offsetof(csv_reader, fields), 0, "fields"},
};

static void csv_reader_dispose(ouro_runtime *rt, ouro_object *self)
{
    ouro_mem_free(rt->mem, ((csv_reader *)(void *)self)->field);
}

static bool csv_reader_add(ouro_runtime *rt, csv_reader *r, uint32_t c)
{
    if ((int64_t)r->length >= rt->modules->csv_field_limit) {
        csv_error(rt, "field larger than field limit (%lld)", (long long)rt->modules->csv_field_limit);
        return false;
    }
    if (r->length == r->capacity) {
        size_t capacity = r->capacity == 0 ? 64 : r->capacity * 2;
        uint32_t *grown = ouro_mem_resize(rt->mem, r->field, capacity * sizeof *grown);
        if (grown == NULL) {
            error_no_memory(rt);
            return false;
        }
        r->field = grown;
        r->capacity = capacity;
    }
    r->field[r->length++] = c;
    return true;
}

static bool csv_reader_save(ouro_runtime *rt, csv_reader *r)
{
    ouro_value field = str_from_ucs4(rt, r->field, r->length);
    r->length = 0;
    if (r->numeric && !ouro_is_null(field)) {
        r->numeric = false;
        value_replace(rt, &field, float_from_str(rt, field));
    }
    return !ouro_is_null(field) && list_append_steal(rt, r->fields, field);
}

static bool csv_is_newline(uint32_t c)
{
    return c == '\n' || c == '\r' || c == CSV_NO_CHARACTER;
}

/* One character, or CSV_NO_CHARACTER at the end of a line given by the iterator. */
static bool csv_reader_step(ouro_runtime *rt, csv_reader *r, uint32_t c)
{
    const csv_dialect *d = as_csv_dialect(r->dialect);
    switch (r->state) {
    case CSV_START_RECORD:
        if (c == CSV_NO_CHARACTER) {
            return true;
        }
        if (csv_is_newline(c)) {
            r->state = CSV_EAT_NEWLINE;
            return true;
        }
        r->state = CSV_START_FIELD;
        /* fall through */
    case CSV_START_FIELD:
        if (csv_is_newline(c)) {
            r->state = c == CSV_NO_CHARACTER ? CSV_START_RECORD : CSV_EAT_NEWLINE;
            return csv_reader_save(rt, r);
        }
        if (c == d->quote && d->quoting != CSV_QUOTE_NONE) {
            r->state = CSV_IN_QUOTES;
            return true;
        }
        if (c == d->escape) {
            r->state = CSV_ESCAPED;
            return true;
        }
        if (c == ' ' && d->skip_space) {
            return true;
        }
        if (c == d->delimiter) {
            return csv_reader_save(rt, r);
        }
        r->numeric = d->quoting == CSV_QUOTE_NONNUMERIC;
        r->state = CSV_IN_FIELD;
        return csv_reader_add(rt, r, c);
    case CSV_ESCAPED:
        if (c == '\n' || c == '\r') {
            r->state = CSV_AFTER_ESCAPED_NEWLINE;
            return csv_reader_add(rt, r, c);
        }
        r->state = CSV_IN_FIELD;
        return csv_reader_add(rt, r, c == CSV_NO_CHARACTER ? '\n' : c);
    case CSV_AFTER_ESCAPED_NEWLINE:
        if (c == CSV_NO_CHARACTER) {
            return true;
        }
        /* fall through */
    case CSV_IN_FIELD:
        if (csv_is_newline(c)) {
            r->state = c == CSV_NO_CHARACTER ? CSV_START_RECORD : CSV_EAT_NEWLINE;
            return csv_reader_save(rt, r);
        }
        if (c == d->escape) {
            r->state = CSV_ESCAPED;
            return true;
        }
        if (c == d->delimiter) {
            r->state = CSV_START_FIELD;
            return csv_reader_save(rt, r);
        }
        r->state = CSV_IN_FIELD;
        return csv_reader_add(rt, r, c);
    case CSV_IN_QUOTES:
        if (c == CSV_NO_CHARACTER) {
            return true;
        }
        if (c == d->escape) {
            r->state = CSV_ESCAPED_IN_QUOTES;
            return true;
        }
        if (c == d->quote && d->quoting != CSV_QUOTE_NONE) {
            r->state = d->double_quote ? CSV_QUOTE_IN_QUOTES : CSV_IN_FIELD;
            return true;
        }
        return csv_reader_add(rt, r, c);
    case CSV_ESCAPED_IN_QUOTES:
        r->state = CSV_IN_QUOTES;
        return csv_reader_add(rt, r, c == CSV_NO_CHARACTER ? '\n' : c);
    case CSV_QUOTE_IN_QUOTES:
        if (d->quoting != CSV_QUOTE_NONE && c == d->quote) {
            r->state = CSV_IN_QUOTES;
            return csv_reader_add(rt, r, c);
        }
        if (c == d->delimiter) {
            r->state = CSV_START_FIELD;
            return csv_reader_save(rt, r);
        }
        if (csv_is_newline(c)) {
            r->state = c == CSV_NO_CHARACTER ? CSV_START_RECORD : CSV_EAT_NEWLINE;
            return csv_reader_save(rt, r);
        }
        if (d->strict) {
            ouro_value delimiter = str_from_char(rt, d->delimiter), quote = str_from_char(rt, d->quote);
            if (!ouro_is_null(delimiter) && !ouro_is_null(quote)) {
                csv_error(rt, "'%U' expected after '%U'", delimiter, quote);
            }
            value_decref(rt, delimiter);
            value_decref(rt, quote);
            return false;
        }
        r->state = CSV_IN_FIELD;
        return csv_reader_add(rt, r, c);
    case CSV_EAT_NEWLINE:
        if (c == CSV_NO_CHARACTER) {
            r->state = CSV_START_RECORD;
        } else if (!csv_is_newline(c)) {
            csv_error(rt, "new-line character seen in unquoted field - do you need to open the file in "
                          "universal-newline mode?");
            return false;
        }
        return true;
    }
    return true;
}

/* The iterator has no more lines: a record that is not ended is an error, or ends here. */
static ouro_value csv_reader_end(ouro_runtime *rt, csv_reader *r)
{
    if (error_is_set(rt)) {
        return OURO_NULL;
    }
    if (r->length != 0 || r->state == CSV_IN_QUOTES) {
        if (as_csv_dialect(r->dialect)->strict) {
            return csv_error(rt, "unexpected end of data");
        }
        if (csv_reader_save(rt, r)) {
            ouro_value fields = r->fields;
            r->fields = OURO_NULL;
            return fields;
        }
    }
    return OURO_NULL;
}

static ouro_value csv_reader_next(ouro_runtime *rt, ouro_value self)
{
    csv_reader *r = as_csv_reader(self);
    value_replace(rt, &r->fields, list_new(rt, NULL, 0));
    if (ouro_is_null(r->fields)) {
        return OURO_NULL;
    }
    r->length = 0;
    r->state = CSV_START_RECORD;
    r->numeric = false;
    do {
        ouro_value line = iterator_next(rt, r->iterator);
        if (ouro_is_null(line)) {
            return csv_reader_end(rt, r);
        }
        if (!value_is_str(rt, line)) {
            csv_error(rt, "iterator should return strings, not %T (the file should be opened in text mode)",
                      line);
            value_decref(rt, line);
            return OURO_NULL;
        }
        r->line_number++;
        bool ok = !ouro_is_null(r->fields);
        for (size_t i = 0; ok && i < str_length(as_str(line)); i++) {
            ok = csv_reader_step(rt, r, str_char_at(as_str(line), i));
        }
        value_decref(rt, line);
        if (!ok || !csv_reader_step(rt, r, CSV_NO_CHARACTER)) {
            return OURO_NULL;
        }
    } while (r->state != CSV_START_RECORD);
    ouro_value fields = r->fields;
    r->fields = OURO_NULL;
    return fields;
}

static ouro_value csv_reader_iter(ouro_runtime *rt, ouro_value self)
{
    return value_incref(self);
}

static ouro_value csv_reader_get_line(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_csv_reader(self)->line_number);
}

static const getset_def csv_reader_getsets[] = {
    {"line_num", csv_reader_get_line, NULL, NULL, NULL},
    {0},
};

static const member_def csv_reader_members[] = {
    {"dialect", offsetof(csv_reader, dialect), MEMBER_READONLY, NULL},
    {0},
};

static const type_spec csv_reader_spec = {
    .name = "_csv.reader",
    .size = sizeof(csv_reader),
    .flags = TYPE_NO_MAKE,
    .doc =
        "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.",
    .fields = csv_reader_fields,
    .field_count = 3,
    .dispose = csv_reader_dispose,
    .getsets = csv_reader_getsets,
    .members = csv_reader_members,
    .slots = {.iter = csv_reader_iter, .next = csv_reader_next},
};

static ouro_value csv_new_reader(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs < 1 || nargs > 2) {
        return error_type(
            rt, nargs < 1 ? "expected at least 1 argument, got %zu" : "expected at most 2 arguments, got %zu",
            nargs);
    }
    ouro_value iterator = object_iter(rt, args[0]);
    ouro_value dialect = ouro_is_null(iterator)
                             ? OURO_NULL
                             : csv_dialect_of(rt, arg_or_null(args, nargs, 1), args + nargs, kwnames);
    csv_reader *r = ouro_is_null(dialect) ? NULL : object_new(rt, &MODULE_TYPE(rt, csv_reader)->type, 0);
    if (r == NULL) {
        value_decref(rt, iterator);
        value_decref(rt, dialect);
        return OURO_NULL;
    }
    r->iterator = iterator;
    r->dialect = dialect;
    gc_track(rt, &r->object);
    return ouro_from_object(r);
}

/* ---- the writer -------------------------------------------------------------------------------------------
 */

typedef struct csv_writer {
    ouro_object object;
    ouro_value write, dialect;
} csv_writer;

static const ouro_field csv_writer_fields[] = {
    {OURO_FIELD_VALUE, offsetof(csv_writer, write), 0, "write"},
    {OURO_FIELD_VALUE, offsetof(csv_writer, dialect), 0, "dialect"},
};

static bool csv_must_escape(const csv_dialect *d, uint32_t c)
{
    if (c == d->delimiter || c == d->escape || c == d->quote) {
        return true;
    }
    return str_find_char(as_str(d->line_terminator), c, 0, str_length(as_str(d->line_terminator))) >= 0;
}

/* Does the field need quotes; false with csv.Error: it needs an escape and there is none. */
static bool csv_field_look(ouro_runtime *rt, const csv_dialect *d, const str_object *s, bool *quoted)
{
    for (size_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        if (!csv_must_escape(d, c)) {
            continue;
        }
        bool escape = d->quoting == CSV_QUOTE_NONE || (c == d->quote && !d->double_quote) || c == d->escape;
        if (!escape || (c == d->quote && d->double_quote && d->quoting != CSV_QUOTE_NONE)) {
            *quoted = true;
        }
        if (escape && d->escape == CSV_NO_CHARACTER) {
            csv_error(rt, "need to escape, but no escapechar set");
            return false;
        }
    }
    return true;
}

static void csv_field_write(str_builder *b, const csv_dialect *d, const str_object *s, bool quoted)
{
    if (quoted) {
        str_builder_char(b, d->quote);
    }
    for (size_t i = 0; i < str_length(s); i++) {
        uint32_t c = str_char_at(s, i);
        if (csv_must_escape(d, c)) {
            if (d->quoting != CSV_QUOTE_NONE && c == d->quote && d->double_quote) {
                str_builder_char(b, d->quote);
            } else if (d->quoting == CSV_QUOTE_NONE || c == d->quote || c == d->escape) {
                str_builder_char(b, d->escape);
            }
        }
        str_builder_char(b, c);
    }
    if (quoted) {
        str_builder_char(b, d->quote);
    }
}

static bool csv_field(ouro_runtime *rt, str_builder *b, const csv_dialect *d, ouro_value field)
{
    bool number =
        value_is_int(rt, field) || value_is_float(rt, field) || value_type(rt, field) == TYPE(rt, complex);
    if (!number && !value_is_str(rt, field) && !ouro_is_none(field) && d->quoting == CSV_QUOTE_NONNUMERIC) {
        number = !ouro_is_null(value_type(rt, field)->slots.to_float != NULL ? OURO_TRUE : OURO_NULL);
    }
    bool quoted = d->quoting == CSV_QUOTE_ALL || (d->quoting == CSV_QUOTE_NONNUMERIC && !number);
    ouro_value text = ouro_is_none(field)       ? value_incref(rt->types->empty_str)
                      : value_is_str(rt, field) ? value_incref(field)
                                                : object_str(rt, field);
    bool ok = !ouro_is_null(text) && csv_field_look(rt, d, as_str(text), &quoted);
    if (ok) {
        csv_field_write(b, d, as_str(text), quoted);
    }
    value_decref(rt, text);
    return ok;
}

static ouro_value csv_writer_writerow(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const csv_writer *w = (const csv_writer *)(void *)ouro_as_object(args[0]);
    const csv_dialect *d = as_csv_dialect(w->dialect);
    ouro_value iterator = object_iter(rt, args[1]);
    if (ouro_is_null(iterator)) {
        if (error_clear_if(rt, EXC(rt, TypeError))) {
            csv_error(rt, "iterable expected, not %T", args[1]);
        }
        return OURO_NULL;
    }
    str_builder b;
    str_builder_init(&b, rt);
    size_t count = 0;
    bool ok = true, last_empty = false;
    while (ok) {
        ouro_value field = iterator_next(rt, iterator);
        if (ouro_is_null(field)) {
            ok = !error_is_set(rt);
            break;
        }
        if (count++ > 0) {
            str_builder_char(&b, d->delimiter);
        }
        size_t before = b.length;
        ok = csv_field(rt, &b, d, field);
        last_empty = b.length == before;
        value_decref(rt, field);
    }
    value_decref(rt, iterator);
    if (ok && count == 1 && last_empty) { /* a line with nothing on it would be no record */
        if (d->quoting == CSV_QUOTE_NONE) {
            csv_error(rt, "single empty field record must be quoted");
            ok = false;
        } else {
            str_builder_char(&b, d->quote);
            str_builder_char(&b, d->quote);
        }
    }
    if (!ok) {
        str_builder_drop(&b);
        return OURO_NULL;
    }
    str_builder_str(&b, d->line_terminator);
    ouro_value line = str_builder_finish(&b);
    ouro_value result = ouro_is_null(line) ? OURO_NULL : object_call1(rt, w->write, line);
    value_decref(rt, line);
    return result;
}

static ouro_value csv_writer_writerows(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value iterator = object_iter(rt, args[1]);
    while (!ouro_is_null(iterator)) {
        ouro_value row[2] = {args[0], iterator_next(rt, iterator)};
        if (ouro_is_null(row[1])) {
            value_decref(rt, iterator);
            return error_is_set(rt) ? OURO_NULL : OURO_NONE;
        }
        ouro_value done = csv_writer_writerow(rt, row, 2);
        value_decref(rt, row[1]);
        value_decref(rt, done);
        if (ouro_is_null(done)) {
            break;
        }
    }
    value_decref(rt, iterator);
    return OURO_NULL;
}

static const method_def csv_writer_methods[] = {
    {"writerow", "?self, row, /", csv_writer_writerow, NULL, 0,
     "writerow(iterable)\n\nConstruct and write a CSV record from an "
     "iterable of fields."},
    {"writerows", "?self, rows, /", csv_writer_writerows, NULL, 0,
     "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file."},
    {0},
};

static const member_def csv_writer_members[] = {
    {"dialect", offsetof(csv_writer, dialect), MEMBER_READONLY, NULL},
    {0},
};

static const type_spec csv_writer_spec = {
    .name = "_csv.writer",
    .size = sizeof(csv_writer),
    .flags = TYPE_NO_MAKE,
    .doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from "
           "sequence input.",
    .fields = csv_writer_fields,
    .field_count = 2,
    .methods = csv_writer_methods,
    .members = csv_writer_members,
};

static ouro_value csv_new_writer(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs < 1 || nargs > 2) {
        return error_type(
            rt, nargs < 1 ? "expected at least 1 argument, got %zu" : "expected at most 2 arguments, got %zu",
            nargs);
    }
    ouro_value write;
    int has = object_getattr_optional(rt, args[0], STR(rt, write), &write);
    if (has < 0) {
        return OURO_NULL;
    }
    if (has == 0 || !object_is_callable(rt, write)) {
        value_decref(rt, has ? write : OURO_NULL);
        return error_type(rt, "argument 1 must have a \"write\" method");
    }
    ouro_value dialect = csv_dialect_of(rt, arg_or_null(args, nargs, 1), args + nargs, kwnames);
    csv_writer *w = ouro_is_null(dialect) ? NULL : object_new(rt, &MODULE_TYPE(rt, csv_writer)->type, 0);
    if (w == NULL) {
        value_decref(rt, write);
        value_decref(rt, dialect);
        return OURO_NULL;
    }
    w->write = write;
    w->dialect = dialect;
    gc_track(rt, &w->object);
    return ouro_from_object(w);
}

/* ---- the module -------------------------------------------------------------------------------------------
 */

static ouro_value csv_register(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    if (nargs < 1 || nargs > 2) {
        return error_type(
            rt, nargs < 1 ? "expected at least 1 argument, got %zu" : "expected at most 2 arguments, got %zu",
            nargs);
    }
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "dialect name must be a string");
    }
    ouro_value dialect = csv_dialect_of(rt, arg_or_null(args, nargs, 1), args + nargs, kwnames);
    bool ok = !ouro_is_null(dialect) && dict_set(rt, as_dict(rt->modules->csv_dialects), args[0], dialect);
    value_decref(rt, dialect);
    return ok ? OURO_NONE : OURO_NULL;
}

static ouro_value csv_unregister(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int deleted = dict_delete(rt, as_dict(rt->modules->csv_dialects), args[0]);
    return deleted > 0 ? OURO_NONE : deleted < 0 ? OURO_NULL : csv_error(rt, "unknown dialect");
}

static ouro_value csv_get_dialect(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return csv_find_dialect(rt, args[0]);
}

static ouro_value csv_list_dialects(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return list_from_iterable(rt, rt->modules->csv_dialects);
}

static ouro_value csv_field_size_limit(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t old = rt->modules->csv_field_limit;
    ouro_value given = arg_or_null(args, nargs, 0);
    if (!ouro_is_null(given)) {
        if (!value_is_int(rt, given)) {
            return error_type(rt, "limit must be an integer");
        }
        if (!int_as_int64(rt, given, &rt->modules->csv_field_limit)) {
            return OURO_NULL;
        }
    }
    return int_from_int64(rt, old);
}

static const method_def csv_functions[] = {
    {"reader", NULL, NULL, csv_new_reader, 0, NULL},
    {"writer", NULL, NULL, csv_new_writer, 0, NULL},
    {"register_dialect", NULL, NULL, csv_register, 0,
     "Create a mapping from a string name to a dialect class."},
    {"unregister_dialect", "name", csv_unregister, NULL, 0,
     "Delete the name/dialect mapping associated with a string name."},
    {"get_dialect", "name", csv_get_dialect, NULL, 0, "Return the dialect instance associated with name."},
    {"list_dialects", "", csv_list_dialects, NULL, 0, "Return a list of all known dialect names."},
    {"field_size_limit", "?new_limit=None", csv_field_size_limit, NULL, 0,
     "Sets an upper limit on parsed fields."},
    {0},
};

static bool csv_start(ouro_runtime *rt, module_object *module)
{
    value_replace(rt, &rt->modules->csv_dialects, dict_new(rt, 0));
    rt->modules->csv_field_limit = CSV_FIELD_LIMIT;
    return !ouro_is_null(rt->modules->csv_dialects) &&
           module_add_kept_type(rt, module, &csv_dialect_spec, &rt->modules->csv_dialect) &&
           module_keep_type(rt, &csv_reader_spec, &rt->modules->csv_reader) &&
           module_keep_type(rt, &csv_writer_spec, &rt->modules->csv_writer) &&
           module_add_exception(rt, module, "_csv.Error", EXC(rt, Exception), &rt->modules->csv_error) &&
           module_add(rt, module, "_dialects", value_incref(rt->modules->csv_dialects)) &&
           module_add_text(rt, module, "__version__", "1.0") &&
           module_add_int(rt, module, "QUOTE_MINIMAL", CSV_QUOTE_MINIMAL) &&
           module_add_int(rt, module, "QUOTE_ALL", CSV_QUOTE_ALL) &&
           module_add_int(rt, module, "QUOTE_NONNUMERIC", CSV_QUOTE_NONNUMERIC) &&
           module_add_int(rt, module, "QUOTE_NONE", CSV_QUOTE_NONE);
}

const module_def csv_module_def = {
    .name = "_csv",
    .doc = "CSV parsing and writing.\n",
    .functions = csv_functions,
    .start = csv_start,
};

/* pyexpat.c: the pyexpat module: parsers of XML through the library expat, which this file and pyexpat_handlers.c know. */
#include "modules/pyexpat.h"

#ifdef OURO_EXPAT

#include "modules/posix_private.h"
#include "types/binder.h"
#include "types/bytes_methods.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/text.h"
#include "vm/vm.h"

#include <limits.h>
#include <stdio.h>

enum {
    EXPAT_BUFFER = 8192,       /* of character data, at first */
    EXPAT_PIECE = 1 << 20,     /* the library gets so much at once: it counts in int */
    EXPAT_READ = 2048,         /* of a file at once */
};

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static _Thread_local ouro_runtime *expat_runtime;

ouro_runtime *expat_enter(ouro_runtime *rt)
{
    ouro_runtime *before = expat_runtime;
    expat_runtime = rt;
    return before;
}

void expat_leave(ouro_runtime *before)
{
    expat_runtime = before;
}

static void *expat_allocate(size_t size)
{
    return ouro_mem_alloc(expat_runtime->mem, size);
}

static void *expat_resize(void *block, size_t size)
{
    return ouro_mem_resize(expat_runtime->mem, block, size);
}

static void expat_release(void *block)
{
    ouro_mem_free(expat_runtime->mem, block);
}

/* ---- errors ------------------------------------------------------------------------------------------------------- */

static bool expat_set_number(ouro_runtime *rt, ouro_value error, const char *name, uint64_t number)
{
    ouro_value key = str_intern_cstring(rt, name), value = int_from_uint64(rt, number);
    bool ok = !ouro_is_null(key) && !ouro_is_null(value) && object_setattr(rt, error, key, value);
    value_decref(rt, key);
    value_decref(rt, value);
    return ok;
}

/* Raises ExpatError for the library's code. */
static ouro_value expat_fail(expat_parser *p, enum XML_Error code)
{
    ouro_runtime *rt = p->rt;
    if (code == XML_ERROR_NO_MEMORY) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    const char *text = p->library->XML_ErrorString(code);
    XML_Size line = p->library->XML_GetCurrentLineNumber(p->parser);
    XML_Size column = p->library->XML_GetCurrentColumnNumber(p->parser);
    ouro_value message = str_format_c(rt, "%s: line %llu, column %llu", text ? text : "(null)", (unsigned long long)line,
                                      (unsigned long long)column);
    ouro_value error = ouro_is_null(message) ? OURO_NULL : object_call1(rt, type_value(MODULE_TYPE(rt, expat_error)), message);
    value_decref(rt, message);
    if (!ouro_is_null(error) && expat_set_number(rt, error, "code", code) && expat_set_number(rt, error, "offset", column) &&
        expat_set_number(rt, error, "lineno", line)) {
        error_raise_value(rt, error);
    }
    value_decref(rt, error);
    return OURO_NULL;
}

/* ---- text for the library --------------------------------------------------------------------------------------------- */

/* A str or None (or not given) as text of C, to be freed; *text is NULL for None.  False: raised. */
static bool expat_argument(ouro_runtime *rt, ouro_value v, const char *what, char **text)
{
    *text = NULL;
    if (ouro_is_null(v) || ouro_is_none(v)) {
        return true;
    }
    if (!value_is_str(rt, v)) {
        error_type(rt, "%s must be str or None, not %T", what, v);
        return false;
    }
    *text = text_c_name(rt, v);
    return *text != NULL;
}

/* ---- parsing ------------------------------------------------------------------------------------------------------------ */

/* The library reads no document inside of a handler of the same document. */
static bool expat_may_parse(expat_parser *p)
{
    if (p->parsing) {
        error_runtime(p->rt, "cannot parse from within a handler of the same parser");
        return false;
    }
    return true;
}

static ouro_value expat_result(expat_parser *p, enum XML_Status status)
{
    if (error_is_set(p->rt)) {
        return OURO_NULL;
    }
    if (status == XML_STATUS_ERROR) {
        return expat_fail(p, p->library->XML_GetErrorCode(p->parser));
    }
    return expat_flush(p) ? ouro_int(status) : OURO_NULL;
}

static enum XML_Status expat_feed(expat_parser *p, const unsigned char *data, size_t length, bool is_final)
{
    enum XML_Status status = XML_STATUS_OK;
    p->parsing = true;
    do {
        size_t piece = length > EXPAT_PIECE ? EXPAT_PIECE : length;
        length -= piece;
        status = p->library->XML_Parse(p->parser, (const char *)data, (int)piece, is_final && length == 0);
        data += piece;
    } while (length > 0 && status != XML_STATUS_ERROR && !error_is_set(p->rt));
    p->parsing = false;
    return status;
}

static ouro_value expat_parse(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    bool is_final = false;
    ouro_value encoded = OURO_NULL, result = OURO_NULL;
    byte_span data;
    if (!posix_flag(rt, args, nargs, 2, &is_final) || !expat_may_parse(p)) {
        return OURO_NULL;
    }
    if (value_is_str(rt, args[1])) {
        encoded = codec_encode(rt, args[1], "utf-8", NULL);
        if (ouro_is_null(encoded)) {
            return OURO_NULL;
        }
    }
    if (byte_span_get(rt, ouro_is_null(encoded) ? args[1] : encoded, &data)) {
        ouro_runtime *before = expat_enter(rt);
        if (!ouro_is_null(encoded)) {
            (void)p->library->XML_SetEncoding(p->parser, "utf-8"); /* refused once it parses: then it is known already */
        }
        result = expat_result(p, expat_feed(p, data.data, data.length, is_final));
        expat_leave(before);
        byte_span_release(rt, &data);
    }
    value_decref(rt, encoded);
    return result;
}

/* What read(EXPAT_READ) gives, into the library's buffer: how many bytes; -1: raised. */
static int expat_read(expat_parser *p, ouro_value read, void *room)
{
    ouro_runtime *rt = p->rt;
    int result = -1;
    ouro_value got = object_call1(rt, read, ouro_int(EXPAT_READ));
    byte_span data;
    if (ouro_is_null(got)) {
        return -1;
    }
    if (!value_is_bytes(rt, got) && !value_is_bytearray(rt, got)) {
        error_type(rt, "read() did not return a bytes object (type=%T)", got);
    } else if (byte_span_get(rt, got, &data)) {
        if (data.length > EXPAT_READ) {
            error_value(rt, "read() returned too much data: %i bytes requested, %zd returned", EXPAT_READ, (ssize_t)data.length);
        } else {
            if (data.length > 0) {
                memcpy(room, data.data, data.length);
            }
            result = (int)data.length;
        }
        byte_span_release(rt, &data);
    }
    value_decref(rt, got);
    return result;
}

static ouro_value expat_parse_file(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    ouro_value name = str_intern_cstring(rt, "read"), read = OURO_NULL;
    int found = ouro_is_null(name) ? -1 : object_getattr_optional(rt, args[1], name, &read);
    value_decref(rt, name);
    if (found <= 0) {
        return found < 0 ? OURO_NULL : error_type(rt, "argument must have 'read' attribute");
    }
    enum XML_Status status = XML_STATUS_OK;
    ouro_value result = OURO_NULL;
    bool goes_on = true;
    ouro_runtime *before = expat_enter(rt);
    while (goes_on) {
        if (!expat_may_parse(p)) {
            break;
        }
        p->parsing = true; /* the buffer stays the library's while the file is read */
        void *room = p->library->XML_GetBuffer(p->parser, EXPAT_READ);
        int length = 0;
        if (!room) {
            status = XML_STATUS_ERROR;
        } else {
            length = expat_read(p, read, room);
            if (length >= 0) {
                status = p->library->XML_ParseBuffer(p->parser, length, length == 0);
            }
        }
        p->parsing = false;
        goes_on = length > 0 && status != XML_STATUS_ERROR && !error_is_set(rt);
    }
    if (!goes_on) {
        result = expat_result(p, status);
    }
    expat_leave(before);
    value_decref(rt, read);
    return result;
}

/* ---- parser objects --------------------------------------------------------------------------------------------------------- */

static expat_parser *expat_parser_new(ouro_runtime *rt, ouro_value intern)
{
    expat_parser *p = object_new(rt, &MODULE_TYPE(rt, expat_parser)->type, 0);
    if (!p) {
        return NULL;
    }
    p->library = (struct expat_library *)(void *)late_library_share(rt, LATE_EXPAT);
    p->rt = rt;
    p->intern = value_incref(intern);
    p->buffer_size = EXPAT_BUFFER;
    gc_track(rt, &p->object);
    return p;
}

/* Gives a share up; the thread has entered the library. */
static void expat_native_drop(ouro_runtime *rt, const struct expat_library *library, expat_native *native)
{
    while (native && --native->shares == 0) {
        expat_native *parent = native->parent;
        library->XML_ParserFree(native->parser);
        ouro_mem_free(rt->mem, native);
        native = parent;
    }
}

static void expat_parser_dispose(ouro_runtime *rt, ouro_object *self)
{
    expat_parser *p = (expat_parser *)(void *)self;
    ouro_runtime *before = expat_enter(rt);
    expat_native_drop(rt, p->library, p->native);
    expat_leave(before);
    ouro_mem_free(rt->mem, p->buffer);
    late_library_drop(rt, &p->library->library);
}

/* Gives the new object a parser of the library, made by this call or (a child) from its parent.  False: no memory. */
static bool expat_attach(expat_parser *p, const char *encoding, const char *separator, const expat_parser *parent,
                         const char *context)
{
    static const XML_Memory_Handling_Suite memory = {expat_allocate, expat_resize, expat_release};
    ouro_runtime *rt = p->rt;
    expat_native *native = ouro_mem_alloc_zeroed(rt->mem, sizeof *native);
    if (native) {
        native->parser = parent ? p->library->XML_ExternalEntityParserCreate(parent->parser, context, encoding)
                                : p->library->XML_ParserCreate_MM(encoding, &memory, separator);
    }
    if (!native || !native->parser) {
        ouro_mem_free(rt->mem, native);
        error_no_memory(rt);
        return false;
    }
    native->shares = 1;
    if (parent) {
        native->parent = parent->native;
        native->parent->shares++;
    } else {
        (void)p->library->XML_SetHashSalt(native->parser, (unsigned long)rt->types->hash_seed[0]);
    }
    p->native = native;
    p->parser = native->parser;
    p->library->XML_SetUserData(p->parser, p);
    expat_set_unknown_encoding(p);
    return true;
}

static ouro_value expat_create(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value given = arg_or_null(args, nargs, 2), intern = OURO_NULL;
    char *encoding, *separator;
    if (!expat_argument(rt, arg_or_null(args, nargs, 0), "ParserCreate() argument 'encoding'", &encoding)) {
        return OURO_NULL;
    }
    expat_parser *p = NULL;
    if (expat_argument(rt, arg_or_null(args, nargs, 1), "ParserCreate() argument 'namespace_separator'", &separator)) {
        if (separator && separator[0] && separator[1]) {
            error_value(rt, "namespace_separator must be at most one character, omitted, or None");
        } else if (!ouro_is_null(given) && !ouro_is_none(given) && !value_is_dict(rt, given)) {
            error_type(rt, "intern must be a dictionary");
        } else {
            intern = ouro_is_null(given) ? dict_new(rt, 0) : ouro_is_none(given) ? OURO_NULL : value_incref(given);
            p = error_is_set(rt) ? NULL : expat_parser_new(rt, intern);
        }
    }
    if (p) {
        ouro_runtime *before = expat_enter(rt);
        bool ok = expat_attach(p, encoding, separator, NULL, NULL);
        expat_leave(before);
        if (!ok) {
            object_decref(rt, &p->object);
            p = NULL;
        }
    }
    value_decref(rt, intern);
    ouro_mem_free(rt->mem, separator);
    ouro_mem_free(rt->mem, encoding);
    return p ? ouro_from_object(p) : OURO_NULL;
}

/* The child parses with what the parent is set to, and with its handlers. */
static bool expat_inherit(expat_parser *child, const expat_parser *parent)
{
    child->ordered_attributes = parent->ordered_attributes;
    child->specified_attributes = parent->specified_attributes;
    child->namespace_prefixes = parent->namespace_prefixes;
    child->buffer_size = parent->buffer_size;
    if (parent->buffer) {
        child->buffer = ouro_mem_alloc(child->rt->mem, (size_t)child->buffer_size);
        if (!child->buffer) {
            error_no_memory(child->rt);
            return false;
        }
    }
    for (int i = 0; i < EXPAT_HANDLER_COUNT; i++) {
        if (!ouro_is_null(parent->handlers[i])) {
            child->handlers[i] = value_incref(parent->handlers[i]);
            expat_set_function(child, (expat_handler)i, true);
        }
    }
    return true;
}

static ouro_value expat_create_for_entity(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *parent = as_expat_parser(args[0]), *p = NULL;
    char *context, *encoding;
    if (!expat_argument(rt, args[1], "ExternalEntityParserCreate() argument 1", &context)) {
        return OURO_NULL;
    }
    ouro_value given = arg_or_null(args, nargs, 2);
    bool ok = true;
    if (!ouro_is_null(given) && !value_is_str(rt, given)) {
        error_type(rt, "ExternalEntityParserCreate() argument 2 must be str, not %T", given);
        ok = false;
    }
    if (ok && expat_argument(rt, given, "ExternalEntityParserCreate() argument 2", &encoding)) {
        p = expat_parser_new(rt, parent->intern);
        if (p) {
            ouro_runtime *before = expat_enter(rt);
            ok = expat_attach(p, encoding, NULL, parent, context) && expat_inherit(p, parent);
            expat_leave(before);
        }
        ouro_mem_free(rt->mem, encoding);
    }
    ouro_mem_free(rt->mem, context);
    if (p && !ok) {
        object_decref(rt, &p->object);
        p = NULL;
    }
    return p ? ouro_from_object(p) : OURO_NULL;
}

/* ---- methods ------------------------------------------------------------------------------------------------------------------ */

static ouro_value expat_set_base(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    if (!value_is_str(rt, args[1])) {
        return error_type(rt, "SetBase() argument must be str, not %T", args[1]);
    }
    char *base = text_c_name(rt, args[1]);
    if (!base) {
        return OURO_NULL;
    }
    ouro_runtime *before = expat_enter(rt);
    enum XML_Status status = p->library->XML_SetBase(p->parser, base);
    expat_leave(before);
    ouro_mem_free(rt->mem, base);
    if (status == XML_STATUS_ERROR) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    return OURO_NONE;
}

static ouro_value expat_get_base(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    const char *base = p->library->XML_GetBase(p->parser);
    return base ? str_from_cstring(rt, base) : OURO_NONE;
}

static ouro_value expat_get_input_context(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    int offset, size;
    const char *text = p->in_callback ? p->library->XML_GetInputContext(p->parser, &offset, &size) : NULL;
    return text ? bytes_new(rt, text + offset, (size_t)(size - offset)) : OURO_NONE;
}

static ouro_value expat_set_param_entity_parsing(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    int flag;
    return posix_int(rt, args[1], &flag)
               ? ouro_int(p->library->XML_SetParamEntityParsing(p->parser, (enum XML_ParamEntityParsing)flag))
               : OURO_NULL;
}

static ouro_value expat_use_foreign_dtd(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    expat_parser *p = as_expat_parser(args[0]);
    bool flag = true;
    if (!posix_flag(rt, args, nargs, 1, &flag)) {
        return OURO_NULL;
    }
    enum XML_Error code = p->library->XML_UseForeignDTD(p->parser, flag);
    return code == XML_ERROR_NONE ? OURO_NONE : expat_fail(p, code);
}

static const method_def expat_parser_methods[] = {
    {"Parse", "self, data, isfinal=False, /", expat_parse,
     .doc = "Parse XML data.\n\n`isfinal` should be true at end of input."},
    {"ParseFile", "self, file, /", expat_parse_file, .doc = "Parse XML data from file-like object."},
    {"SetBase", "self, base, /", expat_set_base, .doc = "Set the base URL for the parser."},
    {"GetBase", "self, /", expat_get_base, .doc = "Return base URL string for the parser."},
    {"GetInputContext", "self, /", expat_get_input_context,
     .doc = "Return the untranslated text of the input that caused the current event.\n\n"
            "If there is no event, or the text is not to be had: None."},
    {"ExternalEntityParserCreate", "?self, context, encoding=None, /", expat_create_for_entity,
     .doc = "Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler."},
    {"SetParamEntityParsing", "self, flag, /", expat_set_param_entity_parsing,
     .doc = "Controls parsing of parameter entities (including the external DTD subset)."},
    {"UseForeignDTD", "self, flag=True, /", expat_use_foreign_dtd,
     .doc = "Allows the application to provide an artificial external subset if one is not specified as part of the document."},
    {0},
};

/* ---- attributes ----------------------------------------------------------------------------------------------------------------- */

static bool expat_no_delete(ouro_runtime *rt, ouro_value value)
{
    if (ouro_is_null(value)) {
        error_runtime(rt, "Cannot delete attribute");
        return false;
    }
    return true;
}

static ouro_value expat_get_handler(ouro_runtime *rt, ouro_value self, void *closure)
{
    ouro_value handler = as_expat_parser(self)->handlers[(uintptr_t)closure];
    return ouro_is_null(handler) ? OURO_NONE : value_incref(handler);
}

static bool expat_set_handler(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    expat_parser *p = as_expat_parser(self);
    expat_handler which = (expat_handler)(uintptr_t)closure;
    if (!expat_no_delete(rt, value)) {
        return false;
    }
    if (which == EXPAT_CharacterDataHandler && !expat_flush(p)) { /* what has come so far is the old one's */
        return false;
    }
    bool on = !ouro_is_none(value);
    value_replace(rt, &p->handlers[which], on ? value_incref(value) : OURO_NULL);
    /* the library may be about to call for character data: then the function stays, and finds no handler */
    if (on || which != EXPAT_CharacterDataHandler || !p->in_callback) {
        expat_set_function(p, which, on);
    }
    return true;
}

static ouro_value expat_get_buffer_text(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(as_expat_parser(self)->buffer != NULL);
}

static bool expat_set_buffer(ouro_runtime *rt, expat_parser *p, int size)
{
    char *buffer = ouro_mem_alloc(rt->mem, (size_t)size);
    if (!buffer) {
        error_no_memory(rt);
        return false;
    }
    if (p->buffer && !expat_flush(p)) {
        ouro_mem_free(rt->mem, buffer);
        return false;
    }
    ouro_mem_free(rt->mem, p->buffer);
    p->buffer = buffer;
    p->buffer_size = size;
    return true;
}

static bool expat_set_buffer_text(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    expat_parser *p = as_expat_parser(self);
    int on = expat_no_delete(rt, value) ? object_truth(rt, value) : -1;
    if (on < 0) {
        return false;
    }
    if (on) {
        return p->buffer || expat_set_buffer(rt, p, p->buffer_size);
    }
    if (!expat_flush(p)) {
        return false;
    }
    ouro_mem_free(rt->mem, p->buffer);
    p->buffer = NULL;
    return true;
}

static ouro_value expat_get_buffer_size(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_expat_parser(self)->buffer_size);
}

static bool expat_set_buffer_size(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    expat_parser *p = as_expat_parser(self);
    int64_t size;
    if (!expat_no_delete(rt, value)) {
        return false;
    }
    if (!value_is_int(rt, value)) {
        error_type(rt, "buffer_size must be an integer");
        return false;
    }
    if (int_sign(value) <= 0) {
        error_value(rt, "buffer_size must be greater than zero");
        return false;
    }
    if (!int_fits_int64(value, &size) || size > INT_MAX) {
        error_value(rt, "buffer_size must not be greater than %i", INT_MAX);
        return false;
    }
    if (size == p->buffer_size) {
        return true;
    }
    if (p->buffer) {
        return expat_set_buffer(rt, p, (int)size);
    }
    p->buffer_size = (int)size;
    return true;
}

static ouro_value expat_get_buffer_used(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_int(as_expat_parser(self)->buffer_used);
}

/* The switches: the closure is the offset of a bool. */
static ouro_value expat_get_switch(ouro_runtime *rt, ouro_value self, void *closure)
{
    return ouro_bool(*((const bool *)as_expat_parser(self) + (uintptr_t)closure));
}

static bool expat_set_switch(ouro_runtime *rt, ouro_value self, ouro_value value, void *closure)
{
    expat_parser *p = as_expat_parser(self);
    int on = expat_no_delete(rt, value) ? object_truth(rt, value) : -1;
    if (on >= 0) {
        *((bool *)p + (uintptr_t)closure) = on != 0;
        p->library->XML_SetReturnNSTriplet(p->parser, p->namespace_prefixes);
    }
    return on >= 0;
}

enum { EXPAT_AT_CODE, EXPAT_AT_LINE, EXPAT_AT_COLUMN, EXPAT_AT_BYTE };

static ouro_value expat_get_place(ouro_runtime *rt, ouro_value self, void *closure)
{
    expat_parser *p = as_expat_parser(self);
    switch ((uintptr_t)closure) {
    case EXPAT_AT_CODE:
        return ouro_int(p->library->XML_GetErrorCode(p->parser));
    case EXPAT_AT_LINE:
        return int_from_uint64(rt, p->library->XML_GetCurrentLineNumber(p->parser));
    case EXPAT_AT_COLUMN:
        return int_from_uint64(rt, p->library->XML_GetCurrentColumnNumber(p->parser));
    default:
        return int_from_int64(rt, p->library->XML_GetCurrentByteIndex(p->parser));
    }
}

#define EXPAT_PLACE(name, which) {name, expat_get_place, NULL, NULL, (void *)which}
#define EXPAT_SWITCH(name) {#name, expat_get_switch, expat_set_switch, NULL, (void *)offsetof(expat_parser, name)}

static const getset_def expat_parser_getsets[] = {
#define EXPAT_GETSET(name) {#name, expat_get_handler, expat_set_handler, NULL, (void *)EXPAT_##name},
    EXPAT_HANDLERS(EXPAT_GETSET)
#undef EXPAT_GETSET
    EXPAT_PLACE("ErrorCode", EXPAT_AT_CODE),
    EXPAT_PLACE("ErrorLineNumber", EXPAT_AT_LINE),
    EXPAT_PLACE("ErrorColumnNumber", EXPAT_AT_COLUMN),
    EXPAT_PLACE("ErrorByteIndex", EXPAT_AT_BYTE),
    EXPAT_PLACE("CurrentLineNumber", EXPAT_AT_LINE),
    EXPAT_PLACE("CurrentColumnNumber", EXPAT_AT_COLUMN),
    EXPAT_PLACE("CurrentByteIndex", EXPAT_AT_BYTE),
    {"buffer_size", expat_get_buffer_size, expat_set_buffer_size},
    {"buffer_text", expat_get_buffer_text, expat_set_buffer_text},
    {"buffer_used", expat_get_buffer_used},
    EXPAT_SWITCH(namespace_prefixes),
    EXPAT_SWITCH(ordered_attributes),
    EXPAT_SWITCH(specified_attributes),
    {0},
};

static const member_def expat_parser_members[] = {
    {"intern", offsetof(expat_parser, intern), MEMBER_READONLY | MEMBER_NONE_IF_NULL, NULL},
    {0},
};

static const ouro_field expat_parser_fields[] = {
#define EXPAT_FIELD(name) {OURO_FIELD_VALUE, offsetof(expat_parser, handlers) + EXPAT_##name * sizeof(ouro_value), 0, #name},
    EXPAT_HANDLERS(EXPAT_FIELD)
#undef EXPAT_FIELD
    {OURO_FIELD_VALUE, offsetof(expat_parser, intern), 0, "intern"},
};

static const type_spec expat_parser_spec = {
    .name = "pyexpat.xmlparser",
    .size = sizeof(expat_parser),
    .flags = TYPE_NO_MAKE,
    .doc = "XML parser",
    .fields = expat_parser_fields,
    .field_count = EXPAT_HANDLER_COUNT + 1,
    .dispose = expat_parser_dispose,
    .methods = expat_parser_methods,
    .getsets = expat_parser_getsets,
    .members = expat_parser_members,
};

/* ---- the module ------------------------------------------------------------------------------------------------------------------- */

static struct expat_library *expat_loaded(ouro_runtime *rt)
{
    return (struct expat_library *)(void *)rt->modules->libraries[LATE_EXPAT];
}

static ouro_value expat_error_string(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t code;
    if (!posix_int64(rt, args[0], &code)) {
        return OURO_NULL;
    }
    const char *text = code >= 0 && code <= INT_MAX ? expat_loaded(rt)->XML_ErrorString((enum XML_Error)code) : NULL;
    return text ? str_from_cstring(rt, text) : OURO_NONE;
}

/* Codes of errors with their names, in order from 1. */
static const char *const expat_error_names[] = {
    "NO_MEMORY", "SYNTAX", "NO_ELEMENTS", "INVALID_TOKEN", "UNCLOSED_TOKEN", "PARTIAL_CHAR", "TAG_MISMATCH",
    "DUPLICATE_ATTRIBUTE", "JUNK_AFTER_DOC_ELEMENT", "PARAM_ENTITY_REF", "UNDEFINED_ENTITY", "RECURSIVE_ENTITY_REF",
    "ASYNC_ENTITY", "BAD_CHAR_REF", "BINARY_ENTITY_REF", "ATTRIBUTE_EXTERNAL_ENTITY_REF", "MISPLACED_XML_PI",
    "UNKNOWN_ENCODING", "INCORRECT_ENCODING", "UNCLOSED_CDATA_SECTION", "EXTERNAL_ENTITY_HANDLING", "NOT_STANDALONE",
    "UNEXPECTED_STATE", "ENTITY_DECLARED_IN_PE", "FEATURE_REQUIRES_XML_DTD", "CANT_CHANGE_FEATURE_ONCE_PARSING",
    "UNBOUND_PREFIX", "UNDECLARING_PREFIX", "INCOMPLETE_PE", "XML_DECL", "TEXT_DECL", "PUBLICID", "SUSPENDED",
    "NOT_SUSPENDED", "ABORTED", "FINISHED", "SUSPEND_PE", "RESERVED_PREFIX_XML", "RESERVED_PREFIX_XMLNS",
    "RESERVED_NAMESPACE_URI", "INVALID_ARGUMENT", "NO_BUFFER", "AMPLIFICATION_LIMIT_BREACH",
};

/* A module inside of this one, also known to `import`: borrowed.  NULL: raised. */
static module_object *expat_add_module(ouro_runtime *rt, module_object *module, const char *name, const char *doc)
{
    ouro_value inner = module_new(rt, name), key = str_intern_cstring(rt, name);
    bool ok = !ouro_is_null(inner) && !ouro_is_null(key) && module_add_text(rt, as_module(inner), "__doc__", doc) &&
              dict_set(rt, as_dict(rt->vm->modules), key, inner);
    value_decref(rt, key);
    if (!ok) {
        value_decref(rt, inner);
        return NULL;
    }
    module_object *borrowed = as_module(inner);
    return module_add(rt, module, strrchr(name, '.') + 1, inner) ? borrowed : NULL;
}

static bool expat_add_errors(ouro_runtime *rt, module_object *module)
{
    module_object *errors = expat_add_module(rt, module, "pyexpat.errors", "Constants used to describe error conditions.");
    ouro_value codes = errors ? dict_new(rt, 64) : OURO_NULL, messages = errors ? dict_new(rt, 64) : OURO_NULL;
    bool ok = !ouro_is_null(codes) && !ouro_is_null(messages);
    for (size_t i = 0; ok && i < sizeof expat_error_names / sizeof *expat_error_names; i++) {
        char name[64];
        const char *text = expat_loaded(rt)->XML_ErrorString((enum XML_Error)(i + 1));
        if (!text) {
            break; /* of a later version of the library */
        }
        snprintf(name, sizeof name, "XML_ERROR_%s", expat_error_names[i]);
        ouro_value message = str_from_cstring(rt, text), code = ouro_int((int64_t)i + 1);
        ok = !ouro_is_null(message) && dict_set(rt, as_dict(codes), message, code) &&
             dict_set(rt, as_dict(messages), code, message) && module_add(rt, errors, name, value_incref(message));
        value_decref(rt, message);
    }
    ok = ok && module_add(rt, errors, "codes", value_incref(codes)) && module_add(rt, errors, "messages", value_incref(messages));
    value_decref(rt, codes);
    value_decref(rt, messages);
    return ok;
}

static bool expat_add_model(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
        {"XML_CTYPE_EMPTY", XML_CTYPE_EMPTY}, {"XML_CTYPE_ANY", XML_CTYPE_ANY}, {"XML_CTYPE_MIXED", XML_CTYPE_MIXED},
        {"XML_CTYPE_NAME", XML_CTYPE_NAME}, {"XML_CTYPE_CHOICE", XML_CTYPE_CHOICE}, {"XML_CTYPE_SEQ", XML_CTYPE_SEQ},
        {"XML_CQUANT_NONE", XML_CQUANT_NONE}, {"XML_CQUANT_OPT", XML_CQUANT_OPT}, {"XML_CQUANT_REP", XML_CQUANT_REP},
        {"XML_CQUANT_PLUS", XML_CQUANT_PLUS},
    };
    module_object *model = expat_add_module(rt, module, "pyexpat.model", "Constants used to interpret content model information.");
    bool ok = model != NULL;
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, model, constants[i].name, constants[i].value);
    }
    return ok;
}

/* [(name, value)] of what the library was built with. */
static ouro_value expat_features(ouro_runtime *rt)
{
    ouro_value list = list_new(rt, NULL, 0);
    const XML_Feature *feature = expat_loaded(rt)->XML_GetFeatureList();
    for (; !ouro_is_null(list) && feature->feature != XML_FEATURE_END; feature++) {
        ouro_value items[2] = {str_from_cstring(rt, feature->name), int_from_int64(rt, feature->value)};
        ouro_value pair = tuple_new_made(rt, items, 2);
        if (ouro_is_null(pair) || !list_append_steal(rt, list, pair)) {
            value_clear(rt, &list);
        }
    }
    return list;
}

static ouro_value expat_version(ouro_runtime *rt)
{
    XML_Expat_Version version = expat_loaded(rt)->XML_ExpatVersionInfo();
    ouro_value items[3] = {ouro_int(version.major), ouro_int(version.minor), ouro_int(version.micro)};
    return tuple_new(rt, items, 3);
}

static bool expat_start(ouro_runtime *rt, module_object *module)
{
    static const char *const files[] = {"libexpat.so.1", NULL}, *const names[] = {EXPAT_FUNCTIONS(LATE_NAME) NULL};
    return late_library_load(rt, LATE_EXPAT, files, names, sizeof(struct expat_library)) &&
           module_keep_type(rt, &expat_parser_spec, &MODULE_TYPE(rt, expat_parser)) &&
           module_add(rt, module, "XMLParserType", value_incref(type_value(MODULE_TYPE(rt, expat_parser)))) &&
           module_add_exception(rt, module, "xml.parsers.expat.ExpatError", EXC(rt, Exception), &MODULE_TYPE(rt, expat_error)) &&
           module_add(rt, module, "error", value_incref(type_value(MODULE_TYPE(rt, expat_error)))) &&
           module_add_text(rt, module, "EXPAT_VERSION", expat_loaded(rt)->XML_ExpatVersion()) &&
           module_add(rt, module, "version_info", expat_version(rt)) &&
           module_add_text(rt, module, "native_encoding", "UTF-8") &&
           module_add(rt, module, "features", expat_features(rt)) &&
           module_add_int(rt, module, "XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER) &&
           module_add_int(rt, module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE",
                          XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE) &&
           module_add_int(rt, module, "XML_PARAM_ENTITY_PARSING_ALWAYS", XML_PARAM_ENTITY_PARSING_ALWAYS) &&
           expat_add_errors(rt, module) && expat_add_model(rt, module);
}

static const method_def expat_functions[] = {
    {"ParserCreate", "?encoding=None, namespace_separator=None, intern=None", expat_create, .doc = "Return a new XML parser object."},
    {"ErrorString", "code, /", expat_error_string, .doc = "Returns string error for given number."},
    {0},
};

const module_def pyexpat_module_def = {
    .name = "pyexpat",
    .doc = "Python wrapper for Expat parser.",
    .functions = expat_functions,
    .start = expat_start,
};

#endif

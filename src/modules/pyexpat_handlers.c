/* pyexpat_handlers.c: what the library calls, and the program's functions that are called for it.
 *
 * A handler that raises ends nothing at once: the library goes on to the end of its piece of input, without handlers, and
 * then Parse() raises.
 */
#include "modules/pyexpat.h"

#ifdef OURO_EXPAT

#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

/* ---- arguments ------------------------------------------------------------------------------------------------ */

static ouro_value expat_text(expat_parser *p, const XML_Char *text)
{
    return text ? str_from_cstring(p->rt, text) : OURO_NONE;
}

/* The same text each time as the same object, by the parser's dict. */
static ouro_value expat_name(expat_parser *p, const XML_Char *text)
{
    ouro_value name = expat_text(p, text);
    if (ouro_is_null(name) || ouro_is_none(name) || ouro_is_null(p->intern)) {
        return name;
    }
    ouro_value known = dict_set_default(p->rt, as_dict(p->intern), name, name);
    value_decref(p->rt, name);
    return known;
}

/* ---- calls -------------------------------------------------------------------------------------------------- */

/* Calls the program's handler with the arguments (stolen; OURO_NULL among them: raised).  OURO_NULL: raised. */
static ouro_value expat_call(expat_parser *p, expat_handler which, ouro_value *args, size_t nargs)
{
    ouro_runtime *rt = p->rt;
    bool whole = true;
    for (size_t i = 0; i < nargs; i++) {
        whole = whole && !ouro_is_null(args[i]);
    }
    ouro_value result = OURO_NULL;
    if (whole) {
        ouro_value handler = value_incref(p->handlers[which]);
        p->in_callback++;
        result = object_call(rt, handler, args, nargs, OURO_NULL);
        p->in_callback--;
        value_decref(rt, handler);
    }
    for (size_t i = 0; i < nargs; i++) {
        value_decref(rt, args[i]);
    }
    if (ouro_is_null(result)) {
        expat_forget_handlers(p);
    }
    return result;
}

static void expat_tell(expat_parser *p, expat_handler which, ouro_value *args, size_t nargs)
{
    value_decref(p->rt, expat_call(p, which, args, nargs));
}

/* An answer as int; 0: raised. */
static int expat_ask(expat_parser *p, expat_handler which, ouro_value *args, size_t nargs)
{
    ouro_value result = expat_call(p, which, args, nargs);
    if (ouro_is_null(result)) {
        return 0;
    }
    int64_t number = 0;
    bool ok = object_as_index(p->rt, result, &number, false);
    value_decref(p->rt, result);
    if (!ok) {
        expat_forget_handlers(p);
    }
    return ok ? number != 0 : 0;
}

/* Has the handler a say: nothing has failed, it is there, and the character data in front is told?  *parser is set. */
static bool expat_begin(void *data, expat_handler which, expat_parser **parser)
{
    expat_parser *p = *parser = data;
    if (error_is_set(p->rt) || ouro_is_null(p->handlers[which])) {
        return false;
    }
    if (!expat_flush(p)) {
        expat_forget_handlers(p);
        return false;
    }
    return !ouro_is_null(p->handlers[which]);
}

/* Tells the handler, with arguments made by expressions in which `p` is the parser. */
#define EXPAT_TELL(data, which, ...) \
    do { \
        expat_parser *p; \
        if (expat_begin(data, EXPAT_##which, &p)) { \
            ouro_value args[] = {__VA_ARGS__}; \
            expat_tell(p, EXPAT_##which, args, sizeof args / sizeof *args); \
        } \
    } while (0)

/* ---- character data ------------------------------------------------------------------------------------------- */

static bool expat_give_characters(expat_parser *p, const char *text, int length)
{
    if (ouro_is_null(p->handlers[EXPAT_CharacterDataHandler])) {
        return true;
    }
    ouro_value args[1] = {str_from_utf8(p->rt, text, (size_t)length)};
    ouro_value result = expat_call(p, EXPAT_CharacterDataHandler, args, 1);
    value_decref(p->rt, result);
    return !ouro_is_null(result);
}

bool expat_flush(expat_parser *p)
{
    if (!p->buffer || p->buffer_used == 0) {
        return true;
    }
    int length = p->buffer_used;
    p->buffer_used = 0; /* the handler may fill it anew: it gets a copy */
    return expat_give_characters(p, p->buffer, length);
}

static void expat_on_CharacterDataHandler(void *data, const XML_Char *text, int length)
{
    expat_parser *p = data;
    if (error_is_set(p->rt)) {
        return;
    }
    if (p->buffer && length > p->buffer_size - p->buffer_used) {
        if (!expat_flush(p)) {
            return;
        }
    }
    if (!p->buffer || length > p->buffer_size - p->buffer_used) {
        (void)expat_give_characters(p, text, length); /* the exception stays */
        return;
    }
    memcpy(p->buffer + p->buffer_used, text, (size_t)length);
    p->buffer_used += length;
}

/* ---- elements ------------------------------------------------------------------------------------------------- */

static bool expat_add_attribute(expat_parser *p, ouro_value into, const XML_Char *const *pair)
{
    ouro_value name = expat_name(p, pair[0]), value = ouro_is_null(name) ? OURO_NULL : expat_text(p, pair[1]);
    bool ok = !ouro_is_null(value) &&
              (p->ordered_attributes ? list_append(p->rt, into, name) && list_append(p->rt, into, value)
                                     : dict_set(p->rt, as_dict(into), name, value));
    value_decref(p->rt, name);
    value_decref(p->rt, value);
    return ok;
}

static ouro_value expat_attributes(expat_parser *p, const XML_Char *const *attributes)
{
    int count = 0;
    if (p->specified_attributes) {
        count = p->library->XML_GetSpecifiedAttributeCount(p->parser);
    } else {
        while (attributes[count]) {
            count += 2;
        }
    }
    ouro_value result = p->ordered_attributes ? list_new(p->rt, NULL, 0) : dict_new(p->rt, (size_t)count / 2);
    for (int i = 0; !ouro_is_null(result) && i < count; i += 2) {
        if (!expat_add_attribute(p, result, attributes + i)) {
            value_clear(p->rt, &result);
        }
    }
    return result;
}

static void expat_on_StartElementHandler(void *data, const XML_Char *name, const XML_Char **attributes)
{
    expat_parser *p;
    if (expat_begin(data, EXPAT_StartElementHandler, &p)) {
        ouro_value args[2] = {OURO_NULL, expat_attributes(p, (const XML_Char *const *)attributes)};
        if (!ouro_is_null(args[1])) {
            args[0] = expat_name(p, name);
        }
        expat_tell(p, EXPAT_StartElementHandler, args, 2);
    }
}

static void expat_on_EndElementHandler(void *data, const XML_Char *name)
{
    EXPAT_TELL(data, EndElementHandler, expat_name(p, name));
}

static void expat_on_ProcessingInstructionHandler(void *data, const XML_Char *target, const XML_Char *text)
{
    EXPAT_TELL(data, ProcessingInstructionHandler, expat_name(p, target), expat_text(p, text));
}

static void expat_on_StartNamespaceDeclHandler(void *data, const XML_Char *prefix, const XML_Char *uri)
{
    EXPAT_TELL(data, StartNamespaceDeclHandler, expat_name(p, prefix), expat_name(p, uri));
}

static void expat_on_EndNamespaceDeclHandler(void *data, const XML_Char *prefix)
{
    EXPAT_TELL(data, EndNamespaceDeclHandler, expat_name(p, prefix));
}

static void expat_on_CommentHandler(void *data, const XML_Char *text)
{
    EXPAT_TELL(data, CommentHandler, expat_text(p, text));
}

static void expat_event(void *data, expat_handler which)
{
    expat_parser *p;
    if (expat_begin(data, which, &p)) {
        expat_tell(p, which, NULL, 0);
    }
}

static void expat_on_StartCdataSectionHandler(void *data)
{
    expat_event(data, EXPAT_StartCdataSectionHandler);
}

static void expat_on_EndCdataSectionHandler(void *data)
{
    expat_event(data, EXPAT_EndCdataSectionHandler);
}

static void expat_on_DefaultHandler(void *data, const XML_Char *text, int length)
{
    EXPAT_TELL(data, DefaultHandler, str_from_utf8(p->rt, text, (size_t)length));
}

static void expat_on_DefaultHandlerExpand(void *data, const XML_Char *text, int length)
{
    EXPAT_TELL(data, DefaultHandlerExpand, str_from_utf8(p->rt, text, (size_t)length));
}

/* ---- declarations ----------------------------------------------------------------------------------------------- */

static void expat_on_UnparsedEntityDeclHandler(void *data, const XML_Char *entity, const XML_Char *base,
                                               const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
    EXPAT_TELL(data, UnparsedEntityDeclHandler, expat_name(p, entity), expat_name(p, base), expat_name(p, system),
               expat_name(p, public), expat_name(p, notation));
}

static void expat_on_NotationDeclHandler(void *data, const XML_Char *notation, const XML_Char *base,
                                         const XML_Char *system, const XML_Char *public)
{
    EXPAT_TELL(data, NotationDeclHandler, expat_name(p, notation), expat_name(p, base), expat_name(p, system),
               expat_name(p, public));
}

static void expat_on_EntityDeclHandler(void *data, const XML_Char *entity, int is_parameter, const XML_Char *value,
                                       int length, const XML_Char *base, const XML_Char *system, const XML_Char *public,
                                       const XML_Char *notation)
{
    EXPAT_TELL(data, EntityDeclHandler, expat_name(p, entity), ouro_int(is_parameter),
               value ? str_from_utf8(p->rt, value, (size_t)length) : OURO_NONE, expat_name(p, base),
               expat_name(p, system), expat_name(p, public), expat_name(p, notation));
}

static void expat_on_XmlDeclHandler(void *data, const XML_Char *version, const XML_Char *encoding, int standalone)
{
    EXPAT_TELL(data, XmlDeclHandler, expat_text(p, version), expat_text(p, encoding), ouro_int(standalone));
}

static ouro_value expat_model(expat_parser *p, const XML_Content *model);

/* The models of the parts: a tuple. */
static ouro_value expat_model_children(expat_parser *p, const XML_Content *model)
{
    if (model->numchildren == 0) {
        return tuple_new(p->rt, NULL, 0);
    }
    tuple_object *children = tuple_new_blank(p->rt, model->numchildren);
    if (!children) {
        return OURO_NULL;
    }
    bool whole = true;
    for (unsigned i = 0; whole && i < model->numchildren; i++) {
        children->items[i] = expat_model(p, &model->children[i]);
        whole = !ouro_is_null(children->items[i]);
    }
    gc_track(p->rt, &children->object);
    if (!whole) {
        object_decref(p->rt, &children->object);
        return OURO_NULL;
    }
    return ouro_from_object(children);
}

/* (type, quantity, name, children) of an element's content. */
static ouro_value expat_model(expat_parser *p, const XML_Content *model)
{
    if (!rt_enter(p->rt, " in the model of an element's content")) {
        return OURO_NULL;
    }
    ouro_value items[4] = {ouro_int(model->type), ouro_int((int)model->quant), expat_text(p, model->name), OURO_NULL};
    items[3] = ouro_is_null(items[2]) ? OURO_NULL : expat_model_children(p, model);
    ouro_value result = tuple_new_made(p->rt, items, 4);
    rt_leave(p->rt);
    return result;
}

static void expat_on_ElementDeclHandler(void *data, const XML_Char *name, XML_Content *model)
{
    expat_parser *p = data, *same;
    if (expat_begin(data, EXPAT_ElementDeclHandler, &same)) {
        ouro_value args[2] = {OURO_NULL, expat_model(p, model)};
        if (!ouro_is_null(args[1])) {
            args[0] = expat_name(p, name);
        }
        expat_tell(p, EXPAT_ElementDeclHandler, args, 2);
    }
    p->library->XML_FreeContentModel(p->parser, model);
}

static void expat_on_AttlistDeclHandler(void *data, const XML_Char *element, const XML_Char *attribute,
                                        const XML_Char *type, const XML_Char *preset, int is_required)
{
    EXPAT_TELL(data, AttlistDeclHandler, expat_name(p, element), expat_name(p, attribute), expat_text(p, type),
               expat_text(p, preset), ouro_int(is_required));
}

static void expat_on_SkippedEntityHandler(void *data, const XML_Char *entity, int is_parameter)
{
    EXPAT_TELL(data, SkippedEntityHandler, expat_name(p, entity), ouro_int(is_parameter));
}

static void expat_on_StartDoctypeDeclHandler(void *data, const XML_Char *name, const XML_Char *system,
                                             const XML_Char *public, int has_internal_subset)
{
    EXPAT_TELL(data, StartDoctypeDeclHandler, expat_name(p, name), expat_name(p, system), expat_name(p, public),
               ouro_int(has_internal_subset));
}

static void expat_on_EndDoctypeDeclHandler(void *data)
{
    expat_event(data, EXPAT_EndDoctypeDeclHandler);
}

/* ---- questions ---------------------------------------------------------------------------------------------------- */

static int expat_on_NotStandaloneHandler(void *data)
{
    expat_parser *p;
    return expat_begin(data, EXPAT_NotStandaloneHandler, &p) ? expat_ask(p, EXPAT_NotStandaloneHandler, NULL, 0) : 0;
}

static int expat_on_ExternalEntityRefHandler(XML_Parser parser, const XML_Char *context, const XML_Char *base,
                                             const XML_Char *system, const XML_Char *public)
{
    expat_parser *p;
    if (!expat_begin(XML_GetUserData(parser), EXPAT_ExternalEntityRefHandler, &p)) {
        return 0;
    }
    ouro_value args[4] = {expat_text(p, context), expat_name(p, base), expat_name(p, system), expat_name(p, public)};
    return expat_ask(p, EXPAT_ExternalEntityRefHandler, args, 4);
}

/* An encoding that the library does not know: the characters of its 256 bytes, asked of the codec. */
static int expat_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info)
{
    expat_parser *p = data;
    unsigned char bytes[256];
    if (error_is_set(p->rt)) {
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        bytes[i] = (unsigned char)i;
    }
    ouro_value text = codec_decode(p->rt, bytes, sizeof bytes, name, "replace");
    if (ouro_is_null(text)) {
        expat_forget_handlers(p);
        return XML_STATUS_ERROR;
    }
    bool single = str_length(as_str(text)) == 256;
    for (size_t i = 0; single && i < 256; i++) {
        uint32_t c = str_char_at(as_str(text), i);
        info->map[i] = c == 0xfffd ? -1 : (int)c;
    }
    value_decref(p->rt, text);
    info->data = NULL;
    info->convert = NULL;
    info->release = NULL;
    if (!single) {
        error_value(p->rt, "multi-byte encodings are not supported");
        expat_forget_handlers(p);
    }
    return single ? XML_STATUS_OK : XML_STATUS_ERROR;
}

/* ---- which are there ------------------------------------------------------------------------------------------------ */

void expat_set_unknown_encoding(expat_parser *p)
{
    p->library->XML_SetUnknownEncodingHandler(p->parser, expat_unknown_encoding, p);
}

void expat_set_function(expat_parser *p, expat_handler which, bool on)
{
    switch (which) {
#define EXPAT_CASE(name) \
    case EXPAT_##name: \
        p->library->XML_Set##name(p->parser, on ? expat_on_##name : NULL); \
        break;
        EXPAT_HANDLERS(EXPAT_CASE)
#undef EXPAT_CASE
    case EXPAT_HANDLER_COUNT:
        break;
    }
}

/* For the rest of the input, once something has failed. */
static int expat_refuse_entity(XML_Parser parser, const XML_Char *context, const XML_Char *base, const XML_Char *system,
                               const XML_Char *public)
{
    return 0;
}

void expat_forget_handlers(expat_parser *p)
{
    for (int i = 0; i < EXPAT_HANDLER_COUNT; i++) {
        value_clear(p->rt, &p->handlers[i]);
        expat_set_function(p, (expat_handler)i, false);
    }
    p->library->XML_SetExternalEntityRefHandler(p->parser, expat_refuse_entity);
}

#endif

/* pyexpat.h: what the files of the pyexpat module share: the parser object, and how calls into the library begin and end.
 *
 * The library allocates through functions that get no context: the runtime whose heap they use is told by a variable of
 * the thread, set while the thread is inside the library (expat_enter, expat_leave): calls may nest, also of two runtimes.
 *
 * What always holds: the library has a function for each handler that is there (and perhaps for some that are not: they do
 * nothing); buffer_used <= buffer_size, and 0 without a buffer.  Once a handler has raised, all handlers are gone.
 */
#ifndef OURO_SRC_MODULES_PYEXPAT_H
#define OURO_SRC_MODULES_PYEXPAT_H

#include "modules/late_library.h"

#ifdef OURO_EXPAT

#include <expat.h>

#define EXPAT_FUNCTIONS(X) \
    X(XML_ParserCreate_MM, XML_Parser, (const XML_Char *, const XML_Memory_Handling_Suite *, const XML_Char *)) \
    X(XML_ParserFree, void, (XML_Parser)) \
    X(XML_SetUserData, void, (XML_Parser, void *)) \
    X(XML_SetHashSalt, int, (XML_Parser, unsigned long)) \
    X(XML_SetEncoding, enum XML_Status, (XML_Parser, const XML_Char *)) \
    X(XML_Parse, enum XML_Status, (XML_Parser, const char *, int, int)) \
    X(XML_GetBuffer, void *, (XML_Parser, int)) \
    X(XML_ParseBuffer, enum XML_Status, (XML_Parser, int, int)) \
    X(XML_SetBase, enum XML_Status, (XML_Parser, const XML_Char *)) \
    X(XML_GetBase, const XML_Char *, (XML_Parser)) \
    X(XML_GetInputContext, const char *, (XML_Parser, int *, int *)) \
    X(XML_ExternalEntityParserCreate, XML_Parser, (XML_Parser, const XML_Char *, const XML_Char *)) \
    X(XML_SetParamEntityParsing, int, (XML_Parser, enum XML_ParamEntityParsing)) \
    X(XML_UseForeignDTD, enum XML_Error, (XML_Parser, XML_Bool)) \
    X(XML_SetReturnNSTriplet, void, (XML_Parser, int)) \
    X(XML_GetSpecifiedAttributeCount, int, (XML_Parser)) \
    X(XML_FreeContentModel, void, (XML_Parser, XML_Content *)) \
    X(XML_GetErrorCode, enum XML_Error, (XML_Parser)) \
    X(XML_GetCurrentLineNumber, XML_Size, (XML_Parser)) \
    X(XML_GetCurrentColumnNumber, XML_Size, (XML_Parser)) \
    X(XML_GetCurrentByteIndex, XML_Index, (XML_Parser)) \
    X(XML_ErrorString, const XML_LChar *, (enum XML_Error)) \
    X(XML_ExpatVersion, const XML_LChar *, (void)) \
    X(XML_ExpatVersionInfo, XML_Expat_Version, (void)) \
    X(XML_GetFeatureList, const XML_Feature *, (void)) \
    X(XML_SetUnknownEncodingHandler, void, (XML_Parser, XML_UnknownEncodingHandler, void *)) \
    X(XML_SetStartElementHandler, void, (XML_Parser, XML_StartElementHandler)) \
    X(XML_SetEndElementHandler, void, (XML_Parser, XML_EndElementHandler)) \
    X(XML_SetProcessingInstructionHandler, void, (XML_Parser, XML_ProcessingInstructionHandler)) \
    X(XML_SetCharacterDataHandler, void, (XML_Parser, XML_CharacterDataHandler)) \
    X(XML_SetUnparsedEntityDeclHandler, void, (XML_Parser, XML_UnparsedEntityDeclHandler)) \
    X(XML_SetNotationDeclHandler, void, (XML_Parser, XML_NotationDeclHandler)) \
    X(XML_SetStartNamespaceDeclHandler, void, (XML_Parser, XML_StartNamespaceDeclHandler)) \
    X(XML_SetEndNamespaceDeclHandler, void, (XML_Parser, XML_EndNamespaceDeclHandler)) \
    X(XML_SetCommentHandler, void, (XML_Parser, XML_CommentHandler)) \
    X(XML_SetStartCdataSectionHandler, void, (XML_Parser, XML_StartCdataSectionHandler)) \
    X(XML_SetEndCdataSectionHandler, void, (XML_Parser, XML_EndCdataSectionHandler)) \
    X(XML_SetDefaultHandler, void, (XML_Parser, XML_DefaultHandler)) \
    X(XML_SetDefaultHandlerExpand, void, (XML_Parser, XML_DefaultHandler)) \
    X(XML_SetNotStandaloneHandler, void, (XML_Parser, XML_NotStandaloneHandler)) \
    X(XML_SetExternalEntityRefHandler, void, (XML_Parser, XML_ExternalEntityRefHandler)) \
    X(XML_SetStartDoctypeDeclHandler, void, (XML_Parser, XML_StartDoctypeDeclHandler)) \
    X(XML_SetEndDoctypeDeclHandler, void, (XML_Parser, XML_EndDoctypeDeclHandler)) \
    X(XML_SetEntityDeclHandler, void, (XML_Parser, XML_EntityDeclHandler)) \
    X(XML_SetXmlDeclHandler, void, (XML_Parser, XML_XmlDeclHandler)) \
    X(XML_SetElementDeclHandler, void, (XML_Parser, XML_ElementDeclHandler)) \
    X(XML_SetAttlistDeclHandler, void, (XML_Parser, XML_AttlistDeclHandler)) \
    X(XML_SetSkippedEntityHandler, void, (XML_Parser, XML_SkippedEntityHandler))

struct expat_library {
    late_library library;
    EXPAT_FUNCTIONS(LATE_POINTER)
};

/* X(attribute of the parser); the function for it is expat_on_NAME. */
#define EXPAT_HANDLERS(X) \
    X(StartElementHandler) \
    X(EndElementHandler) \
    X(ProcessingInstructionHandler) \
    X(CharacterDataHandler) \
    X(UnparsedEntityDeclHandler) \
    X(NotationDeclHandler) \
    X(StartNamespaceDeclHandler) \
    X(EndNamespaceDeclHandler) \
    X(CommentHandler) \
    X(StartCdataSectionHandler) \
    X(EndCdataSectionHandler) \
    X(DefaultHandler) \
    X(DefaultHandlerExpand) \
    X(NotStandaloneHandler) \
    X(ExternalEntityRefHandler) \
    X(StartDoctypeDeclHandler) \
    X(EndDoctypeDeclHandler) \
    X(EntityDeclHandler) \
    X(XmlDeclHandler) \
    X(ElementDeclHandler) \
    X(AttlistDeclHandler) \
    X(SkippedEntityHandler)

typedef enum expat_handler {
#define EXPAT_INDEX(name) EXPAT_##name,
    EXPAT_HANDLERS(EXPAT_INDEX)
#undef EXPAT_INDEX
    EXPAT_HANDLER_COUNT,
} expat_handler;

/* A parser of the library.  That of an external entity reads from the one of its document, and so has a share of it. */
typedef struct expat_native {
    size_t shares;
    XML_Parser parser;
    struct expat_native *parent; /* NULL: none */
} expat_native;

typedef struct expat_parser {
    ouro_object object;
    struct expat_library *library;
    expat_native *native;
    XML_Parser parser; /* native's */
    ouro_runtime *rt;
    ouro_value handlers[EXPAT_HANDLER_COUNT];
    ouro_value intern; /* dict, or OURO_NULL */
    bool ordered_attributes, specified_attributes, namespace_prefixes;
    bool parsing;      /* inside XML_Parse */
    unsigned in_callback;
    char *buffer;      /* character data, put together; NULL: off */
    int buffer_size, buffer_used;
} expat_parser;

static inline expat_parser *as_expat_parser(ouro_value v)
{
    return (expat_parser *)(void *)ouro_as_object(v);
}

/* The thread enters the library for this runtime; returns what expat_leave needs. */
ouro_runtime *expat_enter(ouro_runtime *rt);
void expat_leave(ouro_runtime *before);

/* Tells the library whether the program has this handler. */
void expat_set_function(expat_parser *p, expat_handler which, bool on);
void expat_set_unknown_encoding(expat_parser *p);
/* Drops all handlers. */
void expat_forget_handlers(expat_parser *p);
/* Gives the character data that has come together to its handler.  False: raised. */
OURO_NODISCARD bool expat_flush(expat_parser *p);

#endif
#endif

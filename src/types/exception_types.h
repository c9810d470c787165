/* exception_types.h: the exception hierarchy of Python 3.11, bases before the derived.
 *
 * X(field, base, spec): `field` is the member of types_state (exc_ + name), `spec` the name of the constant
 * type_spec (exception*.c).  ExceptionGroup derives from BaseExceptionGroup and Exception.
 */
#ifndef OURO_SRC_TYPES_EXCEPTION_TYPES_H
#define OURO_SRC_TYPES_EXCEPTION_TYPES_H

#include "types/type.h"

#define EXCEPTION_TYPES(X) \
    X(exc_BaseException, object, exception_spec_BaseException) \
    X(exc_Exception, BaseException, exception_spec_Exception) \
    X(exc_GeneratorExit, BaseException, exception_spec_GeneratorExit) \
    X(exc_KeyboardInterrupt, BaseException, exception_spec_KeyboardInterrupt) \
    X(exc_SystemExit, BaseException, exception_spec_SystemExit) \
    X(exc_BaseExceptionGroup, BaseException, exception_spec_BaseExceptionGroup) \
    X(exc_ExceptionGroup, BaseExceptionGroup, exception_spec_ExceptionGroup) \
    X(exc_StopAsyncIteration, Exception, exception_spec_StopAsyncIteration) \
    X(exc_StopIteration, Exception, exception_spec_StopIteration) \
    X(exc_ArithmeticError, Exception, exception_spec_ArithmeticError) \
    X(exc_FloatingPointError, ArithmeticError, exception_spec_FloatingPointError) \
    X(exc_OverflowError, ArithmeticError, exception_spec_OverflowError) \
    X(exc_ZeroDivisionError, ArithmeticError, exception_spec_ZeroDivisionError) \
    X(exc_AssertionError, Exception, exception_spec_AssertionError) \
    X(exc_AttributeError, Exception, exception_spec_AttributeError) \
    X(exc_BufferError, Exception, exception_spec_BufferError) \
    X(exc_EOFError, Exception, exception_spec_EOFError) \
    X(exc_ImportError, Exception, exception_spec_ImportError) \
    X(exc_ModuleNotFoundError, ImportError, exception_spec_ModuleNotFoundError) \
    X(exc_LookupError, Exception, exception_spec_LookupError) \
    X(exc_IndexError, LookupError, exception_spec_IndexError) \
    X(exc_KeyError, LookupError, exception_spec_KeyError) \
    X(exc_MemoryError, Exception, exception_spec_MemoryError) \
    X(exc_NameError, Exception, exception_spec_NameError) \
    X(exc_UnboundLocalError, NameError, exception_spec_UnboundLocalError) \
    X(exc_OSError, Exception, exception_spec_OSError) \
    X(exc_BlockingIOError, OSError, exception_spec_BlockingIOError) \
    X(exc_ChildProcessError, OSError, exception_spec_ChildProcessError) \
    X(exc_ConnectionError, OSError, exception_spec_ConnectionError) \
    X(exc_BrokenPipeError, ConnectionError, exception_spec_BrokenPipeError) \
    X(exc_ConnectionAbortedError, ConnectionError, exception_spec_ConnectionAbortedError) \
    X(exc_ConnectionRefusedError, ConnectionError, exception_spec_ConnectionRefusedError) \
    X(exc_ConnectionResetError, ConnectionError, exception_spec_ConnectionResetError) \
    X(exc_FileExistsError, OSError, exception_spec_FileExistsError) \
    X(exc_FileNotFoundError, OSError, exception_spec_FileNotFoundError) \
    X(exc_InterruptedError, OSError, exception_spec_InterruptedError) \
    X(exc_IsADirectoryError, OSError, exception_spec_IsADirectoryError) \
    X(exc_NotADirectoryError, OSError, exception_spec_NotADirectoryError) \
    X(exc_PermissionError, OSError, exception_spec_PermissionError) \
    X(exc_ProcessLookupError, OSError, exception_spec_ProcessLookupError) \
    X(exc_TimeoutError, OSError, exception_spec_TimeoutError) \
    X(exc_ReferenceError, Exception, exception_spec_ReferenceError) \
    X(exc_RuntimeError, Exception, exception_spec_RuntimeError) \
    X(exc_NotImplementedError, RuntimeError, exception_spec_NotImplementedError) \
    X(exc_RecursionError, RuntimeError, exception_spec_RecursionError) \
    X(exc_SyntaxError, Exception, exception_spec_SyntaxError) \
    X(exc_IndentationError, SyntaxError, exception_spec_IndentationError) \
    X(exc_TabError, IndentationError, exception_spec_TabError) \
    X(exc_SystemError, Exception, exception_spec_SystemError) \
    X(exc_TypeError, Exception, exception_spec_TypeError) \
    X(exc_ValueError, Exception, exception_spec_ValueError) \
    X(exc_UnicodeError, ValueError, exception_spec_UnicodeError) \
    X(exc_UnicodeDecodeError, UnicodeError, exception_spec_UnicodeDecodeError) \
    X(exc_UnicodeEncodeError, UnicodeError, exception_spec_UnicodeEncodeError) \
    X(exc_UnicodeTranslateError, UnicodeError, exception_spec_UnicodeTranslateError) \
    X(exc_Warning, Exception, exception_spec_Warning) \
    X(exc_BytesWarning, Warning, exception_spec_BytesWarning) \
    X(exc_DeprecationWarning, Warning, exception_spec_DeprecationWarning) \
    X(exc_EncodingWarning, Warning, exception_spec_EncodingWarning) \
    X(exc_FutureWarning, Warning, exception_spec_FutureWarning) \
    X(exc_ImportWarning, Warning, exception_spec_ImportWarning) \
    X(exc_PendingDeprecationWarning, Warning, exception_spec_PendingDeprecationWarning) \
    X(exc_ResourceWarning, Warning, exception_spec_ResourceWarning) \
    X(exc_RuntimeWarning, Warning, exception_spec_RuntimeWarning) \
    X(exc_SyntaxWarning, Warning, exception_spec_SyntaxWarning) \
    X(exc_UnicodeWarning, Warning, exception_spec_UnicodeWarning) \
    X(exc_UserWarning, Warning, exception_spec_UserWarning)

#define EXCEPTION_TYPE(name, base, spec) extern const type_spec spec;
EXCEPTION_TYPES(EXCEPTION_TYPE)
#undef EXCEPTION_TYPE

#endif

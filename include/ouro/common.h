/* common.h: what every public header of ouro needs: attributes and the error type.
 *
 * OURO_NODISCARD marks a result that must not be ignored: a new reference, or the news of a failure.
 */
#ifndef OURO_COMMON_H
#define OURO_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands between OURO_BEGIN and OURO_END is the library's interface: the only symbols that it exports. */
#if defined(__GNUC__)
#define OURO_VISIBLE _Pragma("GCC visibility push(default)")
#define OURO_VISIBLE_END _Pragma("GCC visibility pop")
#else
#define OURO_VISIBLE
#define OURO_VISIBLE_END
#endif

#ifdef __cplusplus
#define OURO_BEGIN extern "C" { OURO_VISIBLE
#define OURO_END OURO_VISIBLE_END }
#else
#define OURO_BEGIN OURO_VISIBLE
#define OURO_END OURO_VISIBLE_END
#endif

#if defined(__GNUC__)
#define OURO_NODISCARD __attribute__((warn_unused_result))
#define OURO_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))
#define OURO_PUBLIC __attribute__((visibility("default")))
#define OURO_LIKELY(x) __builtin_expect(!!(x), 1)
#define OURO_UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define OURO_NODISCARD
#define OURO_PRINTF(format, first)
#define OURO_PUBLIC
#define OURO_LIKELY(x) (x)
#define OURO_UNLIKELY(x) (x)
#endif

#endif

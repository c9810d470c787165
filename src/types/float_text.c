/* float_text.c: floats from text and to text, exactly.
 *
 * Reading: short literals are one exact multiplication or division of two exact doubles (Clinger's fast path);
 * all others go to the C library's strtod as digits and exponent without a point, so that no locale matters.
 */
#include "types/error.h"
#include "types/float_internal.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double float_powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                             1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* ---- reading ------------------------------------------------------------------------------------------ */

static bool float_text_has(const char *text, size_t length, const char *word)
{
    size_t i = 0;
    for (; word[i]; i++) {
        if (i >= length || (text[i] | 0x20) != word[i]) {
            return false;
        }
    }
    return true;
}

/* DIGITS (most significant first, no leading zeros) times 10^exponent. */
static double float_from_digits(const char *digits, size_t count, int64_t exponent)
{
    if (count == 0) {
        return 0.0;
    }
    if (count <= 19) {
        uint64_t mantissa = 0;
        for (size_t i = 0; i < count; i++) {
            mantissa = mantissa * 10 + (uint64_t)(digits[i] - '0');
        }
        if (mantissa <= (UINT64_C(1) << 53)) {
            if (exponent >= 0 && exponent <= 22) {
                return (double)mantissa * float_powers_of_ten[exponent];
            }
            if (exponent < 0 && exponent >= -22) {
                return (double)mantissa / float_powers_of_ten[-exponent];
            }
        }
    }
    if (exponent + (int64_t)count > 400) {
        return INFINITY;
    }
    if (exponent + (int64_t)count < -400) {
        return 0.0;
    }
    return -1.0; /* strtod's */
}

double float_parse(ouro_runtime *rt, const char *text, size_t length, size_t *used)
{
    size_t i = 0;
    bool negative = false;
    *used = 0;
    if (i < length && (text[i] == '+' || text[i] == '-')) {
        negative = text[i] == '-';
        i++;
    }
    if (float_text_has(text + i, length - i, "nan")) {
        *used = i + 3;
        return negative ? -NAN : NAN;
    }
    if (float_text_has(text + i, length - i, "inf")) {
        *used = i + (float_text_has(text + i, length - i, "infinity") ? 8 : 3);
        return negative ? -INFINITY : INFINITY;
    }
    char stack_digits[64];
    char *digits = stack_digits;
    if (length - i + 32 > sizeof stack_digits) {
        digits = ouro_mem_alloc(rt->mem, length - i + 32);
        if (!digits) {
            error_no_memory(rt);
            return 0.0;
        }
    }
    size_t count = 0;
    int64_t exponent = 0;
    bool any = false, point = false, valid = true;
    for (; i < length; i++) {
        char c = text[i];
        if (c >= '0' && c <= '9') {
            any = true;
            if (count > 0 || c != '0') {
                digits[count++] = c;
            }
            exponent -= point;
        } else if (c == '.' && !point) {
            point = true;
        } else if (c == '_') { /* only between digits */
            if (i == 0 || i + 1 >= length || text[i - 1] < '0' || text[i - 1] > '9' || text[i + 1] < '0' ||
                text[i + 1] > '9') {
                valid = false;
                break;
            }
        } else {
            break;
        }
    }
    double d = 0.0;
    if (valid && any) {
        *used = i;
        if (i < length && (text[i] | 0x20) == 'e') {
            size_t j = i + 1;
            bool minus = false;
            if (j < length && (text[j] == '+' || text[j] == '-')) {
                minus = text[j] == '-';
                j++;
            }
            int64_t e = 0;
            size_t first = j;
            while (j < length) {
                if (text[j] >= '0' && text[j] <= '9') {
                    e = e < INT64_C(1) << 55 ? e * 10 + (text[j] - '0') : e;
                } else if (!(text[j] == '_' && j > first && text[j - 1] != '_' && j + 1 < length &&
                             text[j + 1] >= '0' && text[j + 1] <= '9')) {
                    break;
                }
                j++;
            }
            if (j > first) {
                exponent += minus ? -e : e;
                *used = j;
            }
        }
        while (count > 0 && digits[count - 1] == '0') {
            count--;
            exponent++;
        }
        d = float_from_digits(digits, count, exponent);
        if (d < 0) {
            snprintf(digits + count, 24, "e%lld", (long long)exponent);
            d = strtod(digits, NULL);
        }
    }
    if (digits != stack_digits) {
        ouro_mem_free(rt->mem, digits);
    }
    return negative ? -d : d;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static char *float_text_word(ouro_runtime *rt, double d, bool upper, int flags)
{
    char *text = ouro_mem_alloc(rt->mem, 8);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    const char *word = isnan(d) ? (upper ? "NAN" : "nan") : upper ? "INF" : "inf";
    const char *sign = isnan(d) ? ((flags & FLOAT_SIGN) ? "+" : "") : d < 0 ? "-" : (flags & FLOAT_SIGN) ? "+" : "";
    snprintf(text, 8, "%s%s", sign, word);
    return text;
}

/* repr's layout: plain between 1e-4 and 1e16, else with an exponent. */
static char *float_text_repr(ouro_runtime *rt, double d, int flags)
{
    float_digits f;
    char *text = ouro_mem_alloc(rt->mem, 48);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    float_shortest(d, &f);
    char *out = text;
    if (signbit(d)) {
        *out++ = '-';
    } else if (flags & FLOAT_SIGN) {
        *out++ = '+';
    }
    if (f.point > 16 || f.point <= -4) {
        *out++ = f.digits[0];
        if (f.count > 1) {
            *out++ = '.';
            memcpy(out, f.digits + 1, (size_t)f.count - 1);
            out += f.count - 1;
        } else if (flags & FLOAT_ALTERNATE) {
            *out++ = '.';
        }
        int e = f.point - 1;
        snprintf(out, 16, "e%c%02d", e < 0 ? '-' : '+', e < 0 ? -e : e);
        return text;
    }
    if (f.point <= 0) {
        *out++ = '0';
        *out++ = '.';
        for (int i = f.point; i < 0; i++) {
            *out++ = '0';
        }
        memcpy(out, f.digits, (size_t)f.count);
        out += f.count;
    } else {
        for (int i = 0; i < f.point || i < f.count; i++) {
            if (i == f.point) {
                *out++ = '.';
            }
            *out++ = i < f.count ? f.digits[i] : '0';
        }
        if (f.point >= f.count) {
            if (flags & FLOAT_ADD_DOT_0) {
                *out++ = '.';
                *out++ = '0';
            } else if (flags & FLOAT_ALTERNATE) {
                *out++ = '.';
            }
        }
    }
    *out = '\0';
    return text;
}

/* %.Nf of a number that has at most 15 digits then: d * 10^precision is high + low exactly (a fused multiplication finds the
 * low part), so that rounding half to even on it is right.  NULL without an exception: not such a number. */
static char *float_text_fixed(ouro_runtime *rt, double d, int precision, int flags)
{
    double magnitude = fabs(d);
    if (precision > 15 || (magnitude < 1e-280 && d != 0)) {
        return NULL;
    }
    double power = float_powers_of_ten[precision], high = magnitude * power;
    if (!(high < 1e15)) {
        return NULL;
    }
    double low = fma(magnitude, power, -high), whole = floor(high);
    double above_half = high - whole - 0.5; /* exact: high is below 2^52 */
    uint64_t n = (uint64_t)whole;
    n += above_half > -low || (above_half == -low && (n & 1));
    char digits[40];
    int at = (int)sizeof digits;
    for (int i = 0; i <= precision || n; i++) { /* one digit before the point at least */
        if (i == precision && (precision || (flags & FLOAT_ALTERNATE))) {
            digits[--at] = '.';
        }
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    }
    if (signbit(d)) {
        digits[--at] = '-';
    } else if (flags & FLOAT_SIGN) {
        digits[--at] = '+';
    }
    size_t length = sizeof digits - (size_t)at;
    char *text = ouro_mem_alloc(rt->mem, length + 3);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    memcpy(text, digits + at, length);
    text[length] = '\0';
    return text;
}

char *float_to_text(ouro_runtime *rt, double d, char code, int precision, int flags)
{
    bool upper = code == 'E' || code == 'F' || code == 'G';
    if (!isfinite(d)) {
        return float_text_word(rt, d, upper, flags);
    }
    if (code == 'r') {
        return float_text_repr(rt, d, flags);
    }
    char conversion = code == 'F' ? 'f' : code;
    if (conversion == 'f') {
        char *text = float_text_fixed(rt, d, precision, flags);
        if (text || error_is_set(rt)) {
            return text;
        }
    }
    char format[8];
    snprintf(format, sizeof format, "%%%s%s.*%c", (flags & FLOAT_SIGN) ? "+" : "",
             (flags & FLOAT_ALTERNATE) ? "#" : "", conversion);
    int exponent;
    frexp(d, &exponent);
    size_t room = (size_t)precision + 32 + (conversion == 'f' && exponent > 0 ? (size_t)exponent : 0);
    if ((code == 'g' || code == 'G') && room > 1200) {
        room = (flags & FLOAT_ALTERNATE) ? (size_t)precision + 32 : 1200; /* no more digits than a double has */
    }
    char *text = ouro_mem_alloc(rt->mem, room);
    if (!text) {
        error_no_memory(rt);
        return NULL;
    }
    int length = snprintf(text, room, format, precision, d); /* NOLINT: built above */
    if (length < 0 || (size_t)length + 3 > room) {
        ouro_mem_free(rt->mem, text);
        error_no_memory(rt);
        return NULL;
    }
    const char *locale_point = localeconv()->decimal_point;
    if (strcmp(locale_point, ".") != 0) {
        char *at = strstr(text, locale_point);
        if (at) {
            size_t width = strlen(locale_point);
            *at = '.';
            memmove(at + 1, at + width, strlen(at + width) + 1);
        }
    }
    if ((flags & FLOAT_ADD_DOT_0) && strpbrk(text, ".eE") == NULL) {
        strcat(text, ".0");
    }
    return text;
}

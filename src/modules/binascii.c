/* binascii.c: the binascii module: bytes as text (hexadecimal, base64, uuencode, quoted-printable) and back, and two
 * checksums.
 *
 * Each decoder checks the whole of its input and raises binascii.Error with what is wrong; it never guesses.
 */
#include "modules/modules.h"
#include "types/bytes.h"
#include "types/bytes_methods.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "types/str.h"

enum { UU_LINE = 45, QP_LINE = 76 };

static ouro_value binascii_fail(ouro_runtime *rt, const char *message)
{
    return error_raise(rt, MODULE_TYPE(rt, binascii_error), "%s", message);
}

/* ---- arguments ---------------------------------------------------------------------------------------- */

/* Text to decode: bytes-like, or a str of ASCII characters. */
static bool ascii_get(ouro_runtime *rt, ouro_value v, byte_span *span)
{
    if (value_is_str(rt, v)) {
        if (!(as_str(v)->flags & STR_ASCII)) {
            error_value(rt, "string argument should contain only ASCII characters");
            return false;
        }
        *span = (byte_span){.data = as_str(v)->data, .length = str_length(as_str(v))};
        return true;
    }
    if (!value_has_buffer(rt, v)) {
        error_type(rt, "argument should be bytes, buffer or ASCII string, not '%T'", v);
        return false;
    }
    return byte_span_get(rt, v, span);
}

/* Truth of the optional argument i. */
static bool flag_get(ouro_runtime *rt, const ouro_value *args, size_t nargs, size_t i, bool *flag)
{
    ouro_value v = arg_or_null(args, nargs, i);
    if (ouro_is_null(v)) {
        return true;
    }
    int truth = object_truth(rt, v);
    *flag = truth > 0;
    return truth >= 0;
}

/* ---- hexadecimal -------------------------------------------------------------------------------------- */

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digits without separators, into the result itself. */
static ouro_value binascii_plain_hex(ouro_runtime *rt, const byte_span *data)
{
    if (data->length > SIZE_MAX / 16) {
        error_no_memory(rt);
        return OURO_NULL;
    }
    ouro_value result = bytes_new(rt, data->length == 0 ? "" : NULL, data->length * 2);
    for (size_t i = 0; i < data->length && !ouro_is_null(result); i++) {
        as_bytes(result)->data[2 * i] = (unsigned char)"0123456789abcdef"[data->data[i] >> 4];
        as_bytes(result)->data[2 * i + 1] = (unsigned char)"0123456789abcdef"[data->data[i] & 15];
    }
    return result;
}

static ouro_value binascii_hexlify(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    byte_span data;
    if (!byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    if (nargs == 1) {
        ouro_value plain = binascii_plain_hex(rt, &data);
        byte_span_release(rt, &data);
        return plain;
    }
    ouro_value text =
        bytes_hex(rt, data.data, data.length, arg_or_null(args, nargs, 1), arg_or_null(args, nargs, 2));
    byte_span_release(rt, &data);
    if (ouro_is_null(text)) {
        return OURO_NULL;
    }
    ouro_value result = codec_encode(rt, text, "latin-1", NULL);
    value_decref(rt, text);
    return result;
}

static ouro_value binascii_unhexlify(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    byte_span text;
    if (!ascii_get(rt, args[0], &text)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (text.length % 2 != 0) {
        binascii_fail(rt, "Odd-length string");
    } else {
        result = bytes_new(rt, NULL, text.length / 2);
    }
    for (size_t i = 0; i < text.length && !ouro_is_null(result); i += 2) {
        int high = hex_digit(text.data[i]), low = hex_digit(text.data[i + 1]);
        if (high < 0 || low < 0) {
            value_clear(rt, &result);
            binascii_fail(rt, "Non-hexadecimal digit found");
        } else {
            as_bytes(result)->data[i / 2] = (unsigned char)(high << 4 | low);
        }
    }
    byte_span_release(rt, &text);
    return result;
}

/* ---- base64 (RFC 4648) ---------------------------------------------------------------------------------- */

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static ouro_value binascii_b2a_base64(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool newline = true;
    byte_span data;
    if (!flag_get(rt, args, nargs, 1, &newline) || !byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (data.length > SIZE_MAX / 4) {
        binascii_fail(rt, "Too much data for base64 line");
    } else {
        result = bytes_new(rt, NULL, (data.length + 2) / 3 * 4 + newline);
    }
    if (!ouro_is_null(result)) {
        unsigned char *to = as_bytes(result)->data;
        for (size_t i = 0; i < data.length; i += 3) {
            size_t left = data.length - i;
            uint32_t three = (uint32_t)data.data[i] << 16 | (left > 1 ? (uint32_t)data.data[i + 1] << 8 : 0) |
                             (left > 2 ? data.data[i + 2] : 0);
            *to++ = (unsigned char)base64_digits[three >> 18];
            *to++ = (unsigned char)base64_digits[three >> 12 & 63];
            *to++ = left > 1 ? (unsigned char)base64_digits[three >> 6 & 63] : '=';
            *to++ = left > 2 ? (unsigned char)base64_digits[three & 63] : '=';
        }
        if (newline) {
            *to = '\n';
        }
    }
    byte_span_release(rt, &data);
    return result;
}

/* What is wrong with the text, or NULL; *length: the bytes put at `to`.  Characters that are no digits are skipped
 * unless `strict`; digits behind the padding begin anew. */
static const char *base64_decode(const byte_span *text, bool strict, unsigned char *to, size_t *length, bool *lone)
{
    size_t made = 0, digits = 0, pads = 0;
    uint32_t bits = 0;
    bool padded = false;
    *lone = false;
    *length = 0;
    if (strict && text->length > 0 && text->data[0] == '=') {
        return "Leading padding not allowed";
    }
    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] == '=') {
            padded = true;
            if (digits >= 2 && digits + ++pads >= 4) {
                if (strict && i + 1 < text->length) {
                    return "Excess data after padding";
                }
                *length = made;
                return NULL;
            }
            continue;
        }
        int digit = base64_digit(text->data[i]);
        if (digit < 0) {
            if (strict) {
                return "Only base64 data is allowed";
            }
            continue;
        }
        if (strict && padded) {
            return "Discontinuous padding not allowed";
        }
        pads = 0;
        bits = bits << 6 | (uint32_t)digit;
        static const unsigned spare[4] = {0, 4, 2, 0}; /* bits left over after that many digits */
        if (digits > 0) {
            to[made++] = (unsigned char)(bits >> spare[digits]);
        }
        digits = (digits + 1) % 4;
    }
    *length = made;
    *lone = digits == 1;
    return digits == 0 ? NULL : "Incorrect padding";
}

static ouro_value binascii_a2b_base64(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool strict = false, lone = false;
    byte_span text;
    if (!flag_get(rt, args, nargs, 1, &strict) || !ascii_get(rt, args[0], &text)) {
        return OURO_NULL;
    }
    ouro_value room = bytes_new(rt, NULL, (text.length + 3) / 4 * 3), result = OURO_NULL;
    if (!ouro_is_null(room)) {
        size_t length;
        const char *wrong = base64_decode(&text, strict, as_bytes(room)->data, &length, &lone);
        if (lone) {
            error_raise(rt, MODULE_TYPE(rt, binascii_error),
                        "Invalid base64-encoded string: number of data characters (%zu) cannot be 1 more "
                        "than a multiple of 4",
                        length / 3 * 4 + 1);
        } else if (wrong) {
            binascii_fail(rt, wrong);
        } else if (length == as_bytes(room)->length) {
            result = value_incref(room);
        } else {
            result = bytes_new(rt, as_bytes(room)->data, length);
        }
        value_decref(rt, room);
    }
    byte_span_release(rt, &text);
    return result;
}

/* ---- uuencode ------------------------------------------------------------------------------------------- */

static ouro_value binascii_b2a_uu(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool backtick = false;
    byte_span data;
    if (!flag_get(rt, args, nargs, 1, &backtick) || !byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    ouro_value result = OURO_NULL;
    if (data.length > UU_LINE) {
        binascii_fail(rt, "At most 45 bytes at once");
    } else {
        result = bytes_new(rt, NULL, (data.length + 2) / 3 * 4 + 2);
    }
    if (!ouro_is_null(result)) {
        const unsigned char zero = backtick ? '`' : ' ';
        unsigned char *to = as_bytes(result)->data;
        *to++ = data.length == 0 ? zero : (unsigned char)(' ' + data.length);
        for (size_t i = 0; i < data.length; i += 3) {
            uint32_t three = 0;
            for (size_t k = i; k < i + 3; k++) {
                three = three << 8 | (k < data.length ? data.data[k] : 0);
            }
            for (int shift = 18; shift >= 0; shift -= 6) {
                unsigned six = three >> shift & 63;
                *to++ = six == 0 ? zero : (unsigned char)(' ' + six);
            }
        }
        *to = '\n';
    }
    byte_span_release(rt, &data);
    return result;
}

static ouro_value binascii_a2b_uu(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    byte_span text;
    if (!ascii_get(rt, args[0], &text)) {
        return OURO_NULL;
    }
    /* An empty line is one whose length is the character 0, and what is missing at the end counts as zeros. */
    size_t count = ((text.length > 0 ? text.data[0] : 0) - ' ') & 63, made = 0, at = 1;
    ouro_value result = bytes_new(rt, NULL, count);
    const char *wrong = NULL;
    uint32_t bits = 0;
    unsigned held = 0;
    while (!ouro_is_null(result) && made < count && !wrong) {
        unsigned char c = at < text.length ? text.data[at] : '\n';
        unsigned six = 0;
        if (c != '\n' && c != '\r') {
            if (c < ' ' || c > ' ' + 64) {
                wrong = "Illegal char";
            }
            six = (c - ' ') & 63;
        }
        at++;
        bits = bits << 6 | six;
        held += 6;
        if (held >= 8) {
            held -= 8;
            as_bytes(result)->data[made++] = (unsigned char)(bits >> held);
        }
    }
    for (; at < text.length && !wrong; at++) {
        unsigned char c = text.data[at];
        if (c != ' ' && c != '`' && c != '\n' && c != '\r') {
            wrong = "Trailing garbage";
        }
    }
    byte_span_release(rt, &text);
    if (!ouro_is_null(result) && wrong) {
        value_decref(rt, result);
        return binascii_fail(rt, wrong);
    }
    return result;
}

/* ---- quoted-printable (RFC 1521) ------------------------------------------------------------------------- */

static ouro_value binascii_a2b_qp(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool header = false;
    byte_span text;
    if (!flag_get(rt, args, nargs, 1, &header) || !ascii_get(rt, args[0], &text)) {
        return OURO_NULL;
    }
    bytes_builder out;
    bytes_builder_init(&out, rt);
    const unsigned char *data = text.data;
    size_t n = text.length, i = 0;
    while (i < n) {
        if (data[i] != '=') {
            bytes_builder_byte(&out, header && data[i] == '_' ? ' ' : data[i]);
            i++;
            continue;
        }
        i++;
        if (i >= n) {
            break;
        }
        if (data[i] == '\n' || data[i] == '\r') { /* a line that goes on */
            while (i < n && data[i] != '\n') {
                i++;
            }
            i++;
        } else if (data[i] == '=') {
            bytes_builder_byte(&out, '=');
            i++;
        } else if (i + 1 < n && hex_digit(data[i]) >= 0 && hex_digit(data[i + 1]) >= 0) {
            bytes_builder_byte(&out, (unsigned char)(hex_digit(data[i]) << 4 | hex_digit(data[i + 1])));
            i += 2;
        } else {
            bytes_builder_byte(&out, '=');
        }
    }
    byte_span_release(rt, &text);
    return bytes_builder_finish(&out);
}

typedef struct qp_encoder {
    bytes_builder out;
    size_t column;
    bool crlf;
    unsigned char last;
} qp_encoder;

static void qp_byte(qp_encoder *e, unsigned char c)
{
    bytes_builder_byte(&e->out, c);
    e->last = c;
}

static void qp_quoted(qp_encoder *e, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    qp_byte(e, '=');
    qp_byte(e, (unsigned char)digits[c >> 4]);
    qp_byte(e, (unsigned char)digits[c & 15]);
}

static void qp_end_line(qp_encoder *e)
{
    if (e->crlf) {
        qp_byte(e, '\r');
    }
    qp_byte(e, '\n');
    e->column = 0;
}

static ouro_value binascii_b2a_qp(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    bool quote_tabs = false, is_text = true, header = false;
    byte_span span;
    if (!flag_get(rt, args, nargs, 1, &quote_tabs) || !flag_get(rt, args, nargs, 2, &is_text) ||
        !flag_get(rt, args, nargs, 3, &header) || !byte_span_get(rt, args[0], &span)) {
        return OURO_NULL;
    }
    const unsigned char *data = span.data;
    size_t n = span.length;
    qp_encoder e = {.column = 0};
    bytes_builder_init(&e.out, rt);
    const unsigned char *first = n > 0 ? memchr(data, '\n', n) : NULL; /* lines end as the first one does */
    e.crlf = first && first > data && first[-1] == '\r';
    size_t i = 0;
    while (i < n) {
        unsigned char c = data[i];
        bool at_end = i + 1 == n;
        unsigned char next = at_end ? 0 : data[i + 1];
        bool breaks = c == '\r' || c == '\n', blank = c == ' ' || c == '\t';
        if (c > 126 || c == '=' || (header && c == '_') ||
            (c == '.' && e.column == 0 && (at_end || next == '\n' || next == '\r' || next == 0)) ||
            (!is_text && breaks) || (blank && at_end) || (c < 33 && !breaks && (quote_tabs || !blank))) {
            if (e.column + 3 >= QP_LINE) {
                qp_byte(&e, '=');
                qp_end_line(&e);
            }
            qp_quoted(&e, c);
            e.column += 3;
            i++;
        } else if (is_text && (c == '\n' || (c == '\r' && next == '\n'))) {
            if (e.out.length > 0 && (e.last == ' ' || e.last == '\t') && !e.out.failed) {
                e.out.length--; /* white space at the end of a line would be lost */
                qp_quoted(&e, e.last);
            }
            qp_end_line(&e);
            i += c == '\r' ? 2 : 1;
        } else {
            if (!at_end && next != '\n' && e.column + 1 >= QP_LINE) {
                qp_byte(&e, '=');
                qp_end_line(&e);
            }
            qp_byte(&e, header && c == ' ' ? '_' : c);
            e.column++;
            i++;
        }
    }
    byte_span_release(rt, &span);
    return bytes_builder_finish(&e.out);
}

/* ---- checksums -------------------------------------------------------------------------------------------- */

/* The low 32 bits of any int. */
static bool crc_start(ouro_runtime *rt, ouro_value v, uint32_t *crc)
{
    *crc = 0;
    if (ouro_is_null(v)) {
        return true;
    }
    ouro_value whole = object_index(rt, v);
    ouro_value low = ouro_is_null(whole) ? OURO_NULL : int_binary(rt, BINARY_AND, whole, ouro_int(UINT32_MAX));
    value_decref(rt, whole);
    int64_t bits;
    if (ouro_is_null(low) || !int_as_int64(rt, low, &bits)) {
        return false;
    }
    *crc = (uint32_t)bits;
    return true;
}

/* CRC-CCITT of binhex: polynomial 0x1021, most significant bit first. */
static ouro_value binascii_crc_hqx(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t crc;
    byte_span data;
    if (!crc_start(rt, args[1], &crc) || !byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    crc &= 0xffff;
    for (size_t i = 0; i < data.length; i++) {
        crc ^= (uint32_t)data.data[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
        }
    }
    byte_span_release(rt, &data);
    return ouro_int((int64_t)crc);
}

/* CRC-32 (ISO 3309) of each byte: polynomial 0xedb88320, least significant bit first. */
static const uint32_t crc32_table[256] = {
    0x00000000, 0x77073096, 0xee0e612c, 0x990951ba, 0x076dc419, 0x706af48f, 0xe963a535, 0x9e6495a3,
    0x0edb8832, 0x79dcb8a4, 0xe0d5e91e, 0x97d2d988, 0x09b64c2b, 0x7eb17cbd, 0xe7b82d07, 0x90bf1d91,
    0x1db71064, 0x6ab020f2, 0xf3b97148, 0x84be41de, 0x1adad47d, 0x6ddde4eb, 0xf4d4b551, 0x83d385c7,
    0x136c9856, 0x646ba8c0, 0xfd62f97a, 0x8a65c9ec, 0x14015c4f, 0x63066cd9, 0xfa0f3d63, 0x8d080df5,
    0x3b6e20c8, 0x4c69105e, 0xd56041e4, 0xa2677172, 0x3c03e4d1, 0x4b04d447, 0xd20d85fd, 0xa50ab56b,
    0x35b5a8fa, 0x42b2986c, 0xdbbbc9d6, 0xacbcf940, 0x32d86ce3, 0x45df5c75, 0xdcd60dcf, 0xabd13d59,
    0x26d930ac, 0x51de003a, 0xc8d75180, 0xbfd06116, 0x21b4f4b5, 0x56b3c423, 0xcfba9599, 0xb8bda50f,
    0x2802b89e, 0x5f058808, 0xc60cd9b2, 0xb10be924, 0x2f6f7c87, 0x58684c11, 0xc1611dab, 0xb6662d3d,
    0x76dc4190, 0x01db7106, 0x98d220bc, 0xefd5102a, 0x71b18589, 0x06b6b51f, 0x9fbfe4a5, 0xe8b8d433,
    0x7807c9a2, 0x0f00f934, 0x9609a88e, 0xe10e9818, 0x7f6a0dbb, 0x086d3d2d, 0x91646c97, 0xe6635c01,
    0x6b6b51f4, 0x1c6c6162, 0x856530d8, 0xf262004e, 0x6c0695ed, 0x1b01a57b, 0x8208f4c1, 0xf50fc457,
    0x65b0d9c6, 0x12b7e950, 0x8bbeb8ea, 0xfcb9887c, 0x62dd1ddf, 0x15da2d49, 0x8cd37cf3, 0xfbd44c65,
    0x4db26158, 0x3ab551ce, 0xa3bc0074, 0xd4bb30e2, 0x4adfa541, 0x3dd895d7, 0xa4d1c46d, 0xd3d6f4fb,
    0x4369e96a, 0x346ed9fc, 0xad678846, 0xda60b8d0, 0x44042d73, 0x33031de5, 0xaa0a4c5f, 0xdd0d7cc9,
    0x5005713c, 0x270241aa, 0xbe0b1010, 0xc90c2086, 0x5768b525, 0x206f85b3, 0xb966d409, 0xce61e49f,
    0x5edef90e, 0x29d9c998, 0xb0d09822, 0xc7d7a8b4, 0x59b33d17, 0x2eb40d81, 0xb7bd5c3b, 0xc0ba6cad,
    0xedb88320, 0x9abfb3b6, 0x03b6e20c, 0x74b1d29a, 0xead54739, 0x9dd277af, 0x04db2615, 0x73dc1683,
    0xe3630b12, 0x94643b84, 0x0d6d6a3e, 0x7a6a5aa8, 0xe40ecf0b, 0x9309ff9d, 0x0a00ae27, 0x7d079eb1,
    0xf00f9344, 0x8708a3d2, 0x1e01f268, 0x6906c2fe, 0xf762575d, 0x806567cb, 0x196c3671, 0x6e6b06e7,
    0xfed41b76, 0x89d32be0, 0x10da7a5a, 0x67dd4acc, 0xf9b9df6f, 0x8ebeeff9, 0x17b7be43, 0x60b08ed5,
    0xd6d6a3e8, 0xa1d1937e, 0x38d8c2c4, 0x4fdff252, 0xd1bb67f1, 0xa6bc5767, 0x3fb506dd, 0x48b2364b,
    0xd80d2bda, 0xaf0a1b4c, 0x36034af6, 0x41047a60, 0xdf60efc3, 0xa867df55, 0x316e8eef, 0x4669be79,
    0xcb61b38c, 0xbc66831a, 0x256fd2a0, 0x5268e236, 0xcc0c7795, 0xbb0b4703, 0x220216b9, 0x5505262f,
    0xc5ba3bbe, 0xb2bd0b28, 0x2bb45a92, 0x5cb36a04, 0xc2d7ffa7, 0xb5d0cf31, 0x2cd99e8b, 0x5bdeae1d,
    0x9b64c2b0, 0xec63f226, 0x756aa39c, 0x026d930a, 0x9c0906a9, 0xeb0e363f, 0x72076785, 0x05005713,
    0x95bf4a82, 0xe2b87a14, 0x7bb12bae, 0x0cb61b38, 0x92d28e9b, 0xe5d5be0d, 0x7cdcefb7, 0x0bdbdf21,
    0x86d3d2d4, 0xf1d4e242, 0x68ddb3f8, 0x1fda836e, 0x81be16cd, 0xf6b9265b, 0x6fb077e1, 0x18b74777,
    0x88085ae6, 0xff0f6a70, 0x66063bca, 0x11010b5c, 0x8f659eff, 0xf862ae69, 0x616bffd3, 0x166ccf45,
    0xa00ae278, 0xd70dd2ee, 0x4e048354, 0x3903b3c2, 0xa7672661, 0xd06016f7, 0x4969474d, 0x3e6e77db,
    0xaed16a4a, 0xd9d65adc, 0x40df0b66, 0x37d83bf0, 0xa9bcae53, 0xdebb9ec5, 0x47b2cf7f, 0x30b5ffe9,
    0xbdbdf21c, 0xcabac28a, 0x53b39330, 0x24b4a3a6, 0xbad03605, 0xcdd70693, 0x54de5729, 0x23d967bf,
    0xb3667a2e, 0xc4614ab8, 0x5d681b02, 0x2a6f2b94, 0xb40bbe37, 0xc30c8ea1, 0x5a05df1b, 0x2d02ef8d,
};

static ouro_value binascii_crc32(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    uint32_t crc;
    byte_span data;
    if (!crc_start(rt, arg_or_null(args, nargs, 1), &crc) || !byte_span_get(rt, args[0], &data)) {
        return OURO_NULL;
    }
    crc = ~crc;
    for (size_t i = 0; i < data.length; i++) {
        crc = crc >> 8 ^ crc32_table[(crc ^ data.data[i]) & 255];
    }
    byte_span_release(rt, &data);
    return ouro_int((int64_t)(uint32_t)~crc);
}

/* ---- the module -------------------------------------------------------------------------------------------- */

static const method_def binascii_functions[] = {
    {"a2b_uu", "data, /", binascii_a2b_uu, .doc = "Decode a line of uuencoded data."},
    {"b2a_uu", "data, /, *, backtick=False", binascii_b2a_uu, .doc = "Uuencode line of data."},
    {"a2b_base64", "data, /, *, strict_mode=False", binascii_a2b_base64, .doc = "Decode a line of base64 data."},
    {"b2a_base64", "data, /, *, newline=True", binascii_b2a_base64, .doc = "Base64-code line of data."},
    {"a2b_hex", "hexstr, /", binascii_unhexlify, .doc = "Binary data of hexadecimal representation."},
    {"unhexlify", "hexstr, /", binascii_unhexlify, .doc = "Binary data of hexadecimal representation."},
    {"b2a_hex", "?data, sep=None, bytes_per_sep=1", binascii_hexlify,
     .doc = "Hexadecimal representation of binary data."},
    {"hexlify", "?data, sep=None, bytes_per_sep=1", binascii_hexlify,
     .doc = "Hexadecimal representation of binary data."},
    {"a2b_qp", "data, header=False", binascii_a2b_qp, .doc = "Decode a string of qp-encoded data."},
    {"b2a_qp", "data, quotetabs=False, istext=True, header=False", binascii_b2a_qp,
     .doc = "Encode a string using quoted-printable encoding."},
    {"crc_hqx", "data, crc, /", binascii_crc_hqx, .doc = "Compute CRC-CCITT incrementally."},
    {"crc32", "data, crc=0, /", binascii_crc32, .doc = "Compute CRC-32 incrementally."},
    {0},
};

static bool binascii_start(ouro_runtime *rt, module_object *module)
{
    return module_add_exception(rt, module, "binascii.Error", EXC(rt, ValueError),
                                &MODULE_TYPE(rt, binascii_error)) &&
           module_add_exception(rt, module, "binascii.Incomplete", EXC(rt, Exception),
                                &MODULE_TYPE(rt, binascii_incomplete));
}

const module_def binascii_module_def = {
    .name = "binascii",
    .doc = "Conversion between binary data and ASCII",
    .functions = binascii_functions,
    .start = binascii_start,
};

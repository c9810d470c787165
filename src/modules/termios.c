/* termios.c: the termios module: the settings of a terminal. */
#include "modules/posix_private.h"
#include "types/bytes.h"
#include "types/containers.h"
#include "types/error.h"
#include "types/number.h"
#include "types/protocol.h"
#include "vm/threads.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { TERMIOS_FIELDS = 7 };

/* termios.error(errno, text) */
static ouro_value termios_fail(ouro_runtime *rt)
{
    int err = errno;
    char room[128];
    const char *text = strerror_r(err, room, sizeof room);
    ouro_value message = posix_name(rt, text, strlen(text), false);
    ouro_value made =
        ouro_is_null(message)
            ? OURO_NULL
            : object_call2(rt, type_value(MODULE_TYPE(rt, termios_error)), ouro_int(err), message);
    value_decref(rt, message);
    if (!ouro_is_null(made)) {
        error_raise_value(rt, made);
        value_decref(rt, made);
    }
    return OURO_NULL;
}

static ouro_value termios_none(ouro_runtime *rt, int result)
{
    return result < 0 ? termios_fail(rt) : OURO_NONE;
}

/* Without ICANON, VMIN and VTIME are numbers; all else in the list of control characters is one byte. */
static bool termios_is_number(const struct termios *mode, size_t i)
{
    return !(mode->c_lflag & ICANON) && (i == VMIN || i == VTIME);
}

static ouro_value termios_tcgetattr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    struct termios mode;
    if (!posix_fd(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    if (tcgetattr(fd, &mode) < 0) {
        return termios_fail(rt);
    }
    ouro_value characters = list_new(rt, NULL, NCCS);
    for (size_t i = 0; i < NCCS && !ouro_is_null(characters); i++) {
        ouro_value c = termios_is_number(&mode, i) ? ouro_int(mode.c_cc[i]) : bytes_new(rt, &mode.c_cc[i], 1);
        if (ouro_is_null(c) || !list_append_steal(rt, characters, c)) {
            value_clear(rt, &characters);
        }
    }
    if (ouro_is_null(characters)) {
        return OURO_NULL;
    }
    ouro_value fields[TERMIOS_FIELDS] = {ouro_int(mode.c_iflag),       ouro_int(mode.c_oflag),
                                         ouro_int(mode.c_cflag),       ouro_int(mode.c_lflag),
                                         ouro_int(cfgetispeed(&mode)), ouro_int(cfgetospeed(&mode)),
                                         characters};
    return list_new_steal(rt, fields, TERMIOS_FIELDS);
}

/* A control character as a program gives it: one byte, or an int. */
static bool termios_character(ouro_runtime *rt, ouro_value v, cc_t *c)
{
    int64_t number;
    if (value_is_bytes(rt, v) && as_bytes(v)->length == 1) {
        *c = as_bytes(v)->data[0];
        return true;
    }
    if (!value_is_int(rt, v)) {
        error_type(rt, "tcsetattr: elements of attributes must be characters or integers");
        return false;
    }
    if (!int_as_int64(rt, v, &number)) {
        return false;
    }
    *c = (cc_t)number;
    return true;
}

static bool termios_mode_get(ouro_runtime *rt, ouro_value attributes, struct termios *mode)
{
    int64_t numbers[TERMIOS_FIELDS - 1];
    for (size_t i = 0; i < TERMIOS_FIELDS - 1; i++) {
        if (as_list(attributes)->size != TERMIOS_FIELDS) {
            error_type(rt, "tcsetattr, arg 3: must be 7 element list");
            return false;
        }
        ouro_value v = value_incref(as_list(attributes)->items[i]);
        bool ok = posix_int64(rt, v, &numbers[i]);
        value_decref(rt, v);
        if (!ok) {
            return false;
        }
    }
    mode->c_iflag = (tcflag_t)numbers[0];
    mode->c_oflag = (tcflag_t)numbers[1];
    mode->c_cflag = (tcflag_t)numbers[2];
    mode->c_lflag = (tcflag_t)numbers[3];
    ouro_value characters = as_list(attributes)->size == TERMIOS_FIELDS ? as_list(attributes)->items[6] : OURO_NONE;
    if (!value_is_list(rt, characters) || as_list(characters)->size != NCCS) {
        error_type(rt, "tcsetattr: attributes[6] must be %d element list", NCCS);
        return false;
    }
    for (size_t i = 0; i < NCCS; i++) { /* runs no code */
        if (!termios_character(rt, as_list(characters)->items[i], &mode->c_cc[i])) {
            return false;
        }
    }
    if (cfsetispeed(mode, (speed_t)numbers[4]) < 0 || cfsetospeed(mode, (speed_t)numbers[5]) < 0) {
        termios_fail(rt);
        return false;
    }
    return true;
}

static ouro_value termios_tcsetattr(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd, when;
    struct termios mode;
    if (!posix_fd(rt, args[0], &fd) || !posix_int(rt, args[1], &when)) {
        return OURO_NULL;
    }
    if (!value_is_list(rt, args[2]) || as_list(args[2])->size != TERMIOS_FIELDS) {
        return error_type(rt, "tcsetattr, arg 3: must be 7 element list");
    }
    if (tcgetattr(fd, &mode) < 0) { /* for the parts that a program does not see */
        return termios_fail(rt);
    }
    if (!termios_mode_get(rt, args[2], &mode)) {
        return OURO_NULL;
    }
    thread_state *me = vm_release(rt);
    int result = tcsetattr(fd, when, &mode), err = errno;
    vm_acquire(rt, me);
    errno = err;
    return termios_none(rt, result);
}

/* fd and one number, to a function that may block. */
static ouro_value termios_number_call(ouro_runtime *rt, const ouro_value *args, int (*function)(int, int))
{
    int fd, number;
    if (!posix_fd(rt, args[0], &fd) || !posix_int(rt, args[1], &number)) {
        return OURO_NULL;
    }
    thread_state *me = vm_release(rt);
    int result = function(fd, number), err = errno;
    vm_acquire(rt, me);
    errno = err;
    return termios_none(rt, result);
}

static ouro_value termios_tcsendbreak(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return termios_number_call(rt, args, tcsendbreak);
}

static ouro_value termios_tcflush(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return termios_number_call(rt, args, tcflush);
}

static ouro_value termios_tcflow(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return termios_number_call(rt, args, tcflow);
}

static ouro_value termios_tcdrain(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    if (!posix_fd(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    thread_state *me = vm_release(rt);
    int result = tcdrain(fd), err = errno;
    vm_acquire(rt, me);
    errno = err;
    return termios_none(rt, result);
}

static ouro_value termios_tcgetwinsize(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    struct winsize size;
    if (!posix_fd(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) {
        return termios_fail(rt);
    }
    return tuple_pack2(rt, ouro_int(size.ws_row), ouro_int(size.ws_col));
}

static ouro_value termios_tcsetwinsize(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int fd;
    int64_t rows, columns;
    struct winsize size;
    if (!posix_fd(rt, args[0], &fd)) {
        return OURO_NULL;
    }
    ouro_value pair = value_is_tuple(rt, args[1]) || value_is_list(rt, args[1]) ? tuple_from_iterable(rt, args[1])
                                                                                  : OURO_NULL;
    if (ouro_is_null(pair) || as_tuple(pair)->size != 2) {
        value_decref(rt, pair);
        return error_is_set(rt) ? OURO_NULL : error_type(rt, "tcsetwinsize, arg 2: must be a two-item sequence");
    }
    bool ok = posix_int64(rt, as_tuple(pair)->items[0], &rows) && posix_int64(rt, as_tuple(pair)->items[1], &columns);
    value_decref(rt, pair);
    if (!ok) {
        return OURO_NULL;
    }
    if (rows < 0 || rows > UINT16_MAX || columns < 0 || columns > UINT16_MAX) {
        return error_overflow(rt, "winsize value(s) out of range.");
    }
    if (ioctl(fd, TIOCGWINSZ, &size) < 0) {
        return termios_fail(rt);
    }
    size.ws_row = (unsigned short)rows;
    size.ws_col = (unsigned short)columns;
    return termios_none(rt, ioctl(fd, TIOCSWINSZ, &size));
}

static const method_def termios_functions[] = {
    {"tcgetattr", "fd, /", termios_tcgetattr, .doc = "Get the tty attributes for file descriptor fd."},
    {"tcsetattr", "fd, when, attributes, /", termios_tcsetattr, .doc = "Set the tty attributes for file descriptor fd."},
    {"tcsendbreak", "fd, duration, /", termios_tcsendbreak, .doc = "Send a break on file descriptor fd."},
    {"tcdrain", "fd, /", termios_tcdrain, .doc = "Wait until all output written to file descriptor fd has been transmitted."},
    {"tcflush", "fd, queue, /", termios_tcflush, .doc = "Discard queued data on file descriptor fd."},
    {"tcflow", "fd, action, /", termios_tcflow, .doc = "Suspend or resume input or output on file descriptor fd."},
    {"tcgetwinsize", "fd, /", termios_tcgetwinsize, .doc = "Get the tty winsize for file descriptor fd."},
    {"tcsetwinsize", "fd, winsize, /", termios_tcsetwinsize, .doc = "Set the tty winsize for file descriptor fd."},
    {0},
};

#define TERMIOS_CONSTANTS(X) \
    X(B0) X(B1000000) X(B110) X(B115200) X(B1152000) X(B1200) X(B134) X(B150) X(B1500000) X(B1800) X(B19200) X(B200) \
    X(B2000000) X(B230400) X(B2400) X(B2500000) X(B300) X(B3000000) X(B3500000) X(B38400) X(B4000000) X(B460800) \
    X(B4800) X(B50) X(B500000) X(B57600) X(B576000) X(B600) X(B75) X(B921600) X(B9600) X(BRKINT) X(BS0) X(BS1) \
    X(BSDLY) X(CBAUD) X(CBAUDEX) X(CDSUSP) X(CEOF) X(CEOL) X(CEOT) X(CERASE) X(CFLUSH) X(CIBAUD) X(CINTR) X(CKILL) \
    X(CLNEXT) X(CLOCAL) X(CQUIT) X(CR0) X(CR1) X(CR2) X(CR3) X(CRDLY) X(CREAD) X(CRPRNT) X(CRTSCTS) X(CS5) X(CS6) \
    X(CS7) X(CS8) X(CSIZE) X(CSTART) X(CSTOP) X(CSTOPB) X(CSUSP) X(CWERASE) X(ECHO) X(ECHOCTL) X(ECHOE) X(ECHOK) \
    X(ECHOKE) X(ECHONL) X(ECHOPRT) X(EXTA) X(EXTB) X(FF0) X(FF1) X(FFDLY) X(FIOASYNC) X(FIOCLEX) X(FIONBIO) \
    X(FIONCLEX) X(FIONREAD) X(FLUSHO) X(HUPCL) X(ICANON) X(ICRNL) X(IEXTEN) X(IGNBRK) X(IGNCR) X(IGNPAR) X(IMAXBEL) \
    X(INLCR) X(INPCK) X(IOCSIZE_MASK) X(IOCSIZE_SHIFT) X(ISIG) X(ISTRIP) X(IUCLC) X(IXANY) X(IXOFF) X(IXON) X(NCC) \
    X(NCCS) X(NL0) X(NL1) X(NLDLY) X(NOFLSH) X(N_MOUSE) X(N_PPP) X(N_SLIP) X(N_STRIP) X(N_TTY) X(OCRNL) X(OFDEL) \
    X(OFILL) X(OLCUC) X(ONLCR) X(ONLRET) X(ONOCR) X(OPOST) X(PARENB) X(PARMRK) X(PARODD) X(PENDIN) X(TAB0) X(TAB1) \
    X(TAB2) X(TAB3) X(TABDLY) X(TCFLSH) X(TCGETA) X(TCGETS) X(TCIFLUSH) X(TCIOFF) X(TCIOFLUSH) X(TCION) X(TCOFLUSH) \
    X(TCOOFF) X(TCOON) X(TCSADRAIN) X(TCSAFLUSH) X(TCSANOW) X(TCSBRK) X(TCSBRKP) X(TCSETA) X(TCSETAF) X(TCSETAW) \
    X(TCSETS) X(TCSETSF) X(TCSETSW) X(TCXONC) X(TIOCCONS) X(TIOCEXCL) X(TIOCGETD) X(TIOCGICOUNT) X(TIOCGLCKTRMIOS) \
    X(TIOCGPGRP) X(TIOCGSERIAL) X(TIOCGSOFTCAR) X(TIOCGWINSZ) X(TIOCINQ) X(TIOCLINUX) X(TIOCMBIC) X(TIOCMBIS) \
    X(TIOCMGET) X(TIOCMIWAIT) X(TIOCMSET) X(TIOCM_CAR) X(TIOCM_CD) X(TIOCM_CTS) X(TIOCM_DSR) X(TIOCM_DTR) \
    X(TIOCM_LE) X(TIOCM_RI) X(TIOCM_RNG) X(TIOCM_RTS) X(TIOCM_SR) X(TIOCM_ST) X(TIOCNOTTY) X(TIOCNXCL) X(TIOCOUTQ) \
    X(TIOCPKT) X(TIOCPKT_DATA) X(TIOCPKT_DOSTOP) X(TIOCPKT_FLUSHREAD) X(TIOCPKT_FLUSHWRITE) X(TIOCPKT_NOSTOP) \
    X(TIOCPKT_START) X(TIOCPKT_STOP) X(TIOCSCTTY) X(TIOCSERCONFIG) X(TIOCSERGETLSR) X(TIOCSERGETMULTI) \
    X(TIOCSERGSTRUCT) X(TIOCSERGWILD) X(TIOCSERSETMULTI) X(TIOCSERSWILD) X(TIOCSER_TEMT) X(TIOCSETD) \
    X(TIOCSLCKTRMIOS) X(TIOCSPGRP) X(TIOCSSERIAL) X(TIOCSSOFTCAR) X(TIOCSTI) X(TIOCSWINSZ) X(TOSTOP) X(VDISCARD) \
    X(VEOF) X(VEOL) X(VEOL2) X(VERASE) X(VINTR) X(VKILL) X(VLNEXT) X(VMIN) X(VQUIT) X(VREPRINT) X(VSTART) X(VSTOP) \
    X(VSUSP) X(VSWTC) X(VT0) X(VT1) X(VTDLY) X(VTIME) X(VWERASE) X(XCASE) X(XTABS)

static bool termios_start(ouro_runtime *rt, module_object *module)
{
    static const struct {
        const char *name;
        int64_t value;
    } constants[] = {
#define TERMIOS_CONSTANT(name) {#name, (int64_t)name},
        TERMIOS_CONSTANTS(TERMIOS_CONSTANT)
#undef TERMIOS_CONSTANT
        {"VSWTCH", VSWTC},
    };
    bool ok = module_add_exception(rt, module, "termios.error", EXC(rt, Exception), &MODULE_TYPE(rt, termios_error));
    for (size_t i = 0; ok && i < sizeof constants / sizeof *constants; i++) {
        ok = module_add_int(rt, module, constants[i].name, constants[i].value);
    }
    return ok;
}

const module_def termios_module_def = {
    .name = "termios",
    .doc = "This module provides an interface to the Posix calls for tty I/O control.",
    .functions = termios_functions,
    .start = termios_start,
};

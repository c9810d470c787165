/* report.c: temporary. */
#include "types/error.h"
#include "types/exception.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"
void report_print_exception(ouro_runtime *rt)
{
    ouro_value e = error_take(rt);
    for (ouro_value t = as_exception(e)->traceback; !ouro_is_null(t) && !ouro_is_none(t);) {
        traceback_object *tb = (traceback_object *)(void *)ouro_as_object(t);
        ouro_value s = str_format_c(rt, "  line %d\n", (int)tb->line);
        size_t n; char *b = str_to_utf8(rt, s, &n, true);
        rt->write_error(rt, b, n); ouro_mem_free(rt->mem, b); value_decref(rt, s);
        t = tb->next;
    }
    ouro_value s = str_format_c(rt, "%T: %S\n", e, e);
    if (ouro_is_null(s)) { error_clear(rt); s = str_format_c(rt, "%T\n", e); }
    size_t n; char *b = str_to_utf8(rt, s, &n, true);
    rt->write_error(rt, b, n); ouro_mem_free(rt->mem, b); value_decref(rt, s); value_decref(rt, e);
}
int report_exit_status(ouro_runtime *rt) { report_print_exception(rt); return 1; }

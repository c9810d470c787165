/* str_search_kind.h: the two-way search (Crochemore and Perrin, 1991) for one width of characters.
 *
 * A template: str_search.c includes it with SEARCH_CHAR (the character type) and SEARCH_NAME(x).  Both texts are read
 * with a stride of +1 or -1, so the same code searches from the right.  Linear time, constant space.
 */

/* The start of the needle's maximal suffix under < (or > if `flipped`), minus 1, and its period. */
static int64_t SEARCH_NAME(maximal_suffix)(const SEARCH_CHAR *needle, ptrdiff_t step, int64_t m, bool flipped,
                                           int64_t *period)
{
    int64_t suffix = -1, j = 0, k = 1, p = 1;
    while (j + k < m) {
        SEARCH_CHAR a = needle[(j + k) * step], b = needle[(suffix + k) * step];
        if (a == b) {
            if (k == p) {
                j += p;
                k = 1;
            } else {
                k++;
            }
        } else if ((a < b) != flipped) {
            j += k;
            k = 1;
            p = j - suffix;
        } else {
            suffix = j;
            j = suffix + 1;
            k = p = 1;
        }
    }
    *period = p;
    return suffix;
}

/* The first index (counted in steps) where the needle stands, or -1; m >= 1. */
static int64_t SEARCH_NAME(two_way)(const SEARCH_CHAR *hay, int64_t n, const SEARCH_CHAR *needle, int64_t m,
                                    ptrdiff_t step)
{
    int64_t period, flipped_period;
    int64_t suffix = SEARCH_NAME(maximal_suffix)(needle, step, m, false, &period);
    int64_t flipped = SEARCH_NAME(maximal_suffix)(needle, step, m, true, &flipped_period);
    if (flipped > suffix) {
        suffix = flipped;
        period = flipped_period;
    }
    bool periodic = true;
    for (int64_t i = 0; i <= suffix; i++) {
        if (i + period >= m || needle[i * step] != needle[(i + period) * step]) {
            periodic = false;
            break;
        }
    }
    if (!periodic) {
        period = (suffix + 1 > m - suffix - 1 ? suffix + 1 : m - suffix - 1) + 1;
    }
    int64_t memory = -1; /* up to here the needle is known to match (periodic needles only) */
    int64_t at = 0;
    while (at + m <= n) {
        int64_t i = (suffix > memory ? suffix : memory) + 1;
        while (i < m && needle[i * step] == hay[(at + i) * step]) {
            i++;
        }
        if (i < m) {
            at += i - suffix;
            memory = -1;
            continue;
        }
        i = suffix;
        while (i > memory && needle[i * step] == hay[(at + i) * step]) {
            i--;
        }
        if (i <= memory) {
            return at;
        }
        at += period;
        memory = periodic ? m - period - 1 : -1;
    }
    return -1;
}

static int64_t SEARCH_NAME(char)(const SEARCH_CHAR *hay, int64_t n, SEARCH_CHAR c)
{
    for (int64_t i = 0; i < n; i++) {
        if (hay[i] == c) {
            return i;
        }
    }
    return -1;
}

static int64_t SEARCH_NAME(char_from_right)(const SEARCH_CHAR *hay, int64_t n, SEARCH_CHAR c)
{
    for (int64_t i = n - 1; i >= 0; i--) {
        if (hay[i] == c) {
            return i;
        }
    }
    return -1;
}

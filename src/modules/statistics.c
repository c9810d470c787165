/* statistics.c: the _statistics module: the inverse of the normal distribution.
 *
 * M. J. Wichura, "Algorithm AS241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (3), 1988,
 * pp. 477-484: a ratio of two polynomials for each of three regions (PPND16), right to about 16 digits.
 */
#include "modules/modules.h"
#include "types/error.h"
#include "types/number.h"

#include <math.h>

enum { STATISTICS_TERMS = 8 };

/* The two polynomials of a region, the highest power first. */
typedef struct ratio {
    double over[STATISTICS_TERMS], under[STATISTICS_TERMS];
} ratio;

static const ratio statistics_middle = {
    {2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125,
     1971.5909503065514427, 133.14166789178437745, 3.387132872796366608},
    {5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077,
     687.1870074920579083, 42.313330701600911252, 1.0},
};
static const ratio statistics_near = {
    {7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734},
    {1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0},
};
static const ratio statistics_far = {
    {2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772},
    {2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0},
};

static double statistics_polynomial(const double *terms, double x)
{
    double sum = terms[0];
    for (int i = 1; i < STATISTICS_TERMS; i++) {
        sum = sum * x + terms[i];
    }
    return sum;
}

static double statistics_percentage_point(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return statistics_polynomial(statistics_middle.over, r) * q / statistics_polynomial(statistics_middle.under, r);
    }
    double r = sqrt(-log(q <= 0.0 ? p : 1.0 - p));
    const ratio *tail = r <= 5.0 ? &statistics_near : &statistics_far;
    r -= r <= 5.0 ? 1.6 : 5.0;
    double x = statistics_polynomial(tail->over, r) / statistics_polynomial(tail->under, r);
    return q < 0.0 ? -x : x;
}

static ouro_value statistics_inv_cdf(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    double p, mu, sigma;
    if (!object_as_double(rt, args[0], &p) || !object_as_double(rt, args[1], &mu) ||
        !object_as_double(rt, args[2], &sigma)) {
        return OURO_NULL;
    }
    if (p <= 0.0 || p >= 1.0 || sigma <= 0.0) {
        return error_value(rt, "inv_cdf undefined for these parameters");
    }
    return float_new(rt, mu + statistics_percentage_point(p) * sigma);
}

static const method_def statistics_functions[] = {
    {"_normal_dist_inv_cdf", "p, mu, sigma, /", statistics_inv_cdf,
     .doc = "The x for which a value of this normal distribution is at most x with probability p."},
    {0},
};

const module_def statistics_module_def = {
    .name = "_statistics",
    .doc = "What the module statistics has in C.",
    .functions = statistics_functions,
};

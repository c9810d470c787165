/* sample.c: which blocks a sampling tracer sees.
 *
 * Sampling points lie among the bytes that a program allocates as a Poisson process, one in `sample` bytes on
 * average; a block is seen when a point falls into it.  The distance to the next point is exponentially
 * distributed and does not depend on what came before, so it is drawn anew behind each block that was seen
 * (the method of tcmalloc's heap profiler, and of JEP 331, Low-Overhead Heap Profiling).  The exponential
 * variate is made by inversion (Devroye: Non-Uniform Random Variate Generation, 1986, II.2); what a seen
 * block stands for is Horvitz and Thompson's estimator (trace.h).
 */
#include "trace/tracer.h"
#include "base/bits.h"
#include <math.h>

int64_t sample_draw(ouro_trace *trace)
{
    trace->random += UINT64_C(0x9e3779b97f4a7c15);
    /* In (0, 1]: 53 random bits. */
    double uniform = (double)((bits_mix(trace->random) >> 11) + 1) * 0x1p-53;
    double distance = -log(uniform) * trace->sample;
    return distance < 0x1p62 ? (int64_t)distance : INT64_C(1) << 62;
}

uint64_t sample_estimate(const ouro_trace *trace, uint64_t seen, size_t size)
{
    if (trace->sample == 0)
        return seen;
    double weight = 1 / -expm1(-(double)(size > 0 ? size : 1) / trace->sample);
    return (uint64_t)((double)seen * weight + 0.5);
}

/* sn_test.h - cmocka, and what it lacks. */
#ifndef SN_TESTS_SN_TEST_H
#define SN_TESTS_SN_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* |actual - expected| <= tolerance; not true of NaN.  cmocka's own compares floats only. */
#define assert_close(actual, expected, tolerance)                                              \
    do {                                                                                       \
        const double actual_ = (actual), expected_ = (expected), tolerance_ = (tolerance);     \
        if (!(fabs(actual_ - expected_) <= tolerance_))                                        \
            fail_msg("%s = %.17g, expected %.17g within %g", #actual, actual_, expected_,      \
                     tolerance_);                                                              \
    } while (0)

#endif /* SN_TESTS_SN_TEST_H */

#include "conditions/normal.h"

#include <algorithm>
#include <cmath>

namespace tieline::conditions {
namespace {

constexpr double root_of_two = 1.4142135623730950488;
constexpr double root_of_two_pi = 2.5066282746310005024;

double density(double z) { return std::exp(-0.5 * z * z) / root_of_two_pi; }

}  // namespace

double normal_below(double z) { return 0.5 * std::erfc(-z / root_of_two); }

double normal_quantile(double share) {
    share = std::clamp(share, 1e-12, 1.0 - 1e-12);
    // The function rises everywhere, so halving the interval always finds it; 60 steps leave nothing of a double.
    double low = -8.0, high = 8.0;
    for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (low + high);
        (normal_below(middle) < share ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

double normal_loss(double z) { return density(z) - z * (1.0 - normal_below(z)); }

int poisson_quantile(double mean, double share) {
    double term = std::exp(-mean), sum = term;
    int count = 0;
    // Beyond mean + 40 roots nothing is left but rounding: the bound ends the loop whatever the share.
    const int count_max = static_cast<int>(mean + 40.0 * std::sqrt(mean) + 40.0);
    while (sum < share && count < count_max) {
        ++count;
        term *= mean / count;
        sum += term;
    }
    return count;
}

}  // namespace tieline::conditions

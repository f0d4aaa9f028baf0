// Minor units of ISO 4217. Codes without a minor unit (gold, testing, "no currency") are no currencies here.

#include "model/work_order.h"

#include <array>
#include <string_view>

namespace tieline::model {

namespace {

// Sorted codes of three letters, each followed by a blank.
struct Group {
    int decimals;
    std::string_view codes;
};

// ANG, BGN, CUC, HRK, SLL and ZWL left the standard in recent years; orders of before still carry them.
constexpr std::array<Group, 4> groups{{
    {2,
     "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
     "CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK "
     "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
     "MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
     "SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
     "YER ZAR ZMW ZWG ZWL "},
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "},
    {3, "BHD IQD JOD KWD LYD OMR TND "},
    {4, "CLF UYW "},
}};

constexpr bool is_sorted(std::string_view codes) {
    if (codes.size() % 4 != 0) return false;
    for (std::size_t at = 4; at < codes.size(); at += 4) {
        if (codes.substr(at - 4, 3) >= codes.substr(at, 3)) return false;
    }
    return true;
}
static_assert(is_sorted(groups[0].codes) && is_sorted(groups[1].codes) && is_sorted(groups[2].codes) &&
              is_sorted(groups[3].codes));

bool holds(std::string_view codes, std::string_view code) {
    std::size_t low = 0;
    std::size_t high = codes.size() / 4;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const int order = codes.substr(middle * 4, 3).compare(code);
        if (order == 0) return true;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

}  // namespace

Result<int> minor_units(std::string_view currency) {
    for (const auto& group : groups) {
        if (holds(group.codes, currency)) return group.decimals;
    }
    return make_error(ErrorKind::invalid,
                      "'" + std::string(currency.substr(0, 20)) +
                          "' is no currency of ISO 4217. Use its three capital letters, such as EUR.",
                      "unknown_currency");
}

}  // namespace tieline::model

#pragma once
// Lists that are read page by page, and the documents without lines that tell what was done to an object.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

/// Rows as they come, one more than the page holds when there are more.
class Page {
public:
    explicit Page(const Call& call, std::int64_t limit_default = 100);
    std::int64_t after_number() const;
    const std::string& after() const { return after_; }
    std::int64_t fetch() const { return limit_ + 1; }  ///< rows to ask the database for
    /// False once the page is full.
    bool add(Json row, std::string key);
    /// {"items","submissions","next","more"}
    Reply reply(Call& call);

private:
    std::string after_, next_;
    std::int64_t limit_ = 100;
    Json items_ = Json::array();
    bool more_ = false;
};

/// A whole number that is all of the text; 0 when it is none.
std::int64_t number_of(std::string_view text);
/// Sets a member unless the text is empty.
void set_text(Json& json, const char* key, std::string text);
std::string today(const Call& call);

/// One thing done to an object that has no lines in the ledger.
struct Action {
    const char* kind;    ///< of the document: "reservation", "reservation_change"
    const char* member;  ///< names the object's number in the document: "reservation"
    std::string object;
    const char* what;  ///< "create", "change", "cancel", …
    std::string company, currency;
    Minor amount = 0;
    std::string reference{}, text{}, work_order{};
    Json more = Json::object();  ///< further facts
};
/// Writes the document under `number`, or under the next number of changes when that is 0. Gives its answer.
Reply record_action(Call& call, const Action& action, std::int64_t number = 0);

}  // namespace tieline::sandbox::erp

#pragma once
// Connector to SAP's plant maintenance. Private to this room but for its tests; others make it by spec().

#include "base/time.h"
#include "connectors/connector.h"
#include "connectors/odata/alone.h"
#include "connectors/odata/changes.h"
#include "connectors/odata/sessions.h"
#include "connectors/sap_maintenance/setup.h"
#include "connectors/sap_maintenance/shape.h"
#include "connectors/sap_maintenance/wire.h"

#include <optional>
#include <string>

namespace tieline::connectors::sap_maintenance {

/// Everything that pull() needs to go on, as text.
struct Cursor {
    odata::ChangePlace changed, created, again;
    std::int64_t again_due = 0;  ///< milliseconds since 1970
    bool is_again = false;       ///< the orders of the last days are being read once more

    std::string str() const;
    /// "" begins. Kind invalid, "bad_cursor".
    static Result<Cursor> parse(const std::string& text, std::int64_t since);
};

/// Thread-safe; exchanges must not outlive it, nor it the clock.
class SapMaintenance final : public Connector {
public:
    SapMaintenance(Setup setup, const Clock& clock);

    Exchange<Probe> probe() override;
    Exchange<Page> pull(std::string cursor, std::size_t count_max) override;
    Exchange<SourceObject> fetch(std::string object) override;
    Exchange<Receipt> push(model::Command command) override;
    Exchange<Found> find(model::Command command) override;
    Exchange<Found> follow(model::Command command, std::string document) override;
    Result<net::HttpRequest> preview(const model::Command& command) const override;
    Exchange<Page> list(std::string what, std::string from, std::string to, std::string cursor) override;
    Result<std::vector<Hint>> webhook(const net::HttpRequest& request, WallTime now) const override;

private:
    // pull.cpp
    /// Rows of a set that the query gives, at most `most`: next links of the server are followed. `status`: of the last
    /// answer, 0 for none.
    Exchange<Json> rows(std::string set, rest::Query query, std::size_t most, int* status = nullptr);
    /// Orders that a question gives; one by one where SAP cannot show them together.
    Exchange<odata::AloneRows> page_of(const odata::ChangeFeed* feed, const odata::ChangePlace* place,
                                       odata::ChangeQuestion question, std::size_t most);
    /// Adds what a feed has behind its place; true: nothing is left for now.
    Exchange<bool> tell(const odata::ChangeFeed* feed, odata::ChangePlace* place, Page* page, std::size_t limit);
    /// Labor, material and planned cost of an order, as far as the settings ask for them.
    Exchange<bool> read_besides(OrderRows* all, std::string order, int* status = nullptr);
    /// The order as an event, with what must be read besides. Errors: of reading, where another try may help.
    Exchange<SourceObject> object_of(Json row, int* status = nullptr);
    /// The same, refused where its labor or material cannot be shown twice while those of another order of the page
    /// can.
    Exchange<SourceObject> object_among(Json row, const Json* page);

    // push.cpp
    /// The object that a command is about; null when SAP has none. `etag`: its ETag, where SAP gave one.
    Exchange<Json> standing(Name name, std::string* etag);
    Exchange<Receipt> carry_out(Task task, std::string etag);
    Exchange<Found> look_for_key(Task task, std::string key);

    Setup setup_;
    const Clock& clock_;
    rest::SignIn sign_in_;  ///< every request goes through it
    odata::Sessions sessions_;
};

}  // namespace tieline::connectors::sap_maintenance

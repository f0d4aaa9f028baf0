#pragma once
// Connector to IBM Maximo Manage over its REST/JSON API. Private to this room but for its tests; others make it by
// spec().

#include "base/time.h"
#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/maximo/cursor.h"
#include "connectors/maximo/lists.h"
#include "connectors/maximo/wire.h"
#include "connectors/rest/sign_in.h"

#include <string>
#include <vector>

namespace tieline::connectors::maximo {

/// Immutable after construction but for its sign-in, which is thread-safe. Exchanges must not outlive it, nor it the
/// clock.
class Maximo final : public Connector {
public:
    Maximo(const Settings& settings, rest::SignInOptions sign_in, FieldMap map, const Clock& clock);

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
    /// A question to a list: terms of oslc.where besides the site's, order, how many.
    struct Ask {
        const List* list = nullptr;
        std::string where, order;
        std::size_t count = 0;
        bool is_light = false;  ///< only names and times
    };
    /// One object of a list as it was read; `failed`: Maximo cannot show it, `body` has only names and times.
    struct Row {
        Json body;
        std::optional<Error> failed;
    };
    bool wanted(const List& list) const;
    std::string structure_of(const List& list) const;
    std::string change_field(const List& list) const;
    std::string light_select(const List& list) const;
    /// What is always asked for: the site, real orders instead of templates, material of orders.
    std::string base_where(const List& list) const;
    std::string id_term(const List& list, const std::string& id) const;
    SourceObject object_of(const List& list, const Row& row) const;
    std::optional<Second> second_of(const List& list, const Json& body) const;

    Exchange<Json> read(std::string path, rest::Query query);
    Exchange<std::vector<Json>> members(Ask ask);
    /// As members(), whole bodies; where one poisoned object makes Maximo fail a page, they are read one by one.
    Exchange<std::vector<Row>> rows(Ask ask);
    /// Adds what the window holds and was not told; false: there is more of it.
    Exchange<bool> add_late(const List* list, Place* place, Page* page, std::size_t limit);
    Exchange<bool> add_new(const List* list, Place* place, Page* page, std::size_t limit);
    Result<void> take(const List& list, const std::vector<Row>& rows, Place& place, Page& page) const;
    /// The work order as it stands, with what `select` names; null when there is none.
    Exchange<Json> standing(std::string work_order, std::string select);
    Exchange<Receipt> check_status(Order order);

    Site site_;
    rest::SignIn sign_in_;
    FieldMap map_;
    const Clock& clock_;
    Json settings_;  ///< what the map reaches as $settings
    Shaping shaping_;
    std::vector<std::string> reads_;
    std::string material_structure_, balance_structure_, change_field_, also_select_, since_, push_secret_;
    std::chrono::seconds overlap_{};
    bool reads_tasks_ = true;
};

}  // namespace tieline::connectors::maximo

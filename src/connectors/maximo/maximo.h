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

#include <atomic>
#include <string>
#include <vector>

namespace tieline::connectors::maximo {

/// Immutable after construction but for its sign-in and the size of its pages, which are thread-safe. Exchanges must
/// not outlive it, nor it the clock.
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
    struct Members {
        std::vector<Json> list;
        bool more = false;  ///< Maximo has others behind the last one
    };
    /// One object of a list as it was read. `name`: its name and time when it was asked for, by which its place is
    /// kept; it may have changed since. `failed`: Maximo cannot show it, `body` has only name and time.
    struct Row {
        Json name, body;
        std::optional<Error> failed;
    };
    struct Rows {
        std::vector<Row> list;
        bool more = false;  ///< behind the last one there are others
    };
    bool wanted(const List& list) const;
    std::string structure_of(const List& list) const;
    std::string change_field(const List& list) const;
    std::string light_select(const List& list) const;
    /// What is read of one, with what the field map and the settings want besides.
    std::string whole_select(const List& list) const;
    /// What is always asked for: the site, real orders instead of templates, material of orders.
    std::string base_where(const List& list) const;
    std::string id_term(const List& list, const std::string& id) const;
    SourceObject object_of(const List& list, const Row& row) const;
    std::optional<Second> second_of(const List& list, const Json& body) const;
    std::string mark_of(const List& list, const Json& body) const;
    SourceObject without_time(const List& list, const Json& body) const;
    SourceObject ahead_of_now(const List& list, const Row& row, Second second, Second now) const;

    Exchange<Json> read(std::string path, rest::Query query);
    /// Names follow Maximo's pages up to `count`; whole bodies come as many as it gives at once.
    Exchange<Members> members(Ask ask);
    /// As members(), whole bodies. Where a page fails, its objects are looked for by name.
    Exchange<Rows> rows(Ask ask);
    /// Whole bodies of the named objects, in their order. Where an answer fails, the names are halved until the one is
    /// found that Maximo cannot show. A bounded number of questions: `more` where names are left.
    Exchange<Rows> named(const List* list, std::vector<Json> names);
    /// Whether Maximo takes the question for whole objects at all; the error of one that asks for none.
    Exchange<bool> question_fits(const List* list);
    void shrink_page(std::size_t failed);
    void grow_page(std::size_t succeeded);

    /// Adds what the window holds and was not told; false: there is more of it.
    Exchange<bool> add_late(const List* list, Place* place, Page* page, std::size_t limit);
    Exchange<bool> add_new(const List* list, Place* place, Page* page, std::size_t limit);
    /// Adds orders whose actuals may have changed without the order itself; false: there are more of them.
    Exchange<bool> add_again(Place* place, Page* page, std::size_t limit);
    Exchange<bool> add_timeless(const List* list, Page* page, std::size_t limit);
    /// Adds rows that were asked for in order, `to_the_end` of the list or of one second; gives whether all of them
    /// that are not stamped ahead of now are told.
    bool take_new(const List& list, const Rows& rows, Place& place, Page& page, bool to_the_end);
    void take_late(const List& list, const Rows& rows, Place& place, Page& page) const;
    std::string new_term(const List& list, const Place& place, bool rest_of_second) const;
    void tell_short_window(const List& list, const Place& place, bool is_short);

    /// The work order as it stands, with what `select` names; null when there is none.
    Exchange<Json> standing(std::string work_order, std::string select);
    Exchange<Found> look(Order order, std::string key);
    Exchange<Receipt> prove(Order order, std::string key, std::string shown);
    Exchange<Receipt> settle_failure(Order order, std::string key, Error failed);
    Exchange<Receipt> check_status(Order order, std::string key, std::size_t before, std::optional<Error> failed);
    /// Adds to probe.missing the attributes that the map writes and this install does not have.
    Exchange<bool> probe_attributes(Probe* probe);

    Site site_;
    rest::SignIn sign_in_;
    FieldMap map_;
    const Clock& clock_;
    Json settings_;  ///< what the map reaches as $settings
    Shaping shaping_;
    std::vector<std::string> reads_;
    std::vector<std::string> work_classes_;
    std::string material_structure_, balance_structure_, change_field_, also_select_, since_, push_secret_;
    std::optional<Second> begin_;  ///< of `since`
    std::chrono::seconds overlap_{}, reread_every_{};
    std::chrono::days reread_days_{};
    std::size_t page_rows_most_;
    std::atomic<std::size_t> page_rows_;  ///< whole objects of one question; fewer after one that came too late
    std::atomic<bool> told_short_{false};
    bool reads_tasks_ = true;
};

}  // namespace tieline::connectors::maximo

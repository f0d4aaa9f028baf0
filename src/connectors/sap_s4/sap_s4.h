#pragma once
// Connector to SAP S/4HANA. Private to this room but for its test; others make it by spec().

#include "base/time.h"
#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/odata/alone.h"
#include "connectors/odata/batch.h"
#include "connectors/odata/sessions.h"
#include "connectors/rest/sign_in.h"
#include "connectors/sap_s4/feed.h"
#include "connectors/sap_s4/looking.h"
#include "connectors/sap_s4/shape.h"
#include "connectors/sap_s4/wire.h"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace tieline::connectors::sap_s4 {

/// What is read, and how.
struct Reading {
    std::string plant, language;
    std::vector<std::string> kinds;
    std::int64_t since = 0;  ///< milliseconds since 1970: nothing but master data that changed before is read
    Millis overlap{120'000}, lists_every{3'600'000};
    bool wants(std::string_view kind) const;
};

/// In front of a reservation's name: what fetch() takes for the stock of the place where it reserves.
inline constexpr std::string_view stock_of_reservation = "stock_of_reservation:";

/// Thread-safe; exchanges must not outlive it, nor it the clock.
class SapS4 final : public Connector {
public:
    SapS4(const Settings& settings, FieldMap map, const Clock& clock);

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
    using Objects = std::vector<SourceObject>;
    /// One page on its way. Lives in pull(); what it calls ends before it does.
    struct Turn {
        FeedCursor at;
        Page page;
        std::size_t limit = 0;
        std::int64_t seq = 0;
        std::optional<Error> trouble;                     ///< the first that there was
        std::map<std::string, std::size_t> failed;        ///< kind → how many of its objects could not be read
        std::set<std::string> unread;                     ///< pending objects that could not be read
        static constexpr std::size_t failures_most = 10;  ///< of one kind: then its service is in trouble
        void note(const Error& error);
        void note(const std::string& object, const Error& error);
        /// Whether a pending object is not tried again in this turn; it needs no room then.
        bool is_in_trouble(const std::string& object) const;
        std::size_t room() const { return limit - page.objects.size(); }
        std::size_t free() const;  ///< room that no pending object needs
        bool is_full() const { return free() == 0; }
        void add(Objects objects);  ///< what does not fit is read again with the next page
    };

    /// Rows that were read together, ahead of whoever asks for them, by their question. Lives for one step of reading,
    /// so that nothing in it is old. Stock is read twice to see whether it moves: the two questions have marks.
    struct Ahead {
        std::map<std::string, Json> rows;
        /// Places of whose stock everything is there, read in the order in which it must be read.
        std::set<std::string> places;
        bool has(const std::string& name) const { return rows.contains(name); }
    };
    struct Asked {
        std::string set;
        rest::Query query;
        std::size_t most = 0;
        std::string mark{};        ///< tells the same question at another time
        std::string name() const;  ///< in Ahead
        std::string service() const { return set.substr(0, set.find('/')); }
    };

    /// What is reserved is part of a place's stock, and SAP tells no change of a reservation.
    void note_touched(const Route& route, Receipt& receipt) const;
    Exchange<Receipt> push_journal(model::Command command, net::HttpRequest request);
    Sight sight() const { return {access_, places_, map_, settings_, ledger_set_}; }
    /// Sends a write and says what a refusal means; the entity of the answer.
    Exchange<Json> write(net::HttpRequest request, std::string table);

    // purchase_talk.cpp
    Exchange<Receipt> push_purchase(const Route* route, model::Command command);
    Result<std::optional<net::HttpRequest>> date_request(const Json& source, const Json& item) const;
    // decision_talk.cpp
    Exchange<Receipt> push_decision(const Route* route, model::Command command);
    // order_talk.cpp
    Exchange<Receipt> push_order(const Route* route, model::Command command);
    Exchange<Found> find_order(const Route* route, model::Command command);
    Exchange<Found> follow_order(const Route* route, model::Command command);
    /// Carries out what an order lacks of the command, step by step.
    Exchange<Receipt> lead_order(const Route* route, model::Command command, std::string number);

    // pull.cpp. True: nothing is left for now.
    Exchange<bool> tell_pending(Turn* turn);  ///< never an error: it is noted
    Exchange<bool> tell_stream(const Stream* stream, Turn* turn);
    Exchange<bool> tell_untimed(const Stream* stream, Turn* turn);
    Exchange<bool> tell_row(const Stream* stream, Json row, Place::Row at, Turn* turn, const Ahead* ahead = nullptr);
    Exchange<bool> tell_all_stock(Turn* turn);
    // one_by_one.cpp
    /// Rows that a question gives; one by one where SAP cannot show them together.
    Exchange<odata::AloneRows> page_of(const Stream* stream, const Place* place, Question question, std::size_t most,
                                       const Ahead* ahead);
    static Asked page_asked(const Stream& stream, const Question& question, std::size_t most);
    /// One that SAP cannot show: an exception of its own, and the others go on.
    SourceObject unreadable(const Stream& stream, const Json& row, const Error& why) const;
    // late.cpp
    Exchange<bool> tell_late(const Stream* stream, Turn* turn);
    Exchange<Json> row_again(const Stream* stream, Place::Row row);
    // lists.cpp
    Exchange<bool> tell_list(std::string kind, Turn* turn);
    Exchange<bool> tell_group(std::string kind, Json rows, Turn* turn);
    void end_list(const std::string& kind, Turn* turn) const;
    // loading.cpp
    /// Objects of the rows of a kind's set, whatever else must be read for them.
    Exchange<Objects> objects_of(std::string kind, Json rows, std::int64_t seq, std::int64_t occurred,
                                 const Ahead* ahead = nullptr);
    Objects movement_objects(const Json& document, Turn* turn) const;
    /// The name of the place whose stock a reservation is part of.
    Exchange<std::string> place_of(std::string reservation);
    /// `rows_read`, where given: SAP's rows of a reservation.
    Exchange<Objects> load(std::string object, std::int64_t seq, Json* rows_read = nullptr,
                           const Ahead* ahead = nullptr);
    /// The question that finds the rows of an object; nullopt where its name has another form.
    std::optional<Asked> asked_for(const std::string& object) const;
    void touch(const Stream& stream, const Json& row, FeedCursor& at) const;
    /// Of the place of an item; "" where it is none of the plant, or stock is not read.
    std::string stock_name(const std::string& part, const Json& item) const;
    /// The stock of the place of an item counts anew.
    void want_stock(const Json& item, FeedCursor& at) const;
    void want_stock_of_reservations(const Json& rows, Turn* turn) const;

    // holdings.cpp
    Exchange<Page> list_postings(std::string from, std::string to, std::string cursor);
    Exchange<Page> list_movements(std::string from, std::string to, std::string cursor);
    Exchange<Page> list_requisitions(std::string cursor);
    Exchange<Page> list_stock(std::string cursor);
    // reading.cpp
    /// All rows of a set that the query gives, at most `most`: next links of the server are followed. `status`: of the
    /// last answer, 0 for none.
    Exchange<Json> rows(std::string set, rest::Query query, std::size_t most, int* status = nullptr);
    /// The same, unless it was read ahead.
    Exchange<Json> rows(Asked asked, const Ahead* ahead, int* status = nullptr);
    /// How the hub calls the storage location of a row.
    std::string storeroom_of(const Json& row) const;
    Exchange<Units> units_of_product(std::string product, const Ahead* ahead = nullptr);
    static Asked units_asked(const std::string& product);
    static Asked receipts_asked(const std::string& order);
    Exchange<bool> shape_order_row(Json* row, const Ahead* ahead = nullptr);
    /// Rows of places for the map, materials from … to in SAP's order. `moving`: places left out, because their stock
    /// changed again and again while it was read.
    Exchange<Json> stock_rows(std::string from, std::string to, std::vector<std::string> places,
                              std::vector<std::string>* moving, const Ahead* ahead = nullptr);
    Exchange<Json> stock_sums(std::string from, std::string to, std::vector<std::string> places, const Ahead* ahead);
    Exchange<bool> add_stock(Asked asked, std::map<std::string, Json>* sums, const Ahead* ahead);
    Exchange<bool> add_claims(std::string from, std::string to, std::map<std::string, Json>* sums, const Ahead* ahead);
    Exchange<bool> add_orders(std::string from, std::string to, std::map<std::string, Json>* sums, const Ahead* ahead);
    /// Rows of the plant, `span` saying of which materials.
    Asked plant_asked(const char* set, const std::string& span, const char* more, const char* order) const;
    /// The questions of a reckoning of stock; `when`: before or after the others.
    Asked stock_asked(const std::string& from, const std::string& to, const char* when) const;
    Asked held_asked(const std::string& from, const std::string& to) const;
    Asked requested_asked(const std::string& from, const std::string& to) const;
    Asked ordered_asked(const std::string& from, const std::string& to) const;

    // ahead.cpp
    /// Reads what can be read together, where the settings want that. What it does not bring is read one by one by
    /// whoever asks for it; that a service takes no batches is told. Errors: what would only meet the others, too.
    Exchange<bool> read_ahead(std::vector<Asked> asked, Ahead* ahead);
    /// So many rows or objects are prepared at a time: a page that must end early has told what came before them.
    static constexpr std::size_t ahead_most = 20;
    /// For the pending objects from that index on.
    Exchange<bool> read_pending_ahead(const Turn* turn, std::size_t index, Ahead* ahead, Ahead* stock_ahead);
    /// Everything that the reckoning of these places' stock reads, in the order in which it must be read.
    Exchange<bool> read_stock_ahead(std::vector<std::string> places, Ahead* ahead);
    Exchange<bool> read_batch(std::string service, std::vector<Asked> asked, Ahead* ahead);
    bool takes_batches(const std::string& service);
    /// What the first rows of a stream, `most` and no more than are prepared at a time, need besides.
    std::vector<Asked> needs_of(const Stream& stream, std::span<const Json> rows, const Place& place,
                                std::size_t most) const;
    /// What the loading of objects needs first.
    std::vector<Asked> needs_of(const std::vector<std::string>& objects) const;
    bool knows_units(const std::string& product) const;

    rest::Access access_;
    Places places_;
    FieldMap map_;
    Json settings_;  ///< what the map reads as $settings
    std::string ledger_set_;
    Reading reading_;
    const Clock& clock_;
    rest::SignIn sign_in_;  ///< every request goes through it
    odata::Sessions sessions_;
    bool batches_ = false;                ///< the settings want reads of one service to be sent together
    mutable std::mutex mutex_;            ///< guards the two below
    std::map<std::string, Units> units_;  ///< by product; bounded
    /// What is known of a service's batches.
    struct Batching {
        WallTime singly_until{};  ///< until then it is asked one by one
        int lost = 0;             ///< answers that did not come, one behind another
    };
    std::map<std::string, Batching> batching_;  ///< by service
};

/// An object of a kind that is read ("requisition:10000001/10") as an exception of its own.
SourceObject refused_object(const std::string& object, Error why);

}  // namespace tieline::connectors::sap_s4

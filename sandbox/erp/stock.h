#pragma once
// The stock of a material at a storage location: quantity and value, lots, serial numbers, what is reserved and on
// order. Every change of quantity goes through move_stock and leaves a row of movements.

#include "sandbox/erp/materials.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::sandbox::erp {

/// Which serial numbers may come into stock.
enum class SerialRule { fresh_or_out, only_out };

/// What is to move. It is priced by move_stock: a put by `value` where given, else at the moving average.
struct Move {
    std::string kind;  ///< as in API.md: "goods_issue", "transfer", …
    Quantity quantity = 0;
    std::string lot{};
    std::vector<std::string> serials{};
    SerialRule serial_rule = SerialRule::fresh_or_out;
    std::optional<Minor> value{};  ///< what a put is worth; with `booked`, what either was worth
    bool booked = false;           ///< takes back what was booked: a take at `value`, not at the average
    std::int64_t reservation = 0;
    std::string purchase_order{};
    std::int64_t item = 0;
    std::int64_t reverses = 0;  ///< the movement that this one takes back
};

/// A movement done, to be kept under the document's number.
struct Moved {
    Move move;
    std::string material, location;
    Minor value = 0;       ///< into stock
    Minor difference = 0;  ///< worth besides, which the stock cannot carry
};

/// Changes the stock; refuses what is not there.
Moved move_stock(Call& call, Check& check, const Material& material, const StorageLocation& location, Move move,
                 std::string_view field);
/// A line: debit when the amount is above zero, else credit.
void add_line(Posting& posting, const std::string& account, Minor amount, const Receiver& receiver = {});
/// The lines of a movement: stock, price difference, and `contra` for the rest.
void add_movement_lines(Call& call, Check& check, Posting& posting, const Moved& moved, const std::string& contra,
                        const Receiver& receiver);
/// Keeps the movements of a posted document.
void write_movements(Call& call, const Posting& posting, const std::string& document, const std::vector<Moved>& moved);

/// Reads lot and serials and checks that they belong to such a material and are as many as pieces.
void read_lot_and_serials(Db& db, Fields& fields, const Material& material, Quantity quantity, Move& move);

struct StockCounts {
    Quantity reserved = 0, on_order = 0, on_requisition = 0;
};
/// Adds to what is reserved, on order, on requisition.
void count_on_stock(Call& call, const std::string& material, const std::string& location, const StockCounts& counts);

/// The row as it stands; `details`: with lots and serials.
std::optional<Json> stock_json(Db& db, const std::string& material, const std::string& location, bool details);
/// Sum over all locations.
Quantity on_hand(Db& db, const std::string& material);
Reply list_stock(Call& call);
Reply list_movements(Call& call);

}  // namespace tieline::sandbox::erp

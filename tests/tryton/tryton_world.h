#pragma once
// The real Tryton as the world of the contract suite and of the connector's own tests. contract.py starts the server
// and says in the environment where it is. A test that reads gets a database of its own, the others share one.

#include "connectors/jsonrpc/jsonrpc.h"
#include "contract/connector_contract.h"

#include <string>
#include <vector>

namespace tieline::contract {

class TrytonWorld final : public World {
public:
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override;
    model::Command sample(const std::string& kind) override;
    std::size_t effects(const model::Command& command) override;
    std::string state() override;
    std::vector<std::string> make_objects(std::size_t count) override;
    WallTime now() const override;
    /// Everything is a POST here; these methods only read, or sign in.
    bool writes(const net::HttpRequest& request) const override;

    /// The settings of the hub's user, who reads requisitions only.
    static connectors::Settings settings();
    /// The day of the test, YYYY-MM-DD.
    static std::string today();
    /// The JSON-RPC method that a request calls.
    static std::string method_of(const net::HttpRequest& request);
    connectors::Peer peer();
    /// Signs in as the hub's user.
    static connectors::jsonrpc::Client hubs_client();
    /// One call by the administrator; the context is added. A refusal is a failure of the test.
    Json asked(const std::string& method, Json::Array params);
    /// By the administrator: rows of a model with these fields.
    Json rows(const std::string& model, Json domain, std::vector<std::string> fields);
    /// A statement to the database, past the server.
    void told_database(const std::string& statement);
    /// A dozen posted entries that have no key.
    void make_strangers() { posted_entries(); }
    static Json clause(const char* field, const char* op, Json value);

private:
    void fill(const std::string& kind, Json& payload);
    /// The number of a document that a sample is about, not given to another one. They are made by the dozen.
    std::string earlier(const std::string& what);
    std::vector<std::string> posted_entries();
    std::vector<std::string> waiting(const std::string& what);
    std::vector<std::string> held_orders();
    std::vector<std::string> column(const std::string& model, const Json& ids, const std::string& field);
    void own_database();

    std::string database_ = "erp";
    bool is_fresh_ = false;
};

}  // namespace tieline::contract

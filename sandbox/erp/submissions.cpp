#include "sandbox/erp/submissions.h"

#include <charconv>

namespace tieline::sandbox::erp {

namespace {

std::string submission_name(std::int64_t number) { return "S-" + std::to_string(number); }

struct Due {
    std::int64_t number = 0;
    std::string method, path, body, outcome;
};

Reply run_due(const Due& due, const RunSubmission& handle) {
    if (due.outcome == "reject")
        return refused(422, "rejected_by_workflow", "the approval workflow of the ERP refused this posting");
    const auto body = Json::parse(due.body);
    if (!body) return refused(422, "json_syntax", "the stored request cannot be read");
    return handle(due.method, due.path, *body);
}

Json submission_json(const Query& row) {
    Json json = Json::object();
    json.set("submission", submission_name(row.integer(0)));
    json.set("status", row.text(1));
    json.set("reference", row.text(2));
    if (!row.text(3).empty()) json.set("document", row.text(3));
    if (const auto problem = Json::parse(row.text(4)); problem) json.set("problem", *problem);
    return json;
}

}  // namespace

Reply submit(Db& db, const std::string& method, const std::string& path, const Json& body, WallTime now,
             std::int64_t request_count, const Later& later) {
    const std::int64_t number = next_number(db, "submission");
    const std::string reference = body.text_or("reference");
    db.run("INSERT INTO submissions VALUES(?,?,?,?,?,?,?,?,'pending','','')", number, reference, method, path,
           body.dump(), later.reject ? "reject" : "post", millis(now) + later.after.count(),
           request_count + later.after_requests);
    Reply reply{202, Json::object()};
    reply.body.set("submission", submission_name(number));
    reply.body.set("status", "pending");
    reply.body.set("reference", reference);
    return reply;
}

void decide_submissions(Db& db, WallTime now, std::int64_t request_count, const RunSubmission& handle) {
    for (;;) {
        Due due;
        {
            Query query(db,
                        "SELECT number, method, path, body, outcome FROM submissions WHERE status='pending' AND "
                        "due<=? AND due_requests<=? ORDER BY number LIMIT 1",
                        millis(now), request_count);
            if (!query.step()) return;
            due = Due{query.integer(0), query.text(1), query.text(2), query.text(3), query.text(4)};
        }
        db.begin();
        Reply reply = run_due(due, handle);
        if (reply.status >= 300 && !db.failed()) {
            // Nothing of the refused posting may stay; only the refusal itself is kept.
            db.rollback();
            db.begin();
        }
        const bool posted = reply.status < 300;
        db.run("UPDATE submissions SET status=?, document=?, problem=? WHERE number=?", posted ? "posted" : "rejected",
               reply.body.text_or("document"), posted ? std::string() : reply.body.dump(), due.number);
        if (!db.commit()) return;
    }
}

bool has_pending_submissions(Db& db) {
    Query query(db, "SELECT 1 FROM submissions WHERE status='pending' LIMIT 1");
    return query.step();
}

Json submissions_of(Db& db, std::string_view reference) {
    Json list = Json::array();
    Query query(db,
                "SELECT number, status, reference, document, problem FROM submissions "
                "WHERE reference=? AND reference<>'' AND status<>'posted' ORDER BY number LIMIT 100",
                reference);
    while (query.step()) list.push_back(submission_json(query));
    return list;
}

Reply show_submission(Call& call) {
    std::int64_t number = 0;
    if (call.part.starts_with("S-")) std::from_chars(call.part.data() + 2, call.part.data() + call.part.size(), number);
    Query query(call.db, "SELECT number, status, reference, document, problem FROM submissions WHERE number=?", number);
    if (query.step()) return Reply{200, submission_json(query)};
    return refused(404, "unknown_submission", "there is no submission " + call.part.substr(0, 20));
}

}  // namespace tieline::sandbox::erp

#include "app/args.h"
#include "app/cli.h"
#include "app/config.h"
#include "app/table.h"
#include "identity/identity.h"

#include <cstdio>
#include <filesystem>
#include <future>

namespace tieline::app {
namespace {

const char* const help = R"(usage: tieline people [--config FILE]
       tieline people link NAME [--config FILE]

Lists who may sign in; or makes a one-time link for somebody who lost the password, also for the only administrator. The
hub must be stopped: while it runs, an administrator makes such a link under Settings, People. Whoever may read the
data folder can do this; it is written into the log at the hub's next start.
)";

int list(const identity::Identity& identity) {
    Table table({{"name"}, {"full name"}, {"roles"}, {"state"}, {"last sign-in"}});
    for (const identity::Person& person : identity.people()) {
        std::string roles;
        for (const std::string& role : names_of(person.roles)) roles += (roles.empty() ? "" : ", ") + role;
        table.add({person.name, person.full_name, roles,
                   person.disabled       ? "disabled"
                   : person.has_password ? "active"
                                         : "invited",
                   person.last_sign_in ? format_time(*person.last_sign_in) : "never"});
    }
    std::fputs(table.text().c_str(), stdout);
    return exit_ok;
}

int link(identity::Identity& identity, const std::string& name, const ApiConfig& api) {
    std::promise<Result<identity::Shown<identity::Person>>> made;
    identity.new_link("terminal", name,
                      [&made](Result<identity::Shown<identity::Person>> shown) { made.set_value(std::move(shown)); });
    const Result<identity::Shown<identity::Person>> shown = made.get_future().get();
    if (!shown) return fail(shown.error());
    std::printf(
        "Start the hub, then open this until %s:\n\n  %s/sign-in#%s\n\n"
        "It works once. Earlier links of %s end. Who reaches the hub by another name, a proxy's, puts that in front.\n",
        format_time(shown->expires).c_str(), api.url_at(api.port).c_str(), shown->secret.c_str(), name.c_str());
    return exit_ok;
}

}  // namespace

int people_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help, {"config"}, {}, 2);
    if (started.exit_code >= 0) return started.exit_code;
    const std::vector<std::string>& given = started.args.positional();
    if (!given.empty() && given[0] != "link")
        return fail("people does not know '" + given[0] + "': it takes nothing, or 'link' and a name; see --help.");
    if (given.size() == 1) return fail("'people link' needs the name of who is to sign in: tieline people link NAME.");
    const Result<Config> config = load_config(started.args.value("config", "tieline.yaml"));
    if (!config) return fail(config.error());
    identity::IdentityOptions options;
    options.file = config->data_dir + "/identity.db";
    if (!std::filesystem::exists(options.file)) {
        return fail("'" + options.file +
                    "' is not there: nobody has ever signed in at this hub. Start it with 'identity: "
                    "{}' in its configuration; it prints the first administrator's link.");
    }
    const Result<std::unique_ptr<identity::Identity>> identity = identity::Identity::open(options, system_clock());
    if (!identity) return fail(identity.error());
    return given.empty() ? list(**identity) : link(**identity, given[1], config->api);
}

}  // namespace tieline::app

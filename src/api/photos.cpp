#include "api/photos.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"

#include <fcntl.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tieline::api {
namespace {

namespace fs = std::filesystem;

Error cannot_keep() {
    return make_error(ErrorKind::transient, "The picture cannot be kept: the disk is full or not writable.",
                      "photo_write");
}

/// Writes at an offset, or a whole file, and waits for the disk.
bool write_at(const std::string& path, std::int64_t offset, std::string_view bytes, bool whole) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (whole ? O_TRUNC : 0), 0600);
    if (file < 0) return false;
    bool good = true;
    while (good && !bytes.empty()) {
        const ssize_t wrote = ::pwrite(file, bytes.data(), bytes.size(), offset);
        good = wrote > 0;
        if (!good) break;
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
        offset += wrote;
    }
    good = good && ::fsync(file) == 0;
    ::close(file);
    return good;
}

bool sync_folder(const std::string& folder) {
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool good = handle >= 0 && ::fsync(handle) == 0;
    if (handle >= 0) ::close(handle);
    return good;
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::uintmax_t size_of_folder(const std::string& folder) {
    std::uintmax_t bytes = 0;
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) bytes += entry.file_size(failed);
    return bytes;
}

}  // namespace

void Photos::post(std::function<void()> job, const std::function<void(Error)>& refused) {
    if (folder_.empty()) {
        return refused(make_error(ErrorKind::unsupported, "This hub keeps no pictures.", "photos_off"));
    }
    if (worker_.post(std::move(job))) return;
    Error busy =
        make_error(ErrorKind::rate_limited, "Too many pictures come in at once. Try again in a moment.", "too_busy");
    busy.retry_after = Millis(2000);
    refused(busy);
}

void Photos::announce(Photo photo, std::function<void(Result<Photo>, bool)> done) {
    post(
        [this, photo = std::move(photo), done] {
            bool is_new = false;
            Result<Photo> kept = announced(photo, is_new);
            done(std::move(kept), is_new);
        },
        [done](const Error& error) { done(error, false); });
}

void Photos::find(std::string id, Done done) {
    post([this, id = std::move(id), done] { done(kept(id)); }, [done](const Error& error) { done(error); });
}

void Photos::add(std::string id, std::string user, std::int64_t offset, std::string part, Done done) {
    post([this, id = std::move(id), user = std::move(user), offset, part = std::move(part),
          done] { done(added(id, user, offset, part)); },
         [done](const Error& error) { done(error); });
}

void Photos::content(std::string id, Content done) {
    post(
        [this, id = std::move(id), done] {
            Result<Photo> photo = kept(id);
            if (!photo) return done(photo.error());
            if (!photo->complete) {
                return done(
                    make_error(ErrorKind::not_found, "This picture has not come in whole yet.", "unknown_photo"));
            }
            done(std::pair(*photo, text_of(path(id))));
        },
        [done](const Error& error) { done(error); });
}

Result<Photo> Photos::read(const std::string& id) const {
    const std::string text = text_of(path(id) + ".json");
    const Result<Json> json = Json::parse(text);
    if (text.empty() || !json) {
        return make_error(ErrorKind::not_found, "There is no picture " + id.substr(0, 64) + " here: announce it first.",
                          "unknown_photo");
    }
    Photo photo;
    photo.id = id;
    photo.work_order = json->text_or("work_order");
    photo.type = json->text_or("type");
    photo.sha256 = json->text_or("sha256");
    photo.user = json->text_or("user");
    photo.bytes = json->int_or("bytes", 0);
    std::error_code failed;
    photo.complete = fs::exists(path(id), failed);
    const std::uintmax_t size = fs::file_size(path(id) + ".part", failed);
    photo.received = photo.complete ? photo.bytes : failed ? 0 : static_cast<std::int64_t>(size);
    return photo;
}

Result<void> Photos::write(const Photo& photo) const {
    const Json json = Json::object({{"work_order", photo.work_order},
                                    {"type", photo.type},
                                    {"sha256", photo.sha256},
                                    {"user", photo.user},
                                    {"bytes", photo.bytes}});
    const std::string target = path(photo.id) + ".json";
    const bool good = write_at(target + ".new", 0, json.dump(), true) &&
                      ::rename((target + ".new").c_str(), target.c_str()) == 0 && sync_folder(folder_);
    if (!good) return cannot_keep();
    return {};
}

Result<Photo> Photos::announced(const Photo& photo, bool& is_new) {
    std::error_code failed;
    fs::create_directories(folder_, failed);
    const Result<Photo> known = kept(photo.id);
    if (known) {
        const bool same = known->user == photo.user && known->sha256 == photo.sha256 && known->bytes == photo.bytes &&
                          known->type == photo.type && known->work_order == photo.work_order;
        if (same) return known;
        return make_error(ErrorKind::conflict, "Another picture was announced under this id: take a new id.",
                          "other_photo", "id");
    }
    if (known.error().kind != ErrorKind::not_found) return known.error();
    if (size_of_folder(folder_) + static_cast<std::uintmax_t>(photo.bytes) > folder_bytes_max) {
        return make_error(ErrorKind::transient,
                          "The hub keeps 4 GiB of pictures and has no room for more: an administrator must clear the "
                          "folder of pictures.",
                          "photos_full");
    }
    TIELINE_TRY_VOID(write(photo));
    is_new = true;
    return photo;
}

Result<Photo> Photos::added(const std::string& id, const std::string& user, std::int64_t offset,
                            const std::string& part) {
    TIELINE_TRY(Photo photo, kept(id));
    if (photo.user != user) {
        return make_error(ErrorKind::not_found, "There is no picture " + id + " of yours here.", "unknown_photo");
    }
    if (photo.complete) return photo;
    const auto size = static_cast<std::int64_t>(part.size());
    if (offset != photo.received || part.empty() || offset + size > photo.bytes) {
        Error wrong = make_error(ErrorKind::conflict,
                                 "The next part begins at " + std::to_string(photo.received) + " of " +
                                     std::to_string(photo.bytes) + " bytes.",
                                 "wrong_offset", "offset");
        wrong.details = Json::object({{"received", photo.received}}).dump();
        return wrong;
    }
    if (!write_at(path(id) + ".part", offset, part, false)) return cannot_keep();
    photo.received += size;
    return photo.received < photo.bytes ? photo : finished(photo);
}

Result<Photo> Photos::kept(const std::string& id) const {
    TIELINE_TRY(Photo photo, read(id));
    if (photo.complete || photo.received < photo.bytes) return photo;
    // All bytes are here, and yet it does not count as whole: the hub ended, or the disk failed, right before.
    Result<Photo> whole = finished(photo);
    if (whole || whole.error().kind == ErrorKind::transient) return whole;
    photo.received = 0;
    return photo;
}

Result<Photo> Photos::finished(Photo photo) const {
    const std::string file = path(photo.id) + ".part";
    const std::string bytes = text_of(file);
    const bool is_whole = hex(sha256(bytes)) == photo.sha256 && is_picture(bytes, photo.type);
    if (!is_whole || has_position(bytes)) {
        ::unlink(file.c_str());
        return is_whole ? make_error(ErrorKind::unsupported,
                                     "This picture says where it was taken. Remove its metadata, then send it again.",
                                     "has_position")
                        : make_error(ErrorKind::unsupported,
                                     "The picture did not come whole, or is no " + photo.type + ". Send it again.",
                                     "damaged");
    }
    if (::rename(file.c_str(), path(photo.id).c_str()) != 0 || !sync_folder(folder_)) return cannot_keep();
    photo.complete = true;
    return photo;
}

}  // namespace tieline::api

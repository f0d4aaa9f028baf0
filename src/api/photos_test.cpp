// What the folder of pictures makes of what a hub that was killed left in it.

#include "api/photos.h"
#include "base/hash.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>

namespace tieline::api {
namespace {

namespace fs = std::filesystem;

class KilledHub : public ::testing::Test {
protected:
    KilledHub() {
        std::string name = (fs::temp_directory_path() / "tieline_photos_XXXXXX").string();
        folder_ = mkdtemp(name.data());
        photo_.id = "0198c0de-0000-7000-8000-000000000001";
        photo_.work_order = "WO-1";
        photo_.type = "image/jpeg";
        photo_.user = "tom";
        photo_.bytes = static_cast<std::int64_t>(bytes_.size());
        photo_.sha256 = hex(sha256(bytes_));
        begin();
    }
    ~KilledHub() override {
        photos_.reset();
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    /// A hub that has what the one before left.
    void begin() {
        photos_.reset();
        photos_ = std::make_unique<Photos>(folder_);
    }
    /// All bytes are on the disk, and the hub was killed before it took them for the whole picture.
    void killed_after_the_last_part(const std::string& bytes) {
        ASSERT_TRUE(announced());
        photos_.reset();
        std::ofstream(folder_ + "/" + photo_.id + ".part", std::ios::binary) << bytes;
        begin();
    }
    Result<Photo> announced() {
        std::promise<Result<Photo>> answer;
        photos_->announce(photo_, [&answer](Result<Photo> photo, bool) { answer.set_value(std::move(photo)); });
        return answer.get_future().get();
    }
    Result<Photo> added(std::int64_t offset, const std::string& part) {
        std::promise<Result<Photo>> answer;
        photos_->add(photo_.id, photo_.user, offset, part,
                     [&answer](Result<Photo> photo) { answer.set_value(std::move(photo)); });
        return answer.get_future().get();
    }
    Result<std::pair<Photo, std::string>> content() {
        std::promise<Result<std::pair<Photo, std::string>>> answer;
        photos_->content(photo_.id, [&answer](auto found) { answer.set_value(std::move(found)); });
        return answer.get_future().get();
    }

    const std::string bytes_ = "\xff\xd8\xff\xe0" + std::string(1000, 'x');
    std::string folder_;
    Photo photo_;
    std::unique_ptr<Photos> photos_;
};

TEST_F(KilledHub, APictureOfWhichAllBytesAreHereIsWholeWhenItIsAnnouncedAgain) {
    killed_after_the_last_part(bytes_);
    const Result<Photo> again = announced();
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->complete);
    EXPECT_EQ(again->received, photo_.bytes);
    const auto found = content();
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->second, bytes_);
}

TEST_F(KilledHub, APictureOfWhichAllBytesAreHereIsWholeWhenItsLastPartComesAgain) {
    killed_after_the_last_part(bytes_);
    const Result<Photo> again = added(500, bytes_.substr(500));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->complete);
}

TEST_F(KilledHub, ADamagedPictureBeginsAnew) {
    killed_after_the_last_part(std::string(bytes_.size(), '\0'));
    const Result<Photo> again = announced();
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_FALSE(again->complete);
    EXPECT_EQ(again->received, 0);
    const Result<Photo> whole = added(0, bytes_);
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_TRUE(whole->complete);
}

}  // namespace
}  // namespace tieline::api

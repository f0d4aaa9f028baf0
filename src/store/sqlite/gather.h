#pragma once
// A layer over an SQLite VFS that hands the write-ahead log's writes on in large pieces. SQLite writes each page of a
// commit with two small calls; a group of batches then costs more in system calls than in rows.

#include <memory>
#include <string>

namespace tieline::store::sqlite {

/// Registered with SQLite under name() for its life, which must be longer than that of the connections opened on it.
/// Only the log is gathered, and handed on at the end of each transaction and before each fsync, read, size question,
/// truncation and close: readers and the disk see the same bytes in the same order. Other files are the underlying
/// VFS's own.
class GatherVfs {
public:
    GatherVfs();
    GatherVfs(const GatherVfs&) = delete;
    GatherVfs& operator=(const GatherVfs&) = delete;
    ~GatherVfs();
    /// Over the VFS of this name; empty: the machine's default. False where there is none of that name.
    bool put_over(const std::string& vfs);
    const std::string& name() const;
    /// Hands on what is gathered. Writer's thread. False: the disk failed.
    bool hand_on_log();
    /// Makes durable what was handed on before. From one thread at a time, also beside the writer. False: the disk
    /// failed.
    bool sync_log();

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace tieline::store::sqlite

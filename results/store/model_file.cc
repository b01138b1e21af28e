#include "results/store/model_file.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "results/store/layout_internal.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

// Before the HDF5 part comes a block of text (HDF5's user block) that names the format and holds length and checksum of
// all that follows. It is checked before the HDF5 library sees a byte: that one may crash on damaged files.
constexpr std::size_t kBlock = 512;
constexpr const char* kMagic = "souk model ";
constexpr const char* kHelp = "; allowed a model file (souk run --save-models, souk evaluate --save-models)";

struct Block {
  int format = 0;
  std::uint64_t bytes = 0;  ///< after the block
  std::string checksum;     ///< of them
};

std::string BlockText(const Block& block) {
  std::string text = kMagic + std::to_string(block.format) + "\nbytes " + std::to_string(block.bytes) + "\nchecksum " +
                     block.checksum + "\n";
  text.resize(kBlock, '\0');
  return text;
}

/// The block at the start of a file; nothing when that is no model file at all.
std::optional<Block> ParseBlock(const std::string& text) {
  if (!text.starts_with(kMagic)) return std::nullopt;
  Block block;
  const char* at = text.data() + std::strlen(kMagic);
  const char* end = text.data() + text.size();
  const auto format = std::from_chars(at, end, block.format);
  if (format.ec != std::errc()) return std::nullopt;
  const std::string_view rest(format.ptr, static_cast<std::size_t>(end - format.ptr));
  constexpr std::string_view kBytes = "\nbytes ";
  if (!rest.starts_with(kBytes)) return block;
  const auto bytes = std::from_chars(rest.data() + kBytes.size(), end, block.bytes);
  const std::string_view last(bytes.ptr, static_cast<std::size_t>(end - bytes.ptr));
  constexpr std::string_view kChecksum = "\nchecksum ";
  if (last.starts_with(kChecksum)) block.checksum = last.substr(kChecksum.size(), 16);
  return block;
}

std::string ReadStart(std::ifstream& in) {
  std::string text(kBlock, '\0');
  in.read(text.data(), static_cast<std::streamsize>(kBlock));
  text.resize(static_cast<std::size_t>(in.gcount()));
  in.clear();
  return text;
}

/// Length and checksum of what follows the block.
Block Measure(std::ifstream& in) {
  Fingerprint hash;
  Block block{.format = kModelFormat};
  std::vector<char> buffer(1U << 16);
  in.seekg(static_cast<std::streamoff>(kBlock));
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    block.bytes += got;
    if (got > 0) hash.Add(std::string_view(buffer.data(), got));
  }
  block.checksum = hash.hex();
  return block;
}

/// Throws Failure unless `path` is a whole model file of this format.
void CheckWhole(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) throw hdf5::Failure(std::string("is a directory") + kHelp);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) throw hdf5::Failure(std::string("cannot be read: ") + std::strerror(errno));
  const std::string start = ReadStart(in);
  if (start.empty()) throw hdf5::Failure(std::string("is empty") + kHelp);
  const std::optional<Block> told = ParseBlock(start);
  if (!told) {
    if (H5Fis_hdf5(path.c_str()) <= 0) {
      H5Eclear2(H5E_DEFAULT);
      throw hdf5::Failure(std::string("is not an HDF5 file") + kHelp);
    }
    const hdf5::Handle file = hdf5::OpenForReading(path);
    const bool results = hdf5::HasAttribute(file.get(), "souk_schema");
    throw hdf5::Failure(std::string(results ? "is a results file of souk" : "is an HDF5 file, but no model of souk") +
                        kHelp);
  }
  if (told->format != kModelFormat)
    throw hdf5::Failure("found a model of format " + std::to_string(told->format) + "; allowed " +
                        std::to_string(kModelFormat));
  const Block found = Measure(in);
  if (start.size() < kBlock || found.bytes < told->bytes)
    throw hdf5::Failure("is truncated: found " + std::to_string(found.bytes) + " bytes after its first " +
                        std::to_string(kBlock) + "; allowed " + std::to_string(told->bytes));
  if (BlockText(found) != start)
    throw hdf5::Failure("is damaged: found " + std::to_string(found.bytes) + " bytes with checksum " + found.checksum +
                        "; allowed what the file says, " + std::to_string(told->bytes) + " with " +
                        (told->checksum == found.checksum ? "that" : "another"));
}

void WriteBlock(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text = BlockText(Measure(in));
  std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (!out) throw hdf5::Failure(std::string("cannot write: ") + std::strerror(errno));
}

void WriteState(hid_t file, const std::string& state) {
  using hdf5::Check;
  const hsize_t size = state.size();
  const hdf5::Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, "state");
  const hdf5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "state");
  Check(H5Pset_obj_track_times(creation.get(), false), "times");
  if (size > 0) {
    const hsize_t chunk = std::min<hsize_t>(size, 1U << 20);
    Check(H5Pset_chunk(creation.get(), 1, &chunk), "chunks");
    Check(H5Pset_deflate(creation.get(), 1), "deflate");
  }
  const hdf5::Handle dataset(
      H5Dcreate2(file, "state", H5T_STD_U8LE, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Dclose,
      "state");
  hdf5::SetAttribute(dataset.get(), "long_name", "learnt state, as the strategy writes it");
  if (size > 0)
    Check(H5Dwrite(dataset.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, state.data()), "writing the state");
}

std::string ReadState(hid_t file) {
  const hdf5::Handle dataset(H5Dopen2(file, "state", H5P_DEFAULT), H5Dclose, "state");
  const hdf5::Handle space(H5Dget_space(dataset.get()), H5Sclose, "state");
  const auto size = hdf5::Check(H5Sget_simple_extent_npoints(space.get()), "state");
  std::string state(static_cast<std::size_t>(size), '\0');
  if (size > 0)
    hdf5::Check(H5Dread(dataset.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, state.data()),
                "reading the state");
  return state;
}

}  // namespace

void CheckModelWritable(const std::string& file) {
  std::error_code code;
  const auto status = std::filesystem::status(file, code);
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(file, code) > 0) {
    std::ifstream in(file, std::ios::binary);
    if (!ParseBlock(ReadStart(in)))
      throw Error("is not a model file of souk, so it is not overwritten: remove it or choose another name", file);
    return;
  }
  CheckWritable(file);
}

void WriteModel(const std::string& file, const Model& model) {
  CheckModelWritable(file);
  store::Guarded(file, [&] {
    hdf5::NewFile out(file, kBlock);
    const ModelHeader& h = model.header;
    hdf5::SetAttribute(out.id(), "souk_model", std::vector<std::int32_t>{kModelFormat});
    hdf5::SetAttribute(out.id(), "slot", h.slot);
    hdf5::SetAttribute(out.id(), "strategy", h.strategy);
    hdf5::SetAttribute(out.id(), "parameters", h.parameters);
    hdf5::SetAttribute(out.id(), "catalogue", h.catalogue);
    hdf5::SetAttribute(out.id(), "items", std::vector<std::int64_t>{h.items});
    hdf5::SetAttribute(out.id(), "souk", h.souk);
    WriteState(out.id(), model.state);
    out.CheckWrites();
    out.Close();
    WriteBlock(out.temporary_path());
    out.Commit();
  });
}

Model ReadModel(const std::string& file) {
  return store::Guarded(file, [&] {
    CheckWhole(file);
    const hdf5::Handle in = hdf5::OpenForReading(file);
    Model model;
    model.header.slot = hdf5::TextAttribute(in.get(), "slot");
    model.header.strategy = hdf5::TextAttribute(in.get(), "strategy");
    model.header.parameters = hdf5::TextAttribute(in.get(), "parameters");
    model.header.catalogue = hdf5::TextAttribute(in.get(), "catalogue");
    model.header.items = hdf5::NumberAttribute<std::int64_t>(in.get(), "items");
    model.header.souk = hdf5::TextAttribute(in.get(), "souk");
    model.state = ReadState(in.get());
    return model;
  });
}

}  // namespace souk

#pragma once
// Groups of named dimensions and variables in the form that netCDF-4 gives to HDF5: dimension
// scales, tracked creation order, variable-length UTF-8, `units` and `long_name`, `_FillValue`
// (NaN, doubles only: it would turn integers into doubles in xarray). Each group holds its own
// coordinates, so that a reader who opens one group has everything.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "results/store/hdf5_internal.h"

namespace souk::netcdf {

using Shape = std::vector<hsize_t>;

/// What a reader is told about a variable.
struct Description {
  std::string long_name = {};
  std::string units = "1";                 ///< empty: none. Short forms: xarray reads "seconds" as a time span
  std::vector<std::string> meanings = {};  ///< of the codes 0, 1, 2 … of a uint8 variable
  std::string numerator = {};              ///< names of the sums that a ratio is made of, or empty
  std::string denominator = {};
  std::vector<std::string> bits = {};  ///< meanings of the bits 0, 1, 2 … of an int32 variable
};

/// A group being written. Dimensions come first, then the variables over them.
class GroupWriter {
 public:
  GroupWriter(hid_t file, const char* name, const std::string& title);
  /// Tells each dimension which variables use it. HDF5 needs that to detach a dimension only, so a failure (no memory)
  /// is let pass.
  ~GroupWriter();
  GroupWriter(GroupWriter&&) noexcept = default;
  GroupWriter& operator=(GroupWriter&&) = delete;

  /// A dimension with a coordinate variable of the same name.
  template <class T>
  void AddCoordinate(const std::string& name, const std::vector<T>& values, const Description& about,
                     bool unlimited = false) {
    AddScale(name, values.size(), unlimited, hdf5::NativeType<T>(), &about);
    Write<T>(name, values);
  }
  void AddCoordinate(const std::string& name, const std::vector<std::string>& labels, const std::string& long_name);
  /// A dimension without one.
  void AddDimension(const std::string& name, hsize_t size, bool unlimited);

  /// A variable over dimensions of this group, to be filled by Write or WriteBlock.
  template <class T>
  void Create(const std::string& name, const std::vector<std::string>& dimensions, const Description& about) {
    CreateVariable(name, dimensions, hdf5::NativeType<T>(), about);
  }
  /// Writes all values, last dimension fastest.
  template <class T>
  void Write(const std::string& name, std::span<const T> values) {
    WriteAll(name, hdf5::NativeType<T>(), values.data(), values.size());
  }
  template <class T>
  void Write(const std::string& name, const std::vector<T>& values) {
    Write<T>(name, std::span<const T>(values));
  }
  template <class T>
  void WriteBlock(const std::string& name, const Shape& start, const Shape& count, std::span<const T> values) {
    WriteSome(name, start, count, hdf5::NativeType<T>(), values.data(), values.size());
  }
  /// Create and Write.
  template <class T>
  void Add(const std::string& name, const std::vector<std::string>& dimensions, const std::vector<T>& values,
           const Description& about) {
    Create<T>(name, dimensions, about);
    Write<T>(name, values);
  }
  void AddStrings(const std::string& name, const std::vector<std::string>& dimensions,
                  const std::vector<std::string>& values, const Description& about);
  template <class T>
  void AddScalar(const std::string& name, T value, const Description& about) {
    Add<T>(name, {}, std::vector<T>{value}, about);
  }
  void AddText(const std::string& name, const std::string& text, const std::string& long_name) {
    AddStrings(name, {}, {text}, {long_name, ""});
  }

 private:
  /// A variable that has the dimension as its n-th, in the layout of HDF5's REFERENCE_LIST.
  struct User {
    hobj_ref_t dataset = 0;
    int n = 0;
  };
  struct Dimension {
    hsize_t size = 0;
    bool unlimited = false;
    hid_t scale = -1;  ///< in variables_
    std::vector<User> users = {};
  };
  hid_t CreateDataset(const std::string& name, const Shape& sizes, const std::vector<bool>& unlimited, hid_t type,
                      bool phantom);
  void Describe(hid_t dataset, hid_t type, const Description& about);
  void AddScale(const std::string& name, hsize_t size, bool unlimited, hid_t type, const Description* about);
  void Attach(hid_t dataset, const std::vector<std::string>& dimensions);
  void CreateVariable(const std::string& name, const std::vector<std::string>& dimensions, hid_t type,
                      const Description& about);
  void WriteAll(const std::string& name, hid_t type, const void* values, std::size_t count);
  void WriteSome(const std::string& name, const Shape& start, const Shape& count, hid_t type, const void* values,
                 std::size_t size);
  void WriteStrings(const std::string& name, const std::vector<std::string>& values);

  hdf5::Handle group_;
  std::map<std::string, Dimension> dimensions_;
  std::map<std::string, hdf5::Handle> variables_;
};

/// A group being read. Every call throws hdf5::Failure naming the variable when something is
/// missing or has another shape.
class GroupReader {
 public:
  GroupReader(hid_t file, const char* name);

  [[nodiscard]] bool Has(const std::string& name) const;
  [[nodiscard]] Shape ShapeOf(const std::string& name) const;
  /// All values; their number must be the product of `shape`.
  template <class T>
  std::vector<T> Read(const std::string& name, const Shape& shape) const {
    std::vector<T> values(Product(shape));
    ReadAll(name, shape, hdf5::NativeType<T>(), values.data());
    return values;
  }
  /// All values of a one-dimensional variable.
  template <class T>
  std::vector<T> ReadColumn(const std::string& name) const {
    return Read<T>(name, {ColumnSize(name)});
  }
  template <class T>
  T ReadScalar(const std::string& name) const {
    return Read<T>(name, {}).front();
  }
  template <class T>
  std::vector<T> ReadBlock(const std::string& name, const Shape& start, const Shape& count) const {
    std::vector<T> values(Product(count));
    ReadSome(name, start, count, hdf5::NativeType<T>(), values.data());
    return values;
  }
  [[nodiscard]] hsize_t ColumnSize(const std::string& name) const;
  /// The words of `flag_meanings`.
  [[nodiscard]] std::vector<std::string> ReadMeanings(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> ReadStrings(const std::string& name) const;
  [[nodiscard]] std::string ReadText(const std::string& name) const;

 private:
  static std::size_t Product(const Shape& shape);
  static Shape ShapeOf(hid_t dataset, const std::string& name);
  [[nodiscard]] hdf5::Handle Open(const std::string& name) const;
  void ReadAll(const std::string& name, const Shape& shape, hid_t type, void* values) const;
  void ReadSome(const std::string& name, const Shape& start, const Shape& count, hid_t type, void* values) const;

  std::string name_;
  hdf5::Handle group_;
};

}  // namespace souk::netcdf

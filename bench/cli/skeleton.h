#pragma once
// The first files of a new strategy: they compile, pass the conformance suite and do something
// plain that a reader can replace.

#include <string>

namespace souk {

struct Skeleton {
  std::string file;    ///< my_own: folder and file names
  std::string stem;    ///< MyOwnRecommender, of the functions MyOwnRecommenderInfo and MakeMyOwnRecommender
  std::string header;  ///< contents of the three files
  std::string source;
  std::string card;
};

/// `slot` is one of the five, `name` is in kebab-case; both were checked.
Skeleton MakeSkeleton(const std::string& slot, const std::string& name);

}  // namespace souk

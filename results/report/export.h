#pragma once
// Comparisons for other programs and for merge requests: CSV (RFC 4180) and Markdown.

#include <string>
#include <vector>

#include "results/report/table.h"

namespace souk {

/// One line per arm and metric:
/// `arm,metric,unit,value,value_low,value_high,uplift,uplift_low,uplift_high,method,p,holm_p, replications,thin`.
/// Fields that are not defined are empty; uplifts are plain fractions.
std::string ToCsv(const ExperimentResult& result, const std::vector<const MetricInfo*>& metrics);

/// One line per arm and metric that both have: `arm,metric,unit,a,b,uplift,uplift_low,uplift_high,paired`.
std::string CompareCsv(const ExperimentResult& a, const ExperimentResult& b,
                       const std::vector<const MetricInfo*>& metrics);

/// A table per metric.
std::string ToMarkdown(const ExperimentResult& result, const std::vector<const MetricInfo*>& metrics);
/// One table: B over A.
std::string CompareMarkdown(const ExperimentResult& a, const ExperimentResult& b,
                            const std::vector<const MetricInfo*>& metrics);

}  // namespace souk

#include "sim/scenario/distribution.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>

#include "sim/base/error.h"
#include "sim/base/math.h"

namespace souk {

double Mean(const Distribution& law) {
  switch (law.kind) {
    case Distribution::Kind::kConstant:
    case Distribution::Kind::kNormal:
    case Distribution::Kind::kExponential: return law.a;
    case Distribution::Kind::kUniform: return 0.5 * (law.a + law.b);
    case Distribution::Kind::kLogNormal: return law.a * Exp(0.5 * law.b * law.b);
    case Distribution::Kind::kGamma: return law.a / law.b;
    case Distribution::Kind::kBeta: return law.a / (law.a + law.b);
    case Distribution::Kind::kErlang: return law.b;
  }
  SOUK_CHECK(false);
}

double Quantile(const Distribution& law, double p) {
  SOUK_DCHECK(p > 0 && p < 1);
  switch (law.kind) {
    case Distribution::Kind::kConstant: return law.a;
    case Distribution::Kind::kUniform: return law.a + (law.b - law.a) * p;
    case Distribution::Kind::kNormal: return law.a + law.b * NormalQuantile(p);
    case Distribution::Kind::kLogNormal: return law.a * Exp(law.b * NormalQuantile(p));
    case Distribution::Kind::kExponential: return -law.a * Log(1.0 - p);
    case Distribution::Kind::kGamma:
      return boost::math::quantile(boost::math::gamma_distribution<>(law.a, 1.0 / law.b), p);
    case Distribution::Kind::kErlang:
      return boost::math::quantile(boost::math::gamma_distribution<>(law.a, law.b / law.a), p);
    case Distribution::Kind::kBeta: return boost::math::quantile(boost::math::beta_distribution<>(law.a, law.b), p);
  }
  SOUK_CHECK(false);
}

}  // namespace souk

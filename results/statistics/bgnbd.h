#pragma once
// The BG/NBD law of repeat purchases, fitted to customers: how often they buy and when they stop.

#include <span>

namespace souk {

/// What the law sees of a customer. Times in weeks since the first order, all ≥ 0.
struct CustomerHistory {
  int repeats = 0;      ///< orders after the first
  double last = 0;      ///< of the latest order; 0 without repeats
  double observed = 0;  ///< end of observation
  double weight = 1;    ///< customers with this history
};

/// Rate ~ Gamma(r, alpha) per week; drop-out after each repeat ~ Beta(a, b).
struct BgNbdFit {
  double r = 0;
  double alpha_weeks = 0;
  double a = 0;
  double b = 0;
  double log_likelihood = 0;
};

/// Log-likelihood of the law's parameters, all positive.
/// Source: Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way", equation (6).
/// Tested by: BgNbdFit.LikelihoodMatchesTheFormulaInGammaFunctions.
double BgNbdLogLikelihood(std::span<const CustomerHistory> customers, const BgNbdFit& parameters);

/// The parameters of largest likelihood (Nelder & Mead 1965, over logarithms). NaN with fewer than 50 repeat customers.
/// Where all customers stay, a and b are not to be told apart; r and alpha still are.
/// Tested by: BgNbdFit.ReproducesThePublishedFitToCdnow.
BgNbdFit FitBgNbd(std::span<const CustomerHistory> customers);

}  // namespace souk

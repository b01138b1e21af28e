// `souk completion`: a completion script for the shell, made from the verbs and options themselves.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/options.h"
#include "bench/cli/terminal.h"
#include "strategies/registry.h"

namespace souk {
namespace {

struct OptionWords {
  std::vector<std::string> names;    ///< --json, -o
  std::vector<std::string> choices;  ///< of its value, where they are few
  bool takes_value = false;
  std::string help;
};
struct VerbWords {
  std::string name;
  std::string help;
  std::vector<OptionWords> options;
  std::vector<std::string> words;  ///< what its positional arguments may be, beside files
};

/// `a`, `b` of an option whose type reads `TEXT:{a,b}`.
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

std::vector<VerbWords> VerbsOf(const CLI::App& app) {
  std::vector<VerbWords> verbs;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) {
    VerbWords verb{sub->get_name(), sub->get_description(), {}, {}};
    for (const CLI::Option* option : sub->get_options()) {
      OptionWords words{{}, ChoicesOf(*option), option->get_items_expected_max() > 0, option->get_description()};
      for (const std::string& name : option->get_lnames()) words.names.push_back("--" + name);
      for (const std::string& name : option->get_snames()) words.names.push_back("-" + name);
      if (words.names.empty()) verb.words.insert(verb.words.end(), words.choices.begin(), words.choices.end());
      else verb.options.push_back(std::move(words));
    }
    if (verb.name == "describe") {
      verb.words.emplace_back("scenario");
      for (const StrategyEntry& entry : Registry()) verb.words.push_back(entry.info().name);
      std::sort(verb.words.begin(), verb.words.end());
      verb.words.erase(std::unique(verb.words.begin(), verb.words.end()), verb.words.end());
    }
    verbs.push_back(std::move(verb));
  }
  return verbs;
}

std::string Words(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

std::string AllOptions(const VerbWords& verb) {
  std::vector<std::string> all;
  for (const OptionWords& option : verb.options) all.insert(all.end(), option.names.begin(), option.names.end());
  return Words(all);
}

/// The body of a `case` over "verb option" for options with a choice of values.
std::string ChoiceCases(const std::vector<VerbWords>& verbs) {
  std::string cases;
  for (const VerbWords& verb : verbs)
    for (const OptionWords& option : verb.options)
      for (const std::string& name : option.names)
        if (!option.choices.empty())
          cases += fmt::format("    '{} {}') words='{}' ;;\n", verb.name, name, Words(option.choices));
  return cases;
}

std::string VerbCases(const std::vector<VerbWords>& verbs) {
  std::string cases;
  for (const VerbWords& verb : verbs)
    cases += fmt::format("    {}) options='{}'; words='{}' ;;\n", verb.name, AllOptions(verb), Words(verb.words));
  return cases;
}

std::vector<std::string> Names(const std::vector<VerbWords>& verbs) {
  std::vector<std::string> names;
  for (const VerbWords& verb : verbs) names.push_back(verb.name);
  return names;
}

std::string Bash(const std::vector<VerbWords>& verbs) {
  return fmt::format(R"(# bash completion for souk. Use: source <(souk completion bash)
_souk() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} verb=${{COMP_WORDS[1]}} options= words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{} --help --version' -- "$current"))
    return
  fi
  case "$verb $previous" in
{}  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$verb" in
{}  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _souk souk
)",
                     Words(Names(verbs)), ChoiceCases(verbs), VerbCases(verbs));
}

std::string Zsh(const std::vector<VerbWords>& verbs) {
  return fmt::format(R"(#compdef souk
# zsh completion for souk. Use: souk completion zsh > a file _souk in a folder of $fpath
_souk() {{
  local current=$words[CURRENT] previous=$words[CURRENT-1] verb=$words[2] options= choices=
  if (( CURRENT == 2 )); then
    compadd -- {} --help --version
    return
  fi
  case "$verb $previous" in
{}  esac
  if [[ -n $choices ]]; then
    compadd -- ${{=choices}}
    return
  fi
  case "$verb" in
{}  esac
  if [[ $current == -* ]]; then
    compadd -- ${{=options}}
  else
    [[ -n $choices ]] && compadd -- ${{=choices}}
    _files
  fi
}}
compdef _souk souk
# As an autoloaded file this is the body of _souk itself, which has yet to complete its first word.
if [[ $funcstack[1] == _souk ]]; then _souk "$@"; fi
)",
                     Words(Names(verbs)), ChoiceCases(verbs), VerbCases(verbs));
}

std::string FishQuoted(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return "'" + out + "'";
}

std::string Fish(const std::vector<VerbWords>& verbs) {
  std::string out =
      "# fish completion for souk. Use: souk completion fish > "
      "~/.config/fish/completions/souk.fish\n";
  for (const VerbWords& verb : verbs) {
    out += fmt::format("complete -c souk -n __fish_use_subcommand -f -a {} -d {}\n", verb.name, FishQuoted(verb.help));
    const std::string when = fmt::format("-n '__fish_seen_subcommand_from {}'", verb.name);
    for (const OptionWords& option : verb.options) {
      std::string names;
      for (const std::string& name : option.names)
        names += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
      out += fmt::format("complete -c souk {}{}{} -d {}\n", when, names,
                         !option.choices.empty() ? " -x -a " + FishQuoted(Words(option.choices))
                         : option.takes_value    ? " -r"
                                                 : "",
                         FishQuoted(option.help));
    }
    if (!verb.words.empty()) out += fmt::format("complete -c souk {} -a {}\n", when, FishQuoted(Words(verb.words)));
  }
  return out;
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

void AddCompletion(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  const auto shell = std::make_shared<std::string>();
  verb->add_option("shell", *shell, "Which shell")->required()->check(OneOf({"bash", "zsh", "fish"}));
  verb->footer(
      "Examples:\n  source <(souk completion bash)\n  souk completion fish > "
      "~/.config/fish/completions/souk.fish");
  verb->callback([shell, &app, &action] {
    action = [shell, &app] {
      const std::vector<VerbWords> verbs = VerbsOf(app);
      // `words` is a special variable of zsh's completion.
      Out(*shell == "bash"  ? Bash(verbs)
          : *shell == "zsh" ? Replaced(Zsh(verbs), "words='", "choices='")
                            : Fish(verbs));
      return static_cast<int>(kExitOk);
    };
  });
}

}  // namespace souk

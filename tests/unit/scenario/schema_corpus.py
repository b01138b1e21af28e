"""Holds the JSON Schema to the reader's verdicts on the corpus.

usage: schema_corpus.py SCHEMA VERDICTS LEAST     VERDICTS: at least LEAST lines `good FILE` or `broken FILE`

A schema may never refuse what the reader takes. It must refuse what the reader refuses, except where
the file says `# schema: cannot tell: <why>`, which in turn must be true. Exit 77: modules missing.
"""
import json
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML 1.2 scalars, as an editor reads them; a tag is dropped, as a schema does not see it."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
]:
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), list(first))


def drop_tag(loader, _suffix, node):
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


Loader.add_multi_constructor("!", drop_tag)
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def schema_verdict(validator, file):
    """(good or broken, first message)"""
    try:
        with open(file, encoding="utf-8") as stream:
            document = yaml.load(stream, Loader)
        # A validator for JSON knows only texts as keys.
        document = json.loads(json.dumps(document), parse_constant=lambda c: c)
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, ValueError) as error:
        return "broken", f"unreadable: {error}"
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    return ("broken", error.message) if error else ("good", "")


def main(schema_file, verdicts_file, least):
    with open(schema_file, encoding="utf-8") as stream:
        schema = json.load(stream)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failures = compared = 0
    for line in open(verdicts_file, encoding="utf-8"):
        reader, file = line.split()
        compared += 1
        schema_says, message = schema_verdict(validator, file)
        cannot_tell = "# schema: cannot tell" in open(file, encoding="utf-8").read()
        if reader == "good" and schema_says == "broken":
            problem = f"the schema refuses a good file: {message[:200]}"
        elif reader == "good" and cannot_tell:
            problem = "a good file says that the schema cannot tell"
        elif reader == "broken" and (schema_says == "good") != cannot_tell:
            problem = f"the schema says {schema_says} {message[:200]!r}, the file says that it can{'not' if cannot_tell else ''} tell"
        else:
            continue
        failures += 1
        print(f"{file}: {problem}", file=sys.stderr)
    print(f"{compared} files, {failures} disagreements")
    return 1 if failures or compared < int(least) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

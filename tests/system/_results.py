"""What the tests of results files share: their contents as bytes, read without souk."""

import h5py

# SCHEMA.md: what the machine did. Everything else is a function of scenario, seed and strategies.
MEASURED = ("latency", "provenance")
MEASURED_ATTRIBUTES = ("history",)


def value_bytes(value):
    """A number, a text or an array as bytes. Texts are stored as references, so it is their words that count."""
    if hasattr(value, "dtype") and value.dtype != object:
        return str(value.dtype).encode() + str(value.shape).encode() + value.tobytes()
    return repr(value.tolist() if hasattr(value, "tolist") else value).encode()


def deterministic(path, groups=None):
    """{name: bytes} of all datasets and attributes that do not depend on the machine, or of the groups named."""
    found = {}

    def visit(name, node):
        top = name.split("/")[0]
        if top in MEASURED or (groups is not None and top not in groups):
            return
        for key, value in node.attrs.items():
            if key not in ("DIMENSION_LIST", "REFERENCE_LIST"):  # addresses in the file
                found[f"{name}@{key}"] = value_bytes(value)
        if isinstance(node, h5py.Dataset):
            found[name] = value_bytes(node[()])

    with h5py.File(path) as file:
        file.visititems(visit)
        if groups is None:
            for key, value in file.attrs.items():
                if key not in MEASURED_ATTRIBUTES:
                    found[f"/@{key}"] = value_bytes(value)
    return found


def differences(a, b, groups=None):
    """Names of what is not the same in two files."""
    one, two = deterministic(a, groups), deterministic(b, groups)
    assert len(one) > 20, "hardly anything was compared"
    return [name for name in sorted(set(one) | set(two)) if one.get(name) != two.get(name)]


def replications(path):
    with h5py.File(path) as file:
        return [int(r) for r in file["metrics/replication"][()]]


def planned(path):
    with h5py.File(path) as file:
        return int(file.attrs["planned_replications"][0])

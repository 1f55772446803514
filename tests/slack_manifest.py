"""`deploy/slack-manifest.yaml`, read without a library for YAML."""

import re

from tests.standins.process import ROOT

MANIFEST = (ROOT / "deploy" / "slack-manifest.yaml").read_text()


def listed(name: str) -> list[str]:
    """Return the entries of a list in the manifest, without their comments."""
    found = re.search(rf"^( *){name}:\n((?:\1  +- .*\n)+)", MANIFEST, re.MULTILINE)
    assert found is not None, name
    return re.findall(r"- (\S+)", found[2])


def values(name: str) -> list[str]:
    """Return what stands behind each key of this name."""
    return re.findall(rf"^[ -]*{name}: (.*?)(?: #.*)?$", MANIFEST, re.MULTILINE)

"""An environment without settings, and one with those that are required."""

import pytest

from bot.config import EPHEMERAL_PLATFORMS, Settings
from tests.unit.config.fixtures import REQUIRED


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = (*EPHEMERAL_PLATFORMS, "RENDER_EXTERNAL_URL", "KOYEB_PUBLIC_DOMAIN")
    for name in (
        *hosts,
        "HEROKU_APP_DEFAULT_DOMAIN_NAME",
        *(field.upper() for field in Settings.model_fields),
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)

"""The demo's Slack: a page over the stand-in that the tests use too."""

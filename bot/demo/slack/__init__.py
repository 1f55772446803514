"""The demo's Slack: a stand-in, and a page over it."""

"""What people do at Slack, handed to the screens."""

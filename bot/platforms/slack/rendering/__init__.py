"""Views, forms and notices as Slack's blocks. Pure. May import domain only."""

"""What people see today, byte for byte: a redesign is held against it.

Each file in `en/` and `de/` holds what one family of messages or forms is on its way to Discord, by
the name of the case; `commands.json` holds every command as it is registered. A test compares them
with what the product makes of the same values now.

`cases/`     which cases there are, in values of the domain: jobs, progress, settings, errors …
`samples.py` those values, with fixed ids and times
`scenes.py`  how each kind of thing is shown: the only module that knows which code shows it
`wire.py`    takes down what discord.py sends
`slack.py`   the main messages, forms and Home as they go to Slack, in `slack/en` and `slack/de`
`files.py`   reads, writes and compares the files

When a change is meant, write the files anew and read the difference:

    UPDATE_GOLDEN=1 make test ARGS="tests/golden"

`UPDATE_GOLDEN=custom_ids` writes new custom ids, and fails where anything else has changed.
"""

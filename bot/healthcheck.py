"""Whether the bot in this container is well: `python -m bot.healthcheck PORT`, exit status 0 or 1.

Standard library only: it runs every half minute.
"""

import http.client
import sys

TIMEOUT_S = 3


def is_well(port: int) -> bool:
    """Ask the bot at `port`, which answers as long as its event loop turns.

    Without the role `web` nothing listens there. A dead bot needs no check: its container ends.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except ConnectionRefusedError:
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_well(int(sys.argv[1])))

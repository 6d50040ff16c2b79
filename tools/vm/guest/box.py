"""Speaks to the box over its control socket, without Fably, which an emulated processor would load for ten seconds.

python3 box.py REQUEST     a JSON object, such as {"do": "status"}; prints the answer
python3 box.py heard FILE  writes into FILE what begins to be heard, for as long as the box is on: HEARD, the passage's number, the title.
                           It begins with the word WATCHING
"""

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def lines(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the box says to `request`, and after it."""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect("/run/fably/control")
        door.sendall(json.dumps({"id": 1, **request}).encode() + b"\n")
        yield from map(json.loads, door.makefile())


def main() -> None:
    if sys.argv[1] != "heard":
        answer = next(one for one in lines(json.loads(sys.argv[1])) if one.get("id") == 1)
        print(json.dumps(answer))
        raise SystemExit(not answer["ok"])
    with Path(sys.argv[2]).open("w", buffering=1) as file:
        for one in lines({"do": "watch"}):
            if one.get("id") == 1:
                print("WATCHING", file=file)
            if one.get("event") == "passage":
                print("HEARD", one["index"], one["story"]["title"], file=file)


if __name__ == "__main__":
    main()

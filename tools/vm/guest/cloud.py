"""A cloud in the guest, that speaks OpenAI's protocol over TLS: a story by the word, and a hum for a voice. It is not that of the tests:
their faults take an emulated processor seconds to load, and memory that is to be free.

python3 cloud.py PORT CERTIFICATE KEY
"""

import array
import json
import math
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STORY = " ".join(
    f"On evening number {number}, the lighthouse keeper made marzipan for the seals, and the seals sang to him." for number in range(8)
)
RATE = 24_000
SECONDS_A_CHARACTER = 0.06


class Cloud(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer of-the-bench":
            self.send_error(401)
        elif self.path.endswith("/chat/completions"):
            self._tell()
        else:
            self._speak(asked["input"])

    def _answer(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _tell(self) -> None:
        self._answer("text/event-stream")
        for word in STORY.split():
            chunk = {"choices": [{"index": 0, "delta": {"content": f"{word} "}, "finish_reason": None}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            time.sleep(0.02)
        self.wfile.write(b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n')

    def _speak(self, text: str) -> None:
        self._answer("audio/pcm")
        hum = array.array("h", (int(6000 * math.sin(0.06 * at)) for at in range(RATE // 10)))
        for _tenth in range(round(len(text) * SECONDS_A_CHARACTER * 10)):
            self.wfile.write(hum.tobytes())


def main() -> None:
    port, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Cloud)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

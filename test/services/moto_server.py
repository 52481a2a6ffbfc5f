"""moto's server, on a free port where none is given, mended where a test of containment would be misled by it.

usage: moto_server.py [HOST [PORT]]
Says where it listens. With KEYTRAIL_STOP_WITH_STDIN set it ends when standard input does, so it can't outlive
the test run that started it.
"""

import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

import moto_mends


def stop_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    moto_mends.mend()
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server(host, port, app, threaded=True)
    # moto calls itself under this port for some services.
    os.environ["MOTO_PORT"] = str(server.port)
    if os.environ.get("KEYTRAIL_STOP_WITH_STDIN"):
        threading.Thread(target=stop_with_stdin, daemon=True).start()
    print(f"keytrail-service listening on {host}:{server.port}", flush=True)
    server.serve_forever()


main()

"""Gap: every warm Lambda invocation takes 40 ms too long.

MiniStack's Lambda Runtime API writes head and body of a response separately, and the kernel holds the second write
back until the first is acknowledged (Nagle's algorithm against delayed acknowledgement).
"""

import socketserver


def close():
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True

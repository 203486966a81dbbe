"""The local AWS: MiniStack with the gaps closed that this product meets.

Started by `cargo xtask` as `python xtask/ministack`, with a clean environment that names the port, the host
and every folder. It ends when its standard input ends, so a parent that dies in any way takes it along.
"""

import sys

import gaps
import parent


def main():
    gaps.close_all()
    parent.end_with_it()
    from ministack.app import main as serve

    sys.argv = sys.argv[:1]
    serve()


main()

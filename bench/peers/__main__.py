"""Other people's programs on the same questions. Never needed by jisr.

  python3 bench/peers names            what `tools/bench names --peers` adds
  python3 bench/peers lists            what `tools/bench lists --peers` adds
  python3 bench/peers peers [--full]   tools/bench peers

A virtual environment in build-bench/peers gets them from PyPI (needs python3-venv). What cannot be had here is said and
left out."""

import os
import sys

import install

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    install.environment()
    command = sys.argv[1]
    if command == "names":
        import pairs
        pairs.names()
    elif command == "lists":
        import compare
        compare.lists()
    elif command == "peers":
        import compare
        compare.peers(sys.argv[2:])
    elif command == "work":
        import work
        work.main(sys.argv[2:])
    else:
        print(f"peers: none for '{command}'")
    sys.stdout.flush()
    os._exit(0) # foreign threads are not waited for

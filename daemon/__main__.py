"""`python -m daemon` is the program `riwaya`."""

from daemon.cli import main

main()

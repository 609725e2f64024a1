# shellcheck shell=bash
kill "$(<"$SCRATCH/registry.pid")"

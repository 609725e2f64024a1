# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with inside.sh and run
# Starting components of the lab, and saying which one is to blame. Runs in the lab's work folder.

say() { printf 'lab: %s\n' "$*" >&2; }

# start NAME COMMAND...: runs a component in the background. Its log is logs/NAME.log; start/NAME repeats it.
start() {
  local name=$1
  shift
  printf '%q ' "$@" >"start/$name"
  "$@" >>"logs/$name.log" 2>&1 </dev/null &
  echo $! >"pids/$name"
}

runs() { kill -0 "$(<"pids/$1")" 2>/dev/null; }

# until_ok SECONDS COMMAND...: repeats a command until it succeeds. A component that dies meanwhile ends the waiting.
until_ok() {
  local seconds=$1 end=$((SECONDS + $1)) dead=
  shift
  until "$@" >/dev/null 2>&1; do
    if dead=$(dead_components) && [ -n "$dead" ]; then
      break
    fi
    if [ "$SECONDS" -ge "$end" ]; then
      say "waited $seconds s for: $*"
      "$@" 2>&1 | tail -3 >&2
      return 1
    fi
    sleep 0.1
  done
  [ -z "$dead" ]
}

dead_components() {
  local pid
  for pid in pids/*; do
    [ -f "$pid" ] && [ ! -f "stopped/${pid#pids/}" ] && ! runs "${pid#pids/}" && echo "${pid#pids/}"
  done
  return 0
}

# Prints the last lines of every component that died, or, when none died, says where the logs are.
blame() {
  local name
  for name in $(dead_components); do
    say "$name ended; the last lines of its log:"
    tail -n 20 "logs/$name.log" | cut -c 1-400 >&2
  done
  say "all logs are in $PWD/logs"
}

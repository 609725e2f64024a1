#!/usr/bin/env bash
# Waits until the lab or its runner has ended, however that happened, then removes what is left of it.
# usage: watchdog.sh RUNNER_PID INNER_PID LAB_ID WORK
runner=$1 inner=$2 id=$3 work=$4
while [ -d "/proc/$runner" ] && [ -d "/proc/$inner" ] && ! grep -qs '^State:.Z' "/proc/$inner/status"; do sleep 0.2; done

# Every process of the lab carries its id in its environment, whatever namespace or session it is in.
ours() { grep -lzs "^CHIRON_LAB_ID=$id\$" /proc/[0-9]*/environ | grep -o '[0-9]*' | grep -vx "$runner"; }
for _ in {1..50}; do
  # shellcheck disable=SC2046
  # shellcheck disable=SC2046 # one word for each process
  kill -KILL "$inner" $(ours) 2>/dev/null || break
  sleep 0.1
done

# The kubelet's and containers' cgroups.
for _ in {1..100}; do
  left=$(find /sys/fs/cgroup -maxdepth 2 -name "chiron-lab-$id" -type d 2>/dev/null)
  [ -z "$left" ] && break
  while read -r group; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; done <<<"$left"
  sleep 0.1
done
[ -z "$left" ] || echo "lab: these cgroups could not be removed: $left"

# Folders of the machine that were made as places for mounts, and the bulk of the work folder; logs stay.
cd "$work" || exit
if [ -f made ]; then xargs rmdir -p --ignore-fail-on-non-empty <made 2>/dev/null; fi
rm -rf etcd cri kubelet cni pods made

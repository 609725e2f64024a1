#!/usr/bin/env bash
# shellcheck disable=SC2154 # lab and others are run's
# The inside of tests/lab/run: brings the cluster up, runs COMMAND, ends. Started by run, which sets its variables.
# usage: inside.sh [IMAGE...] -- COMMAND...
set -uo pipefail
images=()
while [ "$1" != -- ]; do
  images+=("$1")
  shift
done
shift
home=$PWD began=$EPOCHREALTIME
cd "$CHIRON_LAB_WORK" || exit 125
rm -rf etcd cri pods kubelet pids stopped start certs logs
mkdir -p logs pids stopped start certs

for part in processes certificates control_plane "$CHIRON_LAB_MODE"; do
  # shellcheck source=/dev/null
  . "$lab/parts/$part.sh"
done

come_up() {
  prepare && all_certificates "$advertise" && control_plane && nodes
}
if ! come_up; then
  say "the $CHIRON_LAB_MODE lab did not come up"
  blame
  exit 125
fi
say "$CHIRON_LAB_MODE, ready after $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $began }") s, work folder $CHIRON_LAB_WORK"

status=0
(cd "$home" && exec "$@") || status=$?
if [ -n "$(dead_components)" ] || [ $status != 0 ]; then blame; fi
finish
exit $status

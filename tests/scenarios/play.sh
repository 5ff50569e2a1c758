#!/usr/bin/env bash
# play.sh GNCSIM SCENARIO [OPTION…]: plays it; fails where something in it does not hold. A run whose generator could not
# keep up (status 4) says nothing about the scenario, so it is played again, twice at most.
set -uo pipefail
gncsim=$1 scenario=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for attempt in 1 2 3; do
  "$gncsim" run "$scenario" "$@" --quiet --keep-going --out "$folder/$attempt"
  status=$?
  [ $status -eq 4 ] || break
done
[ $status -eq 0 ] || tail -n 20 "$folder"/*/logs/*.log
exit $status

#!/usr/bin/env bash
# play.sh GNCSIM SCENARIO [OPTION…]: plays it; fails where something in it does not hold. A run whose generator could not
# keep up (status 4) says nothing about the scenario, so it is played again, twice at most.
# With GNC_PROMISES_ALONE=1 what it expects of times is let go of: the promises must hold, and no sanitizer may report.
set -uo pipefail
gncsim=$1 scenario=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for attempt in 1 2 3; do
  "$gncsim" run "$scenario" "$@" --quiet --keep-going --out "$folder/$attempt" 2> "$folder/$attempt.said"
  status=$?
  cat "$folder/$attempt.said" >&2
  [ "$status" -eq 4 ] || break
done
if [ "${GNC_PROMISES_ALONE:-}" = 1 ] && [[ $status = [14] ]]; then
  promises=$(grep -A 1 '"promise":' "$folder/$attempt/report.json" | grep '"held":')
  if [ -n "$promises" ] && ! grep -q false <<< "$promises" &&
    ! grep -rqE 'Sanitizer|runtime error:' "$folder"/*.said "$folder"/*/logs; then
    echo "what did not hold is a time or follows from one; every promise held"
    status=0
  fi
fi
[ "$status" -eq 0 ] || tail -n 20 "$folder"/*/logs/*.log
exit "$status"

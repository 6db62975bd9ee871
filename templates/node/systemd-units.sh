#!/usr/bin/env bash
# Do these systemd units run? Configuration: one JSON object on standard input.
set -euo pipefail
export LC_ALL=C
PATH=${AAMI_CHECK_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}

config=$(cat)
if ! command -v systemctl >/dev/null; then
  echo 'systemd-units: systemctl is not installed' >&2
  exit 69
fi
if [[ $(systemctl is-system-running 2>/dev/null || true) == offline ]]; then
  echo 'systemd-units: systemd does not run here' >&2
  exit 69
fi

limit=$(jq -r '.timeout_seconds // 10' <<<"$config")
units=$(jq --compact-output '.units // ["slurmd.service", "munge.service", "nvidia-persistenced.service"] | unique' <<<"$config")
mapfile -t names < <(jq -r '.[]' <<<"$units")
if ((${#names[@]} == 0)); then exit 0; fi

answer=$(timeout --kill-after=1 "$limit" systemctl show -p Id,LoadState,ActiveState,NRestarts -- "${names[@]}")

# One block per unit in the order asked for. The label is the name as asked for: Id resolves aliases.
jq -r --raw-input --slurp --argjson units "$units" '
  def quoted: gsub("\\\\"; "\\\\") | gsub("\""; "\\\"");
  def bit: if . then 1 else 0 end;
  def family($name; $type; $help; value): map({ unit, value: value } | select(.value != null))
    | if length == 0 then empty else "# HELP \($name) \($help)", "# TYPE \($name) \($type)", (.[] | "\($name){unit=\"\(.unit | quoted)\"} \(.value)") end;
  (split("\n\n") | map(split("\n") | map(select(contains("=")) | split("=") | { key: .[0], value: (.[1:] | join("=")) }) | from_entries) | map(select(. != {}))) as $blocks
  | if ($blocks | length) != ($units | length) then error("systemctl described \($blocks | length) units instead of \($units | length)") else . end
  | [$units, $blocks] | transpose | map({ unit: .[0] } + .[1])
  | family("aami_systemd_unit_active"; "gauge"; "1 if the unit is active."; .ActiveState == "active" | bit),
    family("aami_systemd_unit_loaded"; "gauge"; "1 if the unit is installed and loaded."; .LoadState == "loaded" | bit),
    family("aami_systemd_unit_restarts_total"; "counter"; "Automatic restarts of the unit."; .NRestarts | if . == null or . == "" then null else tonumber end)
' <<<"$answer"

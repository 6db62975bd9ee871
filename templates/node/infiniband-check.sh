#!/usr/bin/env bash
# State, rate and errors of InfiniBand ports, from sysfs. Configuration: one JSON object on standard input.
set -euo pipefail
export LC_ALL=C
PATH=${AAMI_CHECK_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}

config=$(cat)
class=$(jq -r '.sysfs_root // "/sys"' <<<"$config")/class/infiniband
expected_bytes=$(jq -r 'if .rate_gbps == null then "" else .rate_gbps * 1e9 / 8 end' <<<"$config")
mapfile -t wanted < <(jq -r '.ports // [] | unique | .[]' <<<"$config")

# A driver may refuse to read a file of a card that is in trouble: that value is then left out.
value() { cat -- "$1" 2>/dev/null || true; }

ports=() missing=0
if ((${#wanted[@]} > 0)); then
  # Ports that must exist: a machine without any card is then a fault, not an unsupported one.
  for port in "${wanted[@]}"; do
    if [[ -d $class/${port%:*}/ports/${port##*:} ]]; then ports+=("$port"); else missing=$((missing + 1)); fi
  done
else
  shopt -s nullglob
  for directory in "$class"/*/ports/*; do
    if [[ $(value "$directory/link_layer") != InfiniBand ]]; then continue; fi
    device=${directory%/ports/*}
    ports+=("${device##*/}:${directory##*/}")
  done
  if ((${#ports[@]} == 0)); then
    echo "infiniband: no InfiniBand port under $class" >&2
    exit 69
  fi
fi

up=() rates=() expected=() errors=()
for port in "${ports[@]}"; do
  directory=$class/${port%:*}/ports/${port##*:}
  labels="device=\"${port%:*}\",port=\"${port##*:}\""
  full="$labels,link_layer=\"$(value "$directory/link_layer")\""
  state=$(value "$directory/state") physical=$(value "$directory/phys_state") rate=$(value "$directory/rate")
  if [[ -n $state && -n $physical ]]; then
    if [[ $state == 4:* && $physical == 5:* ]]; then active=1; else active=0; fi
    up+=("aami_infiniband_port_up{$full} $active")
  fi
  # "400 Gb/sec (4X NDR)"; the number may be 2.5.
  if [[ $rate =~ ^([0-9]+(\.[0-9]+)?)\ Gb/sec ]]; then
    rates+=("aami_infiniband_port_rate_bytes_per_second{$full} $(jq -n "${BASH_REMATCH[1]} * 1e9 / 8")")
  fi
  if [[ -n $expected_bytes ]]; then
    expected+=("aami_infiniband_port_expected_rate_bytes_per_second{$full} $expected_bytes")
  fi
  for counter in symbol_error link_error_recovery link_downed port_rcv_errors local_link_integrity_errors excessive_buffer_overrun_errors; do
    count=$(value "$directory/counters/$counter")
    # "N/A (no PMA)" where the device does not count.
    if [[ $count =~ ^[0-9]+$ ]]; then
      errors+=("aami_infiniband_port_errors_total{$labels,counter=\"$counter\"} $count")
    fi
  done
done

family() {
  local name=$1 type=$2 help=$3
  shift 3
  if (($# > 0)); then printf '# HELP %s %s\n# TYPE %s %s\n' "$name" "$help" "$name" "$type"; printf '%s\n' "$@"; fi
}
family aami_infiniband_port_up gauge '1 if the port is ACTIVE and physically LinkUp.' "${up[@]}"
family aami_infiniband_port_rate_bytes_per_second gauge 'Current rate of the port in bytes per second.' "${rates[@]}"
family aami_infiniband_port_expected_rate_bytes_per_second gauge 'Rate the configuration expects in bytes per second.' "${expected[@]}"
family aami_infiniband_port_errors_total counter 'Error counter of the port as the kernel reports it.' "${errors[@]}"
family aami_infiniband_ports_missing gauge 'Configured ports that this node does not have.' "aami_infiniband_ports_missing $missing"

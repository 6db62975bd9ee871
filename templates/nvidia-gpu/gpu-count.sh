#!/usr/bin/env bash
# How many GPUs do the driver and the PCI bus see? Configuration: one JSON object on standard input.
# No nvidia-smi and no board: unsupported. A board without a working driver is a measurement: 0 GPUs.
set -euo pipefail
export LC_ALL=C
PATH=${AAMI_CHECK_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}

config=$(cat)
setting() { jq -r --arg key "$1" --argjson default "$2" 'if .[$key] == null then $default else .[$key] end' <<<"$config"; }

sysfs=$(setting sysfs_root '"/sys"')
limit=$(setting timeout_seconds 30 | jq 'ceil')
state_dir=$(setting state_dir '"/run/aami"')

on_bus=0
shopt -s nullglob
for device in "$sysfs"/bus/pci/devices/*; do
  # A device that is falling off the bus may refuse the read.
  vendor=$(cat -- "$device/vendor" 2>/dev/null || true)
  class=$(cat -- "$device/class" 2>/dev/null || true)
  if [[ $vendor == 0x10de && ($class == 0x0300* || $class == 0x0302*) ]]; then on_bus=$((on_bus + 1)); fi
done
expected=$(setting expected "$on_bus")

if ! command -v nvidia-smi >/dev/null && ((on_bus == 0 && expected == 0)); then
  echo 'gpu-count: no nvidia-smi and no NVIDIA board' >&2
  exit 69
fi

# A wedged driver leaves nvidia-smi in uninterruptible sleep, where it outlives even SIGKILL. The process holds the lock
# for as long as it lives: a later run sees that it still hangs and does not start another.
output=$(mktemp)
trap 'rm -f -- "$output"' EXIT
list_gpus() {
  local deadline pid
  command -v nvidia-smi >/dev/null || return 1
  mkdir -p "$state_dir"
  exec 9>"$state_dir/nvidia-smi.lock"
  flock --nonblock 9 || return 1
  nvidia-smi -L >"$output" 2>/dev/null </dev/null &
  pid=$!
  exec 9>&-
  deadline=$((SECONDS + limit))
  while kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      kill -KILL "$pid" 2>/dev/null || true
      return 1
    fi
    sleep 0.1
  done
  wait "$pid"
}

success=0
if list_gpus; then success=1; fi
# MIG slices are listed below their GPU, indented.
by_driver=$(grep -c '^GPU [0-9]' "$output" || true)

cat <<METRICS
# HELP aami_gpus GPUs as seen by the driver or on the PCI bus.
# TYPE aami_gpus gauge
aami_gpus{source="driver"} $by_driver
aami_gpus{source="pci"} $on_bus
# HELP aami_gpus_expected GPUs this node should have.
# TYPE aami_gpus_expected gauge
aami_gpus_expected $expected
# HELP aami_nvidia_smi_success 1 if nvidia-smi answered in time with status 0.
# TYPE aami_nvidia_smi_success gauge
aami_nvidia_smi_success $success
METRICS

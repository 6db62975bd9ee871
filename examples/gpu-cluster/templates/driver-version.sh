#!/usr/bin/env bash
# Is the loaded NVIDIA driver the one that was rolled out? Metrics on standard output; health is in the metrics, so that
# the status is 0 whatever the answer, 69 where there is no driver at all.
set -euo pipefail
export LC_ALL=C

expected='' proc_file=/proc/driver/nvidia/version
while (($# > 0)); do
  case $1 in
    --expected) expected=$2; shift 2 ;;
    --proc-file) proc_file=$2; shift 2 ;;
    *) echo "driver-version: unknown argument: $1" >&2; exit 1 ;;
  esac
done

if [[ ! -r $proc_file ]]; then
  echo 'driver-version: no NVIDIA driver is loaded' >&2
  exit 69
fi
# "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@…)"
if ! [[ $(head -n 1 -- "$proc_file") =~ [[:space:]]([0-9]+(\.[0-9]+)+)[[:space:]] ]]; then
  echo "driver-version: no version in $proc_file" >&2
  exit 1
fi
version=${BASH_REMATCH[1]}

matches=0
if [[ $version == "$expected" ]]; then matches=1; fi
cat <<METRICS
# HELP site_nvidia_driver_version_matches 1 if the loaded NVIDIA driver is the expected one.
# TYPE site_nvidia_driver_version_matches gauge
site_nvidia_driver_version_matches{version="$version"} $matches
METRICS

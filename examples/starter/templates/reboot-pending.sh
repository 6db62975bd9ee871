#!/usr/bin/env bash
# Metrics on standard output. The first argument is the file that is there while a reboot is due.
set -euo pipefail

pending=0
if [[ -e ${1:?the marker file is missing} ]]; then pending=1; fi
cat <<METRICS
# HELP site_reboot_pending 1 if the host waits for a reboot.
# TYPE site_reboot_pending gauge
site_reboot_pending $pending
METRICS

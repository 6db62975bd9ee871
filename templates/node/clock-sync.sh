#!/usr/bin/env bash
# Is the clock synchronised? Configuration: one JSON object on standard input.
# A daemon that is installed but does not answer is a measurement: not synchronised.
set -euo pipefail
export LC_ALL=C
PATH=${AAMI_CHECK_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}

config=$(cat)
setting() { jq -r --arg key "$1" --argjson default "$2" 'if .[$key] == null then $default else .[$key] end' <<<"$config"; }

source=$(setting source '"auto"')
limit=$(setting timeout_seconds 5)

if [[ $source == auto ]]; then
  if command -v chronyc >/dev/null; then source=chrony; else source=timedatectl; fi
fi
case $source in
  chrony) tool=chronyc ;;
  timedatectl) tool=timedatectl ;;
  *) echo "clock-sync: unknown source: $source" >&2; exit 1 ;;
esac
if ! command -v "$tool" >/dev/null; then
  echo "clock-sync: $tool is not installed" >&2
  exit 69
fi
if [[ $source == timedatectl && $(systemctl is-system-running 2>/dev/null || true) == offline ]]; then
  echo 'clock-sync: neither chrony nor a running systemd' >&2
  exit 69
fi

synchronised=0 offset='' stratum=''
if [[ $source == chrony ]]; then
  # 14 fields: 3rd stratum, 5th offset, 14th leap status.
  answer=$(timeout --kill-after=1 "$limit" chronyc -c tracking 2>/dev/null) || answer=''
  if [[ -n $answer ]]; then
    IFS=, read -ra field <<<"${answer%%$'\n'*}"
    if ((${#field[@]} != 14)); then
      echo "clock-sync: chronyc printed ${#field[@]} fields instead of 14" >&2
      exit 1
    fi
    stratum=${field[2]} offset=${field[4]}
    if [[ ${field[13]} != 'Not synchronised' ]]; then synchronised=1; fi
  fi
else
  answer=$(timeout --kill-after=1 "$limit" timedatectl show -p NTPSynchronized --value 2>/dev/null) || answer=''
  if [[ $answer == yes ]]; then synchronised=1; fi
fi

gauge() { printf '# HELP %s %s\n# TYPE %s gauge\n%s{source="%s"} %s\n' "$1" "$2" "$1" "$1" "$source" "$3"; }
gauge aami_clock_synchronized '1 if the clock is synchronised.' "$synchronised"
if [[ -n $offset ]]; then gauge aami_clock_offset_seconds 'Offset of the system clock in seconds.' "$offset"; fi
if [[ -n $stratum ]]; then gauge aami_clock_stratum 'Stratum of the clock.' "$stratum"; fi

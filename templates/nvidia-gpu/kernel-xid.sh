#!/usr/bin/env bash
# Counts the XID and SXid messages of NVIDIA's driver in the kernel log since boot. Configuration: one JSON object on
# standard input. The journal's cursor and the counts are kept together, keyed by boot: the kernel's ring buffer wraps,
# and reading a long boot again every minute would be slow.
set -euo pipefail
export LC_ALL=C
PATH=${AAMI_CHECK_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}

config=$(cat)
setting() { jq -r --arg key "$1" --argjson default "$2" 'if .[$key] == null then $default else .[$key] end' <<<"$config"; }

sysfs=$(setting sysfs_root '"/sys"')
limit=$(setting timeout_seconds 15)
state_dir=$(setting state_dir '"/run/aami"')

if ! command -v journalctl >/dev/null; then
  echo 'kernel-xid: journalctl is not installed' >&2
  exit 69
fi
if ! grep -qsx 0x10de "$sysfs"/bus/pci/devices/*/vendor && [[ ! -d $sysfs/module/nvidia ]]; then
  echo 'kernel-xid: no NVIDIA device and no driver' >&2
  exit 69
fi

umask 022
mkdir -p "$state_dir"
state_file="$state_dir/kernel-xid.json"
boot=$(cat /proc/sys/kernel/random/boot_id)
state=$(jq --compact-output --arg boot "$boot" 'select(.boot == $boot)' "$state_file" 2>/dev/null || true)
state=${state:-$(jq -n --compact-output --arg boot "$boot" '{ boot: $boot, cursor: null, seen: {} }')}

cursor=$(jq -r '.cursor // ""' <<<"$state")
since=()
if [[ -n $cursor ]]; then since=(--after-cursor "$cursor"); fi

# Messages with odd bytes come as a list of numbers, never ours. The last line's cursor is kept, whatever it says.
new_state=$(timeout --kill-after=1 "$limit" journalctl -k -b -q -o json --output-fields=MESSAGE "${since[@]}" \
  | jq --compact-output -n --argjson state "$state" '
      def address: ascii_downcase | if test("\\.[0-9a-f]$") then . else . + ".0" end;
      reduce inputs as $line ($state;
        .cursor = ($line.__CURSOR // .cursor)
        | ($line.MESSAGE | if type == "string" then . else "" end) as $message
        | ([$message | capture("Xid \\(PCI:(?<bus>[0-9A-Fa-f:.]+)[^)]*\\): (?<code>[0-9]+)")
             | select($message | contains("NVRM:"))
             | { kind: "xid", bus: (.bus | address), code, fatal: null }]
           + [$message | capture("SXid \\(PCI:(?<bus>[0-9A-Fa-f:.]+)[^)]*\\): (?<code>[0-9]+), (?<severity>Fatal|Non-fatal)")
             | { kind: "sxid", bus: (.bus | address), code, fatal: (.severity == "Fatal") }]) as $events
        | reduce $events[] as $event (.;
            ([$event.kind, $event.bus, $event.code, $event.fatal] | tojson) as $key
            | .seen[$key].count += 1
            | .seen[$key].last = (($line.__REALTIME_TIMESTAMP | tonumber) / 1e6 | floor)))')

# In the same folder and by rename, so that a kill leaves the old state or the new one.
printf '%s\n' "$new_state" >"$state_file.tmp"
mv -f -- "$state_file.tmp" "$state_file"

jq -r '
  def labels: if .kind == "xid" then "pci_bus_id=\"\(.bus)\",xid=\"\(.code)\"" else "pci_bus_id=\"\(.bus)\",sxid=\"\(.code)\",fatal=\"\(.fatal)\"" end;
  def family($name; $type; $help; value): if length == 0 then empty else "# HELP \($name) \($help)", "# TYPE \($name) \($type)", (.[] | "\($name){\(labels)} \(value)") end;
  [.seen | to_entries | sort_by(.key)[] | (.key | fromjson) as $key | { kind: $key[0], bus: $key[1], code: $key[2], fatal: $key[3] } + .value]
  | map(select(.kind == "xid")) as $xids | map(select(.kind == "sxid")) as $sxids
  | ($xids | family("aami_gpu_xid_errors_total"; "counter"; "XID messages in the kernel log since boot."; .count),
             family("aami_gpu_xid_last_timestamp_seconds"; "gauge"; "Unix time of the last XID message."; .last)),
    ($sxids | family("aami_nvswitch_sxid_errors_total"; "counter"; "SXid messages in the kernel log since boot."; .count),
              family("aami_nvswitch_sxid_last_timestamp_seconds"; "gauge"; "Unix time of the last SXid message."; .last))
' <<<"$new_state"

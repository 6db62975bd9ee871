#!/usr/bin/env bash
# Are these paths mounted, with the expected file system? Configuration: one JSON object on standard input.
# Everything but the write test comes from the mount table: stat, df and mountpoint block on a dead server.
set -euo pipefail
export LC_ALL=C
PATH=${AAMI_CHECK_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}

config=$(cat)
setting() { jq -r --arg key "$1" --argjson default "$2" 'if .[$key] == null then $default else .[$key] end' <<<"$config"; }

mountinfo=$(setting mountinfo '"/proc/self/mountinfo"')
write_test=$(setting write_test false)
limit=$(setting timeout_seconds 5 | jq 'ceil')
state_dir=$(setting state_dir '"/run/aami"')

# One object per path: {path, mounted, readonly}. Of several mounts on one path the last lies on top.
mounts=$(jq --compact-output --rawfile table "$mountinfo" '
  def unescape: gsub("\\\\040"; " ") | gsub("\\\\011"; "\t") | gsub("\\\\012"; "\n") | gsub("\\\\043"; "#") | gsub("\\\\134"; "\\");
  def has_ro: split(",") | any(. == "ro");
  ($table | split("\n") | map(select(. != "") | split(" ") | . as $field | (index("-")) as $dash
    | { key: ($field[4] | unescape),
        value: {
          fstype: $field[$dash + 1],
          source: ($field[$dash + 2] | unescape),
          readonly: (($field[5] | has_ro) or (($field[$dash + 3] // "") | has_ro)) } })
    | from_entries) as $mounts
  | (.paths // ["/data"])[]
  | if type == "string" then { path: . } else . end
  | (if .path == "/" then "/" else .path | sub("/+$"; "") end) as $at
  | $mounts[$at] as $found
  | { path: .path, at: $at,
      mounted: ($found != null and (.fstype == null or .fstype == $found.fstype) and (.source == null or .source == $found.source)),
      readonly: ($found.readonly // false) }
' <<<"$config" | jq --compact-output --slurp 'unique_by(.path)')

# Creates, syncs and removes a small file. What hangs cannot be killed, so it is left to itself: it holds the lock until it
# is through, and a later run that finds the lock taken reports a failure instead of starting another.
write_once() {
  local file="$1/.aami-write-test.$HOSTNAME.$$" lock=$2 deadline pid
  exec 9>"$lock"
  flock --nonblock 9 || return 1
  { dd if=/dev/zero of="$file" bs=1 count=1 conv=fsync && rm -f -- "$file"; } >/dev/null 2>&1 </dev/null &
  pid=$!
  exec 9>&-
  deadline=$((SECONDS + limit))
  while kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS >= deadline)); then return 1; fi
    sleep 0.05
  done
  wait "$pid"
}

written='{}'
if [[ $write_test == true ]]; then
  mkdir -p "$state_dir"
  while IFS= read -r entry; do
    at=$(jq -r '.at' <<<"$entry")
    lock="$state_dir/mount-check-$(cksum <<<"$at" | cut -d ' ' -f 1).lock"
    success=0
    if write_once "$at" "$lock"; then success=1; fi
    written=$(jq --compact-output --argjson entry "$entry" --argjson success "$success" '.[$entry.path] = $success' <<<"$written")
  done < <(jq --compact-output '.[] | select(.mounted and (.readonly | not))' <<<"$mounts")
fi

jq -r --argjson written "$written" '
  def quoted: gsub("\\\\"; "\\\\") | gsub("\""; "\\\"") | gsub("\n"; "\\n");
  def family($name; $help): if length == 0 then empty else "# HELP \($name) \($help)", "# TYPE \($name) gauge", (.[] | "\($name){path=\"\(.path | quoted)\"} \(.value)") end;
  . as $mounts
  | (map({ path, value: (if .mounted then 1 else 0 end) })
      | family("aami_mount_mounted"; "1 if the path is a mount point with the expected file system, else 0.")),
    (map(select(.mounted) | { path, value: (if .readonly then 1 else 0 end) })
      | family("aami_mount_readonly"; "1 if the mount is read-only.")),
    ($mounts | map(select($written[.path] != null) | { path, value: $written[.path] })
      | family("aami_mount_write_success"; "1 if a small file could be written, synced and removed in time."))
' <<<"$mounts"

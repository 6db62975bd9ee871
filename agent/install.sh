#!/bin/bash -p
# install.sh: installs the agent on this node, or into the root folder of an image. May be run any number of times.
set -euo pipefail
export LC_ALL=C
umask 022
# From bash 5.2 on, `&` in a replacement would mean what was matched; it is an ordinary character of addresses.
shopt -u patsub_replacement 2>/dev/null || true

usage() {
  cat <<'USAGE'
Usage: install.sh [options]
  --source URL|DIR   where the output of `aami build` lies; goes into the settings if there are none yet
  --textfile-dir DIR the folder of node_exporter's textfile collector; likewise
  --key FILE         public key: from then on the node runs only what it has signed
  --root DIR         install below DIR, as for an image; nothing is started
  --cron             with cron, also where there is systemd
  --dry-run          say what would be done
  --uninstall        remove the agent and its files; settings, key and state stay
USAGE
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root='' source='' textfile_dir='' key='' dry_run='' uninstall='' cron=''
while (($# > 0)); do
  case $1 in
    --source | --textfile-dir | --key | --root)
      if (($# < 2)); then echo "install.sh: $1 needs a value" >&2; exit 2; fi
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift
      ;;
    --cron) cron=yes ;;
    --dry-run) dry_run=yes ;;
    --uninstall) uninstall=yes ;;
    -h | --help) usage; exit 0 ;;
    *) echo "install.sh: unknown option $1 (--help lists them)" >&2; exit 2 ;;
  esac
  shift
done
root=${root%/}
if [[ -z $root && $EUID -ne 0 && -z $dry_run ]]; then
  echo 'install.sh: run it as root, or with --root DIR' >&2
  exit 3
fi

readonly PROGRAM=/usr/local/lib/aami/dynamic-check.sh SETTINGS=/etc/aami/agent.env KEY=/etc/aami/bundle.pub
readonly SERVICE=/etc/systemd/system/aami-agent.service TIMER=/etc/systemd/system/aami-agent.timer CRON=/etc/cron.d/aami-agent
# What `systemctl enable` makes of the timer; an image has no running systemd to do it.
readonly ENABLED=/etc/systemd/system/timers.target.wants/aami-agent.timer
has_systemd=''
if [[ -z $cron && (-n $root || -d /run/systemd/system) ]]; then has_systemd=yes; fi

say() { printf '%s %s\n' "${dry_run:+would }$1" "$2"; }

# Standard input to a file below the root, if it is not so already; complete before it has its name.
put() {
  local file=$root$1 mode=$2 new
  new=$(cat; printf .)
  new=${new%.}
  if [[ -f $file && $(cat -- "$file"; printf .) == "$new." && $(stat -c %a -- "$file") == "$mode" ]]; then return; fi
  say write "$file"
  if [[ -n $dry_run ]]; then return; fi
  mkdir -p -- "$(dirname -- "$file")"
  printf '%s' "$new" >"$file.new"
  chmod -- "$mode" "$file.new"
  mv -fT -- "$file.new" "$file"
}

take_away() {
  local file=$root$1
  if [[ ! -e $file && ! -L $file ]]; then return; fi
  say remove "$file"
  if [[ -z $dry_run ]]; then rm -f -- "$file"; fi
}

# Where the settings say that node_exporter reads, in $textfiles.
textfiles=/var/lib/prometheus/node-exporter
read_textfile_folder() {
  local line
  if [[ ! -r $root$SETTINGS ]]; then textfiles=${textfile_dir:-$textfiles}; return; fi
  while IFS= read -r line; do
    if [[ $line =~ ^[[:space:]]*AAMI_TEXTFILE_DIR=[\"\']?([^\"\']*[^\"\'[:space:]])[\"\']?[[:space:]]*$ ]]; then textfiles=${BASH_REMATCH[1]}; fi
  done <"$root$SETTINGS"
}

control() {
  if [[ -n $root || ! -d /run/systemd/system ]]; then return; fi
  say run "systemctl $*"
  if [[ -z $dry_run ]]; then systemctl "$@"; fi
}

enable_timer() {
  control enable --now aami-agent.timer
  if [[ -z $root || -L $root$ENABLED ]]; then return; fi
  say enable "$root$TIMER"
  if [[ -n $dry_run ]]; then return; fi
  mkdir -p -- "$root${ENABLED%/*}"
  ln -s -- "$TIMER" "$root$ENABLED"
}

remove_units() {
  local file
  if [[ ! -e $root$TIMER ]]; then return; fi
  control disable --now aami-agent.timer aami-agent.service
  for file in "$ENABLED" "$TIMER" "$SERVICE"; do take_away "$file"; done
  control daemon-reload
}

if [[ -n $uninstall ]]; then
  remove_units
  for file in "$CRON" "$PROGRAM"; do take_away "$file"; done
  # node_exporter would serve them for ever.
  read_textfile_folder
  shopt -s nullglob
  for file in "$root$textfiles"/aami-check-*.prom{,.new} "$root$textfiles"/aami-agent.prom{,.new}; do take_away "${file#"$root"}"; done
  exit 0
fi

if [[ -n $key ]]; then
  if ! first=$(head -n 1 -- "$key") || [[ $first != '-----BEGIN PUBLIC KEY-----' ]]; then
    echo "install.sh: $key is no public key in PEM (aami keygen makes one)" >&2
    exit 2
  fi
  put "$KEY" 644 <"$key"
fi
put "$PROGRAM" 755 <"$here/dynamic-check.sh"
if [[ ! -e $root$SETTINGS ]]; then
  settings=$(<"$here/agent.env")
  if [[ -n $source ]]; then settings=${settings/AAMI_SOURCE=https:\/\/monitoring.example.com\/aami/AAMI_SOURCE=$source}; fi
  if [[ -n $textfile_dir ]]; then settings=${settings/AAMI_TEXTFILE_DIR=$textfiles/AAMI_TEXTFILE_DIR=$textfile_dir}; fi
  put "$SETTINGS" 644 <<<"$settings"
else
  for wish in ${source:+"AAMI_SOURCE=$source"} ${textfile_dir:+"AAMI_TEXTFILE_DIR=$textfile_dir"}; do
    if [[ $'\n'$(<"$root$SETTINGS")$'\n' != *$'\n'"$wish"$'\n'* ]]; then
      echo "install.sh: $root$SETTINGS is there already and stays as it is: set $wish there" >&2
    fi
  done
fi
if [[ -n $has_systemd ]]; then
  read_textfile_folder
  unit=$(<"$here/aami-agent.service")
  # Wherever that folder is, systemd must let the agent write to it.
  put "$SERVICE" 644 <<<"${unit/ReadWritePaths=-*node-exporter/ReadWritePaths=-$textfiles}"
  put "$TIMER" 644 <"$here/aami-agent.timer"
  take_away "$CRON"
  control daemon-reload
  enable_timer
else
  remove_units
  put "$CRON" 644 <"$here/aami-agent.cron"
fi

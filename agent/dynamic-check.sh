#!/bin/bash -p
# dynamic-check.sh: runs the checks of this node and leaves what they measure for node_exporter's textfile collector.
#
#   source (folder or HTTP) → bundle → checks, each at its own interval → <textfile dir>/aami-check-<name>.prom
#
# A check is a script of the bundle. It gets its configuration as JSON on standard input, prints metrics, and exits with
# 0: measured, 69: not possible on this node, anything else: failed. A pass ends when no check runs any more; a timer
# starts the next one. With a public key, nothing runs that its owner has not signed for this node.
#
# It needs bash 4, coreutils, util-linux and jq; curl for a source over HTTP, openssl 3 where there is a key.
#
# Read it from the bottom: main comes last, each part above it is on its own.
set -uo pipefail
umask 022

readonly AGENT_VERSION=0.1.0
# A key at this place is in force whatever the settings say: it is put there by whoever owns the node.
readonly FIXED_KEY=/etc/aami/bundle.pub
readonly DEFAULT_SETTINGS=/etc/aami/agent.env
# Exit codes.
readonly MEASURED=0 FAILED=1 USAGE=2 ENVIRONMENT=3 UNSUPPORTED=69 TIMED_OUT=124
# Between the polite and the final signal to a check, and until a check that outlives even that is given up.
readonly GRACE_MS=3000 GIVE_UP_MS=5000
# After that, a pass goes on starting checks that are due anew: a check that hangs starves no other.
readonly HELD_UP_MS=15000
# What is kept of the errors of a check.
readonly MAX_ERROR_BYTES=65536
# For judging what a check prints.
readonly JUDGE_SECONDS=20
readonly MAX_BUNDLE_BYTES=$((16 * 1024 * 1024))

# --- What is said, one line each, on standard error ---------------------------------------------------------------------

# Levels as systemd's journal reads them.
log() {
  local level=$1 text=$2 prefix
  case $level in error) prefix='<3>' ;; warning) prefix='<4>' ;; *) prefix='<6>' ;; esac
  if [[ -z $in_journal ]]; then prefix="aami-agent: $level: "; fi
  text=${text//[[:cntrl:]]/ }
  printf '%s%s\n' "$prefix" "${text:0:600}" >&2
}
in_journal=${JOURNAL_STREAM:-}

die() {
  log error "$2"
  exit "$1"
}

# --- Settings: defaults < settings file < environment < flags; what a key protects comes from the file alone ------------

declare -A setting=(
  [AAMI_SOURCE]='' [AAMI_TARGET]='' [AAMI_TEXTFILE_DIR]=/var/lib/prometheus/node-exporter [AAMI_STATE_DIR]=/var/lib/aami
  [AAMI_PUBLIC_KEY]='' [AAMI_PARALLEL]=4 [AAMI_FETCH_INTERVAL]=60s [AAMI_FETCH_TIMEOUT]=10s [AAMI_FETCH_RETRIES]=2
  [AAMI_KEEP_LAST_GOOD]=5m [AAMI_MAX_OUTPUT]=1048576 [AAMI_MAX_MEMORY]=4096 [AAMI_MAX_PASS]=10m
  [AAMI_CA_FILE]='' [AAMI_BEARER_TOKEN_FILE]=''
)
declare -A default=()
for name in "${!setting[@]}"; do default[$name]=${setting[$name]}; done
# Another place for these would be a way around the key: one that nobody signed with, numbers that start anew, the bundle
# of another node.
readonly PROTECTED='AAMI_PUBLIC_KEY AAMI_STATE_DIR AAMI_TARGET'

# Reads KEY=VALUE lines as systemd does; nothing in them is run.
read_settings() {
  local file=$1 line key value number=0
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    line=${line%$'\r'}
    if [[ $line =~ ^[[:space:]]*(#|$) ]]; then continue; fi
    if [[ ! $line =~ ^[[:space:]]*([A-Z_]+)=(.*)$ ]]; then die $USAGE "$file:$number: not KEY=VALUE"; fi
    key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    value=${value%"${value##*[![:space:]]}"}
    if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
    if [[ -z ${setting[$key]+known} ]]; then die $USAGE "$file:$number: there is no setting $key"; fi
    setting[$key]=$value
    in_file[$key]=$value
  done <"$file"
}
declare -A in_file=()

read_command_line() {
  local flag key
  while (($# > 0)); do
    flag=$1
    case $flag in
      -h | --help) usage; exit 0 ;;
      --version) printf '%s\n' "$AGENT_VERSION"; exit 0 ;;
      run | try) command=$flag; shift; continue ;;
    esac
    if (($# < 2)); then die $USAGE "unknown word or missing value: $flag (--help lists the words)"; fi
    case $flag in
      --settings) settings_file=$2 ;;
      --bundle) try_bundle=$2 ;;
      --check) try_check=$2 ;;
      --*)
        key=${flag#--} key=AAMI_${key//-/_} key=${key^^}
        if [[ -z ${setting[$key]+known} ]]; then die $USAGE "unknown option: $flag (--help lists the options)"; fi
        flags[$key]=$2
        ;;
      *) die $USAGE "unknown word: $flag (--help lists the words)" ;;
    esac
    shift 2
  done
}
declare -A flags=()
command=run settings_file='' try_bundle='' try_check=''

usage() {
  cat <<USAGE
Usage: dynamic-check.sh [run] [options]                       runs the checks that are due, once
       dynamic-check.sh try --bundle FILE --check NAME        runs one check of a bundle, prints its metrics, keeps nothing

Options; each is also a setting in $DEFAULT_SETTINGS or the environment, e.g. AAMI_SOURCE:
  --settings FILE            another file with settings
  --source URL|DIR           the output of \`aami build\`: a folder, or where a web server has it
  --target ID                id of this node (default: its host name)
  --textfile-dir DIR         the folder of node_exporter's textfile collector
  --state-dir DIR            what is remembered from pass to pass
  --public-key FILE          PEM, one key or several: only what one of them has signed is run
  --parallel N               how many checks run at once
  --fetch-interval, --fetch-timeout, --fetch-retries
  --keep-last-good 5m        how long the last metrics of a check that fails stay
  --max-output BYTES, --max-memory MIB                        limits of one check
  --max-pass 10m             when a pass starts no more checks
  --ca-file FILE, --bearer-token-file FILE                    for a source over HTTPS

Exit codes: 0 the pass has ended, or another one is under way; whatever its checks and its source did is in the metrics.
1 the check that was tried has failed, 69 it is not possible here. 2 wrong usage or settings, 3 a tool, a folder or disk
space is missing.
USAGE
}

settle() {
  local key value source locked=''
  source=${settings_file:-${AAMI_SETTINGS:-$DEFAULT_SETTINGS}}
  if [[ $source != "$DEFAULT_SETTINGS" ]]; then refuse_around_key "$source"; fi
  if [[ -e $source ]]; then
    if [[ ! -r $source ]]; then die $USAGE "$source cannot be read"; fi
    read_settings "$source"
  elif [[ $source != "$DEFAULT_SETTINGS" ]]; then
    die $USAGE "there is no file $source"
  fi
  if [[ -e $FIXED_KEY ]]; then
    if [[ -n ${in_file[AAMI_PUBLIC_KEY]:-} && ${in_file[AAMI_PUBLIC_KEY]} != "$FIXED_KEY" ]]; then
      die $USAGE "AAMI_PUBLIC_KEY in $source is refused: the key of this node is $FIXED_KEY"
    fi
    setting[AAMI_PUBLIC_KEY]=$FIXED_KEY
  fi
  if [[ -n ${setting[AAMI_PUBLIC_KEY]} ]]; then locked=yes; fi
  for key in "${!setting[@]}"; do
    value=${flags[$key]-${!key-}}
    if [[ -z $value ]]; then continue; fi
    if [[ -n $locked && " $PROTECTED " == *" $key "* && $value != "${setting[$key]}" ]]; then
      die $USAGE "$key by flag or environment is refused: this node has a key, so only $source may set it"
    fi
    setting[$key]=$value
  done
}

# Other settings would be a way around a key that this node has.
refuse_around_key() {
  local key=''
  if [[ -e $FIXED_KEY ]]; then
    key=$FIXED_KEY
  elif [[ -e $DEFAULT_SETTINGS ]]; then
    read_settings "$DEFAULT_SETTINGS"
    key=${in_file[AAMI_PUBLIC_KEY]:-}
  fi
  if [[ -n $key ]]; then die $USAGE "the settings $1 are refused: this node has the key $key, so its settings are those of $DEFAULT_SETTINGS"; fi
  for key in "${!in_file[@]}"; do setting[$key]=${default[$key]}; done
  in_file=()
}

# `1m30s`, `500ms` → milliseconds, in $milliseconds.
milliseconds=0
to_milliseconds() {
  local rest=$1 total=0 factor
  while [[ $rest =~ ^([0-9]{1,9})(ms|s|m|h|d)(.*)$ ]]; do
    case ${BASH_REMATCH[2]} in ms) factor=1 ;; s) factor=1000 ;; m) factor=60000 ;; h) factor=3600000 ;; d) factor=86400000 ;; esac
    total=$((total + 10#${BASH_REMATCH[1]} * factor)) rest=${BASH_REMATCH[3]}
  done
  milliseconds=$total
  [[ -z $rest && $1 != '' ]]
}

check_settings() {
  local key
  for key in "${!setting[@]}"; do
    # They go into the configuration of curl, where a line break would begin another option.
    if [[ ${setting[$key]} == *[[:cntrl:]\"]* ]]; then die $USAGE "$key holds a quote or a control character"; fi
  done
  for key in AAMI_PARALLEL AAMI_FETCH_RETRIES AAMI_MAX_OUTPUT AAMI_MAX_MEMORY; do
    if [[ ! ${setting[$key]} =~ ^[0-9]{1,10}$ ]]; then die $USAGE "$key is not a whole number: ${setting[$key]}"; fi
  done
  if ((10#${setting[AAMI_PARALLEL]} < 1)); then die $USAGE 'AAMI_PARALLEL is less than 1'; fi
  for key in AAMI_FETCH_INTERVAL AAMI_FETCH_TIMEOUT AAMI_KEEP_LAST_GOOD AAMI_MAX_PASS; do
    to_milliseconds "${setting[$key]}" || die $USAGE "$key is not a duration like 30s: ${setting[$key]}"
    setting[${key}_MS]=$milliseconds
  done
  # Checks run in folders of their own.
  for key in AAMI_TEXTFILE_DIR AAMI_STATE_DIR AAMI_PUBLIC_KEY AAMI_CA_FILE AAMI_BEARER_TOKEN_FILE; do
    if [[ ${setting[$key]} == [!/]* ]]; then setting[$key]=$PWD/${setting[$key]}; fi
  done
  target=${setting[AAMI_TARGET]}
  # $HOSTNAME may come from the environment.
  if [[ -z $target ]]; then read -r target </proc/sys/kernel/hostname; fi
  if [[ ! $target =~ ^[A-Za-z0-9_.-]+$ || $target == . || $target == .. ]]; then die $USAGE "not an id of a target: $target"; fi
}

need() {
  local tool
  for tool in "$@"; do
    if ! type -P "$tool" >/dev/null; then die $ENVIRONMENT "$tool is not installed, and the agent needs it"; fi
  done
}

# What the agent was started with is no business of the checks; nor of the tools, which some variables lead astray.
clean_environment() {
  local name
  while IFS= read -r name; do
    export -n "${name?}" 2>/dev/null || true
  done < <(compgen -e)
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
}

# --- Time: the uptime for how long, because clocks step; the clock only for what is published ----------------------------

# Milliseconds since the node was booted, in $uptime.
uptime=0
read_uptime() {
  local text
  read -r text _ </proc/uptime
  uptime=$((10#${text%.*} * 1000 + 10#${text#*.} * 10))
}

# Seconds since 1970, in $now. Bash knows them since 4.2.
now=0
read_now() {
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then printf -v now '%(%s)T' -1; else now=$(date +%s); fi
}

# Whether $2 milliseconds have passed since the stamp $1, which is `<boot> <uptime>`. What no clock can explain is due.
is_due() {
  local boot at
  read -r boot at <<<"$1"
  if [[ $boot != "$boot_id" || ! $at =~ ^[0-9]+$ ]]; then return 0; fi
  ((at > uptime || uptime - at >= $2))
}

# --- Small files that a kill leaves whole --------------------------------------------------------------------------------

# Standard input to a file of the state folder; durable, because numbers that were accepted must not be forgotten.
keep() {
  dd of="$1.new" conv=fsync status=none && mv -fT -- "$1.new" "$1"
}

# What may be lost: then it is due once more. Too short to be half written.
note() {
  { printf '%s\n' "$2" >"$1"; } 2>/dev/null
}

# The first line of a file, in $line; empty where there is none.
line=''
first_line() {
  line=''
  if [[ -r $1 ]]; then IFS= read -r line <"$1" || true; fi
}

# Writes $content to a file that node_exporter reads. It reads names that end in .prom, and whenever it likes: the file is
# complete and on the disk before it has such a name. `excl` does not follow a link that somebody has put there.
content=''
publish() {
  local file=$textfile_dir/$1
  if write_new "$file.new" && mv -fT -- "$file.new" "$file" 2>/dev/null; then return 0; fi
  rm -rf -- "$file.new"
  if write_new "$file.new" && mv -fT -- "$file.new" "$file" 2>/dev/null; then return 0; fi
  rm -f -- "$file.new"
  log error "$file cannot be written, it stays as it was${line:+: ${line##*: }}"
  return 1
}

write_new() {
  line=$(printf '%s' "$content" | dd of="$1" bs=65536 conv=excl,fsync status=none 2>&1)
}

metric() {
  content+="# HELP $1 $2"$'\n'"# TYPE $1 gauge"$'\n'"$1$3 $4"$'\n'
}

# Milliseconds as seconds, in $seconds.
seconds=''
to_seconds() {
  printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
}

# --- The bundle: fetched, verified, unpacked -----------------------------------------------------------------------------

# Downloads $1, a path below the source, to the file $2. Answers in $answer: new, same (as the file $3 of the bundle in
# use), missing, or failed; why, in $trouble.
answer='' trouble=''
download() {
  local path=$1 file=$2 tag_file='' attempt wait
  if [[ -n $3 && -n $loaded ]]; then tag_file=$current/$3.tag; fi
  trouble=''
  if [[ ! ${setting[AAMI_SOURCE]} =~ ^https?:// ]]; then
    copy "${setting[AAMI_SOURCE]%/}/$path" "$file"
    return
  fi
  for ((attempt = 0; ; attempt++)); do
    http_get "$path" "$file" "$tag_file"
    if [[ $answer == new && -n $3 ]]; then keep_tag "$file"; fi
    if [[ $answer != failed ]] || ((attempt >= 10#${setting[AAMI_FETCH_RETRIES]})); then return; fi
    # Nodes that were refused together do not come back together.
    wait=$(((1 << attempt) * 500 + RANDOM % 1000))
    sleep "$((wait / 1000)).$(printf '%03d' $((wait % 1000)))"
  done
}

copy() {
  answer=failed
  within_limit test -e "$1"
  case $? in
    0) ;;
    1)
      if within_limit test -d "${setting[AAMI_SOURCE]}"; then answer=missing; fi
      trouble="there is no $1"
      return
      ;;
    *) trouble="$1 does not answer"; return ;;
  esac
  if within_limit head -c "$((MAX_BUNDLE_BYTES + 1))" -- "$1" >"$2" 2>/dev/null; then
    answer=new
  else
    trouble="$1 cannot be read"
  fi
}

# A folder may be on a server that is dead.
within_limit() {
  to_seconds "${setting[AAMI_FETCH_TIMEOUT_MS]}"
  timeout --kill-after=1 "$seconds" "$@"
}

http_get() {
  local url=${setting[AAMI_SOURCE]%/}/$1 file=$2 tag_file=$3 status limit tag token options
  limit=$((setting[AAMI_FETCH_TIMEOUT_MS] / 1000))
  # On standard input, because the arguments of a process are everybody's to read.
  options="url = \"${url//[\"\\]/}\""$'\n'
  if [[ -n $tag_file ]]; then
    first_line "$tag_file"
    tag=${line//\\/\\\\} tag=${tag//\"/\\\"}
    if [[ -n $tag ]]; then options+="header = \"If-None-Match: $tag\""$'\n'; fi
  fi
  if [[ -n ${setting[AAMI_CA_FILE]} ]]; then options+="cacert = \"${setting[AAMI_CA_FILE]}\""$'\n'; fi
  if [[ -n ${setting[AAMI_BEARER_TOKEN_FILE]} ]]; then
    token=$(<"${setting[AAMI_BEARER_TOKEN_FILE]}")
    options+="header = \"Authorization: Bearer ${token//[\"\\[:cntrl:]]/}\""$'\n'
  fi
  status=$(
    # Older versions of curl limit nothing whose length is not told, and none what is compressed.
    ulimit -c 0
    ulimit -f $((MAX_BUNDLE_BYTES / 1024))
    printf '%s' "$options" |
      curl -q --config - --silent --show-error --proto '=http,https' --max-redirs 0 --compressed \
        --connect-timeout "$((limit > 5 ? 5 : limit + 1))" --max-time "$((limit + 1))" \
        --max-filesize "$MAX_BUNDLE_BYTES" --user-agent "aami-agent/$AGENT_VERSION" \
        --dump-header "$file.headers" --output "$file" --write-out '%{http_code}' 2>"$file.error"
  ) 2>/dev/null
  case $status in
    200) answer=new ;;
    304) answer=same ;;
    404 | 410) answer=missing trouble="$url is not there ($status)" ;;
    000 | '') answer=failed; first_line "$file.error"; trouble="$url: ${line:-no answer, or more than $MAX_BUNDLE_BYTES bytes}" ;;
    *) answer=failed trouble="$url answers $status" ;;
  esac
  # curl ends with an error also where only the end of an answer is missing.
  if [[ $answer == new && -s $file.error ]]; then first_line "$file.error"; answer=failed trouble="$url: $line"; fi
}

keep_tag() {
  local header
  while IFS= read -r header; do
    header=${header%$'\r'}
    if [[ ${header,,} == etag:* ]]; then header=${header#*:}; printf '%s\n' "${header# }" >"$1.tag"; fi
  done <"$1.headers"
}

# Fetches what there is into the folder $1, in a process of its own. Its file `answer` has a line of words, and one that
# says same (as the bundle in use), new, `refused <reason>`, or failed.
fetch() {
  local into=$1 attempt
  for ((attempt = 0; attempt < 3; attempt++)); do
    # Between two files of one build, the next build may have come.
    if ((attempt > 0)); then sleep "0.$((RANDOM % 9 + 1))"; fi
    fetch_both "$into"
    if [[ $fetched != 'refused hash' ]]; then break; fi
  done
  note "$into/answer" "${fetched_words//$'\n'/ }"$'\n'"$fetched"
}
fetched='' fetched_words=''

# What names the build comes first: the signature, or, for builds without one, a file that all nodes share. Both files are
# looked at each time, so that a change of one alone is noticed.
fetch_both() {
  local into=$1 name=build.json path=agent/build.json
  if [[ -n $key_file ]]; then name=sig path=checks/$target.sig; fi
  download "$path" "$into/$name" "$name"
  case $answer in
    same) keep_current "$into" "$name" ;;
    missing)
      if [[ -n $key_file ]]; then fetched='refused unsigned' fetched_words=$trouble; return; fi
      printf '{}\n' >"$into/$name"
      ;;
    failed) fetched=failed fetched_words=$trouble; return ;;
  esac
  download "checks/$target.json" "$into/json" json
  case $answer in
    same) keep_current "$into" json ;;
    missing | failed) fetched=failed fetched_words=$trouble; return ;;
  esac
  if is_current "$into" json && is_current "$into" "$name"; then fetched=same; return; fi
  if judge "$into"; then fetched=new; else fetched="refused $refused" fetched_words=$trouble; fi
}

# What is refused now is not kept because the source still has it.
is_current() {
  local fetched_text='' current_text=''
  if [[ -z $loaded || ! -r $current/$2 ]]; then return 1; fi
  IFS= read -r -d '' fetched_text <"$1/$2"
  IFS= read -r -d '' current_text <"$current/$2"
  [[ $fetched_text == "$current_text" ]]
}

keep_current() {
  cp -- "$current/$2" "$current/$2.tag" "$1/"
}

# Whether the bundle in the folder $1 may be run here; else why not, in $refused (a value of the metric) and $trouble.
# Also what was accepted before is judged again: somebody may have written to its folder.
refused=''
judge() {
  local folder=$1 word value rest sha
  declare -A said=()
  refused='' trouble=''
  bundle_build='' bundle_digest=''
  if [[ -n $key_file ]]; then
    if [[ ! -s $folder/sig ]]; then refused=unsigned trouble='there is no signature'; return 1; fi
    is_signed "$folder" || { refused=signature trouble='no key of this node has signed it'; return 1; }
    while read -r word value rest; do said[$word]=$value; done <"$folder/statement"
    if [[ ${said[target]:-} != "$target" ]]; then refused=target trouble="it is signed for ${said[target]:-nobody}"; return 1; fi
    if [[ ! ${said[build]:-} =~ ^[0-9]{1,15}$ ]]; then refused=malformed trouble='its build has no number'; return 1; fi
    first_line "$state_dir/highest"
    if [[ $line =~ ^[0-9]{1,15}$ ]] && ((10#${said[build]} < 10#$line)); then
      refused=older trouble="build ${said[build]} is older than build $line, which was accepted before"
      return 1
    fi
    read -r sha _ < <(sha256sum -- "$folder/json")
    if [[ $sha != "${said[sha256]:-}" ]]; then refused=hash trouble='the bundle is not the one that was signed'; return 1; fi
    bundle_build=${said[build]} bundle_digest=${said[digest]:-}
  else
    bundle_digest=$(jq -r '.digest // "" | strings' "$folder/build.json" 2>/dev/null)
  fi
  if [[ ! $bundle_digest =~ ^[0-9a-f]{64}$ ]]; then bundle_digest=''; fi
  rm -rf -- "$folder/unpacked"
  mkdir -- "$folder/unpacked" "$folder/unpacked/scripts"
  unpack "$folder/json" "$folder/unpacked"
}
bundle_build='' bundle_digest=''

# Any of the keys may have signed: that is how one key takes over from another.
is_signed() {
  local folder=$1 key pem='' number=0 text='' signature=''
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == 'signature '* ]]; then signature=${line#signature }; break; fi
    text+=$line$'\n'
  done <"$folder/sig"
  if [[ $text != 'aami-bundle-v1'$'\n'* || ! $signature =~ ^[A-Za-z0-9+/]{86}==$ ]]; then return 1; fi
  printf '%s' "$text" >"$folder/statement"
  base64 -d <<<"$signature" >"$folder/signature" || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == '-----BEGIN PUBLIC KEY-----' ]]; then pem=''; fi
    pem+=$line$'\n'
    if [[ $line != '-----END PUBLIC KEY-----' ]]; then continue; fi
    number=$((number + 1)) key=$folder/key.$number
    printf '%s' "$pem" >"$key"
    if openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$folder/statement" -sigfile "$folder/signature" >/dev/null 2>&1; then
      return 0
    fi
  done <"$key_file"
  return 1
}

# One record for each check, its fields ended by NUL, which none of them may hold.
# shellcheck disable=SC2016
readonly UNPACK='
  def fail($what): error("the bundle is malformed: " + $what);
  def field($key): if (.[$key] | type) == "string" then .[$key] else fail($key + " is not text") end;
  def milliseconds:
    if test("^([0-9]+(ms|[smhdwy]))+$") then
      [scan("([0-9]+)(ms|[smhdwy])") | (.[0] | tonumber) *
        {ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000, w: 604800000, y: 31536000000}[.[1]]] | add
    else fail("not a duration: " + .) end;
  if type != "array" then fail("it is not a list") else . end
  | if (map(.name) | unique | length) != length then fail("two checks have one name") else . end
  | .[]
  | if type != "object" then fail("a check is not an object") else . end
  | if field("name") | test("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$") | not then fail("a name: " + (.name | @json)) else . end
  | if field("hash") | test("^[0-9a-f]{64}$") | not then fail("a hash of " + .name) else . end
  | (.args // []) as $args
  | if ($args | type) != "array" or any($args[]; type != "string") then fail("the arguments of " + .name) else . end
  | [ .name, field("language"), (.user // ""), (field("interval") | milliseconds), (field("timeout") | milliseconds), .hash,
      (.metrics // null | tojson), (.config // {} | tojson), ($args | length), $args[], field("script_content"), "end" ]
  | if any(.[:-2][] | strings; test("\u0000")) then fail("a NUL") else . end
  | .[] | tostring, "\u0000"'

# Writes the scripts, configurations, declarations and arguments of the bundle $1 into the folder $2, and what else there is
# to know of each check into $2/list, its words ended by NUL.
unpack() {
  local from=$1 folder=$2 name language user interval timeout hash metrics config count arg args script end at field
  trouble=''
  if ! jq -j "$UNPACK" "$from" >"$folder/records" 2>"$folder/trouble"; then
    first_line "$folder/trouble"
    refused=malformed trouble=${line#jq: error (at *): }
    trouble="the bundle is malformed: ${trouble#the bundle is malformed: }"
    return 1
  fi
  : >"$folder/hashes"
  : >"$folder/list"
  while IFS= read -r -d '' name; do
    for field in language user interval timeout hash metrics config count; do IFS= read -r -d '' "${field?}"; done
    args=()
    for ((at = 0; at < count; at++)); do
      IFS= read -r -d '' arg
      args+=("$arg")
    done
    IFS= read -r -d '' script
    IFS= read -r -d '' end
    if [[ $end != end ]]; then refused=malformed trouble="a NUL in the script of $name"; return 1; fi
    printf '%s' "$script" >"$folder/scripts/$name"
    printf '%s' "$config" >"$folder/$name.config"
    printf '%s' "$metrics" >"$folder/$name.metrics"
    : >"$folder/$name.args"
    if ((count > 0)); then printf '%s\0' "${args[@]}" >"$folder/$name.args"; fi
    printf '%s\0' "$name" "$language" "$user" "$interval" "$timeout" >>"$folder/list"
    printf '%s  %s\n' "$hash" "scripts/$name" >>"$folder/hashes"
  done <"$folder/records"
  if [[ -s $folder/hashes ]] && ! (cd -- "$folder" && sha256sum --check --status hashes); then
    refused=hash trouble='a script is not the one that the bundle says'
    return 1
  fi
}

# Makes the bundle in the folder $1 the one that is gone on with, in one step.
accept() {
  local name=bundle.$BASHPID.$RANDOM old
  judge "$1" || { refusal=$refused; log error "the bundle is refused: $trouble"; return 1; }
  rm -rf -- "$1/unpacked"
  # The number comes last but one: once it is raised, the bundle in use is too old to go on with.
  if ! { mv -T -- "$1" "$state_dir/$name" && ln -s -- "$name" "$current.new" && raise_highest && mv -fT -- "$current.new" "$current"; }; then
    log error "$state_dir cannot be written"
    rm -rf -- "${state_dir:?}/$name"
    return 1
  fi
  for old in "$state_dir"/bundle.*; do
    if [[ $old != "$state_dir/$name" ]]; then rm -rf -- "$old"; fi
  done
}

raise_highest() {
  if [[ -z $bundle_build ]]; then return 0; fi
  first_line "$state_dir/highest"
  if [[ $line =~ ^[0-9]{1,15}$ ]] && ((10#$bundle_build <= 10#$line)); then return 0; fi
  printf '%s\n' "$bundle_build" | keep "$state_dir/highest"
}

# Goes on with the bundle that was accepted last, if it may still be run.
load_bundle() {
  local folder
  if [[ ! -e $current/json ]]; then return 1; fi
  loads=$((loads + 1)) folder=$run_dir/loaded.$loads
  mkdir -m 711 -- "$folder" && cp -- "$current"/* "$folder/"
  if ! judge "$folder"; then
    log error "the bundle that was accepted before is refused now: $trouble"
    refusal=$refused names=() loaded=''
    return 1
  fi
  loaded=$folder/unpacked loaded_build=$bundle_build loaded_digest=$bundle_digest
  load_list
  forget_removed
}
loads=0 loaded='' loaded_build='' loaded_digest='' refusal=''

declare -A interval_of=() timeout_of=() language_of=() user_of=()
names=()
load_list() {
  local name language user interval timeout
  names=() interval_of=()
  while IFS= read -r -d '' name && IFS= read -r -d '' language && IFS= read -r -d '' user &&
    IFS= read -r -d '' interval && IFS= read -r -d '' timeout; do
    names+=("$name")
    interval_of[$name]=$interval timeout_of[$name]=$timeout language_of[$name]=$language user_of[$name]=$user
  done <"$loaded/list"
}

# node_exporter would serve the file of a check that is gone for ever.
forget_removed() {
  local file name
  for file in "$textfile_dir"/aami-check-*.prom "$textfile_dir"/aami-check-*.prom.new; do
    name=${file##*/aami-check-} name=${name%.new} name=${name%.prom}
    if [[ -n ${interval_of[$name]+known} && ($file == *.prom || -n ${running[$name]+yes}) ]]; then continue; fi
    rm -rf -- "$file" "$state_dir/checks/$name.start" "$state_dir/checks/$name.process"
  done
}

# --- One check -----------------------------------------------------------------------------------------------------------

# Where a check of a language is started from; empty: it cannot be.
interpreter_of() {
  case $1 in
    bash | sh) interpreter=$1 ;;
    python | python3) interpreter=python3 ;;
    *) interpreter='' ;;
  esac
}
interpreter=''

# Runs the check $1. Its standard output goes to $2.out, its errors to $2.err, and $2.tmp is its own folder. Leaves its
# exit code in $code and, where it failed, why in $reason. $3: where to note the process that it runs under.
code=0 reason=''
execute() {
  local name=$1 files=$2 process_file=$3 user=${user_of[$1]} as_user=() args=() arg uid gid
  reason=''
  interpreter_of "${language_of[$name]}"
  if [[ -z $interpreter ]] || ! type -P "$interpreter" >/dev/null; then
    code=$UNSUPPORTED reason="its language ${language_of[$name]} cannot be run here"
    return
  fi
  mkdir -m 700 -- "$files.tmp" || { code=$FAILED reason='its folder cannot be made: is the disk full?'; return; }
  if [[ -n $user ]]; then
    code=126
    if ! uid=$(id -u -- "$user" 2>/dev/null) || ! gid=$(id -g -- "$user"); then reason="there is no user $user here"; return; fi
    if ((EUID == 0)); then
      if ! type -P setpriv >/dev/null; then reason="setpriv is not installed, and it must run as $user"; return; fi
      as_user=(setpriv "--reuid=$uid" "--regid=$gid" --init-groups --no-new-privs)
      chown -- "$uid:$gid" "$files.tmp"
    elif ((EUID != uid)); then
      reason="it must run as $user, and only root may become that user"
      return
    fi
  fi
  while IFS= read -r -d '' arg; do args+=("$arg"); done <"$loaded/$name.args"
  to_seconds "${timeout_of[$name]}"
  # Of its output, more than the limit ends it; of its errors, the rest is dropped. Neither fills the disk.
  {
    execute_limited | head -c $((10#${setting[AAMI_MAX_OUTPUT]} + 1)) >"$files.out"
    exit "${PIPESTATUS[0]}"
  } 7>&1 | { head -c "$MAX_ERROR_BYTES" >"$files.err"; cat >/dev/null; }
  code=${PIPESTATUS[0]}
  if ((code == TIMED_OUT || code == 137)); then
    reason="it took longer than $seconds s, or was killed"
  elif ((code == 141)); then
    reason="it prints more than ${setting[AAMI_MAX_OUTPUT]} bytes"
  elif ((code != MEASURED && code != UNSUPPORTED)); then
    reason="exit code $code"
  fi
}

# The inner half of execute, with its variables; errors of the check go to descriptor 7.
execute_limited() {
  (
    ulimit -c 0
    if ((10#${setting[AAMI_MAX_MEMORY]} > 0)); then ulimit -v $((10#${setting[AAMI_MAX_MEMORY]} * 1024)); fi
    cd -- "$files.tmp" || exit 126
    # timeout puts the check into a process group of its own: what the check leaves behind dies with it.
    HOME=$files.tmp TMPDIR=$files.tmp AAMI_TARGET=$target AAMI_CHECK=$name \
      timeout --kill-after="$((GRACE_MS / 1000))" "$seconds" ${as_user[@]+"${as_user[@]}"} \
      "$interpreter" "$loaded/scripts/$name" ${args[@]+"${args[@]}"} <"$loaded/$name.config" 2>&7 7>&- 8>&- &
    if [[ -n $process_file ]]; then describe_process $! >"$process_file"; fi
    wait $!
    status=$?
    kill -KILL -- -$! 2>/dev/null
    exit $status
  ) 2>/dev/null
}

# A process is known by its id and the time at which it was started.
describe_process() {
  local stat fields
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  read -ra fields <<<"${stat##*) }"
  printf '%s %s %s\n' "$1" "${fields[19]}" "$boot_id"
}

still_lives() {
  local pid rest now
  first_line "$1"
  read -r pid rest <<<"$line"
  if [[ ! $pid =~ ^[0-9]+$ ]]; then return 1; fi
  now=$(describe_process "$pid")
  [[ -n $now && $now == "$pid $rest" ]]
}

# Checks a text that a check has printed, and completes it from what its template declares. Gives the text, or `!` and what
# is wrong with it. All samples of a family stand together, below its HELP and TYPE.
# shellcheck disable=SC2016
readonly COMPLETE='
  def fail($line; $what): error("!" + (if $line > 0 then "line \($line): " else "" end) + $what);
  def pair: "[ \t]*[a-zA-Z_][a-zA-Z0-9_]*[ \t]*=[ \t]*\"(?:[^\"\\\\]|\\\\[\"\\\\n])*\"[ \t]*";
  def bytes: [explode[] | if . < 128 then 1 elif . < 2048 then 2 elif . < 65536 then 3 else 4 end] | add // 0;
  def extra($type): {histogram: ["le"], summary: ["quantile"]}[$type] // [];
  # The family of a sample: that of a histogram has three endings, that of a summary two.
  def family($types): . as $name
    | (capture("^(?<base>.+)_(?:bucket|sum|count)$") // {base: ""}).base as $base
    | if $types[$name] == null and ($types[$base] | . == "histogram" or . == "summary") then $base else $name end;
  # `# HELP name text` and `# TYPE name type`; other comments mean nothing.
  def comment: capture("^#[ \t]+(?<word>HELP|TYPE)[ \t]+(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(?<rest>.*))?$") // null;
  def sample($number; $types; $known):
    (capture("^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]*(?<labels>\\{.*\\})[ \t]*|[ \t]+)(?<value>[^ \t{}]+)(?<rest>[ \t]+[^ \t].*)?[ \t]*$") // null) as $s
    | if $s == null then fail($number; "not a sample") else . end
    | if $s.rest != null then fail($number; "a timestamp, or a word too many") else . end
    | if $s.value | test("^[+-]?(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[iI][nN][fF]|[nN][aA][nN])$") | not
      then fail($number; "not a number: " + $s.value) else . end
    | if $s.labels != null and ($s.labels | test("^\\{(?:" + pair + "(?:," + pair + ")*,?)?[ \t]*\\}$") | not)
      then fail($number; "labels that cannot be read") else . end
    | if $s.name | test("^aami_(?:check|agent|bundle|build)_") then fail($number; $s.name + " is a name of the agent") else . end
    | ([$s.labels // "" | scan("([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*\"((?:[^\"\\\\]|\\\\[\"\\\\n])*)\"")] | sort) as $pairs
    | ($pairs | map(.[0])) as $names
    | ($s.name | family($types)) as $family
    | if ($names | unique | length) != ($names | length) then fail($number; "a label twice") else . end
    | if any($names[]; startswith("__")) then fail($number; "a label that begins with __") else . end
    | if $known == null then .
      elif $known[$family] == null then fail($number; $s.name + " is not declared")
      elif ($names - extra($known[$family].type)) != $known[$family].labels then
        fail($number; $s.name + " has the labels [" + ($names | join(", ")) + "], declared are [" + ($known[$family].labels | join(", ")) + "]")
      else . end
    | {family: $family, number: $number,
       series: ($s.name + (if $pairs == [] then "" else "{" + ($pairs | map(.[0] + "=\"" + .[1] + "\"") | join(",")) + "}" end)),
       value: $s.value};

  . as $text
  | ($declared[0] | if . == null then null
     else map_values({type: (.type // "untyped"), labels: (.labels // [] | sort), help: (.help // "")}) end) as $known
  | if ($text | length) * 4 > $limit and ($text | bytes) > $limit then fail(0; "more than \($limit) bytes") else . end
  | if test("\ufffd") then fail(0; "not UTF-8") else . end
  | if test("\r") then fail(0; "a carriage return") else . end
  | if test("\u0000") then fail(0; "a NUL") else . end
  | if . != "" and (endswith("\n") | not) then fail(0; "no line break at the end") else . end
  | split("\n") as $lines
  | [range(0; $lines | length) as $at | $lines[$at] | select(startswith("#")) | comment | select(. != null) + {number: ($at + 1)}] as $comments
  | ([$comments | group_by([.word, .name])[] | select(length > 1)[1]] | min_by(.number)) as $twice
  | if $twice != null then fail($twice.number; "a second " + $twice.word + " of " + $twice.name) else . end
  | ([$comments[] | select(.word == "TYPE") | .type = (.rest // "" | rtrimstr(" "))]) as $typed
  | ([$typed[] | select(.type | test("^(?:counter|gauge|histogram|summary|untyped)$") | not)] | first) as $odd
  | if $odd != null then fail($odd.number; "an unknown TYPE of " + $odd.name) else . end
  | (if $known != null then $known | map_values(.type) else [$typed[] | {(.name): .type}] | add // {} end) as $types
  | (if $known != null then $known | map_values(.help | gsub("\\\\"; "\\\\") | gsub("\n"; "\\n"))
     else [$comments[] | select(.word == "HELP") | {(.name): (.rest // "")}] | add // {} end) as $helps
  | [range(0; $lines | length) as $at | $lines[$at] | select(test("^[ \t]*(?:#|$)") | not) | sample($at + 1; $types; $known)] as $samples
  | ([$samples | group_by(.series)[] | select(length > 1)[1]] | min_by(.number)) as $double
  | if $double != null then fail($double.number; "a second " + $double.series) else . end
  | [$samples | group_by(.family)[]
     | .[0].family as $family
     | (if $helps[$family] != null then "# HELP " + $family + " " + $helps[$family] else empty end),
       "# TYPE " + $family + " " + ($types[$family] // "untyped"),
       (.[] | .series + " " + .value)]
  | map(. + "\n") | add // ""'

# Completes $2.out by the declarations of the check $1, in $text; or fails, with $reason.
text=''
complete() {
  local status
  # Its patterns take long for a text that is made for it.
  text=$(
    timeout --kill-after=1 "$JUDGE_SECONDS" jq -Rsj --argjson limit "${setting[AAMI_MAX_OUTPUT]}" \
      --slurpfile declared "$loaded/$1.metrics" "try ($COMPLETE) catch ." "$2.out" 2>&1
    printf '\n%s' $?
  )
  status=${text##*$'\n'} text=${text%$'\n'*}
  # Nothing that came of a jq which was killed is mistaken for a check that measured nothing.
  if ((status != 0)); then
    reason="what it prints cannot be judged within $JUDGE_SECONDS s (jq: $status)${text:+: $text}" text=''
    return 1
  fi
  if [[ -z $text || $text == '#'*$'\n' ]]; then return 0; fi
  reason="what it prints is refused: ${text#!}" text=''
  return 1
}

# Runs the check $1, in a process of its own, and publishes what comes of it.
run_check() {
  local name=$1 files=$run_dir/check.$1.$BASHPID started words=''
  supported=1 success=0
  read_uptime
  started=$uptime
  execute "$name" "$files" "$state_dir/checks/$name.process"
  if ((code == MEASURED)) && complete "$name" "$files"; then success=1; fi
  read_uptime
  if ((success)); then
    good_at="$boot_id $uptime"
  elif ((code == UNSUPPORTED)); then
    supported=0 text='' good_at=''
    if [[ -s $files.err ]]; then IFS= read -r -d '' -n 300 words <"$files.err" || true; fi
    log info "$name: not possible on this node${reason:+: $reason}${words:+: $words}"
  else
    if [[ -s $files.err ]]; then IFS= read -r -d '' -n 300 words <"$files.err" || true; fi
    log warning "$name: ${reason}${words:+: $words}"
    recall_good "$name"
  fi
  publish_check "$name" "$((uptime - started))"
  rm -rf -- "$files".* "$state_dir/checks/$name.process"
  printf '%s\n' "$name" >&8
}

# In the file of a check, what it printed stands before this line, which also says when that was.
readonly GOOD_UNTIL='# That was measured at'

# What a check that fails printed when it last did not, in $text, as long as that may be shown: then silence is more honest.
recall_good() {
  local found=''
  text='' good_at=''
  if [[ ! -f $textfile_dir/aami-check-$1.prom || ! -r $textfile_dir/aami-check-$1.prom ]]; then return; fi
  while IFS= read -r line; do
    if [[ $line == "$GOOD_UNTIL "* ]]; then good_at=${line#"$GOOD_UNTIL "}; break; fi
    found+=$line$'\n'
  done <"$textfile_dir/aami-check-$1.prom"
  if [[ -z $good_at ]] || is_due "$good_at" "${setting[AAMI_KEEP_LAST_GOOD_MS]}"; then good_at=''; else text=$found; fi
}
good_at=''

# Families that several files have must be the same to the byte: nothing in these texts is ever made up.
supported=1 success=0
publish_check() {
  local name=$1
  read_now
  to_seconds "$2"
  content=$text
  if [[ -n $good_at ]]; then content+="$GOOD_UNTIL $good_at"$'\n'; fi
  metric aami_check_supported '1 if the check can run on this node, 0 if a tool or device is missing.' "{check=\"$name\"}" "$supported"
  if ((supported)); then
    metric aami_check_success '1 if the last run of the check finished without an error.' "{check=\"$name\"}" "$success"
  fi
  metric aami_check_last_run_timestamp_seconds 'Unix time of the end of the last run.' "{check=\"$name\"}" "$now"
  metric aami_check_duration_seconds 'Run time of the last run in seconds.' "{check=\"$name\"}" "$seconds"
  metric aami_check_exit_code 'Exit code of the last run of the check.' "{check=\"$name\"}" "$code"
  publish "aami-check-$name.prom"
}

# --- One pass ------------------------------------------------------------------------------------------------------------

# By check: when it must be over at the latest.
declare -A running=() last_start=()

start_due() {
  local name stamp
  for name in ${names[@]+"${names[@]}"}; do
    if ((${#running[@]} >= 10#${setting[AAMI_PARALLEL]})); then return; fi
    if [[ -n ${running[$name]+yes} ]]; then continue; fi
    stamp=${last_start[$name]-}
    if [[ -z $stamp ]]; then first_line "$state_dir/checks/$name.start"; stamp=$line; fi
    if ! is_due "$stamp" "${interval_of[$name]}"; then last_start[$name]=$stamp; continue; fi
    # What has run in this pass is for the next one, unless something holds this one up.
    if [[ -n ${worker[$name]-} ]] && ((uptime - pass_started < HELD_UP_MS)); then continue; fi
    last_start[$name]="$boot_id $uptime"
    note "$state_dir/checks/$name.start" "${last_start[$name]}"
    if still_lives "$state_dir/checks/$name.process"; then
      log warning "$name: an earlier run of it does not end, so it is not started again"
      give_up "$name"
      continue
    fi
    running[$name]=$((uptime + timeout_of[$name] + GRACE_MS + JUDGE_SECONDS * 1000 + GIVE_UP_MS))
    run_check "$name" 9>&- &
    worker[$name]=$!
  done
}
declare -A worker=()

# Nothing ends a process that waits for a device; not even SIGKILL. It is left alone, and known not to have finished.
give_up() {
  local name=$1
  code=$TIMED_OUT supported=1 success=0
  recall_good "$name"
  publish_check "$name" "${timeout_of[$name]}"
}

reap_overdue() {
  local name
  for name in "${!running[@]}"; do
    if ((uptime < running[$name])); then continue; fi
    log warning "$name: it does not end, not even when it is killed"
    kill -KILL "${worker[$name]}" 2>/dev/null
    unset "running[$name]"
    give_up "$name"
  done
}

# What came of the fetch that has ended.
finish_fetch() {
  local words='nothing could be kept: is the disk full?' verdict=failed
  if [[ -r $run_dir/fetched/answer ]]; then { IFS= read -r words && IFS= read -r verdict; } <"$run_dir/fetched/answer"; fi
  read_now
  case $verdict in
    same) fetch_success=1 last_success=$now refusal='' ;;
    new)
      fetch_success=1 last_success=$now refusal=''
      if accept "$run_dir/fetched" && load_bundle; then log info "a new bundle: ${#names[@]} checks${loaded_build:+, build $loaded_build}"; fi
      ;;
    refused*)
      fetch_success=0 refusal=${verdict#refused }
      log error "the bundle is refused, the last good one stays: $words"
      ;;
    *)
      fetch_success=0
      log warning "no new bundle, the last good one stays: $words"
      ;;
  esac
  fetcher=''
  note "$state_dir/fetch-result" "$fetch_success $last_success ${refusal:-none}"
}
fetcher='' fetch_success=0 last_success=0

start_fetch() {
  first_line "$state_dir/fetch-at"
  if ! is_due "$line" "${setting[AAMI_FETCH_INTERVAL_MS]}"; then return; fi
  note "$state_dir/fetch-at" "$boot_id $uptime"
  rm -rf -- "$run_dir/fetched"
  mkdir -- "$run_dir/fetched"
  { fetch "$run_dir/fetched"; printf '/fetch\n' >&8; } 9>&- &
  fetcher=$!
}

readonly REASONS='hash malformed older signature target unsigned'
publish_agent() {
  local reason
  read_now
  to_seconds $((uptime - pass_started))
  content=''
  metric aami_agent_info 'Version of the agent.' "{version=\"$AGENT_VERSION\"}" 1
  metric aami_agent_last_run_timestamp_seconds 'Unix time at which the agent was last at work.' '' "$now"
  metric aami_agent_run_duration_seconds 'How long the last pass of the agent has taken so far in seconds.' '' "$seconds"
  metric aami_bundle_fetch_success '1 if the last attempt to fetch the bundle gave one that may be run.' '' "$fetch_success"
  metric aami_bundle_last_success_timestamp_seconds 'Unix time of the last successful fetch, 0 if there was none.' '' "$last_success"
  metric aami_bundle_checks 'How many checks the bundle in use has.' '' "${#names[@]}"
  if [[ -n $loaded ]]; then
    metric aami_bundle_info 'The build that the bundle in use belongs to.' "{build=\"$loaded_build\",digest=\"$loaded_digest\"}" 1
  fi
  content+=$'# HELP aami_bundle_refused 1 for the reason why the last fetched bundle was refused.\n# TYPE aami_bundle_refused gauge\n'
  for reason in $REASONS; do
    content+="aami_bundle_refused{reason=\"$reason\"} "
    if [[ $reason == "$refusal" ]]; then content+=$'1\n'; else content+=$'0\n'; fi
  done
  publish aami-agent.prom
}

prepare_folders() {
  textfile_dir=${setting[AAMI_TEXTFILE_DIR]%/} state_dir=${setting[AAMI_STATE_DIR]%/}
  if [[ ! -d $textfile_dir || ! -w $textfile_dir ]]; then die $ENVIRONMENT "$textfile_dir is no folder that can be written to: see --textfile-dir"; fi
  mkdir -p -- "$state_dir/checks" 2>/dev/null || die $ENVIRONMENT "$state_dir cannot be made or written to: see --state-dir"
  if [[ ! -w $state_dir ]]; then die $ENVIRONMENT "$state_dir cannot be written to: see --state-dir"; fi
  current=$state_dir/current
}

take_lock() {
  exec 9>"$state_dir/lock" || die $ENVIRONMENT "$state_dir/lock cannot be written"
  if ! flock -n 9; then
    log info 'another pass is under way'
    exit 0
  fi
}

# A folder of this pass alone. A kill leaves it: the next pass removes it, under the lock.
open_pass() {
  local old
  for old in "$state_dir"/run.* "$state_dir"/current.new "$state_dir"/*.new; do
    if [[ $old != "$state_dir/run.*" ]]; then rm -rf -- "$old"; fi
  done
  run_dir=$state_dir/run.$$
  if ! { mkdir -m 711 -- "$run_dir" && mkfifo -m 600 -- "$run_dir/done" && note "$run_dir/room" "$boot_id"; } 2>/dev/null; then
    rm -rf -- "$run_dir"
    die $ENVIRONMENT "$state_dir cannot be written to: is the disk full?"
  fi
  exec 8<>"$run_dir/done"
  trap 'close_pass' EXIT
  trap 'exit 143' TERM
  trap 'exit 130' INT
}

close_pass() {
  local name pid
  trap - EXIT
  for name in "${!running[@]}"; do
    first_line "$state_dir/checks/$name.process"
    read -r pid _ <<<"$line"
    if [[ $pid =~ ^[0-9]+$ ]]; then kill -KILL -- "-$pid" 2>/dev/null; fi
    kill -KILL "${worker[$name]}" 2>/dev/null
  done
  if [[ -n $fetcher ]]; then kill "$fetcher" 2>/dev/null; fi
  rm -rf -- "$run_dir"
}

run() {
  local done_with published
  need dd flock mkfifo timeout jq sha256sum mv cp rm ln mkdir head sync
  if [[ ${setting[AAMI_SOURCE]} =~ ^https?:// ]]; then need curl; fi
  if [[ -z ${setting[AAMI_SOURCE]} ]]; then die $USAGE "AAMI_SOURCE is not set: where is the output of aami build?"; fi
  if [[ -n $key_file ]]; then
    need openssl base64
    if [[ $(openssl version) =~ ^OpenSSL\ [01]\. ]]; then die $ENVIRONMENT "$(openssl version) cannot verify signatures, the agent needs 3.0"; fi
    if [[ ! -r $key_file ]]; then die $USAGE "the public key $key_file cannot be read"; fi
  fi
  prepare_folders
  take_lock
  open_pass
  shopt -s nullglob
  first_line "$state_dir/fetch-result"
  read -r fetch_success last_success refusal <<<"${line:-0 0 none}"
  if [[ $refusal == none ]]; then refusal=''; fi
  read_uptime
  pass_started=$uptime published=$uptime
  load_bundle || true
  start_fetch
  # A bundle that comes quickly is the one to go by; checks do not wait for a server that hangs.
  if [[ -n $fetcher ]] && { [[ -z $loaded ]] || read -r -t 2 -u 8 done_with; }; then
    if [[ -z $loaded ]]; then read -r -u 8 done_with; fi
    finish_fetch
  fi
  while :; do
    read_uptime
    if ((uptime - pass_started < setting[AAMI_MAX_PASS_MS])); then
      start_due
      if [[ -z $fetcher ]] && ((${#running[@]} > 0)); then start_fetch; fi
    fi
    if ((${#running[@]} == 0)) && [[ -z $fetcher ]]; then break; fi
    if read -r -t 1 -u 8 done_with; then
      if [[ $done_with == /fetch ]]; then finish_fetch; else unset "running[$done_with]"; fi
    fi
    read_uptime
    reap_overdue
    if ((uptime - published >= 10000)); then published=$uptime; publish_agent; fi
  done
  publish_agent
  sync -- "$textfile_dir" 2>/dev/null || true
}

# --- One check, by hand --------------------------------------------------------------------------------------------------

try() {
  local files
  need timeout jq sha256sum mkdir chmod head mktemp rm
  if [[ -z $try_bundle || -z $try_check ]]; then die $USAGE 'try needs --bundle FILE and --check NAME'; fi
  if [[ -n $key_file ]] && ((EUID == 0)); then
    die $USAGE 'this node runs only what is signed: try a check as another user than root, or elsewhere'
  fi
  if [[ ! -r $try_bundle ]]; then die $USAGE "$try_bundle cannot be read"; fi
  run_dir=$(mktemp -d) || exit $ENVIRONMENT
  chmod 711 -- "$run_dir"
  trap 'rm -rf -- "$run_dir"' EXIT
  loaded=$run_dir/unpacked
  mkdir -- "$loaded" "$loaded/scripts"
  unpack "$try_bundle" "$loaded" || die $USAGE "$try_bundle: $trouble"
  load_list
  if [[ -z ${interval_of[$try_check]+known} ]]; then die $USAGE "$try_bundle has no check $try_check"; fi
  files=$run_dir/check
  execute "$try_check" "$files" ''
  if [[ -s $files.err ]]; then cat -- "$files.err" >&2; fi
  if ((code == UNSUPPORTED)); then log info "$try_check: ${reason:-not possible on this node}"; exit $UNSUPPORTED; fi
  if ((code != MEASURED)) || ! complete "$try_check" "$files"; then
    log error "$try_check: $reason"
    exit $FAILED
  fi
  printf '%s' "$text"
}

# --- main ----------------------------------------------------------------------------------------------------------------

read_command_line "$@"
settle
check_settings
clean_environment
key_file=${setting[AAMI_PUBLIC_KEY]}
read -r boot_id </proc/sys/kernel/random/boot_id
"$command"

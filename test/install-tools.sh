#!/usr/bin/env bash
# Sees to it that the tools which the tests run are there: promtool and prometheus, amtool and alertmanager,
# node_exporter, pre-commit, shellcheck, zsh and fish, and what the agent needs. Says nothing when they are.
set -euo pipefail

# Daemons may lie outside of the PATH of ordinary users.
PATH="$PATH:/usr/sbin:/sbin"

has_any() {
  local name
  for name in "$@"; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

packages=()
has_any promtool && has_any prometheus || packages+=(prometheus)
# Debian names daemons after their package, upstream does not.
has_any amtool && has_any alertmanager prometheus-alertmanager || packages+=(prometheus-alertmanager)
has_any node_exporter prometheus-node-exporter || packages+=(prometheus-node-exporter)
has_any zsh || packages+=(zsh)
has_any fish || packages+=(fish)
has_any pre-commit || packages+=(pre-commit)
has_any shellcheck || packages+=(shellcheck)
for tool in jq curl openssl; do has_any "$tool" || packages+=("$tool"); done
if ((${#packages[@]} == 0)); then exit 0; fi

give_up() {
  echo "The tests need $1. Install what is missing (Debian: ${packages[*]}), for example:" >&2
  echo "  Debian, Ubuntu:  sudo apt-get install ${packages[*]}" >&2
  echo "  macOS:           brew install prometheus alertmanager node_exporter pre-commit shellcheck jq curl openssl zsh fish" >&2
  echo "  elsewhere:       https://prometheus.io/download/, https://pre-commit.com, https://www.shellcheck.net, jq, curl, openssl, zsh and fish; put the programs on the PATH" >&2
  exit 1
}

command -v apt-get >/dev/null || give_up 'programs that are not installed, and there is no apt-get here'

as_root=()
if ((EUID != 0)); then
  if ! sudo -n true 2>/dev/null; then give_up 'programs that are not installed, and sudo asks for a password'; fi
  as_root=(sudo -n)
fi

# The tests start the programs themselves: the packages must not start their daemons.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "Installing ${packages[*]} …" >&2
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}
# The lists of packages are often fresh enough already.
if ! install 2>/dev/null; then
  "${as_root[@]}" apt-get update -qq
  install
fi

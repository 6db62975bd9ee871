# Completes the words of aami in bash. All that is known of them comes from `aami complete`.
# shellcheck shell=bash
# COMPREPLY is what bash looks at.
# shellcheck disable=SC2034

_aami() {
  # What readline will replace. Where `:` and `=` break words, it is only the end of the word at the cursor.
  local replaced=$2
  local rest=${COMP_LINE:0:COMP_POINT} gap piece i
  local -a words=()
  # COMP_WORDS holds the pieces that words were broken into. Those with no blank between them are one word.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${rest%%[![:space:]]*}
    rest=${rest#"$gap"}
    if ((i == COMP_CWORD)); then piece=$rest; else piece=${COMP_WORDS[i]}; fi
    rest=${rest#"$piece"}
    if ((i == 0)) || [[ -n $gap ]]; then words+=("$piece"); else words[${#words[@]} - 1]+=$piece; fi
  done
  for i in "${!words[@]}"; do
    # Quotes and backslashes are the shell's. Nothing is expanded: a press of a key must not run what is typed.
    case ${words[i]} in
      \"*) words[i]=${words[i]#\"} words[i]=${words[i]%\"} ;;
      \'*) words[i]=${words[i]#\'} words[i]=${words[i]%\'} ;;
      *) words[i]=${words[i]//\\/} ;;
    esac
  done
  local word=${words[${#words[@]} - 1]}
  local before=${word%"$replaced"}

  COMPREPLY=()
  local directive='' line
  while IFS= read -r line; do
    if [[ -z $directive ]]; then
      directive=$line
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$before"}")
    fi
  done < <(aami complete -- "${words[@]:1}" 2>/dev/null </dev/null)

  case $directive in
    # With nothing in COMPREPLY, readline completes paths by itself.
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
    *) if [[ ${COMPREPLY[0]-} == */ ]]; then compopt -o nospace 2>/dev/null; fi ;;
  esac
  return 0
}

complete -F _aami aami

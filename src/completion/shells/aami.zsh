#compdef aami
# Completes the words of aami in zsh: source this after compinit, or put it as `_aami` into a folder of fpath.
# All that is known of the words comes from `aami complete`.

_aami() {
  local line directive word
  local -a lines names folders
  # Nothing is expanded: a press of a key must not run what is typed. (Q) takes off the quotes.
  lines=("${(@f)$(aami complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  directive=$lines[1]
  case $directive in
    files)
      compset -P '--*='
      _files
      ;;
    folders)
      compset -P '--*='
      _files -/
      ;;
    words)
      for line in "${(@)lines[2,-1]}"; do
        word=${line%%$'\t'*}
        # A colon in the word is not the one before the description.
        if [[ $word == */ ]]; then
          folders+=("${word//:/\\:}")
        elif [[ $line == "$word" ]]; then
          names+=("${word//:/\\:}")
        else
          names+=("${word//:/\\:}:${line#*$'\t'}")
        fi
      done
      _describe -t names 'aami' names -- folders -S ''
      ;;
  esac
}

if [[ $funcstack[1] == _aami ]]; then
  _aami "$@"
else
  compdef _aami aami
fi

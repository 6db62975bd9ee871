# Usage: zsh -f press-tab.zsh <line> <command…>
# Starts an interactive shell on a terminal of its own, types the line, presses Tab, then Ctrl-T. The shell must prompt
# with `READY> ` and answer Ctrl-T by printing the line that it holds by then as `<<line>>`. Prints all that was shown
# after the line was typed.
zmodload zsh/zpty
line=$1
shift
zpty shell "${(@q)argv}"
zpty -r shell shown '*READY> *'
zpty -w -n shell "$line"$'\t\x14'
zpty -r shell shown '*<<*>>*'
print -rn -- "$shown"
zpty -d shell

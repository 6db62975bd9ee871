# Completes the words of aami in fish. All that is known of them comes from `aami complete`.

function __aami_complete
    set -l words (commandline -opc)
    set -e words[1]
    # Without the quote that it may begin with.
    set -l current (commandline -ct | string replace -r -- '^["\']' '')
    set -l lines (aami complete -- $words "$current" 2>/dev/null </dev/null)
    set -l directive $lines[1]
    set -e lines[1]
    # `--output=` is not part of the path.
    set -l before (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    switch "$directive"
        case files
            __fish_complete_path "$path" | string replace -r -- '^' "$before"
        case folders
            __fish_complete_directories "$path" | string replace -r -- '^' "$before"
        case words
            # One candidate a line; what follows a tab is its description.
            string join \n -- $lines
    end
end

complete -c aami -f -a '(__aami_complete)'

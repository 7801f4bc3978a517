# Completion of mono for fish: this text as ~/.config/fish/completions/mono.fish, or in config.fish
# mono completion fish | source. At each Tab mono itself is asked what may come next.

function __mono_complete
    set -l words (commandline -opc)
    # After the two dashes of exec comes a command of its own.
    if test "$words[2]" = exec; and set -l dashes (contains -i -- -- $words)
        set -l line (string escape -- $words[(math $dashes + 1)..]) (commandline -ct)
        complete -C (string join ' ' -- $line)
        return
    end
    set -l current (commandline -ct)
    # A quote that is open is closed for the moment, to read what is in it.
    set -l typed (string unescape -- $current; or string unescape -- $current'"'; or string unescape -- $current"'")
    # In quotes a tilde is no home folder.
    if string match -q -r '^["\']~' -- $current
        return
    end
    command mono __complete words $words[2..] "$typed" 2>/dev/null
end
# fish comes with completions for another program of this name, which it loads when they are first asked for.
complete -C 'mono -' >/dev/null
complete -e -c mono
complete -c mono -f -a '(__mono_complete)'

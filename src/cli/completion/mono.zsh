#compdef mono
# Completion of mono for zsh: eval "$(mono completion zsh)" in ~/.zshrc, after compinit, or this text as a file called
# _mono in a folder of $fpath. At each Tab mono itself is asked what may come next.

_mono() {
  local dashes=${words[(i)--]}
  # After the two dashes of exec comes a command of its own.
  if [[ ${words[2]} == exec ]] && (( dashes < CURRENT )); then
    words=("${(@)words[dashes + 1, -1]}")
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  local line value prefix=${(Q)PREFIX}
  # In quotes a tilde is no home folder.
  [[ -n ${compstate[quoting]} && $prefix == '~'* ]] && return 1
  local -a lines whole begun
  lines=("${(@f)$(command mono __complete words "${(@Q)words[2, CURRENT - 1]}" "$prefix" 2>/dev/null)}")
  # The tilde must not be quoted.
  local home=
  if [[ $PREFIX == '~/'* ]]; then
    home='~/'
    compset -P '\~/'
  fi
  for line in "${lines[@]}"; do
    value=${${line%%$'\t'*}#$home}
    [[ -n $value ]] || continue
    value=${${value//\\/\\\\}//:/\\:}
    [[ $line != *$'\t' ]] && value+=:${line#*$'\t'}
    if [[ $line == */$'\t'* ]]; then begun+=("$value"); else whole+=("$value"); fi
  done
  local found=1
  (( $#whole )) && _describe -t mono mono whole && found=0
  (( $#begun )) && _describe -t mono mono begun -S '' && found=0
  return found
}

if [[ ${funcstack[1]} == _mono ]]; then
  _mono "$@"
elif (( $+functions[compdef] )); then
  compdef _mono mono
else
  print -ru2 -- 'mono: completion needs compinit before it: autoload -Uz compinit && compinit'
fi

# Completion of mono for bash 3.2 or newer: eval "$(mono completion bash)" in ~/.bashrc, or this text as a file
# called mono in ~/.local/share/bash-completion/completions. At each Tab mono itself is asked what may come next.

_mono() {
  local line=${COMP_LINE:0:COMP_POINT} candidate
  COMPREPLY=()
  # After the two dashes of exec comes a command of its own.
  if [[ $line =~ ^[^[:space:]]+[[:space:]]+exec[[:space:]](.*[[:space:]])?--[[:space:]]+(.*)$ ]]; then
    local kind=-c
    if [[ ${BASH_REMATCH[2]} == *[[:space:]]* ]]; then
      compopt -o default 2>/dev/null && return
      kind=-f
    fi
    while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen "$kind" -- "$2")
    return
  fi
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
    if [[ $candidate == */ ]]; then compopt -o nospace 2>/dev/null; fi
  done < <(command mono __complete bash "$line" "$2" 2>/dev/null)
}
complete -F _mono mono

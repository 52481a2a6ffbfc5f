/**
 * Scripts that ask `keytrail __complete -- WORD…` what may stand in place of the last word. It answers with lines of
 * value and description, a tab between them, and a last one: `:` or, where file names go, too, `:files` and what stands
 * before these, such as `duckdb:`.
 * Sources: "GNU Bash reference manual: Programmable completion", "zsh manual: Completion system", "fish documentation:
 * Writing your own completions".
 */
const bash = `# bash completion for keytrail; in ~/.bashrc: source <(keytrail completion bash)
_keytrail() {
  local line cur prefix='' words
  # Readline splits words at : and =, which belong to them here.
  read -ra words <<<"\${COMP_LINE:0:COMP_POINT}"
  [[ "\${COMP_LINE:0:COMP_POINT}" == *[[:space:]] ]] && words+=('')
  cur="\${words[\${#words[@]}-1]}"
  case "$cur" in
    *:*) [[ "$COMP_WORDBREAKS" == *:* ]] && prefix="\${cur%"\${cur##*:}"}" ;;
    *=*) [[ "$COMP_WORDBREAKS" == *=* ]] && prefix="\${cur%"\${cur##*=}"}" ;;
  esac
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files*) compopt -o default 2>/dev/null ;;
      :) ;;
      *)
        line="\${line%%$'\\t'*}"
        COMPREPLY+=("\${line#"$prefix"}")
        ;;
    esac
  done < <(keytrail __complete -- "\${words[@]:1}" 2>/dev/null)
  # What a value goes on after follows without a blank.
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *[:=/] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _keytrail keytrail
`;

const zsh = `#compdef keytrail
# zsh completion for keytrail; in ~/.zshrc, after compinit: source <(keytrail completion zsh)
_keytrail() {
  local line value files=no
  local -a full begun
  for line in "\${(@f)$(keytrail __complete -- "\${(@)words[2,$CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      :files*) files="\${line#:files}" ;;
      :|'') ;;
      *)
        # A colon ends the value in _describe's list.
        value="\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}"
        if [[ "\${line%%$'\\t'*}" == *[:=/] ]]; then begun+=("$value"); else full+=("$value"); fi
        ;;
    esac
  done
  [[ -n "$full" ]] && _describe -t values value full
  [[ -n "$begun" ]] && _describe -t values value begun -S ''
  [[ "$files" == no ]] || { compset -P "$files"; _files }
  return 0
}
compdef _keytrail keytrail
`;

const fish = `# fish completion for keytrail; once: keytrail completion fish > ~/.config/fish/completions/keytrail.fish
function __keytrail_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (keytrail __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files*'
                set -l prefix (string replace ':files' '' -- $line)
                for path in (__fish_complete_path (string replace -- "$prefix" '' $current))
                    echo $prefix$path
                end
            case ':'
            case '*'
                echo $line
        end
    end
end
complete -c keytrail -f -a '(__keytrail_complete)'
`;

export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish };

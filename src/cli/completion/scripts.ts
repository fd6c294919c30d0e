/** The shells that there is completion for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

// Each script hands the words up to the cursor to `agents __complete`, and shows what it answers: a line for each word
// with a tab and what it is, the last line a colon and what else to do (answer-completion.ts).

const BASH = String.raw`# Completion of agents for bash 3.2 and newer. In ~/.bashrc:
#   source <(agents completion bash)
_agents() {
  local words=() lines=() line word index glue='' whole before shown current="\${COMP_WORDS[COMP_CWORD]}"
  # Bash takes words apart at = and :, agents does not.
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -z $word && \${COMP_LINE:0:COMP_POINT} == *' ' ]]; then glue=''; fi
    if ((\${#words[@]} > 0)) && [[ -n $glue || $word =~ ^[=:]+$ ]]; then
      words[\${#words[@]} - 1]+="$word"
    else
      words[\${#words[@]}]="$word"
    fi
    if [[ $word =~ ^[=:]+$ ]]; then glue=yes; else glue=''; fi
  done
  if [[ $current =~ ^[=:]+$ ]]; then current=''; fi
  whole="\${words[\${#words[@]} - 1]}"
  before="\${whole%"$current"}"
  # What is typed may be quoted so far.
  whole="\${whole//\\/}"
  words[\${#words[@]} - 1]="\${whole#[\"\']}"
  while IFS= read -r line; do lines[\${#lines[@]}]="$line"; done < <(
    "\${COMP_WORDS[0]/#\~/$HOME}" __complete -- "\${words[@]}" 2>/dev/null
  )
  COMPREPLY=()
  ((\${#lines[@]} > 0)) || return 0
  case "\${lines[\${#lines[@]} - 1]}" in
    :files) compopt -o default 2>/dev/null; return 0 ;;
    :folders) compopt -o dirnames 2>/dev/null; return 0 ;;
    :nospace) compopt -o nospace 2>/dev/null ;;
  esac
  unset "lines[\${#lines[@]} - 1]"
  for line in \${lines[@]+"\${lines[@]}"}; do
    word="\${line%%$'\t'*}"
    word="\${word#"$before"}"
    if [[ $current != [\"\']* ]]; then printf -v word %q "$word"; fi
    # What a word is stands beside it only where words are listed: elsewhere it would be typed too.
    shown="\${line#*$'\t'}"
    if [[ -n $shown && \${#lines[@]} -gt 1 && ( $COMP_TYPE == 63 || $COMP_TYPE == 64 ) ]]; then
      printf -v word '%-12s  (%.*s)' "$word" $((\${COLUMNS:-80} > 40 ? \${COLUMNS:-80} - 20 : 20)) "$shown"
    fi
    COMPREPLY[\${#COMPREPLY[@]}]="$word"
  done
}
complete -F _agents agents
`.replaceAll('\\$', '$');

const ZSH = String.raw`#compdef agents
# Completion of agents for zsh. In ~/.zshrc, behind compinit:
#   source <(agents completion zsh)
_agents() {
  local -a lines values shown blank
  local line value about
  lines=("\${(@f)$("\${words[1]/#\~/$HOME}" __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  case "\${lines[-1]}" in
    :files) _files; return ;;
    :folders) _files -/; return ;;
    :nospace) blank=(-S '') ;;
  esac
  lines[-1]=()
  for line in "\${lines[@]}"; do
    value="\${line%%$'\t'*}"
    about="\${line#*$'\t'}"
    values+=("$value")
    if [[ -n $about ]]; then shown+=("\${(r:12:)value}\${value:12}  -- $about"); else shown+=("$value"); fi
  done
  (( \${#values} )) && compadd -Q -l "\${blank[@]}" -d shown -- "\${(@q)values}"
}
if [[ "\${funcstack[1]}" == _agents ]]; then _agents "$@"; else compdef _agents agents; fi
`.replaceAll('\\$', '$');

const FISH = String.raw`# Completion of agents for fish. In ~/.config/fish/config.fish:
#   agents completion fish | source
function __agents_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string unescape)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -l lines ($program __complete -- $words[2..-1] "$current" 2>/dev/null)
    switch "$lines[-1]"
        case ':files'
            __fish_complete_path "$current"
        case ':folders'
            __fish_complete_directories "$current"
        case '*'
            set -e lines[-1]
            string join \n -- $lines
    end
end
complete -c agents -f -k -a '(__agents_complete)'
`;

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/**
 * What a shell has to run to complete netlab's command line: each asks `netlab __complete -- WORD…`.
 *
 * The answer's first line is `:plain`, `:files` (quote them, and add nothing after a folder) or `:command N` (complete a
 * command of its own after N words); each further line is a value, a tab and what it is.
 */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const BASH = `# netlab completion for bash. To have it in every shell:
#   netlab completion bash > ~/.local/share/bash-completion/completions/netlab
# or in this one:
#   source <(netlab completion bash)
_netlab_word() {
  # Without what quotes it, which may not be closed yet.
  case $1 in
    \\'*) word=\${1#?} word=\${word//\\'/} ;;
    \\"*) word=\${1#?} word=\${word//[\\\\\\"]/} ;;
    *) word=\${1//\\\\/} ;;
  esac
}
_netlab() {
  local typed word line mode cur=\${COMP_WORDS[COMP_CWORD]}
  local -a words=()
  COMPREPLY=()
  # bash makes words of their own of the "=" in --format=svg.
  [[ $cur == = ]] && cur=
  for typed in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    _netlab_word "$typed"
    [[ $typed == = ]] || words+=("$word")
  done
  _netlab_word "$cur"
  words+=("$word")
  {
    IFS= read -r mode || return
    case $mode in
      ':command '*)
        compopt -o default
        # The command's first word, wherever "=" was left out.
        if ((\${#words[@]} == \${mode#:command } + 1)); then
          while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -c -- "$cur")
        fi
        return
        ;;
      :files) compopt -o filenames ;;
    esac
    while IFS= read -r line; do
      line=\${line%%$'\\t'*}
      # A name may have blanks in it; those of files bash quotes itself, and ends folders with a slash.
      [[ $mode == :files ]] && line=\${line%/}
      [[ $mode == :files || $cur == [\\'\\"]* ]] || printf -v line %q "$line"
      COMPREPLY+=("$line")
    done
  } < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _netlab netlab
`;

const ZSH = `#compdef netlab
# netlab completion for zsh. To have it in every shell, in a folder of your $fpath:
#   netlab completion zsh > _netlab
# or in this one:
#   source <(netlab completion zsh)
_netlab() {
  local mode line
  local -a lines values shown
  # The quotes of the last word may not be closed yet: zsh keeps them apart from $PREFIX.
  lines=("\${(@f)$(\${words[1]} __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  mode=\${lines[1]}
  lines=("\${(@)lines[2,-1]}")
  if [[ $mode == ':command '* ]]; then
    local -i skip=$((\${mode#:command } + 1))
    words=("\${(@)words[skip+1,-1]}")
    CURRENT=$((CURRENT - skip))
    _normal
    return
  fi
  for line in $lines; do
    values+=("\${line%%$'\\t'*}")
    shown+=("\${\${line/$'\\t'/  -- }%  -- }")
  done
  if [[ $mode == :files ]]; then
    local -a folders=("\${(@M)values:#*/}") files=("\${(@)values:#*/}")
    compadd -f -S '' -- $folders
    compadd -f -- $files
  else
    compadd -l -d shown -- $values
  fi
}
if [[ \${funcstack[1]} == _netlab ]]; then
  _netlab
else
  # Without a line of its own in ~/.zshrc zsh completes nothing at all yet.
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -u }
  compdef _netlab netlab
fi
`;

const FISH = `# netlab completion for fish. To have it in every shell:
#   netlab completion fish > ~/.config/fish/completions/netlab.fish
# or in this one:
#   netlab completion fish | source
function __netlab_complete
    set -l words (commandline -opc) (commandline -ct)
    # fish takes away the quotes of all words but the last, which may have only the first of them.
    set -l last (string unescape -- $words[-1]; or string trim -l -c '"\\'' -- $words[-1])
    set -l lines ($words[1] __complete -- $words[2..-2] "$last" 2>/dev/null)
    switch "$lines[1]"
        case ':command *'
            set -l skip (math (string replace ':command ' '' -- $lines[1]) + 2)
            complete -C (string join ' ' -- (string escape -- $words[$skip..-2]) $words[-1])
        case '*'
            printf '%s\\n' $lines[2..]
    end
end
complete -c netlab -f -a '(__netlab_complete)'
`;

export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}

# Completion of postrider for fish.
function __postrider_complete
    set -l before (commandline -opc)
    set -l program $before[1]
    set -e before[1]
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current 2>/dev/null)
    test -n "$plain"; and set current $plain
    command $program __complete "_$current" $before 2>/dev/null
end
complete -c postrider -f -a '(__postrider_complete)'

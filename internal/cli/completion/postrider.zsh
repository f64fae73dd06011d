#compdef postrider
# Completion of postrider for zsh.
_postrider() {
	local line value says
	local -a before values shown open openShown
	before=("${(@Q)words[2,CURRENT-1]}")
	while IFS= read -r line; do
		value=${line%%$'\t'*}
		says=$value
		[[ $line == *$'\t'* ]] && says="$value  -- ${line#*$'\t'}"
		if [[ $value == *[/=:@,] ]]; then
			open+=("$value") openShown+=("$says")
		else
			values+=("$value") shown+=("$says")
		fi
	done < <("${(Q)words[1]}" __complete "_${(Q)PREFIX}" "${before[@]}" 2>/dev/null)
	(( $#values )) && compadd -l -d shown -a values
	(( $#open )) && compadd -S '' -l -d openShown -a open
}
if [ "$funcstack[1]" = "_postrider" ]; then
	_postrider "$@"
else
	compdef _postrider postrider
fi

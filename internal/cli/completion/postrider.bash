# Completion of postrider for bash 3.2 and later.
_postrider() {
	local i word rest=$COMP_LINE current='' words=() found=() value

	# Readline breaks words at = and : too. What no blank separates is one word.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then
			((i > 1)) && words[${#words[@]}]=$current
			current=''
			rest=${rest#"${rest%%[![:space:]]*}"}
		fi
		((i > 0)) && current+=$word
		rest=${rest#"$word"}
	done

	# What is typed is quoted for the shell, with quotes or with backslashes.
	local plain=() quoted
	for quoted in ${words[@]+"${words[@]}"} "$current"; do
		value=''
		local quote='' char
		for ((i = 0; i < ${#quoted}; i++)); do
			char=${quoted:i:1}
			if [[ -n $quote ]]; then
				if [[ $char == "$quote" ]]; then quote=''; else value+=$char; fi
			elif [[ $char == \\ ]]; then
				i=$((i + 1))
				value+=${quoted:i:1}
			elif [[ $char == \' || $char == \" ]]; then
				quote=$char
			else
				value+=$char
			fi
		done
		plain[${#plain[@]}]=$value
	done
	local last=$((${#plain[@]} - 1))
	current=${plain[last]}
	unset "plain[$last]"

	# Readline replaces only what stands behind the last = or :.
	local before=''
	case $current in
	*[=:]*) before=${current%"${current##*[=:]}"} ;;
	esac

	COMPREPLY=()
	local names=filenames # for Readline to quote what needs it, and to put a slash behind folders
	while IFS= read -r value; do
		value=${value%%$'\t'*}
		[[ $value == */ && -d $value ]] && value=${value%/}
		[[ $value == *:// ]] && names=nospace # a colon needs no quotes
		COMPREPLY[${#COMPREPLY[@]}]=${value#"$before"}
	done < <("${COMP_WORDS[0]}" __complete "_$current" ${plain[@]+"${plain[@]}"} 2>/dev/null)

	compopt -o "$names" 2>/dev/null
	if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[/=:@,] ]]; then
		compopt -o nospace 2>/dev/null
	fi
}
complete -F _postrider postrider

# Completion of postrider for bash 3.2 and later.
_postrider() {
	local i word rest=$COMP_LINE current='' words=() value

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

	# What is typed is quoted for the shell, with quotes or with backslashes. Readline
	# replaces only what stands behind a quote that is still open, or else behind the last
	# = or : and the like without quotes.
	local plain=() quoted quote before
	for quoted in ${words[@]+"${words[@]}"} "$current"; do
		value='' quote='' before=''
		local outside='' char
		for ((i = 0; i < ${#quoted}; i++)); do
			char=${quoted:i:1}
			if [[ -n $quote ]]; then
				if [[ $char == "$quote" ]]; then quote='' before=$outside; else value+=$char; fi
			elif [[ $char == \\ ]]; then
				i=$((i + 1))
				value+=${quoted:i:1}
			elif [[ $char == \' || $char == \" ]]; then
				quote=$char outside=$before before=$value
			else
				[[ $char == [@$] ]] && before=$value # they belong to what follows them
				value+=$char
				[[ $char != [@$] && $COMP_WORDBREAKS == *"$char"* ]] && before=$value
			fi
		done
		plain[${#plain[@]}]=$value
	done
	local last=$((${#plain[@]} - 1))
	current=${plain[last]}
	unset "plain[$last]"

	# Whoever names a file or a request must not write commands. Readline quotes names of
	# files only, and of those not every $: what is inserted is quoted here.
	COMPREPLY=()
	local home escaped
	while IFS= read -r value; do
		value=${value%%$'\t'*}
		value=${value#"$before"}
		escaped='' home=''
		if [[ ${COMP_TYPE-} == 63 ]]; then # it is only shown
			escaped=$value
		elif [[ -n $quote ]]; then
			for ((i = 0; i < ${#value}; i++)); do
				char=${value:i:1}
				case $quote$char in
				"''") escaped+="'\\''" ;;
				'"!') escaped+="\"'!'\"" ;; # it would name an earlier command
				'""' | '"\' | '"$' | '"`') escaped+=\\$char ;;
				*) escaped+=$char ;;
				esac
			done
		else
			[[ $quoted == '~/'* && $value == '~/'* ]] && home='~/' value=${value:2}
			[[ $value == *[![:alnum:]_./:=,@%+-]* ]] && printf -v value %q "$value"
			escaped=$home$value
		fi
		COMPREPLY[${#COMPREPLY[@]}]=$escaped
	done < <("${COMP_WORDS[0]}" __complete "_$current" ${plain[@]+"${plain[@]}"} 2>/dev/null)

	((${#COMPREPLY[@]} == 1)) || return 0
	case $quote${COMPREPLY[0]} in
	"'"*"'" | '"'*'"') COMPREPLY[0]+=$quote ;; # Readline takes the last one for that which closes
	[\'\"]* | *[/=:@,]) ;;
	*) COMPREPLY[0]+=' ' ;; # bash 3.2 knows no other way to leave it out of the others
	esac
}
complete -o nospace -F _postrider postrider

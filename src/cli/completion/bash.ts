import type { CompletedCommand, Words } from "./model.ts";

/** Writes the script for bash. */
export function toBash(commands: readonly CompletedCommand[]): string[] {
	return [
		"# Completes `switchhook` in bash: source this file.",
		"_switchhook() {",
		`\tlocal current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"`,
		`\tlocal command="\${COMP_WORDS[1]}" words="" index`,
		"\tif ((COMP_CWORD == 1)); then",
		`\t\tCOMPREPLY=($(compgen -W "${names(commands)} help --help --version" -- "$current"))`,
		"\t\treturn",
		"\tfi",
		...commands.flatMap((command) =>
			command.parts.length === 0 ? [] : partLines(command),
		),
		'\tcase "$command $previous" in',
		...flatten(commands).flatMap(([path, { options }]) =>
			options.flatMap(({ long, short, takesValue, value }) =>
				takesValue
					? [
							`\t"${path} ${long}"${short === undefined ? "" : ` | "${path} ${short}"`}) ${reply(value)} ;;`,
						]
					: [],
			),
		),
		"\tesac",
		'\tcase "$command" in',
		...flatten(commands).flatMap(([path, { options, argument, parts }]) => {
			const dashed = options.map(({ long }) => long).join(" ");
			return [
				`\t"${path}")`,
				'\t\tif [[ "$current" == -* ]]; then',
				`\t\t\tCOMPREPLY=($(compgen -W "${dashed}" -- "$current"))`,
				"\t\t\treturn",
				"\t\tfi",
				`\t\t${parts.length > 0 ? reply(parts.map(({ name }) => name)) : reply(argument)}`,
				"\t\t;;",
			];
		}),
		`\thelp) ${reply(commands.map(({ name }) => name))} ;;`,
		"\tesac",
		"}",
		"complete -o default -F _switchhook switchhook",
	];
}

/** All commands with the words that lead to them: `inbox list`. */
export function flatten(
	commands: readonly CompletedCommand[],
	before = "",
): (readonly [path: string, command: CompletedCommand])[] {
	return commands.flatMap((command) => {
		const path = `${before}${command.name}`;
		return [[path, command] as const, ...flatten(command.parts, `${path} `)];
	});
}

// --- helpers ---

function names(commands: readonly CompletedCommand[]): string {
	return commands.map(({ name }) => name).join(" ");
}

/** Treats the second word as part of the command's name if the command has subcommands. */
function partLines({ name, parts }: CompletedCommand): string[] {
	return [
		`\tif [[ "$command" == ${name} ]] && ((COMP_CWORD > 2)); then`,
		`\t\tfor index in ${names(parts)}; do`,
		`\t\t\tif [[ "\${COMP_WORDS[2]}" == "$index" ]]; then command="${name} $index"; fi`,
		"\t\tdone",
		"\tfi",
	];
}

function reply(words: Words): string {
	if (words === undefined || words === "files")
		return 'COMPREPLY=($(compgen -f -- "$current")); return';
	const list =
		typeof words === "string"
			? `$(switchhook completion --list ${words} 2>/dev/null)`
			: words.join(" ");
	return `COMPREPLY=($(compgen -W "${list}" -- "$current")); return`;
}

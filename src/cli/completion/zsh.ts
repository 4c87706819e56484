import { quoteShellWord } from "../../finding/shell-word.ts";
import { flatten } from "./bash.ts";
import type { CompletedCommand, CompletedOption, Words } from "./model.ts";

/** Writes the script for zsh: a file `_switchhook` in a folder of `fpath`. */
export function toZsh(commands: readonly CompletedCommand[]): string[] {
	return [
		"#compdef switchhook",
		"_switchhook() {",
		`\tlocal command="\${words[2]}"`,
		"\tif ((CURRENT == 2)); then",
		`\t\tlocal -a commands=(${listed(commands)})`,
		"\t\t_describe command commands",
		"\t\treturn",
		"\tfi",
		`\tlocal -a before=(\${words[2]})`,
		...commands.flatMap((command) =>
			command.parts.length === 0 ? [] : partLines(command),
		),
		`\twords=(switchhook "\${(@)words[$#before+2,-1]}")`,
		"\t((CURRENT -= $#before))",
		'\tcase "$command" in',
		...flatten(commands).flatMap(([path, command]) => [
			`\t${quoteShellWord(path)})`,
			`\t\t_arguments ${argumentsOf(command).join(" ")}`,
			"\t\t;;",
		]),
		"\tesac",
		"}",
		'if [[ "$funcstack[1]" == _switchhook ]]; then _switchhook "$@"; else compdef _switchhook switchhook; fi',
	];
}

// --- helpers ---

function listed(commands: readonly CompletedCommand[]): string {
	return commands
		.map(({ name, summary }) =>
			quoteShellWord(`${name}:${summary.replace(/:/g, "\\:")}`),
		)
		.join(" ");
}

/** Treats the second word as part of the command's name if the command has subcommands. */
function partLines({ name, parts }: CompletedCommand): string[] {
	return [
		`\tif [[ "$command" == ${name} ]]; then`,
		"\t\tif ((CURRENT == 3)); then",
		`\t\t\tlocal -a parts=(${listed(parts)})`,
		"\t\t\t_describe command parts",
		"\t\t\treturn",
		"\t\tfi",
		`\t\tbefore+=("\${words[3]}")`,
		`\t\tcommand="${name} \${words[3]}"`,
		"\tfi",
	];
}

function argumentsOf({ options, argument }: CompletedCommand): string[] {
	return [
		...options.flatMap(toSpecs),
		...(argument === undefined
			? []
			: [quoteShellWord(`1::argument:${action(argument)}`)]),
	];
}

function toSpecs({
	long,
	short,
	summary,
	takesValue,
	value,
}: CompletedOption): string[] {
	const text = summary.replace(/[[\]:]/g, "\\$&");
	const rest = takesValue ? `:value:${action(value)}` : "";
	return [long, short]
		.filter((flag) => flag !== undefined)
		.map((flag) => quoteShellWord(`*${flag}[${text}]${rest}`));
}

function action(words: Words): string {
	if (words === undefined) return "";
	if (words === "files") return "_files";
	return typeof words === "string"
		? `{compadd -- $(switchhook completion --list ${words} 2>/dev/null)}`
		: `(${words.join(" ")})`;
}

import { flatten } from "./bash.ts";
import type { CompletedCommand, Words } from "./model.ts";

/** Writes the script for fish. */
export function toFish(commands: readonly CompletedCommand[]): string[] {
	return [
		"# Completes `switchhook` in fish.",
		"complete -c switchhook -f",
		...commands.map(({ name, summary }) =>
			line("__fish_use_subcommand", `-a ${name} -d ${quote(summary)}`),
		),
		line("__fish_use_subcommand", "-a help -d 'Shows the help of a command.'"),
		...flatten(commands).flatMap(([path, { options, argument, parts }]) => {
			const seen = path
				.split(" ")
				.map((name) => `__fish_seen_subcommand_from ${name}`)
				.join("; and ");
			const isOpen = `${seen}; and not __fish_seen_subcommand_from ${parts.map(({ name }) => name).join(" ")}`;
			return [
				...parts.map(({ name, summary }) =>
					line(isOpen, `-a ${name} -d ${quote(summary)}`),
				),
				...(argument === undefined ? [] : [line(seen, values(argument))]),
				...(parts.length > 0 ? [] : options).map(
					({ long, short, summary, takesValue, value }) =>
						line(
							seen,
							[
								`-l ${long.slice(2)}`,
								short === undefined ? "" : `-s ${short.slice(1)}`,
								takesValue ? `-r ${values(value)}` : "",
								`-d ${quote(summary)}`,
							]
								.filter((part) => part !== "")
								.join(" "),
						),
				),
			];
		}),
	];
}

// --- helpers ---

function line(condition: string, rest: string): string {
	return `complete -c switchhook -n ${quote(condition)} ${rest}`;
}

function values(words: Words): string {
	if (words === undefined || words === "files") return "-F";
	return typeof words === "string"
		? `-a ${quote(`(switchhook completion --list ${words} 2>/dev/null)`)}`
		: `-a ${quote(words.join(" "))}`;
}

function quote(text: string): string {
	return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

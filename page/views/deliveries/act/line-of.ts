/**
 * Finds the line of a value in a JSON text, counted from 1, by its JSON pointer. A value that is missing has the line of what it
 * is missing from. The text MUST be valid JSON.
 */
export function lineOf(text: string, pointer: string): number {
	const wanted = pointer
		.split("/")
		.slice(1)
		.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
	let at = 0;
	let found = 0;
	let depth = -1;
	const note = (path: readonly string[], place: number): void => {
		if (path.length <= depth || path.length > wanted.length) return;
		if (!path.every((name, index) => name === wanted[index])) return;
		found = place;
		depth = path.length;
	};
	const skip = (): void => {
		while (/\s/.test(text[at] ?? "x")) at += 1;
	};
	const readString = (): string => {
		const from = at;
		at += 1;
		while (at < text.length && text[at] !== '"')
			at += text[at] === "\\" ? 2 : 1;
		at += 1;
		return JSON.parse(text.slice(from, at)) as string;
	};
	const readValue = (path: readonly string[]): void => {
		skip();
		note(path, at);
		const opening = text[at];
		if (opening === '"') {
			readString();
			return;
		}
		if (opening !== "{" && opening !== "[") {
			while (at < text.length && !/[,\]}\s]/.test(text[at] ?? ",")) at += 1;
			return;
		}
		at += 1;
		for (let index = 0; at < text.length; index += 1) {
			skip();
			if (text[at] === "}" || text[at] === "]") break;
			const name = opening === "{" ? readString() : String(index);
			skip();
			if (text[at] === ":") at += 1;
			readValue([...path, name]);
			skip();
			if (text[at] === ",") at += 1;
		}
		at += 1;
	};
	readValue([]);
	return text.slice(0, found).split("\n").length;
}

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** Something that the palette finds by its name. */
export interface Command {
	readonly name: string;
	/** A word that says what it is, such as `route`. */
	readonly hint?: string;
	run(): void;
}

export const commands = signal<readonly (() => readonly Command[])[]>([]);

/** Adds commands to the palette while a component is shown. */
export function useCommands(own: readonly Command[]): void {
	const latest = useRef(own);
	latest.current = own;
	useEffect(() => {
		const read = (): readonly Command[] => latest.current;
		commands.value = [...commands.value, read];
		return () => {
			commands.value = commands.value.filter((one) => one !== read);
		};
	}, []);
}

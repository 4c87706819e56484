import { showHidden } from "../../../src/observe/plain-text.ts";

/** A sentence of a schema, whose names in backticks are code. */
export function Prose({ text }: { readonly text: string }) {
	return (
		<p class="faint">
			{text
				.split("`")
				.map((part, at) =>
					at % 2 === 1 ? (
						<code key={at}>{showHidden(part)}</code>
					) : (
						showHidden(part)
					),
				)}
		</p>
	);
}

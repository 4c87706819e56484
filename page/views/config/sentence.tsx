import { showHidden } from "../../../src/observe/plain-text.ts";

/** A text of the router as a sentence, with code where it has backticks. */
export function Sentence({ text }: { readonly text: string }) {
	const shown = showHidden(text);
	const whole = shown.charAt(0).toUpperCase() + shown.slice(1);
	const stop = /[.?!…)]$/.test(whole) ? "" : ".";
	return (
		<>
			{`${whole}${stop}`
				.split("`")
				.map((part, at) =>
					at % 2 === 1 ? <code key={at}>{part}</code> : part,
				)}
		</>
	);
}

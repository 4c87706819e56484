import {
	escapeHiddenInJson,
	showHidden,
	showHiddenInLines,
} from "../../../../src/observe/plain-text.ts";
import { Ncco, parseNcco } from "../../../parts/ncco/ncco.tsx";
import type { Delivery } from "./detail.tsx";

/** What the sender was answered. An NCCO is drawn as what the caller hears. */
export function AnswerPart({ delivery }: { readonly delivery: Delivery }) {
	const { answer, explanation } = delivery;
	if (answer === undefined)
		return (
			<p class="part faint">
				{explanation?.inbox?.startsWith("It is stored") === true
					? "The sender got an empty 200 as soon as the event was stored."
					: "No answer is kept."}
			</p>
		);
	const { status, type, body, note } = answer;
	const text =
		typeof body === "string" ? body : (JSON.stringify(body, null, 2) ?? "");
	const ncco = parseNcco(text);
	return (
		<div class="part">
			<p>
				<b class="mono">{status}</b>{" "}
				<span class="mono faint">
					{type === undefined ? "" : showHidden(type)}
				</span>
			</p>
			{note !== undefined && <p class="faint">{showHidden(note)}</p>}
			{ncco !== undefined && (
				<section>
					<h2>The caller hears</h2>
					<Ncco ncco={ncco} />
				</section>
			)}
			{body !== undefined && (
				<section>
					<h2>Body</h2>
					<pre class="raw">
						{typeof body === "string"
							? showHiddenInLines(text)
							: escapeHiddenInJson(text)}
					</pre>
				</section>
			)}
		</div>
	);
}

import { useState } from "preact/hooks";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { type Answer, call, Problem } from "../../api/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { ProblemBox } from "../../parts/messages.tsx";
import { State } from "../../parts/state.tsx";
import type { FlatRoute } from "../../state/routes.ts";
import { Explained, Marked } from "../deliveries/detail/why-here.tsx";

type Explanation = Answer<"explain">;

/** Explains where a pasted payload goes, and why it does not go to a route. Nothing is sent. */
export function WhyNot({
	asked,
	onClose,
}: {
	/** The route that somebody expected. Undefined if nobody did. */
	readonly asked: FlatRoute | undefined;
	onClose(): void;
}) {
	const [text, setText] = useState("");
	const [explanation, setExplanation] = useState<Explanation>();
	const [problem, setProblem] = useState<Problem>();
	const [isAsking, setAsking] = useState(false);
	const name = asked?.route.name;
	const ask = async (): Promise<void> => {
		setAsking(true);
		try {
			const to = asked?.path?.path;
			setExplanation(
				await call("explain", {
					body: { payload: text.trim(), ...(to !== undefined && { to }) },
				}),
			);
			setProblem(undefined);
		} catch (error) {
			setExplanation(undefined);
			setProblem(
				error instanceof Problem
					? error
					: new Problem(0, "page", "The page failed", String(error)),
			);
		}
		setAsking(false);
	};
	return (
		<Dialog
			title={
				name === undefined
					? "Where does it go?"
					: `Why not ${showHidden(name)}?`
			}
			onClose={onClose}
			size="wide"
		>
			<form
				class="why-not"
				onSubmit={(event) => {
					event.preventDefault();
					void ask();
				}}
			>
				<label>
					The payload of a webhook: JSON, a form or a query
					<textarea
						class="mono"
						rows={6}
						spellcheck={false}
						value={text}
						placeholder={PLACEHOLDER}
						onInput={({ currentTarget }) => setText(currentTarget.value)}
						onKeyDown={(event) => {
							if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey))
								return;
							event.preventDefault();
							void ask();
						}}
					/>
				</label>
				<div class="row">
					<button
						type="submit"
						class="primary"
						disabled={isAsking || text.trim() === ""}
					>
						Explain
					</button>
					<span class="faint">
						{asked?.path === undefined
							? "It goes to the first path of its kind."
							: `It goes to ${showHidden(asked.path.path)}.`}{" "}
						It is signed as the platform does, and comes from a client that the
						firewall admits. Nothing is sent, and no handler runs.
					</span>
				</div>
			</form>
			{problem !== undefined && <ProblemBox problem={problem} />}
			<div role="status">
				{explanation !== undefined && (
					<Answered explanation={explanation} name={name} />
				)}
			</div>
			{explanation !== undefined && <Explained explanation={explanation} />}
		</Dialog>
	);
}

// --- helpers ---

const PLACEHOLDER = '{ "msisdn": "447700900123", "to": "447700900001", … }';

/** The answer in one line, before the steps. */
function Answered({
	explanation: { route, candidates, asked },
	name,
}: {
	readonly explanation: Explanation;
	readonly name: string | undefined;
}) {
	const winner = route === null ? undefined : showHidden(route);
	if (name === undefined || route === name) {
		return winner === undefined ? (
			<State state="refused" label="No route takes it." />
		) : (
			<State state="delivered" label={`${winner} takes it.`} />
		);
	}
	const own = candidates.find((one) => one.route === name);
	const kinds = asked.filter(({ recognized }) => recognized === true);
	const why =
		own?.why ??
		(kinds.length > 0
			? `it is a ${kinds.map(({ kind }) => kind).join(" or ")}`
			: "a gate refuses it before the routes are tried");
	return (
		<p>
			<State state="failed" label={`${showHidden(name)} does not take it:`} />{" "}
			<Marked text={why} />.{" "}
			{winner === undefined ? "No route does." : `${winner} does.`}
		</p>
	);
}

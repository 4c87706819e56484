import { useSignal } from "@preact/signals";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../api/client.ts";
import { canOperate } from "../../api/session.ts";
import { count } from "../../parts/text.ts";
import { Ago, formatMs } from "../../parts/time.tsx";
import { useKeys } from "../../state/keys.ts";
import { notifyError } from "../../state/notices.ts";

/** The result of a reload. */
export type Reload = Answer<"reload">["reload"];

/** The button that reloads, and its key. */
export function ReloadButton({
	hasChanges,
	hasErrors,
	onDone,
}: {
	readonly hasChanges: boolean;
	readonly hasErrors: boolean;
	onDone(result: Reload): void;
}) {
	const isRunning = useSignal(false);
	const run = async (): Promise<void> => {
		if (isRunning.value || !canOperate.value) return;
		isRunning.value = true;
		try {
			onDone((await call("reload")).reload);
		} catch (error) {
			notifyError(error);
		} finally {
			isRunning.value = false;
		}
	};
	useKeys("Configuration", [
		{ key: "R", label: "Reload the configuration", run: () => void run() },
	]);
	if (!canOperate.value)
		return (
			<p class="faint">
				Your token lacks the scope <code>operate</code>, so you cannot reload.
			</p>
		);
	return (
		<div class="row">
			<button
				type="button"
				class={hasChanges && !hasErrors ? "primary" : ""}
				aria-busy={isRunning.value}
				onClick={() => void run()}
			>
				{isRunning.value ? "Reloading…" : "Reload"}{" "}
				<kbd aria-hidden="true">R</kbd>
			</button>
			{hasErrors && (
				<span class="faint">
					With errors the router keeps what runs, and says why.
				</span>
			)}
		</div>
	);
}

/** Says how the latest reload ended. */
export function ReloadResult({ result }: { readonly result: Reload }) {
	const { outcome, at, ms, routes, reason, findings } = result;
	const errors = findings.filter(({ severity }) => severity === "error");
	const isDone = outcome === "reloaded";
	return (
		<div class="config-result" role="status">
			<p>
				<strong class={isDone ? "" : "tone-failed"}>
					<span aria-hidden="true">{isDone ? "✓ " : "✕ "}</span>
					{isDone
						? `Reloaded in ${formatMs(ms)}`
						: outcome === "refused"
							? `Refused: ${count(errors.length, "error")}`
							: "The reload failed"}
				</strong>
				<span class="faint">
					{" "}
					<Ago at={at} /> ago. {count(routes, "route")}{" "}
					{routes === 1 ? "serves" : "serve"}.
				</span>
			</p>
			{reason !== undefined && <p>{showHidden(reason)}</p>}
			{isDone && <RouteChanges result={result} />}
		</div>
	);
}

// --- helpers ---

/** The names of a list that are shown. */
const NAMES_SHOWN = 12;

function RouteChanges({ result }: { readonly result: Reload }) {
	const lists = (["added", "changed", "removed"] as const).filter(
		(name) => result[name].length > 0,
	);
	if (lists.length === 0) return <p class="faint">No route has changed.</p>;
	return (
		<dl class="facts">
			{lists.map((name) => (
				<>
					<dt key={`${name}-title`}>{name}</dt>
					<dd key={name} class="mono">
						{result[name].slice(0, NAMES_SHOWN).map(showHidden).join(", ")}
						{result[name].length > NAMES_SHOWN &&
							` and ${result[name].length - NAMES_SHOWN} more`}
					</dd>
				</>
			))}
		</dl>
	);
}

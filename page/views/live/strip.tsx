import { showHidden } from "../../../src/observe/plain-text.ts";
import { Level } from "../../parts/level.tsx";
import { State } from "../../parts/state.tsx";
import { Time } from "../../parts/time.tsx";
import { hrefOf, setQuery } from "../../state/location.ts";
import type { WebhookRow } from "./feed.ts";
import { dotted } from "./filters.ts";

/** The chosen row: everything that is known of it, and filters for rows like it. */
export function Strip({
	row,
	level,
	onClose,
}: {
	readonly row: WebhookRow;
	readonly level: string | undefined;
	onClose(): void;
}) {
	const { at, id, outcome, route, kind, number, reason, code, request } = row;
	const only = (field: string, value: string): void => {
		setQuery({ [field]: value });
		onClose();
	};
	return (
		<aside class="live-strip" aria-label="The chosen webhook">
			<div class="row">
				<State state={outcome} />
				{code !== undefined && <code>{code}</code>}
				<Time at={at} />
				{level !== undefined && <Level level={level} />}
				{request !== undefined && (
					<span class="mono">
						{request.method} {showHidden(request.path)} from {request.client},
						answered {request.status}
					</span>
				)}
				<button
					type="button"
					class="plain close"
					aria-label="Close"
					onClick={onClose}
				>
					✕
				</button>
			</div>
			{reason !== undefined && <p class="reason">{showHidden(reason)}</p>}
			<div class="row">
				{id !== undefined && (
					<a href={hrefOf(["deliveries", id])}>Open the delivery</a>
				)}
				{route !== undefined && (
					<>
						<a href={hrefOf(["routes", route])}>Open the route</a>
						<button type="button" onClick={() => only("route", route)}>
							Only {route}
						</button>
					</>
				)}
				{kind !== undefined && (
					<button type="button" onClick={() => only("kind", kind)}>
						Only {kind}
					</button>
				)}
				<button type="button" onClick={() => only("outcome", outcome)}>
					Only {outcome}
				</button>
				{number !== undefined && (
					<button type="button" onClick={() => only("number", number)}>
						Only {dotted(showHidden(number))}
					</button>
				)}
			</div>
		</aside>
	);
}

import { isConnected } from "../api/stream.ts";
import { count } from "../parts/text.ts";
import { facts, isInboxOnly } from "../state/router.ts";

/** The top line: is the router well, and a way to find everything. */
export function HeadLine({ onFind }: { onFind(): void }) {
	return (
		<header class="head-line">
			<a class="brand" href="/">
				Switchhook
			</a>
			<div class="health" role="status">
				{isInboxOnly.value && (
					<span class="state">
						Inbox <code>{facts.value?.inbox}</code> without a router
					</span>
				)}
				<Spooling />
				{!isConnected.value && (
					<span class="state tone-failed">
						<span class="sign" aria-hidden="true">
							✕
						</span>
						not connected
					</span>
				)}
			</div>
			<button type="button" class="find" onClick={onFind}>
				Find… <kbd aria-hidden="true">⌘K</kbd>
			</button>
		</header>
	);
}

/** Says that events wait on the router's disk for the database. */
function Spooling() {
	const depth = facts.value?.spool?.depth ?? 0;
	if (depth === 0) return null;
	return (
		<span class="state tone-waiting">
			<span class="sign" aria-hidden="true">
				!
			</span>
			{count(depth, "event")} in the spool, waiting for the database
		</span>
	);
}

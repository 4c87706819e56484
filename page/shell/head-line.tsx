import { isConnected } from "../api/stream.ts";
import { Health } from "./health.tsx";

/** The top line: is the router well, and a way to find everything. */
export function HeadLine({ onFind }: { onFind(): void }) {
	return (
		<header class="head-line">
			<a class="brand" href="/">
				Switchhook
			</a>
			<Health isConnected={isConnected.value} />
			<button type="button" class="find" onClick={onFind}>
				Find… <kbd aria-hidden="true">⌘K</kbd>
			</button>
		</header>
	);
}

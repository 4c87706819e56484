import { isConnected } from "../api/stream.ts";

/** The top line: is the router well, and a way to find everything. */
export function HeadLine({ onFind }: { onFind(): void }) {
	return (
		<header class="head-line">
			<a class="brand" href="/">
				Switchhook
			</a>
			<div class="health" role="status">
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

import { useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { canOperate } from "../../api/session.ts";
import { CommandLine, Empty } from "../../parts/messages.tsx";
import { notifyError } from "../../state/notices.ts";
import type { FlatRoute } from "../../state/routes.ts";

/** The view before the first webhook, or with a filter that nothing fits. */
export function EmptyLive({
	routes,
	isFiltered,
	onClear,
}: {
	readonly routes: readonly FlatRoute[];
	readonly isFiltered: boolean;
	onClear(): void;
}) {
	const [isSending, setSending] = useState(false);
	if (isFiltered) {
		return (
			<Empty title="Nothing fits these filters yet">
				<p>New webhooks that fit come in here.</p>
				<button type="button" onClick={onClear}>
					Clear the filters
				</button>
			</Empty>
		);
	}
	const reached = routes.filter(({ path }) => path !== undefined);
	// A sample does not fit every `match`.
	const first = (
		reached.find(({ route }) => route.match === undefined) ?? reached[0]
	)?.route.name;
	if (first === undefined) {
		return (
			<Empty title="No route has a path">
				<p>Write a route with a `path`, and its webhooks come in here.</p>
			</Empty>
		);
	}
	const send = async (): Promise<void> => {
		setSending(true);
		await call("send", { body: { to: first } }).catch(notifyError);
		setSending(false);
	};
	return (
		<Empty title="Nothing has come yet">
			<p>
				Send a sample to the route {first}. Its handler runs as for any webhook.
			</p>
			{canOperate.value && (
				<button
					type="button"
					class="primary"
					disabled={isSending}
					onClick={() => void send()}
				>
					Send one
				</button>
			)}
			<CommandLine text={`switchhook send --to ${first}`} />
		</Empty>
	);
}

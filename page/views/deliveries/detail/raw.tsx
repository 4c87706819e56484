import {
	escapeHiddenInJson,
	showHidden,
	showHiddenInLines,
} from "../../../../src/observe/plain-text.ts";
import { formatBytes } from "../../../parts/text.ts";
import { Time } from "../../../parts/time.tsx";
import type { Delivery } from "./detail.tsx";

/** The request as it came, and the facts of the delivery. */
export function RawPart({
	delivery,
	isRevealed,
}: {
	readonly delivery: Delivery;
	readonly isRevealed: boolean;
}) {
	const { id, webhook, receivedAt, updatedAt, dedupeKey, orderKey } = delivery;
	return (
		<div class="part">
			{webhook !== undefined && (
				<pre class="raw">
					{requestOf(webhook)}
					{"\n\n"}
					{bodyOf(delivery)}
				</pre>
			)}
			{!isRevealed && (
				<p class="faint">
					The body is shown decoded and masked. Reveal the delivery to see its
					bytes.
				</p>
			)}
			<dl class="facts">
				<dt>Id</dt>
				<dd class="mono">{showHidden(id)}</dd>
				<dt>Received</dt>
				<dd class="mono">
					<Time at={receivedAt} />
				</dd>
				<dt>Changed</dt>
				<dd class="mono">
					<Time at={updatedAt} />
				</dd>
				{dedupeKey !== undefined && (
					<>
						<dt>Dedupe key</dt>
						<dd class="mono">{showHidden(dedupeKey)}</dd>
					</>
				)}
				{orderKey !== undefined && (
					<>
						<dt>Order key</dt>
						<dd class="mono">{showHidden(orderKey)}</dd>
					</>
				)}
				<dt>Size</dt>
				<dd>{formatBytes(delivery.sizeBytes)}</dd>
			</dl>
		</div>
	);
}

// --- helpers ---

function requestOf({
	method,
	path,
	query,
	headers,
}: NonNullable<Delivery["webhook"]>): string {
	const target = query === "" ? path : `${path}?${query}`;
	return [
		`${method} ${target}`,
		...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
	]
		.map(showHidden)
		.join("\n");
}

/** The bytes as text if they are known, else the payload. */
function bodyOf({ body, payload }: Delivery): string {
	if (body === undefined)
		return payload === undefined
			? ""
			: escapeHiddenInJson(JSON.stringify(payload, null, 2));
	const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
	return showHiddenInLines(new TextDecoder().decode(bytes));
}

import { Fields } from "../../../parts/fields.tsx";
import { JsonTree } from "../../../parts/json-tree.tsx";
import type { Delivery } from "./detail.tsx";

/** The payload as a tree, and what came beside it. */
export function PayloadPart({ delivery }: { readonly delivery: Delivery }) {
	const { payload, webhook } = delivery;
	return (
		<div class="part">
			{payload === undefined ? (
				<p class="faint">
					There is no payload. Its content was removed, or it cannot be read.
				</p>
			) : (
				<JsonTree value={payload} label="Payload" />
			)}
			{webhook !== undefined && (
				<>
					<Fields title="Parameters of the path" fields={webhook.params} />
					<Fields title="Proved by the signature" fields={webhook.claims} />
					<Fields title="Headers that are kept" fields={webhook.headers} />
				</>
			)}
		</div>
	);
}

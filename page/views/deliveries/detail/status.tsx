import { showHidden } from "../../../../src/observe/plain-text.ts";
import { State } from "../../../parts/state.tsx";
import { count } from "../../../parts/text.ts";
import { Ago } from "../../../parts/time.tsx";
import { addressOf } from "../filters.ts";
import { shortId } from "../list.tsx";
import { Children } from "./children.tsx";
import type { Delivery } from "./detail.tsx";

/** The state of a delivery in a sentence, and the reason for it. */
export function Status({ delivery }: { readonly delivery: Delivery }) {
	const { state, reason, note, editedFrom, parent, release, doubts } = delivery;
	const doubt = doubts[0];
	return (
		<section class="status" aria-label="State">
			<p class="status-line">
				<State state={state} />
				<Sentence delivery={delivery} />
			</p>
			{doubt !== undefined && (
				<p class="reason">
					<b class="mono">{doubt.code}</b> {showHidden(doubt.detail)}
				</p>
			)}
			{reason !== undefined && doubt === undefined && (
				<p class={state === "delivered" ? "reason faint" : "reason"}>
					{showHidden(reason)}
				</p>
			)}
			{release !== undefined && (
				<p class="faint">
					{release.as === "released"
						? `A release would hand it to ${showHidden(release.route ?? "")}.`
						: `A release is refused now: ${showHidden(release.why ?? "")}.`}
				</p>
			)}
			{delivery.isRouteGone && (
				<p class="reason">
					No route is named {showHidden(delivery.route)} any more.
				</p>
			)}
			{editedFrom !== undefined && (
				<p class="faint">
					An edited copy of <DeliveryLink id={editedFrom} />
				</p>
			)}
			{parent !== undefined && (
				<p class="faint">
					A child of <DeliveryLink id={parent} />, made for one of its targets
				</p>
			)}
			<Children delivery={delivery} />
			{note !== undefined && (
				<p class="faint">Not explained: {showHidden(note)}.</p>
			)}
		</section>
	);
}

// --- helpers ---

function DeliveryLink({ id }: { readonly id: string }) {
	return <a href={addressOf(id, new URLSearchParams())}>{shortId(id)}</a>;
}

function Sentence({ delivery }: { readonly delivery: Delivery }) {
	const { state, attempts, receivedAt, updatedAt, dueAt, isBlocked, children } =
		delivery;
	const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
	if (isBlocked) return <span>behind an earlier one with its order key</span>;
	switch (state) {
		case "waiting":
			return (
				<span>
					after {tries}, again{" "}
					{dueAt === undefined ? "soon" : <Ago at={dueAt} />}
				</span>
			);
		case "leased":
			return <span>attempt {attempts} runs</span>;
		case "dead":
			return (
				<span>
					after {tries}, <Ago at={updatedAt} /> ago
				</span>
			);
		case "delivered":
			if (children.length > 0)
				return (
					<span>
						to {count(children.length, "target")}, <Ago at={receivedAt} /> ago
					</span>
				);
			return (
				<span>
					{attempts > 1 ? `after ${tries}, ` : ""}
					<Ago at={updatedAt} /> ago
				</span>
			);
		case "quarantined":
			return <span>not trusted, so no handler has it</span>;
		default:
			return (
				<span>
					<Ago at={receivedAt} /> ago, no attempt yet
				</span>
			);
	}
}

import { useEffect } from "preact/hooks";
import { showHidden } from "../../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../../api/client.ts";
import { Level } from "../../../parts/level.tsx";
import { ProblemBox } from "../../../parts/messages.tsx";
import { type Tab, Tabs } from "../../../parts/tabs.tsx";
import { changes } from "../../../state/jobs.ts";
import { useKeys } from "../../../state/keys.ts";
import { useLoaded } from "../../../state/load.ts";
import { setQuery } from "../../../state/location.ts";
import { revealed } from "../act/edit-one.ts";
import type { Levels } from "../deliveries.tsx";
import { shortId } from "../list.tsx";
import { ActionBar } from "./action-bar.tsx";
import { AnswerPart } from "./answer.tsx";
import { Attempts } from "./attempts.tsx";
import { PayloadPart } from "./payload.tsx";
import { RawPart } from "./raw.tsx";
import { Status } from "./status.tsx";
import { WhyHere } from "./why-here.tsx";
import "./detail.css";

/** A whole delivery. */
export type Delivery = Answer<"getDelivery">;

/** A delivery beside the list, or as a page of its own on a narrow screen. */
export function Detail({
	id,
	query,
	levels,
	onClose,
}: {
	readonly id: string;
	readonly query: URLSearchParams;
	readonly levels: Levels;
	onClose(): void;
}) {
	const isRevealed = revealed.value === id;
	useEffect(
		() => () => {
			// Masks are lifted for one delivery, and for as long as it is looked at.
			revealed.value = undefined;
		},
		[],
	);
	const { value, problem, again } = useDelivery(id, isRevealed);
	const tab = query.get("tab") ?? "payload";
	const choose = (name: string): void =>
		setQuery({ tab: name === "payload" ? undefined : name }, { replace: true });
	useKeys("Delivery", [
		...TABS.map(({ name, title }, at) => ({
			key: String(at + 1),
			label: `Show ${title.toLowerCase()}`,
			run: () => choose(name),
		})),
	]);
	return (
		<article class="detail" aria-label="Delivery">
			<header class="detail-head">
				<button
					type="button"
					class="plain"
					aria-label="Close"
					onClick={onClose}
				>
					<span aria-hidden="true">←</span>
				</button>
				<h1 class="mono" title={showHidden(id)}>
					{shortId(id)}
				</h1>
				{value !== undefined && (
					<>
						<span>{showHidden(value.route)}</span>
						<span class="mono faint">{showHidden(value.kind)}</span>
						<Level level={levels.get(value.route)} />
					</>
				)}
			</header>
			{problem !== undefined && (
				<ProblemBox problem={problem} onRetry={again} />
			)}
			{value !== undefined && (
				<>
					<Status delivery={value} />
					<ActionBar delivery={value} isRevealed={isRevealed} />
					<Tabs
						tabs={tabsOf(value)}
						current={tab}
						label="Parts of the delivery"
						onChoose={choose}
					>
						<Part tab={tab} delivery={value} isRevealed={isRevealed} />
					</Tabs>
				</>
			)}
		</article>
	);
}

// --- helpers ---

const TABS: readonly Tab[] = [
	{ name: "payload", title: "Payload" },
	{ name: "why", title: "Why here" },
	{ name: "attempts", title: "Attempts" },
	{ name: "answer", title: "Answer" },
	{ name: "raw", title: "Raw" },
];

/** How often a delivery is read again that is not finished, or has such a child. */
const UNFINISHED_MS = 2000;

const UNFINISHED: ReadonlySet<string> = new Set([
	"received",
	"leased",
	"waiting",
]);

function useDelivery(id: string, isRevealed: boolean) {
	const read = useLoaded(`${id} ${isRevealed} ${changes.value}`, (signal) =>
		call("getDelivery", {
			params: { id },
			query: { reveal: isRevealed },
			signal,
		}),
	);
	const { state = "", children = [] } = read.value ?? {};
	const isUnfinished = [state, ...children.map((child) => child.state)].some(
		(one) => UNFINISHED.has(one),
	);
	useEffect(() => {
		// Each look without masks is logged, so there are none by themselves.
		if (!isUnfinished || isRevealed) return;
		const timer = setInterval(() => {
			if (!document.hidden) read.again();
		}, UNFINISHED_MS);
		return () => clearInterval(timer);
	}, [isUnfinished, isRevealed]);
	return read;
}

function tabsOf({ attempts, answer }: Delivery): readonly Tab[] {
	const marks: Readonly<Record<string, string | undefined>> = {
		attempts: attempts > 0 ? String(attempts) : undefined,
		answer: answer === undefined ? undefined : String(answer.status),
	};
	return TABS.map((tab) => ({ ...tab, mark: marks[tab.name] }));
}

function Part({
	tab,
	delivery,
	isRevealed,
}: {
	readonly tab: string;
	readonly delivery: Delivery;
	readonly isRevealed: boolean;
}) {
	switch (tab) {
		case "why":
			return <WhyHere delivery={delivery} />;
		case "attempts":
			return <Attempts delivery={delivery} />;
		case "answer":
			return <AnswerPart delivery={delivery} />;
		case "raw":
			return <RawPart delivery={delivery} isRevealed={isRevealed} />;
		default:
			return <PayloadPart delivery={delivery} />;
	}
}

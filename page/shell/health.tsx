import { showHidden } from "../../src/observe/plain-text.ts";
import { type Answer, call } from "../api/client.ts";
import { count, formatRate } from "../parts/text.ts";
import { Ago, formatClock, formatTime } from "../parts/time.tsx";
import { useLoaded } from "../state/load.ts";
import { hrefOf } from "../state/location.ts";
import { facts, isInboxOnly } from "../state/router.ts";

/** Says whether the router is well, what is wrong since when, and leads there. */
export function Health({ isConnected }: { readonly isConnected: boolean }) {
	const { value, problem } = useLoaded(
		"summary",
		(signal) => call("getSummary", { signal }),
		{ everyMs: EVERY_MS },
	);
	const isAway = !isConnected || problem?.status === 0;
	return (
		<div class="health">
			<div class="verdict" role="status">
				{isInboxOnly.value && !isAway && (
					<span class="state">
						Inbox <code>{facts.value?.inbox}</code> without a router
					</span>
				)}
				{isAway ? (
					<Sign tone="failed" sign="✕">
						not connected, trying again
					</Sign>
				) : (
					value !== undefined &&
					!isInboxOnly.value && <Verdict summary={value} />
				)}
			</div>
			{value !== undefined && <Numbers summary={value} />}
		</div>
	);
}

// --- helpers ---

const EVERY_MS = 2000;

type Summary = Answer<"getSummary">;
type Trouble = Summary["troubles"][number];

function Sign({
	tone,
	sign,
	children,
}: {
	readonly tone: string;
	readonly sign: string;
	readonly children: preact.ComponentChildren;
}) {
	return (
		<span class={`state tone-${tone}`}>
			<span class="sign" aria-hidden="true">
				{sign}
			</span>
			<span>{children}</span>
		</span>
	);
}

/** One line: that it is well, or the worst trouble. The others are on hover, and where the line leads. */
function Verdict({
	summary: { health, troubles },
}: {
	readonly summary: Summary;
}) {
	const [worst, ...others] = troubles;
	if (health === "well" || worst === undefined) {
		return (
			<Sign tone="well" sign="●">
				well
			</Sign>
		);
	}
	const isError = worst.severity === "error";
	const failing = troubles.filter(({ code }) => code === "route-fails");
	const text =
		worst.code === "route-fails"
			? describeFailing(failing, worst)
			: worst.text.replace(/\.$/, "");
	const more =
		worst.code === "route-fails"
			? troubles.length - failing.length
			: others.length;
	return (
		<a
			class="trouble"
			href={hrefOfTrouble(worst)}
			title={troubles.map(describeWhole).join("\n")}
		>
			<Sign tone={isError ? "failed" : "waiting"} sign={isError ? "✕" : "⚠"}>
				{showHidden(text)}
				{more > 0 && ` and ${count(more, "more trouble")}`}
			</Sign>
		</a>
	);
}

/** Writes `2 routes fail: crm 100 % since 14:51`. */
function describeFailing(
	failing: readonly Trouble[],
	{ route = "", share = 1, since }: Trouble,
): string {
	const one = `${Math.round(share * 100)} %${since === undefined ? "" : ` since ${formatMinute(since)}`}`;
	return failing.length === 1
		? `${route} fails: ${one}`
		: `${failing.length} routes fail: ${route} ${one}`;
}

function describeWhole({ text, since }: Trouble): string {
	return since === undefined ? text : `${text} Since ${formatTime(since)}.`;
}

/** Writes `14:51`, and the day if it was another one. */
function formatMinute(at: number): string {
	const minute = formatClock(at).slice(0, 5);
	const isToday = new Date(at).toDateString() === new Date().toDateString();
	return isToday ? minute : formatTime(at).slice(0, 16);
}

function hrefOfTrouble({ code, route }: Trouble): string {
	if (route !== undefined) return hrefOf(["routes", route]);
	return code === "reload-refused"
		? hrefOf(["config"])
		: hrefOf(["deliveries"], { state: ["received", "waiting"] });
}

function Numbers({
	summary: { perSecond, inbox, paused },
}: {
	readonly summary: Summary;
}) {
	return (
		<ul class="numbers">
			{!isInboxOnly.value && (
				<li>
					<a href={hrefOf(["live"])}>{formatRate(perSecond)}</a>
				</li>
			)}
			{inbox !== undefined && (
				<>
					<li class={inbox.dead > 0 ? "tone-failed" : ""}>
						<a href={hrefOf(["deliveries"], { state: "dead" })}>
							{inbox.dead > 0 && <span aria-hidden="true">✕ </span>}
							{inbox.dead.toLocaleString("en")} dead
						</a>
					</li>
					<li>
						<a href={hrefOf(["deliveries"], { state: WAITING })}>
							{inbox.waiting.toLocaleString("en")} waiting
							{inbox.waiting > 0 && inbox.oldestAt !== undefined && (
								<>
									{" "}
									(oldest <Ago at={inbox.oldestAt} />)
								</>
							)}
						</a>
					</li>
					{inbox.quarantined > 0 && (
						<li class="tone-quarantined">
							<a href={hrefOf(["deliveries"], { state: "quarantined" })}>
								<span aria-hidden="true">⚠ </span>
								{inbox.quarantined.toLocaleString("en")} quarantined
							</a>
						</li>
					)}
				</>
			)}
			{paused.length > 0 && (
				<li class="tone-waiting">
					<a href={hrefOf(["routes", paused[0]?.route ?? ""])}>
						<span aria-hidden="true">‖ </span>
						{paused.length} paused
					</a>
				</li>
			)}
		</ul>
	);
}

const WAITING = ["received", "waiting"];

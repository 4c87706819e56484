import type { ComponentChildren } from "preact";
import { showHidden } from "../../../../src/observe/plain-text.ts";
import { LEVELS, Level } from "../../../parts/level.tsx";
import { State } from "../../../parts/state.tsx";
import { Time } from "../../../parts/time.tsx";
import { hrefOf } from "../../../state/location.ts";
import type { Delivery } from "./detail.tsx";
import "./why-here.css";

type Explanation = NonNullable<Delivery["explanation"]>;
type Verdict = Explanation["verdicts"][number];
type Candidate = Explanation["candidates"][number];
type Target = Explanation["targets"][number];
type Place = NonNullable<Verdict["at"]>;

/** The way of a webhook through the gates to its handler, in the order of the router. */
export function WhyHere({ delivery }: { readonly delivery: Delivery }) {
	const { explanation, note } = delivery;
	if (explanation === undefined)
		return (
			<p class="part faint">
				It cannot be explained: {showHidden(note ?? "its data is damaged")}.
			</p>
		);
	return (
		<div class="part">
			<Age delivery={delivery} explanation={explanation} />
			<Explained explanation={explanation} claims={delivery.webhook?.claims} />
		</div>
	);
}

/** An explanation as steps, each with a tick, a cross or a bar, a sentence, and its line in the configuration. */
export function Explained({
	explanation,
	claims = {},
}: {
	readonly explanation: Omit<Explanation, "configuration">;
	readonly claims?: Readonly<Record<string, unknown>> | undefined;
}) {
	const { client, verdicts, candidates, inbox, handler, handlerAt, targets } =
		explanation;
	const before = verdicts.filter(({ gate }) => !AFTER.has(gate));
	const after = verdicts.filter(({ gate }) => gate === "schema");
	const routing = verdicts.find(({ gate }) => gate === "route");
	return (
		<>
			<ol class="steps" aria-label="Why here">
				<Step name="client" sign="passed">
					<span class="mono">{client.address ?? "unknown"}</span>{" "}
					<span class="faint">{showHidden(client.found)}</span>
				</Step>
				{before.map((verdict) => (
					<GateStep key={verdict.gate} verdict={verdict}>
						{verdict.gate === "signature" && <Claims claims={claims} />}
					</GateStep>
				))}
				{routing !== undefined && routing.verdict !== "passed" && (
					<GateStep verdict={routing} />
				)}
				<Step
					name="route"
					sign={explanation.route === null ? "refused" : "passed"}
				>
					<Stack candidates={candidates} />
				</Step>
				{after.map((verdict) => (
					<GateStep key={verdict.gate} verdict={verdict} />
				))}
				<Step name="inbox" sign={inbox === null ? "skipped" : "passed"}>
					{inbox === null ? "Nothing is stored." : <Marked text={inbox} />}
				</Step>
				<Step
					name="handler"
					sign={handler === null ? "skipped" : "passed"}
					at={handlerAt ?? undefined}
				>
					{handler === null ? "No handler runs." : showHidden(handler)}
				</Step>
				{targets.length > 0 && (
					<Step name="targets" sign="passed">
						<Targets targets={targets} />
					</Step>
				)}
			</ol>
			<p class="result">
				<Marked text={explanation.result} />
			</p>
		</>
	);
}

/** A sentence of the router, in which backticks are names. */
export function Marked({ text }: { readonly text: string }) {
	return (
		<>
			{showHidden(text)
				.split(/`([^`]*)`/)
				.map((part, at) =>
					at % 2 === 1 ? <code key={at}>{part}</code> : part,
				)}
		</>
	);
}

// --- helpers ---

/** The gates that are drawn with the stack, and behind it. */
const AFTER: ReadonlySet<string> = new Set(["route", "schema"]);

type Sign = Verdict["verdict"] | "skipped";

const SIGNS: Readonly<Record<Sign, readonly [sign: string, tone: string]>> = {
	passed: ["✓", "passed"],
	refused: ["✕", "failed"],
	quarantined: ["⚠", "quarantined"],
	reported: ["!", "waiting"],
	skipped: ["–", "faint"],
};

function Age({
	delivery,
	explanation,
}: {
	readonly delivery: Delivery;
	readonly explanation: Explanation;
}) {
	const { configuration, route } = explanation;
	if (!configuration.isNewer)
		return <p class="faint">By the configuration that took it in.</p>;
	const isMoved = route !== null && route !== delivery.route;
	return (
		<p class={isMoved ? "age is-moved" : "age faint"} role="note">
			By the configuration that serves since{" "}
			<Time at={configuration.servesSince} />, which is newer than this
			delivery.
			{isMoved &&
				` It was handled by ${showHidden(delivery.route)}; now it would go to ${showHidden(route)}.`}
		</p>
	);
}

function Step({
	name,
	sign,
	at,
	children,
}: {
	readonly name: string;
	readonly sign: Sign;
	readonly at?: Place | undefined;
	readonly children: ComponentChildren;
}) {
	const [mark, tone] = SIGNS[sign];
	return (
		<li class={`step tone-${tone}`}>
			<span class="step-sign" aria-hidden="true">
				{mark}
			</span>
			<span class="step-name">{name}</span>
			<span class="hidden">{sign}</span>
			<div class="step-text">{children}</div>
			{at !== undefined && <Line at={at} />}
		</li>
	);
}

function GateStep({
	verdict: { gate, verdict, detail, code, status, at },
	children,
}: {
	readonly verdict: Verdict;
	readonly children?: ComponentChildren;
}) {
	return (
		<Step name={gate} sign={verdict} at={at}>
			{code !== undefined && (
				<b class="mono">
					{status} {code}{" "}
				</b>
			)}
			<Marked text={detail} />
			{children}
		</Step>
	);
}

function Claims({
	claims,
}: {
	readonly claims: Readonly<Record<string, unknown>>;
}) {
	const entries = Object.entries(claims);
	if (entries.length === 0) return null;
	return (
		<span class="mono faint">
			{" "}
			{entries
				.map(
					([name, value]) =>
						`${showHidden(name)}=${showHidden(typeof value === "string" ? value : JSON.stringify(value))}`,
				)
				.join(" ")}
		</span>
	);
}

/** The routes of the path, by level: the narrowest first. */
function Stack({ candidates }: { readonly candidates: readonly Candidate[] }) {
	const all: readonly (string | undefined)[] = [
		...LEVELS.toReversed(),
		...(candidates.some(({ level }) => level === undefined) ? [undefined] : []),
	];
	return (
		<ul class="stack" aria-label="Candidates by level, narrowest first">
			{all.map((level) => {
				const own = candidates.filter((one) => one.level === level);
				return (
					<li key={level ?? "none"} class={own.length === 0 ? "is-empty" : ""}>
						<span class="stack-level">
							<Level level={level} />
						</span>
						<div class="stack-routes">
							{own.length === 0 ? (
								<span class="faint">no route</span>
							) : (
								own.map((one) => <Rival key={one.route} candidate={one} />)
							)}
						</div>
					</li>
				);
			})}
		</ul>
	);
}

/** The routes that each get a delivery of their own. */
function Targets({ targets }: { readonly targets: readonly Target[] }) {
	return (
		<ul class="targets" aria-label="Targets">
			{targets.map(({ route, handler, paused }) => (
				<li key={route}>
					<a href={hrefOf(["routes", route])}>{showHidden(route)}</a>{" "}
					<span class="faint">→ {showHidden(handler)}</span>
					{paused !== null && (
						<>
							{" "}
							<State state="paused" />
							{paused.why !== null && <> {showHidden(paused.why)}</>}
						</>
					)}
				</li>
			))}
		</ul>
	);
}

function Rival({
	candidate: { route, won, why, at, conditions },
}: {
	readonly candidate: Candidate;
}) {
	return (
		<div class={won ? "rival won" : "rival"}>
			<div class="rival-head">
				<span class="step-sign" aria-hidden="true">
					{won ? "✓" : "✕"}
				</span>
				<b>{showHidden(route)}</b>
				<span class="hidden">{won ? "won" : "lost"}</span>
				<span class={won ? "" : "faint"}>
					<Marked text={why} />
				</span>
				{at !== undefined && <Line at={at} />}
			</div>
			{conditions.length > 0 && (
				<ul class="conditions">
					{conditions.map(({ field, wanted, value, fits }) => (
						<li key={field} class={fits ? "" : "tone-failed"}>
							<span class="condition-sign" aria-hidden="true">
								{fits ? "✓" : "✕"}
							</span>
							<span class="hidden">{fits ? "fits" : "does not fit"}</span>
							<code>{showHidden(field)}</code> is{" "}
							<code>{showHidden(value)}</code>
							<span class="faint"> wanted {showHidden(wanted)}</span>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}

/** A line of the configuration. */
function Line({ at: { file, line } }: { readonly at: Place }) {
	return (
		<span class="line mono">
			{showHidden(file)}:{line}
		</span>
	);
}

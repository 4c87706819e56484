import type { ComponentChildren } from "preact";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { State } from "../../parts/state.tsx";
import { formatRate } from "../../parts/text.ts";
import { Ago, formatDuration } from "../../parts/time.tsx";
import type { TreePath, TreeRoute } from "../../state/routes.ts";
import { describeMatch } from "./match.ts";
import { formatShare } from "./numbers.ts";

/** What a route is and has done, as names and values. */
export function Facts({
	route,
	path,
}: {
	readonly route: TreeRoute;
	readonly path: TreePath | undefined;
}) {
	const { counts, match, fallback, rate, delayMs } = route;
	return (
		<>
			<h3>Numbers</h3>
			<dl class="facts">
				<Fact name="Last minute">
					{formatRate(counts.perSecond)}, {formatShare(counts)} errors
				</Fact>
				<Fact name="Latest">
					{counts.lastAt === undefined ? (
						"none since the start"
					) : (
						<>
							<Ago at={counts.lastAt} /> ago
						</>
					)}
				</Fact>
				<Fact name="Webhooks">
					<Outcomes counts={counts.webhooks} />
				</Fact>
				<Fact name="Attempts">
					<Outcomes counts={counts.attempts} />
				</Fact>
			</dl>
			<h3>Configuration</h3>
			<dl class="facts">
				<Fact name="Handler">{showHidden(route.handler)}</Fact>
				{fallback !== undefined && (
					<Fact name="Fallback">{showHidden(fallback)}</Fact>
				)}
				{match !== undefined && (
					<Fact name="Match">
						<span class="mono">{describeMatch(match)}</span>
					</Fact>
				)}
				<Fact name="Mode">
					{route.mode === "reply"
						? "reply: the sender waits for the handler"
						: "accept: answered at once, handled from the inbox"}
				</Fact>
				<Fact name="Time-out">{formatDuration(route.timeoutMs)}</Fact>
				<Fact name="At once">{route.concurrency}</Fact>
				{rate !== undefined && <Fact name="Rate">{rate}</Fact>}
				{delayMs !== undefined && (
					<Fact name="Delay">{formatDuration(delayMs)}</Fact>
				)}
				{path !== undefined && <Door path={path} />}
				<Fact name="If invalid">{route.onInvalid}</Fact>
				<Fact name="Written in">
					<span class="mono">
						{showHidden(route.file)}:{route.line}
					</span>
				</Fact>
			</dl>
		</>
	);
}

// --- helpers ---

function Fact({
	name,
	children,
}: {
	readonly name: string;
	readonly children: ComponentChildren;
}) {
	return (
		<>
			<dt>{name}</dt>
			<dd>{children}</dd>
		</>
	);
}

function Door({ path }: { readonly path: TreePath }) {
	const { methods, limit, firewall, signature, onDenied, onUnsigned } = path;
	const isUnsigned = signature.every((scheme) => scheme === "none");
	return (
		<>
			<Fact name="Methods">{methods.join(", ")}</Fact>
			{limit !== undefined && (
				<Fact name="Limit">
					{limit} <span class="faint">for each client</span>
				</Fact>
			)}
			<Fact name="Firewall">
				{firewall.length === 0 ? "anyone" : showHidden(firewall.join(", "))}
				<span class="faint">, others: {onDenied}</span>
			</Fact>
			<Fact name="Signature">
				{isUnsigned ? (
					"none"
				) : (
					<>
						{signature.join(" or ")}
						<span class="faint">, without: {onUnsigned}</span>
					</>
				)}
			</Fact>
		</>
	);
}

function Outcomes({
	counts,
}: {
	readonly counts: Readonly<Record<string, number>>;
}) {
	const entries = Object.entries(counts);
	if (entries.length === 0) return <span class="faint">none</span>;
	return (
		<span class="outcomes">
			{entries.map(([outcome, number]) => (
				<State
					key={outcome}
					state={outcome}
					label={`${number.toLocaleString("en")} ${outcome}`}
				/>
			))}
		</span>
	);
}

import { showHidden } from "../../../src/observe/plain-text.ts";
import { type Answer, call } from "../../api/client.ts";
import { ProblemBox } from "../../parts/messages.tsx";
import { useLoaded } from "../../state/load.ts";
import { Sentence } from "./sentence.tsx";

type All = Answer<"listNetworks">;

/** The networks that a firewall may name, with the dates of their ranges. */
export function Networks() {
	const { value, problem, again } = useLoaded("networks", (signal) =>
		call("listNetworks", { signal }),
	);
	if (problem !== undefined)
		return <ProblemBox problem={problem} onRetry={again} />;
	if (value === undefined) return null;
	return (
		<section class="config-block" aria-label="Networks">
			{value.defined.map(({ name, file, ranges }) => (
				<article key={name} class="config-network">
					<h2 class="mono">{showHidden(name)}</h2>
					<p class="faint">
						Yours, from <span class="mono">{showHidden(file)}</span>
					</p>
					<p class="mono">{ranges.join(", ")}</p>
				</article>
			))}
			{value.builtIn.map((network) => (
				<BuiltIn key={network.name} network={network} />
			))}
		</section>
	);
}

// --- helpers ---

function BuiltIn({ network }: { readonly network: All["builtIn"][number] }) {
	const { name, note, ranges } = network;
	return (
		<article class="config-network">
			<h2 class="mono">{name}</h2>
			<p class="faint">
				<Sentence text={note} />
			</p>
			{ranges.length > 0 && (
				<section
					class="config-table"
					aria-label={`Ranges of ${name}`}
					// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keys that scroll it
					tabIndex={0}
				>
					<table>
						<thead>
							<tr>
								<th scope="col">Range</th>
								<th scope="col">Since</th>
								<th scope="col">Until</th>
								<th scope="col">Confirmed</th>
								<th scope="col">Source</th>
							</tr>
						</thead>
						<tbody>
							{ranges.map(({ cidr, since, until, confirmed, source }) => (
								<tr key={cidr}>
									<td class="mono">{cidr}</td>
									<td>{since ?? "always"}</td>
									<td>{until ?? "now"}</td>
									<td>{confirmed ? "yes" : "no"}</td>
									<td class="config-source">{showHidden(source)}</td>
								</tr>
							))}
						</tbody>
					</table>
				</section>
			)}
		</article>
	);
}

import { showHidden } from "../../src/observe/plain-text.ts";

/** Names and values from outside, such as headers. Nothing without any. */
export function Fields({
	title,
	fields,
}: {
	readonly title: string;
	readonly fields: Readonly<Record<string, unknown>>;
}) {
	const entries = Object.entries(fields);
	if (entries.length === 0) return null;
	return (
		<section>
			<h2>{title}</h2>
			<dl class="facts mono">
				{entries.map(([name, value]) => (
					<div key={name} class="fact">
						<dt>{showHidden(name)}</dt>
						<dd>
							{showHidden(
								typeof value === "string" ? value : JSON.stringify(value),
							)}
						</dd>
					</div>
				))}
			</dl>
		</section>
	);
}

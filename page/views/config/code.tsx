import type { ComponentChildren } from "preact";

/** Lines of a file, which scroll sideways instead of breaking. */
export function Code({
	label,
	children,
}: {
	readonly label: string;
	readonly children: ComponentChildren;
}) {
	return (
		<section
			class="config-code"
			aria-label={label}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keys that scroll it
			tabIndex={0}
		>
			<pre>{children}</pre>
		</section>
	);
}

import { VIEWS } from "../views/index.ts";

/** Links to the views. */
export function Navigation({
	current,
}: {
	readonly current: string | undefined;
}) {
	return (
		<nav class="navigation" aria-label="Views">
			<ul>
				{VIEWS.map(({ name, title, key }) => (
					<li key={name}>
						<a
							href={`/${name}`}
							aria-current={name === current ? "page" : undefined}
						>
							{title}
							<kbd aria-hidden="true">g {key}</kbd>
						</a>
					</li>
				))}
			</ul>
		</nav>
	);
}

import { isAble } from "../state/router.ts";
import { VIEWS } from "../views/index.ts";
import type { View } from "../views/view.ts";

/** Returns the views that have something to show behind this listener. */
export function shownViews(): readonly View[] {
	return VIEWS.filter(({ needs }) => needs === undefined || isAble(needs));
}

/** Links to the views. */
export function Navigation({
	current,
}: {
	readonly current: string | undefined;
}) {
	return (
		<nav class="navigation" aria-label="Views">
			<ul>
				{shownViews().map(({ name, title, key }) => (
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

import { showHidden } from "../../../src/observe/plain-text.ts";
import { Level } from "../../parts/level.tsx";
import { describeMatch } from "./match.ts";
import type { TreeItem } from "./tree.ts";

/** The left of a row: the path with its doors, or the route with its level, match and handler. */
export function Chain({ item }: { readonly item: TreeItem }) {
	if (item.type === "route") {
		const { name, level, match, handler } = item.route;
		return (
			<span class="chain">
				{item.isOpen !== undefined && <Twist isOpen={item.isOpen} />}
				{!item.isTarget && <Level level={level} />}
				<strong>{showHidden(name)}</strong>
				{match !== undefined && (
					<span class="mono faint part">{describeMatch(match)}</span>
				)}
				<span class="faint part">→ {showHidden(handler)}</span>
			</span>
		);
	}
	const { name, kind, path, isOpen } = item;
	return (
		<span class="chain">
			<Twist isOpen={isOpen} />
			<span class={item.type === "internal" ? "" : "mono"}>
				{showHidden(name)}
			</span>
			{item.type === "path" && kind !== undefined && (
				<span class="mono faint">{showHidden(kind)}</span>
			)}
			{item.type === "path" && (
				<span class="faint part">{describeDoor(path)}</span>
			)}
		</span>
	);
}

// --- helpers ---

function Twist({ isOpen }: { readonly isOpen: boolean }) {
	return (
		<span class="twist" aria-hidden="true">
			{isOpen ? "▾" : "▸"}
		</span>
	);
}

/** Writes who may come in: `vonage, signed with vonage-jwt`. */
function describeDoor(path: TreeItem["path"]): string {
	if (path === undefined) return "";
	const { firewall, signature } = path;
	const from = firewall.length === 0 ? "anyone" : firewall.join(", ");
	return `${showHidden(from)}, ${
		signature.every((scheme) => scheme === "none")
			? "unsigned"
			: `signed with ${signature.join(" or ")}`
	}`;
}

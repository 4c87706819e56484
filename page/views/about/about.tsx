import { call } from "../../api/client.ts";
import { session, signOut } from "../../api/session.ts";
import { ProblemBox } from "../../parts/messages.tsx";
import { count, formatBytes } from "../../parts/text.ts";
import { Ago } from "../../parts/time.tsx";
import { useLoaded } from "../../state/load.ts";
import { isInboxOnly } from "../../state/router.ts";
import { setTheme, type Theme, theme } from "../../state/theme.ts";
import type { View } from "../view.ts";

/** The router itself, and the settings of this browser. */
export const about: View = {
	name: "about",
	title: "About",
	key: "a",
	component: About,
};

function About() {
	const { value, problem, again } = useLoaded("router", (signal) =>
		call("getRouter", { signal }),
	);
	if (problem !== undefined)
		return <ProblemBox problem={problem} onRetry={again} />;
	if (value === undefined) return null;
	return (
		<section class="page-text">
			<h1>About this {isInboxOnly.value ? "inbox" : "router"}</h1>
			<dl class="facts">
				<dt>Version</dt>
				<dd class="mono">{value.version}</dd>
				<dt>Runs for</dt>
				<dd>
					<Ago at={value.startedAt} />
				</dd>
				<dt>Configuration</dt>
				<dd class="mono">{value.file}</dd>
				<dt>Routes</dt>
				<dd>{value.routes}</dd>
				<dt>Inbox</dt>
				<dd class="mono">{value.inbox}</dd>
				{value.spool !== undefined && (
					<>
						<dt>Spool</dt>
						<dd>
							{count(value.spool.depth, "event")},{" "}
							{formatBytes(value.spool.usedBytes)}
							{value.spool.refused > 0 &&
								`, ${value.spool.refused} refused by the database`}
						</dd>
					</>
				)}
				<dt>Listens on</dt>
				<dd class="mono">{value.addresses.join(", ")}</dd>
				<dt>Public URL</dt>
				<dd class="mono">{value.publicUrl}</dd>
				<dt>Processes</dt>
				<dd>{value.workers}</dd>
				<dt>Node</dt>
				<dd class="mono">{value.node}</dd>
				<dt>API</dt>
				<dd>
					<a href="/api/v1/docs">The admin API</a>
				</dd>
			</dl>
			<h2>This browser</h2>
			<p>
				Signed in as {session.value?.actor} with the scopes{" "}
				{session.value?.scopes.join(", ")}.
			</p>
			<div class="row">
				<label>
					Colors{" "}
					<select
						value={theme.value}
						onChange={({ currentTarget }) =>
							setTheme(currentTarget.value as Theme)
						}
					>
						<option value="system">as the system</option>
						<option value="light">light</option>
						<option value="dark">dark</option>
					</select>
				</label>
				<button type="button" onClick={() => void signOut()}>
					Sign out
				</button>
			</div>
		</section>
	);
}

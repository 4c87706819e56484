import { useSignal } from "@preact/signals";
import { call } from "../../api/client.ts";
import { ProblemBox } from "../../parts/messages.tsx";
import { useLoaded } from "../../state/load.ts";
import type { View, ViewProps } from "../view.ts";
import { Drift } from "./drift.tsx";
import { Files } from "./files.tsx";
import { Networks } from "./networks.tsx";
import { Overview } from "./overview.tsx";
import type { Reload } from "./reload.tsx";
import "./config.css";

/** The configuration: what serves, what is on disk, and what is at the platform. */
export const config: View = {
	name: "config",
	title: "Configuration",
	key: "o",
	component: Config,
};

/** The parts of the view, by the next segment of the address. */
const PARTS = [
	["", "Changes"],
	["files", "Files"],
	["networks", "Networks"],
	["drift", "Platform"],
] as const;

function Config({ path: [part = "", ...rest] }: ViewProps) {
	const reload = useSignal<Reload | undefined>(undefined);
	// Looking for changes costs a few metadata of files, so it may be often.
	const files = useLoaded(
		"configuration",
		(signal) => call("getConfiguration", { query: { texts: false }, signal }),
		{ everyMs: 3000 },
	);
	return (
		<div class="config">
			<header class="config-head">
				<h1>Configuration</h1>
				<nav aria-label="Parts of the configuration">
					<ul class="config-parts">
						{PARTS.map(([name, title]) => (
							<li key={name}>
								<a
									href={name === "" ? "/config" : `/config/${name}`}
									aria-current={name === part ? "page" : undefined}
								>
									{title}
								</a>
							</li>
						))}
					</ul>
				</nav>
			</header>
			{files.problem !== undefined && (
				<ProblemBox problem={files.problem} onRetry={files.again} />
			)}
			{part === "networks" && <Networks />}
			{part === "drift" && <Drift />}
			{part === "files" && files.value !== undefined && (
				<Files readAt={files.value.readAt} path={rest.join("/")} />
			)}
			{part === "" && files.value !== undefined && (
				<Overview
					files={files.value}
					reload={reload}
					onReloaded={files.again}
				/>
			)}
		</div>
	);
}

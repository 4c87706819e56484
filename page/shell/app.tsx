import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { session, signedOut } from "../api/session.ts";
import { CommandLine, Empty } from "../parts/messages.tsx";
import { useKeys } from "../state/keys.ts";
import { go, place } from "../state/location.ts";
import { isAble, readFacts } from "../state/router.ts";
import { VIEWS } from "../views/index.ts";
import { HeadLine } from "./head-line.tsx";
import { KeyList } from "./key-list.tsx";
import { Navigation, shownViews } from "./navigation.tsx";
import { Notices } from "./notices.tsx";
import { Palette } from "./palette.tsx";
import { SignIn } from "./sign-in.tsx";

const open = signal<"keys" | "palette" | undefined>(undefined);
const close = (): void => {
	open.value = undefined;
};

/** The whole page: head line, navigation, and the view of the address. */
export function App() {
	if (session.value === undefined) {
		return signedOut.value === undefined ? null : (
			<SignIn problem={signedOut.value} />
		);
	}
	return <SignedIn />;
}

function SignedIn() {
	useEffect(() => void readFacts(), []);
	useKeys("Everywhere", [
		...shownViews().map(({ name, title, key }) => ({
			key: `g ${key}`,
			label: `Go to ${title}`,
			run: () => go(`/${name}`),
		})),
		{
			key: "?",
			label: "Show all keys",
			run: () => {
				open.value = "keys";
			},
		},
		{
			key: "mod+k",
			label: "Find everything by its name",
			inFields: true,
			run: () => {
				open.value = "palette";
			},
		},
	]);
	const { view: name, path, query } = place.value;
	const view =
		name === "" ? shownViews()[0] : VIEWS.find((one) => one.name === name);
	const isMissing = view?.needs !== undefined && !isAble(view.needs);
	document.title =
		view === undefined ? "Switchhook" : `${view.title} · Switchhook`;
	return (
		<div class="shell">
			<a class="skip" href="#main">
				Skip to the content
			</a>
			<HeadLine
				onFind={() => {
					open.value = "palette";
				}}
			/>
			<Navigation current={view?.name} />
			<main id="main" tabIndex={-1}>
				{view === undefined ? (
					<div class="empty">
						<h1>There is no page at this address</h1>
						<p>
							<a href="/">Go to {VIEWS[0]?.title}</a>
						</p>
					</div>
				) : isMissing ? (
					<Empty title={`${view.title} needs a running router`}>
						<p>This page shows an inbox, and no router runs behind it.</p>
						<p>
							<CommandLine text="switchhook serve" /> starts one, with a page of
							its own.
						</p>
					</Empty>
				) : (
					<view.component key={view.name} path={path} query={query} />
				)}
			</main>
			<Notices />
			{open.value === "keys" && <KeyList onClose={close} />}
			{open.value === "palette" && <Palette onClose={close} />}
		</div>
	);
}

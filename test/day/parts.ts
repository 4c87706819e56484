import { until } from "../crash/site.ts";
import type { TestPostgres } from "../postgres.ts";
import {
	type Account,
	CAMPAIGN,
	DEPLOYED,
	serviceOf,
	type Version,
} from "./account.ts";
import type { Platform } from "./platform.ts";
import type { DayRouter } from "./router.ts";
import type { Services } from "./services.ts";

/** All that takes part in a day. */
export interface Players {
	readonly platform: Platform;
	readonly account: Account;
	readonly routers: readonly DayRouter[];
	readonly services: Services;
	readonly primary: TestPostgres;
	readonly standby: TestPostgres;
}

/** Plays the parts of a day, one after the other. Resolves when each webhook of it is acknowledged. */
export async function playDay(
	webhooks: number,
	players: Players,
): Promise<void> {
	for (const [share, play] of PARTS)
		await play(players, Math.ceil(webhooks * share));
}

// --- helpers ---

type Play = (players: Players, webhooks: number) => Promise<void>;

const night: Play = ({ platform }, webhooks) =>
	platform.send({ webhooks, lanes: 4 });

const morning: Play = ({ platform }, webhooks) =>
	platform.send({ webhooks, lanes: 48 });

/** The receipts of a campaign, more than the limit of its application lets in. */
const receiptStorm: Play = ({ platform }, webhooks) =>
	platform.send({ webhooks, lanes: 64, favored: CAMPAIGN });

/** The service of every fifth application is down, until both routers have noticed and all webhooks of the hour are sent. */
const serviceDown: Play = async ({ platform, routers, services }, webhooks) => {
	const index = serviceOf(DOWN, services.origins.length);
	await services.takeDown(index);
	await Promise.all([
		platform.send({ webhooks, lanes: 16, favored: DOWN }),
		...routers.map((router) => router.untilOpened()),
	]);
	await services.bringUp(index);
};

/** A deploy that does not load changes nothing. One that loads, and is wrong, is taken back when its first dead letters are there. */
const badDeploy: Play = async (
	{ platform, account, routers, services },
	webhooks,
) => {
	const third = {
		...{ webhooks: Math.ceil(webhooks / 3), lanes: 16, favored: DEPLOYED },
	};
	const deploy = async (version: Version, outcome: "loaded" | "refused") => {
		await account.deploy(version);
		await Promise.all(routers.map((router) => router.reload(outcome)));
	};
	const takeBack = async () => {
		await until("dead letters", () => services.record.missed >= 5);
		await deploy("good", "loaded");
	};
	await Promise.all([platform.send(third), deploy("broken", "refused")]);
	await Promise.all([platform.send(third), deploy("wrong", "loaded")]);
	await Promise.all([platform.send(third), takeBack()]);
};

/** The primary dies under load. The standby is promoted when the first webhooks were refused, which come again. */
const failOver: Play = async ({ platform, primary, standby }, webhooks) => {
	const promote = async () => {
		await platform.untilMore(webhooks / 3);
		await primary.kill();
		await until("a refusal", () => platform.counts.refused > 0);
		await standby.promote();
	};
	await Promise.all([platform.send({ webhooks, lanes: 32 }), promote()]);
};

const evening: Play = ({ platform }, webhooks) =>
	platform.send({ webhooks, lanes: 8 });

/** The application whose service is down for an hour. */
const DOWN = 4;

/** Each part with its share of the webhooks. */
const PARTS: readonly (readonly [number, Play])[] = [
	[0.03, night],
	[0.27, morning],
	[0.3, receiptStorm],
	[0.15, serviceDown],
	[0.1, badDeploy],
	[0.1, failOver],
	[0.05, evening],
];

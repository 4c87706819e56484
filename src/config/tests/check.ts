import { ERRORS } from "../../errors.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Finding } from "../../finding/finding.ts";
import { createReport, type Report } from "../../finding/report.ts";
import { type ConfigFile, lineOf, Site } from "../../finding/site.ts";
import { didYouMean } from "../../finding/suggest.ts";
import { parseDuration } from "../../finding/units.ts";
import { parseAddress } from "../../gate/address.ts";
import { adviseKind } from "../../kind/absent.ts";
import type { KindCatalog } from "../../kind/kind.ts";
import type { SchemaPart } from "../handler-spec.ts";
import { checkShape, type FilePart } from "../read/shape.ts";
import type { AuthoredCase, AuthoredStep, TestCase, TestStep } from "./case.ts";
import { checkPatterns } from "./patterns.ts";
import type { ReadTests } from "./read.ts";

/** The checked tests and their findings. */
export interface CheckedTests {
	/** The tests in the order of the files, without those with a mistake. */
	readonly cases: readonly TestCase[];
	readonly findings: readonly Finding[];
}

/** The parts of a route that matter for a test. */
export interface NamedRoute {
	readonly name: string;
	/** The name of its kind or schema. Undefined for a route with any payload. */
	readonly kind: string | undefined;
}

/** The context for checking tests. */
export interface CheckTestsOptions {
	/** The files of the configuration, starting with the first one. Their own findings were reported before. */
	readonly config: readonly ConfigFile[];
	/** The schema of routes.yaml. */
	readonly schema: SchemaPart;
	readonly kinds: KindCatalog;
	/** Undefined if the configuration has mistakes, so the routes are not all known. */
	readonly routes: readonly NamedRoute[] | undefined;
}

/** The default start time of a test: fixed, so that a test gives the same result every day. */
export const DEFAULT_START = Date.UTC(2026, 0, 1, 12);

/** Checks and normalises the tests of a configuration and of the files in `tests/`. Never throws. */
export function checkTests(
	read: ReadTests,
	{ config, schema, kinds, routes }: CheckTestsOptions,
): CheckedTests {
	const report = createReport();
	const silent = createReport();
	const cases: TestCase[] = [];
	const check = (file: ConfigFile, part: FilePart, heard: Report): void => {
		const { isBad } = checkShape(file, part, schema, heard);
		const list = isRecord(file.value) ? file.value.tests : undefined;
		if (!Array.isArray(list)) return;
		for (const [index, value] of list.entries()) {
			if (isBad("tests", index)) continue;
			const site = new Site(file, ["tests", index]);
			const read = readCase(value as AuthoredCase, site, report);
			if (read === undefined) continue;
			if (checkCase(read, { kinds, routes }, report)) cases.push(read);
		}
	};
	for (const [index, file] of config.entries())
		check(file, index > 0 ? "included" : "first", silent);
	for (const file of read.files) check(file, "tests", report);
	checkNames(cases, report);
	const files = [...config, ...read.files].map(({ source }) => source.file);
	return { cases, findings: [...read.findings, ...report.list(files)] };
}

// --- helpers ---

/** The keys of a test whose `send` is a list. All other keys belong to a step. */
const OF_A_COURSE = new Set(["name", "send", "at", "fetch", "only", "skip"]);

/** The keys of a test that plays a call. */
const OF_A_CALL = new Set(["name", "call", "at", "fetch", "only", "skip"]);

function readCase(
	value: AuthoredCase,
	site: Site,
	report: Report,
): TestCase | undefined {
	const { name = "", send, call, at, only, skip, fetch = [], ...rest } = value;
	const start = at === undefined ? DEFAULT_START : Date.parse(at);
	if (Number.isNaN(start)) {
		report.error(site.at("at"), {
			what: `\`at\` is ${site.show(at, "at")}`,
			expected: "a date with its time and zone, as `2026-03-01T09:30:00Z`",
		});
		return undefined;
	}
	const common = {
		name,
		site,
		at: start,
		only: only === false ? undefined : only,
		skip,
		stubs: fetch,
		call,
	};
	if (call !== undefined) {
		const stray = Object.keys(value).filter((key) => !OF_A_CALL.has(key));
		for (const key of stray) {
			report.error(site.keyAt(key), {
				what: `\`${key}\` stands beside \`call\``,
				todo: "write the steps and what is expected in the file of the call",
			});
		}
		return stray.length > 0 ? undefined : { ...common, steps: [] };
	}
	if (send === undefined) {
		report.error(site.at(), {
			what: "the test has neither `send` nor `call`",
			todo: "write what it sends, such as `send: sms.inbound`, or the file of a call",
		});
		return undefined;
	}
	if (typeof send === "string") {
		const step = { value: { ...rest, send }, site, afterMs: 0 };
		return { ...common, steps: [step] };
	}
	const stray = Object.keys(value).filter((key) => !OF_A_COURSE.has(key));
	for (const key of stray) {
		report.error(site.keyAt(key), {
			what: `\`${key}\` stands beside a list of steps`,
			todo: "write it in the step that it belongs to",
		});
	}
	const steps = send.map((step, index) => ({
		value: step,
		site: site.in("send", index),
		afterMs: parseDuration(step.after ?? "0s") ?? 0,
	}));
	if (steps[0]?.value.send === undefined) {
		report.error(site.at("send", 0), {
			what: "the first step sends nothing",
			todo: "write what it sends, such as `send: sms.inbound`",
		});
		return undefined;
	}
	return stray.length > 0 ? undefined : { ...common, steps };
}

type Names = Pick<CheckTestsOptions, "kinds" | "routes">;

/** Checks the names and values of a test. Returns whether it is valid. */
function checkCase(test: TestCase, names: Names, report: Report): boolean {
	let isFine = true;
	const fine: Report = {
		...report,
		error(...args) {
			isFine = false;
			report.error(...args);
		},
	};
	for (const step of test.steps) checkStep(step, names, fine);
	return isFine;
}

function checkStep(
	{ value, site }: TestStep,
	names: Names,
	report: Report,
): void {
	checkTarget(value, site, names, report);
	const { from, expect = {} } = value;
	if (from !== undefined && parseAddress(from) === undefined) {
		report.error(site.at("from"), {
			what: `\`from\` is ${site.show(from, "from")}`,
			expected: "an address, such as `203.0.113.7`",
		});
	}
	if (value.body !== undefined && value.payload !== undefined) {
		report.error(site.keyAt("body"), {
			what: "there is a `body` and a `payload`",
			todo: "keep one of the two",
		});
	}
	const wanted = site.in("expect");
	for (const [part, at] of [
		[expect, wanted],
		[expect.not ?? {}, wanted.in("not")],
	] as const) {
		const { route, code } = part;
		if (route !== undefined) checkRoute(route, at.in("route"), names, report);
		if (code !== undefined && !Object.hasOwn(ERRORS, code)) {
			report.error(at.at("code"), {
				what: `there is no error code ${at.show(code, "code")}`,
				todo:
					didYouMean(code, Object.keys(ERRORS)) ??
					"look it up in docs/errors.md",
			});
		}
	}
	checkPatterns(expect, wanted, report);
}

function checkTarget(
	{ send, to }: AuthoredStep,
	site: Site,
	names: Names,
	report: Report,
): void {
	const { kinds, routes } = names;
	if (to !== undefined && !to.startsWith("/"))
		checkRoute(to, site.in("to"), names, report);
	if (send === undefined || send.startsWith("/") || routes === undefined)
		return;
	const isRoute = routes.some(({ name }) => name === send);
	const ofKind = routes.some(({ kind }) => kind === send);
	if (isRoute || ofKind) return;
	if (kinds.has(send)) {
		if (to !== undefined) return;
		report.error(site.at("send"), {
			what: `no route takes \`${send}\``,
			todo: "name the path or the route that shall refuse it by `to`",
		});
		return;
	}
	const known = [...kinds.keys(), ...routes.map(({ name }) => name)];
	report.error(site.at("send"), {
		what: `there is no kind and no route ${site.show(send, "send")}`,
		todo: didYouMean(send, known) ?? adviseKind(send, kinds.keys()).todo,
	});
}

function checkRoute(
	name: string,
	site: Site,
	{ routes }: Names,
	report: Report,
): void {
	if (routes === undefined || routes.some((route) => route.name === name))
		return;
	report.error(site.at(), {
		what: `there is no route ${site.show(name)}`,
		todo:
			didYouMean(
				name,
				routes.map((route) => route.name),
			) ?? "`switchhook routes` lists the routes.",
	});
}

function checkNames(cases: readonly TestCase[], report: Report): void {
	const known = new Map<string, Site>();
	for (const { name, site } of cases) {
		const first = known.get(name);
		if (first === undefined) {
			known.set(name, site);
			continue;
		}
		report.warn(site.at("name"), {
			what: `two tests have the name ${site.show(name, "name")}, the first in ${lineOf(first, "name")}`,
			todo: "give one of them another name, so that a report tells them apart",
		});
	}
}

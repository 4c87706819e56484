import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A query of PromQL that ships, and where it is. */
export interface Query {
	readonly where: string;
	readonly expr: string;
}

/** The folder of the files that ship. */
export const FOLDER = new URL("../../deploy/monitoring/", import.meta.url);

/** Returns the queries of the dashboard, with its variables replaced as Grafana does. */
export function dashboardQueries(): readonly Query[] {
	const { panels, annotations } = JSON.parse(
		readFileSync(new URL("dashboard.json", FOLDER), "utf8"),
	) as Dashboard;
	const ofPanels = panels.flatMap(({ title, targets = [] }) =>
		targets.map(({ expr }) => ({ where: `panel ${title}`, expr })),
	);
	const ofAnnotations = annotations.list.map(({ name, expr }) => ({
		where: `annotation ${name}`,
		expr,
	}));
	return [...ofPanels, ...ofAnnotations].map(({ where, expr }) => ({
		where,
		expr: expr
			.replaceAll("$__rate_interval", "1m")
			.replaceAll("$job", ".+")
			.replaceAll("$route", ".*"),
	}));
}

/** Returns the queries of the alert rules. */
export function alertQueries(): readonly Query[] {
	const { groups } = parse(
		readFileSync(new URL("alerts.yaml", FOLDER), "utf8"),
	) as Rules;
	return groups.flatMap(({ rules }) =>
		rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, expr })),
	);
}

/** Returns the query of an alert without its threshold, so that it has a value while all is well. */
export function withoutThreshold({ where, expr }: Query): Query {
	return { where, expr: expr.replace(/ (?:>|<|==) [\d.]+$/, "") };
}

/** A metric that a query reads, with the labels that it needs. */
export interface Selector {
	readonly metric: string;
	readonly matchers: readonly {
		readonly label: string;
		readonly operator: string;
		readonly value: string;
	}[];
}

/** Finds the selectors of a query. */
export function selectorsOf(expr: string): readonly Selector[] {
	return [
		...expr.matchAll(
			/\b((?:switchhook|process|nodejs)_\w+|up\b)(?:\{([^}]*)\})?/g,
		),
	].map(([, metric = "", text = ""]) => ({
		metric,
		matchers: [...text.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
			([, label = "", operator = "", value = ""]) => ({
				label,
				operator,
				value,
			}),
		),
	}));
}

/** Finds the labels that a query groups and joins by. */
export function groupingsOf(expr: string): readonly string[] {
	return [...expr.matchAll(/\b(?:by|on|group_left) \(([^)]*)\)/g)].flatMap(
		([, list = ""]) => list.split(/,\s*/).filter((label) => label !== ""),
	);
}

// --- helpers ---

interface Dashboard {
	readonly panels: readonly {
		readonly title: string;
		readonly targets?: readonly { readonly expr: string }[];
	}[];
	readonly annotations: {
		readonly list: readonly { readonly name: string; readonly expr: string }[];
	};
}

interface Rules {
	readonly groups: readonly {
		readonly rules: readonly {
			readonly alert: string;
			readonly expr: string;
		}[];
	}[];
}

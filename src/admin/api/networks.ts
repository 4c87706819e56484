import { toShown } from "../../finding/shown-path.ts";
import { BUILT_IN_NETWORKS } from "../../gate/networks.ts";
import type { AdminOperation } from "../operation.ts";
import { about, listOf, objectOf, TEXT } from "./schemas.ts";

/** The networks that a firewall may name. */
export const NETWORKS: readonly AdminOperation[] = [
	{
		id: "listNetworks",
		method: "GET",
		path: "/networks",
		tag: "configuration",
		scope: "read",
		summary: "Lists the built-in networks, and those of the configuration.",
		answers: {
			200: {
				description: "The networks.",
				schema: objectOf({
					builtIn: listOf(
						objectOf({
							name: TEXT,
							note: TEXT,
							ranges: listOf(
								objectOf(
									{
										cidr: TEXT,
										since: TEXT,
										until: TEXT,
										source: TEXT,
										confirmed: {
											type: "boolean",
											description:
												"True if an official text of the platform names the range.",
										},
									},
									["since", "until"],
								),
							),
						}),
					),
					defined: listOf(
						objectOf({
							name: TEXT,
							file: about("The file with the ranges.", TEXT),
							ranges: listOf(TEXT),
						}),
					),
				}),
			},
		},
		handle({ router }) {
			const { networks, folder } = router.settings();
			return {
				body: {
					builtIn: [...BUILT_IN_NETWORKS.values()].map(
						({ name, note, ranges }) => ({
							name,
							note,
							ranges: ranges.map(
								({ cidr, since, until, source, confirmed }) => ({
									cidr,
									...(since != null && { since }),
									...(until != null && { until }),
									source,
									confirmed,
								}),
							),
						}),
					),
					defined: [...networks].map(([name, { ranges, file }]) => ({
						name,
						file: toShown(folder, file),
						ranges,
					})),
				},
			};
		},
	},
];

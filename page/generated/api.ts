// Made from src/admin/api by `npm run generate`: change that, not this.

/** The operations of the admin API by their ids. */
export interface Operations {
	/** Returns the version, the addresses and other facts of the router. */
	getRouter: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			/** `inbox` for `switchhook inbox ui`, which shows an inbox without a router. */
			readonly mode: "router" | "inbox";
			/** The parts that are available: `deliveries` with an inbox, the others with a running router. */
			readonly abilities: readonly ("deliveries" | "send" | "reload" | "events" | "counts")[];
			readonly version: string;
			/** Milliseconds since the epoch. */
			readonly startedAt: number;
			readonly uptimeMs: number;
			readonly pid: number;
			/** The version of Node. */
			readonly node: string;
			/** The addresses of webhooks. */
			readonly addresses: readonly string[];
			readonly publicUrl: string;
			/** The file of the configuration. */
			readonly file: string;
			/** The store of events. */
			readonly inbox: string;
			readonly routes: number;
			readonly workers: number;
			/** The spool, which takes events while the database is away. Absent without one. */
			readonly spool?: {
				/** The events that are not in the database yet. */
				readonly depth: number;
				/** The arrival of the oldest of them. */
				readonly oldestAt?: number;
				/** The bytes of its file that are in use. */
				readonly usedBytes: number;
				/** The value of `inbox.spoolMaxSize`, or its default. */
				readonly maxBytes?: number;
				/** The events that reached the database since the start, duplicates included. */
				readonly shipped: number;
				/** The duplicates among them. */
				readonly duplicates: number;
				/** The events that the database refused, and that stay in the file. */
				readonly refused: number;
			};
		};
	};
	/** Returns the routes as the tree that resolves a webhook. */
	listRoutes: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Only these routes, and the others of their paths. */
			readonly route?: readonly string[];
		};
		readonly body: undefined;
		readonly answer: {
			readonly paths: readonly {
				readonly path: string;
				readonly methods: readonly string[];
				readonly bodyLimitBytes: number;
				/** For each client, such as `100/s`. */
				readonly limit?: string;
				readonly onDenied: string;
				readonly onUnsigned: string;
				/** Names of networks, or CIDRs. */
				readonly firewall: readonly string[];
				/** The schemes, of which one must match. */
				readonly signature: readonly string[];
				readonly kinds: readonly {
					readonly kind: string;
					/** From the narrowest to the widest. */
					readonly levels: readonly {
						readonly level: string;
						readonly routes: readonly {
							readonly name: string;
							readonly kind: string;
							readonly level?: string;
							readonly mode: "reply" | "accept";
							/** The conditions, as in routes.yaml. */
							readonly match?: {
								readonly [field: string]: unknown;
							};
							readonly handler: string;
							readonly fallback?: string;
							readonly timeoutMs: number;
							readonly concurrency: number;
							/** How many handlers start in a time, such as `10/s`. */
							readonly rate?: string;
							/** Between the arrival and the first attempt. */
							readonly delayMs?: number;
							/** The pause of the route. Absent if it is not paused. */
							readonly paused?: {
								/** Milliseconds since the epoch. */
								readonly since: number;
								/** Milliseconds since the epoch. */
								readonly until?: number;
								readonly why?: string;
							};
							readonly onInvalid: string;
							readonly file: string;
							readonly line: number;
							readonly counts: {
								/** By outcome, since the start, or since the route got another kind, level or mode. The same counts as in `/metrics`. */
								readonly webhooks: {
									readonly [field: string]: number;
								};
								/** By outcome, since then. */
								readonly attempts: {
									readonly [field: string]: number;
								};
								/** Webhooks in the last 60 seconds. */
								readonly lastMinute: number;
								/** The same as a rate. */
								readonly perSecond: number;
								/** Milliseconds since the epoch. */
								readonly lastAt?: number;
							};
						}[];
					}[];
				}[];
			}[];
			readonly internal: readonly {
				readonly name: string;
				readonly kind: string;
				readonly level?: string;
				readonly mode: "reply" | "accept";
				/** The conditions, as in routes.yaml. */
				readonly match?: {
					readonly [field: string]: unknown;
				};
				readonly handler: string;
				readonly fallback?: string;
				readonly timeoutMs: number;
				readonly concurrency: number;
				/** How many handlers start in a time, such as `10/s`. */
				readonly rate?: string;
				/** Between the arrival and the first attempt. */
				readonly delayMs?: number;
				/** The pause of the route. Absent if it is not paused. */
				readonly paused?: {
					/** Milliseconds since the epoch. */
					readonly since: number;
					/** Milliseconds since the epoch. */
					readonly until?: number;
					readonly why?: string;
				};
				readonly onInvalid: string;
				readonly file: string;
				readonly line: number;
				readonly counts: {
					/** By outcome, since the start, or since the route got another kind, level or mode. The same counts as in `/metrics`. */
					readonly webhooks: {
						readonly [field: string]: number;
					};
					/** By outcome, since then. */
					readonly attempts: {
						readonly [field: string]: number;
					};
					/** Webhooks in the last 60 seconds. */
					readonly lastMinute: number;
					/** The same as a rate. */
					readonly perSecond: number;
					/** Milliseconds since the epoch. */
					readonly lastAt?: number;
				};
			}[];
		};
	};
	/** Counts the stored deliveries by state and route. */
	getStats: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly engine: "sqlite" | "postgres" | "memory";
			readonly byState: {
				readonly received: number;
				readonly leased: number;
				readonly waiting: number;
				readonly delivered: number;
				readonly dead: number;
				readonly quarantined: number;
			};
			readonly byRoute: readonly {
				readonly route: string;
				readonly received: number;
				readonly leased: number;
				readonly waiting: number;
				readonly delivered: number;
				readonly dead: number;
				readonly quarantined: number;
			}[];
			/** The arrival of the oldest delivery that is not finished. Absent if there is none. */
			readonly oldestUnfinishedAt?: number;
			/** The space that the inbox takes. */
			readonly sizeBytes: number;
			/** What a gate refused (`door`), and what was admitted but invalid. */
			readonly quarantine: {
				readonly door: {
					readonly count: number;
					readonly bytes: number;
				};
				readonly admitted: {
					readonly count: number;
					readonly bytes: number;
				};
			};
			/** The spool of this router. Absent without one. */
			readonly spool?: {
				/** The events that are not in the database yet. */
				readonly depth: number;
				/** The arrival of the oldest of them. */
				readonly oldestAt?: number;
				/** The bytes of its file that are in use. */
				readonly usedBytes: number;
				/** The value of `inbox.spoolMaxSize`, or its default. */
				readonly maxBytes?: number;
				/** The events that reached the database since the start, duplicates included. */
				readonly shipped: number;
				/** The duplicates among them. */
				readonly duplicates: number;
				/** The events that the database refused, and that stay in the file. */
				readonly refused: number;
			};
		};
	};
	/** Lists the paused routes. */
	listPauses: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Also counts the events of each paused route that wait. This reads the whole inbox. */
			readonly waiting?: boolean;
		};
		readonly body: undefined;
		readonly answer: {
			/** The time of the store. The other times count by it. */
			readonly now: number;
			readonly pauses: readonly {
				readonly route: string;
				/** Milliseconds since the epoch. */
				readonly since: number;
				/** The end. Absent until somebody resumes it. */
				readonly until?: number;
				readonly why?: string;
				/** The events that wait, if they were asked for. */
				readonly waiting?: number;
			}[];
		};
	};
	/** Pauses routes in all routers of the inbox. */
	pauseRoutes: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Names of routes. */
			readonly routes: readonly string[];
			/** Milliseconds until the routes are resumed. Without it, somebody has to resume them. */
			readonly forMs?: number;
			/** The reason, for everybody who sees the pause. */
			readonly why?: string;
		};
		readonly answer: {
			/** The time of the store. The other times count by it. */
			readonly now: number;
			readonly pauses: readonly {
				readonly route: string;
				/** Milliseconds since the epoch. */
				readonly since: number;
				/** The end. Absent until somebody resumes it. */
				readonly until?: number;
				readonly why?: string;
				/** The events that wait, if they were asked for. */
				readonly waiting?: number;
			}[];
		};
	};
	/** Resumes paused routes. */
	resumeRoutes: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Names of routes. */
			readonly routes: readonly string[];
		};
		readonly answer: {
			readonly resumed: readonly string[];
		};
	};
	/** Lists the matching deliveries, newest first. */
	listDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Only these states. Default: all. */
			readonly state?: readonly ("received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined")[];
			/** Only these routes. Default: all. */
			readonly route?: readonly string[];
			/** Only this kind. */
			readonly kind?: string;
			/** Only routes of this level. */
			readonly level?: "account" | "number" | "app" | "request" | "ncco";
			/** The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`. */
			readonly outcome?: string;
			/** An order key or a dedupe key, or the value of one with a single field. */
			readonly key?: string;
			/** Received since: a duration back from now such as `2h`, or an ISO 8601 time. */
			readonly since?: string;
			/** Received before, written as for `since`. */
			readonly until?: string;
			/** Contains this telephone number anywhere, in international form. */
			readonly number?: string;
			/** Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing. */
			readonly text?: string;
			/** Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with. */
			readonly where?: string;
			/** The `next` of the page before. */
			readonly after?: string;
			readonly max?: number;
			/** Shows personal data without masks. Needs the scope `reveal`, and is logged. */
			readonly reveal?: boolean;
		};
		readonly body: undefined;
		readonly answer: {
			readonly deliveries: readonly {
				readonly id: string;
				readonly route: string;
				readonly kind: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				/** True if it waits for an earlier one with its order key. */
				readonly isBlocked: boolean;
				readonly attempts: number;
				/** Milliseconds since the epoch. */
				readonly receivedAt: number;
				/** Milliseconds since the epoch. */
				readonly updatedAt: number;
				/** Milliseconds since the epoch. */
				readonly dueAt?: number;
				readonly orderKey?: string;
				readonly dedupeKey?: string;
				readonly reason?: string;
				readonly sizeBytes: number;
			}[];
			/** Absent at the end. */
			readonly next?: string;
			readonly isPartial: boolean;
		};
	};
	/** Shows a delivery with its attempts, and explains it. */
	getDelivery: {
		readonly params: { readonly id: string };
		readonly query: {
			/** Shows personal data without masks. Needs the scope `reveal`, and is logged. */
			readonly reveal?: boolean;
		};
		readonly body: undefined;
		readonly answer: {
			readonly id: string;
			readonly route: string;
			readonly kind: string;
			readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
			/** True if it waits for an earlier one with its order key. */
			readonly isBlocked: boolean;
			readonly attempts: number;
			/** Milliseconds since the epoch. */
			readonly receivedAt: number;
			/** Milliseconds since the epoch. */
			readonly updatedAt: number;
			/** Milliseconds since the epoch. */
			readonly dueAt?: number;
			readonly orderKey?: string;
			readonly dedupeKey?: string;
			readonly reason?: string;
			readonly sizeBytes: number;
			readonly webhook?: {
				readonly method: string;
				readonly path: string;
				readonly query: string;
				readonly client?: string;
				readonly headers: {
					readonly [field: string]: unknown;
				};
				readonly params: {
					readonly [field: string]: unknown;
				};
				readonly claims: {
					readonly [field: string]: unknown;
				};
				readonly handedOn: number;
			};
			/** In the shape of its kind. */
			readonly payload?: unknown;
			/** The bytes in base64. Only with `reveal`. */
			readonly body?: string;
			readonly answer?: {
				readonly status: number;
				readonly type?: string;
				readonly body?: unknown;
				readonly note?: string;
			};
			readonly history: readonly {
				readonly attempt: number;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				readonly durationMs: number;
				readonly outcome: "delivered" | "waiting" | "dead";
				readonly reason?: string;
				readonly stack?: string;
			}[];
			/** Why the gates did not trust it. Empty unless it is quarantined. */
			readonly doubts: readonly {
				readonly code: string;
				readonly detail: string;
			}[];
			/** What people did with it, oldest first. */
			readonly actions: readonly {
				readonly action: "replayed" | "released" | "copied" | "edited" | "redacted";
				/** Milliseconds since the epoch. */
				readonly at: number;
				readonly actor?: string;
				readonly reason?: string;
			}[];
			/** The delivery that it is an edited copy of. */
			readonly editedFrom?: string;
			readonly explanation?: {
				readonly verdicts: readonly {
					readonly gate: string;
					readonly verdict: "passed" | "refused" | "reported" | "quarantined";
					readonly detail: string;
					readonly code?: string;
					readonly status?: number;
				}[];
				readonly asked: readonly {
					readonly kind: string;
					readonly recognized?: boolean;
				}[];
				readonly candidates: readonly {
					readonly route: string;
					readonly level: "account" | "number" | "app" | "request" | "ncco";
					readonly kind: string;
					readonly won: boolean;
					readonly why: string;
				}[];
				readonly route?: string;
				readonly runs?: "handler" | "fallback";
			};
			/** What a release would do now. */
			readonly release?: {
				readonly as: "released" | "kept";
				readonly route?: string;
				readonly why?: string;
			};
			readonly isRouteGone: boolean;
			/** Why a part is missing. */
			readonly note?: string;
		};
	};
	/** Exports the matching deliveries as JSON Lines, oldest first. */
	exportDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Only these states. Default: all. */
			readonly state?: readonly ("received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined")[];
			/** Only these routes. Default: all. */
			readonly route?: readonly string[];
			/** Only this kind. */
			readonly kind?: string;
			/** Only routes of this level. */
			readonly level?: "account" | "number" | "app" | "request" | "ncco";
			/** The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`. */
			readonly outcome?: string;
			/** An order key or a dedupe key, or the value of one with a single field. */
			readonly key?: string;
			/** Received since: a duration back from now such as `2h`, or an ISO 8601 time. */
			readonly since?: string;
			/** Received before, written as for `since`. */
			readonly until?: string;
			/** Contains this telephone number anywhere, in international form. */
			readonly number?: string;
			/** Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing. */
			readonly text?: string;
			/** Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with. */
			readonly where?: string;
		};
		readonly body: undefined;
		readonly answer: unknown;
	};
	/** Replays the chosen deliveries, oldest first. */
	replayDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			readonly ids?: readonly string[];
			readonly filter?: {
				/** Only these states. Default: all. */
				readonly state?: readonly ("received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined")[];
				/** Only these routes. Default: all. */
				readonly route?: readonly string[];
				/** Only this kind. */
				readonly kind?: string;
				/** Only routes of this level. */
				readonly level?: "account" | "number" | "app" | "request" | "ncco";
				/** The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`. */
				readonly outcome?: string;
				/** An order key or a dedupe key, or the value of one with a single field. */
				readonly key?: string;
				/** Received since: a duration back from now such as `2h`, or an ISO 8601 time. */
				readonly since?: string;
				/** Received before, written as for `since`. */
				readonly until?: string;
				/** Contains this telephone number anywhere, in international form. */
				readonly number?: string;
				/** Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing. */
				readonly text?: string;
				/** Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with. */
				readonly where?: string;
			};
			/** At most this many, oldest first. */
			readonly max?: number;
			/** The pace, such as `50/s`. Default: no limit. */
			readonly rate?: string;
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
			/** Sends a copy to this URL, as a `forward` would. */
			readonly to?: string;
			/** Fields of the new event's payload, by their paths. */
			readonly set?: {
				readonly [field: string]: unknown;
			};
			/** The new event's payload. */
			readonly payload?: {
				readonly [field: string]: unknown;
			};
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Replays one delivery. */
	replayDelivery: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
			/** Sends a copy to this URL, as a `forward` would. */
			readonly to?: string;
			/** Fields of the new event's payload, by their paths. */
			readonly set?: {
				readonly [field: string]: unknown;
			};
			/** The new event's payload. */
			readonly payload?: {
				readonly [field: string]: unknown;
			};
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Releases the chosen deliveries, oldest first. */
	releaseDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			readonly ids?: readonly string[];
			readonly filter?: {
				/** Only these states. Default: all. */
				readonly state?: readonly ("received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined")[];
				/** Only these routes. Default: all. */
				readonly route?: readonly string[];
				/** Only this kind. */
				readonly kind?: string;
				/** Only routes of this level. */
				readonly level?: "account" | "number" | "app" | "request" | "ncco";
				/** The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`. */
				readonly outcome?: string;
				/** An order key or a dedupe key, or the value of one with a single field. */
				readonly key?: string;
				/** Received since: a duration back from now such as `2h`, or an ISO 8601 time. */
				readonly since?: string;
				/** Received before, written as for `since`. */
				readonly until?: string;
				/** Contains this telephone number anywhere, in international form. */
				readonly number?: string;
				/** Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing. */
				readonly text?: string;
				/** Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with. */
				readonly where?: string;
			};
			/** At most this many, oldest first. */
			readonly max?: number;
			/** The pace, such as `50/s`. Default: no limit. */
			readonly rate?: string;
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
			/** Also those that the firewall doubted and whose signature was not proved either. */
			readonly unsigned?: boolean;
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Releases one delivery. */
	releaseDelivery: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
			/** Also those that the firewall doubted and whose signature was not proved either. */
			readonly unsigned?: boolean;
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Drops the chosen deliveries, oldest first. */
	dropDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			readonly ids?: readonly string[];
			readonly filter?: {
				/** Only these states. Default: all. */
				readonly state?: readonly ("received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined")[];
				/** Only these routes. Default: all. */
				readonly route?: readonly string[];
				/** Only this kind. */
				readonly kind?: string;
				/** Only routes of this level. */
				readonly level?: "account" | "number" | "app" | "request" | "ncco";
				/** The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`. */
				readonly outcome?: string;
				/** An order key or a dedupe key, or the value of one with a single field. */
				readonly key?: string;
				/** Received since: a duration back from now such as `2h`, or an ISO 8601 time. */
				readonly since?: string;
				/** Received before, written as for `since`. */
				readonly until?: string;
				/** Contains this telephone number anywhere, in international form. */
				readonly number?: string;
				/** Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing. */
				readonly text?: string;
				/** Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with. */
				readonly where?: string;
			};
			/** At most this many, oldest first. */
			readonly max?: number;
			/** The pace, such as `50/s`. Default: no limit. */
			readonly rate?: string;
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Drops one delivery. */
	dropDelivery: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Redacts the chosen deliveries, oldest first. */
	redactDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			readonly ids?: readonly string[];
			readonly filter?: {
				/** Only these states. Default: all. */
				readonly state?: readonly ("received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined")[];
				/** Only these routes. Default: all. */
				readonly route?: readonly string[];
				/** Only this kind. */
				readonly kind?: string;
				/** Only routes of this level. */
				readonly level?: "account" | "number" | "app" | "request" | "ncco";
				/** The last attempt: `delivered`, `failed`, `untried`, or an error code such as `UPSTREAM_FAILED`. */
				readonly outcome?: string;
				/** An order key or a dedupe key, or the value of one with a single field. */
				readonly key?: string;
				/** Received since: a duration back from now such as `2h`, or an ISO 8601 time. */
				readonly since?: string;
				/** Received before, written as for `since`. */
				readonly until?: string;
				/** Contains this telephone number anywhere, in international form. */
				readonly number?: string;
				/** Contains this text in the payload, in any case. For a token without the scope `reveal`, masked texts contain nothing. */
				readonly text?: string;
				/** Compares fields: `payload.usage.price > 0.1 and status = "failed"`. For a token without the scope `reveal`, fields have the values that they are shown with. */
				readonly where?: string;
			};
			/** At most this many, oldest first. */
			readonly max?: number;
			/** The pace, such as `50/s`. Default: no limit. */
			readonly rate?: string;
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Redacts one delivery. */
	redactDelivery: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Why, for the history of each delivery. */
			readonly reason?: string;
			/** Shows what would be done, and changes nothing. */
			readonly dryRun?: boolean;
		};
		readonly answer: {
			readonly chosen: number;
			/** Redaction only: deliveries that the filter selects and that are not handled yet. They stay unless the filter names their `state`. */
			readonly spared?: number;
			readonly groups: readonly {
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly count: number;
			}[];
			/** With `dryRun`: what would become of the first ones. */
			readonly preview?: readonly {
				readonly id: string;
				readonly route?: string;
				readonly why?: string;
			}[];
			/** Absent with `dryRun`. */
			readonly job?: {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			};
		};
	};
	/** Lists the jobs of this router since its start, newest first. */
	listJobs: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly jobs: readonly {
				readonly id: string;
				readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
				readonly state: "running" | "done" | "cancelled" | "failed";
				readonly total: number;
				/** The number that was worked on. */
				readonly at: number;
				readonly done: number;
				/** The number that stays as it is. */
				readonly keptCount: number;
				/** The first of those that stay. Without an id only the number is known. */
				readonly kept: readonly {
					readonly id?: string;
					readonly count: number;
					readonly why: string;
				}[];
				/** The first of those that were released, or that new events were made from. */
				readonly made: readonly {
					readonly id: string;
					readonly from: string;
					readonly route: string;
					readonly event?: string;
				}[];
				/** What else to know, in sentences. */
				readonly told: readonly string[];
				/** Deliveries per second. */
				readonly rate?: number;
				/** The name of the token. */
				readonly actor?: string;
				readonly reason?: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				/** Milliseconds since the epoch. */
				readonly endedAt?: number;
				readonly error?: string;
			}[];
		};
	};
	/** Shows the progress of a job. */
	getJob: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly id: string;
			readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
			readonly state: "running" | "done" | "cancelled" | "failed";
			readonly total: number;
			/** The number that was worked on. */
			readonly at: number;
			readonly done: number;
			/** The number that stays as it is. */
			readonly keptCount: number;
			/** The first of those that stay. Without an id only the number is known. */
			readonly kept: readonly {
				readonly id?: string;
				readonly count: number;
				readonly why: string;
			}[];
			/** The first of those that were released, or that new events were made from. */
			readonly made: readonly {
				readonly id: string;
				readonly from: string;
				readonly route: string;
				readonly event?: string;
			}[];
			/** What else to know, in sentences. */
			readonly told: readonly string[];
			/** Deliveries per second. */
			readonly rate?: number;
			/** The name of the token. */
			readonly actor?: string;
			readonly reason?: string;
			/** Milliseconds since the epoch. */
			readonly startedAt: number;
			/** Milliseconds since the epoch. */
			readonly endedAt?: number;
			readonly error?: string;
		};
	};
	/** Stops a job. */
	cancelJob: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly id: string;
			readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
			readonly state: "running" | "done" | "cancelled" | "failed";
			readonly total: number;
			/** The number that was worked on. */
			readonly at: number;
			readonly done: number;
			/** The number that stays as it is. */
			readonly keptCount: number;
			/** The first of those that stay. Without an id only the number is known. */
			readonly kept: readonly {
				readonly id?: string;
				readonly count: number;
				readonly why: string;
			}[];
			/** The first of those that were released, or that new events were made from. */
			readonly made: readonly {
				readonly id: string;
				readonly from: string;
				readonly route: string;
				readonly event?: string;
			}[];
			/** What else to know, in sentences. */
			readonly told: readonly string[];
			/** Deliveries per second. */
			readonly rate?: number;
			/** The name of the token. */
			readonly actor?: string;
			readonly reason?: string;
			/** Milliseconds since the epoch. */
			readonly startedAt: number;
			/** Milliseconds since the epoch. */
			readonly endedAt?: number;
			readonly error?: string;
		};
	};
	/** Sends a realistic webhook of a kind to this router. */
	send: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Default: the kind of the route in `to`. */
			readonly kind?: string;
			/** A route or a path. Default: the first route of the kind. */
			readonly to?: string;
			/** The client's address that the firewall sees. Default: one that it admits. */
			readonly from?: string;
			/** Values by field, such as `dtmf.digits`. */
			readonly set?: {
				readonly [field: string]: unknown;
			};
			/** Fields to leave out. */
			readonly unset?: readonly string[];
			/** Values of the `:name` segments of the path. */
			readonly params?: {
				readonly [field: string]: string;
			};
			/** Query parameters to add. */
			readonly query?: {
				readonly [field: string]: string;
			};
			/** Headers to add. */
			readonly headers?: {
				readonly [field: string]: string;
			};
			/** Claims of the signature's token. */
			readonly claims?: {
				readonly [field: string]: unknown;
			};
		};
		readonly answer: {
			readonly request: {
				readonly method: string;
				readonly path: string;
				readonly query: string;
				readonly body: string;
			};
			readonly response: {
				readonly status: number;
				readonly headers: {
					readonly [field: string]: string;
				};
				readonly body: string;
				readonly ms: number;
			};
			readonly outcome: {
				readonly outcome: string;
				readonly route?: string;
				readonly event?: string;
				readonly client?: string;
				readonly error?: string;
				readonly reason?: string;
			};
		};
	};
	/** Streams what happens as server-sent events. */
	watchEvents: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Only these types. Default: all. */
			readonly type?: readonly ("webhook" | "refusal" | "delivery" | "reload" | "pause" | "alert" | "action")[];
			/** Only events of these routes. Default: all. */
			readonly route?: readonly string[];
		};
		readonly body: undefined;
		readonly answer: unknown;
	};
	/** Returns the files of the configuration that serves, and what differs on disk. */
	getConfiguration: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** False leaves the texts of the files out. */
			readonly texts?: boolean;
		};
		readonly body: undefined;
		readonly answer: {
			/** Milliseconds since the epoch. */
			readonly readAt: number;
			/** routes.yaml first, and then what it includes. */
			readonly files: readonly {
				readonly path: string;
				readonly text?: string;
			}[];
			readonly changes: readonly {
				readonly path: string;
				readonly what: "changed" | "created" | "removed" | "emptied";
				/** Only for files of the configuration. Empty if only hidden values differ. */
				readonly diff?: readonly {
					/** `gap` stands for equal lines that are left out. */
					readonly sort: "same" | "removed" | "added" | "gap";
					readonly text: string;
					/** The number of the line as it serves. */
					readonly before?: number;
					/** The number of the line on disk. */
					readonly after?: number;
				}[];
			}[];
			/** Changes with every change on disk. Empty while nothing differs. */
			readonly diskVersion: string;
			/** Keys whose value takes effect at the next start. */
			readonly restart: readonly string[];
		};
	};
	/** Returns what the latest look for drift at the platform has found. */
	getDrift: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			/** `off` without `platform.drift`, `pending` before the first look, `elsewhere` if another router of the inbox looks. */
			readonly state: "off" | "pending" | "elsewhere" | "same" | "drifted" | "failed";
			/** The interval. Absent if nobody looks. */
			readonly everyMs?: number;
			/** The time of the look. */
			readonly at?: number;
			readonly differences?: readonly {
				readonly account?: string;
				/** The setting, or the code of a problem. */
				readonly what: string;
				/** A sentence. */
				readonly text: string;
			}[];
			/** Why the look failed. */
			readonly reason?: string;
		};
	};
	/** Lists the findings of the configuration. */
	listFindings: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Which configuration. */
			readonly of?: "serving" | "disk";
			/** Adds the lines of the files. */
			readonly frames?: boolean;
		};
		readonly body: undefined;
		readonly answer: {
			readonly of: "serving" | "disk";
			readonly findings: readonly {
				/** The lines that it is about, with carets below the part. Only with `frames`, for the first 50. */
				readonly frame?: readonly {
					/** Absent for carets and for lines left out. */
					readonly number?: number;
					readonly text: string;
					readonly sort: "source" | "carets" | "gap";
				}[];
				readonly severity: "error" | "warning" | "note";
				/** Relative to the folder of the configuration. */
				readonly file: string;
				readonly line: number;
				readonly column: number;
				readonly what: string;
				readonly expected?: string;
				readonly todo?: string;
			}[];
		};
	};
	/** Returns the result of the latest reload. */
	getReload: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly reload: {
				/** `refused` because of its findings, `failed` because it could not be read. */
				readonly outcome: "reloaded" | "refused" | "failed";
				/** Milliseconds since the epoch. */
				readonly at: number;
				/** How long it took, in milliseconds. */
				readonly ms: number;
				/** The number of routes that serve now. */
				readonly routes: number;
				readonly added: readonly string[];
				readonly changed: readonly string[];
				readonly removed: readonly string[];
				/** Keys whose new value takes effect at the next start. */
				readonly restart: readonly string[];
				readonly findings: readonly {
					/** The lines that it is about, with carets below the part. Only with `frames`, for the first 50. */
					readonly frame?: readonly {
						/** Absent for carets and for lines left out. */
						readonly number?: number;
						readonly text: string;
						readonly sort: "source" | "carets" | "gap";
					}[];
					readonly severity: "error" | "warning" | "note";
					/** Relative to the folder of the configuration. */
					readonly file: string;
					readonly line: number;
					readonly column: number;
					readonly what: string;
					readonly expected?: string;
					readonly todo?: string;
				}[];
				readonly reason?: string;
			} | null;
		};
	};
	/** Reloads the configuration. */
	reload: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly reload: {
				/** `refused` because of its findings, `failed` because it could not be read. */
				readonly outcome: "reloaded" | "refused" | "failed";
				/** Milliseconds since the epoch. */
				readonly at: number;
				/** How long it took, in milliseconds. */
				readonly ms: number;
				/** The number of routes that serve now. */
				readonly routes: number;
				readonly added: readonly string[];
				readonly changed: readonly string[];
				readonly removed: readonly string[];
				/** Keys whose new value takes effect at the next start. */
				readonly restart: readonly string[];
				readonly findings: readonly {
					/** The lines that it is about, with carets below the part. Only with `frames`, for the first 50. */
					readonly frame?: readonly {
						/** Absent for carets and for lines left out. */
						readonly number?: number;
						readonly text: string;
						readonly sort: "source" | "carets" | "gap";
					}[];
					readonly severity: "error" | "warning" | "note";
					/** Relative to the folder of the configuration. */
					readonly file: string;
					readonly line: number;
					readonly column: number;
					readonly what: string;
					readonly expected?: string;
					readonly todo?: string;
				}[];
				readonly reason?: string;
			};
		};
	};
	/** Lists the built-in networks, and those of the configuration. */
	listNetworks: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly builtIn: readonly {
				readonly name: string;
				readonly note: string;
				readonly ranges: readonly {
					readonly cidr: string;
					readonly since?: string;
					readonly until?: string;
					readonly source: string;
					/** True if an official text of the platform names the range. */
					readonly confirmed: boolean;
				}[];
			}[];
			readonly defined: readonly {
				readonly name: string;
				/** The file with the ranges. */
				readonly file: string;
				readonly ranges: readonly string[];
			}[];
		};
	};
}

/** The method and path of each operation. */
export const TARGETS: { readonly [Id in keyof Operations]: readonly [method: string, path: string] } = {
	getRouter: ["GET", "/router"],
	listRoutes: ["GET", "/routes"],
	getStats: ["GET", "/stats"],
	listPauses: ["GET", "/pauses"],
	pauseRoutes: ["POST", "/pauses"],
	resumeRoutes: ["POST", "/pauses/resume"],
	listDeliveries: ["GET", "/deliveries"],
	getDelivery: ["GET", "/deliveries/:id"],
	exportDeliveries: ["GET", "/export"],
	replayDeliveries: ["POST", "/deliveries/replay"],
	replayDelivery: ["POST", "/deliveries/:id/replay"],
	releaseDeliveries: ["POST", "/deliveries/release"],
	releaseDelivery: ["POST", "/deliveries/:id/release"],
	dropDeliveries: ["POST", "/deliveries/drop"],
	dropDelivery: ["POST", "/deliveries/:id/drop"],
	redactDeliveries: ["POST", "/deliveries/redact"],
	redactDelivery: ["POST", "/deliveries/:id/redact"],
	listJobs: ["GET", "/jobs"],
	getJob: ["GET", "/jobs/:id"],
	cancelJob: ["POST", "/jobs/:id/cancel"],
	send: ["POST", "/send"],
	watchEvents: ["GET", "/events"],
	getConfiguration: ["GET", "/configuration"],
	getDrift: ["GET", "/drift"],
	listFindings: ["GET", "/findings"],
	getReload: ["GET", "/reload"],
	reload: ["POST", "/reload"],
	listNetworks: ["GET", "/networks"],
};

// Made from src/admin/api by `npm run generate`: change that, not this.

export type Spool = {
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

export type Route = {
	readonly name: string;
	readonly kind: string;
	readonly level?: string;
	readonly mode: "reply" | "accept";
	/** The conditions, as in routes.yaml. */
	readonly match?: {
		readonly [field: string]: unknown;
	};
	readonly handler: string;
	/** The routes that each get a delivery of an event. Absent unless the route fans out. */
	readonly targets?: readonly string[];
	/** The route that fans out to this one, if it is written there. */
	readonly parent?: string;
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
	/** False for a reply route, and if nothing is stored. */
	readonly isPausable: boolean;
	/** Where its URL is set at the platform, such as `application main, Voice, answer URL`. Absent if the platform has no such place. */
	readonly setAt?: string;
	/** The REST call that sets it, with its parameter. */
	readonly rest?: string;
	/** Present while the route fails: at least half of its work in the last minute failed, or its last work failed and more waits for an attempt. */
	readonly failing?: {
		/** Milliseconds since the epoch. */
		readonly since: number;
		/** From 0 to 1. */
		readonly share: number;
	};
	/** The circuits to its upstreams. */
	readonly circuits: readonly {
		readonly upstream: string;
		readonly isOpen: boolean;
	}[];
	/** Its deliveries in the inbox. Absent if nothing is stored, or it cannot be counted. */
	readonly inbox?: {
		/** Those that wait for an attempt. */
		readonly waiting: number;
		readonly dead: number;
		readonly quarantined: number;
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
		/** Webhooks in each of the last 12 spans of 5 seconds, the latest last. */
		readonly spans: readonly number[];
		/** Handlers that succeeded in the last 60 seconds: answers and attempts. */
		readonly succeeded: number;
		/** Handlers that failed in that time. */
		readonly failed: number;
	};
};

export type Pause = {
	readonly route: string;
	/** Milliseconds since the epoch. */
	readonly since: number;
	/** The end. Absent until somebody resumes it. */
	readonly until?: number;
	readonly why?: string;
	/** The events that wait, if they were asked for. */
	readonly waiting?: number;
};

export type Explanation = {
	readonly request: Request;
	readonly client: {
		readonly address: string | null;
		/** How the client was found, behind which hops. */
		readonly found: string;
	};
	/** The gates in their order. Gates after a refusal are evaluated too, as far as possible. */
	readonly verdicts: readonly Verdict[];
	/** True if it only checks whether the URL answers. */
	readonly isProbe: boolean;
	/** The kinds that were tried. `recognized` is absent for the only one. */
	readonly asked: readonly {
		readonly kind: string;
		readonly recognized?: boolean;
	}[];
	/** The routes of the path, narrowest level first, and why each won or lost. */
	readonly candidates: readonly Candidate[];
	/** In the shape of its kind. Null if it cannot be parsed, and for a delivery, which has it already. */
	readonly payload: {
		readonly [field: string]: unknown;
	} | null;
	/** The query beside the payload. */
	readonly query: {
		readonly [field: string]: unknown;
	} | null;
	readonly route: string | null;
	readonly runs: "handler" | "fallback" | null;
	/** The handler that runs, in a phrase. */
	readonly handler: string | null;
	readonly handlerAt: {
		readonly file: string;
		readonly line: number;
	} | null;
	/** What the inbox does with it, in a sentence. */
	readonly inbox: string | null;
	readonly paused: Paused | null;
	/** The routes that would each get a delivery of their own. Empty unless the route fans out. */
	readonly targets: readonly Target[];
	/** The status of the refusal. */
	readonly status: number | null;
	/** The end, in sentences. */
	readonly result: string;
	readonly configuration: {
		/** Milliseconds since the epoch. */
		readonly servesSince: number;
		/** True if the configuration serves only since the delivery came, so that another one may have handled it. */
		readonly isNewer: boolean;
	};
};

export type Request = {
	readonly method: string;
	readonly path: string;
	readonly query: string;
	readonly peer: string | null;
};

export type Verdict = {
	readonly gate: string;
	readonly verdict: "passed" | "refused" | "reported" | "quarantined";
	readonly detail: string;
	readonly code?: string;
	readonly status?: number;
	/** The line of the configuration, relative to its folder. */
	readonly at?: {
		readonly file: string;
		readonly line: number;
	};
};

export type Candidate = {
	readonly route: string;
	readonly level?: "account" | "number" | "app" | "request" | "ncco";
	readonly kind: string;
	readonly won: boolean;
	readonly why: string;
	/** The line of the configuration, relative to its folder. */
	readonly at?: {
		readonly file: string;
		readonly line: number;
	};
	/** The `match` of the route, and the values of the webhook. */
	readonly conditions: readonly {
		readonly field: string;
		readonly wanted: string;
		readonly value: string;
		readonly fits: boolean;
	}[];
};

export type Paused = {
	readonly route: string;
	readonly since: string;
	readonly until: string | null;
	readonly why: string | null;
};

export type Target = {
	readonly route: string;
	readonly handler: string;
	readonly paused: Paused | null;
};

export type Filter = {
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

export type ReplayDeliveriesAnswer = {
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
	readonly job?: Job;
};

export type Job = {
	readonly id: string;
	readonly action: "replay" | "copy" | "edit" | "release" | "drop" | "redact";
	readonly state: "running" | "done" | "cancelled" | "interrupted" | "failed";
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

export type DropDeliveriesBody = {
	readonly ids?: readonly string[];
	readonly filter?: Filter;
	/** At most this many, oldest first. */
	readonly max?: number;
	/** The pace, such as `50/s`. Default: no limit. */
	readonly rate?: string;
	/** Why, for the history of each delivery. */
	readonly reason?: string;
	/** Shows what would be done, and changes nothing. */
	readonly dryRun?: boolean;
};

export type Route2 = {
	readonly name: string;
	/** Absent for an internal route. */
	readonly path?: string;
	readonly level?: string;
};

export type Answer = {
	readonly p50: readonly (number | null)[];
	readonly p90: readonly (number | null)[];
	readonly p99: readonly (number | null)[];
};

export type Handler = {
	readonly p50: number;
	readonly p90: number;
	readonly p99: number;
};

export type Leg = {
	/** Unique in its session, such as `caller`. */
	readonly name: string;
	readonly uuid: string;
	readonly direction: "inbound" | "outbound";
	readonly from: string;
	readonly to: string;
	readonly endpointType: string;
	readonly conversationUuid: string;
	/** The latest status of the platform. */
	readonly status: string;
	readonly isOver: boolean;
	/** True if `callee` decides what happens. */
	readonly isRinging: boolean;
	readonly takesKeys: boolean;
	readonly takesSpeech: boolean;
	readonly isMuted: boolean;
	readonly isHeld: boolean;
};

export type BeginPhoneSessionBody = {
	readonly do: "dial" | "press" | "say" | "hangUp" | "skip" | "callee" | "mute" | "unmute" | "hold" | "unhold" | "fault" | "message" | "receipt";
	/** The party. */
	readonly leg?: string;
	/** The number of the person. */
	readonly from?: string;
	/** The number of the application. */
	readonly to?: string;
	/** The route or the path of the answer URL. */
	readonly answer?: string;
	readonly keys?: string;
	readonly text?: string;
	readonly does?: "answer" | "busy" | "reject" | "fail" | "unavailable" | "noAnswer" | "machine";
	readonly fault?: "lost" | "twice" | "late" | "slow" | "down" | "429" | "503";
	/** The kind of webhook that the fault hits. */
	readonly kind?: string;
	/** The label of the webhook that the fault hits. */
	readonly label?: string;
	/** Milliseconds of `late` and `slow`. */
	readonly ms?: number;
	readonly channel?: "sms" | "mms" | "whatsapp" | "messenger" | "viber_service" | "rcs";
	readonly api?: "sms" | "messages";
	/** The order of the parts of a long text. */
	readonly order?: "inOrder" | "reversed" | "scrambled";
	readonly status?: string;
	/** The id of the message of a receipt. */
	readonly message?: string;
};

export type BeginPhoneSessionAnswer = {
	readonly id: string;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	/** Rises with each change. */
	readonly version: number;
	/** True while a call or a webhook is on the way. */
	readonly isActive: boolean;
	readonly legs: readonly Leg[];
	/** The conversations with somebody in them. */
	readonly rooms: readonly {
		readonly name: string;
		readonly hasStarted: boolean;
		readonly members: readonly string[];
	}[];
	/** The faults that wait for their webhook. */
	readonly faults: readonly string[];
	/** What happened or changed after the version: webhooks with their answers, what a leg hears, keys and states. */
	readonly entries: readonly {
		/** The sort of entry, such as `webhook`. */
		readonly what: string;
		/** Unique in the session. A changed entry keeps it. */
		readonly id: number;
		readonly version: number;
		/** Milliseconds since the epoch. */
		readonly at: number;
		readonly [field: string]: unknown;
	}[];
};

export type Finding = {
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
};

export type Reload = {
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
	readonly findings: readonly Finding[];
	readonly reason?: string;
};

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
			readonly spool?: Spool;
		};
	};
	/** Sums up whether the router is well, and what fails since when. */
	getSummary: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			/** Milliseconds since the epoch. */
			readonly at: number;
			/** The worst of the troubles. */
			readonly health: "well" | "warning" | "failing";
			/** What is not well, the worst first. */
			readonly troubles: readonly {
				readonly code: "not-serving" | "store-away" | "inbox-full" | "spooling" | "reload-refused" | "route-fails" | "circuit-open";
				readonly severity: "error" | "warning";
				/** A sentence. */
				readonly text: string;
				readonly route?: string;
				/** The part of its work that fails, from 0 to 1. */
				readonly share?: number;
				/** Milliseconds since the epoch. */
				readonly since?: number;
			}[];
			/** Webhooks a second, over the last minute. */
			readonly perSecond: number;
			readonly routes: number;
			/** Absent if nothing is stored, or it cannot be counted. */
			readonly inbox?: {
				/** Deliveries that wait for an attempt. */
				readonly waiting: number;
				/** Deliveries that a handler has. */
				readonly leased: number;
				readonly dead: number;
				readonly quarantined: number;
				/** The arrival of the oldest one that is neither delivered, dead nor quarantined, in milliseconds since the epoch. */
				readonly oldestAt?: number;
			};
			/** The paused routes. */
			readonly paused: readonly {
				readonly route: string;
				/** Milliseconds since the epoch. */
				readonly since: number;
				/** Milliseconds since the epoch. */
				readonly until?: number;
				readonly why?: string;
			}[];
			/** The latest reload. Absent if there was none since the start. */
			readonly reload?: {
				readonly outcome: "reloaded" | "refused" | "failed";
				/** Milliseconds since the epoch. */
				readonly at: number;
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
				/** The URL that the platform calls. Its origin is a guess unless `server.publicUrl` is written. */
				readonly url: string;
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
						readonly routes: readonly Route[];
					}[];
				}[];
			}[];
			readonly internal: readonly Route[];
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
			readonly spool?: Spool;
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
			readonly pauses: readonly Pause[];
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
			readonly pauses: readonly Pause[];
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
				/** The delivery whose route made this one for one of its targets. Absent for any other. */
				readonly parent?: string;
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
			/** The delivery whose route made this one for one of its targets. Absent for any other. */
			readonly parent?: string;
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
			/** The deliveries for the targets of its route, if that fans out. Otherwise empty. */
			readonly children: readonly {
				readonly id: string;
				readonly route: string;
				readonly state: "received" | "leased" | "waiting" | "delivered" | "dead" | "quarantined";
				readonly attempts: number;
			}[];
			readonly explanation?: Explanation;
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
	/** Explains a delivery with the configuration that serves now. */
	explainDelivery: {
		readonly params: { readonly id: string };
		readonly query: {
			/** Shows personal data without masks. Needs the scope `reveal`, and is logged. */
			readonly reveal?: boolean;
		};
		readonly body: undefined;
		readonly answer: Explanation;
	};
	/** Writes a delivery as a test for `switchhook test`. */
	saveDeliveryAsTest: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			/** A name for the file. */
			readonly name: string;
			readonly yaml: string;
			/** The fields that are not replaced, because the choice of the route depends on them. */
			readonly kept: readonly string[];
		};
	};
	/** Writes a delivery as a command of curl. */
	copyDeliveryAsCurl: {
		readonly params: { readonly id: string };
		readonly query: {
			/** Shows personal data without masks. Needs the scope `reveal`, and is logged. */
			readonly reveal?: boolean;
		};
		readonly body: undefined;
		readonly answer: {
			readonly command: string;
			/** What to know about it, in sentences. */
			readonly notes: readonly string[];
		};
	};
	/** Replays the chosen deliveries, oldest first. */
	replayDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			readonly ids?: readonly string[];
			readonly filter?: Filter;
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
		readonly answer: ReplayDeliveriesAnswer;
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
		readonly answer: ReplayDeliveriesAnswer;
	};
	/** Releases the chosen deliveries, oldest first. */
	releaseDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			readonly ids?: readonly string[];
			readonly filter?: Filter;
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
		readonly answer: ReplayDeliveriesAnswer;
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
		readonly answer: ReplayDeliveriesAnswer;
	};
	/** Drops the chosen deliveries, oldest first. */
	dropDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: DropDeliveriesBody;
		readonly answer: ReplayDeliveriesAnswer;
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
		readonly answer: ReplayDeliveriesAnswer;
	};
	/** Redacts the chosen deliveries, oldest first. */
	redactDeliveries: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: DropDeliveriesBody;
		readonly answer: ReplayDeliveriesAnswer;
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
		readonly answer: ReplayDeliveriesAnswer;
	};
	/** Lists the jobs of this router since its start, newest first. */
	listJobs: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly jobs: readonly Job[];
		};
	};
	/** Shows the progress of a job. */
	getJob: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: Job;
	};
	/** Stops a job. */
	cancelJob: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: Job;
	};
	/** Lists the kinds of webhooks. */
	listKinds: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly kinds: readonly {
				readonly name: string;
				readonly title: string;
				readonly description: string;
				readonly product: string;
				/** Whether its sender waits for the answer. */
				readonly mode: "reply" | "accept";
				readonly methods: readonly string[];
				/** The forms of its payload, the usual one first. */
				readonly contentTypes: readonly ("query" | "form" | "json")[];
				readonly levels: readonly string[];
				/** Why and since when it is withdrawn. */
				readonly deprecated?: string;
				/** The routes that take it. */
				readonly routes: readonly Route2[];
			}[];
		};
	};
	/** Shows a kind with its JSON Schema and samples. */
	getKind: {
		readonly params: { readonly name: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly name: string;
			readonly title: string;
			readonly description: string;
			readonly product: string;
			/** Whether its sender waits for the answer. */
			readonly mode: "reply" | "accept";
			readonly methods: readonly string[];
			/** The forms of its payload, the usual one first. */
			readonly contentTypes: readonly ("query" | "form" | "json")[];
			readonly levels: readonly string[];
			/** Why and since when it is withdrawn. */
			readonly deprecated?: string;
			/** The routes that take it. */
			readonly routes: readonly Route2[];
			/** The JSON Schema of its payload. */
			readonly schema: {
				readonly [field: string]: unknown;
			};
			/** Payloads that fit the schema. Empty if its schema has no `examples`. */
			readonly samples: readonly {
				readonly [field: string]: unknown;
			}[];
		};
	};
	/** Returns rates, latencies, failures and the depth of the queue over time. */
	getHistory: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** The begin. Default: an hour before the end. */
			readonly from?: number;
			/** The end. Default: now. */
			readonly to?: number;
			/** The name of a route. Default: all routes, and requests without one. */
			readonly route?: string;
			/** The shortest step in milliseconds. It is longer if the time is not kept in such steps, or if there would be more than 500 points. */
			readonly step?: number;
		};
		readonly body: undefined;
		readonly answer: {
			/** The time of the store. The other times count by it. */
			readonly now: number;
			/** Milliseconds since the epoch. */
			readonly from: number;
			/** Milliseconds since the epoch. */
			readonly to: number;
			readonly stepMs: number;
			readonly route?: string;
			/** `inbox` if the counts outlive the router and are those of all its routers, and `process` if they end with the process. */
			readonly kept: "inbox" | "process";
			/** The begin of each step. */
			readonly times: readonly number[];
			/** The seconds of each step that are counted: fewer than its length in the step that runs. A count divided by them is a rate. */
			readonly seconds: readonly number[];
			/** By the outcomes that occurred. */
			readonly webhooks: {
				readonly [field: string]: readonly (number | null)[];
			};
			/** By the outcomes that occurred. */
			readonly attempts: {
				readonly [field: string]: readonly (number | null)[];
			};
			/** Runs of handlers, in a request or as an attempt. */
			readonly runs: readonly (number | null)[];
			/** The runs that failed: webhooks with the outcome `failed` or `fallback`, attempts with the outcome `waiting` or `dead`. */
			readonly failures: readonly (number | null)[];
			/** Milliseconds of handlers, of answers, and until an event was stored, which is not known by route. */
			readonly latency: {
				readonly answer: Answer;
				readonly handler: Answer;
				readonly put: Answer;
			};
			/** The most deliveries in the step. `unfinished` is known in each step. The states are counted once a minute. */
			readonly depth: {
				readonly unfinished: readonly (number | null)[];
				readonly received: readonly (number | null)[];
				readonly leased: readonly (number | null)[];
				readonly waiting: readonly (number | null)[];
				readonly dead: readonly (number | null)[];
				readonly quarantined: readonly (number | null)[];
			};
			/** The greatest age of the oldest unfinished delivery, in milliseconds. */
			readonly oldestMs: readonly (number | null)[];
			/** The latest 200 starts and reloads, and the pauses of routes. */
			readonly marks: readonly {
				/** Milliseconds since the epoch. */
				readonly at: number;
				readonly kind: "start" | "deploy" | "reload" | "refused" | "pause" | "resume";
				readonly text: string;
				readonly route?: string;
			}[];
		};
	};
	/** Adds up the counts of each route since a time. */
	getHistoryTotals: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** The begin. Default: 24 hours ago. */
			readonly from?: number;
		};
		readonly body: undefined;
		readonly answer: {
			/** The begin of the first step. */
			readonly from: number;
			/** `inbox` if the counts outlive the router and are those of all its routers, and `process` if they end with the process. */
			readonly kept: "inbox" | "process";
			readonly all: {
				readonly webhooks: {
					readonly [field: string]: number;
				};
				readonly attempts: {
					readonly [field: string]: number;
				};
				readonly runs: number;
				readonly failures: number;
				/** Quantiles in milliseconds. */
				readonly handler?: Handler;
				/** Quantiles in milliseconds. */
				readonly answer?: Handler;
			};
			readonly routes: readonly {
				readonly route: string;
				readonly webhooks: {
					readonly [field: string]: number;
				};
				readonly attempts: {
					readonly [field: string]: number;
				};
				readonly runs: number;
				readonly failures: number;
				/** Quantiles in milliseconds. */
				readonly handler?: Handler;
				/** Quantiles in milliseconds. */
				readonly answer?: Handler;
			}[];
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
			/** The payload. Default: the example of the kind. */
			readonly payload?: {
				readonly [field: string]: unknown;
			};
			/** How the payload is encoded. Default: the usual encoding of the kind. */
			readonly as?: "query" | "form" | "json";
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
	/** Explains what would happen to a webhook, and why. */
	explain: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: {
			/** Default: the kind of the route in `to`. */
			readonly kind?: string;
			/** A route or a path. Default: the first route of the kind. */
			readonly to?: string;
			/** The client's address that the firewall sees. Default: one that it admits. */
			readonly from?: string;
			/** The payload instead of the example: an object, or JSON, a form or a query as text. Its kind is recognized unless `kind` names it. */
			readonly payload?: {
				readonly [field: string]: unknown;
			} | string;
			/** The encoding of the payload. Default: the usual one. */
			readonly as?: "query" | "form" | "json";
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
			/** Leaves the signature out. */
			readonly unsigned?: boolean;
		};
		readonly answer: {
			readonly request: Request;
			readonly client: {
				readonly address: string | null;
				/** How the client was found, behind which hops. */
				readonly found: string;
			};
			/** The gates in their order. Gates after a refusal are evaluated too, as far as possible. */
			readonly verdicts: readonly Verdict[];
			/** True if it only checks whether the URL answers. */
			readonly isProbe: boolean;
			/** The kinds that were tried. `recognized` is absent for the only one. */
			readonly asked: readonly {
				readonly kind: string;
				readonly recognized?: boolean;
			}[];
			/** The routes of the path, narrowest level first, and why each won or lost. */
			readonly candidates: readonly Candidate[];
			/** In the shape of its kind. Null if it cannot be parsed, and for a delivery, which has it already. */
			readonly payload: {
				readonly [field: string]: unknown;
			} | null;
			/** The query beside the payload. */
			readonly query: {
				readonly [field: string]: unknown;
			} | null;
			readonly route: string | null;
			readonly runs: "handler" | "fallback" | null;
			/** The handler that runs, in a phrase. */
			readonly handler: string | null;
			readonly handlerAt: {
				readonly file: string;
				readonly line: number;
			} | null;
			/** What the inbox does with it, in a sentence. */
			readonly inbox: string | null;
			readonly paused: Paused | null;
			/** The routes that would each get a delivery of their own. Empty unless the route fans out. */
			readonly targets: readonly Target[];
			/** The status of the refusal. */
			readonly status: number | null;
			/** The end, in sentences. */
			readonly result: string;
		};
	};
	/** Lists the routes that can be called or written to, and the sessions. */
	getPhone: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly dialable: readonly {
				readonly route: string;
				readonly kind: string;
				readonly path: string;
				readonly level: string;
				/** The numbers that it is for. Empty for any. */
				readonly numbers: readonly string[];
			}[];
			readonly sessions: readonly {
				readonly id: string;
				/** Milliseconds since the epoch. */
				readonly startedAt: number;
				readonly isActive: boolean;
				readonly legs: readonly Leg[];
			}[];
		};
	};
	/** Begins a session of the phone, with its first action. */
	beginPhoneSession: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: BeginPhoneSessionBody;
		readonly answer: BeginPhoneSessionAnswer;
	};
	/** Returns a session of the phone, and what changed after a version. */
	getPhoneSession: {
		readonly params: { readonly id: string };
		readonly query: {
			/** The version that the client has. */
			readonly after?: number;
			/** Seconds to wait for a change. */
			readonly wait?: number;
		};
		readonly body: undefined;
		readonly answer: BeginPhoneSessionAnswer;
	};
	/** Does something with the phone: dials, presses keys, speaks, hangs up, writes. */
	actOnPhone: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: BeginPhoneSessionBody;
		readonly answer: BeginPhoneSessionAnswer;
	};
	/** Ends a session of the phone, without another webhook. */
	endPhoneSession: {
		readonly params: { readonly id: string };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly id: string;
		};
	};
	/** Downloads the audio of a `stream` from a route of this router. */
	getPhoneAudio: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** The `streamUrl`, which is a URL of this router. */
			readonly url: string;
		};
		readonly body: undefined;
		readonly answer: unknown;
	};
	/** Streams what happens as server-sent events. */
	watchEvents: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Only these types. Default: all. */
			readonly type?: readonly ("webhook" | "refusal" | "delivery" | "reload" | "pause" | "alert" | "action")[];
			/** Only events of these routes. Default: all. */
			readonly route?: readonly string[];
			/** Only events of these kinds. Default: all. */
			readonly kind?: readonly string[];
			/** Only webhooks of these levels. Default: all. */
			readonly level?: readonly ("account" | "number" | "app" | "request" | "ncco")[];
			/** Only events with these outcomes, such as `failed` or `dead`. Default: all. */
			readonly outcome?: readonly string[];
			/** Only webhooks whose answer took so many milliseconds or more, and such attempts. Default: all. */
			readonly minMs?: number;
			/** The id of the last event that the client got, for a new connection of a browser. `Last-Event-ID` comes first. */
			readonly after?: string;
			/** Only webhooks that contain this number. In international form, such as `447700900001`, or masked as in an event. */
			readonly number?: string;
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
	/** Streams copies of events with their content as server-sent events. */
	copyEvents: {
		readonly params: { readonly [name: string]: never };
		readonly query: {
			/** Only events of these routes. Default: all. */
			readonly route?: readonly string[];
			/** Only events of these kinds. Default: all. */
			readonly kind?: readonly string[];
			/** Only events that contain this telephone number, in international form. */
			readonly number?: string;
			/** Begins with the stored events since then: a duration such as 10m, or an ISO 8601 time. `Last-Event-ID` comes first. */
			readonly since?: string;
		};
		readonly body: undefined;
		readonly answer: unknown;
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
			readonly findings: readonly Finding[];
		};
	};
	/** Returns the result of the latest reload. */
	getReload: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly reload: Reload | null;
		};
	};
	/** Reloads the configuration. */
	reload: {
		readonly params: { readonly [name: string]: never };
		readonly query: { readonly [name: string]: never };
		readonly body: undefined;
		readonly answer: {
			readonly reload: Reload;
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
	getSummary: ["GET", "/summary"],
	listRoutes: ["GET", "/routes"],
	getStats: ["GET", "/stats"],
	listPauses: ["GET", "/pauses"],
	pauseRoutes: ["POST", "/pauses"],
	resumeRoutes: ["POST", "/pauses/resume"],
	listDeliveries: ["GET", "/deliveries"],
	getDelivery: ["GET", "/deliveries/:id"],
	exportDeliveries: ["GET", "/export"],
	explainDelivery: ["GET", "/deliveries/:id/explanation"],
	saveDeliveryAsTest: ["GET", "/deliveries/:id/test"],
	copyDeliveryAsCurl: ["GET", "/deliveries/:id/curl"],
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
	listKinds: ["GET", "/kinds"],
	getKind: ["GET", "/kinds/:name"],
	getHistory: ["GET", "/history"],
	getHistoryTotals: ["GET", "/history/totals"],
	send: ["POST", "/send"],
	explain: ["POST", "/explain"],
	getPhone: ["GET", "/phone"],
	beginPhoneSession: ["POST", "/phone/sessions"],
	getPhoneSession: ["GET", "/phone/sessions/:id"],
	actOnPhone: ["POST", "/phone/sessions/:id/actions"],
	endPhoneSession: ["DELETE", "/phone/sessions/:id"],
	getPhoneAudio: ["GET", "/phone/audio"],
	watchEvents: ["GET", "/events"],
	getConfiguration: ["GET", "/configuration"],
	getDrift: ["GET", "/drift"],
	copyEvents: ["GET", "/copies"],
	listFindings: ["GET", "/findings"],
	getReload: ["GET", "/reload"],
	reload: ["POST", "/reload"],
	listNetworks: ["GET", "/networks"],
};

// Made from schemas/routes.schema.json by `npm run generate`: change that, not this.

/** Where the router listens and what holds for every route. */
export type Server = {
	/** Where connections are taken: `host:port`, `:port` for every address of the machine, `[::1]:80` for IPv6, or `unix:/path` for a Unix socket (relative to this file); one or a list. Port 0 takes a free one. */
	readonly listen?: TextOrList;
	/** The URL that the platform calls: `http` or `https`, a host, and the path in front of the routes, if any. URLs in NCCOs and in the list of routes are built from it. */
	readonly publicUrl?: string;
	/** Networks whose X-Forwarded-For and Forwarded headers count, read from the right; names, CIDRs and single addresses. A client that such a proxy does not name is unknown. Empty: the peer's own address is the client's. */
	readonly trustedProxies?: NetworkNames;
	/** The largest body that a route takes, unless `defaults` or the route says otherwise; a larger one is answered 413. */
	readonly bodyLimit?: Size;
	/** How long a stopping router waits for the requests and deliveries that it has begun. What is not done by then goes back to the inbox unharmed. */
	readonly drainTimeout?: Duration;
	/** The largest head of a request, from `4KiB` to `256KiB`: its target with the names and values of its headers. A larger one is answered 431, and the log names this limit. A long query, such as the speech of a caller by GET, needs more than the default. It counts from the start of the router, not from a reload. */
	readonly headLimit?: Size;
	/** Connections at once, and never more than three quarters of the file descriptors that the process may open. One address that is no trusted proxy may have a quarter of them. It counts from the start of the router, not from a reload. */
	readonly maxConnections?: number;
};

export type TextOrList = string | readonly string[];

export type NetworkNames = TextOrList & (NetworkName | readonly NetworkName[]);

export type NetworkName = unknown;

export type Size = string;

export type Duration = string;

/** Sets how the webhooks that come in are stored. An accept route answers 200 once its event is in the inbox, and handles it after that; a reply is recorded after it was given. */
export type Inbox = {
	/** `sqlite:` and a path relative to this file; `postgres://` or `postgresql://` and a database, which several routers may share; `memory`: everything ends with the router, as in development and tests; or `none`: nothing is kept, accept handlers run inside the request, and the platform is told of their failure, so that it sends the webhook again. */
	readonly store?: string;
	/** How long a delivered event is kept. That long a webhook that is sent again is known, and a delivered one can be replayed. */
	readonly retention?: Duration;
	/** How long an event is kept that was given up. What is in quarantine stays until its bound is reached. */
	readonly deadRetention?: Duration;
	/** How long the body of a delivered event is kept, where that is shorter than `retention`: what people wrote goes early, and the webhook is still known when it is sent again. Without its body it cannot be replayed. */
	readonly bodyRetention?: Duration;
	/** Events that may wait to be handled. Beyond them new ones are answered 503, so that the platform keeps them. While others wait as well, one route holds a quarter of them at most. */
	readonly maxBacklog?: number;
	/** The room that all of it may take. When it is nearly full the bodies of delivered events go, the oldest first; dead ones have a quarter of it at most. When nothing can go, new events are answered 503, so that the platform keeps them; while others wait as well, one route holds a quarter of it at most. */
	readonly maxSize?: Size;
	/** The bound of what is kept and not trusted, for each of its two budgets: what was refused at the door (firewall, signature), whose oldest go beyond it; and what was admitted, which stays, so that the next is answered 503. */
	readonly quarantine?: Quarantine;
};

/** The bound of what is kept and not trusted, so that nobody fills the disk with it. Both hold for each of two budgets: what firewall or signature refused, whose oldest go, and what was admitted, which stays. */
export type Quarantine = {
	/** Events in each budget of the quarantine at most; of what was refused at the door a tenth for one client. */
	readonly maxCount?: number;
	/** The room of all in one budget together. */
	readonly maxSize?: Size;
};

/** The account at the platform whose webhook URLs `switchhook platform` compares with the routes, and sets. Where one router serves several accounts, each has a name in `accounts`. Variables in it are read only by the commands of `switchhook platform`, and by `serve` where it says `drift`. */
export type Platform = {
	/** The API key of the account. */
	readonly apiKey?: string;
	/** The API secret of the account, from the environment or a file. It is sent to the platform's hosts only, and never printed. */
	readonly apiSecret?: string;
	/** The applications that this configuration manages, by a name that `app` of a route uses. Every other application of the account stays untouched. */
	readonly applications?: {
		readonly [field: string]: ApplicationId;
	};
	/** Which settings are compared and written. */
	readonly manage?: readonly ("account" | "numbers" | "applications")[];
	/** The hosts of the platform's APIs, for a region, another portal or a mock. */
	readonly hosts?: PlatformHosts;
	/** How many calls are sent to the platform in a second (`3/s`) or a minute (`90/m`). */
	readonly pace?: string;
	/** True for an account of development: only there `switchhook platform tunnel` may point applications and numbers at a tunnel. */
	readonly development?: boolean;
	/** Several accounts by name, each with the keys above. Then none of these keys stands beside `accounts`. */
	readonly accounts?: {
		readonly [field: string]: PlatformAccount;
	};
	/** How often `serve` compares the platform with the routes, at least `1m`. It warns in the log when something is no longer as the routes say. Of several routers on one database one does it. */
	readonly drift?: Duration;
};

export type ApplicationId = string;

/** Where the platform's APIs are reached. */
export type PlatformHosts = {
	/** The base URL of the account and number APIs. */
	readonly rest?: string;
	/** The base URL of the application API. */
	readonly api?: string;
};

/** One of several accounts at the platform. */
export type PlatformAccount = {
	/** The API key of the account. */
	readonly apiKey: string;
	/** The API secret of the account, from the environment or a file. It is sent to the platform's hosts only, and never printed. */
	readonly apiSecret: string;
	/** The applications that this configuration manages, by a name that `app` of a route uses. Every other application of the account stays untouched. */
	readonly applications?: {
		readonly [field: string]: ApplicationId;
	};
	/** Which settings are compared and written. */
	readonly manage?: readonly ("account" | "numbers" | "applications")[];
	/** The hosts of the platform's APIs, for a region, another portal or a mock. */
	readonly hosts?: PlatformHosts;
	/** How many calls are sent to the platform in a second (`3/s`) or a minute (`90/m`). */
	readonly pace?: string;
	/** True for an account of development: only there `switchhook platform tunnel` may point applications and numbers at a tunnel. */
	readonly development?: boolean;
};

/** One address, one CIDR, a list of them, or `{ file: … }`. */
export type Network = string | readonly string[] | {
	/** A file that lists the ranges, relative to this one: a CIDR or an address a line, where `#` begins a comment; or JSON, a list of texts or a mapping with one such list in it. It is read again at each reload. */
	readonly file: string;
};

/** A file of rows, each found by its key. It is read at the start and at each reload. */
export type Table = {
	/** The file, relative to this one, at most 32 MiB of UTF-8: CSV with a head line (`.csv`, `.tsv`; separated by `,`, `;` or tabs, as its head line is), or YAML or JSON with a list of rows or a mapping of keys to rows. */
	readonly file: string;
	/** The column that a row is found by; its values are text, each there once. In a mapping of keys to rows it is the name of the key. */
	readonly key: string;
};

/** Any key of a route that is not the route's own identity. */
export type Defaults = {
	/** The HTTP methods of every route without its own. */
	readonly methods?: Methods;
	/** The level of every route without its own. */
	readonly level?: Level;
	/** The account of every route without its own. */
	readonly account?: TextOrList;
	/** The application of every route of level `app` without its own. */
	readonly app?: TextOrList;
	/** The firewall of every route without its own. */
	readonly firewall?: Firewall;
	/** The signature of every route without its own. */
	readonly signature?: Signature;
	/** The largest body of every route without its own. */
	readonly bodyLimit?: Size;
	/** The mode of every route without its own. */
	readonly mode?: Mode;
	/** The time that a handler has, for every route without its own. */
	readonly timeout?: Duration;
	/** The fallback of every reply route without its own; routes that it does not fit (accept routes, an NCCO where none is expected) go without. */
	readonly fallback?: Fallback;
	/** When a failed delivery is tried again, for every accept route without its own. */
	readonly retry?: Retry;
	/** Deliveries of one route that are handled at once, for every accept route without its own. */
	readonly concurrency?: Concurrency;
	/** The fields that decide which events are handled in order of arrival, for every accept route without its own. `true` leaves routes alone whose kind has no such fields. */
	readonly orderBy?: OrderBy;
	/** The fields that identify a webhook that is sent again, for every accept route without its own. */
	readonly dedupe?: Fields;
	/** Headers of the sender that events have, for every route without its own. */
	readonly copyHeaders?: TextOrList;
	/** Decides what happens to a client that the firewall does not admit, for every route without its own; `quarantine` counts as `reject` on paths where a route replies. */
	readonly onDenied?: Outcome;
	/** Decides what happens to a webhook that does not prove its origin, for every route without its own; `quarantine` counts as `reject` on paths where a route replies. */
	readonly onUnsigned?: UnsignedOutcome;
	/** Decides what happens to a payload that does not fit its schema, for every route without its own; `quarantine` counts as `reject` on reply routes. */
	readonly onInvalid?: Outcome;
};

export type Methods = string | readonly ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")[];

export type Level = "account" | "number" | "app" | "request" | "ncco";

export type Firewall = NetworkNames;

/** How the origin of a webhook is proved: `none`, a name of `signatures`, a [scheme](#scheme) with its options, or a list of names and schemes, of which any one is enough. */
export type Signature = Scheme & (string | {
	readonly [field: string]: unknown;
} | readonly (Scheme & (string | {
	readonly [field: string]: unknown;
}))[]);

/** A way to prove origin: `scheme` is `none`, [vonage-sig](#vonage-sig), [vonage-jwt](#vonage-jwt), [hmac](#hmac), [standard-webhooks](#standard-webhooks) or [basic](#basic), and the other keys are the options of that one. */
export type Scheme = {
	readonly scheme?: "none" | "vonage-sig" | "vonage-jwt" | "hmac" | "standard-webhooks" | "basic";
	readonly [field: string]: unknown;
};

export type Mode = "reply" | "accept";

/** Exactly one of `ncco` and `static`. */
export type Fallback = {
	/** An NCCO: a YAML or JSON file relative to this file, the bare name of one in `nccos/`, or the list of actions itself. Its texts may be templates over `payload`, `query`, `params`, `headers`, `claims`, `route` and the tables. */
	readonly ncco?: Ncco;
	/** A fixed answer. */
	readonly static?: Static;
};

export type Ncco = string | readonly {
	readonly [field: string]: unknown;
}[];

/** A fixed answer: at most one of `text`, `json` and `file`; without them the body is empty. On a route with `kind` or `schema` its texts and headers may be [templates](templates.md). */
export type Static = {
	/** The HTTP status of the answer. */
	readonly status?: number;
	/** Headers of the answer, as text. Without `content-type` the body's own kind decides: text/plain, application/json, or by the file's name. */
	readonly headers?: {
		readonly [field: string]: string;
	};
	/** The body as text. */
	readonly text?: string;
	/** The body as a value that is written as JSON. */
	readonly json?: unknown;
	/** The body as a file, relative to this file; parts of it can be asked for. */
	readonly file?: string;
};

/** Delays that grow, each random between nothing and its bound, so that what failed together does not come back together. Or a list of delays, which are waited as they are; or `none`. */
export type Retry = {
	/** The bound of the first delay. */
	readonly first?: Duration;
	/** The factor by which the bound grows from one try to the next. */
	readonly factor?: number;
	/** No bound grows above it. */
	readonly max?: Duration;
	/** How long after it came in an event is tried; the last try is made when this is over. One that is late when it is first tried, as after a downtime, has up to ten tries all the same. */
	readonly for?: Duration;
} | string | readonly Duration[];

export type Concurrency = number;

/** The fields, and when an event that keeps failing leaves its place: those behind it then go on, and it is tried alone. */
export type OrderBy = boolean | string | readonly string[] | {
	/** The fields, one or a list; `true` takes the kind's. */
	readonly by: Fields;
	/** Failed tries after which an event leaves its place in the order for good. */
	readonly stepAside: number;
};

export type Fields = boolean | string | readonly string[];

export type Outcome = "reject" | "quarantine" | "report";

export type UnsignedOutcome = "reject" | "retry" | "quarantine" | "report";

/** An endpoint at a level. */
export type Route = {
	/** Unique among the routes; the name in logs and metrics, and in the `url` filter of NCCO templates. */
	readonly name: string;
	/** The path: literal segments of letters, digits, `-`, `.`, `_` and `~`, and `:name` segments that take any text. It has one spelling only: no escapes, no empty or dot segments, no slash at the end. */
	readonly path: string;
	/** The HTTP methods, a part of the kind's. HEAD is answered wherever GET is. */
	readonly methods?: Methods;
	/** Which webhook it is, such as `sms.inbound`: brings the methods, the schema, the mode, the levels. Either this or `schema`, both where the kind is open (a `schema` narrows it), and neither only for a `static` handler. */
	readonly kind?: KindName & string;
	/** For any other webhook, or to narrow an open kind: a JSON Schema file of its payload, relative to this file, or the bare name of one in `schemas/`. */
	readonly schema?: string;
	/** Where the platform was told this URL. Within a stack the narrower level wins. */
	readonly level?: Level;
	/** The account of `platform.accounts` whose URL this is, or several. */
	readonly account?: TextOrList;
	/** The application of `platform.applications` whose URL this is, or several. Only for `level: app`. */
	readonly app?: TextOrList;
	/** Takes only webhooks whose fields fit the conditions, such as `{ to: "447700900001" }`. A text or list alone holds the values of what the level goes by. */
	readonly match?: Match;
	/** False leaves the route out; the texts `"true"` and `"false"` count too, for `${NAME:-true}`. */
	readonly enabled?: true | false | "true" | "false";
	/** Who may come in: names of networks, CIDRs, single addresses. `any` admits every address, as a tunnel needs it. All routes of a path say the same. */
	readonly firewall?: Firewall;
	/** How the origin is proved: `none`, a name of `signatures`, a scheme with its options, or a list of these, of which any one is enough. All routes of a path say the same. */
	readonly signature?: Signature;
	/** The largest body; a larger one is answered 413. All routes of a path say the same. */
	readonly bodyLimit?: Size;
	/** `reply`: the handler's answer is the response. `accept`: the event goes into the inbox, the response is an empty 200, and the handler comes after it; its answer counts for nothing. */
	readonly mode?: Mode;
	/** The time that the handler has; after it a reply route answers its `fallback`, and an accept route tries again as `retry` says. */
	readonly timeout?: Duration;
	/** Where the event goes. */
	readonly handler: Handler;
	/** The answer of a reply route when the handler fails, takes too long or returns something invalid: a caller always hears something. */
	readonly fallback?: Fallback;
	/** When a delivery that failed is tried again: [a growing delay](#retry), a list of delays such as `[1s, 10s, 1m]`, or `none`. Where these end, the event is dead: kept, counted, and replayed when a person says so. Accept routes only. */
	readonly retry?: Retry;
	/** Deliveries that are handled at once. Accept routes only. */
	readonly concurrency?: Concurrency;
	/** Fields as in [`match`](#match) (`to`, `stream.id`, `headers.x-tenant`), one or a list: events with the same values are handled one at a time, in order of arrival, also while one of them is tried again. `true` takes the kind's fields, `false` keeps no order. A route with a `schema` names them. [`{ by, stepAside }`](#orderby) lets an event that keeps failing out of the order. Accept routes only. */
	readonly orderBy?: OrderBy;
	/** Fields as in [`match`](#match) (`messageId`, `event.id`, `headers.x-event-id`), one or a list, that tell one webhook from another: one with the same values was sent again, and is answered 200 and not handled. The first of them, or one whose name ends in `id`, has to be there, and so has each header, parameter and claim; a webhook without it is always handled. `true` takes the kind's fields, `false` handles whatever comes. A route with a `schema` names them, here or in the schema's `webhook`. Accept routes only. */
	readonly dedupe?: Fields;
	/** Headers of the sender that the event has, beside those that every event has: they are kept in the inbox, plugins see them, and `forward` copies them. */
	readonly copyHeaders?: TextOrList;
	/** Decides what happens to a client that the firewall does not admit: `reject` answers 403; `quarantine` answers 200 and keeps the webhook, which is handled only when a person releases it; `report` lets it pass and logs it. All routes of a path say the same; none of them may reply where they say `quarantine`. */
	readonly onDenied?: Outcome;
	/** Decides what happens to a webhook that does not prove its origin: `reject` answers 401; `retry` answers 503, upon which the platform sends it again, and signed where it came unsigned by mistake; `quarantine` answers 200 and keeps it, to be handled only when a person releases it; `report` lets it pass, without claims, and logs which check failed. All routes of a path say the same; none of them may reply where they say `quarantine`. */
	readonly onUnsigned?: UnsignedOutcome;
	/** Decides what happens to a payload that does not fit its schema: `reject` answers the fallback or 422; `quarantine`, for accept routes, answers 200 and keeps it, to be handled only when a person releases it; `report` lets it pass and logs it. */
	readonly onInvalid?: Outcome;
};

export type KindName = unknown;

/** Conditions by field, all of which have to fit. A field is a path into the payload (`to`, `dtmf.digits`, `speech.results.0.text`; a name that itself holds dots wins over the path), `headers.<name>`, `query.<name>`, `params.<name>` (a `:name` segment of the path), or `claims.<name>` (a claim of a verified token). A text or list without a field holds the values of what the level goes by: your number at level `number`, `claims.application_id` at `app`, `claims.api_key` at `account`. [Matching](match.md) says which route wins where several fit. */
export type Match = {
	readonly [field: string]: Condition;
} | string | readonly string[];

/** The conditions of one field. A text means equal to it, a list means any of its texts, and a text with a star at its end (`"44*"`) means that the field begins so; `true` and `false` count as texts. A mapping has one or more of the keys below, and all of them have to fit. [Matching](match.md) has examples. */
export type Condition = string | readonly string[] | boolean | {
	/** The field equals this text, or any of a list. A star in it is a star: `{ is: "5*" }`. */
	readonly is?: string | readonly string[];
	/** The field is a key of this table. */
	readonly in?: string;
	/** A regular expression (ECMA-262) that fits any part of the text, unless it begins with `^` or ends with `$`. It takes linear time: look-around and back-references are refused. A text of more than 8,192 characters fits no pattern. */
	readonly pattern?: string;
	/** Flags of the pattern: `i` takes upper and lower case alike, `s` lets `.` take a line break, `m` lets `^` and `$` stand at each line. */
	readonly flags?: string;
	/** A condition in any of these forms, which does not fit. A field that is missing fits this one; add `exists: true` where it has to be there. */
	readonly not?: Condition;
	/** `true`: the field is there. `false`: it is missing, or null. */
	readonly exists?: boolean;
	/** The field is a number, or a text of decimal digits, and at least this. */
	readonly gte?: number | string;
	/** The field is a number, or a text of decimal digits, and more than this. */
	readonly gt?: number | string;
	/** The field is a number, or a text of decimal digits, and at most this. */
	readonly lte?: number | string;
	/** The field is a number, or a text of decimal digits, and less than this. */
	readonly lt?: number | string;
};

/** Exactly one of `plugin`, `ncco`, `static`, `forward` and `none`. */
export type Handler = string | {
	/** A plugin: the bare name of a file or folder in `plugins/`, or a path relative to this file. */
	readonly plugin?: string;
	/** Options for the plugin, which checks them by its own schema. */
	readonly options?: {
		readonly [field: string]: unknown;
	};
	/** An NCCO: a YAML or JSON file relative to this file, the bare name of one in `nccos/`, or the list of actions itself. Its texts may be templates over `payload`, `query`, `params`, `headers`, `claims`, `route` and the tables. */
	readonly ncco?: Ncco;
	/** A fixed answer. */
	readonly static?: Static;
	/** A service behind the router that gets the event: its URL, or the URL with what goes with it. */
	readonly forward?: Forward;
	/** Acknowledges with an empty 200 and keeps nothing. `handler: none` is the short form. */
	readonly none?: Acknowledge;
};

/** A service behind the router. Its URL alone is enough; with other keys the URL is `url`. In mode `accept` its status says whether the event was taken, in mode `reply` its answer is the reply. */
export type Forward = string | {
	/** Where requests go: an `http` or `https` URL, or `unix:/path/of.sock:/path/of/url` for a Unix socket (relative to this file). Redirects are not followed, and proxies of the environment are not used. */
	readonly url: string;
	/** How the event is written: `original` sends the method, the query and the body as they came; `json` posts the event with its payload, claims, parameters and query; `cloudevent` posts the payload as a CloudEvent 1.0 in binary mode, the query beside it as `ce-query`. */
	readonly as?: "original" | "json" | "cloudevent";
	/** Headers of the request; they win over those that are copied or made, but for the router's own. Their values may be [templates](templates.md). */
	readonly headers?: {
		readonly [field: string]: string;
	};
	/** Headers of the sender that are copied, beside those that every event has and those of the route's `copyHeaders`. */
	readonly copyHeaders?: TextOrList;
	/** The time for the whole exchange, the answer's body included. The route's `timeout` is its bound. */
	readonly timeout?: Duration;
	/** The time until a connection stands, TLS included. */
	readonly connectTimeout?: Duration;
	/** Statuses that mean the event was taken: numbers and ranges. */
	readonly successStatus?: Statuses;
	/** Of the other statuses, those that mean "try again"; all the rest are final. */
	readonly retryStatus?: Statuses;
	/** Signs each request as Standard Webhooks has it, so that the service knows who speaks: `whsec_` and base64. Several sign each request several times, while the service exchanges its own. */
	readonly secret?: TextOrList;
	/** A PEM file of certificates, relative to this file: the authorities that are trusted instead of those of Node.js. */
	readonly ca?: string;
	/** The largest answer that is used as a reply. */
	readonly maxBody?: Size;
	/** How long an idle connection is kept, unless the service says less; `0s` opens one for each request. */
	readonly keepAlive?: Duration;
	/** Connections to the service at most; more requests wait for one. */
	readonly connections?: number;
};

export type Statuses = number | string | readonly (number | string)[];

/** Acknowledges an event and does nothing else, for webhooks that you do not need. The answer is an empty 200, and the line in the log is the only record: the inbox does not keep the event, and duplicates are not detected. All gates apply, so a webhook that belongs in quarantine is kept there. Use the plugin `log` to keep a record. `none` has no settings: write `handler: none`. It cannot handle a kind that needs an answer, such as `voice.answer`. */
export type Acknowledge = {
	readonly [field: string]: never;
};

// Made from schemas/routes.schema.json by `npm run generate`: change that, not this.

/** Addresses, limits and other settings of the server. */
export type Server = {
	/** The addresses to listen on: `host:port`, `:port` for all addresses of the machine, `[::1]:80` for IPv6, or `unix:/path` for a Unix socket. Port 0 selects a free port. */
	readonly listen?: TextOrList;
	/** The base URL that the platform calls, with the path prefix of your proxy if it has one. NCCOs and `switchhook routes` build URLs from it. */
	readonly publicUrl?: string;
	/** The addresses of your proxies: network names, CIDRs or single addresses. The router trusts their X-Forwarded-For and Forwarded headers. See [networks](networks.md#which-address-counts). */
	readonly trustedProxies?: NetworkNames;
	/** The maximum size of a body, unless `defaults` or the route sets another one. A larger body gets 413. */
	readonly bodyLimit?: Size;
	/** How long a stopping router waits for running requests and deliveries. Unfinished deliveries return to the inbox. */
	readonly drainTimeout?: Duration;
	/** The maximum size of the request line and headers, from `4KiB` to `256KiB`. A larger request gets 431. Raise it for long queries; it takes effect at a restart, not at a reload. */
	readonly headLimit?: Size;
	/** The maximum number of open connections. One client may use [a quarter](networks.md#before-the-firewall) of them. It takes effect at a restart, not at a reload. */
	readonly maxConnections?: number;
	/** The number of processes that serve the addresses, or `auto` for one per core. They share one inbox. See [workers](workers.md). It takes effect at a restart, not at a reload. */
	readonly workers?: number | string;
	/** Serves HTTPS on all addresses of `listen` but Unix sockets. Without it the router speaks HTTP, and a proxy in front of it should speak HTTPS. */
	readonly tls?: Tls;
};

export type TextOrList = string | readonly string[];

export type NetworkNames = TextOrList & (NetworkName | readonly NetworkName[]);

export type NetworkName = unknown;

export type Size = string;

export type Duration = string;

/** The files of a certificate. The router reads them again when they change and at a reload. If the new ones cannot be used, it keeps the previous ones and logs the reason. The lowest version is TLS 1.2. See [the edge](https.md). */
export type Tls = {
	/** The file of the certificate in PEM format, followed by the intermediate certificates. Relative to this file. */
	readonly cert: string;
	/** The file of its private key in PEM format, without a passphrase. */
	readonly key: string;
	/** The file of the authorities that sign client certificates. With it, a client needs a certificate of one of them. Only in `server`. */
	readonly ca?: string;
	/** `required`: a client without a certificate of `ca` is disconnected. `optional`: a client without a certificate is admitted, one with a certificate of another authority is not. It takes effect at a restart, not at a reload. */
	readonly clientCertificates?: "required" | "optional";
};

/** The listener for operators: the API, health checks and metrics. It is on by default, for this machine only, with a token that the router makes at its start. Write `off` instead of a mapping for none. See [the admin listener](admin.md). */
export type Admin = {
	/** The address to listen on: `host:port`, or `:port` for all addresses of the machine. Any other than loopback needs a token. It takes effect at a restart, not at a reload. */
	readonly listen?: string;
	/** A token with all scopes, from the environment or a file, or its hash as `sha256:` and 64 hexadecimal digits. An empty one does not count. */
	readonly token?: string;
	/** Several tokens by name. The log and kept reasons name them. */
	readonly tokens?: {
		readonly [field: string]: AdminToken;
	};
	/** Host names that requests may use, besides the addresses of the listener and `localhost`: the name of your proxy or container. */
	readonly hosts?: TextOrList;
	/** Serves HTTPS: `cert` and `key`. The listener checks tokens, so it takes no `ca` and asks for no client certificates. */
	readonly tls?: Tls;
} | string;

/** A token of the admin listener. */
export type AdminToken = {
	/** The token, from the environment or a file, or its hash as `sha256:` and 64 hexadecimal digits. */
	readonly token: string;
	/** The permissions: `read`, `operate` (which includes `read`), and `reveal` for personal data without masks. */
	readonly scopes?: readonly ("read" | "operate" | "reveal")[];
};

/** The durable store of events. An accept route answers 200 once its event is in the inbox and handles it afterwards. A reply route records its event after the answer. See [the inbox](inbox.md). */
export type Inbox = {
	/** `sqlite:` with a path relative to this file, a `postgres://` URL that several routers can share, `memory` for development, or `none`. [The inbox](inbox.md#stores) compares them. */
	readonly store?: string;
	/** `sqlite:` with a path relative to this file. With a `postgres://` store, what comes while the database is away goes to this file, is answered 200, and is [shipped](inbox.md#when-the-database-is-away) to the database afterwards. */
	readonly spool?: string;
	/** The maximum size of the spool. When it is full and the database is still away, new webhooks get 503. */
	readonly spoolMaxSize?: Size;
	/** How long a delivered event is kept. During this time duplicates of it are detected, and it can be replayed. */
	readonly retention?: Duration;
	/** How long a dead letter is kept. Quarantined events stay until you release or drop them, or the quarantine is full. */
	readonly deadRetention?: Duration;
	/** How long the body of a delivered event is kept, if shorter than `retention`. Duplicates are still detected without the body, but a replay is not possible. */
	readonly bodyRetention?: Duration;
	/** The maximum number of events that wait to be handled. Beyond it, new webhooks get 503 and the platform sends them again. One route can use [a quarter](inbox.md#retention-and-size) while others have waiting events. */
	readonly maxBacklog?: number;
	/** The maximum size of the inbox. When it is nearly full, the router [removes old bodies](inbox.md#retention-and-size). If that is not enough, new webhooks get 503. */
	readonly maxSize?: Size;
	/** The limits of the quarantine. */
	readonly quarantine?: Quarantine;
};

/** The limits of the quarantine. They apply separately to webhooks that the firewall or the signature rejected and to webhooks that only failed a later check. When the first part is full, the oldest webhooks are removed. When the second is full, new ones get 503. */
export type Quarantine = {
	/** The maximum number of webhooks in each part. One client can use a tenth of the part for rejected ones. */
	readonly maxCount?: number;
	/** The maximum size of each part. */
	readonly maxSize?: Size;
};

/** When the router creates events of its own. They go to [internal routes](#internal-routes) of the kinds `router.*`. Without such a route there are none. See [alerts](alerts.md). */
export type Alerts = {
	/** The share of `inbox.maxBacklog` from which on the backlog is high, for `router.backlog`. */
	readonly backlog?: string;
	/** How long an event may wait before the backlog is high, whatever its size. */
	readonly oldest?: Duration;
	/** The number of refused requests of a route with one code, within five minutes, that is a burst for `router.denied`. */
	readonly denied?: number;
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
	/** True for a development account. Only there, `switchhook platform tunnel` may point applications and numbers at a tunnel. */
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
	/** True for a development account. Only there, `switchhook platform tunnel` may point applications and numbers at a tunnel. */
	readonly development?: boolean;
};

/** An address, a CIDR, a list of them, or `{ file: … }`. See [networks](networks.md#networks-of-your-own). */
export type Network = string | readonly string[] | {
	/** A file with one CIDR or address per line and comments after `#`, or a JSON file with a list. It is read again at each reload. */
	readonly file: string;
};

/** A file of rows, each with a key. It is read at the start and at each reload. See [tables](tables.md). */
export type Table = {
	/** A CSV file with a header line, or a YAML or JSON file. See [the file](tables.md#the-file). */
	readonly file: string;
	/** The column with the key of each row. Keys are unique strings. */
	readonly key: string;
};

/** Settings for every route that does not set its own. A route overrides a default by setting the same key. */
export type Defaults = {
	/** The HTTP methods. */
	readonly methods?: Methods;
	/** The level. */
	readonly level?: Level;
	/** The account of every route without its own. */
	readonly account?: TextOrList;
	/** The application of every route of level `app` without its own. */
	readonly app?: TextOrList;
	/** The networks that may call. */
	readonly firewall?: Firewall;
	/** How senders prove their origin. */
	readonly signature?: Signature;
	/** The maximum size of a body. */
	readonly bodyLimit?: Size;
	/** How many requests each client may send to a path in a time. */
	readonly limit?: Rate;
	/** The mode. */
	readonly mode?: Mode;
	/** The time limit of a handler. */
	readonly timeout?: Duration;
	/** The fallback of reply routes. Routes that cannot use it, because they are accept routes or expect no NCCO, ignore it. */
	readonly fallback?: Fallback;
	/** When an accept route retries a failed delivery. */
	readonly retry?: Retry;
	/** How many deliveries one accept route handles at the same time. */
	readonly concurrency?: Concurrency;
	/** How many handlers each accept route may start in a time. Reply routes ignore it here. */
	readonly rate?: Rate;
	/** How long after its arrival an event is handled first. Reply routes ignore it here. */
	readonly delay?: Duration;
	/** The fields whose events an accept route handles in order. `true` has no effect on kinds without such fields. */
	readonly orderBy?: OrderBy;
	/** The fields by which an accept route detects duplicates. */
	readonly dedupe?: Fields;
	/** More headers of the sender to keep. */
	readonly copyHeaders?: TextOrList;
	/** The outcome for webhooks that fail the firewall. `quarantine` means `reject` on paths with a reply route. */
	readonly onDenied?: Outcome;
	/** The outcome for webhooks without a valid signature. `quarantine` means `reject` on paths with a reply route. */
	readonly onUnsigned?: UnsignedOutcome;
	/** The outcome for payloads that do not match their schema. `quarantine` means `reject` on reply routes. */
	readonly onInvalid?: Outcome;
};

export type Methods = string | readonly ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")[];

export type Level = "account" | "number" | "app" | "request" | "ncco";

export type Firewall = NetworkNames;

/** How senders prove their origin: `none`, a name from `signatures`, a [scheme](#scheme) with its options, or a list of names and schemes of which one must match. */
export type Signature = Scheme & (string | {
	readonly [field: string]: unknown;
} | readonly (Scheme & (string | {
	readonly [field: string]: unknown;
}))[]);

/** A signature scheme. `scheme` is `none`, [vonage-sig](#vonage-sig), [vonage-jwt](#vonage-jwt), [hmac](#hmac), [standard-webhooks](#standard-webhooks), [basic](#basic), [github](#github), [stripe](#stripe), [slack](#slack), [shopify](#shopify), [meta](#meta) or [twilio](#twilio). The other keys are its options. */
export type Scheme = {
	readonly scheme?: "none" | "vonage-sig" | "vonage-jwt" | "hmac" | "standard-webhooks" | "basic" | "github" | "stripe" | "slack" | "shopify" | "meta" | "twilio";
	readonly [field: string]: unknown;
};

/** A limit with a burst. Write the limit alone if handlers are to start evenly. */
export type Rate = string | {
	/** A number for each second (`/s`), minute (`/min`) or hour (`/h`). */
	readonly limit: string;
	/** How many handlers may start at once after a quiet time. */
	readonly burst?: number;
};

export type Mode = "reply" | "accept";

/** Set exactly one of `ncco` and `static`. */
export type Fallback = {
	/** An [NCCO](nccos.md): a list of actions, a YAML or JSON file relative to this file, or the name of a file in `nccos/`. Its strings can be [templates](templates.md). */
	readonly ncco?: Ncco;
	/** A fixed answer. */
	readonly static?: Static;
};

export type Ncco = string | readonly {
	readonly [field: string]: unknown;
}[];

/** A fixed answer. Set at most one of `text`, `json` and `file`; without them the body is empty. On a route with `kind` or `schema`, the strings and headers can be [templates](templates.md#static-answers). */
export type Static = {
	/** The HTTP status of the answer. */
	readonly status?: number;
	/** Headers of the answer. The default `content-type` is text/plain, application/json, or derived from the name of the file. */
	readonly headers?: {
		readonly [field: string]: string;
	};
	/** The body as a string. */
	readonly text?: string;
	/** The body as a value, which is sent as JSON. */
	readonly json?: unknown;
	/** A file with the body, relative to this file. Range requests are supported. */
	readonly file?: string;
};

/** Growing delays with full jitter: each delay is random between zero and its limit, so events that failed together are not retried together. Instead of a mapping, write a list of exact delays, or `none`. */
export type Retry = {
	/** The limit of the first delay. */
	readonly first?: Duration;
	/** How much the limit grows with each attempt. */
	readonly factor?: number;
	/** The largest limit. */
	readonly max?: Duration;
	/** How long an event is retried after it arrived. The last attempt is made at the end of this time. An event that is already late at its first attempt still gets up to ten attempts. */
	readonly for?: Duration;
} | string | readonly Duration[];

export type Concurrency = number;

/** The fields, and after how many failed attempts an event leaves its place in the order. The events behind it then continue, and it is retried on its own. */
export type OrderBy = boolean | string | readonly string[] | {
	/** The fields. `true` uses the kind's. */
	readonly by: Fields;
	/** The number of failed attempts after which an event leaves the order for good. */
	readonly stepAside: number;
};

export type Fields = boolean | string | readonly string[];

export type Outcome = "reject" | "quarantine" | "report";

export type UnsignedOutcome = "reject" | "retry" | "quarantine" | "report";

/** An endpoint: a path, a kind, and a handler. Without a path it is an internal route. */
export type Route = {
	/** A unique name. The log, the inbox and the `url` filter of templates use it. */
	readonly name: string;
	/** The path. A `:name` segment matches any text. See [paths of routes](#values). A route without a path is [internal](#internal-routes): no request reaches it. */
	readonly path?: string;
	/** The HTTP methods: all or some of the kind's. GET includes HEAD. */
	readonly methods?: Methods;
	/** The [kind](kinds.md) of webhook, such as `sms.inbound`. It defines methods, schema, mode and levels. A route has either `kind` or `schema`, except [in two cases](#kind-and-schema). */
	readonly kind?: KindName & string;
	/** A JSON Schema of the payload, for webhooks without a kind: a path relative to this file, or the name of a file in `schemas/`. */
	readonly schema?: string;
	/** Where this URL is set at the platform. On a shared path the more specific level wins. */
	readonly level?: Level;
	/** The account of `platform.accounts` whose URL this is, or several. */
	readonly account?: TextOrList;
	/** The application of `platform.applications` whose URL this is, or several. Only for `level: app`. */
	readonly app?: TextOrList;
	/** Conditions on fields, such as `{ to: "447700900001" }`. The route handles only webhooks that meet all of them. See [matching](match.md). */
	readonly match?: Match;
	/** `false` disables the route. The strings `"true"` and `"false"` work too, so that you can write `${NAME:-true}`. */
	readonly enabled?: true | false | "true" | "false";
	/** The networks that may call: network names, CIDRs or single addresses. `any` admits every address. [The same on all routes of a path](#settings-of-a-path). */
	readonly firewall?: Firewall;
	/** How senders prove their origin: `none`, a name from `signatures`, a scheme, or a list of which one must match. [The same on all routes of a path](#settings-of-a-path). */
	readonly signature?: Signature;
	/** The maximum size of a body. A larger one gets 413. [The same on all routes of a path](#settings-of-a-path). */
	readonly bodyLimit?: Size;
	/** How many requests each client may send in a time, such as `100/s`. Further ones get 429. Counted after the firewall and before the body. [The same on all routes of a path](#settings-of-a-path). See [limit](pace.md#limit). */
	readonly limit?: Rate;
	/** `reply` sends the handler's answer. `accept` stores the event, answers an empty 200, and runs the handler afterwards. See [concepts](concepts.md#mode). */
	readonly mode?: Mode;
	/** The time limit of the handler. After it, a reply route answers with its `fallback`, and an accept route retries. */
	readonly timeout?: Duration;
	/** The handler of the event. */
	readonly handler: Handler;
	/** The answer of a reply route if its handler fails, is late, or returns an invalid answer. So a caller always hears something. */
	readonly fallback?: Fallback;
	/** When a failed delivery is retried: [growing delays](#retry), a list of delays such as `[1s, 10s, 1m]`, or `none`. After the last attempt the event is a dead letter. Accept routes only. */
	readonly retry?: Retry;
	/** How many deliveries are handled at the same time. Accept routes only. */
	readonly concurrency?: Concurrency;
	/** How many handlers start in a time, over all routers of the inbox, retries and replays included: `10/s`, `300/min`, `1000/h`, or with a [burst](#rate). Accept routes only. See [pace](pace.md#rate). */
	readonly rate?: Rate;
	/** How long after its arrival an event is handled first. Retries and replays do not wait for it. Accept routes only. See [pace](pace.md#delay). */
	readonly delay?: Duration;
	/** [Fields](match.md#fields) such as `to`. Events with the same values are handled one at a time, in order of arrival. `true` uses the kind's fields. Accept routes only. */
	readonly orderBy?: OrderBy;
	/** [Fields](match.md#fields) that identify a webhook, such as `messageId`. One with the same values is a duplicate: it gets 200 and is not handled. `true` uses the kind's fields, `false` detects no duplicates. See [duplicates](inbox.md#duplicates). Accept routes only. */
	readonly dedupe?: Fields;
	/** More headers of the sender to keep. The inbox stores them, plugins see them, and `forward` copies them. See [forward](forward.md#headers-of-the-sender) for the usual ones. */
	readonly copyHeaders?: TextOrList;
	/** The outcome for webhooks that fail the firewall: answer 403, store them in quarantine, or accept and log them. See [outcomes](#outcomes-of-the-gates). */
	readonly onDenied?: Outcome;
	/** The outcome for webhooks without a valid signature: answer 401, ask for a retry with 503, store them in quarantine, or accept and log them. See [outcomes](#outcomes-of-the-gates). */
	readonly onUnsigned?: UnsignedOutcome;
	/** The outcome for payloads that do not match their schema: answer the `fallback` or 422, store the webhook in quarantine, or accept and log it. See [outcomes](#outcomes-of-the-gates). */
	readonly onInvalid?: Outcome;
};

export type KindName = unknown;

/**
 * Conditions for fields. A webhook must meet all of them. A field is a path into the payload (`to`, `dtmf.digits`, `speech.results.0.text`), `headers.<name>`, `query.<name>`, `params.<name>` for a `:name` segment of the path, or `claims.<name>` of a verified token.
 * A string or list without a field stands for the field of the level: your number at level `number`, `claims.application_id` at `app`, `claims.api_key` at `account`. [Matching](match.md) lists all fields and conditions, and says which route wins if several match.
 */
export type Match = {
	readonly [field: string]: Condition;
} | string | readonly string[];

/** The conditions for one field. A string must equal the field; with a star at its end (`"44*"`) it is a prefix. In a list, one of the strings must match. `true` and `false` count as strings. A mapping uses one or more of the keys below, and the field must meet all of them. [Matching](match.md#conditions) has examples. */
export type Condition = string | readonly string[] | boolean | {
	/** The field equals this string, or one of a list. A star has no special meaning: `{ is: "5*" }`. */
	readonly is?: string | readonly string[];
	/** The field is a key of this table. */
	readonly in?: string;
	/** A regular expression of JavaScript, without look-around and back-references. It can match any part of the field: use `^` and `$` for the whole. A field of more than 8,192 characters never matches. */
	readonly pattern?: string;
	/** Flags of the pattern: `i` ignores case, `s` lets `.` match line breaks, `m` lets `^` and `$` match at each line. */
	readonly flags?: string;
	/** Another condition, which must not match. A missing field meets `not`. Add `exists: true` if it must be present. */
	readonly not?: Condition;
	/** `true`: the field is present. `false`: it is missing or null. */
	readonly exists?: boolean;
	/** The field is a number, or a string of decimal digits, and at least this. */
	readonly gte?: number | string;
	/** The field is a number, or a string of decimal digits, and more than this. */
	readonly gt?: number | string;
	/** The field is a number, or a string of decimal digits, and at most this. */
	readonly lte?: number | string;
	/** The field is a number, or a string of decimal digits, and less than this. */
	readonly lt?: number | string;
};

/** Set exactly one of `plugin`, `ncco`, `static`, `forward`, `publish`, `exec`, `pull`, `all` and `none`. */
export type Handler = string | {
	/** A [plugin](plugins.md): the name of a file or folder in `plugins/`, or a path relative to this file. */
	readonly plugin?: string;
	/** Options of the plugin, validated by the plugin's own schema. */
	readonly options?: {
		readonly [field: string]: unknown;
	};
	/** An [NCCO](nccos.md): a list of actions, a YAML or JSON file relative to this file, or the name of a file in `nccos/`. Its strings can be [templates](templates.md). */
	readonly ncco?: Ncco;
	/** A fixed answer. */
	readonly static?: Static;
	/** A service that gets the event: its URL, or a mapping with more settings. */
	readonly forward?: Forward;
	/** A message broker that gets the event. */
	readonly publish?: Publish;
	/** A program that gets the event as JSON on its standard input: a list of the program and its arguments, or a mapping with more settings. See [exec](exec.md). */
	readonly exec?: Exec;
	/** Leaves the events for a service that fetches them over HTTP. See [pull](pull.md). */
	readonly pull?: Pull;
	/** Several targets that each get the event: names of internal routes, or handlers with a name. See [fan-out](all.md). */
	readonly all?: readonly Target[];
	/** Acknowledges with an empty 200 and stores nothing. `handler: none` is the short form. */
	readonly none?: Acknowledge;
};

/** A service that handles the events. Write its URL alone, or a mapping with these keys. In mode `accept` the status of its answer decides whether the event was delivered, in mode `reply` its answer is the reply. See [forward](forward.md). */
export type Forward = string | {
	/** The target: an `http` or `https` URL, or `unix:/path/of.sock:/path/of/url` for a Unix socket. Can be a [template](templates.md#urls). */
	readonly url: string;
	/** The format of the request: `original` repeats the webhook, `json` posts the event as a JSON object, `cloudevent` posts a CloudEvent 1.0. See [the request](forward.md#the-request). */
	readonly as?: "original" | "json" | "cloudevent";
	/** The body of the request, instead of that of `as`. A mapping or a list is sent as JSON, a text as it is. Each text in it can be a [template](templates.md#bodies). */
	readonly body?: unknown;
	/** Networks and addresses besides the Internet that the URL may lead to, if its host is a template. See [where templates lead](forward.md#where-templates-lead). */
	readonly egress?: TextOrList;
	/** Headers of the request. They override copied headers. Their values can be [templates](templates.md). */
	readonly headers?: {
		readonly [field: string]: string;
	};
	/** More headers of the sender to copy, in addition to [the usual ones](forward.md#headers-of-the-sender) and the route's `copyHeaders`. */
	readonly copyHeaders?: TextOrList;
	/** The time limit for the whole exchange, including the body of the answer. At most the route's `timeout`. */
	readonly timeout?: Duration;
	/** The time limit for opening a connection, including TLS. */
	readonly connectTimeout?: Duration;
	/** Statuses that mean success: numbers and ranges. */
	readonly successStatus?: Statuses;
	/** Statuses that mean "retry". All other statuses are final: the event becomes a dead letter. */
	readonly retryStatus?: Statuses;
	/** Signs requests by Standard Webhooks: `whsec_` and base64. With several secrets, each request has several signatures, so you can rotate. See [signed requests](forward.md#signed-requests). */
	readonly secret?: TextOrList;
	/** A PEM file with the certificate authorities to trust instead of those of Node.js. */
	readonly ca?: string;
	/** The maximum size of an answer that is used as a reply. */
	readonly maxBody?: Size;
	/** How long an idle connection is kept open. `0s` opens a new one for each request. */
	readonly keepAlive?: Duration;
	/** The maximum number of connections to the service. Further requests wait. */
	readonly connections?: number;
	/** How many events are sent to the service in a time, by all routes and routers that forward to the same host and port. Accept routes only. See [pace](pace.md#rate). */
	readonly rate?: Rate;
};

export type Statuses = number | string | readonly (number | string)[];

/** A message broker that gets the events. An event counts as delivered when the broker has confirmed that it keeps the message. See [publish](publish.md). */
export type Publish = {
	/** The broker: `amqp://`, `nats://`, `redis://`, `kafka://` or `sqs://`, and `amqps://`, `tls://`, `rediss://` or `kafkas://` with TLS. Take a password from the environment. */
	readonly url: string;
	/** The queue (RabbitMQ, SQS), subject (NATS), stream (Redis) or topic (Kafka). Can be a [template](templates.md). */
	readonly to?: string;
	/** RabbitMQ: the exchange to publish to, instead of a queue. It must exist. Can be a template. */
	readonly exchange?: string;
	/** RabbitMQ: the routing key for `exchange`. Can be a template. */
	readonly routingKey?: string;
	/** The key of the message: messages with the same key stay in order. Can be a template. */
	readonly key?: string;
	/** More headers of the message. Their values can be templates. */
	readonly headers?: {
		readonly [field: string]: string;
	};
	/** The body: `json` is the event as a JSON object, `original` repeats the body of the webhook, `cloudevent` is a CloudEvent 1.0 in structured mode. See [the message](publish.md#the-message). */
	readonly as?: "json" | "original" | "cloudevent";
	/** The body of the message, instead of that of `as`. A mapping or a list is sent as JSON, a text as it is. Each text in it can be a [template](templates.md#bodies). */
	readonly body?: unknown;
	/** The time limit until the broker confirms, including a new connection. At most the route's `timeout`. */
	readonly timeout?: Duration;
	/** The time limit for opening a connection, including TLS and the login. */
	readonly connectTimeout?: Duration;
	/** Certificates for a URL with TLS: `ca` to trust instead of the authorities of Node.js, `cert` and `key` of the router. */
	readonly tls?: PublishTls;
	/** RabbitMQ: `false` if the queue exists and must not be declared. Otherwise `to` is declared as a durable quorum queue. */
	readonly declare?: boolean;
	/** Redis: the number of entries that a stream keeps, approximately (`MAXLEN ~`). Older ones are deleted, even if nobody has read them. */
	readonly maxLength?: number;
	/** NATS: why a confirmed message is safe. `synced` requires a server that writes each message to disk (`sync_interval: always`). `replicated` relies on the copies of the stream. See [NATS](publish.md#nats). */
	readonly durability?: "synced" | "replicated";
	/** NATS: the URL of the server's monitoring, which says whether it syncs. */
	readonly monitor?: string;
	/** Kafka: the mechanism of the login with the user and password of the URL. */
	readonly sasl?: "plain" | "scram-sha-256" | "scram-sha-512";
	/** SQS: the AWS region. */
	readonly region?: string;
};

export type PublishTls = {
	/** A PEM file with the certificate authorities to trust instead of those of Node.js. */
	readonly ca?: string;
	/** A PEM file with the certificate of the router. */
	readonly cert?: string;
	/** A PEM file with the key of the certificate. */
	readonly key?: string;
};

/** A program that runs once for each event, without a shell. Its exit code decides whether the event was delivered. On reply routes its output is the answer. See [exec](exec.md). */
export type Exec = readonly string[] | {
	/** The program and its arguments. A program with a slash is a path relative to this file. One without is searched in `PATH`. No shell reads it, so `$`, `*`, `|` and quotes mean nothing. */
	readonly command: readonly string[];
	/** The folder that it runs in, relative to this file. */
	readonly folder?: string;
	/** Its environment variables, in addition to `PATH`. It gets no other variables of the router. */
	readonly environment?: {
		readonly [field: string]: string | number | boolean;
	};
	/** The user that it runs as, with that user's group and no others. The router must run as root. */
	readonly user?: string;
	/** The time limit of a run, at most the route's `timeout`. Then the program and everything that it started is ended. */
	readonly timeout?: Duration;
	/** The maximum size of its output. A program that writes more is ended. */
	readonly maxOutput?: Size;
	/** The maximum size of its address space. Linux only, with `prlimit`. */
	readonly maxMemory?: Size;
	/** The processor time that it may use, in whole seconds. Linux only, with `prlimit`. */
	readonly maxCpu?: Duration;
	/** The number of files that it may have open. Linux only, with `prlimit`. */
	readonly maxFiles?: number;
};

/** A service fetches the events with `POST /pull/<route>` from the admin listener, and acknowledges each one. Accept routes only. See [pull](pull.md). */
export type Pull = {
	/** The token of the service, such as 32 random bytes in hexadecimal, or `sha256:` and its hash. It works for this route alone. An empty one counts as none. */
	readonly token?: string;
	/** Several tokens by name, for example to replace one. The log has the names. */
	readonly tokens?: {
		readonly [field: string]: {
			/** The token, as in `token`. */
			readonly token: string;
		};
	};
	/** How long a service may work on an event before it acknowledges it or extends its lease. After that, the attempt counts as failed. */
	readonly lease?: Duration;
};

/** A target of `all`: the name of an internal route, or a mapping with `name`, exactly one handler (`plugin`, `forward`, `publish`, `exec` and `pull`), and settings that differ from those of the route. */
export type Target = string | {
	/** The name of the target. The log, the inbox, metrics and pauses know it as `route/name`. */
	readonly name: string;
	/** The time limit of the handler. */
	readonly timeout?: Duration;
	/** When a failed delivery is retried. */
	readonly retry?: Retry;
	/** How many deliveries are handled at the same time. */
	readonly concurrency?: Concurrency;
	/** How many handlers start in a time. Each target has a limit of its own. See [pace](pace.md#rate). */
	readonly rate?: Rate;
	/** How long after its arrival an event is handled first. */
	readonly delay?: Duration;
	/** The fields whose events are handled in order. */
	readonly orderBy?: OrderBy;
	/** A [plugin](plugins.md): the name of a file or folder in `plugins/`, or a path relative to this file. */
	readonly plugin?: string;
	/** Options of the plugin, validated by the plugin's own schema. */
	readonly options?: {
		readonly [field: string]: unknown;
	};
	/** A service that gets the event: its URL, or a mapping with more settings. */
	readonly forward?: Forward;
	/** A message broker that gets the event. */
	readonly publish?: Publish;
	/** A program that gets the event as JSON on its standard input: a list of the program and its arguments, or a mapping with more settings. See [exec](exec.md). */
	readonly exec?: Exec;
	/** Leaves the events for a service that fetches them over HTTP. See [pull](pull.md). */
	readonly pull?: Pull;
};

/** Acknowledges an event and does nothing else, for webhooks that you do not need. The answer is an empty 200, and the log line is the only record: the inbox does not store the event, and duplicates are not detected. All gates apply, and a webhook that a gate quarantines is stored. Use the plugin `log` to keep a record. `none` has no settings: write `handler: none`. It cannot handle a kind that needs an answer, such as `voice.answer`. */
export type Acknowledge = {
	readonly [field: string]: never;
};

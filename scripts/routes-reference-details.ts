/** The details that the tables leave out. */
export const DETAILS = `## Kind and schema

A route has \`kind\` for a webhook of the platform, or \`schema\` for any other webhook. There are two exceptions:

- A kind can be open: you define its payload (\`open: true\` under \`webhook\` in its schema). Such a route can have both, and \`schema\` describes the payload.
- A route with a \`static\` handler needs neither, for example to serve an audio file.

A route with \`schema\` has no default fields for \`dedupe\` and \`orderBy\`. Name them on the route, or under \`webhook\` in the schema.

A schema of your own validates in time proportional to the size of the payload, even for hostile payloads. Its patterns run on RE2, which has no look-around and
no back-references. \`check\` rejects those and says what to write instead. A string of more than 8 KiB matches no \`format\` except \`byte\`.

## Settings of a path

The router checks \`firewall\`, \`limit\`, \`bodyLimit\` and \`signature\` before it knows which route of a path gets the webhook. So these keys must have
the same value on all routes of a path: \`firewall\`, \`signature\`, \`bodyLimit\`, \`limit\`, \`onDenied\` and \`onUnsigned\`. Set them in \`defaults\`, or
repeat them.

## Internal routes

A route without a \`path\` is internal: no request reaches it. It handles the events that a plugin [hands on](plugins.md#handing-on) to it by its name, or the
[events of the router itself](alerts.md) if its kind is one of \`router.*\`. Its events are stored, retried and replayed like all others. It has no answer, so its handler
cannot be one that only answers: \`ncco\` and \`static\`. A route with [\`all\`](all.md) can name it as a target.

These keys are for requests, so an internal route cannot have them and does not take them from \`defaults\`: \`methods\`, \`level\`, \`account\`, \`app\`, \`firewall\`,
\`signature\`, \`bodyLimit\`, \`limit\`, \`mode\`, \`fallback\`, \`onDenied\` and \`onUnsigned\`. \`match\` only counts on a route of a kind \`router.*\`: it tells several of them apart.

\`switchhook send <kind> --to <route>\` hands an example on to an internal route of the running router, and \`switchhook test\` sends events to internal routes.

## Outcomes of the gates

\`onDenied\`, \`onUnsigned\` and \`onInvalid\` say what to do with a webhook that does not pass:

| Value | Answer | The webhook |
|---|---|---|
| \`reject\` | 403 (\`onDenied\`), 401 (\`onUnsigned\`), the \`fallback\` or 422 (\`onInvalid\`) | is dropped |
| \`retry\`, only for \`onUnsigned\` | 503 | is dropped; the platform sends it again, signed if it was unsigned by mistake |
| \`quarantine\` | 200 | is stored in [quarantine](inbox.md#quarantine), and handled only if you release it |
| \`report\` | that of the route | is handled and logged. It has no claims if the signature failed |

A caller would hear nothing from a quarantined webhook. So \`onInvalid: quarantine\` is only for accept routes, and \`onDenied\` and \`onUnsigned\`
can be \`quarantine\` only on paths without a reply route.

## Included files

\`include\` takes paths and patterns: \`*\` matches within a name, \`?\` one character, and \`**\` any number of folders. They are relative to the
file that contains them. The files of a pattern are read in the order of their names. A pattern without a match is an error, and one
invalid file rejects the whole configuration.
`;

/** The beginning of the page, above the tables. */
export const INTRODUCTION = `# routes.yaml

<!-- Generated from schemas/routes.schema.json by \`npm run generate\`. Change it there, and signature schemes in src/gate/schemes. -->

\`routes.yaml\` says which webhooks the router accepts, from where, how it checks them, and what handles them. \`switchhook check\` prints every
mistake at once, with its line and the fix. The first line of this example enables completion and validation in an editor:

\`\`\`yaml
# yaml-language-server: $schema=./schemas/routes.schema.json
version: 1

server:
  listen: 0.0.0.0:8080
  publicUrl: \${PUBLIC_URL:-http://localhost:8080}

networks:
  office: [203.0.113.0/24]

signatures:
  voice: { scheme: vonage-jwt, secrets: { abcd1234: "\${VONAGE_SIGNATURE_SECRET}" } }

defaults:
  firewall: [vonage, office]
  signature: none

routes:
  - name: inbound-sms
    path: /webhooks/inbound-sms
    kind: sms.inbound
    level: account
    handler: { plugin: log }

  - name: support-line # the same path: the more specific level wins
    path: /webhooks/inbound-sms
    kind: sms.inbound
    level: number
    match: { to: ["447700900001", "447700900002"] }
    handler: { plugin: log }

  - name: answer
    path: /webhooks/answer
    kind: voice.answer
    level: app
    signature: voice
    handler: { ncco: nccos/welcome.yaml }
    fallback: { ncco: [{ action: talk, text: "Please call again." }] }

  - name: invoice-paid # any other webhook: a schema instead of a kind
    path: /hooks/invoices/:tenant
    schema: schemas/invoice-paid.json
    handler: { plugin: log, options: { fields: [id, amount] } }
\`\`\`

The plugin \`log\` comes with Switchhook, and \`switchhook init\` writes \`nccos/welcome.yaml\`. You write the schema yourself:

\`\`\`json schemas/invoice-paid.json
{
	"type": "object",
	"required": ["id"],
	"properties": { "id": { "type": "string" }, "amount": { "type": "integer" }, "currency": { "type": "string" } }
}
\`\`\`

## The keys to start with

New to Switchhook? Read [concepts](concepts.md) first. These 15 keys are enough for most configurations; all others have a default.

| Key | Sets |
|---|---|
| [\`version\`](#the-file) | the version of the file format: \`1\` |
| [\`server.publicUrl\`](#server) | the URL that the platform calls |
| [\`server.trustedProxies\`](#server) | the addresses of the proxy in front of the router, if there is one |
| [\`signatures\`](#the-file) | the signature secrets, by name |
| [\`defaults\`](#defaults) | the settings that all routes share, usually \`firewall\` and \`signature\` |
| [\`name\`](#route) | a unique name for the route |
| [\`path\`](#route) | the path of the URL |
| [\`kind\`](#route) | which webhook of the platform it is, such as \`sms.inbound\` |
| [\`schema\`](#route) | the JSON Schema of any other webhook |
| [\`level\`](#route) | where the URL is set at the platform, such as \`account\` or \`app\` |
| [\`match\`](#match) | which webhooks the route handles, if several routes share a path |
| [\`firewall\`](#route) | which networks may call |
| [\`signature\`](#route) | how senders prove their origin |
| [\`handler\`](#handler) | what handles the event: an NCCO, a plugin, a service |
| [\`fallback\`](#fallback) | what a caller hears if the handler fails |

The tables below list all keys. Any other key is an error. Instead of a list with one string you can write the string alone.
`;

/** The syntax of values. */
export const VALUES = `## Values

**Durations** have a unit: \`250ms\`, \`5s\`, \`1m30s\`, \`24h\`, \`7d\`. Write whole numbers, the larger unit first. **Sizes** have one too:
\`512B\`, \`64KB\`, \`1MB\`, \`1GB\` are multiples of 1,000, and \`64KiB\`, \`1MiB\`, \`1GiB\` of 1,024. A number without a unit is an error.

**Environment variables** work in every value, but not in keys:

| Write | To get |
|---|---|
| \`\${NAME}\` | the variable. If it is empty or not set, that is an error |
| \`\${NAME:-default}\` | the variable, or the default |
| \`\${NAME:?why}\` | the variable. If it is empty or not set, the error message contains your text |
| \`\${file:/run/secrets/x}\` | the content of a file (relative to this one), without its final line break |
| \`$\${\` | a literal \`\${\` |

The result is always a string: it cannot add YAML, and it is never a number or a list. Inside \`[ ]\` and \`{ }\`, put it in quotes. No message
ever shows a value from the environment or a file, nor a secret that the file contains.

A file \`.env\` beside \`routes.yaml\` is read first, in the format of Node's \`--env-file\`: \`NAME=value\`, comments after \`#\`, quotes
around values with spaces or line breaks. Real environment variables override it. Plugins see its variables in \`process.env\`. A reload reads it
again, and removes the variables that are no longer in it. \`--env-file <file>\` reads another file instead. You can repeat it, and
the last file wins. \`--no-env-file\` reads none. Keep \`.env\` out of version control.

Only some commands need secrets: \`serve\`, \`check\`, and \`send\` to a signed route. \`check --no-env\` works without them. \`routes\`,
\`networks\`, \`explain\` and \`inbox\` work without the values below \`secret\`, \`secrets\`, \`password\`, \`token\`, \`headers\` and \`options\`.
\`explain\` then says that it cannot check the signature.

**Findings** have a file, a line and a column. On a terminal \`check\` and \`serve\` show the line and mark the position. Elsewhere each finding
is one line, \`file:line:column: severity: …\`. \`NO_COLOR\` turns off colors. \`check --json\` prints
\`{ routes, errors, warnings, notes, findings }\`. Each finding has \`file\`, \`line\`, \`column\`, \`severity\` (\`error\`, \`warning\` or
\`note\`) and \`what\`. Most also have \`expected\`, \`todo\`, and \`end\`, with the \`line\` and \`column\` after the marked part. Lines and
columns count from 1. If the configuration has errors, \`routes\` is missing.

\`\`\`yaml
version: 1
defaults: { firewall: ["\${OFFICE:-203.0.113.0/24}"], signature: none }
routes:
  - name: inbound-sms
    path: /webhooks/\${SMS_PATH:-inbound-sms}
    kind: sms.inbound
    enabled: \${SMS_ENABLED:-true}
    handler: { plugin: log, options: { message: "costs $\${amount}" } }
\`\`\`

**Paths of files** are relative to the file that contains them. A name without a folder is also searched in \`schemas/\`, \`nccos/\` and
\`plugins/\` beside the first file, where you can omit its extension.

**Paths of routes** consist of segments of letters, digits, \`-\`, \`.\`, \`_\` and \`~\`, and of \`:name\` segments that match any text. A literal
segment takes precedence over a \`:name\`. Each path has exactly one spelling: no percent-encoding, no empty or dot segments, no slash at the
end. Routes with the same path and method form a stack.
`;

/** An example of signatures, `match` and networks. */
export const SIGNATURES = `## Signatures

A signature proves the origin of a webhook. The router verifies it over the raw bytes, before it parses anything. Define one in \`signatures\` to
use it on many routes, or write it on the route. In a list, one signature has to match: for a path with the webhooks of two products,
or with two senders. The page on [signatures](signatures.md) explains all schemes.

\`\`\`yaml
version: 1

signatures:
  voice: # Voice, Messages, Verify, Video: a token in the Authorization header
    scheme: vonage-jwt
    secrets: # by API key; a list while you rotate
      abcd1234: ["\${VONAGE_SIGNATURE_SECRET}", "\${VONAGE_SIGNATURE_SECRET_OLD}"]
  sms: { scheme: vonage-sig, method: sha256, secret: "\${SMS_SIGNATURE_SECRET}" }
  payments: # Stripe: t=…,v1=… in one header
    scheme: hmac
    header: stripe-signature
    prefix: v1=
    timestamp: { prefix: t= }
    secret: "\${PAYMENTS_SECRET}"

defaults:
  firewall: [vonage]
  signature: [voice, sms]
  onUnsigned: retry # the platform sends unsigned webhooks again, signed

routes:
  - name: statuses
    path: /webhooks/status
    kind: messages.status
    handler: { plugin: log }

  - name: receipts
    path: /webhooks/status
    kind: sms.dlr
    handler: { plugin: log }

  - name: shop # the messages of one application
    path: /webhooks/status
    kind: messages.status
    level: app
    match: aaaaaaaa-bbbb-cccc-dddd-0123456789ab
    handler: { plugin: log }

  - name: paid
    path: /hooks/paid
    schema: schemas/invoice-paid.json
    firewall: any
    signature: payments
    onUnsigned: reject
    handler: { plugin: log }

  - name: order # GitHub and many others: sha256=… over the body
    path: /hooks/order
    schema: schemas/invoice-paid.json
    firewall: any
    signature: { scheme: hmac, header: x-hub-signature-256, prefix: sha256=, secret: "\${ORDER_SECRET}" }
    onUnsigned: reject
    dedupe: id # the signature has no time: without this, anybody could replay a webhook forever
    handler: { plugin: log }
\`\`\`

\`check\` warns about:

- secrets that are short, well known, or written in the file,
- a scheme that the platform never uses for the route's kind ([every kind](kinds.md) lists its schemes),
- a wide firewall without a signature,
- \`onDenied: report\` without a signature, and \`onUnsigned: quarantine\` behind a wide firewall, where anybody can fill the quarantine,
- \`timestamp: optional\`, \`payloadHash: optional\` and \`issuer: any\`,
- \`basic\` behind a wide firewall, and an \`hmac\` there that has neither \`timestamp\` nor \`dedupe\`,
- a \`path\` with a value from the environment, because paths are printed, and a \`static\` file outside the folder.

A note is about something that may be intended: \`signature: none\` for a webhook that the platform can sign, or a \`publicUrl\` of this machine
that an environment variable overrides. Only \`check\` prints notes. \`check --strict\` fails if there are warnings, but not for notes.

Until you are sure of a secret, \`onUnsigned: report\` accepts everything and logs which check would have rejected it.

**\`match\` by level.** Values without a field stand for the field of the level, as in the route \`shop\` above: your number at level \`number\`
(if the kind has exactly one such field), the application at \`app\`, the API key at \`account\`. The last two are claims. \`vonage-jwt\` proves both,
\`vonage-sig\` only \`claims.api_key\`. [Matching](match.md) has all fields and conditions.

**Networks from a file.** The platform changes its ranges without notice. A network can be a file that another program writes. The router reads it
again at each reload:

\`\`\`text networks/platform.txt
# one address or CIDR per line
203.0.113.0/24
\`\`\`

\`\`\`yaml
version: 1
networks:
  platform: { file: networks/platform.txt }
defaults: { firewall: [platform], signature: none }
routes:
  - name: inbound-sms
    path: /webhooks/inbound-sms
    kind: sms.inbound
    handler: { plugin: log }
\`\`\`
`;

/** What stands above the tables. */
export const INTRODUCTION = `# routes.yaml

<!-- Generated from schemas/routes.schema.json by \`npm run generate\`. Change it there, and signature schemes in src/gate/schemes. -->

One YAML file (JSON is YAML too) says which webhooks come in, from where, how they are checked and what
answers them. \`switchhook check\` prints every mistake of a file at once, with its line and what to write
instead. The first line below lets an editor complete and check it.

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

  - name: support-line # the same path: the narrower level wins
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

The plugin \`log\` comes with Switchhook, and \`nccos/welcome.yaml\` is one of the files that \`switchhook init\` writes. A schema is a file of your
own:

\`\`\`json schemas/invoice-paid.json
{
	"type": "object",
	"required": ["id"],
	"properties": { "id": { "type": "string" }, "amount": { "type": "integer" }, "currency": { "type": "string" } }
}
\`\`\`

Keys that are not listed here are mistakes. Where a list is expected, one text is enough.
`;

/** How values are written. */
export const VALUES = `## Values

**Durations** carry their unit: \`250ms\`, \`5s\`, \`1m30s\`, \`24h\`, \`7d\`; the larger unit first, whole numbers only.
**Sizes** do too: \`512B\`, \`64KB\`, \`1MB\`, \`1GB\` count in thousands, \`64KiB\`, \`1MiB\`, \`1GiB\` in 1,024s. A bare number
is a mistake, because nobody can tell which unit it meant.

**The environment** goes into any text, never into a key:

| Written | Becomes |
|---|---|
| \`\${NAME}\` | the variable; a mistake when it is not set or empty |
| \`\${NAME:-default}\` | the variable, or the default |
| \`\${NAME:?why}\` | the variable; when it is not set or empty, the mistake says why it is needed |
| \`\${file:/run/secrets/x}\` | the text of a file (relative to this one), without the line break at its end |
| \`$\${\` | a literal \`\${\` |

What is put in stays text: it adds no YAML, and it is never a number or a list. Inside \`[ ]\` and \`{ }\` write it in
quotes. No message ever shows a value that came from the environment or a file, nor a secret that is written out.

A file \`.env\` beside \`routes.yaml\` is read first, in the format of Node's \`--env-file\`: \`NAME=value\`, comments after \`#\`,
quotes around values with blanks or several lines. The environment wins over it. Plugins see its variables in \`process.env\`. A
reload reads it again: changed variables change, and removed ones go away. \`--env-file <file>\` reads another file instead, and may
be repeated; the last file wins. \`--no-env-file\` reads none. Keep \`.env\` out of version control.

Only commands that use a secret need it: \`serve\`, \`check\`, and \`send\` to a signed route. \`check --no-env\` does without.
\`routes\`, \`networks\`, \`explain\` and \`inbox\` work without the values below \`secret\`, \`secrets\`, \`password\`, \`token\`,
\`headers\` and \`options\`. \`explain\` then says that it cannot judge the signature.

**Findings** name file, line and column. On a terminal \`check\` and \`serve\` show the line with carets under the part that is meant;
elsewhere each finding is one line, \`file:line:column: severity: …\`. \`NO_COLOR\` turns colors off. \`check --json\` prints
\`{ routes, errors, warnings, notes, findings }\`. Each finding has \`file\`, \`line\`, \`column\`, \`severity\` (\`error\`, \`warning\` or
\`note\`) and \`what\`; where there is something to say also \`expected\`, \`todo\`, and \`end\`, the \`line\` and \`column\` behind the part
that is meant. Lines and columns count from 1. \`routes\` is missing where the configuration has errors.

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

**Paths of files** are relative to the file that names them. A bare name is also looked for in \`schemas/\`, \`nccos/\` and
\`plugins/\` beside the first file, there also without its ending.

**A \`schema\` of your own** judges in time that grows with the payload alone, no matter who sends it. Its patterns run on RE2,
which has no look-around and no back-references: \`check\` refuses those, and says what to write instead. A text of more than 8 KiB
fits no \`format\` but \`byte\`.

**Paths of routes** have one spelling. Two routes with the same path and method form a stack, which shares its
\`firewall\`, \`signature\`, \`bodyLimit\`, \`onDenied\` and \`onUnsigned\`. A literal segment wins over a \`:name\`.
`;

/** How signatures, `match` and networks go together, by example. */
export const SIGNATURES = `## Signatures

A signature proves where a webhook comes from, over the bytes as they came and before anything of it is read. Name
one in \`signatures\` and use it on many routes, or write it where it is used. Of a list any one is enough: for a path
that serves webhooks of two products, or for two senders.

\`\`\`yaml
version: 1

signatures:
  voice: # Voice, Messages, Verify, Video: a token in the Authorization header
    scheme: vonage-jwt
    secrets: # by API key; a list while a secret is exchanged
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
  onUnsigned: retry # the platform sends again, signed, what came unsigned

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
    dedupe: id # there is no time: without this anybody who has seen one could send it for ever
    handler: { plugin: log }
\`\`\`

\`check\` warns of secrets that are short, well known or written out, of a scheme by which the platform never signs the
route's kind ([every kind](kinds.md) says how it is signed), and of a wide firewall without a signature. It also warns of what
is easily forgotten or misread:

- \`onDenied: report\` without a signature, and \`onUnsigned: quarantine\` behind a wide firewall, which anybody can fill;
- \`timestamp: optional\`, \`payloadHash: optional\`, \`issuer: any\`; behind a wide firewall \`basic\`, and an \`hmac\` with neither
  \`timestamp\` nor \`dedupe\`;
- a \`path\` with a value from the environment, which is printed like any other path, and a \`static\` file outside of the folder.

A note is for what may well be meant: \`signature: none\` for a webhook that the platform can sign, or a \`publicUrl\` of this machine
that a variable replaces. Only \`check\` prints notes, and \`check --strict\`, which fails for a warning, does not count them.

While you are not sure of a secret, \`onUnsigned: report\` lets everything pass and writes to the log which check would
have refused it.

**\`match\` by level.** Values without a field are those of what the level goes by, as \`shop\` above has it: your number
at level \`number\` (where the kind has one such field), the application at \`app\`, the API key at \`account\`. The last two
are claims, which \`vonage-jwt\` proves; \`vonage-sig\` proves \`claims.api_key\` only. [Matching](match.md) has the fields, the
conditions, and which route wins.

**Networks from a file.** The platform moves its ranges without notice. A network may be a file that something else
writes, and that is read again at each reload:

\`\`\`text networks/platform.txt
# one address or CIDR a line
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
